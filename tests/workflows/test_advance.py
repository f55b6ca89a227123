"""The way of a case, from its row in a batch to the clearance and beyond, on both databases."""

from __future__ import annotations

from casework.cases.rules import CaseLife
from documents.verification import Status
from tests.support.stage import AWAY, HOME, Stage


def test_an_away_worker_is_prepared_stage_by_stage_until_cleared(cleared: Stage) -> None:
    assert cleared.case(AWAY).life is CaseLife.CLEARED
    stages = "documents security qualifications medical orientation loan authorisation departure".split()
    assert set(cleared.sign_offs(AWAY)) == set(stages)
    assert cleared.answers(AWAY) == {stage: [Status.VALID] for stage in stages}


def test_a_home_worker_skips_what_the_programme_says_and_ends_with_a_completion(cleared: Stage) -> None:
    assert cleared.case(HOME).life is CaseLife.CLEARED
    assert set(cleared.sign_offs(HOME)) == {"documents", "security", "qualifications", "completion"}
    assert cleared.answers(HOME) == {stage: [Status.VALID] for stage in cleared.sign_offs(HOME)}
