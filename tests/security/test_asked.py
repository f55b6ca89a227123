"""What somebody asks about: everything readable is compared, everything else is said."""

from __future__ import annotations

import pytest

from basis.errors import InvalidInput
from basis.partial import PartialDate
from casework.batches.rules import Severity
from casework.security.asked import ask, read_people
from casework.security.index import Index
from casework.security.lists import load


def codes(name: str, **known: str) -> set[str]:
    return {doubt.code for doubt in ask(name, **known).doubts}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing_value"),
        ("  ", "missing_value"),
        ("x" * 500, "too_long"),
        ("🙂🙂", "no_letters"),
        ("-- 123", "no_letters"),
    ],
)
def test_a_name_in_which_nothing_can_be_compared_is_refused(name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(name)
    assert refused.value.code == code and refused.value.fix


@pytest.mark.parametrize("name", ["B", "A. B.", "bin al", "Abd", "van de"])
def test_initials_titles_and_particles_are_compared_with_a_word_of_doubt(name: str) -> None:
    assert codes(name) == {"hardly_a_name"}


@pytest.mark.parametrize("name", ["محمد علي", "Олена", "राम थापा", "አበበ", "মোঃ রহিম", "王伟", "김영수", "Drilon"])
def test_a_name_in_any_script_is_a_name(name: str) -> None:
    assert codes(name) == set()


def test_direction_controls_are_left_out_and_said() -> None:
    asked = ask("\u202eDrilon\u2066 Gashtani\u200b 🙂")
    assert asked.person.names == ("Drilon Gashtani 🙂",)
    assert {doubt.code for doubt in asked.doubts} == {"invisible_characters"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1986", PartialDate(1986)),
        ("1986-05", PartialDate(1986, 5)),
        ("1986-05-17", PartialDate(1986, 5, 17)),
        ("17.05.1986", PartialDate(1986, 5, 17)),
        ("", None),
    ],
)
def test_a_birth_date_is_taken_as_far_as_it_is_known(text: str, read: PartialDate | None) -> None:
    assert ask("Drilon Gashtani", born=text).person.birth_date == read


def test_what_cannot_be_read_is_a_doubt_and_the_name_is_compared_all_the_same() -> None:
    asked = ask("Drilon Gashtani", born="May", nationality="Atlantis", sex="?", document="12")
    assert {doubt.field for doubt in asked.doubts} == {"born", "nationality", "sex", "document"}
    assert asked.person.names == ("Drilon Gashtani",)
    said = " ".join(f"{doubt.message} {doubt.fix}" for doubt in asked.doubts)
    assert "Atlantis" not in said and "Drilon" not in said


def test_a_messy_file_of_people_is_read_row_by_row(own_list: bytes) -> None:
    text = (
        "People to check;;;\n"
        "Surname;Given Name;Date of birth;Citizenship;Passport No\n"
        'GASHTANI;"Drilon ";02.03.1984;Kosovo;K1234567\n'
        ";;;;\n"
        ";;1990-01-01;;\n"
        "Vllasolli;Rezarta;1990-13-45;XK;\n"
    )
    found = read_people(text.encode("utf-16"))
    assert [row.row for row in found.rows] == [3, 6]
    assert {(one.row, one.code, one.severity) for one in found.findings} == {
        (5, "missing_value", Severity.ERROR),
        (6, "invalid_date", Severity.WARNING),
    }
    index = Index.build(load(own_list, "csv").entries)
    matches = index.screen([row.person for row in found.rows])
    assert [[candidate.entry.reference for candidate in one] for one in matches] == [["W-1"], ["W-4"]]


def test_a_file_with_names_alone_is_enough_and_one_without_is_refused() -> None:
    assert [row.person.names for row in read_people(b"Full name\nDrilon Gashtani\n").rows] == [("Drilon Gashtani",)]
    with pytest.raises(InvalidInput):
        read_people(b"born,nationality,passport\n1990,XK,K1234567\n")
