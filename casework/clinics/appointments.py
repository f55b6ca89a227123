"""Appointments at clinics: book, move and cancel them; say who came, and whether it was the right person."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.clinics import rules, slots
from casework.clinics.accreditation import require_accredited
from casework.clinics.assigning import assigned, medical_stage
from casework.clinics.tables import ClinicAppointment, ClinicSlot
from casework.diary import service as diary
from casework.diary.rules import STANDS, BookingKind, BookingState
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.medical.tables import SecondOpinion
from casework.organisations.tables import Organisation
from casework.photos import service as photos
from casework.work import Work
from checklists.catalogue import Catalogue


class BookAppointment(BaseModel):
    """A place in a slot of the clinic that was assigned, or of the one that is to give a second opinion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    slot_id: UUID


def book(
    work: Work, catalogue: Catalogue, command: BookAppointment, expected_version: int | None = None
) -> ClinicAppointment:
    """Book it and make the referral slip.

    Raises `InvalidInput` (``no_medical``, ``in_the_past``), `NotFound` (``slot``), `Refused` (``other_clinic``,
    ``not_accredited``), `Conflict` (``not_assigned``, ``booked_already``, ``slot_closed``, ``slot_full``, and as
    `diary.book`).
    """
    require(work.actor.role, Permission.BOOK_APPOINTMENTS)
    case = changes.change(work, command.case_id, expected_version)
    medical_stage(programme_of(catalogue, case), case)
    _require_none_ahead(work.session, case.id)
    slot = _free_slot(work, case, command.slot_id)
    clinic = work.session.get_one(Organisation, slot.clinic_id)
    booking = diary.book(
        work,
        Book(
            case_id=case.id,
            kind=BookingKind.APPOINTMENT,
            subject_id=slot.id,
            organisation_id=slot.clinic_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            place=clinic.name,
        ),
    )
    row = ClinicAppointment(
        booking_id=booking.id,
        case_id=case.id,
        worker_id=case.worker_id,
        clinic_id=slot.clinic_id,
        slot_id=slot.id,
        day=slot.day,
        number=rules.slip_number(booking.id),
        usable_until=rules.usable_until(work.today, slot.day),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    return row


def move(work: Work, booking_id: UUID, slot_id: UUID, expected_version: int | None = None) -> ClinicAppointment:
    """Another slot for an appointment that still stands; its slip keeps its number. Raises as `book`."""
    require(work.actor.role, Permission.BOOK_APPOINTMENTS)
    booking, row = find(work.session, work.actor, booking_id)
    case = changes.change(work, booking.case_id, expected_version)
    _lock(work, row)
    if slot_id == row.slot_id:
        raise Conflict("booked_already", _("The appointment is in this slot already."), _("Choose another time."))
    slot = _free_slot(work, case, slot_id)
    clinic = work.session.get_one(Organisation, slot.clinic_id)
    booking.subject_id, booking.organisation_id = slot.id, slot.clinic_id
    diary.move(work, booking, slot.starts_at, slot.ends_at, clinic.name)
    row.slot_id, row.clinic_id, row.day = slot.id, slot.clinic_id, slot.day
    row.usable_until = max(row.usable_until, slot.day)
    work.session.add(row)
    return row


def cancel(work: Work, booking_id: UUID, reason: str, expected_version: int | None = None) -> Booking:
    """Take an appointment back; `reason` is a code of `casework.diary.rules.CANCEL_REASONS`."""
    require(work.actor.role, Permission.BOOK_APPOINTMENTS)
    booking, row = find(work.session, work.actor, booking_id)
    changes.change(work, booking.case_id, expected_version, any_life=True)
    _lock(work, row)
    return diary.cancel(work, booking, reason)


def arrive(work: Work, booking_id: UUID) -> ClinicAppointment:
    """The clinic says that the worker came, and is the person on the photograph and in the document.

    Raises `Refused` (``role``), `NotFound` (``appointment``), `InvalidInput` (``date_in_future``), `Conflict`
    (``no_such_step``).
    """
    require(work.actor.role, Permission.ENTER_RESULTS)
    booking, row = find(work.session, work.actor, booking_id)
    _lock(work, row)
    if row.identity_checked and booking.state is BookingState.ATTENDED:
        return row
    diary.close(work, [booking], BookingState.ATTENDED)
    photo = photos.current(work.session, row.case_id)
    row.arrived_at, row.arrived_by, row.identity_checked, row.missed = work.now, work.actor.key, True, ""
    row.photo_id = photo.item.id if photo else None
    work.session.add(row)
    work.record("appointment.identity_checked", f"booking/{booking.id}", case_id=row.case_id)
    return row


def miss(work: Work, booking_id: UUID, reason: str) -> ClinicAppointment:
    """The worker did not come, or not as agreed; `reason` is a code of `rules.MISSED_REASONS`.

    For the clinic, and for an office whose clinic has no account. Raises `InvalidInput` (``too_early`` before the
    appointment begins, ``unknown_reason``), `Conflict` (``no_such_step``).
    """
    clinic = work.actor.role is Role.CLINIC_USER
    require(work.actor.role, Permission.ENTER_RESULTS if clinic else Permission.BOOK_APPOINTMENTS)
    recorded.known_reason(reason, rules.MISSED_REASONS)
    booking, row = find(work.session, work.actor, booking_id)
    _lock(work, row)
    if booking.starts_at > work.now:
        raise InvalidInput("too_early", _("The appointment has not begun yet."), _("Record it once the time has come."))
    if booking.state is BookingState.ATTENDED:
        raise Conflict(
            "no_such_step",
            _("It was recorded that the worker came."),
            _("Look at its present state."),
        )
    again = row.missed == reason and booking.state is BookingState.MISSED
    diary.close(work, [booking], BookingState.MISSED)
    if again:
        return row
    row.missed, row.identity_checked = reason, False if reason == "other_person" else None
    work.session.add(row)
    work.record("appointment.missed", f"booking/{booking.id}", case_id=row.case_id, data={"reason": reason})
    return row


def find(session: Session, actor: Actor, booking_id: UUID) -> tuple[Booking, ClinicAppointment]:
    """An appointment within the actor's reach: a clinic's own that was not cancelled, an office's own cases'.

    Raises `NotFound` (``appointment``) for all others alike.
    """
    require(actor.role, Permission.SEE_APPOINTMENTS)
    query = (
        select(Booking, ClinicAppointment)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .join(Case, col(Case.id) == col(Booking.case_id))
        .where(Booking.id == booking_id)
    )
    if actor.role is Role.CLINIC_USER:
        query = query.where(
            Booking.organisation_id == actor.organisation_id, col(Booking.state) != BookingState.CANCELLED
        )
    else:
        query = query.where(changes.visible(actor))
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound("appointment", _("There is no such appointment."), _("Open it from the list."))
    return found[0], found[1]


def _lock(work: Work, row: ClinicAppointment) -> None:
    """Of two who say what came of an appointment at once, the second sees what the first said."""
    query = select(ClinicAppointment).where(ClinicAppointment.booking_id == row.booking_id).with_for_update()
    work.session.exec(query.execution_options(populate_existing=True)).one()
    work.session.refresh(work.session.get_one(Booking, row.booking_id))


def _require_none_ahead(session: Session, case_id: UUID) -> None:
    query = select(Booking.id).where(
        Booking.case_id == case_id, col(Booking.kind) == BookingKind.APPOINTMENT, col(Booking.state).in_(STANDS)
    )
    if session.exec(query.limit(1)).first() is not None:
        raise Conflict(
            "booked_already",
            _("The worker has an appointment already that nothing has come of yet."),
            _("Move or cancel it, or record that it was missed."),
        )


def _free_slot(work: Work, case: Case, slot_id: UUID) -> ClinicSlot:
    """The slot, locked, if the worker of the case may have a place in it."""
    slot = slots.locked(work, slot_id)
    _require_clinic(work.session, case.id, slot.clinic_id)
    require_accredited(work.session, slot.clinic_id, case.programme_id, slot.day)
    if slot.closed_at is not None:
        raise slots.closed_already()
    if slot.starts_at <= work.now:
        raise InvalidInput("in_the_past", _("The time has passed already."), _("Choose a time that is still to come."))
    if slots.taken(work.session, [slot.id]).get(slot.id, 0) >= slot.places:
        raise Conflict("slot_full", _("No place of this slot is free any more."), _("Choose another time."))
    return slot


def _require_clinic(session: Session, case_id: UUID, clinic_id: UUID) -> None:
    standing = assigned(session, case_id)
    if standing is not None and standing.clinic_id == clinic_id:
        return
    asked = select(SecondOpinion.id).where(
        SecondOpinion.case_id == case_id,
        SecondOpinion.clinic_id == clinic_id,
        col(SecondOpinion.second).is_(None),
        col(SecondOpinion.withdrawn_on).is_(None),
    )
    if session.exec(asked.limit(1)).first() is not None:
        return
    if standing is None:
        raise Conflict("not_assigned", _("No clinic is assigned to this case yet."), _("Assign one first."))
    raise Refused(
        "other_clinic",
        _("Another clinic is assigned to this case."),
        _("Choose a time of the clinic that is assigned."),
    )
