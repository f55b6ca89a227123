"""Whom a fee was paid to stays with its alert; from when a complaint counts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("fee_alert", sa.Column("freed_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "fee_alert_payee",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _to("fee_alert_payee", "alert_id", "fee_alert"),
        _to("fee_alert_payee", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("alert_id", "organisation_id", name=op.f("pk_fee_alert_payee")),
    )
    op.create_index(op.f("ix_fee_alert_payee_organisation_id"), "fee_alert_payee", ["organisation_id"], unique=False)
    _name_payees()
    op.add_column("complaint", sa.Column("counted_id", sa.Uuid(), nullable=True))
    op.add_column("complaint", sa.Column("counts_from", sa.Date(), nullable=True))
    op.create_index(op.f("ix_complaint_counted_id"), "complaint", ["counted_id"], unique=False)


def _name_payees() -> None:
    """Whom the worker paid what an alert is about, as the costs stand."""
    op.execute(
        "INSERT INTO fee_alert_payee (alert_id, organisation_id)"
        " SELECT DISTINCT fee_alert.id, cost.payee_id FROM fee_alert JOIN cost ON cost.case_id = fee_alert.case_id"
        " AND cost.currency = fee_alert.currency AND (fee_alert.head = cost.head OR fee_alert.head = 'any')"
        " WHERE cost.live AND cost.paid_by = 'worker' AND cost.payee_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_complaint_counted_id"), "complaint")
    op.drop_column("complaint", "counts_from")
    op.drop_column("complaint", "counted_id")
    op.drop_table("fee_alert_payee")
    op.drop_column("fee_alert", "freed_minor")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
