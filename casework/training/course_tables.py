"""Rows of courses: their sessions, who takes part, who attended, and assessments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant
from casework.training.rules import CourseState, EnrolmentState, Mark


class Course(SQLModel, table=True):
    """A course of a provider for cases of one programme and office. `subject` is the programme's word for what it
    closes, `language` ISO 639-1, levels CEFR, `hours` as planned. `version` is what a form must name."""

    __tablename__ = "course"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    provider_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(max_length=80, index=True)
    code: str = Field(unique=True, max_length=40)
    title: str = Field(max_length=200)
    subject: str = Field(max_length=40)
    language: str = Field(default="", max_length=2)
    from_level: str = Field(default="", max_length=2)
    to_level: str = Field(default="", max_length=2)
    hours: int
    capacity: int
    place: str = Field(default="", max_length=200)
    online: bool = False
    begins_on: date
    ends_on: date
    state: CourseState = Field(default=CourseState.PLANNED, sa_column=choice(CourseState, index=True))
    closed_on: date | None = None
    cancel_reason: str = Field(default="", max_length=40)
    version: int = 1
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class CourseSession(SQLModel, table=True):
    """One meeting of a course. `module` is an id of the programme's or "". `version` rises when attendance changes;
    `marked_at` is None until somebody recorded it."""

    __tablename__ = "course_session"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant())
    module: str = Field(default="", max_length=80)
    topic: str = Field(default="", max_length=200)
    version: int = 1
    marked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class Enrolment(SQLModel, table=True):
    """A case in a course. `number` is its place in the order of those who asked."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    number: int
    state: EnrolmentState = Field(sa_column=choice(EnrolmentState, index=True))
    asked_at: datetime = Field(sa_column=instant())
    enrolled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ended_on: date | None = None
    reason: str = Field(default="", max_length=40)
    result_id: UUID | None = Field(default=None, foreign_key="training_result.id")
    recorded_by: str = Field(max_length=40)


class CourseAttendance(SQLModel, table=True):
    """Who attended a session: `minutes` in the room, `late` of them missed at the beginning. The mark with the
    highest `number` counts; a correction is a further row."""

    __tablename__ = "course_attendance"
    __table_args__ = (UniqueConstraint("enrolment_id", "session_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="course_session.id", index=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    number: int = 1
    mark: Mark = Field(sa_column=choice(Mark))
    late: int = 0
    minutes: int
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class CourseAssessment(SQLModel, table=True):
    """A test of a course: `points` at most, `pass_points` are enough. The `final` one decides on the result."""

    __tablename__ = "course_assessment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    title: str = Field(max_length=200)
    held_on: date
    points: int
    pass_points: int
    final: bool
    version: int = 1
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class AssessmentScore(SQLModel, table=True):
    """What somebody reached; `points` None: did not take part. The highest `number` counts."""

    __tablename__ = "assessment_score"
    __table_args__ = (UniqueConstraint("enrolment_id", "assessment_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    assessment_id: UUID = Field(foreign_key="course_assessment.id", index=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    number: int = 1
    points: int | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
