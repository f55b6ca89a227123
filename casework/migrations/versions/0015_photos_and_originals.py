"""Photographs, and where originals lie"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = ("held", "sent", "returned", "lost")
_STEPS = ("received", "sent", "back", "requested", "returned", "lost", "found", "reopened")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("camera", sa.Boolean(), nullable=False),
        sa.Column("framed", sa.Boolean(), nullable=True),
        sa.Column("framed_at", UtcDateTime(), nullable=True),
        sa.Column("framed_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _reference("photo", "item_id", "evidence_item"),
        _reference("photo", "case_id", "case_file"),
        _reference("photo", "worker_id", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("item_id", name=op.f("uq_photo_item_id")),
    )
    op.create_index(op.f("ix_photo_case_id"), "photo", ["case_id"])
    op.create_table(
        "original",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("state", _choice("originalstate", _STATES), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("there_since", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("limit_on", sa.Date(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("told_of", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _reference("original", "case_id", "case_file"),
        _reference("original", "worker_id", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original")),
    )
    op.create_index(op.f("ix_original_case_id"), "original", ["case_id"])
    op.create_index(op.f("ix_original_state"), "original", ["state"])
    op.create_table(
        "original_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", _choice("originalstep", _STEPS), nullable=False),
        sa.Column("to_state", _choice("to_originalstate", _STATES), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _reference("original_step", "original_id", "original"),
        _reference("original_step", "case_id", "case_file"),
        _reference("original_step", "file_id", "evidence_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_step")),
    )
    op.create_index(op.f("ix_original_step_original_id"), "original_step", ["original_id"])


def downgrade() -> None:
    op.drop_table("original_step")
    op.drop_table("original")
    op.drop_table("photo")
