"""Rows of duplicates and of scans of stamped papers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.certificates.tables import CertificateState
from casework.columns import choice, document, instant, sealed


class CertificateCopy(SQLModel, table=True):
    """A duplicate: the value of its document rendered and signed anew with `mark` on it, archived under its own id.

    Its standing is always its document's. `number` counts the duplicates of one document from 1.
    """

    __tablename__ = "certificate_copy"
    __table_args__ = (UniqueConstraint("certificate_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    certificate_id: UUID = Field(foreign_key="certificate.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    number: int
    mark: str = Field(max_length=200)
    reason: str = Field(max_length=40)
    state: CertificateState = Field(default=CertificateState.RESERVED, sa_column=choice(CertificateState))
    proofs: bytes | None = Field(default=None, sa_column=sealed())
    made_on: date
    made_at: datetime = Field(sa_column=instant())
    made_by: str = Field(max_length=40)
    issued_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sha256: str = Field(default="", max_length=64, index=True)
    size: int = 0
    template_digest: str = Field(default="", max_length=64)
    renderer: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    signed_by: str = Field(default="", max_length=64)
    signed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    timestamped: bool = False


class CertificateScan(SQLModel, table=True):
    """The scan of a paper that was signed or stamped by hand. Several of one document stay side by side."""

    __tablename__ = "certificate_scan"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    certificate_id: UUID = Field(foreign_key="certificate.id", index=True)
    file_id: UUID = Field(foreign_key="evidence_file.id")
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
