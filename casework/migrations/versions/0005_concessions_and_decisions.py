"""Conditions, interim permissions, adverse decisions and appeals"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _concessions()
    _decisions()
    _appeals()
    _letters()


def _concessions() -> None:
    """What was given before is a waiver that was asked for on the day it was given."""
    with op.batch_alter_table("waiver") as batch:
        batch.add_column(
            sa.Column(
                "kind",
                _choice("waiverkind", "waiver", "condition", "interim"),
                nullable=False,
                server_default="waiver",
            )
        )
        batch.add_column(
            sa.Column(
                "state",
                _choice("concessionstate", "requested", "given", "refused", "withdrawn"),
                nullable=False,
                server_default="given",
            )
        )
        batch.add_column(sa.Column("asked_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("decision", sa.String(length=300), nullable=False, server_default=""))
        batch.add_column(sa.Column("until_event", sa.String(length=80), nullable=False, server_default=""))
        batch.alter_column("authority", type_=sa.String(length=400), existing_type=sa.String(length=200))
        batch.alter_column("granted_by", new_column_name="decided_by", existing_type=sa.String(length=40))
        batch.alter_column("granted_on", new_column_name="decided_on", existing_type=sa.Date(), nullable=True)
    op.execute("UPDATE waiver SET asked_on = decided_on")
    op.execute("UPDATE waiver SET state = 'withdrawn' WHERE withdrawn_on IS NOT NULL")
    with op.batch_alter_table("waiver") as batch:
        batch.alter_column("asked_on", existing_type=sa.Date(), nullable=False)
        batch.create_index(op.f("ix_waiver_state"), ["state"])


def _decisions() -> None:
    op.create_table(
        "adverse_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            _choice(
                "decisionkind", "refused", "ineligible", "waiver_refused", "medical", "security", "stage_not_passed"
            ),
            nullable=False,
        ),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=True),
        sa.Column("concession_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("authority", sa.String(length=400), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("appeal_to", sa.String(length=400), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end", _choice("decisionend", "overturned", "recorded_in_error"), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_adverse_decision_case_id")),
        sa.ForeignKeyConstraint(["concession_id"], ["waiver.id"], name=op.f("fk_adverse_decision_concession_id")),
        sa.ForeignKeyConstraint(["move_id"], ["case_move.id"], name=op.f("fk_adverse_decision_move_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_decision")),
    )
    op.create_index(op.f("ix_adverse_decision_case_id"), "adverse_decision", ["case_id"], unique=False)
    op.create_index(op.f("ix_adverse_decision_kind"), "adverse_decision", ["kind"], unique=False)


def _appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("lodged_by", _choice("appellant", "worker", "representative", "agency"), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("grounds", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("outcome", _choice("appealoutcome", "upheld", "overturned", "withdrawn"), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_appeal_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["adverse_decision.id"], name=op.f("fk_appeal_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_case_id"), "appeal", ["case_id"], unique=False)
    op.create_index(op.f("ix_appeal_decision_id"), "appeal", ["decision_id"], unique=False)


def _letters() -> None:
    """A register row is the image of a sign-off or of a decision.

    SQLite changes a column by copying its table and dropping the old one, which rows that name a later one of the
    same table would forbid: their references are set aside for that long.
    """
    op.execute(
        "CREATE TEMPORARY TABLE replaced AS SELECT id, superseded_by FROM certificate WHERE superseded_by IS NOT NULL"
    )
    op.execute("UPDATE certificate SET superseded_by = NULL")
    with op.batch_alter_table("certificate") as batch:
        batch.alter_column("sign_off_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("decision_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_certificate_decision_id"), "adverse_decision", ["decision_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_certificate_decision_id"), ["decision_id"])
        batch.create_check_constraint(op.f("ck_certificate_image"), "(sign_off_id IS NULL) <> (decision_id IS NULL)")
    op.execute(
        "UPDATE certificate SET superseded_by = (SELECT superseded_by FROM replaced WHERE replaced.id = certificate.id)"
        " WHERE id IN (SELECT id FROM replaced)"
    )
    op.execute("DROP TABLE replaced")


def downgrade() -> None:
    """Letters, decisions and open wishes are not known to the version before; what was given as a waiver stays."""
    op.execute("DELETE FROM certificate WHERE decision_id IS NOT NULL")
    op.execute(
        "CREATE TEMPORARY TABLE replaced AS SELECT id, superseded_by FROM certificate WHERE superseded_by IS NOT NULL"
    )
    op.execute("UPDATE certificate SET superseded_by = NULL")
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint(op.f("ck_certificate_image"), type_="check")
        batch.drop_constraint(op.f("uq_certificate_decision_id"), type_="unique")
        batch.drop_constraint(op.f("fk_certificate_decision_id"), type_="foreignkey")
        batch.drop_column("decision_id")
        batch.alter_column("sign_off_id", existing_type=sa.Uuid(), nullable=False)
    op.execute(
        "UPDATE certificate SET superseded_by = (SELECT superseded_by FROM replaced WHERE replaced.id = certificate.id)"
        " WHERE id IN (SELECT id FROM replaced)"
    )
    op.execute("DROP TABLE replaced")
    op.drop_table("appeal")
    op.drop_table("adverse_decision")
    op.execute("DELETE FROM waiver WHERE kind <> 'waiver' OR decided_on IS NULL OR state = 'refused'")
    with op.batch_alter_table("waiver") as batch:
        batch.drop_index(op.f("ix_waiver_state"))
        batch.drop_constraint(op.f("ck_waiver_waiverkind"), type_="check")
        batch.drop_constraint(op.f("ck_waiver_concessionstate"), type_="check")
        batch.alter_column("decided_by", new_column_name="granted_by", existing_type=sa.String(length=40))
        batch.alter_column("decided_on", new_column_name="granted_on", existing_type=sa.Date(), nullable=False)
        batch.drop_column("until_event")
        batch.drop_column("decision")
        batch.drop_column("asked_on")
        batch.drop_column("state")
        batch.drop_column("kind")
        batch.alter_column("authority", type_=sa.String(length=200), existing_type=sa.String(length=400))
