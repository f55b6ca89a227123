"""The ledger of loans and entitlements"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_KINDS = (
    "disbursed", "interest", "payment", "payment_returned", "credit_used", "overpaid_refunded", "owed_again",
    "forgiven", "refund_due", "refund_received", "refund_lost", "unwound", "entitlement_approved", "entitlement_paid",
    "entitlement_stopped", "reclaim", "reclaim_paid", "reclaim_waived", "reversal",
)  # fmt: skip
_ACCOUNTS = (
    "money", "loan_principal", "interest_due", "interest_earned", "forgiven", "credit", "carrier", "entitlement",
    "payable", "reclaim",
)  # fmt: skip
_APPEND_ONLY = ("ledger_entry", "ledger_line")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", _choice("subjectkind", "loan", "entitlement"), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("entrykind", *_KINDS), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_ledger_entry_case_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entry_reverses_id")),
    )
    op.create_index(op.f("ix_ledger_entry_case_id"), "ledger_entry", ["case_id"], unique=False)
    op.create_index(op.f("ix_ledger_entry_subject_id"), "ledger_entry", ["subject_id"], unique=False)
    op.create_table(
        "ledger_line",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("account", _choice("ledgeraccount", *_ACCOUNTS), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_line_not_zero")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_line_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "account", name=op.f("pk_ledger_line")),
    )
    _protect()


def _protect() -> None:
    """What is booked is taken back by another entry, never changed: the database itself refuses it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        )
    for table in _APPEND_ONLY:
        if sqlite:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            )


def downgrade() -> None:
    """The earlier schema knows no money that was paid out or back: it goes with its tables."""
    for table in reversed(_APPEND_ONLY):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_refuse()")
