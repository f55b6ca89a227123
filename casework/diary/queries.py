"""Who is expected where and when. Reading only; what of it a reader may know is for the faces to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false
from sqlmodel import Session, col, or_, select

from basis.roles import Role
from casework.actor import Actor
from casework.cases.tables import Case
from casework.diary.rules import TAKES_TIME, BookingState
from casework.diary.tables import Booking
from casework.workers import passports
from casework.workers.tables import FormerPassport, Worker

OUTSIDERS = frozenset({Role.CLINIC_USER, Role.PROVIDER_USER})
"""Whom a case concerns only as far as its worker comes to them."""

_CHUNK = 500


def of_case(session: Session, case_id: UUID) -> list[Booking]:
    """The bookings of a case by their time, cancelled ones too."""
    query = select(Booking).where(Booking.case_id == case_id)
    return list(session.exec(query.order_by(col(Booking.starts_at), col(Booking.id))))


def of_subject(session: Session, subject_id: UUID) -> list[Booking]:
    """The bookings of a slot, a day of a course or a session in the order they were made, cancelled ones too."""
    query = select(Booking).where(Booking.subject_id == subject_id)
    return list(session.exec(query.order_by(col(Booking.booked_at), col(Booking.id))))


def of_organisation(session: Session, organisation_id: UUID, since: datetime, until: datetime) -> list[Booking]:
    """What a clinic or provider has before it: bookings that begin from `since` to before `until`, not cancelled."""
    query = select(Booking).where(
        Booking.organisation_id == organisation_id,
        Booking.starts_at >= since,
        Booking.starts_at < until,
        col(Booking.state) != BookingState.CANCELLED,
    )
    return list(session.exec(query.order_by(col(Booking.starts_at), col(Booking.id))))


def busy(
    session: Session, worker_ids: Collection[UUID], starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[Booking]]:
    """Those of the workers who cannot come then, each with what is in the way: bookings of their own, and of other
    records that hold one of their passports."""
    twins = sharing(session, worker_ids)
    people = set(worker_ids).union(*twins.values())
    found = defaultdict(list)
    for row in taking(session, people, starts_at, ends_at):
        if not row.whole_day:
            found[row.worker_id].append(row)
    return {
        one: rows for one in worker_ids if (rows := [*found[one], *(row for twin in twins[one] for row in found[twin])])
    }


def taking(session: Session, worker_ids: Iterable[UUID], starts_at: datetime, ends_at: datetime) -> list[Booking]:
    """The bookings that take the time of any of the workers between two instants."""
    ids, found = sorted(worker_ids), list[Booking]()
    for start in range(0, len(ids), _CHUNK):
        query = select(Booking).where(
            col(Booking.worker_id).in_(ids[start : start + _CHUNK]),
            col(Booking.state).in_(TAKES_TIME),
            Booking.starts_at < ends_at,
            Booking.ends_at > starts_at,
        )
        found += session.exec(query.order_by(col(Booking.starts_at), col(Booking.id)))
    return found


def sharing(session: Session, worker_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Other records that hold or held a passport which the worker holds or held: the same document, whatever the name
    and whichever office keeps the record."""
    ids, keys = sorted(set(worker_ids)), dict[UUID, frozenset[str]]()
    for start in range(0, len(ids), _CHUNK):
        workers = session.exec(select(Worker).where(col(Worker.id).in_(ids[start : start + _CHUNK])))
        keys |= passports.indexes(session, workers)
    holders = _holders(session, sorted(set().union(*keys.values()) - {""}))
    return {
        one: frozenset(holder for key in keys.get(one, ()) for holder in holders.get(key, ())) - {one} for one in ids
    }


def _holders(session: Session, indexes: Sequence[str]) -> Mapping[str, set[UUID]]:
    found: dict[str, set[UUID]] = defaultdict(set)
    for start in range(0, len(indexes), _CHUNK):
        chunk = indexes[start : start + _CHUNK]
        now = select(Worker.passport_index, Worker.id).where(col(Worker.passport_index).in_(chunk))
        before = select(FormerPassport.passport_index, FormerPassport.worker_id)
        for query in (now, before.where(col(FormerPassport.passport_index).in_(chunk))):
            for index, worker_id in session.exec(query):
                found[index].add(worker_id)
    return found


def expects(actor: Actor) -> ColumnElement[bool]:
    """The cases of which a clinic or provider expects, has seen or keeps on a waiting list the worker; none for other
    roles. What was cancelled is none of its business any more."""
    if actor.role not in OUTSIDERS or actor.organisation_id is None:
        return false()
    return exists().where(
        col(Booking.case_id) == col(Case.id),
        col(Booking.organisation_id) == actor.organisation_id,
        col(Booking.state) != BookingState.CANCELLED,
    )


def may_reach(session: Session, actor: Actor, case_id: UUID) -> bool:
    """Whether a clinic or provider has to do with the case (`expects`)."""
    return session.exec(select(Case.id).where(Case.id == case_id, expects(actor))).first() is not None


def ahead(session: Session, case_id: UUID, now: datetime) -> list[Booking]:
    """What still stands of a case and has not begun."""
    query = select(Booking).where(
        Booking.case_id == case_id,
        Booking.starts_at > now,
        or_(col(Booking.state) == BookingState.BOOKED, col(Booking.state) == BookingState.WAITING),
    )
    return list(session.exec(query.order_by(col(Booking.starts_at), col(Booking.id))))
