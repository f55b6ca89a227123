"""Stages after the preparation: when they begin, that nothing holds them up, and how the preparation stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.assessment import Assessment, StageStatus, assess, stands_on
from checklists.catalogue import InvalidProgramme, read_programme
from checklists.facts import CaseFacts, Fact, GivenSignOff, GivenWaiver, Standing
from checklists.programme import Programme, Since
from checklists.schedule import plan
from tests.checklists.building import BASIS, requirement_text, stage_text

LEFT = date(2027, 4, 8)
ONE_DAY = timedelta(days=1)
HEAD = f"""
id: trial
version: "2027.1"
title: Trial
origin: XK
destination: DE
currency: EUR
published_on: 2026-11-01
minimum_age: 18
tracks:
  - {{id: away, title: Away, departs: true}}
  - {{id: stay, title: Stay, departs: false}}
follow_ups:
  - {{id: month, title: Month, after: P1M, since: arrival, who: employer, outcomes: [at_work, left],
     tracks: [away], {BASIS}}}
  - {{id: report, title: Report, after: P0D, since: end, who: worker, outcomes: [accepted], tracks: [away], {BASIS}}}
  - {{id: year, title: Year, after: P1Y, since: completion, who: caseworker, outcomes: [stayed, gone],
     tracks: [stay], {BASIS}}}
stages:"""
PAPERS = stage_text(
    "papers",
    requirement_text("validity: {last_day: expires_on, must_hold_until: departure}"),
    rules="sign_off: caseworker",
)
LEAVING = stage_text("leaving", rules="sign_off: supervisor\n    after: [papers]\n    tracks: [away]", kind="departure")
CHECK_IN = "evidence: follow_up, subject: {}, accept: {{outcome: [{}]}}, waivable_by: supervisor"
WORK = stage_text(
    "work",
    requirement_text(CHECK_IN.format("month", "at_work"), "month_made"),
    requirement_text("validity: {anchor: issued_on, max_age: P1Y}", "permit"),
    rules=f"sign_off: caseworker\n    after: [leaving]\n    tracks: [away]\n    assignment: {{longest: P18M, {BASIS}}}",
    kind="followup",
)
STAYING = stage_text(
    "staying",
    requirement_text(CHECK_IN.format("year", "stayed"), "year_made"),
    rules="sign_off: automatic\n    after: [papers]\n    tracks: [stay]",
    kind="followup",
)
END = stage_text("ending", rules="sign_off: caseworker\n    after: [work, staying]", kind="completion")
WHOLE = HEAD + PAPERS + LEAVING + WORK + STAYING + END + "\n"


def read(text: str = WHOLE) -> Programme:
    return read_programme(text.encode(), "trial.yaml")


PROGRAMME = read()


def case(track: str = "away", **more: object) -> CaseFacts:
    papers = Fact(
        "f1",
        "paper",
        Standing.ACCEPTED,
        anchors={"expires_on": LEFT + 40 * ONE_DAY},
        recorded_by="a",
        decided_by=("a",),
    )
    facts = CaseFacts(track, date(2026, 11, 20), "XK", date(1992, 3, 14), LEFT if track == "away" else None)
    return replace(facts, facts=(papers,), **more)  # type: ignore[arg-type]


def signed(facts: CaseFacts, stage: str, on: date) -> CaseFacts:
    assessment = assess(PROGRAMME, facts, on)
    assert assessment.stage(stage).status is StageStatus.READY, assessment.stage(stage)
    row = GivenSignOff(f"s-{stage}", stage, on, stands_on(assessment.stage(stage), assessment))
    return replace(facts, sign_offs=(*facts.sign_offs, row))


def prepared(track: str = "away") -> CaseFacts:
    facts = signed(case(track), "papers", LEFT - 9 * ONE_DAY)
    return signed(facts, "leaving", LEFT - 5 * ONE_DAY) if track == "away" else facts


def gone(track: str = "away") -> CaseFacts:
    return replace(prepared(track), ended_on=LEFT, followed_from=LEFT)


def check_in(subject: str, outcome: str, day: date, name: str = "c1", standing: Standing = Standing.ACCEPTED) -> Fact:
    return Fact(
        name, "follow_up", standing, subject, {"made_on": day}, {"outcome": outcome}, recorded_by="a", decided_by=("a",)
    )


def with_facts(facts: CaseFacts, *more: Fact) -> CaseFacts:
    return replace(facts, facts=(*facts.facts, *more))


def permit(day: date) -> Fact:
    return Fact("p1", "permit", Standing.ACCEPTED, anchors={"issued_on": day}, recorded_by="a", decided_by=("a",))


def statuses(assessment: Assessment) -> dict[str, str]:
    return {state.stage: state.status.value for state in assessment.stages}


def test_the_stages_after_the_preparation_are_known() -> None:
    assert PROGRAMME.after_preparation == {"work", "staying", "ending"}
    assert PROGRAMME.follow_ups[1].since is Since.END
    rule = PROGRAMME.assignment("away")
    assert rule is not None and rule.extended_by == "supervisor"
    assert PROGRAMME.assignment("stay") is None


@pytest.mark.parametrize("track", ["away", "stay"])
def test_a_case_is_cleared_without_what_follows_the_preparation(track: str) -> None:
    found = assess(PROGRAMME, prepared(track), LEFT)
    assert found.cleared and not found.completed
    assert found.stage("ending").status is StageStatus.BLOCKED
    first = found.stage("work" if track == "away" else "staying")
    assert first.status is StageStatus.BLOCKED
    assert str(first.why) == "It begins when the preparation is over."
    assert found.tasks == ()


def test_before_the_clearance_it_waits_for_the_departure() -> None:
    found = assess(PROGRAMME, case(), LEFT - 20 * ONE_DAY)
    assert str(found.stage("work").why) == "Waits for “Leaving”."


def test_what_lapses_after_the_departure_reopens_nothing() -> None:
    later = LEFT + 400 * ONE_DAY
    found = assess(PROGRAMME, gone(), later)
    assert found.on == LEFT
    assert found.stage("papers").status is StageStatus.SIGNED_OFF
    assert found.stage("work").status is StageStatus.OPEN
    assert [task.requirement for task in found.tasks] == ["month_made", "permit"]


def test_it_ends_with_the_completion_and_stands_on_the_departure() -> None:
    on = LEFT + 60 * ONE_DAY
    facts = with_facts(gone(), check_in("month", "at_work", on), permit(on))
    found = assess(PROGRAMME, facts, on)
    assert "s-leaving" in stands_on(found.stage("work"), found)
    facts = signed(facts, "work", on)
    assert not assess(PROGRAMME, facts, on).completed
    facts = signed(facts, "ending", on)
    found = assess(PROGRAMME, facts, on)
    assert found.completed and found.cleared
    assert found.stage("staying").status is StageStatus.NOT_ASKED


@pytest.mark.parametrize(
    ("outcome", "standing", "status"),
    [
        ("at_work", Standing.ACCEPTED, StageStatus.READY),
        ("left", Standing.ACCEPTED, StageStatus.OPEN),
        ("at_work", Standing.PENDING, StageStatus.OPEN),
    ],
)
def test_an_outcome_decides_and_one_with_a_next_day_is_still_open(
    outcome: str, standing: Standing, status: StageStatus
) -> None:
    on = LEFT + 60 * ONE_DAY
    facts = with_facts(gone(), check_in("month", outcome, on, standing=standing), permit(on))
    assert assess(PROGRAMME, facts, on).stage("work").status is status


def test_a_record_taken_back_ends_the_sign_off_after_the_departure() -> None:
    on = LEFT + 60 * ONE_DAY
    facts = signed(with_facts(gone(), check_in("month", "at_work", on), permit(on)), "work", on)
    back = replace(
        facts, facts=tuple(replace(one, standing=Standing.WITHDRAWN) if one.id == "c1" else one for one in facts.facts)
    )
    state = assess(PROGRAMME, back, on).stage("work")
    assert state.status is StageStatus.BROKEN and state.breach is not None and state.breach.kind.value == "revoked"


def test_what_follows_lives_in_time_until_it_has_ended() -> None:
    on = LEFT + 60 * ONE_DAY
    facts = signed(with_facts(gone(), check_in("month", "at_work", on), permit(on)), "work", on)
    found = assess(PROGRAMME, facts, on)
    assert found.changes_on == date(2028, 6, 8)
    assert assess(PROGRAMME, facts, date(2028, 6, 7)).stage("work").status is StageStatus.SIGNED_OFF
    assert assess(PROGRAMME, facts, date(2028, 6, 8)).stage("work").status is StageStatus.BROKEN
    over = replace(facts, followed_until=on)
    assert assess(PROGRAMME, over, date(2029, 1, 1)) == assess(PROGRAMME, over, on)
    assert assess(PROGRAMME, over, on).changes_on is None


def test_a_suspension_does_not_hold_up_who_has_left() -> None:
    on = LEFT + 60 * ONE_DAY
    facts = with_facts(gone(), check_in("month", "at_work", on), permit(on))
    facts = replace(signed(facts, "work", on), suspended=True, originals_held=True)
    assert assess(PROGRAMME, facts, on).stage("ending").status is StageStatus.READY


def test_a_waiver_lets_a_check_in_pass() -> None:
    waiver = GivenWaiver("w", "month_made", "", "supervisor", None)
    facts = replace(with_facts(gone(), permit(LEFT)), waivers=(waiver,))
    assert assess(PROGRAMME, facts, LEFT + ONE_DAY).stage("work").status is StageStatus.READY


@given(st.integers(0, 2000), st.booleans())
def test_no_day_changes_the_preparation_of_who_has_left(days: int, home: bool) -> None:
    facts = gone("stay" if home else "away")
    first, then = assess(PROGRAMME, facts, LEFT), assess(PROGRAMME, facts, LEFT + timedelta(days=days))
    preparation = [state for state in first.stages if state.stage not in PROGRAMME.after_preparation]
    assert preparation == [state for state in then.stages if state.stage not in PROGRAMME.after_preparation]
    assert then.cleared


@given(st.integers(0, 900), st.integers(0, 900), st.sampled_from(["at_work", "left"]))
def test_between_today_and_the_day_of_change_nothing_differs(days: int, issued: int, outcome: str) -> None:
    on = LEFT + timedelta(days=days)
    facts = with_facts(gone(), check_in("month", outcome, LEFT), permit(LEFT + timedelta(days=issued)))
    found = assess(PROGRAMME, facts, on)
    assert (found.changes_on is None) is (issued + 366 < days)
    until = found.changes_on or on + timedelta(days=3000)
    assert statuses(assess(PROGRAMME, facts, until - ONE_DAY)) == statuses(found)


def test_the_plan_leaves_out_what_follows() -> None:
    made = plan(PROGRAMME, case(), LEFT - 30 * ONE_DAY)
    assert [stage.stage for stage in made.stages] == ["papers", "leaving"]
    assert made.earliest_departure is not None


WORKING = "after: [leaving]\n    tracks: [away]\n    assignment"
RULE = "    assignment: {longest: P18M, " + BASIS + "}\n"
PERMIT = "id: permit, title: Paper"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (WORKING, WORKING.replace("leaving", "papers"), "It must stand on the departure of the track away."),
        (
            "after: [work, staying]",
            "after: [leaving]\n    tracks: [away]",
            "No completion on the track stay stands on it.",
        ),
        ("kind: completion", "kind: general", "comes another one or the completion; ending is neither."),
        ("subject: month", "subject: moon", "The programme has no follow-up moon"),
        ("outcome: [at_work]", "outcome: [at_wrok]", "The follow-up month has no outcome at_wrok."),
        ("subject: month", "subject: year", "The follow-up year is not made on the track away."),
        ("max_age: P1Y}", "max_age: P1Y, must_hold_until: departure}", "it can only hold today."),
        (PERMIT, PERMIT.replace(",", ", lead_time: 5,"), "leave “lead_time” out"),
        ("sign_off: automatic", "sign_off: automatic\n    lead_days: 3", "leave “lead_days” out"),
        ("evidence: permit", "evidence: itinerary", "itinerary is recorded during the preparation only"),
        ("longest: P18M", "agreed: P2Y, longest: P18M", "It is longer than the longest."),
        (RULE, "", "There is no “assignment” on the track away"),
        ("longest: P18M", "longest: soon", "is not a duration"),
    ],
)
def test_a_flaw_of_what_follows_is_told(old: str, new: str, fault: str) -> None:
    assert old in WHOLE, old
    with pytest.raises(InvalidProgramme) as caught:
        read(WHOLE.replace(old, new, 1))
    told = [str(one) for one in caught.value.problems]
    assert any(fault in one for one in told), told


def test_only_a_followup_has_an_assignment_and_check_ins() -> None:
    asked = requirement_text(CHECK_IN.format("month", "at_work"), "month_early")
    early = stage_text("early", asked, rules=f"sign_off: caseworker\n    assignment: {{longest: P18M, {BASIS}}}")
    with pytest.raises(InvalidProgramme) as caught:
        read(HEAD + early + PAPERS + "\n")
    told = [str(one) for one in caught.value.problems]
    assert any("Only a stage of kind followup has an assignment." in one for one in told), told
    assert any("Only a stage of kind followup asks for check-ins." in one for one in told), told
