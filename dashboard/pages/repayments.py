"""A loan after it was paid out, its statement, and payments that belong to no loan yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.batches import FindingView
from dashboard.pages.case import Decision
from dashboard.parts import Badge, Fact, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment that was counted, or taken back."""

    day: Text
    amount: Text
    reference: str
    status: Badge


@dataclass(frozen=True, slots=True)
class RepaymentView:
    """The lower part of a loan's page: how it stands, its payments, and what can be done with it.

    `often` are the forms that are used every day, `seldom` those of decisions."""

    status: Badge
    facts: tuple[Fact, ...]
    statement: Link
    payments: tuple[PaymentLine, ...]
    decisions: tuple[Decision, ...]
    often: tuple[Form, ...]
    seldom: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A line of a statement: what was added to what is owed, or taken off, and what is owed after it."""

    day: Text
    what: Text
    reference: str
    added: Text
    taken_off: Text
    balance: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage(Page):
    """The statement of a loan as of the end of a chosen day."""

    template: ClassVar[str] = "loan_statement.html"
    back: Link
    heading: Text
    summary: Text
    choose: Form
    facts: tuple[Fact, ...]
    lines: tuple[BookedLine, ...]
    rule: Text


@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    """A line of the bank without a loan, what it says, why no loan was found, and what can be done with it; `set_aside`
    None where that was done."""

    id: str
    heading: Text
    facts: tuple[Fact, ...]
    status: Badge
    match: Form
    refund: Form
    set_aside: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsPage(Page):
    """Payments that belong to no loan yet, or were set aside, and the form for the bank's list."""

    template: ClassVar[str] = "payments.html"
    heading: Text
    summary: Text
    links: tuple[Link, ...]
    lines: tuple[UnmatchedLine, ...]
    pager: Pager
    empty: Text
    upload: Form
    columns: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsCheck(Page):
    """A list of payments as it would count; `take` is None where nothing of it would."""

    template: ClassVar[str] = "payments_check.html"
    back: Link
    heading: Text
    summary: Text
    facts: tuple[Fact, ...]
    take: Form | None
    findings: tuple[FindingView, ...]
    more: Text
