"""Applications as offices and employers read them. An employer learns of nobody who was not put forward to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import Session, col, func, select

from basis.errors import NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases.changes import visible as visible_cases
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.contracts.rules import Terms
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.organisations.tables import Organisation
from casework.qualifications.rules import QualificationKind, QualificationOutcome
from casework.qualifications.tables import QualificationDecision
from casework.recruitment.rules import OrderState
from casework.recruitment.tables import JobOrder
from casework.selection.rules import LIVE, Criteria, Matched, matched
from casework.selection.tables import Application, Interview, Offer, SelectionCriteria
from casework.skills import queries as skills
from casework.skills import rules as weighing
from casework.skills.rules import Candidate as Weighed
from casework.skills.rules import Demand, Proven, Reason
from casework.vault import Vault
from casework.workers.tables import LegalBasis, Purpose, Worker
from checklists.programme import Programme


@dataclass(frozen=True, slots=True)
class Line:
    """An application with its job order and employer, its interviews in their order, and its last offer."""

    application: Application
    order: JobOrder
    employer: Organisation
    interviews: tuple[Interview, ...]
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an employer may know of who was put forward to it, and no more: name, occupation, the levels of languages by
    code, months of confirmed experience (None: nothing recorded), and about when the preparation can be over (None: no
    day can be said). Of an application that has ended: the name, and the work that it was for."""

    line: Line
    name: str
    occupation: str
    job_title: str
    languages: Mapping[str, str]
    months: int | None
    ready_on: date | None
    cleared: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """What an order's criteria say of a case, for who decides whether to put it forward."""

    reasons: tuple[Reason, ...]
    more: tuple[Matched, ...]


def unknown() -> NotFound:
    """``application``: there is none, or it is not the actor's; the answer is the same."""
    return NotFound(
        "application", _("There is no such candidate, or it is not one of yours."), _("Choose one from the list.")
    )


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which applications an actor may know of: an employer its own, others those of the cases that they may know of."""
    if actor.role is None:
        return true()
    if actor.organisation_id is None or not may(actor.role, Permission.SEE_RECRUITMENT):
        return false()
    if actor.role is Role.EMPLOYER_USER:
        return col(Application.employer_id) == actor.organisation_id
    return col(Application.case_id).in_(select(Case.id).where(visible_cases(actor)))


def find(session: Session, actor: Actor, application_id: UUID) -> Application:
    """An application. Raises `NotFound` (``application``)."""
    query = select(Application).where(Application.id == application_id, visible(actor))
    row = session.exec(query).one_or_none()
    if row is None:
        raise unknown()
    return row


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Line]:
    """Every application of a case, the newest first."""
    query = select(Application).where(Application.case_id == case_id, visible(actor))
    return _lines(session, list(session.exec(query.order_by(col(Application.id).desc()))))


def counts(session: Session, actor: Actor, job_order_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many live applications each of these job orders has."""
    query = (
        select(col(Application.job_order_id), func.count())
        .where(col(Application.job_order_id).in_(job_order_ids), col(Application.ended_on).is_(None), visible(actor))
        .group_by(col(Application.job_order_id))
    )
    return dict(session.exec(query).all())


def candidates(
    session: Session, actor: Actor, job_order_id: UUID, today: date, *, limit: int, offset: int = 0
) -> tuple[list[Candidate], int]:
    """Who was put forward for a job order: those still in the running first, then by name; and how many."""
    require(actor.role, Permission.SELECT_CANDIDATES)
    where = [col(Application.job_order_id) == job_order_id, visible(actor)]
    query = (
        select(Application)
        .join(Case, col(Case.id) == col(Application.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(*where)
        .order_by(
            col(Application.ended_on).is_not(None),
            col(Worker.family_name),
            col(Worker.given_names),
            col(Application.id),
        )
    )
    rows = list(session.exec(query.limit(limit).offset(offset)))
    total = session.exec(select(func.count()).select_from(Application).where(*where)).one()
    return _candidates(session, _lines(session, rows), today), total


def candidate(session: Session, actor: Actor, application_id: UUID, today: date) -> Candidate:
    """One of them. Raises `NotFound` (``application``), `Refused` (``role``)."""
    require(actor.role, Permission.SELECT_CANDIDATES)
    return _candidates(session, _lines(session, [find(session, actor, application_id)]), today)[0]


def last_offer(session: Session, application_id: UUID) -> Offer | None:
    """The offer that counts."""
    query = select(Offer).where(Offer.application_id == application_id).order_by(col(Offer.number).desc())
    return session.exec(query.limit(1)).one_or_none()


def terms_of(session: Session, vault: Vault, application: Application, offer: Offer) -> Terms:
    """What an offer holds out."""
    case = session.get_one(Case, application.case_id)
    if offer.terms is None:
        return Terms()
    return Terms.model_validate_json(vault.open(case.worker_id, "offer", offer.id, "terms", offer.terms))


def criteria_of(session: Session, job_order_id: UUID) -> Criteria:
    """What the employer asks for; nothing where nobody said."""
    query = select(SelectionCriteria).where(SelectionCriteria.job_order_id == job_order_id)
    row = session.exec(query.order_by(col(SelectionCriteria.number).desc()).limit(1)).one_or_none()
    if row is None:
        return Criteria()
    return Criteria(row.language, row.level, row.experience_months, row.licence)


def fit(session: Session, programme: Programme, case: Case, order: JobOrder, today: date) -> Fit:
    """What speaks for the case and against it; people decide. The rules are those of the skills map."""
    asked = criteria_of(session, order.id)
    known = skills.proven(session, [case.id]).get(case.id, {}).get(asked.language) if asked.language else None
    track = programme.track(case.track)
    weighed = Weighed(
        occupation=case.occupation,
        ready_on=skills.ready_on(case, today),
        cleared=case.life is CaseLife.CLEARED,
        destination=case.destination,
        leads_to=programme.destinations if track is None or track.departs else programme.origins,
        job_order=case.job_order,
        shareable=may_be_shared(session, case),
        proven=Proven({"": known.level, **known.skills}, known.tested_on) if known is not None else None,
    )
    demand = Demand(
        order.occupation, 1, max(order.valid_from, today), order.destination, asked.language, asked.level
    )  # fmt: skip
    months = _experience(session, [case.id]).get(case.id)
    return Fit(weighing.weigh(demand, weighed, today), tuple(matched(asked, months, _licences(session, case.id))))


def may_be_shared(session: Session, case: Case) -> bool:
    """Whether there is a ground to name the worker to an employer."""
    query = select(LegalBasis.id).where(
        LegalBasis.worker_id == case.worker_id,
        col(LegalBasis.purpose) == Purpose.SHARING_WITH_EMPLOYER,
        col(LegalBasis.withdrawn_on).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None


def open_orders(session: Session, case: Case, today: date) -> list[tuple[JobOrder, Organisation]]:
    """The job orders that the case may be put forward for: approved, of its office and programme, through its agency or
    none, and not those in which it is in the running already."""
    running = select(Application.job_order_id).where(
        Application.case_id == case.id, col(Application.ended_on).is_(None)
    )
    query = (
        select(JobOrder, Organisation)
        .join(Organisation, col(Organisation.id) == col(JobOrder.employer_id))
        .where(*open_to(case, today), col(JobOrder.id).not_in(running))
    )
    return list(session.exec(query.order_by(col(Organisation.name), col(JobOrder.number))).all())


def open_to(case: Case, today: date) -> tuple[ColumnElement[bool], ...]:
    """Which job orders a case may be put forward for."""
    without = col(JobOrder.agency_id).is_(None)
    return (
        col(JobOrder.office_id) == case.office_id,
        col(JobOrder.programme_id) == case.programme_id,
        without if case.agency_id is None else or_(without, col(JobOrder.agency_id) == case.agency_id),
        col(JobOrder.state) == OrderState.APPROVED,
        col(JobOrder.valid_from) <= today,
        col(JobOrder.valid_until) >= today,
    )


def _lines(session: Session, rows: Sequence[Application]) -> list[Line]:
    ids = [row.id for row in rows]
    orders = {
        order.id: (order, employer)
        for order, employer in session.exec(
            select(JobOrder, Organisation)
            .join(Organisation, col(Organisation.id) == col(JobOrder.employer_id))
            .where(col(JobOrder.id).in_({row.job_order_id for row in rows}))
        )
    }
    interviews: dict[UUID, list[Interview]] = {}
    query = select(Interview).where(col(Interview.application_id).in_(ids))
    for interview in session.exec(query.order_by(col(Interview.starts_at), col(Interview.id))):
        interviews.setdefault(interview.application_id, []).append(interview)
    offered = session.exec(select(Offer).where(col(Offer.application_id).in_(ids)).order_by(col(Offer.number)))
    offers = {offer.application_id: offer for offer in offered}
    return [Line(row, *orders[row.job_order_id], tuple(interviews.get(row.id, ())), offers.get(row.id)) for row in rows]


def _candidates(session: Session, lines: Sequence[Line], today: date) -> list[Candidate]:
    ids = [line.application.case_id for line in lines]
    people = {
        case.id: (case, worker)
        for case, worker in session.exec(
            select(Case, Worker).join(Worker, col(Worker.id) == col(Case.worker_id)).where(col(Case.id).in_(ids))
        )
    }
    languages, months = skills.proven(session, ids), _experience(session, ids)
    found = []
    for line in lines:
        case, worker = people[line.application.case_id]
        running = line.application.state in LIVE
        # What became of the worker since is not for an employer that is no longer in the running.
        known = languages.get(case.id, {}) if running else {}
        found.append(
            Candidate(
                line=line,
                name=" ".join(part for part in (worker.given_names, worker.family_name) if part) or worker.native_name,
                occupation=case.occupation if running else line.order.occupation,
                job_title=case.job_title if running else line.order.title,
                languages={code: row.level for code, row in sorted(known.items()) if row.level},
                months=months.get(case.id) if running else None,
                ready_on=skills.ready_on(case, today) if running else None,
                cleared=running and case.life is CaseLife.CLEARED,
            )
        )
    return found


def _experience(session: Session, case_ids: Collection[UUID]) -> dict[UUID, int]:
    """The months of work that a decision on professional ability confirmed."""
    query = select(QualificationDecision).where(
        col(QualificationDecision.case_id).in_(list(case_ids)),
        col(QualificationDecision.kind) == QualificationKind.ABILITY,
        col(QualificationDecision.withdrawn_on).is_(None),
        col(QualificationDecision.outcome) != QualificationOutcome.NONE,
    )
    found: dict[UUID, int] = {}
    for row in session.exec(query):
        months = row.months if row.months is not None else row.years * 12 if row.years is not None else None
        if months is not None:
            found[row.case_id] = max(months, found.get(row.case_id, 0))
    return found


def _licences(session: Session, case_id: UUID) -> frozenset[str]:
    """The kinds of the papers that were accepted."""
    query = select(EvidenceItem.kind).where(
        EvidenceItem.case_id == case_id, col(EvidenceItem.status) == EvidenceStatus.ACCEPTED
    )
    return frozenset(session.exec(query))
