"""Temporary return: a doctor who goes to Somalia for a year, an engineer in Sarajevo for ten weeks, and who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checklists.assessment import assess, ineligible
from checklists.durations import Duration
from checklists.facts import CaseFacts, Residence
from checklists.programme import Provider
from tests.checklists.building import signed_through
from tests.checklists.examples.common import DEPARTURE, TODAY, asked, case_of, papers, shipped, slot, the, what

Answers = dict[str, dict[str, str | int | bool]]

PROGRAMME = shipped("temporary-return-of-qualified-nationals", "2027.1")
ANSWERS: Answers = {
    "referees": {"referees": 2},
    "reference_check": {"answers": 2, "in_favour": True},
    "terms_of_reference": {"months": 5},
    "selection_record": {"selected": True},
    "working_language": {"somali": True, "english": True},
}
NEAR = DEPARTURE - timedelta(days=60)


def expert(
    track: str, nationality: str, destination: str, lives_in: str = "NL", born: date = date(1985, 5, 20)
) -> CaseFacts:
    stays = (Residence(lives_in, date(2005, 1, 10)),)
    return case_of(PROGRAMME, track, nationality=nationality, destination=destination, residences=stays, born=born)


def doctor() -> CaseFacts:
    """A Finn who was born in Somalia, for twelve months in Mogadishu."""
    return expert("long_assignment", "FI", "SO", "FI")


def engineer() -> CaseFacts:
    """A national of Bosnia and Herzegovina with a Dutch residence permit, for five months in Sarajevo."""
    return expert("short_assignment", "BA", "BA")


def test_a_doctor_of_finland_needs_permission_to_enter_somalia_and_shows_both_languages() -> None:
    named = what(PROGRAMME, doctor())
    assert {"entry_permission", "somali", "right_of_return_long", "terms_of_reference_long"} <= named
    assert not named & {"right_of_return_short", "terms_of_reference_short"}
    assert the(PROGRAMME, doctor(), "entry_permission").actor is Provider.WORKER
    assert the(PROGRAMME, doctor(), "host_request").actor is Provider.EMPLOYER
    assert the(PROGRAMME, doctor(), "medical_examination").actor is Provider.CLINIC


def test_an_engineer_who_is_still_a_national_needs_no_permission_to_enter() -> None:
    named = what(PROGRAMME, engineer())
    assert {"right_of_return_short", "terms_of_reference_short", "referees", "statement"} <= named
    assert not named & {"entry_permission", "somali", "right_of_return_long"}


def test_both_may_leave_once_everything_is_signed_off() -> None:
    for facts, months in ((doctor(), 12), (engineer(), 5)):
        answers: Answers = ANSWERS | {"terms_of_reference": {"months": months}}
        complete = replace(facts, facts=papers(PROGRAMME, facts, NEAR, answers))
        assert assess(PROGRAMME, signed_through(PROGRAMME, complete, NEAR), NEAR).cleared


def test_a_short_assignment_ends_after_six_months_and_a_long_one_lasts_three_to_eighteen() -> None:
    for facts, name, good, bad in (
        (engineer(), "terms_of_reference_short", (1, 6), (7,)),
        (doctor(), "terms_of_reference_long", (3, 18), (2, 19)),
    ):
        for months in (*good, *bad):
            answers: Answers = ANSWERS | {"terms_of_reference": {"months": months}}
            given = replace(facts, facts=papers(PROGRAMME, facts, TODAY, answers))
            assert (slot(PROGRAMME, given, name).status.value == "met") is (months in good), months


def test_the_right_of_return_must_hold_for_the_whole_assignment() -> None:
    arrival = DEPARTURE + timedelta(days=PROGRAMME.journey_days)
    for facts, name, months in ((engineer(), "right_of_return_short", 6), (doctor(), "right_of_return_long", 18)):
        needed = Duration(months=months).after(arrival)
        for day, status in ((needed, "met"), (needed - timedelta(days=2), "too_short")):
            changed = tuple(
                replace(one, anchors={**one.anchors, "expires_on": day}) if one.kind == "right_of_return" else one
                for one in papers(PROGRAMME, facts, TODAY, ANSWERS)
            )
            assert slot(PROGRAMME, replace(facts, facts=changed), name).status.value == status


def test_who_leaves_in_the_middle_of_september_applies_by_may_and_the_hospital_asks_in_june() -> None:
    days = {one.requirement: one.due_on for one in asked(PROGRAMME, doctor())}
    assert days["application_form"] == days["referees"] == date(2027, 5, 20)
    assert days["referees_answered"] == date(2027, 6, 3)
    assert (days["host_request"], days["terms_of_reference_long"]) == (date(2027, 6, 22), date(2027, 7, 6))
    assert (days["selection"], days["assignment_agreement"]) == (date(2027, 7, 27), date(2027, 8, 3))
    assert days["entry_permission"] == date(2027, 9, 5)


def test_without_a_visa_the_engineer_has_more_time_than_the_doctor() -> None:
    mine, theirs = (the(PROGRAMME, facts, "application_form").due_on for facts in (engineer(), doctor()))
    assert mine is not None and theirs is not None and mine > theirs


def test_one_referee_is_not_enough() -> None:
    answers: Answers = ANSWERS | {"referees": {"referees": 1}}
    facts = replace(engineer(), facts=papers(PROGRAMME, engineer(), TODAY, answers))
    assert slot(PROGRAMME, facts, "referees").status.value == "short"


def test_a_medical_of_march_does_not_last_until_a_departure_in_the_middle_of_september() -> None:
    facts = replace(engineer(), facts=papers(PROGRAMME, engineer(), TODAY, ANSWERS))
    assert slot(PROGRAMME, facts, "medical_examination").status.value == "too_short"
    assert slot(PROGRAMME, facts, "medical_examination").useful_from == date(2027, 3, 15)


def test_who_is_twenty_may_go_for_a_short_assignment_only() -> None:
    for track, born, refused in (
        ("long_assignment", date(2006, 3, 1), ["of_age_for_a_long_assignment"]),
        ("long_assignment", date(2006, 2, 15), []),
        ("short_assignment", date(2006, 3, 1), []),
    ):
        facts = expert(track, "SO", "SO", born=born)
        assert [rule.id for rule in ineligible(PROGRAMME, facts, TODAY)] == refused


def test_the_extension_is_decided_before_the_assignment_is_over() -> None:
    for track, extension, report in (
        ("short_assignment", "extension_short", "final_report_short"),
        ("long_assignment", "extension_long", "final_report_long"),
    ):
        found = {one.id: one for one in PROGRAMME.follow_ups if not one.tracks or track in one.tracks}
        assert found[extension].after.after(DEPARTURE) < found[report].after.after(DEPARTURE)
