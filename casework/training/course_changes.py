"""How courses are changed: find one within the actor's reach, lock it, raise its version, ask for the licence."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from basis.errors import Conflict, Refused
from basis.messages import _
from casework.organisations import service as organisations
from casework.organisations.tables import Licence, LicencePurpose, Organisation
from casework.training import course_queries
from casework.training.course_tables import Course, CourseSession
from casework.work import Work


def locked(work: Work, course_id: UUID, expected_version: int | None = None) -> Course:
    """The course, if the actor may know of it, locked for this transaction. Raises `NotFound` (``course``),
    `Conflict` (``stale``)."""
    query = (
        select(Course)
        .where(Course.id == course_id, course_queries.visible(work.actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    course = work.session.exec(query).one_or_none()
    if course is None:
        raise course_queries.no_course()
    require_version(course.version, expected_version)
    return course


def session_locked(work: Work, session_id: UUID, expected_version: int | None = None) -> tuple[CourseSession, Course]:
    """A session that was not cancelled, with its course, which is locked. `expected_version`: of the course."""
    found = work.session.get(CourseSession, session_id)
    course = locked(work, found.course_id, expected_version) if found is not None else None
    if found is None or course is None:
        raise course_queries.no_course()
    work.session.refresh(found)
    if found.cancelled_at is not None:
        raise Conflict("cancelled", _("This session was cancelled."), _("Choose another session of the course."))
    return found, course


def require_version(version: int, expected: int | None) -> None:
    """Raise `Conflict` (``stale``) when somebody was faster."""
    if expected is not None and version != expected:
        raise Conflict(
            "stale",
            _("Somebody changed this course after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )


def changed(work: Work, course: Course) -> None:
    """Raise the version of the course."""
    course.version += 1
    work.session.add(course)
    work.session.flush()


def licence(session: Session, provider_id: UUID, programme_id: str, day: date) -> Licence:
    """The licence to train for the programme on a day. Raises `Refused` (``not_accredited``)."""
    found = organisations.licence_on(session, provider_id, LicencePurpose.TRAINING, programme_id, day)
    if found is None:
        raise Refused(
            "not_accredited",
            _("The provider has no licence to train for this programme on {day}.", day=day.isoformat()),
            _("Choose another provider or other days, or ask an administrator to record the licence."),
        )
    return found


def zone(session: Session, course: Course) -> ZoneInfo:
    """The clock of the course's office."""
    return ZoneInfo(session.get_one(Organisation, course.office_id).time_zone)
