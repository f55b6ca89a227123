"""The vault: a value opens only in its place, under its person's key, and not after erasure."""

from __future__ import annotations

from uuid import UUID

import pytest

from basis.errors import NotFound, Unavailable
from basis.ids import new_id
from casework.actor import ENGINE
from casework.database import Database
from casework.keys import InstallationKeys
from casework.vault import Vault
from casework.workers.tables import PersonKey

ROW, OTHER_ROW = new_id(), new_id()


@pytest.fixture
def people(database: Database) -> tuple[UUID, UUID]:
    """Two persons with keys."""
    first, second = new_id(), new_id()
    with database.write(ENGINE) as work:
        work.vault.create(first)
        work.vault.create(second)
    return first, second


def seal(database: Database, person: UUID, value: bytes = b"secret") -> bytes:
    with database.read() as session:
        return database.vault(session).seal(person, "worker", ROW, "details", value)


def test_a_value_opens_in_its_place(database: Database, people: tuple[UUID, UUID]) -> None:
    sealed = seal(database, people[0])
    with database.read() as session:
        assert database.vault(session).open(people[0], "worker", ROW, "details", sealed) == b"secret"
    assert b"secret" not in sealed


def test_the_same_value_is_sealed_differently_each_time(database: Database, people: tuple[UUID, UUID]) -> None:
    assert seal(database, people[0]) != seal(database, people[0])


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [("hit", ROW, "details"), ("worker", OTHER_ROW, "details"), ("worker", ROW, "content")],
    ids=["another table", "another row", "another column"],
)
def test_a_moved_value_does_not_open(
    database: Database, people: tuple[UUID, UUID], table: str, row: UUID, column: str
) -> None:
    sealed = seal(database, people[0])
    with database.read() as session, pytest.raises(Unavailable, match="cannot be opened"):
        database.vault(session).open(people[0], table, row, column, sealed)


def test_a_value_of_one_person_does_not_open_as_anothers(database: Database, people: tuple[UUID, UUID]) -> None:
    sealed = seal(database, people[0])
    with database.read() as session, pytest.raises(Unavailable):
        database.vault(session).open(people[1], "worker", ROW, "details", sealed)


@pytest.mark.parametrize("position", [0, 5, 20, -1])
def test_a_value_with_one_byte_changed_does_not_open(
    database: Database, people: tuple[UUID, UUID], position: int
) -> None:
    sealed = bytearray(seal(database, people[0]))
    sealed[position] ^= 1
    with database.read() as session, pytest.raises(Unavailable):
        database.vault(session).open(people[0], "worker", ROW, "details", bytes(sealed))


def test_nothing_opens_with_the_keys_of_another_installation(database: Database, people: tuple[UUID, UUID]) -> None:
    sealed = seal(database, people[0])
    with database.read() as session:
        stranger = Vault(session, InstallationKeys(b"x" * 32, b"y" * 32))
        with pytest.raises(Unavailable):
            stranger.open(people[0], "worker", ROW, "details", sealed)


def test_an_erased_person_cannot_be_opened(database: Database, people: tuple[UUID, UUID]) -> None:
    sealed = seal(database, people[0])
    with database.write(ENGINE) as work:
        work.session.get_one(PersonKey, people[0]).wrapped = None
    with database.read() as session, pytest.raises(NotFound, match="erased"):
        database.vault(session).open(people[0], "worker", ROW, "details", sealed)


def test_passports_are_found_whatever_case_and_spaces(database: Database) -> None:
    with database.read() as session:
        vault = database.vault(session)
        assert vault.index("passport", "XK k0 12") == vault.index("passport", "xkK012")
        assert vault.index("passport", "XKK012") != vault.index("other", "XKK012")
