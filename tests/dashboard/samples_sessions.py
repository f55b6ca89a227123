"""A sample of orientation sessions, with invented people."""

from __future__ import annotations

from uuid import UUID

from basis.messages import _
from dashboard.forms import sessions as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import FormPage, Portrait
from dashboard.pages.courses import FileFinding, Marked, ParticipantRow
from dashboard.pages.sessions import PartRow, SessionLine, SessionList, SessionMarkPage, SessionPage
from dashboard.parts import Badge, Fact, Form, Link, Option, Pager, Tone
from dashboard.routes.orientation_sessions import TABS
from tests.dashboard.frames import base

_ONE, _TWO, _THREE = (UUID(int=number) for number in range(1, 4))
_COURSES = base(Place.COURSES)
_BACK = Link("/sessions/OS-261109-1", "OS-261109-1")
_PAGER = Pager(1, 2, 120, "", "/sessions/OS-261109-1?page=2")
_NONE = Pager(0, 0, 0)
_MODULES = ("Travel and arrival, 60 minutes", "Rights and duties at work, 90 minutes", "Health care, 60 minutes")


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {**_shown(), **_marking(), **_forms()}


def _person(name: str, number: UUID, said: tuple[str, ...], status: Badge) -> ParticipantRow:
    act = Link(f"/sessions/OS-261109-1/people/{number}/leave", "Leaves the list", f"of {name}")
    return ParticipantRow(Link(f"/cases/{number}", name), f"BK-202700{number.int}", said, status, act)


def _shown() -> dict[str, Page]:
    row = SessionLine(
        Link("/sessions/OS-261109-1", "9 November 2026 to 10 November 2026"),
        "OS-261109-1",
        "Qendra e Kompetencës",
        "Hall 2, Prishtina",
        "118 of 120 taken, 3 wait",
        Badge(Tone.TODAY, "going on"),
    )
    return {
        "sessions": SessionList(
            base=_COURSES,
            summary="2 sessions",
            tabs=TABS,
            rows=(row, row),
            other=Link("/sessions?past=yes", "Sessions that are over"),
            links=(Link("/sessions/new", "Set up a session", primary=True),),
            pager=Pager(1, 2, 2),
        ),
        "session": SessionPage(
            base=_COURSES,
            back=Link("/sessions", "Orientation sessions"),
            heading="Orientation session OS-261109-1",
            status=Badge(Tone.TODAY, "going on"),
            links=(
                Link("/sessions/OS-261109-1/attendance", "Mark who came", primary=True),
                Link("/sessions/OS-261109-1/test", "Points of the test"),
                Link("/sessions/OS-261109-1/enrol", "Enrol"),
                Link("/sessions/OS-261109-1/family", "Families at the door"),
            ),
            facts=(Fact("Code", "OS-261109-1"), Fact("Country", "Germany"), Fact("Places", "118 of 120 taken")),
            parts=(
                PartRow("9 November 2026, 09:00 to 13:00", _MODULES),
                PartRow("10 November 2026, 09:00 to 12:00", ("Money and remittances, 60 minutes",)),
            ),
            participants=(
                _person("Ahmeti, Gëzim", _ONE, ("4 of 4 modules", "document seen"), Badge(Tone.DONE, "came")),
                _person("Zeqiri, Petrit", _TWO, ("3 of 4 modules", "not checked"), Badge(Tone.TODAY, "not checked")),
            ),
            waiting=(_person("Kelmendi, Fatime", _THREE, (), Badge(Tone.WAIT, "waits")),),
            pager=_PAGER,
            forms=(forms.late("OS-261109-1", 3), forms.close("OS-261109-1", 3), forms.cancel("OS-261109-1", 3)),
        ),
    }


def _list(heading: str, form: Form, people: tuple[Marked, ...], *, more: Form | None = None) -> SessionMarkPage:
    own = {field.name for one in people for field in one.fields}
    return SessionMarkPage(
        base=_COURSES,
        back=_BACK,
        heading=heading,
        lead="All modules. Nobody is ticked before you do it.",
        facts=(),
        people=people,
        rest=tuple(field for field in form.fields if field.name not in own),
        form=form,
        file=forms.file("/sessions/OS-261109-1/attendance/list", 3, points=True),
        findings=(FileFinding("7", "Identity", "It is not said how the identity was checked.", "Write it."),),
        taken="12 rows were good of 13: 24 entries are new, 0 were recorded before.",
        tabs=((Link("/a", "All modules"), True), (Link("/a?module=journey", "Travel and arrival"), False)),
        pager=_PAGER,
        more=more,
    )


def _marking() -> dict[str, Page]:
    boxes = (forms.came(_ONE, "Ahmeti, Gëzim"),)
    points = (forms.points(_ONE, "Ahmeti, Gëzim", 17), forms.points(_TWO, "Zeqiri, Petrit", None))
    guest = (forms.guest(_ONE, "Drita Ahmeti", is_there=True),)
    return {
        "session-attendance": _list(
            "Who came",
            forms.attendance("/sessions/OS-261109-1/attendance", 3, boxes),
            (
                Marked(Portrait("Ahmeti, Gëzim", "/photo/1", ""), "BK-2027001", boxes),
                Marked(Portrait("Zeqiri, Petrit", "", ""), "Zeqiri, Petrit, BK-2027002, came: document seen", ()),
            ),
        ),
        "session-test": _list(
            "Points of the test",
            forms.test("/sessions/OS-261109-1/test", 3, points, 20),
            (
                Marked(Portrait("Ahmeti, Gëzim", "", ""), "BK-2027001", points[:1]),
                Marked(Portrait("Zeqiri, Petrit", "", ""), "BK-2027002", points[1:]),
            ),
        ),
        "session-family": _list(
            "Families at the door",
            forms.family("OS-261109-1", 3, guest),
            (Marked(Portrait("Drita Ahmeti", "", ""), "spouse, with BK-2027001", guest),),
            more=forms.invite("OS-261109-1", 3),
        ),
    }


def _forms() -> dict[str, Page]:
    one = (Option("1", "Qendra e Kompetencës"),)
    modules = tuple(Option(f"m{number}", said) for number, said in enumerate(_MODULES))
    languages = (Option("sq", "Albanian"), Option("sr", "Serbian"))
    new = forms.new("/sessions/new?programme=one", modules, (Option("DE", "Germany"),), languages, one)
    earlier = forms.count_earlier(_ONE, 7)
    return {
        "session-new": FormPage(base=_COURSES, heading=_("Set up a session"), lead="", facts=(), form=new, back=_BACK),
        "session-earlier": FormPage(
            base=base(Place.CASES),
            heading=_("Count what was attended before"),
            lead="Each module is asked for as a waiver; whom the programme names decides it.",
            facts=(Fact("Travel and arrival", "9 March 2026, case BK-2026001"),),
            form=earlier,
            back=Link("/cases/1/sessions", "BK-2027001"),
        ),
    }
