"""What changed from one version of a list to the next, and how well the days of a stay are known"""

import hashlib
from collections.abc import Sequence

import rfc8785
import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_KINDS = ("advance", "issue", "intake", "mail")
_PRECISIONS = ("day", "month", "year")
_CHUNK = 1000


def upgrade() -> None:
    # Column by column: SQLite copies a table to give it a rule, and drops the old one, which entries refer to.
    op.add_column("watch_list", sa.Column("published_on", sa.Date(), nullable=True))
    op.add_column("watch_list", sa.Column("previous_id", sa.Uuid(), nullable=True))
    for name in ("added", "changed", "removed"):
        op.add_column("watch_list", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("watch_entry", sa.Column("fingerprint", sa.String(length=64), nullable=False, server_default=""))
    _fingerprint()
    with op.batch_alter_table("worker_residence") as batch:
        for name in ("since_precision", "until_precision"):
            batch.add_column(sa.Column(name, sa.String(length=32), nullable=False, server_default="day"))
            batch.create_check_constraint(op.f(f"ck_worker_residence_{name}"), sa.column(name).in_(_PRECISIONS))
        batch.add_column(sa.Column("source", sa.String(length=120), nullable=False, server_default=""))
    _outbox(*_KINDS, "rescreen")


def _fingerprint() -> None:
    """Entries of before get the digest of their content, so that the next version can be compared with them."""
    entry = sa.table("watch_entry", sa.column("id"), sa.column("content", sa.JSON()), sa.column("fingerprint"))
    bind = op.get_bind()
    while rows := bind.execute(
        sa.select(entry.c.id, entry.c.content).where(entry.c.fingerprint == "").limit(_CHUNK)
    ).all():
        for key, content in rows:
            digest = hashlib.sha256(rfc8785.dumps({"addresses": [], **content})).hexdigest()
            bind.execute(entry.update().where(entry.c.id == key).values(fingerprint=digest))


def _outbox(*kinds: str) -> None:
    with op.batch_alter_table("outbox") as batch:
        batch.drop_constraint(op.f("ck_outbox_outboxkind"), type_="check")
        batch.create_check_constraint(op.f("ck_outbox_outboxkind"), sa.column("kind").in_(kinds))


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind = 'rescreen'")
    _outbox(*_KINDS)
    with op.batch_alter_table("worker_residence") as batch:
        batch.drop_column("source")
        for name in ("since_precision", "until_precision"):
            batch.drop_constraint(op.f(f"ck_worker_residence_{name}"), type_="check")
            batch.drop_column(name)
    op.drop_column("watch_entry", "fingerprint")
    for name in ("removed", "changed", "added", "previous_id", "published_on"):
        op.drop_column("watch_list", name)
