"""Where a worker has lived, row by row, and which papers follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Form, Link, Text


@dataclass(frozen=True, slots=True)
class StayRow:
    """One stay. `flags` say what is to be asked about it; `remove` is None for who only reads."""

    number: int
    country: Text
    since: Text
    until: Text
    source: Text
    flags: tuple[Badge, ...]
    remove: Form | None


@dataclass(frozen=True, slots=True)
class CountryRow:
    """One country of the history: whether a paper is asked, why, and how fresh it must be."""

    country: Text
    asked: Badge
    why: Text
    fresh: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidencePage(Page):
    """The residence history of a case's worker. `findings` are its gaps and overlaps in words."""

    template: ClassVar[str] = "residence.html"
    back: Link
    heading: Text
    summary: Text
    rows: tuple[StayRow, ...]
    findings: tuple[Badge, ...]
    countries: tuple[CountryRow, ...]
    rule: Text
    form: Form | None
