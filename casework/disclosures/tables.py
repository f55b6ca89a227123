"""Rows of disclosures."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.certificates.release import Recipient
from casework.columns import choice, instant


class Disclosure(SQLModel, table=True):
    """One document handed to somebody outside; never changed. `organisation` names a body, never a person.

    `copy_number` 0 is the file as it was issued, else the duplicate with that number; `sha256` is of what was handed
    over. `pack_id` is the same for all that left in one pack.
    """

    __tablename__ = "disclosure"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    certificate_id: UUID = Field(foreign_key="certificate.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    copy_number: int = 0
    sha256: str = Field(max_length=64)
    recipient: Recipient = Field(sa_column=choice(Recipient, index=True))
    organisation: str = Field(default="", max_length=200)
    purpose: str = Field(max_length=40)
    reference: str = Field(default="", max_length=120)
    pack_id: UUID | None = Field(default=None, index=True)
    disclosed_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
