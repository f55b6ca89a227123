"""Job orders as pages and commands list them: whose, how far used, what waits for a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlmodel import Session, col, func, select

from basis.errors import InvalidInput
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases.changes import visible as visible_cases
from casework.cases.tables import Case
from casework.organisations.tables import Organisation, OrganisationKind
from casework.recruitment import claims
from casework.recruitment.claims import Places
from casework.recruitment.rules import OrderState, VersionState
from casework.recruitment.tables import JobOrder, JobOrderClaim, JobOrderVersion


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A job order with its employer, its agency (None: the office itself), its places, and whether something that was
    asked of it waits for a decision."""

    order: JobOrder
    employer: Organisation
    agency: Organisation | None
    places: Places
    waits: bool


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which job orders are listed; "" and None stand for all."""

    state: OrderState | None = None
    programme_id: str = ""
    agency_id: UUID | None = None
    employer_id: UUID | None = None
    waiting: bool = False


def order_json(line: OrderLine) -> dict[str, str | int]:
    """A job order for programs: codes, days as ISO 8601, the wage in minor units of its currency. The keys are the same
    for each, so that they are also the columns of a table."""
    order = line.order
    return {
        "number": order.number,
        "state": order.state.value,
        "programme": order.programme_id,
        "employer": line.employer.code,
        "agency": line.agency.code if line.agency else "",
        "occupation": order.occupation,
        "title": order.title,
        "destination": order.destination,
        "headcount": order.headcount,
        "used": line.places.used,
        "remaining": line.places.remaining,
        "wage_minor": order.wage_minor,
        "currency": order.currency,
        "per": order.wage_per.value,
        "weekly_hours": order.weekly_hours or "",
        "valid_from": order.valid_from.isoformat(),
        "valid_until": order.valid_until.isoformat(),
        "waits": int(line.waits),
    }


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which job orders an actor may know of: an agency and an employer their own, an office its own."""
    if actor.role is None:
        return true()
    if not may(actor.role, Permission.SEE_RECRUITMENT) or actor.organisation_id is None:
        return false()
    own = {Role.AGENCY_USER: JobOrder.agency_id, Role.EMPLOYER_USER: JobOrder.employer_id}
    return col(own.get(actor.role, JobOrder.office_id)) == actor.organisation_id


def listed(
    session: Session, actor: Actor, asked: OrderFilter = OrderFilter(), *, limit: int, offset: int = 0
) -> tuple[list[OrderLine], int]:
    """Job orders, what waits for a decision first, then the newest, and how many there are in all."""
    require(actor.role, Permission.SEE_RECRUITMENT)
    waits = _waits()
    where = [visible(actor), *_conditions(asked)]
    query = (
        select(JobOrder, waits)
        .where(*where)
        .order_by(waits.desc(), col(JobOrder.asked_at).desc(), col(JobOrder.id))
        .limit(limit)
        .offset(offset)
    )
    rows = list(session.exec(query))
    total = session.exec(select(func.count()).select_from(JobOrder).where(*where)).one()
    return _lines(session, rows), total


def line_of(session: Session, actor: Actor, job_order_id: UUID) -> OrderLine:
    """One job order. Raises `NotFound` (``job_order``)."""
    order = find(session, actor, job_order_id)
    return _lines(session, [(order, pending(session, order.id) is not None)])[0]


def find(session: Session, actor: Actor, job_order_id: UUID) -> JobOrder:
    """A job order that the actor may know of. Raises `NotFound` (``job_order``), `Refused` (``role``)."""
    require(actor.role, Permission.SEE_RECRUITMENT)
    order = session.exec(select(JobOrder).where(JobOrder.id == job_order_id, visible(actor))).one_or_none()
    if order is None:
        raise claims.unknown()
    return order


def by_number(session: Session, actor: Actor, number: str) -> JobOrder:
    """The job order with this number. Raises `NotFound` (``job_order``), `InvalidInput` (``two_offices``)."""
    require(actor.role, Permission.SEE_RECRUITMENT)
    wanted = " ".join(number.split()).upper()
    found = session.exec(select(JobOrder).where(JobOrder.number == wanted, visible(actor)).limit(2)).all()
    if len(found) > 1:
        raise InvalidInput(
            "two_offices",
            _("Two offices have a job order with this number."),
            _("Say who asks, with --as and an account of the office."),
        )
    if not found:
        raise claims.unknown()
    return found[0]


def versions(session: Session, job_order_id: UUID) -> list[JobOrderVersion]:
    """All that was asked for, the newest first."""
    query = select(JobOrderVersion).where(JobOrderVersion.job_order_id == job_order_id)
    return list(session.exec(query.order_by(col(JobOrderVersion.number).desc())))


def pending(session: Session, job_order_id: UUID) -> JobOrderVersion | None:
    """What waits for a decision."""
    query = select(JobOrderVersion).where(
        JobOrderVersion.job_order_id == job_order_id, col(JobOrderVersion.state) == VersionState.ASKED
    )
    return session.exec(query).one_or_none()


def latest_version(session: Session, job_order_id: UUID) -> int:
    """The number of what was asked for last."""
    query = select(func.max(JobOrderVersion.number)).where(JobOrderVersion.job_order_id == job_order_id)
    return session.exec(query).one() or 0


def holders(
    session: Session, actor: Actor, job_order_id: UUID, *, limit: int, offset: int = 0
) -> tuple[list[tuple[Case, JobOrderClaim]], int]:
    """The cases that have a place, of those that the actor may know of, and how many."""
    where = (
        JobOrderClaim.job_order_id == job_order_id,
        col(JobOrderClaim.released_at).is_(None),
        visible_cases(actor),
    )
    joined = select(Case, JobOrderClaim).join(JobOrderClaim, col(JobOrderClaim.case_id) == col(Case.id)).where(*where)
    rows = session.exec(joined.order_by(col(Case.reference)).limit(limit).offset(offset)).all()
    counted = select(func.count()).select_from(Case).join(JobOrderClaim, col(JobOrderClaim.case_id) == col(Case.id))
    return list(rows), session.exec(counted.where(*where)).one()


def waiting_count(session: Session, actor: Actor) -> int:
    """How many job orders have something that waits for a decision of the actor's office."""
    if not may(actor.role, Permission.MANAGE_RECRUITMENT):
        return 0
    query = select(func.count()).select_from(JobOrder).where(visible(actor), _waits())
    return session.exec(query).one()


def in_force(session: Session, agency_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many approved job orders each agency has."""
    query = (
        select(JobOrder.agency_id, func.count())
        .where(col(JobOrder.agency_id).in_(agency_ids), col(JobOrder.state) == OrderState.APPROVED)
        .group_by(col(JobOrder.agency_id))
    )
    return {agency_id: number for agency_id, number in session.exec(query) if agency_id is not None}


def employers_of(session: Session, office_id: UUID) -> list[Organisation]:
    """The employers that work with an office and may still act, by name."""
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.EMPLOYER,
        Organisation.office_id == office_id,
        col(Organisation.active),
    )
    return list(session.exec(query.order_by(col(Organisation.name), col(Organisation.id))))


def _waits() -> ColumnElement[bool]:
    """Of a `JobOrder`: something that was asked of it waits for a decision."""
    return (
        select(JobOrderVersion.id)
        .where(col(JobOrderVersion.job_order_id) == col(JobOrder.id), col(JobOrderVersion.state) == VersionState.ASKED)
        .exists()
    )


def _conditions(asked: OrderFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.state is not None:
        found.append(col(JobOrder.state) == asked.state)
    if asked.programme_id:
        found.append(col(JobOrder.programme_id) == asked.programme_id)
    if asked.agency_id is not None:
        found.append(col(JobOrder.agency_id) == asked.agency_id)
    if asked.employer_id is not None:
        found.append(col(JobOrder.employer_id) == asked.employer_id)
    if asked.waiting:
        found.append(_waits())
    return found


def _lines(session: Session, rows: Sequence[tuple[JobOrder, bool]]) -> list[OrderLine]:
    ids = {one for order, _waits in rows for one in (order.employer_id, order.agency_id) if one is not None}
    named: Mapping[UUID, Organisation] = {
        row.id: row for row in session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    }
    places = claims.places(session, [order.id for order, _waits in rows])
    return [
        OrderLine(
            order,
            named[order.employer_id],
            named[order.agency_id] if order.agency_id else None,
            places[order.id],
            bool(waits),
        )
        for order, waits in rows
    ]
