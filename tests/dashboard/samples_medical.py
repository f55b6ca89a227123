"""A sample of the medical page of a case, and of the list of who read it."""

from __future__ import annotations

from datetime import date

from checklists.programme import ExaminationPart, ExaminationRule, LegalBasis, NeverAsked, ShorterValidity
from dashboard.forms import examinations as forms
from dashboard.forms import stages
from dashboard.pages.base import Page, Place
from dashboard.pages.case import EvidenceView, Portrait
from dashboard.pages.medical import MedicalPage, MedicalPart, ReadingRow, ReadingsPage
from dashboard.parts import Badge, Fact, Link, Option, Tone
from tests.dashboard.frames import base

RULE = ExaminationRule(
    parts=(ExaminationPart.PHYSICAL, ExaminationPart.XRAY, ExaminationPart.LABORATORY),
    never_asked=(NeverAsked.HIV, NeverAsked.PREGNANCY),
    shortened_by=(
        ShorterValidity.model_validate({"code": "contact", "title": "Contact of an open case", "max_age": "P3M"}),
    ),
    legal_basis=LegalBasis(title="Health rules", as_of=date(2026, 1, 1), confirmed=False),
)
_BACK = Link("/cases/1", "BK-2027001")
_REASONS = (Option("recorded_in_error", "It was recorded in error."),)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {"medical": _medical(), "medical-readings": _readings()}


def _medical() -> MedicalPage:
    examined = EvidenceView(
        "Examined on 3 March 2027",
        Badge(Tone.DONE, "fit, with follow-up"),
        (
            Fact("Clinic", "Poliklinika Dardania"),
            Fact("Parts", "chest X-ray on 2 March 2027, laboratory on 3 March 2027"),
            Fact("Review on", "1 June 2027"),
            Fact("Medical detail", "Blood pressure to be watched."),
        ),
        reject=stages.withdraw("1", 7, "medical", "m1", "Examined on 3 March 2027", _REASONS),
        more=(
            Link("/cases/1/medical/2/amend", "Amend", "of: Examined on 3 March 2027"),
            Link("/cases/1/medical/2/opinion", "Ask for a second opinion", "of: Examined on 3 March 2027"),
        ),
    )
    waits = EvidenceView("Asked on 4 March 2027: Klinika Drini", Badge(Tone.WAIT, "waits for the clinic"), ())
    return MedicalPage(
        base=base(Place.CASES),
        back=_BACK,
        heading="Medical",
        lead="For the medical role alone. Others learn the outcome in a word, or only whether it is met.",
        facts=(Fact("Departure", "1 April 2027"), Fact("Never asked", "HIV, pregnancy")),
        portrait=Portrait("Hoxha, Arbenita", "", "There is no photograph yet."),
        parts=(
            MedicalPart("examinations", "Examinations", (examined,), None, "None was recorded."),
            MedicalPart("opinions", "Second opinions", (waits,), None, "None was asked for."),
            MedicalPart(
                "vaccinations",
                "Vaccinations",
                (),
                Link("/cases/1/medical/vaccination", "Record a vaccination"),
                "None was recorded.",
            ),
        ),
        links=(Link("/cases/1/medical/readings", "Who read medical details"),),
        form=forms.submit("1", 7, (Option("c", "Poliklinika Dardania"),), RULE),
    )


def _readings() -> ReadingsPage:
    return ReadingsPage(
        base=base(Place.CASES),
        back=_BACK,
        facts=(Fact("Worker", "Hoxha, Arbenita"), Fact("Case", "BK-2027001")),
        rows=(
            ReadingRow("3 March 2027, 10:04", "Dr. Teuta Shala", "medical officer", "Office", "vaccinations"),
            ReadingRow(
                "3 March 2027, 11:20", "Flora Krasniqi", "clinic user", "Clinic", "the check before the journey"
            ),
        ),
        printed="Printed on 5 March 2027 by Arta Gashi",
    )
