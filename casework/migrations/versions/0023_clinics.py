"""Slots of clinics and what was assigned"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_RULES = ("office", "rotation", "worker")
_TABLES = ("clinic_appointment", "clinic_slot", "clinic_assignment", "clinic_suspension")


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _recorded() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "clinic_suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        *_recorded(),
        _reference("clinic_suspension", "clinic_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_suspension")),
    )
    op.create_index(op.f("ix_clinic_suspension_clinic_id"), "clinic_suspension", ["clinic_id"])
    _assignments()
    _slots()
    _appointments()


def _assignments() -> None:
    rule = sa.Enum(*_RULES, name="clinicchoice", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "clinic_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=80), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("rule", rule, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("considered", sa.JSON(), nullable=False),
        *_recorded(),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=False),
        _reference("clinic_assignment", "case_id", "case_file"),
        _reference("clinic_assignment", "worker_id", "worker"),
        _reference("clinic_assignment", "clinic_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_assignment")),
    )
    for column in ("case_id", "programme_id", "clinic_id"):
        op.create_index(op.f(f"ix_clinic_assignment_{column}"), "clinic_assignment", [column])


def _slots() -> None:
    op.create_table(
        "clinic_slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        *_recorded(),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_clinic_slot_places")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_clinic_slot_times")),
        _reference("clinic_slot", "clinic_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_slot")),
        sa.UniqueConstraint("clinic_id", "starts_at", name=op.f("uq_clinic_slot_clinic_id_starts_at")),
    )
    op.create_index(op.f("ix_clinic_slot_day"), "clinic_slot", ["day"])


def _appointments() -> None:
    op.create_table(
        "clinic_appointment",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column("usable_until", sa.Date(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("arrived_by", sa.String(length=40), nullable=False),
        sa.Column("identity_checked", sa.Boolean(), nullable=True),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("missed", sa.String(length=40), nullable=False),
        *_recorded(),
        _reference("clinic_appointment", "booking_id", "booking"),
        _reference("clinic_appointment", "case_id", "case_file"),
        _reference("clinic_appointment", "worker_id", "worker"),
        _reference("clinic_appointment", "clinic_id", "organisation"),
        _reference("clinic_appointment", "slot_id", "clinic_slot"),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_clinic_appointment")),
        sa.UniqueConstraint("number", name=op.f("uq_clinic_appointment_number")),
    )
    for column in ("case_id", "slot_id", "day"):
        op.create_index(op.f(f"ix_clinic_appointment_{column}"), "clinic_appointment", [column])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
