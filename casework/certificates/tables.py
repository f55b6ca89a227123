"""Rows of the certificate register and of its number series."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.cases.rules import EndKind
from casework.columns import choice, document, instant, sealed


class CertificateState(StrEnum):
    RESERVED = "reserved"  # number, token and value are fixed; the file is being made
    ISSUED = "issued"
    VOID = "void"  # the number was given but nothing was issued


class Certificate(SQLModel, table=True):
    """One row of the register, the image of a sign-off, a decision (its letter) or a paper about money: of exactly one,
    and unique by it.

    `value` (sealed) is all that the page shows, as JSON; `proofs` (sealed) what was signed of it for machines.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN sign_off_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN decision_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN paper_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="image",
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sign_off_id: UUID | None = Field(default=None, foreign_key="sign_off.id", unique=True)
    decision_id: UUID | None = Field(default=None, foreign_key="adverse_decision.id", unique=True)
    paper_id: UUID | None = Field(default=None, foreign_key="money_paper.id", unique=True, index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    kind: str = Field(max_length=40, index=True)
    title: str = Field(max_length=120)
    number: str = Field(unique=True, max_length=40)
    token: str = Field(unique=True, max_length=32)
    state: CertificateState = Field(default=CertificateState.RESERVED, sa_column=choice(CertificateState, index=True))
    value: bytes | None = Field(default=None, sa_column=sealed())
    proofs: bytes | None = Field(default=None, sa_column=sealed())
    reserved_at: datetime = Field(sa_column=instant())
    issued_on: date
    issued_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    valid_until: date | None = None
    sha256: str = Field(default="", max_length=64, index=True)
    size: int = 0
    template_digest: str = Field(default="", max_length=64)
    renderer: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    flow_run: str = Field(default="", max_length=40)  # of Prefect; "" where the engine ran without it
    signed_by: str = Field(default="", max_length=64, index=True)  # fingerprint of an issuer_certificate
    signed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    timestamped: bool = False  # `signed_at` is then an independent authority's word
    end_kind: EndKind | None = Field(default=None, sa_column=choice(EndKind, nullable=True))
    ended_on: date | None = None
    end_reason: str = Field(default="", max_length=300)
    end_note: bytes | None = Field(default=None, sa_column=sealed())
    end_told: bool = False  # whether the sentence of `end_reason` may be told to whoever asks
    ended_by: str = Field(default="", max_length=40)
    superseded_by: UUID | None = Field(default=None, foreign_key="certificate.id")


class NumberSeries(SQLModel, table=True):
    """The next free number of one prefix in one year: gap-free, taken under a row lock."""

    __tablename__ = "number_series"

    prefix: str = Field(primary_key=True, max_length=20)
    year: int = Field(primary_key=True)
    next_number: int = 1
