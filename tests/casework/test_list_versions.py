"""Each load of a watch list is a version that says what it changed; nothing of the versions before is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.database import Database
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.security import lists, loading
from casework.security.loading import Change, LoadOutcome
from casework.security.tables import WatchEntry, WatchList
from tests.support.factories import World

HEADER = "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
FIRST, SECOND, THIRD = (
    "V-1,Selim Sampleff,,1986,XK,M,\n",
    "V-2,Norda Nobody,,1970,DE,F,\n",
    "V-3,Third Person,,,,,\n",
)
CHANGED = SECOND.replace("1970", "1971").replace("Norda", "Nora")
TABLE = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,dataset,"
    "first_seen,last_seen\nNK-1,Person,Selim Sampleff,,1986,xk,,,,,,Invented,2024-01-01,2027-01-06T10:00:00\n"
)


def load(database: Database, text: str, kind: str = "csv", name: str = "Own list") -> WatchList:
    return database.run(ENGINE, loading.load_list, text.encode(), kind, name).row


def waiting(database: Database) -> list[UUID]:
    with database.read() as session:
        query = select(OutboxItem).where(
            OutboxItem.kind == OutboxKind.RESCREEN, OutboxItem.state == OutboxState.PENDING
        )
        return [item.subject_id for item in session.exec(query)]


def test_a_version_counts_what_it_adds_changes_and_removes(database: Database) -> None:
    first = load(database, HEADER + FIRST + SECOND)
    assert (first.added, first.changed, first.removed, first.previous_id) == (2, 0, 0, None)
    second = load(database, HEADER + CHANGED + THIRD)
    assert (second.added, second.changed, second.removed, second.previous_id) == (1, 1, 1, first.id)


def test_the_publishers_own_day_is_kept(database: Database) -> None:
    assert load(database, TABLE, "opensanctions").published_on == date(2027, 1, 6)
    assert load(database, HEADER + FIRST, name="Other list").published_on is None


def test_two_versions_are_compared_entry_by_entry_in_either_direction(database: Database) -> None:
    first = load(database, HEADER + FIRST + SECOND)
    second = load(database, HEADER + CHANGED + THIRD)
    with database.read() as session:
        found = loading.diff(session, first.id, second.id)
        assert (found.added, found.changed, found.removed, found.total) == (1, 1, 1, 3)
        assert [(one.change, one.reference, one.name, one.fields) for one in found.changes] == [
            (Change.ADDED, "V-3", "Third Person", ()),
            (Change.CHANGED, "V-2", "Nora Nobody", ("names", "births")),
            (Change.REMOVED, "V-1", "Selim Sampleff", ()),
        ]
        back = loading.diff(session, second.id, first.id)
        assert (back.added, back.changed, back.removed) == (1, 1, 1)
        assert loading.diff(session, first.id, first.id).total == 0


def test_the_differences_come_in_pages_and_of_one_kind_alone(database: Database) -> None:
    first = load(database, HEADER + FIRST)
    second = load(database, HEADER + FIRST + "".join(f"N-{at:03},Name Number{at},,,,,\n" for at in range(50)) + THIRD)
    with database.read() as session:
        page = loading.diff(session, first.id, second.id, limit=10, offset=45)
        assert [one.reference for one in page.changes] == [f"N-{at:03}" for at in range(45, 50)] + ["V-3"]
        assert (page.added, page.total) == (51, 51)
        assert loading.diff(session, first.id, second.id, only=Change.REMOVED).changes == ()


def test_versions_of_two_lists_are_not_compared(database: Database) -> None:
    first, other = load(database, HEADER + FIRST), load(database, HEADER + FIRST, name="Other list")
    with database.read() as session:
        with pytest.raises(InvalidInput, match="two different lists"):
            loading.diff(session, first.id, other.id)
        with pytest.raises(NotFound):
            loading.diff(session, first.id, new_id())
        with pytest.raises(NotFound):
            loading.versions_of(session, "no such list")
        assert [row.id for row in loading.versions_of(session, "Other list")] == [other.id]


def test_each_version_that_comes_into_use_asks_once_for_screening_anew(database: Database) -> None:
    first = load(database, HEADER + FIRST)
    assert waiting(database) == [first.id]
    assert load(database, HEADER + FIRST).id == first.id
    assert waiting(database) == [first.id]
    second = load(database, HEADER + SECOND)
    assert set(waiting(database)) == {first.id, second.id}


def test_a_broken_version_leaves_the_one_before_in_use_and_asks_for_nothing(database: Database) -> None:
    first = load(database, HEADER + FIRST + SECOND)
    for broken in (HEADER + FIRST + "V-2,Norda", HEADER + FIRST * 2, HEADER, '<?xml version="1.0"?><a'):
        with pytest.raises(InvalidInput):
            load(database, broken)
    with database.read() as session:
        assert [(row.id, row.active) for row in loading.listed(session)] == [(first.id, True)]
        assert len(session.exec(select(WatchEntry)).all()) == 2
    assert waiting(database) == [first.id]


def test_a_stored_entry_keeps_the_digest_of_what_it_says(database: Database) -> None:
    row = load(database, HEADER + FIRST)
    with database.read() as session:
        entry = session.exec(select(WatchEntry).where(WatchEntry.list_id == row.id)).one()
        assert entry.fingerprint == lists.from_content(entry.content).fingerprint


def test_only_who_manages_lists_loads_them(database: Database, world: World) -> None:
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(Refused):
                database.run(world[role], loading.load_list, (HEADER + FIRST).encode(), "csv")
    loaded = database.run(world[Role.ADMINISTRATOR], loading.load_list, (HEADER + FIRST).encode(), "csv")
    assert loaded.outcome is LoadOutcome.LOADED


def test_files_of_a_folder_are_loaded_as_one_version(database: Database, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(HEADER + FIRST, encoding="utf-8")
    loaded = database.run(ENGINE, loading.load_list, lists.of_paths([tmp_path]), "csv")
    assert (loaded.row.entry_count, loaded.missing) == (1, ())
