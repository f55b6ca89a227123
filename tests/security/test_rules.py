"""A possible match is closed by two officers who agree, and by nobody alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import Conflict, Refused
from casework.security.rules import HitState, Verdict, decide

FALSE, TRUE = Verdict.FALSE_MATCH, Verdict.TRUE_MATCH
_verdicts = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(Verdict)), max_size=3, unique_by=lambda pair: pair[0])


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([], HitState.OPEN),
        ([FALSE], HitState.OPEN),
        ([TRUE], HitState.OPEN),
        ([FALSE, FALSE], HitState.DISMISSED),
        ([TRUE, TRUE], HitState.CONFIRMED),
        ([FALSE, TRUE], HitState.DISPUTED),
        ([FALSE, TRUE, FALSE], HitState.DISMISSED),
        ([TRUE, FALSE, TRUE], HitState.CONFIRMED),
    ],
)
def test_two_officers_who_agree_close_a_possible_match(verdicts: list[Verdict], state: HitState) -> None:
    assert decide(list(enumerate(verdicts))) is state


@pytest.mark.parametrize("second", Verdict)
def test_the_same_officer_cannot_count_twice(second: Verdict) -> None:
    with pytest.raises(Refused) as refusal:
        decide([("officer-1", FALSE), ("officer-1", second)])
    assert refusal.value.code == "same_officer"


def test_a_closed_possible_match_takes_no_further_verdict() -> None:
    with pytest.raises(Conflict):
        decide([(1, FALSE), (2, FALSE), (3, TRUE)])


@given(_verdicts)
def test_a_match_closes_only_when_two_different_officers_said_so(verdicts: list[tuple[int, Verdict]]) -> None:
    try:
        state = decide(verdicts)
    except Conflict:
        state = decide(verdicts[:2])
    agreed = {verdict for _officer, verdict in verdicts if sum(other is verdict for _who, other in verdicts) >= 2}
    assert state.closed == bool(agreed)
    assert (state is HitState.DISMISSED) == (agreed == {FALSE})
    assert (state is HitState.CONFIRMED) == (agreed == {TRUE})


@given(_verdicts.filter(lambda verdicts: len(verdicts) == 2))
def test_the_order_of_two_verdicts_does_not_matter(verdicts: list[tuple[int, Verdict]]) -> None:
    assert decide(verdicts) is decide(verdicts[::-1])
