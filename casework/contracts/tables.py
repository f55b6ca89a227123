"""Rows of contracts. What they say is sealed (`rules.Terms`); a corrected contract is a new row."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed
from casework.contracts.rules import AnswerKind, AnswerState, ContractKind


class Contract(SQLModel, table=True):
    """What a worker was promised, or the contract that was signed; of each kind one of a case counts (`withdrawn_on` is
    None). `number` counts those of a kind. `job_order_id` and `application_id` say where a promise comes from,
    `evidence_id` is the paper of a signed one. It was found in order on `checked_on`, against the terms of the
    programme's version `checked_against`; `withdrawn_reason` is a code of `rules.ENDED_BY`."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "number"),
        Index(
            "uq_contract_live",
            "case_id",
            "kind",
            unique=True,
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: ContractKind = Field(sa_column=choice(ContractKind))
    number: int
    job_order_id: UUID | None = Field(default=None, foreign_key="job_order.id")
    application_id: UUID | None = Field(default=None, foreign_key="application.id")
    terms: bytes | None = Field(default=None, sa_column=sealed())
    signed_on: date | None = None
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    checked_on: date | None = None
    checked_by: str = Field(default="", max_length=40)
    checked_against: str = Field(default="", max_length=140)
    withdrawn_on: date | None = None
    withdrawn_reason: str = Field(default="", max_length=40)


class ContractAnswer(SQLModel, table=True):
    """How one point of a signed contract was seen to (`compare.points`). Of an acceptance `language` is the one in
    which it was explained (ISO 639-1) and `paper` says where the worker's writing is kept; `reason` is sealed."""

    __tablename__ = "contract_answer"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    contract_id: UUID = Field(foreign_key="contract.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    point: str = Field(max_length=80)
    kind: AnswerKind = Field(sa_column=choice(AnswerKind))
    state: AnswerState = Field(sa_column=choice(AnswerState))
    answered_on: date
    language: str = Field(default="", max_length=2)
    paper: str = Field(default="", max_length=120)
    reason: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
