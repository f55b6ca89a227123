"""Suspend agencies and lift it, accredit their principals, keep the guarantee of a licence and revoke it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from babel.core import get_global
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.rules import BEFORE_DEPARTURE
from casework.cases.tables import Case
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from casework.recruitment.permissions import suspended
from casework.recruitment.rules import MOST_WAGE, REVOKE_REASONS, SUSPEND_REASONS
from casework.recruitment.tables import AgencySuspension, JobOrder, JobOrderClaim, Principal
from casework.work import Work
from checklists.catalogue import Catalogue


class SuspendAgency(BaseModel):
    """From `since` to `until` (None: until it is lifted), both included, in one programme or in all ("")."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    agency_id: UUID
    since: date
    until: date | None = None
    programme_id: str = ""
    reason: str
    authority: str


class AddPrincipal(BaseModel):
    """An employer whom the agency may recruit for, first and last day included, in one programme or in all ("")."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    agency_id: UUID
    employer_id: UUID
    number: str
    authority: str = ""
    valid_from: date
    valid_until: date
    programme_id: str = ""


def suspend(work: Work, catalogue: Catalogue, command: SuspendAgency) -> tuple[AgencySuspension, int]:
    """The agency brings nobody for a time, from today on at the earliest; its open cases are flagged while it lasts.

    Returns how many cases that are. Raises `NotFound` (``agency``, ``unknown_programme``), `InvalidInput` (``dates``,
    ``too_early``, ``unknown_reason``, ``missing_value``).
    """
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    recorded.known_reason(command.reason, SUSPEND_REASONS)
    agency = own_agency(work, command.agency_id)
    _require_programme(catalogue, command.programme_id)
    if command.since < work.today:
        raise InvalidInput(
            "too_early", _("A suspension begins today at the earliest."), _("Give today or a later day.")
        )
    if command.until is not None and command.until < command.since:
        raise InvalidInput("dates", _("The suspension ends before it begins."), _("Correct the two days."))
    row = AgencySuspension(
        agency_id=agency.id,
        programme_id=command.programme_id,
        since=command.since,
        until=command.until,
        reason=command.reason,
        authority=recorded.text(command.authority, _("authority")),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.record("agency.suspended", f"organisation/{agency.id}", data={"reason": row.reason})
    touched = [col(Case.agency_id) == agency.id, col(Case.life).in_(BEFORE_DEPARTURE)]
    if row.programme_id:
        touched.append(col(Case.programme_id) == row.programme_id)
    return row, work.session.exec(select(func.count()).select_from(Case).where(*touched)).one()


def lift(work: Work, suspension_id: UUID) -> AgencySuspension:
    """From today on the agency may bring workers again. Raises `NotFound` (``suspension``), `Conflict` (``lifted``)."""
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    query = select(AgencySuspension).where(AgencySuspension.id == suspension_id).with_for_update()
    row = work.session.exec(query).one_or_none()
    if row is None:
        raise NotFound("suspension", _("There is no such suspension."), _("Open it from its agency."))
    own_agency(work, row.agency_id)
    if not lasts(row, work.today):
        raise Conflict("lifted", _("This suspension is over already."), _("Look at its present state."))
    row.lifted_on, row.lifted_by = work.today, work.actor.key
    work.session.add(row)
    work.record("agency.suspension_lifted", f"organisation/{row.agency_id}")
    return row


def lasts(row: AgencySuspension, on: date) -> bool:
    """Whether a suspension is neither lifted nor over; it may begin later."""
    return row.lifted_on is None and (row.until is None or on <= row.until)


def flagged(on: date) -> ColumnElement[bool]:
    """Of a `Case`: it goes on, and the agency that brought it is suspended on the day."""
    return col(Case.life).in_(BEFORE_DEPARTURE) & suspended(col(Case.agency_id), col(Case.programme_id), on)


def is_flagged(session: Session, case: Case, on: date) -> bool:
    """Whether the agency that brought a case which goes on is suspended on the day."""
    return case.agency_id is not None and bool(
        session.exec(select(func.count()).select_from(Case).where(Case.id == case.id, flagged(on))).one()
    )


def left_order() -> ColumnElement[bool]:
    """Of a `Case`: it goes on, and its worker, who had a place in a job order of the agency, has none any more."""
    had = select(JobOrderClaim.id).join(JobOrder, col(JobOrder.id) == col(JobOrderClaim.job_order_id))
    had = had.where(col(JobOrderClaim.case_id) == col(Case.id), col(JobOrder.agency_id) == col(Case.agency_id))
    has = select(JobOrderClaim.id).where(
        col(JobOrderClaim.case_id) == col(Case.id), col(JobOrderClaim.released_at).is_(None)
    )
    return col(Case.life).in_(BEFORE_DEPARTURE) & had.exists() & ~has.exists()


def accredit(work: Work, catalogue: Catalogue, command: AddPrincipal) -> Principal:
    """Record that the agency may recruit for the employer.

    Raises `NotFound` (also ``unknown_programme``), `InvalidInput` (``dates``, ``organisation_kind``,
    ``missing_value``), `Conflict` (``accredited``) where one of these days is covered already.
    """
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    agency = own_agency(work, command.agency_id)
    _require_programme(catalogue, command.programme_id)
    employer = recorded.organisation(work, command.employer_id, OrganisationKind.EMPLOYER)
    if employer.office_id != agency.office_id or not employer.active:
        raise NotFound("employer", _("There is no such employer."), _("Choose one from the list."))
    if command.valid_until < command.valid_from:
        raise InvalidInput("dates", _("The accreditation ends before it begins."), _("Correct the two days."))
    overlapping = select(Principal).where(
        Principal.agency_id == agency.id,
        Principal.employer_id == employer.id,
        Principal.programme_id == command.programme_id,
        col(Principal.withdrawn_on).is_(None),
        Principal.valid_from <= command.valid_until,
        Principal.valid_until >= command.valid_from,
    )
    if work.session.exec(overlapping.limit(1)).one_or_none() is not None:
        raise Conflict(
            "accredited",
            _("The agency is accredited for this employer on some of these days already."),
            _("Begin after the last day of the accreditation that is there."),
        )
    row = Principal(
        agency_id=agency.id,
        employer_id=employer.id,
        programme_id=command.programme_id,
        number=recorded.text(command.number, _("number"), 60),
        authority=recorded.text(command.authority, _("authority"), needed=False),
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.record("agency.accredited", f"principal/{row.id}", data={"employer": str(employer.id)})
    return row


def withdraw_principal(work: Work, principal_id: UUID, on: date, reason: str) -> Principal:
    """The accreditation holds no more from `on` on. Raises `NotFound` (``principal``), `Conflict` (``withdrawn``),
    `InvalidInput` (``dates``, ``unknown_reason``)."""
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    query = select(Principal).where(Principal.id == principal_id).with_for_update()
    row = work.session.exec(query).one_or_none()
    if row is None:
        raise NotFound("principal", _("There is no such accreditation."), _("Open it from its agency."))
    own_agency(work, row.agency_id)
    _withdraw(work, row, on, reason)
    work.record("agency.accreditation_withdrawn", f"principal/{row.id}", data={"reason": reason})
    return row


def revoke_licence(work: Work, licence_id: UUID, on: date, reason: str) -> Licence:
    """An agency's licence holds no more from `on` on. Raises `NotFound` (``licence``), `Conflict` (``withdrawn``),
    `InvalidInput` (``dates``, ``unknown_reason``)."""
    row = _licence(work, licence_id)
    _withdraw(work, row, on, reason)
    work.record("agency.licence_revoked", f"organisation/{row.organisation_id}", data={"reason": reason})
    return row


def keep_guarantee(work: Work, licence_id: UUID, amount: Money, bank: str, until: date) -> Licence:
    """What the agency deposited for its licence, where, and until when it stands.

    Raises `NotFound` (``licence``), `InvalidInput` (``invalid_amount``, ``currency``, ``missing_value``, ``dates``).
    """
    row = _licence(work, licence_id)
    if not 0 < amount.minor <= MOST_WAGE:
        raise InvalidInput(
            "invalid_amount", _("The guarantee is more than nothing."), _("Write the amount that was deposited.")
        )
    if amount.currency not in get_global("all_currencies"):
        raise InvalidInput("currency", _("The currency is not known."), _("Write its code by ISO 4217, such as EUR."))
    if until < row.valid_from:
        raise InvalidInput("dates", _("The guarantee ends before the licence begins."), _("Correct the day."))
    row.guarantee_minor, row.guarantee_currency = amount.minor, amount.currency
    row.guarantee_bank = recorded.text(bank, _("bank"))
    row.guarantee_until = until
    work.session.add(row)
    work.record("agency.guarantee_kept", f"organisation/{row.organisation_id}")
    return row


def licences_of(session: Session, agency_id: UUID) -> list[Licence]:
    """The licences to recruit of an agency, the one that ends last first."""
    query = select(Licence).where(
        Licence.organisation_id == agency_id, col(Licence.purpose) == LicencePurpose.RECRUITMENT
    )
    return list(session.exec(query.order_by(col(Licence.valid_until).desc(), col(Licence.id))))


def principals_of(session: Session, agency_id: UUID) -> list[Principal]:
    """The accreditations of an agency for employers, the one that ends last first."""
    query = select(Principal).where(Principal.agency_id == agency_id)
    return list(session.exec(query.order_by(col(Principal.valid_until).desc(), col(Principal.id))))


def suspensions_of(session: Session, agency_id: UUID) -> list[AgencySuspension]:
    """All suspensions of an agency, the newest first."""
    query = select(AgencySuspension).where(AgencySuspension.agency_id == agency_id)
    return list(session.exec(query.order_by(col(AgencySuspension.since).desc(), col(AgencySuspension.id))))


def own_agency(work: Work, agency_id: UUID) -> Organisation:
    """An agency that works with the actor's office. Raises `NotFound` (``agency``)."""
    agency = known_agency(work.session, work.actor, agency_id)
    if agency is None:
        raise NotFound(
            "agency", _("There is no such agency, or it is not one of yours."), _("Choose one from the list.")
        )
    return agency


def known_agency(session: Session, actor: Actor, agency_id: UUID) -> Organisation | None:
    """An agency that the actor may know of: its own, or one that works with the actor's office."""
    agency = session.get(Organisation, agency_id)
    if agency is None or agency.kind is not OrganisationKind.AGENCY:
        return None
    mine = actor.role is None or actor.organisation_id in (agency.id, agency.office_id)
    return agency if mine else None


def _require_programme(catalogue: Catalogue, programme_id: str) -> None:
    """One of the catalogue, in whatever version, or all: what is forbidden in an unknown one is forbidden nowhere."""
    if programme_id:
        catalogue.get(programme_id)


def _licence(work: Work, licence_id: UUID) -> Licence:
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    row = work.session.exec(select(Licence).where(Licence.id == licence_id).with_for_update()).one_or_none()
    if row is None or row.purpose is not LicencePurpose.RECRUITMENT:
        raise NotFound("licence", _("There is no such licence."), _("Open it from its agency."))
    own_agency(work, row.organisation_id)
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This was withdrawn already."), _("Look at its present state."))
    return row


def _withdraw(work: Work, row: Licence | Principal, on: date, reason: str) -> None:
    recorded.known_reason(reason, REVOKE_REASONS)
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This was withdrawn already."), _("Look at its present state."))
    if not row.valid_from <= on <= row.valid_until:
        raise InvalidInput(
            "dates", _("The day does not lie within the time it was given for."), _("Give the first day without it.")
        )
    row.withdrawn_on, row.withdrawn_reason = on, reason
    work.session.add(row)
