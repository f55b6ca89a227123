"""What was signed of a certificate for machines"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("certificate", sa.Column("proofs", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("certificate", "proofs")
