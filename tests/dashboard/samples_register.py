"""A sample of the register, the public check and the programmes."""

from __future__ import annotations

from dataclasses import replace

from casework.certificates.release import Recipient
from dashboard.forms import handing as handing_forms
from dashboard.forms import lists, office
from dashboard.pages import documents, handing, programmes
from dashboard.pages.base import Base, Page, Place
from dashboard.pages.case import Decision, Event, FormPage
from dashboard.pages.review import Digest
from dashboard.parts import Badge, Fact, Link, Option, Pager, Source, Tone
from tests.dashboard.frames import base

D, N, L, I = Tone.DONE, Tone.TODAY, Tone.LATE, Tone.IDLE  # noqa: E741 - short names as in the other samples


def register() -> documents.Register:
    filters = lists.documents((Option("medical", "Certificate of medical fitness"),), (Option("valid", "valid"),))
    rows = (
        documents.DocumentRow(
            Link("/documents/1", "MED-2027-000418"),
            "Certificate of medical fitness",
            Link("/cases/1", "BK-2027001"),
            "12 March 2027",
            Digest("9f2c41d07a1b" * 5 + "0a1b"),
            Badge(D, "valid"),
            "Dr. T. Shala",
            Digest("c0ffee" * 10 + "0a1b"),
            Badge(D, "signed, timestamped"),
            "12",
        ),
        documents.DocumentRow(
            Link("/documents/2", "SEC-2027-000377"),
            "Security clearance statement",
            Link("/cases/1", "BK-2027001"),
            "1 March 2027",
            Digest("77ab90e1c2d4" * 5 + "0a1b"),
            Badge(N, "superseded by SEC-2027-000391"),
        ),
        documents.DocumentRow(
            Link("/documents/3", "QUA-2027-000352"),
            "Qualification statement",
            None,
            "1 March 2027",
            Digest(""),
            Badge(I, "void"),
        ),
    )
    return documents.Register(
        base=base(Place.DOCUMENTS),
        summary="3 numbers given, 1 document valid today",
        links=(Link("/waivers", "Waivers and conditions"), Link("/decisions", "Decisions and appeals")),
        filters=filters,
        chips=(),
        rows=rows,
        pager=Pager(1, 3, 3),
        export=Link("/documents/register.csv", "Download this list (CSV)"),
        exports=(Link("/documents/register.json", "Download this list (JSON)"),),
        views=(
            documents.SavedList(Link("/documents?kind=medical", "Medicals of this year"), shared=True, remove=None),
            documents.SavedList(
                Link("/documents?kind=security", "Security"), shared=False, remove=lists.remove_view("1", "Security")
            ),
        ),
        save=lists.save_view({"kind": "medical"}),
        reviewed=True,
    )


CHECKS = (
    documents.CheckView("Register", Badge(D, "passed"), "The number MED-2027-000418 stands in our register."),
    documents.CheckView("Bytes", Badge(D, "passed"), "The file is, byte for byte, the one that was issued."),
    documents.CheckView("Signature", Badge(D, "passed"), "Signed by the installation's key on 12 March 2027."),
    documents.CheckView("Validity", Badge(L, "failed"), "It was valid until 9 September 2027, which has passed."),
    documents.CheckView("Superseded", Badge(I, "not applicable"), "No later document takes its place."),
)


DISCLOSED = (
    handing.DisclosureRow(
        Link("/documents/1", "MED-2027-000418"),
        "duplicate no. 1",
        "3 April 2027",
        "Embassy of the destination (an embassy or immigration authority)",
        "application for a visa or permit, V 118/27",
        "Arta Gashi",
    ),
    handing.DisclosureRow(
        Link("/documents/1", "MED-2027-000418"),
        "",
        "12 March 2027",
        "the worker",
        "the worker's own papers",
        "Arta Gashi",
    ),
)


def document() -> documents.DocumentPage:
    return documents.DocumentPage(
        base=base(Place.DOCUMENTS),
        heading="MED-2027-000418",
        status=Badge(N, "expired"),
        summary="Certificate of medical fitness, issued on 12 March 2027",
        facts=(Fact("Case", "BK-2027001", "/cases/1"), Fact("Programme", "Kosovo – Germany, construction 2027.1")),
        digest="9f2c41d07a1b" * 5 + "9f2c",
        checks=CHECKS,
        decisions=(Decision("12 March 2027", "Medical signed off", "Dr. T. Shala", ""),),
        events=(Event("12 March 2027, 07:00", "engine", "document.issued"),),
        asked=(
            Fact("14 March 2027", "3 times by its code: valid"),
            Fact("13 March 2027", "1 time by its file: altered"),
        ),
        file=Link("/documents/1/file", "Download the PDF"),
        acts=(Link("/documents/1/hand-over", "Hand it over", primary=True), Link("/documents/1/revoke", "Revoke it")),
        released="It may go to: the worker, an embassy or immigration authority.",
        disclosures=DISCLOSED,
        papers=(
            handing.PaperRow(
                Link("", "Duplicate no. 1: The paper was lost."), "2 April 2027", "Arta Gashi", Badge(D, "made")
            ),
            handing.PaperRow(
                Link("/documents/1/scans/1", "Stamped copy", "open it"),
                "3 April 2027, 09:12",
                "Arta Gashi",
                Badge(D, "212 kB"),
            ),
        ),
    )


def disclosures() -> handing.DisclosureList:
    return handing.DisclosureList(
        base=base(Place.CASES),
        back=Link("/cases/1", "BK-2027001"),
        summary="2 times, the last one first",
        rows=DISCLOSED,
    )


def signatories() -> handing.SignatoryList:
    accounts = (Option("t@example.org", "Dr. T. Shala"),)
    row = handing.SignatoryRow(
        "Dr. T. Shala",
        "Chief physician",
        "Pristina",
        "fitness certificate",
        "since 1 March 2027",
        Badge(D, "answers for them"),
        handing_forms.end_signatory("1", "Dr. T. Shala"),
    )
    old = handing.SignatoryRow(
        "العلوي أيوب",
        "Head of the office",
        "Pristina",
        "record of documents, letter of a decision",
        "1 January 2026 to 28 February 2027",
        Badge(I, "ended"),
        None,
    )
    return handing.SignatoryList(
        base=base(Place.DOCUMENTS),
        back=Link("/documents", "All documents"),
        summary="1 person answers for documents today.",
        rows=(row, old),
        form=handing_forms.signatory(accounts, (), "2027-03-12"),
    )


def hand_over() -> FormPage:
    some = (Recipient.WORKER, Recipient.EMBASSY)
    form = handing_forms.hand_over("1", some, (Option("1", "duplicate no. 1"),))
    return FormPage(
        base=base(Place.DOCUMENTS),
        heading="Hand the document over",
        lead="Who has it, for what and since when is recorded before the file leaves.",
        facts=(Fact("Document", "fitness certificate"),),
        form=form,
        back=Link("/documents/1", "MED-2027-000418"),
    )


def verify_valid() -> documents.Verify:
    return documents.Verify(
        base=Base(),
        answer=Badge(D, "This document is valid"),
        sentence="We issued it, and it holds today.",
        facts=(
            Fact("Number", "MED-2027-000418"),
            Fact("Document", "Certificate of medical fitness"),
            Fact("Issued on", "12 March 2027"),
            Fact("Issued for", "G. A."),
        ),
        checks=(),
        host="verify.example.org",
        form=office.verify_file(),
        number_form=office.verify_number(),
        hashed_up_to=2**20,
    )


PROGRAMME_ROW = programmes.ProgrammeRow(
    Link("/programmes/k/2027.1", "Kosovo – Germany, construction"),
    "Kosovo to Germany",
    "2027.1",
    "1 January 2027",
    60,
)


def verify_altered() -> documents.Verify:
    return documents.Verify(
        base=Base(),
        answer=Badge(L, "This file was altered"),
        sentence="We issued a document with this number, but not this file.",
        facts=(),
        checks=CHECKS,
        host="verify.example.org",
        form=office.verify_file(),
        number_form=office.verify_number(),
        hashed_up_to=2**20,
    )


def programme() -> programmes.ProgrammePage:
    law = Source(
        "Western Balkans Regulation, BeschV § 26 (2)", "https://example.org/law", "1 June 2024", confirmed=False
    )
    police = programmes.AskedRequirement(
        "Police certificate",
        "for each country lived in for more than 6 months since the age of 16",
        (
            Fact("Brought by", "police"),
            Fact("Verified by", "security officer, somebody other than who recorded it"),
            Fact("Takes", "about 20 working days"),
            Fact("Holds", "3 months from its issue, and still on the day of departure"),
            Fact("Paid by", "employer (or: programme)"),
        ),
        (),
        law,
    )
    module = programmes.AskedRequirement(
        "Orientation module", "for each module", (), (Fact("Travel and arrival", "60 minutes"),), None
    )
    rule = programmes.Rule("Recruitment or placement: nothing may be charged", "from Kosovo, to Germany", law)
    return programmes.ProgrammePage(
        base=base(Place.PROGRAMMES),
        heading="Kosovo – Germany, construction",
        summary="Workers from Kosovo are prepared for construction work.",
        version="Version 2027.1, published on 1 January 2027.",
        notices=(Badge(L, "Nobody is cleared since 2 March 2027: the border is closed"),),
        facts=(Fact("Tracks", "away, home"), Fact("Travel loan", "at most EUR 2,500.00"), Fact("German", "A2")),
        durations=("Away: who begins today with nothing can leave on 1 June 2027 at the earliest, in 22 weeks.",),
        certainty="12 of 40 rules were read in their source.",
        before=(programmes.RuleSection("costs", "What it costs the worker", "The worker pays: Passport.", (rule,)),),
        stages=(
            programmes.AskedStage(
                "security",
                1,
                "Security",
                "after documents · signed off by: security officer",
                "Takes about 22 working days.",
                "Security clearance statement",
                (police, module),
                programmes.StageWork((Fact("Clinic", "assigned in turn, by the system"),), law, (rule,)),
            ),
            programmes.AskedStage("departure", 2, "Departure", "after all stages", "", "Departure clearance", ()),
        ),
        after=(programmes.RuleSection("later", "Afterwards", "", (programmes.Rule("First month", "", None),)),),
        sources=(Source("Employment Ordinance (BeschV), section 26(2)", as_of="31 May 2021"),),
        others=(Link("/programmes/k/2026.1", "version 2026.1"),),
    )


def pages() -> dict[str, Page]:
    """The register, the public check and the programmes by the name of their preview."""
    return {
        "documents": register(),
        "document": document(),
        "disclosures": disclosures(),
        "signatories": signatories(),
        "hand-over": hand_over(),
        "verify": documents.Verify(
            base=Base(),
            answer=None,
            sentence="Scan the code of a document with your phone, or choose its file here.",
            facts=(),
            checks=(),
            host="verify.example.org",
            form=office.verify_file(),
            number_form=office.verify_number(),
            hashed_up_to=2**20,
        ),
        "verify-valid": verify_valid(),
        "verify-altered": verify_altered(),
        "programmes": programmes.ProgrammeList(
            base=base(Place.PROGRAMMES),
            summary="What each programme asks",
            counts=True,
            rows=(PROGRAMME_ROW,),
        ),
        "programmes-public": programmes.ProgrammeList(
            base=Base(), summary="What each programme asks", counts=False, rows=(PROGRAMME_ROW,)
        ),
        "programme": programme(),
        "programme-public": replace(programme(), base=Base()),
    }
