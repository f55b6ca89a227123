"""Signatories, disclosures, duplicates and scans, and why a document was ended by hand"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _ends()
    _signatories()
    _disclosures()
    _copies()
    _scans()


def _ends() -> None:
    op.add_column("certificate", sa.Column("end_note", sa.LargeBinary(), nullable=True))
    op.add_column("certificate", sa.Column("end_told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("certificate", sa.Column("ended_by", sa.String(length=40), nullable=False, server_default=""))


def _signatories() -> None:
    op.create_table(
        "signatory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=False),
        _reference("signatory", "office_id", "organisation"),
        _reference("signatory", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory")),
    )
    op.create_index(op.f("ix_signatory_office_id"), "signatory", ["office_id"])


def _disclosures() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "recipient",
            _choice("recipient", "worker", "agency", "employer", "embassy", "authority", "court", "lender"),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("pack_id", sa.Uuid(), nullable=True),
        sa.Column("disclosed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _reference("disclosure", "certificate_id", "certificate"),
        _reference("disclosure", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    for column in ("certificate_id", "case_id", "recipient", "pack_id"):
        op.create_index(op.f(f"ix_disclosure_{column}"), "disclosure", [column])


def _copies() -> None:
    op.create_table(
        "certificate_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", _choice("certificatestate", "reserved", "issued", "void"), nullable=False),
        sa.Column("proofs", sa.LargeBinary(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("template_digest", sa.String(length=64), nullable=False),
        sa.Column("renderer", sa.JSON(), nullable=True),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("timestamped", sa.Boolean(), nullable=False),
        _reference("certificate_copy", "certificate_id", "certificate"),
        _reference("certificate_copy", "case_id", "case_file"),
        _reference("certificate_copy", "worker_id", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_copy")),
        sa.UniqueConstraint("certificate_id", "number", name=op.f("uq_certificate_copy_certificate_id_number")),
    )
    for column in ("certificate_id", "case_id", "sha256"):
        op.create_index(op.f(f"ix_certificate_copy_{column}"), "certificate_copy", [column])


def _scans() -> None:
    op.create_table(
        "certificate_scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _reference("certificate_scan", "certificate_id", "certificate"),
        _reference("certificate_scan", "file_id", "evidence_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_scan")),
    )
    op.create_index(op.f("ix_certificate_scan_certificate_id"), "certificate_scan", ["certificate_id"])


def downgrade() -> None:
    for table in ("certificate_scan", "certificate_copy", "disclosure", "signatory"):
        op.drop_table(table)
    for column in ("ended_by", "end_told", "end_note"):
        op.drop_column("certificate", column)
