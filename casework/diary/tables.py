"""Rows of the diary. They hold no personal value: who is expected is known by the case alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant
from casework.diary.rules import BookingKind, BookingState, NoticeState, Occasion


class Booking(SQLModel, table=True):
    """A worker is expected somewhere between two instants. `organisation_id` is the clinic or provider, of a follow-up
    the office. `sequence` rises with every change that the worker must know of (RFC 5545), and `changed_at` is when it
    last did. `whole_day`: only the days count, and it keeps nobody from anything else."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="in_order"),
        Index("ix_booking_worker_id_starts_at", "worker_id", "starts_at"),
        Index("ix_booking_organisation_id_starts_at", "organisation_id", "starts_at"),
        Index("ix_booking_state_starts_at", "state", "starts_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    kind: BookingKind = Field(sa_column=choice(BookingKind))
    subject_id: UUID = Field(index=True)
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant())
    whole_day: bool = False
    place: str = Field(default="", max_length=200)
    online: bool = False
    state: BookingState = Field(default=BookingState.BOOKED, sa_column=choice(BookingState))
    sequence: int = 0
    booked_at: datetime = Field(sa_column=instant())
    booked_by: str = Field(max_length=40)
    changed_at: datetime = Field(sa_column=instant())
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    cancel_reason: str = Field(default="", max_length=40)


class Notice(SQLModel, table=True):
    """What one worker is to be told of one booking as it stood at `sequence`. `why` is a code: why no mail went."""

    __tablename__ = "booking_notice"
    __table_args__ = (UniqueConstraint("booking_id", "sequence", "occasion"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    booking_id: UUID = Field(foreign_key="booking.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    occasion: Occasion = Field(sa_column=choice(Occasion))
    sequence: int
    state: NoticeState = Field(default=NoticeState.ASKED, sa_column=choice(NoticeState, index=True))
    why: str = Field(default="", max_length=40)
    asked_at: datetime = Field(sa_column=instant())
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    told_by: str = Field(default="", max_length=40)
