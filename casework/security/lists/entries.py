"""What a watch list says about one person or entity, whatever format it came in."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import rfc8785
from pydantic import TypeAdapter

from basis.errors import InvalidInput
from basis.messages import Message, _

_T = TypeVar("_T")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_WORDED = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3})[a-z]*\.?\s+(\d{4})")
_NOT_LATIN = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LONGEST_NUMBER = 20


class Kind(StrEnum):
    PERSON = "person"
    ENTITY = "entity"


class Quality(StrEnum):
    """How much a name identifies: a low-quality alias (nickname, nom de guerre) only strengthens a match."""

    GOOD = "good"
    LOW = "low"
    ORIGINAL_SCRIPT = "original_script"


@dataclass(frozen=True, slots=True)
class ListName:
    """A name as the list prints it."""

    full: str
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, slots=True)
class PartialBirth:
    """A birth date as far as it is known. `to_year` is the last year of a range that begins with `year`."""

    year: int
    month: int | None = None
    day: int | None = None
    approximate: bool = False
    to_year: int | None = None

    @property
    def last_year(self) -> int:
        return self.year if self.to_year is None else self.to_year


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One listed person or entity.

    `nationalities` are ISO 3166-1 alpha-2, `sexes` are "M" and "F", `documents` are passport and identity
    numbers in capitals without separators, `addresses` one line each. `reference` is the publisher's and unique in its
    list.
    """

    reference: str
    kind: Kind
    names: tuple[ListName, ...]
    births: tuple[PartialBirth, ...] = ()
    nationalities: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    remarks: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that the entry says: a match cleared before stays cleared while this is the same."""
        return hashlib.sha256(rfc8785.dumps(to_content(self))).hexdigest()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list says of itself: `version_label` and `published_on` are the publisher's, where there are any."""

    name: str
    version_label: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class LoadedList:
    """A whole list as published. `sha256` is of the bytes that were read, `missing` names files that usually belong
    to it and were not there."""

    name: str
    version_label: str
    entries: tuple[ListEntry, ...]
    sha256: str
    published_on: date | None = None
    missing: tuple[str, ...] = ()


def broken(message: Message, fix: Message | None = None) -> InvalidInput:
    """The one error of all loaders: nothing was loaded."""
    fallback = _("Fetch the list again from its publisher and load the whole file; the list in use was not touched.")
    return InvalidInput("watch_list_broken", message, fix or fallback)


def broken_at(file: str, line: int, message: Message, fix: Message | None = None) -> InvalidInput:
    """The same, with the place where the list is broken."""
    said = _("{file}, line {line}: {problem}", file=file, line=line, problem=message)
    return broken(said, fix)


def published(text: str | None) -> date | None:
    """The day at the beginning of a publisher's ISO instant."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def clean(text: str | None) -> str:
    """One line without control, format or bidi characters."""
    if not text:
        return ""
    kept = (
        "" if unicodedata.category(sign) == "Cf" else " " if unicodedata.category(sign) == "Cc" else sign
        for sign in text
    )
    return " ".join("".join(kept).split())


def read_birth(text: str, *, approximate: bool = False) -> PartialBirth | None:
    """Read ``1971``, ``1971-05``, ``1971-05-09``, ``Nov. 1973`` or ``14 Jun 1975``; anything else is None."""
    if iso := _ISO.fullmatch(text.strip()):
        year, month, day = (int(group) if group else None for group in iso.groups())
    elif worded := _WORDED.fullmatch(text.strip()):
        name = worded[2].lower()
        if name not in _MONTHS:
            return None
        year, month, day = int(worded[3]), _MONTHS.index(name) + 1, int(worded[1]) if worded[1] else None
    else:
        return None
    if year is None or not (1850 <= year <= 2100 and 1 <= (month or 1) <= 12 and 1 <= (day or 1) <= 31):
        return None
    return PartialBirth(year, month, day, approximate)


def not_latin(text: str) -> bool:
    """Whether a letter of another script than Latin is in it."""
    return _NOT_LATIN.search(text) is not None


def document_key(text: str) -> str:
    """A document number for comparison: capitals and digits only."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


def document_keys(text: str) -> tuple[str, ...]:
    """The comparable numbers in a list's free text ("CAR diplomatic passport no. D00000898", "OB 0243318").

    Text with words in it yields its parts that look like numbers; a plain number is kept whole. Fewer than
    five signs identify nobody.
    """
    if not re.search(r"[a-z]{3}|[A-Z]{4}", text):
        whole = document_key(re.sub(r"\(.*?\)|^No\.?", "", text.strip()))
        return (whole,) if 5 <= len(whole) <= _LONGEST_NUMBER and any(map(str.isdigit, whole)) else ()
    words = re.findall(r"[A-Z0-9][A-Z0-9/.-]*", re.sub(r"\(?\b(?:expire[sd]?|issued|date).*", "", text, flags=re.I))
    keys = (document_key(word) for word in words)
    return tuple(dict.fromkeys(key for key in keys if sum(map(str.isdigit, key)) >= 5 and len(key) <= _LONGEST_NUMBER))


def unique(values: Iterable[_T]) -> tuple[_T, ...]:
    """The values in their order, each once."""
    return tuple(dict.fromkeys(values))


_ENTRY = TypeAdapter(ListEntry)


def to_content(entry: ListEntry) -> dict[str, Any]:
    """The entry as JSON values, for storing."""
    content: dict[str, Any] = _ENTRY.dump_python(entry, mode="json")
    return content


def from_content(content: Mapping[str, Any]) -> ListEntry:
    """The entry that `to_content` stored."""
    return _ENTRY.validate_python(content)
