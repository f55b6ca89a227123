"""Courses as lists and pages ask for them: as many queries for one participant as for a thousand. Reading only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlmodel import Session, col, func, select

from basis.errors import NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.auditing import access
from casework.cases import changes
from casework.cases.tables import Case, CaseTask
from casework.organisations.tables import Organisation
from casework.training import taught
from casework.training.course_tables import (
    AssessmentScore,
    Course,
    CourseAssessment,
    CourseAttendance,
    CourseSession,
    Enrolment,
)
from casework.training.rules import OPEN, UNDER_WAY, CourseState, EnrolmentState
from casework.training.tables import TrainingResult
from casework.workers.tables import Worker
from checklists.programme import Programme


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with its provider and how many of each state it has."""

    course: Course
    provider: Organisation
    counts: Mapping[EnrolmentState, int]
    passed: int

    @property
    def free(self) -> int:
        return max(0, self.course.capacity - self.counts.get(EnrolmentState.ENROLLED, 0))


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part, or did."""

    enrolment: Enrolment
    case: Case
    worker: Worker


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which courses an actor may know of: a provider and an office their own, the engine all, an auditor those that
    the open engagements reach."""
    if actor.role is None:
        return true()
    if not may(actor.role, Permission.SEE_COURSES) or actor.organisation_id is None:
        return false()
    if actor.role is Role.AUDITOR:
        return access.reaches(actor, col(Course.office_id), col(Course.programme_id))
    if actor.role is Role.PROVIDER_USER:
        return col(Course.provider_id) == actor.organisation_id
    return col(Course.office_id) == actor.organisation_id


def no_course() -> NotFound:
    return NotFound(
        "course", _("There is no such course, or it is not one of yours."), _("Choose it from the list of courses.")
    )


def by_code(session: Session, actor: Actor, code: str) -> Course:
    """The row of a course. Raises `NotFound` (``course``)."""
    require(actor.role, Permission.SEE_COURSES)
    found = session.exec(select(Course).where(Course.code == code.strip().upper(), visible(actor))).one_or_none()
    if found is None:
        raise no_course()
    return found


def line(session: Session, course: Course) -> CourseLine:
    """One course with its numbers."""
    return _lines(session, [course])[0]


def listed(session: Session, actor: Actor, states: Collection[CourseState]) -> list[CourseLine]:
    """The courses in these states; those over the newest first, the others as they begin."""
    require(actor.role, Permission.SEE_COURSES)
    over = not UNDER_WAY & set(states)
    day = col(Course.ends_on).desc() if over else col(Course.begins_on)
    query = select(Course).where(visible(actor), col(Course.state).in_(states)).order_by(day, col(Course.code))
    return _lines(session, session.exec(query).all())


def participants(
    session: Session, course_id: UUID, states: Collection[EnrolmentState] = tuple(EnrolmentState)
) -> list[Participant]:
    """Who takes part, in the order they asked. The course is the reach: its provider sees no more of a case."""
    query = (
        select(Enrolment, Case, Worker)
        .join(Case, col(Case.id) == col(Enrolment.case_id))
        .join(Worker, col(Worker.id) == col(Enrolment.worker_id))
        .where(Enrolment.course_id == course_id, col(Enrolment.state).in_(states))
        .order_by(col(Enrolment.number))
    )
    return [Participant(*row) for row in session.exec(query)]


def sessions(session: Session, course_id: UUID) -> list[CourseSession]:
    """The sessions that were not cancelled, as they come."""
    query = select(CourseSession).where(CourseSession.course_id == course_id, col(CourseSession.cancelled_at).is_(None))
    return list(session.exec(query.order_by(col(CourseSession.starts_at), col(CourseSession.id))))


def attendance(session: Session, session_ids: Collection[UUID]) -> dict[UUID, dict[UUID, CourseAttendance]]:
    """The marks that count, by enrolment and session."""
    query = select(CourseAttendance).where(col(CourseAttendance.session_id).in_(session_ids))
    found: dict[UUID, dict[UUID, CourseAttendance]] = defaultdict(dict)
    for row in session.exec(query.order_by(col(CourseAttendance.number))):
        found[row.enrolment_id][row.session_id] = row
    return found


def assessments(session: Session, course_id: UUID) -> list[CourseAssessment]:
    """The assessments by their day, the final one last of a day."""
    query = select(CourseAssessment).where(CourseAssessment.course_id == course_id)
    order = (col(CourseAssessment.held_on), col(CourseAssessment.final), col(CourseAssessment.id))
    return list(session.exec(query.order_by(*order)))


def scores(session: Session, assessment_ids: Collection[UUID]) -> dict[UUID, dict[UUID, AssessmentScore]]:
    """The points that count, by enrolment and assessment."""
    query = select(AssessmentScore).where(col(AssessmentScore.assessment_id).in_(assessment_ids))
    found: dict[UUID, dict[UUID, AssessmentScore]] = defaultdict(dict)
    for row in session.exec(query.order_by(col(AssessmentScore.number))):
        found[row.enrolment_id][row.assessment_id] = row
    return found


def of_case(session: Session, case_id: UUID) -> list[tuple[Enrolment, Course]]:
    """The courses of a case, the newest first. The caller has found the case."""
    query = select(Enrolment, Course).join(Course, col(Course.id) == col(Enrolment.course_id))
    return list(session.exec(query.where(Enrolment.case_id == case_id).order_by(col(Enrolment.id).desc())).all())


def needing(session: Session, actor: Actor, programme: Programme, course: Course) -> list[tuple[Case, Worker]]:
    """Cases of the course's office and programme that wait for a result of its subject and are in no such course,
    those that are due first. A provider sees none: who comes is for the office to say."""
    if not may(actor.role, Permission.SEE_CASES):
        return []
    asked = {one.id for _stage, one in programme.asking_for(taught.EVIDENCE) if one.subject in ("", course.subject)}
    taken = (
        select(Enrolment.case_id)
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(
            Course.subject == course.subject,
            col(Course.state).in_(UNDER_WAY),
            col(Enrolment.state).in_(OPEN),
        )
    )
    due = (
        select(col(CaseTask.case_id), func.min(CaseTask.due_on).label("due_on"))
        .where(col(CaseTask.requirement).in_(asked))
        .group_by(col(CaseTask.case_id))
        .subquery()
    )
    query = (
        select(Case, Worker)
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .join(due, due.c.case_id == col(Case.id))
        .where(
            changes.visible(actor),
            Case.office_id == course.office_id,
            Case.programme_id == course.programme_id,
            col(Case.id).not_in(taken),
        )
        .order_by(due.c.due_on, col(Case.reference))
    )
    return list(session.exec(query).all())


@dataclass(frozen=True, slots=True)
class CohortCourse:
    """How far a cohort is in one course: its own members alone are counted."""

    course: Course
    counts: Mapping[EnrolmentState, int]
    attending: int
    passed: int


def of_cohort(session: Session, case_ids: Collection[UUID]) -> list[CohortCourse]:
    """The courses in which these cases are or were, as they began. `attending`: who was marked in the room at least
    once and is enrolled."""
    query = (
        select(Enrolment, Course)
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(col(Enrolment.case_id).in_(case_ids))
        .order_by(col(Course.begins_on), col(Course.code))
    )
    rows: dict[UUID, list[Enrolment]] = defaultdict(list)
    courses: dict[UUID, Course] = {}
    for enrolment, course in session.exec(query):
        courses[course.id] = course
        rows[course.id].append(enrolment)
    enrolled = [row.id for several in rows.values() for row in several if row.state is EnrolmentState.ENROLLED]
    came = set(
        session.exec(
            select(CourseAttendance.enrolment_id)
            .where(col(CourseAttendance.enrolment_id).in_(enrolled), CourseAttendance.minutes > 0)
            .distinct()
        )
    )
    passed = _passed(session, [row.result_id for several in rows.values() for row in several if row.result_id])
    return [
        CohortCourse(
            course,
            Counter(row.state for row in rows[key]),
            sum(row.id in came for row in rows[key]),
            sum(row.result_id in passed for row in rows[key]),
        )
        for key, course in courses.items()
    ]


def _lines(session: Session, courses: Sequence[Course]) -> list[CourseLine]:
    ids = [course.id for course in courses]
    providers = {
        row.id: row
        for row in session.exec(
            select(Organisation).where(col(Organisation.id).in_({course.provider_id for course in courses}))
        )
    }
    counts: dict[UUID, dict[EnrolmentState, int]] = defaultdict(dict)
    for course_id, state, count in session.exec(
        select(Enrolment.course_id, Enrolment.state, func.count())
        .where(col(Enrolment.course_id).in_(ids))
        .group_by(col(Enrolment.course_id), col(Enrolment.state))
    ):
        counts[course_id][EnrolmentState(state)] = count
    passed = dict(
        session.exec(
            select(Enrolment.course_id, func.count())
            .join(TrainingResult, col(TrainingResult.id) == col(Enrolment.result_id))
            .where(
                col(Enrolment.course_id).in_(ids),
                TrainingResult.passed,
                col(TrainingResult.withdrawn_on).is_(None),
            )
            .group_by(col(Enrolment.course_id))
        ).all()
    )
    return [
        CourseLine(course, providers[course.provider_id], counts[course.id], passed.get(course.id, 0))
        for course in courses
    ]


def _passed(session: Session, result_ids: Collection[UUID]) -> set[UUID]:
    query = select(TrainingResult.id).where(
        col(TrainingResult.id).in_(result_ids), TrainingResult.passed, col(TrainingResult.withdrawn_on).is_(None)
    )
    return set(session.exec(query))
