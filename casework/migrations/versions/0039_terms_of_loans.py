"""The terms of a loan, and the day that its note counts from"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("loan", sa.Column("terms", sa.Text(), nullable=False, server_default=""))
    op.add_column("money_paper", sa.Column("counts_from", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("money_paper", "counts_from")
    op.drop_column("loan", "terms")
