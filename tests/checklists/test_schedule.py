"""Planning: backwards from the departure through the graph, forwards from today, and what is wrong with the days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.working_days import add
from checklists.assessment import assess
from checklists.catalogue import InvalidProgramme
from checklists.durations import Duration
from checklists.facts import CaseFacts, GivenWaiver, Standing, WaiverKind
from checklists.schedule import Plan, PlanItem, PlanStage, find_impossible, plan
from tests.checklists.building import (
    DEPARTURE,
    ONE_DAY,
    TODAY,
    case,
    complete_facts,
    fact,
    programme,
    requirement_text,
    shipped,
    sign,
    signed_through,
    stage_text,
    without,
)


def items(facts: CaseFacts) -> dict[tuple[str, str], PlanItem]:
    return {(one.requirement, one.subject): one for one in plan(shipped(), facts, TODAY).items}


def test_the_medical_is_useful_for_half_a_year_before_departure_and_due_three_weeks_before() -> None:
    medical = items(case())["medical_examination", ""]
    assert (medical.useful_from, medical.latest) == (date(2026, 10, 8), date(2027, 3, 18))


def test_what_has_no_age_is_never_too_early() -> None:
    contract = items(case())["employment_contract", ""]
    assert (contract.useful_from, contract.latest) == (None, date(2027, 1, 8))


def test_met_and_unmet_slots_are_planned_and_those_not_asked_are_not() -> None:
    planned = items(case(*complete_facts()))
    assert planned["medical_examination", ""].status == "met"
    assert ("promissory_note", "") not in planned
    assert len([one for one in planned if one[0] == "module"]) == 12


def test_without_a_departure_nothing_has_a_day() -> None:
    assert {(one.useful_from, one.latest) for one in items(case(departure=None)).values()} == {(None, None)}


def test_on_the_home_track_nothing_is_too_early_or_due() -> None:
    made = plan(shipped(), case(track="home"), TODAY)
    assert {(one.useful_from, one.latest, one.risk) for one in made.items} == {(None, None, None)}
    assert (made.departure, made.earliest_departure, made.late_by) == (None, None, 0)
    assert {task.due_on for task in assess(shipped(), case(track="home"), TODAY).tasks} == {None}


def test_a_programme_that_counts_no_working_days_gives_each_rule_for_itself() -> None:
    """Version 2027.1 was published before there were working days; its due days stay what they were."""
    made = plan(shipped(), case(), TODAY)
    for stage, asked in shipped().requirements():
        found = [one.latest for one in made.items if one.requirement == asked.id]
        assert set(found) <= {DEPARTURE - timedelta(days=asked.lead_days)}
        signed_by = [one.latest for one in made.stages if one.stage == stage.id]
        assert set(signed_by) <= {DEPARTURE - timedelta(days=stage.lead_days)}


# Two months of work: papers (a contract, then a permit that takes twelve working days in Germany) before the medical.
WEEKS = programme(
    stage_text(
        "papers",
        requirement_text("evidence: permit, after: [contract], lead_time: 12, calendar: DE", "permit"),
        requirement_text("evidence: contract, lead_time: 3", "contract"),
        requirement_text("evidence: photo, validity: {anchor: issued_on, max_age: P90D}", "photo"),
        rules="sign_off: caseworker\n    service_days: 2",
    ),
    stage_text(
        "medical",
        requirement_text(
            "evidence: medical, lead_time: 5, validity: {anchor: examined_on, max_age: P60D, must_hold_until: arrival}",
            "medical",
        ),
        requirement_text("evidence: note, lead_days: 35", "note"),
        rules="sign_off: caseworker\n    after: [papers]\n    service_days: 1",
    ),
    stage_text(
        "end",
        requirement_text("evidence: ticket, lead_time: 1", "ticket"),
        rules="sign_off: supervisor\n    after: [medical]\n    lead_days: 2",
        kind="departure",
    ),
    head="journey_days: 1\n",
)


def item(made: Plan, requirement: str) -> PlanItem:
    return next(one for one in made.items if one.requirement == requirement)


def day(of: date | None) -> date:
    assert of is not None
    return of


def stage(made: Plan, name: str) -> PlanStage:
    return next(one for one in made.stages if one.stage == name)


def test_deadlines_go_backwards_through_the_graph_in_working_days_of_each_calendar() -> None:
    made = plan(WEEKS, case(), TODAY)
    # Thursday 8 April 2027; the ninth is Constitution Day of Kosovo, 26 and 29 March are Easter in Germany.
    assert (stage(made, "end").latest, item(made, "ticket").latest) == (date(2027, 4, 6), date(2027, 4, 6))
    assert (stage(made, "medical").latest, item(made, "medical").latest) == (date(2027, 4, 5), date(2027, 4, 4))
    assert item(made, "note").latest == date(2027, 3, 4)
    assert stage(made, "papers").latest == date(2027, 3, 4)
    assert (item(made, "permit").latest, item(made, "contract").latest) == (date(2027, 3, 2), date(2027, 2, 14))


def test_assessments_name_the_same_days_as_plans() -> None:
    made, found = plan(WEEKS, case(), TODAY), assess(WEEKS, case(), TODAY)
    states = {one.requirement: one for each in found.stages for one in each.requirements}
    assert {name: (one.due_on, one.useful_from) for name, one in states.items()} == {
        one.requirement: (one.latest, one.useful_from) for one in made.items
    }
    assert [one.due_on for one in found.stages] == [one.latest for one in made.stages]
    assert [task.due_on for task in found.tasks] == sorted(day(states[task.requirement].due_on) for task in found.tasks)


def test_the_forward_pass_takes_lead_times_and_service_days_in_order() -> None:
    made = plan(WEEKS, case(), TODAY)
    contract = add("XK", TODAY, 3)
    permit = add("DE", contract, 12)
    papers = add("XK", permit, 2)
    medical = add("XK", papers, 5)
    assert [one.earliest for one in made.items] == [
        permit,
        contract,
        TODAY,
        medical,
        papers,
        add("XK", stage(made, "medical").earliest, 1),
    ]
    assert (stage(made, "medical").begins, stage(made, "medical").earliest) == (papers, add("XK", medical, 1))
    assert [(step.stage, step.requirement) for step in made.critical_path] == [
        ("papers", "contract"),
        ("papers", "permit"),
        ("papers", ""),
        ("medical", "note"),
    ]
    assert made.earliest_departure == papers + 35 * ONE_DAY
    assert {one.requirement for one in made.items if one.critical} == {"contract", "permit", "note"}


def test_evidence_that_only_has_to_hold_today_is_needed_until_the_departure_all_the_same() -> None:
    made = plan(WEEKS, case(), TODAY)
    photo = item(made, "photo")
    assert (photo.useful_from, photo.latest) == (date(2027, 1, 8), date(2027, 3, 2))
    assert str(photo.risk) == "Too early: what is dated before 2027-01-08 lapses before it is needed."
    assert (photo.too_early, photo.at_risk, photo.slack) == (True, False, (day(photo.latest) - TODAY).days)
    early = plan(WEEKS, case(fact("p", "photo", issued_on=TODAY)), TODAY)
    assert (item(early, "photo").status, item(early, "photo").done) == ("met", False)
    assert str(item(early, "photo").risk) == "Holds until 2027-02-18 only; a new one must be there by 2027-03-02."


def test_what_must_hold_until_the_arrival_is_counted_back_from_it() -> None:
    medical = item(plan(WEEKS, case(), TODAY), "medical")
    assert medical.useful_from == DEPARTURE + ONE_DAY - 60 * ONE_DAY


def test_what_is_there_and_signed_off_takes_nothing() -> None:
    facts = case(fact("c", "contract"), fact("m", "permit"), fact("p", "photo", issued_on=date(2027, 2, 1)))
    on = date(2027, 2, 3)
    made = plan(WEEKS, sign(WEEKS, facts, "papers", on), on)
    assert (stage(made, "papers").done, stage(made, "papers").slack, stage(made, "medical").begins) == (True, None, on)
    assert made.earliest_departure == on + 35 * ONE_DAY
    assert item(made, "permit").latest == date(2027, 3, 2)


def test_what_cannot_be_kept_is_said_with_its_days() -> None:
    late = date(2027, 2, 25)
    made = plan(WEEKS, case(), late)
    contract = item(made, "contract")
    assert (contract.at_risk, contract.slack) == (True, (day(contract.latest) - contract.earliest).days)
    assert str(contract.risk) == "At risk: it had to be there by 2027-02-14; 2027-03-02 is the first day."
    permit = item(made, "permit")
    assert str(permit.risk) == f"At risk: it can be there on {permit.earliest}, but must be by 2027-03-02."
    papers = stage(made, "papers")
    assert str(papers.risk) == f"At risk: it can be signed off on {papers.earliest}, but must be by 2027-03-04."
    assert made.late_by == (day(made.earliest_departure) - DEPARTURE).days > 0
    assert not any(one.at_risk for one in plan(WEEKS, case(departure=made.earliest_departure), late).items)


def test_a_flight_that_moves_a_refusal_and_a_withdrawal_need_a_plan_anew_and_no_more() -> None:
    there = case(*(fact(name, name) for name in ("contract", "permit", "note", "ticket")))
    before = plan(WEEKS, there, TODAY)
    moved = plan(WEEKS, replace(there, planned_departure=DEPARTURE + 7 * ONE_DAY), TODAY)
    assert day(item(moved, "medical").latest) > day(item(before, "medical").latest)
    for standing in (Standing.ADVERSE, Standing.REJECTED, Standing.WITHDRAWN):
        again = plan(WEEKS, without(there, "permit", standing), TODAY)
        assert item(before, "permit").done and not item(again, "permit").done
        assert day(again.earliest_departure) > day(before.earliest_departure)


def test_what_passes_on_condition_until_a_day_before_the_departure_is_still_planned() -> None:
    rules = programme(
        stage_text("end", requirement_text("conditional_by: board, lead_time: 10", "paper"), kind="departure")
    )
    for ends_on, done in ((DEPARTURE, True), (DEPARTURE - ONE_DAY, False)):
        waiver = GivenWaiver("w", "paper", "", "board", ends_on, kind=WaiverKind.CONDITION)
        assert item(plan(rules, case(waivers=(waiver,)), TODAY), "paper").done is done


def test_stages_of_which_it_is_not_known_whether_they_are_asked_are_planned_and_refused_ones_are_not() -> None:
    made = plan(shipped(), case(), TODAY)
    assert "training" in {one.stage for one in made.stages}
    assert "loan" not in {one.stage for one in made.stages}


def test_a_case_that_is_ready_could_leave_today() -> None:
    done = signed_through(shipped(), case(*complete_facts()))
    made = plan(shipped(), done, TODAY)
    assert (made.earliest_departure, made.critical_path, made.earliest_completion) == (TODAY, (), TODAY)
    assert {one.risk for one in made.items} == {None}


def test_an_ended_case_is_planned_on_its_end() -> None:
    ended = replace(case(), ended_on=TODAY)
    assert plan(WEEKS, ended, date(2030, 1, 1)) == plan(WEEKS, ended, TODAY)


UNTIL_APPLIED = programme(
    stage_text(
        "medical",
        requirement_text(
            "evidence: m, validity: {anchor: examined_on, max_age: P30D, must_hold_until: visa_application}", "m"
        ),
    ),
    stage_text(
        "visa",
        requirement_text("evidence: visa_application, lead_time: 2", "application"),
        requirement_text("evidence: visa, after: [application], lead_time: 40", "visa"),
        rules="sign_off: caseworker\n    after: [medical]",
    ),
)


def test_what_must_hold_until_the_application_is_counted_back_from_its_latest_day() -> None:
    made = plan(UNTIL_APPLIED, case(), TODAY)
    applied = day(item(made, "application").latest)
    assert item(made, "m").useful_from == applied - 30 * ONE_DAY
    there = case(fact("m", "m", examined_on=date(2026, 11, 1)), fact("v", "visa_application", issued_on=TODAY))
    assert item(plan(UNTIL_APPLIED, there, TODAY), "m").done


def test_evidence_that_lapses_before_the_rest_can_be_over_is_impossible() -> None:
    def rules(max_age: str) -> tuple[str, str]:
        validity = f"validity: {{anchor: issued_on, max_age: {max_age}, must_hold_until: departure}}"
        return (
            stage_text("papers", requirement_text(f"evidence: a, {validity}", "a")),
            stage_text(
                "end",
                requirement_text("evidence: b, lead_time: 40", "b"),
                rules="sign_off: caseworker\n    after: [papers]",
            ),
        )

    assert find_impossible(programme(*rules("P90D"))) == []
    with pytest.raises(InvalidProgramme):
        programme(*rules("P50D"))


@given(
    st.builds(Duration, months=st.integers(0, 40), days=st.integers(0, 400)),
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
)
def test_the_first_useful_day_reaches_and_the_day_before_does_not(length: Duration, target: date) -> None:
    first = length.first_reaching(target)
    assert length.after(first) >= target
    assert length.after(first - ONE_DAY) < target


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("P6M", date(2026, 8, 31), date(2027, 2, 28)),
        ("P1Y", date(2024, 2, 29), date(2025, 2, 28)),
        ("P2W", date(2026, 12, 25), date(2027, 1, 8)),
        ("P1M1D", date(2026, 1, 31), date(2026, 3, 1)),
        ("P0D", DEPARTURE, DEPARTURE),
        ("P999Y", date(9500, 1, 1), date.max),
    ],
)
def test_months_are_those_of_the_calendar_and_end_on_its_last_day(text: str, begins: date, ends: date) -> None:
    assert Duration.parse(text).after(begins) == ends


@pytest.mark.parametrize("text", ["", "P", "6M", "P6", "PT6H", "p6m", "P-1M", "P1D1M"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        Duration.parse(text)
