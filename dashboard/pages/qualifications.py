"""Diploma, language and ability of a case on one page: what is asked, what is there, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Source, Text


@dataclass(frozen=True, slots=True)
class AskedView:
    """One requirement: how it stands, why, and for a language each level that is asked beside the one shown."""

    title: Text
    status: Badge
    why: Text
    levels: tuple[Badge, ...]
    source: Source | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a recognition, with the day that it set."""

    day: Text
    what: Text


@dataclass(frozen=True, slots=True)
class RecordView:
    """Something recorded, with what may be done about it. `notes` are hints; `under` hangs on it: the recognitions of a
    diploma."""

    id: str
    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    notes: tuple[Text, ...] = ()
    steps: tuple[StepLine, ...] = ()
    forms: tuple[Form, ...] = ()
    links: tuple[Link, ...] = ()
    under: tuple[RecordView, ...] = ()


@dataclass(frozen=True, slots=True)
class PartView:
    """Diploma, language or ability. `next` is the next act in a sentence, `add` leads to the forms that record more."""

    id: str
    title: Text
    asked: tuple[AskedView, ...]
    next: Text
    records: tuple[RecordView, ...]
    add: tuple[Link, ...]
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationsPage(Page):
    """The qualifications of a case."""

    template: ClassVar[str] = "qualifications.html"
    back: Link
    summary: Text
    parts: tuple[PartView, ...]
