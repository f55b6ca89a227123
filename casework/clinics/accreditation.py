"""Whether a clinic may examine for a programme on a day; take an accreditation back, suspend a clinic, lift it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, exists, or_, true
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.rules import FROZEN
from casework.cases.tables import Case
from casework.clinics.rules import SUSPEND_REASONS
from casework.clinics.tables import ClinicAppointment, ClinicSuspension
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.medical.tables import MedicalExamination
from casework.organisations.service import licence_on
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from casework.work import Work

_Clinic = Mapped[UUID] | UUID
_Programme = Mapped[str] | str
_Day = Mapped[date] | date

WITHDRAW_REASONS: dict[str, Message] = {
    **SUSPEND_REASONS,
    "clinic_closed": _("The clinic has closed or gives it back."),
    "recorded_in_error": _("It was recorded in error."),
}


class SuspendClinic(BaseModel):
    """From `since` to `until` (None: until it is lifted), both included, in one programme or in all ("")."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    clinic_id: UUID
    since: date
    until: date | None = None
    programme_id: str = ""
    reason: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What an end of an accreditation touches: cases with an appointment that cannot be kept, and cases with an
    examination that was done without it."""

    appointments: tuple[UUID, ...]
    examinations: tuple[UUID, ...]


def accreditation_on(session: Session, clinic_id: UUID, programme_id: str, on: date) -> Licence | None:
    """The accreditation that covers the day for the programme, unless the clinic is suspended; else None."""
    if session.exec(select(_suspended(clinic_id, programme_id, on))).one():
        return None
    return licence_on(session, clinic_id, LicencePurpose.MEDICAL, programme_id, on)


def require_accredited(session: Session, clinic_id: UUID, programme_id: str, on: date) -> Licence:
    """The accreditation. Raises `Refused` (``not_accredited``)."""
    found = accreditation_on(session, clinic_id, programme_id, on)
    if found is None:
        raise Refused(
            "not_accredited",
            _("This clinic is not accredited for the programme on {day}.", day=on),
            _("Choose another day or another clinic; an administrator records accreditations."),
        )
    return found


def accredited(session: Session, programme_id: str, on: date, country: str) -> list[Organisation]:
    """The clinics of a country that may examine for the programme on the day, by name."""
    clinic = col(Organisation.id)
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.CLINIC,
        col(Organisation.active),
        Organisation.country == country,
        _licensed(clinic, programme_id, on),
        ~_suspended(clinic, programme_id, on),
    )
    return sorted(session.exec(query), key=lambda row: (row.name.casefold(), row.code))


def is_doubtful() -> ColumnElement[bool]:
    """Of a `ClinicAppointment` joined with its `Case`: the clinic may not examine on that day any more."""
    clinic, day = col(ClinicAppointment.clinic_id), col(ClinicAppointment.day)
    programme = col(Case.programme_id)
    return or_(~_licensed(clinic, programme, day), _suspended(clinic, programme, day))


def withdraw(work: Work, licence_id: UUID, on: date, reason: str) -> Touched:
    """An accreditation holds no more from `on` on; `reason` is a code of `WITHDRAW_REASONS`.

    The cases with an appointment from that day on are told in their history and looked at anew. From a day in the
    past on, an examination that no other accreditation covers counts as done by a clinic without one. Raises
    `NotFound` (``licence``), `Conflict` (``withdrawn``), `InvalidInput` (``dates``, ``unknown_reason``).
    """
    require(work.actor.role, Permission.MANAGE_ORGANISATIONS)
    recorded.known_reason(reason, WITHDRAW_REASONS)
    row = work.session.exec(select(Licence).where(Licence.id == licence_id).with_for_update()).one_or_none()
    if row is None or row.purpose is not LicencePurpose.MEDICAL:
        raise NotFound("licence", _("There is no such accreditation."), _("Open it from its clinic."))
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This was withdrawn already."), _("Look at its present state."))
    if not row.valid_from <= on <= row.valid_until:
        raise InvalidInput(
            "dates",
            _("The day does not lie within the accreditation."),
            _("Give the first day on which it holds no more."),
        )
    row.withdrawn_on = on
    work.session.add(row)
    work.session.flush()
    work.record("clinic.accreditation_withdrawn", f"organisation/{row.organisation_id}", data={"reason": reason})
    return _tell(work, row.organisation_id, on)


def suspend(work: Work, command: SuspendClinic) -> tuple[ClinicSuspension, Touched]:
    """A clinic may examine nobody for a time; its appointments in that time are told to their cases.

    Raises `InvalidInput` (``dates``, ``too_early``, ``unknown_reason``, ``organisation_kind``), `NotFound`.
    """
    require(work.actor.role, Permission.MANAGE_ORGANISATIONS)
    recorded.known_reason(command.reason, SUSPEND_REASONS)
    clinic = recorded.organisation(work, command.clinic_id, OrganisationKind.CLINIC)
    if command.since < work.today:
        raise InvalidInput(
            "too_early", _("A suspension begins today at the earliest."), _("Withdraw the accreditation instead.")
        )
    if command.until is not None and command.until < command.since:
        raise InvalidInput("dates", _("The suspension ends before it begins."), _("Correct the two days."))
    row = ClinicSuspension(**command.model_dump(), recorded_at=work.now, recorded_by=work.actor.key)
    work.session.add(row)
    work.session.flush()
    work.record("clinic.suspended", f"organisation/{clinic.id}", data={"reason": command.reason})
    return row, _tell(work, clinic.id, command.since)


def lift(work: Work, suspension_id: UUID) -> ClinicSuspension:
    """From today on the clinic may examine again. Raises `NotFound` (``suspension``), `Conflict` (``lifted``)."""
    require(work.actor.role, Permission.MANAGE_ORGANISATIONS)
    query = select(ClinicSuspension).where(ClinicSuspension.id == suspension_id).with_for_update()
    row = work.session.exec(query).one_or_none()
    if row is None:
        raise NotFound("suspension", _("There is no such suspension."), _("Open it from its clinic."))
    if not lasts(row, work.today):
        raise Conflict("lifted", _("This suspension is over already."), _("Look at its present state."))
    row.lifted_on = work.today
    work.session.add(row)
    work.record("clinic.suspension_lifted", f"organisation/{row.clinic_id}")
    return row


def lasts(row: ClinicSuspension, on: date) -> bool:
    """Whether a suspension is neither lifted nor over; it may begin later."""
    return row.lifted_on is None and (row.until is None or on <= row.until)


def suspensions(session: Session, clinic_id: UUID) -> list[ClinicSuspension]:
    """All suspensions of a clinic, the newest first."""
    query = select(ClinicSuspension).where(ClinicSuspension.clinic_id == clinic_id)
    return list(session.exec(query.order_by(col(ClinicSuspension.since).desc(), col(ClinicSuspension.id))))


def _tell(work: Work, clinic_id: UUID, since: date) -> Touched:
    """Tell the cases, of those that go on, whose appointment or examination is not covered any more."""
    bookings = _appointments(work.session, clinic_id, since)
    lost = _examinations(work.session, clinic_id, since)
    touched = Touched(tuple(sorted({row.case_id for row in bookings})), tuple(sorted({row.case_id for row in lost})))
    # An administrator reaches no case; the accreditation leads to these.
    changes.change_many(work, {*touched.appointments, *touched.examinations}, true())
    for booking in bookings:
        work.record("appointment.doubtful", f"booking/{booking.id}", case_id=booking.case_id)
    for row in lost:
        row.accredited = False
        work.session.add(row)
        work.record("medical.accreditation_lost", f"medical_examination/{row.id}", case_id=row.case_id)
    return touched


def _appointments(session: Session, clinic_id: UUID, since: date) -> list[Booking]:
    """The bookings that the clinic may not keep."""
    query = (
        select(Booking)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .join(Case, col(Case.id) == col(Booking.case_id))
        .where(
            ClinicAppointment.clinic_id == clinic_id,
            ClinicAppointment.day >= since,
            col(Booking.state) == BookingState.BOOKED,
            is_doubtful(),
            ~col(Case.life).in_(FROZEN),
        )
    )
    return list(session.exec(query.order_by(col(Booking.id))))


def _examinations(session: Session, clinic_id: UUID, since: date) -> list[MedicalExamination]:
    query = (
        select(MedicalExamination, Case.programme_id)
        .join(Case, col(Case.id) == col(MedicalExamination.case_id))
        .where(
            MedicalExamination.clinic_id == clinic_id,
            MedicalExamination.examined_on >= since,
            col(MedicalExamination.accredited),
            col(MedicalExamination.withdrawn_on).is_(None),
            ~col(Case.life).in_(FROZEN),
        )
    )
    rows = session.exec(query.order_by(col(MedicalExamination.id))).all()
    return [row for row, programme in rows if accreditation_on(session, clinic_id, programme, row.examined_on) is None]


def _licensed(clinic: _Clinic, programme: _Programme, day: _Day) -> ColumnElement[bool]:
    return exists().where(
        col(Licence.organisation_id) == clinic,
        col(Licence.purpose) == LicencePurpose.MEDICAL,
        or_(col(Licence.programme_id) == "", col(Licence.programme_id) == programme),
        col(Licence.valid_from) <= day,
        col(Licence.valid_until) >= day,
        or_(col(Licence.withdrawn_on).is_(None), col(Licence.withdrawn_on) > day),
    )


def _suspended(clinic: _Clinic, programme: _Programme, day: _Day) -> ColumnElement[bool]:
    return exists().where(
        col(ClinicSuspension.clinic_id) == clinic,
        or_(col(ClinicSuspension.programme_id) == "", col(ClinicSuspension.programme_id) == programme),
        col(ClinicSuspension.since) <= day,
        or_(col(ClinicSuspension.until).is_(None), col(ClinicSuspension.until) >= day),
        or_(col(ClinicSuspension.lifted_on).is_(None), col(ClinicSuspension.lifted_on) > day),
    )
