"""Domestic work in the Gulf: a first-timer for Riyadh, a nanny for Dubai, who paid a fee, who is too young."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checklists.assessment import assess
from checklists.facts import CaseFacts, Residence
from checklists.programme import FeeHead, Provider
from checklists.requirement import CostBearer
from checklists.status.asking import ineligible
from tests.checklists.building import signed_through
from tests.checklists.examples.common import DEPARTURE, TODAY, asked, case_of, fact, papers, shipped, slot, the, what

PROGRAMME = shipped("philippines-gulf-domestic-work")
NEAR = DEPARTURE - timedelta(days=50)
ANSWERS = {"no_fee_declaration": {"fee_paid": False}, "clinic_choice": {"chosen_by_worker": True}}


def first_timer(born: date = date(1998, 5, 20), occupation: str = "9111") -> CaseFacts:
    """A woman of 29 from Iloilo, for a household in Riyadh."""
    return case_of(PROGRAMME, occupation=occupation, destination="SA", born=born)


def returner() -> CaseFacts:
    """A nanny of 41 who has worked in Hong Kong for six years, now for Dubai."""
    stays = (Residence("PH", date(1986, 2, 1), date(2019, 6, 1)), Residence("HK", date(2019, 6, 1), date(2025, 8, 1)))
    return case_of(PROGRAMME, occupation="5311", destination="AE", born=date(1986, 2, 1), residences=stays)


def complete(facts: CaseFacts, on: date = NEAR) -> CaseFacts:
    return replace(facts, facts=papers(PROGRAMME, facts, on, ANSWERS))


def changed(facts: CaseFacts, kind: str, day: date) -> CaseFacts:
    """The case in which all evidence of a kind is of that day."""
    return replace(
        facts,
        facts=tuple(
            replace(one, anchors=dict.fromkeys(one.anchors, day)) if one.kind == kind else one for one in facts.facts
        ),
    )


def test_everybody_brings_their_part_and_the_worker_brings_only_her_own_papers() -> None:
    facts = first_timer()
    by_whom = {one.requirement: one.actor for one in asked(PROGRAMME, facts)}
    mine = {name for name, actor in by_whom.items() if actor is Provider.WORKER}
    assert mine == {
        "passport", "photo", "e_registration", "next_of_kin_declaration", "no_fee_declaration", "clinic_choice"
    }  # fmt: skip
    assert by_whom["job_order"] is Provider.AGENCY
    assert by_whom["verified_contract"] is Provider.EMPLOYER
    assert by_whom["exit_clearance"] is Provider.AUTHORITY
    assert by_whom["medical_examination"] is Provider.CLINIC


def test_the_days_follow_from_the_departure_in_the_order_of_the_stages() -> None:
    due = {one.requirement: one.due_on for one in asked(PROGRAMME, first_timer())}
    order = ["passport", "job_order", "verified_contract", "medical_examination", "visa", "exit_clearance", "itinerary"]
    days = [due[name] for name in order]
    assert days == sorted(day for day in days if day is not None)
    assert due["itinerary"] == DEPARTURE - timedelta(days=1)
    assert due["exit_clearance"] == date(2027, 9, 9)


def test_a_police_certificate_comes_from_each_country_she_lived_in() -> None:
    subjects = {one.subject for one in asked(PROGRAMME, returner()) if one.requirement == "police_certificate"}
    assert subjects == {"PH", "HK"}


def test_she_may_leave_once_everything_is_there_and_signed_off() -> None:
    for facts in (first_timer(), returner()):
        ready = complete(facts)
        assert assess(PROGRAMME, signed_through(PROGRAMME, ready, NEAR), NEAR).cleared


def test_a_medical_of_the_ninetieth_day_holds_and_one_day_older_does_not() -> None:
    ninety = DEPARTURE - timedelta(days=90)
    for day, status in ((ninety, "met"), (ninety - timedelta(days=1), "too_short")):
        facts = changed(complete(first_timer()), "medical_examination", day)
        assert slot(PROGRAMME, facts, "medical_examination", NEAR).status.value == status
    assert slot(PROGRAMME, first_timer(), "medical_examination").useful_from == ninety


def test_what_is_enough_at_home_may_not_be_enough_for_the_host() -> None:
    facts = first_timer()
    examined = fact("m1", "medical_examination", attributes={"outcome": "fit_with_follow_up"}, examined_on=NEAR,
                    xray_on=NEAR, checks={"accredited": True, "identity": True})  # fmt: skip
    facts = replace(facts, facts=(examined,))
    assert slot(PROGRAMME, facts, "medical_examination", NEAR).status.value == "met"
    assert slot(PROGRAMME, facts, "host_medical", NEAR).status.value == "short"


def test_an_exit_clearance_of_sixty_days_ago_is_used_up() -> None:
    sixty = DEPARTURE - timedelta(days=60)
    for day, status in ((sixty, "met"), (sixty - timedelta(days=1), "too_short")):
        facts = changed(complete(first_timer()), "exit_clearance", day)
        assert slot(PROGRAMME, facts, "exit_clearance", NEAR).status.value == status


def test_who_paid_a_fee_or_was_sent_to_a_clinic_is_stopped() -> None:
    for kind, answer in (("no_fee_declaration", {"fee_paid": True}), ("clinic_choice", {"chosen_by_worker": False})):
        facts = first_timer()
        facts = replace(facts, facts=papers(PROGRAMME, facts, NEAR, ANSWERS | {kind: answer}))
        assert slot(PROGRAMME, facts, kind, NEAR).status.value == "short"
        assert not assess(PROGRAMME, signed_through(PROGRAMME, facts, NEAR), NEAR).cleared


def test_nothing_but_her_own_passport_is_ever_hers_to_pay() -> None:
    for _stage, requirement in PROGRAMME.requirements():
        if requirement.id != "passport":
            assert requirement.cost_borne_by is not CostBearer.WORKER
            assert CostBearer.WORKER not in requirement.may_be_borne_by
    free = {ceiling.head for ceiling in PROGRAMME.fee_ceilings if ceiling.ceiling and ceiling.ceiling.minor == 0}
    assert {FeeHead.RECRUITMENT_FEE, FeeHead.ANY} <= free


def test_a_course_is_asked_only_when_the_assessment_was_failed() -> None:
    facts = first_timer()
    assert "household_course" not in what(PROGRAMME, facts)
    failed = fact("a1", "professional_ability", attributes={"outcome": "none"}, tested_on=TODAY, decided_on=TODAY)
    facts = replace(facts, facts=(failed,))
    assert the(PROGRAMME, facts, "household_course").actor is Provider.PROVIDER


def test_who_is_23_or_builds_houses_cannot_take_part() -> None:
    assert not ineligible(PROGRAMME, first_timer(), TODAY)
    [age] = ineligible(PROGRAMME, first_timer(born=DEPARTURE.replace(year=2003) + timedelta(days=1)), TODAY)
    assert age.id == "age_at_departure"
    [trade] = ineligible(PROGRAMME, first_timer(occupation="7112"), TODAY)
    assert trade.id == "household_occupation"


def test_orientation_takes_six_hours_in_seven_modules() -> None:
    assert PROGRAMME.minutes_of_curriculum() == 6 * 60
    assert len(PROGRAMME.curriculum) == 7
