"""A sample of the qualifications of a case, with the forms that record more."""

from __future__ import annotations

from dataclasses import replace

from casework.qualifications.procedure_rules import ProcedureStepKind
from casework.qualifications.verifying import Document
from dashboard.forms import qualifications as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import FormPage
from dashboard.pages.qualifications import AskedView, PartView, QualificationsPage, RecordView, StepLine
from dashboard.parts import Badge, Fact, Form, Link, Option, Source, Tone
from tests.dashboard.frames import COUNTRIES, base

_BACK = Link("/cases/1", "BK-2027001")
_SOURCE = Source("Recognition full, partial or none", "", "1 November 2026", confirmed=False)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    papers = (Option("1", "Passport, handed in on 2 March 2027"),)
    return {
        "qualifications": _qualifications(),
        "diploma": _asked("Add a diploma", forms.diploma(1, 4, COUNTRIES, papers)),
        "language-test": _asked("Record a language test", forms.language(1, 4, (Option("de", "German"),))),
        "trade-test": _asked("Record a trade test", forms.trade_test(1, 4, "7112")),
        "letter": _asked("Add a letter of an employer", forms.experience(1, 4, "7112", COUNTRIES, papers)),
        "institution": replace(
            _asked("Shkolla e Mesme Teknike", forms.institution(1, 2, {"name": "Shkolla", "status": "H+/-"})),
            facts=(Fact("Country", "Kosovo"),),
        ),
    }


def _asked(heading: str, form: Form) -> FormPage:
    return FormPage(
        base=base(Place.CASES),
        heading=heading,
        lead="As it is printed.",
        facts=(Fact("Occupation", "7112 Bricklayer"),),
        form=form,
        back=_BACK,
    )


def _qualifications() -> QualificationsPage:
    return QualificationsPage(
        base=base(Place.CASES),
        back=_BACK,
        summary="2 of 3 requirements are open",
        parts=(_diploma(), _language(), _ability()),
    )


def _diploma() -> PartView:
    about = "Diplomë: murator"
    running = RecordView(
        "procedure-3",
        "Recognition by Handwerkskammer Dresden",
        Badge(Tone.LATE, "12 days overdue"),
        (Fact("Reference", "HWK 4711"), Fact("File complete", "2 November 2026"), Fact("Decision due", "2 March 2027")),
        notes=("By agreement: Agreement of the neighbours",),
        steps=(
            StepLine("2 November 2026", "file complete, until 2 March 2027"),
            StepLine("20 October 2026", "application filed"),
        ),
        forms=tuple(
            forms.step(1, 4, 3, kind, about)
            for kind in (ProcedureStepKind.DELAYED, ProcedureStepKind.DECIDED, ProcedureStepKind.TAKEN_BACK)
        ),
    )
    return PartView(
        id="diploma",
        title="Diploma",
        asked=(AskedView("Diploma", Badge(Tone.IDLE, "missing"), "Not handed in yet.", (), _SOURCE),),
        next="Next: the authority decides, by 2 March 2027.",
        records=(
            RecordView(
                "diploma-2",
                "Diplomë: murator, Shkolla e Mesme Teknike",
                Badge(Tone.WAIT, "issuer asked, no answer yet"),
                (
                    Fact("Translated", "Diploma: bricklayer"),
                    Fact("Country", "Kosovo"),
                    Fact("Level (ISCED 2011)", "3: upper secondary education"),
                    Fact("Status of the institution", "H+/- (anabin.kmk.org, 2 March 2027)"),
                ),
                notes=(
                    "The status of an institution decides nothing about the degree.",
                    "The programme's table: the authority decides case by case.",
                ),
                forms=(
                    forms.verify(1, 4, Document.DIPLOMA, 2, about),
                    forms.agreement(1, 4, 2, "neighbours", "Agreement of the neighbours"),
                    forms.application(1, 4, 2, about),
                    forms.decided(1, 4, 2, about),
                ),
                links=(Link("/institutions/5", "What is known of the institution"),),
                under=(running,),
            ),
        ),
        add=(Link("/cases/1/qualifications/diploma", "Add a diploma"),),
    )


def _language() -> PartView:
    levels = (
        Badge(Tone.DONE, "overall: A2 asked, B1 shown"),
        Badge(Tone.TODAY, "speaking: B1 asked, A2 shown"),
        Badge(Tone.IDLE, "writing: B1 asked, none shown"),
    )
    return PartView(
        id="language",
        title="Language",
        asked=(AskedView("German", Badge(Tone.LATE, "check failed"), "The check failed.", levels, None),),
        next="Next: a test of this language with the levels that are asked.",
        records=(
            RecordView(
                "language-7",
                "German: telc Deutsch B1",
                Badge(Tone.DONE, "level B1"),
                (Fact("Provider", "telc"), Fact("Speaking", "A2"), Fact("Printed expiry", "1 March 2028")),
                notes=("How old a test may be the programme says, not what is printed.",),
                forms=(forms.second(1, 4, 7, "telc Deutsch B1"),),
            ),
        ),
        add=(Link("/cases/1/qualifications/language", "Record a language test"),),
    )


def _ability() -> PartView:
    return PartView(
        id="ability",
        title="Professional ability",
        asked=(AskedView("Professional ability", Badge(Tone.DONE, "met"), "Met.", (), None),),
        next="Nothing is missing.",
        records=(
            RecordView(
                "trade-test-9",
                "Trade test, attempt 2: 7112 Bricklayers and related workers",
                Badge(Tone.DONE, "passed"),
                (Fact("Theory", "62 of 100, passed"), Fact("Practical part", "passed")),
            ),
        ),
        add=(
            Link("/cases/1/qualifications/trade-test", "Record a trade test"),
            Link("/cases/1/qualifications/experience", "Add a letter of an employer"),
        ),
        forms=(forms.count(1, 4),),
    )
