"""The life of a case: one transition table. Pure.

Ask a capability (`is_active`, `is_ended`), never compare with a status: adding a life then changes this
table alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _
from basis.roles import Role


class CaseLife(StrEnum):
    OPEN = "open"
    ON_HOLD = "on_hold"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    INELIGIBLE = "ineligible"
    OFFER_WITHDRAWN = "offer_withdrawn"
    DECEASED = "deceased"
    CLEARED = "cleared"
    IN_FOLLOW_UP = "in_follow_up"  # on a track that stays: the preparation is over
    DEPARTED = "departed"
    ARRIVED = "arrived"
    RETURNED = "returned"
    CLOSED = "closed"


class CaseSource(StrEnum):
    AGENCY = "agency"
    OFFICE = "office"
    EMPLOYMENT_SERVICE = "employment_service"
    SELF = "self"
    EMPLOYER = "employer"


class EndKind(StrEnum):
    """Why a sign-off, and the certificate that is its image, ceased to hold."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


WORDS: Mapping[CaseLife, Message] = {
    CaseLife.OPEN: _("open"),
    CaseLife.ON_HOLD: _("on hold"),
    CaseLife.WITHDRAWN: _("withdrawn by the worker"),
    CaseLife.REFUSED: _("refused"),
    CaseLife.INELIGIBLE: _("not eligible"),
    CaseLife.OFFER_WITHDRAWN: _("job offer withdrawn"),
    CaseLife.DECEASED: _("deceased"),
    CaseLife.CLEARED: _("cleared"),
    CaseLife.IN_FOLLOW_UP: _("in follow-up"),
    CaseLife.DEPARTED: _("departed"),
    CaseLife.ARRIVED: _("arrived"),
    CaseLife.RETURNED: _("returned"),
    CaseLife.CLOSED: _("closed"),
}

SOURCE_WORDS: Mapping[CaseSource, Message] = {
    CaseSource.AGENCY: _("through an agency"),
    CaseSource.OFFICE: _("through the office"),
    CaseSource.EMPLOYMENT_SERVICE: _("through the public employment service"),
    CaseSource.SELF: _("by themselves"),
    CaseSource.EMPLOYER: _("through the employer"),
}

ACTIVE = frozenset({CaseLife.OPEN, CaseLife.CLEARED})
"""Work goes on and time counts."""

BEFORE_DEPARTURE = (CaseLife.OPEN, CaseLife.ON_HOLD, CaseLife.CLEARED)

FROZEN = frozenset(CaseLife) - ACTIVE - {CaseLife.ON_HOLD}
"""Assessed on the day it ended; never reopened by time."""


FOLLOWED = frozenset({CaseLife.IN_FOLLOW_UP, CaseLife.DEPARTED, CaseLife.ARRIVED, CaseLife.RETURNED, CaseLife.CLOSED})
"""Ended as a preparation; the programme's follow-ups are still work for somebody."""

GOES_ON = FOLLOWED - {CaseLife.CLOSED}
"""Ended as a preparation; the stages that the programme has after it are worked on."""

COMPLETED: Final = "programme_completed"
"""The reason code of the engine's move when the last of these stages is signed off."""

TRACK_REASONS: Mapping[str, Message] = {
    "worker_chose": _("the worker chose it"),
    "training_result": _("what the training has shown"),
    "offer_abroad": _("there is a job offer abroad"),
    "no_offer_abroad": _("there is no job offer abroad"),
    "offer_at_home": _("there is a job offer at home"),
    "visa_refused": _("the visa was refused"),
    "family_reasons": _("family reasons"),
    "authority_decided": _("an authority decided it"),
    "recorded_in_error": _("the track before was recorded in error"),
}
"""Why a case goes on another track."""


def is_active(life: CaseLife) -> bool:
    return life in ACTIVE


def is_ended(life: CaseLife) -> bool:
    return life in FROZEN


def goes_on(life: CaseLife) -> bool:
    return life in GOES_ON


def fits_track(end: CaseLife, *, departs: bool, followed: bool) -> bool:
    """Whether a cleared case of a track may become `end`. `followed`: the programme has stages after the preparation
    there, so that who stays is followed up and not closed at once."""
    if end is CaseLife.CLOSED:
        return not followed
    return end is not CaseLife.IN_FOLLOW_UP or (followed and not departs)


@dataclass(frozen=True, slots=True)
class Move:
    """A permitted move: who may make it, and the reason codes to choose from.

    `roles` None: only the engine makes it. `reversible` means that `REVERSAL` leads back.
    """

    roles: frozenset[Role] | None
    reasons: tuple[str, ...]
    reversible: bool = False


_OFFICE = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
_SUPERVISOR = frozenset({Role.SUPERVISOR})

ENDINGS: Mapping[CaseLife, Move] = {
    CaseLife.WITHDRAWN: Move(
        _OFFICE, ("worker_changed_mind", "family_reasons", "other_job", "unreachable"), reversible=True
    ),
    CaseLife.REFUSED: Move(
        _SUPERVISOR, ("visa_refused", "security", "false_documents", "authority_refused"), reversible=True
    ),
    CaseLife.INELIGIBLE: Move(
        _SUPERVISOR, ("age", "nationality", "qualification", "medical", "quota_exhausted"), reversible=True
    ),
    CaseLife.OFFER_WITHDRAWN: Move(
        _OFFICE, ("employer_withdrew", "job_order_cancelled", "employer_insolvent"), reversible=True
    ),
    CaseLife.DECEASED: Move(_SUPERVISOR, ("death_notified",), reversible=True),
}

TRANSITIONS: Mapping[tuple[CaseLife, CaseLife], Move] = {
    (CaseLife.OPEN, CaseLife.ON_HOLD): Move(
        _OFFICE, ("worker_asked", "awaiting_authority", "illness", "employer_asked"), True
    ),
    (CaseLife.ON_HOLD, CaseLife.OPEN): Move(_OFFICE, ("hold_ended",)),
    (CaseLife.OPEN, CaseLife.CLEARED): Move(None, ("all_stages_hold",), True),
    (CaseLife.CLEARED, CaseLife.OPEN): Move(None, ("stage_reopened", "clearance_stopped")),
    (CaseLife.CLEARED, CaseLife.ON_HOLD): Move(_OFFICE, ("worker_asked", "illness", "employer_asked"), True),
    (CaseLife.CLEARED, CaseLife.DEPARTED): Move(_OFFICE, ("departure_confirmed",), True),
    (CaseLife.CLEARED, CaseLife.CLOSED): Move(_OFFICE, ("home_track_completed",), True),
    (CaseLife.CLEARED, CaseLife.IN_FOLLOW_UP): Move(_OFFICE, ("preparation_completed",), True),
    (CaseLife.IN_FOLLOW_UP, CaseLife.CLOSED): Move(_OFFICE, ("follow_up_ended",)),
    (CaseLife.DEPARTED, CaseLife.CLOSED): Move(None, (COMPLETED,)),
    (CaseLife.DEPARTED, CaseLife.ARRIVED): Move(_OFFICE, ("arrival_confirmed",), True),
    (CaseLife.DEPARTED, CaseLife.RETURNED): Move(_OFFICE, ("turned_back", "returned_early")),
    # Who was turned back on the way is prepared again, in the same case.
    (CaseLife.DEPARTED, CaseLife.OPEN): Move(_OFFICE, ("turned_back",)),
    (CaseLife.ARRIVED, CaseLife.RETURNED): Move(_OFFICE, ("contract_ended", "returned_early")),
    (CaseLife.ARRIVED, CaseLife.CLOSED): Move(_OFFICE, ("follow_up_ended",)),
    (CaseLife.RETURNED, CaseLife.CLOSED): Move(_OFFICE, ("follow_up_ended",)),
    **{(start, end): move for start in BEFORE_DEPARTURE for end, move in ENDINGS.items()},
    (CaseLife.IN_FOLLOW_UP, CaseLife.DECEASED): ENDINGS[CaseLife.DECEASED],
    (CaseLife.DEPARTED, CaseLife.DECEASED): ENDINGS[CaseLife.DECEASED],
    (CaseLife.ARRIVED, CaseLife.DECEASED): ENDINGS[CaseLife.DECEASED],
}

REVERSAL = "recorded_in_error"
"""The reason code of a reversal: the move before was recorded wrongly; supervisors only."""


class Moved(Protocol):
    """A move of a case's life, as it was recorded."""

    @property
    def reason(self) -> str: ...


AnyMove = TypeVar("AnyMove", bound=Moved)


def standing(moves: Iterable[AnyMove]) -> list[AnyMove]:
    """The moves of a case that count, in the order they were recorded: a reversal takes away the last that counted
    until then, so that of two confirmed in error one after the other can be reversed."""
    found: list[AnyMove] = []
    for move in moves:
        if move.reason != REVERSAL:
            found.append(move)
        elif found:
            found.pop()
    return found


def may_follow(start: CaseLife, end: CaseLife, came_from: CaseLife | None) -> Move | None:
    """The move from `start` to `end`, or a reversal of the last move (`came_from` is where that one began)."""
    move = TRANSITIONS.get((start, end))
    if move is None and came_from is end:
        last = TRANSITIONS.get((end, start))
        if last is not None and last.reversible:
            return Move(_SUPERVISOR, (REVERSAL,))
    return move


def require_move(start: CaseLife, end: CaseLife, reason: str, role: Role | None, came_from: CaseLife | None) -> Move:
    """The move, or the reason why not: `Conflict` (no such move), `Refused` (role), `InvalidInput` (reason code)."""
    move = may_follow(start, end, came_from)
    if move is None:
        raise Conflict(
            "no_such_move",
            _("A case that is {start} cannot become {end}.", start=WORDS[start], end=WORDS[end]),
            _("Reload the case and look at its present state."),
        )
    if (move.roles is None and role is not None) or (move.roles is not None and role not in move.roles):
        raise Refused("role", _("Your role may not make a case {end}.", end=WORDS[end]), _("Ask a supervisor."))
    if reason not in move.reasons:
        raise InvalidInput(
            "unknown_reason",
            _("The reason for the move is not one of the known codes."),
            _("Choose one of: {codes}.", codes=", ".join(move.reasons)),
        )
    return move


def moves_from(start: CaseLife, role: Role | None, came_from: CaseLife | None) -> dict[CaseLife, Move]:
    """Every move that `role` may make now."""
    found = {end: may_follow(start, end, came_from) for end in CaseLife}
    return {
        end: move for end, move in found.items() if move is not None and move.roles is not None and role in move.roles
    }
