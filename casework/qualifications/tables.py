"""Rows of qualification decisions."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant


class QualificationKind(StrEnum):
    DIPLOMA = "diploma_recognition"
    LANGUAGE = "language_result"
    ABILITY = "professional_ability"


class QualificationOutcome(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class QualificationDecision(SQLModel, table=True):
    """One decision. `subject` is the language (ISO 639-1) for a language result, else empty.

    `level` is CEFR for a language, `skills` the level of each skill where the test tells them apart;
    `years` of experience for ability; `title` what was decided on, as printed.
    `training_id` names the course that a language result came from, and falls with it.
    """

    __tablename__ = "qualification_decision"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: QualificationKind = Field(sa_column=choice(QualificationKind))
    subject: str = Field(default="", max_length=20)
    outcome: QualificationOutcome = Field(sa_column=choice(QualificationOutcome))
    title: str = Field(default="", max_length=200)
    authority: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=120)
    level: str = Field(default="", max_length=2)
    skills: dict[str, str] = Field(default_factory=dict, sa_column=document())
    years: int | None = None
    tested_on: date | None = None
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
    training_id: UUID | None = Field(default=None, foreign_key="training_result.id", index=True)
