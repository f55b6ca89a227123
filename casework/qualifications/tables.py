"""Rows of qualifications: what was shown and checked, the way of a recognition, and the decisions that it led to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant
from casework.qualifications.procedure_rules import MeasureKind, ProcedureState, ProcedureStepKind
from casework.qualifications.rules import (
    DegreeComparison,
    InstitutionStatus,
    QualificationKind,
    QualificationOutcome,
    Verification,
)

__all__ = [
    "Diploma",
    "Institution",
    "InstitutionVersion",
    "LanguageTest",
    "QualificationDecision",
    "QualificationKind",
    "QualificationOutcome",
    "RecognitionProcedure",
    "RecognitionStep",
    "TradeTest",
    "WorkExperience",
]


class QualificationDecision(SQLModel, table=True):
    """One decision. `subject` is the language (ISO 639-1) for a language result, else empty.

    `level` is CEFR for a language, `skills` the level of each skill where the test tells them apart;
    `years` of experience for ability, `months` the same more exactly, in an `occupation` (ISCO-08); `title` what was
    decided on, as printed. `agreement` is the programme's id of the treaty that it rests on. `seconded_by` confirmed it
    where the programme asks for a second person.
    `training_id` names the course that a language result came from, and falls with it.
    """

    __tablename__ = "qualification_decision"
    __table_args__ = (Index("ix_qualification_decision_skills", "kind", "subject", "level", "case_id"),)

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
    months: int | None = None
    occupation: str = Field(default="", max_length=4)
    agreement: str = Field(default="", max_length=60)
    tested_on: date | None = None
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    seconded_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    seconded_by: str = Field(default="", max_length=40)
    withdrawn_on: date | None = None
    training_id: UUID | None = Field(default=None, foreign_key="training_result.id", index=True)


class Institution(SQLModel, table=True):
    """A school or university as it is known now; `key` tells it from others of its country. `source` says where its
    status stands and `as_of` on which day it was read there. `number` counts the versions."""

    __tablename__ = "institution"
    __table_args__ = (UniqueConstraint("country", "key"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=200)
    key: str = Field(max_length=200)
    search_name: str = Field(max_length=400, index=True)
    country: str = Field(max_length=2)
    status: InstitutionStatus = Field(default=InstitutionStatus.UNLISTED, sa_column=choice(InstitutionStatus))
    source: str = Field(default="", max_length=300)
    as_of: date | None = None
    number: int = 1
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class InstitutionVersion(SQLModel, table=True):
    """What was known of an institution at one time; never changed."""

    __tablename__ = "institution_version"
    __table_args__ = (UniqueConstraint("institution_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    institution_id: UUID = Field(foreign_key="institution.id")
    number: int
    name: str = Field(max_length=200)
    status: InstitutionStatus = Field(sa_column=choice(InstitutionStatus))
    source: str = Field(default="", max_length=300)
    as_of: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class Diploma(SQLModel, table=True):
    """A diploma of the worker's. `title` is as printed, in its script, `translated` in the office's language;
    `isced` is the level of ISCED 2011. `comparison` is how its degree stands in the register of comparisons.
    `evidence_id` is the paper that shows it."""

    __tablename__ = "diploma"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    institution_id: UUID = Field(foreign_key="institution.id")
    title: str = Field(max_length=200)
    translated: str = Field(default="", max_length=200)
    isced: int
    field: str = Field(default="", max_length=120)
    awarded: int
    comparison: DegreeComparison = Field(default=DegreeComparison.UNLISTED, sa_column=choice(DegreeComparison))
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    verification: Verification = Field(default=Verification.NO, sa_column=choice(Verification))
    asked_on: date | None = None
    answered_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class RecognitionProcedure(SQLModel, table=True):
    """The recognition of a diploma by an authority, as it stands now.

    `complete_on`: the day the file was complete; `due_on`: by when the authority decides, as the programme says or as
    the authority told of a delay. `decision_id`: the decision that counts. `told_of` is the day of which the daily look
    has told that it went by.
    """

    __tablename__ = "recognition_procedure"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    diploma_id: UUID = Field(foreign_key="diploma.id")
    authority: str = Field(max_length=200)
    reference: str = Field(default="", max_length=120)
    state: ProcedureState = Field(sa_column=choice(ProcedureState, index=True))
    opened_on: date
    complete_on: date | None = None
    due_on: date | None = None
    decided_on: date | None = None
    outcome: QualificationOutcome | None = Field(default=None, sa_column=choice(QualificationOutcome, nullable=True))
    appeal_until: date | None = None
    measure: MeasureKind | None = Field(default=None, sa_column=choice(MeasureKind, nullable=True))
    measure_months: int | None = None
    measure_due_on: date | None = None
    measure_done_on: date | None = None
    decision_id: UUID | None = Field(default=None, foreign_key="qualification_decision.id")
    told_of: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class RecognitionStep(SQLModel, table=True):
    """One step of a procedure; never changed. `until` is the day that it set: of the decision, of the measure's end, of
    the last day to appeal."""

    __tablename__ = "recognition_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    procedure_id: UUID = Field(foreign_key="recognition_procedure.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id")
    step: ProcedureStepKind = Field(sa_column=choice(ProcedureStepKind, name="procedurestep"))
    to_state: ProcedureState = Field(sa_column=choice(ProcedureState, name="to_procedurestate"))
    happened_on: date
    outcome: QualificationOutcome | None = Field(default=None, sa_column=choice(QualificationOutcome, nullable=True))
    until: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class LanguageTest(SQLModel, table=True):
    """A language test as its certificate shows it; the levels stand in the decision that came of it. `expires_on` is as
    printed: what counts is how old the programme lets a test be. `provider` is empty where nobody knows it."""

    __tablename__ = "language_test"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    decision_id: UUID = Field(foreign_key="qualification_decision.id", unique=True)
    provider: str = Field(default="", max_length=200)
    overall_printed: bool = True
    expires_on: date | None = None
    verification: Verification = Field(default=Verification.NO, sa_column=choice(Verification))
    asked_on: date | None = None
    answered_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class TradeTest(SQLModel, table=True):
    """An attempt at a trade test, both parts of it. Points are None where the centre tells only whether it was passed.
    `esco` is a URI of ESCO. `valid_until` is by the test's own rule."""

    __tablename__ = "trade_test"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    decision_id: UUID = Field(foreign_key="qualification_decision.id", unique=True)
    occupation: str = Field(max_length=4)
    esco: str = Field(default="", max_length=120)
    candidate: str = Field(default="", max_length=60)
    attempt: int
    tested_on: date
    theory_points: int | None = None
    theory_of: int | None = None
    theory_passed: bool
    practical_points: int | None = None
    practical_of: int | None = None
    practical_passed: bool
    valid_until: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)

    @property
    def passed(self) -> bool:
        """Both parts: a part that failed fails the whole test."""
        return self.theory_passed and self.practical_passed


class WorkExperience(SQLModel, table=True):
    """Work as an employer's letter shows it, from the month of `since` to the month of `until`, both counted; each is
    the first day of its month. It counts once the employer confirmed it to `verified_by`."""

    __tablename__ = "work_experience"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    employer: str = Field(max_length=200)
    country: str = Field(default="", max_length=2)
    occupation: str = Field(max_length=4)
    esco: str = Field(default="", max_length=120)
    since: date
    until: date
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence_item.id")
    verification: Verification = Field(default=Verification.NO, sa_column=choice(Verification))
    asked_on: date | None = None
    answered_on: date | None = None
    verified_by: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
