"""What a programme pays to the worker of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Source, Text


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim or one wish that something be paid back: what for, how much, how it stands, who did what."""

    title: Text
    amount: Text
    status: Badge
    steps: tuple[Text, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class EntitlementView:
    """One entitlement of the programme: its rule and source, what came of it, and what may be done now."""

    id: str
    title: Text
    rule: Text
    source: Source | None
    status: Badge
    facts: tuple[Fact, ...]
    claims: tuple[ClaimView, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementsPage(Page):
    """Every entitlement of the programme, with the statements that were asked for."""

    template: ClassVar[str] = "entitlements.html"
    back: Link
    heading: Text
    lead: Text
    entitlements: tuple[EntitlementView, ...]
    statement: Form | None
    papers: tuple[Fact, ...]
