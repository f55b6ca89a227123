"""Rows of loans. Amounts are integer minor units of `currency` (ISO 4217)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant


class LoanState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Loan(SQLModel, table=True):
    """A loan of one case; at most one is not declined or withdrawn (`loans.service` keeps it so)."""

    __tablename__ = "loan"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    principal_minor: int
    currency: str = Field(max_length=3)
    state: LoanState = Field(default=LoanState.ASKED, sa_column=choice(LoanState))
    asked_on: date
    within_cap: bool
    signed_on: date | None = None
    note_evidence: str = Field(default="", max_length=120)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LoanApproval(SQLModel, table=True):
    """One officer's decision on a loan; two approvals by different people are needed."""

    __tablename__ = "loan_approval"
    __table_args__ = (UniqueConstraint("loan_id", "officer_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    officer_id: UUID = Field(foreign_key="account.id")
    approved: bool
    reason: str = Field(default="", max_length=300)
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())


class Instalment(SQLModel, table=True):
    """One instalment of a signed note."""

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("loan_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    number: int
    due_on: date
    amount_minor: int
