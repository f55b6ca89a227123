"""What pages of courses show, from the rows of a course."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem
from casework.photos import queries as photos
from casework.photos.rules import KIND
from casework.training import closing, course_queries, rules
from casework.training.closing import Result, Standing
from casework.training.course_queries import CourseLine, Participant
from casework.training.course_tables import Course, CourseAssessment, CourseSession, Enrolment
from casework.training.rules import ENDED_REASONS, ENROLMENT_WORDS, STATE_WORDS, UNDER_WAY, CourseState, EnrolmentState
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from dashboard import addresses, words
from dashboard.cases import lists
from dashboard.forms import courses as forms
from dashboard.pages.case import Portrait
from dashboard.pages.courses import AssessmentRow, CourseRow, ParticipantRow, ResultRow, SessionRow
from dashboard.parts import Badge, Fact, Link, Option, Text, Tone
from dashboard.sessions import Visit

_STATES = {
    CourseState.PLANNED: Tone.OPEN,
    CourseState.RUNNING: Tone.OPEN,
    CourseState.COMPLETED: Tone.DONE,
    CourseState.CANCELLED: Tone.IDLE,
}
_MEMBERS = {
    EnrolmentState.ENROLLED: Tone.OPEN,
    EnrolmentState.WAITING: Tone.WAIT,
    EnrolmentState.DROPPED: Tone.IDLE,
    EnrolmentState.COMPLETED: Tone.DONE,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A course with all that its page is made of."""

    line: CourseLine
    sessions: Sequence[CourseSession]
    people: Sequence[Participant]
    standing: Standing
    assessments: Sequence[CourseAssessment]
    scored: Collection[UUID]

    @property
    def course(self) -> Course:
        return self.line.course


def load(visit: Visit, code: str) -> Shown:
    """The course, if the reader may know of it. Raises `NotFound` (``course``)."""
    catalogue = visit.installation.catalogue
    with visit.database.read() as session:
        course = course_queries.by_code(session, visit.actor, code)
        tests = course_queries.assessments(session, course.id)
        scores = course_queries.scores(session, [one.id for one in tests])
        return Shown(
            course_queries.line(session, course),
            course_queries.sessions(session, course.id),
            course_queries.participants(session, course.id),
            closing.standing(session, catalogue, course, visit.database.now()),
            tests,
            {test for points in scores.values() for test in points},
        )


def runs(visit: Visit, course: Course) -> bool:
    """Whether the reader may change the course now."""
    return visit.may(Permission.RUN_COURSES) and course.state in UNDER_WAY


def state(course: Course, today: date) -> Badge:
    """How the course stands; one that should have begun says so."""
    if course.state is CourseState.PLANNED and course.begins_on < today:
        return Badge(Tone.TODAY, _("should have begun on {day}", day=words.on(course.begins_on)))
    if course.state is CourseState.RUNNING and course.ends_on < today:
        return Badge(Tone.TODAY, _("over since {day}, not closed yet", day=words.on(course.ends_on)))
    if course.state is CourseState.CANCELLED:
        reason = rules.CANCEL_REASONS.get(course.cancel_reason, "")
        return Badge(Tone.IDLE, _("cancelled: {reason}", reason=reason))
    return Badge(_STATES[course.state], STATE_WORDS[course.state])


def row(catalogue: Catalogue, line: CourseLine, today: date) -> CourseRow:
    course = line.course
    return CourseRow(
        title=Link(addresses.course(course.code), course.title),
        code=course.code,
        programme=programme_title(catalogue, course.programme_id),
        provider=line.provider.name,
        days=days(course),
        places=places(line),
        status=state(course, today),
    )


def row_of_case(catalogue: Catalogue, line: CourseLine, enrolment: Enrolment) -> CourseRow:
    """A course of a case; the status is that of the case in it."""
    said: Text = ENROLMENT_WORDS[enrolment.state]
    if enrolment.state is EnrolmentState.DROPPED:
        said = _("left: {reason}", reason=ENDED_REASONS.get(enrolment.reason, enrolment.reason))
    return replace(row(catalogue, line, line.course.ends_on), status=Badge(_MEMBERS[enrolment.state], said))


def days(course: Course) -> Message:
    return _("{first} to {last}", first=words.on(course.begins_on), last=words.on(course.ends_on))


def places(line: CourseLine) -> Text:
    """How many places are taken; of a course that is over, how many passed."""
    if line.course.state is CourseState.COMPLETED:
        done = line.counts.get(EnrolmentState.COMPLETED, 0)
        return _("{passed} of {count} passed", passed=line.passed, count=done)
    taken, waiting = (line.counts.get(one, 0) for one in (EnrolmentState.ENROLLED, EnrolmentState.WAITING))
    if waiting:
        return _(
            "{taken} of {places} taken, {waiting} waiting", taken=taken, places=line.course.capacity, waiting=waiting
        )
    return _("{taken} of {places} taken", taken=taken, places=line.course.capacity)


def choice(line: CourseLine) -> Option:
    """A course to choose, with its free places."""
    course, left = line.course, line.free
    waiting = line.counts.get(EnrolmentState.WAITING, 0)
    free: Text = (
        _n("{count} place free", "{count} places free", left) if left else _("full, {count} waiting", count=waiting)
    )
    where: Text = _("online") if course.online else course.place
    said = _("{title} ({code}), {days}, {where}, {provider}: {free}", title=course.title, code=course.code,
             days=days(course), where=where, provider=line.provider.name, free=free)  # fmt: skip
    return Option(course.code, said)


def programme_title(catalogue: Catalogue, programme_id: str) -> Text:
    return catalogue.get(programme_id).label


def facts(visit: Visit, shown: Shown) -> tuple[Fact, ...]:
    course = shown.course
    minutes = sum(rules.length(one.starts_at, one.ends_at) for one in shown.sessions)
    level: Text = ""
    if course.language:
        level = words.language(course.language)
    if course.from_level or course.to_level:
        given = {"language": level, "start": course.from_level or "0", "end": course.to_level or course.from_level}
        level = _("{language}, {start} to {end}", **given)
    pairs: tuple[tuple[Text, Text], ...] = (
        (_("Code"), course.code),
        (_("Programme"), programme_title(visit.installation.catalogue, course.programme_id)),
        (_("Provider"), shown.line.provider.name),
        (_("Closes"), subject(visit.installation.catalogue, course)),
        (_("Language"), level),
        (_("Days"), days(course)),
        (_("Hours"), _("{planned} planned, {set} in sessions", planned=course.hours, set=minutes // 60)),
        (_("Place"), _("online") if course.online else course.place),
        (_("Places"), places(shown.line)),
        (_("Progress"), progress(shown)),
    )
    return tuple(Fact(label, value) for label, value in pairs if value)


def subject(catalogue: Catalogue, course: Course) -> Text:
    """What the course closes, as the programme calls the requirement."""
    return subjects(catalogue, course.programme_id).get(course.subject, course.subject.replace("_", " "))


def subjects(catalogue: Catalogue, programme_id: str) -> Mapping[str, Text]:
    """The subjects of a programme's courses with the titles of their requirements."""
    asked = catalogue.get(programme_id).asking_for("training_result")
    titles: dict[str, Text] = {one.subject: one.label for _stage, one in asked if one.subject}
    return titles or {"language": _("a language gap"), "technical": _("a gap in the trade")}


def progress(shown: Shown) -> Text:
    """How many sessions were marked, and how many left."""
    marked = sum(one.marked_at is not None for one in shown.sessions)
    left = shown.line.counts.get(EnrolmentState.DROPPED, 0)
    done = _("{marked} of {count} sessions recorded", marked=marked, count=len(shown.sessions))
    if not left:
        return done
    gone = _n("{count} person has left", "{count} people have left", left)
    return _("{done}; {gone}", done=done, gone=gone)


def when(visit: Visit, row: CourseSession) -> Message:
    """The day and the time of a session by the office's clock."""
    starts, ends = row.starts_at.astimezone(visit.zone), row.ends_at.astimezone(visit.zone)
    return _("{day}, {start} to {end}", day=words.on(starts.date()), start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")


def session_rows(visit: Visit, shown: Shown, modules: Mapping[str, Text]) -> tuple[SessionRow, ...]:
    may = runs(visit, shown.course)
    now = visit.database.now()
    rows = []
    for one in shown.sessions:
        if one.marked_at is not None:
            badge = Badge(Tone.DONE, _("recorded"))
        elif one.starts_at > now:
            badge = Badge(Tone.IDLE, _("to come"))
        else:
            badge = Badge(Tone.TODAY, _("to be recorded"))
        said = when(visit, one)
        about: Text = modules.get(one.module, one.module)
        cancel = forms.cancel_session(shown.course.code, shown.course.version, one.id, said)
        rows.append(
            SessionRow(
                Link(addresses.course(shown.course.code, "sessions", one.id), said),
                _("{module}: {topic}", module=about, topic=one.topic) if about and one.topic else about or one.topic,
                badge,
                cancel if may and one.marked_at is None else None,
            )
        )
    return tuple(rows)


def assessment_rows(shown: Shown) -> tuple[AssessmentRow, ...]:
    return tuple(
        AssessmentRow(
            Link(addresses.course(shown.course.code, "assessments", one.id), one.title),
            words.on(one.held_on),
            _("{pass_points} of {points} points to pass", pass_points=one.pass_points, points=one.points),
            _assessment_badge(one, recorded=one.id in shown.scored),
        )
        for one in shown.assessments
    )


def _assessment_badge(one: CourseAssessment, *, recorded: bool) -> Badge:
    if one.final:
        return Badge(Tone.DONE, _("final, recorded")) if recorded else Badge(Tone.IDLE, _("final, to be recorded"))
    return Badge(Tone.DONE, _("recorded")) if recorded else Badge(Tone.IDLE, _("to be recorded"))


def people(visit: Visit, shown: Shown, states: Collection[EnrolmentState]) -> tuple[ParticipantRow, ...]:
    """The participants of these states. A provider learns a name and a reference, and no way to the case."""
    results = {one.participant.enrolment.id: one for one in shown.standing.results}
    leaves = visit.may(Permission.ENROL) and shown.course.state in UNDER_WAY
    rows = []
    for one in shown.people:
        row = one.enrolment
        if row.state not in states:
            continue
        name = lists.name_in_lists(one.worker)
        about = _("of {name}", name=name)
        address = addresses.course(shown.course.code, "people", row.id, "leave")
        rows.append(
            ParticipantRow(
                worker=Link(case_address(visit, one.case), name),
                reference=one.case.reference,
                said=_said(visit, shown, one, results.get(row.id)),
                status=_member(one, results.get(row.id)),
                leave=Link(address, _("Leaves"), about) if leaves and row.state in rules.OPEN else None,
            )
        )
    return tuple(rows)


def case_address(visit: Visit, case: Case) -> str:
    return addresses.case(case.id) if visit.may(Permission.SEE_CASES) else ""


def _said(visit: Visit, shown: Shown, one: Participant, result: Result | None) -> tuple[Text, ...]:
    row = one.enrolment
    if row.state is EnrolmentState.DROPPED:
        return (ENDED_REASONS.get(row.reason, row.reason),)
    if result is None or row.state is EnrolmentState.WAITING or shown.course.state is CourseState.PLANNED:
        return (_("asked on {day}", day=words.on(visit.database.day_of(row.asked_at))),)
    return result.outcome.why


def _member(one: Participant, result: Result | None) -> Badge:
    row = one.enrolment
    if row.state is EnrolmentState.DROPPED and row.ended_on:
        return Badge(Tone.IDLE, _("left on {day}", day=words.on(row.ended_on)))
    if row.state is EnrolmentState.COMPLETED and result is not None:
        return passed(result)
    return Badge(_MEMBERS[row.state], ENROLMENT_WORDS[row.state])


def passed(result: Result) -> Badge:
    return Badge(Tone.DONE, _("passed")) if result.outcome.passed else Badge(Tone.TODAY, _("not passed"))


def result_rows(shown: Shown) -> tuple[ResultRow, ...]:
    """What everybody would get, in the order of the names."""
    rows = [
        ResultRow(
            lists.name_in_lists(one.participant.worker),
            one.participant.case.reference,
            one.outcome.why,
            passed(one),
            one.level,
        )
        for one in shown.standing.results
    ]
    return tuple(sorted(rows, key=lambda row: (row.worker, row.reference)))


def portraits(visit: Visit, session: Session, course: Course, found: Sequence[Participant]) -> dict[UUID, Portrait]:
    """Who is to be met, by enrolment: names, and small pictures for those who hold the course."""
    query = select(EvidenceItem).where(
        col(EvidenceItem.case_id).in_([one.case.id for one in found]), EvidenceItem.kind == KIND
    )
    items: dict[UUID, list[EvidenceItem]] = {}
    for item in session.exec(query.order_by(col(EvidenceItem.id))):
        items.setdefault(item.case_id, []).append(item)
    sees = visit.may(Permission.RUN_COURSES) and course.state in UNDER_WAY
    shown = {}
    for one in found:
        photo = sees and photos.chosen(items.get(one.case.id, ())) is not None
        address = addresses.course(course.code, "photos", one.enrolment.id) if photo else ""
        shown[one.enrolment.id] = Portrait(lists.name_in_lists(one.worker), address, "")
    return shown


def candidates(found: Sequence[tuple[Case, Worker]]) -> tuple[Option, ...]:
    """Those who wait for such a course, by the case's id."""
    return tuple(
        Option(str(case.id), _("{name}, {reference}", name=lists.name_in_lists(worker), reference=case.reference))
        for case, worker in found
    )
