"""Payments towards loans, bank files, later plans, how loans stand, forgiveness"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = (
    "requested", "assessed", "approved", "note_signed", "disbursed", "in_grace", "repaying", "deferred", "overdue",
    "accelerated", "in_collection", "settled", "forgiven", "declined", "cancelled", "unwound",
)  # fmt: skip


def upgrade() -> None:
    """How each loan stands is found out by the next daily look."""
    _plans()
    _standings()
    _bank()
    _forgiveness()


def downgrade() -> None:
    for table in ("loan_forgiveness", "bank_line", "bank_file", "loan_standing", "loan_plan"):
        op.drop_table(table)
    op.execute("DELETE FROM instalment WHERE plan > 1")


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


def _plans() -> None:
    op.create_table(
        "loan_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("plankind", "signed", "dated", "deferred", "resumed", "accelerated"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("rest_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.String(length=120), nullable=False),
        *_recorded(),
        _reference("loan_plan", "loan_id", "loan"),
        sa.CheckConstraint("number > 1", name=op.f("ck_loan_plan_not_signed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_plan")),
        sa.UniqueConstraint("loan_id", "number", name=op.f("uq_loan_plan_loan_id_number")),
    )
    _index("loan_plan", "loan_id")


def _standings() -> None:
    op.create_table(
        "loan_standing",
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", _choice("loanstate", *_STATES), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("interest_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("due_minor", sa.BigInteger(), nullable=False),
        sa.Column("overdue_minor", sa.BigInteger(), nullable=False),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("next_minor", sa.BigInteger(), nullable=False),
        sa.Column("changes_on", sa.Date(), nullable=True),
        _reference("loan_standing", "loan_id", "loan"),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_loan_standing")),
    )
    _index("loan_standing", "credit_minor", "overdue_since", "changes_on")


def _bank() -> None:
    op.create_table(
        "bank_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        *_recorded(),
        _reference("bank_file", "office_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("office_id", "sha256", name=op.f("uq_bank_file_office_id_sha256")),
    )
    _index("bank_file", "office_id")
    states = _choice("linestate", "waiting", "counted", "set_aside", "returned", "taken_back")
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("state", states, nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        *_recorded(),
        _reference("bank_line", "office_id", "organisation"),
        _reference("bank_line", "file_id", "bank_file"),
        _reference("bank_line", "loan_id", "loan"),
        _reference("bank_line", "entry_id", "ledger_entry"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_bank_line_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("office_id", "reference", name=op.f("uq_bank_line_office_id_reference")),
    )
    op.create_index("ix_bank_line_office_id_state", "bank_line", ["office_id", "state"])
    _index("bank_line", "file_id", "loan_id")


def _forgiveness() -> None:
    grounds = _choice("ground", "death", "permanent_disability", "bankruptcy")
    op.create_table(
        "loan_forgiveness",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("ground", grounds, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(length=120), nullable=False),
        sa.Column("state", _choice("forgivenessstate", "proposed", "confirmed", "declined"), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        _reference("loan_forgiveness", "loan_id", "loan"),
        _reference("loan_forgiveness", "entry_id", "ledger_entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_forgiveness")),
    )
    _index("loan_forgiveness", "loan_id")
    waiting = sa.text("state = 'proposed'")
    op.create_index(
        "ix_loan_forgiveness_open",
        "loan_forgiveness",
        ["loan_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
