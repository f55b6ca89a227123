"""Who takes part in a course: enrolled from the course or from the page of a case, leaving it, their small picture."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import col, select
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.photos import service as photos
from casework.training import course_queries, enrolling, fitting, rules, taught
from casework.training.course_tables import Course, Enrolment
from casework.workers.tables import Worker
from dashboard import addresses, notices
from dashboard import courses as shown_courses
from dashboard.cases.known import find
from dashboard.cases.portraits import portrait
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import courses as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.courses import ChoosePage
from dashboard.parts import Form as AskedForm
from dashboard.parts import Link
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes.courses import Refusals
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_ENROL = _("Enrol")
_LEAVE = _("Leaves the course")
_CHOOSE = _("Choose a course")


@router.get("/courses/{code}/enrol")
def ask_enrol(code: str, visit: Signed) -> Response:
    require(visit.role, Permission.ENROL)
    course = _course(visit, code)
    look(visit, "course.viewed", f"course/{course.id}", data={"course": course.code})
    return show(_enrol_page(visit, course, _enrol_form(visit, course)))


@router.post("/courses/{code}/enrol")
def enrol(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    course = _course(visit, code)
    form = _enrol_form(visit, course)
    try:
        cases = _chosen(visit, course, read(form, taken))
        version = version_of(taken)
        visit.database.run(visit.actor, enrolling.enrol, visit.installation.catalogue, course.id, cases, version)
    except Wrong as wrong:
        return show(_enrol_page(visit, course, wrong.form), 422)
    except (*Refusals, NotFound) as error:
        fresh = _course(visit, code)
        again = filled(_enrol_form(visit, fresh), typed(form, taken), error=_in_words(error.message, error.fix))
        return show(_enrol_page(visit, fresh, again), error.status)
    return go_to(notices.done(addresses.course(course.code), "enrolled"))


@router.get("/courses/{code}/people/{enrolment_id:uuid}/leave")
def ask_leave(code: str, enrolment_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.ENROL)
    course = _course(visit, code)
    look(visit, "course.viewed", f"course/{course.id}", data={"course": course.code})
    return show(_leave_page(visit, course, enrolment_id, forms.leave(course.code, course.version, enrolment_id)))


@router.post("/courses/{code}/people/{enrolment_id:uuid}/leave")
def leave(code: str, enrolment_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    course = _course(visit, code)
    form = forms.leave(course.code, course.version, enrolment_id)
    page = _leave_page(visit, course, enrolment_id, form)
    try:
        reason = read(form, taken).text("reason")
        version = version_of(taken)
        visit.database.run(visit.actor, enrolling.drop, visit.installation.catalogue, enrolment_id, reason, version)
    except Wrong as wrong:
        return show(_leave_page(visit, course, enrolment_id, wrong.form), 422)
    except Refusals as error:
        again = filled(page.form, typed(form, taken), error=_in_words(error.message, error.fix))
        return show(_leave_page(visit, _course(visit, code), enrolment_id, again), error.status)
    return go_to(notices.done(addresses.course(course.code), "course-left"))


@router.get("/courses/{code}/photos/{enrolment_id:uuid}")
def photo(code: str, enrolment_id: UUID, visit: Signed) -> Response:
    """The small picture of somebody who takes part, for who holds the course and while it goes on; whoever looks leaves
    an event."""
    require(visit.role, Permission.RUN_COURSES)
    course = _course(visit, code)
    with visit.database.read() as session:
        row = session.get(Enrolment, enrolment_id)
        now = None
        takes_part = row is not None and row.course_id == course.id and row.state in rules.OPEN
        if row is not None and takes_part and course.state in rules.UNDER_WAY:
            now = photos.current(session, row.case_id)
        if row is None or now is None:
            raise NotFound("no_photo", _("There is no photograph."), None)
        content = photos.small(session, visit.database.vault(session), visit.installation.files, now)
    look(visit, "photo.viewed", f"case_file/{row.case_id}", row.case_id)
    return Response(content, media_type="image/jpeg")


@router.get("/cases/{case_id:uuid}/courses")
def ask_choose(case_id: UUID, visit: Signed) -> Response:
    """The courses that close what a case still needs, and those it is or was in."""
    require(visit.role, Permission.ENROL)
    case, _programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    return show(_choose_page(visit, case, _choose_form(visit, case)))


@router.post("/cases/{case_id:uuid}/courses")
def choose(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    case, _programme = find(visit, case_id)
    form = _choose_form(visit, case)
    if form is None:
        raise InvalidInput("no_course", _("There is no course to choose any more."), _("Look at the case again."))
    try:
        code = read(form, taken).text("course")
        course = _course(visit, code)
        visit.database.run(visit.actor, enrolling.enrol, visit.installation.catalogue, course.id, [case.id])
    except Wrong as wrong:
        return show(_choose_page(visit, case, wrong.form), 422)
    except Refusals as error:
        again = filled(form, typed(form, taken), error=_in_words(error.message, error.fix))
        return show(_choose_page(visit, case, again), error.status)
    return go_to(notices.done(addresses.case(case.id), "enrolled"))


def _course(visit: Visit, code: str) -> Course:
    with visit.database.read() as session:
        return course_queries.by_code(session, visit.actor, code)


def _enrol_form(visit: Visit, course: Course) -> AskedForm:
    if visit.role is Role.PROVIDER_USER:
        return forms.enrol_one(course.code, course.version)
    with visit.database.read() as session:
        programme = visit.installation.catalogue.get(course.programme_id)
        found = course_queries.needing(session, visit.actor, programme, course)
    return forms.enrol(course.code, course.version, shown_courses.candidates(found))


def _enrol_page(visit: Visit, course: Course, form: AskedForm) -> FormPage:
    with visit.database.read() as session:
        line = course_queries.line(session, course)
    places = shown_courses.places(line)
    lead = _("{places}. Who finds no place waits in the order of asking.", places=places)
    return FormPage(
        base=visit.at(Place.COURSES),
        heading=_ENROL,
        lead=lead,
        facts=(),
        form=form,
        back=Link(addresses.course(course.code), course.title),
    )


def _chosen(visit: Visit, course: Course, values: Values) -> list[UUID]:
    """Those who were ticked, then those who were written. Raises `NotFound` (``case``)."""
    ticked = [UUID(one) for one in values.many.get("cases", ())]
    outside = visit.role is Role.PROVIDER_USER
    written = values.text("reference" if outside else "references").replace(",", " ").upper().split()
    with visit.database.read() as session:
        # Who may be enrolled is for the service to say: another's case and one that there is not look alike there.
        query = (
            select(Case, Worker)
            .join(Worker, col(Worker.id) == col(Case.worker_id))
            .where(col(Case.reference).in_(written), Case.office_id == course.office_id)
        )
        rows = session.exec(query).all()
    known = {
        case.reference: case.id
        for case, worker in rows
        if not outside or worker.birth_date == values.days["birth_date"]
    }
    if set(written) - set(known):
        raise NotFound(
            "case",
            _("There is no such case, or it is not one for this course."),
            _("Compare the reference and the date of birth with the worker's papers.")
            if outside
            else _("Compare the case's reference."),
        )
    return [*ticked, *(known[reference] for reference in written)]


def _leave_page(visit: Visit, course: Course, enrolment_id: UUID, form: AskedForm) -> FormPage:
    with visit.database.read() as session:
        people = course_queries.participants(session, course.id, tuple(rules.OPEN))
        one = next((one for one in people if one.enrolment.id == enrolment_id), None)
        if one is None:
            raise NotFound("enrolment", _("There is no such participant."), _("Look at the course again."))
        shown = shown_courses.portraits(visit, session, course, [one])[enrolment_id]
    return FormPage(
        base=visit.at(Place.COURSES),
        heading=_LEAVE,
        lead=_("What is booked from now on is cancelled, and the next on the waiting list moves up."),
        facts=(),
        form=form,
        back=Link(addresses.course(course.code), course.title),
        portrait=shown,
    )


def _choose_form(visit: Visit, case: Case) -> AskedForm | None:
    if is_ended(case.life):
        return None
    with visit.database.read() as session:
        lines = fitting.courses(session, visit.actor, visit.installation.catalogue, case, visit.today)
        taken = {course.id for row, course in course_queries.of_case(session, case.id) if row.state in rules.OPEN}
    options = tuple(shown_courses.choice(line) for line in lines if line.course.id not in taken)
    return forms.choose(case.id, options) if options else None


def _choose_page(visit: Visit, case: Case, form: AskedForm | None) -> ChoosePage:
    catalogue = visit.installation.catalogue
    with visit.database.read() as session:
        rows = [(row, course_queries.line(session, course)) for row, course in course_queries.of_case(session, case.id)]
        needs = fitting.needs(session, catalogue, case, visit.today)
    titles = {one.id: one.label for _stage, one in programme_of(catalogue, case).asking_for(taught.EVIDENCE)}
    needed = ", ".join(str(titles[name]) for name in needs)
    lead = _("Still needed: {what}.", what=needed) if needed else _("The case needs no course now.")
    if needed and form is None:
        lead = _("Still needed: {what}. There is no course that fits.", what=needed)
    by_hand = Link(addresses.case(case.id, "training"), _("Record a course that was taken elsewhere"))
    return ChoosePage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        heading=_CHOOSE,
        lead=lead,
        portrait=portrait(visit, case),
        taken=tuple(shown_courses.row_of_case(catalogue, line, row) for row, line in rows),
        form=form,
        by_hand=by_hand if visit.may(Permission.RECORD_TRAINING) else None,
    )


def _in_words(message: Message, fix: Message | None) -> Message:
    return _("{message} {fix}", message=message, fix=fix or "")
