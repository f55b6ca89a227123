"""Pages for those who review: sections of facts, tables and decisions; lists with filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision
from dashboard.parts import Badge, Chip, Fact, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash: its beginning, and the whole behind it."""

    whole: str

    @property
    def begins(self) -> str:
        return self.whole[:12]


Cell = Text | Link | Badge | Digest


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under columns; the first of a row names it."""

    label: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page, with whatever it has; `empty` is said where it has nothing."""

    id: str
    heading: Text
    lead: Text = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    decisions: tuple[Decision, ...] = ()
    digests: tuple[tuple[Text, str], ...] = ()
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    empty: Text = ""

    @property
    def nothing(self) -> bool:
        return not (self.facts or self.tables or self.decisions or self.digests or self.links or self.forms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage(Page):
    """One thing under review, section by section."""

    template: ClassVar[str] = "review.html"
    heading: Text
    summary: Text
    back: Link
    status: Badge | None
    links: tuple[Link, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewList(Page):
    """A list under review. `notes` stand under the heading; `places` are the lists beside this one."""

    template: ClassVar[str] = "review_list.html"
    heading: Text
    summary: Text
    places: tuple[tuple[Link, bool], ...]
    filters: Form | None
    chips: tuple[Chip, ...]
    table: Table
    pager: Pager | None
    exports: tuple[Link, ...]
    notes: tuple[Text, ...]
    empty: Text
