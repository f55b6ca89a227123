"""Programme versions of the installation's own, suspensions, and migrations of live cases"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    _versions()
    _suspensions()
    _migrations()
    _protect_published()


def _versions() -> None:
    op.create_table(
        "programme_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "published", name="versionstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=40), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_version")),
        sa.UniqueConstraint("programme_id", "version", name=op.f("uq_programme_version_programme_id_version")),
    )


def _suspensions() -> None:
    op.create_table(
        "programme_suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("suspended_by", sa.String(length=40), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=False),
        sa.Column("suspended_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(length=40), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_suspension")),
    )
    op.create_index(
        "uq_programme_suspension_in_force",
        "programme_suspension",
        ["programme_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _migrations() -> None:
    op.create_table(
        "programme_migration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=60), nullable=False),
        sa.Column("from_version", sa.String(length=40), nullable=False),
        sa.Column("from_digest", sa.String(length=64), nullable=False),
        sa.Column("to_version", sa.String(length=40), nullable=False),
        sa.Column("to_digest", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("applied_by", sa.String(length=40), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.Column("undone_by", sa.String(length=40), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["organisation.id"], name=op.f("fk_programme_migration_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_migration")),
    )
    op.create_index(op.f("ix_programme_migration_programme_id"), "programme_migration", ["programme_id"], unique=False)
    op.create_table(
        "programme_migration_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("migration_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.JSON(), nullable=False),
        sa.Column("ended_back", sa.JSON(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_programme_migration_case_case_id")),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["programme_migration.id"], name=op.f("fk_programme_migration_case_migration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_migration_case")),
        sa.UniqueConstraint("migration_id", "case_id", name=op.f("uq_programme_migration_case_migration_id_case_id")),
    )
    op.create_index(op.f("ix_programme_migration_case_case_id"), "programme_migration_case", ["case_id"], unique=False)


def _protect_published() -> None:
    """The database itself refuses to change or remove a published version."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER programme_version_no_{verb.lower()} BEFORE {verb} ON programme_version "
                "WHEN OLD.state = 'published' "
                "BEGIN SELECT RAISE(ABORT, 'a published version does not change'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION programme_version_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a published version does not change'; END $$"
    )
    op.execute(
        "CREATE TRIGGER programme_version_unchangeable BEFORE UPDATE OR DELETE ON programme_version "
        "FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION programme_version_refuse()"
    )
    op.execute(
        "CREATE TRIGGER programme_version_kept BEFORE TRUNCATE ON programme_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION programme_version_refuse()"
    )


def downgrade() -> None:
    for table in ("programme_migration_case", "programme_migration", "programme_suspension", "programme_version"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION programme_version_refuse()")
