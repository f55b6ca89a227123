"""Rows of batches. Findings hold codes, columns and sentences without the cell's value."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant


class BatchState(StrEnum):
    TAKING = "taking"  # rows become cases, chunk by chunk
    TAKEN = "taken"


class Batch(SQLModel, table=True):
    """A file that an agency handed in. The same file for the same programme is the same batch."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("agency_id", "programme_id", "sha256"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True, max_length=40)
    agency_id: UUID = Field(foreign_key="organisation.id", index=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(max_length=80)
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    state: BatchState = Field(default=BatchState.TAKING, sa_column=choice(BatchState))
    rows_total: int
    rows_good: int
    rows_refused: int
    findings: list[dict[str, Any]] = Field(sa_column=document())
    notice_version: str = Field(max_length=40)
    notice_language: str = Field(max_length=16)
    received_at: datetime = Field(sa_column=instant())
    received_by: str = Field(max_length=40)


class RowState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    KNOWN = "known"  # the same worker has an open case in this programme already


class BatchRow(SQLModel, table=True):
    """One row of the file by its spreadsheet number. `content` is sealed under the key of the worker to be."""

    __tablename__ = "batch_row"
    __table_args__ = (UniqueConstraint("batch_id", "row_number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    batch_id: UUID = Field(foreign_key="batch.id", index=True)
    row_number: int
    state: RowState = Field(sa_column=choice(RowState))
    person_id: UUID
    content: bytes | None = None
    case_id: UUID | None = Field(default=None, foreign_key="case_file.id")
