"""Slots: a clinic, or its office for it, opens times at which it examines, and closes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, func, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.clinics import rules
from casework.clinics.tables import ClinicSlot
from casework.diary.rules import TAKES_TIME
from casework.diary.tables import Booking
from casework.organisations.rules import covers
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from casework.work import Work


class OpenSlots(BaseModel):
    """A time of a clinic, by the clinic's own clock, on `day` and the same day of the weeks after it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    clinic_id: UUID
    day: date
    begins: time
    ends: time
    places: int
    weeks: int = 1


def clinic_of(session: Session, actor: Actor, clinic_id: UUID) -> Organisation:
    """A clinic within the actor's reach: a clinic user's own, an office's of those that work with it. Raises
    `NotFound` (``organisation``) for all others alike."""
    row = session.get(Organisation, clinic_id)
    own = row is not None and (
        actor.role is None or (row.id if actor.role is Role.CLINIC_USER else row.office_id) == actor.organisation_id
    )
    if row is None or not own or row.kind is not OrganisationKind.CLINIC:
        raise NotFound("organisation", _("There is no such clinic."), _("Choose one from the list."))
    return row


def open_slots(work: Work, command: OpenSlots) -> list[ClinicSlot]:
    """Open the slots that are not open yet; one that was closed is open again. The same again changes nothing.

    Raises `Refused` (``not_accredited`` for any programme on one of the days), `InvalidInput` (``places``, ``weeks``,
    ``dates``, ``in_the_past``, ``too_far``, ``no_such_time``), `Conflict` (``slot_overlaps``).
    """
    _require_runs(work.actor)
    clinic = clinic_of(work.session, work.actor, command.clinic_id)
    if not 1 <= command.places <= rules.MOST_PLACES:
        raise InvalidInput(
            "places", _("A slot has 1 to {most} places.", most=rules.MOST_PLACES), _("Correct the number.")
        )
    days = rules.weekly(command.day, command.weeks)
    spans = [(day, *rules.instants(day, command.begins, command.ends, clinic.time_zone)) for day in days]
    if spans[0][1] <= work.now:
        raise InvalidInput("in_the_past", _("The time has passed already."), _("Choose a time that is still to come."))
    if spans[-1][1] > work.now + rules.FURTHEST:
        raise InvalidInput("too_far", _("The last slot lies more than a year ahead."), _("Open it later."))
    _require_some_accreditation(work.session, clinic.id, days)
    _lock(work, clinic.id)
    known = _between(work.session, clinic.id, spans[0][1], spans[-1][2])
    series_id = new_id() if len(spans) > 1 else None
    opened = [
        row for day, begins, ends in spans if (row := _opened(work, command, known, day, begins, ends, series_id))
    ]
    if opened:
        work.session.flush()
        work.record("clinic.slots_opened", f"organisation/{clinic.id}", data={"count": len(opened)})
    return opened


def close(work: Work, slot_id: UUID) -> ClinicSlot:
    """Nobody more is booked in this slot; who is booked stays so until the appointment is moved or cancelled.

    Raises `NotFound` (``slot``), `Conflict` (``slot_closed``).
    """
    _require_runs(work.actor)
    slot = locked(work, slot_id)
    clinic_of(work.session, work.actor, slot.clinic_id)
    if slot.closed_at is not None:
        raise closed_already()
    slot.closed_at, slot.closed_by = work.now, work.actor.key
    work.session.add(slot)
    work.record("clinic.slot_closed", f"clinic_slot/{slot.id}")
    return slot


def locked(work: Work, slot_id: UUID) -> ClinicSlot:
    """The slot, locked for this transaction, so that its places are counted by one at a time. Raises `NotFound`."""
    query = select(ClinicSlot).where(ClinicSlot.id == slot_id).with_for_update()
    slot = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if slot is None:
        raise NotFound("slot", _("There is no such slot."), _("Choose a time from the list."))
    return slot


def closed_already() -> Conflict:
    return Conflict("slot_closed", _("This slot is closed."), _("Choose another time from the list."))


def taken(session: Session, slot_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many places of slots are taken; slots of which none is are left out."""
    query = (
        select(Booking.subject_id, func.count())
        .where(col(Booking.subject_id).in_(slot_ids), col(Booking.state).in_(TAKES_TIME))
        .group_by(col(Booking.subject_id))
    )
    return dict(session.exec(query).all())


def _require_runs(actor: Actor) -> None:
    """A clinic runs its own slots, an office those of clinics without accounts."""
    clinic = actor.role is Role.CLINIC_USER
    require(actor.role, Permission.ENTER_RESULTS if clinic else Permission.BOOK_APPOINTMENTS)


def _require_some_accreditation(session: Session, clinic_id: UUID, days: Sequence[date]) -> None:
    query = select(Licence).where(Licence.organisation_id == clinic_id, col(Licence.purpose) == LicencePurpose.MEDICAL)
    rows = session.exec(query).all()
    for day in days:
        if not any(covers(row.valid_from, row.valid_until, row.withdrawn_on, day) for row in rows):
            raise Refused(
                "not_accredited",
                _("This clinic is not accredited for any programme on {day}.", day=day),
                _("Open slots up to the last day of the accreditation; an administrator records a new one."),
            )


def _lock(work: Work, clinic_id: UUID) -> None:
    query = select(Organisation.id).where(Organisation.id == clinic_id)
    work.session.exec(query.with_for_update(key_share=True)).one()


def _between(session: Session, clinic_id: UUID, since: datetime, until: datetime) -> list[ClinicSlot]:
    query = select(ClinicSlot).where(
        ClinicSlot.clinic_id == clinic_id, ClinicSlot.starts_at < until, ClinicSlot.ends_at > since
    )
    return list(session.exec(query))


def _opened(
    work: Work,
    command: OpenSlots,
    known: Sequence[ClinicSlot],
    day: date,
    begins: datetime,
    ends: datetime,
    series_id: UUID | None,
) -> ClinicSlot | None:
    """The slot that was made or opened again; None where it was open already."""
    same = next((row for row in known if (row.starts_at, row.ends_at) == (begins, ends)), None)
    if same is not None and same.closed_at is None:
        return None
    if any(row.starts_at < ends and row.ends_at > begins for row in known if row.closed_at is None):
        raise Conflict(
            "slot_overlaps",
            _("On {day} another slot of the clinic takes a part of this time.", day=day),
            _("Close that slot first, or choose another time."),
        )
    same = same or next((row for row in known if row.starts_at == begins), None)
    if same is None:
        same = ClinicSlot(
            clinic_id=command.clinic_id,
            day=day,
            starts_at=begins,
            ends_at=ends,
            places=command.places,
            series_id=series_id,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
    same.ends_at, same.places, same.closed_at, same.closed_by = ends, command.places, None, ""
    work.session.add(same)
    return same
