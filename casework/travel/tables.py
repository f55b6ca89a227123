"""Rows of journeys: bookings with their legs, and what became of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.travel.rules import JourneyAct, JourneyState


class Itinerary(SQLModel, table=True):
    """A booked journey: what its legs come to, from the first place to the last. A changed one is a new row.

    `withdrawn_on` is set where the journey does not count for the preparation any more, whatever became of it.
    Reference and number of booking and ticket are sealed: with the name they open the booking at the carrier's.
    """

    __tablename__ = "itinerary"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    departs_on: date = Field(index=True)
    arrives_on: date | None = None
    carrier: str = Field(max_length=120)
    service_number: str = Field(max_length=40)
    origin: str = Field(max_length=120)
    destination: str = Field(max_length=120)
    escort: str = Field(default="", max_length=200)
    met_by: str = Field(default="", max_length=200)
    booking_reference: bytes | None = Field(default=None, sa_column=sealed())
    ticket_number: bytes | None = Field(default=None, sa_column=sealed())
    ticket_issued_on: date | None = None
    state: JourneyState = Field(default=JourneyState.BOOKED, sa_column=choice(JourneyState))
    sequence: int = 0
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class JourneyLeg(SQLModel, table=True):
    """One leg of a booking. Days and times are the local ones of the place, as the ticket states them, with its zone
    (IANA); ``*_at`` are the same in UTC. Without a time only the day is known."""

    __tablename__ = "journey_leg"
    __table_args__ = (UniqueConstraint("itinerary_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    itinerary_id: UUID = Field(foreign_key="itinerary.id")
    number: int
    origin: str = Field(max_length=120)
    destination: str = Field(max_length=120)
    carrier: str = Field(max_length=120)
    service_number: str = Field(max_length=40)
    departs_on: date
    departs_time: str = Field(default="", max_length=5)
    departs_zone: str = Field(default="", max_length=64)
    departs_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    arrives_on: date | None = None
    arrives_time: str = Field(default="", max_length=5)
    arrives_zone: str = Field(default="", max_length=64)
    arrives_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class JourneyEvent(SQLModel, table=True):
    """What was recorded of a journey; `itinerary_id` None where none was booked. `by`, `how`, `reason` and `place` are
    codes of `rules`; `clock` is a local time, ``HH:MM`` or ""."""

    __tablename__ = "journey_event"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    itinerary_id: UUID | None = Field(default=None, foreign_key="itinerary.id", index=True)
    act: JourneyAct = Field(sa_column=choice(JourneyAct))
    happened_on: date
    clock: str = Field(default="", max_length=5)
    by: str = Field(default="", max_length=40)
    how: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=40)
    place: str = Field(default="", max_length=40)
    refund_expected: bool | None = None
    new_departure: date | None = None
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
