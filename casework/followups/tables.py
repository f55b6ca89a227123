"""Rows of follow-ups: check-ins, the end of an assignment, compensation measures."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.followups.rules import EndState, FollowUpHow, MeasureOutcome
from casework.qualifications.procedure_rules import MeasureKind


class FollowUpRow(SQLModel, table=True):
    """A check-in that was made. `follow_up` is the programme's id of it, `outcome` one of the programme's words,
    `due_on` the day it was due, `how` it was made (None: recorded before that was asked); `next_on`: the day on which
    the same is asked again, until when its outcome is open. `report_id`: the paper that was handed in with it. The note
    is sealed."""

    __tablename__ = "follow_up"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    follow_up: str = Field(max_length=60)
    due_on: date
    happened_on: date
    outcome: str = Field(max_length=60)
    how: FollowUpHow | None = Field(default=None, sa_column=choice(FollowUpHow, nullable=True))
    next_on: date | None = None
    report_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    note: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class AssignmentEnd(SQLModel, table=True):
    """A last day of an assignment: `before` is the one it takes the place of (None: the first that is recorded).
    `reason` is a code of `rules.EXTENSION_REASONS`, "" of what was agreed at first."""

    __tablename__ = "assignment_end"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    before: date | None = None
    ends_on: date
    state: EndState = Field(sa_column=choice(EndState))
    reason: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    withdrawn_on: date | None = None


class Measure(SQLModel, table=True):
    """A compensation measure; it runs while it has no outcome."""

    __tablename__ = "compensation_measure"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: MeasureKind = Field(sa_column=choice(MeasureKind))
    place: str = Field(max_length=200)
    began_on: date
    planned_until: date
    ended_on: date | None = None
    outcome: MeasureOutcome | None = Field(default=None, sa_column=choice(MeasureOutcome, nullable=True))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    ended_by: str = Field(default="", max_length=40)
    withdrawn_on: date | None = None


class FollowUpTold(SQLModel, table=True):
    """That a check-in is overdue was said once: of this day for this case."""

    __tablename__ = "follow_up_told"

    case_id: UUID = Field(foreign_key="case_file.id", primary_key=True)
    follow_up: str = Field(primary_key=True, max_length=60)
    due_on: date = Field(primary_key=True)
    told_at: datetime = Field(sa_column=instant())
