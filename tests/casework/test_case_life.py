"""The life of a case: the whole table, every state against every other."""

from __future__ import annotations

from itertools import product

import pytest

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.cases import rules
from casework.cases.rules import REVERSAL, TRANSITIONS, CaseLife

PAIRS = list(product(CaseLife, CaseLife))


def test_every_life_is_active_ended_or_on_hold_and_has_words() -> None:
    for life in CaseLife:
        assert [rules.is_active(life), rules.is_ended(life), life is CaseLife.ON_HOLD].count(True) == 1
    assert set(rules.WORDS) == set(CaseLife)


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_a_move_is_possible_only_where_the_table_has_it_or_reverses_it(start: CaseLife, end: CaseLife) -> None:
    direct = TRANSITIONS.get((start, end))
    assert rules.may_follow(start, end, None) == direct
    back = TRANSITIONS.get((end, start))
    reversal = rules.may_follow(start, end, end)
    if direct is None and back is not None and back.reversible:
        assert (
            reversal is not None and reversal.reasons == (REVERSAL,) and reversal.roles == frozenset({Role.SUPERVISOR})
        )
    else:
        assert reversal == direct


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_every_role_gets_the_answer_of_the_table(start: CaseLife, end: CaseLife) -> None:
    move = TRANSITIONS.get((start, end))
    for role in [*Role, None]:
        if move is None:
            with pytest.raises(Conflict):
                rules.require_move(start, end, "any", role, None)
        elif (role is None) if move.roles is None else (role in move.roles):
            for reason in move.reasons:
                assert rules.require_move(start, end, reason, role, None) == move
            with pytest.raises(InvalidInput):
                rules.require_move(start, end, "because", role, None)
        else:
            with pytest.raises(Refused):
                rules.require_move(start, end, move.reasons[0], role, None)


@pytest.mark.parametrize("life", CaseLife)
def test_a_case_never_moves_to_where_it_is(life: CaseLife) -> None:
    assert rules.may_follow(life, life, life) is None


def test_death_is_the_end_unless_recorded_in_error() -> None:
    for end in CaseLife:
        assert rules.may_follow(CaseLife.DECEASED, end, None) is None
    assert rules.moves_from(CaseLife.DECEASED, Role.SUPERVISOR, CaseLife.OPEN).keys() == {CaseLife.OPEN}
    assert rules.moves_from(CaseLife.DECEASED, Role.CASEWORKER, CaseLife.OPEN) == {}


def test_a_closed_case_is_closed_for_good() -> None:
    arrived = rules.moves_from(CaseLife.CLOSED, Role.SUPERVISOR, CaseLife.ARRIVED)
    assert arrived == {}


def test_only_the_engine_clears_and_reopens() -> None:
    assert rules.require_move(CaseLife.OPEN, CaseLife.CLEARED, "all_stages_hold", None, None).roles is None
    with pytest.raises(Refused):
        rules.require_move(CaseLife.OPEN, CaseLife.CLEARED, "all_stages_hold", Role.SUPERVISOR, None)
    offered = {end for start in CaseLife for role in Role for end in rules.moves_from(start, role, None)}
    assert CaseLife.CLEARED not in offered


@pytest.mark.parametrize("life", CaseLife)
def test_what_is_offered_is_what_is_accepted(life: CaseLife) -> None:
    for role in Role:
        for came_from in [None, *CaseLife]:
            for end, move in rules.moves_from(life, role, came_from).items():
                assert rules.require_move(life, end, move.reasons[0], role, came_from) == move
