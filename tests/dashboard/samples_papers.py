"""Samples of the page on which papers stand side by side."""

from __future__ import annotations

from casework.evidence.consistency import Compared
from dashboard.forms import shown_papers as forms
from dashboard.pages.base import Base, Page
from dashboard.pages.case import Decision
from dashboard.pages.differences import Cell, ComparedRow, DifferencesPage, OpenDifference
from dashboard.parts import Badge, Link, Tone


def pages(base: Base) -> dict[str, Page]:
    """By the name of their preview."""
    differs = Badge(Tone.TODAY, "differs")
    return {
        "differences": DifferencesPage(
            base=base,
            back=Link("/cases/1", "BK-2027001"),
            heading="What the papers say",
            summary="One difference is open",
            status=Badge(Tone.TODAY, "to be settled"),
            sources=("Recorded", "Machine-readable zone", "Passport"),
            rows=(
                ComparedRow("Family name", (Cell("Ahmeti"), Cell("AHMETI"), Cell("Ahmetaj", differs))),
                ComparedRow("Date of birth", (Cell("9 March 1995"), Cell("9 March 1995"), Cell("1995"))),
            ),
            open=(
                OpenDifference(
                    "family_name-9",
                    "Family name",
                    "Ahmeti",
                    "Ahmetaj",
                    "Passport",
                    forms.settle("1", 7, Compared.NAMES, "9", "Family name"),
                ),
                OpenDifference("sex-9", "Sex", "F", "M", "Passport", None, "Whoever handed it in does not settle it."),
            ),
            settled=(Decision("2 March 2027", "Given names", "Arta Gashi", "Written without the second name."),),
            earlier=(),
        ),
    }
