"""Two requirements of a stage that ask for the same kind of evidence: a lower bar, and a higher one that may wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from checklists.assessment import BreachKind, assess
from checklists.facts import CaseFacts, GivenWaiver, WaiverKind
from checklists.programme import Programme
from tests.checklists.building import DEPARTURE, TODAY, case, fact, programme, requirement_text, sign, stage_text

LOW = requirement_text("evidence: test, accept: {level: {at_least: B1}}", "low")
HIGH = requirement_text("evidence: test, accept: {level: {at_least: B2}}, conditional_by: authority", "high")
ON_CONDITION = GivenWaiver("w1", "high", "", "authority", date(2028, 1, 1), WaiverKind.CONDITION)


def both() -> Programme:
    return programme(stage_text("tests", LOW, HIGH))


def result(level: str) -> CaseFacts:
    return case(fact("f1", "test", attributes={"level": level}), waivers=(ON_CONDITION,))


def test_what_meets_one_of_them_does_not_break_the_sign_off_that_rests_on_a_condition_for_the_other() -> None:
    signed = sign(both(), result("B1"), "tests")
    state = assess(both(), signed, TODAY).stage("tests")
    assert state.status.value == "signed_off"
    assert state.holds_until == ON_CONDITION.ends_on


def test_it_breaks_when_the_condition_ends() -> None:
    signed = sign(both(), result("B1"), "tests")
    breach = assess(both(), signed, date(2028, 1, 2)).stage("tests").breach
    assert breach is not None
    assert (breach.kind, breach.because) == (BreachKind.EXPIRED, ("w1",))


def test_it_breaks_when_the_evidence_is_taken_back() -> None:
    signed = sign(both(), result("B1"), "tests")
    gone = replace(signed, facts=())
    breach = assess(both(), gone, TODAY).stage("tests").breach
    assert breach is not None
    assert (breach.kind, breach.because) == (BreachKind.REVOKED, ("f1",))


def test_one_that_meets_both_carries_both_for_ever() -> None:
    signed = sign(both(), replace(result("B2"), waivers=()), "tests")
    state = assess(both(), signed, DEPARTURE).stage("tests")
    assert state.status.value == "signed_off"
    assert state.holds_until is None
