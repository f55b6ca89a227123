"""Rows of evidence: a file and what it says, accepted or rejected by a person."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant, sealed


class EvidenceStatus(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # found wrong after it had been accepted, or replaced


class Translation(StrEnum):
    """Whether a paper was translated. `NOT_RECORDED` is also what papers of before this was asked say."""

    NOT_RECORDED = "not_recorded"
    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    SWORN = "sworn"


class Legalisation(StrEnum):
    """How a paper is certified for use abroad."""

    NOT_RECORDED = "not_recorded"
    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    APOSTILLE = "apostille"  # Hague convention of 1961
    LEGALISED = "legalised"  # by the consulate


class EvidenceFile(SQLModel, table=True):
    """A file as it came, kept sealed and write-once under its id. `sha256` is of the plain bytes."""

    __tablename__ = "evidence_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    media_type: str = Field(max_length=60)
    size: int
    sha256: str = Field(max_length=64, index=True)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class EvidenceItem(SQLModel, table=True):
    """One paper handed in for a requirement. `kind` and `subject` are the programme's words; `detail` is sealed.

    `checks` are results of automatic checks by name; `days` the paper's own days by anchor name (ISO dates), those of
    `partial_days` are known by month (``2031-05``) or year only. `translation_language` is a BCP 47 tag.
    `in_parents_passport`: the worker is a child entered in a parent's passport.
    """

    __tablename__ = "evidence_item"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    file_id: UUID | None = Field(default=None, foreign_key="evidence_file.id")
    kind: str = Field(max_length=80)
    subject: str = Field(default="", max_length=80)
    issuer: str = Field(default="", max_length=200)
    country: str = Field(default="", max_length=2)
    days: dict[str, str] = Field(sa_column=document())
    partial_days: dict[str, str] = Field(default_factory=dict, sa_column=document())
    translation: Translation = Field(default=Translation.NOT_RECORDED, sa_column=choice(Translation))
    translation_language: str = Field(default="", max_length=16)
    legalisation: Legalisation = Field(default=Legalisation.NOT_RECORDED, sa_column=choice(Legalisation))
    legalised_on: date | None = None
    in_parents_passport: bool = False
    attributes: dict[str, Any] = Field(sa_column=document())
    checks: dict[str, bool] = Field(sa_column=document())
    detail: bytes | None = Field(default=None, sa_column=sealed())
    status: EvidenceStatus = Field(default=EvidenceStatus.SUBMITTED, sa_column=choice(EvidenceStatus))
    reject_code: str = Field(default="", max_length=60)
    note: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)


class SettledDifference(SQLModel, table=True):
    """What a person said of one difference between the recorded data and another source; never overwritten.

    `item_id` is the paper that differs, None for the machine-readable zone. `fingerprint` is a keyed hash of both
    values: where one of them changes it fits no longer, and the difference is open again.
    """

    __tablename__ = "settled_difference"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    field: str = Field(max_length=20)
    fingerprint: str = Field(max_length=64)
    recorded_holds: bool
    reason: str = Field(max_length=60)
    note: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
