"""Rows of the ledger. Amounts are integer minor units of the entry's `currency` (ISO 4217).

Database triggers refuse UPDATE and DELETE on both tables.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant
from casework.ledger.rules import EntryKind, LedgerAccount, SubjectKind


class LedgerEntry(SQLModel, table=True):
    """One event in the accounts of a loan or an entitlement. `key` names it once and for all: nothing is booked twice.

    `reverses_id` is the entry that this one takes back line by line, `reason` a code of `rules.REVERSE_REASONS`.
    """

    __tablename__ = "ledger_entry"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    subject_kind: SubjectKind = Field(sa_column=choice(SubjectKind))
    subject_id: UUID = Field(index=True)
    kind: EntryKind = Field(sa_column=choice(EntryKind))
    currency: str = Field(max_length=3)
    happened_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    reference: str = Field(default="", max_length=120)
    key: str = Field(max_length=200, unique=True)
    reverses_id: UUID | None = Field(default=None, foreign_key="ledger_entry.id", unique=True)
    reason: str = Field(default="", max_length=40)


class LedgerLine(SQLModel, table=True):
    """What an entry does to one account: a debit positive, a credit negative. The lines of an entry sum to zero."""

    __tablename__ = "ledger_line"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="not_zero"),)

    entry_id: UUID = Field(foreign_key="ledger_entry.id", primary_key=True)
    account: LedgerAccount = Field(sa_column=choice(LedgerAccount, primary_key=True))
    amount_minor: int = Field(sa_type=BigInteger)
