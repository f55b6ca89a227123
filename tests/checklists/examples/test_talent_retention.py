"""Talent retention: workers who are in the country already. An engineer in Copenhagen, a nurse in Hamburg without
German yet, and a citizen of the EU."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checklists.assessment import assess, ineligible
from checklists.facts import CaseFacts, Residence
from checklists.programme import Provider, Since, StageKind
from checklists.schedule import plan
from tests.checklists.building import signed_through
from tests.checklists.examples.common import TODAY, case_of, papers, shipped, slot, the, what

Answers = dict[str, dict[str, str | int | bool]]

PROGRAMME = shipped("talent-retention", "2027.1")
ANSWERS: Answers = {"residence_permit": {"work_allowed": True}, "data_consent": {"given": True}}


def worker(nationality: str = "IN", destination: str = "DK") -> CaseFacts:
    """Somebody who has lived and worked in the country for two years."""
    stays = (Residence(nationality, date(1995, 5, 20), date(2025, 1, 1)), Residence(destination, date(2025, 1, 1)))
    return case_of(PROGRAMME, "stay", nationality=nationality, destination=destination, residences=stays)


def test_an_engineer_in_copenhagen_makes_a_plan_with_office_and_employer() -> None:
    asked = what(PROGRAMME, worker())
    assert {"danish", "diploma", "needs_interview", "integration_plan", "employer_plan", "plan_review"} <= asked
    assert "german" not in asked
    assert the(PROGRAMME, worker(), "employer_plan").actor is Provider.EMPLOYER
    assert the(PROGRAMME, worker(), "integration_plan").actor is Provider.OFFICE
    assert the(PROGRAMME, worker(), "diploma").actor is Provider.AUTHORITY
    assert the(PROGRAMME, worker(), "module", "family").actor is Provider.PROVIDER


def test_a_nurse_in_hamburg_whose_german_is_not_enough_is_offered_a_course() -> None:
    nurse = worker("PH", "DE")
    assert "german" in what(PROGRAMME, nurse) and "language_course" not in what(PROGRAMME, nurse)
    answers: Answers = ANSWERS | {"language_result": {"level": "A1"}}
    tested = replace(nurse, facts=papers(PROGRAMME, nurse, TODAY, answers))
    assert slot(PROGRAMME, tested, "german").status.value == "short"
    assert "language_course" in what(PROGRAMME, tested)
    assert the(PROGRAMME, replace(tested, facts=tested.facts[:6]), "german").actor is Provider.WORKER


def test_without_a_departure_the_assessment_of_the_diploma_decides_when_the_case_is_complete() -> None:
    found = plan(PROGRAMME, worker(), TODAY)
    days = {item.requirement: item.earliest for item in found.items}
    assert (days["residence_permit"], days["employment_contract"]) == (date(2027, 3, 15), date(2027, 3, 8))
    assert (days["danish"], days["employer_plan"]) == (date(2027, 4, 22), date(2027, 4, 29))
    assert (days["diploma"], days["plan_review"]) == (date(2027, 7, 5), date(2027, 7, 22))
    assert found.earliest_completion == date(2027, 7, 26)
    assert "diploma" in {step.requirement for step in found.critical_path}


def test_nobody_departs_and_the_case_ends_with_a_completion() -> None:
    assert not any(stage.kind is StageKind.DEPARTURE for stage in PROGRAMME.stages)
    facts = replace(worker(), facts=papers(PROGRAMME, worker(), TODAY, ANSWERS))
    signed = signed_through(PROGRAMME, facts, TODAY)
    assert assess(PROGRAMME, signed, TODAY).cleared
    assert assess(PROGRAMME, signed, TODAY).stage("completion").status.value == "signed_off"


def test_who_has_stayed_is_asked_after_three_six_twelve_and_twenty_four_months() -> None:
    done = date(2027, 6, 1)
    days = [one.after.after(done) for one in PROGRAMME.follow_ups]
    assert days == [date(2027, 9, 1), date(2027, 12, 1), date(2028, 6, 1), date(2029, 6, 1)]
    assert {one.since for one in PROGRAMME.follow_ups} == {Since.COMPLETION}
    assert all("left_the_country" in one.outcomes or one.id == "six_months" for one in PROGRAMME.follow_ups)


def test_a_citizen_of_the_union_does_not_need_this_programme() -> None:
    for nationality, admitted in (("IN", True), ("XK", True), ("PL", False), ("NO", False)):
        assert (not ineligible(PROGRAMME, worker(nationality), TODAY)) is admitted


def test_a_residence_permit_without_leave_to_work_or_out_of_date_is_not_enough() -> None:
    given = papers(PROGRAMME, worker(), TODAY, ANSWERS | {"residence_permit": {"work_allowed": False}})
    assert slot(PROGRAMME, replace(worker(), facts=given), "residence_permit").status.value == "short"
    yesterday = TODAY - timedelta(days=1)
    lapsed = tuple(
        replace(one, anchors={**one.anchors, "expires_on": yesterday}) if one.kind == "residence_permit" else one
        for one in papers(PROGRAMME, worker(), TODAY, ANSWERS)
    )
    assert slot(PROGRAMME, replace(worker(), facts=lapsed), "residence_permit").status.value == "lapsed"
