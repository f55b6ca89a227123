"""The page of a loan of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision
from dashboard.pages.money_papers import PapersView
from dashboard.pages.repayments import RepaymentView
from dashboard.parts import Badge, Fact, Form, Link, Source, Text


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of the plan; amounts with their currency. `interest` is "" where there is none, `covered` how much of
    the instalment is not owed any more (paid, refunded or forgiven), "" before the loan was paid out."""

    number: int
    due: Text
    amount: Text
    interest: Text
    covered: Text
    left: Text


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed beside the borrower; `withdraw` takes it back."""

    name: Text
    what: Text
    day: Text
    withdraw: Form | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of instalments; `note` says which it is, `columns` whether interest and what is covered are shown."""

    note: Text
    rows: tuple[Instalment, ...]
    total: Text
    interest: Text
    has_interest: bool
    has_covered: bool


@dataclass(frozen=True, slots=True)
class OtherLoan:
    """Another loan of the same case; `credit` says what is to be given back."""

    loan: Link
    state: Badge
    credit: Badge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPage(Page):
    """A loan: where it stands and what comes next in words, its plan, its terms with their source, who decided and who
    signed, and the forms of what the reader can do now. `repayment` is what follows after the pay-out."""

    template: ClassVar[str] = "loan.html"
    back: Link
    heading: Text
    status: Badge
    following: Text
    warning: Badge | None
    facts: tuple[Fact, ...]
    plan: PlanView | None
    terms: tuple[Fact, ...]
    source: Source | None
    decisions: tuple[Decision, ...]
    signatories: tuple[Signatory, ...]
    forms: tuple[Form, ...]
    repayment: RepaymentView | None = None
    papers: PapersView | None = None
    others: tuple[OtherLoan, ...] = ()
