"""What the skills map asks of a case"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SEARCHED = ("office_id", "life", "occupation", "ready_in", "programme_id", "track", "reference", "id")


def upgrade() -> None:
    """Every case that is worked on is assessed anew by the next daily look, which keeps how long it still takes."""
    op.add_column("case_file", sa.Column("ready_in", sa.Integer(), nullable=True))
    op.execute("UPDATE case_file SET changes_on = assessed_on WHERE life IN ('open', 'cleared')")
    op.create_index("ix_case_file_skills", "case_file", _SEARCHED)
    op.create_index(
        "ix_qualification_decision_skills", "qualification_decision", ("kind", "subject", "level", "case_id")
    )


def downgrade() -> None:
    op.drop_index("ix_qualification_decision_skills", "qualification_decision")
    op.drop_index("ix_case_file_skills", "case_file")
    op.drop_column("case_file", "ready_in")
