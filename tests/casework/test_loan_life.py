"""The table of a loan's life: each state can be reached, each act moves a loan or is refused."""

from __future__ import annotations

import pytest

from basis.errors import Conflict
from casework.loans.life import (
    ENDED,
    FIRST,
    LIVE,
    OUTSTANDING,
    PREPARING,
    TRANSITIONS,
    UNWINDABLE,
    WORDS,
    Act,
    LoanState,
    moved,
)


def test_each_state_can_be_reached_and_each_act_is_used() -> None:
    reached, waiting = {FIRST}, [FIRST]
    while waiting:
        state = waiting.pop()
        found = {after for (before, _act), after in TRANSITIONS.items() if before is state} - reached
        reached |= found
        waiting += found
    assert reached == set(LoanState)
    assert {act for _state, act in TRANSITIONS} == set(Act)


@pytest.mark.parametrize("state", LoanState)
def test_each_act_moves_a_loan_as_the_table_says_or_is_refused(state: LoanState) -> None:
    for act in Act:
        if (state, act) in TRANSITIONS:
            assert moved(state, act) is TRANSITIONS[state, act]
            continue
        with pytest.raises(Conflict) as caught:
            moved(state, act)
        assert caught.value.code == "loan_state"


def test_the_groups_of_states_cover_all_and_each_has_words() -> None:
    assert set(LoanState) == LIVE | ENDED
    assert not PREPARING & OUTSTANDING
    assert UNWINDABLE < OUTSTANDING
    assert set(WORDS) == set(LoanState)


def test_an_ended_loan_stays_ended_unless_a_payment_came_back() -> None:
    left = {(state, act) for state, act in TRANSITIONS if state in ENDED}
    assert left == {(LoanState.SETTLED, Act.REOPEN), (LoanState.SETTLED, Act.AWAIT_GRACE)}


def test_from_every_live_state_a_loan_can_come_to_an_end() -> None:
    for state in LIVE:
        assert any(before is state and after in ENDED for (before, _act), after in TRANSITIONS.items())


def test_nothing_is_cancelled_after_it_was_paid_out_or_unwound_before() -> None:
    assert {state for state, act in TRANSITIONS if act is Act.CANCEL} == PREPARING
    assert {state for state, act in TRANSITIONS if act is Act.UNWIND} == UNWINDABLE
