"""A suspended programme clears nobody, in the very transaction that tries it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import facts, service
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.database import Database
from casework.outbox.tables import OutboxItem, OutboxState
from casework.programmes import queries
from casework.programmes import service as programmes
from casework.programmes.published import InstalledCatalogue
from casework.work import Work
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together
from tests.support.versions import CORRIDOR, accept, clear, corridor, finish, open_case, published_by

SUPERVISOR = Role.SUPERVISOR
REASON = "The border is closed."
ONE = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""What holds on both databases alike: on PostgreSQL in the deep tests."""


@pytest.fixture
def catalogue(database: Database, world: World) -> InstalledCatalogue:
    return published_by(database, world, corridor())


def suspend(database: Database, world: World, catalogue: InstalledCatalogue, reason: str = REASON) -> None:
    database.run(world[SUPERVISOR], programmes.suspend, catalogue, CORRIDOR, reason)


def departed(case: Case) -> MoveCase:
    return MoveCase(case_id=case.id, to=CaseLife.DEPARTED, reason="departure_confirmed", happened_on=TODAY)


def test_a_suspended_programme_signs_no_departure_and_lets_nobody_depart(
    database: Database, world: World, catalogue: InstalledCatalogue
) -> None:
    ready, cleared = (open_case(database, world, catalogue, name) for name in ("TC-1", "TC-2"))
    finish(database, world, catalogue, cleared)
    suspend(database, world, catalogue)
    with database.write(world[Role.CASEWORKER]) as work:
        for kind in ("police", "contract", "attendance", "ticket"):
            accept(work, ready, kind)
    for name in ("papers", "course"):
        database.run(world[Role.CASEWORKER], service.sign_off, catalogue, ready.id, name)
    with pytest.raises(Conflict, match="suspended") as caught:
        clear(database, catalogue, ready)
    assert REASON in str(caught.value.message)
    with error(Conflict, "suspended"):
        database.run(world[Role.CASEWORKER], service.move, catalogue, departed(cleared))
    database.run(world[SUPERVISOR], programmes.lift, CORRIDOR)
    clear(database, catalogue, ready)
    database.run(world[Role.CASEWORKER], service.move, catalogue, departed(ready))


@ONE
def test_the_rules_are_told_and_every_live_case_is_queued_for_another_look(
    database: Database, world: World, catalogue: InstalledCatalogue
) -> None:
    case, ended, new = (open_case(database, world, catalogue, name) for name in ("TC-1", "TC-2", "TC-3"))
    database.run(
        world[Role.CASEWORKER],
        service.move,
        catalogue,
        MoveCase(case_id=ended.id, to=CaseLife.WITHDRAWN, reason="other_job", happened_on=TODAY),
    )

    def settle(work: Work) -> None:
        for item in work.session.exec(select(OutboxItem)):
            item.state = OutboxState.DONE
            if item.subject_id == new.id:
                work.session.delete(item)

    def pending() -> set[UUID]:
        with database.read() as session:
            query = select(OutboxItem.subject_id).where(OutboxItem.state == OutboxState.PENDING)
            return set(session.exec(query))

    database.run(ENGINE, settle)
    suspend(database, world, catalogue)
    assert pending() == {case.id, new.id}
    with database.read() as session:
        assert {one.suspended for one in facts.load(session, [case, ended, new]).values()} == {True}
        found = queries.suspended(session, [CORRIDOR])[CORRIDOR]
        assert (found.reason, found.since) == (REASON, TODAY)
        assert len(queries.suspensions(session, world[Role.AUDITOR], CORRIDOR)) == 1
    database.run(ENGINE, settle)
    database.run(world[SUPERVISOR], programmes.lift, CORRIDOR)
    assert pending() == {case.id, new.id}
    with database.read() as session:
        assert not facts.load(session, [case])[case.id].suspended
        kinds = set(session.exec(select(AuditEvent.kind)))
    assert {"programme.suspended", "programme.lifted"} <= kinds


@ONE
def test_a_cleared_case_is_open_again_when_it_is_assessed_and_cleared_again_after_the_suspension(
    database: Database, world: World, catalogue: InstalledCatalogue
) -> None:
    case = open_case(database, world, catalogue)
    finish(database, world, catalogue, case)
    suspend(database, world, catalogue)
    assert not database.run(ENGINE, service.assessed, catalogue, case.id).cleared
    with database.read() as session:
        assert session.get_one(Case, case.id).life is CaseLife.OPEN
    database.run(world[SUPERVISOR], programmes.lift, CORRIDOR)
    clear(database, catalogue, case)
    with database.read() as session:
        assert session.get_one(Case, case.id).life is CaseLife.CLEARED


def test_a_programme_is_suspended_once_with_a_reason_and_lifted_once(
    database: Database, world: World, catalogue: InstalledCatalogue
) -> None:
    with error(InvalidInput, "missing_value"):
        suspend(database, world, catalogue, "  ")
    with error(InvalidInput, "too_long"):
        suspend(database, world, catalogue, "x" * 301)
    with error(NotFound, "unknown_programme"):
        database.run(world[SUPERVISOR], programmes.suspend, catalogue, "no-such-corridor", REASON)
    with error(Conflict, "not_suspended"):
        database.run(world[SUPERVISOR], programmes.lift, CORRIDOR)
    people = [world[SUPERVISOR], world.seconds[SUPERVISOR]]
    answers = together(database, people, lambda work: programmes.suspend(work, catalogue, CORRIDOR, REASON))
    assert answers in ([DONE, "suspended_already"], ["conflict", DONE])
    answers = together(database, people, lambda work: programmes.lift(work, CORRIDOR))
    assert answers == [DONE, "not_suspended"]


@ONE
def test_an_administrator_stops_a_corridor_and_only_a_supervisor_lifts_it(
    database: Database, world: World, catalogue: InstalledCatalogue, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(SUPERVISOR, Role.ADMINISTRATOR):
        with error(Refused, "role"):
            database.run(world[role], programmes.suspend, catalogue, CORRIDOR, REASON)
    database.run(world[Role.ADMINISTRATOR], programmes.suspend, catalogue, CORRIDOR, REASON)
    for role in wrong_roles(SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], programmes.lift, CORRIDOR)
    database.run(world[SUPERVISOR], programmes.lift, CORRIDOR)
