"""Rows of the history. Database triggers refuse UPDATE and DELETE on `audit_event`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from casework.columns import instant


class AuditEvent(SQLModel, table=True):
    """One event. `body` is the exact RFC 8785 text that was hashed; the other columns are copies of it."""

    __tablename__ = "audit_event"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: UUID = Field(unique=True)
    recorded_at: datetime = Field(sa_column=instant())
    happened_on: date
    actor: str = Field(max_length=40)
    kind: str = Field(max_length=60, index=True)
    case_id: UUID | None = Field(default=None, index=True)
    subject: str = Field(max_length=100)
    body: str = Field(sa_type=Text)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The one row that names the last event; locked while a transaction appends."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = 0
    hash: str = Field(default="0" * 64, max_length=64)
