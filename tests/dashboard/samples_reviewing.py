"""Sample pages for those who review."""

from __future__ import annotations

from dashboard.forms import lists
from dashboard.forms import reviewing as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import Decision
from dashboard.pages.documents import Gallery, SpecimenView
from dashboard.pages.review import Digest, ReviewList, ReviewPage, Section, Table
from dashboard.parts import Badge, Fact, Link, Option, Pager, Tone
from dashboard.posting import filled
from tests.dashboard.frames import base

HASH = "9f2c41aa07be" * 5 + "a1b2"
OTHER = "7b12cd9908ef" * 5 + "c3d4"
PLACES = (
    (Link("/audits", "Engagements"), False),
    (Link("/audits/trail", "History"), True),
    (Link("/audits/reports/overrides", "Overrides"), False),
    (Link("/audits/reports/concessions", "Waivers and conditions"), False),
    (Link("/audits/reports/backdated", "Recorded late"), False),
    (Link("/audits/reports/privileges", "Changes of privileges"), False),
    (Link("/audits/stored-files", "Stored files"), False),
)


def trail() -> ReviewList:
    asked = {"kind": "certificate", "since": "2027-03-01"}
    form = forms.trail((Option("engine", "the engine"),), (Option("certificate", "certificate"),))
    rows = (
        (Link("/audits/trail/4711", "4711"), "12 March 2027, 07:00", "the engine", Link("/cases/1", "BK-2027001"),
         "Document MED-2027-000418 was issued", Digest(HASH)),
        (Link("/audits/trail/4702", "4702"), "11 March 2027, 16:41", "Dr. T. Shala", "", "Signed in", Digest(OTHER)),
    )  # fmt: skip
    return ReviewList(
        base=base(Place.AUDITS),
        heading="History",
        summary="2 events, the last one first",
        places=PLACES,
        filters=form,
        chips=lists.chips(form, asked),
        table=Table("History", ("Event", "Recorded", "By", "Case", "What", "Hash"), rows),
        pager=Pager(1, 2, 2),
        exports=(Link("/audits/reports/overrides.csv", "Download this list (CSV)"),),
        notes=("Searches are recorded too. Possible matches with watch lists are for the security officers alone.",),
        empty="No event fits.",
    )


def evidence() -> ReviewPage:
    papers = Table(
        "Papers it stands on",
        ("Paper", "Issued by", "Accepted on", "By", "Automatic checks", "SHA-256 of its file"),
        (
            (Link("/cases/1/evidence/1/file", "Passport"), "Ministry of the Interior", "2 March 2027", "Arta Gashi",
             "failed: digits_hold", Digest(HASH)),
            (Link("", "شهادة الميلاد"), "بلدية الدار البيضاء", "3 March 2027", "Arta Gashi", "", Digest(OTHER)),
        ),
    )  # fmt: skip
    versions = Table(
        "Versions",
        ("Number", "Issued on", "Status", "SHA-256"),
        (
            (Link("/documents/1/evidence", "DOC-2027-000001"), "1 March 2027", Badge(Tone.TODAY, "superseded"),
             Digest(OTHER)),
            (Link("", "DOC-2027-000009"), "12 March 2027", Badge(Tone.DONE, "valid"), Digest(HASH)),
        ),
    )  # fmt: skip
    difference = Table(
        "What DOC-2027-000009 shows otherwise than DOC-2027-000001",
        ("Field", "DOC-2027-000001", "DOC-2027-000009"),
        (("Person: Name", "العلوي أيوب", "Ayoub El Alaoui"), ("Head: In the place of", "nothing", "DOC-2027-000001")),
    )
    return ReviewPage(
        base=base(Place.DOCUMENTS),
        heading="Evidence of DOC-2027-000009",
        summary="Record of documents: what it shows, and what it stands on.",
        back=Link("/documents/1", "DOC-2027-000009"),
        status=Badge(Tone.DONE, "valid"),
        links=(Link("/audits/trail", "Its history"), Link("/audits/packs/new", "Pack of its case")),
        sections=(
            Section(
                id="shows",
                heading="What it shows",
                facts=(Fact("Person: Name", "Ayoub El Alaoui"), Fact("Person: Born on", "3 May 1999")),
            ),
            Section(id="papers", heading="Papers it stands on", lead="2 papers.", tables=(papers,)),
            Section(
                id="conceded",
                heading="Waivers, conditions and interim permissions",
                decisions=(Decision("1 March 2027", "Waiver: language", "Mira Krasniqi", "Speaks it at work (M-7)"),),
            ),
            Section(id="versions", heading="Versions", tables=(versions, difference)),
            Section(
                id="making",
                heading="How it was made",
                facts=(Fact("Run of Prefect", "0b0c2b3e-8a3e-4f62-9d6e-5c2b0a1f7d11"),),
                digests=(("Templates", HASH), ("Issuer's certificate", OTHER)),
            ),
            Section(id="none", heading="Proof", empty="No tree head covers it yet: one is made each day."),
            Section(id="packing", heading="Pack", forms=(forms.pack("BK-2027001", ""),)),
        ),
    )


def gallery() -> Gallery:
    scripts, languages = (Option("latin", "Latin"),), (Option("de", "German"), Option("sq", "Albanian"))
    return Gallery(
        base=base(Place.DOCUMENTS),
        back=Link("/documents", "Documents"),
        summary="Invented people and facts. Templates and words: 9f2c41aa07be.",
        form=filled(forms.gallery(languages, scripts), {"first": "de", "second": "sq", "script": "latin"}),
        specimens=(
            SpecimenView(
                "Departure clearance", Link("/gallery/departure.pdf", "Open the PDF", "departure"), "/static/d"
            ),
            SpecimenView("Promissory note", Link("/gallery/loan.pdf", "Open the PDF", "promissory note"), ""),
        ),
    )


def pages() -> dict[str, Page]:
    return {"trail": trail(), "document-evidence": evidence(), "gallery": gallery()}
