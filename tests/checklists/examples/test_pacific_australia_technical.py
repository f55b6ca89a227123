"""Pacific to Australia: a welder from Fiji for a season, the same welder again, a mechanic for three years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from checklists.assessment import assess
from checklists.facts import CaseFacts, Fact
from checklists.programme import CostBearer, Provider
from checklists.schedule import plan
from tests.checklists.building import signed_through
from tests.checklists.examples.common import (
    DEPARTURE,
    TODAY,
    Answers,
    asked,
    case_of,
    excluded_by,
    fact,
    papers,
    shipped,
    slot,
    the,
    what,
)

RULES = shipped("pacific-australia-technical")
EARLIER = fact("earlier", "earlier_placement")
ANSWERS: Answers = {
    "selection_record": {"way": "work_ready_pool"},
    "character_declaration": {"convicted_or_charged": False},
    "language_result": {"level": "B2", "listening": "B2", "speaking": "B1"},
}


def welder(track: str = "short", *given: Fact, **more: Any) -> CaseFacts:
    return case_of(RULES, track, *given, occupation="7212", **more)


def english(**skills: str) -> Fact:
    return fact("english", "language_result", subject="en", attributes=skills, tested_on=TODAY)


@pytest.mark.parametrize(
    ("requirement", "weeks"),
    [
        ("labour_market_test", 8),
        ("accommodation_plan", 8),
        ("recruitment_application", 8),
        ("mobilisation_date", 5),
    ],
)
def test_the_employer_keeps_the_weeks_of_the_scheme(requirement: str, weeks: int) -> None:
    found = the(RULES, welder(), requirement)
    assert found.actor is Provider.EMPLOYER
    assert found.due_on is not None and found.due_on <= DEPARTURE - timedelta(weeks=weeks)


def test_a_mobilisation_that_is_moved_moves_the_employers_days_with_it() -> None:
    later = welder(departure=DEPARTURE + timedelta(weeks=4))
    before, after = the(RULES, welder(), "recruitment_application"), the(RULES, later, "recruitment_application")
    assert before.due_on == DEPARTURE - timedelta(weeks=8)
    assert after.due_on == DEPARTURE - timedelta(weeks=4)


def test_a_welder_who_comes_back_for_a_season_is_asked_less() -> None:
    first, again = what(RULES, welder()), what(RULES, welder("short", EARLIER))
    assert first - again == {"selection_record", "police_certificate", "trade", "module"}
    assert again - first == {"recall", "character_declaration", "refresher"}
    assert {"medical_examination", "watchlist_screening", "visa", "recruitment_application"} <= again
    assert len(asked(RULES, welder("short", EARLIER))) == len(asked(RULES, welder())) - 8


def test_a_welder_who_comes_back_is_not_judged_on_the_trade_again() -> None:
    assessment = assess(RULES, welder("short", EARLIER), TODAY)
    assert assessment.stage("qualifications").status.value == "not_asked"
    assert assessment.stage("training").status.value == "not_asked"


def test_who_comes_back_for_a_long_placement_still_shows_english() -> None:
    again = what(RULES, welder("long", EARLIER))
    assert "english" in again and "trade" not in again


def test_a_season_needs_no_english_and_a_long_placement_does_by_skill() -> None:
    assert "english" not in what(RULES, welder("short"))
    facts = welder("long", english(level="B1", listening="B1", speaking="A2"))
    assert slot(RULES, facts, "english").status.value == "short"
    facts = welder("long", english(level="B1"))
    assert slot(RULES, facts, "english").status.value == "unknown"
    facts = welder("long", english(level="B1", listening="B2", speaking="B1"))
    assert slot(RULES, facts, "english").status.value == "met"


def test_a_trade_that_falls_short_is_topped_up_in_22_weeks() -> None:
    tested = fact("trade", "professional_ability", attributes={"outcome": "partial", "years": 1})
    facts = welder("short", tested)
    course = the(RULES, facts, "trade_course")
    assert course.actor is Provider.PROVIDER
    documents = [one.due_on for one in asked(RULES, facts) if one.stage == "documents" and one.due_on is not None]
    assert course.due_on is not None and course.due_on - max(documents) >= timedelta(weeks=22)


@pytest.mark.parametrize("nationality", ["FJ", "KI", "NR", "PG", "SB", "TL", "TO", "TV", "VU", "WS"])
def test_nationals_of_the_ten_states_are_eligible(nationality: str) -> None:
    assert not excluded_by(RULES, welder(nationality=nationality))


def test_a_new_zealander_is_not_eligible_and_nobody_under_21_is() -> None:
    assert excluded_by(RULES, welder(nationality="NZ")) == {"participating_country"}
    assert RULES.minimum_age == 21


@pytest.mark.parametrize(("track", "again"), [("short", False), ("short", True), ("long", False), ("long", True)])
def test_a_case_with_everything_there_is_cleared(track: str, again: bool) -> None:
    on = date(2027, 4, 5)
    facts = welder(track)
    more = (EARLIER,) if again else ()
    facts = replace(facts, facts=(*papers(RULES, facts, on, ANSWERS), *more))
    assert assess(RULES, signed_through(RULES, facts, on), on).cleared


def test_the_employer_gives_300_dollars_of_the_travel_for_good() -> None:
    (given,) = RULES.entitlements
    assert (str(given.amount), given.paid_by, given.legal_basis.confirmed) == ("AUD 300.00", CostBearer.EMPLOYER, True)


def test_the_welfare_person_meets_the_worker_within_a_fortnight_and_the_season_is_closed_after_nine_months() -> None:
    arrived = date(2027, 9, 16)
    days = {one.id: one.after.after(arrived) for one in RULES.follow_ups}
    assert days["first_welfare_meeting"] == date(2027, 9, 30)
    assert days["end_of_season"] == date(2028, 6, 16)


def test_who_comes_back_can_leave_after_eight_weeks_and_some_days_long_before_a_newcomer() -> None:
    newcomer, again = plan(RULES, welder(), TODAY), plan(RULES, welder("short", EARLIER), TODAY)
    assert newcomer.earliest_departure is not None and again.earliest_departure is not None
    assert TODAY + timedelta(weeks=8) < again.earliest_departure < TODAY + timedelta(weeks=14)
    assert again.earliest_departure + timedelta(weeks=8) < newcomer.earliest_departure
