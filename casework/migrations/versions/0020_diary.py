"""Bookings: when a worker is expected where; and what workers are to be told of them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    _bookings()
    _notices()


def downgrade() -> None:
    op.drop_table("booking_notice")
    op.drop_table("booking")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _bookings() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("bookingkind", "appointment", "course", "session", "follow_up"), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            _choice("bookingstate", "booked", "waiting", "cancelled", "attended", "missed", "done"),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.Column("booked_by", sa.String(length=40), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=40), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_booking_in_order")),
        _reference("booking", "case_id", "case_file"),
        _reference("booking", "worker_id", "worker"),
        _reference("booking", "office_id", "organisation"),
        _reference("booking", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    for column in ("case_id", "office_id", "subject_id"):
        op.create_index(op.f(f"ix_booking_{column}"), "booking", [column])
    for column in ("worker_id", "organisation_id", "state"):
        op.create_index(op.f(f"ix_booking_{column}_starts_at"), "booking", [column, "starts_at"])


def _notices() -> None:
    op.create_table(
        "booking_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", _choice("occasion", "week", "day", "admitted", "moved", "cancelled"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", _choice("noticestate", "asked", "sent", "untold", "told", "dropped"), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        _reference("booking_notice", "booking_id", "booking"),
        _reference("booking_notice", "case_id", "case_file"),
        _reference("booking_notice", "office_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_notice")),
        sa.UniqueConstraint(
            "booking_id", "sequence", "occasion", name=op.f("uq_booking_notice_booking_id_sequence_occasion")
        ),
    )
    for column in ("booking_id", "case_id", "office_id", "state"):
        op.create_index(op.f(f"ix_booking_notice_{column}"), "booking_notice", [column])
