"""Versions of programmes that an installation publishes itself, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit import service as audit
from casework.audit.tables import AuditEvent
from casework.cases.pinned import programme_of
from casework.database import Database
from casework.programmes import queries, service
from casework.programmes.rules import VersionState
from casework.programmes.tables import ProgrammeVersion
from checklists.catalogue import InvalidProgramme
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together
from tests.support.versions import CORRIDOR, FIRST, SECOND, corridor, installed, open_case, published_by, second

ADMINISTRATOR, SUPERVISOR = Role.ADMINISTRATOR, Role.SUPERVISOR
ONE = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""What holds on both databases alike: on PostgreSQL in the deep tests."""


def row_of(database: Database, version: str = FIRST) -> ProgrammeVersion:
    with database.read() as session:
        return session.exec(select(ProgrammeVersion).where(ProgrammeVersion.version == version)).one()


def draft(database: Database, world: World, content: bytes, role: Role = ADMINISTRATOR) -> ProgrammeVersion:
    return database.run(world[role], service.draft, installed(database), "corridor.yaml", content)


def publish(database: Database, world: World, version: str = FIRST) -> ProgrammeVersion:
    return database.run(world[SUPERVISOR], service.publish, installed(database), CORRIDOR, version)


@contextmanager
def unprotected(database: Database) -> Iterator[Connection]:
    """What somebody can do who owns the database itself: without the triggers."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER programme_version_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE programme_version DISABLE TRIGGER USER"))
        yield connection


def test_a_draft_is_nobody_s_programme_until_a_second_person_publishes_it(database: Database, world: World) -> None:
    draft(database, world, corridor())
    assert CORRIDOR not in installed(database).ids()
    row = publish(database, world)
    assert (row.state, row.published_by) == (VersionState.PUBLISHED, world[SUPERVISOR].key)
    assert installed(database).get(CORRIDOR).digest == row.digest
    with database.read() as session:
        kinds = session.exec(select(AuditEvent.kind).order_by(AuditEvent.seq)).all()  # type: ignore[arg-type]
        assert [kind for kind in kinds if kind.startswith("programme.")] == ["programme.drafted", "programme.published"]
        assert audit.verify(session)[1] == []


@ONE
def test_who_drafted_does_not_publish_and_neither_does_the_engine(database: Database, world: World) -> None:
    draft(database, world, corridor(), SUPERVISOR)
    with error(Refused, "same_person"):
        publish(database, world)
    with error(Refused, "person_needed"):
        database.run(ENGINE, service.publish, installed(database), CORRIDOR, FIRST)
    with error(Refused, "person_needed"):
        database.run(ENGINE, service.draft, installed(database), "corridor.yaml", corridor())
    assert row_of(database).state is VersionState.DRAFT


@ONE
def test_only_those_roles_draft_and_publish(
    database: Database, world: World, wrong_roles: Callable[..., list[Role]]
) -> None:
    draft(database, world, corridor())
    for role in wrong_roles(ADMINISTRATOR, SUPERVISOR):
        with error(Refused, "role"):
            draft(database, world, corridor(), role)
    for role in wrong_roles(SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], service.publish, installed(database), CORRIDOR, FIRST)


@ONE
def test_a_draft_with_faults_is_refused_with_every_line(database: Database, world: World) -> None:
    wrong = corridor().replace(b"currency: EUR", b"curency: EUR").replace(b"minimum_age: 18", b"minimum_age: high")
    with pytest.raises(InvalidProgramme) as caught:
        draft(database, world, wrong)
    assert {problem.line for problem in caught.value.problems} >= {6, 9}
    with database.read() as session:
        assert session.exec(select(ProgrammeVersion)).all() == []


@ONE
def test_a_new_draft_takes_the_place_of_the_old_and_is_what_the_reader_has_to_have_read(
    database: Database, world: World
) -> None:
    first = draft(database, world, corridor())
    again = draft(database, world, corridor(head="summary: Said more clearly"))
    assert (again.id, again.digest == first.digest) == (first.id, False)
    catalogue = installed(database)
    with error(Conflict, "stale"):
        database.run(world[SUPERVISOR], service.publish, catalogue, CORRIDOR, FIRST, first.digest)
    database.run(world[SUPERVISOR], service.publish, catalogue, CORRIDOR, FIRST, again.digest)


@ONE
def test_what_is_published_is_not_drafted_published_or_discarded_again(database: Database, world: World) -> None:
    catalogue = published_by(database, world, corridor())
    for act in (
        lambda: draft(database, world, corridor(head="summary: Other")),
        lambda: publish(database, world),
        lambda: database.run(world[ADMINISTRATOR], service.discard, CORRIDOR, FIRST),
    ):
        with error(Conflict, "published"):
            act()
    with error(Conflict, "not_newer"):
        draft(database, world, corridor("2025.9"))
    with error(InvalidInput, "unknown_replaced"):
        draft(database, world, corridor(SECOND, head='replaces: "2020.1"'))
    assert catalogue.versions(CORRIDOR) == [FIRST]


@ONE
def test_a_discarded_draft_is_gone(database: Database, world: World) -> None:
    draft(database, world, corridor())
    database.run(world[ADMINISTRATOR], service.discard, CORRIDOR, FIRST)
    with error(NotFound, "draft"):
        publish(database, world)


def test_of_two_people_who_publish_at_once_one_does(database: Database, world: World) -> None:
    draft(database, world, corridor())
    catalogue = installed(database)
    people = [world[SUPERVISOR], world.seconds[SUPERVISOR]]
    answers = together(database, people, lambda work: service.publish(work, catalogue, CORRIDOR, FIRST))
    assert answers == [DONE, "published"]


def test_the_database_itself_refuses_to_change_what_is_published(database: Database, world: World) -> None:
    published_by(database, world, corridor())
    for statement in (
        "UPDATE programme_version SET digest = 'x'",
        "UPDATE programme_version SET state = 'draft'",
        "DELETE FROM programme_version",
    ):
        with pytest.raises(DatabaseError, match="does not change"), database.engine.begin() as connection:
            connection.execute(text(statement))


@ONE
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE programme_version SET content = :content",
        "UPDATE programme_version SET content = :content, digest = :digest",
        "DELETE FROM programme_version",
        "UPDATE programme_version SET state = 'draft'",
    ],
)
def test_an_edited_version_refuses_to_load_and_says_which_line_of_the_history_to_follow(
    database: Database, world: World, statement: str
) -> None:
    published_by(database, world, corridor())
    values = {"content": corridor(head="summary: Edited"), "digest": "0" * 64}
    with unprotected(database) as connection:
        connection.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
    with pytest.raises(Conflict, match="line 2 of the history") as caught:
        installed(database).ids()
    assert caught.value.code == "programme_edited"


@ONE
def test_a_draft_made_public_behind_the_back_of_the_history_refuses_to_load(database: Database, world: World) -> None:
    draft(database, world, corridor())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE programme_version SET state = 'published'"))
    with error(Conflict, "programme_edited"):
        installed(database).ids()


@ONE
def test_a_version_published_by_another_process_is_there_at_once_for_who_asks_for_it(
    database: Database, world: World
) -> None:
    mine = installed(database)
    assert CORRIDOR not in mine.ids()
    published_by(database, world, corridor())
    assert mine.get(CORRIDOR, FIRST).version == FIRST
    digest = row_of(database).digest
    assert mine.pinned(CORRIDOR, FIRST, digest).digest == digest
    with error(NotFound, "unknown_programme_version"):
        mine.get(CORRIDOR, SECOND)


@ONE
def test_new_cases_take_the_newest_version_in_force_on_the_day(database: Database, world: World) -> None:
    catalogue = published_by(database, world, corridor(), second(effective=TODAY + timedelta(days=1)))
    assert open_case(database, world, catalogue).programme_version == FIRST
    assert catalogue.get(CORRIDOR, on=TODAY + timedelta(days=1)).version == SECOND


@ONE
def test_a_programme_that_has_not_begun_opens_no_case(database: Database, world: World) -> None:
    catalogue = published_by(database, world, corridor(effective=TODAY + timedelta(days=1)))
    with error(NotFound, "not_in_force"):
        open_case(database, world, catalogue)


@ONE
def test_the_list_of_versions_shows_drafts_shipped_and_published_ones(database: Database, world: World) -> None:
    catalogue = published_by(database, world, corridor())
    draft(database, world, second())
    case = open_case(database, world, catalogue)
    with database.read() as session:
        lines = queries.versions(session, world[SUPERVISOR], catalogue, CORRIDOR)
        assert [(line.version, line.is_draft, line.cases) for line in lines] == [(SECOND, True, 0), (FIRST, False, 1)]
        shipped = queries.versions(session, world[SUPERVISOR], catalogue)
        assert any(line.row is None for line in shipped)
        with error(Refused, "role"):
            queries.versions(session, world[Role.AGENCY_USER], catalogue)
    assert programme_of(catalogue, case).version == FIRST
