"""Costs of a case, fees that no worker may be charged"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_HEADS = (
    "recruitment_fee", "documents", "medical", "vaccination", "insurance", "skills_test", "training", "orientation",
    "equipment", "visa", "travel", "lodging", "administration", "illegitimate",
)  # fmt: skip
_BEARERS = ("nobody", "worker", "employer", "agency", "programme", "state")
_STEPS = (
    "raised", "changed", "reopened", "refunded", "allowed", "confirmed", "agreed", "agreement_ended"
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "cost",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("head", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_by", sa.String(length=32), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(length=80), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        *_recorded(),
        _one_of("cost", "head", "costhead", _HEADS),
        _one_of("cost", "paid_by", "costbearer", _BEARERS),
        _to("cost", "case_id", "case_file"),
        _to("cost", "evidence_id", "evidence_item"),
        _to("cost", "payee_id", "organisation"),
        _to("cost", "replaces", "cost"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost")),
        sa.UniqueConstraint("replaces", name=op.f("uq_cost_replaces")),
    )
    for column in ("case_id", "checked_on", "first_id", "payee_id"):
        op.create_index(op.f(f"ix_cost_{column}"), "cost", [column], unique=False)
    op.create_table(
        "fee_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("head", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("excess_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("allowed_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreed_language", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        _one_of("fee_alert", "kind", "alertkind", ("forbidden", "over_limit")),
        _one_of("fee_alert", "state", "alertstate", ("open", "refunded", "allowed", "corrected")),
        _to("fee_alert", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_alert")),
        sa.UniqueConstraint(
            "case_id", "kind", "head", "currency", name=op.f("uq_fee_alert_case_id_kind_head_currency")
        ),
    )
    op.create_index(op.f("ix_fee_alert_case_id"), "fee_alert", ["case_id"], unique=False)
    op.create_index(op.f("ix_fee_alert_state"), "fee_alert", ["state"], unique=False)
    op.create_table(
        "fee_alert_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.String(length=80), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        *_recorded(),
        _one_of("fee_alert_step", "step", "alertstep", _STEPS),
        _to("fee_alert_step", "alert_id", "fee_alert"),
        _to("fee_alert_step", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_alert_step")),
        sa.UniqueConstraint("alert_id", "receipt", name=op.f("uq_fee_alert_step_alert_id_receipt")),
    )
    for column in ("alert_id", "case_id"):
        op.create_index(op.f(f"ix_fee_alert_step_{column}"), "fee_alert_step", [column], unique=False)
    op.create_table(
        "costs_asked",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("paid_nothing", sa.Boolean(), nullable=False),
        *_recorded(),
        _to("costs_asked", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costs_asked")),
    )
    op.create_index(op.f("ix_costs_asked_case_id"), "costs_asked", ["case_id"], unique=False)


def downgrade() -> None:
    for table in ("costs_asked", "fee_alert_step", "fee_alert", "cost"):
        op.drop_table(table)


def _recorded() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )


def _one_of(table: str, column: str, name: str, values: Sequence[str]) -> sa.CheckConstraint:
    return sa.CheckConstraint(sa.column(column).in_(values), name=op.f(f"ck_{table}_{name}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
