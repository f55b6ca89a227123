"""What lists and pages ask of cases: the queue of a role, the search, the history of one case. Reading only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy import case as when
from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.cases import changes, rules
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseTask
from casework.custody.rules import STATUS as ORIGINAL
from casework.organisations.tables import Organisation, OrganisationKind
from casework.outbox.tables import OutboxItem, OutboxState
from casework.recruitment.agencies import flagged, left_order
from casework.workers import merge_queries as merges
from casework.workers.service import search_text
from casework.workers.tables import Worker
from checklists.programme import Provider

_MOST_WORDS = 6
_WEEK = timedelta(days=7)
_LONGEST_HISTORY = 500

ACTS_FOR: Mapping[Role, frozenset[str] | None] = {
    Role.CASEWORKER: None,
    Role.SUPERVISOR: None,
    Role.SECURITY_OFFICER: frozenset({Role.SECURITY_OFFICER.value}),
    Role.MEDICAL_OFFICER: frozenset({Role.MEDICAL_OFFICER.value, Provider.CLINIC.value}),
    Role.LOAN_OFFICER: frozenset({Role.LOAN_OFFICER.value}),
    Role.AGENCY_USER: frozenset({Provider.AGENCY.value, Provider.WORKER.value, Provider.EMPLOYER.value}),
    Role.AUDITOR: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
    Role.CLINIC_USER: frozenset(),
    Role.PROVIDER_USER: frozenset(),
    Role.EMPLOYER_USER: frozenset(),
    Role.COMPLAINTS_OFFICER: frozenset(),
}
"""Whose tasks stand in the queue of a role; None for everybody's, since the office follows all of them up."""


class Show(StrEnum):
    """The parts of a queue. `WEEK` is the seven days after today."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    WAITING = "waiting"
    UNASSIGNED = "unassigned"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which part of the queue is asked for; None and "" ask for all."""

    show: Show | None = None
    programme: str = ""
    agency: UUID | None = None
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A case and its most urgent task for the reader; None where the engine is stuck and nobody has a task."""

    case: Case
    worker: Worker
    task: CaseTask | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a queue, how many lines it has in all, and the sizes of its parts without the filter `show`."""

    lines: tuple[QueueLine, ...]
    total: int
    sizes: Mapping[Show, int]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a search asks for. `stage` is an id of a programme's stage that has an open task; `suspended_on`: only cases
    that go on and whose agency is suspended on the day; `without_order`: only those that left their agency's job order.
    """

    text: str = ""
    stage: str = ""
    life: CaseLife | None = None
    programme: str = ""
    agency: UUID | None = None
    office: UUID | None = None
    owner: UUID | None = None
    suspended_on: date | None = None
    without_order: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search and how many cases fit in all."""

    lines: tuple[QueueLine, ...]
    total: int


def queue(session: Session, actor: Actor, asked: QueueFilter, today: date, *, offset: int, limit: int) -> Queue:
    """The cases that wait for the actor's role, the greatest risk to the departure first; of those that have ended,
    the ones with a follow-up that is due within a week or overdue, or with an original that is still to go back."""
    acts_for = _role_of(actor, Permission.SEE_CASES)
    lead = _lead(ACTS_FOR[acts_for])
    parts = _parts(today)
    chosen = [
        changes.visible(actor),
        or_(col(Case.life).in_([*rules.ACTIVE, CaseLife.ON_HOLD]), _to_follow_up(today)),
        _has_work(acts_for),
        *_common(asked.programme, asked.agency, asked.owner),
    ]
    counted = [func.coalesce(func.sum(when((parts[show], 1), else_=0)), 0) for show in Show]
    sizes = session.exec(_joined(select(*counted), lead).where(*chosen)).one()
    if asked.show is not None:
        chosen.append(parts[asked.show])
    total = session.exec(_joined(select(func.count()), lead).where(*chosen)).one()
    rows = session.exec(
        _joined(select(Case, Worker, CaseTask), lead)
        .where(*chosen)
        .order_by(
            when((col(Case.life) == CaseLife.ON_HOLD, 1), else_=0),
            col(CaseTask.due_on).is_(None),
            col(CaseTask.due_on),
            col(Case.planned_departure).is_(None),
            col(Case.planned_departure),
            col(Case.reference),
        )
        .offset(offset)
        .limit(limit)
    )
    return Queue(
        tuple(QueueLine(case, worker, task) for case, worker, task in rows),
        total,
        dict(zip(Show, (int(size) for size in sizes), strict=True)),
    )


def search(session: Session, actor: Actor, asked: CaseFilter, *, offset: int, limit: int) -> Found:
    """Cases that fit every filter, by reference. `text`: all its words in the name, or a part of the reference."""
    _role_of(actor, Permission.SEE_CASES)
    chosen = [changes.visible(actor), *_common(asked.programme, asked.agency, asked.owner)]
    if asked.text.strip():
        chosen.append(_named(asked.text))
    if asked.life is not None:
        chosen.append(col(Case.life) == asked.life)
    if asked.office is not None:
        chosen.append(col(Case.office_id) == asked.office)
    if asked.suspended_on is not None:
        chosen.append(flagged(asked.suspended_on))
    if asked.without_order:
        chosen.append(left_order())
    if asked.stage:
        chosen.append(col(Case.id).in_(select(CaseTask.case_id).where(CaseTask.stage == asked.stage)))
    lead = _lead(None)
    total = session.exec(_joined(select(func.count()), lead).where(*chosen)).one()
    rows = session.exec(
        _joined(select(Case, Worker, CaseTask), lead)
        .where(*chosen)
        .order_by(col(Case.reference))
        .offset(offset)
        .limit(limit)
    )
    return Found(tuple(QueueLine(case, worker, task) for case, worker, task in rows), total)


def agencies(session: Session, actor: Actor) -> list[Organisation]:
    """The agencies from which cases that the actor may know of came, by name."""
    named = select(Case.agency_id).where(changes.visible(actor), col(Case.agency_id).is_not(None))
    query = select(Organisation).where(col(Organisation.id).in_(named))
    return list(session.exec(query.order_by(col(Organisation.name))))


def offices(session: Session, actor: Actor) -> list[Organisation]:
    """The offices of the cases that the actor may know of, by name."""
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.OFFICE,
        col(Organisation.id).in_(select(Case.office_id).where(changes.visible(actor))),
    )
    return list(session.exec(query.order_by(col(Organisation.name))))


def owners(session: Session, office_id: UUID) -> list[Account]:
    """The people of an office who can own a case, by name."""
    query = select(Account).where(
        Account.organisation_id == office_id,
        col(Account.active),
        col(Account.role).in_([Role.CASEWORKER, Role.SUPERVISOR]),
    )
    return list(session.exec(query.order_by(col(Account.name), col(Account.id))))


def organisation_names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of organisations by id."""
    rows = session.exec(select(Organisation).where(col(Organisation.id).in_({one for one in ids if one})))
    return {row.id: row.name for row in rows}


def accounts_by_key(session: Session, keys: Iterable[str]) -> dict[str, Account]:
    """Accounts by the key that facts and events name them with; the engine and keys of nobody are left out."""
    ids = {UUID(key) for key in keys if len(key) == 36}
    return {str(row.id): row for row in session.exec(select(Account).where(col(Account.id).in_(ids)))}


def history(session: Session, actor: Actor, case: Case) -> list[AuditEvent]:
    """The last events of a case and of its worker's data, newest first; who looked at what is left out."""
    changes.find(session, actor, case.id)
    query = select(AuditEvent).where(
        or_(col(AuditEvent.case_id) == case.id, col(AuditEvent.subject).in_(merges.subjects(session, case.worker_id))),
        col(AuditEvent.kind).not_like("%.viewed"),
    )
    return list(session.exec(query.order_by(col(AuditEvent.seq).desc()).limit(_LONGEST_HISTORY)))


def viewed_since(session: Session, actor: Actor, case_id: UUID, since: datetime) -> bool:
    """Whether the actor's look at the case was recorded after `since`."""
    query = select(AuditEvent.seq).where(
        col(AuditEvent.case_id) == case_id,
        col(AuditEvent.kind) == "case.viewed",
        col(AuditEvent.actor) == actor.key,
        col(AuditEvent.recorded_at) > since,
    )
    return session.exec(query.limit(1)).first() is not None


def pending_effects(session: Session, case_id: UUID) -> list[OutboxItem]:
    """What the engine has still to do for the case."""
    query = select(OutboxItem).where(col(OutboxItem.case_id) == case_id, col(OutboxItem.state) == OutboxState.PENDING)
    return list(session.exec(query))


def opened_in(session: Session, office_id: UUID, first: date, last: date) -> int:
    """How many cases an office opened between two days, both included."""
    query = select(Case.id).where(Case.office_id == office_id, Case.registered_on >= first, Case.registered_on <= last)
    return len(session.exec(query).all())


def suspended_agencies(session: Session, actor: Actor, cases: Iterable[Case], on: date) -> frozenset[UUID]:
    """Which of these cases go on although the agency that brought them is suspended on the day."""
    ids = [case.id for case in cases if case.agency_id is not None]
    query = select(Case.id).where(col(Case.id).in_(ids), changes.visible(actor), flagged(on))
    return frozenset(session.exec(query)) if ids else frozenset()


def count_suspended(session: Session, actor: Actor, on: date) -> int:
    """How many cases go on although their agency is suspended on the day."""
    return session.exec(select(func.count()).select_from(Case).where(changes.visible(actor), flagged(on))).one()


def without_order(session: Session, actor: Actor, cases: Iterable[Case]) -> frozenset[UUID]:
    """Which of these cases go on although their worker has no place any more in a job order of the agency."""
    ids = [case.id for case in cases if case.agency_id is not None]
    query = select(Case.id).where(col(Case.id).in_(ids), changes.visible(actor), left_order())
    return frozenset(session.exec(query)) if ids else frozenset()


def count_without_order(session: Session, actor: Actor) -> int:
    """How many cases go on so."""
    query = select(func.count()).select_from(Case).where(changes.visible(actor), left_order())
    return session.exec(query).one()


def _role_of(actor: Actor, permission: Permission) -> Role:
    require(actor.role, permission)
    if actor.role is None:
        raise InvalidInput("person_needed", _("The engine has no queue."), _("Sign in."))
    return actor.role


def _lead(acts_for: Collection[str] | None) -> Any:
    """The place of each case's most urgent task, among the tasks of `acts_for`."""
    first = func.min(CaseTask.position).label("position")
    query: Any = select(col(CaseTask.case_id).label("case_id"), first).group_by(col(CaseTask.case_id))
    if acts_for is not None:
        query = query.where(col(CaseTask.actor).in_(acts_for))
    return query.subquery()


def _joined(query: Any, lead: Any) -> Any:
    return (
        query.select_from(Case)
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .outerjoin(lead, lead.c.case_id == col(Case.id))
        .outerjoin(CaseTask, and_(col(CaseTask.case_id) == col(Case.id), col(CaseTask.position) == lead.c.position))
    )


def _has_work(role: Role) -> ColumnElement[bool]:
    task = col(CaseTask.id).is_not(None)
    # What the engine cannot finish is for the office to look at.
    return or_(task, col(Case.stuck) != "") if ACTS_FOR[role] is None else task


def _to_follow_up(today: date) -> ColumnElement[bool]:
    soon = and_(col(Case.life).in_(rules.FOLLOWED), col(CaseTask.due_on) <= today + _WEEK)
    return or_(soon, col(CaseTask.status) == ORIGINAL)


def _parts(today: date) -> dict[Show, ColumnElement[bool]]:
    counts = col(Case.life).in_([*rules.ACTIVE, *rules.FOLLOWED])
    # A paper of the worker's own is asked for whatever becomes of the case.
    due, active = col(CaseTask.due_on), or_(counts, col(CaseTask.status) == ORIGINAL)
    return {
        Show.OVERDUE: and_(active, due < today),
        Show.TODAY: and_(active, due == today),
        Show.WEEK: and_(active, due > today, due <= today + _WEEK),
        Show.WAITING: or_(col(CaseTask.waiting).is_(True), col(Case.life) == CaseLife.ON_HOLD),
        Show.UNASSIGNED: col(Case.owner_id).is_(None),
        Show.STUCK: col(Case.stuck) != "",
    }


def _common(programme: str, agency: UUID | None, owner: UUID | None) -> list[ColumnElement[bool]]:
    return [
        col(Case.programme_id) == programme if programme else true(),
        col(Case.agency_id) == agency if agency else true(),
        col(Case.owner_id) == owner if owner else true(),
    ]


def _named(text: str) -> ColumnElement[bool]:
    words = search_text(text).split()[:_MOST_WORDS]
    by_name = and_(*(col(Worker.search_name).contains(word, autoescape=True) for word in words)) if words else None
    by_reference = func.lower(col(Case.reference)).contains(text.strip().lower(), autoescape=True)
    return by_reference if by_name is None else or_(by_name, by_reference)
