"""Made-up bookings, and workers to be told of them."""

from __future__ import annotations

from dashboard.pages.base import Page, Place
from dashboard.pages.diary import BookingView, ToTell, ToTellPage, ToTellRow
from dashboard.parts import Badge, Form, Link, Pager, Tone
from tests.dashboard.frames import base

BOOKINGS = (
    BookingView(
        "appointment",
        "2 May 2027, 09:00 to 10:00",
        "Rruga B 12, Prishtina",
        Badge(Tone.OPEN, "booked"),
        "",
        Link("/bookings/1.ics", "Calendar file"),
    ),
    BookingView(
        "day of a course",
        "3 March 2027, 08:30 to 12:30",
        "online",
        Badge(Tone.IDLE, "cancelled"),
        "The worker cannot come.",
        None,
    ),
    *(
        BookingView(
            "day of a course", f"{day} March 2027, 08:30 to 12:30", "Hall 2", Badge(Tone.DONE, "attended"), "", None
        )
        for day in (2, 1)
    ),
    BookingView("orientation session", "1 February 2027", "Hall 1", Badge(Tone.LATE, "missed"), "", None),
)
TO_TELL = ToTell(
    ("appointment, 2 May 2027, 09:00 to 10:00, Rruga B 12, Prishtina: it was moved",),
    "no mail address is recorded",
    Form("told-1", "/cases/1/told", "The worker was told", hidden=(("notices", "1"),), about="BB-0001"),
)


def pages() -> dict[str, Page]:
    """The list with somebody to be told, and without anybody."""
    row = ToTellRow(Link("/cases/1", "Hoxhademo, Arbenta"), "BB-0001", TO_TELL)
    return {
        "workers-to-be-told": ToTellPage(
            base=base(Place.APPOINTMENTS), summary="1 thing to be told", rows=(row,), pager=Pager(1, 1, 1)
        ),
        "nobody-to-be-told": ToTellPage(
            base=base(Place.APPOINTMENTS), summary="0 things to be told", rows=(), pager=Pager(0, 0, 0)
        ),
    }
