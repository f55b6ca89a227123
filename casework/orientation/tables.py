"""Rows of orientation: sessions of a provider, who is enrolled and who came, tests, and attendance of modules."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant
from casework.orientation.rules import EnrolmentState, Identity, SessionState


class OrientationSession(SQLModel, table=True):
    """A session of a provider for cases of one office that go to one country. `programmes` are ids; `minutes` gives
    those of each module that is held; `begins_at` and `ends_at` are those of its parts. `version` is what a form must
    name. Lists that come too late are taken where `late_reason` says why (`late_by`: the supervisor)."""

    __tablename__ = "orientation_session"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    provider_id: UUID = Field(foreign_key="organisation.id", index=True)
    code: str = Field(unique=True, max_length=40)
    programmes: list[str] = Field(sa_column=document())
    destination: str = Field(max_length=2)
    language: str = Field(max_length=3)
    trainer: str = Field(max_length=200)
    trainer_certified_until: date | None = None
    place: str = Field(default="", max_length=200)
    online: bool = False
    capacity: int
    minutes: dict[str, int] = Field(sa_column=document())
    begins_at: datetime = Field(sa_column=instant(index=True))
    ends_at: datetime = Field(sa_column=instant())
    state: SessionState = Field(default=SessionState.PLANNED, sa_column=choice(SessionState, index=True))
    cancel_reason: str = Field(default="", max_length=40)
    late_reason: str = Field(default="", max_length=300)
    late_by: str = Field(default="", max_length=40)
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    version: int = 1
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class OrientationPart(SQLModel, table=True):
    """A day of a session, or a part of one, with the modules that are held on it."""

    __tablename__ = "orientation_part"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="orientation_session.id")
    number: int
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant())
    modules: list[str] = Field(sa_column=document())


class SessionEnrolment(SQLModel, table=True):
    """A case on the list of a session. `number` is its place in the order of those who asked."""

    __tablename__ = "session_enrolment"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="orientation_session.id")
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    number: int
    state: EnrolmentState = Field(sa_column=choice(EnrolmentState, name="sessionenrolmentstate"))
    list_id: UUID | None = Field(default=None, foreign_key="session_list.id")
    asked_at: datetime = Field(sa_column=instant())
    asked_by: str = Field(max_length=40)
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reason: str = Field(default="", max_length=40)


class SessionList(SQLModel, table=True):
    """A list of participants as it was handed in: what it was (its SHA-256) and what became of its rows."""

    __tablename__ = "session_list"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="orientation_session.id", index=True)
    sha256: str = Field(max_length=64)
    rows: int
    taken: int
    late: bool
    handed_in_at: datetime = Field(sa_column=instant())
    handed_in_by: str = Field(max_length=40)


class SessionGuest(SQLModel, table=True):
    """A member of an enrolled worker's household who is expected too, and needs no case for it."""

    __tablename__ = "session_guest"
    __table_args__ = (UniqueConstraint("enrolment_id", "member_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enrolment_id: UUID = Field(foreign_key="session_enrolment.id")
    member_id: UUID = Field(foreign_key="household_member.id", index=True)
    came: bool = False
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class OrientationTest(SQLModel, table=True):
    """The short test of a session: `points` of `out_of`; `passed` by the mark of the case's programme on that day.
    Never changed: a repeated test is a further row."""

    __tablename__ = "orientation_test"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    session_id: UUID = Field(foreign_key="orientation_session.id", index=True)
    points: int
    out_of: int
    passed: bool
    tested_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class ModuleAttendance(SQLModel, table=True):
    """One module attended by one worker on one day. `module` is the curriculum's id. What was marked at a session names
    it, and how the identity was checked; typed by hand it has neither."""

    __tablename__ = "module_attendance"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    session_id: UUID | None = Field(default=None, foreign_key="orientation_session.id", index=True)
    module: str = Field(max_length=80)
    minutes: int
    trainer: str = Field(max_length=200)
    identity_checked: bool
    identity: Identity | None = Field(default=None, sa_column=choice(Identity, nullable=True))
    attended_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
