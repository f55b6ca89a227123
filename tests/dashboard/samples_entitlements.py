"""Samples of the page of what a programme pays, with invented people."""

from __future__ import annotations

from dashboard.forms import entitlements as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.entitlements import ClaimView, EntitlementsPage, EntitlementView
from dashboard.parts import Badge, Fact, Link, Option, Source, Tone
from tests.dashboard.frames import base

_MONTHS = (Option("2027-08-01", "Aug 2027"), Option("2027-07-01", "Jul 2027"))
_PAPERS = (Option("4", "Contract, 2 March 2027"),)
_SOURCE = Source("Supplement to the salary of the local employer", "", "22 November 2026", confirmed=False)


def pages() -> dict[str, Page]:
    return {
        "entitlements": EntitlementsPage(
            base=base(Place.CASES),
            back=Link("/cases/1", "BK-2027001"),
            heading="Entitlements, case BK-2027001",
            lead="What the programme pays to the worker. One person claims, another approves, a third pays.",
            entitlements=(_supplement(), _grant()),
            statement=forms.statement("1", 7, "2027-07-04"),
            papers=(Fact("As of 30 June 2027", "XK-ENT-2027-000004", "/documents/4"),),
        ),
    }


def _supplement() -> EntitlementView:
    title = "Supplement to the local salary"
    return EntitlementView(
        "entitlement-salary_supplement",
        title,
        "EUR 400.00 each month, for 12 months, paid by: the programme",
        _SOURCE,
        Badge(Tone.OPEN, "can be claimed"),
        (Fact("Paid", "EUR 400.00"), Fact("Approved, to be paid", "EUR 400.00")),
        (
            ClaimView(
                "Jun 2027",
                "EUR 400.00",
                Badge(Tone.TODAY, "approved, to be paid"),
                ("Claimed on 2 July 2027, Arta Gashi", "Approved on 3 July 2027, Mira", "Folder 7"),
                (forms.pay("1", 7, "21", f"{title}: Jun 2027", "2027-07-04"),),
            ),
            ClaimView(
                "May 2027",
                "EUR 400.00",
                Badge(Tone.DONE, "paid"),
                ("Claimed on 2 June 2027, Arta Gashi", "Paid on 5 June 2027, Fatos Berisha"),
                (forms.returned("1", 7, "20", f"{title}: May 2027", "2027-07-04"),),
            ),
        ),
        (
            forms.claim(
                "1",
                7,
                "salary_supplement",
                title,
                _MONTHS,
                _PAPERS,
                currency="EUR",
                most="EUR 400.00",
                by_receipt=False,
                proof=True,
            ),
            forms.stop("1", 7, "11", title, "2027-07-04"),
            forms.reclaim("1", 7, "11", title, "EUR", "EUR 400.00"),
        ),
    )


def _grant() -> EntitlementView:
    title = "Grant for travel and transport, per person"
    return EntitlementView(
        "entitlement-travel_grant",
        title,
        "at most EUR 1,000.00 once, paid by: the programme",
        None,
        Badge(Tone.WAIT, "stopped from 1 July 2027 on"),
        (Fact("Paid", "EUR 800.00"), Fact("To be paid back", "EUR 300.00")),
        (
            ClaimView(
                "Reclaim: it was not used for what it was paid for",
                "EUR 300.00",
                Badge(Tone.OPEN, "asked for, to be confirmed"),
                ("Asked for on 2 July 2027, Arta Gashi",),
                (forms.answer_reclaim("1", 7, "31", "Reclaim"),),
            ),
            ClaimView(
                "Once",
                "EUR 800.00",
                Badge(Tone.OPEN, "claimed, to be approved"),
                ("Claimed on 2 June 2027, Arta Gashi",),
                (
                    forms.approve("1", 7, "22", f"{title}: once", "EUR", writes=False, up_to=True),
                    forms.decline("1", 7, "22", f"{title}: once"),
                    forms.withdraw("1", 7, "22", f"{title}: once"),
                ),
            ),
        ),
        (
            forms.paid_back("1", 7, "12", title, "EUR", "2027-07-04"),
            forms.waive("1", 7, "12", title, "EUR"),
            forms.resume("1", 7, "12", title),
        ),
    )
