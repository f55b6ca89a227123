"""Job orders, and the records of agencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Chip, Fact, Form, Link, Pager, Text, Tile


@dataclass(frozen=True, slots=True)
class JobOrderRow:
    """One job order. `places` says how many are left of how many, `waits` that something is to be decided."""

    number: Link
    title: Text
    employer: Text
    agency: Text
    programme: Text
    places: Text
    valid: Text
    status: Badge
    waits: Badge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderList(Page):
    """The job orders that the reader may know of, what waits for a decision first."""

    template: ClassVar[str] = "job_orders.html"
    summary: Text
    acts: tuple[Link, ...]
    tiles: tuple[Tile, ...]
    chips: tuple[Chip, ...]
    filters: Form
    rows: tuple[JobOrderRow, ...]
    pager: Pager
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class AskedVersion:
    """What was asked for: `changes` are the values that differ from the version in force then."""

    title: Text
    status: Badge
    asked: Text
    decided: Text
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A case that has a place."""

    case: Link
    status: Badge
    since: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderPage(Page):
    """One job order. `facts` are in force (or asked for, where nothing is yet), `terms` what is promised, `pending`
    waits for a decision; `missing` says what keeps the agency from bringing workers for it."""

    template: ClassVar[str] = "job_order.html"
    back: Link
    heading: Text
    status: Badge
    warning: Text
    facts: tuple[Fact, ...]
    terms: tuple[Fact, ...]
    places: tuple[Fact, ...]
    missing: tuple[Text, ...]
    pending: AskedVersion | None
    versions: tuple[AskedVersion, ...]
    holders: tuple[HolderRow, ...]
    more: Text
    links: tuple[Link, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency with how its licence stands and how many cases it has under way."""

    agency: Link
    code: str
    licence: Badge
    suspended: Badge | None
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyList(Page):
    """The agencies of the office."""

    template: ClassVar[str] = "agencies.html"
    back: Link
    summary: Text
    rows: tuple[AgencyRow, ...]


@dataclass(frozen=True, slots=True)
class PermissionView:
    """A licence, an accreditation or a suspension: its facts in one line, its state, and what can be done with it."""

    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A figure with its definition."""

    label: Text
    value: Text
    definition: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPage(Page):
    """The record of an agency: what it is permitted, and what its work came to in a period."""

    template: ClassVar[str] = "agency.html"
    back: Link | None
    heading: Text
    status: Badge
    facts: tuple[Fact, ...]
    licences: tuple[PermissionView, ...]
    principals: tuple[PermissionView, ...]
    suspensions: tuple[PermissionView, ...]
    period: Form
    said: Text
    scores: tuple[ScoreRow, ...]
    files: tuple[Link, ...]
    forms: tuple[Form, ...]
