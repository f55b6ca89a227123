"""Papers as printed, and differences that people settled"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NEW = (
    "partial_days",
    "translation",
    "translation_language",
    "legalisation",
    "legalised_on",
    "in_parents_passport",
)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _as_printed()
    _differences()
    _former_passports()


def _as_printed() -> None:
    """Of the papers of before nobody recorded whether they were translated or legalised."""
    translation = _choice("translation", "not_recorded", "not_needed", "missing", "sworn")
    legalisation = _choice("legalisation", "not_recorded", "not_needed", "missing", "apostille", "legalised")
    none = "not_recorded"
    with op.batch_alter_table("evidence_item") as batch:
        batch.add_column(sa.Column("partial_days", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("translation", translation, nullable=False, server_default=none))
        batch.add_column(sa.Column("translation_language", sa.String(length=16), nullable=False, server_default=""))
        batch.add_column(sa.Column("legalisation", legalisation, nullable=False, server_default=none))
        batch.add_column(sa.Column("legalised_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("in_parents_passport", sa.Boolean(), nullable=False, server_default=sa.false()))


def _differences() -> None:
    op.create_table(
        "settled_difference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("recorded_holds", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_settled_difference_case_id")),
        sa.ForeignKeyConstraint(["item_id"], ["evidence_item.id"], name=op.f("fk_settled_difference_item_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_settled_difference_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_difference")),
    )
    op.create_index(op.f("ix_settled_difference_case_id"), "settled_difference", ["case_id"])
    op.create_index(op.f("ix_settled_difference_worker_id"), "settled_difference", ["worker_id"])


def _former_passports() -> None:
    ended = _choice("passportend", "renewed", "lost", "stolen", "damaged", "cancelled")
    op.create_table(
        "former_passport",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("passport_index", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("ended", ended, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_former_passport_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_passport")),
    )
    op.create_index(op.f("ix_former_passport_passport_index"), "former_passport", ["passport_index"])
    op.create_index(op.f("ix_former_passport_worker_id"), "former_passport", ["worker_id"])


def downgrade() -> None:
    for table, columns in (
        ("former_passport", ("worker_id", "passport_index")),
        ("settled_difference", ("worker_id", "case_id")),
    ):
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
    with op.batch_alter_table("evidence_item") as batch:
        for name in ("translation", "legalisation"):
            batch.drop_constraint(op.f(f"ck_evidence_item_{name}"), type_="check")
        for name in reversed(_NEW):
            batch.drop_column(name)
