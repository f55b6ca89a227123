"""What the next weeks hold: the clinic's times and appointments, courses with people in them, an orientation session.

Played once the story is over, for the workers who wait in the middle of their preparation. What is there already is
left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from casework.cases.rules import ACTIVE
from casework.cases.tables import Case, CaseTask
from casework.clinics import appointments, slots
from casework.clinics import queries as clinics
from casework.clinics.slots import OpenSlots
from casework.clinics.tables import ClinicAppointment
from casework.diary import queries as diary
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.orientation import enrolling as session_lists
from casework.orientation import queries as orientation
from casework.orientation import rules as orientation_rules
from casework.orientation import sessions
from casework.orientation.enrolling import Enrol
from casework.orientation.sessions import AddSession, Part
from casework.orientation.tables import OrientationSession
from casework.qualifications import service as qualifications
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import QualificationDecision, QualificationKind, QualificationOutcome
from casework.training import attending, course_queries, courses, enrolling
from casework.training.attending import GivenMark
from casework.training.course_tables import Course, Enrolment
from casework.training.courses import AddCourse
from casework.training.rules import LANGUAGE, Mark
from casework.work import Work
from casework.workers import service as workers
from checklists.programme import CEFR, Programme
from cli.demo.outside import ABSENT, PRESENT, add_weekly, mark, refer
from cli.demo.people import CLINIC, OFFICE, PROGRAMME, PROVIDER, Cast
from documents.installation import Installation

EVENING, TECHNICAL, SESSION = "DE-A2-2", "SITE-1", "DE-ORI-1"
_PLACES: Final = 4
_APPOINTMENTS: Final = 7
_HOURS: Final = (time(9), time(9, 30), time(10), time(10, 30))
_PLACE: Final = "Rruga Agim Ramadani 4, Prishtina"
_LATE: Final = GivenMark(mark=Mark.LATE, late=20)
_EXCUSED: Final = GivenMark(mark=Mark.EXCUSED)
_MARKS: Final = (PRESENT, PRESENT, _LATE, PRESENT, ABSENT, PRESENT, PRESENT, _EXCUSED)


def plan(installation: Installation, cast: Cast, programme: Programme) -> None:
    """All of it, each part by whose it is."""
    run = installation.database.run
    provider = cast.organisations[PROVIDER].id
    run(cast["flora"], _open_clinic, cast.organisations[CLINIC].id)
    run(cast["arta"], _test_skills)
    run(cast["blerim"], _hold_session, installation, programme, cast)
    run(cast["arta"], _list_session, installation)
    run(cast["blerim"], _add_courses, installation, provider)
    for code in (EVENING, TECHNICAL):
        run(cast["arta"], _fill, installation, code)
    _mark_evenings(installation, cast)
    _refer(installation, cast)


def _open_clinic(work: Work, clinic_id: UUID) -> None:
    """Four times each working day of the next two weeks."""
    for offset in range(1, 8):
        day = work.today + timedelta(days=offset)
        for begins in _HOURS if day.weekday() < 5 else ():
            ends = (datetime.combine(day, begins) + timedelta(minutes=30)).time()
            command = OpenSlots(clinic_id=clinic_id, day=day, begins=begins, ends=ends, places=2, weeks=2)
            slots.open_slots(work, command)


def _test_skills(work: Work) -> None:
    """Who claims little German sits a placement test, and the first of the others a trade test: both show a gap."""
    decided = select(QualificationDecision.case_id)
    query = _active().where(col(Case.track) == "away", col(Case.id).not_in(decided))
    untested = False
    for case in work.session.exec(query).all():
        little = workers.get(work.session, work.vault, case.worker_id).data.claims.language_level in CEFR[:2]
        if little:
            qualifications.decide(work, _found(case, work.today, QualificationKind.LANGUAGE, "Placement test", "A1"))
        elif not untested:
            untested = True
            qualifications.decide(work, _found(case, work.today, QualificationKind.ABILITY, "Trade test"))


def _found(case: Case, today: date, kind: QualificationKind, title: str, level: str = "") -> DecideQualification:
    return DecideQualification(
        case_id=case.id,
        kind=kind,
        subject="de" if level else "",
        outcome=QualificationOutcome.NONE,
        title=title,
        authority="Labour Mobility Office Prishtina",
        level=level,
        years=None if level else 1,
        tested_on=today - timedelta(days=2),
        decided_on=today,
    )


def _hold_session(work: Work, installation: Installation, programme: Programme, cast: Cast) -> None:
    """Three days from the Monday that is at least three days ahead."""
    if _session(work.session) is not None:
        return
    first = work.today + timedelta(days=3)
    first += timedelta(days=-first.weekday() % 7)
    minutes = sessions.minutes_of([programme])
    days = orientation_rules.distribute(minutes, [timedelta(hours=5)] * 3)
    zone = ZoneInfo(cast.organisations[OFFICE].time_zone)
    parts = tuple(
        Part(
            starts_at=datetime.combine(first + timedelta(days=place), time(10), zone),
            ends_at=datetime.combine(first + timedelta(days=place), time(15, 30), zone),
            modules=modules,
        )
        for place, modules in enumerate(days)
    )
    command = AddSession(
        provider_id=cast.organisations[PROVIDER].id,
        code=SESSION,
        programmes=(programme.id,),
        destination="DE",
        language="sq",
        trainer="Edona Zeka",
        place=_PLACE,
        capacity=8,
        parts=parts,
    )
    sessions.add(work, installation.catalogue, command)


def _session(session: Session) -> OrientationSession | None:
    return session.exec(select(OrientationSession).where(OrientationSession.code == SESSION)).one_or_none()


def _list_session(work: Work, installation: Installation) -> None:
    """The office's list, those first whose orientation is due first."""
    row = _session(work.session)
    if row is None or session_lists.of_session(work.session, row.id):
        return
    due = orientation.due(work.session, work.actor, installation.catalogue, row, limit=10)
    if due:
        command = Enrol(session_id=row.id, case_ids=tuple(line.case.id for line in due))
        session_lists.enrol(work, installation.catalogue, command)


def _add_courses(work: Work, installation: Installation, provider_id: UUID) -> None:
    """German on evenings, in its fourth week, and site practice that begins in three weeks."""
    monday = work.today - timedelta(days=work.today.weekday())
    evening = AddCourse(
        code=EVENING,
        title="German A2, evenings",
        provider_id=provider_id,
        programme=PROGRAMME,
        subject=LANGUAGE,
        language="de",
        from_level="A1",
        to_level="A2",
        hours=126,
        capacity=_PLACES,
        place=_PLACE,
        begins_on=monday - timedelta(weeks=3),
        ends_on=monday + timedelta(weeks=10, days=-1),
    )
    technical = AddCourse(
        code=TECHNICAL,
        title="Site practice: formwork and scaffolding",
        provider_id=provider_id,
        programme=PROGRAMME,
        subject="technical",
        hours=80,
        capacity=10,
        place="Training yard, Fushë Kosovë",
        begins_on=monday + timedelta(weeks=3),
        ends_on=monday + timedelta(weeks=7, days=-1),
    )
    catalogue = installation.catalogue
    if _course(work.session, EVENING) is None:
        course = courses.add(work, catalogue, evening)
        add_weekly(work, catalogue, course, time(17), time(20, 15), weeks=13, weekdays=range(0, 5, 2))
    if _course(work.session, TECHNICAL) is None:
        course = courses.add(work, catalogue, technical)
        add_weekly(work, catalogue, course, time(8), time(12), weeks=4, weekdays=range(5))


def _course(session: Session, code: str) -> Course | None:
    return session.exec(select(Course).where(Course.code == code)).one_or_none()


def _fill(work: Work, installation: Installation, code: str) -> None:
    """Everybody whose test showed the gap that the course closes: first come, first served, and the others wait."""
    course = _course(work.session, code)
    if course is None or work.session.exec(select(Enrolment.id).where(Enrolment.course_id == course.id)).first():
        return
    kind = QualificationKind.LANGUAGE if course.subject == LANGUAGE else QualificationKind.ABILITY
    decided = select(QualificationDecision.case_id).where(col(QualificationDecision.kind) == kind)
    short = decided.where(col(QualificationDecision.outcome) == QualificationOutcome.NONE)
    enough = decided.where(col(QualificationDecision.outcome) != QualificationOutcome.NONE)
    found = work.session.exec(_active().where(col(Case.id).in_(short), col(Case.id).not_in(enough))).all()
    if found:
        enrolling.enrol(work, installation.catalogue, course.id, [case.id for case in found])


def _mark_evenings(installation: Installation, cast: Cast) -> None:
    """The trainer says who came to what was held so far."""
    with installation.database.read() as session:
        course, now = _course(session, EVENING), installation.database.now()
        people = course_queries.participants(session, course.id, attending.TAKING_PART) if course else []
        held = [one for one in course_queries.sessions(session, course.id) if one.ends_at <= now] if course else []
    for number, meeting in enumerate(held if people else ()):
        marks = {row.enrolment.id: _MARKS[(3 * number + at) % len(_MARKS)] for at, row in enumerate(people)}
        installation.database.run(cast["blerim"], mark, installation.catalogue, meeting, marks)


def _refer(installation: Installation, cast: Cast) -> None:
    """Some of those who wait for the clinic have an appointment in the next days; one came already today."""
    clinic_id, catalogue, run = cast.organisations[CLINIC].id, installation.catalogue, installation.database.run
    with installation.database.read() as session:
        waiting = _to_examine(session)
    for place, case in enumerate(waiting):
        slot_id = _free(installation, clinic_id, case, 3 * place)
        if slot_id is not None:
            run(cast["arta"], refer, catalogue, case.id, clinic_id, slot_id)
    run(cast["flora"], _receive)


def _to_examine(session: Session) -> Sequence[Case]:
    """As many as are still to be booked."""
    booked = select(ClinicAppointment.case_id)
    asked = select(CaseTask.case_id).where(CaseTask.requirement == "medical_examination")
    left = _APPOINTMENTS - session.exec(select(func.count()).select_from(ClinicAppointment)).one()
    query = _active().where(col(Case.id).in_(asked), col(Case.id).not_in(booked))
    return session.exec(query.limit(max(0, left))).all()


def _free(installation: Installation, clinic_id: UUID, case: Case, skip: int) -> UUID | None:
    """A free time at which the worker is expected nowhere else: the next one after so many."""
    now, today = installation.database.now(), installation.database.today()
    with installation.database.read() as session:
        free = clinics.free_slots(session, clinic_id, case.programme_id, now, today + timedelta(days=14), 100)
        for line in free[skip:]:
            if not diary.busy(session, [case.worker_id], line.slot.starts_at, line.slot.ends_at):
                return line.slot.id
    return None


def _receive(work: Work) -> None:
    """Who is expected today came; the result is still to be entered."""
    query = select(Booking).join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
    today = query.where(ClinicAppointment.day == work.today, col(Booking.state) == BookingState.BOOKED)
    for booking in work.session.exec(today).all():
        appointments.arrive(work, booking.id)


def _active() -> SelectOfScalar[Case]:
    return select(Case).where(Case.programme_id == PROGRAMME, col(Case.life).in_(ACTIVE)).order_by(col(Case.reference))
