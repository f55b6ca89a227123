"""People whom somebody asks about: what was typed, or the rows of a file, becomes what can be compared.

What cannot be read is said, never silently left out: a name in which nothing can be compared is refused, a name that
hardly tells people apart, or a date that is none, is a doubt beside the answer. No sentence holds a value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from basis.countries import country
from basis.errors import InvalidInput
from basis.messages import Message, _
from basis.partial import PartialDate
from casework.batches import mapping
from casework.batches.parse import parse
from casework.batches.rules import Finding, Severity
from casework.batches.values import CellFault, Setting, calendar_date, clean
from casework.batches.values import sex as read_sex
from casework.security.lists.entries import document_key
from casework.security.names import name_form
from casework.security.scoring import ScreenedPerson

LONGEST_NAME: Final = 400
T = TypeVar("T")
_ENOUGH: Final = 0.5
"""Weight of parts from which a name tells people apart at all: one common name."""

_TITLES: Final[Mapping[str, str]] = {
    "name": "full name|name of person|person|worker",
    "family_name": "family name|surname|last name",
    "given_names": "given names|given name|first name",
    "native_name": "native name|name in native script|original name",
    "born": "born|birth date|date of birth|dob|birth year|year of birth",
    "nationality": "nationality|citizenship|country",
    "sex": "sex|gender",
    "document": "document|document number|passport|passport number|passport no|id number",
}
_FROM_BATCHES: Final = {
    "family_name": "family_name",
    "given_names": "given_names",
    "birth_date": "born",
    "nationality": "nationality",
    "sex": "sex",
    "passport_number": "document",
}
_OWN: Final = {mapping.key(title): name for name, titles in _TITLES.items() for title in titles.split("|")} | {
    "name": "name"
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about the question that a person should know: which field, and why."""

    field: str
    code: str
    message: Message
    fix: Message


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is to be compared, and what is doubtful about it."""

    person: ScreenedPerson
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row of a file, by the spreadsheet's own number."""

    row: int
    person: ScreenedPerson


@dataclass(frozen=True, slots=True)
class AskedFile:
    """All rows that can be compared, in their order, the number of rows there were, and what is wrong with the file."""

    rows: tuple[AskedRow, ...]
    count: int
    findings: tuple[Finding, ...]


def ask(
    name: str, *, native_name: str = "", born: str = "", nationality: str = "", sex: str = "", document: str = ""
) -> Asked:
    """What was typed, as a person to compare. `born` is a day, a month or a year.

    Raises `InvalidInput` (``missing_value``, ``too_long``, ``no_letters``) where no name can be compared.
    """
    doubts: list[Doubt] = []
    names = tuple(_name(text, doubts) for text in (name, native_name) if text.strip()) or (_name(name, doubts),)
    person = ScreenedPerson(
        names=names,
        birth_date=_read("born", born, _born, doubts),
        nationality=_read("nationality", nationality, _country, doubts) or "",
        sex=_read("sex", sex, lambda text: read_sex(text, _SETTING), doubts) or "",
        document_number=_read("document", document, _document, doubts) or "",
    )
    return Asked(person, tuple(doubts))


_SETTING: Final = Setting(tracks=(), currency="")


def _name(text: str, doubts: list[Doubt]) -> str:
    if not text.strip():
        raise InvalidInput("missing_value", _("There is no name to screen."), _("Give a full name."))
    if len(text) > LONGEST_NAME:
        raise InvalidInput(
            "too_long",
            _("The name is longer than {characters} characters.", characters=LONGEST_NAME),
            _("Give the name of one person only."),
        )
    shown = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    visible = "".join(sign for sign in shown if unicodedata.category(sign) != "Cf").strip()
    if visible != text.strip():
        doubts.append(
            Doubt(
                "name",
                "invisible_characters",
                _("The name has invisible control or direction characters; it was compared without them."),
                _("Delete the name and type it again instead of pasting it."),
            )
        )
    form = name_form(visible)
    if not any(sign.isalpha() for sign in visible) or not form.parts:
        raise InvalidInput(
            "no_letters",
            _("The name has no letter that could be compared."),
            _("Give the name in letters, in Latin or in its own script."),
        )
    if form.weight < _ENOUGH or all(len(part) == 1 for part in form.parts):
        doubts.append(
            Doubt(
                "name",
                "hardly_a_name",
                _("The name has only initials, titles or particles: nobody can be told apart by it."),
                _("Ask for the full name; compare birth date and document number."),
            )
        )
    return visible


def _read(field: str, text: str, reader: Callable[[str], T], doubts: list[Doubt]) -> T | None:
    text = clean(text)
    if not text:
        return None
    try:
        return reader(text)
    except CellFault as fault:
        doubts.append(Doubt(field, fault.code, fault.message, fault.fix))
    except InvalidInput as error:
        doubts.append(Doubt(field, error.code, error.message, error.fix or error.message))
    return None


def _born(text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except InvalidInput:
        day = calendar_date(text, _SETTING)
        return PartialDate(day.year, day.month, day.day)


def _country(text: str) -> str:
    found = country(text)
    if found is None:
        raise CellFault(
            "unknown_country",
            _("There is no country of this name or code."),
            _("Write the country's name or its code of two letters, for example Kosovo or XK."),
        )
    return found


def _document(text: str) -> str:
    if len(document_key(text)) < 5:
        raise CellFault(
            "invalid_document_number",
            _("A document number has five or more letters and digits."),
            _("Copy the number from the passport's page with the photo."),
        )
    return text


def read_people(data: bytes) -> AskedFile:
    """The people of a CSV file or workbook, whatever its delimiter, encoding and titles in the languages of batches.

    A row without a name that can be compared is an error, all else of a row is a warning. Raises what
    `casework.batches.parse.parse` does, and `InvalidInput` (``missing_column``) for a file without names.
    """
    table = parse(data, _titles)
    places = _places(table.header)
    if not {"name", "family_name", "given_names"} & set(places):
        raise InvalidInput(
            "missing_column",
            _("The file has no column with names."),
            _("Give a column the title name, or family name and given names."),
        )
    rows, findings = [], []
    for row in table.rows:
        cells = {field: row.cells[place] for field, place in places.items()}
        full = cells.get("name", "") or f"{cells.get('given_names', '')} {cells.get('family_name', '')}"
        try:
            asked = ask(
                full,
                **{key: cells.get(key, "") for key in ("native_name", "born", "nationality", "sex", "document")},
            )
        except InvalidInput as error:
            fix = error.fix or error.message
            findings.append(Finding(row.number, None, "name", error.code, Severity.ERROR, error.message, fix))
            continue
        rows.append(AskedRow(row.number, asked.person))
        findings += [_warning(row.number, doubt, places, table.header) for doubt in asked.doubts]
    return AskedFile(tuple(rows), len(table.rows), tuple(findings))


def _warning(row: int, doubt: Doubt, places: Mapping[str, int], header: Sequence[str]) -> Finding:
    column = header[places[doubt.field]] if doubt.field in places else None
    return Finding(row, column, doubt.field, doubt.code, Severity.WARNING, doubt.message, doubt.fix)


def _titles(cells: Sequence[str]) -> int:
    """A name is enough of a header; `parse` asks for three titles, because a batch has many more."""
    found = set(_places(cells))
    return len(found) + 2 if found & {"name", "family_name", "given_names"} else len(found)


def _places(header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        if field := _OWN.get(mapping.key(title)):
            places.setdefault(field, place)
    known, _findings = mapping.match(header, None, ())
    for theirs, ours in _FROM_BATCHES.items():
        if theirs in known.places and known.places[theirs] not in places.values():
            places.setdefault(ours, known.places[theirs])
    if "name" in places and "given_names" in places and "family_name" not in places:
        places["family_name"] = places.pop("name")  # beside given names it is the family name's column
    return places
