"""A move of a case's life that was found to be allowed: its row, what it ends, and the letter that comes with it.

Part of `cases.service`: like it, it calls the services of other flats.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework.cases import rules
from casework.cases.refresh import end_sign_off
from casework.cases.rules import CaseLife, EndKind
from casework.cases.tables import Case, CaseMove, LiveSignOff, SignOff
from casework.decisions import service as decisions
from casework.decisions.rules import DecisionKind, kind_of
from casework.diary import service as diary
from casework.recruitment import placing
from casework.selection import ending as selection
from casework.travel import queries as travel
from casework.work import Work
from checklists.programme import TERMINAL

if TYPE_CHECKING:
    from casework.cases.service import MoveCase

ENDED_WITH_CASE: Final = "case_ended"
"""The reason code of a clearance whose worker does not leave any more."""


def make_move(work: Work, case: Case, command: MoveCase) -> None:
    """Move a locked case that may be moved so; a decision against the worker and its letter come with the move.

    Whoever calls refreshes the case after. Raises `InvalidInput` (``letter_needed``, ``no_letter``, ``too_early``).
    """
    require_day(work.session, case, command)
    against = _require_letter(command)
    start = case.life
    was_here = start in rules.BEFORE_DEPARTURE
    row = _write(work, case, command)
    diary.cancel_of_ended(work, case)
    placing.follow_life(work, case, start)
    selection.follow_life(work, case, start)
    if was_here and command.to in rules.ENDINGS:
        _end_clearance(work, case)
    if against is not None and command.decision is not None:
        disclosed = command.decision.model_copy(update={"authority": command.decision.authority or command.authority})
        decisions.record(work, case, against, disclosed, command.happened_on, move=row)


def last_move(session: Session, case: Case) -> CaseMove | None:
    """The move that led the case to where it is and can be reversed; None without one."""
    return led_here(case, _moves(session, case))


def led_here(case: Case, moves: Iterable[CaseMove]) -> CaseMove | None:
    """The same of `moves`, all of the case in the order they were recorded."""
    last = next(reversed(rules.standing(moves)), None)
    return last if last is not None and last.to_life is case.life else None


def _moves(session: Session, case: Case) -> list[CaseMove]:
    query = select(CaseMove).where(CaseMove.case_id == case.id)
    return list(session.exec(query.order_by(col(CaseMove.recorded_at), col(CaseMove.id))))


def require_day(session: Session, case: Case, command: MoveCase) -> None:
    """From the clearance on no day lies before the one that it follows: grace, follow-ups and months of pay are counted
    from them. A departure may lie before the clearance: who left without one did leave.

    Raises `InvalidInput` (``too_early``).
    """
    if command.reason == rules.REVERSAL or not (rules.is_ended(case.life) or command.to in rules.FOLLOWED):
        return
    moves = rules.standing(_moves(session, case))
    if rules.is_ended(case.life):
        since = moves[-1].happened_on if moves else case.life_since
        if case.life is CaseLife.DEPARTED:
            since -= _gained(session, case)
        said = _("The day lies before the one since which the case is: {life}.", life=rules.WORDS[case.life])
    else:
        back = [row for row in moves if row.from_life is CaseLife.DEPARTED and row.to_life in rules.BEFORE_DEPARTURE]
        since = max([case.registered_on, *(row.happened_on for row in back)])
        said = _("On that day the case was not registered yet, or the worker not turned back yet.")
    if command.happened_on < since:
        raise InvalidInput(
            "too_early", said, _("Correct this day; if the other one is wrong, a supervisor takes that move back.")
        )


def _gained(session: Session, case: Case) -> timedelta:
    """Who flies east over the date line may arrive on the day before the departure; the booking says so."""
    row = travel.standing(session, case.id)
    if row is None or row.arrives_on is None:
        return timedelta(0)
    return max(timedelta(0), row.departs_on - row.arrives_on)


def _end_clearance(work: Work, case: Case) -> None:
    """Who does not leave any more must not be able to leave on a clearance given before."""
    live = select(SignOff).join(LiveSignOff, col(LiveSignOff.sign_off_id) == col(SignOff.id))
    query = live.where(SignOff.case_id == case.id, col(SignOff.kind).in_([kind.value for kind in TERMINAL]))
    for sign_off in work.session.exec(query.order_by(col(SignOff.id))).all():
        end_sign_off(work, case, sign_off, EndKind.REVOKED, ENDED_WITH_CASE)


def _write(work: Work, case: Case, command: MoveCase) -> CaseMove:
    row = CaseMove(
        case_id=case.id,
        from_life=case.life,
        to_life=command.to,
        reason=command.reason,
        authority=command.authority,
        happened_on=command.happened_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if command.note.strip():
        row.note = work.vault.seal(case.worker_id, "case_move", row.id, "note", command.note.strip().encode())
    work.session.add(row)
    case.life, case.life_since = command.to, command.happened_on
    # An end that goes on to another one, as a departure to an arrival, stays the day on which the preparation was over.
    if not rules.is_ended(command.to):
        case.ended_on = None
    elif not rules.is_ended(row.from_life):
        case.ended_on = command.happened_on
    work.session.add(case)
    work.record(
        "case.moved",
        f"case_file/{case.id}",
        case_id=case.id,
        happened_on=command.happened_on,
        data={"from": row.from_life.value, "to": row.to_life.value, "reason": row.reason},
    )
    work.session.flush()
    return row


def _require_letter(command: MoveCase) -> DecisionKind | None:
    """The decision that the move is, where it goes against the worker; it must come with what the letter says."""
    against = kind_of(command.to)
    if against is not None and command.decision is None:
        raise InvalidInput(
            "letter_needed",
            _("A case is not {end} without a letter to the worker.", end=rules.WORDS[command.to]),
            _("Give the reason that may be disclosed; the letter says how and until when to appeal."),
        )
    if against is None and command.decision is not None:
        raise InvalidInput("no_letter", _("There is no letter of this move."), _("Leave the letter's reason out."))
    return against
