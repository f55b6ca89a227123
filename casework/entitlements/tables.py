"""Rows of entitlements. Amounts are integer minor units of the entitlement's `currency` (ISO 4217)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant
from casework.entitlements.rules import ClaimState, ReclaimState


class CaseEntitlement(SQLModel, table=True):
    """What one entitlement of the programme comes to in one case: the subject of its entries in the ledger.

    `entitlement` is the programme's id of it. `stopped_from`: from that day on nothing more is paid.
    """

    __tablename__ = "case_entitlement"
    __table_args__ = (UniqueConstraint("case_id", "entitlement"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id")
    entitlement: str = Field(max_length=60)
    currency: str = Field(max_length=3)
    stopped_from: date | None = None
    stop_reason: str = Field(default="", max_length=40)
    stopped_by: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())


class EntitlementClaim(SQLModel, table=True):
    """One claim. `slot` is what can be claimed once only (a month, the whole, a receipt); NULL when the claim counts no
    more, so that it can be claimed anew. `month` is a first day. `proof`: where a proof is kept that is no paper of the
    case. `payments` counts how often it was paid out, since a payment may come back."""

    __tablename__ = "entitlement_claim"
    __table_args__ = (
        UniqueConstraint("entitlement_id", "slot"),
        CheckConstraint("asked_minor > 0", name="asked"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    entitlement_id: UUID = Field(foreign_key="case_entitlement.id")
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    slot: str | None = Field(default=None, max_length=160)
    month: date | None = None
    asked_minor: int | None = Field(default=None, sa_type=BigInteger)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    state: ClaimState = Field(default=ClaimState.CLAIMED, sa_column=choice(ClaimState, index=True))
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    proof: str = Field(default="", max_length=120)
    claimed_on: date
    claimed_by: str = Field(max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=300)
    paid_on: date | None = None
    paid_by: str = Field(default="", max_length=40)
    reference: str = Field(default="", max_length=120)
    payments: int = 0


class EntitlementReclaim(SQLModel, table=True):
    """A wish that something be paid back; it is owed once somebody else confirmed it. `reason` is a code."""

    __tablename__ = "entitlement_reclaim"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    entitlement_id: UUID = Field(foreign_key="case_entitlement.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=40)
    state: ReclaimState = Field(default=ReclaimState.ASKED, sa_column=choice(ReclaimState, index=True))
    asked_on: date
    asked_by: str = Field(max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
