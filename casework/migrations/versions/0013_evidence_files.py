"""Files of evidence: scanned, cleaned, moved; several of one paper; the same file twice"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NEW = ("scan", "scanned_at", "sealed_off_at", "sealed_off_by", "sealed_off_reason", "moved_to")


def upgrade() -> None:
    _files()
    op.add_column("evidence_item", sa.Column("further_files", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("evidence_item", sa.Column("sealed_off_at", UtcDateTime(), nullable=True))
    op.create_table(
        "evidence_derivative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["evidence_file.id"], name=op.f("fk_evidence_derivative_file_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_evidence_derivative_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_derivative")),
        sa.UniqueConstraint("file_id", name=op.f("uq_evidence_derivative_file_id")),
    )
    op.create_table(
        "evidence_twin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("twin_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["evidence_file.id"], name=op.f("fk_evidence_twin_file_id")),
        sa.ForeignKeyConstraint(["twin_id"], ["evidence_file.id"], name=op.f("fk_evidence_twin_twin_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_evidence_twin_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_twin")),
        sa.UniqueConstraint("file_id", "twin_id", name=op.f("uq_evidence_twin_file_id_twin_id")),
    )
    op.create_index(op.f("ix_evidence_twin_worker_id"), "evidence_twin", ["worker_id"])


def _files() -> None:
    # Added as they are, not by copying the table: rows of other tables refer to files.
    op.execute(
        "ALTER TABLE evidence_file ADD COLUMN scan VARCHAR(32) DEFAULT 'not_scanned' NOT NULL "
        "CONSTRAINT ck_evidence_file_scanstate CHECK (scan IN ('not_scanned', 'clean', 'infected'))"
    )
    op.add_column("evidence_file", sa.Column("scanned_at", UtcDateTime(), nullable=True))
    op.add_column("evidence_file", sa.Column("sealed_off_at", UtcDateTime(), nullable=True))
    op.add_column("evidence_file", sa.Column("sealed_off_by", sa.String(length=40), nullable=False, server_default=""))
    op.add_column(
        "evidence_file", sa.Column("sealed_off_reason", sa.String(length=60), nullable=False, server_default="")
    )
    op.add_column("evidence_file", sa.Column("moved_to", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_twin_worker_id"), table_name="evidence_twin")
    op.drop_table("evidence_twin")
    op.drop_table("evidence_derivative")
    op.drop_column("evidence_item", "sealed_off_at")
    op.drop_column("evidence_item", "further_files")
    for name in reversed(_NEW):
        op.drop_column("evidence_file", name)
