"""Who is expected at a clinic and when; which slots are free; which appointments need somebody. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.rules import FROZEN
from casework.cases.tables import Case
from casework.clinics import slots
from casework.clinics.accreditation import accreditation_on, is_doubtful
from casework.clinics.rules import NOT_COUNTED
from casework.clinics.tables import ClinicAppointment, ClinicAssignment, ClinicSlot
from casework.diary.rules import BookingKind, BookingState
from casework.diary.tables import Booking
from casework.medical.tables import MedicalExamination
from casework.organisations.tables import Organisation
from casework.workers.tables import Worker

_S = BookingState
_KEPT = timedelta(days=92)


class Show(StrEnum):
    """The parts of the list of appointments."""

    AHEAD = "ahead"  # today and after
    TODAY = "today"
    RESULTS = "results"  # the worker came, and no result is there
    DONE = "done"  # examined in the last three months
    UNTOLD = "untold"  # the day is over, and nobody has said whether the worker came
    DOUBTFUL = "doubtful"  # the clinic is not accredited on that day any more
    MISSED = "missed"  # and no other was booked since


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment with all that a list says of it. `missed` is how many the worker of the case missed."""

    booking: Booking
    row: ClinicAppointment
    case: Case
    worker: Worker
    clinic: Organisation
    missed: int = 0


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot and how many of its places are free."""

    slot: ClinicSlot
    free: int


def listed(
    session: Session, actor: Actor, show: Show, today: date, *, limit: int | None, offset: int = 0
) -> tuple[list[AppointmentLine], int]:
    """Appointments of a part in the order of their time, within the actor's reach, and how many there are: a clinic's
    own, an office's of its own cases."""
    require(actor.role, Permission.SEE_APPOINTMENTS)
    where = [_reach(actor), part(show, today)]
    query = (
        select(Booking, ClinicAppointment, Case, Worker)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .join(Case, col(Case.id) == col(Booking.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(*where)
        .order_by(col(Booking.starts_at), col(Case.reference), col(Booking.id))
        .offset(offset)
    )
    rows = session.exec(query if limit is None else query.limit(limit)).all()
    missed = missed_of(session, {case.id for _booking, _row, case, _worker in rows})
    ids = {row.clinic_id for _booking, row, _case, _worker in rows}
    clinics = {one.id: one for one in session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))}
    lines = [
        AppointmentLine(booking, row, case, worker, clinics[row.clinic_id], missed.get(case.id, 0))
        for booking, row, case, worker in rows
    ]
    return lines, count(session, actor, show, today)


def count(session: Session, actor: Actor, show: Show, today: date) -> int:
    """How many appointments of a part there are within the actor's reach."""
    query = (
        select(func.count())
        .select_from(Booking)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .join(Case, col(Case.id) == col(Booking.case_id))
    )
    return session.exec(query.where(_reach(actor), part(show, today))).one()


def of_case(session: Session, case_id: UUID) -> list[tuple[Booking, ClinicAppointment]]:
    """All appointments of a case, the newest first."""
    query = (
        select(Booking, ClinicAppointment)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .where(Booking.case_id == case_id)
    )
    return list(session.exec(query.order_by(col(Booking.starts_at).desc(), col(Booking.id).desc())).all())


def assignments_of(session: Session, case_id: UUID) -> list[ClinicAssignment]:
    """All assignments of a case, the newest first."""
    query = select(ClinicAssignment).where(ClinicAssignment.case_id == case_id)
    return list(session.exec(query.order_by(col(ClinicAssignment.id).desc())))


def missed_of(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many appointments the workers of cases missed by their own fault; cases without any are left out."""
    query = select(ClinicAppointment.case_id, func.count()).where(
        col(ClinicAppointment.case_id).in_(list(case_ids)), _missed()
    )
    return dict(session.exec(query.group_by(col(ClinicAppointment.case_id))).all())


def free_slots(
    session: Session, clinic_id: UUID, programme_id: str, now: datetime, until: date, limit: int
) -> list[SlotLine]:
    """The next slots of a clinic that have not begun, are open, have a place, and lie on a day on which the clinic may
    examine for the programme."""
    found = [
        one
        for one in slots_of(session, clinic_id, now, until)
        if one.free > 0 and one.slot.closed_at is None and one.slot.starts_at > now
    ]
    good = {
        day: accreditation_on(session, clinic_id, programme_id, day) is not None
        for day in {one.slot.day for one in found}
    }
    return [one for one in found if good[one.slot.day]][:limit]


def slots_of(session: Session, clinic_id: UUID, now: datetime, until: date) -> list[SlotLine]:
    """All slots of a clinic that have not ended, closed ones too, up to a day of the clinic's."""
    query = select(ClinicSlot).where(
        ClinicSlot.clinic_id == clinic_id, ClinicSlot.ends_at > now, ClinicSlot.day <= until
    )
    rows = session.exec(query.order_by(col(ClinicSlot.starts_at))).all()
    taken = slots.taken(session, [row.id for row in rows])
    return [SlotLine(row, max(0, row.places - taken.get(row.id, 0))) for row in rows]


def part(show: Show, today: date) -> ColumnElement[bool]:
    """The condition of a part, of `Booking` joined with `ClinicAppointment` and `Case`."""
    state, day = col(Booking.state), col(ClinicAppointment.day)
    match show:
        case Show.AHEAD:
            return and_(state.in_((_S.BOOKED, _S.ATTENDED, _S.MISSED)), day >= today)
        case Show.TODAY:
            return and_(state.in_((_S.BOOKED, _S.ATTENDED, _S.MISSED)), day == today)
        case Show.RESULTS:
            return and_(state == _S.ATTENDED, ~_examined())
        case Show.DONE:
            return and_(state == _S.ATTENDED, day > today - _KEPT, _examined())
        case Show.UNTOLD:
            return and_(state == _S.BOOKED, day < today)
        case Show.DOUBTFUL:
            return and_(state == _S.BOOKED, day >= today, is_doubtful())
        case Show.MISSED:
            return and_(state == _S.MISSED, ~_booked_since(), ~col(Case.life).in_(FROZEN))


def _reach(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.CLINIC_USER:
        return col(Booking.organisation_id) == actor.organisation_id
    return visible(actor)


def _examined() -> ColumnElement[bool]:
    return exists().where(
        col(MedicalExamination.appointment_id) == col(Booking.id), col(MedicalExamination.withdrawn_on).is_(None)
    )


def _booked_since() -> ColumnElement[bool]:
    later = aliased(Booking)
    return exists().where(
        col(later.case_id) == col(Booking.case_id),
        col(later.kind) == BookingKind.APPOINTMENT,
        col(later.state) != _S.CANCELLED,
        col(later.starts_at) > col(Booking.starts_at),
    )


def _missed() -> ColumnElement[bool]:
    return and_(col(ClinicAppointment.missed) != "", ~col(ClinicAppointment.missed).in_(NOT_COUNTED))
