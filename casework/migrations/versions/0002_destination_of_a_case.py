"""The destination of a case, for programmes that lead to several countries"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("destination", sa.String(length=2), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("case_file", "destination")
