"""A sample of the pages about one case, with invented people."""

from __future__ import annotations

from dashboard.forms import case as forms
from dashboard.forms import stages as stage_forms
from dashboard.pages.base import Base, Page
from dashboard.pages.case import (
    AttendancePage,
    CasePage,
    CaseSheet,
    CertificateRow,
    Decision,
    Event,
    EvidenceView,
    Identity,
    Module,
    NextStep,
    RequirementView,
    StageView,
)
from dashboard.parts import Badge, Fact, Link, Option, Source, Tone
from tests.dashboard.samples_diary import BOOKINGS, TO_TELL
from tests.dashboard.samples_following import FOLLOW_UPS
from tests.dashboard.samples_plan import PLAN
from tests.dashboard.samples_rulings import RULINGS

COUNTRIES = (Option("XK", "Kosovo"), Option("MK", "North Macedonia"))
REASONS = (Option("unreadable", "The copy cannot be read; bring a sharper one."),)
WHO = Identity(
    "Gëzim Ahmeti",
    "Гзим Ахмети",
    "",
    "",
    ("BK-2027001", "born 2 March 1984", "Kosovo", "bricklayer (7112)", "Dachwerk Ulm GmbH"),
    "Departs 10 June 2027",
    Badge(Tone.LATE, "medical must be renewed by 21 May 2027"),
    None,
)


def _requirements() -> tuple[RequirementView, ...]:
    evidence = EvidenceView(
        "Police certificate (North Macedonia)",
        Badge(Tone.OPEN, "to be verified"),
        (Fact("Number", "••••• 117"), Fact("Issuer", "MUP Skopje"), Fact("Issued", "12 February 2027")),
        Link("/cases/1/evidence/9/file", "Open the file", "of the police certificate (North Macedonia)"),
        forms.accept_evidence("1", 7, "9", "police certificate (North Macedonia)"),
        forms.reject_evidence("1", 7, "9", "police certificate (North Macedonia)", REASONS),
    )
    source = Source("BeschV § 26 (2)", "https://example.org/law", "1 June 2024", confirmed=False)
    return (
        RequirementView(
            "requirement-police-mk",
            "Police certificate (North Macedonia)",
            Badge(Tone.OPEN, "submitted"),
            "It was handed in on 27 February 2027 and waits for a decision.",
            "you",
            "due on 14 March 2027",
            (evidence,),
            source,
            None,
            None,
            Link("/cases/1/waivers/new", "Ask for a waiver", "of the police certificate (North Macedonia)"),
        ),
        RequirementView(
            "requirement-police-ch",
            "Police certificate (Switzerland)",
            Badge(Tone.LATE, "missing, 3 days overdue"),
            "The worker lived in Switzerland from March 2018 to September 2020.",
            "the worker",
            "3 days overdue",
            (),
            source,
            forms.add_evidence("1", 7, "police_certificate", "CH", "police certificate (Switzerland)", COUNTRIES),
            None,
            None,
        ),
    )


def _stages() -> tuple[StageView, ...]:
    done, idle, late, wait = Tone.DONE, Tone.IDLE, Tone.LATE, Tone.WAIT

    def signed(name: str, title: str, detail: str, number: str) -> StageView:
        return StageView(
            name, title, done, "signed off", detail, Link(f"/documents/{number}/file", number), None, (), (), None
        )

    return (
        signed("documents", "Documents", "7 of 7 accepted", "DOC-2027-000391"),
        StageView(
            "security",
            "Security",
            Tone.OPEN,
            "open",
            "1 of 3 accepted",
            None,
            Badge(Tone.TODAY, "act by 14 March 2027"),
            _requirements(),
            (),
            forms.sign_off("1", 7, "security", "Security"),
            opened=True,
        ),
        signed(
            "qualifications",
            "Qualifications",
            "German B1, vocational certificate recognised in full",
            "QUA-2027-000352",
        ),
        StageView("training", "Training", idle, "not needed", "not asked: no gap found", None, None, (), (), None),
        StageView(
            "medical",
            "Medical",
            late,
            "lapsed",
            "lapsed on 9 March 2027, reopened",
            None,
            Badge(late, "act by 21 May 2027"),
            (),
            (Link("/cases/1/medical", "Record an examination"),),
            None,
        ),
        signed("orientation", "Orientation", "12 of 12 modules, 18 hours", "ORI-2027-000340"),
        signed("loan", "Travel loan", "EUR 1,200.00, 36 instalments from December", "LOA-2027-000201"),
        StageView(
            "authorisation",
            "Authorisation",
            wait,
            "waiting",
            "visa appointment on 2 May 2027, German embassy",
            None,
            Badge(wait, "waiting for the embassy"),
            (),
            (),
            None,
        ),
        StageView(
            "departure", "Departure", idle, "not yet", "blocked: medical, authorisation", None, None, (), (), None
        ),
    )


TIMELINE = (
    Event("12 March 2027, 07:00", "engine", "Medical certificate MED-2026-000418 expired; stage reopened"),
    Event("3 March 2027, 14:12", "B. Hoxha", "Promissory note signed, scan attached"),
    Event("1 March 2027, 10:31", "security officers", "Security signed off; SEC-2027-000377 issued"),
    Event("27 February 2027, 16:40", "A. Gashi", "Police certificate (North Macedonia) accepted"),
)
DECISIONS = (
    Decision("27 February 2027", "Photo rejected", "A. Gashi", "The copy cannot be read; bring a sharper one."),
)
CERTIFICATES = (
    CertificateRow(
        Link("/documents/1", "MED-2026-000418"),
        "Certificate of medical fitness",
        "9 September 2026",
        Badge(Tone.TODAY, "expired"),
    ),
    CertificateRow(
        Link("/documents/2", "DOC-2027-000391"),
        "Document preparation record",
        "1 March 2027",
        Badge(Tone.DONE, "valid"),
    ),
)


def case(base: Base) -> CasePage:
    """With what is booked, and something that no mail has told the worker."""
    return CasePage(
        base=base,
        identity=WHO,
        next=NextStep(
            "book a new medical examination",
            "The examination of 9 September 2026 held for six months and lapsed on 9 March 2027. A new one is useful "
            "from 10 December 2026 and must be done by 21 May 2027 to keep the departure.",
            (
                Link("/cases/1/medical", "Book an appointment", primary=True),
                Link("/cases/1/waivers/new", "Ask for a waiver"),
            ),
        ),
        stages=_stages(),
        timeline=TIMELINE,
        decisions=DECISIONS,
        certificates=CERTIFICATES,
        rulings=RULINGS,
        follow_ups=FOLLOW_UPS,
        bookings=BOOKINGS,
        to_tell=TO_TELL,
        plan=PLAN,
        acts=(
            Link("/cases/1/sheet", "Print the case sheet"),
            Link("/cases/1/worker", "Correct the worker's data"),
            Link("/cases/1/life", "Hold, withdraw or end the case"),
        ),
        poll="/cases/1",
    )


MODULES = (
    Module(
        "Rights at work",
        "90 minutes",
        Badge(Tone.DONE, "attended"),
        "1 March 2027, identity checked",
        stage_forms.withdraw("1", 7, "orientation", "a1", "the attendance: Rights at work", REASONS),
    ),
    Module("Health and emergencies", "60 minutes", Badge(Tone.IDLE, "not yet"), ""),
)


def pages(base: Base) -> dict[str, Page]:
    """The pages of a case by the name of their preview."""
    back = Link("/cases/1", "BK-2027001")
    return {
        "case": case(base),
        "sheet": CaseSheet(
            base=base,
            identity=WHO,
            facts=(Fact("Programme", "Kosovo – Germany, construction 2027.1"), Fact("Track", "away")),
            stages=_stages(),
            decisions=DECISIONS,
            certificates=CERTIFICATES,
            timeline=TIMELINE,
            printed="Printed on 13 March 2027 by Arta Gashi",
        ),
        "attendance": AttendancePage(
            base=base,
            back=back,
            heading="Orientation of Gëzim Ahmeti",
            summary="1 of 2 modules attended",
            modules=MODULES,
            form=stage_forms.attendance("1", 7, (Option("health", "Health and emergencies"),)),
        ),
    }
