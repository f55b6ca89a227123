"""Each row becomes a proposed worker, or findings at its row, column and field."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from basis.messages import _
from basis.money import Money
from basis.partial import Precision
from casework.batches.check import findings_json
from casework.batches.rules import ProposedWorker, Severity, age_on
from casework.cases.intake import Obstacle
from checklists.facts import Residence
from tests.batches.making import GOOD, ON, as_csv, as_xlsx, checked, found, zone


def one(**changes: str) -> ProposedWorker:
    result = checked(GOOD | {key.replace("_", " "): value for key, value in changes.items()})
    assert not result.errors
    return result.proposed[0]


def test_a_good_row_becomes_a_worker_with_typed_values() -> None:
    worker = checked(
        GOOD
        | zone()
        | {
            "Mobile phone": "049 555 615",
            "Language": "Gjermanisht",
            "Language level (CEFR)": "b1",
            "Language tested on": "16.04.2026",
            "Diploma year": "2008",
            "Years of experience": "7",
            "Travel loan requested (EUR)": "1650.50",
            "Residence history": "XK:1990-05/2018-03;MK:2018-03/",
        }
    ).proposed[0]
    assert (worker.row, worker.nationality, worker.birth_date, worker.sex) == (2, "XK", date(1990, 5, 17), "M")
    assert worker.phone == "+38349555615"
    assert (worker.language, worker.language_level, worker.language_tested_on) == ("de", "B1", date(2026, 4, 16))
    assert worker.loan_requested == Money(165050, "EUR")
    assert worker.residences == (
        Residence("XK", date(1990, 5, 1), date(2018, 3, 31), Precision.MONTH, Precision.MONTH),
        Residence("MK", date(2018, 3, 1), None, Precision.MONTH),
    )
    assert len(worker.mrz) == 2


def test_a_worker_can_be_kept_as_json_and_read_back() -> None:
    worker = one(**{"Travel loan requested (EUR)": "800", "Residence history": "XK:1990-05/"})
    assert ProposedWorker.model_validate_json(worker.model_dump_json()) == worker


@pytest.mark.parametrize(
    ("column", "value", "field", "code"),
    [
        ("Agency reference", "", "agency_reference", "missing_value"),
        ("Family name", "", "family_name", "missing_value"),
        ("Family name", "=1+1", "family_name", "formula_content"),
        ("Family name", "@SUM(A1)", "family_name", "formula_content"),
        ("Family name", "＝1", "family_name", "formula_content"),
        ("Passport number", "=1+1", "passport_number", "formula_content"),
        ("Family name", "#REF!", "family_name", "lost_digits"),
        ("Family name", "Kras\u202eniqi", "family_name", "forbidden_character"),
        ("Family name", "Kras\u200bniqi", "family_name", "forbidden_character"),
        ("Family name", "Kras\x07niqi", "family_name", "forbidden_character"),
        ("Family name", "Kras\nniqi", "family_name", "forbidden_character"),
        ("Family name", "Красничи", "family_name", "not_latin"),
        ("Family name", "K" * 201, "family_name", "too_long"),
        ("Sex", "Q", "sex", "unknown_sex"),
        ("Date of birth", "31.02.1994", "birth_date", "invalid_date"),
        ("Date of birth", "17.05.90", "birth_date", "invalid_date"),
        ("Date of birth", "May 1990", "birth_date", "invalid_date"),
        ("Date of birth", "1890-05-17", "birth_date", "invalid_date"),
        ("Date of birth", "2027-01-01", "birth_date", "date_in_future"),
        ("Date of birth", "2008-11-16", "birth_date", "under_age"),
        ("Nationality", "Kosova e Re", "nationality", "unknown_country"),
        ("Passport number", "P12", "passport_number", "invalid_passport_number"),
        ("Passport number", "PASSPORT", "passport_number", "invalid_passport_number"),
        ("Passport number", "1.23E+11", "passport_number", "lost_digits"),
        ("Passport number", "1,23E+11", "passport_number", "lost_digits"),
        ("Passport expires on", "2026-11-14", "passport_expires_on", "passport_expired"),
        ("Occupation (ISCO-08)", "7999", "occupation", "unknown_occupation"),
        ("Occupation (ISCO-08)", "711", "occupation", "unknown_occupation"),
        ("Track", "sideways", "track", "unknown_track"),
        ("Planned departure", "2026-11-14", "planned_departure", "date_in_past"),
        ("Planned departure", "", "planned_departure", "missing_value"),
        ("Consent", "no", "consent", "consent_missing"),
        ("Consent", "", "consent", "consent_missing"),
        ("E-mail", "not-an-address", "email", "invalid_email"),
        ("Mobile phone", "12", "phone", "invalid_phone"),
        ("Mobile phone", "call me", "phone", "invalid_phone"),
        ("Language", "Klingonisch", "language", "unknown_language"),
        ("Language level (CEFR)", "B7", "language_level", "unknown_level"),
        ("Language tested on", "2026-11-16", "language_tested_on", "date_in_future"),
        ("Diploma year", "08", "diploma_year", "invalid_year"),
        ("Years of experience", "many", "years_of_experience", "invalid_number"),
        ("Loan", "-300", "loan_requested", "invalid_amount"),
        ("Loan", "1.650,50", "loan_requested", "invalid_amount"),
        ("Loan", "a lot", "loan_requested", "invalid_amount"),
        ("Residence history", "XK", "residences", "invalid_residence"),
        ("Residence history", "ZZ:1990-05/", "residences", "invalid_residence"),
        ("Residence history", "XK:2001-05/2001-04", "residences", "invalid_residence"),
        ("Residence history", "XK:2027-05/", "residences", "date_in_future"),
        ("Passport issued on", "2026-11-16", "passport_issued_on", "date_in_future"),
        ("Passport issued on", "1989-01-01", "passport_issued_on", "dates_out_of_order"),
        ("MRZ line 1", "P<RKSKRASNIQI<<GEZIM<<<<<<<<<<<<<<<<<<<<<<<<", "mrz_line_2", "missing_value"),
    ],
)
def test_each_fault_is_found_at_its_row_and_field(column: str, value: str, field: str, code: str) -> None:
    result = checked(GOOD | {column: GOOD.get(column, "")}, GOOD | {column: value})
    errors = [(e.row, e.field, e.code) for e in result.errors if e.code != "duplicate_in_file"]
    assert errors == [(3, field, code)]
    assert 3 in result.refused_rows


def test_no_sentence_repeats_the_value_of_a_cell() -> None:
    values = {name: f"secret{number}" for number, name in enumerate(GOOD)} | {"E-mail": "secret", "Loan": "secret"}
    result = checked(values)
    assert result.errors
    for finding in result.findings:
        assert "secret" not in f"{finding.message} {finding.fix}"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"document_number": "P12345679"}, "mrz_line_2", "mrz_mismatch"),
        ({"birth_date": date(1990, 5, 18)}, "mrz_line_2", "mrz_mismatch"),
        ({"expires_on": date(2031, 3, 3)}, "mrz_line_2", "mrz_mismatch"),
        ({"sex": "F"}, "mrz_line_2", "mrz_mismatch"),
        ({"nationality": "ALB"}, "mrz_line_2", "mrz_mismatch"),
        ({"family_name": "Krasnici"}, "mrz_line_1", "mrz_name_mismatch"),
    ],
)
def test_a_zone_that_differs_from_the_row_is_told(changes: dict[str, Any], field: str, code: str) -> None:
    assert found(checked(GOOD | zone(**changes))) == [(2, field, code)]


def test_a_zone_is_not_compared_with_a_cell_that_is_faulty_itself() -> None:
    assert found(checked(GOOD | zone() | {"Date of birth": "31.02.1990"})) == [(2, "birth_date", "invalid_date")]
    assert found(checked(GOOD | zone() | {"Passport number": ""})) == [(2, "passport_number", "missing_value")]


def test_a_digit_that_does_not_hold_is_one_finding() -> None:
    cells = zone()
    cells["MRZ line 2"] = cells["MRZ line 2"][:-1] + str((int(cells["MRZ line 2"][-1]) + 1) % 10)
    assert found(checked(GOOD | cells)) == [(2, "mrz_line_2", "mrz_check_digit")]


def test_a_line_that_lost_its_fillers_is_told_at_that_line() -> None:
    cells = zone()
    assert found(checked(GOOD | cells | {"MRZ line 1": cells["MRZ line 1"].rstrip("<")})) == [
        (2, "mrz_line_1", "mrz_shape")
    ]


def test_a_person_with_one_name_needs_the_zone_that_shows_it() -> None:
    single = GOOD | {"Family name": "Sukarno", "Given names": ""}
    assert found(checked(single)) == [(2, "given_names", "missing_value")]
    worker = checked(single | zone(family_name="Sukarno", given_names="")).proposed[0]
    assert (worker.family_name, worker.given_names) == ("Sukarno", "")
    assert found(checked(single | zone(family_name="Sukarno", given_names="Ali"))) == [
        (2, "given_names", "missing_value")
    ]


def test_the_same_passport_twice_is_told_at_the_later_row_and_names_the_first() -> None:
    result = checked(GOOD, GOOD | {"Passport number": "P 1234-5678"}, GOOD | {"Passport number": "P12345670"})
    assert found(result) == [(3, "passport_number", "duplicate_in_file"), (4, "agency_reference", "duplicate_in_file")]
    assert "Row 2" in str(result.findings[0].message)
    assert [worker.row for worker in result.proposed] == [2]


def test_the_same_number_of_two_countries_is_two_passports() -> None:
    assert not checked(GOOD, GOOD | {"Agency reference": "A-2", "Nationality": "Albania"}).errors


def test_a_loan_on_the_home_track_is_a_warning_and_the_row_is_taken() -> None:
    result = checked(GOOD | {"Track": "home", "Loan": "800"})
    assert [(finding.code, finding.severity) for finding in result.findings] == [
        ("loan_on_home_track", Severity.WARNING)
    ]
    assert result.proposed[0].loan_requested == Money(80000, "EUR")


def test_a_loan_of_nothing_is_no_loan() -> None:
    assert checked(GOOD | {"Loan": "0"}).proposed[0].loan_requested is None
    assert checked(GOOD | {"Loan": "1200 EUR"}).proposed[0].loan_requested == Money(120000, "EUR")


def test_a_currency_in_the_title_must_be_the_programmes() -> None:
    result = checked(GOOD | {"Loan (MAD)": "800"})
    assert found(result) == [(None, "loan_requested", "currency_mismatch")]
    assert not result.proposed
    assert not checked(GOOD | {"Loan (MAD)": "800"}, currency="MAD").errors


def test_who_stays_at_home_needs_no_day_of_departure() -> None:
    assert checked(GOOD | {"Track": "home", "Planned departure": ""}).proposed[0].planned_departure is None


def test_a_programme_with_one_track_needs_no_column_for_it() -> None:
    row = {name: value for name, value in GOOD.items() if name != "Track"}
    assert checked(row, tracks=("away",)).proposed[0].track == "away"
    assert found(checked(row)) == [(None, "track", "missing_column")]


def test_where_the_programme_leads_is_asked_only_when_it_does_not_say_so() -> None:
    assert one().destination == "DE"
    several = ("AE", "SA")
    assert found(checked(GOOD, destinations=several)) == [(None, "destination", "missing_column")]
    row = GOOD | {"Country of destination": "United Arab Emirates"}
    assert checked(row, destinations=several).proposed[0].destination == "AE"
    assert found(checked(GOOD | {"Destination": ""}, destinations=several)) == [(2, "destination", "missing_value")]
    assert found(checked(GOOD | {"Destination": "Germany"}, destinations=several)) == [
        (2, "destination", "unknown_destination")
    ]
    assert checked(GOOD | {"Destination": "Germany"}, destinations=()).proposed[0].destination == "DE"
    assert found(checked(GOOD | {"Destination": "Atlantis"}, destinations=())) == [
        (2, "destination", "unknown_country")
    ]


def test_who_stays_by_the_tracks_of_the_programme_needs_neither_departure_nor_destination() -> None:
    row = GOOD | {"Track": "virtual", "Planned departure": "", "Destination": ""}
    terms: dict[str, Any] = {"tracks": ("virtual", "away"), "staying": ("virtual",), "destinations": ()}
    worker = checked(row, **terms).proposed[0]
    assert (worker.planned_departure, worker.destination) == (None, "")
    assert len(found(checked(row | {"Track": "away"}, **terms))) == 2


def test_a_worker_whom_the_programme_does_not_admit_is_refused_with_the_rule() -> None:
    def barred(worker: ProposedWorker) -> list[Obstacle]:
        return [Obstacle("not_eligible", "", _("No."), _("See the rule."))] if worker.nationality == "XK" else []

    result = checked(GOOD, barred=barred)
    assert found(result) == [(2, None, "not_eligible")]
    assert result.proposed == ()
    assert checked(GOOD | {"Nationality": "Albania"}, barred=barred).proposed


def test_the_minimum_age_is_the_programmes_and_counts_completed_years() -> None:
    row = GOOD | {"Date of birth": "2005-11-15"}
    assert not checked(row, minimum_age=21).errors
    assert found(checked(row, minimum_age=22)) == [(2, "birth_date", "under_age")]
    assert age_on(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert age_on(date(2004, 2, 29), date(2022, 3, 1)) == 18


@pytest.mark.parametrize(("on", "age"), [(date(2026, 11, 14), 17), (date(2026, 11, 15), 18), (date(2026, 11, 16), 18)])
def test_somebody_comes_of_age_on_the_birthday(on: date, age: int) -> None:
    assert age_on(date(2008, 11, 15), on) == age


@pytest.mark.parametrize(
    ("on", "errors"),
    [
        (date(2031, 3, 1), []),
        (date(2031, 3, 2), []),
        (date(2031, 3, 3), [(2, "passport_expires_on", "passport_expired")]),
    ],
)
def test_a_passport_is_good_on_its_last_day(on: date, errors: list[Any]) -> None:
    result = checked(GOOD | {"Planned departure": "2031-06-01"}, on=on)
    assert [(e.row, e.field, e.code) for e in result.errors] == errors


def test_slashes_are_day_first_unless_the_file_shows_otherwise() -> None:
    def births(*texts: str) -> list[date]:
        rows = [
            GOOD | {"Date of birth": text, "Agency reference": f"A-{n}", "Passport number": f"P1234567{n}"}
            for n, text in enumerate(texts)
        ]
        return [worker.birth_date for worker in checked(*rows).proposed]

    assert births("03/04/1990") == [date(1990, 4, 3)]
    assert births("03/04/1990", "25/04/1990") == [date(1990, 4, 3), date(1990, 4, 25)]
    assert births("03/04/1990", "04/25/1990") == [date(1990, 3, 4), date(1990, 4, 25)]
    assert births("03.04.1990", "04/25/1990") == [date(1990, 4, 3), date(1990, 4, 25)]
    assert births("03/04/1990", "04/25/1990", "25/04/1990", "26/04/1990") == [
        date(1990, 4, 3),
        date(1990, 4, 25),
        date(1990, 4, 26),
    ]


def test_a_column_without_evidence_follows_the_others_of_the_file() -> None:
    result = checked(GOOD | {"Date of birth": "03/04/1990", "Planned departure": "05/31/2027"})
    assert result.proposed[0].birth_date == date(1990, 3, 4)


def test_digits_spaces_and_marks_of_other_keyboards_are_understood() -> None:
    worker = checked(
        GOOD
        | {
            "Date of birth": "\u200e١٧.٠٥.١٩٩٠",
            "Passport number": "P12\u00a0345\u00a0678",
            "Family name": " Kras\u0308niqi\u00a0Berisha ",
            "Mobile phone": "\u202a+383 49 555 615\u202c",
        }
    ).proposed[0]
    assert worker.birth_date == date(1990, 5, 17)
    assert worker.passport_number == "P12345678"
    assert worker.family_name == "Kras\u0308niqi Berisha"
    assert worker.phone == "+38349555615"


def test_names_in_their_own_script_keep_their_joiners() -> None:
    worker = checked(GOOD | {"Native family name": "می\u200cخواهم"}).proposed[0]
    assert worker.native_family_name == "می\u200cخواهم"


def test_html_in_a_name_is_a_name_with_a_warning() -> None:
    result = checked(GOOD | {"Family name": "<b>Krasniqi</b>"})
    assert result.proposed[0].family_name == "<b>Krasniqi</b>"
    assert found(result) == [(2, "family_name", "unusual_character")]


def test_a_dash_is_an_empty_cell() -> None:
    assert checked(GOOD | {"E-mail": "-", "Mobile phone": "n/a"}).proposed[0].email == ""


def test_a_number_unlike_its_countrys_is_taken_with_a_warning() -> None:
    result = checked(GOOD | {"Mobile phone": "+212 65 451 760"})
    assert found(result) == [(2, "phone", "unlikely_phone")]
    assert result.proposed


def test_cells_that_slipped_to_the_right_refuse_the_row() -> None:
    data = as_csv([GOOD]).rstrip() + b",moved\n"
    result = _check(data)
    assert found(result) == [(2, None, "surplus_cells")]


def test_formulas_in_a_workbook_are_told_wherever_they_stand() -> None:
    cells: list[object] = list(GOOD.values())
    cells[4] = "=TODAY()"
    result = _check(as_xlsx([list(GOOD), cells]))
    assert found(result) == [(2, "birth_date", "formula_content")]


def test_a_file_with_titles_only_is_told() -> None:
    assert found(_check(as_csv([GOOD]).splitlines()[0])) == [(None, None, "no_rows")]


def test_a_missing_column_refuses_the_file_and_no_row_is_proposed() -> None:
    row = {name: value for name, value in GOOD.items() if name != "Consent"}
    result = checked(row)
    assert found(result) == [(None, "consent", "missing_column")]
    assert not result.proposed


def test_the_json_has_the_documented_shape() -> None:
    result = checked(GOOD, GOOD | {"Sex": "Q", "Agency reference": "A-2", "Passport number": "P12345679"})
    document = json.loads(json.dumps(findings_json(result)))
    assert document["schema"] == "predeparture.batch-check/1"
    assert document["rows"] == {"total": 2, "good": 1, "refused": 1}
    assert document["mapping"]["sex"] == "Sex"
    assert document["findings"] == [
        {
            "row": 3,
            "column": "Sex",
            "field": "sex",
            "code": "unknown_sex",
            "severity": "error",
            "message": "The sex is none of F, M and X.",
            "fix": "Write F, M or X, as in the passport.",
        }
    ]


def _check(data: bytes) -> Any:
    from casework.batches.check import check

    return check(data, file_name="list", on=ON)
