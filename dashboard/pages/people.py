"""Households, and records that may be of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Event
from dashboard.parts import Badge, Fact, Form, Link, Pager, Text, Tile


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of a household. `flags` say what must be seen to, `acts` what this reader may do."""

    name: Link
    role: Text
    born: Text
    stay: Text
    travels: Badge
    flags: tuple[Badge, ...]
    acts: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdPage(Page):
    """The household of a case's worker. `form` founds one where there is none and the reader may."""

    template: ClassVar[str] = "household.html"
    back: Link
    heading: Text
    summary: Text
    alerts: tuple[Badge, ...]
    members: tuple[MemberView, ...]
    former: tuple[MemberView, ...]
    changes: tuple[Event, ...]
    links: tuple[Link, ...]
    form: Form | None


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One household in the list of the office. `flag` is set where a child lacks the consent of a guardian."""

    principal: Link
    reference: str
    members: Text
    travels: Badge
    flag: Badge | None
    since: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdList(Page):
    """The households of the office, the newest first."""

    template: ClassVar[str] = "households.html"
    summary: Text
    tiles: tuple[Tile, ...]
    rows: tuple[HouseholdRow, ...]
    pager: Pager
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Two records that may be of one person, and why."""

    first: Text
    second: Text
    signs: Text
    alike: Text
    act: Link


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge: which record is kept, which was brought into it, when and by whom; `act` takes it back."""

    kept: Text
    merged: Text
    done: Text
    status: Badge
    act: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesPage(Page):
    """Records that may be of one person, and what was merged."""

    template: ClassVar[str] = "duplicates.html"
    summary: Text
    candidates: tuple[CandidateRow, ...]
    merges: tuple[MergeRow, ...]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One part of two records side by side."""

    part: Text
    kept: tuple[Text, ...]
    other: tuple[Text, ...]
    alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage(Page):
    """Two records side by side, what a merge will do, what stands against it. `merge` is None where something does;
    `apart` says that they are two people; `turned` is the same page with the other record kept."""

    template: ClassVar[str] = "compare.html"
    back: Link
    heading: Text
    lead: Text
    rows: tuple[RecordRow, ...]
    effects: tuple[Text, ...]
    problems: tuple[Text, ...]
    merge: Form | None
    apart: Form
    turned: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage(Page):
    """One merge: what was done and why. `form` takes it back, None where it was or something stands against it."""

    template: ClassVar[str] = "merge.html"
    back: Link
    heading: Text
    status: Badge
    facts: tuple[Fact, ...]
    effects: tuple[Text, ...]
    problem: Text
    form: Form | None
