"""Rows of workers. Contacts, passport and photo are sealed; names and birth date stay searchable."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from basis.partial import Precision
from casework.columns import choice, instant, sealed


class PersonKey(SQLModel, table=True):
    """The key of one person, wrapped by the installation's key. Erasing the person empties `wrapped`."""

    __tablename__ = "person_key"

    person_id: UUID = Field(primary_key=True)
    wrapped: bytes | None = Field(default=None, sa_column=sealed())


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "X"


class Worker(SQLModel, table=True):
    """A person, as known now. `number` counts the versions; `details` is sealed (`workers.service.Details`)."""

    __tablename__ = "worker"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    family_name: str = Field(max_length=200, index=True)
    given_names: str = Field(max_length=200)
    native_name: str = Field(default="", max_length=400)
    search_name: str = Field(max_length=400, index=True)
    sex: Sex = Field(sa_column=choice(Sex))
    birth_date: date | None = None
    birth_place: str = Field(default="", max_length=200)
    nationality: str = Field(max_length=2)
    passport_index: str = Field(default="", max_length=64, index=True)
    details: bytes | None = Field(default=None, sa_column=sealed())
    number: int = 1
    recorded_at: datetime = Field(sa_column=instant())


class WorkerVersion(SQLModel, table=True):
    """What was recorded of a worker at one time, sealed whole; never overwritten."""

    __tablename__ = "worker_version"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    number: int
    content: bytes | None = Field(default=None, sa_column=sealed())
    reason: str = Field(default="", max_length=200)
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class PassportEnd(StrEnum):
    """Why a passport is no longer the worker's."""

    RENEWED = "renewed"
    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"


class FormerPassport(SQLModel, table=True):
    """A passport that the worker holds no longer; `passport_index` still finds its holder. `detail` is sealed."""

    __tablename__ = "former_passport"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    passport_index: str = Field(max_length=64, index=True)
    country: str = Field(max_length=2)
    ended: PassportEnd = Field(sa_column=choice(PassportEnd))
    ended_on: date
    detail: bytes | None = Field(default=None, sa_column=sealed())
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class WorkerResidence(SQLModel, table=True):
    """A stay in one country (ISO 3166-1 alpha-2); `until` empty while it lasts.

    Where only a month or year is known, `since` is its first and `until` its last day. `source` says what shows it.
    """

    __tablename__ = "worker_residence"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    country: str = Field(max_length=2)
    since: date
    until: date | None = None
    since_precision: Precision = Field(default=Precision.DAY, sa_column=choice(Precision, name="since_precision"))
    until_precision: Precision = Field(default=Precision.DAY, sa_column=choice(Precision, name="until_precision"))
    source: str = Field(default="", max_length=120)


class Purpose(StrEnum):
    PREPARATION = "preparation"
    SCREENING = "screening"
    MEDICAL = "medical"
    SHARING_WITH_EMPLOYER = "sharing_with_employer"


class Basis(StrEnum):
    CONSENT = "consent"
    LEGAL_OBLIGATION = "legal_obligation"
    PUBLIC_TASK = "public_task"
    CONTRACT = "contract"
    VITAL_INTEREST = "vital_interest"


class LegalBasis(SQLModel, table=True):
    """On what ground data is processed for one purpose: which notice was shown, in which language, when."""

    __tablename__ = "legal_basis"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    purpose: Purpose = Field(sa_column=choice(Purpose))
    basis: Basis = Field(sa_column=choice(Basis))
    notice_version: str = Field(max_length=40)
    language: str = Field(max_length=16)
    given_on: date
    withdrawn_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
