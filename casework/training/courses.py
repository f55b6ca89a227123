"""Plan courses: set them up, change them, add and take out sessions, cancel them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.organisations.tables import Organisation, OrganisationKind
from casework.qualifications.rules import check_language, check_level
from casework.training import bookings, course_queries, enrolling, rules, taught
from casework.training import course_changes as changes
from casework.training.course_tables import Course, CourseSession
from casework.training.rules import CANCEL_REASONS, COURSE_CANCELLED, CourseState, EnrolmentState
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.stage_rules import CourseModule

MOST_WEEKS = 156
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*")


class AddCourse(BaseModel):
    """A new course. `programme` is an id, `subject` the programme's word for what it closes, `hours` as planned,
    `language` ISO 639-1, the levels CEFR (language courses alone)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    code: str
    title: str
    provider_id: UUID
    programme: str
    subject: str
    language: str = ""
    from_level: str = ""
    to_level: str = ""
    hours: int
    capacity: int
    place: str = ""
    online: bool = False
    begins_on: date
    ends_on: date


class ChangeCourse(BaseModel):
    """What can be changed of a course that is under way; None leaves a value as it is."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: str | None = None
    capacity: int | None = None


class AddSession(BaseModel):
    """A session of one day, by the clock of the office, held in so many `weeks` one after the other. `module` is an id
    of the programme's rule or ""."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    day: date
    starts: time
    ends: time
    module: str = ""
    topic: str = ""
    weeks: int = 1


def add(work: Work, catalogue: Catalogue, command: AddCourse) -> Course:
    """Set a course up at a provider whose licence covers its days.

    Raises `Conflict` (``course_exists``), `Refused` (``not_accredited``, ``other_office``), `InvalidInput` (``hours``,
    ``capacity``, ``dates``, ``levels``, ``unknown_level``, ``unknown_language``, ``unknown_subject``,
    ``missing_value``, ``code``), `NotFound` (``organisation``, programme).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    provider = _provider(work, command.provider_id)
    programme = catalogue.get(command.programme, on=work.today)
    if command.subject not in taught.subjects(programme):
        raise InvalidInput(
            "unknown_subject", _("The programme asks for no course of this kind."), _("Choose one of the list.")
        )
    rules.check_plan(command.hours, command.capacity, command.begins_on, command.ends_on)
    for level in (command.from_level, command.to_level):
        if level:
            check_level(level)
    if command.language:
        check_language(command.language)
    rules.check_levels(command.subject, command.language, command.from_level, command.to_level)
    for day in (command.begins_on, command.ends_on):
        changes.licence(work.session, provider.id, programme.id, day)
    place = recorded.text(command.place, _("place"), needed=not command.online)
    code = recorded.text(command.code, _("code"), 40).upper()
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            "code", _("The code has other characters than letters, digits and hyphens."), _("Write it like DE-A2-1.")
        )
    if work.session.exec(select(Course).where(Course.code == code)).one_or_none():
        raise Conflict("course_exists", _("The code {code} is taken.", code=code), _("Choose another code."))
    course = Course(
        **command.model_dump(exclude={"code", "title", "programme", "place"}),
        office_id=_office(provider),
        programme_id=programme.id,
        code=code,
        title=recorded.text(command.title, _("title")),
        place=place,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(course)
    work.session.flush()
    work.record("course.added", f"course/{course.id}", data={"course": code, "programme": programme.id})
    return course


def change(
    work: Work, catalogue: Catalogue, course_id: UUID, command: ChangeCourse, expected_version: int | None = None
) -> Course:
    """Another title or number of places; new places are given at once to those who wait.

    Raises `Conflict` (``stale``, ``course_state``, ``over_full``), `InvalidInput` (``capacity``, ``missing_value``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    course = changes.locked(work, course_id, expected_version)
    rules.require_under_way(course.state)
    capacity = course.capacity if command.capacity is None else command.capacity
    rules.check_plan(course.hours, capacity, course.begins_on, course.ends_on)
    taken = sum(row.state is EnrolmentState.ENROLLED for row in enrolling.open_of(work, course))
    if capacity < taken:
        raise Conflict(
            "over_full",
            _("{taken} people have a place; the course cannot have fewer places than that.", taken=taken),
            _("Give at least that number."),
        )
    if command.title is not None:
        course.title = recorded.text(command.title, _("title"))
    course.capacity = capacity
    changes.changed(work, course)
    work.record("course.changed", f"course/{course.id}", data={"course": course.code})
    enrolling.move_up(work, catalogue, course)
    return course


def add_sessions(
    work: Work, catalogue: Catalogue, course_id: UUID, command: AddSession, expected_version: int | None = None
) -> list[CourseSession]:
    """Add sessions and book everybody who takes part, or waits, for them.

    Raises `InvalidInput` (``times``, ``weeks``, ``outside_course``, ``unknown_module``), `Conflict`
    (``session_overlaps``, ``double_booking``, ``stale``, ``course_state``), `Refused` (``not_accredited``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    course = changes.locked(work, course_id, expected_version)
    rules.require_under_way(course.state)
    if not 1 <= command.weeks <= MOST_WEEKS:
        raise InvalidInput(
            "weeks", _("A session is held in 1 to {most} weeks.", most=MOST_WEEKS), _("Give the number of weeks.")
        )
    if command.module and command.module not in {one.id for one in modules(catalogue, course)}:
        raise InvalidInput(
            "unknown_module", _("The programme has no such module of this course."), _("Choose one of the list.")
        )
    others = [(one.starts_at, one.ends_at) for one in course_queries.sessions(work.session, course.id)]
    zone = changes.zone(work.session, course)
    topic = recorded.text(command.topic, _("topic"), needed=False)
    rows = []
    for week in range(command.weeks):
        day = command.day + timedelta(weeks=week)
        starts_at, ends_at = (
            datetime.combine(day, clock, zone).astimezone(UTC) for clock in (command.starts, command.ends)
        )
        rules.check_session(starts_at, ends_at, others)
        _check_day(work, course, day)
        others.append((starts_at, ends_at))
        rows.append(
            CourseSession(
                course_id=course.id,
                starts_at=starts_at,
                ends_at=ends_at,
                module=command.module,
                topic=topic,
                recorded_at=work.now,
                recorded_by=work.actor.key,
            )
        )
    work.session.add_all(rows)
    changes.changed(work, course)
    enrolling.book_new(work, catalogue, course, rows)
    for row in rows:
        work.record("course.session_added", f"course_session/{row.id}", data={"course": course.code})
    return rows


def cancel_session(work: Work, session_id: UUID, expected_version: int | None = None) -> CourseSession:
    """Take a session out before anybody was marked; whoever would have come is told.

    `expected_version`: of the course. Raises `Conflict` (``stale``, ``course_state``, ``marked``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    row, course = changes.session_locked(work, session_id, expected_version)
    rules.require_under_way(course.state)
    if row.marked_at is not None:
        raise Conflict(
            "marked", _("Attendance of this session is recorded; it was held."), _("Correct the attendance instead.")
        )
    row.cancelled_at = work.now
    work.session.add(row)
    changes.changed(work, course)
    bookings.call_off(work, [row], enrolling.open_of(work, course), "not_held")
    work.record("course.session_cancelled", f"course_session/{row.id}", data={"course": course.code})
    return row


def cancel(work: Work, course_id: UUID, reason: str, expected_version: int | None = None) -> Course:
    """The course does not take place, or stops; everybody leaves it. `reason` is a code of `rules.CANCEL_REASONS`."""
    require(work.actor.role, Permission.RUN_COURSES)
    recorded.known_reason(reason, CANCEL_REASONS)
    course = changes.locked(work, course_id, expected_version)
    rules.require_next(course.state, CourseState.CANCELLED)
    enrolling.release(work, course, enrolling.open_of(work, course), COURSE_CANCELLED, "not_held")
    course.state, course.cancel_reason, course.closed_on = CourseState.CANCELLED, reason, work.today
    changes.changed(work, course)
    work.record("course.cancelled", f"course/{course.id}", data={"course": course.code, "reason": reason})
    return course


def providers(session: Session, office_id: UUID) -> list[Organisation]:
    """The providers that work with an office, by name."""
    query = select(Organisation).where(
        Organisation.office_id == office_id,
        col(Organisation.kind) == OrganisationKind.PROVIDER,
        Organisation.active,
    )
    return list(session.exec(query.order_by(col(Organisation.name))))


def modules(catalogue: Catalogue, course: Course) -> tuple[CourseModule, ...]:
    """The modules of the course's subject that the programme names now, of all tracks."""
    named = taught.rule(catalogue.get(course.programme_id), course.subject).modules
    return tuple(module for module in named if module.subject == course.subject)


def _check_day(work: Work, course: Course, day: date) -> None:
    if not course.begins_on <= day <= course.ends_on:
        raise InvalidInput(
            "outside_course",
            _("A session lies before the first or after the last day of the course."),
            _("Choose a day between them."),
        )
    changes.licence(work.session, course.provider_id, course.programme_id, day)


def _provider(work: Work, provider_id: UUID) -> Organisation:
    provider = recorded.organisation(work, provider_id, OrganisationKind.PROVIDER)
    own = {provider.id} if work.actor.role is Role.PROVIDER_USER else {provider.office_id}
    if work.actor.role is not None and work.actor.organisation_id not in own:
        raise Refused(
            "other_office",
            _("You can set up courses of your own providers only."),
            _("Choose a provider that works with your office."),
        )
    return provider


def _office(provider: Organisation) -> UUID:
    if provider.office_id is None:
        raise InvalidInput(
            "missing_value", _("The provider works with no office."), _("Ask an administrator to name its office.")
        )
    return provider.office_id
