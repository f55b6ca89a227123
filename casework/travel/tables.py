"""Rows of itineraries."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import instant


class Itinerary(SQLModel, table=True):
    """A booked journey. A changed one is a new row; the earlier is withdrawn."""

    __tablename__ = "itinerary"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    departs_on: date
    carrier: str = Field(max_length=120)
    service_number: str = Field(max_length=40)
    origin: str = Field(max_length=120)
    destination: str = Field(max_length=120)
    met_by: str = Field(default="", max_length=200)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
