"""Rows of costs, of the alerts that fees raise, and of what workers said when they were asked."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.costs.rules import AlertKind, AlertState, AlertStepKind, CostHead
from checklists.requirement import CostBearer


class Cost(SQLModel, table=True):
    """What somebody paid for one head, in minor units of `currency` (ISO 4217). Never changed: a correction is a new
    row that names the one it `replaces`, and `first_id` is the first of them. `detail` seals whom it was paid to, where
    that is no organisation of the register, and the note. `checked_on` is the day of the last look at its ceiling."""

    __tablename__ = "cost"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    first_id: UUID = Field(index=True)
    number: int = 1
    replaces: UUID | None = Field(default=None, foreign_key="cost.id", unique=True)
    live: bool = True
    head: CostHead = Field(sa_column=choice(CostHead))
    amount_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(max_length=3)
    paid_by: CostBearer = Field(sa_column=choice(CostBearer))
    payee_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    paid_on: date
    receipt: str = Field(default="", max_length=80)
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    detail: bytes | None = Field(default=None, sa_column=sealed())
    reason: str = Field(default="", max_length=40)
    checked_on: date = Field(index=True)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class FeeAlert(SQLModel, table=True):
    """That a worker paid what may not be charged, for one head (`rules.ANY` for all together) in one currency.

    `excess_minor` is what the costs of today come to over the ceiling, `refunded_minor` what was given back of it,
    `allowed_minor` what was found to be allowed after all; `freed_minor` was given back for costs that were corrected
    since, and nobody has said yet whether it counts. With `agreed_on` the worker wants the departure to wait.
    """

    __tablename__ = "fee_alert"
    __table_args__ = (UniqueConstraint("case_id", "kind", "head", "currency"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: AlertKind = Field(sa_column=choice(AlertKind))
    head: str = Field(max_length=32)
    currency: str = Field(max_length=3)
    state: AlertState = Field(default=AlertState.OPEN, sa_column=choice(AlertState, index=True))
    excess_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    refunded_minor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    allowed_minor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    freed_minor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    opened_on: date
    resolved_on: date | None = None
    agreed_on: date | None = None
    agreed_language: str = Field(default="", max_length=16)
    recorded_at: datetime = Field(sa_column=instant())


class FeeAlertPayee(SQLModel, table=True):
    """To whom a fee was paid: it counts on that record until somebody else confirms that it was paid to others."""

    __tablename__ = "fee_alert_payee"

    alert_id: UUID = Field(foreign_key="fee_alert.id", primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", primary_key=True, index=True)


class FeeAlertStep(SQLModel, table=True):
    """One step of an alert; never changed. `receipt` is the number on the receipt of a refund, unique for an alert;
    `detail` seals why a fee was found to be allowed."""

    __tablename__ = "fee_alert_step"
    __table_args__ = (UniqueConstraint("alert_id", "receipt"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    alert_id: UUID = Field(foreign_key="fee_alert.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    step: AlertStepKind = Field(sa_column=choice(AlertStepKind, name="alertstep"))
    amount_minor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    receipt: str | None = Field(default=None, max_length=80)
    happened_on: date
    detail: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class CostsAsked(SQLModel, table=True):
    """That the worker was asked what was paid, in which language (BCP 47), and whether it was nothing."""

    __tablename__ = "costs_asked"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    asked_on: date
    language: str = Field(max_length=16)
    paid_nothing: bool
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
