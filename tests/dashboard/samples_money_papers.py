"""A sample of the page of a loan with its papers."""

from __future__ import annotations

from dataclasses import replace

from casework.loans.paper_tables import PaperKind
from dashboard.forms import money_papers as forms
from dashboard.pages.base import Page
from dashboard.pages.loans import LoanPage
from dashboard.pages.money_papers import PaperLine, PapersView
from dashboard.parts import Badge, Link, Tone
from tests.dashboard import samples_loans


def pages() -> dict[str, Page]:
    """The page by the name of its preview."""
    repaid = samples_loans.pages()["loan-repaid"]
    if not isinstance(repaid, LoanPage):
        raise TypeError("loan-repaid")
    return {"loan-papers": replace(repaid, papers=papers())}


def papers() -> PapersView:
    """One in each state, and both forms of a loan that is repaid."""
    valid, replaced = Badge(Tone.DONE, "valid"), Badge(Tone.IDLE, "replaced by a later one")
    return PapersView(
        papers=(
            PaperLine(Link("", "no number yet"), "Loan statement", "10 April 2028", Badge(Tone.WAIT, "being prepared")),
            PaperLine(Link("/documents/2", "STM-2028-000031"), "Loan statement", "10 February 2028", valid),
            PaperLine(Link("", "STM-2028-000030"), "Loan statement", "10 February 2028", replaced),
            PaperLine(Link("/documents/1", "NOT-2027-000077"), "Promissory note to sign", "3 March 2027", valid),
        ),
        forms=tuple(
            forms.ask("1", 7, "L-2027-000041", kind, "2028-04-10")
            for kind in (PaperKind.SETTLEMENT_LETTER, PaperKind.LOAN_STATEMENT)
        ),
    )
