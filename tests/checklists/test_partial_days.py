"""Days of which a paper shows the month or the year only, and passports counted from the registration."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.partial import PartialDate
from checklists.assessment import assess
from checklists.facts import Fact
from tests.checklists.building import DEPARTURE, TODAY, case, fact, one_paper, state, status

AT_DEPARTURE = "validity: {last_day: expires_on, must_hold_until: departure, margin: P6M}"
AGED = "validity: {anchor: issued_on, max_age: P6M}"
REGISTERED = "validity: {last_day: expires_on, must_hold_until: registration, margin: P6M}"
PARTS = st.builds(
    lambda day, month: PartialDate(day.year, day.month if month else None),
    st.dates(TODAY - timedelta(days=500), TODAY + timedelta(days=900)),
    st.booleans(),
)


RULES = {"expires_on": one_paper(AT_DEPARTURE), "issued_on": one_paper(AGED)}
SOME = settings(max_examples=40, deadline=None)


def dated(name: str, day: date) -> Fact:
    return replace(fact(), anchors={name: day})


def in_part(name: str, known: PartialDate) -> Fact:
    return replace(dated(name, known.earliest()), latest={name: known.latest()})


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [("2027-09", "too_short"), ("2027-10", "unknown"), ("2027-11", "met"), ("2027", "unknown"), ("2028", "met")],
)
def test_a_month_counts_where_every_day_of_it_comes_to_the_same(expires_on: str, expected: str) -> None:
    paper = in_part("expires_on", PartialDate.parse(expires_on))
    assert status(one_paper(AT_DEPARTURE), case(paper, departure=DEPARTURE)) == expected


def test_it_says_that_only_a_part_of_the_day_is_known() -> None:
    found = state(one_paper(AT_DEPARTURE), case(in_part("expires_on", PartialDate(2027, 10)), departure=DEPARTURE))
    assert "Only the month or the year" in str(found.why)
    assert found.actor == "caseworker"


@SOME
@given(PARTS, st.sampled_from(["expires_on", "issued_on"]), st.integers(0, 400))
def test_a_part_is_never_better_than_its_worst_day_nor_worse_than_its_best(
    known: PartialDate, name: str, later: int
) -> None:
    rules = RULES[name]
    day = TODAY + timedelta(days=later)
    first = status(rules, case(dated(name, known.earliest()), departure=DEPARTURE), day)
    last = status(rules, case(dated(name, known.latest()), departure=DEPARTURE), day)
    found = status(rules, case(in_part(name, known), departure=DEPARTURE), day)
    if first == last:
        assert found == first
    assert found != "met" or first == "met"


@SOME
@given(PARTS)
def test_the_assessment_changes_on_no_day_before_the_one_it_names(known: PartialDate) -> None:
    rules, facts = RULES["expires_on"], case(in_part("expires_on", known), departure=DEPARTURE)
    found = assess(rules, facts, TODAY)
    until = min(found.changes_on or date.max, TODAY + timedelta(days=400))
    between = TODAY + (until - TODAY) / 2
    if between < until:
        assert [one.status for one in assess(rules, facts, between).stages] == [one.status for one in found.stages]


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [(date(2027, 5, 19), "too_short"), (date(2027, 5, 20), "met"), (date(2026, 11, 19), "lapsed")],
)
def test_a_passport_may_have_to_be_good_for_six_months_from_the_registration(expires_on: date, expected: str) -> None:
    facts = replace(case(fact(expires_on=expires_on), departure=None), registered_on=date(2026, 11, 20))
    assert status(one_paper(REGISTERED), facts) == expected


def test_it_counts_on_a_track_that_stays_too() -> None:
    facts = replace(case(fact(expires_on=date(2027, 5, 19)), track="home"), registered_on=date(2026, 11, 20))
    assert status(one_paper(REGISTERED), facts) == "too_short"
