"""Orientation sessions, for the office, for those who hold them, and for those who audit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.courses import MarkPage, ParticipantRow
from dashboard.parts import Badge, Fact, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session. `places` says how many are taken and how many wait."""

    when: Link
    code: str
    provider: str
    place: Text
    places: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionList(Page):
    """The sessions that are ahead or not closed yet, or those that are over."""

    template: ClassVar[str] = "sessions.html"
    summary: Text
    tabs: tuple[tuple[Link, bool], ...]
    rows: tuple[SessionLine, ...]
    other: Link
    links: tuple[Link, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PartRow:
    """A day of a session with the modules that are held on it."""

    when: Text
    modules: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage(Page):
    """One session: its days, who is on the list, who waits. `forms` are acts that few need."""

    template: ClassVar[str] = "session.html"
    back: Link
    heading: Text
    status: Badge
    links: tuple[Link, ...]
    facts: tuple[Fact, ...]
    parts: tuple[PartRow, ...]
    participants: tuple[ParticipantRow, ...]
    waiting: tuple[ParticipantRow, ...]
    pager: Pager
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMarkPage(MarkPage):
    """The list of a session: attendance of all modules or of one (`tabs`), points, families; a page at a time."""

    template: ClassVar[str] = "session_list.html"
    tabs: tuple[tuple[Link, bool], ...]
    pager: Pager
    more: Form | None = None
