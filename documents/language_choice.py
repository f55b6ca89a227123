"""Which two languages a document is written in. Pure: what is offered comes in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from babel.languages import get_official_languages

ENGLISH = "en"
DEFAULT_ORDER = "destination, worker"
WORDS = ("destination", "origin", "worker")
"""What may stand in the setting `certificate_languages` besides tags of languages."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of one case: countries by ISO 3166-1 alpha-2, `recorded` the worker's language as a tag or ""."""

    destinations: Sequence[str]
    origins: Sequence[str]
    recorded: str = ""


def choose(order: str, wanted: Wanted, offered: Collection[str]) -> tuple[str, str]:
    """The first and the second language by `order` ("destination, worker"); the second is "" where one is enough.

    What is not offered gives way to English, and two alike to one: then English stands second, unless it is the first.
    """
    candidates = [_one(word.strip(), wanted, offered) for word in order.split(",")]
    first = candidates[0] or ENGLISH
    others = [tag for tag in candidates[1:2] if tag and tag != first]
    if others:
        return first, others[0]
    return first, ENGLISH if first != ENGLISH else ""


def _one(word: str, wanted: Wanted, offered: Collection[str]) -> str:
    if word == "destination":
        return _of_countries(wanted.destinations, offered)
    if word == "origin":
        return _of_countries(wanted.origins, offered)
    if word == "worker":
        # English is what a notice is in where nobody said anything else.
        recorded = wanted.recorded if wanted.recorded in offered and wanted.recorded != ENGLISH else ""
        return recorded or _of_countries(wanted.origins, offered)
    return word if word in offered else ""


def _of_countries(codes: Iterable[str], offered: Collection[str]) -> str:
    """The first offered official language (CLDR) of the first country that has one."""
    for code in codes:
        for tag in get_official_languages(code, de_facto=True):
            base = str(tag).partition("_")[0]
            if base in offered:
                return base
    return ""
