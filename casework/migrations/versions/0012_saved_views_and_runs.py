"""Lists that reviewers save, and the run that made a certificate"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("account_id", "place", "name", name=op.f("uq_saved_view_account_id_place_name")),
    )
    op.create_index(op.f("ix_saved_view_account_id"), "saved_view", ["account_id"])
    op.add_column("certificate", sa.Column("flow_run", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("certificate", "flow_run")
    op.drop_index(op.f("ix_saved_view_account_id"), table_name="saved_view")
    op.drop_table("saved_view")
