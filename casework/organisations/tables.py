"""Rows of organisations and their licences."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant


class OrganisationKind(StrEnum):
    OFFICE = "office"
    AGENCY = "agency"
    CLINIC = "clinic"
    PROVIDER = "provider"
    EMPLOYER = "employer"


class Organisation(SQLModel, table=True):
    """An office, agency, clinic, provider or employer. `code` is what people type; `country` is ISO 3166-1 alpha-2."""

    __tablename__ = "organisation"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: OrganisationKind = Field(sa_column=choice(OrganisationKind, index=True))
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=200)
    country: str = Field(max_length=2)
    time_zone: str = Field(default="UTC", max_length=60)
    office_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    active: bool = True
    created_at: datetime = Field(sa_column=instant())


class LicencePurpose(StrEnum):
    RECRUITMENT = "recruitment"
    MEDICAL = "medical"
    TRAINING = "training"
    ORIENTATION = "orientation"


class Licence(SQLModel, table=True):
    """A licence or accreditation, from its first to its last day. `programme_id` empty: for every programme.

    `guarantee_minor` (minor units of `guarantee_currency`, None: none is known) is what an agency deposited at
    `guarantee_bank`, good until `guarantee_until`. `withdrawn_on` is the first day on which the licence holds no more.
    """

    __tablename__ = "licence"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    purpose: LicencePurpose = Field(sa_column=choice(LicencePurpose))
    programme_id: str = Field(default="", max_length=80)
    number: str = Field(max_length=60)
    authority: str = Field(default="", max_length=200)
    valid_from: date
    valid_until: date
    recorded_at: datetime = Field(sa_column=instant())
    withdrawn_on: date | None = None
    withdrawn_reason: str = Field(default="", max_length=40)
    guarantee_minor: int | None = Field(default=None, sa_type=BigInteger)
    guarantee_currency: str = Field(default="", max_length=3)
    guarantee_bank: str = Field(default="", max_length=200)
    guarantee_until: date | None = None
