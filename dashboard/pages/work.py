"""The lists that work begins with: the queue, and the search through cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Chip, Form, Link, Pager, StageBar, Text, Tile


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in somebody's queue.

    `about` is reference, occupation and track in one line; `departure` the day or "home track", and
    `slack` the days left between the latest stage and it. `action` is the one button.
    """

    worker: Link
    about: Text
    stages: StageBar
    next: Text
    who: Text
    due: Badge
    departure: Text
    slack: Text
    action: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWork(Page):
    """What is mine to do, sorted by the risk to the planned departure.

    `summary` says what is shown in a sentence. `tiles`: overdue, due today, due this week, waiting for
    others, unassigned, stuck. `chips` are the filters in force, `filters` the form that sets them.
    `empty` is said when no row is left.
    """

    template: ClassVar[str] = "work.html"
    summary: Text
    tiles: tuple[Tile, ...]
    chips: tuple[Chip, ...]
    filters: Form
    rows: tuple[QueueRow, ...]
    pager: Pager
    empty: Text


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One found case. `agency` is where it came from, `owner` who works on it ("" when nobody does), `flags` say
    what is to be known besides."""

    worker: Link
    about: Text
    stages: StageBar
    status: Badge
    programme: Text
    agency: Text
    owner: Text
    departure: Text
    flags: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList(Page):
    """The search through cases. `filters` is a GET form (text, stage, status, programme, agency, office, owner).

    `acts` are links beside the heading, such as opening a case by hand.
    """

    template: ClassVar[str] = "cases.html"
    summary: Text
    filters: Form
    chips: tuple[Chip, ...]
    rows: tuple[CaseRow, ...]
    pager: Pager
    acts: tuple[Link, ...]
