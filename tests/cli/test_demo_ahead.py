"""What the demo's clinic and provider do: examine and teach within the story, and have people booked for the weeks
ahead."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlmodel import col, select

from casework.audit import service as audit
from casework.cases.tables import Case
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.medical.tables import MedicalExamination
from casework.training.course_tables import Course, Enrolment
from casework.training.rules import EnrolmentState
from casework.training.tables import TrainingResult
from checklists.programme import StageKind
from cli.demo import ahead, outside, people
from tests.support.stage import AWAY, Stage, make_stage

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("demo ahead")]

BEGINNER, READER = "BB-0006", "BB-0002"
"""Who claims German A1, and A2."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The beginner was taken as far as the story goes; two others have their documents."""
    stage = make_stage(tmp_path_factory.mktemp("ahead"), "", AWAY, READER, BEGINNER)
    stage.drain()
    outside.open_doors(stage.installation, stage.cast)
    for reference in (AWAY, READER):
        stage.play(reference, [StageKind.DOCUMENTS], issue=False)
    stage.play(BEGINNER, issue=False)
    return stage


def test_one_worker_is_examined_at_an_appointment_and_taught_in_a_course_that_is_closed(played: Stage) -> None:
    case = played.case(BEGINNER)
    with played.installation.database.read() as session:
        examination = session.exec(select(MedicalExamination).where(MedicalExamination.case_id == case.id)).one()
        booking = session.get_one(Booking, examination.appointment_id)
        result = session.exec(select(TrainingResult).where(TrainingResult.case_id == case.id)).one()
        course = session.get_one(Course, result.course_id)
    assert booking.state is BookingState.ATTENDED
    assert (course.code, course.closed_on, result.level) == (outside.COURSE, played.installation.database.today(), "A2")
    assert 120 <= result.hours_attended < result.hours_held


def test_the_weeks_ahead_are_planned_once(played: Stage) -> None:
    programme = played.installation.catalogue.get(people.PROGRAMME, on=played.installation.database.today())
    ahead.plan(played.installation, played.cast, programme)
    with played.installation.database.read() as session:
        events, faults = audit.verify(session)
        taken = select(Case.reference, Course.code, Enrolment.state).join(Enrolment, col(Enrolment.case_id) == Case.id)
        enrolled = session.exec(taken.join(Course, col(Course.id) == col(Enrolment.course_id))).all()
        kinds = Counter(session.exec(select(Booking.kind).where(Booking.case_id == played.case().id)).all())
        came = session.exec(select(Booking.id).where(col(Booking.state) == BookingState.ATTENDED)).all()
    assert faults == []
    assert (READER, ahead.EVENING, EnrolmentState.ENROLLED) in enrolled
    assert (AWAY, ahead.TECHNICAL, EnrolmentState.ENROLLED) in enrolled
    assert (READER, ahead.TECHNICAL, EnrolmentState.ENROLLED) not in enrolled
    assert kinds == {"appointment": 1, "session": 3, "course": 20}
    assert len(came) == 2
    ahead.plan(played.installation, played.cast, programme)
    with played.installation.database.read() as session:
        assert audit.verify(session)[0] == events
