"""Returning experts of Germany: what an engineer, an intern and somebody without a German degree are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checklists.assessment import assess, ineligible
from checklists.conditions import Known
from checklists.facts import CaseFacts, Residence
from checklists.programme import Provider
from tests.checklists.building import signed_through
from tests.checklists.examples.common import DEPARTURE, TODAY, asked, case_of, papers, shipped, slot, the, what

Answers = dict[str, dict[str, str | int | bool]]

PROGRAMME = shipped("germany-returning-experts", "2027.1")
ANSWERS: Answers = {
    "family_declaration": {"all_within_six_months": True},
    "german_qualification": {"trained_in_germany": True, "years_in_germany": 0},
    "development_relevance": {"relevant": True},
    "salary_supplement_decision": {"granted": True},
    "internship_agreement": {"months": 4},
}
RETURN_DOCUMENTS = {
    "online_registration",
    "passport",
    "residence_permit",
    "residence_proof",
    "curriculum_vitae",
    "family_declaration",
}


def expert(track: str = "return", nationality: str = "GH") -> CaseFacts:
    """Somebody who has lived in Germany since 2018 and returns to the country of citizenship."""
    stays = (Residence(nationality, date(1995, 5, 20), date(2018, 9, 1)), Residence("DE", date(2018, 9, 1)))
    return case_of(PROGRAMME, track, nationality=nationality, destination=nationality, residences=stays)


def refused(facts: CaseFacts) -> list[str]:
    """The rules of eligibility that a case breaks."""
    return [rule.id for rule in ineligible(PROGRAMME, facts, TODAY)]


def entitled(facts: CaseFacts) -> set[str]:
    known = Known(facts, TODAY, lambda _kind: None)
    return {one.id for one in PROGRAMME.entitlements if one.when is None or one.when.evaluate(known)}


def test_an_engineer_who_returns_to_ghana_brings_papers_and_the_employer_the_contract() -> None:
    assert what(PROGRAMME, expert()) == RETURN_DOCUMENTS | {
        "watchlist_screening",
        "qualified_in_germany",
        "employment_contract",
        "job_description",
        "development_relevance",
        "salary_supplement_application",
        "salary_supplement_decision",
        "travel_grant_application",
        "equipment_request",
        "module",
        "itinerary",
    }
    assert the(PROGRAMME, expert(), "employment_contract").actor is Provider.EMPLOYER
    assert the(PROGRAMME, expert(), "development_relevance").actor is Provider.AUTHORITY
    assert the(PROGRAMME, expert(), "residence_permit").actor is Provider.WORKER


def test_the_engineer_may_leave_once_everything_is_signed_off() -> None:
    near = DEPARTURE - timedelta(days=60)
    facts = expert()
    facts = signed_through(PROGRAMME, replace(facts, facts=papers(PROGRAMME, facts, near, ANSWERS)), near)
    assert assess(PROGRAMME, facts, near).cleared


def test_who_leaves_in_the_middle_of_september_hands_the_papers_in_by_early_june() -> None:
    days = {one.requirement: one.due_on for one in asked(PROGRAMME, expert())}
    assert days["passport"] == days["residence_permit"] == date(2027, 6, 3)
    assert days["qualified_in_germany"] == date(2027, 6, 17)
    assert (days["job_description"], days["development_relevance"]) == (date(2027, 6, 29), date(2027, 7, 20))
    assert days["employment_contract"] == date(2027, 7, 20)
    assert days["salary_supplement_application"] == date(2027, 8, 1)
    assert days["itinerary"] == date(2027, 9, 13)


def test_the_travel_grant_is_asked_for_after_the_decision_on_the_supplement_and_before_departure() -> None:
    days = {one.requirement: one.due_on for one in asked(PROGRAMME, expert())}
    assert days["salary_supplement_decision"] == date(2027, 8, 29)
    assert days["travel_grant_application"] == date(2027, 9, 1)


def test_without_a_salary_supplement_there_is_no_travel_grant() -> None:
    with_all = replace(expert(), facts=papers(PROGRAMME, expert(), TODAY, ANSWERS))
    without = replace(with_all, facts=tuple(one for one in with_all.facts if one.kind != "salary_supplement_decision"))
    assert {"salary_supplement", "travel_grant"} <= entitled(with_all)
    assert not {"salary_supplement", "travel_grant"} & entitled(without)
    [grant] = [one for one in PROGRAMME.entitlements if one.id == "travel_grant"]
    assert grant.amount is not None and (grant.amount.minor, grant.amount.currency, grant.up_to) == (
        100000,
        "EUR",
        True,
    )


def test_family_who_leave_more_than_six_months_apart_do_not_count() -> None:
    answers: Answers = ANSWERS | {"family_declaration": {"all_within_six_months": False}}
    facts = replace(expert(), facts=papers(PROGRAMME, expert(), TODAY, answers))
    assert slot(PROGRAMME, facts, "family_declaration").status.value == "short"


def test_an_intern_in_kenya_brings_an_agreement_of_three_to_six_months_and_asks_for_no_supplement() -> None:
    intern = expert("internship", "KE")
    named = what(PROGRAMME, intern)
    assert "internship_agreement" in named
    assert not named & {"employment_contract", "family_declaration", "salary_supplement_application"}
    for months, status in ((2, "short"), (3, "met"), (6, "met"), (7, "short")):
        answers: Answers = ANSWERS | {"internship_agreement": {"months": months}}
        given = replace(intern, facts=papers(PROGRAMME, intern, TODAY, answers))
        assert slot(PROGRAMME, given, "internship_agreement").status.value == status


def test_two_years_of_work_in_germany_stand_in_for_a_german_degree() -> None:
    for years, status in ((1, "short"), (2, "met")):
        answers: Answers = ANSWERS | {"german_qualification": {"trained_in_germany": False, "years_in_germany": years}}
        facts = replace(expert(nationality="TN"), facts=papers(PROGRAMME, expert(nationality="TN"), TODAY, answers))
        assert slot(PROGRAMME, facts, "qualified_in_germany").status.value == status


def test_who_registers_after_the_departure_or_goes_elsewhere_cannot_take_part() -> None:
    assert refused(expert()) == []
    assert refused(replace(expert(), registered_on=DEPARTURE + timedelta(days=1))) == ["registered_before_leaving"]
    assert refused(replace(expert(), registered_on=DEPARTURE)) == []
    assert refused(replace(expert(), destination="NG")) == ["returns_home"]
    assert refused(expert(nationality="FR")) == ["from_a_developing_country"]


def test_a_residence_permit_that_ends_before_the_departure_is_too_short() -> None:
    given = papers(PROGRAMME, expert(), TODAY, ANSWERS)
    for day, status in ((DEPARTURE, "met"), (DEPARTURE - timedelta(days=1), "too_short")):
        changed = tuple(
            replace(one, anchors={**one.anchors, "expires_on": day}) if one.kind == "residence_permit" else one
            for one in given
        )
        facts = replace(expert(), facts=changed)
        assert slot(PROGRAMME, facts, "residence_permit").status.value == status
