"""Who takes part in a session: enrolled, on the waiting list, or refused in words; who leaves, and who moves up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound, PredepartureError, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission
from casework.cases.rules import BEFORE_DEPARTURE
from casework.cases.tables import Case
from casework.diary import queries as diary
from casework.diary import rules as diary_rules
from casework.diary import service as bookings
from casework.diary.rules import STANDS, BookingKind, clashes, refused
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.organisations.tables import Organisation
from casework.orientation import guests, rules, sessions
from casework.orientation.rules import EnrolmentState
from casework.orientation.tables import OrientationPart, OrientationSession, SessionEnrolment, SessionList
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme

_CHUNK = 500
ProgrammeOf = Callable[[Case], Programme]


class Enrol(BaseModel):
    """Cases for a session, in the order they are to get a place. `wait`: those for whom there is none are put on the
    waiting list. `sha256` and `rows` are those of the list they were handed in with."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    session_id: UUID
    case_ids: tuple[UUID, ...]
    wait: bool = True
    sha256: str = ""
    rows: int = 0


@dataclass(slots=True)
class Enrolled:
    """What became of each case: `enrolled`, `waiting`, on the list already (`repeated`), or why not."""

    enrolled: list[UUID] = field(default_factory=list)
    waiting: list[UUID] = field(default_factory=list)
    repeated: list[UUID] = field(default_factory=list)
    refused: dict[UUID, PredepartureError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Planned:
    """The time that a worker would be there: to be compared with the diary, not to be kept."""

    case_id: UUID
    worker_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: BookingKind = BookingKind.SESSION
    whole_day: bool = False


def enrol(work: Work, catalogue: Catalogue, command: Enrol, expected_version: int | None = None) -> Enrolled:
    """Put cases on the list of a session, in the same few queries for one or a thousand.

    What is wrong with one case does not keep the others from their places: `Enrolled.refused` has ``case``, ``ended``,
    ``other_programme``, ``other_destination``, ``not_asked``, ``list_late``, ``session_full``, ``double_booking``,
    ``same_document``. Raises `Conflict` (``stale``, ``session_over``, ``session_closed``, ``session_cancelled``),
    `Refused` (``not_accredited``) of the session as a whole.
    """
    row = sessions.change(work, Permission.ENROL, command.session_id, expected_version)
    rules.require_enrolling(row.state, row.ends_at, work.now)
    parts = [part for part in sessions.parts_of(work.session, row.id) if part.ends_at > work.now]
    _require_licence(work, row, parts)
    settle(work, row)
    done, asked = Enrolled(), list(dict.fromkeys(command.case_ids))
    cases = _cases(work.session, asked, row.office_id)
    live = of_session(work.session, row.id)
    programme_of, first_day = pinned(catalogue), _first_day(work, row)
    known = {one.case_id for one in live}
    done.repeated = [one for one in asked if one in known]
    for one in asked:
        error = None if one in known else _why_not(row, cases.get(one), programme_of, first_day, work.today)
        if error is not None:
            done.refused[one] = error
    new = [one for one in asked if one not in known and one not in done.refused]
    done.refused |= clashing(work, row, _planned([cases[one] for one in new], parts))
    new = [one for one in new if one not in done.refused]
    taken = sum(one.state is EnrolmentState.ENROLLED for one in live)
    done.enrolled, rest = rules.seats(row.capacity, taken, new)
    if command.wait:
        done.waiting = rest
    else:
        done.refused |= dict.fromkeys(rest, _full())
    if done.enrolled or done.waiting:
        sessions.changed(work, row)
        _keep(work, row, parts, done, command)
    if guests.family(catalogue, row) != "none":
        guests.add(work, row)
    return done


def leave(work: Work, enrolment_id: UUID, reason: str, expected_version: int | None = None) -> SessionEnrolment:
    """Somebody will not come; the first of the waiting list moves up. `reason`: a code of `rules.LEAVE_REASONS`.

    Raises `NotFound` (``enrolment``), `Conflict` (``left``, ``attended``).
    """
    recorded.known_reason(reason, rules.LEAVE_REASONS)
    found = work.session.get(SessionEnrolment, enrolment_id)
    if found is None:
        raise NotFound("enrolment", _("There is nobody of this enrolment."), _("Open it from its session."))
    row = sessions.change(work, Permission.ENROL, found.session_id, expected_version)
    rules.require_planned(row.state)
    work.session.refresh(found)
    if found.state is EnrolmentState.LEFT:
        raise Conflict("left", _("The worker is not on the list any more."), _("Look at its present state."))
    parts = sessions.parts_of(work.session, row.id)
    own = [one for part in parts for one in diary.of_subject(work.session, part.id) if one.case_id == found.case_id]
    if any(one.state in diary_rules.TAKES_TIME - STANDS for one in own):
        raise Conflict(
            "attended",
            _("The worker was marked as present already."),
            _("Take the attendance back first, if it was recorded in error."),
        )
    bookings.cancel_many(work, [one for one in own if one.state in STANDS], reason)
    _end(work, row, found, reason)
    sessions.changed(work, row)
    settle(work, row)
    return found


def settle(work: Work, row: OrientationSession) -> None:
    """Whose case has ended is on the list no longer; places that are free go to those who wait, in their order."""
    live = of_session(work.session, row.id)
    cases = _cases(work.session, [one.case_id for one in live], row.office_id)
    for one in live:
        if cases[one.case_id].life not in BEFORE_DEPARTURE:
            _end(work, row, one, diary_rules.CASE_ENDED)
    waiting = [one for one in live if one.state is EnrolmentState.WAITING]
    taken = sum(one.state is EnrolmentState.ENROLLED for one in live)
    if not waiting or taken >= row.capacity or work.now >= row.ends_at:
        return
    parts = sessions.parts_of(work.session, row.id)
    stand = sessions.booked(work.session, parts, *STANDS)
    busy = clashing(work, row, [span for one in waiting for span in stand.get(one.case_id, ())])
    chosen, _rest = rules.seats(row.capacity, taken, [one for one in waiting if one.case_id not in busy])
    bookings.admit(work, [span for one in chosen for span in stand.get(one.case_id, ())])
    for one in chosen:
        one.state = EnrolmentState.ENROLLED
        work.session.add(one)
        _record(work, row, "session.moved_up", one)
    work.session.flush()


def of_session(session: Session, session_id: UUID) -> list[SessionEnrolment]:
    """Who is enrolled or waits, in the order of asking."""
    query = select(SessionEnrolment).where(
        SessionEnrolment.session_id == session_id, col(SessionEnrolment.state) != EnrolmentState.LEFT
    )
    return list(session.exec(query.order_by(col(SessionEnrolment.number))))


def clashing(work: Work, row: OrientationSession, spans: Sequence[Booking | _Planned]) -> dict[UUID, PredepartureError]:
    """Which cases cannot be where `spans` say: the worker, or somebody with the same document, is elsewhere."""
    session = work.session
    people = {span.worker_id for span in spans}
    if not people:
        return {}
    twins = diary.sharing(session, people)
    own = {span.id for span in spans if isinstance(span, Booking)}
    everybody = people.union(*twins.values())
    begins, ends = min(span.starts_at for span in spans), max(span.ends_at for span in spans)
    standing = [one for one in diary.taking(session, everybody, begins, ends) if one.id not in own]
    zone = sessions.zone_of(session, row.office_id)
    cases = {id(span): span.case_id for span in spans}
    found: dict[UUID, PredepartureError] = {}
    for clash in clashes(spans, standing, twins):
        start = clash.other.starts_at.astimezone(zone)
        found.setdefault(cases[id(clash.asked)], refused(clash, f"{start:%Y-%m-%d %H:%M}", work.actor.role))
    return found


def pinned(catalogue: Catalogue) -> ProgrammeOf:
    """The programme that a case is pinned to; each version is looked up once."""

    @cache
    def version(programme: str, number: str, digest: str) -> Programme:
        return catalogue.pinned(programme, number, digest)

    return lambda case: version(case.programme_id, case.programme_version, case.programme_digest)


def _why_not(
    row: OrientationSession, case: Case | None, programme_of: ProgrammeOf, first_day: date, today: date
) -> PredepartureError | None:
    if case is None:
        return NotFound(
            "case", _("There is no such case, or it is not one of the office."), _("Copy the case's reference.")
        )
    if case.life not in BEFORE_DEPARTURE:
        return Conflict("ended", _("The case has ended."), _("Take it from the list."))
    stage = sessions.stage_of(programme_of(case))
    if case.programme_id not in row.programmes:
        return Refused(
            "other_programme", _("The session is not for the programme of this case."), _("Choose another session.")
        )
    if case.destination not in ("", row.destination):
        return Refused(
            "other_destination",
            _("The session is for another country than the worker's destination."),
            _("Choose a session for that country."),
        )
    if stage is None or not stage.on_track(case.track):
        return Refused("not_asked", _("The programme asks no orientation of this case."), _("Take it from the list."))
    if not row.late_reason and rules.is_late(first_day, stage.oriented.list_days, today):
        return rules.late(first_day, stage.oriented.list_days)
    return None


def _first_day(work: Work, row: OrientationSession) -> date:
    return row.begins_at.astimezone(sessions.zone_of(work.session, row.office_id)).date()


def _planned(cases: Iterable[Case], parts: Sequence[OrientationPart]) -> list[_Planned]:
    return [_Planned(case.id, case.worker_id, part.starts_at, part.ends_at) for case in cases for part in parts]


def _full() -> Refused:
    return Refused(
        "session_full",
        _("There is no free place in the session."),
        _("Put the worker on the waiting list, or choose another session."),
    )


def _require_licence(work: Work, row: OrientationSession, parts: Iterable[OrientationPart]) -> None:
    zone = sessions.zone_of(work.session, row.office_id)
    provider = work.session.get_one(Organisation, row.provider_id)
    days = [part.starts_at.astimezone(zone).date() for part in parts]
    sessions.require_licence(work.session, provider, row.programmes, days)


def _cases(session: Session, ids: Sequence[UUID], office_id: UUID) -> dict[UUID, Case]:
    found: dict[UUID, Case] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(Case).where(col(Case.id).in_(ids[start : start + _CHUNK]), Case.office_id == office_id)
        found |= {case.id: case for case in session.exec(query.execution_options(populate_existing=True))}
    return found


def _keep(
    work: Work,
    row: OrientationSession,
    parts: Sequence[OrientationPart],
    done: Enrolled,
    command: Enrol,
) -> None:
    """The list that was handed in, the enrolments, and the time of those concerned."""
    handed = _list(work, row, command, len(done.enrolled) + len(done.waiting)) if command.sha256 else None
    number = len(work.session.exec(select(SessionEnrolment.id).where(SessionEnrolment.session_id == row.id)).all())
    places: Sequence[tuple[Collection[UUID], EnrolmentState]] = (
        (done.enrolled, EnrolmentState.ENROLLED),
        (done.waiting, EnrolmentState.WAITING),
    )
    made: list[SessionEnrolment] = []
    for ids, state in places:
        for case_id in ids:
            number += 1
            made.append(
                SessionEnrolment(
                    session_id=row.id,
                    case_id=case_id,
                    number=number,
                    state=state,
                    list_id=handed,
                    asked_at=work.now,
                    asked_by=work.actor.key,
                )
            )
    common: dict[str, Any] = {"kind": BookingKind.SESSION, "organisation_id": row.provider_id}
    bookings.book_many(
        work,
        [
            Book(
                case_id=one.case_id,
                subject_id=part.id,
                starts_at=part.starts_at,
                ends_at=part.ends_at,
                place=row.place,
                online=row.online,
                waiting=one.state is EnrolmentState.WAITING,
                **common,
            )
            for one in made
            for part in parts
        ],
    )
    work.session.add_all(made)
    work.session.flush()
    for one in made:
        waits = one.state is EnrolmentState.WAITING
        _record(work, row, "session.waiting" if waits else "session.enrolled", one)


def _list(work: Work, row: OrientationSession, command: Enrol, taken: int) -> UUID:
    handed = SessionList(
        session_id=row.id,
        sha256=command.sha256,
        rows=command.rows,
        taken=taken,
        late=bool(row.late_reason),
        handed_in_at=work.now,
        handed_in_by=work.actor.key,
    )
    work.session.add(handed)
    work.session.flush()
    data = {"session": row.code, "rows": command.rows, "taken": taken}
    work.record("session.list_handed_in", f"session_list/{handed.id}", data=data)
    return handed.id


def _end(work: Work, row: OrientationSession, one: SessionEnrolment, reason: str) -> None:
    one.state, one.ended_at, one.reason = EnrolmentState.LEFT, work.now, reason
    work.session.add(one)
    work.session.flush()
    _record(work, row, "session.left", one, {"reason": reason})


def _record(
    work: Work, row: OrientationSession, kind: str, one: SessionEnrolment, more: Mapping[str, Any] | None = None
) -> None:
    data = {"session": row.code, **(more or {})}
    work.record(kind, f"session_enrolment/{one.id}", case_id=one.case_id, data=data)
