"""A sample of costs, of the sheet about them, of a report and of a complaint."""

from __future__ import annotations

from casework.complaints.rules import KIND_WORDS, ComplaintKind
from dashboard import addresses, reporting
from dashboard.forms import complaints as complaint_forms
from dashboard.forms import costs as forms
from dashboard.pages.base import Base, Page, Place
from dashboard.pages.complaints import ComplaintPage, ReportPage, ReportSent, ReportStatus, Tongue
from dashboard.pages.costs import AlertView, CostRow, CostSheet, CostsPage, SheetSide
from dashboard.parts import Badge, Fact, Form, Link, Option, Source, Tone
from dashboard.posting import filled
from tests.dashboard.frames import base

_BACK = Link("/cases/1", "BK-2027001")
_WHO = (Option("of-1", "Balkan Karriere"), Option("of-2", "Hochbau Nord GmbH"))
_ABOUT = "Medical examination: must not be charged"


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {
        "costs": _costs(),
        "cost-sheet": _sheet(),
        "report": _report(),
        "report-sent": ReportSent(
            base=Base(),
            heading=reporting.SENT_HEADING,
            lead=reporting.SENT_CODE,
            code="7F2K-0Q9M-XW3D-R81A",
            until=reporting.SENT_UNTIL.with_params({"day": "9 February 2027"}),
            answer=Link(addresses.REPORT_STATUS, reporting.READ_ANSWER),
        ),
        "report-code": _status(known=False),
        "report-status": _status(known=True),
        "complaint": _complaint(),
    }


def _costs() -> CostsPage:
    return CostsPage(
        base=base(Place.CASES),
        back=_BACK,
        summary="What was paid for this departure, and by whom. No worker pays more than the rules allow.",
        links=(Link("/cases/1/costs/sheet", "Print the sheet: what did you pay?"),),
        alerts=(
            AlertView(
                "alert-2",
                _ABOUT,
                Badge(Tone.LATE, "to be resolved; the departure waits"),
                (Fact("Charged too much", "EUR 60.00"), Fact("Still to be settled", "EUR 40.00")),
                Source("The examination is free (Programme's rule)", as_of="22 November 2026", confirmed=False),
                (
                    ("3 March 2027", "Mira Krasniqi", "Refunded to the worker: EUR 20.00, receipt B-1"),
                    ("1 March 2027", "the engine", "The alert was raised: EUR 60.00"),
                ),
                (
                    forms.refund(1, 4, 2, "40.00", "EUR", "2027-03-04", _ABOUT),
                    forms.allow(1, 4, 2, _ABOUT),
                    forms.agree(1, 4, 2, "2027-03-04", "sq", _ABOUT),
                ),
            ),
            AlertView(
                "alert-3", "Visa and permits: must not be charged", Badge(Tone.LATE, "to be resolved"),
                (Fact("Charged too much", "EUR 0.00"),), None, (),
                (forms.confirm(1, 4, 3, "Visa"), forms.end_agreement(1, 4, 3, "Visa")),
            ),
        ),
        findings=(Badge(Tone.OPEN, "Nobody has asked the worker yet what was paid."),),
        rows=(
            CostRow(
                "Medical examination", "EUR 60.00", "the worker", "Clinic by the market", "1 March 2027", "", "In cash",
                (Badge(Tone.LATE, "must not be charged"), Badge(Tone.TODAY, "no receipt")),
                ("Before: Medical examination, EUR 50.00, paid by the worker",),
                Link("/cases/1/costs/5/correct", "Correct", "Medical examination"),
            ),
            CostRow(
                "Travel", "EUR 210.00", "the employer", "Carrier", "2 March 2027", "R-77", "", (), (),
                Link("/cases/1/costs/6/correct", "Correct", "Travel"),
            ),
        ),
        totals=(("Medical examination", "the worker", "EUR 60.00"), ("Travel", "the employer", "EUR 210.00")),
        form=forms.record(1, 4, (Option("1", "Balkan Karriere"),), (Option("1", "passport"),), "2027-03-04", "EUR"),
        asked=forms.asked(1, 4, "2027-03-04", "sq"),
    )  # fmt: skip


def _sheet() -> CostSheet:
    sides = []
    for tag, direction in (("en", "ltr"), ("ar", "rtl")):
        sides.append(
            SheetSide(
                tag, direction, str(reporting.SHEET_TITLE), str(reporting.SHEET_LEAD),
                tuple(map(str, reporting.SHEET_COLUMNS)), ("Recruitment service", "Medical examination", "Travel"),
                str(reporting.SHEET_NOTHING), str(reporting.SHEET_SIGNED),
                str(reporting.SHEET_REPORT.with_params({"address": "https://predeparture.example.org/report"})),
            )
        )  # fmt: skip
    return CostSheet(
        base=base(Place.CASES),
        back=Link("/cases/1/costs", "Costs and fees"),
        issuer="Labour Mobility Office Prishtina",
        reference="BK-2027001",
        sides=tuple(sides),
    )


def _report() -> ReportPage:
    return ReportPage(
        base=Base(),
        heading=reporting.HEADING,
        lead=reporting.LEAD,
        notes=(reporting.WHO_READS, reporting.DANGER),
        tongues_label=reporting.LANGUAGES_LABEL,
        tongues=(
            Tongue("en", "ltr", "English", "/report", here=True),
            Tongue("sq", "ltr", "shqip", "/report?language=sq", here=False),
            Tongue("ar", "rtl", "العربية", "/report?language=ar", here=False),
        ),
        answer=Link(addresses.REPORT_STATUS, reporting.READ_ANSWER),
        form=forms_of_report(),
    )


def forms_of_report() -> Form:
    offices = (Option("1", "Pristina"), Option("2", "Rabat"))
    form = complaint_forms.report(offices, _WHO, "once", "en")
    return filled(form, {"kind": "fee"}, {"words": reporting.STATUS_WRONG})


def _status(*, known: bool) -> ReportStatus:
    return ReportStatus(
        base=Base(),
        heading=reporting.STATUS_HEADING,
        lead="" if known else reporting.STATUS_LEAD,
        state=Badge(Tone.OPEN, "somebody is working on it") if known else None,
        until=reporting.STATUS_BY.with_params({"day": "9 February 2027"}) if known else "",
        told_heading=reporting.STATUS_TOLD,
        told=(("12 January 2027", "On which day was it?\nAnd who was there?"),) if known else (),
        nothing="",
        form=None if known else complaint_forms.code("en"),
        more_heading=reporting.MORE_HEADING,
        more=complaint_forms.more("7F2K", "en") if known else None,
        another=Link(addresses.REPORT, reporting.ANOTHER),
    )


def _complaint() -> ComplaintPage:
    return ComplaintPage(
        base=base(Place.COMPLAINTS),
        back=Link(addresses.COMPLAINTS, "Complaints and reports"),
        heading="Complaint 0F91C2AB",
        status=Badge(Tone.LATE, "3 days overdue"),
        facts=(
            Fact("What happened", KIND_WORDS[ComplaintKind.FEE]),
            Fact("About", "Balkan Karriere"),
            Fact("How much", "500 euros"),
            Fact("Answer by", "9 February 2027"),
        ),
        words="They asked for 500 euros.\nAtëherë i pagova.",
        steps=(
            ("12 January 2027", "Liridona Berisha", "A step was taken; told to the reporter", "On which day was it?"),
            ("10 January 2027", "the reporter", "The report came in", ""),
        ),
        forms=(
            complaint_forms.step(1, 3),
            complaint_forms.close(1, 3),
            complaint_forms.sort(1, 3, _WHO, (Option("1", "Arta Gashi"),)),
            complaint_forms.take(1, 3, over=True),
            complaint_forms.read_added(1, 3),
            complaint_forms.reopen(1, 3),
        ),
    )
