"""Samples of the pages about the files of papers."""

from __future__ import annotations

from dashboard.cases import adding
from dashboard.forms import papers as forms
from dashboard.forms.case import file_field
from dashboard.pages.base import Base, Page
from dashboard.pages.case import FormPage
from dashboard.pages.papers import FileView, PaperPage, SameFile
from dashboard.parts import Badge, Fact, Field, Kind, Link, Tone

_BACK = Link("/cases/1", "BK-2027001")


def pages(base: Base) -> dict[str, Page]:
    """By the name of their preview."""
    facts = (
        Fact("Came in", "12 March 2027, 09:14 by Arta Gashi"),
        Fact("Type", "JPEG picture, 1 204 KB"),
        Fact("SHA-256 of the file as it came", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    )
    same = SameFile(
        said="The very same file is among another worker's papers.",
        beside=(Link("/cases/2", "BK-2027002"),),
        settled="",
        settle=forms.settle("1", "9", "4"),
    )
    return {
        "paper": PaperPage(
            base=base,
            back=_BACK,
            heading="Police certificate (North Macedonia)",
            summary="2 files",
            files=(
                FileView(
                    "File 1",
                    Badge(Tone.TODAY, "not scanned for viruses"),
                    "/cases/1/evidence/9/files/1",
                    "File 1 of this paper",
                    facts,
                    None,
                    Link("/cases/1/evidence/9/files/1/original", "Save it as it came, to verify it"),
                    (same,),
                ),
                FileView(
                    "File 2",
                    Badge(Tone.DONE, "scanned for viruses: clean"),
                    "",
                    "File 2 of this paper",
                    facts,
                    Link("/cases/1/evidence/9/files/2", "Save it as a cleaned PDF"),
                    None,
                    (),
                ),
            ),
            move=forms.move("1", 7, "9"),
        ),
        "several-papers": FormPage(
            base=base,
            heading="Add several papers at once",
            lead=adding.LEAD,
            facts=(),
            form=forms.several(
                "1",
                7,
                (
                    file_field("passport.file", "Passport", required=False),
                    Field("passport.issued_on", "Passport: Issued on", Kind.DATE, required=False),
                    file_field("photo.file", "Photograph", required=False),
                ),
            ),
            back=_BACK,
        ),
    }
