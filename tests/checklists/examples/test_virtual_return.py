"""Virtual return: nobody travels. A lecturer in Vienna, somebody with too little experience, and a lapsed card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checklists.assessment import assess
from checklists.facts import CaseFacts
from checklists.programme import Provider, Since, StageKind
from checklists.schedule import plan
from tests.checklists.building import signed_through
from tests.checklists.examples.common import TODAY, case_of, papers, shipped, slot, the, what

Answers = dict[str, dict[str, str | int | bool]]

PROGRAMME = shipped("virtual-return", "2027.1")
ANSWERS: Answers = {
    "status_abroad": {"status": "permanent_resident"},
    "terms_of_reference": {"online": True},
    "selection_record": {"selected": True},
    "connection_test": {"works": True},
}


def lecturer(nationality: str = "RS") -> CaseFacts:
    """A national of a country of the Western Balkans with permanent residence in Austria."""
    return case_of(PROGRAMME, "online", nationality=nationality, destination=nationality)


def test_nobody_is_asked_for_a_journey_a_medical_or_a_loan() -> None:
    kinds = {stage.kind for stage in PROGRAMME.stages}
    assert not kinds & {StageKind.DEPARTURE, StageKind.MEDICAL, StageKind.LOAN}
    assert PROGRAMME.loan is None and not any(track.departs for track in PROGRAMME.tracks)
    assert not what(PROGRAMME, lecturer()) & {"passport", "visa", "itinerary", "medical_examination"}


def test_a_lecturer_in_vienna_applies_and_the_institution_in_belgrade_names_the_need() -> None:
    assert what(PROGRAMME, lecturer()) == {
        "application_form",
        "curriculum_vitae",
        "identity_document",
        "status_abroad",
        "watchlist_screening",
        "degree",
        "professional_ability",
        "terms_of_reference",
        "selection",
        "online_agreement",
        "module",
        "connection_test",
        "assignment_log",
        "host_confirmation",
        "final_report",
    }
    assert the(PROGRAMME, lecturer(), "terms_of_reference").actor is Provider.EMPLOYER
    assert the(PROGRAMME, lecturer(), "online_agreement").actor is Provider.OFFICE
    assert the(PROGRAMME, lecturer(), "assignment_log").actor is Provider.WORKER


def test_without_a_departure_the_plan_says_when_the_case_could_be_complete() -> None:
    found = plan(PROGRAMME, lecturer(), TODAY)
    assert found.departure is None and found.earliest_departure is None
    days = {item.requirement: item.earliest for item in found.items}
    assert (days["status_abroad"], days["professional_ability"]) == (date(2027, 3, 8), date(2027, 3, 15))
    assert (days["terms_of_reference"], days["online_agreement"]) == (date(2027, 4, 2), date(2027, 4, 21))
    assert (days["assignment_log"], days["final_report"]) == (date(2027, 6, 24), date(2027, 7, 1))
    assert found.earliest_completion == date(2027, 7, 6)
    assert {item.latest for item in found.items} == {None}


def test_the_case_ends_with_a_certificate_of_completion() -> None:
    facts = replace(lecturer(), facts=papers(PROGRAMME, lecturer(), TODAY, ANSWERS))
    signed = signed_through(PROGRAMME, facts, TODAY)
    assert assess(PROGRAMME, signed, TODAY).cleared
    assert assess(PROGRAMME, signed, TODAY).stage("completion").status.value == "signed_off"


@pytest.mark.parametrize(("years", "status"), [(2, "short"), (3, "met")])
def test_three_years_of_experience_are_asked(years: int, status: str) -> None:
    answers: Answers = ANSWERS | {"professional_ability": {"years": years}}
    facts = replace(lecturer("AL"), facts=papers(PROGRAMME, lecturer("AL"), TODAY, answers))
    assert slot(PROGRAMME, facts, "professional_ability").status.value == status


def test_terms_of_reference_that_do_not_say_online_are_not_enough() -> None:
    answers: Answers = ANSWERS | {"terms_of_reference": {"online": False}}
    facts = replace(lecturer("ME"), facts=papers(PROGRAMME, lecturer("ME"), TODAY, answers))
    assert slot(PROGRAMME, facts, "terms_of_reference").status.value == "short"


def test_an_identity_card_has_to_be_valid_today_only() -> None:
    for day, status in ((TODAY, "met"), (TODAY - timedelta(days=1), "lapsed")):
        changed = tuple(
            replace(one, anchors={**one.anchors, "expires_on": day}) if one.kind == "identity_document" else one
            for one in papers(PROGRAMME, lecturer("BA"), date(2027, 2, 1), ANSWERS)
        )
        assert slot(PROGRAMME, replace(lecturer("BA"), facts=changed), "identity_document").status.value == status


def test_the_check_ins_count_from_the_completion() -> None:
    assert {one.since for one in PROGRAMME.follow_ups} == {Since.COMPLETION}


def test_what_could_not_be_confirmed_says_so() -> None:
    unconfirmed = [asked for _stage, asked in PROGRAMME.requirements() if not asked.legal_basis.confirmed]
    assert all(
        "Programme's rule" in one.legal_basis.citation or "programme's" in one.legal_basis.citation
        for one in unconfirmed
    )
    assert all(one.amount is None for one in PROGRAMME.entitlements)
