"""``/courses``: planning courses, what each has and how far it is, closing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.organisations.tables import Organisation
from casework.training import attending, closing, course_queries, courses, taught
from casework.training.attending import AddAssessment
from casework.training.courses import AddCourse, AddSession, ChangeCourse
from casework.training.rules import CourseState, EnrolmentState
from checklists.programme import Programme
from dashboard import addresses, notices, words
from dashboard import courses as shown_courses
from dashboard.cases.submitting import typed, version_of
from dashboard.courses import Shown
from dashboard.forms import courses as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.courses import ClosePage, CourseList, CoursePage
from dashboard.parts import Form as AskedForm
from dashboard.parts import Link, Option, Text, Tile
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

Refusals = (InvalidInput, Conflict, Refused)
BACK = Link(addresses.COURSES, _("Courses"))
_NEW = _("Set up a course")
TABS = (
    (Link(addresses.COURSES, _("Courses")), True),
    (Link(addresses.SESSIONS, _("Orientation sessions")), False),
)
_SHOWN: dict[str, tuple[tuple[CourseState, ...], Text]] = {
    "running": ((CourseState.RUNNING,), _("running")),
    "planned": ((CourseState.PLANNED,), _("planned")),
    "past": ((CourseState.COMPLETED, CourseState.CANCELLED), _("past")),
}


@router.get(addresses.COURSES)
def course_list(visit: Signed, show_only: str = "") -> Response:
    """The courses of one group; without one the first that has any."""
    require(visit.role, Permission.SEE_COURSES)
    if show_only and show_only not in _SHOWN:
        raise InvalidInput("unknown_filter", _("There is no such list."), _("Choose one of the three."))
    with visit.database.read() as session:
        found = {name: course_queries.listed(session, visit.actor, states) for name, (states, _said) in _SHOWN.items()}
    chosen = show_only or next((name for name, lines in found.items() if lines), "running")
    catalogue = visit.installation.catalogue
    new = (Link(addresses.NEW_COURSE, _NEW, primary=True),) if visit.may(Permission.RUN_COURSES) else ()
    return show(
        CourseList(
            base=visit.at(Place.COURSES),
            summary=_n("{count} course", "{count} courses", len(found[chosen])),
            tabs=TABS,
            tiles=tuple(
                Tile(addresses.query(addresses.COURSES, show_only=name), len(lines), _SHOWN[name][1], name == chosen)
                for name, lines in found.items()
            ),
            rows=tuple(shown_courses.row(catalogue, line, visit.today) for line in found[chosen]),
            links=(*new, Link(addresses.WEEK_FILE, _("Calendar file of the week"))),
        )
    )


@router.get(addresses.NEW_COURSE)
def ask_new(visit: Signed, programme: str = "") -> Response:
    """First the programme, then the course: what can be taught is the programme's to say."""
    require(visit.role, Permission.RUN_COURSES)
    return show(_new_page(visit, _new_form(visit, programme) if programme else _programme_form(visit)))


@router.post(addresses.NEW_COURSE)
def add(visit: Signed, taken: Form, programme: str = "") -> Response:
    require(visit.role, Permission.RUN_COURSES)
    form = _new_form(visit, programme)
    try:
        command = _command(read(form, taken), programme)
        row = visit.database.run(visit.actor, courses.add, visit.installation.catalogue, command)
    except Wrong as wrong:
        return show(_new_page(visit, wrong.form), 422)
    except Refusals as error:
        return show(_new_page(visit, filled(form, typed(form, taken), error=error.message)), error.status)
    return go_to(notices.done(addresses.course(row.code), "course-added"))


@router.get("/courses/{code}")
def one_course(code: str, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COURSES)
    shown = shown_courses.load(visit, code)
    look(visit, "course.viewed", f"course/{shown.course.id}", data={"course": shown.course.code})
    return show(_page(visit, shown))


@router.post("/courses/{code}/sessions")
def add_session(code: str, visit: Signed, taken: Form) -> Response:
    def act(course_id: UUID, values: Values, version: int) -> str:
        command = AddSession(
            day=values.day("day"),
            starts=clock(values.text("starts")),
            ends=clock(values.text("ends")),
            module=values.texts.get("module", ""),
            topic=values.text("topic"),
            weeks=values.number("weeks"),
        )
        visit.database.run(visit.actor, courses.add_sessions, visit.installation.catalogue, course_id, command, version)
        return "session-added"

    return _submit(visit, code, taken, "add-session", act)


@router.post("/courses/{code}/sessions/{session_id:uuid}/cancel")
def cancel_session(code: str, session_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(course_id: UUID, values: Values, version: int) -> str:
        visit.database.run(visit.actor, courses.cancel_session, session_id, version)
        return "session-cancelled"

    return _submit(visit, code, taken, "", act)


@router.post("/courses/{code}/assessments")
def add_assessment(code: str, visit: Signed, taken: Form) -> Response:
    def act(course_id: UUID, values: Values, version: int) -> str:
        command = AddAssessment(
            title=values.text("title"),
            held_on=values.day("held_on"),
            points=values.number("points"),
            pass_points=values.number("pass_points"),
            final=values.flag("final"),
        )
        visit.database.run(visit.actor, attending.add_assessment, course_id, command, version)
        return "assessment-added"

    return _submit(visit, code, taken, "add-assessment", act)


@router.post("/courses/{code}/change")
def change(code: str, visit: Signed, taken: Form) -> Response:
    def act(course_id: UUID, values: Values, version: int) -> str:
        command = ChangeCourse(title=values.text("title"), capacity=values.number("capacity"))
        visit.database.run(visit.actor, courses.change, visit.installation.catalogue, course_id, command, version)
        return "course-changed"

    return _submit(visit, code, taken, "change-course", act)


@router.post("/courses/{code}/cancel")
def cancel(code: str, visit: Signed, taken: Form) -> Response:
    def act(course_id: UUID, values: Values, version: int) -> str:
        visit.database.run(visit.actor, courses.cancel, course_id, values.text("reason"), version)
        return "course-cancelled"

    return _submit(visit, code, taken, "cancel-course", act)


@router.get("/courses/{code}/close")
def ask_close(code: str, visit: Signed) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    shown = shown_courses.load(visit, code)
    look(visit, "course.viewed", f"course/{shown.course.id}", data={"course": shown.course.code})
    return show(_close_page(visit, shown))


@router.post("/courses/{code}/close")
def close(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    shown = shown_courses.load(visit, code)
    try:
        version = version_of(taken)
        visit.database.run(visit.actor, closing.close, visit.installation.catalogue, shown.course.id, version)
    except Refusals as error:
        page = _close_page(visit, shown_courses.load(visit, code))
        form = replace(page.form, error=error.message) if page.form else None
        return show(replace(page, form=form), error.status)
    return go_to(notices.done(addresses.course(shown.course.code), "course-closed"))


def _submit(visit: Visit, code: str, taken: Sent, form_id: str, act: Callable[[UUID, Values, int], str]) -> Response:
    """Read one of the forms of a course's page, do it, go back; what is wrong is said at the form, which stays open."""
    require(visit.role, Permission.RUN_COURSES)
    shown = shown_courses.load(visit, code)
    # A form is read by its questions whatever has become of the course: the service says what is the matter.
    form = next((one for one in _all_forms(visit, shown) if one.id == form_id), AskedForm("", "", ""))
    try:
        notice = act(shown.course.id, read(form, taken), version_of(taken))
    except Wrong as wrong:
        return show(_page(visit, shown, wrong.form), 422)
    except Refusals as error:
        fresh = shown_courses.load(visit, code)
        now = next((one for one in _all_forms(visit, fresh) if one.id == form_id), None)
        if now is None:
            raise
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(_page(visit, fresh, filled(now, typed(now, taken), error=said)), error.status)
    return go_to(notices.done(addresses.course(shown.course.code), notice))


def _page(visit: Visit, shown: Shown, form: AskedForm | None = None) -> CoursePage:
    """The page; `form` takes the place of the one with its id."""
    course = shown.course
    asked = tuple(form if form is not None and form.id == one.id else one for one in _forms(visit, shown))
    if form is not None and form not in asked:
        asked = (form, *asked)
    return CoursePage(
        base=visit.at(Place.COURSES),
        back=BACK,
        heading=course.title,
        status=shown_courses.state(course, visit.today),
        links=_links(visit, shown),
        facts=shown_courses.facts(visit, shown),
        sessions=shown_courses.session_rows(visit, shown, _modules(visit, shown)),
        participants=shown_courses.people(visit, shown, (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)),
        waiting=shown_courses.people(visit, shown, (EnrolmentState.WAITING,)),
        left=shown_courses.people(visit, shown, (EnrolmentState.DROPPED,)),
        assessments=shown_courses.assessment_rows(shown),
        forms=asked,
    )


def _links(visit: Visit, shown: Shown) -> tuple[Link, ...]:
    course, links = shown.course, []
    if shown_courses.runs(visit, course) and visit.may(Permission.ENROL):
        links.append(Link(addresses.course(course.code, "enrol"), _("Enrol"), primary=True))
    if shown_courses.runs(visit, course) and course.state is CourseState.RUNNING:
        links.append(Link(addresses.course(course.code, "close"), _("Close the course")))
    return tuple(links)


def _modules(visit: Visit, shown: Shown) -> dict[str, Text]:
    return {one.id: one.label for one in courses.modules(visit.installation.catalogue, shown.course)}


def _forms(visit: Visit, shown: Shown) -> tuple[AskedForm, ...]:
    return _all_forms(visit, shown) if shown_courses.runs(visit, shown.course) else ()


def _all_forms(visit: Visit, shown: Shown) -> tuple[AskedForm, ...]:
    course = shown.course
    modules = tuple(Option(name, said) for name, said in _modules(visit, shown).items())
    return (
        forms.session(course.code, course.version, modules),
        forms.assessment(course.code, course.version),
        forms.change(course.code, course.version, course.title, course.capacity),
        forms.cancel(course.code, course.version),
    )


def _close_page(visit: Visit, shown: Shown) -> ClosePage:
    course = shown.course
    ready = not shown.standing.hindrances and course.state is CourseState.RUNNING
    return ClosePage(
        base=visit.at(Place.COURSES),
        back=Link(addresses.course(course.code), course.title),
        heading=_("Close the course"),
        lead=_("This is what everybody gets, by the programme's rule. It is written into their cases at once."),
        hindrances=shown.standing.hindrances,
        results=shown_courses.result_rows(shown),
        form=forms.close(course.code, course.version) if ready else None,
    )


def _new_page(visit: Visit, form: AskedForm) -> FormPage:
    lead = _("The provider's licence must cover the first and the last day, and each day of a session.")
    return FormPage(base=visit.at(Place.COURSES), heading=_NEW, lead=lead, facts=(), form=form, back=BACK)


def _programme_form(visit: Visit) -> AskedForm:
    latest = visit.installation.catalogue.latest(on=visit.today)
    return forms.programme(tuple(Option(one.id, one.label) for one in latest if one.asking_for(taught.EVIDENCE)))


def _new_form(visit: Visit, programme_id: str) -> AskedForm:
    programme: Programme = visit.installation.catalogue.get(programme_id, on=visit.today)
    with visit.database.read() as session:
        providers = _providers(session, visit)
    subjects = shown_courses.subjects(visit.installation.catalogue, programme.id)
    return forms.new(
        programme.id,
        tuple(Option(str(one.id), one.name) for one in providers),
        tuple(Option(name, said) for name, said in subjects.items()),
        tuple(Option(code, words.language(code)) for code in taught.languages(programme)),
    )


def _providers(session: Session, visit: Visit) -> list[Organisation]:
    if visit.role is Role.PROVIDER_USER:
        return [visit.organisation]
    return courses.providers(session, visit.organisation.id)


def _command(values: Values, programme: str) -> AddCourse:
    texts = values.texts
    return AddCourse(
        code=values.text("code"),
        title=values.text("title"),
        provider_id=UUID(values.text("provider")),
        programme=programme,
        subject=values.text("subject"),
        language=texts.get("language", "") if values.text("subject") == "language" else "",
        from_level=texts.get("from_level", ""),
        to_level=texts.get("to_level", ""),
        hours=values.number("hours"),
        capacity=values.number("capacity"),
        place=values.text("place"),
        online=values.flag("online"),
        begins_on=values.day("begins_on"),
        ends_on=values.day("ends_on"),
    )


def clock(text: str) -> time:
    """A time of the day as people type it: 9:00, 09.00, 0900."""
    digits = text.replace(".", ":").split(":")
    try:
        hours, minutes = (int(one) for one in digits) if len(digits) > 1 else divmod(int(text), 100)
        return time(hours, minutes)
    except ValueError:
        raise InvalidInput("times", _("A time is not known."), _("Write it like 09:00.")) from None
