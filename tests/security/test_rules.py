"""A possible match is closed by a proposal and a second, different officer, and by nobody alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import Conflict, InvalidInput, Refused
from casework.security.rules import (
    MOST_AT_ONCE,
    HitState,
    MayAct,
    Step,
    Taken,
    Verdict,
    may_act,
    require_alike,
    require_current,
    require_proposable,
    require_second,
    state_after,
)

FIRST, SECOND, RECORDER = "officer-1", "officer-2", "officer-3"
PROPOSED = Taken(FIRST, Step.PROPOSED, Verdict.NOT_THE_PERSON)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.NOT_THE_PERSON, HitState.DISMISSED),
        (Verdict.TRUE_MATCH, HitState.CONFIRMED),
        (Verdict.INCONCLUSIVE, HitState.INCONCLUSIVE),
    ],
)
def test_what_is_proposed_holds_when_it_is_confirmed_and_not_before(verdict: Verdict, state: HitState) -> None:
    steps = [Taken(FIRST, Step.PROPOSED, verdict)]
    assert state_after(steps) is HitState.PROPOSED
    assert state_after([*steps, Taken(SECOND, Step.CONFIRMED, verdict)]) is state
    assert state_after([*steps, Taken(SECOND, Step.RETURNED, verdict)]) is HitState.OPEN


@pytest.mark.parametrize("step", [Step.ANSWERED, Step.RETURNED])
def test_an_answer_of_before_and_one_that_was_returned_close_nothing(step: Step) -> None:
    assert state_after([PROPOSED, Taken(SECOND, step, Verdict.NOT_THE_PERSON)]) is HitState.OPEN


def test_who_proposed_and_who_recorded_are_not_the_second_pair_of_eyes() -> None:
    with pytest.raises(Refused) as own:
        require_second(HitState.PROPOSED, [PROPOSED], FIRST, ())
    with pytest.raises(Refused) as recorded:
        require_second(HitState.PROPOSED, [PROPOSED], RECORDER, {RECORDER})
    assert (own.value.code, recorded.value.code) == ("same_officer", "recorded_it")
    require_second(HitState.PROPOSED, [PROPOSED], SECOND, {RECORDER})


@pytest.mark.parametrize("state", [HitState.OPEN, HitState.INCONCLUSIVE])
def test_there_is_nothing_to_confirm_without_a_proposal(state: HitState) -> None:
    with pytest.raises(Conflict) as conflict:
        require_second(state, [], SECOND, ())
    assert conflict.value.code == "no_proposal"
    require_proposable(state)


@pytest.mark.parametrize("state", [HitState.DISMISSED, HitState.CONFIRMED])
def test_a_closed_possible_match_takes_nothing_more(state: HitState) -> None:
    with pytest.raises(Conflict) as proposal:
        require_proposable(state)
    with pytest.raises(Conflict) as answer:
        require_second(state, [PROPOSED], SECOND, ())
    assert proposal.value.code == answer.value.code == "hit_closed"


def test_a_second_proposal_beside_the_first_is_refused() -> None:
    with pytest.raises(Conflict) as conflict:
        require_proposable(HitState.PROPOSED)
    assert conflict.value.code == "proposed"


def test_whoever_saw_an_older_page_looks_again() -> None:
    require_current(None, 3)
    require_current(3, 3)
    with pytest.raises(Conflict):
        require_current(2, 3)


def test_like_ones_share_an_entry_or_their_reasons_and_are_not_too_many() -> None:
    require_alike({1}, {1, 2, 3}, 3)
    require_alike({1, 2, 3}, {1}, MOST_AT_ONCE)
    for entries, patterns, count, code in (
        ((), (), 0, "none_chosen"),
        ({1}, {1}, MOST_AT_ONCE + 1, "too_many"),
        ({1, 2}, {1, 2}, 2, "not_alike"),
    ):
        with pytest.raises(InvalidInput) as wrong:
            require_alike(entries, patterns, count)
        assert wrong.value.code == code


@given(st.lists(st.tuples(st.sampled_from([FIRST, SECOND, RECORDER]), st.booleans(), st.sampled_from(Verdict))))
def test_whatever_officers_try_a_closed_match_was_seen_by_two_of_whom_the_second_recorded_nothing(
    tries: list[tuple[str, bool, Verdict]],
) -> None:
    steps: list[Taken] = []
    for officer, agrees, verdict in tries:
        match may_act(state_after(steps), steps, officer, {RECORDER}):
            case MayAct.PROPOSE:
                steps.append(Taken(officer, Step.PROPOSED, verdict))
            case MayAct.SECOND:
                step = Step.CONFIRMED if agrees else Step.RETURNED
                steps.append(Taken(officer, step, steps[-1].verdict))
            case _:
                pass
    if state_after(steps).closed:
        proposal, confirmation = steps[-2:]
        assert proposal.step is Step.PROPOSED
        assert confirmation.step is Step.CONFIRMED
        assert proposal.officer != confirmation.officer != RECORDER
        assert proposal.verdict is confirmation.verdict
