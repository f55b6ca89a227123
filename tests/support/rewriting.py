"""What somebody can do to the history who owns the database itself, and knows how the history is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from casework.audit import rules
from casework.database import Database

PROTECTED = ("audit_event", "audit_node", "tree_head")


@contextmanager
def unprotected(database: Database) -> Iterator[Connection]:
    """Without the triggers."""
    with database.engine.begin() as connection:
        for table in PROTECTED:
            if connection.dialect.name == "sqlite":
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection


def cut_off(connection: Connection, after: int) -> None:
    """Remove the events after one, and have the history end there."""
    connection.execute(text("DELETE FROM audit_event WHERE seq > :after"), {"after": after})
    chain_anew(connection, 1)


def chain_anew(connection: Connection, since: int) -> None:
    """Compute every hash from event `since` on, so that the chain holds whatever was changed in it."""
    rows = connection.execute(text("SELECT seq, body, hash FROM audit_event ORDER BY seq")).all()
    previous = rules.START
    for seq, body, hash_ in rows:
        linked = rules.link(previous, body) if seq >= since else hash_
        connection.execute(
            text("UPDATE audit_event SET previous = :previous, hash = :hash WHERE seq = :seq"),
            {"previous": previous, "hash": linked, "seq": seq},
        )
        previous = linked
    connection.execute(text("UPDATE audit_head SET seq = :seq, hash = :hash"), {"seq": len(rows), "hash": previous})


def tell_otherwise(connection: Connection, seq: int, actor: str) -> None:
    """Have another actor in an event, in its text and its column."""
    body = connection.execute(text("SELECT body FROM audit_event WHERE seq = :seq"), {"seq": seq}).scalar_one()
    changed = rules.canonical(json.loads(body) | {"actor": actor})
    connection.execute(
        text("UPDATE audit_event SET body = :body, actor = :actor WHERE seq = :seq"),
        {"body": changed, "actor": actor, "seq": seq},
    )


def forget_heads(connection: Connection) -> None:
    """As if there had never been a tree head."""
    for table in ("tree_head_mail", "tree_head", "audit_node"):
        connection.execute(text(f"DELETE FROM {table}"))
