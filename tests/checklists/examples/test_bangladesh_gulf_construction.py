"""Building in the Gulf: a mason for Riyadh, a plumber with ten years for Doha, one who failed the test, one of 46."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checklists.assessment import assess
from checklists.facts import CaseFacts
from checklists.programme import FeeHead, Provider
from checklists.status.asking import ineligible
from tests.checklists.building import signed_through
from tests.checklists.examples.common import DEPARTURE, TODAY, asked, case_of, fact, papers, shipped, slot, the, what

PROGRAMME = shipped("bangladesh-gulf-construction")
NEAR = DEPARTURE - timedelta(days=50)
ANSWERS = {"employment_contract": {"bengali_copy": True}, "payment_record": {"paid_in_cash": False}}


def mason(born: date = date(1999, 8, 3)) -> CaseFacts:
    """A bricklayer of 28 from Cumilla, for Riyadh."""
    return case_of(PROGRAMME, occupation="7112", destination="SA", born=born, sex="M")


def plumber() -> CaseFacts:
    """A plumber of 36 from Sylhet, for Doha."""
    return case_of(PROGRAMME, occupation="7126", destination="QA", born=date(1991, 1, 9), sex="M")


def test_for_saudi_arabia_the_skill_verification_is_asked_elsewhere_a_test_or_two_years() -> None:
    assert "skill_verification" in what(PROGRAMME, mason())
    assert "trade_test" not in what(PROGRAMME, mason())
    assert "trade_test" in what(PROGRAMME, plumber())
    years = fact("a1", "professional_ability", attributes={"outcome": "none", "years": 10}, decided_on=TODAY)
    assert slot(PROGRAMME, replace(plumber(), facts=(years,)), "trade_test").status.value == "met"
    assert slot(PROGRAMME, replace(mason(), facts=(years,)), "skill_verification").status.value != "met"


def test_who_brings_what_and_by_when() -> None:
    by_whom = {one.requirement: one.actor for one in asked(PROGRAMME, mason())}
    assert by_whom["bureau_registration"] is Provider.WORKER
    assert by_whom["employment_permit"] is Provider.AGENCY
    assert by_whom["skill_verification"] is Provider.AUTHORITY
    assert by_whom["clearance_card"] is Provider.AUTHORITY
    due = {one.requirement: one.due_on for one in asked(PROGRAMME, mason())}
    days = [due[name] for name in ("bureau_registration", "employment_contract", "medical_examination", "visa",
                                   "fingerprints", "clearance_card", "itinerary")]  # fmt: skip
    assert days == sorted(day for day in days if day is not None)
    assert due["clearance_card"] == date(2027, 9, 11)


def test_both_may_leave_once_everything_is_there_and_signed_off() -> None:
    for facts in (mason(), plumber()):
        ready = replace(facts, facts=papers(PROGRAMME, facts, NEAR, ANSWERS))
        assert assess(PROGRAMME, signed_through(PROGRAMME, ready, NEAR), NEAR).cleared


def test_a_medical_holds_three_months_from_the_examination_and_from_the_x_ray() -> None:
    good = date(2027, 6, 15)
    for examined, xray, status in (
        (good, good, "met"),
        (good - timedelta(days=1), good, "too_short"),
        (good, good - timedelta(days=1), "too_short"),
    ):
        found = fact("m1", "medical_examination", attributes={"outcome": "fit"}, examined_on=examined, xray_on=xray,
                     checks={"accredited": True, "identity": True})  # fmt: skip
        facts = replace(mason(), facts=(found,))
        assert slot(PROGRAMME, facts, "medical_examination", NEAR).status.value == status
    assert slot(PROGRAMME, mason(), "medical_examination").useful_from == good


def test_a_failed_test_asks_for_a_course_before_it_is_taken_again() -> None:
    failed = fact("a1", "professional_ability", attributes={"outcome": "none"}, tested_on=TODAY, decided_on=TODAY)
    facts = replace(mason(), facts=(failed,))
    course = the(PROGRAMME, facts, "trade_course")
    assert course.actor is Provider.PROVIDER
    visa = the(PROGRAMME, facts, "visa").due_on
    assert course.due_on is not None and visa is not None
    assert course.due_on < visa


def test_the_card_comes_last_after_fingerprints_and_welfare_board() -> None:
    stage = PROGRAMME.stage("clearance")
    assert stage is not None
    assert {"orientation", "authorisation", "medical"} <= set(stage.after)
    found = PROGRAMME.requirement("clearance_card")
    assert found is not None
    assert set(found[1].after) == {"fingerprints", "welfare_board_membership", "welfare_insurance"}


@pytest.mark.parametrize(
    ("destination", "taka"),
    [("SA", 165_000), ("AE", 107_780), ("KW", 106_780), ("OM", 100_780), ("BH", 97_780), ("QA", 100_780)],
)
def test_what_is_paid_in_all_has_a_ceiling_for_each_destination(destination: str, taka: int) -> None:
    [ceiling] = [one for one in PROGRAMME.fee_ceilings if one.head is FeeHead.ANY and destination in one.destinations]
    assert ceiling.ceiling is not None
    assert (ceiling.ceiling.minor, ceiling.ceiling.currency) == (taka * 100, "BDT")
    assert not ceiling.legal_basis.confirmed


def test_cash_or_a_contract_that_cannot_be_read_is_not_accepted() -> None:
    for kind, answer in (("payment_record", {"paid_in_cash": True}), ("employment_contract", {"bengali_copy": False})):
        facts = replace(mason(), facts=papers(PROGRAMME, mason(), NEAR, ANSWERS | {kind: answer}))
        assert slot(PROGRAMME, facts, kind, NEAR).status.value == "short"


def test_who_is_46_at_registration_cannot_take_part_and_who_is_45_can() -> None:
    for born, rules in ((date(1981, 2, 15), ["age_at_registration"]), (date(1981, 2, 16), [])):
        assert [rule.id for rule in ineligible(PROGRAMME, mason(born=born), TODAY)] == rules


def test_a_loan_has_the_terms_of_the_bank_and_grace_until_two_months_after_the_arrival() -> None:
    loan = PROGRAMME.loan
    assert loan is not None
    assert (loan.rate, loan.grace_months, loan.guarantor, loan.counts_from) == (900, 2, "guarantor", "arrival")
    assert loan.grace_months + loan.instalments == 36
