"""Nurses to Germany: one with everything, one with partial recognition and B1, one who cannot be heard to speak yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checklists.assessment import RequirementStatus, assess
from checklists.durations import Duration
from checklists.facts import CaseFacts, Fact, GivenWaiver, WaiverKind
from checklists.programme import Provider
from checklists.status.asking import ineligible
from tests.checklists.building import signed_through
from tests.checklists.examples.common import TODAY, asked, case_of, fact, papers, shipped, slot, the, what

PROGRAMME = shipped("nursing-recognition-abroad", "2027.1")
DEPARTURE = date(2028, 1, 17)
NEAR = DEPARTURE - timedelta(days=60)
AUTHORITY = "Recognition authority of the federal state"
SKILLS = ("listening", "reading", "writing", "speaking")
COMPENSATION = {"deficit_notice", "measure_place", "interim_work_consent"}


def levels(level: str, **other: str) -> dict[str, str | int | bool]:
    """A language result: the whole at `level`, and each skill unless said otherwise."""
    return {"level": level, **dict.fromkeys(SKILLS, level), **other}


def nurse(*facts: Fact, nationality: str = "PH", waivers: tuple[GivenWaiver, ...] = ()) -> CaseFacts:
    case = case_of(PROGRAMME, "", *facts, nationality=nationality, occupation="2221", departure=DEPARTURE)
    return replace(case, waivers=waivers)


def partly_recognised(*more: Fact) -> CaseFacts:
    """From Kerala, partial recognition, B1."""
    return nurse(
        fact("d1", "diploma_recognition", attributes={"outcome": "partial"}, decided_on=TODAY),
        fact("l1", "language_result", subject="de", attributes=levels("B1"), tested_on=TODAY, decided_on=TODAY),
        *more,
        nationality="IN",
    )


def on_condition(requirement: str) -> GivenWaiver:
    return GivenWaiver(f"w-{requirement}", requirement, "", AUTHORITY, date(2029, 1, 31), WaiverKind.CONDITION)


def test_who_is_fully_recognised_with_b2_is_asked_for_no_measure() -> None:
    facts = nurse(
        fact("d1", "diploma_recognition", attributes={"outcome": "full"}, decided_on=TODAY),
        fact("l1", "language_result", subject="de", attributes=levels("B2"), tested_on=TODAY, decided_on=TODAY),
    )
    assert not what(PROGRAMME, facts) & (COMPENSATION | {"german_course"})
    assert slot(PROGRAMME, facts, "recognition_decision").status is RequirementStatus.MET
    assert slot(PROGRAMME, facts, "german").status is RequirementStatus.MET


def test_partial_recognition_asks_for_notice_place_and_consent_of_authority_and_employer() -> None:
    facts = partly_recognised()
    assert what(PROGRAMME, facts) >= COMPENSATION | {"german_course"}
    assert slot(PROGRAMME, facts, "recognition_decision").status is RequirementStatus.SHORT
    assert the(PROGRAMME, facts, "deficit_notice").actor is Provider.AUTHORITY
    assert the(PROGRAMME, facts, "measure_place").actor is Provider.EMPLOYER
    notice, place = the(PROGRAMME, facts, "deficit_notice").due_on, the(PROGRAMME, facts, "measure_place").due_on
    application = the(PROGRAMME, facts, "visa_application").due_on
    assert notice is not None and place is not None and application is not None
    assert notice < place < application


def test_on_condition_of_the_recognition_authority_the_nurse_may_leave() -> None:
    ready = papers(PROGRAMME, nurse(nationality="IN"), NEAR, {"diploma_recognition": {"outcome": "partial"},
                                                              "language_result": levels("B1")})  # fmt: skip
    waivers = (on_condition("recognition_decision"), on_condition("german"))
    facts = nurse(*ready, nationality="IN", waivers=waivers)
    for name in ("recognition_decision", "german"):
        assert slot(PROGRAMME, facts, name, NEAR).status is RequirementStatus.CONDITIONAL
    assert assess(PROGRAMME, signed_through(PROGRAMME, facts, NEAR), NEAR).cleared
    alone = replace(facts, waivers=())
    assert not assess(PROGRAMME, signed_through(PROGRAMME, alone, NEAR), NEAR).cleared


def test_nobody_else_can_set_the_condition_and_b1_has_no_condition_at_all() -> None:
    by_supervisor = replace(on_condition("recognition_decision"), authority="supervisor")
    facts = replace(partly_recognised(), waivers=(by_supervisor, on_condition("german_for_the_visa")))
    assert slot(PROGRAMME, facts, "recognition_decision").status is RequirementStatus.SHORT
    below = fact("l2", "language_result", subject="de", attributes=levels("A2"), tested_on=TODAY, decided_on=TODAY)
    facts = nurse(below, waivers=(on_condition("german_for_the_visa"),))
    assert slot(PROGRAMME, facts, "german_for_the_visa").status is RequirementStatus.SHORT


def test_each_skill_is_looked_at_for_itself() -> None:
    for result, b2, b1 in (
        (levels("B2"), "met", "met"),
        (levels("B2", speaking="B1"), "short", "met"),
        (levels("B1", speaking="A2"), "short", "short"),
        (levels("B1", writing="A2"), "short", "met"),
        ({"level": "B2"}, "unknown", "unknown"),
    ):
        facts = nurse(fact("l1", "language_result", subject="de", attributes=result, tested_on=TODAY))
        assert slot(PROGRAMME, facts, "german").status.value == b2, result
        assert slot(PROGRAMME, facts, "german_for_the_visa").status.value == b1, result


def test_papers_come_first_recognition_takes_four_months_and_the_visa_six_weeks() -> None:
    due = {one.requirement: one.due_on for one in asked(PROGRAMME, nurse())}
    names = ("nursing_diploma", "sworn_translations", "recognition_decision", "visa_application", "visa", "itinerary")
    days = [due[name] for name in names]
    assert days == sorted(day for day in days if day is not None)
    translated, decided = due["sworn_translations"], due["recognition_decision"]
    assert translated is not None and decided is not None
    assert decided - translated > timedelta(days=115)


def test_the_language_must_hold_on_the_day_of_the_application_only() -> None:
    applied = date(2027, 11, 3)
    application = fact("v1", "visa_application", issued_on=applied)
    for tested, status in ((date(2025, 11, 3), "met"), (date(2025, 11, 2), "lapsed")):
        result = fact("l1", "language_result", subject="de", attributes=levels("B2"), tested_on=tested)
        facts = nurse(result, application)
        assert slot(PROGRAMME, facts, "german", on=date(2027, 12, 20)).status.value == status


def test_recognition_is_followed_up_only_where_it_was_left_open() -> None:
    after = {one.id: one for one in PROGRAMME.follow_ups}
    for name in ("measure_begun", "recognition_completed", "permit_runs_out"):
        condition = after[name].when
        assert condition is not None and condition.text == "gap('diploma_recognition')"
    assert after["settled_in"].when is None
    assert after["recognition_completed"].after == Duration(months=12)


def test_only_nurses_of_partner_countries_can_take_part() -> None:
    assert not ineligible(PROGRAMME, nurse(), TODAY)
    assert [rule.id for rule in ineligible(PROGRAMME, nurse(nationality="NP"), TODAY)] == ["partner_country"]
    cook = replace(nurse(), occupation="5120")
    assert [rule.id for rule in ineligible(PROGRAMME, cook, TODAY)] == ["nursing"]
