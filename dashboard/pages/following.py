"""Check-ins over all cases: what is due, and records by a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.batches import FindingView
from dashboard.parts import Badge, Chip, Form, Link, Pager, Text, Tile


@dataclass(frozen=True, slots=True)
class DueRow:
    """One line: who, what is to be done, by whom and when."""

    who: Link
    about: str
    what: Text
    by: Text
    due: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpList(Page):
    """What is due of all cases that are followed up, by the day."""

    template: ClassVar[str] = "follow_ups.html"
    summary: Text
    links: tuple[Link, ...]
    tiles: tuple[Tile, ...]
    filters: Form
    chips: tuple[Chip, ...]
    rows: tuple[DueRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSheet(Page):
    """Hand a list of check-ins in; what became of the last one stands above the form."""

    template: ClassVar[str] = "follow_up_sheet.html"
    back: Link
    summary: Text
    findings: tuple[FindingView, ...]
    columns: tuple[Text, ...]
    form: Form
