"""Rows of the count of public checks."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice


class Way(StrEnum):
    """What was asked with."""

    CODE = "code"  # the address in the code on the paper
    NUMBER = "number"  # number and short code, written by hand
    HASH = "hash"  # the fingerprint of a file that stayed with whoever has it
    FILE = "file"  # the file itself


class VerificationCount(SQLModel, table=True):
    """Checks of one document on one day, in one way, with one answer: counted, so that nobody can flood anything by
    asking, and with nothing about who asked. `answer` is a status of `documents.verification`."""

    __tablename__ = "verification_count"
    __table_args__ = (UniqueConstraint("certificate_id", "day", "way", "answer"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    certificate_id: UUID = Field(foreign_key="certificate.id", index=True)
    day: date
    way: Way = Field(sa_column=choice(Way))
    answer: str = Field(max_length=20)
    times: int = 1
