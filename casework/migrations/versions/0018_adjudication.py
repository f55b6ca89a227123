"""Proposed and confirmed verdicts on possible matches"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = ("open", "proposed", "inconclusive", "dismissed", "confirmed")
_VERDICTS = ("not_the_person", "true_match", "inconclusive")
_STEPS = ("proposed", "confirmed", "returned", "answered")
_STEP = sa.table(
    "adjudication", sa.column("id"), sa.column("hit_id"), sa.column("officer_id"), sa.column("number"),
    sa.column("recorded_at"),
)  # fmt: skip


def upgrade() -> None:
    """Two answers that did not know of each other become a kind of step of their own, so that they stay readable. A
    first answer is a proposal now; where officers disagreed they begin again."""
    with _hit_alone(), op.batch_alter_table("hit") as batch:
        batch.drop_constraint(op.f("ck_hit_hitstate"), type_="check")
    with op.batch_alter_table("adjudication") as batch:
        batch.drop_constraint(op.f("ck_adjudication_verdict"), type_="check")
        batch.drop_constraint(op.f("uq_adjudication_hit_id_officer_id"), type_="unique")
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("step", sa.String(length=32), nullable=False, server_default="answered"))
        batch.add_column(sa.Column("next_step", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("together", sa.Uuid(), nullable=True))
    op.execute("UPDATE adjudication SET verdict = 'not_the_person' WHERE verdict = 'false_match'")
    op.execute("UPDATE adjudication SET step = 'proposed' WHERE hit_id IN (SELECT id FROM hit WHERE state = 'open')")
    op.execute("UPDATE hit SET state = 'proposed' WHERE state = 'open' AND id IN (SELECT hit_id FROM adjudication)")
    op.execute("UPDATE hit SET state = 'open' WHERE state = 'disputed'")
    _number()
    with _hit_alone(), op.batch_alter_table("hit") as batch:
        batch.create_check_constraint(op.f("ck_hit_hitstate"), sa.column("state").in_(_STATES))
    with op.batch_alter_table("adjudication") as batch:
        batch.create_check_constraint(op.f("ck_adjudication_verdict"), sa.column("verdict").in_(_VERDICTS))
        batch.create_check_constraint(op.f("ck_adjudication_step"), sa.column("step").in_(_STEPS))
        batch.create_unique_constraint(op.f("uq_adjudication_hit_id_number"), ["hit_id", "number"])
    _papers()
    _stand_ins()
    _sweeps()


@contextmanager
def _hit_alone() -> Iterator[None]:
    """SQLite changes a rule by copying the table and dropping the old one, which rows that name one of its rows would
    forbid: they are set aside for that long."""
    op.execute("CREATE TEMPORARY TABLE kept_steps AS SELECT * FROM adjudication")
    op.execute("CREATE TEMPORARY TABLE carried AS SELECT id, carried_from FROM hit WHERE carried_from IS NOT NULL")
    op.execute("DELETE FROM adjudication")
    op.execute("UPDATE hit SET carried_from = NULL")
    yield
    op.execute(
        "UPDATE hit SET carried_from = (SELECT carried_from FROM carried WHERE carried.id = hit.id)"
        " WHERE id IN (SELECT id FROM carried)"
    )
    op.execute("INSERT INTO adjudication SELECT * FROM kept_steps")
    op.execute("DROP TABLE carried")
    op.execute("DROP TABLE kept_steps")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _number() -> None:
    bind, last = op.get_bind(), None
    number = 0
    ordered = sa.select(_STEP.c.id, _STEP.c.hit_id).order_by(_STEP.c.hit_id, _STEP.c.recorded_at, _STEP.c.id)
    for key, hit in bind.execute(ordered).all():
        number, last = (number + 1 if hit == last else 1), hit
        bind.execute(_STEP.update().where(_STEP.c.id == key).values(number=number))


def _papers() -> None:
    op.create_table(
        "hit_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scan", _choice("scanstate", "not_scanned", "clean", "infected"), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_hit_paper_hit_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_hit_paper_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_paper")),
    )
    op.create_index(op.f("ix_hit_paper_hit_id"), "hit_paper", ["hit_id"])


def _stand_ins() -> None:
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["organisation.id"], name=op.f("fk_stand_in_office_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stand_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    op.create_index(op.f("ix_stand_in_office_id"), "stand_in", ["office_id"])
    op.create_index(op.f("ix_stand_in_account_id"), "stand_in", ["account_id"])


def _sweeps() -> None:
    """Bulk screenings, and what a screening knows of the last that confirmed it."""
    op.create_table(
        "screening_sweep",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.Column("algorithm", sa.String(length=40), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("renewed", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_sweep")),
    )
    op.create_table(
        "sweep_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sweep_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("screenings", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["screening_sweep.id"], name=op.f("fk_sweep_part_sweep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_part")),
        sa.UniqueConstraint("sweep_id", "number", name=op.f("uq_sweep_part_sweep_id_number")),
    )
    op.create_index(op.f("ix_sweep_part_sweep_id"), "sweep_part", ["sweep_id"])
    op.add_column("screening", sa.Column("threshold", sa.Integer(), nullable=False, server_default="80"))
    op.add_column("screening", sa.Column("sweep_id", sa.Uuid(), nullable=True))
    op.add_column("screening", sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_screening_sweep_id"), "screening", ["sweep_id"])


def _no_sweeps() -> None:
    op.drop_index(op.f("ix_screening_sweep_id"), table_name="screening")
    for name in ("confirmed_on", "sweep_id", "threshold"):
        op.drop_column("screening", name)
    op.drop_table("sweep_part")
    op.drop_table("screening_sweep")


def downgrade() -> None:
    """Of the steps the older version knows one answer of each officer; papers about matches it does not know."""
    _no_sweeps()
    op.drop_table("stand_in")
    op.drop_table("hit_paper")
    with op.batch_alter_table("adjudication") as batch:
        batch.drop_constraint(op.f("uq_adjudication_hit_id_number"), type_="unique")
        batch.drop_constraint(op.f("ck_adjudication_step"), type_="check")
        batch.drop_constraint(op.f("ck_adjudication_verdict"), type_="check")
    with _hit_alone(), op.batch_alter_table("hit") as batch:
        batch.drop_constraint(op.f("ck_hit_hitstate"), type_="check")
    op.execute("DELETE FROM adjudication WHERE step = 'returned' OR verdict = 'inconclusive'")
    op.execute(
        "DELETE FROM adjudication WHERE EXISTS (SELECT 1 FROM adjudication AS later "
        "WHERE later.hit_id = adjudication.hit_id AND later.officer_id = adjudication.officer_id "
        "AND later.number > adjudication.number)"
    )
    op.execute("UPDATE adjudication SET verdict = 'false_match' WHERE verdict = 'not_the_person'")
    op.execute("UPDATE hit SET state = 'open' WHERE state IN ('proposed', 'inconclusive')")
    with _hit_alone(), op.batch_alter_table("hit") as batch:
        states = ("open", "disputed", "dismissed", "confirmed")
        batch.create_check_constraint(op.f("ck_hit_hitstate"), sa.column("state").in_(states))
    with op.batch_alter_table("adjudication") as batch:
        for name in ("together", "next_step", "step", "number"):
            batch.drop_column(name)
        verdicts = ("false_match", "true_match")
        batch.create_check_constraint(op.f("ck_adjudication_verdict"), sa.column("verdict").in_(verdicts))
        batch.create_unique_constraint(op.f("uq_adjudication_hit_id_officer_id"), ["hit_id", "officer_id"])
