"""Rows of medical examinations, and of what follows from them.

Days, clinics and outcomes are columns, for the rules and the medical officer's list read them; whatever tells of a
worker's health beyond the outcome is sealed.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant, sealed
from casework.medical.rules import Counting, MedicalOutcome


class MedicalExamination(SQLModel, table=True):
    """One version of one examination. `outcome` is for the medical role and the rules; sealed is what tells more.

    Nothing in it is ever changed but `accredited`, which the withdrawal of an accreditation from an earlier day on
    takes away (`casework.clinics.accreditation`): a correction is a new version with the next `number`, all versions
    share the `root` (the id of the first), and the one before it is withdrawn. `parts` are the days of its parts by
    name ("xray"), `until` the day by which a pending result is expected, `review_on` that of the next look at the
    worker. `good_until` is the last day on which it holds by itself, whatever the programme's validity says.
    `photograph_id` is the paper (`evidence_item`) with which the worker was compared, `appointment_id` the booking of
    the diary.
    """

    __tablename__ = "medical_examination"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    clinic_id: UUID = Field(foreign_key="organisation.id")
    appointment_id: UUID | None = Field(default=None, index=True)
    accredited: bool
    accreditation: str = Field(default="", max_length=60)
    physician: str = Field(max_length=200)
    physician_licence: str = Field(max_length=60)
    identity_checked: bool
    photograph_id: UUID | None = None
    regime: str = Field(default="", max_length=60)
    examined_on: date
    xray_on: date | None = None
    parts: dict[str, str] = Field(default_factory=dict, sa_column=document())
    outcome: MedicalOutcome = Field(sa_column=choice(MedicalOutcome))
    until: date | None = None
    review_on: date | None = None
    good_until: date | None = None
    result_code: bytes | None = Field(default=None, sa_column=sealed())
    detail: bytes | None = Field(default=None, sa_column=sealed())
    root_id: UUID | None = Field(default=None, index=True)
    number: int = 1
    amend_reason: bytes | None = Field(default=None, sa_column=sealed())
    counting: Counting = Field(default=Counting.COUNTS, sa_column=choice(Counting))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None

    @property
    def root(self) -> UUID:
        """The id of its first version."""
        return self.root_id or self.id


class SecondOpinion(SQLModel, table=True):
    """Another clinic is asked to examine anew. `first` and `second` are roots of examinations, `second` None until the
    other clinic's result is there; `counts` is the one of them that the medical officer chose. Both are kept."""

    __tablename__ = "second_opinion"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    first: UUID = Field(index=True)
    clinic_id: UUID = Field(foreign_key="organisation.id")
    reason: bytes = Field(sa_column=sealed(nullable=False))
    second: UUID | None = None
    counts: UUID | None = None
    decision: bytes | None = Field(default=None, sa_column=sealed())
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=40)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class Vaccination(SQLModel, table=True):
    """A dose that was given. `detail` (which vaccine, dose, day, when the next is due) is sealed."""

    __tablename__ = "vaccination"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    clinic_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    detail: bytes = Field(sa_column=sealed(nullable=False))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class CareKind(StrEnum):
    REFERRAL = "referral"  # to somebody who treats
    COUNSELLING = "counselling"
    HAND_OVER = "hand_over"  # of the follow-up, to somebody where the worker goes, with consent


class Care(SQLModel, table=True):
    """What the worker was offered after an examination, and whether it was taken up (`given`). `detail` (to whom, what)
    is sealed. A hand-over stands on the worker's consent, which may be taken back."""

    __tablename__ = "medical_care"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    kind: CareKind = Field(sa_column=choice(CareKind))
    given: bool
    happened_on: date
    detail: bytes | None = Field(default=None, sa_column=sealed())
    consented_on: date | None = None
    consent_ended_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None


class FitToFly(SQLModel, table=True):
    """The last look at a worker before the journey. `note` is sealed."""

    __tablename__ = "fit_to_fly"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    physician: str = Field(max_length=200)
    physician_licence: str = Field(max_length=60)
    checked_on: date
    fit: bool
    note: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    withdrawn_on: date | None = None
