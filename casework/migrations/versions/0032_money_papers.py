"""Statements of loans and entitlements among the documents"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_KINDS = ("promissory_note", "loan_statement", "settlement_letter", "entitlement_statement")
_TWO = "(sign_off_id IS NULL) <> (decision_id IS NULL)"
_THREE = " + ".join(
    f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in ("sign_off_id", "decision_id", "paper_id")
)
_ONE_OF_THREE = f"{_THREE} = 1"


def upgrade() -> None:
    """A register row is the image of a sign-off, a decision or a paper about money."""
    _papers()
    if op.get_bind().dialect.name == "sqlite":
        # SQLite takes a reference with a new column only, and Alembic would copy and drop the table for it.
        op.execute(
            "ALTER TABLE certificate ADD COLUMN paper_id CHAR(32)"
            " CONSTRAINT fk_certificate_paper_id REFERENCES money_paper (id)"
        )
    else:
        op.add_column("certificate", sa.Column("paper_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f("fk_certificate_paper_id"), "certificate", "money_paper", ["paper_id"], ["id"])
    op.create_index(op.f("ix_certificate_paper_id"), "certificate", ["paper_id"], unique=True)
    _rule(_TWO, _ONE_OF_THREE)


def downgrade() -> None:
    """Papers about money are not known to the version before, nor what was done with them."""
    papers = "SELECT id FROM certificate WHERE paper_id IS NOT NULL"
    for table in ("certificate_scan", "certificate_copy", "disclosure", "verification_count"):
        op.execute(f"DELETE FROM {table} WHERE certificate_id IN ({papers})")  # noqa: S608  names of our own tables
    op.execute("UPDATE certificate SET superseded_by = NULL WHERE paper_id IS NOT NULL")
    op.execute("DELETE FROM certificate WHERE paper_id IS NOT NULL")
    _rule(_ONE_OF_THREE, _TWO)
    op.drop_index(op.f("ix_certificate_paper_id"), table_name="certificate")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_certificate_paper_id"), "certificate", type_="foreignkey")
    op.drop_column("certificate", "paper_id")
    op.drop_table("money_paper")


def _papers() -> None:
    op.create_table(
        "money_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("paperkind", *_KINDS), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=True),
        sa.Column("entitlement_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", UtcDateTime(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end", _choice("paperend", "replaced", "fallen"), nullable=True),
        sa.CheckConstraint("(kind = 'entitlement_statement') = (loan_id IS NULL)", name=op.f("ck_money_paper_about")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_money_paper_case_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_money_paper_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_paper")),
    )
    op.create_index(op.f("ix_money_paper_case_id"), "money_paper", ["case_id"])
    op.create_index(op.f("ix_money_paper_loan_id"), "money_paper", ["loan_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _rule(before: str, after: str) -> None:
    """Documents are named by many tables, so SQLite cannot copy and drop theirs: the rule is changed where SQLite keeps
    it, as step 0028 does."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_certificate_image"), "certificate", type_="check")
        op.create_check_constraint(op.f("ck_certificate_image"), "certificate", sa.text(after))
        return
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'certificate' AND instr(sql, :before)"
        ),
        {"before": before, "after": after},
    )
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed.rowcount != 1:
        raise RuntimeError("The rule on what a certificate is the image of is not as the earlier steps wrote it.")
