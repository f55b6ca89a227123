"""A sample of originals, of a receipt, and of photographs."""

from __future__ import annotations

from casework.custody.rules import OriginalStepKind
from dashboard import addresses
from dashboard.cases.receipts import SENTENCES
from dashboard.forms import originals as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import Portrait
from dashboard.pages.originals import (
    AttendanceList,
    CheckLine,
    OriginalsPage,
    OriginalView,
    PhotosPage,
    PhotoView,
    ReceiptPage,
    ReceiptSide,
    StepView,
)
from dashboard.parts import Badge, Fact, Link, Tone
from tests.dashboard.frames import base

_BACK = Link("/cases/1", "BK-2027001")
_STEPS = (OriginalStepKind.SENT, OriginalStepKind.REQUESTED, OriginalStepKind.RETURNED, OriginalStepKind.LOST)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {"originals": _originals(), "receipt": _receipt(), "attendance-list": _expected(), "photos": _photos()}


def _originals() -> OriginalsPage:
    receipt = addresses.original(1, 2, "steps", 3, "receipt")
    return OriginalsPage(
        base=base(Place.CASES),
        back=_BACK,
        summary="1 original to be returned",
        warning="Nobody is cleared for departure while an original is held.",
        originals=(
            OriginalView(
                "original-2",
                "Passport",
                Badge(Tone.LATE, "3 days overdue"),
                (Fact("Number", "P12345678"), Fact("Where", "Safe, shelf 2"), Fact("There for", "17 days")),
                (
                    StepView(
                        "1 March 2027",
                        "received from the worker: Safe, shelf 2",
                        "Gëzim Ahmeti to Arta Gashi",
                        "One visa inside",
                        Link(addresses.original(1, 2, "steps", 3, "file"), "Signed receipt"),
                        Link(receipt, "Receipt to print"),
                    ),
                ),
                tuple(
                    forms.step(1, 4, 2, kind, today="2027-03-18", worker="Ahmeti", taker="Gashi", about="Passport")
                    for kind in _STEPS
                ),
            ),
        ),
        form=forms.receive(1, 4, "2027-03-18", "Gëzim Ahmeti", "Arta Gashi"),
    )


def _receipt() -> ReceiptPage:
    return ReceiptPage(
        base=base(Place.CASES),
        back=_BACK,
        issuer="Labour Mobility Office Prishtina",
        reference="BK-2027001 · 215B6B",
        sides=(
            _side("en", "ltr", "Passport"),
            _side("ar", "rtl", "جواز السفر"),
        ),
    )


def _expected() -> AttendanceList:
    return AttendanceList(
        base=base(Place.CASES),
        back=Link(addresses.cohort("GSP-1"), "Cohort 1"),
        heading="Attendance list",
        summary="2 people are expected",
        expected=(
            (Portrait("Ahmeti, Gëzim", "/cases/1/photo/small", "Photograph of 1 March 2027"), "BK-2027001"),
            (
                Portrait("Zeqiri, Petrit", "", "There is no photograph yet.", Badge(Tone.TODAY, "older")),
                "BK-2027002",
            ),
        ),
    )


def _photos() -> PhotosPage:
    return PhotosPage(
        base=base(Place.CASES),
        back=_BACK,
        summary="1 photograph, the newest first",
        photos=(
            PhotoView(
                addresses.photo(1, 5, "portrait"),
                "Photograph of 1 March 2027",
                Badge(Tone.OPEN, "to be verified"),
                (Fact("Handed in", "1 March 2027, 09:00"), Fact("Frame", "nobody has looked yet")),
                (
                    CheckLine(Badge(Tone.DONE, "good"), "Sharpness: 220; at least 20.", ""),
                    CheckLine(Badge(Tone.TODAY, "look at it"), "Light: brightness 37 of 255.", "Face a window."),
                ),
                forms.frame(1, 4, 5),
            ),
        ),
        form=forms.photograph(1, 4, "2027-03-18"),
    )


def _side(tag: str, direction: str, paper: str) -> ReceiptSide:
    title, sentence, gave, took = (str(one) for one in SENTENCES[:4])
    return ReceiptSide(
        tag, direction, title, sentence, (Fact("Worker", "Gëzim Ahmeti"), Fact("Paper", paper)), (gave, took)
    )
