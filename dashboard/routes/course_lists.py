"""The list of a session or an assessment: who came, who reached what; in one form, or as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.training import attending, course_queries, courses, lists
from casework.training.attending import GivenMark
from casework.training.course_queries import Participant
from casework.training.course_tables import Course, CourseAssessment, CourseSession
from casework.training.lists import Taken
from casework.training.rules import MARK_WORDS, UNDER_WAY, CourseState, Mark
from dashboard import addresses, notices, words
from dashboard import courses as shown_courses
from dashboard.cases.submitting import typed, version_of
from dashboard.exports import csv_file
from dashboard.forms import courses as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.courses import FileFinding, Marked, MarkPage
from dashboard.parts import Fact, Field, Link, Text
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.routes.courses import Refusals
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@dataclass(frozen=True, slots=True)
class _List:
    """A list as it stands: what it is of, who is on it with their questions and what is known of them."""

    course: Course
    heading: Text
    facts: tuple[Fact, ...]
    people: tuple[Marked, ...]
    known: tuple[Text, ...]
    form: AskedForm
    file: AskedForm
    why_not: Message | None

    def page(self, visit: Visit, form: AskedForm | None = None, taken: Taken | None = None) -> MarkPage:
        """`form` in place of the list's own: filled in, with what is wrong."""
        open_now = self.why_not is None and visit.may(Permission.RUN_COURSES)
        shown = form or self.form
        asked = {field.name: field for field in shown.fields}
        own = {field.name for person in self.people for field in person.fields}
        people = tuple(
            replace(one, fields=tuple(asked[field.name] for field in one.fields))
            if open_now
            else replace(one, who=replace(one.who, photo="", said=said))
            for one, said in zip(self.people, self.known, strict=True)
        )
        return MarkPage(
            base=visit.at(Place.COURSES),
            back=Link(addresses.course(self.course.code), self.course.title),
            heading=self.heading,
            lead=self.why_not or "",
            facts=self.facts,
            people=people,
            rest=tuple(field for field in shown.fields if field.name not in own),
            form=shown if open_now else None,
            file=self.file if open_now else None,
            findings=_findings(taken) if taken else (),
            taken=_said(taken) if taken else "",
        )


@router.get("/courses/{code}/sessions/{session_id:uuid}")
def ask_attendance(code: str, session_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COURSES)
    found = _session_list(visit, code, session_id)
    look(visit, "course.viewed", f"course/{found.course.id}", data={"course": found.course.code})
    return show(found.page(visit))


@router.post("/courses/{code}/sessions/{session_id:uuid}")
def attend(code: str, session_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)

    def act(values: Values, version: int) -> int:
        marks = {
            UUID(name.removeprefix("mark-")): GivenMark(
                mark=Mark(text), late=values.numbers[name.replace("mark-", "late-")] or 0
            )
            for name, text in values.texts.items()
            if name.startswith("mark-") and text
        }
        catalogue = visit.installation.catalogue
        reason = values.texts.get("reason", "")
        return visit.database.run(visit.actor, attending.mark, catalogue, session_id, marks, version, reason)

    return _submit(visit, taken, lambda: _session_list(visit, code, session_id), act)


@router.get("/courses/{code}/sessions/{session_id:uuid}/list")
def attendance_file(code: str, session_id: UUID, visit: Signed) -> Response:
    """The list as it stands, to be filled in and handed in again."""
    require(visit.role, Permission.RUN_COURSES)
    course, row = _session(visit, code, session_id)
    look(visit, "course.viewed", f"course/{course.id}", data={"course": course.code})
    with visit.database.read() as session:
        people = _expected(visit, course, row)
        marks = course_queries.attendance(session, [row.id])
    lines = []
    for one in people:
        given = marks.get(one.enrolment.id, {}).get(row.id)
        late: int | str = given.late if given and given.late else ""
        lines.append((one.case.reference, given.mark.value if given else "", late))
    header = [column.title for name, column in lists.ATTENDANCE.items() if name != "birth_date"]
    return csv_file(f"{course.code}-attendance.csv", header, lines)


@router.post("/courses/{code}/sessions/{session_id:uuid}/list")
def take_attendance(code: str, session_id: UUID, visit: Signed, taken: Form) -> Response:
    return _take(visit, taken, lambda: _session_list(visit, code, session_id), session_id, lists.take_attendance)


@router.get("/courses/{code}/assessments/{assessment_id:uuid}")
def ask_points(code: str, assessment_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COURSES)
    found = _points_list(visit, code, assessment_id)
    look(visit, "course.viewed", f"course/{found.course.id}", data={"course": found.course.code})
    return show(found.page(visit))


@router.post("/courses/{code}/assessments/{assessment_id:uuid}")
def score(code: str, assessment_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)

    def act(values: Values, version: int) -> int:
        points: dict[UUID, int | None] = {}
        for name, number in values.numbers.items():
            if not name.startswith("points-"):
                continue
            absent = values.flag(name.replace("points-", "absent-"))
            if absent and number is not None:
                raise InvalidInput(
                    "points", _("Somebody has points and did not take part."), _("Take one of the two out.")
                )
            if absent or number is not None:
                points[UUID(name.removeprefix("points-"))] = number
        catalogue = visit.installation.catalogue
        reason = values.texts.get("reason", "")
        return visit.database.run(visit.actor, attending.score, catalogue, assessment_id, points, version, reason)

    return _submit(visit, taken, lambda: _points_list(visit, code, assessment_id), act)


@router.get("/courses/{code}/assessments/{assessment_id:uuid}/list")
def points_file(code: str, assessment_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    course, row = _assessment(visit, code, assessment_id)
    look(visit, "course.viewed", f"course/{course.id}", data={"course": course.code})
    with visit.database.read() as session:
        people = course_queries.participants(session, course.id, attending.TAKING_PART)
        scores = course_queries.scores(session, [row.id])
    lines = []
    for one in people:
        given = scores.get(one.enrolment.id, {}).get(row.id)
        points: int | str = given.points if given and given.points is not None else ""
        lines.append((one.case.reference, points, "yes" if given and given.points is None else ""))
    header = [column.title for name, column in lists.POINTS.items() if name != "birth_date"]
    return csv_file(f"{course.code}-points.csv", header, lines)


@router.post("/courses/{code}/assessments/{assessment_id:uuid}/list")
def take_points(code: str, assessment_id: UUID, visit: Signed, taken: Form) -> Response:
    return _take(visit, taken, lambda: _points_list(visit, code, assessment_id), assessment_id, lists.take_points)


def _submit(visit: Visit, taken: Sent, find: Callable[[], _List], act: Callable[[Values, int], int]) -> Response:
    """Read the list, record it, go back to the course. Who was second gets the list as it is now, with what they typed
    in it and the present version."""
    found = find()
    try:
        new = act(read(found.form, taken), version_of(taken))
    except Wrong as wrong:
        return show(found.page(visit, wrong.form), 422)
    except Refusals as error:
        fresh = find()
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(fresh.page(visit, filled(fresh.form, typed(fresh.form, taken), error=said)), error.status)
    return go_to(notices.done(addresses.course(found.course.code), "marked" if new else "mark-unchanged"))


def _take(
    visit: Visit, taken: Sent, find: Callable[[], _List], subject_id: UUID, operation: Callable[..., Taken]
) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    found = find()
    try:
        values = read(found.file, taken)
        upload = values.file("file")
        reason = values.texts.get("reason", "")
        done = visit.database.run(
            visit.actor, operation, visit.installation.catalogue, subject_id, upload.data, upload.name, reason
        )
    except Wrong as wrong:
        return show(replace(found.page(visit), file=wrong.form), 422)
    except Refusals as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(replace(found.page(visit), file=replace(found.file, error=said)), error.status)
    return show(find().page(visit, taken=done), 422 if done.sheet.errors else 200)


def _session(visit: Visit, code: str, session_id: UUID) -> tuple[Course, CourseSession]:
    with visit.database.read() as session:
        course = course_queries.by_code(session, visit.actor, code)
        row = next((one for one in course_queries.sessions(session, course.id) if one.id == session_id), None)
    if row is None:
        raise course_queries.no_course()
    return course, row


def _expected(visit: Visit, course: Course, row: CourseSession) -> list[Participant]:
    with visit.database.read() as session:
        return attending.expected_at(session, visit.installation.catalogue, course, row)


def _session_list(visit: Visit, code: str, session_id: UUID) -> _List:
    course, row = _session(visit, code, session_id)
    people = _expected(visit, course, row)
    with visit.database.read() as session:
        marks = course_queries.attendance(session, [row.id])
        shown = shown_courses.portraits(visit, session, course, people)
    needed = attending.needed(people, row)
    marked, known = [], []
    for one in people:
        given = marks.get(one.enrolment.id, {}).get(row.id)
        who = shown[one.enrolment.id]
        fields = forms.marks_of(
            one.enrolment.id,
            who.name,
            given.mark if given else None,
            given.late if given else 0,
            needed=one.enrolment.id in needed,
        )
        marked.append(Marked(who, one.case.reference, fields))
        known.append(MARK_WORDS[given.mark] if given else "")
    correcting = course.state is CourseState.COMPLETED
    why_not = _not_now(course)
    if why_not is None and row.starts_at > visit.database.now():
        why_not = _("The session has not begun yet. These people are expected.")
    modules = {one.id: one.label for one in courses.modules(visit.installation.catalogue, course)}
    pairs: tuple[tuple[Text, Text], ...] = (
        (_("Course"), _("{title} ({code})", title=course.title, code=course.code)),
        (_("Place"), _("online") if course.online else course.place),
        (_("Module"), modules.get(row.module, row.module)),
        (_("Topic"), row.topic),
    )
    return _List(
        course,
        _("Attendance: {when}", when=shown_courses.when(visit, row)),
        tuple(Fact(label, value) for label, value in pairs if value),
        tuple(marked),
        tuple(known),
        forms.attendance(course.code, row.id, row.version, _fields(marked), correcting=correcting),
        forms.file(addresses.course(course.code, "sessions", row.id, "list"), row.version, correcting=correcting),
        why_not,
    )


def _assessment(visit: Visit, code: str, assessment_id: UUID) -> tuple[Course, CourseAssessment]:
    with visit.database.read() as session:
        course = course_queries.by_code(session, visit.actor, code)
        row = next((one for one in course_queries.assessments(session, course.id) if one.id == assessment_id), None)
    if row is None:
        raise course_queries.no_course()
    return course, row


def _points_list(visit: Visit, code: str, assessment_id: UUID) -> _List:
    course, row = _assessment(visit, code, assessment_id)
    with visit.database.read() as session:
        people = course_queries.participants(session, course.id, attending.TAKING_PART)
        scores = course_queries.scores(session, [row.id])
        shown = shown_courses.portraits(visit, session, course, people)
    marked, known = [], []
    for one in people:
        given = scores.get(one.enrolment.id, {}).get(row.id)
        who = shown[one.enrolment.id]
        points = given.points if given else None
        fields = forms.points_of(one.enrolment.id, who.name, points, known=given is not None)
        marked.append(Marked(who, one.case.reference, fields))
        absent: Text = _("did not take part") if given else ""
        known.append(str(points) if points is not None else absent)
    correcting = course.state is CourseState.COMPLETED
    why_not = _not_now(course)
    if why_not is None and row.held_on > visit.today:
        why_not = _("The assessment is still to come. These people take part in the course.")
    return _List(
        course,
        _("Points: {title}", title=row.title),
        (
            Fact(_("Day"), words.on(row.held_on)),
            Fact(_("Points"), _("{points}, {pass_points} to pass", points=row.points, pass_points=row.pass_points)),
        ),
        tuple(marked),
        tuple(known),
        forms.points(course.code, row.id, row.version, _fields(marked), correcting=correcting),
        forms.file(addresses.course(course.code, "assessments", row.id, "list"), row.version, correcting=correcting),
        why_not,
    )


def _not_now(course: Course) -> Message | None:
    if course.state in UNDER_WAY or course.state is CourseState.COMPLETED:
        return None
    return _("The course was cancelled.")


def _fields(people: Sequence[Marked]) -> list[Field]:
    return [field for one in people for field in one.fields]


def _findings(taken: Taken) -> tuple[FileFinding, ...]:
    return tuple(
        FileFinding(str(one.row or ""), one.column or "", one.message, one.fix) for one in taken.sheet.findings
    )


def _said(taken: Taken) -> Message:
    sheet = taken.sheet
    good = _n("{count} row was good", "{count} rows were good", len(sheet.rows))
    new = _n("{count} of them was new and is recorded", "{count} of them were new and are recorded", taken.recorded)
    return _("{good} of {total}; {new}.", good=good, total=sheet.total, new=new)
