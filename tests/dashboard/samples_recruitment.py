"""Samples of job orders and of the record of an agency, with invented names."""

from __future__ import annotations

from basis.messages import _
from casework.recruitment.scorecard import Figure, Score
from checklists.catalogue import Catalogue
from dashboard import addresses
from dashboard.forms import recruitment as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import FormPage
from dashboard.pages.recruitment import (
    AgencyList,
    AgencyPage,
    AgencyRow,
    AskedVersion,
    HolderRow,
    JobOrderList,
    JobOrderPage,
    JobOrderRow,
    PermissionView,
)
from dashboard.parts import Badge, Chip, Fact, Link, Option, Pager, Tile, Tone
from dashboard.routes.agency_pages import score_row
from tests.dashboard.frames import AGENCIES, COUNTRIES, PROGRAMMES, base

EMPLOYERS = (Option("1", "Hochbau Nord GmbH"), Option("2", "Desert Towers LLC"))
_TERMS = Catalogue.load().get("philippines-gulf-domestic-work").contract_terms
_DAYS = "1 December 2026 to 30 November 2027"
_BACK = Link(addresses.RECRUITMENT, "Job orders")


def job_orders() -> JobOrderList:
    return JobOrderList(
        base=base(Place.RECRUITMENT),
        summary="3 job orders",
        acts=(Link(addresses.NEW_JOB_ORDER, "Ask for a job order", primary=True), Link(addresses.AGENCIES, "Agencies")),
        tiles=(Tile(addresses.query(addresses.RECRUITMENT, show="waiting"), 2, "wait for a decision"),),
        chips=(Chip("approved", addresses.RECRUITMENT),),
        filters=forms.search(PROGRAMMES, AGENCIES, EMPLOYERS),
        rows=(
            JobOrderRow(
                Link(addresses.job_order(1), "JO-2026-0001"), "7112 Bricklayers and related workers",
                "Hochbau Nord GmbH",
                "Balkan Karriere", "Kosovo to Germany, construction", "18 of 25 left", _DAYS,
                Badge(Tone.DONE, "approved"), Badge(Tone.TODAY, "change to be decided"),
            ),
            JobOrderRow(
                Link(addresses.job_order(2), "SA/2026/118-4"), "9111 Domestic worker", "Synthetic household agency of "
                "the eastern province", "the office itself", "Philippines to the Gulf states, domestic work",
                "12 workers asked for", _DAYS, Badge(Tone.TODAY, "asked for"), None,
            ),
            JobOrderRow(
                Link(addresses.job_order(3), "JO-2025-0007"), "7115 Carpenters and joiners", "Hochbau Nord GmbH",
                "Balkan Karriere", "Kosovo to Germany, construction", "0 of 4 left", _DAYS,
                Badge(Tone.IDLE, "closed"), None,
            ),
        ),
        pager=Pager(1, 3, 3),
        files=(Link(addresses.JOB_ORDERS_FILE, "As a table (CSV)"), Link(addresses.JOB_ORDERS_JSON, "As JSON")),
    )  # fmt: skip


def job_order() -> JobOrderPage:
    pending = AskedVersion(
        title="Version 2",
        status=Badge(Tone.TODAY, "waits for a decision"),
        asked="Vesa Berisha, 2 November 2026",
        decided="",
        facts=(Fact("Workers wanted", "40"), Fact("Wage", "EUR 2,650.00 a month")),
    )
    first = AskedVersion(
        title="Version 1",
        status=Badge(Tone.DONE, "approved"),
        asked="Vesa Berisha, 1 September 2026",
        decided="Mira Berisha, 4 September 2026",
        facts=(Fact("Work", "Bricklayers"), Fact("Workers wanted", "25"), Fact("Wage", "EUR 2,400.00 a month")),
    )
    return JobOrderPage(
        base=base(Place.RECRUITMENT),
        back=_BACK,
        heading="Job order JO-2026-0001",
        status=Badge(Tone.WAIT, "suspended"),
        warning="The employer does not keep what was promised.",
        facts=(
            Fact("Programme", "Kosovo to Germany, construction", "/programmes/k/2027.2"),
            Fact("Employer", "Hochbau Nord GmbH"),
            Fact("Who recruits", "Balkan Karriere", addresses.agency(1)),
            Fact("Work", "7112 Bricklayers and related workers"),
            Fact("Country", "Germany"),
            Fact("Wage", "EUR 2,400.00 a month"),
            Fact("Hours of work a week", "40"),
            Fact("Valid", _DAYS),
        ),
        terms=(Fact("Rest", "One day a week, paid"), Fact("Food and lodging", "A room of their own, near the site")),
        places=(Fact("Approved", "25"), Fact("Taken", "7"), Fact("Left", "18")),
        missing=("The agency is not accredited for this employer today. Ask the office to record the accreditation.",),
        pending=pending,
        versions=(first,),
        holders=(
            HolderRow(Link(addresses.case(1), "BB-0001"), Badge(Tone.OPEN, "open"), "3 November 2026"),
            HolderRow(Link(addresses.case(2), "BB-0002"), Badge(Tone.DONE, "cleared"), "3 November 2026"),
        ),
        more="and 5 more",
        links=(
            Link(addresses.candidates(1), "Candidates"),
            Link(addresses.job_order(1, "change"), "Ask for a change"),
        ),
        forms=(
            forms.approve(1, 3),
            forms.refuse(1, 3),
            forms.act(1, 3, "resume", _("Resume the job order"), reasoned=False),
            forms.act(1, 3, "close", _("Close the job order")),
        ),
    )


def agencies() -> AgencyList:
    return AgencyList(
        base=base(Place.RECRUITMENT),
        back=_BACK,
        summary="2 agencies work with the office",
        rows=(
            AgencyRow(
                Link(addresses.agency(1), "Balkan Karriere"), "BK", Badge(Tone.DONE, "valid until 31 December 2027"),
                None, 3,
            ),
            AgencyRow(
                Link(addresses.agency(2), "Gulf Manpower Agency"), "GULF", Badge(Tone.LATE, "ended on 1 June 2026"),
                Badge(Tone.LATE, "suspended since 2 November 2026"), 0,
            ),
        ),
    )  # fmt: skip


def agency() -> AgencyPage:
    licence = PermissionView(
        "Licence REC-118",
        Badge(Tone.DONE, "valid until 31 December 2027"),
        (
            Fact("Valid", "1 January 2026 to 31 December 2027"), Fact("Programme", "all programmes"),
            Fact("Given by", "Ministry of Labour"), Fact("Guarantee", "EUR 50,000.00, Synthetic Bank"),
            Fact("Guarantee stands until", "30 June 2026: it has run out"),
        ),
        (forms.guarantee(1, 1, "REC-118"), forms.revoke(1, 1, "2026-11-02", "REC-118")),
    )  # fmt: skip
    principal = PermissionView(
        "Hochbau Nord GmbH",
        Badge(Tone.DONE, "valid until 30 November 2027"),
        (Fact("Number", "ACC-7"), Fact("Valid", _DAYS), Fact("Programme", "all programmes")),
        (forms.withdraw_principal(1, 1, "2026-11-02", "Hochbau Nord GmbH"),),
    )
    suspension = PermissionView(
        "from 2 November 2026 until it is lifted",
        Badge(Tone.LATE, "suspended"),
        (Fact("Reason", "Complaints are being looked into."), Fact("On whose authority", "Ministry, order 7")),
        (forms.lift(1, 1),),
    )
    scores = (
        Score(Figure.BROUGHT, 120), Score(Figure.ROWS, 134), Score(Figure.ROWS_REFUSED, 14, 134),
        Score(Figure.CLEARED, 80), Score(Figure.DAYS_TO_CLEAR, 97), Score(Figure.DROPPED, 9, 89),
        Score(Figure.FEES_OPEN, 2), Score(Figure.FEES_REFUNDED, 1), Score(Figure.COMPLAINTS, None),
    )  # fmt: skip
    return AgencyPage(
        base=base(Place.RECRUITMENT),
        back=Link(addresses.AGENCIES, "Agencies"),
        heading="Balkan Karriere",
        status=Badge(Tone.LATE, "suspended since 2 November 2026"),
        facts=(Fact("Code", "BK"), Fact("Country", "Kosovo")),
        licences=(licence,),
        principals=(principal,),
        suspensions=(suspension,),
        period=forms.period(1, "2025-11-02", "2026-11-02"),
        said="From 2 November 2025 to 2 November 2026",
        scores=tuple(score_row(one) for one in scores),
        files=(Link(addresses.agency(1, "scorecard.csv"), "As a table (CSV)"),),
        forms=(forms.accredit(1, EMPLOYERS, PROGRAMMES, "2026-11-02"), forms.suspend(1, "2026-11-02", PROGRAMMES)),
    )


def pages() -> dict[str, Page]:
    form = forms.new("p", "PHP", AGENCIES, EMPLOYERS, COUNTRIES, _TERMS, "2026-11-02")
    return {
        "job-orders": job_orders(),
        "job-order": job_order(),
        "job-order-new": FormPage(
            base=base(Place.RECRUITMENT),
            heading="Ask for a job order",
            lead="A supervisor of the office decides. Until then no worker can be brought for it.",
            facts=(),
            form=form,
            back=_BACK,
        ),
        "agencies": agencies(),
        "agency": agency(),
    }
