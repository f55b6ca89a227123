"""Rows of bulk screenings: what was compared with which lists, without a row for everybody whose answer is the same."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import document, instant


class ScreeningSweep(SQLModel, table=True):
    """Everybody concerned compared anew with the lists of one moment. `lists` names list ids and versions.

    `asked` counts the cases that were due at the beginning, `confirmed` those whose answer stayed the same, `renewed`
    those that got a new screening. `ended_at` is empty while it goes on; one that was cut off goes on where it was.
    """

    __tablename__ = "screening_sweep"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    lists: list[dict[str, str]] = Field(sa_column=document())
    algorithm: str = Field(max_length=40)
    asked: int = 0
    confirmed: int = 0
    renewed: int = 0
    begun_at: datetime = Field(sa_column=instant())
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    recorded_by: str = Field(max_length=40)


class SweepPart(SQLModel, table=True):
    """Screenings that one step of a sweep found to hold on: their ids, 16 bytes each, in the order of the ids.

    `sha256` is of these bytes and stands in the history too, so that a case can prove with which versions its worker
    was compared, and when.
    """

    __tablename__ = "sweep_part"
    __table_args__ = (UniqueConstraint("sweep_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sweep_id: UUID = Field(foreign_key="screening_sweep.id", index=True)
    number: int
    screened_on: date
    recorded_at: datetime = Field(sa_column=instant())
    count: int
    screenings: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
