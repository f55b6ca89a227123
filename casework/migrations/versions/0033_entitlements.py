"""What a programme pays to a worker: claims, approvals, payouts, stops, reclaims"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "case_entitlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("entitlement", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stopped_from", sa.Date(), nullable=True),
        sa.Column("stop_reason", sa.String(length=40), nullable=False),
        sa.Column("stopped_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        _reference("case_entitlement", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entitlement")),
        sa.UniqueConstraint("case_id", "entitlement", name=op.f("uq_case_entitlement_case_id_entitlement")),
    )
    _claims()
    _reclaims()


def downgrade() -> None:
    op.drop_table("entitlement_reclaim")
    op.drop_table("entitlement_claim")
    op.drop_table("case_entitlement")


def _claims() -> None:
    states = _choice("claimstate", "claimed", "approved", "paid", "declined", "withdrawn", "stopped")
    op.create_table(
        "entitlement_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entitlement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("asked_minor", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("state", states, nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.String(length=120), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("claimed_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked_minor > 0", name=op.f("ck_entitlement_claim_asked")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_entitlement_claim_amount")),
        _reference("entitlement_claim", "entitlement_id", "case_entitlement"),
        _reference("entitlement_claim", "case_id", "case_file"),
        _reference("entitlement_claim", "evidence_id", "evidence_item"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_claim")),
        sa.UniqueConstraint("entitlement_id", "slot", name=op.f("uq_entitlement_claim_entitlement_id_slot")),
    )
    for column in ("case_id", "state"):
        op.create_index(op.f(f"ix_entitlement_claim_{column}"), "entitlement_claim", [column])


def _reclaims() -> None:
    op.create_table(
        "entitlement_reclaim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entitlement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", _choice("reclaimstate", "asked", "confirmed", "declined"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_entitlement_reclaim_amount")),
        _reference("entitlement_reclaim", "entitlement_id", "case_entitlement"),
        _reference("entitlement_reclaim", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_reclaim")),
    )
    for column in ("entitlement_id", "case_id", "state"):
        op.create_index(op.f(f"ix_entitlement_reclaim_{column}"), "entitlement_reclaim", [column])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
