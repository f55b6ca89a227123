"""A sample of every page, with invented people, for tests and previews."""

from __future__ import annotations

from dashboard import addresses
from dashboard.forms import case as case_forms
from dashboard.forms import lists, office, stages
from dashboard.pages import administration, batches, documents, programmes, public, work
from dashboard.pages.base import Base, Page, Place, Viewer
from dashboard.pages.case import Decision, Event, FormPage
from dashboard.parts import Badge, Fact, Link, Option, Pager, Source, StageBar, Tile, Tone
from dashboard.posting import filled
from tests.dashboard import samples_case

D, N, W, L, I, O = Tone.DONE, Tone.TODAY, Tone.WAIT, Tone.LATE, Tone.IDLE, Tone.OPEN  # noqa: E741 - drawn as bars below
ALL = frozenset({"see_cases", "see_batches", "see_register", "manage_accounts"})
CASEWORKER = Viewer("Arta Gashi", "caseworker", "Pristina", ALL - {"manage_accounts"})
ADMINISTRATOR = Viewer("Blerim Hoxha", "administrator", "Pristina", frozenset({"manage_accounts"}))
AGENCY = Viewer("Vesa Berisha", "agency user", "Balkan Karriere", frozenset({"see_cases", "see_batches"}))
COUNTRIES = (Option("XK", "Kosovo"), Option("MK", "North Macedonia"), Option("CH", "Switzerland"))
PROGRAMMES = (Option("kosovo-germany-construction", "Kosovo – Germany, construction"),)
AGENCIES = (Option("BK", "Balkan Karriere"),)
PEOPLE = (Option("me", "my own"), Option("all", "everybody's"))


def base(place: Place, viewer: Viewer = CASEWORKER, **more: object) -> Base:
    return Base(viewer=viewer, place=place, form_token="0" * 64, **more)  # type: ignore[arg-type]


def my_work() -> work.MyWork:
    rows = (
        work.QueueRow(
            Link("/cases/1", "Ahmeti, Gëzim"),
            "BK-2027001 · bricklayer · away",
            StageBar((D, D, D, D, L, I, I, I, I), "medical lapsed"),
            "Book a new examination",
            "you",
            Badge(L, "3 days overdue"),
            "10 June 2027",
            "slack −2 days",
            Link("/cases/1", "Book", "for Ahmeti, Gëzim"),
        ),
        work.QueueRow(
            Link("/cases/2", "Zeqiri, Petrit"),
            "BK-2027002 · plumber · away",
            StageBar((D, O, D, I, I, I, I, I, I), "security in progress"),
            "Accept the police certificate (Switzerland)",
            "you",
            Badge(N, "due today"),
            "10 June 2027",
            "slack 4 days",
            Link("/cases/2", "Open", "Zeqiri, Petrit"),
        ),
        work.QueueRow(
            Link("/cases/3", "Kelmendi, Fatime"),
            "BK-2027014 · tile setter · home",
            StageBar((D, D, D, O), "training"),
            "Enter the B1 test result",
            "Qendra e Kompetencës",
            Badge(I, "due in 6 days"),
            "home track",
            "ends 30 June 2027",
            Link("/cases/3", "Open", "Kelmendi, Fatime"),
        ),
        work.QueueRow(
            Link("/cases/4", "العلوي، أيوب"),
            "PALIM-0031 · software developer · away",
            StageBar((D, D, W, I, I, I, I), "qualifications"),
            "Recognition decision",
            "NARIC Vlaanderen",
            Badge(W, "paused, waiting for the authority"),
            "16 September 2027",
            "slack 21 days",
            Link("/cases/4", "Open", "العلوي، أيوب"),
        ),
    )
    filters = lists.work(PROGRAMMES, AGENCIES, PEOPLE)
    given = {"show": "overdue", "programme": "kosovo-germany-construction"}
    numbers = (4, 6, 11, 14, 2, 0)
    return work.MyWork(
        base=base(Place.WORK),
        summary="37 open cases, sorted by risk to the planned departure",
        tiles=tuple(
            Tile(addresses.query(addresses.WORK, show=value), number, label, value == "overdue", value == "overdue")
            for (value, label), number in zip(lists.SHOW, numbers, strict=True)
        ),
        chips=lists.chips(filters, given),
        filters=filled(filters, given),
        rows=rows,
        pager=Pager(1, 4, 37, "", "/work?page=2"),
        empty="Nothing is overdue.",
    )


def empty_work() -> work.MyWork:
    full = my_work()
    return work.MyWork(
        base=base(Place.WORK, demo=True, notice=Badge(D, "The examination was recorded.")),
        summary="No open case",
        tiles=full.tiles,
        chips=(),
        filters=full.filters,
        rows=(),
        pager=Pager(0, 0, 0),
        empty="Nothing waits for you. New cases come in with the next batch.",
    )


def case_list() -> work.CaseList:
    row = work.CaseRow(
        Link("/cases/1", "Ahmeti, Gëzim"),
        "BK-2027001 · bricklayer · away",
        StageBar((D, D, D, D, L, I, I, I, I), "medical lapsed"),
        Badge(O, "open"),
        "Kosovo – Germany, construction",
        "Balkan Karriere",
        "Arta Gashi",
        "10 June 2027",
    )
    other = work.CaseRow(
        Link("/cases/5", "<b>Krasniqi</b>, Arbën"),
        "BK-2027003 · tile setter · away",
        StageBar((I,) * 9, "withdrawn"),
        Badge(I, "withdrawn by the worker"),
        "Kosovo – Germany, construction",
        "Balkan Karriere",
        "",
        "no day planned",
    )
    filters = lists.cases(
        (Option("medical", "Medical"),),
        (Option("open", "open"),),
        PROGRAMMES,
        AGENCIES,
        (Option("P", "Pristina"),),
        PEOPLE,
    )
    return work.CaseList(
        base=base(Place.CASES, search="ahm"),
        summary="2 cases found",
        filters=filled(filters, {"text": "ahm"}),
        chips=lists.chips(filters, {"text": "ahm"}),
        rows=(row, other),
        pager=Pager(1, 2, 2),
        acts=(Link(addresses.NEW_CASE, "Open a case by hand", primary=True),),
    )


def new_case_with_errors() -> FormPage:
    form = case_forms.new_case(
        PROGRAMMES,
        (Option("office", "office"), Option("self", "by themselves")),
        (Option("7112", "7112 Bricklayer"),),
        COUNTRIES,
        "Notice 2027.1, in Albanian.",
    )
    wrong = filled(
        form,
        {"family_name": "Ahmeti", "birth_date": "2084-03-02", "track": "away"},
        {"birth_date": "the day lies in the future", "sex": "choose one"},  # type: ignore[dict-item]
    )
    return FormPage(
        base=base(Place.CASES),
        heading="Open a case by hand",
        lead="For a worker who comes by themselves, from another office, an employment service or an employer.",
        facts=(),
        form=wrong,
        back=Link(addresses.CASES, "Cases"),
    )


def medical_form() -> FormPage:
    return FormPage(
        base=base(Place.CASES),
        heading="Record a medical examination",
        lead="It must hold on the day of departure.",
        facts=(Fact("Worker", "Gëzim Ahmeti"), Fact("Departs", "10 June 2027")),
        form=stages.medical("1", 7, (Option("c", "Poliklinika Dardania, Prishtinë"),)),
        back=Link("/cases/1", "BK-2027001"),
    )


def register() -> documents.Register:
    filters = lists.documents((Option("medical", "Certificate of medical fitness"),), (Option("valid", "valid"),))
    rows = (
        documents.DocumentRow(
            Link("/documents/1", "MED-2027-000418"),
            "Certificate of medical fitness",
            Link("/cases/1", "BK-2027001"),
            "12 March 2027",
            "9f2c41d07a1b",
            Badge(D, "valid"),
        ),
        documents.DocumentRow(
            Link("/documents/2", "SEC-2027-000377"),
            "Security clearance statement",
            Link("/cases/1", "BK-2027001"),
            "1 March 2027",
            "77ab90e1c2d4",
            Badge(N, "superseded by SEC-2027-000391"),
        ),
        documents.DocumentRow(
            Link("/documents/3", "QUA-2027-000352"),
            "Qualification statement",
            None,
            "1 March 2027",
            "",
            Badge(I, "void"),
        ),
    )
    return documents.Register(
        base=base(Place.DOCUMENTS),
        summary="3 numbers given, 1 document valid today",
        filters=filters,
        chips=(),
        rows=rows,
        pager=Pager(1, 3, 3),
    )


CHECKS = (
    documents.CheckView("Register", Badge(D, "passed"), "The number MED-2027-000418 stands in our register."),
    documents.CheckView("Bytes", Badge(D, "passed"), "The file is, byte for byte, the one that was issued."),
    documents.CheckView("Signature", Badge(D, "passed"), "Signed by the installation's key on 12 March 2027."),
    documents.CheckView("Validity", Badge(L, "failed"), "It was valid until 9 September 2027, which has passed."),
    documents.CheckView("Superseded", Badge(I, "not applicable"), "No later document takes its place."),
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
        file=Link("/documents/1/file", "Download the PDF"),
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
    )


def programme() -> programmes.ProgrammePage:
    requirement = programmes.AskedRequirement(
        "Police certificate",
        "for each country lived in for more than 6 months since the age of 16",
        "worker",
        "security officer",
        "3 months from its issue, on the day of departure",
        Source(
            "Western Balkans Regulation, BeschV § 26 (2)", "https://example.org/law", "1 June 2024", confirmed=False
        ),
    )
    return programmes.ProgrammePage(
        base=base(Place.PROGRAMMES),
        heading="Kosovo – Germany, construction",
        summary="Version 2027.1, published on 1 January 2027",
        facts=(Fact("Tracks", "away, home"), Fact("Travel loan", "at most EUR 2,500.00"), Fact("German", "A2")),
        stages=(
            programmes.AskedStage(
                "security",
                "Security",
                "away and home",
                "after documents",
                "signed off by a security officer",
                "SEC",
                (requirement,),
            ),
            programmes.AskedStage("departure", "Departure", "away", "after all stages", "a supervisor", "DEP", ()),
        ),
    )


def users() -> administration.UserList:
    return administration.UserList(
        base=base(Place.ADMINISTRATION, ADMINISTRATOR),
        summary="2 users, 1 disabled",
        rows=(
            administration.UserRow(
                "Arta Gashi",
                "agashi",
                "caseworker",
                "Office Pristina",
                "today",
                Badge(D, "active"),
                Link("/administration/users/1/password", "Reset password", "of Arta Gashi"),
                office.switch_user("1", "Arta Gashi", enable=False),
            ),
            administration.UserRow(
                "Old Account",
                "old",
                "auditor",
                "Office Pristina",
                "never",
                Badge(I, "disabled"),
                Link("/administration/users/2/password", "Reset password", "of Old Account"),
                office.switch_user("2", "Old Account", enable=True),
            ),
        ),
        pager=Pager(1, 2, 2),
    )


def _batch_pages() -> dict[str, Page]:
    finding = batches.FindingView(
        "5", "Data e lindjes", "Date of birth", Badge(L, "error"), "The day cannot be read.", "Write it as 1984-03-02."
    )
    warning = batches.FindingView(
        "17", "Kredia EUR", "Travel loan", Badge(N, "warning"), "The home track has no loan.", "Leave it empty."
    )
    facts = (Fact("File", "batch-march.csv"), Fact("Rows read", "120"), Fact("Rows left out", "9"))
    return {
        "batches": batches.BatchList(
            base=base(Place.BATCHES, AGENCY),
            summary="1 batch",
            rows=(
                batches.BatchRow(
                    Link("/batches/1", "batch-march.csv"),
                    "Balkan Karriere",
                    "Kosovo – Germany, construction",
                    "1 March 2027, 10:12",
                    "111 taken, 9 left out",
                    Badge(O, "in progress"),
                ),
            ),
            pager=Pager(1, 1, 1),
            acts=(Link(addresses.NEW_BATCH, "Hand in a batch", primary=True),),
        ),
        "batch-upload": batches.BatchUpload(
            base=base(Place.BATCHES, AGENCY),
            form=office.batch(PROGRAMMES, ()),
            columns=(
                batches.Column("Family name", "as in the passport", "Ahmeti", True),
                batches.Column("MRZ line 1", "44 characters", "P<RKSAHMETI<<GEZIM<<<<<<<<<<<<<<<<<<<<<<<<<<", True),
                batches.Column("E-mail", "of the worker", "gezim@example.org", False),
            ),
            example=Link(addresses.BATCH_EXAMPLE, "Download this example (CSV)"),
        ),
        "batch-check": batches.BatchCheck(
            base=base(Place.BATCHES, AGENCY),
            heading="Check of batch-march.csv",
            summary="111 of 120 rows can be taken. Mend 9 rows and hand the file in again, or submit the others now.",
            facts=facts,
            file_findings=(
                batches.FindingView(
                    "", "Nr. dosjes", "", Badge(N, "warning"), "This column is not known.", "Leave it out or map it."
                ),
            ),
            row_findings=(finding, warning),
            more="The first 2 of 9 findings are shown.",
            download=Link("/batches/1/findings.csv", "Download all findings (CSV)"),
            submit=office.submit_batch("1", "Submit 111 workers; 9 rows are left out"),
            again=office.batch(PROGRAMMES, ()),
        ),
        "batch": batches.BatchPage(
            base=base(Place.BATCHES, AGENCY),
            heading="batch-march.csv",
            facts=facts,
            done=64,
            total=111,
            progress="64 of 111 cases are opened",
            poll="/batches/1",
            rows=(
                batches.BatchCaseRow(
                    2,
                    Link("/cases/1", "Ahmeti, Gëzim"),
                    "BK-2027001",
                    StageBar((D, D, D, O), "medical in progress"),
                    Badge(O, "open"),
                ),
            ),
            left_out=(finding,),
            pager=Pager(1, 1, 1),
            acts=(),
        ),
    }


def _administration() -> dict[str, Page]:
    frame = base(Place.ADMINISTRATION, ADMINISTRATOR)
    return {
        "users": users(),
        "organisations": administration.OrganisationList(
            base=frame,
            summary="1 agency",
            rows=(
                administration.OrganisationRow(
                    Link("/administration/organisations/1", "Balkan Karriere"),
                    "BK",
                    "agency",
                    "Kosovo",
                    Badge(L, "licence ended on 1 March 2027"),
                ),
            ),
            pager=Pager(1, 1, 1),
        ),
        "organisation": administration.OrganisationPage(
            base=frame,
            heading="Balkan Karriere",
            facts=(Fact("Kind", "agency"), Fact("Code", "BK"), Fact("Country", "Kosovo")),
            licences=(
                administration.Licence(
                    "XK-0117", "Ministry of Labour", "1 March 2026 to 1 March 2027", Badge(L, "ended")
                ),
            ),
            form=office.licence("1"),
        ),
        "watch-lists": administration.WatchLists(
            base=frame,
            summary="Workers are screened against the newest version of each list.",
            rows=(
                administration.ListVersion(
                    "UN consolidated", "2027-02-28", "1 March 2027, 07:00", 1012, "77ab90e1c2d4", Badge(D, "in use")
                ),
            ),
            form=office.watch_list(),
        ),
    }


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {
        "sign-in": public.SignIn(base=Base(demo=True), form=office.sign_in("/cases")),
        "sign-in-wrong": public.SignIn(
            base=Base(),
            form=filled(office.sign_in(), {"login": "agashi"}, error="The user name or the password is wrong."),  # type: ignore[arg-type]
        ),
        "work": my_work(),
        "work-empty": empty_work(),
        "cases": case_list(),
        "new-case": new_case_with_errors(),
        "medical": medical_form(),
        "hits": work.HitList(
            base=base(Place.WORK),
            summary="1 possible match",
            rows=(
                work.HitRow(
                    Link("/hits/1", "BK-2027031"),
                    "UN consolidated",
                    "91 of 100",
                    "1 March 2027",
                    "1 of 2",
                    Badge(N, "due today"),
                ),
            ),
            pager=Pager(1, 1, 1),
        ),
        **samples_case.pages(base(Place.CASES)),
        **_batch_pages(),
        "documents": register(),
        "document": document(),
        "verify": documents.Verify(
            base=Base(),
            answer=None,
            sentence="Scan the code of a document with your phone, or choose its file here.",
            facts=(),
            checks=(),
            host="verify.example.org",
            form=office.verify_file(),
        ),
        "verify-valid": verify_valid(),
        "verify-altered": verify_altered(),
        "programmes": programmes.ProgrammeList(
            base=base(Place.PROGRAMMES),
            summary="1 programme",
            rows=(
                programmes.ProgrammeRow(
                    Link("/programmes/k/2027.1", "Kosovo – Germany, construction"),
                    "Kosovo to Germany",
                    "2027.1",
                    "1 January 2027",
                    60,
                ),
            ),
        ),
        "programme": programme(),
        **_administration(),
        "error": public.ErrorPage(
            base=Base(),
            status=404,
            heading="There is no such page",
            message="The address leads nowhere, or to something that is not yours to see.",
            fix="Check the address.",
            code="http_404",
            back=Link("/", "To the sign-in"),
        ),
    }
