"""Which originals the office answers for, where they lie, and which of them are overdue. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import find, visible
from casework.cases.tables import Case
from casework.custody.rules import OPEN, OriginalState, deadlines
from casework.custody.tables import Original, OriginalStep
from casework.workers.tables import Worker

_DAYS = (col(Original.due_on), col(Original.expected_on), col(Original.limit_on))


class Show(StrEnum):
    """The parts of the list."""

    OPEN = "open"
    OVERDUE = "overdue"
    REQUESTED = "requested"
    LONG = "long"  # a passport that lies in the office longer than its programme lets it
    SENT = "sent"
    RETURNED = "returned"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class OriginalLine:
    """An original with its case and its worker."""

    row: Original
    case: Case
    worker: Worker


def listed(
    session: Session, actor: Actor, show: Show, today: date, *, limit: int | None, offset: int = 0
) -> tuple[list[OriginalLine], int]:
    """Originals of cases that the actor may know of, what is due first before the rest; and how many there are."""
    require(actor.role, Permission.SEE_ORIGINALS)
    where = [visible(actor), part(show, today)]
    query = (
        select(Original, Case, Worker)
        .join(Case, col(Case.id) == col(Original.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(*where)
        .order_by(_day().is_(None), _day(), col(Original.received_on), col(Original.id))
        .offset(offset)
    )
    found = session.exec(query if limit is None else query.limit(limit)).all()
    return [OriginalLine(*row) for row in found], count(session, actor, show, today)


def count(session: Session, actor: Actor, show: Show, today: date) -> int:
    """How many originals of a part there are within the actor's reach."""
    query = select(func.count()).select_from(Original).join(Case, col(Case.id) == col(Original.case_id))
    return session.exec(query.where(visible(actor), part(show, today))).one()


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Original]:
    """All originals of a case, those that the office answers for first."""
    require(actor.role, Permission.SEE_ORIGINALS)
    find(session, actor, case_id)
    query = select(Original).where(Original.case_id == case_id)
    rows = session.exec(query.order_by(col(Original.received_on), col(Original.id)))
    return sorted(rows, key=lambda row: row.state not in OPEN)


def steps_of(session: Session, original_ids: Iterable[UUID]) -> dict[UUID, list[OriginalStep]]:
    """The steps of originals by their id, oldest first."""
    ids = list(original_ids)
    query = select(OriginalStep).where(col(OriginalStep.original_id).in_(ids)).order_by(col(OriginalStep.id))
    found: dict[UUID, list[OriginalStep]] = {one: [] for one in ids}
    for row in session.exec(query):
        found[row.original_id].append(row)
    return found


def open_of(session: Session, case_id: UUID) -> list[Original]:
    """The originals of a case that the office answers for, oldest first."""
    query = select(Original).where(Original.case_id == case_id, col(Original.state).in_(OPEN))
    return list(session.exec(query.order_by(col(Original.id))))


def holding(session: Session, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The cases, of these, of which an original is still to be returned."""
    query = select(Original.case_id).where(col(Original.case_id).in_(list(case_ids)), col(Original.state).in_(OPEN))
    return frozenset(session.exec(query.distinct()))


def days_of(row: Original) -> tuple[date, ...]:
    """The days by which something must be done about an original, the nearest first."""
    return tuple(one.day for one in deadlines(row.state, row.due_on, row.expected_on, row.limit_on))


def gone_by(session: Session, today: date, limit: int) -> list[Original]:
    """Originals of which a day went by that nobody was told of yet."""
    told = col(Original.told_of)
    later = or_(*(and_(day < today, day > told) for day in _DAYS))
    query = select(Original).where(part(Show.OVERDUE, today), or_(told.is_(None), later))
    return list(session.exec(query.order_by(col(Original.id)).limit(limit)))


def part(show: Show, today: date) -> ColumnElement[bool]:
    """The condition of a part of the list."""
    state, is_open = col(Original.state), col(Original.state).in_(OPEN)
    late_back = and_(state == OriginalState.SENT, col(Original.expected_on) < today)
    too_long = and_(state == OriginalState.HELD, col(Original.limit_on) < today)
    match show:
        case Show.OPEN:
            return is_open
        case Show.OVERDUE:
            return and_(is_open, or_(col(Original.due_on) < today, late_back, too_long))
        case Show.REQUESTED:
            return and_(is_open, col(Original.due_on).is_not(None))
        case Show.LONG:
            return too_long
        case Show.SENT:
            return state == OriginalState.SENT
        case Show.RETURNED:
            return state == OriginalState.RETURNED
        case Show.LOST:
            return state == OriginalState.LOST


def _day() -> ColumnElement[date]:
    """A day to sort by: what the worker asked for, else the day it is to be back, else the end of what is allowed."""
    return func.coalesce(col(Original.due_on), col(Original.expected_on), col(Original.limit_on))
