"""Rows of medical examinations."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed


class MedicalOutcome(StrEnum):
    FIT = "fit"
    FIT_WITH_FOLLOW_UP = "fit_with_follow_up"
    PENDING = "pending"
    TEMPORARILY_UNFIT = "temporarily_unfit"
    UNFIT = "unfit"


class MedicalExamination(SQLModel, table=True):
    """One examination. `outcome` is for the medical role and the rules; `detail` is sealed and for the medical role."""

    __tablename__ = "medical_examination"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    clinic_id: UUID = Field(foreign_key="organisation.id")
    accredited: bool
    accreditation: str = Field(default="", max_length=60)
    physician: str = Field(max_length=200)
    physician_licence: str = Field(max_length=60)
    identity_checked: bool
    examined_on: date
    xray_on: date | None = None
    outcome: MedicalOutcome = Field(sa_column=choice(MedicalOutcome))
    review_on: date | None = None
    detail: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
