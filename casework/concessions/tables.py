"""Rows of concessions: waivers, conditions, interim permissions."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.concessions.rules import ConcessionState
from checklists.facts import WaiverKind


class Concession(SQLModel, table=True):
    """A requirement set aside, or met on condition, by a named authority other than who asked.

    `reason` is why it was asked for, `decision` why it was given or refused; of a requirement of a stage of security or
    health both are "" and the texts are sealed (`concessions.reasons`). It ends with `ends_on`, or when a fact
    of the kind `until_event` is decided; both empty: it holds for the whole case. Printed on what is issued.
    """

    __tablename__ = "waiver"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    requirement: str = Field(max_length=80)
    subject: str = Field(default="", max_length=80)
    kind: WaiverKind = Field(default=WaiverKind.WAIVER, sa_column=choice(WaiverKind))
    state: ConcessionState = Field(default=ConcessionState.REQUESTED, sa_column=choice(ConcessionState, index=True))
    authority: str = Field(max_length=400)
    reason: str = Field(max_length=300)
    asked_by: str = Field(max_length=40)
    asked_on: date
    reference: str = Field(default="", max_length=120)
    decision: str = Field(default="", max_length=300)
    decided_by: str = Field(default="", max_length=40)
    decided_on: date | None = None
    ends_on: date | None = None
    until_event: str = Field(default="", max_length=80)
    sealed_reason: bytes | None = Field(default=None, sa_column=sealed())
    sealed_decision: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    withdrawn_on: date | None = None
