"""A sample of each page of appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casework.clinics.results import COLUMNS
from checklists.sources import LegalBasis
from checklists.stage_rules import ExaminationPart, ExaminationRule, NeverAsked, ShorterValidity
from dashboard import addresses
from dashboard.forms import appointments as forms
from dashboard.pages.appointments import (
    AppointmentDay,
    AppointmentList,
    AppointmentPage,
    AppointmentRow,
    CaseAppointmentPage,
    Choice,
    ResultListPage,
    ResultView,
    SlipPage,
    SlotDay,
    SlotRow,
    SlotsPage,
)
from dashboard.pages.base import Page, Place, Viewer
from dashboard.pages.batches import FindingView
from dashboard.pages.case import Portrait
from dashboard.pages.originals import ReceiptSide
from dashboard.parts import Badge, Fact, Link, Option, Pager, Source, Tile, Tone
from tests.dashboard.frames import base

CLINIC = Viewer("Flora Dema", "clinic user", "Poliklinika Dardania", frozenset({"see_appointments", "enter_results"}))
_BACK = Link(addresses.APPOINTMENTS, "Appointments")
_TWICE = Badge(Tone.LATE, "missed 2 times: speak with the worker")
_BASIS = LegalBasis(title="Synthetic law", as_of=date(2027, 1, 1), confirmed=False)
_RULE = ExaminationRule(
    parts=(ExaminationPart.PHYSICAL, ExaminationPart.XRAY),
    never_asked=(NeverAsked.HIV,),
    shortened_by=(
        ShorterValidity.model_validate({"code": "close_contact", "title": "After close contact", "max_age": "P3M"}),
    ),
    legal_basis=_BASIS,
)
_SOURCE = Source("Synthetic law (section 3)", "", "1 January 2027", confirmed=False)
_CLINICS = (Option("1", "Klinika Arta"), Option("2", "Poliklinika Dardania"))
_TIMES = (
    Option("1", "12 March 2027, 09:00–10:00: 3 of 4 places free"),
    Option("2", "12 March 2027, 10:00–11:00: 1 of 4 places free"),
)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {
        "appointments": _list(),
        "appointment": _appointment(),
        "appointment-result": _to_enter(),
        "appointment-locked": _locked(),
        "slots": _slots(),
        "result-list": _result_list(),
        "case-appointment": _case(),
        "case-appointment-choice": _choosing(),
        "slip": _slip(),
    }


def _list() -> AppointmentList:
    rows = (
        AppointmentRow("09:00", Link("/appointments/1", "Ahmeti, Gëzim"), "BK-2027001", Badge(Tone.OPEN, "booked")),
        AppointmentRow(
            "09:30",
            Link("/appointments/2", "العلوي، أيوب"),
            "PALIM-0031",
            Badge(Tone.LATE, "missed 2 times: speak with the worker"),
        ),
    )
    return AppointmentList(
        base=base(Place.APPOINTMENTS, CLINIC),
        heading="Appointments",
        summary="2 appointments: today",
        links=(Link(addresses.SLOTS, "Times of the clinic"), Link(addresses.RESULT_LIST, "Results by a list")),
        tiles=(
            Tile("/appointments?show=today", 2, "today", selected=True),
            Tile("/appointments?show=untold", 1, "did they come?", late=True),
        ),
        days=(AppointmentDay("12 March 2027", rows), AppointmentDay("15 March 2027", rows[:1])),
        pager=Pager(1, 3, 3),
        empty="There is none.",
    )


def _appointment() -> AppointmentPage:
    return AppointmentPage(
        base=base(Place.APPOINTMENTS, CLINIC),
        back=_BACK,
        portrait=Portrait("Ahmeti, Gëzim", "/appointments/1/photo", "Compare it with the person.", None),
        status=Badge(Tone.OPEN, "booked"),
        facts=(Fact("When", "12 March 2027, 09:00–10:00"), Fact("Born on", "9 March 1995"), Fact("Case", "BK-2027001")),
        parts=("physical examination", "chest X-ray"),
        never=("HIV",),
        source=_SOURCE,
        forms=(forms.arrive(1), forms.miss(1)),
        results=(),
    )


def _to_enter() -> AppointmentPage:
    return replace(_appointment(), status=Badge(Tone.DONE, "came, identity checked"), forms=(forms.result(1, _RULE),))


def _locked() -> AppointmentPage:
    facts = (Fact("Outcome", "fit"), Fact("Examined on", "12 March 2027"), Fact("Medical detail", "An old scar"))
    return replace(
        _to_enter(),
        forms=(forms.amend(1, 2, _RULE),),
        results=(ResultView("Result, version 1", Badge(Tone.DONE, "locked"), facts),),
    )


def _slots() -> SlotsPage:
    row = SlotRow("09:00–10:00", "3 of 4 places free", Badge(Tone.OPEN, "open"), forms.close_slot(1, "12 March, 09:00"))
    closed = SlotRow("11:00–12:00", "0 of 1 place free", Badge(Tone.IDLE, "closed"), None)
    return SlotsPage(
        base=base(Place.APPOINTMENTS),
        back=_BACK,
        heading="Times of Poliklinika Dardania",
        summary="2 times in the next three months",
        filters=forms.choose_office_clinic(_CLINICS),
        days=(SlotDay("12 March 2027", (row, closed)),),
        form=forms.open_slots(1, "2027-03-12"),
    )


def _result_list() -> ResultListPage:
    bad = Badge(Tone.LATE, "given back")
    return ResultListPage(
        base=base(Place.APPOINTMENTS, CLINIC),
        back=_BACK,
        summary="3 results were taken in; 0 were there already; 1 row was given back.",
        findings=(FindingView("4", "Outcome", "", bad, "The word is unknown.", "Write: fit."),),
        columns=tuple(one.title for one in COLUMNS.values()),
        form=forms.result_list(),
    )


def _case() -> CaseAppointmentPage:
    return CaseAppointmentPage(
        base=base(Place.APPOINTMENTS),
        back=Link("/cases/1", "BK-2027001"),
        heading="Clinic and appointment",
        rule="The system assigns the accredited clinics in turn; nobody chooses.",
        source=_SOURCE,
        facts=(Fact("Clinic", "Poliklinika Dardania"), Fact("Referral slip", "4F7A-92B0")),
        status=Badge(Tone.OPEN, "booked"),
        links=(Link("/cases/1/appointment/2/slip", "Print the referral slip"),),
        choices=(
            Choice("Another time", "The slip keeps its number.", forms.move(1, 4, 2, _TIMES)),
            Choice("Cancel it", "", forms.cancel(1, 4, 2)),
            Choice("The worker missed it", "", forms.office_miss(1, 4, 2)),
        ),
        history=(Fact("1 March 2027, 09:00–10:00", "The worker did not come."),),
        empty="",
    )


def _choosing() -> CaseAppointmentPage:
    return replace(
        _case(),
        status=None,
        facts=(),
        links=(),
        choices=(
            Choice("Choose a time", "", forms.book(1, 4, _TIMES)),
            Choice("Assign a clinic", "", forms.take_turn(1, 4)),
            Choice("The worker chooses the clinic", "Show the whole list.", forms.worker_chooses(1, 4, _CLINICS)),
            Choice("Choose a clinic", "", forms.office_chooses(1, 4, _CLINICS)),
            Choice("Name another clinic", "Only with a reason.", forms.overrule(1, 4, _CLINICS)),
        ),
        history=(),
        empty="The clinic has no free time in the next three months. Ask it to open times.",
    )


def _slip() -> SlipPage:
    facts = (Fact("Worker", "Gëzim Ahmeti"), Fact("Identity document ends in", "678"), Fact("Clinic", "Dardania"))
    return SlipPage(
        base=base(Place.APPOINTMENTS),
        back=Link("/cases/1/appointment", "Clinic and appointment"),
        issuer="Labour Mobility Office Prishtina",
        number="4F7A-92B0",
        photo="/cases/1/photo/small",
        sides=(
            ReceiptSide("en", "ltr", "Referral slip", "Bring this slip.", facts, ("Signature", "Stamp")),
            ReceiptSide("ar", "rtl", "بطاقة إحالة", "أحضر هذه البطاقة.", facts, ("التوقيع", "الختم")),
        ),
    )
