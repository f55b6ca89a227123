"""Rows of households. Who is no worker is known by a sealed `detail` alone, under a key of their own."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.households.rules import ChangeKind, MemberRole


class Household(SQLModel, table=True):
    """People who move because one of them does."""

    __tablename__ = "household"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = Field(unique=True, max_length=40)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class HouseholdMember(SQLModel, table=True):
    """One stay of a person in a household; `left_on` is empty while it lasts. Who comes back gets a new row.

    `person_id` names the key that `detail` is sealed under: the worker's own, or that of an accompanying person.
    """

    __tablename__ = "household_member"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: UUID = Field(foreign_key="household.id", index=True)
    role: MemberRole = Field(sa_column=choice(MemberRole))
    worker_id: UUID | None = Field(default=None, foreign_key="worker.id", index=True)
    person_id: UUID = Field(index=True)
    detail: bytes | None = Field(default=None, sa_column=sealed())
    together: bool = True
    joined_on: date
    left_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class GuardianConsent(SQLModel, table=True):
    """A guardian lets a child go. `reference` names the paper on which it stands, sealed under the child's key."""

    __tablename__ = "guardian_consent"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: UUID = Field(foreign_key="household.id", index=True)
    child_id: UUID = Field(index=True)
    guardian_id: UUID
    reference: bytes | None = Field(default=None, sa_column=sealed())
    given_on: date
    withdrawn_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class HouseholdChange(SQLModel, table=True):
    """One line of the history: who joined, left, came back, travels how, may go. `reason` is a code of
    `households.rules.REASONS`."""

    __tablename__ = "household_change"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: UUID = Field(foreign_key="household.id", index=True)
    member_id: UUID = Field(foreign_key="household_member.id")
    kind: ChangeKind = Field(sa_column=choice(ChangeKind))
    reason: str = Field(default="", max_length=60)
    happened_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
