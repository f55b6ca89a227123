"""Which records are shown as perhaps of one person, and how the two are told apart."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import col, select

from basis.errors import InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.database import Database
from casework.workers import duplicates
from casework.workers.duplicates import Sign
from casework.workers.merge_fields import Part, combined, differing, missing, restored
from casework.workers.service import Stay, WorkerData
from casework.workers.tables import Worker
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World, worker_data

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def record(database: Database, world: World, **values: object) -> Worker:
    with database.write(ENGINE) as work:
        return factories.new_worker(work, world.office, **values)


def shown(database: Database, world: World, of: UUID | None = None) -> list[tuple[UUID, UUID, tuple[Sign, ...]]]:
    with database.read() as session:
        found = duplicates.candidates(session, world[Role.SUPERVISOR], worker_id=of)
        return [(one.first.id, one.second.id, one.signs) for one in found]


def test_one_birth_date_and_two_spellings_are_shown(database: Database, world: World) -> None:
    first = record(database, world, family_name="Hoxhademo", given_names="Arbenta")
    second = record(database, world, family_name="Hoxhadhemo", given_names="Arbenta")
    record(database, world, family_name="Berishademo", given_names="Valon")
    record(database, world, family_name="Hoxhademo", given_names="Arbenta", birth_date=date(1994, 3, 9))
    assert shown(database, world) == [(first.id, second.id, (Sign.BIRTH_AND_NAME,))]
    assert shown(database, world, of=second.id) == shown(database, world)


def test_one_passport_is_shown_first_whatever_the_name(database: Database, world: World) -> None:
    record(database, world)
    record(database, world)
    first = record(database, world, passport_number="K55555555", birth_date=date(1980, 1, 1))
    second = record(database, world, passport_number="K55555555", family_name="Otherdemo", birth_date=date(1981, 1, 1))
    assert shown(database, world)[0] == (first.id, second.id, (Sign.PASSPORT,))


def test_two_people_who_were_told_apart_are_not_shown_again(database: Database, world: World) -> None:
    first, second = record(database, world), record(database, world)
    assert len(shown(database, world)) == 1
    actor = world[Role.SUPERVISOR]
    database.run(actor, duplicates.tell_apart, second.id, first.id, "Twin sisters")
    database.run(actor, duplicates.tell_apart, first.id, second.id, "Twins, seen together")
    assert shown(database, world) == []
    with error(InvalidInput, "missing_value"):
        database.run(actor, duplicates.tell_apart, first.id, second.id, " ")


def test_only_a_supervisor_of_the_office_looks_for_them_and_leaves_a_trace(database: Database, world: World) -> None:
    first, second = record(database, world), record(database, world, phone="")
    found = database.run(world[Role.SUPERVISOR], duplicates.compare, second.id, first.id)
    assert found.differing == {Part.PASSPORT, Part.CONTACTS}
    assert not found.missing
    assert found.moved == {"legal_basis": 4}
    assert found.problems == ()
    with database.read() as session:
        looked = session.exec(select(AuditEvent.subject).where(col(AuditEvent.kind) == "identity.viewed")).all()
        with error(Refused, "role"):
            duplicates.candidates(session, world[Role.CASEWORKER])
    assert set(looked) == {f"worker/{first.id}", f"worker/{second.id}"}
    with database.write(ENGINE) as work:
        elsewhere = factories.world(work)
    with error(NotFound, "worker"):
        database.run(elsewhere[Role.SUPERVISOR], duplicates.compare, first.id, second.id)


def test_what_the_kept_record_lacks_is_told_and_what_it_takes_can_be_taken_back(database: Database) -> None:
    kept: WorkerData = worker_data(phone="", email="", native_name="")
    other: WorkerData = worker_data(native_name="Арбента", residences=(Stay(country="MK", since=date(2015, 1, 1)),))
    assert missing(kept, other) == {Part.CONTACTS, Part.NATIVE_NAME}
    assert differing(kept, other) == {Part.CONTACTS, Part.NATIVE_NAME, Part.PASSPORT}
    both = combined(kept, other, missing(kept, other))
    assert (both.phone, both.native_name, both.passport_number) == (
        other.phone,
        other.native_name,
        kept.passport_number,
    )
    assert restored(both, both, kept) == kept
