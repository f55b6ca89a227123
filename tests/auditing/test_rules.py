"""Who gives the next verdict on a document, what counts, and the life of a finding."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from basis.errors import Conflict, InvalidInput, Refused
from casework.auditing import results, risk, rules
from casework.auditing.drawing import Method
from casework.auditing.results import Read
from casework.auditing.risk import Sign
from casework.auditing.rules import FindingAct, FindingState, ItemState, Said, Step, Verdict
from tests.support.errors import error

AGREE = Said(Verdict.AGREE, "", "ann")
EXCEPTION = Said(Verdict.EXCEPTION, "data_wrong", "ann")
MISSING = Said(Verdict.NOT_EXAMINABLE, "file_missing", "ann")


def by(said: Said, who: str) -> Said:
    return Said(said.verdict, said.code, who)


@pytest.mark.parametrize(
    ("said", "chosen", "state"),
    [
        ({}, True, ItemState.OPEN),
        ({Step.FIRST: AGREE}, False, ItemState.DONE),
        ({Step.FIRST: AGREE}, True, ItemState.SECOND),
        ({Step.FIRST: EXCEPTION}, False, ItemState.SECOND),
        ({Step.FIRST: MISSING}, False, ItemState.SECOND),
        ({Step.FIRST: EXCEPTION, Step.SECOND: by(EXCEPTION, "bob")}, False, ItemState.DONE),
        ({Step.FIRST: EXCEPTION, Step.SECOND: by(AGREE, "bob")}, False, ItemState.DISPUTED),
        ({Step.FIRST: EXCEPTION, Step.SECOND: Said(Verdict.EXCEPTION, "backdated", "bob")}, False, ItemState.DISPUTED),
        ({Step.FIRST: EXCEPTION, Step.SECOND: by(AGREE, "bob"), Step.LEAD: by(AGREE, "eve")}, False, ItemState.DONE),
    ],
)
def test_a_document_is_done_when_everybody_who_must_has_read_it(
    said: dict[Step, Said], chosen: bool, state: ItemState
) -> None:
    assert rules.item_state(said, chosen=chosen) is state
    assert (rules.outcome(said, chosen=chosen) is None) is (state is not ItemState.DONE)


def test_the_leads_word_counts_where_readers_disagree() -> None:
    said = {Step.FIRST: EXCEPTION, Step.SECOND: by(AGREE, "bob"), Step.LEAD: by(MISSING, "eve")}
    assert rules.outcome(said, chosen=False) == by(MISSING, "eve")


def test_the_first_reader_is_not_the_second_and_only_the_lead_settles() -> None:
    first = {Step.FIRST: EXCEPTION}
    assert rules.require_step(first, "bob", chosen=False, lead=False) is Step.SECOND
    with error(Refused, "same_person"):
        rules.require_step(first, "ann", chosen=False, lead=True)
    disputed = {**first, Step.SECOND: by(AGREE, "bob")}
    with error(Refused, "not_lead"):
        rules.require_step(disputed, "bob", chosen=False, lead=False)
    assert rules.require_step(disputed, "ann", chosen=False, lead=True) is Step.LEAD
    settled = {**disputed, Step.LEAD: by(AGREE, "ann")}
    with error(Conflict, "reviewed"):
        rules.require_step(settled, "ann", chosen=False, lead=True)


def test_the_lead_may_put_right_what_was_read() -> None:
    assert rules.next_step({Step.FIRST: AGREE}, "eve", chosen=False, lead=True) is Step.LEAD
    assert rules.next_step({Step.FIRST: AGREE}, "bob", chosen=False, lead=False) is None


def test_a_verdict_takes_a_reason_of_its_own_list() -> None:
    assert rules.require_code(Verdict.AGREE, "data_wrong", "") == ""
    assert rules.require_code(Verdict.EXCEPTION, "data_wrong", "") == "data_wrong"
    with error(InvalidInput, "unknown_code"):
        rules.require_code(Verdict.EXCEPTION, "file_missing", "")
    with error(InvalidInput, "missing_value"):
        rules.require_code(Verdict.EXCEPTION, "other_exception", " ")


@pytest.mark.parametrize("state", FindingState)
@pytest.mark.parametrize("act", FindingAct)
def test_a_finding_moves_only_as_the_table_says(state: FindingState, act: FindingAct) -> None:
    if act in rules.acts_from(state):
        assert rules.after(state, act) is rules.TRANSITIONS[state, act]
        return
    with error(Conflict, "finding_state"):
        rules.after(state, act)


def test_every_finding_can_be_ended_and_what_ended_stays_so() -> None:
    for state in FindingState:
        reached = {state}
        for _round in FindingState:
            reached |= {rules.TRANSITIONS[one, act] for one in reached for act in rules.acts_from(one)}
        assert bool(reached & rules.ENDED)
        assert (rules.acts_from(state) == ()) is (state in rules.ENDED)


def test_a_corrective_action_is_late_the_day_after_its_last() -> None:
    due = date(2026, 11, 2)
    assert not rules.is_overdue(FindingState.IN_ACTION, due, due)
    assert rules.is_overdue(FindingState.IN_ACTION, due, due + timedelta(days=1))
    assert not rules.is_overdue(FindingState.IMPLEMENTED, due, due + timedelta(days=1))
    assert not rules.is_overdue(FindingState.IN_ACTION, None, due)


def test_signs_of_risk_add_up_and_each_counts_once() -> None:
    assert risk.weight([]) == 1
    assert risk.weight([Sign.CLOSE, Sign.CLOSE, Sign.OVERRIDE]) == 6
    assert risk.weight(Sign) == 16
    assert set(risk.POINTS) == set(risk.SIGN_WORDS) == set(Sign)


def read_of(exceptions: int, agreements: int, stratum: str = "", unread: int = 0) -> list[Read]:
    return (
        [Read(stratum, EXCEPTION)] * exceptions + [Read(stratum, AGREE)] * agreements + [Read(stratum, None)] * unread
    )


def test_what_cannot_be_examined_counts_as_an_exception() -> None:
    found = results.results([*read_of(1, 8), Read("", MISSING)], {"": 100}, Method.RANDOM, 0.95)
    assert (found.whole.exceptions, found.whole.not_examinable, found.whole.rate) == (1, 1, 0.2)
    assert found.codes == {"data_wrong": 1, "file_missing": 1}
    assert found.whole.limits is not None
    assert found.binomial is not None
    assert found.binomial.low <= found.whole.limits.low <= 0.2 <= found.whole.limits.high <= found.binomial.high


def test_nothing_is_estimated_before_all_is_read() -> None:
    found = results.results(read_of(1, 3, unread=1), {"": 50}, Method.RANDOM, 0.95)
    assert found.whole.done == 4
    assert (found.whole.limits, found.binomial) == (None, None)


def test_a_sample_weighted_by_risk_says_nothing_of_the_rate_of_all() -> None:
    found = results.results(read_of(1, 3), {"": 50}, Method.RISK, 0.95)
    assert found.whole.rate == 0.25
    assert (found.whole.limits, found.binomial, found.weighted) == (None, None, None)


def test_strata_are_estimated_each_and_weighted_together() -> None:
    read = [*read_of(0, 9, "a"), *read_of(1, 0, "b")]
    found = results.results(read, {"a": 90, "b": 10}, Method.STRATIFIED, 0.95)
    assert found.weighted == pytest.approx(0.1)
    assert found.whole.limits is None
    assert found.binomial is not None
    assert [(name, one.drawn, one.limits is not None) for name, one in found.strata.items()] == [
        ("a", 9, True),
        ("b", 1, True),
    ]
