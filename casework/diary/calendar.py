"""Bookings as an iCalendar file (RFC 5545) that any calendar reads. Pure.

Nothing in it is about a person: a calendar is shared with families and employers, and copied to servers anywhere. Not
even the reference of the case stands in it, for beside the name of a clinic it would say who goes there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from basis.messages import Message

MEDIA_TYPE: Final = "text/calendar"
_LONGEST_LINE: Final = 75
"""Octets, without the end of the line (section 3.1)."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class Status(StrEnum):
    """Of an event, section 3.8.1.11."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar. A later file with the same `id` and a higher `sequence` takes its place. `stamped_at` is
    when it was last changed; the days of one that is `whole_day` are those of `zone`."""

    id: UUID
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    status: Status = Status.CONFIRMED
    whole_day: bool = False


def host_of(public_url: str) -> str:
    """What follows the @ in the identifier of an event: the installation's public name."""
    return urlsplit(public_url).hostname or "predeparture.invalid"


def summary(what: Message, rest: str | Message) -> str:
    """The title of an entry: what it is in neutral words, and where or how many."""
    words = str(what)
    return f"{words[:1].upper()}{words[1:]}, {rest}"


def write(events: Iterable[Event], host: str, zone: tzinfo) -> bytes:
    """The file: lines of at most 75 octets that end in CRLF, in UTF-8, instants in UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//predeparture//diary//EN"]
    for event in events:
        lines += _event(event, host, zone)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(event: Event, host: str, zone: tzinfo) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@{host}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_instant(event.stamped_at)}"
    if event.whole_day:
        yield f"DTSTART;VALUE=DATE:{event.starts_at.astimezone(zone):%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.ends_at.astimezone(zone):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
    else:
        yield f"DTSTART:{_instant(event.starts_at)}"
        yield f"DTEND:{_instant(event.ends_at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    yield f"STATUS:{event.status}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _instant(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of the type TEXT (section 3.3.11): control characters have no place in it."""
    value = "\n".join(value.splitlines())
    return "".join(one for one in value if one == "\n" or unicodedata.category(one) != "Cc").translate(_ESCAPED)


def _folded(line: str) -> Iterator[bytes]:
    """The line in parts of at most 75 octets, each further one after a space; no character is torn apart."""
    rest, room, lead = line.encode(), _LONGEST_LINE, b""
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        yield lead + rest[:cut]
        rest, room, lead = rest[cut:], _LONGEST_LINE - 1, b" "
    yield lead + rest
