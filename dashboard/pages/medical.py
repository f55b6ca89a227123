"""The medical page of a case, and the list of who read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import EvidenceView, Portrait
from dashboard.parts import Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class MedicalPart:
    """One part of the page: what was recorded, the newest first, and the page that adds to it. `empty` is said where
    there is nothing."""

    id: str
    title: Text
    rows: tuple[EvidenceView, ...]
    act: Link | None
    empty: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalPage(Page):
    """All about the health of one worker, for the medical role alone. `form` takes an examination in; None once the
    case has ended."""

    template: ClassVar[str] = "medical.html"
    back: Link
    heading: Text
    lead: Text
    facts: tuple[Fact, ...]
    portrait: Portrait | None
    parts: tuple[MedicalPart, ...]
    links: tuple[Link, ...]
    form: Form | None


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """When somebody looked, who in which role and office, and at what; never what stood there."""

    when: Text
    name: str
    role: Text
    office: str
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsPage(Page):
    """Who read medical details of a worker, to be handed to the worker."""

    template: ClassVar[str] = "medical_readings.html"
    back: Link
    facts: tuple[Fact, ...]
    rows: tuple[ReadingRow, ...]
    printed: Text
