"""Parts, versions and follow-up of examinations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NEW = (
    "appointment_id",
    "photograph_id",
    "regime",
    "parts",
    "until",
    "good_until",
    "result_code",
    "root_id",
    "number",
    "amend_reason",
    "counting",
)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """An examination of before is the first version of itself, and counts. Reasons of waivers that were written down
    before stay as they are: a migration has no keys; `predeparture case seal-reasons` seals them."""
    with op.batch_alter_table("medical_examination") as batch:
        for name in ("appointment_id", "photograph_id", "root_id"):
            batch.add_column(sa.Column(name, sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("regime", sa.String(length=60), nullable=False, server_default=""))
        batch.add_column(sa.Column("parts", sa.JSON(), nullable=False, server_default="{}"))
        for name in ("until", "good_until"):
            batch.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name in ("result_code", "amend_reason"):
            batch.add_column(sa.Column(name, sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        counting = _choice("counting", "counts", "waits", "set_aside")
        batch.add_column(sa.Column("counting", counting, nullable=False, server_default="counts"))
        for name in ("appointment_id", "root_id"):
            batch.create_index(op.f(f"ix_medical_examination_{name}"), [name])
    _second_opinions()
    _vaccinations()
    _care()
    _checks()
    for name in ("sealed_reason", "sealed_decision"):
        op.add_column("waiver", sa.Column(name, sa.LargeBinary(), nullable=True))


def _table(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f(f"fk_{name}_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f(f"fk_{name}_worker_id")),
        *(
            sa.ForeignKeyConstraint(["clinic_id"], ["organisation.id"], name=op.f(f"fk_{name}_clinic_id"))
            for column in columns
            if column.name == "clinic_id"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_case_id"), name, ["case_id"])


def _second_opinions() -> None:
    _table(
        "second_opinion",
        sa.Column("first", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("second", sa.Uuid(), nullable=True),
        sa.Column("counts", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.LargeBinary(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
    )
    op.create_index(op.f("ix_second_opinion_first"), "second_opinion", ["first"])


def _vaccinations() -> None:
    _table(
        "vaccination",
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
    )


def _care() -> None:
    _table(
        "medical_care",
        sa.Column("kind", _choice("carekind", "referral", "counselling", "hand_over"), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("consent_ended_on", sa.Date(), nullable=True),
    )


def _checks() -> None:
    _table(
        "fit_to_fly",
        sa.Column("physician", sa.String(length=200), nullable=False),
        sa.Column("physician_licence", sa.String(length=60), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("fit", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
    )


def downgrade() -> None:
    """The older version knows neither versions nor second opinions: what does not count is withdrawn there. A reason
    that was sealed is lost to it, for without the keys it cannot be opened."""
    op.execute(
        "UPDATE medical_examination SET withdrawn_on = DATE(recorded_at)"
        " WHERE withdrawn_on IS NULL AND counting <> 'counts'"
    )
    for name in ("sealed_decision", "sealed_reason"):
        op.drop_column("waiver", name)
    for name in ("fit_to_fly", "medical_care", "vaccination", "second_opinion"):
        op.drop_table(name)
    with op.batch_alter_table("medical_examination") as batch:
        batch.drop_constraint(op.f("ck_medical_examination_counting"), type_="check")
        for name in ("root_id", "appointment_id"):
            batch.drop_index(op.f(f"ix_medical_examination_{name}"))
        for name in reversed(_NEW):
            batch.drop_column(name)
