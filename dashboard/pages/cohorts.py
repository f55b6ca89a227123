"""Cohorts, for those who answer for them and those who audit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Link, Text


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One cohort. `places` says how many are taken, `full` is set when none is left."""

    title: Link
    code: str
    programme: Text
    funder: str
    starts: Text
    places: Text
    full: Badge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortList(Page):
    """The cohorts, the newest first."""

    template: ClassVar[str] = "cohorts.html"
    summary: Text
    rows: tuple[CohortRow, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CostRow:
    """One group of costs."""

    group: Text
    amount: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """How many members stand there: away, at home, together."""

    outcome: Text
    away: int
    home: int
    all: int


@dataclass(frozen=True, slots=True)
class TaughtRow:
    """A course in which members are or were, and how many of them stand where."""

    course: Link
    status: Badge
    enrolled: int
    attending: int
    passed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A case of the cohort."""

    worker: Link
    reference: str
    track: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPage(Page):
    """One cohort: who pays what, how many it takes, where its members stand. `links` hand its documents over."""

    template: ClassVar[str] = "cohort.html"
    back: Link
    heading: Text
    facts: tuple[Fact, ...]
    costs: tuple[CostRow, ...]
    total: str
    outcomes: tuple[OutcomeRow, ...]
    selected: OutcomeRow
    links: tuple[Link, ...]
    courses: tuple[TaughtRow, ...]
    members: tuple[MemberRow, ...]
