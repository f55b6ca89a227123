"""Rows of originals and of the steps that each of them went."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.custody.rules import OriginalState, OriginalStepKind


class Original(SQLModel, table=True):
    """A paper of the worker's own that the office answers for, from the day it was handed over until it is back.

    `kind` is a code of `rules.KINDS`; `title` says what it is where that is "other". `detail` seals its number.
    `place` is where it lies now, `there_since` since when. `expected_on`: back from where it was sent;
    `limit_on`: the last day that a passport may lie in the office; `due_on`: to be returned, because the worker
    asked on `requested_on`. `told_of` is the day of which the daily look has told that it went by.
    """

    __tablename__ = "original"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    kind: str = Field(max_length=40)
    title: str = Field(default="", max_length=120)
    detail: bytes | None = Field(default=None, sa_column=sealed())
    state: OriginalState = Field(default=OriginalState.HELD, sa_column=choice(OriginalState, index=True))
    place: str = Field(max_length=200)
    received_on: date
    there_since: date
    expected_on: date | None = None
    limit_on: date | None = None
    requested_on: date | None = None
    due_on: date | None = None
    ended_on: date | None = None
    told_of: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class OriginalStep(SQLModel, table=True):
    """One step of an original; never changed. `detail` seals who handed it over, who took it, and the note;
    `file_id` is the signed receipt, where one was kept."""

    __tablename__ = "original_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    original_id: UUID = Field(foreign_key="original.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id")
    step: OriginalStepKind = Field(sa_column=choice(OriginalStepKind, name="originalstep"))
    to_state: OriginalState = Field(sa_column=choice(OriginalState, name="to_originalstate"))
    happened_on: date
    place: str = Field(default="", max_length=200)
    expected_on: date | None = None
    detail: bytes | None = Field(default=None, sa_column=sealed())
    file_id: UUID | None = Field(default=None, foreign_key="evidence_file.id")
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
