"""Close a course: what it comes to for each participant by the programme's rule, written as results of their cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import changes as cases
from casework.cases.pinned import programme_of
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.organisations.tables import Organisation
from casework.training import course_changes as changes
from casework.training import course_queries, enrolling, rules, service, taught
from casework.training.course_queries import Participant
from casework.training.course_tables import AssessmentScore, Course, CourseAssessment, CourseSession, Enrolment
from casework.training.rules import CASE_ENDED, LANGUAGE, NO_PLACE, Assessed, CourseState, EnrolmentState, Outcome
from casework.training.tables import TrainingResult
from casework.work import Work
from checklists.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Result:
    """What the course comes to for one participant; `level` is the CEFR level that they have reached, or ""."""

    participant: Participant
    outcome: Outcome
    level: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The result of each who takes part as it would be now, and what keeps the course from being closed."""

    results: tuple[Result, ...]
    hindrances: tuple[Message, ...]


def standing(session: Session, catalogue: Catalogue, course: Course, now: datetime) -> Standing:
    """Attendance, assessment and outcome of everybody who takes part, in a fixed number of queries."""
    states = (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)
    people = course_queries.participants(session, course.id, states)
    held = course_queries.sessions(session, course.id)
    marks = course_queries.attendance(session, [one.id for one in held])
    tests = course_queries.assessments(session, course.id)
    final = next((one for one in tests if one.final), None)
    points = course_queries.scores(session, [final.id]) if final else {}
    known: dict[tuple[str, str], tuple[int, list[rules.Meeting]]] = {}
    results = []
    unsaid = {one.id for one in held if one.marked_at is None}
    for one in people:
        key = (one.case.programme_digest, one.case.track)
        if key not in known:
            taught_by = taught.rule(programme_of(catalogue, one.case), course.subject, one.case.track)
            known[key] = (taught_by.minimum_attendance, taught.meetings(taught_by, held))
        asked, meetings = known[key]
        minutes = {name: row.minutes for name, row in marks.get(one.enrolment.id, {}).items()}
        since = one.enrolment.enrolled_at or now
        unsaid |= {
            meeting.id
            for meeting, row in zip(meetings, held, strict=True)
            if meeting.expects(one.case.track) and since <= row.ends_at and row.id not in minutes
        }
        outcome = Outcome(
            rules.attended(meetings, one.case.track, minutes),
            asked,
            _assessed(final, one.enrolment, points),
        )
        level = course.to_level if outcome.passed and course.subject == LANGUAGE else ""
        results.append(Result(one, outcome, level))
    scored = final is not None and all(final.id in points.get(one.enrolment.id, {}) for one in people)
    return Standing(tuple(results), tuple(_hindrances(course, held, unsaid, final, now, results, scored=scored)))


def close(work: Work, catalogue: Catalogue, course_id: UUID, expected_version: int | None = None) -> list[Result]:
    """Write the result of everybody who takes part into their cases, all in one transaction, and end the course.

    Nobody passes against the programme's rule; a requirement is set aside by a waiver alone. Raises `Conflict`
    (``stale``, ``course_state``, ``not_ready``), `Refused` (``not_accredited``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    course = changes.locked(work, course_id, expected_version)
    rules.require_next(course.state, CourseState.COMPLETED)
    open_rows = enrolling.open_of(work, course)
    ended = {
        one.enrolment.id
        for one in course_queries.participants(work.session, course.id, tuple(rules.OPEN))
        if is_ended(one.case.life)
    }
    enrolling.release(work, course, [row for row in open_rows if row.id in ended], CASE_ENDED, CASE_ENDED)
    waiting = [row for row in open_rows if row.state is EnrolmentState.WAITING]
    enrolling.release(work, course, waiting, NO_PLACE, "not_needed")
    now = standing(work.session, catalogue, course, work.now)
    if now.hindrances:
        raise Conflict("not_ready", now.hindrances[0], _("Settle that first; then close the course."))
    course.state, course.closed_on = CourseState.COMPLETED, work.today
    _write(work, course, now.results)
    changes.changed(work, course)
    work.record("course.closed", f"course/{course.id}", data={"course": course.code, "count": len(now.results)})
    return list(now.results)


def correct(work: Work, catalogue: Catalogue, course: Course, reason: str) -> list[Result]:
    """After marks or points of a closed course were corrected: results that come out otherwise are withdrawn for
    `reason` and written anew. What was withdrawn by hand stays withdrawn. The course is locked."""
    results = standing(work.session, catalogue, course, work.now).results
    query = select(TrainingResult).where(
        col(TrainingResult.id).in_([one.participant.enrolment.result_id for one in results]),
        col(TrainingResult.withdrawn_on).is_(None),
    )
    written = {row.id: row for row in work.session.exec(query)}
    changed, before = [], []
    for one in results:
        old = written.get(one.participant.enrolment.result_id or course.id)
        if old is not None and _shown(old) != _figures(one):
            changed.append(one)
            before.append(old)
    if not changed:
        return []
    _write(work, course, changed, before, reason)
    work.record("course.corrected", f"course/{course.id}", data={"course": course.code, "count": len(changed)})
    return changed


def _write(
    work: Work, course: Course, results: Sequence[Result], before: Sequence[TrainingResult] = (), reason: str = ""
) -> None:
    if not results:
        return
    days = _days(work.session, course)
    provider = work.session.get_one(Organisation, course.provider_id)
    licence = changes.licence(work.session, provider.id, course.programme_id, days[1])
    reached = col(Case.office_id) == course.office_id
    cases.change_many(work, [one.participant.case.id for one in results], reached)
    service.take_back(work, before, reason)
    rows = [
        TrainingResult(
            case_id=one.participant.case.id,
            provider_id=provider.id,
            provider_name=provider.name,
            course=course.title,
            subject=course.subject,
            hours_held=one.outcome.attended.hours_held,
            hours_attended=one.outcome.attended.hours_attended,
            passed=one.outcome.passed,
            level=one.level,
            course_id=course.id,
            licence_number=licence.number,
            asked_percent=one.outcome.asked,
            began_on=days[0],
            completed_on=days[1],
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
        for one in results
    ]
    service.write(work, rows, course.language)
    for one, row in zip(results, rows, strict=True):
        enrolment = one.participant.enrolment
        enrolment.state, enrolment.result_id = EnrolmentState.COMPLETED, row.id
        enrolment.ended_on = enrolment.ended_on or work.today
        work.session.add(enrolment)


def _days(session: Session, course: Course) -> tuple[date, date]:
    """The first and the last day on which the course was held."""
    zone = changes.zone(session, course)
    held = [one.starts_at.astimezone(zone).date() for one in course_queries.sessions(session, course.id)]
    return held[0], held[-1]


def _assessed(
    final: CourseAssessment | None, enrolment: Enrolment, points: Mapping[UUID, Mapping[UUID, AssessmentScore]]
) -> Assessed:
    if final is None:
        return Assessed.NOT_HELD
    row = points.get(enrolment.id, {}).get(final.id)
    return rules.assessed(row.points if row else None, final.pass_points)


def _hindrances(
    course: Course,
    held: Sequence[CourseSession],
    unsaid: Collection[UUID],
    final: CourseAssessment | None,
    now: datetime,
    results: Sequence[Result],
    *,
    scored: bool,
) -> list[Message]:
    found = []
    ahead = sum(one.id in unsaid and one.ends_at > now for one in held)
    unmarked = sum(one.id in unsaid and one.ends_at <= now for one in held)
    if not held:
        found.append(_("The course has no session."))
    if ahead:
        found.append(_n("{count} session is still to come.", "{count} sessions are still to come.", ahead))
    if unmarked:
        said = _n("Attendance of {count} session is missing.", "Attendance of {count} sessions is missing.", unmarked)
        found.append(said)
    if any(one.outcome.attended.held < 60 for one in results):
        found.append(_("Less than an hour was held for somebody who takes part."))
    if final is None and course.to_level:
        found.append(_("A level is reached by a final assessment, and the course has none."))
    if final is not None and not scored:
        found.append(_("The points of the final assessment are missing for somebody who takes part."))
    return found


def _shown(row: TrainingResult) -> tuple[object, ...]:
    return row.hours_held, row.hours_attended, row.passed, row.level


def _figures(one: Result) -> tuple[object, ...]:
    attended = one.outcome.attended
    return attended.hours_held, attended.hours_attended, one.outcome.passed, one.level
