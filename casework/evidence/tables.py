"""Rows of evidence: a file and what it says, accepted or rejected by a person."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
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


class ScanState(StrEnum):
    """What the virus scanner said of a file."""

    NOT_SCANNED = "not_scanned"  # no scanner is configured, or it did not answer yet
    CLEAN = "clean"
    INFECTED = "infected"  # found after it was taken in: nobody can open it


class EvidenceFile(SQLModel, table=True):
    """A file as it came, kept sealed and write-once under its id. `sha256` is of the plain bytes.

    `scanned_at` is when the scanner was asked last. A file that was put on the wrong worker is sealed off: no page and
    no pack shows it; `moved_to` is the file that the right worker got, sealed under that worker's own key.
    """

    __tablename__ = "evidence_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    media_type: str = Field(max_length=60)
    size: int
    sha256: str = Field(max_length=64, index=True)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    scan: ScanState = Field(default=ScanState.NOT_SCANNED, sa_column=choice(ScanState))
    scanned_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sealed_off_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sealed_off_by: str = Field(default="", max_length=40)
    sealed_off_reason: str = Field(default="", max_length=60)
    moved_to: UUID | None = None


class EvidenceDerivative(SQLModel, table=True):
    """The cleaned copy of a file that pages show, sealed beside it under its own id. `sha256` is of the plain bytes."""

    __tablename__ = "evidence_derivative"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    file_id: UUID = Field(foreign_key="evidence_file.id", unique=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    media_type: str = Field(max_length=60)
    size: int
    sha256: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_column=instant())


class EvidenceTwin(SQLModel, table=True):
    """One of two workers who have the very same file: `file_id` is this worker's, `twin_id` the other's.

    Each has a row of their own, to be settled by a person with a reason (`evidence.twins.REASONS`).
    """

    __tablename__ = "evidence_twin"
    __table_args__ = (UniqueConstraint("file_id", "twin_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    file_id: UUID = Field(foreign_key="evidence_file.id")
    twin_id: UUID = Field(foreign_key="evidence_file.id")
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    found_at: datetime = Field(sa_column=instant())
    settled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    settled_by: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=60)
    note: bytes | None = Field(default=None, sa_column=sealed())


class EvidenceItem(SQLModel, table=True):
    """One paper handed in for a requirement. `kind` and `subject` are the programme's words; `detail` is sealed.

    `checks` are results of automatic checks by name; `days` the paper's own days by anchor name (ISO dates), those of
    `partial_days` are known by month (``2031-05``) or year only. `translation_language` is a BCP 47 tag.
    `in_parents_passport`: the worker is a child entered in a parent's passport. `file_id` is the first file,
    `further_files` are the ids of the others, in their order. A paper that is sealed off was put on the wrong worker.
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
    further_files: list[str] = Field(default_factory=list, sa_column=document())
    sealed_off_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


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
