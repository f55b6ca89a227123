"""Rows of selection. What an offer holds out is sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.selection.rules import ApplicationState, InterviewResult


class SelectionCriteria(SQLModel, table=True):
    """What an employer asks of candidates beside the occupation; the highest `number` of a job order counts.
    `language` is ISO 639-1, `level` CEFR, `licence` the kind of an accepted paper."""

    __tablename__ = "selection_criteria"
    __table_args__ = (UniqueConstraint("job_order_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    job_order_id: UUID = Field(foreign_key="job_order.id")
    number: int
    language: str = Field(default="", max_length=2)
    level: str = Field(default="", max_length=2)
    experience_months: int = 0
    licence: str = Field(default="", max_length=60)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class Application(SQLModel, table=True):
    """A worker put forward for a job order. One of a case and job order is live (`ended_on` is None), and one of a case
    is accepted. `explained_in` (ISO 639-1) and `paper` are of the acceptance: the language in which the offer was
    explained, and where the worker's signature is kept. `reason` is a code of `rules.REASONS`; `version` is what a form
    must name."""

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_live",
            "case_id",
            "job_order_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "uq_application_accepted",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'accepted'"),
            postgresql_where=text("state = 'accepted'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    job_order_id: UUID = Field(foreign_key="job_order.id", index=True)
    employer_id: UUID = Field(foreign_key="organisation.id", index=True)
    state: ApplicationState = Field(default=ApplicationState.NOMINATED, sa_column=choice(ApplicationState))
    nominated_on: date
    accepted_on: date | None = None
    explained_in: str = Field(default="", max_length=2)
    paper: str = Field(default="", max_length=120)
    ended_on: date | None = None
    reason: str = Field(default="", max_length=40)
    version: int = 1
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    changed_at: datetime = Field(sa_column=instant())


class Interview(SQLModel, table=True):
    """A meeting of a worker with an employer. `result` is None until somebody says what came of it."""

    __tablename__ = "interview"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID = Field(foreign_key="application.id", index=True)
    starts_at: datetime = Field(sa_column=instant())
    place: str = Field(default="", max_length=200)
    online: bool = False
    result: InterviewResult | None = Field(default=None, sa_column=choice(InterviewResult, nullable=True))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    held_by: str = Field(default="", max_length=40)
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Offer(SQLModel, table=True):
    """What an employer holds out (`casework.contracts.rules.Terms`, sealed), and the last day to take it. The highest
    `number` of an application counts."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID = Field(foreign_key="application.id")
    number: int
    terms: bytes | None = Field(default=None, sa_column=sealed())
    offered_on: date
    answer_by: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
