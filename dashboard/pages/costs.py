"""What was paid in a case, the alerts about fees, and the sheet on which workers write what they paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Source, Text


@dataclass(frozen=True, slots=True)
class CostRow:
    """One cost in its present version. `flags` say what is wrong with it, `before` what it said earlier, newest first;
    `correct` is None for who only reads."""

    head: Text
    amount: str
    paid_by: Text
    payee: Text
    day: Text
    receipt: Text
    note: Text
    flags: tuple[Badge, ...]
    before: tuple[Text, ...]
    correct: Link | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert with the rule that it comes from, its steps, and what the reader can do about it now."""

    id: str
    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    source: Source | None
    steps: tuple[tuple[Text, Text, Text], ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsPage(Page):
    """The costs of a case. `findings` are told of no cost in particular; `totals` are head, who paid, and the sum."""

    template: ClassVar[str] = "costs.html"
    back: Link
    summary: Text
    links: tuple[Link, ...]
    alerts: tuple[AlertView, ...]
    findings: tuple[Badge, ...]
    rows: tuple[CostRow, ...]
    totals: tuple[tuple[Text, Text, str], ...]
    form: Form | None
    asked: Form | None


@dataclass(frozen=True, slots=True)
class SheetSide:
    """The sheet in one language: `tag` (BCP 47), `direction`, and everything in words of that language."""

    tag: str
    direction: str
    title: str
    lead: str
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    nothing: str
    signed: str
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSheet(Page):
    """A sheet to print: what did the worker pay, in English and in the worker's language where that is offered."""

    template: ClassVar[str] = "cost_sheet.html"
    back: Link
    issuer: str
    reference: str
    sides: tuple[SheetSide, ...]
