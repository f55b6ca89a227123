"""Rows of training."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import instant


class TrainingResult(SQLModel, table=True):
    """A course taken for what the programme calls `subject` (``language``, ``technical``, ...): hours attended of
    hours held, and the result. Of a course that was run here there are its row, the licence under which it was taught,
    and how many per cent of attendance were asked for (0: no rule)."""

    __tablename__ = "training_result"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    provider_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    provider_name: str = Field(max_length=200)
    course: str = Field(max_length=200)
    subject: str = Field(max_length=40)
    hours_held: int
    hours_attended: int
    passed: bool
    level: str = Field(default="", max_length=2)
    course_id: UUID | None = None
    licence_number: str = Field(default="", max_length=60)
    asked_percent: int = 0
    began_on: date
    completed_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
