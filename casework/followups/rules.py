"""When a programme's follow-ups are due, counted from what happened in the life of a case. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from basis.roles import Role
from casework.cases.rules import REVERSAL, CaseLife
from checklists.conditions import Known
from checklists.facts import CaseFacts
from checklists.programme import FollowUp, Programme, Provider, Since

STATUS: Final = "follow_up"
"""The status of a follow-up's line in a queue, which has no stage."""

_BEGINS: Mapping[tuple[CaseLife, str], Since] = {
    (CaseLife.DEPARTED, "departure_confirmed"): Since.DEPARTURE,
    (CaseLife.ARRIVED, "arrival_confirmed"): Since.ARRIVAL,
    (CaseLife.CLOSED, "home_track_completed"): Since.COMPLETION,
    # An assignment abroad that ran to the end of its contract is complete with the return.
    (CaseLife.RETURNED, "contract_ended"): Since.COMPLETION,
}

_ENDED_BY_HAND: Final = "follow_up_ended"


class Moved(Protocol):
    """A move of a case's life, as it was recorded."""

    @property
    def to_life(self) -> CaseLife: ...
    @property
    def reason(self) -> str: ...
    @property
    def happened_on(self) -> date: ...


class Done(Protocol):
    """A follow-up that was made and not withdrawn."""

    @property
    def follow_up(self) -> str: ...


class FollowUpState(StrEnum):
    DONE = "done"
    OPEN = "open"
    NOT_NEEDED = "not_needed"  # the case has come to an end before it was due


@dataclass(frozen=True, slots=True)
class AskedFollowUp:
    """A follow-up that this case is asked for: the day it is counted from and the day it is due."""

    follow_up: FollowUp
    since: date
    due_on: date
    state: FollowUpState

    @property
    def who(self) -> Provider | Role:
        return self.follow_up.who


def days_of(moves: Iterable[Moved]) -> dict[Since, date]:
    """The days that follow-ups are counted from; `moves` in the order they were recorded. A reversal takes back the
    day that the move before had set."""
    days: dict[Since, date] = {}
    last: Since | None = None
    for move in moves:
        if move.reason == REVERSAL:
            if last is not None:
                days.pop(last, None)
            last = None
            continue
        last = _BEGINS.get((move.to_life, move.reason))
        if last is not None:
            days[last] = move.happened_on
    return days


def asked(
    programme: Programme, facts: CaseFacts, life: CaseLife, moves: Sequence[Moved], done: Iterable[Done]
) -> tuple[AskedFollowUp, ...]:
    """The follow-ups of a case by the day they are due, once the day they are counted from is there.

    One whose condition cannot be answered is asked: rather one call too many than a worker whom nobody calls.
    What would be due after the worker's return, or when the follow-up was ended, is not needed any more, and nothing
    is after a death.
    """
    days, made = days_of(moves), {one.follow_up for one in done}
    found = []
    for follow_up in programme.follow_ups:
        begun = days.get(follow_up.since)
        if begun is None or (follow_up.tracks and facts.track not in follow_up.tracks):
            continue
        if follow_up.when is not None and follow_up.when.evaluate(Known(facts, begun, lambda _kind: None)) is False:
            continue
        due_on = follow_up.after.after(begun)
        if follow_up.id in made:
            state = FollowUpState.DONE
        elif _is_over(follow_up.since, due_on, life, moves):
            state = FollowUpState.NOT_NEEDED
        else:
            state = FollowUpState.OPEN
        found.append(AskedFollowUp(follow_up, begun, due_on, state))
    return tuple(sorted(found, key=lambda one: one.due_on))


def _is_over(since: Since, due_on: date, life: CaseLife, moves: Sequence[Moved]) -> bool:
    if life is CaseLife.DECEASED or any(move.reason == _ENDED_BY_HAND for move in moves):
        return True
    returned = next((move.happened_on for move in moves if move.to_life is CaseLife.RETURNED), None)
    return returned is not None and since is not Since.COMPLETION and due_on > returned
