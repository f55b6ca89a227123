"""Check-ins that a worker takes part in, in the diary: booked some days ahead, so that the worker is reminded of them.

The lines of the queue (`casework.cases.following_up`) say what is open and when; the diary goes after them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from casework.cases.rules import FOLLOWED
from casework.cases.tables import Case, CaseTask
from casework.diary import service as diary
from casework.diary.rules import STANDS, BookingKind, BookingState
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.followups import queries
from casework.followups.rules import STATUS, WITH_WORKER
from casework.organisations.tables import Organisation
from casework.work import Work

AHEAD: Final = timedelta(days=10)
"""So long before its day a check-in comes into the diary: some days before the first reminder."""

_CHUNK: Final = 500
_NOT_NEEDED: Final = "not_needed"
_ACTORS: Final = tuple(sorted(who.value for who in WITH_WORKER))


def subject_of(case_id: UUID, follow_up: str) -> UUID:
    """The subject of the bookings of a check-in, the same whenever it is asked for."""
    return uuid5(case_id, f"follow_up/{follow_up}")


def book_due(work: Work, limit: int = 100) -> int:
    """Book the check-ins whose day comes within `AHEAD` and that are not in the diary; of how many cases there were."""
    cases = sorted({command.case_id for command in _unbooked(work)})[:limit]
    if cases:
        query = select(Case.id).where(col(Case.id).in_(cases)).order_by(col(Case.id))
        work.session.exec(query.with_for_update(key_share=True)).all()
        # Looked up anew: whoever had a case locked until now may have recorded its check-in.
        diary.book_many(work, [command for command in _unbooked(work) if command.case_id in cases])
    return len(cases)


def settle(work: Work, case: Case, lines: Iterable[CaseTask]) -> None:
    """Let the bookings of a locked case go after its lines: what was made is done, what has another day moves, and what
    is not needed any more is cancelled. A record that is taken back opens its booking again."""
    query = select(Booking).where(
        Booking.case_id == case.id,
        Booking.kind == BookingKind.FOLLOW_UP,
        col(Booking.state).in_([*STANDS, BookingState.DONE]),
    )
    rows = work.session.exec(query.order_by(col(Booking.starts_at), col(Booking.id))).all()
    if not rows:
        return
    zone = ZoneInfo(work.session.get_one(Organisation, case.office_id).time_zone)
    own = [line for line in lines if line.status == STATUS and line.actor in _ACTORS]
    days = {subject_of(case.id, line.requirement): line.due_on for line in own if line.due_on is not None}
    made = {subject_of(case.id, row.follow_up) for row in queries.made(work.session, case.id)}
    for row in rows:
        day = days.get(row.subject_id)
        if row.state is BookingState.DONE:
            if day is not None and row.starts_at == _span(day, zone)[0]:
                diary.close(work, [row], BookingState.BOOKED)
        elif day is not None:
            _follow(work, row, *_span(day, zone))
        elif row.subject_id in made and row.starts_at <= work.now:
            diary.close(work, [row], BookingState.DONE)
        else:
            diary.cancel(work, row, _NOT_NEEDED)


def _follow(work: Work, row: Booking, starts_at: datetime, ends_at: datetime) -> None:
    """The day of a check-in is another one; if that has passed, nobody is expected any more and the queue says so."""
    if row.starts_at == starts_at:
        return
    if ends_at > work.now:
        diary.move(work, row, starts_at, ends_at, row.place)
    else:
        diary.cancel(work, row, _NOT_NEEDED)


def _unbooked(work: Work) -> list[Book]:
    """What is to be booked now, by case and day."""
    query = (
        select(CaseTask, Organisation)
        .join(Case, col(Case.id) == col(CaseTask.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.office_id))
        .where(
            CaseTask.status == STATUS,
            col(CaseTask.actor).in_(_ACTORS),
            col(Case.life).in_(FOLLOWED),
            # An office may be a day ahead of the installation, or behind it.
            col(CaseTask.due_on) >= work.today - timedelta(days=1),
            col(CaseTask.due_on) <= work.today + AHEAD + timedelta(days=1),
        )
        .order_by(col(CaseTask.case_id), col(CaseTask.due_on), col(CaseTask.requirement))
    )
    found = []
    for line, office in work.session.exec(query):
        zone = ZoneInfo(office.time_zone)
        today = work.now.astimezone(zone).date()
        if line.due_on is not None and today <= line.due_on <= today + AHEAD:
            starts_at, ends_at = _span(line.due_on, zone)
            found.append(
                Book(
                    case_id=line.case_id,
                    kind=BookingKind.FOLLOW_UP,
                    subject_id=subject_of(line.case_id, line.requirement),
                    organisation_id=office.id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    whole_day=True,
                )
            )
    standing = _standing(work.session, [command.subject_id for command in found])
    return [command for command in found if command.subject_id not in standing]


def _standing(session: Session, subjects: list[UUID]) -> set[UUID]:
    found = set[UUID]()
    for start in range(0, len(subjects), _CHUNK):
        query = select(Booking.subject_id).where(
            col(Booking.subject_id).in_(subjects[start : start + _CHUNK]), col(Booking.state).in_(STANDS)
        )
        found |= set(session.exec(query))
    return found


def _span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From midnight to midnight of the office, which is not always twenty-four hours."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
