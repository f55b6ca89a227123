"""Rows of loans. Amounts are integer minor units of the loan's `currency` (ISO 4217)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.loans.life import LoanState
from checklists.requirement import FeeHead

_MINOR = BigInteger().with_variant(Integer(), "sqlite")
"""Sums go up to 10**12 minor units; SQLite's integers hold that as they are."""


class PaidTo(StrEnum):
    CARRIER = "carrier"
    WORKER = "worker"


class WageSource(StrEnum):
    JOB_ORDER = "job_order"
    CONTRACT = "contract"
    STATED = "stated"


class PartyKind(StrEnum):
    GUARANTOR = "guarantor"
    CO_SIGNER = "co_signer"
    ADULT = "adult"


class NoteHow(StrEnum):
    PAPER = "paper"
    SCREEN = "screen"


class Bearer(StrEnum):
    PROGRAMME = "programme"
    WORKER = "worker"


class Loan(SQLModel, table=True):
    """A loan of one case, of which at most one is live (`loans.service` keeps it so). `terms`: those that it is held to
    (`loans.terms`), as JSON. `interest`: hundredths of a percent a year, from the day it was paid out. `instalments`,
    `first_due_on` and `due_day` are those of the signed note; `grace_from` is the day that grace counts from, once it
    is known. `version` rises with every change."""

    __tablename__ = "loan"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    number: str = Field(max_length=20, index=True, unique=True)
    principal_minor: int = Field(sa_type=_MINOR)
    currency: str = Field(max_length=3)
    state: LoanState = Field(default=LoanState.REQUESTED, sa_column=choice(LoanState, index=True))
    asked_on: date
    within_cap: bool
    terms: str = Field(default="", sa_type=Text)
    interest: int = 0
    assessed_on: date | None = None
    assessed_by: str = Field(default="", max_length=40)
    approved_on: date | None = None
    explained_on: date | None = None
    explained_language: str = Field(default="", max_length=16)
    explained_by: str = Field(default="", max_length=40)
    signed_on: date | None = None
    note_how: NoteHow | None = Field(default=None, sa_column=choice(NoteHow, nullable=True))
    note_evidence: str = Field(default="", max_length=120)
    witness: str = Field(default="", max_length=40)
    instalments: int | None = None
    first_due_on: date | None = None
    due_day: int | None = None
    disbursed_on: date | None = None
    disbursed_to: PaidTo | None = Field(default=None, sa_column=choice(PaidTo, nullable=True))
    disbursement_reference: str = Field(default="", max_length=120)
    disbursed_by: str = Field(default="", max_length=40)
    grace_from: date | None = None
    ended_on: date | None = None
    version: int = 1
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LoanApproval(SQLModel, table=True):
    """One officer's decision on a loan. A positive assessment is the first approval; `role` is the officer's then."""

    __tablename__ = "loan_approval"
    __table_args__ = (UniqueConstraint("loan_id", "officer_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    officer_id: UUID = Field(foreign_key="account.id")
    approved: bool
    role: str = Field(default="", max_length=32)
    reason: str = Field(default="", max_length=300)
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())


class Instalment(SQLModel, table=True):
    """One instalment of a plan: `amount_minor` of the principal and `interest_minor` beside it, due together.

    Plan 1 is the signed one. What changes the days or the rest writes a plan with the next number; the highest is the
    one in force, and the principal parts of each sum to what was owed at its start.
    """

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("loan_id", "plan", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    plan: int = 1
    number: int
    due_on: date
    amount_minor: int = Field(sa_type=_MINOR)
    interest_minor: int = Field(default=0, sa_type=_MINOR)


class LoanPurpose(SQLModel, table=True):
    """What a part of the principal is for; the parts sum to it."""

    __tablename__ = "loan_purpose"
    __table_args__ = (UniqueConstraint("loan_id", "head"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    head: FeeHead = Field(sa_column=choice(FeeHead))
    amount_minor: int = Field(sa_type=_MINOR)


class LoanAssessment(SQLModel, table=True):
    """What the officer looked at before a loan: wage of a month in `wage_currency`, where it stands, the highest
    instalment of a month, `share` in hundredths of a percent of the wage (None where it cannot be said). `looked_at`:
    the officer's words, sealed under the borrower's key."""

    __tablename__ = "loan_assessment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", unique=True, index=True)
    wage_minor: int | None = Field(default=None, sa_type=_MINOR)
    wage_currency: str = Field(default="", max_length=3)
    wage_source: WageSource | None = Field(default=None, sa_column=choice(WageSource, nullable=True))
    instalment_minor: int = Field(sa_type=_MINOR)
    share: int | None = None
    looked_at: bytes | None = Field(default=None, sa_column=sealed())
    assessed_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LoanParty(SQLModel, table=True):
    """Who signs beside the borrower. `detail` (name, relation, number of the paper shown) is sealed under the
    borrower's key; `member_id` names the stay of an adult in the household."""

    __tablename__ = "loan_party"
    __table_args__ = (
        Index(
            "ix_loan_party_live",
            "loan_id",
            "member_id",
            unique=True,
            sqlite_where=text("withdrawn_on IS NULL AND member_id IS NOT NULL"),
            postgresql_where=text("withdrawn_on IS NULL AND member_id IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    kind: PartyKind = Field(sa_column=choice(PartyKind))
    member_id: UUID | None = None
    detail: bytes | None = Field(default=None, sa_column=sealed())
    signed_on: date
    withdrawn_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LoanUnwinding(SQLModel, table=True):
    """A loan undone because its journey does not take place: what the carrier gives back, and who bears the rest.

    `reason` is a code of `unwinding.REASONS`. `closed_on`: the carrier owes nothing more, or what it owed was given up.
    """

    __tablename__ = "loan_unwinding"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", unique=True, index=True)
    reason: str = Field(max_length=40)
    refund_minor: int = Field(sa_type=_MINOR)
    received_minor: int = Field(default=0, sa_type=_MINOR)
    remainder_minor: int = Field(sa_type=_MINOR)
    borne_by: Bearer = Field(sa_column=choice(Bearer))
    unwound_on: date
    closed_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
