"""What is booked for workers, and whom somebody must tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class BookingView:
    """One booking of a case: what in neutral words, when by the office's clock, where, and what came of it. `note` says
    why it was cancelled; `file` is its calendar file while it is ahead."""

    what: Text
    when: Text
    place: Text
    status: Badge
    note: Text
    file: Link | None


@dataclass(frozen=True, slots=True)
class ToTell:
    """What one worker does not know yet and why no mail told it; `form` says that somebody did."""

    lines: tuple[Text, ...]
    why: Text
    form: Form


@dataclass(frozen=True, slots=True)
class ToTellRow:
    """The same in the list of all: with the worker and the reference of the case."""

    worker: Link
    about: Text
    told: ToTell


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTellPage(Page):
    """The workers whom no mail has told of what is booked for them, the next date first."""

    template: ClassVar[str] = "to_tell.html"
    summary: Text
    rows: tuple[ToTellRow, ...]
    pager: Pager
