"""Institutions, diplomas, recognition procedures, language and trade tests, experience"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OUTCOMES = ("full", "partial", "none")
_EVERY_OUTCOME = (*_OUTCOMES, "not_required")
_STATUSES = ("H+", "H+/-", "H-", "unlisted")
_COMPARISONS = ("equivalent", "comparable", "conditional", "none", "unlisted")
_VERIFICATIONS = ("no", "asked", "confirmed", "denied")
_STATES = ("filed", "running", "decided", "measure", "appealed", "taken_back")
_STEPS = (
    "filed", "completed", "delayed", "decided", "measure_set", "measure_done", "followed_up", "appealed", "taken_back",
    "reopened",
)  # fmt: skip
_MEASURES = ("adaptation_period", "aptitude_test", "course")
_DECISION = "qualification_decision"


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    """A table whose rows somebody recorded."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _day(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _number(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _verified() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("verification", _choice("verification", _VERIFICATIONS), nullable=False),
        _day("asked_on"),
        _day("answered_on"),
    )


def upgrade() -> None:
    _widen_decisions()
    _institutions()
    _diplomas()
    _tests()


def _widen_decisions() -> None:
    with op.batch_alter_table(_DECISION) as batch:
        batch.add_column(sa.Column("months", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("occupation", sa.String(length=4), nullable=False, server_default=""))
        batch.add_column(sa.Column("agreement", sa.String(length=60), nullable=False, server_default=""))
        batch.add_column(sa.Column("seconded_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("seconded_by", sa.String(length=40), nullable=False, server_default=""))
    _outcomes(_EVERY_OUTCOME)


def _outcomes(values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{_DECISION}_qualificationoutcome")
    with op.batch_alter_table(_DECISION) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("outcome").in_(values))


def _institutions() -> None:
    _table(
        "institution",
        _text("name", 200),
        _text("key", 200),
        _text("search_name", 400),
        _text("country", 2),
        sa.Column("status", _choice("institutionstatus", _STATUSES), nullable=False),
        _text("source", 300),
        _day("as_of"),
        _number("number", nullable=False),
        sa.UniqueConstraint("country", "key", name=op.f("uq_institution_country_key")),
    )
    op.create_index(op.f("ix_institution_search_name"), "institution", ["search_name"])
    _table(
        "institution_version",
        _id("institution_id"),
        _number("number", nullable=False),
        _text("name", 200),
        sa.Column("status", _choice("institutionstatus", _STATUSES), nullable=False),
        _text("source", 300),
        _day("as_of"),
        _reference("institution_version", "institution_id", "institution"),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_institution_version_institution_id_number")),
    )


def _diplomas() -> None:
    _table(
        "diploma",
        _id("case_id"),
        _id("worker_id"),
        _id("institution_id"),
        _text("title", 200),
        _text("translated", 200),
        _number("isced", nullable=False),
        _text("field", 120),
        _number("awarded", nullable=False),
        sa.Column("comparison", _choice("degreecomparison", _COMPARISONS), nullable=False),
        _id("evidence_id", nullable=True),
        *_verified(),
        _day("withdrawn_on"),
        _reference("diploma", "case_id", "case_file"),
        _reference("diploma", "worker_id", "worker"),
        _reference("diploma", "institution_id", "institution"),
        _reference("diploma", "evidence_id", "evidence_item"),
    )
    op.create_index(op.f("ix_diploma_case_id"), "diploma", ["case_id"])
    op.create_index(op.f("ix_diploma_worker_id"), "diploma", ["worker_id"])
    _table(
        "recognition_procedure",
        _id("case_id"),
        _id("diploma_id"),
        _text("authority", 200),
        _text("reference", 120),
        sa.Column("state", _choice("procedurestate", _STATES), nullable=False),
        _day("opened_on", nullable=False),
        _day("complete_on"),
        _day("due_on"),
        _day("decided_on"),
        sa.Column("outcome", _choice("qualificationoutcome", _EVERY_OUTCOME), nullable=True),
        _day("appeal_until"),
        sa.Column("measure", _choice("measurekind", _MEASURES), nullable=True),
        _number("measure_months"),
        _day("measure_due_on"),
        _day("measure_done_on"),
        _id("decision_id", nullable=True),
        _day("told_of"),
        _reference("recognition_procedure", "case_id", "case_file"),
        _reference("recognition_procedure", "diploma_id", "diploma"),
        _reference("recognition_procedure", "decision_id", _DECISION),
    )
    op.create_index(op.f("ix_recognition_procedure_case_id"), "recognition_procedure", ["case_id"])
    op.create_index(op.f("ix_recognition_procedure_state"), "recognition_procedure", ["state"])
    _table(
        "recognition_step",
        _id("procedure_id"),
        _id("case_id"),
        sa.Column("step", _choice("procedurestep", _STEPS), nullable=False),
        sa.Column("to_state", _choice("to_procedurestate", _STATES), nullable=False),
        _day("happened_on", nullable=False),
        sa.Column("outcome", _choice("qualificationoutcome", _EVERY_OUTCOME), nullable=True),
        _day("until"),
        _reference("recognition_step", "procedure_id", "recognition_procedure"),
        _reference("recognition_step", "case_id", "case_file"),
    )
    op.create_index(op.f("ix_recognition_step_procedure_id"), "recognition_step", ["procedure_id"])


def _tests() -> None:
    _table(
        "language_test",
        _id("case_id"),
        _id("decision_id"),
        _text("provider", 200),
        sa.Column("overall_printed", sa.Boolean(), nullable=False),
        _day("expires_on"),
        *_verified(),
        _reference("language_test", "case_id", "case_file"),
        _reference("language_test", "decision_id", _DECISION),
        sa.UniqueConstraint("decision_id", name=op.f("uq_language_test_decision_id")),
    )
    op.create_index(op.f("ix_language_test_case_id"), "language_test", ["case_id"])
    _table(
        "trade_test",
        _id("case_id"),
        _id("decision_id"),
        _text("occupation", 4),
        _text("esco", 120),
        _text("candidate", 60),
        _number("attempt", nullable=False),
        _day("tested_on", nullable=False),
        _number("theory_points"),
        _number("theory_of"),
        sa.Column("theory_passed", sa.Boolean(), nullable=False),
        _number("practical_points"),
        _number("practical_of"),
        sa.Column("practical_passed", sa.Boolean(), nullable=False),
        _day("valid_until"),
        _reference("trade_test", "case_id", "case_file"),
        _reference("trade_test", "decision_id", _DECISION),
        sa.UniqueConstraint("decision_id", name=op.f("uq_trade_test_decision_id")),
    )
    op.create_index(op.f("ix_trade_test_case_id"), "trade_test", ["case_id"])
    _table(
        "work_experience",
        _id("case_id"),
        _text("employer", 200),
        _text("country", 2),
        _text("occupation", 4),
        _text("esco", 120),
        _day("since", nullable=False),
        _day("until", nullable=False),
        _id("evidence_id", nullable=True),
        *_verified(),
        _text("verified_by", 40),
        _day("withdrawn_on"),
        _reference("work_experience", "case_id", "case_file"),
        _reference("work_experience", "evidence_id", "evidence_item"),
    )
    op.create_index(op.f("ix_work_experience_case_id"), "work_experience", ["case_id"])


def downgrade() -> None:
    """Decisions stay; one that no recognition is required becomes one that nothing was recognised, which asks for a
    person's look and lets nobody pass."""
    for table in (
        "work_experience", "trade_test", "language_test", "recognition_step", "recognition_procedure", "diploma",
        "institution_version", "institution",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute(f"UPDATE {_DECISION} SET outcome = 'none' WHERE outcome = 'not_required'")  # noqa: S608 - our own name
    _outcomes(_OUTCOMES)
    with op.batch_alter_table(_DECISION) as batch:
        for column in ("seconded_by", "seconded_at", "agreement", "occupation", "months"):
            batch.drop_column(column)
