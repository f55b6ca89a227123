"""A sample of follow-ups and cohorts, with invented people."""

from __future__ import annotations

from casework.cases.rules import TRACK_REASONS
from casework.cohorts.rules import COST_WORDS
from dashboard import addresses
from dashboard.forms import case as case_forms
from dashboard.forms import following as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.batches import FindingView
from dashboard.pages.case import FollowUpView, FormPage
from dashboard.pages.cohorts import CohortList, CohortPage, CohortRow, CostRow, MemberRow, OutcomeRow, TaughtRow
from dashboard.pages.following import DueRow, FollowUpList, FollowUpSheet
from dashboard.parts import Badge, Chip, Fact, Link, Option, Pager, Source, Tile, Tone
from tests.dashboard.frames import COUNTRIES, PROGRAMMES, base

_BACK = Link("/cases/1", "BK-2027001")
_OUTCOMES = (Option("as_agreed", "as agreed"), Option("housing_problem", "housing problem"))
_REASONS = (Option("recorded_in_error", "It was recorded in error."),)
FOLLOW_UPS = (
    FollowUpView(
        "follow-up-of-arrived",
        "Arrived, housed, residence registered",
        Badge(Tone.DONE, "as agreed"),
        (
            Fact("Due", "24 June 2027, counted since the arrival on 10 June 2027"),
            Fact("By", "the employer"),
            Fact("Made", "22 June 2027, Arta Gashi"),
            Fact("Note", "Shares a flat with two colleagues."),
        ),
        None,
        forms.withdraw_follow_up("1", 7, "4", "Arrived, housed, residence registered", _REASONS),
        Source("Check after arrival", "", "22 November 2026", confirmed=False),
    ),
    FollowUpView(
        "follow-up-of-first_wage",
        "First wage paid as agreed",
        Badge(Tone.TODAY, "due on 10 August 2027"),
        (Fact("Due", "10 August 2027, counted since the arrival on 10 June 2027"), Fact("By", "you")),
        forms.follow_up("1", 7, "first_wage", "First wage paid as agreed", _OUTCOMES, "2027-08-09"),
        None,
        None,
    ),
    FollowUpView(
        "assignment",
        "Assignment",
        Badge(Tone.OPEN, "until 9 December 2027"),
        (
            Fact("Begun", "10 June 2027"),
            Fact("At most until", "9 June 2028"),
            Fact("asked for", "until 9 February 2028, Arta Gashi (the work is not finished yet)"),
        ),
        None,
        forms.withdraw_end("1", 7, "5", _REASONS),
        None,
        forms.answer_extension("1", 7, "5", "9 February 2028"),
    ),
    FollowUpView(
        "measures",
        "adaptation period",
        Badge(Tone.OPEN, "until 30 November 2027"),
        (Fact("Where", "Clinic of Ulm"), Fact("Begun", "1 July 2027")),
        forms.end_measure("1", 7, "6", "2027-08-09"),
        forms.withdraw_measure("1", 7, "6", _REASONS),
        None,
    ),
)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {**_forms(), **_cohorts(), **_due()}


_DUE = (
    DueRow(
        Link("/cases/1", "Ahmeti, Gëzim"),
        "BK-2027001 · Temporary return of qualified nationals",
        "Follow up: First month, plan of work agreed",
        "the worker",
        Badge(Tone.LATE, "3 days overdue"),
    ),
    DueRow(
        Link("/cases/2", "Hoxha, Mira"),
        "BK-2027002 · Talent retention",
        "Sign off: Settling and staying",
        "you",
        Badge(Tone.TODAY, "due today"),
    ),
)


def _due() -> dict[str, Page]:
    cases = base(Place.CASES)
    parts = (Option("overdue", "overdue"), Option("week", "within a week"))
    kinds = (Option("check_in", "check-ins"),)
    filters = forms.due_filters(parts, kinds, PROGRAMMES)
    finding = FindingView(
        row="4",
        column="Outcome",
        field="outcome",
        message="The follow-up does not have this outcome.",
        fix="Choose one of: at_work, left_work.",
        severity=Badge(Tone.LATE, "error"),
    )
    back = Link(addresses.FOLLOW_UPS, "Follow-ups")
    columns = ("Case reference (needed)", "Follow-up (needed)", "Outcome (needed)", "Again on")
    return {
        "follow-ups": FollowUpList(
            base=cases,
            summary="2 lines",
            links=(Link(addresses.FOLLOW_UP_SHEET, "Check-ins by a list"),),
            tiles=(
                Tile("/follow-ups?due=overdue", 1, "overdue", late=True),
                Tile("/follow-ups?due=week", 2, "within a week", selected=True),
            ),
            filters=filters,
            chips=(Chip("within a week", "/follow-ups"),),
            rows=_DUE,
            pager=Pager(1, 2, 2, "", ""),
        ),
        "follow-ups-none": FollowUpList(
            base=cases,
            summary="0 lines",
            links=(),
            tiles=(),
            filters=filters,
            chips=(),
            rows=(),
            pager=Pager(0, 0, 0, "", ""),
        ),
        "follow-up-sheet": FollowUpSheet(
            base=cases,
            back=back,
            summary="1 check-in was recorded; 0 were there already; 1 rows were given back.",
            findings=(finding,),
            columns=columns,
            form=forms.check_in_sheet(),
        ),
    }


def _forms() -> dict[str, Page]:
    cases = base(Place.CASES)
    reasons = tuple(Option(code, said) for code, said in TRACK_REASONS.items())
    away = (Option("away", "Away: prepared for the country of destination"),)
    return {
        "track": FormPage(
            base=cases,
            heading="Change the track",
            lead="All evidence stays. Certificates that do not apply on the new track are superseded.",
            facts=(Fact("Now", "Home: prepared, not leaving"), Fact("Departure", "home track")),
            form=forms.track("1", 7, away, reasons, case_forms.destination(COUNTRIES, needed=False), departs=True),
            back=_BACK,
        ),
        "case-cohort": FormPage(
            base=cases,
            heading="Cohort of the case",
            lead="A case is in one cohort at most.",
            facts=(),
            form=forms.cohort("1", 7, (Option("none", "in no cohort"), Option("GSP-1", "First builders (GSP-1)"))),
            back=_BACK,
        ),
        "new-cohort": FormPage(
            base=cases,
            heading="Set up a cohort",
            lead="The costs are those that the funder agreed to; they are in the currency of the programme.",
            facts=(),
            form=forms.new_cohort(PROGRAMMES, COST_WORDS.items()),
            back=Link("/cohorts", "Cohorts"),
        ),
    }


OUTCOMES = (
    OutcomeRow("being prepared", 4, 1, 5),
    OutcomeRow("in training", 9, 6, 15),
    OutcomeRow("departed", 4, 0, 4),
    OutcomeRow("completed at home", 0, 1, 1),
    OutcomeRow("withdrawn or ended otherwise", 1, 0, 1),
)
PACK = Link("/documents/pack?cohort=GSP-1", "Hand the documents of all over")


def _cohorts() -> dict[str, Page]:
    cases = base(Place.CASES)
    return {
        "cohorts": CohortList(
            base=cases,
            summary="2 cohorts, the newest first",
            rows=(
                CohortRow(
                    Link("/cohorts/GSP-2", "Second cohort of builders"),
                    "GSP-2",
                    "Kosovo – Germany, construction",
                    "Synthetic fund",
                    "1 March 2027",
                    "3 of 25 taken",
                    None,
                ),
                CohortRow(
                    Link("/cohorts/GSP-1", "First cohort of builders"),
                    "GSP-1",
                    "Kosovo – Germany, construction",
                    "Synthetic fund",
                    "1 September 2026",
                    "25 of 25 taken",
                    Badge(Tone.WAIT, "full"),
                ),
            ),
            links=(Link("/cohorts/new", "Set up a cohort", primary=True),),
        ),
        "cohort": CohortPage(
            base=cases,
            back=Link("/cohorts", "Cohorts"),
            heading="First cohort of builders",
            facts=(
                Fact("Code", "GSP-1"),
                Fact("Programme", "Kosovo – Germany, construction"),
                Fact("Funder", "Synthetic fund"),
                Fact("Starts", "1 September 2026"),
                Fact("Places", "25 of 25 taken"),
            ),
            costs=(CostRow("Training", "EUR 120,000.00"), CostRow("Staff", "EUR 30,000.00")),
            total="EUR 150,000.00",
            outcomes=OUTCOMES,
            selected=OutcomeRow("selected", 18, 8, 26),
            links=(PACK,),
            courses=(
                TaughtRow(Link("/courses/DE-A2-1", "German for sites"), Badge(Tone.OPEN, "running"), 18, 17, 0, 2),
            ),
            members=(
                MemberRow(Link("/cases/1", "Ahmeti, Gëzim"), "BK-2027001", "Away", Badge(Tone.OPEN, "open")),
                MemberRow(
                    Link("/cases/2", "Zeqiri, Petrit"),
                    "BK-2027002",
                    "Home",
                    Badge(Tone.DONE, "closed since 1 May 2027"),
                ),
            ),
        ),
    }
