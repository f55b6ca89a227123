"""Tree heads over the history: made only while it holds, and what somebody outside holds cannot be rewritten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, func, select

from basis.errors import Conflict, NotFound, Refused
from casework.actor import ENGINE
from casework.audit import heads, merkle, queries
from casework.audit import service as audit
from casework.audit.heads import Broken
from casework.audit.queries import AlarmKind
from casework.audit.tables import AuditEvent, AuditNode, TreeHead, TreeHeadMail
from casework.database import Database
from casework.outbox import rules as outbox_rules
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from tests.support.errors import error
from tests.support.rewriting import chain_anew, cut_off, forget_heads, tell_otherwise, unprotected
from tests.support.standing import Clock

mostly_sqlite = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""For what does not lean on the database: on PostgreSQL in the deep tests only."""


def add_events(database: Database, count: int) -> None:
    with database.write(ENGINE) as work:
        for number in range(count):
            work.record("case.tried", f"case_file/{number}", data={"number": number})


def seal(database: Database, *addresses: str) -> TreeHead:
    """A head of today. Its text is not signed here: that is for `documents`."""
    with database.read() as session:
        made = heads.draft(session)
    members = {"number": made.number, "size": made.size, "root": made.root, "chain": made.chain}
    body = json.dumps({**members, "previous": made.previous, "day": database.today().isoformat()})
    return database.run(ENGINE, heads.record, made, database.today(), body, addresses)


def sealed_days(database: Database, clock: Clock, *counts: int) -> list[TreeHead]:
    """A head a day, each after so many more events."""
    made = []
    for count in counts:
        add_events(database, count)
        made.append(seal(database))
        clock.move(days=1)
    return made


def faults(database: Database, *held: TreeHead) -> list[tuple[int, str]]:
    with database.read() as session:
        return [(one.seq, one.code) for one in audit.verify(session, {head.size: head.root for head in held})[1]]


def broken(database: Database) -> tuple[int, str]:
    with database.read() as session, pytest.raises(Broken) as refused:
        heads.draft(session)
    return refused.value.fault.seq, refused.value.fault.code


def test_a_head_stands_over_every_event_and_names_the_one_before(database: Database, clock: Clock) -> None:
    first, second = sealed_days(database, clock, 5, 7)
    # The head before left an event of its own.
    assert (first.number, first.size, first.previous) == (1, 5, "")
    assert (second.number, second.size, second.previous) == (2, 5 + 1 + 7, heads.digest(first))
    with database.read() as session:
        bodies = session.exec(select(AuditEvent.body).order_by(col(AuditEvent.seq))).all()
    growing = merkle.Growing()
    for body in bodies[: second.size]:
        list(growing.add(merkle.leaf_hash(body.encode())))
    assert growing.root().hex() == second.root
    assert faults(database, first, second) == []


def test_there_is_one_head_a_day_and_one_of_two_who_make_it_at_once(database: Database, clock: Clock) -> None:
    add_events(database, 3)
    with database.read() as session:
        assert heads.due(session, database.today())
        made = heads.draft(session)
    seal(database)
    with database.read() as session:
        assert not heads.due(session, database.today())
    with error(Conflict, "sealed_meanwhile"):
        database.run(ENGINE, heads.record, made, database.today() + timedelta(days=1), "{}", ())
    with error(NotFound, "tree_head"), database.read() as session:
        heads.find(session, database.today() + timedelta(days=1))


@mostly_sqlite
def test_an_empty_history_has_no_head(database: Database) -> None:
    with error(NotFound, "history"), database.read() as session:
        heads.draft(session)


@mostly_sqlite
def test_every_event_is_proved_under_every_later_head_and_heads_go_on_from_each_other(
    database: Database, clock: Clock
) -> None:
    made = sealed_days(database, clock, 100, 200, 300)
    last = made[-1].size
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(AuditNode)).one() == last // merkle.WIDTH
        for head in made:
            for seq in {1, head.size // 2, head.size}:
                body, path = heads.prove_inclusion(session, seq, head)
                leaf = merkle.leaf_hash(body.encode())
                assert merkle.verify_inclusion(leaf, seq - 1, head.size, path, bytes.fromhex(head.root))
        for first, second in ((made[0], made[1]), (made[0], made[2]), (made[1], made[2]), (made[2], made[2])):
            path = heads.prove_consistency(session, first, second)
            roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
            assert merkle.verify_consistency(first.size, second.size, *roots, path)
        with error(NotFound, "not_in_head"):
            heads.prove_inclusion(session, made[0].size + 1, made[0])
        with error(NotFound, "not_in_head"):
            heads.prove_inclusion(session, 0, made[0])


def test_whoever_removes_the_last_events_and_rewrites_everything_here_is_found_by_the_head_outside(
    database: Database, clock: Clock
) -> None:
    """The promise of the tree: the history alone looks whole, the head that was mailed does not fit it."""
    first, mailed = sealed_days(database, clock, 10, 10)
    with unprotected(database) as connection:
        cut_off(connection, 15)
        forget_heads(connection)
    assert faults(database) == [], "everything that is stored here fits together"
    assert faults(database, mailed) == [(mailed.size, "held")]
    assert faults(database, first) == [], "what was not touched is not blamed"

    add_events(database, 30)
    anew = seal(database)
    assert faults(database) == []
    assert faults(database, mailed) == [(mailed.size, "held")], "however long it grows"
    with database.read() as session, error(Refused, "not_proved"):
        heads.prove_consistency(session, mailed, anew)


@mostly_sqlite
def test_whoever_changes_one_event_and_chains_the_rest_anew_is_found_by_the_head_outside(
    database: Database, clock: Clock
) -> None:
    first, mailed = sealed_days(database, clock, 10, 10)
    with unprotected(database) as connection:
        tell_otherwise(connection, 14, "somebody")
        chain_anew(connection, 14)
        forget_heads(connection)
    assert faults(database) == []
    assert faults(database, first, mailed) == [(mailed.size, "held")]
    with database.read() as session, error(Refused, "not_proved"):
        heads.prove_inclusion(session, 13, mailed)


@mostly_sqlite
@pytest.mark.parametrize("seq", [3, 14, 22])
def test_no_head_is_made_over_an_event_that_was_changed_around_the_last_one(
    database: Database, clock: Clock, seq: int
) -> None:
    _first, last = sealed_days(database, clock, 10, 8)
    add_events(database, 4)
    with unprotected(database) as connection:
        tell_otherwise(connection, seq, "somebody")
    under = seq <= last.size
    assert broken(database) == ((last.size, "head") if under else (seq, "changed"))
    with unprotected(database) as connection:
        chain_anew(connection, seq)
    if under:
        assert broken(database) == (last.size, "head")
        assert (last.size, "head") in faults(database)


@mostly_sqlite
def test_no_head_is_made_when_events_under_the_last_one_are_gone(database: Database, clock: Clock) -> None:
    _first, last = sealed_days(database, clock, 10, 8)
    with unprotected(database) as connection:
        cut_off(connection, 12)
    assert broken(database) == (12, "tail")
    assert (last.size, "head") in faults(database)
    add_events(database, 20)
    assert broken(database) == (last.size, "head"), "also when the history has grown beyond it again"


@mostly_sqlite
def test_no_head_is_made_when_the_last_events_are_gone(database: Database, clock: Clock) -> None:
    sealed_days(database, clock, 10)
    add_events(database, 5)
    with unprotected(database) as connection:
        connection.execute(text("DELETE FROM audit_event WHERE seq = 16"))
    assert broken(database) == (16, "tail")


@mostly_sqlite
def test_a_changed_stored_hash_is_found_and_no_head_stands_on_it(database: Database, clock: Clock) -> None:
    (head,) = sealed_days(database, clock, 300)
    with unprotected(database) as connection:
        connection.execute(text("UPDATE audit_node SET hash = :hash"), {"hash": bytes(32)})
    assert faults(database) == [(256, "node")]
    assert broken(database) == (300, "head")
    with unprotected(database) as connection:
        connection.execute(text("DELETE FROM audit_node"))
    assert broken(database) == (300, "head")
    with database.read() as session, error(Refused, "not_proved"):
        heads.prove_inclusion(session, 290, head)


def test_the_database_itself_refuses_to_change_or_remove_heads_and_nodes(database: Database, clock: Clock) -> None:
    sealed_days(database, clock, 300)
    for statement in ("UPDATE tree_head SET size = 1", "DELETE FROM tree_head", "DELETE FROM audit_node"):
        with pytest.raises(DatabaseError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(statement))


@mostly_sqlite
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE tree_head SET size = 11 WHERE number = 1", [(11, "head"), (19, "head"), (11, "head")]),
        ("UPDATE tree_head SET body = '[]' WHERE number = 2", [(19, "head")]),
        ("DELETE FROM tree_head WHERE number = 1", [(19, "head")]),
    ],
)
def test_a_head_that_was_changed_or_removed_here_is_found(
    database: Database, clock: Clock, statement: str, found: list[tuple[int, str]]
) -> None:
    sealed_days(database, clock, 10, 8)
    with unprotected(database) as connection:
        connection.execute(text(statement))
    assert set(faults(database)) <= set(found) and faults(database)


@mostly_sqlite
def test_a_broken_history_says_so_once_a_day_and_people_see_it_until_a_head_can_be_made(
    database: Database, clock: Clock
) -> None:
    sealed_days(database, clock, 10)
    with unprotected(database) as connection:
        tell_otherwise(connection, 10, "somebody")
    with database.read() as session, pytest.raises(Broken) as refused:
        heads.draft(session)
    for _each in range(2):
        database.run(ENGINE, heads.refuse, refused.value.fault)
    with database.read() as session:
        assert session.exec(select(AuditEvent.kind)).all().count(heads.REFUSED) == 1
        assert not heads.due(session, database.today())
        assert heads.due(session, database.today() + timedelta(days=1))
        assert [alarm.kind for alarm in queries.alarms(session, database.today())] == [AlarmKind.HISTORY]
    with unprotected(database) as connection:
        tell_otherwise(connection, 10, "engine")
    clock.move(days=1)
    seal(database)
    with database.read() as session:
        assert queries.alarms(session, database.today()) == []


@mostly_sqlite
def test_heads_that_are_no_longer_made_and_a_clock_that_ran_ahead_are_told(database: Database, clock: Clock) -> None:
    sealed_days(database, clock, 3)
    kinds = []
    for days in (0, 1, -3):
        clock.move(days=days)
        with database.read() as session:
            kinds.append([alarm.kind for alarm in queries.alarms(session, database.today())])
    assert kinds == [[], [AlarmKind.HEADS], [AlarmKind.HEADS]]


@mostly_sqlite
def test_a_mail_that_is_given_up_is_told_and_one_that_was_lost_is_asked_for_again(
    database: Database, clock: Clock
) -> None:
    add_events(database, 3)
    head = seal(database, "one@example.org", "two@example.org", "one@example.org")
    with database.read() as session:
        mails = session.exec(select(TreeHeadMail).order_by(col(TreeHeadMail.address))).all()
        assert [(mail.head_id, mail.address) for mail in mails] == [
            (head.id, "one@example.org"),
            (head.id, "two@example.org"),
        ]
        items = {item.subject_id: item for item in session.exec(select(OutboxItem))}
        assert heads.lost_mails(session) == []
    for _attempt in range(outbox_rules.MOST_MAIL_ATTEMPTS):
        database.run(ENGINE, outbox.failed, items[mails[0].id].id, "The mail server does not answer.")
    with database.write(ENGINE) as work:
        work.session.delete(items[mails[1].id])
    with database.read() as session:
        assert [alarm.kind for alarm in queries.alarms(session, database.today())] == [AlarmKind.MAIL]
        (line,), total = queries.head_lines(session, limit=5)
        assert (line.head.id, set(line.stuck), total) == (head.id, {"one@example.org"}, 1)
        lost = heads.lost_mails(session)
    database.run(ENGINE, heads.ask_again, lost)
    with database.read() as session:
        states = {item.state for item in session.exec(select(OutboxItem).where(OutboxItem.kind == OutboxKind.MAIL))}
    assert states == {OutboxState.STUCK, OutboxState.PENDING}
