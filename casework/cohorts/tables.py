"""Rows of cohorts and of who is in them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import instant


class Cohort(SQLModel, table=True):
    """A group that is paid for and trained together. `intake` is how many it takes; the costs, one column for each of
    the five groups (`cohorts.rules.CostGroup`), are minor units of `currency`."""

    __tablename__ = "cohort"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    programme_id: str = Field(max_length=80)
    code: str = Field(unique=True, max_length=40)
    title: str = Field(max_length=200)
    funder: str = Field(max_length=200)
    starts_on: date
    intake: int
    currency: str = Field(max_length=3)
    training_minor: int = Field(default=0, sa_type=BigInteger)
    staffing_minor: int = Field(default=0, sa_type=BigInteger)
    migration_minor: int = Field(default=0, sa_type=BigInteger)
    living_minor: int = Field(default=0, sa_type=BigInteger)
    return_minor: int = Field(default=0, sa_type=BigInteger)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class CohortMember(SQLModel, table=True):
    """A case in its cohort: in one at most."""

    __tablename__ = "cohort_member"

    case_id: UUID = Field(primary_key=True, foreign_key="case_file.id")
    cohort_id: UUID = Field(foreign_key="cohort.id", index=True)
    joined_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
