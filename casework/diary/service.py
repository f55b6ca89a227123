"""Book workers, move and cancel bookings, say what came of them.

The operations of other flats call these: an appointment at a clinic, a day of a course, an orientation session. They
ask for the permission and find the bookings that are the actor's; whom the actor may book at all is asked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput
from basis.messages import _
from casework import recorded
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import WORDS
from casework.cases.tables import Case
from casework.diary import notices, queries, rules
from casework.diary.rules import KIND_WORDS, STANDS, STATE_WORDS, BookingKind, BookingState, Occasion
from casework.diary.tables import Booking
from casework.organisations.tables import Organisation
from casework.work import Work
from casework.workers.tables import Worker

_CHUNK = 500
_S = BookingState


class Book(BaseModel):
    """A worker is expected at `organisation_id` (of a follow-up: the office) from `starts_at` to `ends_at`, instants
    with a time zone. `whole_day`: the two are the office's midnights, and only the day counts. `waiting`: on a
    waiting list, which keeps the worker from nothing until `admit`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: BookingKind
    subject_id: UUID
    organisation_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    whole_day: bool = False
    place: str = ""
    online: bool = False
    waiting: bool = False


def book(work: Work, command: Book) -> Booking:
    """One booking; see `book_many`."""
    return book_many(work, [command])[0]


def book_many(work: Work, commands: Sequence[Book]) -> list[Booking]:
    """Book all of them or none, in a fixed number of queries; the rows are in the order of the commands.

    Raises `NotFound` (``case``), `InvalidInput` (``dates``, ``in_the_past``, ``too_long``), `Conflict` (``ended``;
    ``booked_already`` for the same subject; ``double_booking`` and ``same_document``, `rules.refused`).
    """
    places = [_checked(work, command) for command in commands]
    cases = _lock_cases(work, {command.case_id: command.organisation_id for command in commands})
    rows = [_row(work, cases[command.case_id], command, place) for command, place in zip(commands, places, strict=True)]
    _lock_workers(work, {row.worker_id for row in rows})
    _require_new(work, rows)
    _require_free(work, [row for row in rows if row.state is _S.BOOKED])
    work.session.add_all(rows)
    work.session.flush()
    _record(work, "booking.made", rows)
    return rows


def admit(work: Work, bookings: Sequence[Booking]) -> None:
    """Those on the waiting list have a place now. Raises `Conflict` as `book_many`; ask `queries.busy` before."""
    _lock(work, bookings)
    for row in bookings:
        _require_move(row, _S.BOOKED, _S.WAITING)
        row.state, row.changed_at = _S.BOOKED, work.now
        row.sequence += 1
        work.session.add(row)
    _require_free(work, bookings)
    work.session.flush()
    notices.ask(work, bookings, Occasion.ADMITTED)
    _record(work, "booking.admitted", bookings)


def move(work: Work, booking: Booking, starts_at: datetime, ends_at: datetime, place: str) -> Booking:
    """Another time or place for what still stands; the worker is told by mail. Raises as `book_many`, and `Conflict`
    (``no_such_step``)."""
    _check_times(work, starts_at, ends_at)
    place = recorded.text(place, _("place"), needed=False)
    _lock(work, [booking])
    if booking.state not in STANDS:
        raise _no_such_step(booking)
    if (starts_at, ends_at, place) == (booking.starts_at, booking.ends_at, booking.place):
        return booking
    booking.starts_at, booking.ends_at, booking.place = starts_at, ends_at, place
    booking.sequence += 1
    booking.changed_at = work.now
    if booking.state is _S.BOOKED:
        _require_free(work, [booking])
    work.session.add(booking)
    work.session.flush()
    notices.overtake(work, [booking])
    notices.ask(work, [booking] if booking.state is _S.BOOKED else [], Occasion.MOVED)
    _record(work, "booking.moved", [booking])
    return booking


def cancel(work: Work, booking: Booking, reason: str) -> Booking:
    """Take back one booking; see `cancel_many`."""
    cancel_many(work, [booking], reason)
    return booking


def cancel_many(work: Work, bookings: Sequence[Booking], reason: str) -> None:
    """Take bookings back for a code of `rules.CANCEL_REASONS`; workers who would have come are told by mail.

    Raises `InvalidInput` (``unknown_reason``), `Conflict` (``no_such_step``).
    """
    recorded.known_reason(reason, rules.CANCEL_REASONS)
    _lock(work, bookings)
    expected = []
    for row in bookings:
        _require_move(row, _S.CANCELLED, *STANDS)
        if row.state is _S.BOOKED:
            expected.append(row)
        row.state, row.cancel_reason, row.closed_at = _S.CANCELLED, reason, work.now
        row.sequence += 1
        work.session.add(row)
    work.session.flush()
    notices.overtake(work, bookings)
    notices.ask(work, expected, Occasion.CANCELLED)
    _record(work, "booking.cancelled", bookings, reason=reason)


def cancel_of_ended(work: Work, case: Case) -> None:
    """Nobody expects a worker any more for what the life of the case has no place for."""
    rows = [row for row in queries.ahead(work.session, case.id, work.now) if not rules.may_book(case.life, row.kind)]
    if rows:
        cancel_many(work, rows, rules.CASE_ENDED)


def close(work: Work, bookings: Sequence[Booking], state: BookingState) -> None:
    """Say what came of bookings (attended, missed, done), or that nothing did yet (booked); the same again changes
    nothing.

    Raises `InvalidInput` (``date_in_future``) before the office's day on which they begin, `Conflict`
    (``no_such_step``; ``double_booking`` and ``same_document`` for who cannot have been there).
    """
    _lock(work, bookings)
    changed = [row for row in bookings if row.state is not state]
    zones = _zones(work, {row.office_id for row in changed})
    for row in changed:
        if state in STANDS and row.state in STANDS:
            raise _no_such_step(row)
        _require_move(row, state)
        if row.starts_at.astimezone(zones[row.office_id]).date() > work.now.astimezone(zones[row.office_id]).date():
            raise InvalidInput(
                "date_in_future",
                _("What came of it cannot be said before its day."),
                _("Record it on the day it has happened, or correct the day."),
            )
        row.state, row.closed_at = state, None if state in STANDS else work.now
        work.session.add(row)
    if state in rules.TAKES_TIME:
        _require_free(work, changed)
    work.session.flush()
    notices.overtake(work, changed)
    _record(work, "booking.closed", changed, state=state.value)


def _checked(work: Work, command: Book) -> str:
    _check_times(work, command.starts_at, command.ends_at)
    return recorded.text(command.place, _("place"), needed=False)


def _check_times(work: Work, starts_at: datetime, ends_at: datetime) -> None:
    if starts_at >= ends_at:
        raise InvalidInput("dates", _("It ends before it begins."), _("Correct the two times."))
    if ends_at <= work.now:
        raise InvalidInput("in_the_past", _("The time has passed already."), _("Choose a time that is still to come."))
    if ends_at - starts_at > rules.LONGEST:
        raise InvalidInput("too_long", _("It lasts longer than a day."), _("Book each day by itself."))


def _reach(actor: Actor) -> ColumnElement[bool]:
    """Whom the actor may book: an office its own cases, a clinic or provider those of the office it works with."""
    if actor.role in queries.OUTSIDERS:
        office = select(Organisation.office_id).where(Organisation.id == actor.organisation_id)
        return col(Case.office_id).in_(office)
    return changes.visible(actor)


def _lock_cases(work: Work, wanted: Mapping[UUID, UUID]) -> Mapping[UUID, Case]:
    """The cases, locked against ending meanwhile. An outsider books for its own organisation alone."""
    own = work.actor.role not in queries.OUTSIDERS or set(wanted.values()) <= {work.actor.organisation_id}
    ids, found = sorted(wanted), dict[UUID, Case]()
    for start in range(0, len(ids) if own else 0, _CHUNK):
        query = select(Case).where(col(Case.id).in_(ids[start : start + _CHUNK]), _reach(work.actor))
        locked = query.order_by(col(Case.id)).with_for_update(key_share=True)
        found |= {case.id: case for case in work.session.exec(locked)}
    if len(found) != len(ids):
        raise changes.unknown()
    return found


def _row(work: Work, case: Case, command: Book, place: str) -> Booking:
    if not rules.may_book(case.life, command.kind):
        raise Conflict(
            "ended",
            _("This case has ended ({life}); its worker is not expected anywhere.", life=WORDS[case.life]),
            _("Ask a supervisor to reverse the end of the case first, if it was recorded in error."),
        )
    return Booking(
        **command.model_dump(exclude={"place", "waiting"}),
        worker_id=case.worker_id,
        office_id=case.office_id,
        place=place,
        state=_S.WAITING if command.waiting else _S.BOOKED,
        booked_at=work.now,
        booked_by=work.actor.key,
        changed_at=work.now,
    )


def _lock_workers(work: Work, worker_ids: set[UUID]) -> None:
    """Of two who book the same person at once, the second waits: also where it is another record of the person."""
    ids = sorted(worker_ids.union(*queries.sharing(work.session, worker_ids).values()))
    for start in range(0, len(ids), _CHUNK):
        query = select(Worker.id).where(col(Worker.id).in_(ids[start : start + _CHUNK])).order_by(col(Worker.id))
        work.session.exec(query.with_for_update(key_share=True)).all()


def _lock(work: Work, rows: Sequence[Booking]) -> None:
    """The bookings as they stand, for this transaction."""
    _lock_workers(work, {row.worker_id for row in rows})
    ids = sorted(row.id for row in rows)
    for start in range(0, len(ids), _CHUNK):
        query = select(Booking).where(col(Booking.id).in_(ids[start : start + _CHUNK]))
        work.session.exec(query.execution_options(populate_existing=True)).all()


def _require_new(work: Work, rows: Sequence[Booking]) -> None:
    subjects, seen = sorted({row.subject_id for row in rows}), set[tuple[UUID, UUID]]()
    for start in range(0, len(subjects), _CHUNK):
        query = select(Booking.case_id, Booking.subject_id).where(
            col(Booking.subject_id).in_(subjects[start : start + _CHUNK]), col(Booking.state).in_(STANDS)
        )
        seen |= set(work.session.exec(query))
    for row in rows:
        if (row.case_id, row.subject_id) in seen:
            raise Conflict(
                "booked_already",
                _("This is booked for the worker already: {kind}.", kind=KIND_WORDS[row.kind]),
                _("Look at its present state."),
            )
        seen.add((row.case_id, row.subject_id))


def _require_free(work: Work, rows: Sequence[Booking]) -> None:
    if not rows:
        return
    twins = queries.sharing(work.session, {row.worker_id for row in rows})
    people = {row.worker_id for row in rows}.union(*twins.values())
    since, until = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    standing = queries.taking(work.session, people, since, until)
    own = {row.id for row in rows}
    clash = next(rules.clashes(rows, [row for row in standing if row.id not in own], twins), None)
    if clash is not None:
        zones = _zones(work, [rows[0].office_id])
        raise rules.refused(clash, _when(clash.other, zones[rows[0].office_id]), work.actor.role)


def _when(span: rules.Span, zone: tzinfo) -> str:
    starts, ends = (one.astimezone(zone) for one in (span.starts_at, span.ends_at))
    return f"{starts:%Y-%m-%d %H:%M}-{ends:%H:%M}"


def _zones(work: Work, office_ids: Iterable[UUID]) -> dict[UUID, ZoneInfo]:
    query = select(Organisation.id, Organisation.time_zone).where(col(Organisation.id).in_(sorted(office_ids)))
    return {office: ZoneInfo(zone) for office, zone in work.session.exec(query)}


def _require_move(row: Booking, to: BookingState, *only: BookingState) -> None:
    if not rules.may_move(row.state, to) or (only and row.state not in only):
        raise _no_such_step(row)


def _no_such_step(row: Booking) -> Conflict:
    return Conflict(
        "no_such_step",
        _("This cannot be done any more: the booking is {state}.", state=STATE_WORDS[row.state]),
        _("Look at its present state."),
    )


def _record(work: Work, kind: str, rows: Sequence[Booking], **data: str) -> None:
    """One event a case, however many days there are; it names the first."""
    counts = Counter(row.case_id for row in rows)
    first = {row.case_id: row for row in sorted(rows, key=lambda row: row.starts_at, reverse=True)}
    for case_id, row in first.items():
        told = {"kind": row.kind.value, "count": counts[case_id], **data}
        work.record(kind, f"booking/{row.id}", case_id=case_id, data=told)
