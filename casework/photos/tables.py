"""Rows of photographs: what was measured of the file of an evidence item."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import document, instant, sealed


class Photo(SQLModel, table=True):
    """What belongs to an evidence item of the kind "photo"; whether it is accepted is the item's.

    `measured` holds numbers by name (`rules.Measured`). `taken_on` is the day that the camera wrote into the file,
    `camera` whether it was taken on the page. `framed`: whether a person found the head within the frame.
    `small` is a sealed copy of a few kilobytes for lists, None where the file is no picture.
    """

    __tablename__ = "photo"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(foreign_key="evidence_item.id", unique=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    measured: dict[str, Any] = Field(sa_column=document())
    small: bytes | None = Field(default=None, sa_column=sealed())
    taken_on: date | None = None
    camera: bool = False
    framed: bool | None = None
    framed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    framed_by: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
