"""Journeys over all cases: those ahead, those that nobody has confirmed, and workers without a booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import ACTIVE, BEFORE_DEPARTURE, FROZEN, CaseLife
from casework.cases.tables import Case
from casework.travel.rules import STANDS, JourneyState
from casework.travel.tables import Itinerary
from casework.workers.tables import Worker

AHEAD: Final = timedelta(days=14)


class Show(StrEnum):
    AHEAD = "ahead"
    UNCONFIRMED = "unconfirmed"  # departure or arrival
    UNBOOKED = "unbooked"
    TO_CANCEL = "to_cancel"  # the case has ended, also on a track that stays


@dataclass(frozen=True, slots=True)
class JourneyLine:
    """A worker with the journey that counts; None where none is booked, also of one who left without."""

    case: Case
    worker: Worker
    journey: Itinerary | None


def listed(
    session: Session, actor: Actor, show: Show, today: date, *, limit: int, offset: int = 0
) -> tuple[list[JourneyLine], int]:
    """The lines of a part, the earliest day first, and how many there are. Cases that the actor may know of."""
    require(actor.role, Permission.RECORD_TRAVEL)
    query: Any = _of_part(select(Case, Worker, Itinerary), show)
    query = query.join(Worker, col(Worker.id) == col(Case.worker_id)).where(*_where(actor, show, today))
    unbooked = col(Case.planned_departure) if show is Show.UNBOOKED else col(Case.life_since)
    day = func.coalesce(col(Itinerary.departs_on), unbooked)
    rows = session.exec(query.order_by(day, col(Case.reference)).offset(offset).limit(limit))
    return [JourneyLine(*row) for row in rows], count(session, actor, show, today)


def count(session: Session, actor: Actor, show: Show, today: date) -> int:
    """How many lines a part has within the actor's reach."""
    query = _of_part(select(func.count()).select_from(Case), show)
    return int(session.exec(query.where(*_where(actor, show, today))).one())


def _of_part(query: Any, show: Show) -> Any:
    counts = and_(col(Itinerary.case_id) == col(Case.id), col(Itinerary.state).in_(STANDS))
    return query.join(Itinerary, counts, isouter=show in (Show.UNBOOKED, Show.UNCONFIRMED))


def _where(actor: Actor, show: Show, today: date) -> list[ColumnElement[bool]]:
    booked, departs = col(Itinerary.state) == JourneyState.BOOKED, col(Itinerary.departs_on)
    life, planned = col(Case.life), col(Case.planned_departure)
    where = [changes.visible(actor)]
    match show:
        case Show.AHEAD:
            where += [booked, departs >= today, departs <= today + AHEAD, life.in_(BEFORE_DEPARTURE)]
        case Show.UNCONFIRMED:
            gone = and_(booked, departs < today, life.in_(BEFORE_DEPARTURE))
            there = func.coalesce(col(Itinerary.arrives_on), departs) < today
            on_the_way = and_(col(Itinerary.state) == JourneyState.DEPARTED, life == CaseLife.DEPARTED, there)
            without = and_(col(Itinerary.id).is_(None), life == CaseLife.DEPARTED, col(Case.life_since) < today)
            where.append(or_(gone, on_the_way, without))
        case Show.UNBOOKED:
            where += [col(Itinerary.id).is_(None), planned >= today, planned <= today + AHEAD, life.in_(ACTIVE)]
        case Show.TO_CANCEL:
            where += [booked, life.in_(FROZEN)]
    return where
