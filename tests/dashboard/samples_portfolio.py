"""A sample of the loans of an office."""

from __future__ import annotations

from dashboard import loan_pictures
from dashboard.forms import portfolio as forms
from dashboard.loan_pictures import Bar, Pair
from dashboard.pages.base import Page, Place, Viewer
from dashboard.pages.portfolio import Drawn, LoanPortfolio, LoanRow, SumRow
from dashboard.parts import Badge, Chip, Fact, Link, Option, Pager, Tile, Tone
from tests.dashboard.frames import PROGRAMMES, base

_MONTHS = ("Dec 2026", "Jan 2027", "Feb 2027", "Mar 2027", "Apr 2027", "May 2027")


_OFFICER = Viewer("Ilir Krasniqi", "loan officer", "Pristina", frozenset({"see_cases", "see_loans", "keep_loans"}))


def pages() -> dict[str, Page]:
    return {"loans": _loans(), "loans_none": _none()}


def _states() -> Drawn:
    lines = (("in grace", 240_000, "owed"), ("being repaid", 1_860_000, "owed"), ("overdue", 96_000, "late"))
    bars = [Bar(label, amount, f"EUR {amount // 100:,}.00 (12 loans)", kind) for label, amount, kind in lines]
    return Drawn(
        id="states",
        title="Outstanding by state",
        said="EUR 21,960.00 is outstanding.",
        picture=loan_pictures.bars(bars),
        first="State",
        columns=("Loans", "Lent", "Owed", "Overdue"),
        rows=tuple(
            SumRow(
                Link("/loans?state=repaying", label), ("12", "EUR 30,000.00", f"EUR {amount // 100:,}.00", "EUR 0.00")
            )
            for label, amount, _kind in lines
        ),
    )


def _months() -> Drawn:
    pairs = [Pair(month, 100_000 + 9_000 * place, 90_000 + 8_000 * place) for place, month in enumerate(_MONTHS)]
    return Drawn(
        id="months",
        title="Due and collected by month",
        said="In twelve months EUR 7,350.00 fell due by the plans, and EUR 6,600.00 (89 %) was collected.",
        picture=loan_pictures.columns(pairs),
        first="Month",
        columns=("Fell due", "Collected"),
        rows=tuple(SumRow(Link("", pair.label), (f"EUR {pair.due}", f"EUR {pair.collected}")) for pair in pairs),
        key="First column: fell due by the plan · second, filled: collected",
    )


def _none() -> LoanPortfolio:
    """An office that has not paid out a loan yet."""
    return LoanPortfolio(
        base=base(Place.LOANS, _OFFICER),
        summary="0 loans were paid out",
        acts=(),
        tiles=(),
        facts=(),
        parts=(),
        files=(Link("/loans/portfolio.csv", "Sums as a table (CSV)"),),
        filters=forms.search(PROGRAMMES, ()),
        chips=(),
        found="0 loans",
        rows=(),
        pager=Pager(0, 0, 0, "", ""),
    )


def _loans() -> LoanPortfolio:
    return LoanPortfolio(
        base=base(Place.LOANS, _OFFICER),
        summary="26 loans were paid out",
        acts=(Link("/loans/payments", "Payments of the bank", primary=True),),
        tiles=(
            Tile("/loans?state=in_grace", 8, "in grace"),
            Tile("/loans?state=repaying", 14, "being repaid"),
            Tile("/loans?state=overdue", 3, "overdue", late=True),
        ),
        facts=(
            Fact("Lent", "EUR 38,400.00"),
            Fact("Outstanding", "EUR 21,960.00"),
            Fact("Overdue", "EUR 310.00"),
            Fact("Forgiven or borne by the programme", "EUR 1,200.00"),
        ),
        parts=(
            _states(),
            _months(),
            Drawn(
                id="cohorts",
                title="By cohort",
                said="What is outstanding; the table has the rest.",
                picture=None,
                first="Name",
                columns=("Loans", "Lent"),
                rows=(SumRow(Link("", "in no cohort"), ("26", "EUR 38,400.00")),),
            ),
        ),
        files=(Link("/loans/portfolio.csv", "Sums as a table (CSV)"), Link("/loans/portfolio.json", "Sums as JSON")),
        filters=forms.search(PROGRAMMES, (Option("EUR", "EUR"), Option("KWD", "KWD"))),
        chips=(Chip("State: overdue", "/loans"),),
        found="2 loans",
        rows=(
            LoanRow(
                Link("/cases/1/loan", "L-2026-000017"),
                "BB-0001",
                "Kosovo – Germany, construction",
                Badge(Tone.LATE, "overdue"),
                "EUR 1,050.00",
                "EUR 100.00, 48 days",
                "15 June 2027",
            ),
            LoanRow(
                Link("", "L-2026-000018"), "BB-0002", "Kosovo – Germany, construction", Badge(Tone.DONE, "settled"),
                "EUR 0.00", "", "",
            ),
        ),
        pager=Pager(1, 2, 26, "", "/loans?page=2"),
    )  # fmt: skip
