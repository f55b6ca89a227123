"""The costs of cases, what is wrong with them, and the alerts that wait for a supervisor. Reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import Session, col, func, select

from basis.messages import _
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import find, visible
from casework.cases.rules import ACTIVE, CaseLife
from casework.cases.tables import Case
from casework.contracts import queries as contracts
from casework.contracts.rules import ContractKind, Terms
from casework.costs import rules
from casework.costs.rules import AlertState, Corridor, CostHead, Finding, FindingKind, Paid
from casework.costs.tables import Cost, CostsAsked, FeeAlert, FeeAlertPayee, FeeAlertStep
from casework.recruitment.tables import JobOrder, JobOrderClaim
from casework.vault import Vault
from casework.workers.tables import Worker
from checklists.programme import Programme
from checklists.requirement import CostBearer


class Show(StrEnum):
    """The parts of the list of alerts. `AGREED`: the departure waits for them."""

    OPEN = "open"
    AGREED = "agreed"
    REFUNDED = "refunded"
    ALLOWED = "allowed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert with its case and its worker."""

    row: FeeAlert
    case: Case
    worker: Worker


@dataclass(frozen=True, slots=True)
class FeeFindings:
    """Alerts that count on the record of an agency. One whose cost was recorded wrongly or was allowed counts not."""

    open: int = 0
    refunded: int = 0

    @property
    def total(self) -> int:
        return self.open + self.refunded


@dataclass(frozen=True, slots=True)
class Total:
    """What one side paid for a head in one currency."""

    head: CostHead
    paid_by: CostBearer
    amount: Money


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Cost]:
    """Every version of every cost of a case, by the day it was paid and then by its number."""
    require(actor.role, Permission.SEE_COSTS)
    find(session, actor, case_id)
    return versions(session, case_id)


def versions(session: Session, case_id: UUID) -> list[Cost]:
    """The same for a case that was found already."""
    query = select(Cost).where(Cost.case_id == case_id)
    return list(session.exec(query.order_by(col(Cost.paid_on), col(Cost.first_id), col(Cost.number))))


def totals(rows: Iterable[Cost]) -> list[Total]:
    """Sums of the costs that hold, per head, side and currency."""
    sums: dict[tuple[CostHead, CostBearer, str], int] = defaultdict(int)
    for row in rows:
        if row.live:
            sums[row.head, row.paid_by, row.currency] += row.amount_minor
    return [Total(head, bearer, Money(minor, currency)) for (head, bearer, currency), minor in sorted(sums.items())]


def findings(session: Session, vault: Vault, programme: Programme, case: Case, rows: Sequence[Cost]) -> list[Finding]:
    """What is wrong with the costs of a case, or cannot be said, by the rules of its programme."""
    paid = [
        Paid(
            row.id,
            row.head,
            Money(row.amount_minor, row.currency),
            row.paid_by,
            row.paid_on,
            bool(row.receipt or row.evidence_id),
        )
        for row in rows
        if row.live
    ]
    found = rules.check(programme, corridor_of(session, vault, programme, case), paid) if paid else []
    if asked(session, case.id) is None:
        found.append(Finding(FindingKind.NOT_ASKED, rules.ANY, _("Nobody has asked the worker yet what was paid.")))
    return found


def corridor_of(session: Session, vault: Vault, programme: Programme, case: Case) -> Corridor:
    """Whom the ceilings of a programme are asked for: the worker's nationality is the origin, and the wage is that of
    the signed contract, else of the job order."""
    destination = case.destination
    if not destination and len(programme.destinations) == 1:
        destination = programme.destinations[0]
    worker = session.get_one(Worker, case.worker_id)
    wage = contract_wage(session, vault, case) or wage_of(session, case.id)
    return Corridor(worker.nationality, destination, case.occupation, wage)


def contract_wage(session: Session, vault: Vault, case: Case) -> Money | None:
    """The monthly wage by the signed contract that counts; None where there is none, or it does not say enough."""
    signed = contracts.live(session, case.id, ContractKind.SIGNED)
    return _monthly(contracts.terms_of(vault, case, signed)) if signed is not None else None


def wage_of(session: Session, case_id: UUID) -> Money | None:
    """The monthly wage of the approved job order in which the worker has a place; None where none is known."""
    query = (
        select(JobOrder)
        .join(JobOrderClaim, col(JobOrderClaim.job_order_id) == col(JobOrder.id))
        .where(JobOrderClaim.case_id == case_id, col(JobOrderClaim.released_at).is_(None), JobOrder.in_force > 0)
    )
    row = session.exec(query).one_or_none()
    if row is None:
        return None
    minutes = row.weekly_hours * 60 if row.weekly_hours is not None else None
    return _monthly(
        Terms(wage_minor=row.wage_minor, currency=row.currency, wage_per=row.wage_per, weekly_minutes=minutes)
    )


def asked(session: Session, case_id: UUID) -> CostsAsked | None:
    """When the worker was asked last what was paid; None if never."""
    query = select(CostsAsked).where(CostsAsked.case_id == case_id)
    return session.exec(query.order_by(col(CostsAsked.asked_on).desc(), col(CostsAsked.id).desc())).first()


def alerts_of(session: Session, case_id: UUID) -> list[FeeAlert]:
    """The alerts of a case, those to be resolved first."""
    rows = session.exec(select(FeeAlert).where(FeeAlert.case_id == case_id).order_by(col(FeeAlert.id)))
    return sorted(rows, key=lambda row: row.state is not AlertState.OPEN)


def steps_of(session: Session, alert_ids: Collection[UUID]) -> dict[UUID, list[FeeAlertStep]]:
    """The steps of alerts by their id, oldest first."""
    found: dict[UUID, list[FeeAlertStep]] = {one: [] for one in alert_ids}
    query = select(FeeAlertStep).where(col(FeeAlertStep.alert_id).in_(alert_ids)).order_by(col(FeeAlertStep.id))
    for row in session.exec(query):
        found[row.alert_id].append(row)
    return found


def payees_of(session: Session, alert_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """On whose record alerts count as paid to them, by the id of the alert."""
    found: dict[UUID, frozenset[UUID]] = dict.fromkeys(alert_ids, frozenset())
    for row in session.exec(select(FeeAlertPayee).where(col(FeeAlertPayee.alert_id).in_(alert_ids))):
        found[row.alert_id] |= {row.organisation_id}
    return found


def present_payees(rows: Iterable[Cost], alert: FeeAlert) -> frozenset[UUID]:
    """To whom the worker paid what an alert is about, by the costs as they stand."""
    return frozenset(row.payee_id for row in rows if row.payee_id and row.live and is_about(alert, row))


def is_about(alert: FeeAlert, cost: Cost) -> bool:
    """Whether an alert is about a cost: the worker paid it, for its head or any, in its currency."""
    heads = alert.head in (rules.ANY, cost.head.value)
    return cost.paid_by is CostBearer.WORKER and heads and cost.currency == alert.currency


def recorders(rows: Iterable[Cost], head: str) -> frozenset[str]:
    """Who recorded or corrected the costs that an alert is about; `head` may be `rules.ANY`."""
    every = list(rows)
    about = {row.first_id for row in every if head in (rules.ANY, row.head.value)}
    return frozenset(row.recorded_by for row in every if row.first_id in about)


def first_paid(rows: Iterable[Cost], alert: FeeAlert) -> date:
    """The first day on which something that an alert is about was paid, by every version of the costs."""
    days = (row.paid_on for row in rows if alert.head in (rules.ANY, row.head.value) and row.currency == alert.currency)
    return min(days, default=alert.opened_on)


def waiting(session: Session, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The cases, of these, whose departure waits for an alert because the worker wants it so."""
    query = select(FeeAlert.case_id).where(
        col(FeeAlert.case_id).in_(list(case_ids)),
        col(FeeAlert.state) == AlertState.OPEN,
        col(FeeAlert.agreed_on).is_not(None),
    )
    return frozenset(session.exec(query.distinct()))


def listed(session: Session, actor: Actor, show: Show, *, limit: int, offset: int = 0) -> tuple[list[AlertLine], int]:
    """Alerts of cases that the actor may know of, the oldest first, and how many there are."""
    require(actor.role, Permission.SEE_COSTS)
    query = (
        select(FeeAlert, Case, Worker)
        .join(Case, col(Case.id) == col(FeeAlert.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(visible(actor), _part(show))
        .order_by(col(FeeAlert.opened_on), col(FeeAlert.id))
    )
    rows = session.exec(query.offset(offset).limit(limit)).all()
    return [AlertLine(*row) for row in rows], count(session, actor, show)


def count(session: Session, actor: Actor, show: Show) -> int:
    """How many alerts of a part there are within the actor's reach."""
    query = select(func.count()).select_from(FeeAlert).join(Case, col(Case.id) == col(FeeAlert.case_id))
    return session.exec(query.where(visible(actor), _part(show))).one()


def findings_of(
    session: Session, agency_ids: Iterable[UUID], opened_until: date | None = None
) -> Mapping[UUID, FeeFindings]:
    """What counts on the record of agencies: the alerts of the workers who came through them, and those about money
    that was paid to them, raised up to a day. Two queries, whatever the number."""
    ids = list(agency_ids)
    kept = and_(
        col(FeeAlert.state).in_([AlertState.OPEN, AlertState.REFUNDED]),
        col(FeeAlert.opened_on) <= opened_until if opened_until is not None else true(),
    )
    came = (
        select(col(Case.agency_id), FeeAlert.id, FeeAlert.state)
        .join(Case, col(Case.id) == col(FeeAlert.case_id))
        .where(col(Case.agency_id).in_(ids), kept)
    )
    paid = (
        select(FeeAlertPayee.organisation_id, FeeAlert.id, FeeAlert.state)
        .join(FeeAlert, col(FeeAlert.id) == col(FeeAlertPayee.alert_id))
        .where(col(FeeAlertPayee.organisation_id).in_(ids), kept)
    )
    states: dict[UUID, dict[UUID, AlertState]] = {one: {} for one in ids}
    for agency_id, alert_id, state in (*session.exec(came), *session.exec(paid)):
        if agency_id is not None:
            states[agency_id][alert_id] = AlertState(state)
    return {
        one: FeeFindings(
            sum(state is AlertState.OPEN for state in found.values()),
            sum(state is AlertState.REFUNDED for state in found.values()),
        )
        for one, found in states.items()
    }


def to_check(session: Session, today: date, limit: int) -> list[UUID]:
    """Cases that have not ended in which the worker paid something that nobody has looked at today: a ceiling may be
    counted in a wage that became known since, or stand in a new version of the programme."""
    query = (
        select(Cost.case_id)
        .join(Case, col(Case.id) == col(Cost.case_id))
        .where(
            Cost.checked_on < today,
            col(Cost.live),
            Cost.paid_by == CostBearer.WORKER,
            col(Case.life).in_([*ACTIVE, CaseLife.ON_HOLD]),
        )
        .distinct()
    )
    return list(session.exec(query.order_by(col(Cost.case_id)).limit(limit)))


def _monthly(terms: Terms) -> Money | None:
    """Rounded down, so that no ceiling becomes higher by it."""
    monthly = terms.monthly_wage
    return Money(int(monthly), terms.currency) if monthly else None


def _part(show: Show) -> ColumnElement[bool]:
    if show is Show.AGREED:
        return and_(col(FeeAlert.state) == AlertState.OPEN, col(FeeAlert.agreed_on).is_not(None))
    return col(FeeAlert.state) == AlertState(show.value)
