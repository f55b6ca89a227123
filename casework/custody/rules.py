"""The way of an original: one transition table; and by when something must be done about one. Pure.

A worker's passport is the worker's. Keeping papers back is one of the ILO's indicators of forced labour ("retention
of identity documents"), and the IRIS standard (principle 2) forbids it: the office holds an original only as long as
an authority needs it, and gives it back on request within a working day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from basis import working_days
from basis.errors import Conflict, Refused
from basis.messages import Message, _, _n
from basis.roles import Role

STATUS: Final = "original"
"""The status of an original's line in a queue, which has no stage."""

PASSPORT: Final = "passport"
RETURN_WITHIN: Final = 1
"""Working days from a worker's request to the return."""

KINDS: Mapping[str, Message] = {
    PASSPORT: _("Passport"),
    "identity_card": _("Identity card"),
    "birth_certificate": _("Birth certificate"),
    "marriage_certificate": _("Marriage certificate"),
    "diploma": _("Diploma or school certificate"),
    "work_reference": _("Reference of an employer"),
    "police_certificate": _("Police certificate"),
    "contract": _("Contract of employment"),
    "visa_papers": _("Papers of the visa application"),
    "other": _("Other paper"),
}


class OriginalState(StrEnum):
    HELD = "held"  # it lies in the office
    SENT = "sent"  # with an embassy, an authority, a translator
    RETURNED = "returned"
    LOST = "lost"


class OriginalStepKind(StrEnum):
    RECEIVED = "received"
    SENT = "sent"
    BACK = "back"
    REQUESTED = "requested"  # the worker asks for it; it stays where it is
    RETURNED = "returned"
    LOST = "lost"
    FOUND = "found"
    REOPENED = "reopened"  # the return was recorded in error


_State, _Step = OriginalState, OriginalStepKind

STATE_WORDS: Mapping[OriginalState, Message] = {
    _State.HELD: _("held by the office"),
    _State.SENT: _("sent to an authority"),
    _State.RETURNED: _("returned to the worker"),
    _State.LOST: _("lost"),
}

STEP_WORDS: Mapping[OriginalStepKind, Message] = {
    _Step.RECEIVED: _("received from the worker"),
    _Step.SENT: _("sent to an embassy or authority"),
    _Step.BACK: _("back in the office"),
    _Step.REQUESTED: _("the worker asks for it"),
    _Step.RETURNED: _("returned to the worker"),
    _Step.LOST: _("lost"),
    _Step.FOUND: _("found again"),
    _Step.REOPENED: _("the return was recorded in error"),
}

OPEN: Final = frozenset({_State.HELD, _State.SENT})
"""The office answers for it; until then no clearance is given."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads, and who may record it."""

    to: OriginalState
    roles: frozenset[Role]


_OFFICE: Final = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})

TRANSITIONS: Mapping[tuple[OriginalState | None, OriginalStepKind], Move] = {
    (None, _Step.RECEIVED): Move(_State.HELD, _OFFICE),
    (_State.HELD, _Step.SENT): Move(_State.SENT, _OFFICE),
    (_State.HELD, _Step.REQUESTED): Move(_State.HELD, _OFFICE),
    (_State.HELD, _Step.RETURNED): Move(_State.RETURNED, _OFFICE),
    (_State.HELD, _Step.LOST): Move(_State.LOST, _SUPERVISOR),
    (_State.SENT, _Step.BACK): Move(_State.HELD, _OFFICE),
    (_State.SENT, _Step.REQUESTED): Move(_State.SENT, _OFFICE),
    (_State.SENT, _Step.RETURNED): Move(_State.RETURNED, _OFFICE),  # handed out by the authority itself
    (_State.SENT, _Step.LOST): Move(_State.LOST, _SUPERVISOR),
    (_State.LOST, _Step.FOUND): Move(_State.HELD, _OFFICE),
    (_State.RETURNED, _Step.REOPENED): Move(_State.HELD, _SUPERVISOR),
}


def steps_from(state: OriginalState, role: Role | None) -> tuple[OriginalStepKind, ...]:
    """The steps that `role` may record now."""
    return tuple(step for (start, step), move in TRANSITIONS.items() if start is state and role in move.roles)


def require_step(state: OriginalState | None, step: OriginalStepKind, role: Role | None) -> Move:
    """The move. Raises `Conflict` (``no_such_step``), `Refused` (``role``)."""
    move = TRANSITIONS.get((state, step))
    if move is None:
        raise Conflict(
            "no_such_step",
            _(
                "“{step}” cannot be recorded of an original that is: {state}.",
                step=STEP_WORDS[step],
                state=STATE_WORDS[state] if state else _("not received yet"),
            ),
            _("Look at where it is now."),
        )
    if role not in move.roles:
        raise Refused("role", _("Your role may not record this step of an original."), _("Ask a supervisor."))
    return move


def due_after(asked_on: date, country: str) -> date:
    """By when an original goes back that the worker asked for: a working day of the office's country later."""
    calendar = country if working_days.is_calendar(country) else ""
    return working_days.add(calendar, asked_on, RETURN_WITHIN)


def limit_of(kind: str, state: OriginalState, there_since: date, passport_days: int) -> date | None:
    """The last day on which a passport may lie in the office; None for what has no limit or lies elsewhere."""
    if kind != PASSPORT or state is not OriginalState.HELD:
        return None
    return there_since + timedelta(days=passport_days)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day by which something must be done about an original, and what."""

    day: date
    what: Message


def deadlines(
    state: OriginalState, due_on: date | None, expected_on: date | None, limit_on: date | None
) -> tuple[Deadline, ...]:
    """What must be done about an original and by when, the nearest first; nothing once it is back."""
    if state not in OPEN:
        return ()
    found = []
    if due_on is not None:
        found.append(Deadline(due_on, _("The worker has asked for it.")))
    if state is OriginalState.SENT and expected_on is not None:
        found.append(Deadline(expected_on, _("It was to come back.")))
    if state is OriginalState.HELD and limit_on is not None:
        found.append(Deadline(limit_on, _("A passport does not lie in the office any longer.")))
    return tuple(sorted(found, key=lambda one: one.day))


def days_there(since: date, today: date) -> Message:
    """How long it has been where it is."""
    return _n("{count} day", "{count} days", (today - since).days)
