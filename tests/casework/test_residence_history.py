"""Gaps and overlaps of a residence history: found where they are there on any reading of the days, and explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from basis.partial import Precision
from casework.workers.residence import HistoryFault, examine, in_order, since_words, stay, until_words
from casework.workers.service import Stay

BORN, ON = date(1990, 5, 17), date(2027, 1, 15)


def faults(*stays: Stay, born: date | None = BORN) -> list[tuple[str, str, str]]:
    return [(one.fault.value, str(one.first), str(one.last)) for one in examine(stays, born, ON)]


def test_a_history_without_gaps_has_nothing_to_ask_about() -> None:
    assert faults(stay("XK", "1990-05-17", "2015-03-01"), stay("MK", "2015-03-01")) == []
    assert faults(stay("XK", "1990", "2015-03"), stay("MK", "2015-03", "2020"), stay("CH", "2021")) == []


def test_a_gap_is_found_between_stays_before_the_first_and_up_to_today() -> None:
    assert faults(stay("XK", "1992-01-01", "2015-03-01"), stay("MK", "2015-04-01", "2026-12-31")) == [
        ("gap", "1990-05-17", "1991-12-31"),
        ("gap", "2015-03-02", "2015-03-31"),
        ("gap", "2027-01-01", "2027-01-15"),
    ]


def test_the_sentence_of_a_gap_says_how_long_it_is() -> None:
    found = examine([stay("XK", "1990-05-17", "2015-03-01"), stay("MK", "2015-03-11")], BORN, ON)
    assert "(9 days) nothing is recorded" in str(found[0].message)
    assert found[0].rows == (0, 1)


def test_what_the_unknown_days_could_explain_is_no_fault() -> None:
    assert faults(stay("XK", "1990", "2015"), stay("MK", "2015")) == []
    assert faults(stay("XK", "1990", "2015-03"), stay("MK", "2015-03")) == []
    assert faults(stay("XK", "1990", "2015-03"), stay("MK", "2015-01"))[0][0] == "overlap"
    assert faults(stay("XK", "1990", "2015-03"), stay("MK", "2015-05"))[0] == ("gap", "2015-04-01", "2015-04-30")


def test_two_countries_at_once_are_found_and_a_day_of_moving_is_not() -> None:
    assert faults(stay("XK", "1990-05-17", "2015-03-02"), stay("MK", "2015-03-01")) == [
        ("overlap", "2015-03-01", "2015-03-02")
    ]
    assert faults(stay("XK", "1990-05-17"), stay("MK", "2015-03-01"))[0][0] == "overlap"
    assert faults(stay("XK", "1990-05-17", "2015-03-01"), stay("MK", "2015-03-01")) == []


def test_the_same_country_twice_is_told_apart() -> None:
    found = examine([stay("XK", "1990-05-17"), stay("XK", "2000-01-01", "2001-01-01")], BORN, ON)
    assert [str(one.message) for one in found] == [
        "The same country stands twice for this time: keep one of the two stays."
    ]


def test_stays_before_birth_and_in_the_future_are_said() -> None:
    assert ("before_birth", "1989-01-01", "1989-12-31") in faults(stay("XK", "1989"))
    assert [fault for fault, _first, _last in faults(stay("XK", "1990"), stay("MK", "2028-01-01"))] == [
        "in_future",
        "overlap",
    ]
    assert faults(stay("XK", "1990")) == []


def test_without_a_birth_date_nothing_is_asked_of_the_time_before_the_first_stay() -> None:
    assert faults(stay("XK", "2000-01-01"), born=None) == []
    assert faults(born=None) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("ZZ", "1990"), "unknown_country"),
        (("XK", "17.05.1990"), "invalid_date"),
        (("XK", "1990-13"), "invalid_date"),
        (("XK", "1991", "1990"), "dates"),
        (("XK", "1990", "", "x" * 121), "too_long"),
    ],
)
def test_what_is_no_stay_is_refused(given: tuple[str, ...], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        stay(*given)
    assert refusal.value.code == code


def test_a_stay_keeps_how_well_its_days_are_known() -> None:
    made = stay("xk", "1990-05", "2015", " residence permit ")
    assert (made.since, made.until) == (date(1990, 5, 1), date(2015, 12, 31))
    assert (made.since_precision, made.until_precision) == (Precision.MONTH, Precision.YEAR)
    assert (since_words(made), until_words(made), made.source) == ("1990-05", "2015", "residence permit")


@st.composite
def histories(draw: st.DrawFn) -> list[Stay]:
    made = []
    for _each in range(draw(st.integers(0, 6))):
        since = draw(st.dates(date(1985, 1, 1), date(2028, 1, 1)))
        days = draw(st.none() | st.integers(0, 4000))
        until = None if days is None else since + timedelta(days=days)
        cut = draw(st.sampled_from([4, 7, 10]))
        made.append(
            stay(draw(st.sampled_from(["XK", "MK", "CH"])), str(since)[:cut], str(until)[:cut] if until else "")
        )
    return made


@given(stays=histories())
def test_every_day_that_a_gap_names_lies_in_no_stay_and_every_other_day_in_one(stays: list[Stay]) -> None:
    gaps = [one for one in examine(stays, BORN, ON) if one.fault is HistoryFault.GAP]
    for day in [BORN + timedelta(days=331 * step) for step in range(41)]:
        lived = any(one.since <= day and (one.until is None or one.until >= day) for one in stays)
        named = any(gap.first <= day <= gap.last for gap in gaps)
        assert lived != named or not stays or day > ON


@given(stays=histories(), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_stays_were_recorded_changes_nothing(stays: list[Stay], seed: object) -> None:
    shuffled = list(stays)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert examine(shuffled, BORN, ON) == examine(stays, BORN, ON)
    assert set(in_order(shuffled)) == set(stays)
