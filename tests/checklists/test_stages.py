"""Stages: which are asked, what blocks them, when they are ready, and when a sign-off no longer holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from checklists.assessment import BreachKind, StageStatus, assess, ineligible, stands_on
from checklists.facts import GivenSignOff, GivenWaiver, Residence, Standing, WaiverKind
from tests.checklists.building import (
    BASIS,
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

AGED = "validity: {anchor: issued_on, max_age: P6M, must_hold_until: departure}"
CHAIN = programme(
    stage_text("first", requirement_text(f"evidence: a, {AGED}, waivable_by: supervisor", "a")),
    stage_text("second", requirement_text("evidence: b", "b"), rules="sign_off: supervisor\n    after: [first]"),
    stage_text("third", requirement_text("evidence: c", "c"), rules="sign_off: automatic\n    after: [second]"),
    stage_text("beside", requirement_text("evidence: d", "d")),
)
A, B, C = (fact(name, name, issued_on=TODAY) for name in "abc")


def test_a_stage_waits_for_those_it_stands_on_and_only_for_them() -> None:
    found = assess(CHAIN, case(), TODAY)
    assert [(one.stage, one.status, one.blocked_by) for one in found.stages] == [
        ("first", "open", ()),
        ("second", "blocked", ("first",)),
        ("third", "blocked", ("second",)),
        ("beside", "open", ()),
    ]
    assert str(found.stage("second").why) == "Waits for “First”."


def test_a_fulfilled_stage_is_ready_and_its_role_is_asked_to_sign_off() -> None:
    found = assess(CHAIN, case(A), TODAY)
    assert found.stage("first").status is StageStatus.READY
    assert [(task.stage, task.requirement, task.actor) for task in found.tasks] == [
        ("first", "", "caseworker"),
        ("beside", "d", "worker"),
    ]


def test_an_automatic_stage_that_is_ready_asks_nobody() -> None:
    facts = sign(CHAIN, sign(CHAIN, case(A, B, C), "first"), "second")
    found = assess(CHAIN, facts, TODAY)
    assert found.stage("third").status is StageStatus.READY
    assert [task.stage for task in found.tasks] == ["beside"]


def test_a_sign_off_stands_on_the_facts_used_and_the_sign_offs_before_it() -> None:
    facts = sign(CHAIN, case(A, B, C), "first")
    found = assess(CHAIN, facts, TODAY)
    assert stands_on(found.stage("second"), found) == {"b", "signed-first"}


def test_a_case_is_cleared_when_every_stage_asked_is_signed_off() -> None:
    facts = signed_through(CHAIN, case(A, B, C))
    assert not assess(CHAIN, facts, TODAY).cleared
    whole = signed_through(CHAIN, replace(facts, facts=(*facts.facts, fact("d", "d"))))
    assert assess(CHAIN, whole, TODAY).cleared


def breaches(facts: object, on: date = TODAY) -> dict[str, tuple[BreachKind, tuple[str, ...]]]:
    found = assess(CHAIN, facts, on)  # type: ignore[arg-type]
    return {one.stage: (one.breach.kind, one.breach.because) for one in found.stages if one.breach}


SIGNED = signed_through(CHAIN, case(A, B, C))


def test_a_sign_off_holds_while_its_facts_do_and_expires_the_day_after_with_all_that_stand_on_it() -> None:
    last = date(2027, 5, 20)
    found = assess(CHAIN, SIGNED, last)
    assert [one.status for one in found.stages] == ["signed_off", "signed_off", "signed_off", "open"]
    assert (found.stage("third").holds_until, found.changes_on) == (last, last + ONE_DAY)
    assert breaches(SIGNED, last + ONE_DAY) == {
        "first": (BreachKind.EXPIRED, ("a",)),
        "second": (BreachKind.EXPIRED, ("signed-first",)),
        "third": (BreachKind.EXPIRED, ("signed-second",)),
    }


def test_a_fact_withdrawn_revokes_its_stage_and_those_standing_on_it() -> None:
    assert breaches(without(SIGNED, "b")) == {
        "second": (BreachKind.REVOKED, ("b",)),
        "third": (BreachKind.REVOKED, ("signed-second",)),
    }


def test_a_fact_withdrawn_revokes_although_another_one_would_do() -> None:
    replaced = replace(SIGNED, facts=(*SIGNED.facts, fact("b2", "b")))
    assert breaches(replaced) == {}
    assert breaches(without(replaced, "b"))["second"] == (BreachKind.REVOKED, ("b",))


def test_a_newer_paper_does_not_prolong_a_certificate_that_speaks_of_the_old_one() -> None:
    replaced = replace(SIGNED, facts=(*SIGNED.facts, fact("a2", "a", issued_on=date(2027, 3, 1))))
    assert breaches(replaced, date(2027, 5, 20)) == {}
    assert breaches(replaced, date(2027, 5, 21))["first"] == (BreachKind.EXPIRED, ("a",))


def test_a_fact_that_vanished_revokes() -> None:
    gone = replace(SIGNED, facts=(A, C))
    assert breaches(gone)["second"] == (BreachKind.REVOKED, ("b",))


def test_a_fact_rejected_afterwards_revokes() -> None:
    assert breaches(without(SIGNED, "b", Standing.REJECTED))["second"] == (BreachKind.REVOKED, ("b",))


def test_an_adverse_fact_revokes_and_names_it() -> None:
    worse = replace(SIGNED, facts=(*SIGNED.facts, fact("bad", "b", Standing.ADVERSE, decided_on=TODAY)))
    assert breaches(worse)["second"] == (BreachKind.REVOKED, ("bad",))


def test_a_departure_moved_beyond_what_it_holds_until_lets_it_expire() -> None:
    assert breaches(replace(SIGNED, planned_departure=date(2027, 5, 20))) == {}
    moved = replace(SIGNED, planned_departure=date(2027, 5, 21))
    assert breaches(moved)["first"] == (BreachKind.EXPIRED, ("a",))


def test_a_departure_that_is_not_planned_any_more_breaks_nothing() -> None:
    assert breaches(replace(SIGNED, planned_departure=None)) == {}


def test_a_paper_dated_in_the_future_breaks_nothing() -> None:
    ahead = replace(SIGNED, facts=(*SIGNED.facts, fact("a2", "a", issued_on=TODAY + ONE_DAY)), planned_departure=None)
    assert breaches(ahead) == {}


def test_an_outcome_that_is_open_again_revokes_until_it_is_decided() -> None:
    hit = fact("hit", "a", Standing.PENDING, issued_on=TODAY + ONE_DAY)
    again = replace(SIGNED, facts=(*SIGNED.facts, hit))
    assert breaches(again)["first"] == (BreachKind.REVOKED, ("hit",))


def test_a_revoking_reason_outweighs_time() -> None:
    assert breaches(without(SIGNED, "b"), date(2027, 5, 21))["second"] == (BreachKind.REVOKED, ("b", "signed-first"))


def test_a_sign_off_before_it_that_ended_revokes_those_standing_on_it() -> None:
    kept = tuple(one for one in SIGNED.sign_offs if one.stage != "first")
    assert breaches(replace(SIGNED, sign_offs=kept))["second"] == (BreachKind.REVOKED, ("signed-first",))


def test_a_waiver_that_ends_lets_the_sign_off_expire() -> None:
    waived = case(waivers=(GivenWaiver("w", "a", "", "supervisor", DEPARTURE),))
    signed = sign(CHAIN, waived, "first")
    assert breaches(signed, DEPARTURE) == {}
    assert breaches(signed, DEPARTURE + ONE_DAY)["first"] == (BreachKind.EXPIRED, ("w",))
    assert breaches(replace(signed, waivers=()))["first"] == (BreachKind.REVOKED, ("w",))


HOME_AND_AWAY = programme(stage_text("papers", requirement_text("each: residence"), rules="sign_off: caseworker"))


def test_a_country_that_comes_to_light_revokes() -> None:
    signed = sign(HOME_AND_AWAY, case(fact(subject="XK")), "papers")
    told_late = replace(signed, residences=(*signed.residences, Residence("MK", date(2015, 1, 1), date(2016, 1, 1))))
    found = assess(HOME_AND_AWAY, told_late, TODAY).stages[0].breach
    assert found is not None and (found.kind, found.because) == (BreachKind.REVOKED, ())


def test_a_stay_that_only_grew_long_enough_lets_it_expire() -> None:
    moved = (Residence("XK", date(1992, 3, 14), date(2026, 10, 1)), Residence("MK", date(2026, 10, 1)))
    signed = sign(HOME_AND_AWAY, case(fact(subject="XK"), residences=moved), "papers")
    found = assess(HOME_AND_AWAY, signed, date(2027, 3, 31))
    assert (found.stages[0].status, found.changes_on) == ("signed_off", date(2027, 4, 1))
    broken = assess(HOME_AND_AWAY, signed, date(2027, 4, 1)).stages[0].breach
    assert broken is not None and broken.kind is BreachKind.EXPIRED


OPTIONAL = programme(
    stage_text("money", requirement_text(), rules="sign_off: caseworker\n    when: loan_asked\n    optional: true"),
    stage_text("end", requirement_text("evidence: end", "end"), rules="sign_off: caseworker\n    after: [money]"),
)


def test_a_stage_that_is_not_asked_holds_nothing_up() -> None:
    found = assess(OPTIONAL, case(), TODAY)
    assert [one.status for one in found.stages] == ["not_asked", "open"]
    assert [one.status for one in assess(OPTIONAL, case(loan_asked=True), TODAY).stages] == ["open", "blocked"]


def test_a_stage_signed_off_stays_so_when_it_is_not_asked_any_more() -> None:
    signed = sign(OPTIONAL, case(fact(), loan_asked=True), "money")
    given_up = replace(signed, loan_asked=False)
    assert assess(OPTIONAL, given_up, TODAY).stages[0].status is StageStatus.SIGNED_OFF
    assert assess(OPTIONAL, without(given_up, "f1"), TODAY).stages[0].status is StageStatus.BROKEN


def test_an_ended_case_is_assessed_on_its_end_for_ever() -> None:
    ended = replace(SIGNED, ended_on=date(2027, 4, 8))
    then, later = assess(CHAIN, ended, date(2027, 4, 8)), assess(CHAIN, ended, date(2035, 1, 1))
    assert then == later
    assert (then.on, then.changes_on, then.stage("first").status) == (date(2027, 4, 8), None, "signed_off")


def statuses(facts: object, on: date = TODAY) -> dict[str, str]:
    return {one.stage: one.status.value for one in assess(shipped(), facts, on).stages}  # type: ignore[arg-type]


def test_the_home_track_ends_with_its_own_completion() -> None:
    facts = case(*complete_facts("home"), track="home", departure=None)
    done = signed_through(shipped(), facts)
    asked = {stage for stage, found in statuses(done).items() if found == "signed_off"}
    assert asked == {"documents", "security", "qualifications", "completion"}
    assert assess(shipped(), done, TODAY).cleared


def test_the_away_track_is_cleared_with_everything_there_and_a_loan_only_when_asked() -> None:
    for loan_asked, expected in ((False, "not_asked"), (True, "signed_off")):
        done = signed_through(shipped(), case(*complete_facts(), loan_asked=loan_asked))
        assert assess(shipped(), done, TODAY).cleared
        assert statuses(done)["loan"] == expected
        assert statuses(done)["completion"] == statuses(done)["training"] == "not_asked"


def test_training_is_asked_only_for_the_gap_that_was_found_and_stays_asked_when_it_is_closed() -> None:
    weak = fact("weak", "language_result", subject="de", attributes={"level": "A1"}, tested_on=date(2026, 10, 1))
    facts = [one for one in complete_facts() if one.kind not in ("language_result", "training_result")]
    before = case(*facts, weak)
    assert statuses(signed_through(shipped(), before))["training"] == "open"
    training = assess(shipped(), before, TODAY).stage("training")
    assert [slot.requirement for slot in training.requirements] == ["language_course"]
    closed = case(*complete_facts(), weak)
    assert statuses(signed_through(shipped(), closed))["training"] == "signed_off"


def test_what_is_a_gap_on_one_track_need_not_be_one_on_the_other() -> None:
    weak = fact("weak", "language_result", subject="de", attributes={"level": "A1"}, tested_on=date(2026, 10, 1))
    for track, expected in (("away", "open"), ("home", "not_asked")):
        facts = [one for one in complete_facts(track) if one.kind not in ("language_result", "training_result")]
        found = signed_through(shipped(), case(*facts, weak, track=track))
        assert statuses(found)["training"] == expected


def test_a_gap_that_was_waived_is_none() -> None:
    waiver = GivenWaiver("w", "professional_ability", "", "supervisor", None)
    facts = [one for one in complete_facts() if one.kind not in ("professional_ability", "training_result")]
    assert statuses(signed_through(shipped(), case(*facts)))["training"] == "blocked"
    assert statuses(signed_through(shipped(), case(*facts, waivers=(waiver,))))["training"] == "not_asked"


def test_until_the_qualifications_are_decided_training_waits_for_them() -> None:
    training = assess(shipped(), case(), TODAY).stage("training")
    assert (training.status, training.blocked_by) == ("blocked", ("documents", "qualifications"))


def test_a_medical_that_lapses_before_departure_reopens_medical_and_departure_alone() -> None:
    done = signed_through(shipped(), case(*complete_facts()))
    moved = replace(done, planned_departure=date(2027, 5, 21))
    kept = [one for one in complete_facts() if one.kind != "medical_examination"]
    examined = next(one for one in complete_facts() if one.kind == "medical_examination")
    early = replace(examined, anchors={**examined.anchors, "examined_on": date(2026, 10, 8)})
    facts = signed_through(shipped(), case(*kept, early, departure=DEPARTURE))
    after_flight_moved = statuses(replace(facts, planned_departure=DEPARTURE + ONE_DAY))
    assert {stage for stage, found in after_flight_moved.items() if found == "broken"} == {"medical", "departure"}
    assert statuses(moved)["medical"] == "broken"


def test_a_stage_signed_off_twice_counts_with_its_latest_sign_off() -> None:
    again = GivenSignOff("again", "first", TODAY + ONE_DAY, frozenset({"a"}))
    found = assess(CHAIN, replace(SIGNED, sign_offs=(again, *SIGNED.sign_offs)), TODAY + ONE_DAY)
    assert found.stage("first").sign_off == "again"


ELIGIBLE = f"""
eligibility:
  - {{id: from_here, title: From Kosovo, when: nationality == 'XK', {BASIS}}}
  - {{id: of_age, title: Of age, when: age_at(departure) >= 18, {BASIS}}}
"""
STOPPABLE = programme(
    stage_text("papers", requirement_text("evidence: a", "a")),
    stage_text(
        "end", requirement_text("evidence: b", "b"), rules="sign_off: supervisor\n    after: [papers]", kind="departure"
    ),
    head=ELIGIBLE,
)
ALLOWED = case(A, B)
LEAVING = signed_through(STOPPABLE, ALLOWED)


def test_a_suspended_programme_clears_nobody_and_ends_clearances_in_force() -> None:
    stopped = replace(signed_through(STOPPABLE, replace(ALLOWED, suspended=True)), suspended=True)
    found = assess(STOPPABLE, stopped, TODAY)
    end = found.stage("end")
    assert [one.status for one in found.stages] == ["signed_off", "blocked"]
    assert str(end.why) == "Clearances of this programme are suspended."
    assert (found.cleared, found.stops, found.tasks, end.blocked_by) == (False, (end.why,), (), ())
    ended = assess(STOPPABLE, replace(LEAVING, suspended=True), TODAY).stage("end")
    assert ended.breach is not None and (ended.status, ended.breach.kind, ended.breach.because) == (
        "broken",
        BreachKind.REVOKED,
        (),
    )
    assert str(ended.why) == "Clearances of this programme are suspended."


def test_what_was_suspended_later_does_not_reopen_a_case_that_has_ended() -> None:
    left = replace(LEAVING, suspended=True, ended_on=TODAY)
    found = assess(STOPPABLE, left, TODAY + ONE_DAY)
    assert (found.cleared, found.stops) == (True, ())


def test_who_is_not_eligible_is_not_cleared_and_the_rule_is_named() -> None:
    elsewhere = replace(LEAVING, nationality="AL")
    assert [rule.id for rule in ineligible(STOPPABLE, elsewhere, TODAY)] == ["from_here"]
    found = assess(STOPPABLE, elsewhere, TODAY)
    assert [one.status for one in found.stages] == ["signed_off", "broken"]
    assert str(found.stage("end").why) == "Not eligible: “From Kosovo”."
    young = replace(ALLOWED, birth_date=date(2010, 1, 1), nationality="AL")
    assert [str(why) for why in assess(STOPPABLE, young, TODAY).stops] == [
        "Not eligible: “From Kosovo”.",
        "Not eligible: “Of age”.",
    ]


def test_eligibility_not_known_yet_holds_up_the_clearance_and_breaks_none() -> None:
    unknown = replace(LEAVING, birth_date=None)
    assert ineligible(STOPPABLE, unknown, TODAY) == ()
    found = assess(STOPPABLE, unknown, TODAY)
    assert (found.stage("end").status, found.cleared) == ("signed_off", False)
    waiting = signed_through(STOPPABLE, replace(ALLOWED, birth_date=None))
    blocked = assess(STOPPABLE, waiting, TODAY).stage("end")
    assert (blocked.status, str(blocked.why)) == (
        "blocked",
        "Not known yet whether the worker is eligible: “Of age”.",
    )


def test_an_eligibility_that_time_changes_is_seen_on_its_day() -> None:
    rules = programme(
        stage_text("end", requirement_text("evidence: b", "b"), kind="departure"),
        head=f"\neligibility:\n  - {{id: young, title: Under 35, when: age_at(today) < 35, {BASIS}}}\n",
    )
    signed = signed_through(rules, case(B))
    birthday = date(2027, 3, 14)
    assert assess(rules, signed, TODAY).changes_on == birthday
    assert [assess(rules, signed, day).cleared for day in (birthday - ONE_DAY, birthday)] == [True, False]


def test_a_sign_off_on_condition_ends_with_the_condition() -> None:
    rules = programme(stage_text("papers", requirement_text("conditional_by: board")))
    condition = GivenWaiver("w", "paper", "", "board", None, WaiverKind.CONDITION, "visa")
    signed = sign(rules, case(waivers=(condition,)), "papers")
    decided = replace(signed, facts=(fact("v", "visa", decided_on=TODAY),))
    assert assess(rules, decided, TODAY).stages[0].status is StageStatus.SIGNED_OFF
    broken = assess(rules, decided, TODAY + ONE_DAY).stages[0].breach
    assert broken is not None and (broken.kind, broken.because) == (BreachKind.EXPIRED, ("w",))


def test_nobody_is_cleared_while_an_original_is_held_and_what_was_given_stands() -> None:
    held = replace(signed_through(STOPPABLE, ALLOWED), originals_held=True)
    found = assess(STOPPABLE, held, TODAY)
    assert (found.cleared, [one.status for one in found.stages]) == (False, ["signed_off", "signed_off"])
    ready = replace(held, sign_offs=held.sign_offs[:1])
    end = assess(STOPPABLE, ready, TODAY).stage("end")
    assert (end.status, str(end.why)) == (
        "blocked",
        "An original paper of the worker is still held; it is returned first.",
    )
    bare = replace(ready, facts=tuple(one for one in ready.facts if one.kind != "b"))
    assert assess(STOPPABLE, bare, TODAY).stage("end").status == "open"
    left = replace(held, ended_on=TODAY)
    assert assess(STOPPABLE, left, TODAY).cleared
