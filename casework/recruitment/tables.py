"""Rows of recruitment: accredited principals, suspensions of agencies, job orders, their versions, who has a place."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant
from casework.recruitment.rules import OrderState, VersionState, WagePer


class Principal(SQLModel, table=True):
    """An employer whom an agency may recruit for, from the first to the last day, in one programme or in all ("").
    `withdrawn_on` is the first day on which it may no more; `withdrawn_reason` a code of `rules.REVOKE_REASONS`."""

    __tablename__ = "principal"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    agency_id: UUID = Field(foreign_key="organisation.id", index=True)
    employer_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(default="", max_length=80)
    number: str = Field(max_length=60)
    authority: str = Field(default="", max_length=200)
    valid_from: date
    valid_until: date
    withdrawn_on: date | None = None
    withdrawn_reason: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class AgencySuspension(SQLModel, table=True):
    """An agency may bring nobody from `since` to `until` (None: until it is lifted), both included, in one programme
    or in all (""). `lifted_on` is the first day on which it may again; `reason` a code of `rules.SUSPEND_REASONS`."""

    __tablename__ = "agency_suspension"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    agency_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(default="", max_length=80)
    since: date
    until: date | None = None
    reason: str = Field(max_length=40)
    authority: str = Field(max_length=200)
    lifted_on: date | None = None
    lifted_by: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class JobOrder(SQLModel, table=True):
    """An employer's approved or asked-for need of workers in one programme, as it is in force; what was asked and
    decided stands in `JobOrderVersion`. Without `agency_id` the office recruits itself.

    `occupation` is ISCO-08, `destination` ISO 3166-1 alpha-2, `wage_minor` in minor units of `currency`, `terms` what
    is promised, by the id of the programme's contract term. `in_force` is the number of the version that these values
    come from (0: none was approved yet), `version` what a form must name.
    """

    __tablename__ = "job_order"
    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        CheckConstraint("headcount > 0", name="headcount"),
        CheckConstraint("wage_minor > 0", name="wage"),
        CheckConstraint("valid_until >= valid_from", name="days"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(max_length=40)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    agency_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    employer_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(max_length=80, index=True)
    occupation: str = Field(max_length=4)
    title: str = Field(max_length=200)
    destination: str = Field(max_length=2)
    headcount: int
    wage_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    wage_per: WagePer = Field(sa_column=choice(WagePer))
    weekly_hours: int | None = None
    terms: dict[str, str] = Field(default_factory=dict, sa_column=document())
    valid_from: date
    valid_until: date
    state: OrderState = Field(default=OrderState.ASKED, sa_column=choice(OrderState, index=True))
    reason: str = Field(default="", max_length=40)
    in_force: int = 0
    asked_at: datetime = Field(sa_column=instant())
    asked_by: str = Field(max_length=40)
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    version: int = 1


class JobOrderVersion(SQLModel, table=True):
    """What was asked for, by whom, and what somebody else decided. `content` holds the values of `JobOrder` that can
    change; never changed itself."""

    __tablename__ = "job_order_version"
    __table_args__ = (UniqueConstraint("job_order_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    job_order_id: UUID = Field(foreign_key="job_order.id")
    number: int
    content: dict[str, Any] = Field(sa_column=document())
    state: VersionState = Field(default=VersionState.ASKED, sa_column=choice(VersionState))
    asked_at: datetime = Field(sa_column=instant())
    asked_by: str = Field(max_length=40)
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=40)


class JobOrderClaim(SQLModel, table=True):
    """A worker's place in a job order. One of a case is live (`released_at` is None); `reason` is a code of
    `rules.RELEASE_REASONS`."""

    __tablename__ = "job_order_claim"
    __table_args__ = (
        Index(
            "uq_job_order_claim_live",
            "case_id",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_job_order_claim_used", "job_order_id", "released_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    job_order_id: UUID = Field(foreign_key="job_order.id")
    claimed_on: date
    released_on: date | None = None
    released_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reason: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    released_by: str = Field(default="", max_length=40)
