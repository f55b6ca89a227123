"""Rows of follow-ups."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import instant, sealed


class FollowUpRow(SQLModel, table=True):
    """A check-in that was made. `follow_up` is the programme's id of it, `outcome` one of the programme's words,
    `due_on` the day it was due; the note is sealed."""

    __tablename__ = "follow_up"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    follow_up: str = Field(max_length=60)
    due_on: date
    happened_on: date
    outcome: str = Field(max_length=60)
    note: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
