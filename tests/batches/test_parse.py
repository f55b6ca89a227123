"""Files become texts: what a person would have typed, with the spreadsheet's own row numbers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from basis.errors import InvalidInput
from casework.batches.mapping import score
from casework.batches.parse import parse
from tests.batches.making import GOOD, as_csv, as_xlsx

HEADER = list(GOOD)


def _with_part(whole: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, change(content) if name == part else content)
    return stream.getvalue()


def refusal_of(data: bytes) -> str:
    with pytest.raises(InvalidInput) as refusal:
        parse(data, score)
    return refusal.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_known_titles(delimiter: str) -> None:
    table = parse(as_csv([GOOD, GOOD], delimiter), score)
    assert (table.delimiter, list(table.header), len(table.rows)) == (delimiter, HEADER, 2)


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    data = b"List of candidates\n\n" + as_csv([GOOD]) + b"\n\n" + as_csv([GOOD]).splitlines()[1] + b"\n"
    table = parse(data, score)
    assert table.header_row == 3
    assert [row.number for row in table.rows] == [4, 7]


def test_a_line_break_inside_quotation_marks_does_not_begin_a_row() -> None:
    table = parse(as_csv([GOOD | {"Job title": "Bricklayer\nand plasterer"}, GOOD]), score)
    assert [row.number for row in table.rows] == [2, 3]


def test_a_quotation_mark_that_is_never_closed_is_refused_and_does_not_swallow_the_rest() -> None:
    data = as_csv([GOOD, GOOD, GOOD]).replace(b"A-1,", b'"A-1,', 1)
    assert refusal_of(data) == "broken_csv"


def test_a_row_with_more_cells_than_titles_is_marked() -> None:
    data = as_csv([GOOD]).rstrip() + b",moved\n"
    assert parse(data, score).rows[0].surplus


def test_cells_of_a_workbook_become_the_text_that_a_person_would_have_typed() -> None:
    # A workbook has no time zones.
    cells: list[Any] = [12345678.0, 7112, 1650.5, date(1990, 5, 17), datetime(2027, 5, 31), True, None, " x "]  # noqa: DTZ001
    table = parse(as_xlsx([HEADER, cells]), score)
    assert table.rows[0].cells[:8] == ("12345678", "7112", "1650.5", "1990-05-17", "2027-05-31", "yes", "", " x ")


def test_a_workbook_that_counts_from_1904_has_the_same_dates() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append([date(1990, 5, 17)])
    stream = io.BytesIO()
    book.save(stream)
    assert parse(stream.getvalue(), score).rows[0].cells[0] == "1990-05-17"


def test_formulas_are_marked_and_not_computed() -> None:
    row = parse(as_xlsx([HEADER, ["A-1", '=HYPERLINK("http://evil.example","x")']]), score).rows[0]
    assert row.formulas == {1}
    assert row.cells[1].startswith("=")


def test_a_number_of_more_digits_than_the_program_keeps_is_marked() -> None:
    assert parse(as_xlsx([HEADER, [1234567890123456789]]), score).rows[0].inexact == {0}


def test_the_sheet_with_known_titles_is_read_wherever_it_stands() -> None:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["Agency", "Blue Bridge"])
    hidden = book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    hidden.append(HEADER)
    candidates = book.create_sheet("Candidates")
    candidates.append(HEADER)
    candidates.append(list(GOOD.values()))
    stream = io.BytesIO()
    book.save(stream)
    table = parse(stream.getvalue(), score)
    assert (table.sheet, len(table.rows)) == ("Candidates", 1)


def test_a_cell_in_the_last_corner_of_the_sheet_costs_nothing() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(list(GOOD.values()))
    sheet["XFD1048576"] = "far away"
    stream = io.BytesIO()
    book.save(stream)
    assert len(parse(stream.getvalue(), score).rows) == 1


def test_a_sheet_that_is_wrong_about_its_own_size_is_read_whole() -> None:
    whole = as_xlsx([HEADER, list(GOOD.values()), list(GOOD.values())])
    data = _with_part(whole, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'ref="[^"]*"', b'ref="A1"', xml, count=1))
    assert len(parse(data, score).rows) == 2


def test_a_row_with_an_impossible_number_costs_nothing() -> None:
    whole = as_xlsx([HEADER, list(GOOD.values())])
    data = _with_part(
        whole,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
        ),
    )
    assert len(parse(data, score).rows) == 1


def test_a_file_without_titles_is_refused_and_its_values_are_not_shown() -> None:
    data = as_csv([GOOD]).split(b"\n", 1)[1]
    with pytest.raises(InvalidInput) as refusal:
        parse(data, score)
    assert refusal.value.code == "no_header"
    assert "Krasniqi" not in str(refusal.value)


def test_more_rows_or_columns_than_a_list_can_have_are_refused() -> None:
    row = as_csv([GOOD]).splitlines()[1] + b"\n"
    assert refusal_of(as_csv([GOOD]).splitlines()[0] + b"\n" + row * 100_001) == "too_many_rows"
    assert refusal_of(as_csv([GOOD | {f"extra {number}": "1" for number in range(200)}])) == "too_many_columns"


def test_a_workbook_cut_off_anywhere_is_refused() -> None:
    whole = as_xlsx([HEADER, list(GOOD.values())])
    for end in range(4, len(whole), 97):
        assert refusal_of(whole[:end]) in {"damaged_workbook", "wrong_file_type"}


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("content", [b"", b"<", b"<a/>", b"<a>&lol;</a>", b"\xff\xfe\x00"])
def test_a_workbook_with_a_broken_part_is_refused_or_empty(part: str, content: bytes) -> None:
    data = _with_part(as_xlsx([HEADER, list(GOOD.values())]), part, lambda _xml: content)
    try:
        parse(data, score)
    except InvalidInput as refusal:
        assert refusal.code in {"damaged_workbook", "no_header"}  # noqa: PT017 - either answer is right


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, as_csv([GOOD]) + data, b"PK\x03\x04" + data):
        try:
            parse(content, score)
        except InvalidInput as refusal:
            assert refusal.fix is not None  # noqa: PT017


@cache
def whole_workbook() -> bytes:
    """Made once: a workbook holds the moment it was made at, so that two differ in length now and then."""
    return as_xlsx([HEADER, list(GOOD.values())])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(whole_workbook())
    for _number in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse(bytes(whole), score)
    except InvalidInput as refusal:
        assert refusal.fix is not None  # noqa: PT017
