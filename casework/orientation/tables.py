"""Rows of attendance."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import instant


class ModuleAttendance(SQLModel, table=True):
    """One module attended by one worker on one day. `module` is the curriculum's id."""

    __tablename__ = "module_attendance"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    module: str = Field(max_length=80)
    minutes: int
    trainer: str = Field(max_length=200)
    identity_checked: bool
    attended_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
