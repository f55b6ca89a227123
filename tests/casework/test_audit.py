"""The history: appended in the same transaction, chained, and every tampering is found and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from casework.actor import ENGINE
from casework.audit import rules
from casework.audit import service as audit
from casework.audit.tables import AuditEvent
from casework.database import Database

_EVENTS = 5


@pytest.fixture
def history(database: Database) -> Database:
    """A database with five events."""
    for number in range(_EVENTS):
        with database.write(ENGINE) as work:
            work.record("case.tried", f"case_file/{number}", data={"number": number})
    return database


@contextmanager
def unprotected(database: Database) -> Iterator[Connection]:
    """What somebody can do who owns the database itself: without the triggers."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER audit_event_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        yield connection


def faults(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        return [(fault.seq, fault.code) for fault in audit.verify(session)[1]]


def test_an_untouched_history_has_no_fault(history: Database) -> None:
    with history.read() as session:
        assert audit.verify(session) == (_EVENTS, [])


def test_an_empty_history_has_no_fault(database: Database) -> None:
    with database.read() as session:
        assert audit.verify(session) == (0, [])


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_or_remove_events(history: Database, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), history.engine.begin() as connection:
        connection.execute(text(statement))
    assert faults(history) == []


def test_a_changed_text_is_found(history: Database) -> None:
    with history.read() as session:
        body = session.exec(select(AuditEvent.body).where(AuditEvent.seq == 3)).one()
    with unprotected(history) as connection:
        changed = body.replace('"number":2', '"number":9')
        connection.execute(text("UPDATE audit_event SET body = :body WHERE seq = 3"), {"body": changed})
    assert faults(history) == [(3, "changed")]


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "somebody"), ("kind", "case.other"), ("subject", "x/1"), ("happened_on", "2020-01-01")],
)
def test_a_changed_copy_is_found(history: Database, column: str, value: str) -> None:
    with unprotected(history) as connection:
        connection.execute(text(f"UPDATE audit_event SET {column} = :value WHERE seq = 2"), {"value": value})
    assert faults(history) == [(2, "changed")]


def test_a_removed_event_is_found(history: Database) -> None:
    with unprotected(history) as connection:
        connection.execute(text("DELETE FROM audit_event WHERE seq = 3"))
    assert faults(history) == [(3, "removed"), (4, "unlinked")]


def test_an_event_removed_at_the_end_is_found(history: Database) -> None:
    with unprotected(history) as connection:
        connection.execute(text(f"DELETE FROM audit_event WHERE seq = {_EVENTS}"))
    assert faults(history) == [(_EVENTS, "tail")]


def test_an_event_inserted_with_a_right_hash_of_its_own_is_found(history: Database) -> None:
    with history.read() as session:
        row = session.exec(select(AuditEvent).where(AuditEvent.seq == 2)).one()
        members = json.loads(row.body) | {"seq": 3, "kind": "case.invented"}
        forged = rules.canonical(members)
        forged_hash = rules.link(row.hash, forged)
    with unprotected(history) as connection:
        connection.execute(
            text("UPDATE audit_event SET body = :body, hash = :hash, kind = 'case.invented' WHERE seq = 3"),
            {"body": forged, "hash": forged_hash},
        )
    assert (4, "unlinked") in faults(history)


def test_events_of_one_transaction_follow_each_other(database: Database) -> None:
    with database.write(ENGINE) as work:
        for number in range(3):
            work.record("case.tried", f"case_file/{number}")
    with database.read() as session:
        rows = session.exec(select(AuditEvent)).all()
        assert [row.seq for row in rows] == [1, 2, 3]
        assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
