"""Rows of the register of signatories."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import document, instant


class Signatory(SQLModel, table=True):
    """A person who answers for documents of an office, with the title that is printed, for kinds of documents.

    `account_id` where the person has an account. Name and title are those of the day it was recorded; nothing but
    `valid_until` changes afterwards. Both days are included.
    """

    __tablename__ = "signatory"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    account_id: UUID | None = Field(default=None, foreign_key="account.id")
    name: str = Field(max_length=200)
    title: str = Field(max_length=120)
    kinds: list[str] = Field(sa_column=document())
    valid_from: date
    valid_until: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    ended_by: str = Field(default="", max_length=40)
