"""Which column is which field."""

from __future__ import annotations

import pytest

from basis.errors import InvalidInput
from casework.batches.mapping import FIELDS, REQUIRED, key, match, score
from casework.batches.rules import ProposedWorker, Severity
from tests.batches.making import GOOD


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Date of birth", "birth_date"),
        ("DATE-OF-BIRTH ", "birth_date"),
        ("Data e lindjes", "birth_date"),
        ("Datelindja", "birth_date"),
        ("Date de naissance", "birth_date"),
        ("Geburtsdatum", "birth_date"),
        ("N° de passeport", "passport_number"),
        ("Nr. i pasaportës", "passport_number"),
        ("Kredia EUR", "loan_requested"),
        ("Travel loan requested (EUR)", "loan_requested"),
        ("Anglais (CECR)", "language_level"),
    ],
)
def test_titles_are_known_in_the_languages_of_agencies(title: str, field: str) -> None:
    columns, _findings = match([title], None, ())
    assert columns.places == {field: 0}


def test_a_title_can_name_the_language_and_the_currency() -> None:
    columns, _findings = match(["Anglais (CECR)", "Loan (MAD)"], None, ())
    assert (columns.language, columns.currency) == ("en", "MAD")
    columns, _findings = match(["English (CEFR)", "Language"], None, ())
    assert columns.language == ""


def test_every_required_column_that_is_missing_is_told_with_what_to_write() -> None:
    _columns, findings = match(["Family name", "Shoe size"], None, REQUIRED)
    missing = {finding.field for finding in findings if finding.code == "missing_column"}
    assert missing == set(REQUIRED) - {"family_name"}
    assert "Passport number" in " ".join(str(finding.fix) for finding in findings)


def test_an_unknown_column_is_only_a_warning() -> None:
    _columns, findings = match([*GOOD, "Shoe size"], None, REQUIRED)
    assert [(finding.code, finding.column, finding.severity) for finding in findings] == [
        ("unknown_column", "Shoe size", Severity.WARNING)
    ]


def test_the_same_title_twice_is_an_error_told_once() -> None:
    _columns, findings = match([*GOOD, "family NAME", "Family name"], None, REQUIRED)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    assert {finding.code for finding in errors} == {"duplicate_column"}


def test_of_two_columns_for_one_field_the_usual_title_wins() -> None:
    columns, _findings = match(["Telephone", "Mobile phone"], None, ())
    assert columns.headers["phone"] == "Mobile phone"


def test_an_explicit_mapping_comes_first() -> None:
    columns, _findings = match(["Candidate", "Family name"], {"family_name": "Candidate"}, ())
    assert columns.headers == {"family_name": "Candidate"}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"shoe_size": "Family name"}, "unknown_field"),
        ({"family_name": "Nom"}, "unknown_column"),
        ({"family_name": "Family name", "given_names": "family name"}, "duplicate_column"),
    ],
)
def test_an_explicit_mapping_that_does_not_fit_is_refused(mapping: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        match(list(GOOD), mapping, ())
    assert refusal.value.code == code


def test_fields_are_those_of_a_proposed_worker() -> None:
    fields = {field for field in FIELDS if not field.startswith("mrz_line")} | {"mrz", "row"}
    assert fields == set(ProposedWorker.model_fields)


def test_accents_case_and_punctuation_do_not_matter() -> None:
    assert key("Nr. referencës") == key("NR REFERENCES") == "nrreferences"
    assert score(["Nr. referencës", "Mbiemri", "x" * 200, ""]) == 2
