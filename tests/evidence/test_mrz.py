"""ICAO Doc 9303: the specimens' own digits, and what a zone can and cannot prove."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from basis.errors import InvalidInput
from basis.partial import PartialDate
from casework.evidence.mrz import Check, Form, Holder, check_digit, emit, emit_td3, names_agree, parse

ON = date(2026, 11, 15)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<")
MRV_A_OLD = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226")


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("520727", "3"),
        ("AB2134<<<", "5"),
        ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8"),
        ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", "2"),
        ("HA672242<658022549601086<<<<<<<", "8"),
        ("D23145890734", "9"),
    ],
)
def test_check_digits_of_the_standard(text: str, digit: str) -> None:
    assert check_digit(text) == digit


@pytest.mark.parametrize(
    ("lines", "form"), [(TD3, Form.TD3), (TD2, Form.TD2), (TD1, Form.TD1), (MRV_A, Form.MRV_A), (MRV_B, Form.MRV_B)]
)
def test_the_specimens_hold(lines: tuple[str, ...], form: Form) -> None:
    mrz = parse(lines, on=ON)
    assert (mrz.form, mrz.digits_hold) == (form, True)
    assert (mrz.family_name, mrz.given_names, mrz.issuer, mrz.sex) == ("ERIKSSON", "ANNA MARIA", "UTO", "F")


def test_a_passport_is_read_field_by_field() -> None:
    mrz = parse(TD3, on=ON)
    assert mrz.document_number == "L898902C3"
    assert (mrz.birth_date, mrz.expires_on) == (PartialDate(1974, 8, 12), PartialDate(2012, 4, 15))
    assert mrz.optional_data == "ZE184226B"


def test_what_no_digit_covers_is_said_to_be_not_checkable() -> None:
    checks = parse(TD3, on=ON).checks
    uncovered = {name for name, check in checks.items() if check is Check.NOT_CHECKABLE}
    assert uncovered == {"names", "issuer", "nationality", "sex"}
    assert "composite" not in parse(MRV_A, on=ON).checks


@pytest.mark.parametrize(
    ("place", "field"),
    [(1, "document_number"), (14, "birth_date"), (22, "expires_on"), (30, "optional_data"), (43, "composite")],
)
def test_a_misread_character_is_refuted_where_it_stands(place: int, field: str) -> None:
    second = TD3[1]
    wrong = second[:place] + str((int(second[place], 36) + 1) % 10) + second[place + 1 :]
    mrz = parse((TD3[0], wrong), on=ON)
    assert mrz.checks[field] is Check.REFUTED
    assert mrz.checks["composite"] is Check.REFUTED
    assert not mrz.digits_hold


def test_a_swap_that_keeps_the_sum_is_not_seen() -> None:
    wrong = TD3[1].replace("L898902C3", "B898902C3")
    assert parse((TD3[0], wrong), on=ON).digits_hold


def test_a_long_number_of_an_identity_card_runs_on_into_the_optional_data() -> None:
    lines = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
    mrz = parse(lines, on=ON)
    assert mrz.document_number == "D23145890734"
    assert mrz.checks["document_number"] is Check.VERIFIED
    assert mrz.checks["composite"] is Check.VERIFIED


def test_an_older_visa_with_an_unspecified_nationality_is_read() -> None:
    mrz = parse(MRV_A_OLD, on=ON)
    assert (mrz.nationality, mrz.document_number) == ("XXX", "L8988901C")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("900517", PartialDate(1990, 5, 17)),
        ("9005<<", PartialDate(1990, 5)),
        ("90<<<<", PartialDate(1990)),
        ("<<<<<<", None),
        ("261115", PartialDate(2026, 11, 15)),
        ("261116", PartialDate(1926, 11, 16)),
        ("900231", None),
    ],
)
def test_a_birth_date_may_be_unknown_in_part_and_never_lies_in_the_future(
    text: str, expected: PartialDate | None
) -> None:
    second = TD3[1][:13] + text + check_digit(text) + TD3[1][20:43]
    second += check_digit(second[0:10] + second[13:20] + second[21:43])
    mrz = parse((TD3[0], second), on=ON)
    assert mrz.birth_date == expected
    assert mrz.digits_hold


def test_an_expiry_date_is_taken_from_the_hundred_years_around_the_day() -> None:
    assert parse(TD3, on=ON).expires_on == PartialDate(2012, 4, 15)
    assert parse(TD3, on=date(1965, 1, 1)).expires_on == PartialDate(2012, 4, 15)
    assert parse(TD3, on=date(1961, 1, 1)).expires_on == PartialDate(1912, 4, 15)


def test_a_person_with_one_name_needs_no_surname() -> None:
    assert emit_td3(**_passport(family_name="", given_names="Sukarno"))[0].startswith("P<UTO<<SUKARNO<")
    zones = [emit_td3(**_passport(family_name="", given_names="Sukarno"))]
    zones.append(emit_td3(**_passport(family_name="Sukarno", given_names="")))
    for lines in zones:
        mrz = parse(lines, on=ON)
        assert names_agree(mrz, "", "Sukarno")
        assert names_agree(mrz, "Sukarno", "")
        assert not names_agree(mrz, "", "Suharto")


@pytest.mark.parametrize(
    ("printed", "family", "given"),
    [
        ("MUELLER<<JUERGEN", "Müller", "Jürgen"),
        ("MULLER<<JURGEN", "Müller", "Jürgen"),
        ("MUXXLLER<<JUERGEN", "Müller", "Jürgen"),
        ("CITAKU<<GEZIM", "Çitaku", "Gëzim"),
        ("EL<AMRANI<<AMINE", "El-Amrani", "Amine"),
        ("ELAMRANI<<AMINE", "El Amrani", "Amine"),
        ("OCONNOR<<SIOBHAN", "O’Connor", "Siobhán"),
        ("NXXUNXXEZ<<INES", "Ñuñez", "Inés"),
        ("GROSS<<OEYVIND", "Groß", "Øyvind"),
        ("KOVALENKO<<OLENA", "Коваленко", "Олена"),
        ("SHCHERBA<<HALYNA", "Щерба", "Галина"),
        ("MXHMD<<ELY", "محمد", "علي"),
        ("ERIKSSON<<ANNA<MARIA", "ERIKSSON", "anna maria"),
    ],
)
def test_names_agree_under_every_transliteration_that_icao_permits(printed: str, family: str, given: str) -> None:
    mrz = parse(("P<UTO" + printed.ljust(39, "<"), TD3[1]), on=ON)
    assert names_agree(mrz, family, given)


@pytest.mark.parametrize(
    ("family", "given"), [("Erikson", "Anna Maria"), ("Eriksson", "Anna"), ("Anna Maria", "Eriksson"), ("ኤሪክሰን", "አና")]
)
def test_other_names_do_not_agree(family: str, given: str) -> None:
    assert not names_agree(parse(TD3, on=ON), family, given)


def test_a_truncated_name_agrees_when_every_part_begins_alike() -> None:
    lines = ("P<UTOBENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DINGO", TD3[1])
    first = lines[0][:44]
    mrz = parse((first, TD3[1]), on=ON)
    assert mrz.truncated
    assert names_agree(mrz, "Bennelong Woolloomooloo Warrandyte Warnambool", "Dingo") is False
    assert names_agree(mrz, "Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo")
    assert not names_agree(mrz, "Bennelong Wooloomooloo Warrandyte", "Bingo")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "mrz_shape"),
        ([TD3[0]], "mrz_shape"),
        ([TD3[0][:-1], TD3[1]], "mrz_shape"),
        (["X", "Y"], "mrz_shape"),
        ([TD3[0].replace("A", "Ä"), TD3[1]], "mrz_character"),
        ([TD3[0].replace("A", "?"), TD3[1]], "mrz_character"),
    ],
)
def test_what_is_no_zone_is_refused(lines: list[str], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse(lines, on=ON)
    assert refusal.value.code == code


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        emit_td3(**_passport(document_number="1234567890"))
    assert refusal.value.code == "mrz_too_long"
    lines = emit(Form.TD1, Holder(**{"document_code": "I", **_passport(document_number="1234567890")}))
    assert parse(lines, on=ON).document_number == "1234567890"


def _passport(**changes: str) -> dict[str, Any]:
    return {
        "issuer": "UTO",
        "family_name": "Eriksson",
        "given_names": "Anna Maria",
        "document_number": "L898902C3",
        "nationality": "UTO",
        "birth_date": date(1974, 8, 12),
        "sex": "F",
        "expires_on": date(2012, 4, 15),
        **changes,
    }
