"""Papers side by side: what each says of the worker, and what a person said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision
from dashboard.parts import Badge, Form, Link, Text


@dataclass(frozen=True, slots=True)
class Cell:
    """What one source says of one field; `mark` is None where it agrees or says nothing."""

    text: Text
    mark: Badge | None = None


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One field: a cell for each source, in the order of the page's `sources`."""

    field: Text
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class OpenDifference:
    """A difference that nobody has settled. `form` is None for who may not settle it, and `why` says why."""

    id: str
    title: Text
    recorded: Text
    other: Text
    source: Text
    form: Form | None
    why: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencesPage(Page):
    """All papers of a case side by side. `settled`: who said what, and why; `earlier`: what no longer fits a value."""

    template: ClassVar[str] = "differences.html"
    back: Link
    heading: Text
    summary: Text
    status: Badge
    sources: tuple[Text, ...]
    rows: tuple[ComparedRow, ...]
    open: tuple[OpenDifference, ...]
    settled: tuple[Decision, ...]
    earlier: tuple[Decision, ...]
