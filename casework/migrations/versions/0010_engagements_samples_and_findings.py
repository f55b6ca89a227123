"""Engagements of auditors, samples with their reviews and reports, findings"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TABLES = (
    "audit_finding_step",
    "audit_finding",
    "audit_report",
    "audit_review",
    "audit_sample_item",
    "audit_sample",
    "audit_engagement_programme",
    "audit_engagement_office",
    "audit_engagement_auditor",
    "audit_engagement",
)
_NEVER = ("audit_sample_item", "audit_review", "audit_finding_step")
"""Their rows are never changed; a sample's no more once it is signed."""


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, length: int = 0, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _table(name: str, *columns: sa.Column[Any], key: Sequence[str] = ("id",), refers: Sequence[str] = (),
           unique: Sequence[Sequence[str]] = (), index: Sequence[str] = ()) -> None:  # fmt: skip
    """Create a table; `refers` are ``column:table``. Constraints get the names of `casework.columns`."""
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))]
    for reference in refers:
        column, other = reference.split(":")
        constraints.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}")))
    constraints += [sa.UniqueConstraint(*some, name=op.f(f"uq_{name}_{'_'.join(some)}")) for some in unique]
    op.create_table(name, *columns, *constraints)
    for column in index:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)


def upgrade() -> None:
    _engagements()
    _samples()
    _reviews()
    _findings()
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _protect_on_postgres()


def _engagements() -> None:
    _table(
        "audit_engagement",
        _id("id"),
        _text("number", 40),
        _text("title", 200),
        _text("purpose"),
        _day("begins_on"),
        _day("ends_on"),
        _day("closed_on", nullable=True),
        _text("opened_by", 40),
        _instant("opened_at"),
        unique=[["number"]],
    )
    _table(
        "audit_engagement_auditor",
        _id("engagement_id"),
        _id("account_id"),
        sa.Column("lead", sa.Boolean(), nullable=False),
        key=["engagement_id", "account_id"],
        refers=["engagement_id:audit_engagement", "account_id:account"],
        index=["account_id"],
    )
    _table(
        "audit_engagement_office",
        _id("engagement_id"),
        _id("office_id"),
        key=["engagement_id", "office_id"],
        refers=["engagement_id:audit_engagement", "office_id:organisation"],
    )
    _table(
        "audit_engagement_programme",
        _id("engagement_id"),
        _text("programme_id", 80),
        key=["engagement_id", "programme_id"],
        refers=["engagement_id:audit_engagement"],
    )


def _samples() -> None:
    _table(
        "audit_sample",
        _id("id"),
        _id("engagement_id"),
        _text("number", 40),
        sa.Column("state", _choice("samplestate", "reviewing", "signed"), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("method", _choice("method", "random", "stratified", "risk"), nullable=False),
        sa.Column("strata", _choice("strata", "kind", "agency", "programme", "person"), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("seed", 100),
        sa.Column("second_share", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        _text("population"),
        sa.Column("population_size", sa.Integer(), nullable=False),
        _text("population_sha256", 64),
        _day("drawn_on"),
        _instant("drawn_at"),
        _text("drawn_by", 40),
        _text("conclusion"),
        _day("signed_on", nullable=True),
        _instant("signed_at", nullable=True),
        _text("signed_by", 40),
        refers=["engagement_id:audit_engagement"],
        unique=[["number"]],
        index=["engagement_id"],
    )
    _table(
        "audit_sample_item",
        _id("id"),
        _id("sample_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _id("certificate_id"),
        _text("stratum", 80),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        refers=["sample_id:audit_sample", "certificate_id:certificate"],
        unique=[["sample_id", "position"], ["sample_id", "certificate_id"]],
        index=["sample_id", "certificate_id"],
    )


def _reviews() -> None:
    _table(
        "audit_review",
        _id("id"),
        _id("sample_id"),
        _id("item_id"),
        sa.Column("step", _choice("step", "first", "second", "lead"), nullable=False),
        sa.Column("verdict", _choice("verdict", "agree", "exception", "not_examinable"), nullable=False),
        _text("code", 60),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        _text("reviewed_by", 40),
        _day("reviewed_on"),
        _instant("recorded_at"),
        refers=["sample_id:audit_sample", "item_id:audit_sample_item"],
        unique=[["item_id", "step"]],
        index=["sample_id", "item_id"],
    )
    _table(
        "audit_report",
        _id("id"),
        _id("sample_id"),
        _text("number", 40),
        _text("token", 32),
        sa.Column("state", _choice("reportstate", "reserved", "issued"), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        _instant("reserved_at"),
        _day("issued_on"),
        _instant("issued_at", nullable=True),
        _text("sha256", 64),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("template_digest", 64),
        sa.Column("renderer", sa.JSON(), nullable=True),
        _text("signed_by", 64),
        _instant("signed_at", nullable=True),
        sa.Column("timestamped", sa.Boolean(), nullable=False),
        refers=["sample_id:audit_sample"],
        unique=[["sample_id"], ["number"], ["token"]],
        index=["state", "sha256"],
    )


def _findings() -> None:
    states = ("open", "in_action", "disputed", "implemented", "closed", "withdrawn")
    acts = ("raise", "agree", "agree_partly", "disagree", "implement", "close", "keep_open", "withdraw")
    _table(
        "audit_finding",
        _id("id"),
        _text("number", 40),
        _id("engagement_id"),
        _id("office_id"),
        _id("item_id", nullable=True),
        _text("title", 200),
        sa.Column("severity", _choice("severity", "low", "medium", "high", "critical"), nullable=False),
        _text("criterion"),
        _text("condition"),
        _text("cause"),
        _text("recommendation"),
        sa.Column("state", _choice("findingstate", *states), nullable=False),
        _day("due_on", nullable=True),
        _id("responsible_id", nullable=True),
        _day("raised_on"),
        _text("raised_by", 40),
        _instant("recorded_at"),
        refers=["engagement_id:audit_engagement", "office_id:organisation", "item_id:audit_sample_item",
                "responsible_id:account"],
        unique=[["number"]],
        index=["engagement_id", "office_id", "state"],
    )  # fmt: skip
    _table(
        "audit_finding_step",
        _id("id"),
        _id("finding_id"),
        sa.Column("act", _choice("findingact", *acts), nullable=False),
        _text("words"),
        _text("action"),
        _day("due_on", nullable=True),
        _id("responsible_id", nullable=True),
        _day("recorded_on"),
        _instant("recorded_at"),
        _text("recorded_by", 40),
        refers=["finding_id:audit_finding", "responsible_id:account"],
        index=["finding_id"],
    )


def _protect_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_sample_no_{verb.lower()} BEFORE {verb} ON audit_sample WHEN OLD.state = 'signed' "
            "BEGIN SELECT RAISE(ABORT, 'a signed sample does not change'); END"
        )
        for table in _NEVER:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'what an auditor recorded does not change'); END"
            )
    for table in ("audit_review", "audit_sample_item"):
        op.execute(
            f"CREATE TRIGGER {table}_not_signed BEFORE INSERT ON {table} "  # noqa: S608  our own names
            "WHEN (SELECT state FROM audit_sample WHERE id = NEW.sample_id) = 'signed' "
            "BEGIN SELECT RAISE(ABORT, 'a signed sample does not change'); END"
        )


def _protect_on_postgres() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what an auditor recorded does not change'; END $$"
    )
    op.execute(
        "CREATE FUNCTION audit_refuse_signed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF (SELECT state FROM audit_sample WHERE id = NEW.sample_id) = 'signed' THEN "
        "RAISE EXCEPTION 'a signed sample does not change'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_sample_unchangeable BEFORE UPDATE OR DELETE ON audit_sample "
        "FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION audit_refuse()"
    )
    for table in _NEVER:
        op.execute(
            f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        )
    for table in ("audit_review", "audit_sample_item"):
        op.execute(
            f"CREATE TRIGGER {table}_not_signed BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse_signed()"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")
        op.execute("DROP FUNCTION audit_refuse_signed()")
