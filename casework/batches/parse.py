"""A file's bytes become a table of texts: the header, and rows with the spreadsheet's own numbers.

Numbers and dates of a workbook become the text that a person would have typed: a passport number that
Excel holds as a number has no ``.0``, a date cell is an ISO date in either calendar (1900 or 1904).
Formulas are kept as their text and flagged, never computed. Title rows above the header are skipped.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from basis.errors import InvalidInput
from basis.messages import _
from casework.batches.rules import MAX_COLUMNS, MAX_ROWS
from casework.batches.sniff import Kind, decode, sniff

HeaderScore = Callable[[Sequence[str]], int]

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 15
# With fewer known titles the row may be a worker, whose values must not be shown as if they were titles.
TITLES_AT_LEAST = 3
# What a spreadsheet shows instead of a number of more than 15 digits: the digits are lost already.
_EXACT_BELOW = 10**15
_LAST_ROW = 1_048_576  # of a sheet in Excel


@dataclass(frozen=True, slots=True)
class RawRow:
    """`cells` are as many as the header's; `formulas` and `inexact` are positions of cells, `surplus` says
    that the row has more cells with content than the header has columns."""

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    inexact: frozenset[int] = frozenset()
    surplus: bool = False


@dataclass(frozen=True, slots=True)
class RawTable:
    """`encoding` and `delimiter` are of a CSV file, `sheet` of a workbook; else empty."""

    kind: Kind
    header: tuple[str, ...]
    header_row: int
    rows: tuple[RawRow, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    inexact: frozenset[int] = frozenset()


def parse(data: bytes, score: HeaderScore, titles_at_least: int = TITLES_AT_LEAST) -> RawTable:
    """Read a CSV file or workbook. `score` counts the headers known in a row: the header row, the
    delimiter and the sheet are those with the most, and at least `titles_at_least`.

    Raises `InvalidInput`: what `sniff` and `decode` refuse, ``broken_csv``, ``damaged_workbook``,
    ``no_header``, ``too_many_rows``, ``too_many_columns``.
    """
    read = _parse_xlsx if sniff(data) is Kind.XLSX else _parse_csv
    return read(data, score, titles_at_least)


def _parse_csv(data: bytes, score: HeaderScore, at_least: int) -> RawTable:
    text, encoding = decode(data)

    def quality(delimiter: str) -> tuple[int, int]:
        # A delimiter that breaks the quoting of the first lines is only worse, not yet an error.
        lines = list(_first_lines(text, delimiter))
        return max((score(line) for line in lines), default=0), max((len(line) for line in lines), default=0)

    delimiter = max(_DELIMITERS, key=quality)
    header, header_row, rows = _table(_csv_lines(text, delimiter), score, at_least)
    return RawTable(Kind.CSV, header, header_row, rows, encoding=encoding, delimiter=delimiter)


def _first_lines(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _HEADER_WITHIN)
    except csv.Error:
        return


def _csv_lines(text: str, delimiter: str) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield _Line(number, tuple(cells))
    except csv.Error:
        raise InvalidInput(
            "broken_csv",
            _("A quotation mark is opened and not closed, or the other way round, after row {row}.", row=number),
            _("Mend the row, or save the list as an Excel workbook (.xlsx) and hand that in."),
        ) from None


def _parse_xlsx(data: bytes, score: HeaderScore, at_least: int) -> RawTable:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that nobody reads here
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            best = max(sheets, key=lambda sheet: _sheet_score(sheet, score), default=None)
            if best is None:
                raise _no_header()
            header, header_row, rows = _table(_sheet_lines(best), score, at_least)
            return RawTable(Kind.XLSX, header, header_row, rows, sheet=str(best.title))
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError,
        AttributeError, IndexError, EOFError, OSError, OverflowError, RecursionError, zlib.error,
    ):  # fmt: skip
        # openpyxl lets whatever a malformed part causes come through.
        raise InvalidInput(
            "damaged_workbook",
            _("The workbook is damaged or cut off."),
            _("Open it in Excel, save it under a new name as .xlsx, and hand that in."),
        ) from None


def _sheet_score(sheet: Any, score: HeaderScore) -> int:
    lines = islice(_sheet_lines(sheet), _HEADER_WITHIN)
    return max((score(line.cells) for line in lines), default=0)


def _sheet_lines(sheet: Any) -> Iterator[_Line]:
    """The lines with content. A cell in the last corner of a sheet costs nothing: openpyxl fills a gap between
    rows with one and the same tuple. What a sheet says of its own size is often wrong and is not asked."""
    sheet.reset_dimensions()
    blank: tuple[Any, ...] | None = None
    for number, cells in enumerate(sheet.iter_rows(max_row=_LAST_ROW, max_col=MAX_COLUMNS + 1), start=1):
        if cells is blank:
            continue
        if all(cell.value is None for cell in cells):
            blank = cells
            continue
        texts, formulas, inexact = [], set(), set()
        for place, cell in enumerate(cells):
            value = cell.value
            texts.append(_cell_text(value, str(getattr(cell, "number_format", None) or "")))
            if getattr(cell, "data_type", "") == "f":
                formulas.add(place)
            elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT_BELOW:
                inexact.add(place)
        yield _Line(number, tuple(texts), frozenset(formulas), frozenset(inexact))


def _cell_text(value: object, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not value.is_integer():
        return format(Decimal(repr(value)), "f")
    if isinstance(value, int | float):
        # A format of zeros only ("00000000") is how people keep the leading zeros of a number.
        width = len(number_format) if number_format and not number_format.strip("0") else 0
        return str(int(value)).zfill(width)
    return str(value)


def _table(
    lines: Iterable[_Line], score: HeaderScore, at_least: int
) -> tuple[tuple[str, ...], int, tuple[RawRow, ...]]:
    stream = iter(lines)
    first = [line for line in islice(stream, _HEADER_WITHIN) if any(cell.strip() for cell in line.cells)]
    if not first:
        raise _no_header()
    found = max(first, key=lambda line: score(line.cells))  # the first of equals
    if score(found.cells) < at_least:
        raise _no_header()
    width = max(place for place, cell in enumerate(found.cells) if cell.strip()) + 1
    if width > MAX_COLUMNS:
        raise InvalidInput(
            "too_many_columns",
            _("The list has more than {columns} columns.", columns=MAX_COLUMNS),
            _("Take out the columns that are not needed."),
        )
    header = tuple(" ".join(cell.split()) for cell in found.cells[:width])
    rows = list(_rows((line for line in first if line.number > found.number), width))
    for row in _rows(stream, width):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise InvalidInput(
                "too_many_rows",
                _("The list has more than {rows} rows.", rows=MAX_ROWS),
                _("Hand it in in several files."),
            )
    return header, found.number, tuple(rows)


def _rows(lines: Iterable[_Line], width: int) -> Iterator[RawRow]:
    """Rows with content, cut or filled up to the header's width."""
    for line in lines:
        if any(cell.strip() for cell in line.cells):
            cells = line.cells[:width] + ("",) * (width - len(line.cells))
            surplus = any(cell.strip() for cell in line.cells[width:])
            yield RawRow(line.number, cells, line.formulas, line.inexact, surplus)


def _no_header() -> InvalidInput:
    return InvalidInput(
        "no_header",
        _("The file has no row with column titles that are known."),
        _("Write the titles of the columns into the first row, or name them in a mapping file."),
    )
