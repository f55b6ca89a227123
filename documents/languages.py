"""The languages that documents are written in: their words, their days, their names of countries, their direction.

A language is offered when `locale/<tag>.po` translates every sentence in it; English needs no catalogue. Inside
`writing(language)` every `Message` becomes its words, and every day is written as that language writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from basis.countries import name as country_name
from basis.messages import Message, speaking
from basis.partial import PartialDate
from documents.template_history import LOCALE


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is BCP 47 and stands in `lang` attributes."""

    tag: str
    locale: Locale
    catalogue: NullTranslations

    @property
    def direction(self) -> str:
        return str(self.locale.text_direction)


ENGLISH = Language("en", Locale("en", "GB"), NullTranslations())

_written: ContextVar[Language] = ContextVar("written", default=ENGLISH)


def read_catalogue(tag: str) -> Catalog:
    """The catalogue of a language, as it stands in the repository."""
    with (LOCALE / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag.replace("-", "_"), abort_invalid=True)


def is_complete(catalogue: Catalog) -> bool:
    """Whether every sentence in it is translated and none is marked as uncertain."""
    for message in catalogue:
        said = (message.string,) if isinstance(message.string, str) else message.string
        if message.id and (message.fuzzy or not said or not all(said)):
            return False
    return True


@cache
def language(tag: str) -> Language | None:
    """A language that is offered; None for every other."""
    if tag == ENGLISH.tag:
        return ENGLISH
    if tag not in _catalogues():
        return None
    catalogue = read_catalogue(tag)
    return _of(tag, catalogue) if is_complete(catalogue) else None


def small(folder: Path, tag: str, sentences: Iterable[Message]) -> Language | None:
    """A language of a small catalogue in a folder of its own: `folder/<tag>.po` with all of the sentences; None where
    one is missing. What is said there can change without a document being made anew."""
    path = folder / f"{tag}.po"
    if tag not in {one.stem for one in folder.glob("*.po")}:
        return None
    with path.open("rb") as file:
        catalogue = read_po(file, locale=tag.replace("-", "_"), abort_invalid=True)
    missing = (one for one in sentences if one.text not in catalogue or not catalogue[one.text].string)
    return _of(tag, catalogue) if next(missing, None) is None else None


def _of(tag: str, catalogue: Catalog) -> Language:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(tag, Locale.parse(tag, sep="-"), Translations(compiled))


@cache
def offered() -> tuple[str, ...]:
    """The tags of all languages that are offered, sorted; English is among them."""
    return tuple(sorted({ENGLISH.tag, *(tag for tag in _catalogues() if language(tag) is not None)}))


@cache
def _catalogues() -> frozenset[str]:
    return frozenset(path.stem for path in LOCALE.glob("*.po"))


@contextmanager
def writing(chosen: Language) -> Iterator[None]:
    """Write sentences, days and countries inside the block in this language."""
    token = _written.set(chosen)
    try:
        with speaking(chosen.catalogue):
            yield
    finally:
        _written.reset(token)


def in_both(message: Message, second: Language | None) -> tuple[str, str]:
    """A sentence in the language that is being written and in the second one; "" without one."""
    first = str(message)
    if second is None:
        return first, ""
    with writing(second):
        return first, str(message)


class _Day(Message):
    """A day that is written when it is read."""

    __slots__ = ()

    def __str__(self) -> str:
        return format_date(self.params["day"], self.params["form"], locale=_written.get().locale)


def day(value: date) -> Message:
    """A day in full words: 9 March 2027, 9. März 2027."""
    return _Day("{day}", day=value, form="long")


def short_day(value: date) -> Message:
    """The same with the month cut short, for tables with many days."""
    return _Day("{day}", day=value, form="medium")


class _Partial(Message):
    """A date of which the month or the year is known, written when it is read."""

    __slots__ = ()

    def __str__(self) -> str:
        value: PartialDate = self.params["day"]
        skeleton = "y" if value.month is None else "yMMM"
        return format_skeleton(skeleton, value.earliest(), locale=_written.get().locale)


def part_of_day(value: PartialDate) -> Message:
    """A date that is known in part, for tables: May 2031, Mai 2031, 2031."""
    return _Partial("{day}", day=value)


class _Country(Message):
    """A country that is named when it is read."""

    __slots__ = ()

    def __str__(self) -> str:
        return country_name(self.params["code"], str(_written.get().locale))


def country(code: str) -> Message:
    """A country (ISO 3166-1 alpha-2) by its name in CLDR."""
    return _Country("{code}", code=code)


def language_name(code: str) -> str:
    """The name of a language (ISO 639-1) in the language that is being written: German, Deutsch."""
    return str(_written.get().locale.languages.get(code, code))
