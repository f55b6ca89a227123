"""Who takes part in a course: enrolled while there are places, then waiting in the order they asked; who leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes as cases
from casework.cases.pinned import programme_of
from casework.cases.rules import is_ended
from casework.cases.tables import Case, CaseTask
from casework.diary import rules as diary
from casework.training import bookings, course_queries, rules, taught
from casework.training import course_changes as changes
from casework.training.course_tables import Course, CourseSession, Enrolment
from casework.training.rules import CASE_ENDED, DROP_REASONS, OPEN, UNDER_WAY, EnrolmentState
from casework.work import Work
from checklists.catalogue import Catalogue

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who got a place, and who waits for one, in order."""

    enrolled: tuple[Enrolment, ...]
    waiting: tuple[Enrolment, ...]


def enrol(
    work: Work, catalogue: Catalogue, course_id: UUID, case_ids: Sequence[UUID], expected_version: int | None = None
) -> Enrolled:
    """Enrol cases in the order given, all of them or none; whom there is no place for waits for one.

    A provider enrols for its own courses those whom the office's programme sends to one. Raises `NotFound` (``case``),
    `Conflict` (``ended``, ``in_course``, ``stale``, ``course_state``, ``over``, ``double_booking``,
    ``same_document``), `InvalidInput` (``other_programme``, ``not_asked``, ``missing_value``).
    """
    require(work.actor.role, Permission.ENROL)
    course = changes.locked(work, course_id, expected_version)
    rules.require_under_way(course.state)
    if course.ends_on < work.today:
        raise Conflict("over", _("The last day of the course has passed."), _("Choose a course that goes on."))
    found = _cases(work, catalogue, course, case_ids)
    _require_asked(catalogue, course, found)
    _require_in_no_other(work, course, found)
    move_up(work, catalogue, course)  # what was in the way of those who wait may be so no longer: they come first
    places = rules.free(course.capacity, (row.state for row in open_of(work, course)))
    number = work.session.exec(
        select(func.coalesce(func.max(Enrolment.number), 0)).where(Enrolment.course_id == course.id)
    ).one()
    rows = [
        Enrolment(
            course_id=course.id,
            case_id=case.id,
            worker_id=case.worker_id,
            number=number + place,
            state=EnrolmentState.ENROLLED if place <= places else EnrolmentState.WAITING,
            asked_at=work.now,
            enrolled_at=work.now if place <= places else None,
            recorded_by=work.actor.key,
        )
        for place, case in enumerate(found, start=1)
    ]
    work.session.add_all(rows)
    changes.changed(work, course)
    _book(work, catalogue, course, rows, found, course_queries.sessions(work.session, course.id))
    for row in rows:
        _record(work, course, row, "course.enrolled" if row.enrolled_at else "course.waiting")
    return Enrolled(
        tuple(row for row in rows if row.state is EnrolmentState.ENROLLED),
        tuple(row for row in rows if row.state is EnrolmentState.WAITING),
    )


def drop(
    work: Work, catalogue: Catalogue, enrolment_id: UUID, reason: str, expected_version: int | None = None
) -> Enrolment:
    """Somebody leaves for a code of `rules.DROP_REASONS`; the next on the waiting list moves up.

    `expected_version`: of the course. Raises `NotFound` (``enrolment``), `Conflict` (``left``, ``stale``).
    """
    require(work.actor.role, Permission.ENROL)
    recorded.known_reason(reason, DROP_REASONS)
    row = work.session.get(Enrolment, enrolment_id)
    course = changes.locked(work, row.course_id, expected_version) if row is not None else None
    if row is None or course is None:
        raise NotFound("enrolment", _("There is no such participant."), _("Choose one on the page of the course."))
    work.session.refresh(row)
    if row.state not in OPEN:
        raise Conflict(
            "left",
            _("This participant is {state} already.", state=rules.ENROLMENT_WORDS[row.state]),
            _("Look at the course again."),
        )
    release(work, course, [row], reason, "dropped_out")
    changes.changed(work, course)
    move_up(work, catalogue, course)
    return row


def leave_ended(work: Work, catalogue: Catalogue, case: Case) -> None:
    """Whose case has ended leaves every course that is under way; others move up."""
    if not is_ended(case.life):
        return
    query = (
        select(Enrolment.course_id)
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(Enrolment.case_id == case.id, col(Enrolment.state).in_(OPEN), col(Course.state).in_(UNDER_WAY))
        .order_by(col(Enrolment.course_id))
    )
    for course_id in work.session.exec(query).all():
        course = work.session.exec(
            select(Course).where(Course.id == course_id).with_for_update().execution_options(populate_existing=True)
        ).one()
        own = [row for row in open_of(work, course) if row.case_id == case.id]
        release(work, course, own, CASE_ENDED, diary.CASE_ENDED)
        changes.changed(work, course)
        move_up(work, catalogue, course)


def move_up(work: Work, catalogue: Catalogue, course: Course) -> list[Enrolment]:
    """Give free places to those who wait, the first who asked first. Who is expected elsewhere at the time of a session
    keeps the place in the list. The course is locked."""
    rows = open_of(work, course)
    waiting = [row for row in rows if row.state is EnrolmentState.WAITING]
    if course.state not in UNDER_WAY or not waiting or not rules.free(course.capacity, (row.state for row in rows)):
        return []
    sessions = course_queries.sessions(work.session, course.id)
    expected = taught.expected(catalogue, course, _with_cases(work.session, waiting), sessions)
    hindered = frozenset(bookings.hindered(work.session, work.now, expected))
    chosen = set(rules.next_in(course.capacity, [(row.id, row.state) for row in rows], hindered))
    moved = [row for row in waiting if row.id in chosen]
    for row in moved:
        row.state, row.enrolled_at = EnrolmentState.ENROLLED, work.now
    work.session.add_all(moved)
    if moved:
        changes.changed(work, course)
        bookings.admit(work, sessions, moved)
    for row in moved:
        _record(work, course, row, "course.moved_up")
    return moved


def release(work: Work, course: Course, rows: Collection[Enrolment], reason: str, booking_reason: str) -> None:
    """End enrolments and call off what is still to come for them. `reason` is a code of `rules.ENDED_REASONS`."""
    for row in rows:
        row.state, row.ended_on, row.reason = EnrolmentState.DROPPED, work.today, reason
        _record(work, course, row, "course.dropped", reason=reason)
    work.session.add_all(rows)
    work.session.flush()
    if rows:
        bookings.call_off(work, course_queries.sessions(work.session, course.id), rows, booking_reason)


def book_new(work: Work, catalogue: Catalogue, course: Course, sessions: Sequence[CourseSession]) -> None:
    """Book new sessions for everybody who takes part or waits."""
    rows = open_of(work, course)
    _book(work, catalogue, course, rows, [case for _row, case in _with_cases(work.session, rows)], sessions)


def open_of(work: Work, course: Course) -> list[Enrolment]:
    """Who is enrolled or waits, in the order they asked."""
    query = select(Enrolment).where(Enrolment.course_id == course.id, col(Enrolment.state).in_(OPEN))
    return list(work.session.exec(query.order_by(col(Enrolment.number))))


def _book(
    work: Work,
    catalogue: Catalogue,
    course: Course,
    rows: Sequence[Enrolment],
    found: Sequence[Case],
    sessions: Sequence[CourseSession],
) -> None:
    expected = taught.expected(catalogue, course, zip(rows, found, strict=True), sessions)
    with_place = [one for one in expected if one[0].state is EnrolmentState.ENROLLED]
    _require_free(work, with_place, {case.id: case.reference for case in found})
    bookings.book(work, course, with_place, waiting=False)
    bookings.book(work, course, [one for one in expected if one[0].state is EnrolmentState.WAITING], waiting=True)


def _require_free(work: Work, expected: bookings.Expected, references: dict[UUID, str]) -> None:
    """Where several are booked at once, say of whom it is that something is in the way."""
    hindered = bookings.hindered(work.session, work.now, expected) if len(expected) > 1 else {}
    if not hindered:
        return
    named = [references[row.case_id] for row, _sessions in expected if row.id in hindered][:_NAMED]
    raise Conflict(
        "double_booking",
        _(
            "{count} of them are expected elsewhere at the time of a session: {cases}.",
            count=len(hindered),
            cases=", ".join(named) + (", …" if len(hindered) > len(named) else ""),
        ),
        _("Leave them out, or settle the other booking on the page of their case."),
    )


def _cases(work: Work, catalogue: Catalogue, course: Course, case_ids: Sequence[UUID]) -> list[Case]:
    """The cases in the order given, locked. Other offices' cases are not there for this course; for a provider only
    those are that wait for a result of such a course."""
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise InvalidInput("missing_value", _("Nobody is chosen."), _("Choose at least one."))
    query = select(Case).where(col(Case.id).in_(wanted), Case.office_id == course.office_id)
    if work.actor.role is Role.PROVIDER_USER:
        asked = taught.asked(catalogue.get(course.programme_id), course.subject)
        sent = select(CaseTask.case_id).where(col(CaseTask.requirement).in_([one.id for _rule, one in asked]))
        query = query.where(Case.programme_id == course.programme_id, col(Case.id).in_(sent))
    else:
        query = query.where(cases.visible(work.actor))
    locked = query.order_by(col(Case.id)).with_for_update().execution_options(populate_existing=True)
    found = {case.id: case for case in work.session.exec(locked)}
    if len(found) != len(wanted):
        raise NotFound(
            "case", _("There is no such case, or it is not one for this course."), _("Compare the case's reference.")
        )
    ended = next((case for case in found.values() if is_ended(case.life)), None)
    if ended is not None:
        raise Conflict("ended", _("The case {reference} has ended.", reference=ended.reference), _("Leave it out."))
    return [found[one] for one in wanted]


def _require_asked(catalogue: Catalogue, course: Course, found: Iterable[Case]) -> None:
    for case in found:
        if case.programme_id != course.programme_id:
            raise InvalidInput(
                "other_programme",
                _("The case {reference} belongs to another programme.", reference=case.reference),
                _("Choose a course of its programme."),
            )
        programme = programme_of(catalogue, case)
        asked = taught.asked(programme, course.subject, case.track)
        language = course.subject != rules.LANGUAGE or course.language in (taught.languages(programme) or ("",))
        if not asked or not language:
            raise InvalidInput(
                "not_asked",
                _("The programme does not ask the case {reference} for this course.", reference=case.reference),
                _("Choose a course that its programme asks for on its track."),
            )


def _require_in_no_other(work: Work, course: Course, found: Collection[Case]) -> None:
    query = (
        select(Case.reference, Course.code)
        .join(Enrolment, col(Enrolment.case_id) == col(Case.id))
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(
            col(Enrolment.worker_id).in_([case.worker_id for case in found]),
            col(Enrolment.state).in_(OPEN),
            col(Course.state).in_(UNDER_WAY),
            Course.subject == course.subject,
        )
        .limit(1)
    )
    for reference, code in work.session.exec(query):
        raise Conflict(
            "in_course",
            _("{reference} is in the course {course} of this kind already.", reference=reference, course=code),
            _("Let the worker leave that course first."),
        )


def _with_cases(session: Session, rows: Sequence[Enrolment]) -> list[tuple[Enrolment, Case]]:
    found = {
        case.id: case for case in session.exec(select(Case).where(col(Case.id).in_([row.case_id for row in rows])))
    }
    return [(row, found[row.case_id]) for row in rows]


def _record(work: Work, course: Course, row: Enrolment, kind: str, **data: str) -> None:
    work.record(kind, f"enrolment/{row.id}", case_id=row.case_id, data={"course": course.code, **data})
