"""A sample of households and of records of one person, with invented people."""

from __future__ import annotations

from casework.households.rules import REASONS, ROLE_WORDS, ChangeKind
from casework.workers.merge_fields import WORDS
from dashboard.forms import people as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import Event, FormPage
from dashboard.pages.people import (
    CandidateRow,
    ComparePage,
    DuplicatesPage,
    HouseholdList,
    HouseholdPage,
    HouseholdRow,
    MemberView,
    MergePage,
    MergeRow,
    RecordRow,
)
from dashboard.parts import Badge, Fact, Link, Option, Pager, Tile, Tone
from tests.dashboard.frames import COUNTRIES, base

_BACK = Link("/cases/1", "BK-2027001")
_LIST = Link("/duplicates", "Records of one person")
_ROLES = tuple(Option(role.value, said) for role, said in ROLE_WORDS.items())
_PARTS = tuple(Option(part.value, said) for part, said in WORDS.items())
_TOGETHER, _APART = Badge(Tone.DONE, "together"), Badge(Tone.WAIT, "apart")
_JOINED, _LEFT = (
    tuple(Option(code, said) for code, said in REASONS[kind].items()) for kind in (ChangeKind.JOINED, ChangeKind.LEFT)
)
_EFFECTS = (
    "The kept record gets from the other one: Cases: 1, Papers: 4, Legal bases: 3.",
    "Documents stay as they were issued, and are checked as before.",
    "Every open case is screened again, by all names of both records.",
)


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {**_households(), **_household_forms(), **_records(), **_merges()}


def _households() -> dict[str, Page]:
    cases = base(Place.CASES)
    lead = MemberView(
        Link("/cases/1", "Ahmeti, Gëzim"), "principal", "born 17 May 1990 · Kosovo", "1 March 2027",
        Badge(Tone.DONE, "leads the journey"), (), (Link("/1", "Leaves", "Ahmeti, Gëzim"),),
    )  # fmt: skip
    child = MemberView(
        Link("", "Ahmeti, Drin"), "child", "born 4 May 2017", "1 March 2027", _APART,
        (Badge(Tone.LATE, "no guardian has consented"),),
        (Link("/2", "Record a consent", "Ahmeti, Drin"), Link("/3", "Travels together", "Ahmeti, Drin")),
    )  # fmt: skip
    gone = MemberView(Link("", "Ahmeti, Vjosa"), "spouse", "", "1 March 2027 to 9 April 2027", _TOGETHER, (), ())
    return {
        "household": HouseholdPage(
            base=cases,
            back=_BACK,
            heading="Household",
            summary="H-1F2E3D4C: 2 members",
            alerts=(Badge(Tone.LATE, "1 child may not travel: no guardian has consented."),),
            members=(lead, child),
            former=(gone,),
            changes=(Event("9 April 2027", "Arta Gashi", "Ahmeti, Vjosa left the household: separation or divorce"),),
            links=(Link("/4", "Add somebody who travels along", primary=True), Link("/5", "Add a worker")),
            form=None,
        ),
        "households": HouseholdList(
            base=cases,
            summary="1 household, the newest first",
            tiles=(Tile("/households", 1, "all", selected=True), Tile("/households?only=apart", 1, "travelling apart")),
            rows=(
                HouseholdRow(
                    Link("/cases/1/household", "Ahmeti, Gëzim"),
                    "H-1F2E3D4C",
                    "1 principal, 1 child",
                    Badge(Tone.WAIT, "1 travels apart"),
                    Badge(Tone.LATE, "1 child without consent"),
                    "1 March 2027",
                ),
            ),
            pager=Pager(1, 1, 1),
            links=(Link("/households/households.csv", "Download this list (CSV)"),),
        ),
    }


def _household_forms() -> dict[str, Page]:
    cases = base(Place.CASES)
    return {
        "household-none": HouseholdPage(
            base=cases,
            back=_BACK,
            heading="Household",
            summary="The worker belongs to no household.",
            alerts=(),
            members=(),
            former=(),
            changes=(),
            links=(),
            form=forms.found("1", 7, _ROLES, "2027-03-01"),
        ),
        "household-person": FormPage(
            base=cases,
            heading="Add somebody who travels along",
            lead="For somebody who has no case here.",
            facts=(),
            form=forms.add_person("1", 7, _ROLES[1:], _JOINED, COUNTRIES, "2027-03-01"),
            back=_BACK,
        ),
        "household-split": FormPage(
            base=cases,
            heading="Split the household",
            lead="Who leaves is a household of their own from that day on.",
            facts=(),
            form=forms.split("1", 7, _ROLES, _ROLES[:2], _LEFT, "2027-03-01"),
            back=_BACK,
        ),
    }


def _records() -> dict[str, Page]:
    cases = base(Place.CASES)
    rows = (
        RecordRow("Name", ("Hoxha", "Arbenta"), ("Hoxhaj", "Arbenta"), alike=False),
        RecordRow("Birth", ("9 March 1995", "Prizren"), ("9 March 1995", "Prizren"), alike=True),
        RecordRow("Nationality and passport", ("Kosovo", "K00000001"), ("Kosovo", "K00000002"), alike=False),
        RecordRow("Cases", ("BK-2027001: open",), (), alike=False),
    )
    return {
        "duplicates": DuplicatesPage(
            base=cases,
            summary="1 pair of records may be of one person",
            candidates=(
                CandidateRow(
                    "Hoxha, Arbenta, born 9 March 1995",
                    "Hoxhaj, Arbenta, born 9 March 1995",
                    "the same birth date and a name that is alike",
                    "94 of 100",
                    Link("/duplicates/1/2", "Compare", "Hoxha, Arbenta"),
                ),
            ),
            merges=(
                MergeRow(
                    "Zeqiri, Petrit",
                    "Zeqiraj, Petrit",
                    "3 March 2027, Mira Berisha",
                    Badge(Tone.DONE, "kept as one"),
                    Link("/merges/1", "Open", "Zeqiri, Petrit"),
                ),
            ),
        ),
        "compare": ComparePage(
            base=cases,
            back=_LIST,
            heading="Two records side by side",
            lead="Look at both. What looks alike need not be one person, and twins share a birth date.",
            rows=rows,
            effects=_EFFECTS,
            problems=(),
            merge=forms.merge("1", "2", (1, 2), _PARTS[:3], "native_name"),
            apart=forms.tell_apart("1", "2"),
            turned=Link("/duplicates/2/1", "Keep the other record instead"),
        ),
        "compare-refused": ComparePage(
            base=cases,
            back=_LIST,
            heading="Two records side by side",
            lead="Look at both.",
            rows=rows,
            effects=(),
            problems=("Who recorded one of the two does not merge them. Leave it to another supervisor.",),
            merge=None,
            apart=forms.tell_apart("1", "2"),
            turned=Link("/duplicates/2/1", "Keep the other record instead"),
        ),
    }


def _merges() -> dict[str, Page]:
    cases = base(Place.CASES)
    return {
        "merge": MergePage(
            base=cases,
            back=_LIST,
            heading="Two records merged",
            status=Badge(Tone.DONE, "kept as one"),
            facts=(Fact("Kept record", "Hoxha, Arbenta"), Fact("Brought into it", "Hoxhaj, Arbenta")),
            effects=("Both records are again as they were.",),
            problem="",
            form=forms.unmerge("1", (Option("legal_basis/1", "Legal bases, 4 March 2027 at 10:12"),)),
        ),
        "merge-later": MergePage(
            base=cases,
            back=_LIST,
            heading="Two records merged",
            status=Badge(Tone.DONE, "kept as one"),
            facts=(Fact("Kept record", "Hoxha, Arbenta"),),
            effects=(),
            problem="The kept record was merged into another one since. Take that later merge back first.",
            form=None,
        ),
    }
