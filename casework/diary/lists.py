"""Bookings as their readers may see them: one by one, and the days of an organisation without any person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _, _n
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.diary import calendar
from casework.diary.calendar import Event, Status
from casework.diary.queries import OUTSIDERS
from casework.diary.rules import KIND_WORDS, STANDS, BookingKind, BookingState, shows
from casework.diary.tables import Booking
from casework.organisations.tables import Organisation

_STATUS = {BookingState.CANCELLED: Status.CANCELLED, BookingState.WAITING: Status.TENTATIVE}


def visible(actor: Actor) -> ColumnElement[bool]:
    """A clinic or provider sees its own bookings, an office those of its cases; each the kinds for its role."""
    kinds = [kind for kind in BookingKind if shows(actor.role, kind)]
    if actor.role in OUTSIDERS:
        return (col(Booking.organisation_id) == actor.organisation_id) & col(Booking.kind).in_(kinds)
    return col(Booking.case_id).in_(select(Case.id).where(changes.visible(actor))) & col(Booking.kind).in_(kinds)


def find(session: Session, actor: Actor, booking_id: UUID) -> Booking:
    """Raises `NotFound` (``booking``) where there is none or it is not the actor's to see, both alike."""
    row = session.exec(select(Booking).where(Booking.id == booking_id, visible(actor))).one_or_none()
    if row is None:
        raise NotFound(
            "booking", _("There is no such booking, or it is not one of yours."), _("Open it from its list.")
        )
    return row


def office_of(session: Session, row: Booking) -> Organisation:
    return session.get_one(Organisation, row.office_id)


def one_file(row: Booking, office: Organisation, public_url: str, zone: tzinfo) -> bytes:
    """One booking as a calendar file."""
    event = Event(
        id=row.id,
        sequence=row.sequence,
        stamped_at=row.closed_at or row.changed_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=calendar.summary(KIND_WORDS[row.kind], office.name),
        location=row.place,
        status=_STATUS.get(row.state, Status.CONFIRMED),
        whole_day=row.whole_day,
    )
    return calendar.write([event], calendar.host_of(public_url), zone)


def days_file(session: Session, actor: Actor, since: datetime, until: datetime, public_url: str, zone: tzinfo) -> bytes:
    """What stands before the actor's organisation and begins from `since` to before `until`, as one calendar file: an
    entry for each slot or session, with how many people are expected and none of them named."""
    query = select(Booking).where(
        visible(actor),
        Booking.starts_at >= since,
        Booking.starts_at < until,
        col(Booking.state).not_in([BookingState.CANCELLED, BookingState.WAITING]),
    )
    rows = session.exec(query.order_by(col(Booking.starts_at), col(Booking.subject_id), col(Booking.id))).all()
    return calendar.write(_together(list(rows)), calendar.host_of(public_url), zone)


def _together(rows: list[Booking]) -> Iterator[Event]:
    for (subject, starts_at), same in groupby(rows, key=lambda row: (row.subject_id, row.starts_at)):
        people = list(same)
        first = people[0]
        yield Event(
            id=subject,
            sequence=max(row.sequence for row in people),
            stamped_at=max(row.closed_at or row.changed_at for row in people),
            starts_at=starts_at,
            ends_at=max(row.ends_at for row in people),
            summary=calendar.summary(KIND_WORDS[first.kind], _n("{count} person", "{count} people", len(people))),
            location=first.place,
            whole_day=first.whole_day,
        )


def split(rows: list[Booking], now: datetime) -> tuple[list[Booking], list[Booking]]:
    """What is ahead, the next first, and what was, the last first."""
    ahead = [row for row in rows if row.ends_at > now and row.state in STANDS]
    next_ones = {row.id for row in ahead}
    return ahead, [row for row in reversed(rows) if row.id not in next_ones]
