"""Accredited principals, job orders, suspensions of agencies"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TABLES = ("job_order_claim", "job_order_version", "job_order", "agency_suspension", "principal")
_GUARANTEE = ("guarantee_until", "guarantee_bank", "guarantee_currency", "guarantee_minor", "withdrawn_reason")


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _recorded() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("licence") as batch:
        batch.add_column(sa.Column("withdrawn_reason", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("guarantee_minor", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("guarantee_currency", sa.String(length=3), nullable=False, server_default=""))
        batch.add_column(sa.Column("guarantee_bank", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("guarantee_until", sa.Date(), nullable=True))
    _agencies()
    _orders()
    _claims()


def _agencies() -> None:
    op.create_table(
        "principal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=40), nullable=False),
        *_recorded(),
        _reference("principal", "agency_id", "organisation"),
        _reference("principal", "employer_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_principal")),
    )
    for column in ("agency_id", "employer_id"):
        op.create_index(op.f(f"ix_principal_{column}"), "principal", [column])
    op.create_table(
        "agency_suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=False),
        *_recorded(),
        _reference("agency_suspension", "agency_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_suspension")),
    )
    op.create_index(op.f("ix_agency_suspension_agency_id"), "agency_suspension", ["agency_id"])


def _orders() -> None:
    op.create_table(
        "job_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=80), nullable=False),
        sa.Column("occupation", sa.String(length=4), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("destination", sa.String(length=2), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("wage_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("wage_per", _choice("wageper", "month", "week", "day", "hour"), nullable=False),
        sa.Column("weekly_hours", sa.Integer(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column(
            "state", _choice("orderstate", "asked", "approved", "refused", "suspended", "closed"), nullable=False
        ),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("in_force", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount > 0", name=op.f("ck_job_order_headcount")),
        sa.CheckConstraint("wage_minor > 0", name=op.f("ck_job_order_wage")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_job_order_days")),
        _reference("job_order", "office_id", "organisation"),
        _reference("job_order", "agency_id", "organisation"),
        _reference("job_order", "employer_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_order")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_job_order_office_id_number")),
    )
    for column in ("office_id", "agency_id", "employer_id", "programme_id", "state"):
        op.create_index(op.f(f"ix_job_order_{column}"), "job_order", [column])
    op.create_table(
        "job_order_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", _choice("versionstate", "asked", "approved", "refused", "replaced"), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        _reference("job_order_version", "job_order_id", "job_order"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_order_version")),
        sa.UniqueConstraint("job_order_id", "number", name=op.f("uq_job_order_version_job_order_id_number")),
    )


def _claims() -> None:
    op.create_table(
        "job_order_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("job_order_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        *_recorded(),
        sa.Column("released_by", sa.String(length=40), nullable=False),
        _reference("job_order_claim", "case_id", "case_file"),
        _reference("job_order_claim", "job_order_id", "job_order"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_order_claim")),
    )
    op.create_index(op.f("ix_job_order_claim_case_id"), "job_order_claim", ["case_id"])
    op.create_index("ix_job_order_claim_used", "job_order_claim", ["job_order_id", "released_at"])
    op.create_index(
        "uq_job_order_claim_live",
        "job_order_claim",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    with op.batch_alter_table("licence") as batch:
        for column in _GUARANTEE:
            batch.drop_column(column)
