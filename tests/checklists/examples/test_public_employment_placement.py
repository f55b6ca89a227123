"""From service to service: a Spanish welder for Bremen, a Tunisian electrician for Lyon, a Serb."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from checklists.assessment import assess
from checklists.facts import CaseFacts
from checklists.programme import Provider
from checklists.requirement import CostBearer
from checklists.status.asking import ineligible
from tests.checklists.building import signed_through
from tests.checklists.examples.common import DEPARTURE, TODAY, asked, case_of, fact, papers, shipped, slot, the, what

PROGRAMME = shipped("public-employment-placement")
NEAR = DEPARTURE - timedelta(days=40)
ANSWERS = {"match_record": {"suitable": True}}
OF_AN_AGREEMENT = {
    "passport", "service_agreement", "police_certificate", "medical_examination", "work_permit", "visa"
}  # fmt: skip


def welder(nationality: str = "ES") -> CaseFacts:
    return case_of(PROGRAMME, "free_movement", nationality=nationality, destination="DE", occupation="7212")


def electrician() -> CaseFacts:
    return case_of(PROGRAMME, "agreement", nationality="TN", destination="FR", occupation="7411")


def test_with_free_movement_there_is_no_visa_no_permit_and_no_medical() -> None:
    free = what(PROGRAMME, welder())
    assert not free & OF_AN_AGREEMENT
    assert {"identity_document", "service_registration", "match_record", "employment_contract"} <= free


def test_under_an_agreement_permit_comes_before_visa_and_police_and_clinic_are_asked() -> None:
    under = what(PROGRAMME, electrician())
    assert under >= OF_AN_AGREEMENT
    assert "identity_document" not in under
    permit, visa = the(PROGRAMME, electrician(), "work_permit"), the(PROGRAMME, electrician(), "visa")
    assert (permit.actor, visa.actor) == (Provider.EMPLOYER, Provider.AUTHORITY)
    assert permit.due_on is not None and visa.due_on is not None
    assert permit.due_on == visa.due_on - timedelta(days=28)


def test_the_welder_has_until_august_and_the_electrician_until_spring() -> None:
    card, passport = the(PROGRAMME, welder(), "identity_document"), the(PROGRAMME, electrician(), "passport")
    assert (card.actor, passport.actor) == (Provider.WORKER, Provider.WORKER)
    assert card.due_on is not None and passport.due_on is not None
    assert passport.due_on < card.due_on < DEPARTURE - timedelta(days=30)


def test_both_may_leave_once_everything_is_there_and_signed_off() -> None:
    for facts in (welder(), electrician()):
        ready = replace(facts, facts=papers(PROGRAMME, facts, NEAR, ANSWERS))
        assert assess(PROGRAMME, signed_through(PROGRAMME, ready, NEAR), NEAR).cleared


def test_no_agency_takes_part_and_no_cost_is_the_workers() -> None:
    for facts in (welder(), electrician()):
        assert Provider.AGENCY not in {one.actor for one in asked(PROGRAMME, facts)}
    for _stage, requirement in PROGRAMME.requirements():
        assert requirement.provided_by is not Provider.AGENCY
        assert requirement.cost_borne_by not in (CostBearer.WORKER, CostBearer.AGENCY)
        assert not {CostBearer.WORKER, CostBearer.AGENCY} & set(requirement.may_be_borne_by)
    assert all(ceiling.ceiling and ceiling.ceiling.minor == 0 for ceiling in PROGRAMME.fee_ceilings)


def test_who_is_not_suitable_gets_another_vacancy_not_a_contract() -> None:
    unfit = fact("r1", "match_record", attributes={"suitable": False})
    facts = replace(welder(), facts=(unfit,))
    assert slot(PROGRAMME, facts, "match_record").status.value == "short"


def test_a_serb_cannot_take_the_track_of_free_movement_but_may_come_under_an_agreement() -> None:
    assert not ineligible(PROGRAMME, welder(), TODAY)
    [rule] = ineligible(PROGRAMME, welder("RS"), TODAY)
    assert rule.id == "free_movement"
    assert not ineligible(PROGRAMME, replace(welder("RS"), track="agreement"), TODAY)


def test_any_two_countries_can_take_part() -> None:
    assert PROGRAMME.origins == PROGRAMME.destinations == ()
    assert str(PROGRAMME.route) == "any country to any country"
