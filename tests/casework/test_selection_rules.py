"""The table of an application's steps, and what an employer learns of a candidate."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

import pytest

from basis.errors import Conflict
from casework.selection import rules
from casework.selection.queries import Candidate
from casework.selection.rules import Act, ApplicationState

S = ApplicationState


def test_what_has_ended_stays_so_and_every_live_state_can_end() -> None:
    for state, act in product(ApplicationState, Act):
        if state not in rules.LIVE and (state, act) != (S.ENDED, Act.RESUME):
            assert not rules.may(state, act)
            with pytest.raises(Conflict):
                rules.moved(state, act)
    assert all(rules.may(state, Act.WITHDRAW) and rules.may(state, Act.END) for state in rules.LIVE)


def test_what_an_employer_learns_of_a_candidate_is_this_and_no_more() -> None:
    assert {field.name for field in fields(Candidate)} == {
        "line", "name", "occupation", "job_title", "languages", "months", "ready_on", "cleared",
    }  # fmt: skip
