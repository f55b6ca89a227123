"""Rows of the certificates and public keys that this issuer's signatures are checked against."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from casework.columns import choice, instant


class KeyPurpose(StrEnum):
    SIGNING = "signing"  # the signature of a PDF
    CREDENTIAL = "credential"  # the data in it, its code, and lists
    TIMESTAMP = "timestamp"  # an authority that says when; its key is not ours


class IssuerCertificate(SQLModel, table=True):
    """A certificate (or, where there is none, a public key) that signed here once. A row is never deleted: what was
    signed is checked against it for decades.

    `fingerprint` is the SHA-256 (hex) of the certificate or the public key in DER; `pem` holds it, and behind it the
    certificates above it. `compromised_at` is since when others may have had the key; None where nobody had.
    """

    __tablename__ = "issuer_certificate"

    fingerprint: str = Field(primary_key=True, max_length=64)
    purpose: KeyPurpose = Field(sa_column=choice(KeyPurpose, index=True))
    pem: str = Field(sa_column=Column(Text, nullable=False))
    first_used_at: datetime = Field(sa_column=instant())
    retired_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    compromised_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reason: str = Field(default="", max_length=300)
