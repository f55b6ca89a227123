"""What an agency is permitted on a day: a live licence, no suspension, accreditation for the employer, job orders.

Reading only; the conditions are the same whether one agency is asked about or a query goes through many.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from basis.errors import NotFound, PredepartureError, Refused
from basis.messages import _
from casework.organisations.service import licence_on
from casework.organisations.tables import LicencePurpose, Organisation, OrganisationKind
from casework.recruitment.rules import OrderState
from casework.recruitment.tables import AgencySuspension, JobOrder, JobOrderClaim, Principal
from checklists.programme import Programme

_Id = Mapped[UUID] | Mapped[UUID | None] | UUID
_Programme = Mapped[str] | str
_Day = Mapped[date] | date


def permissions_of(
    session: Session, agency_id: UUID, programme: Programme, employer_id: UUID | None, on: date
) -> list[PredepartureError]:
    """What is missing for the agency to bring workers into the programme on the day, each as the error with its
    sentence and way out; nothing: it may. With an employer also what is missing for that one."""
    agency = _agency(session, agency_id)
    missing: list[PredepartureError] = []
    if licence_on(session, agency.id, LicencePurpose.RECRUITMENT, programme.id, on) is None:
        missing.append(_no_licence(agency))
    if is_suspended(session, agency.id, programme.id, on):
        missing.append(_suspended(agency))
    if employer_id is None:
        return missing
    if programme.asks_principals and not is_accredited(session, agency.id, employer_id, programme.id, on):
        missing.append(not_accredited())
    if programme.asks_job_orders and not _has_order(session, agency.id, employer_id, programme.id, on):
        missing.append(
            Refused(
                "no_job_order",
                _("No approved job order of this employer has a place left on {day}.", day=on),
                _("Ask for a job order; a supervisor of the office approves it."),
            )
        )
    return missing


def require_agency(session: Session, agency_id: UUID, programme_id: str, on: date) -> Organisation:
    """The agency, which may bring workers into the programme on the day.

    Raises `NotFound` (``agency``), `Refused` (``agency_licence``, ``agency_suspended``).
    """
    agency = _agency(session, agency_id)
    if licence_on(session, agency.id, LicencePurpose.RECRUITMENT, programme_id, on) is None:
        raise _no_licence(agency)
    if is_suspended(session, agency.id, programme_id, on):
        raise _suspended(agency)
    return agency


def require_order(session: Session, programme: Programme, order: JobOrder, on: date) -> None:
    """The agency of a job order may still bring workers to its employer: for whom gets a place in it now. An order of
    the office itself needs nobody's permission.

    Raises `NotFound` (``agency``), `Refused` (``agency_licence``, ``agency_suspended``, ``not_accredited``).
    """
    if order.agency_id is None:
        return
    require_agency(session, order.agency_id, programme.id, on)
    accredited = is_accredited(session, order.agency_id, order.employer_id, programme.id, on)
    if programme.asks_principals and not accredited:
        raise not_accredited()


def is_suspended(session: Session, agency_id: UUID, programme_id: str, on: date) -> bool:
    return bool(session.exec(select(suspended(agency_id, programme_id, on))).one())


def is_accredited(session: Session, agency_id: UUID, employer_id: UUID, programme_id: str, on: date) -> bool:
    return bool(session.exec(select(accredited(agency_id, employer_id, programme_id, on))).one())


def suspended(agency: _Id, programme: _Programme, day: _Day) -> ColumnElement[bool]:
    """Whether an agency may bring nobody into a programme on a day."""
    return exists().where(
        col(AgencySuspension.agency_id) == agency,
        or_(col(AgencySuspension.programme_id) == "", col(AgencySuspension.programme_id) == programme),
        col(AgencySuspension.since) <= day,
        or_(col(AgencySuspension.until).is_(None), col(AgencySuspension.until) >= day),
        or_(col(AgencySuspension.lifted_on).is_(None), col(AgencySuspension.lifted_on) > day),
    )


def accredited(agency: _Id, employer: _Id, programme: _Programme, day: _Day) -> ColumnElement[bool]:
    """Whether an agency may recruit for an employer in a programme on a day."""
    return exists().where(
        col(Principal.agency_id) == agency,
        col(Principal.employer_id) == employer,
        or_(col(Principal.programme_id) == "", col(Principal.programme_id) == programme),
        col(Principal.valid_from) <= day,
        col(Principal.valid_until) >= day,
        or_(col(Principal.withdrawn_on).is_(None), col(Principal.withdrawn_on) > day),
    )


def not_accredited() -> Refused:
    """``not_accredited``: the agency may not recruit for the employer."""
    return Refused(
        "not_accredited",
        _("The agency is not accredited for this employer today."),
        _("Ask the office to record the accreditation."),
    )


def _has_order(session: Session, agency_id: UUID, employer_id: UUID, programme_id: str, on: date) -> bool:
    used = (
        select(func.count())
        .select_from(JobOrderClaim)
        .where(col(JobOrderClaim.job_order_id) == col(JobOrder.id), col(JobOrderClaim.released_at).is_(None))
        .scalar_subquery()
    )
    query = select(JobOrder.id).where(
        JobOrder.agency_id == agency_id,
        JobOrder.employer_id == employer_id,
        JobOrder.programme_id == programme_id,
        col(JobOrder.state) == OrderState.APPROVED,
        col(JobOrder.valid_from) <= on,
        col(JobOrder.valid_until) >= on,
        col(JobOrder.headcount) > used,
    )
    return session.exec(query.limit(1)).one_or_none() is not None


def _agency(session: Session, agency_id: UUID) -> Organisation:
    agency = session.get(Organisation, agency_id)
    if agency is None or agency.kind is not OrganisationKind.AGENCY or not agency.active:
        raise NotFound(
            "agency", _("There is no such agency."), _("List the agencies with: predeparture organisation list.")
        )
    return agency


def _no_licence(agency: Organisation) -> Refused:
    return Refused(
        "agency_licence",
        _("The agency {code} has no recruitment licence that covers today.", code=agency.code),
        _("Ask an administrator to record the licence."),
    )


def _suspended(agency: Organisation) -> Refused:
    return Refused(
        "agency_suspended",
        _("The agency {code} is suspended and brings nobody for now.", code=agency.code),
        _("Ask a supervisor of the office about the suspension."),
    )
