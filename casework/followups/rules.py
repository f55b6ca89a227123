"""When a programme's follow-ups are due, counted from what happened in the life of a case. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from basis.messages import Message, _
from basis.roles import Role
from casework.cases.rules import BEFORE_DEPARTURE, COMPLETED, CaseLife, standing
from checklists.conditions import Known
from checklists.facts import CaseFacts
from checklists.following import FOLLOW_UP
from checklists.programme import AssignmentRule, FollowUp, Programme, Provider, Since

STATUS: Final = "follow_up"
"""The status of a follow-up's line in a queue, which has no stage."""

_BEGINS: Mapping[tuple[CaseLife, str], Since] = {
    (CaseLife.DEPARTED, "departure_confirmed"): Since.DEPARTURE,
    (CaseLife.ARRIVED, "arrival_confirmed"): Since.ARRIVAL,
    (CaseLife.CLOSED, "home_track_completed"): Since.COMPLETION,
    (CaseLife.IN_FOLLOW_UP, "preparation_completed"): Since.COMPLETION,
    # An assignment abroad that ran to the end of its contract is complete with the return.
    (CaseLife.RETURNED, "contract_ended"): Since.COMPLETION,
}

WITH_WORKER: Final = frozenset(
    {
        Provider.WORKER,
        Provider.OFFICE,
        Provider.PROVIDER,
        Role.CASEWORKER,
        Role.SUPERVISOR,
        Role.MEDICAL_OFFICER,
        Role.LOAN_OFFICER,
    }
)
"""Who makes check-ins that the worker takes part in; employers, agencies and authorities report for themselves."""

_ENDED_BY_HAND: Final = "follow_up_ended"


class FollowUpHow(StrEnum):
    VISIT = "visit"
    CALL = "call"
    MESSAGE = "message"
    REPORT = "report"
    MEETING = "meeting"


class EndState(StrEnum):
    """Of an end of an assignment: what was agreed at first stands at once, an extension is approved or declined."""

    AGREED = "agreed"
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"


class MeasureOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"


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
    @property
    def next_on(self) -> date | None: ...


class End(Protocol):
    """A last day of an assignment, as it was recorded."""

    @property
    def ends_on(self) -> date: ...
    @property
    def state(self) -> EndState: ...


class FollowUpState(StrEnum):
    DONE = "done"
    OPEN = "open"
    NOT_NEEDED = "not_needed"  # the case has come to an end before it was due


@dataclass(frozen=True, slots=True)
class AskedFollowUp:
    """A follow-up that this case is asked for: the day it is counted from and the day it is due; `again`: it was made
    and is due a next time."""

    follow_up: FollowUp
    since: date
    due_on: date
    state: FollowUpState
    again: bool = False

    @property
    def who(self) -> Provider | Role:
        return self.follow_up.who


def days_of(moves: Iterable[Moved]) -> dict[Since, date]:
    """The days that follow-ups are counted from; `moves` in the order they were recorded. A move that was reversed sets
    none; who was turned back and prepares again has left nothing behind."""
    days: dict[Since, date] = {}
    for move in standing(moves):
        if move.to_life in BEFORE_DEPARTURE:
            days.clear()
        since = _BEGINS.get((move.to_life, move.reason))
        if since is not None:
            days[since] = move.happened_on
    return days


def begins_on(days: Mapping[Since, date]) -> date | None:
    """The first day of an assignment: the arrival, or the end of the preparation on a track that stays."""
    return days.get(Since.ARRIVAL) or days.get(Since.COMPLETION)


def ends_on(rule: AssignmentRule | None, begins: date | None, ends: Iterable[End]) -> date | None:
    """The last day of an assignment: the one agreed or approved last, else as long as the programme says; None where
    it is not known. `ends` in the order they were recorded."""
    standing = [one.ends_on for one in ends if one.state in (EndState.AGREED, EndState.APPROVED)]
    if standing:
        return standing[-1]
    return rule.agreed.after(begins) if rule is not None and rule.agreed is not None and begins is not None else None


def longest(rule: AssignmentRule, begins: date) -> date:
    """The last day that an assignment may have, with every extension."""
    return rule.longest.after(begins)


def asked(
    programme: Programme,
    facts: CaseFacts,
    life: CaseLife,
    moves: Sequence[Moved],
    done: Iterable[Done],
    ends: Iterable[End] = (),
) -> tuple[AskedFollowUp, ...]:
    """The follow-ups of a case by the day they are due, once the day they are counted from is there. `done` and `ends`
    in the order they were recorded.

    One whose condition cannot be answered is asked: rather one call too many than a worker whom nobody calls.
    What would be due after the worker's return, or when the follow-up was ended, is not needed any more, and nothing
    is after a death. Who returns early ends the assignment with it.
    """
    days, made = days_of(moves), {one.follow_up: one for one in done}
    end = ends_on(programme.assignment(facts.track), begins_on(days), ends)
    returned = _returned(moves)
    if end is not None:
        days[Since.END] = end if returned is None else min(end, returned)
    settled = _settled(programme, life, moves)
    found = []
    for follow_up in programme.follow_ups:
        begun = days.get(follow_up.since)
        if begun is None or (follow_up.tracks and facts.track not in follow_up.tracks):
            continue
        if follow_up.when is not None and follow_up.when.evaluate(Known(facts, begun, lambda _kind: None)) is False:
            continue
        last = made.get(follow_up.id)
        due_on = follow_up.after.after(begun) if last is None or last.next_on is None else last.next_on
        if last is not None and last.next_on is None:
            state = FollowUpState.DONE
        elif follow_up.id in settled or _is_over(follow_up.since, due_on, life, moves):
            state = FollowUpState.NOT_NEEDED
        else:
            state = FollowUpState.OPEN
        found.append(AskedFollowUp(follow_up, begun, due_on, state, again=last is not None))
    return tuple(sorted(found, key=lambda one: one.due_on))


def _settled(programme: Programme, life: CaseLife, moves: Sequence[Moved]) -> frozenset[str]:
    """What stages asked for that are signed off: the programme was completed without it. The others are still made."""
    if life is not CaseLife.CLOSED or not moves or moves[-1].reason != COMPLETED:
        return frozenset()
    return frozenset(asked.subject for _stage, asked in programme.asking_for(FOLLOW_UP))


def _returned(moves: Iterable[Moved]) -> date | None:
    return next((move.happened_on for move in moves if move.to_life is CaseLife.RETURNED), None)


def _is_over(since: Since, due_on: date, life: CaseLife, moves: Sequence[Moved]) -> bool:
    if life is CaseLife.DECEASED or any(move.reason == _ENDED_BY_HAND for move in moves):
        return True
    returned = _returned(moves)
    return returned is not None and since not in (Since.COMPLETION, Since.END) and due_on > returned


HOW_WORDS: Mapping[FollowUpHow, Message] = {
    FollowUpHow.VISIT: _("visit"),
    FollowUpHow.CALL: _("call"),
    FollowUpHow.MESSAGE: _("message"),
    FollowUpHow.REPORT: _("report"),
    FollowUpHow.MEETING: _("meeting"),
}

EXTENSION_REASONS: Mapping[str, Message] = {
    "work_not_finished": _("the work is not finished yet"),
    "host_asked": _("the host institution or employer asked for it"),
    "worker_asked": _("the worker asked for it"),
    "new_task": _("a further task was agreed"),
}

END_WORDS: Mapping[EndState, Message] = {
    EndState.AGREED: _("agreed"),
    EndState.ASKED: _("asked for"),
    EndState.APPROVED: _("approved"),
    EndState.DECLINED: _("declined"),
}

MEASURE_OUTCOMES: Mapping[MeasureOutcome, Message] = {
    MeasureOutcome.PASSED: _("passed"),
    MeasureOutcome.FAILED: _("failed"),
    MeasureOutcome.BROKEN_OFF: _("broken off"),
}
