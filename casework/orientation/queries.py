"""Sessions as lists and pages ask for them: as many queries for one participant as for a thousand. Reading only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, func, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import ACTIVE
from casework.cases.tables import Case, CaseTask
from casework.organisations.tables import Organisation, OrganisationKind
from casework.orientation import sessions
from casework.orientation.rules import EnrolmentState, SessionState
from casework.orientation.tables import (
    ModuleAttendance,
    OrientationPart,
    OrientationSession,
    OrientationTest,
    SessionEnrolment,
    SessionGuest,
)
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session with its provider, how many are enrolled and wait, and how many came to some of it."""

    row: OrientationSession
    provider: Organisation
    counts: Mapping[EnrolmentState, int]
    came: int

    @property
    def enrolled(self) -> int:
        return self.counts.get(EnrolmentState.ENROLLED, 0)

    @property
    def waiting(self) -> int:
        return self.counts.get(EnrolmentState.WAITING, 0)

    @property
    def free(self) -> int:
        return max(0, self.row.capacity - self.enrolled)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody on the list: the modules that were marked, and the last test."""

    enrolment: SessionEnrolment
    case: Case
    worker: Worker
    marked: Mapping[str, ModuleAttendance] = field(default_factory=dict)
    test: OrientationTest | None = None


@dataclass(frozen=True, slots=True)
class DueLine:
    """A case whose orientation is to be done, and until when."""

    case: Case
    worker: Worker
    due_on: date | None


def listed(
    session: Session, actor: Actor, now: datetime, *, past: bool = False, limit: int = 50, offset: int = 0
) -> tuple[list[SessionLine], int]:
    """Sessions that are ahead or not closed yet, the next one first; or with `past` the others, the last one first."""
    require(actor.role, Permission.SEE_COURSES)
    is_open = (col(OrientationSession.state) == SessionState.PLANNED) & (
        (col(OrientationSession.ends_at) > now) | exists().where(_listed_on(), _not_left())
    )
    where = (sessions.visible(actor), ~is_open if past else is_open)
    order = col(OrientationSession.begins_at)
    query = select(OrientationSession).where(*where).order_by(order.desc() if past else order)
    rows = session.exec(query.order_by(col(OrientationSession.id)).limit(limit).offset(offset)).all()
    total = session.exec(select(func.count()).select_from(OrientationSession).where(*where)).one()
    return _lines(session, rows), total


def one(session: Session, row: OrientationSession) -> SessionLine:
    """A session with its counts."""
    return _lines(session, [row])[0]


def people(
    session: Session,
    row: OrientationSession,
    *,
    state: EnrolmentState | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[PersonLine]:
    """Who is on the list (in one state, or enrolled and waiting), in the order of asking."""
    query = (
        select(SessionEnrolment, Case, Worker)
        .join(Case, col(Case.id) == col(SessionEnrolment.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(SessionEnrolment.session_id == row.id)
        .where(_not_left() if state is None else col(SessionEnrolment.state) == state)
        .order_by(col(SessionEnrolment.number))
    )
    found = session.exec(query.limit(limit).offset(offset) if limit is not None else query).all()
    ids = [case.id for _enrolment, case, _worker in found]
    marked = _marked(session, row, ids)
    tests = _tests(session, row, ids)
    return [
        PersonLine(enrolment, case, worker, marked.get(case.id, {}), tests.get(case.id))
        for enrolment, case, worker in found
    ]


def due(
    session: Session, actor: Actor, catalogue: Catalogue, row: OrientationSession, *, limit: int = 200
) -> list[DueLine]:
    """Cases of the office whose orientation is due and who are on no list that still stands, by their day."""
    stages = {
        (programme_id, stage.id)
        for programme_id in row.programmes
        for version in catalogue.versions(programme_id)
        if (stage := sessions.stage_of(catalogue.get(programme_id, version))) is not None
    }
    booked = (
        exists()
        .where(
            col(SessionEnrolment.case_id) == col(Case.id),
            col(SessionEnrolment.session_id) == col(OrientationSession.id),
            col(OrientationSession.state) == SessionState.PLANNED,
            _not_left(),
        )
        .correlate(Case)
    )
    query = (
        select(Case, Worker, func.min(col(CaseTask.due_on)))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .join(CaseTask, col(CaseTask.case_id) == col(Case.id))
        .where(
            changes.visible(actor),
            col(Case.office_id) == row.office_id,
            col(Case.programme_id).in_(row.programmes),
            col(Case.destination).in_(["", row.destination]),
            col(Case.life).in_(ACTIVE),
            col(CaseTask.stage).in_({stage for _programme, stage in stages}),
            ~booked,
        )
        .group_by(col(Case.id), col(Worker.id))
        .order_by(func.min(col(CaseTask.due_on)), col(Case.reference))
    )
    return [DueLine(case, worker, day) for case, worker, day in session.exec(query.limit(limit))]


def fitting(session: Session, actor: Actor, case: Case, now: datetime) -> list[SessionLine]:
    """The sessions ahead that a case may be enrolled in, the next one first."""
    query = select(OrientationSession).where(
        sessions.visible(actor),
        OrientationSession.office_id == case.office_id,
        col(OrientationSession.state) == SessionState.PLANNED,
        OrientationSession.ends_at > now,
    )
    rows = [
        row
        for row in session.exec(query.order_by(col(OrientationSession.begins_at), col(OrientationSession.id)))
        if case.programme_id in row.programmes and case.destination in ("", row.destination)
    ]
    return _lines(session, rows)


def enrolment_of(session: Session, case_id: UUID) -> list[tuple[SessionEnrolment, OrientationSession]]:
    """The lists that a case stands on, and those it left, by the time of their sessions."""
    query = (
        select(SessionEnrolment, OrientationSession)
        .join(OrientationSession, col(OrientationSession.id) == col(SessionEnrolment.session_id))
        .where(SessionEnrolment.case_id == case_id)
    )
    return list(session.exec(query.order_by(col(OrientationSession.begins_at), col(SessionEnrolment.id))).all())


def providers(session: Session, actor: Actor) -> list[Organisation]:
    """Who may hold a session that the actor sets up: a provider itself; an office, and the providers it works with."""
    own = session.get(Organisation, actor.organisation_id) if actor.organisation_id is not None else None
    if own is None or own.kind is not OrganisationKind.OFFICE:
        return [own] if own is not None and own.kind is OrganisationKind.PROVIDER else []
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.PROVIDER,
        Organisation.office_id == own.id,
        col(Organisation.active),
    )
    return [*session.exec(query.order_by(col(Organisation.name))), own]


def session_json(line: SessionLine, parts: Sequence[OrientationPart]) -> dict[str, Any]:
    """A session for programs; who is on its list stays out."""
    row = line.row
    return {
        "code": row.code,
        "provider": line.provider.code,
        "state": row.state.value,
        "programmes": row.programmes,
        "destination": row.destination,
        "language": row.language,
        "online": row.online,
        "place": row.place,
        "capacity": row.capacity,
        "enrolled": line.enrolled,
        "waiting": line.waiting,
        "came": line.came,
        "minutes": row.minutes,
        "parts": [
            {
                "number": part.number,
                "starts_at": part.starts_at.isoformat(),
                "ends_at": part.ends_at.isoformat(),
                "modules": part.modules,
            }
            for part in parts
        ],
    }


def person_json(line: PersonLine) -> dict[str, Any]:
    """Somebody on the list for programs, by case; the name stays on the page."""
    return {
        "case": line.case.reference,
        "state": line.enrolment.state.value,
        "modules": sorted(line.marked),
        "identity": sorted({row.identity.value for row in line.marked.values() if row.identity is not None}),
        "points": line.test.points if line.test is not None else None,
        "passed": line.test.passed if line.test is not None else None,
    }


def _listed_on() -> ColumnElement[bool]:
    return col(SessionEnrolment.session_id) == col(OrientationSession.id)


def _not_left() -> ColumnElement[bool]:
    return col(SessionEnrolment.state) != EnrolmentState.LEFT


def _lines(session: Session, rows: Sequence[OrientationSession]) -> list[SessionLine]:
    ids = [row.id for row in rows]
    holders = select(Organisation).where(col(Organisation.id).in_({row.provider_id for row in rows}))
    providers = {one.id: one for one in session.exec(holders)}
    counts: dict[UUID, Counter[EnrolmentState]] = defaultdict(Counter)
    grouped = (
        select(SessionEnrolment.session_id, SessionEnrolment.state, func.count())
        .where(col(SessionEnrolment.session_id).in_(ids))
        .group_by(col(SessionEnrolment.session_id), col(SessionEnrolment.state))
    )
    for session_id, state, count in session.exec(grouped):
        counts[session_id][EnrolmentState(state)] = count
    came = (
        select(ModuleAttendance.session_id, func.count(func.distinct(col(ModuleAttendance.case_id))))
        .where(col(ModuleAttendance.session_id).in_(ids), col(ModuleAttendance.withdrawn_on).is_(None))
        .group_by(col(ModuleAttendance.session_id))
    )
    present = dict(session.exec(came).all())
    return [SessionLine(row, providers[row.provider_id], counts[row.id], present.get(row.id, 0)) for row in rows]


def _marked(
    session: Session, row: OrientationSession, case_ids: Sequence[UUID]
) -> dict[UUID, dict[str, ModuleAttendance]]:
    query = select(ModuleAttendance).where(
        ModuleAttendance.session_id == row.id,
        col(ModuleAttendance.case_id).in_(case_ids),
        col(ModuleAttendance.withdrawn_on).is_(None),
    )
    found: dict[UUID, dict[str, ModuleAttendance]] = defaultdict(dict)
    # Where a module was marked twice, first without a check of identity, the later row is shown.
    for one in session.exec(query.order_by(col(ModuleAttendance.id))):
        found[one.case_id][one.module] = one
    return found


def _tests(session: Session, row: OrientationSession, case_ids: Sequence[UUID]) -> dict[UUID, OrientationTest]:
    query = select(OrientationTest).where(
        OrientationTest.session_id == row.id,
        col(OrientationTest.case_id).in_(case_ids),
        col(OrientationTest.withdrawn_on).is_(None),
    )
    return {one.case_id: one for one in session.exec(query.order_by(col(OrientationTest.id)))}


def guests(session: Session, row: OrientationSession) -> tuple[int, int]:
    """How many of the families are expected, and how many of them came."""
    query = (
        select(SessionGuest.came, func.count())
        .join(SessionEnrolment, col(SessionEnrolment.id) == col(SessionGuest.enrolment_id))
        .where(SessionEnrolment.session_id == row.id, _not_left())
        .group_by(col(SessionGuest.came))
    )
    counts = dict(session.exec(query).all())
    return sum(counts.values()), counts.get(True, 0)
