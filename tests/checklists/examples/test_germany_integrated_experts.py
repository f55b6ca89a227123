"""Integrated experts: a water engineer for Kenya, a planner for Senegal, an applicant from outside the Union."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from checklists.assessment import assess
from checklists.facts import CaseFacts, Fact, Residence
from checklists.programme import EntitlementKind, Provider, StageKind
from checklists.schedule import plan
from tests.checklists.building import signed_through
from tests.checklists.examples.common import (
    DEPARTURE,
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

RULES = shipped("germany-integrated-experts", "2027.1")
ANSWERS: Answers = {
    "selection_interview": {"outcome": "recommended"},
    "employer_decision": {"outcome": "chosen"},
    "employment_contract": {"months": 24},
}
LANGUAGES = {"english", "french", "spanish", "portuguese"}


def expert(destination: str = "KE", *given: Fact, **more: Any) -> CaseFacts:
    of: dict[str, Any] = {"nationality": "DE", "born": date(1984, 2, 9)} | more
    return case_of(RULES, "assignment", *given, destination=destination, occupation="2142", **of)


def test_an_engineer_for_kenya_is_asked_for_papers_by_the_right_hands() -> None:
    facts = expert()
    assert the(RULES, facts, "cover_letter_and_cv").actor is Provider.WORKER
    assert the(RULES, facts, "local_market_statement").actor is Provider.EMPLOYER
    assert the(RULES, facts, "interview").actor is Provider.OFFICE
    assert the(RULES, facts, "employer_decision").actor is Provider.EMPLOYER
    assert the(RULES, facts, "assignment_objectives").actor is Provider.OFFICE
    assert the(RULES, facts, "top_up_agreement").actor is Provider.OFFICE
    assert all(one.due_on is not None and one.due_on <= DEPARTURE for one in asked(RULES, facts))


def test_the_employer_decides_after_the_interview_and_before_the_contract() -> None:
    steps = ("interview", "employer_decision", "employment_contract", "top_up_agreement", "work_permit", "itinerary")
    days = [the(RULES, expert(), step).due_on for step in steps]
    known = [day for day in days if day is not None]
    assert len(known) == len(steps) and known == sorted(known)


@pytest.mark.parametrize(
    ("destination", "language"),
    [("KE", "english"), ("NP", "english"), ("SN", "french"), ("PE", "spanish"), ("MZ", "portuguese")],
)
def test_the_language_is_that_of_the_partner_country(destination: str, language: str) -> None:
    assert what(RULES, expert(destination)) & LANGUAGES == {language}


def test_without_a_partner_country_no_language_is_surely_asked() -> None:
    assert not what(RULES, expert("")) & LANGUAGES


@pytest.mark.parametrize(
    ("nationality", "destination", "reasons"),
    [
        ("DE", "KE", set()),
        ("FR", "SN", set()),
        ("CH", "VN", set()),
        ("TR", "KE", {"eu_or_efta"}),
        ("GB", "KE", {"eu_or_efta"}),
        ("DE", "AT", {"abroad"}),
    ],
)
def test_nationals_of_the_union_and_efta_may_go_to_a_partner_country(
    nationality: str, destination: str, reasons: set[str]
) -> None:
    assert excluded_by(RULES, expert(destination, nationality=nationality)) == reasons


@pytest.mark.parametrize(("years", "status"), [(1, "short"), (3, "met"), (12, "met")])
def test_several_years_of_experience_are_three_here(years: int, status: str) -> None:
    able = fact("able", "professional_ability", attributes={"outcome": "full", "years": years})
    assert slot(RULES, expert("KE", able), "experience").status.value == status


def test_a_contract_of_less_than_two_years_needs_a_waiver_of_the_supervisor() -> None:
    signed = fact("signed", "employment_contract", attributes={"months": 18})
    assert slot(RULES, expert("KE", signed), "employment_contract").status.value == "short"
    found = RULES.requirement("employment_contract")
    assert found is not None and found[1].waivable_by == "supervisor"


def test_an_expert_who_worked_in_ghana_brings_a_certificate_from_there_too() -> None:
    lived = (
        Residence("DE", date(1984, 2, 9), date(2015, 1, 1)),
        Residence("GH", date(2015, 1, 1), date(2018, 1, 1)),
        Residence("DE", date(2018, 1, 1)),
    )
    found = {one.subject for one in asked(RULES, expert(residences=lived)) if one.requirement == "police_certificate"}
    assert found == {"DE", "GH"}


def test_no_medical_no_loan_and_no_amount_stand_where_none_was_found() -> None:
    assert not {StageKind.MEDICAL, StageKind.LOAN} & {stage.kind for stage in RULES.stages}
    assert all(one.amount is None and not one.legal_basis.confirmed for one in RULES.entitlements)
    assert EntitlementKind.SALARY_TOP_UP in {one.kind for one in RULES.entitlements}


@pytest.mark.parametrize("destination", ["KE", "SN", "PE", "MZ"])
def test_a_case_with_everything_there_is_cleared(destination: str) -> None:
    on = date(2027, 4, 5)
    facts = expert(destination)
    facts = replace(facts, facts=papers(RULES, facts, on, ANSWERS))
    assert assess(RULES, signed_through(RULES, facts, on), on).cleared


def test_the_selection_the_contracts_and_the_work_permit_decide_on_the_departure() -> None:
    found = plan(RULES, expert(), date(2027, 3, 1))
    steps = [step.requirement for step in found.critical_path if step.requirement]
    decide = ["interview", "employer_decision", "employment_contract", "top_up_agreement", "work_permit"]
    assert [step for step in steps if step in decide] == decide
    assert not found.late_by
