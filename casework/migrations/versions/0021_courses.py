"""Courses, their sessions, enrolments and assessments"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _recorded() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    """A result knows its course, the licence of who taught it and the attendance that was asked for."""
    _course()
    _sessions()
    op.add_column("training_result", sa.Column("course_id", sa.Uuid(), nullable=True))
    op.add_column(
        "training_result", sa.Column("licence_number", sa.String(length=60), nullable=False, server_default="")
    )
    op.add_column("training_result", sa.Column("asked_percent", sa.Integer(), nullable=False, server_default="0"))
    _participants()
    _assessments()


def _course() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("from_level", sa.String(length=2), nullable=False),
        sa.Column("to_level", sa.String(length=2), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", _choice("coursestate", "planned", "running", "completed", "cancelled"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_recorded(),
        _reference("course", "office_id", "organisation"),
        _reference("course", "provider_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    _index("course", "office_id", "provider_id", "programme_id", "state")


def _sessions() -> None:
    op.create_table(
        "course_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("module", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("marked_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        *_recorded(),
        _reference("course_session", "course_id", "course"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_session")),
    )
    _index("course_session", "course_id")


def _participants() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", _choice("enrolmentstate", "enrolled", "waiting", "dropped", "completed"), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _reference("enrolment", "course_id", "course"),
        _reference("enrolment", "case_id", "case_file"),
        _reference("enrolment", "worker_id", "worker"),
        _reference("enrolment", "result_id", "training_result"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_enrolment_course_id_number")),
    )
    _index("enrolment", "case_id", "worker_id", "state")
    op.create_table(
        "course_attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", _choice("mark", "present", "late", "excused", "absent"), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *_recorded(),
        _reference("course_attendance", "session_id", "course_session"),
        _reference("course_attendance", "enrolment_id", "enrolment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_attendance")),
        sa.UniqueConstraint(
            "enrolment_id", "session_id", "number", name=op.f("uq_course_attendance_enrolment_id_session_id_number")
        ),
    )
    _index("course_attendance", "session_id")


def _assessments() -> None:
    op.create_table(
        "course_assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("pass_points", sa.Integer(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_recorded(),
        _reference("course_assessment", "course_id", "course"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_assessment")),
    )
    _index("course_assessment", "course_id")
    op.create_table(
        "assessment_score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        *_recorded(),
        _reference("assessment_score", "assessment_id", "course_assessment"),
        _reference("assessment_score", "enrolment_id", "enrolment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_score")),
        sa.UniqueConstraint(
            "enrolment_id",
            "assessment_id",
            "number",
            name=op.f("uq_assessment_score_enrolment_id_assessment_id_number"),
        ),
    )
    _index("assessment_score", "assessment_id")


def downgrade() -> None:
    """Results stay, as the older version knows them."""
    for table in ("assessment_score", "course_assessment", "course_attendance", "enrolment"):
        op.drop_table(table)
    for name in ("asked_percent", "licence_number", "course_id"):
        op.drop_column("training_result", name)
    op.drop_table("course_session")
    op.drop_table("course")
