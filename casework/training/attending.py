"""Who attended a session, and who reached what in an assessment: one list for everybody, corrected by further rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _, _n
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.training import bookings, closing, course_queries, rules, taught
from casework.training import course_changes as changes
from casework.training.course_queries import Participant
from casework.training.course_tables import (
    AssessmentScore,
    Course,
    CourseAssessment,
    CourseAttendance,
    CourseSession,
)
from casework.training.rules import CourseState, EnrolmentState, Mark
from casework.work import Work
from checklists.catalogue import Catalogue

TAKING_PART = (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)


class GivenMark(BaseModel):
    """How somebody attended; `late` minutes missed at the beginning."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    mark: Mark
    late: int = 0


class AddAssessment(BaseModel):
    """A test of a course: `points` at most, of which `pass_points` are enough."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: str
    held_on: date
    points: int
    pass_points: int
    final: bool


def mark(
    work: Work,
    catalogue: Catalogue,
    session_id: UUID,
    marks: Mapping[UUID, GivenMark],
    expected_version: int | None = None,
    reason: str = "",
    *,
    whole: bool = True,
) -> int:
    """Record the attendance of a session, by enrolment; how many marks are new. The same list again changes nothing.
    `whole`: everybody who was to come must be on it.

    Once the course is closed it is a correction, for a code of `recorded.WITHDRAW_REASONS`: results that come out
    otherwise are withdrawn and written anew. `expected_version`: of the session. Raises `InvalidInput`
    (``attendance_in_future``, ``not_enrolled``, ``mark_missing``, ``late``), `Conflict` (``stale``, ``closed``,
    ``course_state``), `Refused` (``not_accredited``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    session, course = changes.session_locked(work, session_id)
    _require_open(course, reason)
    if session.starts_at > work.now:
        raise InvalidInput(
            "attendance_in_future",
            _("The session has not begun yet."),
            _("Record the attendance when it is held."),
        )
    day = session.starts_at.astimezone(changes.zone(work.session, course)).date()
    changes.licence(work.session, course.provider_id, course.programme_id, day)
    people = expected_at(work.session, catalogue, course, session)
    _require_known(people, marks)
    if whole:
        _require_all(people, marks, session)
    rows = _new_marks(work, session, marks)
    if not rows and session.marked_at is not None:
        return 0
    changes.require_version(session.version, expected_version)
    session.version += 1
    session.marked_at = session.marked_at or work.now
    work.session.add(session)
    work.session.add_all(rows)
    _run(work, course)
    came = {row.enrolment_id: row.minutes > 0 for row in rows}
    of_case = {one.case.id: came[one.enrolment.id] for one in people if one.enrolment.id in came}
    bookings.close(work, session, of_case)
    work.record("course.attended", f"course_session/{session.id}", data={"course": course.code, "count": len(rows)})
    if course.state is CourseState.COMPLETED:
        closing.correct(work, catalogue, course, reason)
    return len(rows)


def _new_marks(work: Work, session: CourseSession, marks: Mapping[UUID, GivenMark]) -> list[CourseAttendance]:
    """The rows of those marks that differ from what is recorded."""
    before = course_queries.attendance(work.session, [session.id])
    minutes = rules.length(session.starts_at, session.ends_at)
    rows = []
    for enrolment_id, given in marks.items():
        last = before.get(enrolment_id, {}).get(session.id)
        if last is None or (last.mark, last.late) != (given.mark, given.late):
            rows.append(
                CourseAttendance(
                    session_id=session.id,
                    enrolment_id=enrolment_id,
                    number=last.number + 1 if last else 1,
                    mark=given.mark,
                    late=given.late,
                    minutes=rules.minutes_of(given.mark, given.late, minutes),
                    recorded_at=work.now,
                    recorded_by=work.actor.key,
                )
            )
    return rows


def expected_at(session: Session, catalogue: Catalogue, course: Course, meeting: CourseSession) -> list[Participant]:
    """Who takes part in the course and is to come to a session of it, in the order they asked."""
    people = course_queries.participants(session, course.id, TAKING_PART)
    pairs = [(one.enrolment, one.case) for one in people]
    wanted = {row.id for row, sessions in taught.expected(catalogue, course, pairs, [meeting]) if sessions}
    return [one for one in people if one.enrolment.id in wanted]


def needed(people: Sequence[Participant], session: CourseSession) -> set[UUID]:
    """The enrolments of those who had a place when the session was held: their mark must be said. Who came to the
    course later may have been there all the same."""
    rows = (one.enrolment for one in people)
    return {row.id for row in rows if row.enrolled_at is not None and row.enrolled_at <= session.ends_at}


def assessment_locked(work: Work, assessment_id: UUID) -> tuple[CourseAssessment, Course]:
    """An assessment with its course, which is locked. Raises `NotFound` (``assessment``, ``course``)."""
    row = work.session.get(CourseAssessment, assessment_id)
    if row is None:
        raise NotFound("assessment", _("There is no such assessment."), _("Choose it on the page of the course."))
    course = changes.locked(work, row.course_id)
    work.session.refresh(row)
    return row, course


def add_assessment(
    work: Work, course_id: UUID, command: AddAssessment, expected_version: int | None = None
) -> CourseAssessment:
    """Plan or record a test within the days of the course. Raises `InvalidInput` (``points``, ``outside_course``,
    ``missing_value``), `Conflict` (``final_exists``, ``stale``, ``course_state``)."""
    require(work.actor.role, Permission.RUN_COURSES)
    course = changes.locked(work, course_id, expected_version)
    rules.require_under_way(course.state)
    if not 1 <= command.points <= rules.MOST_POINTS or not 0 < command.pass_points <= command.points:
        raise InvalidInput(
            "points",
            _("The points do not fit together."),
            _("There are 1 to {most} points, and not more are needed to pass.", most=rules.MOST_POINTS),
        )
    if not course.begins_on <= command.held_on <= course.ends_on:
        raise InvalidInput(
            "outside_course",
            _("The assessment lies before the first or after the last day of the course."),
            _("Choose a day between them."),
        )
    if command.final and any(one.final for one in course_queries.assessments(work.session, course.id)):
        raise Conflict(
            "final_exists",
            _("The course has a final assessment already."),
            _("Record the points there, or add this one as not final."),
        )
    row = CourseAssessment(
        **command.model_dump(exclude={"title"}),
        course_id=course.id,
        title=recorded.text(command.title, _("title")),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    changes.changed(work, course)
    work.record("course.assessment_added", f"course_assessment/{row.id}", data={"course": course.code})
    return row


def score(
    work: Work,
    catalogue: Catalogue,
    assessment_id: UUID,
    points: Mapping[UUID, int | None],
    expected_version: int | None = None,
    reason: str = "",
) -> int:
    """Record the points of an assessment, by enrolment (None: did not take part); how many are new. The same list again
    changes nothing; once the course is closed it is a correction, as `mark`.

    `expected_version`: of the assessment. Raises `InvalidInput` (``date_in_future``, ``not_enrolled``, ``points``),
    `Conflict` (``stale``, ``closed``, ``course_state``), `NotFound` (``assessment``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    row, course = assessment_locked(work, assessment_id)
    _require_open(course, reason)
    recorded.happened(row.held_on, _("day of the assessment"), work.today)
    people = course_queries.participants(work.session, course.id, TAKING_PART)
    _require_known(people, points)
    before = course_queries.scores(work.session, [row.id])
    rows = []
    for enrolment_id, reached in points.items():
        if reached is not None and not 0 <= reached <= row.points:
            raise InvalidInput(
                "points",
                _("Somebody has more points than there are."),
                _("Give 0 to {most} points.", most=row.points),
            )
        last = before.get(enrolment_id, {}).get(row.id)
        if last is None or last.points != reached:
            rows.append(
                AssessmentScore(
                    assessment_id=row.id,
                    enrolment_id=enrolment_id,
                    number=last.number + 1 if last else 1,
                    points=reached,
                    recorded_at=work.now,
                    recorded_by=work.actor.key,
                )
            )
    if not rows:
        return 0
    changes.require_version(row.version, expected_version)
    row.version += 1
    work.session.add(row)
    work.session.add_all(rows)
    _run(work, course)
    work.record("course.scored", f"course_assessment/{row.id}", data={"course": course.code, "count": len(rows)})
    if course.state is CourseState.COMPLETED:
        closing.correct(work, catalogue, course, reason)
    return len(rows)


def _require_open(course: Course, reason: str) -> None:
    if course.state is not CourseState.COMPLETED:
        rules.require_under_way(course.state)
    elif not reason:
        raise Conflict(
            "closed", _("The course is closed; a correction needs a reason."), _("Choose why it is corrected.")
        )
    else:
        recorded.known_reason(reason)


def _require_known(people: Sequence[Participant], marks: Collection[UUID]) -> None:
    if not set(marks) <= {one.enrolment.id for one in people}:
        raise InvalidInput(
            "not_enrolled",
            _("Somebody on the list takes no part in this course."),
            _("Enrol them first, or open the page again: somebody may have left."),
        )


def _require_all(people: Sequence[Participant], marks: Collection[UUID], session: CourseSession) -> None:
    missing = len(needed(people, session) - set(marks))
    if missing:
        raise InvalidInput(
            "mark_missing",
            _n(
                "The attendance of {count} person is not said.",
                "The attendance of {count} people is not said.",
                missing,
            ),
            _("Say of everybody whether they were there."),
        )


def _run(work: Work, course: Course) -> None:
    if course.state is CourseState.PLANNED:
        rules.require_next(course.state, CourseState.RUNNING)
        course.state = CourseState.RUNNING
        work.record("course.began", f"course/{course.id}", data={"course": course.code})
    changes.changed(work, course)
