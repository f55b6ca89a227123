"""Rows of clinics: suspensions, who was assigned where, slots, and what became of the appointments in them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant
from checklists.stage_rules import ClinicChoice


class ClinicSuspension(SQLModel, table=True):
    """A clinic may examine nobody from `since` to `until` (None: until it is lifted), both included, in one programme
    or in all (""). `lifted_on` is the first day on which it may again."""

    __tablename__ = "clinic_suspension"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    clinic_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(default="", max_length=80)
    since: date
    until: date | None = None
    reason: str = Field(max_length=40)
    lifted_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class ClinicAssignment(SQLModel, table=True):
    """Which clinic examines the worker of a case, and why. `rule` is who decided; `reason` a code of
    `rules.ASSIGN_REASONS`; `considered` the clinics among which it was decided, each with its code and how many it had
    then. One of a case stands (`ended_at` is None); those before it are kept."""

    __tablename__ = "clinic_assignment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    programme_id: str = Field(max_length=80, index=True)
    clinic_id: UUID = Field(foreign_key="organisation.id", index=True)
    rule: ClinicChoice = Field(sa_column=choice(ClinicChoice))
    reason: str = Field(max_length=40)
    considered: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ended_by: str = Field(default="", max_length=40)


class ClinicSlot(SQLModel, table=True):
    """A time at which a clinic examines `places` workers. `day` is the clinic's own; `series_id` is shared by what was
    opened at once, week by week. A slot that is closed takes nobody more; who is booked stays booked."""

    __tablename__ = "clinic_slot"
    __table_args__ = (
        UniqueConstraint("clinic_id", "starts_at"),
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    clinic_id: UUID = Field(foreign_key="organisation.id")
    day: date = Field(index=True)
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant())
    places: int
    series_id: UUID | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    closed_by: str = Field(default="", max_length=40)


class ClinicAppointment(SQLModel, table=True):
    """What the diary's booking does not know of an appointment: its referral slip and what happened at the clinic.

    `day` is the clinic's own day of the booking. `number` stands on the slip, which is good until `usable_until`.
    `identity_checked`: whether the person was found to be the one on the photograph `photo_id`; None before. `missed`
    is a code of `rules.MISSED_REASONS`.
    """

    __tablename__ = "clinic_appointment"

    booking_id: UUID = Field(foreign_key="booking.id", primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    clinic_id: UUID = Field(foreign_key="organisation.id")
    slot_id: UUID = Field(foreign_key="clinic_slot.id", index=True)
    day: date = Field(index=True)
    number: str = Field(unique=True, max_length=9)
    usable_until: date
    arrived_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    arrived_by: str = Field(default="", max_length=40)
    identity_checked: bool | None = None
    photo_id: UUID | None = None
    missed: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
