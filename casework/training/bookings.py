"""The sessions of a course in the diaries of those who take part: booked, on the waiting list, called off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from casework.diary import queries as diary
from casework.diary import service
from casework.diary.rules import STANDS, BookingKind, BookingState, Clash, clashes
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.training.course_tables import Course, CourseSession, Enrolment
from casework.work import Work

Expected = Sequence[tuple[Enrolment, Sequence[CourseSession]]]
"""Who is expected at which sessions."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A session that somebody would have to come to."""

    worker_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: BookingKind = BookingKind.COURSE
    whole_day: bool = False


def book(work: Work, course: Course, expected: Expected, *, waiting: bool) -> None:
    """Book what is still to come. Raises what `diary.service.book_many` does."""
    commands = [
        Book(
            case_id=enrolment.case_id,
            kind=BookingKind.COURSE,
            subject_id=session.id,
            organisation_id=course.provider_id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=course.place,
            online=course.online,
            waiting=waiting,
        )
        for enrolment, sessions in expected
        for session in sessions
        if session.starts_at > work.now
    ]
    if commands:
        service.book_many(work, commands)


def admit(work: Work, sessions: Iterable[CourseSession], enrolments: Collection[Enrolment]) -> None:
    """Those who waited are expected now."""
    rows = [row for row in _standing(work, sessions, enrolments) if row.state is BookingState.WAITING]
    if rows:
        service.admit(work, rows)


def call_off(work: Work, sessions: Iterable[CourseSession], enrolments: Collection[Enrolment], reason: str) -> None:
    """Cancel what is still to come, for a code of `diary.rules.CANCEL_REASONS`."""
    rows = _standing(work, sessions, enrolments)
    if rows:
        service.cancel_many(work, rows, reason)


def close(work: Work, session: CourseSession, came: Mapping[UUID, bool]) -> None:
    """Say of each case (`came`) whether the worker was there. Who was not booked has nothing to close."""
    booked = [row for row in diary.of_subject(work.session, session.id) if row.case_id in came]
    booked = [row for row in booked if row.state not in (BookingState.CANCELLED, BookingState.WAITING)]
    for there, state in ((False, BookingState.MISSED), (True, BookingState.ATTENDED)):
        rows = [row for row in booked if came[row.case_id] is there]
        if rows:
            service.close(work, rows, state)


def hindered(session: Session, now: datetime, expected: Expected) -> dict[UUID, Clash]:
    """Who is expected elsewhere at the time of a session, by enrolment, each with the first that is in the way."""
    asked = list(_asked(now, expected))
    if not asked:
        return {}
    twins = diary.sharing(session, {one.worker_id for one in asked})
    everybody = {one.worker_id for one in asked}.union(*twins.values())
    since, until = min(one.starts_at for one in asked), max(one.ends_at for one in asked)
    found: dict[UUID, Clash] = {}
    for clash in clashes(asked, diary.taking(session, everybody, since, until), twins):
        found.setdefault(clash.asked.worker_id, clash)
    return {
        enrolment.id: found[enrolment.worker_id] for enrolment, _sessions in expected if enrolment.worker_id in found
    }


def _asked(now: datetime, expected: Expected) -> Iterator[_Asked]:
    for enrolment, sessions in expected:
        for session in sessions:
            if session.starts_at > now:
                yield _Asked(enrolment.worker_id, session.starts_at, session.ends_at)


def _standing(work: Work, sessions: Iterable[CourseSession], enrolments: Collection[Enrolment]) -> list[Booking]:
    query = select(Booking).where(
        col(Booking.subject_id).in_([session.id for session in sessions]),
        col(Booking.case_id).in_([enrolment.case_id for enrolment in enrolments]),
        col(Booking.state).in_(STANDS),
        Booking.starts_at > work.now,
    )
    return list(work.session.exec(query.order_by(col(Booking.id))))
