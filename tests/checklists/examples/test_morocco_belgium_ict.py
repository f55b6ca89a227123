"""Morocco to Belgium, ICT: a developer for Ghent, a systems administrator who stays, applicants turned down."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from checklists.assessment import assess
from checklists.facts import CaseFacts, Fact
from checklists.programme import Provider, Since
from checklists.schedule import plan
from tests.checklists.building import signed_through
from tests.checklists.examples.common import (
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

RULES = shipped("morocco-belgium-ict")
ANSWERS: Answers = {"aptitude_test": {"outcome": "passed"}, "selection_interview": {"outcome": "selected"}}
DEPARTS = date(2027, 10, 18)
SAMPLE = Path(__file__).parents[4] / "shared" / "samples" / "morocco-ict.csv"


def developer(track: str = "away", *given: Fact, **more: Any) -> CaseFacts:
    return case_of(RULES, track, *given, occupation="2512", departure=DEPARTS, **more)


def test_a_developer_for_ghent_is_asked_for_permit_and_visa_one_after_the_other() -> None:
    steps = ("employment_contract", "single_permit_application", "single_permit", "visa_application", "visa")
    found = [the(RULES, developer(), step) for step in steps]
    actors = [Provider.EMPLOYER, Provider.EMPLOYER, Provider.AUTHORITY, Provider.WORKER, Provider.AUTHORITY]
    assert [one.actor for one in found] == actors
    days = [one.due_on for one in found if one.due_on is not None]
    assert len(days) == len(steps) and days == sorted(days) and days[-1] < DEPARTS


def test_a_systems_administrator_on_the_home_track_skips_security_medical_permit_and_departure() -> None:
    at_home = developer("home")
    stages = {one.stage for one in asked(RULES, at_home)}
    assert stages == {"documents", "selection", "qualifications", "training", "matching"}
    assert what(RULES, developer()) - what(RULES, at_home) == {
        "watchlist_screening",
        "police_certificate",
        "english",
        "diploma",
        "employment_contract",
        "medical_examination",
        "module",
        "single_permit_application",
        "single_permit",
        "visa_application",
        "visa",
        "itinerary",
    }
    assert what(RULES, at_home) - what(RULES, developer()) == {"english_home"}


def test_everybody_takes_the_course_and_english_is_added_for_who_needs_it() -> None:
    assert {"ict_course", "soft_skills_course"} <= what(RULES, developer())
    tested = fact("english", "language_result", subject="en", attributes={"level": "A2"}, tested_on=TODAY)
    assert "english_course" in what(RULES, developer("away", tested))
    assert "english_course" not in what(RULES, developer("home", tested))
    better = replace(tested, attributes={"level": "B1"})
    assert "english_course" not in what(RULES, developer("away", better))


def test_the_course_of_seven_months_begins_in_good_time() -> None:
    course = the(RULES, developer(), "ict_course")
    interview = the(RULES, developer(), "selection_interview")
    assert course.due_on is not None and interview.due_on is not None
    assert course.due_on - interview.due_on > timedelta(days=190)


def test_the_extract_of_the_criminal_record_must_hold_on_the_day_of_the_visa_application() -> None:
    issued = fact("record", "police_certificate", subject="MA", issued_on=date(2027, 4, 1))
    lodged = fact("lodged", "visa_application", issued_on=date(2027, 9, 20))
    on = date(2027, 9, 20)
    assert slot(RULES, developer("away", issued, lodged), "police_certificate", on).status.value == "met"
    late = replace(lodged, anchors={"issued_on": date(2027, 10, 4)})
    assert slot(RULES, developer("away", issued, late), "police_certificate", date(2027, 10, 4)).status.value != "met"


@pytest.mark.parametrize(
    ("nationality", "occupation", "reasons"),
    [
        ("MA", "2512", set()),
        ("MA", "3512", set()),
        ("TN", "2512", {"moroccan"}),
        ("MA", "7112", {"ict_occupation"}),
    ],
)
def test_moroccans_of_an_ict_occupation_are_eligible(nationality: str, occupation: str, reasons: set[str]) -> None:
    assert excluded_by(RULES, case_of(RULES, nationality=nationality, occupation=occupation)) == reasons


@pytest.mark.parametrize("track", ["away", "home"])
def test_a_case_with_everything_there_is_cleared(track: str) -> None:
    on = date(2027, 9, 6)
    facts = developer(track)
    facts = replace(facts, facts=papers(RULES, facts, on, ANSWERS))
    assert assess(RULES, signed_through(RULES, facts, on), on).cleared


def test_who_fails_the_aptitude_test_is_not_selected() -> None:
    failed = fact("test", "aptitude_test", attributes={"outcome": "failed"})
    assert slot(RULES, developer("away", failed), "aptitude_test").status.value == "short"


def test_the_visa_is_free_of_charge_and_nobody_pays_for_the_course() -> None:
    free = {one.head.value for one in RULES.fee_ceilings if one.ceiling is not None and one.ceiling.minor == 0}
    assert {"visa", "training", "recruitment_fee"} <= free
    confirmed = {one.head.value for one in RULES.fee_ceilings if one.legal_basis.confirmed}
    assert confirmed == {"visa", "recruitment_fee"}


def test_outcomes_are_asked_for_at_home_and_away() -> None:
    away = [one.after.after(date(2027, 10, 18)) for one in RULES.follow_ups if "away" in one.tracks]
    assert away == [date(2027, 11, 1), date(2028, 1, 18), date(2028, 10, 18)]
    assert [one.since for one in RULES.follow_ups if "home" in one.tracks] == [Since.COMPLETION]


@pytest.mark.skipif(not SAMPLE.exists(), reason="the samples are not here")
def test_every_worker_of_the_sample_batch_is_eligible_on_a_track_of_the_programme() -> None:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 40
    for row in rows:
        facts = case_of(RULES, row["Parcours"], nationality="MA", occupation=row["Code CITP-08"])
        assert not excluded_by(RULES, facts)


def test_who_applies_in_november_can_keep_a_departure_in_october_and_the_course_decides() -> None:
    found = plan(RULES, developer(), date(2026, 11, 23))
    assert found.earliest_departure is not None and found.earliest_departure < DEPARTS
    steps = [step.requirement for step in found.critical_path if step.requirement]
    assert {"aptitude_test", "selection_interview"} <= set(steps)
    assert {"ict_course", "soft_skills_course", "english_course"} & set(steps)
    late = plan(RULES, developer(), date(2027, 4, 1))
    assert late.late_by > 0
