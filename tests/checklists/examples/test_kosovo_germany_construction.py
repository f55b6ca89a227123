"""Kosovo to Germany, construction, version 2027.2: a bricklayer of 46, a carpenter who stays, a worker from Serbia."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from basis.roles import Role
from checklists.assessment import assess
from checklists.catalogue import SHIPPED
from checklists.conditions import Known
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

RULES = shipped("kosovo-germany-construction", "2027.2")
BEFORE = shipped("kosovo-germany-construction", "2027.1")
ANSWERS: Answers = {
    "asylum_benefit_declaration": {"drawn_in_last_24_months": False},
    "salary_or_old_age_provision": {"yearly_salary_eur": 54_000},
}
OLDER = date(1981, 3, 2)


def bricklayer(born: date = date(1995, 5, 20), *given: Fact, **more: Any) -> CaseFacts:
    return case_of(RULES, "away", *given, born=born, occupation="7112", **more)


def salary_proof(**values: int | bool) -> Fact:
    return fact("salary", "salary_or_old_age_provision", attributes=values, issued_on=TODAY)


def test_a_bricklayer_of_46_needs_the_employers_proof_of_salary() -> None:
    found = the(RULES, bricklayer(OLDER), "salary_or_old_age_provision")
    assert (found.stage, found.actor) == ("documents", Provider.EMPLOYER)
    assert found.due_on is not None and found.due_on < DEPARTURE


@pytest.mark.parametrize(
    ("born", "is_asked"),
    [
        (date(1982, 9, 15), True),  # 45 on the day of departure
        (date(1982, 9, 16), False),
        (date(1995, 5, 20), False),
    ],
)
def test_the_age_on_the_day_of_departure_decides_on_the_proof_of_salary(born: date, is_asked: bool) -> None:
    assert ("salary_or_old_age_provision" in what(RULES, bricklayer(born))) is is_asked


def test_a_flight_moved_past_the_45th_birthday_adds_the_proof_of_salary() -> None:
    early = bricklayer(date(1982, 9, 20))
    assert "salary_or_old_age_provision" not in what(RULES, early)
    later = replace(early, planned_departure=date(2027, 10, 4))
    assert what(RULES, later) - what(RULES, early) == {"salary_or_old_age_provision"}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"yearly_salary_eur": 53_130}, "met"),
        ({"yearly_salary_eur": 53_129, "adequate_old_age_provision": False}, "short"),
        ({"yearly_salary_eur": 38_000, "adequate_old_age_provision": True}, "met"),
        ({"yearly_salary_eur": 38_000}, "unknown"),  # old-age provision may still make up for it
    ],
)
def test_the_salary_or_the_old_age_provision_is_enough(values: dict[str, int | bool], status: str) -> None:
    facts = bricklayer(OLDER, salary_proof(**values))
    assert slot(RULES, facts, "salary_or_old_age_provision").status.value == status


@pytest.mark.parametrize("nationality", ["AL", "BA", "XK", "ME", "MK", "RS"])
def test_a_national_of_the_six_states_is_eligible(nationality: str) -> None:
    assert not excluded_by(RULES, bricklayer(nationality=nationality))


def test_a_moroccan_is_not_eligible_for_the_track_away_but_may_train_at_home() -> None:
    assert excluded_by(RULES, bricklayer(nationality="MA")) == {"western_balkans"}
    assert not excluded_by(RULES, case_of(RULES, "home", nationality="MA"))


def test_a_carpenter_on_the_home_track_is_not_asked_for_medical_visa_or_departure() -> None:
    at_home = case_of(RULES, "home", occupation="7115")
    stages = {one.stage for one in asked(RULES, at_home)}
    assert stages == {"documents", "security", "qualifications"}
    assert what(RULES, at_home) == {
        "passport",
        "photo",
        "employment_contract",
        "watchlist_screening",
        "police_certificate",
        "diploma",
        "german_home",
        "professional_ability",
    }
    assert all(one.due_on is None for one in asked(RULES, at_home))


def test_the_visa_procedure_goes_step_by_step_through_the_hands_of_employer_agency_and_worker() -> None:
    steps = ("employer_preapproval", "quota_slot", "visa_appointment", "visa_application", "visa")
    found = [the(RULES, bricklayer(), step) for step in steps]
    actors = [Provider.EMPLOYER, Provider.AUTHORITY, Provider.WORKER, Provider.WORKER, Provider.AUTHORITY]
    assert [one.actor for one in found] == actors
    days = [one.due_on for one in found if one.due_on is not None]
    assert len(days) == len(steps) and days == sorted(days) and days[-1] < DEPARTURE


def test_the_visa_procedure_does_not_wait_for_recognition_and_german() -> None:
    stages = {stage.id: stage.after for stage in RULES.stages}
    assert stages["authorisation"] == ("security",)
    assert "qualifications" in stages["departure"]
    diploma, preapproval = the(RULES, bricklayer(), "diploma"), the(RULES, bricklayer(), "employer_preapproval")
    assert diploma.due_on is not None and preapproval.due_on is not None and preapproval.due_on < diploma.due_on


def test_who_drew_asylum_benefits_in_the_last_24_months_gets_no_further() -> None:
    drew = fact("declared", "asylum_benefit_declaration", attributes={"drawn_in_last_24_months": True})
    assert slot(RULES, bricklayer(OLDER, drew), "asylum_benefit_declaration").status.value == "short"


def test_german_below_a2_adds_a_course_of_the_provider() -> None:
    tested = fact("german", "language_result", subject="de", attributes={"level": "A1"}, tested_on=TODAY)
    able = fact("able", "professional_ability", attributes={"outcome": "full", "years": 6})
    facts = bricklayer(date(1995, 5, 20), tested, able)
    assert the(RULES, facts, "language_course").actor is Provider.PROVIDER
    assert "technical_course" not in what(RULES, facts)
    assert what(RULES, bricklayer()).isdisjoint({"language_course", "technical_course"})


def test_a_loan_is_asked_for_two_approvals_before_the_note_is_signed() -> None:
    facts = bricklayer(loan_asked=True)
    approval, note = the(RULES, facts, "loan_approval"), the(RULES, facts, "promissory_note")
    assert (approval.actor, note.actor) == (Provider.OFFICE, Provider.WORKER)
    assert approval.due_on is not None and note.due_on is not None and approval.due_on < note.due_on


@pytest.mark.parametrize("track", ["away", "home"])
def test_a_case_with_everything_there_is_cleared(track: str) -> None:
    on = date(2027, 4, 5)
    facts = case_of(RULES, track, born=OLDER, loan_asked=track == "away")
    facts = replace(facts, facts=papers(RULES, facts, on, ANSWERS))
    assert assess(RULES, signed_through(RULES, facts, on), on).cleared


def test_only_the_passport_is_at_the_workers_cost() -> None:
    borne = {one.id for _stage, one in RULES.requirements() if one.cost_borne_by is CostBearer.WORKER}
    assert borne == {"passport"}
    free = {ceiling.head.value for ceiling in RULES.fee_ceilings if ceiling.ceiling and ceiling.ceiling.minor == 0}
    assert free == {"recruitment_fee", "training", "orientation", "medical", "skills_test", "visa", "administration"}


def test_the_cap_of_2025_is_known_that_of_2027_is_not_and_nothing_is_carried_over() -> None:
    caps = {quota.since.year: quota for quota in RULES.quotas}
    assert (caps[2025].places, caps[2025].legal_basis.confirmed) == (50_000, True)
    assert (caps[2027].places, caps[2027].legal_basis.confirmed) == (None, False)
    assert not any(quota.carried_over or quota.monthly or quota.countries for quota in RULES.quotas)


def test_cases_move_to_the_new_version_unless_the_visa_application_is_lodged() -> None:
    assert (RULES.replaces, RULES.in_force_from) == (BEFORE.version, date(2027, 2, 1))
    assert RULES.transition is not None and RULES.transition.move_when is not None
    lodged = fact("lodged", "visa_application", issued_on=TODAY)
    for given, moves in (((), True), ((lodged,), False)):
        known = Known(bricklayer(OLDER, *given), TODAY, lambda _kind: None)
        assert RULES.transition.move_when.evaluate(known) is moves


def test_the_new_version_keeps_what_the_old_one_asked_and_adds_the_proof_of_salary() -> None:
    facts = bricklayer(OLDER)
    assert what(RULES, facts) - what(BEFORE, facts) == {"salary_or_old_age_provision"}
    assert what(BEFORE, facts) <= what(RULES, facts)
    assert {stage.certificate.prefix for stage in RULES.stages} == {stage.certificate.prefix for stage in BEFORE.stages}


def test_the_published_file_of_2027_1_is_as_it_was() -> None:
    content = (SHIPPED / "kosovo-germany-construction.yaml").read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith("f8408d8b2f701de4")


def test_an_exception_from_the_salary_is_the_federal_employment_agencys() -> None:
    found = RULES.requirement("salary_or_old_age_provision")
    assert found is not None
    assert (found[1].waivable_by, found[1].verified_by) == ("Federal Employment Agency", Role.CASEWORKER)
    assert not found[1].legal_basis.confirmed  # the figure is that of 2025


def test_a_bricklayer_who_begins_in_february_can_leave_in_july_and_the_visa_decides() -> None:
    found = plan(RULES, bricklayer(), date(2027, 2, 1))
    assert found.earliest_departure is not None
    assert date(2027, 6, 20) <= found.earliest_departure <= date(2027, 7, 20) and not found.late_by
    steps = [step.requirement for step in found.critical_path if step.requirement]
    assert [step for step in steps if step in ("police_certificate", "employer_preapproval", "visa")] == [
        "police_certificate",
        "employer_preapproval",
        "visa",
    ]
    assert "diploma" not in steps


def test_a_medical_taken_more_than_six_months_before_departure_is_too_early() -> None:
    items = {item.requirement: item for item in plan(RULES, bricklayer(), date(2027, 2, 1)).items}
    assert items["medical_examination"].useful_from == date(2027, 3, 15)
    assert items["medical_examination"].too_early
