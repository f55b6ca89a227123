from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from checklists.conditions import Condition, ConditionError, Known
from checklists.facts import CaseFacts, Residence, Standing
from tests.checklists.building import fact

KLEENE = {True: "loan_asked", False: "not loan_asked", None: "nationality == 'XK'"}


def known(**changes: object) -> Known:
    """A case in which yes is yes, and the nationality, birth date and departure are not known."""
    given: dict[str, Any] = {
        "track": "away",
        "registered_on": date(2026, 11, 2),
        "nationality": "",
        "loan_asked": True,
        **changes,
    }
    facts = CaseFacts(**given)
    return Known(facts, date(2026, 11, 20), {"language_result": True, "diploma": None}.get)


def answer(text: str, **changes: object) -> bool | None:
    return Condition.parse(text).evaluate(known(**changes))


@pytest.mark.parametrize(("left", "right"), list(product((True, False, None), repeat=2)))
def test_and_or_and_not_follow_kleenes_tables(left: bool | None, right: bool | None) -> None:
    values = (left, right)
    both = False if False in values else None if None in values else True
    either = True if True in values else None if None in values else False
    assert answer(f"({KLEENE[left]}) and ({KLEENE[right]})") is both
    assert answer(f"({KLEENE[left]}) or ({KLEENE[right]})") is either
    assert answer(f"not ({KLEENE[left]})") is (None if left is None else not left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("track == 'away'", True),
        ("track != 'away'", False),
        ("track in ('home', 'away')", True),
        ('track not in ("home", "away",)', False),
        ("registered_on < 2026-11-03 and registered_on >= 2026-11-02", True),
        ("registered_on > 2026-11-02", False),
        ("nationality in ('XK')", None),
        ("planned_departure > 2026-11-02", None),
        ("age_at(departure) >= 45", None),
        ("lived_in('MK', 6, 16)", None),
        ("gap('language_result')", True),
        ("gap('diploma')", None),
        ("true or false and false", True),
        ("not loan_asked or loan_asked", True),
        ("household_role == 'alone' and not travels_together", True),
        ("children >= 1 or guardian_consent", False),
    ],
)
def test_conditions_are_answered(text: str, expected: bool | None) -> None:
    assert answer(text) is expected


def test_each_member_of_a_household_is_asked_what_is_its_own() -> None:
    child = {"household_role": "child", "travels_together": True, "children": 2, "guardian_consent": False}
    assert answer("household_role in ('child') and not guardian_consent", **child) is True
    assert answer("household_role == 'spouse' and travels_together", **child) is False
    assert answer("children > 1 and travels_together", **child) is True


@pytest.mark.parametrize(
    ("born", "expected"),
    [(date(1982, 4, 7), 45), (date(1982, 4, 8), 45), (date(1982, 4, 9), 44), (date(2004, 2, 29), 23)],
)
def test_age_is_in_full_years_on_the_day(born: date, expected: int) -> None:
    assert answer(f"age_at(departure) == {expected}", birth_date=born, planned_departure=date(2027, 4, 8)) is True


@pytest.mark.parametrize(("day", "expected"), [(date(2022, 2, 28), 17), (date(2022, 3, 1), 18)])
def test_a_leap_day_child_is_a_year_older_on_the_first_of_march(day: date, expected: int) -> None:
    facts = {"birth_date": date(2004, 2, 29), "registered_on": day}
    assert answer(f"age_at(registered_on) == {expected}", **facts) is True


@pytest.mark.parametrize(("until", "expected"), [(date(2020, 6, 30), False), (date(2020, 7, 1), True)])
def test_a_stay_counts_from_the_age_named(until: date, expected: bool) -> None:
    stay = Residence("MK", date(2015, 1, 1), until)
    facts = {"birth_date": date(2004, 1, 1), "residences": (stay,)}
    assert answer("lived_in('MK', 6, 16)", **facts) is expected
    assert answer("lived_in('AL', 6, 16)", **facts) is False


def test_stays_that_touch_are_one_stay() -> None:
    stays = (Residence("MK", date(2020, 1, 1), date(2020, 3, 31)), Residence("MK", date(2020, 4, 1), date(2020, 7, 1)))
    assert answer("lived_in('MK', 6, 16)", birth_date=date(1990, 1, 1), residences=stays) is True


def test_a_stay_until_the_end_of_the_calendar_is_one_that_goes_on() -> None:
    stays = (Residence("MK", date(2020, 1, 1), date.max), Residence("MK", date(2021, 1, 1)))
    assert answer("lived_in('MK', 6, 16)", birth_date=date(1990, 1, 1), residences=stays) is True


def test_without_a_birth_date_a_stay_is_too_short_or_unknown_but_never_long_enough() -> None:
    stays = (Residence("MK", date(2020, 1, 1), date(2020, 3, 31)), Residence("AL", date(2020, 4, 1)))
    assert answer("lived_in('MK', 6, 16)", residences=stays) is False
    assert answer("lived_in('AL', 6, 16)", residences=stays) is None


def test_has_is_yes_for_accepted_unknown_while_undecided_and_no_otherwise() -> None:
    expected = {Standing.ACCEPTED: True, Standing.SUBMITTED: None, Standing.PENDING: None, Standing.REJECTED: False}
    for standing, reply in expected.items():
        assert answer("has('visa', 'DE')", facts=(fact(kind="visa", subject="DE", standing=standing),)) is reply
    assert answer("has('visa', 'DE')", facts=(fact(kind="visa", subject="FR"),)) is False
    assert answer("has('visa')", facts=(fact(kind="visa", subject="FR"),)) is True


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "cannot be read at character 1"),
        ("trak == 'away'", "there is no field trak; did you mean track?"),
        ("hass('visa')", "there is no function hass(); did you mean has?"),
        ("track == 1", "a text cannot be compared with a number"),
        ("track < 'b'", "a text has no order; use == or !="),
        ("age_at(arrival) > 3", "age_at() takes one of departure, registered_on, today"),
        ("age_at(today)", "must say yes or no, but is a number"),
        ("track and loan_asked", "and, or and not join yes-or-no parts, but one is a text"),
        ("lived_in('MK')", "write lived_in('COUNTRY', months, since_age)"),
        ("has(track)", "write has('evidence kind'[, 'subject'])"),
        ("registered_on > 2026-02-30", "2026-02-30 is not a day of the calendar"),
        ("track in (nationality)", "after `in` stand written values only"),
        ("age_at(today) > age_at(departure)", "compare an age with a written number"),
        ("household_role == 'uncle'", "a role in a household is one of alone, principal, spouse, child, guardian"),
        ("children", "must say yes or no, but is a number"),
        ("loan_asked and", "cannot be read at character 15"),
        ("__import__('os')", "there is no function __import__()"),
        ("track == 'away", "cannot be read at character 10"),
    ],
)
def test_a_mistake_is_told_in_words(text: str, problem: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("not ", "")])
def test_the_longest_nesting_is_answered_and_a_longer_one_refused(opening: str, closing: str) -> None:
    depth = 480 // len(opening + closing)
    assert answer(opening * depth + "loan_asked" + closing * depth) is True
    with pytest.raises(ConditionError, match="longer than 500"):
        Condition.parse(opening * 500 + "loan_asked" + closing * 500)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nationality == 'KS'", "there is no country 'KS'; write a code such as 'DE'"),
        ("'GER' != destination", "there is no country 'GER'"),
        ("destination in ('DE', 'ZZ')", "there is no country 'ZZ'"),
        ("lived_in('Kosovo', 6, 16)", "there is no country 'Kosovo'"),
        ("occupation == '711'", "there is no occupation '711' in ISCO-08"),
        ("sex == 'W'", "sex is one of F, M, X"),
    ],
)
def test_a_value_that_a_field_can_never_hold_is_a_mistake(text: str, problem: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("text", "away", "home"),
    [
        ("track == 'away'", True, False),
        ("track == 'away' and loan_asked", None, False),
        ("track != 'away' or has('visa')", None, True),
        ("not has('visa') and gap('diploma')", None, None),
        ("registered_on < 2027-01-01 or age_at(registered_on) > 40", None, None),
        ("not true", False, False),
    ],
)
def test_what_a_condition_says_of_every_case_on_a_track(text: str, away: bool | None, home: bool | None) -> None:
    condition = Condition.parse(text)
    assert (condition.on_track("away"), condition.on_track("home")) == (away, home)


def test_a_condition_knows_the_tracks_that_it_names() -> None:
    condition = Condition.parse("track in ('away', 'home') or 'abroad' == track or nationality == 'XK'")
    assert condition.tracks == {"away", "home", "abroad"}
