"""Rows of what happens to a loan after it was paid out. Amounts are integer minor units of the loan's currency."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.loans.life import LoanState
from casework.repayments.rules import PlanKind


class LineState(StrEnum):
    """What became of a line of the bank."""

    WAITING = "waiting"  # belongs to no loan yet
    COUNTED = "counted"
    SET_ASIDE = "set_aside"  # no payment towards a loan
    RETURNED = "returned"  # the bank took it back
    TAKEN_BACK = "taken_back"  # counted wrongly: it may be recorded anew


class ForgivenessState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Ground(StrEnum):
    """Why a loan is forgiven."""

    DEATH = "death"
    PERMANENT_DISABILITY = "permanent_disability"
    BANKRUPTCY = "bankruptcy"


class LoanPlan(SQLModel, table=True):
    """Why and from when a plan of instalments holds; its instalments are rows of `instalment` with its number. The
    signed plan, number 1, has none. `rest_until`: nothing is to be paid until then; `counts_from`: interest of the
    first instalment counts from that day; `reason` is a code, `evidence` says where the proof is kept."""

    __tablename__ = "loan_plan"
    __table_args__ = (UniqueConstraint("loan_id", "number"), CheckConstraint("number > 1", name="not_signed"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    number: int
    kind: PlanKind = Field(sa_column=choice(PlanKind))
    starts_on: date
    counts_from: date
    rest_until: date | None = None
    reason: str = Field(default="", max_length=40)
    evidence: str = Field(default="", max_length=120)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LoanStanding(SQLModel, table=True):
    """How a loan stood when it was looked at last: a copy of `rules.standing`, for lists and sums.

    Good for the loan's `version` it was made of, and until the day `changes_on`. `seen_on` is the day it was made.
    """

    __tablename__ = "loan_standing"

    loan_id: UUID = Field(foreign_key="loan.id", primary_key=True)
    version: int
    state: LoanState = Field(sa_column=choice(LoanState))
    seen_on: date
    principal_minor: int = Field(sa_type=BigInteger)
    interest_minor: int = Field(sa_type=BigInteger)
    credit_minor: int = Field(sa_type=BigInteger, index=True)
    due_minor: int = Field(sa_type=BigInteger)
    overdue_minor: int = Field(sa_type=BigInteger)
    overdue_since: date | None = Field(default=None, index=True)
    missed: int
    next_due_on: date | None = None
    next_minor: int = Field(sa_type=BigInteger)
    changes_on: date | None = Field(default=None, index=True)


class BankFile(SQLModel, table=True):
    """A list of payments as the bank gave it, by its digest: taken as often as one likes, counted once."""

    __tablename__ = "bank_file"
    __table_args__ = (UniqueConstraint("office_id", "sha256"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    sha256: str = Field(max_length=64)
    lines: int
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class BankLine(SQLModel, table=True):
    """A payment as the bank names it: `reference` is unique in an office, so the same payment counts once.

    `number` is the loan's number as it was given, where it looked like one; `said` is the bank's text, sealed under a
    key of the line, and gone once the line has found its place. `finding` is a code: why no loan was found. `attempt`
    rises when a payment that was taken back is recorded anew; `entry_id` is the entry of the last one.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("office_id", "reference"),
        CheckConstraint("amount_minor > 0", name="positive"),
        Index("ix_bank_line_office_id_state", "office_id", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id")
    file_id: UUID | None = Field(default=None, foreign_key="bank_file.id", index=True)
    reference: str = Field(max_length=60)
    booked_on: date
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    number: str = Field(default="", max_length=20)
    said: bytes | None = Field(default=None, sa_column=sealed())
    state: LineState = Field(sa_column=choice(LineState))
    finding: str = Field(default="", max_length=40)
    loan_id: UUID | None = Field(default=None, foreign_key="loan.id", index=True)
    entry_id: UUID | None = Field(default=None, foreign_key="ledger_entry.id")
    attempt: int = 1
    reason: str = Field(default="", max_length=40)
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_by: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LoanForgiveness(SQLModel, table=True):
    """A loan, or a part of it (`amount_minor`; None: all that is owed), is not to be repaid: proposed by one person,
    confirmed or declined by another. `evidence` says where the proof is kept."""

    __tablename__ = "loan_forgiveness"
    __table_args__ = (
        Index(
            "ix_loan_forgiveness_open",
            "loan_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    loan_id: UUID = Field(foreign_key="loan.id", index=True)
    ground: Ground = Field(sa_column=choice(Ground))
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    evidence: str = Field(max_length=120)
    state: ForgivenessState = Field(default=ForgivenessState.PROPOSED, sa_column=choice(ForgivenessState))
    proposed_on: date
    proposed_by: str = Field(max_length=40)
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=40)
    entry_id: UUID | None = Field(default=None, foreign_key="ledger_entry.id")
    recorded_at: datetime = Field(sa_column=instant())
