"""Keys that signed and when they stopped, who signed which certificate, and how often documents were checked"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "issuer_certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("purpose", _choice("keypurpose", "signing", "credential", "timestamp"), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("compromised_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_issuer_certificate")),
    )
    op.create_index(op.f("ix_issuer_certificate_purpose"), "issuer_certificate", ["purpose"])
    op.create_table(
        "verification_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("way", _choice("way", "code", "number", "hash", "file"), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_verification_count_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_count")),
        sa.UniqueConstraint(
            "certificate_id", "day", "way", "answer", name=op.f("uq_verification_count_certificate_id_day_way_answer")
        ),
    )
    op.create_index(op.f("ix_verification_count_certificate_id"), "verification_count", ["certificate_id"])
    op.add_column("certificate", sa.Column("signed_by", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("certificate", sa.Column("signed_at", UtcDateTime(), nullable=True))
    op.add_column("certificate", sa.Column("timestamped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_certificate_signed_by"), "certificate", ["signed_by"])


def downgrade() -> None:
    op.drop_index(op.f("ix_certificate_signed_by"), table_name="certificate")
    for column in ("timestamped", "signed_at", "signed_by"):
        op.drop_column("certificate", column)
    op.drop_table("verification_count")
    op.drop_table("issuer_certificate")
