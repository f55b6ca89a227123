"""What is booked for the worker of a case, as far as the reader may know it, and what the worker must be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.cases.tables import Case
from casework.diary.lists import split
from casework.diary.notices import WHY_WORDS
from casework.diary.rules import CANCEL_REASONS, KIND_WORDS, STATE_WORDS, BookingState, Occasion, shows
from casework.diary.tables import Booking, Notice
from dashboard import addresses, words
from dashboard.cases.known import KnownCase
from dashboard.pages.diary import BookingView, ToTell
from dashboard.parts import Badge, Form, Link, Text, Tone
from dashboard.sessions import Visit

_PAST: Final = 12
"""So many of those that are over stand on the page."""
_TONES = {
    BookingState.BOOKED: Tone.OPEN,
    BookingState.WAITING: Tone.WAIT,
    BookingState.ATTENDED: Tone.DONE,
    BookingState.DONE: Tone.DONE,
    BookingState.MISSED: Tone.LATE,
    BookingState.CANCELLED: Tone.IDLE,
}
_OCCASIONS: dict[Occasion, Message] = {
    Occasion.WEEK: _("a reminder, a week ahead"),
    Occasion.DAY: _("a reminder, the day before"),
    Occasion.ADMITTED: _("there is a place now"),
    Occasion.MOVED: _("it was moved"),
    Occasion.CANCELLED: _("it was cancelled"),
}


def bookings(known: KnownCase) -> tuple[BookingView, ...]:
    """Those ahead, the next first, then those of before."""
    rows = [row for row in known.bookings if shows(known.visit.role, row.kind)]
    ahead, past = split(rows, known.visit.database.now())
    return tuple(_view(known.visit, row) for row in (*ahead, *past[:_PAST]))


def to_tell(known: KnownCase) -> ToTell | None:
    """What no mail has told the worker; None where there is nothing, or it is not the reader's to tell."""
    if not known.visit.may(Permission.BOOK_APPOINTMENTS) or not known.untold:
        return None
    return to_tell_of(known.visit, known.case, known.untold)


def to_tell_of(visit: Visit, case: Case, rows: Sequence[tuple[Notice, Booking]]) -> ToTell:
    """What it is, when and where, and why now; with the form that says that the worker knows what was shown."""
    lines = tuple(_line(visit, notice, row) for notice, row in rows)
    code = max((notice for notice, _row in rows), key=lambda notice: notice.id).why
    why = WHY_WORDS[code] if code else _("the mail has not gone out yet")
    shown = " ".join(str(notice.id) for notice, _row in rows)
    form = Form(
        f"told-{case.id}",
        addresses.case(case.id, "told"),
        _("The worker was told"),
        hidden=(("notices", shown),),
        about=case.reference,
    )
    return ToTell(lines, why, form)


def _line(visit: Visit, notice: Notice, row: Booking) -> Message:
    when, news = _when(visit, row, row.place), _OCCASIONS[notice.occasion]
    return _("{what}, {when}: {news}", what=KIND_WORDS[row.kind], when=when, news=news)


def _view(visit: Visit, row: Booking) -> BookingView:
    return BookingView(
        what=KIND_WORDS[row.kind],
        when=_when(visit, row, ""),
        place=_("{place}, online", place=row.place) if row.online and row.place else row.place or _online(row),
        status=Badge(_TONES[row.state], STATE_WORDS[row.state]),
        note=CANCEL_REASONS.get(row.cancel_reason, ""),
        file=_file(visit.database.now(), row),
    )


def _file(now: datetime, row: Booking) -> Link | None:
    if row.ends_at <= now:
        return None
    return Link(addresses.booking_file(row.id), _("Calendar file"))


def _online(row: Booking) -> Text:
    return _("online") if row.online else ""


def _when(visit: Visit, row: Booking, place: str) -> Text:
    day = words.on(row.starts_at.astimezone(visit.zone).date())
    if not row.whole_day:
        starts, ends = (f"{one.astimezone(visit.zone):%H:%M}" for one in (row.starts_at, row.ends_at))
        day = _("{day}, {starts} to {ends}", day=day, starts=starts, ends=ends)
    return _("{when}, {place}", when=day, place=place) if place else day
