"""Calendar files: as the standard writes them, read back by another program, and silent about the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.ids import new_id
from casework.diary.calendar import Event, Status, host_of, write

ZONE = ZoneInfo("Europe/Belgrade")
BEGIN = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)


def event(**values: Any) -> Event:
    hour = Event(new_id(), 2, BEGIN, BEGIN, BEGIN + timedelta(hours=1), "Appointment")
    return replace(hour, **values)


def read(content: bytes) -> list[icalendar.Event]:
    """What another program reads."""
    return [one for one in icalendar.Calendar.from_ical(content).walk() if isinstance(one, icalendar.Event)]


def test_an_event_is_written_as_the_standard_says() -> None:
    made = event(location="Rruga B; hyrja 2, kati 1\nPrishtinë")
    assert write([made], "office.example.org", ZONE).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//predeparture//diary//EN",
        "BEGIN:VEVENT",
        f"UID:{made.id}@office.example.org",
        "SEQUENCE:2",
        "DTSTAMP:20270327T233000Z",
        "DTSTART:20270327T233000Z",
        "DTEND:20270328T003000Z",
        "SUMMARY:Appointment",
        "LOCATION:Rruga B\\; hyrja 2\\, kati 1\\nPrishtinë",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_whole_day_is_a_day_of_the_office() -> None:
    midnight = datetime(2027, 3, 28, tzinfo=ZONE)  # the night clocks go forward: the day has 23 hours
    made = event(starts_at=midnight, ends_at=datetime(2027, 3, 29, tzinfo=ZONE), whole_day=True)
    (found,) = read(write([made], "office.example.org", ZONE))
    assert (found.start, found.end) == (date(2027, 3, 28), date(2027, 3, 29))


def test_what_was_cancelled_says_so() -> None:
    (found,) = read(write([event(status=Status.CANCELLED)], "office.example.org", ZONE))
    assert found["STATUS"] == "CANCELLED"


def test_the_name_of_the_host_is_that_of_the_public_address() -> None:
    assert host_of("https://office.example.org:8443/pre") == "office.example.org"
    assert host_of("") == "predeparture.invalid"


def test_control_characters_and_strange_ends_of_lines_do_not_break_the_file() -> None:
    (found,) = read(write([event(location="Hall\x07 2\r\nBEGIN:VALARM\u2028Door 3")], "office.example.org", ZONE))
    assert str(found["LOCATION"]) == "Hall 2\nBEGIN:VALARM\nDoor 3"


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.just("\n"), min_size=1, max_size=300)


@settings(max_examples=40)
@given(st.lists(TEXT.filter(lambda text: not text.endswith("\n")), min_size=1, max_size=3))
def test_every_text_comes_back_as_it_went_in(texts: list[str]) -> None:
    written = write([event(summary=text, location=text) for text in texts], "office.example.org", ZONE)
    lines = [line.decode() for line in written.split(b"\r\n")]  # no character was torn apart
    assert all(len(line.encode()) <= 75 for line in lines)
    assert [str(found["SUMMARY"]) for found in read(written)] == texts
