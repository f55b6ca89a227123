"""A journey as a calendar file, leg by leg. As in every calendar file nothing in it is about a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo

from basis.messages import _
from casework.diary import calendar
from casework.diary.calendar import Event, Status
from casework.travel.rules import STANDS
from casework.travel.tables import Itinerary, JourneyLeg


def journey_file(
    row: Itinerary, legs: Sequence[JourneyLeg], stamped_at: datetime, public_url: str, zone: tzinfo
) -> bytes:
    """`stamped_at`: when the journey was last changed; `zone`: whose days count where no time is known."""
    return calendar.write(_events(row, legs, stamped_at, zone), calendar.host_of(public_url), zone)


def _events(row: Itinerary, legs: Sequence[JourneyLeg], stamped_at: datetime, zone: tzinfo) -> Iterator[Event]:
    for leg in legs:
        timed = leg.departs_at is not None and leg.arrives_at is not None
        day = datetime.combine(leg.departs_on, time(), zone)
        last = max(leg.arrives_on or leg.departs_on, leg.departs_on)
        yield Event(
            id=leg.id,
            sequence=row.sequence,
            stamped_at=stamped_at,
            starts_at=leg.departs_at if timed and leg.departs_at else day,
            ends_at=leg.arrives_at if timed and leg.arrives_at else datetime.combine(last + timedelta(1), time(), zone),
            summary=calendar.summary(_("journey to {place}", place=leg.destination), leg.service_number),
            location=leg.origin,
            status=Status.CONFIRMED if row.state in STANDS else Status.CANCELLED,
            whole_day=not timed,
        )
