"""Households, and records of one person brought together"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _recorded() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )


def upgrade() -> None:
    _households()
    _consents()
    _merges()
    _keys()


def _households() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        *_recorded(),
        _reference("household", "office_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("reference", name=op.f("uq_household_reference")),
    )
    op.create_index(op.f("ix_household_office_id"), "household", ["office_id"])
    op.create_table(
        "household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("role", _choice("memberrole", "principal", "spouse", "child", "guardian"), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        *_recorded(),
        _reference("household_member", "household_id", "household"),
        _reference("household_member", "worker_id", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
    )
    for column in ("household_id", "worker_id", "person_id"):
        op.create_index(op.f(f"ix_household_member_{column}"), "household_member", [column])


def _consents() -> None:
    op.create_table(
        "guardian_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        *_recorded(),
        _reference("guardian_consent", "household_id", "household"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_consent")),
    )
    for column in ("household_id", "child_id"):
        op.create_index(op.f(f"ix_guardian_consent_{column}"), "guardian_consent", [column])
    kinds = ("joined", "left", "rejoined", "together", "apart", "consented", "consent_withdrawn")
    op.create_table(
        "household_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("changekind", *kinds), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        *_recorded(),
        _reference("household_change", "household_id", "household"),
        _reference("household_change", "member_id", "household_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_change")),
    )
    op.create_index(op.f("ix_household_change_household_id"), "household_change", ["household_id"])


def _merges() -> None:
    op.create_table(
        "worker_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        *_recorded(),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("undone_by", sa.String(length=40), nullable=False),
        sa.Column("undo_reason", sa.LargeBinary(), nullable=True),
        sa.Column("returned", sa.JSON(), nullable=False),
        _reference("worker_merge", "office_id", "organisation"),
        _reference("worker_merge", "kept_id", "worker"),
        _reference("worker_merge", "merged_id", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_merge")),
    )
    for column in ("office_id", "kept_id", "merged_id"):
        op.create_index(op.f(f"ix_worker_merge_{column}"), "worker_merge", [column])
    op.create_table(
        "live_merge",
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        _reference("live_merge", "merged_id", "worker"),
        _reference("live_merge", "kept_id", "worker"),
        _reference("live_merge", "merge_id", "worker_merge"),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_live_merge")),
    )
    op.create_index(op.f("ix_live_merge_kept_id"), "live_merge", ["kept_id"])


def _keys() -> None:
    op.create_table(
        "person_alias",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key_of", sa.Uuid(), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("seals", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key_of", name=op.f("pk_person_alias")),
    )
    op.create_index(op.f("ix_person_alias_merge_id"), "person_alias", ["merge_id"])
    op.create_table(
        "worker_distinction",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        *_recorded(),
        _reference("worker_distinction", "first_id", "worker"),
        _reference("worker_distinction", "second_id", "worker"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_worker_distinction")),
    )


def downgrade() -> None:
    for table in (
        "worker_distinction",
        "person_alias",
        "live_merge",
        "worker_merge",
        "household_change",
        "guardian_consent",
        "household_member",
        "household",
    ):
        op.drop_table(table)
