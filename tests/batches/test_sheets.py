"""Lists about known workers: read as people write them, good rows taken and bad ones given back with the reason."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook

from basis.errors import InvalidInput
from basis.messages import _
from casework.batches import sheets
from casework.batches.rules import Finding, Severity
from casework.batches.sheets import BIRTH_DATE, CASE, Sheet, SheetColumn, SheetPerson, read_sheet

COLUMNS = {
    "case": CASE,
    "birth_date": BIRTH_DATE,
    "points": SheetColumn("points|pikët|punkte", sheets.whole(0, 100)),
    "identity": SheetColumn(
        "identity|identiteti|ausweis", sheets.one_of({"document": "document seen|dokument", "none": "none|asnjë|keine"})
    ),
    "present": SheetColumn("present|i pranishëm|anwesend", sheets.yes_or_no),
    "note": SheetColumn("note|shënim|bemerkung"),
}


def read(text: str, encoding: str = "utf-8") -> Sheet:
    return read_sheet(text.encode(encoding), "list.csv", COLUMNS)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.create_sheet(index=0)
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def codes(findings: tuple[Finding, ...]) -> list[tuple[int | None, str | None, str]]:
    return [(finding.row, finding.column, finding.code) for finding in findings]


def test_a_list_is_read_into_typed_values_with_the_spreadsheets_own_rows() -> None:
    sheet = read("Session OR-1\n\nCase reference;Date of birth;Points\nBB-0001;31.05.1990;80\n\nBB-0002;1990-01-02;\n")
    assert [(row.number, dict(row.values)) for row in sheet.rows] == [
        (4, {"case": "BB-0001", "birth_date": date(1990, 5, 31), "points": 80}),
        (6, {"case": "BB-0002", "birth_date": date(1990, 1, 2)}),
    ]
    assert (sheet.header_row, sheet.total, sheet.findings) == (3, 2, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_titles_are_known_in_several_languages_and_encodings(encoding: str) -> None:
    sheet = read(
        "Fallnummer\tGeburtsdatum\tAusweis\tBemerkung\nBB-1\t01.02.1990\tDokument\tspät für München\n", encoding
    )
    (row,) = sheet.rows
    assert row.values == {
        "case": "BB-1",
        "birth_date": date(1990, 2, 1),
        "identity": "document",
        "note": "spät für München",
    }


def test_albanian_words_are_read() -> None:
    (row,) = read("Rasti,Datëlindja,Pikët,I pranishëm\nBB-1,01.02.1990,75,po\n").rows
    assert (row.values["points"], row.values["present"]) == (75, True)


def test_a_workbook_is_read_and_its_formulas_are_given_back() -> None:
    data = workbook(
        ["Case", "Points", "Note"],
        ["BB-1", 80, "ok"],
        ["BB-2", "=40+40", "x"],
        ["BB-3", 90, "@SUM(A1)"],
        ["BB-4", 1e16],
    )
    sheet = read_sheet(data, "list.xlsx", COLUMNS)
    assert [row.number for row in sheet.rows] == [2]
    assert codes(sheet.findings) == [
        (3, "Points", "formula_content"),
        (4, "Note", "formula_content"),
        (5, "Points", "lost_digits"),
    ]


def test_every_finding_tells_the_column_the_reason_and_how_to_mend_it() -> None:
    sheet = read("Case,Points,Identity,Present,Date of birth\nBB-1,101,seen,perhaps,31.02.1990\n")
    assert codes(sheet.findings) == [
        (2, "Points", "invalid_number"),
        (2, "Identity", "unknown_word"),
        (2, "Present", "unknown_word"),
        (2, "Date of birth", "invalid_date"),
    ]
    assert all(str(finding.message) and str(finding.fix) for finding in sheet.findings)
    assert "document seen, none" in str(sheet.findings[1].fix)
    assert not sheet.rows


def test_the_same_case_twice_is_given_back_the_second_time() -> None:
    sheet = read("Case,Points\nBB-1,1\nBB-2,2\nBB-1,3\n")
    assert [row.number for row in sheet.rows] == [2, 3]
    assert codes(sheet.findings) == [(4, "Case", "duplicate_in_file")]


def test_a_missing_reference_is_a_finding_of_its_row() -> None:
    sheet = read("Case,Points\n,1\nBB-2,2\n")
    assert codes(sheet.findings) == [(2, "Case", "missing_value")]
    assert [row.number for row in sheet.rows] == [3]


def test_a_file_without_the_columns_that_are_needed_has_no_good_row() -> None:
    columns = COLUMNS | {"points": SheetColumn("points", sheets.whole(0, 100), required=True)}
    sheet = read_sheet(b"Case,Note\nBB-1,hello\n", "list.csv", columns | {"note": SheetColumn("note", required=True)})
    assert codes(sheet.findings) == [(None, None, "missing_column")]
    assert not sheet.rows


def test_the_more_usual_title_wins_and_the_same_title_twice_is_refused() -> None:
    sheet = read("Reference,Case,Points\nOWN-1,BB-1,1\n")
    assert sheet.rows[0].values["case"] == "BB-1"
    assert codes(sheet.findings) == [(None, "Reference", "unknown_column")]
    twice = read("Case,Points,points\nBB-1,1,2\n")
    assert codes(twice.errors) == [(None, "points", "duplicate_column")]
    assert not twice.rows


def test_an_unknown_column_is_left_out_with_a_warning() -> None:
    sheet = read("Case,Points,Shoe size\nBB-1,1,42\n")
    assert [(finding.code, finding.severity) for finding in sheet.findings] == [("unknown_column", Severity.WARNING)]
    assert sheet.rows[0].values == {"case": "BB-1", "points": 1}


def test_a_row_with_more_cells_than_the_header_is_given_back() -> None:
    assert codes(read("Case,Points\nBB-1,1,2\n").findings) == [(2, None, "surplus_cells")]


def test_titles_without_rows_are_a_finding() -> None:
    assert codes(read("Case,Points\n").findings) == [(None, None, "no_rows")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (b"Ardian,Krasniqi\nBesa,Gashi\n", "no_header"),
        (b"%PDF-1.7 something", "wrong_file_type"),
        (b'Case,Points\n"BB-1,1\n', "broken_csv"),
        (
            b"Case,Points\n" + b"".join(b"BB-%d,1\n" % number for number in range(sheets.MAX_SHEET_ROWS + 1)),
            "too_many_rows",
        ),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_sheet(data, "list.csv", COLUMNS)
    assert refusal.value.code == code
    assert refusal.value.fix is not None
    assert "Krasniqi" not in f"{refusal.value} {refusal.value.fix}"


def test_ambiguous_days_follow_the_rest_of_the_column() -> None:
    sheet = read("Case,Date of birth\nBB-1,05/31/1990\nBB-2,04/03/1990\n")
    assert sheet.rows[1].values["birth_date"] == date(1990, 4, 3)


def test_a_row_is_about_the_case_that_it_names_and_never_about_a_guess() -> None:
    one, two = uuid4(), uuid4()
    known = {"BB-1": SheetPerson(one, date(1990, 1, 1)), "BB-2": SheetPerson(two, date(1991, 1, 1))}
    sheet, cases = sheets.people(read("Case,Date of birth\nBB-1,1990-01-01\nBB-2,1990-01-01\nBB-3,1990-01-01\n"), known)
    assert cases == {2: one}
    assert [row.number for row in sheet.rows] == [2]
    assert codes(sheet.findings) == [(3, "Date of birth", "birth_date_differs"), (4, "Case", "unknown_case")]


def test_without_a_column_for_it_no_birth_date_is_compared() -> None:
    known = {"BB-1": SheetPerson(UUID(int=1), date(1990, 1, 1))}
    assert sheets.people(read("Case,Points\nBB-1,1\n"), known)[1] == {2: UUID(int=1)}


def test_findings_of_the_caller_take_their_rows_away() -> None:
    sheet = read("Case,Points\nBB-1,1\nBB-2,2\n")
    finding = sheet.finding(3, "points", "below", _("Too few."), _("Look again."))
    assert [row.number for row in sheet.without([finding]).rows] == [2]
    shape = sheets.sheet_json(sheet.without([finding]), "attendance-list")
    assert shape["schema"] == "predeparture.attendance-list/1"
    assert shape["rows"] == {"total": 2, "good": 1, "refused": 1}
    assert shape["findings"][0]["column"] == "Points"
