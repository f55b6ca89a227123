"""Travel loans: one life from the wish to the pay-out, numbers, purposes, assessments, who signs, unwinding"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from basis.ids import new_id
from casework.columns import UtcDateTime

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MINOR = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BEFORE = ("asked", "approved", "signed", "declined", "withdrawn")
_STATES = (
    "requested", "assessed", "approved", "note_signed", "disbursed", "in_grace", "repaying", "deferred", "overdue",
    "accelerated", "in_collection", "settled", "forgiven", "declined", "cancelled", "unwound",
)  # fmt: skip
_HEADS = (
    "recruitment_fee", "documents", "medical", "vaccination", "insurance", "skills_test", "training", "orientation",
    "equipment", "visa", "travel", "lodging", "administration", "any",
)  # fmt: skip
_UP = {"asked": "requested", "signed": "note_signed", "withdrawn": "cancelled"}
_DOWN = {
    **dict.fromkeys(("requested", "assessed"), "asked"),
    **dict.fromkeys(_STATES[_STATES.index("note_signed") : _STATES.index("declined")], "signed"),
    **dict.fromkeys(("cancelled", "unwound"), "withdrawn"),
}
_SUMS = (("loan", "principal_minor"), ("instalment", "amount_minor"))
_DAYS = ("assessed_on", "approved_on", "explained_on", "signed_on", "first_due_on", "disbursed_on", "grace_from",
         "ended_on")  # fmt: skip
_TEXTS = {"assessed_by": 40, "explained_by": 40, "explained_language": 16, "witness": 40,
          "disbursement_reference": 120, "disbursed_by": 40}  # fmt: skip


def upgrade() -> None:
    """A loan that an officer had approved alone counts as assessed by that officer. Each is for the journey, as all
    were, and gets a number of its year in the order of recording."""
    _columns()
    _states(_BEFORE, _STATES, _UP)
    op.execute(
        "UPDATE loan SET state = 'assessed' WHERE state = 'requested' AND EXISTS"
        " (SELECT 1 FROM loan_approval WHERE loan_approval.loan_id = loan.id AND loan_approval.approved)"
    )
    _tables()
    _fill()
    op.create_index(op.f("ix_loan_number"), "loan", ["number"], unique=True)
    op.create_index(op.f("ix_loan_state"), "loan", ["state"], unique=False)


def downgrade() -> None:
    """Earlier rules know nothing of what happens after the signature: such a loan is a signed one again."""
    op.execute("DELETE FROM number_series WHERE prefix = 'L'")
    for table in ("loan_unwinding", "loan_party", "loan_assessment", "loan_purpose"):
        op.drop_table(table)
    op.drop_index(op.f("ix_loan_state"), "loan")
    op.drop_index(op.f("ix_loan_number"), "loan")
    op.execute("DELETE FROM instalment WHERE plan > 1")
    with op.batch_alter_table("instalment") as batch:
        batch.drop_constraint(op.f("uq_instalment_loan_id_plan_number"), type_="unique")
        batch.create_unique_constraint(op.f("uq_instalment_loan_id_number"), ["loan_id", "number"])
        batch.drop_column("interest_minor")
        batch.drop_column("plan")
    op.drop_column("loan_approval", "role")
    _states(_STATES, _BEFORE, _DOWN)
    kept = {"signed_on"}
    for name in ("number", "interest", "version", "instalments", "due_day", *_TEXTS, *(set(_DAYS) - kept)):
        op.drop_column("loan", name)
    for name in ("note_how", "disbursed_to"):
        op.drop_column("loan", name)
    for table, name in _SUMS:
        if op.get_bind().dialect.name != "sqlite":
            op.alter_column(table, name, type_=sa.Integer(), existing_type=sa.BigInteger())


def _columns() -> None:
    for table, name in _SUMS:
        if op.get_bind().dialect.name != "sqlite":  # whose integers are as long as the number is
            op.alter_column(table, name, type_=sa.BigInteger(), existing_type=sa.Integer())
    op.add_column("loan", sa.Column("number", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("loan", sa.Column("interest", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("loan", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for name in ("instalments", "due_day"):
        op.add_column("loan", sa.Column(name, sa.Integer(), nullable=True))
    for name in _DAYS:
        if name != "signed_on":
            op.add_column("loan", sa.Column(name, sa.Date(), nullable=True))
    for name, length in _TEXTS.items():
        op.add_column("loan", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    # The rule stands in the column itself, so that SQLite can drop both without copying a table that others name.
    for name, rule, values in (
        ("note_how", "notehow", ("paper", "screen")),
        ("disbursed_to", "paidto", ("carrier", "worker")),
    ):
        said = ", ".join(repr(value) for value in values)
        op.execute(
            f"ALTER TABLE loan ADD COLUMN {name} VARCHAR(32) CONSTRAINT ck_loan_{rule} CHECK ({name} IN ({said}))"
        )
    op.add_column("loan_approval", sa.Column("role", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("instalment") as batch:
        batch.add_column(sa.Column("plan", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("interest_minor", _MINOR, nullable=False, server_default="0"))
        batch.drop_constraint(op.f("uq_instalment_loan_id_number"), type_="unique")
        batch.create_unique_constraint(op.f("uq_instalment_loan_id_plan_number"), ["loan_id", "plan", "number"])


def _tables() -> None:
    _table(
        "loan_purpose",
        _choice("head", "feehead", *_HEADS),
        sa.Column("amount_minor", _MINOR, nullable=False),
        sa.UniqueConstraint("loan_id", "head", name=op.f("uq_loan_purpose_loan_id_head")),
        recorded=False,
    )
    _table(
        "loan_assessment",
        sa.Column("wage_minor", _MINOR, nullable=True),
        sa.Column("wage_currency", sa.String(length=3), nullable=False),
        _choice("wage_source", "wagesource", "job_order", "contract", "stated", nullable=True),
        sa.Column("instalment_minor", _MINOR, nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("looked_at", sa.LargeBinary(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        unique=True,
    )
    _table(
        "loan_party",
        _choice("kind", "partykind", "guarantor", "co_signer", "adult"),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
    )
    live = sa.text("withdrawn_on IS NULL AND member_id IS NOT NULL")
    op.create_index(
        "ix_loan_party_live",
        "loan_party",
        ["loan_id", "member_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    _table(
        "loan_unwinding",
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("refund_minor", _MINOR, nullable=False),
        sa.Column("received_minor", _MINOR, nullable=False),
        sa.Column("remainder_minor", _MINOR, nullable=False),
        _choice("borne_by", "bearer", "programme", "worker"),
        sa.Column("unwound_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        unique=True,
    )


def _table(name: str, *columns: sa.Column[object] | sa.Constraint, unique: bool = False, recorded: bool = True) -> None:
    by: tuple[sa.Column[Any], ...] = (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        *columns,
        *(by if recorded else ()),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f(f"fk_{name}_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_loan_id"), name, ["loan_id"], unique=unique)


def _choice(column: str, name: str, *values: str, nullable: bool = False) -> sa.Column[object]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _fill() -> None:
    bind = op.get_bind()
    loan = sa.table(
        "loan",
        sa.column("id", sa.Uuid()),
        sa.column("number", sa.String()),
        sa.column("asked_on", sa.Date()),
        sa.column("principal_minor", sa.BigInteger()),
        sa.column("state", sa.String()),
        sa.column("ended_on", sa.Date()),
        sa.column("approved_on", sa.Date()),
        sa.column("assessed_on", sa.Date()),
        sa.column("assessed_by", sa.String()),
    )
    approval = sa.table(
        "loan_approval",
        sa.column("loan_id", sa.Uuid()),
        sa.column("officer_id", sa.Uuid()),
        sa.column("approved", sa.Boolean()),
        sa.column("decided_on", sa.Date()),
        sa.column("recorded_at", UtcDateTime()),
    )
    purpose = sa.table(
        "loan_purpose",
        sa.column("id", sa.Uuid()),
        sa.column("loan_id", sa.Uuid()),
        sa.column("head", sa.String()),
        sa.column("amount_minor", sa.BigInteger()),
    )
    given: Counter[int] = Counter()
    columns = (loan.c.id, loan.c.asked_on, loan.c.principal_minor, loan.c.state)
    for row in bind.execute(sa.select(*columns).order_by(loan.c.id)).all():
        given[row.asked_on.year] += 1
        values: dict[str, object] = {"number": f"L-{row.asked_on.year}-{given[row.asked_on.year]:06d}"}
        decided = bind.execute(
            sa.select(approval.c.officer_id, approval.c.decided_on)
            .where(approval.c.loan_id == row.id, approval.c.approved)
            .order_by(approval.c.recorded_at)
        ).all()
        if decided:
            values |= {"assessed_by": str(decided[0].officer_id), "assessed_on": decided[0].decided_on}
        if decided and row.state in ("approved", "note_signed"):
            values["approved_on"] = decided[-1].decided_on
        bind.execute(loan.update().where(loan.c.id == row.id).values(**values))
        bind.execute(
            purpose.insert().values(id=new_id(), loan_id=row.id, head="travel", amount_minor=row.principal_minor)
        )
    series = sa.table(
        "number_series",
        sa.column("prefix", sa.String()),
        sa.column("year", sa.Integer()),
        sa.column("next_number", sa.Integer()),
    )
    for year, count in given.items():
        bind.execute(series.insert().values(prefix="L", year=year, next_number=count + 1))


def _states(before: Sequence[str], after: Sequence[str], renamed: dict[str, str]) -> None:
    """Other tables name a loan, so SQLite cannot copy and drop this one: the rule is changed where SQLite keeps it, as
    https://www.sqlite.org/lang_altertable.html (section 7) describes."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_loan_loanstate"), "loan", type_="check")
        _rename(renamed)
        op.create_check_constraint(op.f("ck_loan_loanstate"), "loan", sa.column("state").in_(after))
        return
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'loan' AND instr(sql, :before)"
        ),
        {"before": _listed(before), "after": _listed(after)},
    )
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed.rowcount != 1:
        raise RuntimeError("The rule on the states of loans is not as the first migration wrote it.")
    _rename(renamed)


def _rename(renamed: dict[str, str]) -> None:
    loan = sa.table("loan", sa.column("state", sa.String()))
    for before, after in renamed.items():
        op.execute(loan.update().where(loan.c.state == before).values(state=after))


def _listed(states: Sequence[str]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"
