"""What a zone says of itself: confusions are suggested with their place, never mended; wrong lines say where."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from basis.partial import PartialDate
from casework.evidence.mrz import Check, Form, Holder, Mrz, Note, Suggestion, check_digit, emit, notes, parse

ON = date(2026, 11, 15)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
VISA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<")


def changed(lines: tuple[str, ...], line: int, place: int, sign: str) -> tuple[str, ...]:
    """One character of the zone is another; line and place count from 1."""
    old = lines[line - 1]
    return (*lines[: line - 1], old[: place - 1] + sign + old[place:], *lines[line:])


def read(lines: tuple[str, ...]) -> tuple[Mrz, dict[str, Note]]:
    zone = parse(lines, on=ON)
    return zone, {f"{note.field}:{note.code}": note for note in notes(zone, on=ON)}


@pytest.mark.parametrize("lines", [TD3, TD1, TD2, VISA])
def test_of_a_zone_without_fault_there_is_nothing_to_say_but_its_specimen_country(lines: tuple[str, ...]) -> None:
    assert read(lines)[1] == {}


@pytest.mark.parametrize(
    ("line", "place", "sign", "field", "right"),
    [
        (2, 5, "O", "document_number", "9"),
        (2, 6, "O", "document_number", "0"),
        (2, 17, "B", "birth_date", "1"),
        (2, 15, "A", "birth_date", "4"),
        (2, 16, "O", "birth_date", "0"),
        (2, 23, "Z", "expires_on", "2"),
        (2, 27, "S", "expires_on", "5"),
        (2, 32, "B", "optional_data", "8"),
        (2, 19, "Z", "birth_date", "2"),
        (2, 43, "I", "optional_data", "1"),
        (2, 44, "O", "composite", "0"),
    ],
)
def test_a_confusion_is_suggested_where_it_stands_and_the_zone_stays_as_it_was_read(
    line: int, place: int, sign: str, field: str, right: str
) -> None:
    lines = changed(TD3, line, place, sign)
    zone, found = read(lines)
    assert zone.lines == lines
    assert zone.checks[field] is Check.REFUTED
    suggestions = found[f"{field}:digit"].suggestions
    meant = Suggestion(line, place, sign, right)
    if {sign, right} in ({"O", "0"}, {"I", "1"}, {"B", "8"}, {"S", "5"}, {"Z", "2"}, {"G", "6"}):
        assert meant in suggestions
    else:
        assert meant not in suggestions


def test_each_field_has_the_confusions_that_would_make_its_own_digit_hold() -> None:
    lines = changed(changed(TD3, 2, 6, "O"), 2, 16, "O")
    found = read(lines)[1]
    assert found["document_number:digit"].suggestions == (Suggestion(2, 6, "O", "0"),)
    assert found["birth_date:digit"].suggestions == (Suggestion(2, 16, "O", "0"),)
    assert found["composite:digit"].suggestions == ()


def test_a_change_that_no_confusion_explains_has_no_suggestion() -> None:
    found = read(changed(TD3, 2, 1, "M"))[1]
    assert found["document_number:digit"].suggestions == ()
    assert found["composite:digit"].suggestions == ()


def test_letters_in_a_date_are_refuted_even_where_the_digit_holds() -> None:
    zone, found = read(changed(TD3, 2, 16, "A"))  # A counts as 0 does
    assert check_digit(zone.lines[1][13:19]) == zone.lines[1][19]
    assert zone.checks["birth_date"] is Check.REFUTED
    assert "birth_date:no_day" in found


@pytest.mark.parametrize("code", ["RKS", "D<<", "GBD", "GBN", "GBO", "GBP", "GBS", "UNO", "UNA", "UNK", "XXA", "XXB",
                                  "XXC", "XXX", "XOM", "XPO", "EUE", "UTO", "MAR"])  # fmt: skip
def test_the_codes_of_icao_are_known(code: str) -> None:
    lines = (f"P<{code}{TD3[0][5:]}", TD3[1][:10] + code + TD3[1][13:])
    assert read(lines)[1] == {}


@pytest.mark.parametrize("code", ["DEU", "XK<", "QQQ", "<<<", "<D<", "R<S"])
def test_an_unknown_code_is_said(code: str) -> None:
    lines = (f"P<{code}{TD3[0][5:]}", TD3[1][:10] + code + TD3[1][13:])
    found = read(lines)[1]
    assert {"issuer:unknown_code", "nationality:unknown_code"} <= set(found)
    assert parse(lines, on=ON).digits_hold


def test_a_confusion_in_a_code_or_name_is_suggested_too() -> None:
    found = read((TD3[0].replace("UTO", "UT0").replace("ANNA", "ANN4").replace("MARIA", "MAR1A"), TD3[1]))[1]
    assert found["issuer:unknown_code"].suggestions == (Suggestion(1, 5, "0", "O"),)
    assert found["names:digit_in_name"].suggestions == (Suggestion(1, 24, "1", "I"),)


@pytest.mark.parametrize(
    ("lines", "key", "wrong"),
    [
        (("P<UTO<<SUKARNO" + "<" * 30, TD3[1]), "names:one_name", False),
        (("P<UTO" + "<" * 39, TD3[1]), "names:no_names", True),
        (("P<UTO" + "A" * 20 + "<<" + "B" * 17, TD3[1]), "names:truncated", False),
        (changed(TD3, 2, 21, "W"), "sex:sex", True),
        (changed(TD3, 1, 1, "X"), ":document_code", True),
        ((TD3[0].lower(), TD3[1].lower()), ":small_letters", False),
    ],
)
def test_what_a_person_should_know_is_said(lines: tuple[str, ...], key: str, wrong: bool) -> None:
    assert read(lines)[1][key].wrong is wrong


def test_small_letters_are_read_and_said_and_other_alphabets_are_not_taken_for_latin() -> None:
    zone = parse([line.lower() for line in TD3], on=ON)
    assert (zone.lines, zone.small_letters) == (TD3, True)
    for sign in ("ß", "ı", "é", "Ａ", "０"):
        with pytest.raises(InvalidInput, match="Character 7 of line 1"):
            parse(changed(TD3, 1, 7, sign), on=ON)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            (TD3[0], TD3[1][:14] + TD3[1][15:]),
            "Line 2 has 43 of 44 characters: 1 is missing, most likely after character 10 and before character 22",
        ),
        (
            (TD3[0], TD3[1][:4] + TD3[1][6:]),
            "Line 2 has 42 of 44 characters: 2 are missing, most likely before character 14",
        ),
        (
            (TD3[0], TD3[1][:38] + TD3[1][40:]),
            "Line 2 has 42 of 44 characters: 2 are missing, most likely after character 28",
        ),
        ((TD3[0][:-3], TD3[1]), "Line 1 has 41 of 44 characters: 3 are missing, most likely of the < at its end"),
        ((TD3[0][:19], TD3[1]), "Line 1 has 19 of 44 characters: 25 are missing, most likely at its end"),
        ((TD3[0] + "<", TD3[1]), "Line 1 has 45 characters instead of 44: 1 is too many, most likely of the <"),
        (
            (TD3[0], TD3[1][:30] + "XX" + TD3[1][30:]),
            "Line 2 has 46 characters instead of 44: 2 are too many, most likely after character 28",
        ),
        ((TD2[0][:-1], TD2[1][:-1]), "Line 1 has 35 of 36 characters"),
        ((TD2[0][:-1], TD2[1][:-1]), "Line 2 has 35 of 36 characters"),
        ((TD1[0], TD1[1][1:], TD1[2]), "Line 2 has 29 of 30 characters: 1 is missing, most likely before character 9"),
        ((TD1[0], TD1[1], TD1[2][:-2]), "Line 3 has 28 of 30 characters: 2 are missing, most likely of the <"),
        ((VISA[0], VISA[1][:-1]), "Line 2 has 43 of 44 characters: 1 is missing, most likely after character 28"),
        (("".join(TD3),), "in one line: it has 2 of 44"),
        (("".join(TD1),), "in one line: it has 3 of 30"),
        ((), "has not two lines"),
        ((*TD1, TD1[0]), "has not two lines"),
    ],
)
def test_lines_of_a_wrong_length_say_how_many_characters_are_missing_and_where(
    lines: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse(lines, on=ON)
    assert refusal.value.code == "mrz_shape"
    assert said in str(refusal.value.message)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_place_that_is_said_is_where_the_characters_are_missing(count: int) -> None:
    """A digit holds by chance once in ten times, so the sentence says "most likely": here in nine of ten gaps."""
    right = 0
    for at in range(44 - count):
        with pytest.raises(InvalidInput) as refusal:
            parse((TD3[0], TD3[1][:at] + TD3[1][at + count :]), on=ON)
        words = str(refusal.value.message)
        after, before = re.search(r"after character (\d+)", words), re.search(r"before character (\d+)", words)
        right += (int(after[1]) if after else 0) <= at + count and (int(before[1]) if before else 45) > at
    assert right >= 0.9 * (44 - count)


@given(
    form=st.sampled_from(Form),
    number=st.from_regex(r"[A-Z0-9]{5,9}", fullmatch=True),
    birth=st.dates(date(1930, 1, 1), ON),
    data=st.data(),
)
def test_every_confusion_that_a_digit_sees_is_among_the_suggestions(
    form: Form, number: str, birth: date, data: st.DataObject
) -> None:
    code = "V" if form in (Form.MRV_A, Form.MRV_B) else "P" if form is Form.TD3 else "I"
    lines = emit(form, Holder(code, "RKS", "Test", "Test", number, "RKS", birth, "F", date(2030, 1, 2)))
    line, begin = (0, 5) if form is Form.TD1 else (1, 0)
    at = data.draw(st.sampled_from(range(begin, begin + len(number))))
    confused = {"O": "0", "0": "O", "I": "1", "1": "I", "B": "8", "8": "B", "S": "5", "5": "S", "Z": "2", "2": "Z"}
    right = lines[line][at]
    if right not in confused:
        return
    wrong = changed(lines, line + 1, at + 1, confused[right])
    zone, found = read(wrong)
    assert zone.checks["document_number"] is Check.REFUTED
    assert Suggestion(line + 1, at + 1, confused[right], right) in found["document_number:digit"].suggestions


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(
    ("family", "given_names", "printed"),
    [
        ("الشريف", "محمد", "ALSHRYF"),
        ("Шевченко", "Олена", "SHEVCHENKO<<OLENA"),
        ("Müller-Groß", "Jürgen", "MUELLER<GROSS<<JUERGEN"),
        ("Nguyễn", "Thị Ánh", "NGUYEN<<THI<ANH"),
        ("", "Sukarno", "<<SUKARNO"),
    ],
)
def test_a_zone_of_every_layout_is_written_from_a_name_in_its_own_script(
    form: Form, family: str, given_names: str, printed: str
) -> None:
    code = "V" if form in (Form.MRV_A, Form.MRV_B) else "P" if form is Form.TD3 else "I"
    holder = Holder(
        code, "RKS", family, given_names, "AB1234567", "XXA", PartialDate(1990, 5), "X", PartialDate(2030, 1, 2)
    )
    lines = emit(form, holder)
    zone, found = read(lines)
    assert zone.digits_hold
    assert not any(note.wrong for note in found.values())
    names = lines[2] if form is Form.TD1 else lines[0][5:]
    assert names.startswith(printed) or family == "الشريف"
    assert (zone.birth_date, zone.sex, zone.nationality) == (PartialDate(1990, 5), "X", "XXA")
