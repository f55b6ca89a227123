"""What two sources say of a person is the same or differs: names, dates, sex, country, number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.partial import PartialDate
from casework.evidence.consistency import (
    RECORDED,
    SETTLE_REASONS,
    WORDS,
    Compared,
    Difference,
    Stated,
    agree,
    differences,
    of_zone,
    reasons_for,
    same_day,
    same_name,
)
from casework.evidence.mrz import emit_td3, parse
from casework.evidence.transliteration import transliterate

ON = date(2026, 11, 2)
WORDS_OF_NAMES = st.text("ABCDEÉGHIÜÖÄSTŞŁÇØZ'", min_size=1, max_size=8).filter(lambda word: word.strip("'"))
NAMES = st.lists(WORDS_OF_NAMES, min_size=1, max_size=5).map(" ".join)
SOME = settings(max_examples=40, deadline=None)
DAYS = st.dates(date(1930, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Müller Jörg", "MUELLER JOERG", True),
        ("Müller Jörg", "jorg MULLER", True),
        ("Al Masri Ahmed", "Ahmed ALMASRI", True),
        ("Хрущов Микита", "KHRUSHCHOV MYKYTA", True),
        ("Hoxha Gëzim", "GEZIM HOXHA", True),
        ("O'Brien", "OBRIEN", True),
        ("Ahmeti Arta Mira", "Mira Ahmeti Arta", True),
        ("Ahmeti Arta", "Ahmeti Arta Mira", False),
        ("Krasniqi Arta", "Ahmeti Arta", False),
        ("Mueller", "Muller", False),  # neither is written with the letter that has both forms
        ("রহমান", "রহমান", True),
        ("রহমান", "রহমন", False),
        ("রহমান", "Rahman", False),
        ("A A A A A A A A A A A B", "A A A A A A A A A A A C", False),
        ("", "Ahmeti", False),
    ],
)
def test_names_are_compared_as_passports_write_them(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@SOME
@given(NAMES)
def test_a_name_agrees_with_itself_transliterated(name: str) -> None:
    assert same_name(name, transliterate(name).replace("<", " "))


@SOME
@given(NAMES, st.randoms())
def test_the_order_of_the_parts_does_not_matter(name: str, chance: object) -> None:
    parts = name.split()
    chance.shuffle(parts)  # type: ignore[attr-defined]
    assert same_name(name, " ".join(parts))


@SOME
@given(NAMES, NAMES)
def test_it_does_not_matter_which_name_comes_first(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)


PLAIN = st.lists(st.text("ABCDEFGHIJ", min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


@SOME
@given(PLAIN, PLAIN)
def test_a_part_more_is_a_difference(name: str, more: str) -> None:
    assert not same_name(name, f"{name} {more}")


@SOME
@given(DAYS, st.booleans(), st.booleans())
def test_a_date_known_in_part_agrees_with_every_day_that_it_may_be(day: date, month: bool, both: bool) -> None:
    partial = PartialDate(day.year, day.month if month or both else None, day.day if both else None)
    assert same_day(partial, PartialDate.of(day))
    assert same_day(partial, PartialDate.of(partial.latest()))


@SOME
@given(DAYS, DAYS)
def test_two_days_agree_only_where_they_are_one(one: date, other: date) -> None:
    assert same_day(PartialDate.of(one), PartialDate.of(other)) is (one == other)
    assert same_day(PartialDate(one.year), PartialDate(other.year)) is (one.year == other.year)


def recorded(**values: object) -> Stated:
    said: dict[str, object] = {
        "family_name": "Hoxha",
        "given_names": "Gëzim",
        "birth_date": PartialDate(1990, 5, 17),
        "sex": "M",
        "nationality": "XK",
        "number": "K0012345",
    }
    return Stated(RECORDED, **{**said, **values})  # type: ignore[arg-type]


def zone(**values: object) -> Stated:
    said: dict[str, object] = {
        "issuer": "RKS",
        "family_name": "Hoxha",
        "given_names": "Gezim",
        "document_number": "K0012345",
        "nationality": "RKS",
        "birth_date": date(1990, 5, 17),
        "sex": "M",
        "expires_on": date(2030, 1, 1),
    }
    return of_zone(parse(emit_td3(**{**said, **values}), on=ON))  # type: ignore[arg-type]


def test_a_passport_of_kosovo_agrees_with_the_row_it_was_copied_into() -> None:
    assert differences(recorded(), [zone(), Stated("paper")]) == ()


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"family_name": "Krasniqi"}, Compared.NAMES),
        ({"birth_date": date(1990, 5, 18)}, Compared.BIRTH_DATE),
        ({"sex": "F"}, Compared.SEX),
        ({"nationality": "ALB"}, Compared.NATIONALITY),
        ({"document_number": "K0012346"}, Compared.NUMBER),
    ],
)
def test_each_field_of_the_zone_that_differs_is_found_alone(differs: dict[str, object], field: Compared) -> None:
    assert [one.field for one in differences(recorded(), [zone(**differs)])] == [field]


def test_what_a_source_leaves_open_contradicts_nothing() -> None:
    open_zone = zone(sex="X", nationality="XXA", birth_date=PartialDate(1990))
    assert differences(recorded(), [open_zone]) == ()


def test_of_a_parent_s_zone_only_the_number_is_compared() -> None:
    parents = of_zone(parse(emit_td3(
        issuer="RKS", family_name="Hoxha", given_names="Arta", document_number="K0012345", nationality="RKS",
        birth_date=date(1965, 1, 1), sex="F", expires_on=date(2030, 1, 1),
    ), on=ON), number_only=True)  # fmt: skip
    assert differences(recorded(), [parents]) == ()


def test_where_the_row_says_nothing_papers_are_compared_with_each_other() -> None:
    one, other = (Stated(name, native_name=text) for name, text in (("1", "غزيم"), ("2", "غازم")))
    found = differences(recorded(), [one, other])
    assert [(each.reference.source, each.other.source) for each in found] == [("1", "2")]


def test_a_difference_keeps_its_key_until_one_of_its_values_changes() -> None:
    def key(one: Stated, other: Stated) -> str:
        return Difference(Compared.NAMES, one, other).key

    first = key(recorded(), Stated("1", family_name="Ahmeti"))
    assert first == key(recorded(sex="F"), Stated("1", family_name="AHMETI", number="7"))
    assert first != key(recorded(), Stated("1", family_name="Ahmetaj"))
    assert first != key(recorded(family_name="Hoxhaj"), Stated("1", family_name="Ahmeti"))
    assert first != key(recorded(), Stated("2", family_name="Ahmeti"))


@SOME
@given(st.builds(Stated, st.just("1"), family_name=NAMES, given_names=NAMES, sex=st.sampled_from(["", "M", "F"])))
def test_every_source_agrees_with_itself(stated: Stated) -> None:
    assert all(agree(field, stated, stated) for field in Compared)


def test_every_field_has_words_and_reasons_that_fit_it() -> None:
    assert set(WORDS) == set(Compared)
    assert {reason for field in Compared for reason in reasons_for(field)} == set(SETTLE_REASONS)
    assert "second_nationality" not in reasons_for(Compared.NAMES)
