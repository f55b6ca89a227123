"""Short lists about workers who are known already: enrolment, attendance, results. Pure.

A list is a CSV file or a workbook, read within the bounds of `sniff` and `parse`. The columns are the caller's; titles
are known in several languages, whatever their case, accents and punctuation. Every row is typed values or findings in
the spreadsheet's own row numbers, so good rows can be recorded and bad ones given back. Who a row is about is said by
the case's reference (`people`), never by a name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.batches import values
from casework.batches.cells import content, missing, no_rows, surplus
from casework.batches.check import finding_json
from casework.batches.mapping import key, titles
from casework.batches.parse import RawRow, RawTable, parse
from casework.batches.rules import Finding, Severity
from casework.batches.values import CellFault, Reader, Setting

MAX_SHEET_ROWS: Final = 10_000
_Fields = Mapping[str, tuple[str, int]]  # field and rank by the key of a title
_SETTING = Setting(tracks=(), currency="")
_NO = frozenset("no n false 0 - jo non nein لا".split())


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column that a list may have. `titles`: the usual one first, others after ``|``. `required`: the column must be
    there and its cells filled; `unique`: a value stands once in the list."""

    titles: str
    read: Reader = values.free_text
    required: bool = False
    unique: bool = False

    @property
    def title(self) -> str:
        """The usual title, as templates of lists print it."""
        return self.titles.partition("|")[0].capitalize()


CASE: Final = SheetColumn(
    "case reference|case|case number|file|file number|fall|fallnummer|aktenzeichen|rasti|numri i rastit|dossier"
    "|numéro de dossier|" + titles("agency_reference"),
    required=True,
    unique=True,
)
"""Whom a row is about."""
BIRTH_DATE: Final = SheetColumn(titles("birth_date"), values.calendar_date)
"""Compared with the case where the list has it (`people`); a row that does not fit is given back."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A good row: typed values by the caller's field; an empty cell has none. `number` is the spreadsheet's own."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a list holds. `total` counts its rows with content; each is among `rows`, or has an error among the
    findings. `columns` names the file's header by the caller's field."""

    sha256: str
    file_name: str
    kind: str
    header_row: int
    total: int
    columns: Mapping[str, str]
    rows: tuple[SheetRow, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    def finding(
        self,
        number: int | None,
        name: str | None,
        code: str,
        message: Message,
        fix: Message,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """A finding about the field `name` of the row `number`, for what the caller alone can know."""
        return Finding(number, self.columns.get(name or ""), name, code, severity, message, fix)

    def without(self, findings: Iterable[Finding]) -> Sheet:
        """The same list with more findings; rows that they find an error in are good no longer."""
        more = tuple(findings)
        bad = {finding.row for finding in more if finding.severity is Severity.ERROR}
        rows = () if None in bad else tuple(row for row in self.rows if row.number not in bad)
        return replace(self, rows=rows, findings=(*self.findings, *more))


@dataclass(frozen=True, slots=True)
class SheetPerson:
    """Who a case reference names, as far as a list is compared with it."""

    case_id: UUID
    birth_date: date | None


def read_sheet(data: bytes, name: str, columns: Mapping[str, SheetColumn]) -> Sheet:
    """Read a list. `name` is the file's, `columns` the caller's fields.

    Raises `InvalidInput` where the file cannot be read at all: what `parse` refuses, ``no_header``,
    ``too_many_rows``. With an error of the whole file no row is good.
    """
    fields = {
        key(title): (field, rank)
        for field, column in columns.items()
        for rank, title in enumerate(column.titles.split("|"))
    }
    table = _table(data, columns, fields)
    places, findings = _match(table.header, columns, fields)
    rows: list[SheetRow] = []
    if not any(finding.severity is Severity.ERROR for finding in findings):
        if not table.rows:
            findings.append(no_rows())
        reading = _Reading(table, places, columns)
        for raw in table.rows:
            row, found = reading.read(raw)
            findings += found
            if row is not None:
                rows.append(row)
    return Sheet(
        sha256=hashlib.sha256(data).hexdigest(),
        file_name=name,
        kind=table.kind.value,
        header_row=table.header_row,
        total=len(table.rows),
        columns={field: table.header[place] for field, place in places.items()},
        rows=tuple(rows),
        findings=tuple(findings),
    )


def people(
    sheet: Sheet, known: Mapping[str, SheetPerson], *, case: str = "case", birth_date: str = "birth_date"
) -> tuple[Sheet, dict[int, UUID]]:
    """The list without the rows that name nobody of `known` (by case reference), and the case of each row left.

    A birth date that does not fit is a finding, never a guess; who it belongs to is not told.
    """
    found: dict[int, UUID] = {}
    findings: list[Finding] = []
    for row in sheet.rows:
        person, born = known.get(row.values[case]), row.values.get(birth_date)
        if person is None:
            message = _("There is no such case, or it is not one that this list may name.")
            findings.append(sheet.finding(row.number, case, "unknown_case", message, _("Copy the case's reference.")))
        elif born is not None and born != person.birth_date:
            message = _("The date of birth is not that of the case.")
            fix = _("Compare the reference and the date with the worker's papers.")
            findings.append(sheet.finding(row.number, birth_date, "birth_date_differs", message, fix))
        else:
            found[row.number] = person.case_id
    return sheet.without(findings), found


def sheet_json(sheet: Sheet, schema: str) -> dict[str, Any]:
    """The list as documented JSON ``predeparture.<schema>/1``; sentences are in the reader's language."""
    return {
        "schema": f"predeparture.{schema}/1",
        "file": {"name": sheet.file_name, "sha256": sheet.sha256, "kind": sheet.kind, "header_row": sheet.header_row},
        "columns": dict(sheet.columns),
        "rows": {"total": sheet.total, "good": len(sheet.rows), "refused": sheet.total - len(sheet.rows)},
        "findings": [finding_json(finding) for finding in sheet.findings],
    }


def whole(least: int, most: int) -> Reader:
    """A reader of whole numbers between two limits, both included."""

    def read(text: str, _setting: Setting) -> int:
        text = values.plain(text)
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not least <= int(text) <= most:
            raise CellFault(
                "invalid_number",
                _("This is no whole number from {least} to {most}.", least=least, most=most),
                _("Write digits only."),
            )
        return int(text)

    return read


def one_of(words: Mapping[str, str]) -> Reader:
    """A reader of words: `words` gives for each code the words that stand for it, separated by ``|``."""
    codes = {key(word): code for code, several in words.items() for word in (code, *several.split("|")) if key(word)}
    usual = ", ".join(several.partition("|")[0] or code for code, several in words.items())

    def read(text: str, _setting: Setting) -> str:
        found = codes.get(key(values.plain(text)))
        if found is None:
            raise CellFault(
                "unknown_word",
                _("The word is none of those that may stand here."),
                _("Write one of: {all}.", all=usual),
            )
        return found

    return read


def yes_or_no(text: str, _setting: Setting) -> bool:
    """A reader of yes and no, also as x, 1 and 0."""
    word = values.plain(text).casefold()
    if word in values.YES:
        return True
    if word in _NO:
        return False
    raise CellFault("unknown_word", _("This is neither yes nor no."), _("Write yes or no."))


class _Reading:
    """One pass over a table: remembers what it has seen."""

    def __init__(self, table: RawTable, places: Mapping[str, int], columns: Mapping[str, SheetColumn]) -> None:
        self._places, self._columns, self._headers = places, columns, table.header
        self._seen: dict[tuple[str, object], int] = {}
        dates = [name for name in places if columns[name].read is values.calendar_date]
        orders = values.day_first((row.cells[places[name]] for row in table.rows) for name in dates)
        self._settings = {name: replace(_SETTING, day_first=order) for name, order in zip(dates, orders, strict=True)}

    def read(self, row: RawRow) -> tuple[SheetRow | None, list[Finding]]:
        findings = [surplus(row.number)] if row.surplus else []
        found: dict[str, Any] = {}
        for name, place in self._places.items():
            try:
                value = self._value(name, row, place)
            except CellFault as fault:
                column = self._headers[place]
                findings.append(Finding(row.number, column, name, fault.code, Severity.ERROR, fault.message, fault.fix))
                continue
            if value is not None:
                found[name] = value
        return (None if findings else SheetRow(row.number, found)), findings

    def _value(self, name: str, row: RawRow, place: int) -> Any:
        column = self._columns[name]
        text = content(row, place, column.read)
        if not text:
            if column.required:
                raise missing()
            return None
        value = column.read(text, self._settings.get(name, _SETTING))
        if column.unique and (first := self._seen.setdefault((name, value), row.number)) != row.number:
            raise CellFault(
                "duplicate_in_file",
                _("Row {row} has the same value.", row=first),
                _("Keep one of the two rows, or mend the one that is wrong."),
            )
        return value


def _table(data: bytes, columns: Mapping[str, SheetColumn], fields: _Fields) -> RawTable:
    def score(cells: Sequence[str]) -> int:
        return len({fields[title][0] for cell in cells if len(cell) < 80 and (title := key(cell)) in fields})

    asked = [column.title for column in columns.values() if column.required]
    try:
        table = parse(data, score, titles_at_least=max(1, min(2, len(asked))))
    except InvalidInput as error:
        if error.code != "no_header":
            raise
        usual = ", ".join(asked or [column.title for column in columns.values()])
        raise InvalidInput(
            "no_header",
            _("The file has no row with column titles that are known."),
            _("Write the titles of the columns into the first row: {titles}.", titles=usual),
        ) from None
    if len(table.rows) > MAX_SHEET_ROWS:
        raise InvalidInput(
            "too_many_rows",
            _("The list has more than {rows} rows.", rows=MAX_SHEET_ROWS),
            _("Hand it in in several files."),
        )
    return table


def _match(
    header: Sequence[str], columns: Mapping[str, SheetColumn], fields: _Fields
) -> tuple[dict[str, int], list[Finding]]:
    """The place of each field. Of two columns that could be one field the more usual title wins; the same title twice
    is an error."""
    places: dict[str, int] = {}
    twice: dict[str, str] = {}
    for place, title in enumerate(header):
        name, rank = fields.get(key(title), ("", 0))
        if not name:
            continue
        before = fields[key(header[places[name]])][1] if name in places else rank + 1
        if rank < before:
            places[name] = place
            twice.pop(name, None)
        elif rank == before:
            twice[name] = title
    return places, [*_left_out(header, fields, places, twice), *_absent(columns, places)]


def _left_out(
    header: Sequence[str], fields: _Fields, places: Mapping[str, int], twice: Mapping[str, str]
) -> Iterator[Finding]:
    for place, title in enumerate(header):
        name = fields.get(key(title), ("", 0))[0]
        if title and place not in places.values() and name not in twice:
            message = _("The column {column} is not known and was left out.", column=title)
            fix = _("Give it a known title if it is needed.")
            yield Finding(None, title, None, "unknown_column", Severity.WARNING, message, fix)
    for name, title in twice.items():
        message = _("The file has more than one column {column}.", column=title)
        fix = _("Delete one of them or give it another title.")
        yield Finding(None, title, name, "duplicate_column", Severity.ERROR, message, fix)


def _absent(columns: Mapping[str, SheetColumn], places: Mapping[str, int]) -> Iterator[Finding]:
    for name, column in columns.items():
        if column.required and name not in places:
            message = _("The file has no column {column}.", column=column.title)
            fix = _("Add a column with the title {title}.", title=column.title)
            yield Finding(None, None, name, "missing_column", Severity.ERROR, message, fix)
