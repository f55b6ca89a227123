"""Rows of papers about money: what each was asked for. The paper itself is the register row with its id."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant


class PaperKind(StrEnum):
    """The kinds, by the words that the register and the templates have for them."""

    PROMISSORY_NOTE = "promissory_note"  # to be signed; what was signed is the certificate of the loan's stage
    LOAN_STATEMENT = "loan_statement"
    SETTLEMENT_LETTER = "settlement_letter"
    ENTITLEMENT_STATEMENT = "entitlement_statement"


class PaperEnd(StrEnum):
    REPLACED = "replaced"  # by a later one of the same thing
    FALLEN = "fallen"  # with what it says: the loan was cancelled, a settled loan is owed again


class MoneyPaper(SQLModel, table=True):
    """A paper about a loan, or about what the programme pays to the worker.

    It says what held on the day `as_of` by what was recorded until `known_at`, both included, so that it can be made
    again; `asked_on` is the office's day then. `entitlement_id` None: all entitlements of the case. `case_version`:
    while it is that of the case, nothing has changed since the paper was asked for. `counts_from`: from which day the
    instalments of a note are counted.
    """

    __tablename__ = "money_paper"
    __table_args__ = (CheckConstraint("(kind = 'entitlement_statement') = (loan_id IS NULL)", name="about"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: PaperKind = Field(sa_column=choice(PaperKind))
    loan_id: UUID | None = Field(default=None, foreign_key="loan.id", index=True)
    entitlement_id: UUID | None = None
    as_of: date
    counts_from: date | None = None
    known_at: datetime = Field(sa_column=instant())
    case_version: int
    asked_on: date
    asked_by: str = Field(max_length=40)
    ended_on: date | None = None
    end: PaperEnd | None = Field(default=None, sa_column=choice(PaperEnd, nullable=True))
