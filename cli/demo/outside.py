"""What the demo's clinic and provider do within the story: one worker is examined at an appointment, and those whom the
placement test sends to a course take one that is held and closed. Where there is no slot and no course of theirs, the
office types the result itself (`acts`)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from casework.cases.tables import Case
from casework.clinics import appointments, assigning, queries, results, slots
from casework.clinics.appointments import BookAppointment
from casework.clinics.assigning import AssignClinic
from casework.clinics.results import EnterResult
from casework.clinics.slots import OpenSlots
from casework.clinics.tables import ClinicAppointment
from casework.diary.rules import BookingState
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from casework.organisations.tables import Organisation
from casework.training import attending, closing, course_queries, courses, enrolling
from casework.training.attending import AddAssessment, GivenMark
from casework.training.course_tables import Course, CourseSession, Enrolment
from casework.training.courses import AddCourse, AddSession
from casework.training.rules import LANGUAGE, UNDER_WAY, EnrolmentState, Mark
from casework.work import Work
from checklists.catalogue import Catalogue
from cli.demo.people import CLINIC, PROGRAMME, PROVIDER, Cast
from documents.installation import Installation

COURSE: Final = "DE-A2-1"
SLOT: Final = timedelta(minutes=30)
_POINTS: Final = 60
PRESENT: Final = GivenMark(mark=Mark.PRESENT)
ABSENT: Final = GivenMark(mark=Mark.ABSENT)


def open_doors(installation: Installation, cast: Cast) -> None:
    """The clinic has a time today, if the day is long enough, and the provider a course that ends today."""
    database = installation.database
    database.run(cast["flora"], _open_today, cast.organisations[CLINIC])
    database.run(cast["blerim"], _teach, installation.catalogue, cast.organisations[PROVIDER].id)


def examine(installation: Installation, cast: Cast, case: Case) -> bool:
    """The next step of the one worker who is examined at the clinic; False for everybody else."""
    run, catalogue = installation.database.run, installation.catalogue
    with installation.database.read() as session:
        booking = next((found for found, _row in queries.of_case(session, case.id)), None)
        slot_id = _time_today(installation, cast, session, case) if booking is None else None
        examined = booking is not None and _examined(session, booking.id)
    if slot_id is not None:
        run(cast["arta"], refer, catalogue, case.id, cast.organisations[CLINIC].id, slot_id)
    elif booking is None or examined:
        return False
    elif booking.state is BookingState.BOOKED:
        run(cast["flora"], appointments.arrive, booking.id)
    elif booking.state is BookingState.ATTENDED:
        run(cast["flora"], results.enter, catalogue, _result(installation, booking.id))
    else:
        return False
    return True


def refer(work: Work, catalogue: Catalogue, case_id: UUID, clinic_id: UUID, slot_id: UUID) -> None:
    """The office names the clinic and books a time there."""
    assigning.assign(work, catalogue, AssignClinic(case_id=case_id, clinic_id=clinic_id))
    appointments.book(work, catalogue, BookAppointment(case_id=case_id, slot_id=slot_id))


def train(installation: Installation, cast: Cast, case: Case) -> bool:
    """The next step of the German course; False for whom it came too late."""
    run, catalogue, today = installation.database.run, installation.catalogue, installation.database.today()
    with installation.database.read() as session:
        course = session.exec(select(Course).where(Course.code == COURSE)).one_or_none()
        if course is None or course.state not in UNDER_WAY or course.programme_id != case.programme_id:
            return False
        own = session.exec(select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.case_id == case.id))
        enrolment = own.one_or_none()
        meetings = course_queries.sessions(session, course.id)
        final = course_queries.assessments(session, course.id)[0]
        people = course_queries.participants(session, course.id, attending.TAKING_PART)
    if enrolment is None:
        if course.ends_on < today:
            return False
        run(cast["arta"], enrolling.enrol, catalogue, course.id, [case.id])
    elif enrolment.state is EnrolmentState.ENROLLED:
        for number, meeting in enumerate(meetings):
            marks = {row.enrolment.id: ABSENT if number == 3 + 7 * at else PRESENT for at, row in enumerate(people)}
            run(cast["blerim"], mark, catalogue, meeting, marks)
        points = {one.enrolment.id: _POINTS - 8 - place % 12 for place, one in enumerate(people)}
        run(cast["blerim"], attending.score, catalogue, final.id, points)
        run(cast["blerim"], closing.close, catalogue, course.id)
    else:
        return False
    return True


def mark(work: Work, catalogue: Catalogue, meeting: CourseSession, marks: dict[UUID, GivenMark]) -> None:
    """Who was there, unless somebody has said it already."""
    if work.session.get_one(CourseSession, meeting.id).marked_at is None:
        attending.mark(work, catalogue, meeting.id, marks)


def _open_today(work: Work, clinic: Organisation) -> None:
    """The next half hour, twice; nothing in the last hour of the day."""
    zone = ZoneInfo(clinic.time_zone)
    now = work.now.astimezone(zone)
    begins = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + SLOT
    if (begins + SLOT).date() == now.date() == work.today:
        slots.open_slots(work, _slot(clinic.id, begins))


def _slot(clinic_id: UUID, begins: datetime) -> OpenSlots:
    ends = (begins + SLOT).time()
    return OpenSlots(clinic_id=clinic_id, day=begins.date(), begins=begins.time(), ends=ends, places=2)


def _time_today(installation: Installation, cast: Cast, session: Session, case: Case) -> UUID | None:
    """A place at the clinic for the first who is referred."""
    anybody = session.exec(select(ClinicAppointment.booking_id).limit(1)).first()
    if anybody is not None or case.programme_id != PROGRAMME:
        return None
    now, today = installation.database.now(), installation.database.today()
    free = queries.free_slots(session, cast.organisations[CLINIC].id, case.programme_id, now, today, 1)
    return free[0].slot.id if free else None


def _examined(session: Session, booking_id: UUID) -> bool:
    query = select(MedicalExamination.id).where(col(MedicalExamination.appointment_id) == booking_id)
    return session.exec(query).first() is not None


def _result(installation: Installation, booking_id: UUID) -> EnterResult:
    today = installation.database.today()
    return EnterResult(
        booking_id=booking_id,
        examined_on=today,
        parts={"xray": today},
        outcome=MedicalOutcome.FIT,
        physician="Dr. Rina Osmani",
        physician_licence="4471",
        detail="Blood pressure 118/76. Hearing and sight without findings. (Synthetic.)",
    )


def _teach(work: Work, catalogue: Catalogue, provider_id: UUID) -> None:
    """Five weeks of five mornings, which are over, and the final test."""
    if work.session.exec(select(Course).where(Course.code == COURSE)).one_or_none() is not None:
        return
    first = work.today - timedelta(days=36)
    course = courses.add(
        work,
        catalogue,
        AddCourse(
            code=COURSE,
            title="German A2, mornings",
            provider_id=provider_id,
            programme=PROGRAMME,
            subject=LANGUAGE,
            language="de",
            from_level="A1",
            to_level="A2",
            hours=137,
            capacity=12,
            place="Rruga Agim Ramadani 4, Prishtina",
            begins_on=first,
            ends_on=work.today,
        ),
    )
    add_weekly(work, catalogue, course, time(9), time(14, 30), weeks=5, weekdays=range(5))
    command = AddAssessment(
        title="Final test A2", held_on=work.today, points=_POINTS, pass_points=_POINTS * 6 // 10, final=True
    )
    attending.add_assessment(work, course.id, command)


def add_weekly(
    work: Work, catalogue: Catalogue, course: Course, starts: time, ends: time, *, weeks: int, weekdays: range
) -> None:
    """Sessions on some days of the week (0: Monday), in so many weeks from the first day of the course."""
    for offset in range(7):
        day = course.begins_on + timedelta(days=offset)
        if day.weekday() in weekdays:
            session = AddSession(day=day, starts=starts, ends=ends, weeks=weeks)
            courses.add_sessions(work, catalogue, course.id, session)
