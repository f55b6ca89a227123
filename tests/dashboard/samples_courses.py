"""A sample of courses, with invented people."""

from __future__ import annotations

from uuid import UUID

from basis.messages import _
from casework.training.rules import Assessed, Attended, Mark, Outcome
from dashboard.forms import courses as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import FormPage, Portrait
from dashboard.pages.courses import (
    AssessmentRow,
    ChoosePage,
    ClosePage,
    CourseList,
    CoursePage,
    CourseRow,
    FileFinding,
    Marked,
    MarkPage,
    ParticipantRow,
    ResultRow,
    SessionRow,
)
from dashboard.parts import Badge, Fact, Form, Link, Option, Tile, Tone
from dashboard.routes.courses import TABS
from tests.dashboard.frames import PROGRAMMES, base

_ONE, _TWO, _THREE = (UUID(int=number) for number in range(1, 4))
_COURSES = base(Place.COURSES)
_BACK = Link("/courses/DE-A2-1", "German for building sites")
_WHEN = "9 November 2026, 09:00 to 13:00"
_ROW = CourseRow(
    title=Link("/courses/DE-A2-1", "German for building sites"),
    code="DE-A2-1",
    programme="Kosovo – Germany, construction",
    provider="Qendra e Kompetencës",
    days="9 November 2026 to 5 February 2027",
    places="12 of 15 taken",
    status=Badge(Tone.OPEN, "running"),
)
_MISSED = Outcome(Attended(120 * 60, 88 * 60), 80, Assessed.PASSED)
_PASSED = Outcome(Attended(120 * 60, 118 * 60), 80, Assessed.PASSED)
_OPTIONS = (Option("1", "Ahmeti, Gëzim, BK-2027001"), Option("2", "Zeqiri, Petrit, BK-2027002"))


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    return {**_lists(), **_marking(), **_closing(), **_forms()}


def _person(name: str, reference: str, said: Outcome, number: UUID) -> ParticipantRow:
    leave = Link(f"/courses/DE-A2-1/people/{number}/leave", "Leaves", f"of {name}")
    return ParticipantRow(Link(f"/cases/{number}", name), reference, said.why, Badge(Tone.OPEN, "enrolled"), leave)


def _lists() -> dict[str, Page]:
    waiting = ParticipantRow(
        Link("", "Kelmendi, Fatime"), "BK-2027014", ("asked on 3 November 2026",), Badge(Tone.WAIT, "waiting"), None
    )
    gone = ParticipantRow(Link("", "Berisha, Ilir"), "BK-2027015", ("Illness.",), Badge(Tone.IDLE, "left"), None)
    return {
        "courses": CourseList(
            base=_COURSES,
            summary="2 courses",
            tabs=TABS,
            tiles=(
                Tile("/courses?show_only=running", 2, "running", selected=True),
                Tile("/courses?show_only=planned", 1, "planned"),
                Tile("/courses?show_only=past", 7, "past"),
            ),
            rows=(_ROW, _ROW),
            links=(Link("/courses/new", "Set up a course", primary=True),),
        ),
        "course": CoursePage(
            base=_COURSES,
            back=Link("/courses", "Courses"),
            heading="German for building sites",
            status=Badge(Tone.OPEN, "running"),
            links=(Link("/courses/DE-A2-1/enrol", "Enrol", primary=True), Link("/courses/DE-A2-1/close", "Close")),
            facts=(Fact("Code", "DE-A2-1"), Fact("Language", "German, A1 to A2"), Fact("Places", "12 of 15 taken")),
            sessions=(
                SessionRow(Link("/s/1", _WHEN), "Words of the site", Badge(Tone.DONE, "recorded"), None),
                SessionRow(
                    Link("/s/2", "11 November 2026, 09:00 to 13:00"),
                    "",
                    Badge(Tone.IDLE, "to come"),
                    forms.cancel_session("DE-A2-1", 3, _TWO, "11 November 2026, 09:00 to 13:00"),
                ),
            ),
            participants=(
                _person("Ahmeti, Gëzim", "BK-2027001", _PASSED, _ONE),
                _person("Zeqiri, Petrit", "BK-2027002", _MISSED, _TWO),
            ),
            waiting=(waiting,),
            left=(gone,),
            assessments=(
                AssessmentRow(Link("/a/1", "Final test"), "5 February 2027", "60 of 100", Badge(Tone.IDLE, "to come")),
            ),
            forms=(
                forms.session("DE-A2-1", 3, (Option("words", "Words of the site"),)),
                forms.assessment("DE-A2-1", 3),
                forms.change("DE-A2-1", 3, "German for building sites", 15),
                forms.cancel("DE-A2-1", 3),
            ),
        ),
    }


def _list(form: Form, people: tuple[Marked, ...], **more: object) -> MarkPage:
    own = {field.name for one in people for field in one.fields}
    return MarkPage(
        base=_COURSES,
        back=_BACK,
        facts=(Fact("Course", "German for building sites (DE-A2-1)"), Fact("Place", "Room 4")),
        people=people,
        rest=tuple(field for field in form.fields if field.name not in own),
        form=form,
        **{"heading": f"Attendance: {_WHEN}", "lead": "", "findings": (), "taken": "", **more},  # type: ignore[arg-type]
        file=forms.file("/courses/DE-A2-1/sessions/1/list", 1, correcting=False),
    )


def _marking() -> dict[str, Page]:
    first = forms.marks_of(_ONE, "Ahmeti, Gëzim", None, 0, needed=True)
    second = forms.marks_of(_TWO, "Zeqiri, Petrit", Mark.LATE, 20, needed=True)
    people = (
        Marked(Portrait("Ahmeti, Gëzim", "/photo/1", ""), "BK-2027001", first),
        Marked(Portrait("Zeqiri, Petrit", "", ""), "BK-2027002", second),
    )
    points = (
        Marked(Portrait("Ahmeti, Gëzim", "", ""), "BK-2027001", forms.points_of(_ONE, "Ahmeti, Gëzim", 72, known=True)),
    )
    finding = FileFinding("3", "Case", "There is no such case.", "Copy the case's reference.")
    return {
        "course-attendance": _list(forms.attendance("DE-A2-1", _ONE, 2, (*first, *second), correcting=True), people),
        "course-points": _list(
            forms.points("DE-A2-1", _ONE, 2, points[0].fields, correcting=False),
            points,
            heading="Points: Final test",
            findings=(finding,),
            taken="1 row was good of 2; 1 of them was new and is recorded.",
        ),
    }


def _closing() -> dict[str, Page]:
    return {
        "case-courses": ChoosePage(
            base=base(Place.CASES),
            back=Link("/cases/1", "BK-2027001"),
            heading="Choose a course",
            lead="Still needed: German course.",
            portrait=Portrait("Ahmeti, Gëzim", "", "There is no photograph yet."),
            taken=(_ROW,),
            form=forms.choose(_ONE, (Option("DE-A2-1", "German for building sites (DE-A2-1): 3 places free"),)),
            by_hand=Link("/cases/1/training", "Record a course that was taken elsewhere"),
        ),
        "course-close": ClosePage(
            base=_COURSES,
            back=_BACK,
            heading="Close the course",
            lead="This is what everybody gets, by the programme's rule.",
            hindrances=(_("A level is reached by a final assessment, and the course has none."),),
            results=(
                ResultRow("Ahmeti, Gëzim", "BK-2027001", _PASSED.why, Badge(Tone.DONE, "passed"), "A2"),
                ResultRow("Zeqiri, Petrit", "BK-2027002", _MISSED.why, Badge(Tone.TODAY, "not passed"), ""),
            ),
            form=forms.close("DE-A2-1", 3),
        ),
    }


def _forms() -> dict[str, Page]:
    subjects = (Option("language", "German course"), Option("technical", "Technical course"))
    asked = {
        "course-programme": forms.programme(PROGRAMMES),
        "new-course": forms.new("kosovo-germany-construction", _OPTIONS, subjects, (Option("de", "German"),)),
        "course-enrol": forms.enrol("DE-A2-1", 3, _OPTIONS),
        "course-leave": forms.leave("DE-A2-1", 3, _ONE),
    }
    return {
        name: FormPage(base=_COURSES, heading="Course", lead="What the form is for.", facts=(), form=form, back=_BACK)
        for name, form in asked.items()
    }
