"""The tree over the history with its heads, checks of the archive, mail in the outbox, indexes for the trail"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_BEFORE = ("advance", "issue", "intake")
_APPEND_ONLY = ("audit_node", "tree_head")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _tree()
    _archive_checks()
    _outbox(*_BEFORE, "mail")
    _trail()
    _protect()


def _tree() -> None:
    op.create_table(
        "audit_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_audit_node")),
    )
    op.create_table(
        "tree_head",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_head")),
        sa.UniqueConstraint("number", name=op.f("uq_tree_head_number")),
        sa.UniqueConstraint("day", name=op.f("uq_tree_head_day")),
    )
    op.create_table(
        "tree_head_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("head_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["head_id"], ["tree_head.id"], name=op.f("fk_tree_head_mail_head_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_head_mail")),
        sa.UniqueConstraint("head_id", "address", name=op.f("uq_tree_head_mail_head_id_address")),
    )


def _archive_checks() -> None:
    op.create_table(
        "archive_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Uuid(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("corrupt", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("orphaned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_check")),
    )
    op.create_index(op.f("ix_archive_check_started_at"), "archive_check", ["started_at"], unique=False)
    op.create_table(
        "archive_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("area", _choice("area", "archive", "files"), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("kind", _choice("findingkind", "missing", "corrupt", "unreadable", "orphaned"), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["archive_check.id"], name=op.f("fk_archive_finding_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_finding")),
        sa.UniqueConstraint(
            "check_id", "area", "document_id", name=op.f("uq_archive_finding_check_id_area_document_id")
        ),
    )


def _outbox(*kinds: str) -> None:
    """Which kinds of effects there are; SQLite changes the rule by copying the table."""
    with op.batch_alter_table("outbox") as batch:
        batch.drop_constraint(op.f("ck_outbox_outboxkind"), type_="check")
        batch.create_check_constraint(op.f("ck_outbox_outboxkind"), sa.column("kind").in_(kinds))


def _trail() -> None:
    """Whoever searches the trail asks for the newest events of one person, one subject, one day."""
    op.create_index(op.f("ix_audit_event_actor"), "audit_event", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_event_subject"), "audit_event", ["subject"], unique=False)
    op.create_index(op.f("ix_audit_event_recorded_at"), "audit_event", ["recorded_at"], unique=False)


def _protect() -> None:
    """What was sent to others does not change here: the database itself refuses it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _APPEND_ONLY:
        if sqlite:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
            )


def downgrade() -> None:
    for name in ("recorded_at", "subject", "actor"):
        op.drop_index(op.f(f"ix_audit_event_{name}"), "audit_event")
    op.execute("DELETE FROM outbox WHERE kind = 'mail'")
    _outbox(*_BEFORE)
    for table in ("archive_finding", "archive_check", "tree_head_mail", "tree_head", "audit_node"):
        op.drop_table(table)
