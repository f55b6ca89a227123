"""Orientation sessions and their lists"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_IDENTITY = ("document", "photograph", "none")


def upgrade() -> None:
    """Attendance knows its session and how the identity was checked; what was typed by hand has neither."""
    _sessions()
    _lists()
    _tests()
    with op.batch_alter_table("module_attendance") as batch:
        batch.add_column(sa.Column("session_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("identity", _choice("identity", *_IDENTITY), nullable=True))
        batch.create_foreign_key(op.f("fk_module_attendance_session_id"), "orientation_session", ["session_id"], ["id"])
        batch.create_check_constraint(op.f("ck_module_attendance_identity"), sa.column("identity").in_(_IDENTITY))
    _index("module_attendance", "session_id")


def downgrade() -> None:
    op.drop_index(op.f("ix_module_attendance_session_id"), "module_attendance")
    with op.batch_alter_table("module_attendance") as batch:
        batch.drop_constraint(op.f("ck_module_attendance_identity"), type_="check")
        batch.drop_constraint(op.f("fk_module_attendance_session_id"), type_="foreignkey")
        batch.drop_column("identity")
        batch.drop_column("session_id")
    for table in (
        "orientation_test",
        "session_guest",
        "session_enrolment",
        "session_list",
        "orientation_part",
        "orientation_session",
    ):
        op.drop_table(table)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=name != "identity", length=32)


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _whole(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _sessions() -> None:
    op.create_table(
        "orientation_session",
        _id("id"),
        _id("office_id"),
        _id("provider_id"),
        _text("code", 40),
        sa.Column("programmes", sa.JSON(), nullable=False),
        _text("destination", 2),
        _text("language", 3),
        _text("trainer", 200),
        sa.Column("trainer_certified_until", sa.Date(), nullable=True),
        _text("place", 200),
        sa.Column("online", sa.Boolean(), nullable=False),
        _whole("capacity"),
        sa.Column("minutes", sa.JSON(), nullable=False),
        _moment("begins_at"),
        _moment("ends_at"),
        sa.Column("state", _choice("sessionstate", "planned", "closed", "cancelled"), nullable=False),
        _text("cancel_reason", 40),
        _text("late_reason", 300),
        _text("late_by", 40),
        _moment("closed_at", nullable=True),
        _whole("version"),
        _moment("recorded_at"),
        _text("recorded_by", 40),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_orientation_session_capacity")),
        _reference("orientation_session", "office_id", "organisation"),
        _reference("orientation_session", "provider_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orientation_session")),
        sa.UniqueConstraint("code", name=op.f("uq_orientation_session_code")),
    )
    _index("orientation_session", "office_id", "provider_id", "begins_at", "state")
    op.create_table(
        "orientation_part",
        _id("id"),
        _id("session_id"),
        _whole("number"),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.Column("modules", sa.JSON(), nullable=False),
        _reference("orientation_part", "session_id", "orientation_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orientation_part")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_orientation_part_session_id_number")),
    )


def _lists() -> None:
    op.create_table(
        "session_list",
        _id("id"),
        _id("session_id"),
        _text("sha256", 64),
        _whole("rows"),
        _whole("taken"),
        sa.Column("late", sa.Boolean(), nullable=False),
        _moment("handed_in_at"),
        _text("handed_in_by", 40),
        _reference("session_list", "session_id", "orientation_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_list")),
    )
    _index("session_list", "session_id")
    op.create_table(
        "session_enrolment",
        _id("id"),
        _id("session_id"),
        _id("case_id"),
        _whole("number"),
        sa.Column("state", _choice("sessionenrolmentstate", "enrolled", "waiting", "left"), nullable=False),
        _id("list_id", nullable=True),
        _moment("asked_at"),
        _text("asked_by", 40),
        _moment("ended_at", nullable=True),
        _text("reason", 40),
        _reference("session_enrolment", "session_id", "orientation_session"),
        _reference("session_enrolment", "case_id", "case_file"),
        _reference("session_enrolment", "list_id", "session_list"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_enrolment")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_session_enrolment_session_id_number")),
    )
    _index("session_enrolment", "case_id")
    op.create_table(
        "session_guest",
        _id("id"),
        _id("enrolment_id"),
        _id("member_id"),
        sa.Column("came", sa.Boolean(), nullable=False),
        _moment("recorded_at"),
        _text("recorded_by", 40),
        _reference("session_guest", "enrolment_id", "session_enrolment"),
        _reference("session_guest", "member_id", "household_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_guest")),
        sa.UniqueConstraint("enrolment_id", "member_id", name=op.f("uq_session_guest_enrolment_id_member_id")),
    )
    _index("session_guest", "member_id")


def _tests() -> None:
    op.create_table(
        "orientation_test",
        _id("id"),
        _id("case_id"),
        _id("session_id"),
        _whole("points"),
        _whole("out_of"),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=False),
        _moment("recorded_at"),
        _text("recorded_by", 40),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        _reference("orientation_test", "case_id", "case_file"),
        _reference("orientation_test", "session_id", "orientation_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orientation_test")),
    )
    _index("orientation_test", "case_id", "session_id")
