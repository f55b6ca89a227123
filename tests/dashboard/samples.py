"""A sample of every page, with invented people, for tests and previews."""

from __future__ import annotations

from checklists.programme import ExaminationRule
from dashboard import addresses
from dashboard.cases.recorded import REASONS as RECORDED
from dashboard.forms import case as case_forms
from dashboard.forms import examinations, lists, office, stages
from dashboard.pages import public, work
from dashboard.pages.base import Base, Page, Place
from dashboard.pages.case import EvidenceView, FormPage
from dashboard.parts import Badge, Fact, Link, Option, Pager, StageBar, Tile, Tone
from dashboard.posting import filled
from tests.dashboard import (
    samples_appointments,
    samples_auditing,
    samples_case,
    samples_costs,
    samples_courses,
    samples_diary,
    samples_entitlements,
    samples_files,
    samples_following,
    samples_journeys,
    samples_lists,
    samples_loans,
    samples_matches,
    samples_medical,
    samples_money_papers,
    samples_office,
    samples_originals,
    samples_papers,
    samples_people,
    samples_portfolio,
    samples_qualifications,
    samples_recruitment,
    samples_register,
    samples_repayments,
    samples_reviewing,
    samples_rulings,
    samples_selection,
    samples_sessions,
    samples_skills,
    samples_versions,
)
from tests.dashboard.frames import ADMINISTRATOR, AGENCIES, COUNTRIES, PEOPLE, PROGRAMMES, base

D, N, W, L, I, O = Tone.DONE, Tone.TODAY, Tone.WAIT, Tone.LATE, Tone.IDLE, Tone.OPEN  # noqa: E741 - drawn as bars below

QUEUE = (
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


def my_work() -> work.MyWork:
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
        rows=QUEUE,
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
        "kosovo-germany-construction",
        (Option("away", "Away: prepared for Germany"), Option("home", "Home: prepared, not leaving")),
        case_forms.destination(COUNTRIES, needed=False),
        (Option("office", "office"), Option("self", "by themselves")),
        (Option("7112", "7112 Bricklayer"),),
        COUNTRIES,
        (Option("consent", "consent of the worker"), Option("public_task", "task in the public interest")),
        "Its data is used to prepare the departure.",
        loans=True,
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
        form=examinations.submit("1", 7, (Option("c", "Poliklinika Dardania, Prishtinë"),), ExaminationRule()),
        back=Link("/cases/1", "BK-2027001"),
        recorded=(
            EvidenceView(
                title="Examined on 3 March 2027",
                status=Badge(W, "pending: a result is outstanding"),
                facts=(Fact("Physician", "Dr. Rina Osmani"), Fact("Medical detail", "Chest X-ray to be repeated.")),
                reject=stages.withdraw("1", 7, "medical", "m1", "Examined on 3 March 2027", RECORDED),
            ),
        ),
    )


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {
        "sign-in": public.SignIn(base=Base(demo=True), form=office.sign_in("/cases")),
        "sign-in-wrong": public.SignIn(
            base=Base(),
            form=filled(office.sign_in(), {"login": "agashi"}, error="The e-mail address or the password is wrong."),  # type: ignore[arg-type]
        ),
        "work": my_work(),
        "work-empty": empty_work(),
        "cases": case_list(),
        "new-case": new_case_with_errors(),
        "medical": medical_form(),
        **samples_matches.pages(base(Place.WORK)),
        **samples_case.pages(base(Place.CASES)),
        **samples_files.pages(base(Place.CASES)),
        **samples_papers.pages(base(Place.CASES)),
        **samples_medical.pages(),
        **samples_money_papers.pages(),
        **samples_costs.pages(),
        **samples_rulings.pages(),
        **samples_loans.pages(),
        **samples_portfolio.pages(),
        **samples_repayments.pages(),
        **samples_recruitment.pages(),
        **samples_skills.pages(),
        **samples_following.pages(),
        **samples_entitlements.pages(),
        **samples_journeys.pages(),
        **samples_selection.pages(),
        **samples_courses.pages(),
        **samples_sessions.pages(),
        **samples_diary.pages(),
        **samples_appointments.pages(),
        **samples_originals.pages(),
        **samples_people.pages(),
        **samples_auditing.pages(),
        **samples_versions.version_pages(),
        **samples_office.batch_pages(),
        **samples_qualifications.pages(),
        **samples_register.pages(),
        **samples_reviewing.pages(),
        **samples_office.administration_pages(),
        **samples_lists.list_pages(base(Place.ADMINISTRATION, ADMINISTRATOR)),
        **samples_lists.case_pages(base(Place.CASES)),
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
