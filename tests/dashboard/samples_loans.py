"""Samples of the page of a loan: to be signed, and being repaid."""

from __future__ import annotations

from basis.messages import _
from basis.money import Money
from checklists.programme import FeeHead
from dashboard.forms import loans as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import Decision
from dashboard.pages.loans import Instalment, LoanPage, OtherLoan, PlanView, Signatory
from dashboard.parts import Badge, Fact, Link, Option, Source, Tone
from tests.dashboard.frames import base
from tests.dashboard.samples_repayments import repayment

_BACK = Link("/cases/1", "BK-2027001")
_PEOPLE = (Option("a1", "Besnik Demo"), Option("a2", "Teuta Demo"))
_TERMS = (
    Fact("Highest amount", "EUR 2,500.00"),
    Fact("Lent for", "Travel"),
    Fact("Interest", "4.5 % a year, simple"),
    Fact("Grace", "6 months after the confirmed arrival"),
    Fact("Due day", "15"),
    Fact("Signs too", "guarantor"),
)
_SOURCE = Source("Travel loan", "", "1 November 2026", confirmed=False)
_DECISIONS = (
    Decision("2 March 2027", "Assessed: can be repaid", "Ilir Demo", ""),
    Decision("3 March 2027", "Approved", "Dafina Demo", ""),
)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {"loan-asked": _asked(), "loan-to-sign": _to_sign(), "loan-repaid": _repaid()}


def _asked() -> LoanPage:
    return LoanPage(
        base=base(Place.CASES),
        back=_BACK,
        heading="Travel loan, case BK-2027001",
        status=Badge(Tone.IDLE, "not asked for"),
        following="A caseworker asks for a loan if the worker wants one.",
        warning=None,
        facts=(),
        plan=None,
        terms=_TERMS,
        source=_SOURCE,
        decisions=(),
        signatories=(),
        forms=(
            forms.ask("1", 7, "EUR", "EUR 2,500.00", {FeeHead.TRAVEL: "Travel", FeeHead.VISA: "Visa and permits"}),
            forms.assess("1", 7, "EUR", "", needed=True),
            forms.decline("1", 7),
        ),
    )


def _to_sign() -> LoanPage:
    return LoanPage(
        base=base(Place.CASES),
        back=_BACK,
        heading="Loan L-2027-000041, case BK-2027001",
        status=Badge(Tone.TODAY, "approved"),
        following="Next: the worker signs the note.",
        warning=None,
        facts=(
            Fact("Principal", "EUR 1,200.00"),
            Fact("Wage of a month", "EUR 2,400.00, by the signed contract"),
            Fact("Highest instalment", "EUR 104.50, 4.36 % of the wage"),
            Fact("Looked at", "Contract, statement of the household's income, no other loans"),
        ),
        plan=None,
        terms=_TERMS,
        source=_SOURCE,
        decisions=_DECISIONS,
        signatories=(
            Signatory(
                "Blerim Hoxhademo",
                "guarantor, brother, paper ID 100200",
                "9 March 2027",
                forms.withdraw_party("1", 7, "p1", "Blerim Hoxhademo"),
            ),
        ),
        forms=(
            forms.explain("1", 7, "sq", "2027-03-10"),
            forms.guarantor("1", 7, "guarantor", _("The guarantor signed")),
            forms.adult("1", 7, (Option("m1", "Liri Hoxhademo"),)),
            forms.note_on_paper("1", 7, _PEOPLE, scan=True),
            forms.note_on_screen("1", 7, _PEOPLE),
            forms.disburse("1", 7, "EUR 1,200.00"),
            forms.cancel("1", 7, (Option("worker_asked", "The worker does not want it any more."),)),
        ),
    )


def _repaid() -> LoanPage:
    rows = tuple(
        Instalment(
            number,
            f"15 {month} 2027",
            "EUR 400.00",
            f"EUR {left / 100:.2f}",
            "EUR 400.00" if number == 1 else "EUR 0.00",
            f"EUR {1200 - 400 * number}.00",
        )
        for number, month, left in ((1, "October", 450), (2, "November", 300), (3, "December", 150))
    )
    return LoanPage(
        base=base(Place.CASES),
        back=_BACK,
        heading="Loan L-2027-000041, case BK-2027001",
        status=Badge(Tone.LATE, "overdue"),
        following="",
        warning=Badge(Tone.TODAY, "The journey did not take place. Undo the loan, or have a new journey booked."),
        facts=(
            Fact("Principal", "EUR 1,200.00"),
            Fact("Paid out", "10 March 2027, to the carrier"),
            Fact("Reference", "TKT-220-1234567890"),
        ),
        plan=PlanView("After a deferral.", rows, "EUR 1,200.00", "EUR 9.00", has_interest=True, has_covered=True),
        terms=_TERMS,
        source=_SOURCE,
        decisions=_DECISIONS,
        signatories=(),
        forms=(
            forms.unwind(
                "1", 7, "EUR", (Option("no_show", "The worker did not come to the journey."),), to_worker=False
            ),
            forms.refund("1", 7, "L-2026-000123", Money(30_000, "EUR")),
            forms.give_up("1", 7),
        ),
        repayment=repayment(),
        others=(
            OtherLoan(
                Link("/cases/1/loan?number=L-2026-000123", "Loan L-2026-000123"),
                Badge(Tone.DONE, "settled"),
                Badge(Tone.TODAY, "EUR 50.00 to give back"),
            ),
        ),
    )
