"""The journey of a case, and what another day of departure would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision
from dashboard.parts import Badge, Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class LegView:
    """One leg: where from and to, with what, and the local times of the ticket."""

    way: Text
    service: Text
    departs: Text
    arrives: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPage(Page):
    """The journey that counts, what may be recorded of it now (the next thing first), and what was."""

    template: ClassVar[str] = "journey.html"
    back: Link
    heading: Text
    status: Badge
    warning: Text
    warning_link: Link | None
    links: tuple[Link, ...]
    facts: tuple[Fact, ...]
    legs: tuple[LegView, ...]
    first: Form | None
    forms: tuple[Form, ...]
    events: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDatePage(Page):
    """What planning the departure for another day opens again; `form` None until a day is asked about."""

    template: ClassVar[str] = "journey_date.html"
    back: Link
    heading: Text
    lead: Text
    facts: tuple[Fact, ...]
    reopens: tuple[Text, ...]
    stays: tuple[Text, ...]
    ask: Form
    form: Form | None
