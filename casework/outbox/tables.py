"""Rows of the outbox."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant


class OutboxState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    STUCK = "stuck"  # tried as often as is sensible: a person must look


class OutboxKind(StrEnum):
    ADVANCE = "advance"  # subject: a case
    ISSUE = "issue"  # subject: a sign-off, a decision against the worker or a paper about money
    INTAKE = "intake"  # subject: a batch whose rows are to become cases
    MAIL = "mail"  # subject: a tree head on its way to one address
    RESCREEN = "rescreen"  # subject: a version of a watch list that came into use
    REMIND = "remind"  # subject: a case whose worker is to be told of bookings


class OutboxItem(SQLModel, table=True):
    """One effect. `key` is unique: doing it twice is harmless, asking for it twice is one row.

    `generation` rises with each asking, so that what was asked while the effect ran is not taken for done.
    """

    __tablename__ = "outbox"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    kind: OutboxKind = Field(sa_column=choice(OutboxKind))
    subject_id: UUID
    case_id: UUID | None = Field(default=None, index=True)
    state: OutboxState = Field(default=OutboxState.PENDING, sa_column=choice(OutboxState, index=True))
    generation: int = 1
    attempts: int = 0
    created_at: datetime = Field(sa_column=instant())
    next_attempt_at: datetime = Field(sa_column=instant(index=True))
    done_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    last_error: str = Field(default="", sa_type=Text)
