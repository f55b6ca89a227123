"""``/loans``: what the loans of an office come to, as pictures with tables, and the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.ledger import portfolio as queries
from casework.ledger.portfolio import LoanFilter, LoanLine, Portfolio, Sums
from casework.loans import waiting
from casework.loans.life import LoanState
from casework.loans.waiting import Waiting
from casework.repayments.rules import AgeBand
from dashboard import addresses, paging
from dashboard.exports import csv_file
from dashboard.forms import lists
from dashboard.forms import portfolio as forms
from dashboard.forms.case import Options
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.portfolio import LoanPortfolio
from dashboard.parts import Link, Option, Tile
from dashboard.posting import filled
from dashboard.routes import portfolio_pages as shown
from dashboard.routes.work import programmes
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])
_MOST: Final = 10_000
"""Loans in one file."""
_SUMS: Final = ("loans", "lent", "owed", "overdue", "forgiven", "due", "collected")
_LIST: Final = (
    "number", "case", "programme", "state", "currency", "lent_minor", "owed_minor", "overdue_minor", "overdue_days",
    "next_due_on", "credit_minor",
)  # fmt: skip


@router.get(addresses.LOANS)
def loans(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_LOANS)
    said, page = paging.given(request), paging.wanted(paging.given(request))
    found = _portfolio(visit, said.get("currency", ""))
    form = forms.search(_programmes(visit, found), _currencies(found))
    lists.check_known(form, said)
    with visit.database.read() as session:
        lines, total = queries.listed(
            session, visit.actor, _asked(visit, said), visit.today, offset=page.offset, limit=page.size
        )
    look(visit, "loans.viewed", f"organisation/{visit.organisation.id}")
    labels = {option.value: option.label for option in _programmes(visit, found)}
    return show(
        LoanPortfolio(
            base=visit.at(Place.LOANS),
            summary=_n("{count} loan was paid out", "{count} loans were paid out", found.whole.loans),
            acts=shown.acts(visit),
            tiles=_tiles(found),
            facts=shown.facts(found),
            parts=shown.parts(visit, found, labels),
            files=_files(said),
            filters=filled(form, said),
            chips=lists.chips(form, said),
            found=_n("{count} loan", "{count} loans", total),
            rows=tuple(shown.row(visit, line, labels) for line in lines),
            pager=paging.pager(addresses.LOANS, said, page, len(lines), total),
        )
    )


@router.get(addresses.LOANS_FILE)
def as_table(request: Request, visit: Signed) -> Response:
    """The sums, a line for each kind of loans. Amounts are minor units."""
    found = _alone(request, visit)
    lines: list[list[str | int]] = [
        [group, name, found.currency, *_amounts(sums).values()] for group, name, sums in _groups(found)
    ]
    return csv_file("loan-portfolio.csv", ("group", "name", "currency", *_SUMS), lines)


@router.get(addresses.LOANS_JSON)
def as_json(request: Request, visit: Signed) -> Response:
    found = _alone(request, visit)
    groups = [{"group": group, "name": name, **_amounts(sums)} for group, name, sums in _groups(found)]
    shape = {"schema": "predeparture.loan-portfolio/1", "day": visit.today.isoformat(), "currency": found.currency}
    return JSONResponse({**shape, "currencies": found.currencies, "groups": groups})


@router.get(addresses.LOANS_LIST_FILE)
def list_as_table(request: Request, visit: Signed) -> Response:
    """The list as it is filtered, at most 10,000 loans."""
    require(visit.role, Permission.SEE_LOANS)
    said = {name: value for name, value in paging.given(request).items() if name != "page"}
    found = _portfolio(visit, said.get("currency", ""))
    lists.check_known(forms.search(_programmes(visit, found), _currencies(found)), said)
    with visit.database.read() as session:
        lines, _total = queries.listed(session, visit.actor, _asked(visit, said), visit.today, offset=0, limit=_MOST)
    look(visit, "loans.viewed", f"organisation/{visit.organisation.id}")
    return csv_file("loans.csv", _LIST, map(_cells, lines))


def _portfolio(visit: Visit, currency: str) -> Portfolio:
    require(visit.role, Permission.SEE_LOANS)
    with visit.database.read() as session:
        return queries.portfolio(session, visit.actor, visit.today, currency)


def _alone(request: Request, visit: Visit) -> Portfolio:
    said = paging.given(request)
    paging.check_names(said, "currency")
    return _portfolio(visit, said.get("currency", ""))


def _asked(visit: Visit, said: Mapping[str, str]) -> LoanFilter:
    state, band, part = said.get("state"), said.get("band"), said.get("waiting")
    return LoanFilter(
        state=LoanState(state) if state else None,
        waiting=waiting.of_part(visit.actor, visit.installation.catalogue, Waiting(part)) if part else None,
        programme=said.get("programme", ""),
        band=AgeBand(band) if band else None,
        text=said.get("text", ""),
        currency=said.get("currency", ""),
    )


def _programmes(visit: Visit, found: Portfolio) -> Options:
    """Those of today, and those that have loans."""
    offered = programmes(visit)
    known = {option.value for option in offered}
    return (*offered, *(Option(name, name) for name in sorted(found.programmes) if name not in known))


def _currencies(found: Portfolio) -> Options:
    return tuple(Option(currency, currency) for currency in found.currencies)


def _tiles(found: Portfolio) -> tuple[Tile, ...]:
    states = (LoanState.IN_GRACE, LoanState.REPAYING, LoanState.OVERDUE, LoanState.DEFERRED, LoanState.IN_COLLECTION)
    return tuple(
        Tile(
            addresses.query(addresses.LOANS, state=state.value),
            found.states.get(state, Sums()).loans,
            shown.said_state(state),
            late=state is LoanState.OVERDUE and bool(found.states.get(state)),
        )
        for state in states
    )


def _files(said: Mapping[str, str]) -> tuple[Link, ...]:
    currency = said.get("currency", "")
    filters = {name: value for name, value in said.items() if name != "page"}
    return (
        Link(addresses.query(addresses.LOANS_FILE, currency=currency), _("Sums as a table (CSV)")),
        Link(addresses.query(addresses.LOANS_JSON, currency=currency), _("Sums as JSON")),
        Link(addresses.query(addresses.LOANS_LIST_FILE, **filters), _("List of loans (CSV)")),
    )


def _groups(found: Portfolio) -> list[tuple[str, str, Sums]]:
    return [
        ("all", "", found.whole),
        *(("state", state.value, sums) for state, sums in found.states.items()),
        *(("overdue", band.value, sums) for band, sums in found.bands.items()),
        *(("programme", name, sums) for name, sums in sorted(found.programmes.items())),
        *(("cohort", code, sums) for code, sums in sorted(found.cohorts.items())),
        *(("month", month.isoformat()[:7], sums) for month, sums in found.months.items()),
    ]


def _amounts(sums: Sums) -> dict[str, int]:
    return {name: int(getattr(sums, name)) for name in _SUMS}


def _cells(line: LoanLine) -> tuple[str | int, ...]:
    return (
        line.number, line.reference, line.programme, line.state.value, line.currency, line.lent, line.owed,
        line.overdue, line.overdue_days, line.next_due_on.isoformat() if line.next_due_on else "", line.credit,
    )  # fmt: skip
