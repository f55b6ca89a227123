"""Complaints and reports of fees"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_KINDS = (
    "fee", "passport_kept", "contract_changed", "wages", "conditions", "movement", "threats", "violence", "debt",
    "conduct", "other",
)  # fmt: skip
_AGAINST = ("agency", "employer", "clinic", "provider", "staff", "handler", "other")
_STEPS = ("received", "added", "taken", "noted", "sorted", "closed", "reopened")


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("against", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        _one_of("complaint", "kind", "complaintkind", _KINDS),
        _one_of("complaint", "against", "against", _AGAINST),
        _one_of("complaint", "state", "complaintstate", ("received", "in_hand", "closed")),
        _one_of("complaint", "outcome", "outcome", ("founded", "not_founded", "settled", "referred")),
        _to("complaint", "office_id", "organisation"),
        _to("complaint", "organisation_id", "organisation"),
        _to("complaint", "about_id", "account"),
        _to("complaint", "handler_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("code_index", name=op.f("uq_complaint_code_index")),
    )
    for column in ("office_id", "organisation_id", "state"):
        op.create_index(op.f(f"ix_complaint_{column}"), "complaint", [column], unique=False)
    op.create_table(
        "complaint_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        _one_of("complaint_step", "step", "complaintstep", _STEPS),
        _to("complaint_step", "complaint_id", "complaint"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    op.create_index(op.f("ix_complaint_step_complaint_id"), "complaint_step", ["complaint_id"], unique=False)


def downgrade() -> None:
    op.drop_table("complaint_step")
    op.drop_table("complaint")


def _one_of(table: str, column: str, name: str, values: Sequence[str]) -> sa.CheckConstraint:
    return sa.CheckConstraint(sa.column(column).in_(values), name=op.f(f"ck_{table}_{name}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
