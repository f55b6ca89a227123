"""Follow-ups as a stage: how, next day and report of a check-in, ends of assignments, measures, a life of their own"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_LIVES = (
    "open", "on_hold", "withdrawn", "refused", "ineligible", "offer_withdrawn", "deceased", "cleared", "departed",
    "arrived", "returned", "closed",
)  # fmt: skip
_AT = _LIVES.index("departed")
_WITH_FOLLOW_UP = (*_LIVES[:_AT], "in_follow_up", *_LIVES[_AT:])
_RULES = (
    ("case_file", "life", "caselife"),
    ("case_move", "from_life", "caselife"),
    ("case_move", "to_life", "to_caselife"),
)


def upgrade() -> None:
    _lives(_LIVES, _WITH_FOLLOW_UP)
    with op.batch_alter_table("follow_up") as batch:
        batch.add_column(sa.Column("how", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("next_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("report_id", sa.Uuid(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_follow_up_followuphow"), sa.column("how").in_(("visit", "call", "message", "report", "meeting"))
        )
        batch.create_foreign_key(op.f("fk_follow_up_report_id"), "evidence_item", ["report_id"], ["id"])
    op.create_table(
        "assignment_end",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            sa.column("state").in_(("agreed", "asked", "approved", "declined")),
            name=op.f("ck_assignment_end_endstate"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assignment_end_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_end")),
    )
    op.create_index(op.f("ix_assignment_end_case_id"), "assignment_end", ["case_id"], unique=False)
    op.create_table(
        "compensation_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            sa.column("kind").in_(("adaptation_period", "aptitude_test", "course")),
            name=op.f("ck_compensation_measure_measurekind"),
        ),
        sa.CheckConstraint(
            sa.column("outcome").in_(("passed", "failed", "broken_off")),
            name=op.f("ck_compensation_measure_measureoutcome"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_compensation_measure_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation_measure")),
    )
    op.create_index(op.f("ix_compensation_measure_case_id"), "compensation_measure", ["case_id"], unique=False)
    op.create_table(
        "follow_up_told",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_follow_up_told_case_id")),
        sa.PrimaryKeyConstraint("case_id", "follow_up", "due_on", name=op.f("pk_follow_up_told")),
    )


def downgrade() -> None:
    """The earlier rules know no life in follow-up: such a case is closed, as it would have been then."""
    op.drop_table("follow_up_told")
    op.drop_table("compensation_measure")
    op.drop_table("assignment_end")
    with op.batch_alter_table("follow_up") as batch:
        batch.drop_constraint(op.f("fk_follow_up_report_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_follow_up_followuphow"), type_="check")
        batch.drop_column("report_id")
        batch.drop_column("next_on")
        batch.drop_column("how")
    op.execute("UPDATE case_file SET life = 'closed' WHERE life = 'in_follow_up'")
    op.execute(
        "UPDATE case_move SET to_life = 'closed', reason = 'home_track_completed' WHERE to_life = 'in_follow_up'"
    )
    op.execute("UPDATE case_move SET from_life = 'closed' WHERE from_life = 'in_follow_up'")
    _lives(_WITH_FOLLOW_UP, _LIVES)


def _lives(before: Sequence[str], after: Sequence[str]) -> None:
    """Most tables name a case, so SQLite cannot copy and drop this one: the rule is changed where SQLite keeps it, as
    https://www.sqlite.org/lang_altertable.html (section 7) describes."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        for table, column, name in _RULES:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, sa.column(column).in_(after))
        return
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = 0
    for table, column, _name in _RULES:
        changed += bind.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
                " WHERE type = 'table' AND name = :table AND instr(sql, :before)"
            ),
            {"table": table, "before": _listed(column, before), "after": _listed(column, after)},
        ).rowcount
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed != len(_RULES):
        raise RuntimeError("The rules on the lives of cases are not as the first migration wrote them.")


def _listed(column: str, lives: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(life) for life in lives)})"
