"""Lists for those who review: what was conceded, and what was decided against workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Chip, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class RulingRow:
    """One line: `cells` stand under the columns between the first and the status."""

    first: Link
    cells: tuple[Link | Text, ...]
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingList(Page):
    """Concessions or decisions, the last one first. `columns` name all cells of a row, the status last."""

    template: ClassVar[str] = "rulings.html"
    heading: Text
    summary: Text
    links: tuple[Link, ...]
    filters: Form | None
    chips: tuple[Chip, ...]
    columns: tuple[Text, ...]
    rows: tuple[RulingRow, ...]
    pager: Pager
    empty: Text
