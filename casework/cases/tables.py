"""Rows of cases. What is derived (`assessed_*`, `case_task`) is a copy of `assess()` for queues to query."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.cases.rules import CaseLife, CaseSource, EndKind
from casework.columns import choice, document, instant, sealed


class Case(SQLModel, table=True):
    """One worker in one programme. `version` rises with every change and is what a form must name. `ready_in`: by the
    plan of the day it was assessed, how many days the preparation takes (0: cleared, None: no day can be said)."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index(
            "ix_case_file_skills",
            "office_id",
            "life",
            "occupation",
            "ready_in",
            "programme_id",
            "track",
            "reference",
            "id",
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = Field(unique=True, max_length=60)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    agency_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    batch_id: UUID | None = Field(default=None, foreign_key="batch.id", index=True)
    source: CaseSource = Field(sa_column=choice(CaseSource))
    programme_id: str = Field(max_length=80, index=True)
    programme_version: str = Field(max_length=40)
    programme_digest: str = Field(max_length=64)
    track: str = Field(max_length=40)
    life: CaseLife = Field(default=CaseLife.OPEN, sa_column=choice(CaseLife, index=True))
    life_since: date
    occupation: str = Field(default="", max_length=4)
    job_title: str = Field(default="", max_length=200)
    job_order: str = Field(default="", max_length=120)
    employer: str = Field(default="", max_length=200)
    destination: str = Field(default="", max_length=2)
    registered_on: date
    planned_departure: date | None = Field(default=None, index=True)
    loan_asked_minor: int | None = None
    loan_currency: str = Field(default="", max_length=3)
    ended_on: date | None = None
    owner_id: UUID | None = Field(default=None, foreign_key="account.id", index=True)
    version: int = 1
    created_at: datetime = Field(sa_column=instant())
    changed_at: datetime = Field(sa_column=instant())
    assessed_version: int = 0
    assessed_on: date | None = None
    assessment: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    changes_on: date | None = Field(default=None, index=True)
    ready_in: int | None = None
    stuck: str = Field(default="", max_length=500)


class CaseTask(SQLModel, table=True):
    """One open line of somebody's queue; rewritten whenever the case is assessed."""

    __tablename__ = "case_task"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    position: int
    stage: str = Field(max_length=60)
    requirement: str = Field(default="", max_length=80)
    subject: str = Field(default="", max_length=80)
    status: str = Field(max_length=40)
    actor: str = Field(max_length=40, index=True)
    due_on: date | None = Field(default=None, index=True)
    useful_from: date | None = None
    waiting: bool = False


class CaseMove(SQLModel, table=True):
    """A move of the case's life: why, by whom, on whose authority, and since when."""

    __tablename__ = "case_move"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    from_life: CaseLife = Field(sa_column=choice(CaseLife))
    to_life: CaseLife = Field(sa_column=choice(CaseLife, name="to_caselife"))
    reason: str = Field(max_length=60)
    authority: str = Field(default="", max_length=200)
    note: bytes | None = Field(default=None, sa_column=sealed())
    happened_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class TrackChange(SQLModel, table=True):
    """The decision that a case goes on another track: why, by whom, and on whose authority."""

    __tablename__ = "track_change"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    from_track: str = Field(max_length=40)
    to_track: str = Field(max_length=40)
    reason: str = Field(max_length=60)
    authority: str = Field(default="", max_length=200)
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class SignOff(SQLModel, table=True):
    """A stage found complete. `stands_on` lists the ids of facts, waivers and earlier sign-offs; never changed.

    `ended_at` closes it when one of those ceases to hold; the stage is then open again.
    """

    __tablename__ = "sign_off"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    stage: str = Field(max_length=60)
    kind: str = Field(max_length=40)
    signed_on: date
    signed_by: str = Field(max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    stands_on: list[str] = Field(sa_column=document())
    holds_until: date | None = None
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ended_on: date | None = None
    end_kind: EndKind | None = Field(default=None, sa_column=choice(EndKind, nullable=True))
    end_reason: str = Field(default="", max_length=300)


class LiveSignOff(SQLModel, table=True):
    """Which sign-off of a stage is live: one row a case and stage, so that of two people exactly one signs."""

    __tablename__ = "live_sign_off"
    __table_args__ = (UniqueConstraint("case_id", "stage"),)

    sign_off_id: UUID = Field(foreign_key="sign_off.id", primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id")
    stage: str = Field(max_length=60)
