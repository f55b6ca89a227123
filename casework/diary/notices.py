"""What workers are to be told of their bookings: reminders as their days come, changes at once, and who was told.

The mail itself goes out after the commit (`workflows.reminding`). Where none reaches the worker, a caseworker tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Function, and_, distinct, exists
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from basis.errors import Conflict, NotFound
from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.diary import rules
from casework.diary.rules import BookingKind, BookingState, NoticeState, Occasion
from casework.diary.tables import Booking, Notice
from casework.organisations.tables import Organisation, OrganisationKind
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.work import Work
from casework.workers.tables import Worker

WHY_WORDS: Final[dict[str, Message]] = {
    "no_address": _("no mail address is recorded"),
    "bad_address": _("the mail address cannot be written to"),
    "refused": _("the mail server of the address does not take it"),
    "no_mail": _("no mail server is set"),
    "demo": _("a demo sends no mail"),
}
"""Why a worker gets no mail, by code."""

PATIENCE: Final = timedelta(hours=1)
"""So long a mail may be on its way before people are shown that the worker knows nothing yet."""

_CHUNK: Final = 500
_RUNNING: Final = timedelta(days=7)
_UNTOLD = frozenset({NoticeState.ASKED, NoticeState.UNTOLD})
_CHANGES = frozenset({Occasion.MOVED, Occasion.CANCELLED})


@dataclass(frozen=True, slots=True)
class Untold:
    """Something that a worker does not know yet."""

    notice: Notice
    booking: Booking
    case: Case
    worker: Worker


def ask(work: Work, bookings: Sequence[Booking], occasion: Occasion) -> set[UUID]:
    """Have the workers told of bookings as they stand now. What has begun is left out, and a dead worker's family gets
    no mail about appointments; who has not heard of a check-in yet does not hear of its change. Returns the ids of the
    bookings that are told of."""
    coming = [row for row in bookings if row.starts_at > work.now]
    if occasion in _CHANGES:
        coming = _known_of(work.session, coming)
    living = _living(work.session, {row.case_id for row in coming})
    told = [row for row in coming if row.case_id in living]
    if told:
        work.session.add_all(_notice(work, row, occasion) for row in told)
        outbox.put_cases(work, sorted({row.case_id for row in told}), OutboxKind.REMIND)
    return {row.id for row in told}


def overtake(work: Work, bookings: Iterable[Booking]) -> None:
    """What was to be told of these bookings is not true or not needed any more."""
    ids = sorted(row.id for row in bookings)
    for start in range(0, len(ids), _CHUNK):
        query = select(Notice).where(
            col(Notice.booking_id).in_(ids[start : start + _CHUNK]), col(Notice.state).in_(_UNTOLD)
        )
        for row in work.session.exec(query):
            _end(work, row, NoticeState.DROPPED)


def ask_due(work: Work, limit: int = _CHUNK) -> int:
    """Ask for the reminders of the day, of each office on its own clock; returns how many bookings were looked at.

    Each booking is looked at once for a reminder, also where none is needed.
    """
    query = select(Organisation).where(col(Organisation.kind) == OrganisationKind.OFFICE)
    looked = 0
    for office in work.session.exec(query.order_by(col(Organisation.id))).all():
        zone = ZoneInfo(office.time_zone)
        today = work.now.astimezone(zone).date()
        for occasion, first, last in ((Occasion.DAY, 0, 1), (Occasion.WEEK, 2, 7)):
            days = (_midnight(today + timedelta(days=first), zone), _midnight(today + timedelta(days=last + 1), zone))
            rows = _unasked(work, office.id, occasion, days, limit - looked)
            _remind(work, rows, occasion, today, zone)
            looked += len(rows)
    return looked


def waiting(session: Session, case_ids: Collection[UUID]) -> list[tuple[Notice, Booking]]:
    """What is on its way to the workers of the cases, by the time of the bookings."""
    query = select(Notice, Booking).join(Booking, col(Booking.id) == col(Notice.booking_id))
    query = query.where(col(Notice.case_id).in_(case_ids), col(Notice.state) == NoticeState.ASKED)
    return [(notice, row) for notice, row in session.exec(query.order_by(col(Booking.starts_at), col(Notice.id)))]


def sent(work: Work, notice_ids: Sequence[UUID]) -> None:
    """The mail server took the mail."""
    _settle(work, notice_ids, NoticeState.SENT, "notice.sent")


def unsent(work: Work, notice_ids: Sequence[UUID], why: str) -> None:
    """No mail reaches the worker, for a code of `WHY_WORDS`: it becomes work for a caseworker."""
    _settle(work, notice_ids, NoticeState.UNTOLD, "notice.untold", why)


def drop(work: Work, notice_ids: Sequence[UUID]) -> None:
    """Nobody needs to be told any more."""
    for row in work.session.exec(_of(notice_ids)):
        _end(work, row, NoticeState.DROPPED)


def untold(session: Session, actor: Actor, now: datetime, *, offset: int, limit: int) -> tuple[list[Untold], int]:
    """What workers do not know of bookings that are still to come: the next first, and how much there is in all."""
    require(actor.role, Permission.BOOK_APPOINTMENTS)
    chosen = (changes.visible(actor), *_to_tell(now))
    query = (
        select(Notice, Booking, Case, Worker)
        .join(Booking, col(Booking.id) == col(Notice.booking_id))
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(*chosen)
    )
    ordered = query.order_by(col(Booking.starts_at), col(Notice.id)).offset(offset).limit(limit)
    return [Untold(*row) for row in session.exec(ordered)], _count(session, actor, now, func.count())


def count_workers(session: Session, actor: Actor, now: datetime) -> int:
    """How many workers somebody must tell."""
    return _count(session, actor, now, func.count(distinct(col(Notice.case_id))))


def untold_of(session: Session, case_id: UUID, now: datetime) -> list[tuple[Notice, Booking]]:
    """The same of one case."""
    query = select(Notice, Booking).join(Booking, col(Booking.id) == col(Notice.booking_id))
    rows = session.exec(query.where(Notice.case_id == case_id, *_to_tell(now)).order_by(col(Booking.starts_at)))
    return [(notice, booking) for notice, booking in rows]


def tell(work: Work, case_id: UUID, notice_ids: Sequence[UUID]) -> None:
    """Somebody has told the worker of these. Raises `NotFound` (``notice``), `Conflict` (``told_already``)."""
    require(work.actor.role, Permission.BOOK_APPOINTMENTS)
    case = changes.find(work.session, work.actor, case_id)
    rows = list(work.session.exec(_of(notice_ids).with_for_update()))
    if not rows or len(rows) != len(set(notice_ids)) or any(row.case_id != case.id for row in rows):
        raise NotFound("notice", _("There is no such line, or it is not one of yours."), _("Open the list anew."))
    if any(row.state not in _UNTOLD for row in rows):
        raise Conflict(
            "told_already",
            _("The worker was told meanwhile, or the booking was changed."),
            _("Look at the list as it is now."),
        )
    for row in rows:
        row.told_by = work.actor.key
        _end(work, row, NoticeState.TOLD)
    work.record("notice.told", f"booking_notice/{rows[0].id}", case_id=case.id, data={"count": len(rows)})


def _count(session: Session, actor: Actor, now: datetime, what: Function[int]) -> int:
    query = select(what).select_from(Notice).join(Booking, col(Booking.id) == col(Notice.booking_id))
    query = query.join(Case, col(Case.id) == col(Notice.case_id)).where(changes.visible(actor), *_to_tell(now))
    return session.exec(query).one()


def _to_tell(now: datetime) -> tuple[ColumnElement[bool], ...]:
    stale = and_(col(Notice.state) == NoticeState.ASKED, col(Notice.asked_at) < now - PATIENCE)
    return or_(col(Notice.state) == NoticeState.UNTOLD, stale), col(Booking.starts_at) > now


def _of(notice_ids: Sequence[UUID]) -> SelectOfScalar[Notice]:
    return select(Notice).where(col(Notice.id).in_(notice_ids)).order_by(col(Notice.id))


def _settle(work: Work, notice_ids: Sequence[UUID], state: NoticeState, event: str, why: str = "") -> None:
    """What was overtaken, or told by somebody, while the mail was on its way keeps its state."""
    rows = [row for row in work.session.exec(_of(notice_ids)) if row.state is NoticeState.ASKED]
    for row in rows:
        row.why = why
        _end(work, row, state)
    for case_id, count in sorted(Counter(row.case_id for row in rows).items()):
        first = next(row for row in rows if row.case_id == case_id)
        data = {"count": count, **({"why": why} if why else {})}
        work.record(event, f"booking_notice/{first.id}", case_id=case_id, data=data)


def _end(work: Work, row: Notice, state: NoticeState) -> None:
    row.state, row.ended_at = state, work.now
    work.session.add(row)


def _notice(work: Work, row: Booking, occasion: Occasion, state: NoticeState = NoticeState.ASKED) -> Notice:
    return Notice(
        booking_id=row.id,
        case_id=row.case_id,
        office_id=row.office_id,
        occasion=occasion,
        sequence=row.sequence,
        state=state,
        asked_at=work.now,
        ended_at=None if state is NoticeState.ASKED else work.now,
    )


def _known_of(session: Session, rows: Sequence[Booking]) -> list[Booking]:
    """Without the check-ins that no reminder has told the worker of: no day of them was agreed with anybody."""
    ids = [row.id for row in rows if row.kind is BookingKind.FOLLOW_UP]
    if not ids:
        return list(rows)
    query = select(Notice.booking_id).where(
        col(Notice.booking_id).in_(ids), col(Notice.state).in_([NoticeState.SENT, NoticeState.TOLD])
    )
    heard = set(session.exec(query))
    return [row for row in rows if row.kind is not BookingKind.FOLLOW_UP or row.id in heard]


def _living(session: Session, case_ids: Collection[UUID]) -> set[UUID]:
    ids, found = sorted(case_ids), set[UUID]()
    for start in range(0, len(ids), _CHUNK):
        query = select(Case.id).where(
            col(Case.id).in_(ids[start : start + _CHUNK]), col(Case.life) != CaseLife.DECEASED
        )
        found |= set(session.exec(query))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _unasked(
    work: Work, office_id: UUID, occasion: Occasion, days: tuple[datetime, datetime], limit: int
) -> list[Booking]:
    """Bookings that will begin in between and were not looked at for this reminder as they stand."""
    since, until = days
    asked = exists().where(
        col(Notice.booking_id) == col(Booking.id),
        col(Notice.sequence) == col(Booking.sequence),
        col(Notice.occasion) == occasion,
    )
    query = select(Booking).where(
        Booking.office_id == office_id,
        col(Booking.state) == BookingState.BOOKED,
        Booking.starts_at > work.now,
        Booking.starts_at >= since,
        Booking.starts_at < until,
        ~asked,
    )
    return list(work.session.exec(query.order_by(col(Booking.starts_at), col(Booking.id)).limit(limit)))


def _remind(work: Work, rows: Sequence[Booking], occasion: Occasion, today: date, zone: ZoneInfo) -> None:
    known = _in_a_running_course(work.session, rows)
    due = [
        row
        for row in rows
        if row.id not in known
        and rules.reminder_due(row.starts_at.astimezone(zone).date(), _heard_on(row, zone), today) is occasion
    ]
    asked = ask(work, due, occasion)
    rest = (row for row in rows if row.id not in asked)
    work.session.add_all(_notice(work, row, occasion, NoticeState.DROPPED) for row in rest)
    work.session.flush()


def _heard_on(row: Booking, zone: ZoneInfo) -> date | None:
    """Whoever books or moves something says so to the worker; check-ins come into the diary by themselves."""
    if row.kind is BookingKind.FOLLOW_UP and row.sequence == 0:
        return None
    return row.changed_at.astimezone(zone).date()


def _in_a_running_course(session: Session, rows: Sequence[Booking]) -> set[UUID]:
    """Days of a course that was held within the week before: who comes every morning is not written to every day."""
    days = [row for row in rows if row.kind is BookingKind.COURSE]
    if not days:
        return set()
    first, last = min(row.starts_at for row in days), max(row.starts_at for row in days)
    query = select(Booking.worker_id, Booking.organisation_id, Booking.starts_at).where(
        col(Booking.worker_id).in_({row.worker_id for row in days}),
        col(Booking.kind) == BookingKind.COURSE,
        col(Booking.state).not_in([BookingState.CANCELLED, BookingState.WAITING]),
        Booking.starts_at >= first - _RUNNING,
        Booking.starts_at < last,
    )
    held = list(session.exec(query))
    return {
        row.id
        for row in days
        if any(
            (worker, place) == (row.worker_id, row.organisation_id) and row.starts_at - _RUNNING <= at < row.starts_at
            for worker, place, at in held
        )
    }
