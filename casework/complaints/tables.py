"""Rows of complaints and of their steps. They name no case and no worker: whoever reports stays unknown."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.complaints.rules import Against, ComplaintKind, ComplaintState, ComplaintStepKind, Outcome


class Complaint(SQLModel, table=True):
    """A report or complaint. `content` seals all that was said, under a key of the complaint's own; `code_index` finds
    it by the code that only its reporter has. `organisation_id` is whom it is about, where that is on the register;
    `about_id` the account of the person, once the handler knows. `handler_id` is whose it is to settle, until `due_on`.
    In numbers it counts as one of `counted_id` until the day `counts_from`, where there is one.
    """

    __tablename__ = "complaint"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    kind: ComplaintKind = Field(sa_column=choice(ComplaintKind))
    against: Against = Field(sa_column=choice(Against))
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    about_id: UUID | None = Field(default=None, foreign_key="account.id")
    code_index: str = Field(unique=True, max_length=64)
    content: bytes | None = Field(default=None, sa_column=sealed())
    state: ComplaintState = Field(default=ComplaintState.RECEIVED, sa_column=choice(ComplaintState, index=True))
    received_on: date
    due_on: date
    handler_id: UUID | None = Field(default=None, foreign_key="account.id")
    outcome: Outcome | None = Field(default=None, sa_column=choice(Outcome, nullable=True))
    closed_on: date | None = None
    counted_id: UUID | None = Field(default=None, index=True)
    counts_from: date | None = None
    unread: bool = True
    version: int = 1
    recorded_at: datetime = Field(sa_column=instant())


class ComplaintStep(SQLModel, table=True):
    """One step of a complaint; never changed. `note` is sealed; with `told` the reporter reads it with the code."""

    __tablename__ = "complaint_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    complaint_id: UUID = Field(foreign_key="complaint.id", index=True)
    step: ComplaintStepKind = Field(sa_column=choice(ComplaintStepKind, name="complaintstep"))
    told: bool = False
    note: bytes | None = Field(default=None, sa_column=sealed())
    happened_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
