"""Samples of a loan that is repaid: its statement, and the bank's lists."""

from __future__ import annotations

from casework.repayments import bank_files
from dashboard.forms import repayments as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.batches import FindingView
from dashboard.pages.case import Decision
from dashboard.pages.repayments import (
    BookedLine,
    PaymentLine,
    PaymentsCheck,
    PaymentsPage,
    RepaymentView,
    StatementPage,
    UnmatchedLine,
)
from dashboard.parts import Badge, Fact, Link, Option, Pager, Tone
from dashboard.routes.repayments import RULE
from tests.dashboard.frames import base

_TODAY = "2027-06-10"
_LONG = "RATE JUNI DARLEHEN OHNE NUMMER VON DER TOCHTER DES ARBEITNEHMERS FUER DIE REISE 06/2027"


def repayment() -> RepaymentView:
    """The lower part of a loan's page."""
    return RepaymentView(
        status=Badge(Tone.LATE, "overdue for 31 to 60 days"),
        facts=(
            Fact("Owed", "EUR 1,100.00"),
            Fact("Due now", "EUR 200.00"),
            Fact("Overdue", "EUR 100.00 since 15 April 2027"),
            Fact("Next instalment", "EUR 100.00 on 15 July 2027"),
            Fact("Paid too much", "EUR 5.00"),
        ),
        statement=Link("/cases/1/loan/statement", "Statement of the loan"),
        payments=(
            PaymentLine("15 March 2027", "EUR 100.00", "TX-2027-000123456789", Badge(Tone.DONE, "counted")),
            PaymentLine("15 February 2027", "EUR 100.00", "TX-1", Badge(Tone.IDLE, "returned by the bank")),
        ),
        decisions=(Decision("1 March 2027", "Put off until 30 March 2027", "Ilir Demo", "unemployment"),),
        often=(
            forms.payment("1", 7, "EUR", _TODAY),
            forms.refund("1", 7, "EUR", "EUR 5.00", _TODAY),
        ),
        seldom=(
            forms.take_back("1", 7, (Option("p1", "EUR 100.00 of 15 March 2027 (TX-1)"),), _TODAY),
            forms.refund_back("1", 7, (Option("e1", "Overpaid amount refunded: EUR 5.00 of 20 March 2027 (OUT-9)"),)),
            forms.defer("1", 7),
            forms.accelerate("1", 7),
            forms.collect("1", 7),
            forms.confirm_forgiveness("1", 7, "f1", "Forgive the loan: all that is owed, permanent disability"),
            forms.decline_forgiveness("1", 7, "f1"),
        ),
    )


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {"loan-statement": _statement(), "payments": _payments(), "payments-check": _check()}


def _statement() -> StatementPage:
    return StatementPage(
        base=base(Place.CASES),
        back=Link("/cases/1/loan", "Loan L-2026-000123"),
        heading="Statement of loan L-2026-000123",
        summary="As of the end of 10 June 2027, by what is recorded now.",
        choose=forms.statement_day("1", "L-2027-000041", _TODAY),
        facts=(
            Fact("Owed", "EUR 1,100.00"),
            Fact("Due", "EUR 200.00"),
            Fact("Overdue", "EUR 100.00 since 15 April 2027"),
        ),
        lines=(
            BookedLine("2 November 2026", "Loan paid out", "OUT-2026-77", "EUR 1,200.00", "", "EUR 1,200.00"),
            BookedLine("15 February 2027", "Payment", "TX-2027-000123456789", "", "EUR 100.00", "EUR 1,100.00"),
            BookedLine(
                "17 February 2027",
                "Payment returned by the bank",
                "TX-2027-000123456789",
                "EUR 100.00",
                "",
                "EUR 1,200.00",
            ),
            BookedLine("15 March 2027", "Payment", "TX-1", "", "EUR 100.00", "EUR 1,100.00"),
        ),
        rule=RULE,
    )


def _payments() -> PaymentsPage:
    facts = (Fact("Reference", "TX-2027-000123456790"), Fact("Paid on", "9 June 2027"), Fact("Text of the bank", _LONG))
    return PaymentsPage(
        base=base(Place.LOANS),
        heading="Payments without a loan",
        summary="2 payments wait to be matched",
        links=(Link("/loans", "Loans"),),
        lines=(
            UnmatchedLine(
                "l1",
                "EUR 100.00",
                facts,
                Badge(Tone.TODAY, "No number of a loan stands in the row, or several do."),
                forms.match("l1", "EUR 100.00, TX-2027-000123456790"),
                forms.refunded("l1", "EUR 100.00, TX-2027-000123456790", ""),
                forms.set_aside("l1", "EUR 100.00"),
            ),
            UnmatchedLine(
                "l2",
                "KWD 31.250",
                facts[:2],
                Badge(Tone.TODAY, "The loan is kept in another currency."),
                forms.match("l2", "KWD 31.250"),
                forms.refunded("l2", "KWD 31.250", "L-2027-000041"),
                forms.set_aside("l2", "KWD 31.250"),
            ),
        ),
        pager=Pager(1, 2, 2),
        empty="Every payment has found its loan.",
        upload=forms.bank_list(),
        columns=", ".join(column.title for column in bank_files.COLUMNS.values()),
    )


def _check() -> PaymentsCheck:
    return PaymentsCheck(
        base=base(Place.LOANS),
        back=Link("/loans/payments", "Payments without a loan"),
        heading="The bank's list june.csv",
        summary="Nothing is counted yet. Look at it, then count it.",
        facts=(
            Fact("Rows", "212"),
            Fact("Will be counted", "208"),
            Fact("Of these, for loans that have ended", "1"),
            Fact("To be matched", "2"),
            Fact("Known already", "0"),
            Fact("Given back", "2"),
        ),
        take=forms.take_list("aaaaaaaaaaaaaaaaaaaaaa"),
        findings=(
            FindingView(
                "17",
                "Betrag",
                "Amount",
                Badge(Tone.LATE, "error"),
                "This is not money that came in.",
                "Record it there.",
            ),
        ),
        more="3 more findings are not shown.",
    )
