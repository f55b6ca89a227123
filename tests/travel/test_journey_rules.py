"""The table of journeys, and the times that tickets state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest

from basis.errors import Conflict, InvalidInput
from casework.cases.rules import REVERSAL, CaseLife
from casework.travel import rules
from casework.travel.rules import STANDS, TRANSITIONS, JourneyAct, JourneyState, Leg, Local
from tests.support.errors import error

DAY = date(2027, 3, 28)
"""Clocks go forward in Europe, from 2 to 3."""
LONDON = Local(DAY, "14:30", "Europe/London")
"""Half past three in Berlin."""


def leg(departs: Local, arrives: Local | None = None) -> Leg:
    return Leg("Here", "There", "Synthetic Air", "SY 1", departs, arrives)


@pytest.mark.parametrize(("state", "act"), list(product(JourneyState, JourneyAct)))
def test_every_act_on_every_state_is_in_the_table_or_refused(state: JourneyState, act: JourneyAct) -> None:
    if (state, act) in TRANSITIONS:
        assert rules.moved(state, act) is TRANSITIONS[state, act]
    else:
        with error(Conflict, "journey_state"):
            rules.moved(state, act)


def test_a_journey_is_booked_once_and_what_is_over_stays_over() -> None:
    assert {state for state, _act in TRANSITIONS} | STANDS == set(JourneyState) - {
        JourneyState.TURNED_BACK,
        JourneyState.REPLACED,
        JourneyState.WITHDRAWN,
    }
    assert set(rules.STATE_WORDS) == set(JourneyState)
    assert set(rules.ACT_WORDS) == set(JourneyAct)


@pytest.mark.parametrize(
    ("start", "end", "reason", "act"),
    [
        (CaseLife.CLEARED, CaseLife.DEPARTED, "departure_confirmed", JourneyAct.DEPART),
        (CaseLife.DEPARTED, CaseLife.ARRIVED, "arrival_confirmed", JourneyAct.ARRIVE),
        (CaseLife.DEPARTED, CaseLife.CLEARED, REVERSAL, JourneyAct.TAKE_BACK),
        (CaseLife.ARRIVED, CaseLife.DEPARTED, REVERSAL, JourneyAct.TAKE_BACK),
        (CaseLife.DEPARTED, CaseLife.OPEN, "turned_back", JourneyAct.TURN_BACK),
        (CaseLife.DEPARTED, CaseLife.RETURNED, "turned_back", JourneyAct.TURN_BACK),
        (CaseLife.DEPARTED, CaseLife.RETURNED, "returned_early", None),
        (CaseLife.OPEN, CaseLife.CLEARED, "all_stages_hold", None),
        (CaseLife.WITHDRAWN, CaseLife.OPEN, REVERSAL, None),
    ],
)
def test_a_move_of_the_case_says_what_it_means_for_the_journey(
    start: CaseLife, end: CaseLife, reason: str, act: JourneyAct | None
) -> None:
    assert rules.act_of(start, end, reason) is act


def test_a_local_time_is_kept_in_utc_too() -> None:
    assert Local(DAY, "14:05", "Europe/Belgrade").instant == datetime(2027, 3, 28, 12, 5, tzinfo=UTC)
    assert Local(DAY).instant is None


@pytest.mark.parametrize(
    ("clock", "zone", "code"),
    [
        ("02:30", "Europe/Belgrade", "invalid_time"),
        ("24:00", "Europe/Belgrade", "invalid_time"),
        ("noon", "Europe/Belgrade", "invalid_time"),
        ("14:05:30", "Europe/Belgrade", "invalid_time"),
        ("", "Europe/Belgrade", "invalid_time"),
        ("14:05", "Europe/Nowhere", "unknown_zone"),
        ("14:05", "", "unknown_zone"),
        ("14:05", "../etc/passwd", "unknown_zone"),
    ],
)
def test_a_time_that_does_not_exist_is_refused(clock: str, zone: str, code: str) -> None:
    with error(InvalidInput, code):
        assert Local(DAY, clock, zone).instant


@pytest.mark.parametrize(
    ("day", "clock", "zone"),
    [(date.min, "00:00", "Europe/Belgrade"), (date.max, "23:30", "America/New_York")],
)
def test_the_first_and_the_last_day_of_the_calendar_are_refused_in_words(day: date, clock: str, zone: str) -> None:
    with error(InvalidInput, "invalid_time"):
        assert Local(day, clock, zone).instant


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    back = Local(date(2027, 10, 31), "02:30", "Europe/Berlin")
    assert back.instant == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_legs_may_cross_the_date_line_both_ways() -> None:
    auckland, honolulu = Local(DAY, "23:00", "Pacific/Auckland"), Local(DAY, "07:00", "Pacific/Honolulu")
    rules.check_legs([leg(auckland, honolulu)])
    rules.check_legs([leg(Local(date(2027, 3, 29)), Local(DAY))])
    rules.check_legs([leg(honolulu, Local(date(2027, 3, 29), "16:00", "Pacific/Auckland"))])


@pytest.mark.parametrize(
    ("legs", "code"),
    [
        ([], "legs"),
        ([leg(Local(DAY))] * 9, "legs"),
        ([leg(Local(DAY, "14:00", "Europe/Berlin"), Local(DAY, "14:00", "Europe/Berlin"))], "legs_order"),
        ([leg(Local(DAY, "14:00", "Europe/Berlin"), LONDON), leg(Local(DAY, "15:00", "Europe/Berlin"))], "legs_order"),
        ([leg(Local(DAY), Local(date(2027, 3, 26)))], "legs_order"),
        ([leg(Local(DAY), Local(date(2027, 5, 1)))], "legs_order"),
        ([leg(Local(DAY)), leg(Local(date(2027, 3, 27)))], "legs_order"),
    ],
)  # fmt: skip
def test_legs_that_do_not_follow_one_another_are_refused(legs: list[Leg], code: str) -> None:
    with error(InvalidInput, code):
        rules.check_legs(legs)


def test_two_legs_with_a_night_between_are_taken() -> None:
    rules.check_legs([leg(Local(DAY), Local(DAY)), leg(Local(date(2027, 3, 29)))])
