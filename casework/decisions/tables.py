"""Rows of adverse decisions and of appeals against them."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.decisions.rules import AppealOutcome, Appellant, DecisionEnd, DecisionKind


class AdverseDecision(SQLModel, table=True):
    """A decision against the worker, as it may be disclosed; its letter is the register row with its id.

    `reason` is a code of `rules.REASONS`, `words` (sealed) what was added to it. `decided_by` is the account that
    decided, `recorded_by` the one that recorded it. `move_id` is the move of the case's life that it ended with,
    `concession_id` the concession that was refused, `stage` the stage that was not passed.
    """

    __tablename__ = "adverse_decision"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: DecisionKind = Field(sa_column=choice(DecisionKind, index=True))
    stage: str = Field(default="", max_length=60)
    move_id: UUID | None = Field(default=None, foreign_key="case_move.id")
    concession_id: UUID | None = Field(default=None, foreign_key="waiver.id")
    reason: str = Field(max_length=60)
    words: bytes | None = Field(default=None, sa_column=sealed())
    authority: str = Field(max_length=400)
    decided_on: date
    decided_by: str = Field(max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    appeal_to: str = Field(max_length=400)
    appeal_until: date
    ended_on: date | None = None
    end: DecisionEnd | None = Field(default=None, sa_column=choice(DecisionEnd, nullable=True))


class Appeal(SQLModel, table=True):
    """An appeal against one decision: at most one is open at a time. `grounds` and `reasons` are sealed."""

    __tablename__ = "appeal"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    decision_id: UUID = Field(foreign_key="adverse_decision.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    lodged_on: date
    lodged_by: Appellant = Field(sa_column=choice(Appellant))
    late: bool = False
    grounds: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    outcome: AppealOutcome | None = Field(default=None, sa_column=choice(AppealOutcome, nullable=True))
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    reasons: bytes | None = Field(default=None, sa_column=sealed())
