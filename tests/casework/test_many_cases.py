"""What the engine does in many cases at once is what it does in one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import many
from casework.cases import service as cases
from casework.cases.rules import CaseLife, EndKind
from casework.cases.tables import Case, CaseTask, LiveSignOff, SignOff
from casework.database import Database
from casework.orientation import queries
from casework.orientation.tables import OrientationSession
from casework.outbox.tables import OutboxItem, OutboxKind
from tests.support import sessions as support
from tests.support.errors import error
from tests.support.factories import World
from tests.support.sessions import catalogue, enrol, mark, planned
from tests.support.standing import Clock

STAGE = "meeting"
pytestmark = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)


@pytest.fixture
def session(database: Database, world: World) -> OrientationSession:
    support.licence(database, world)
    return planned(database, world, capacity=10)


def signed(database: Database) -> list[SignOff]:
    with database.read() as reading:
        live = set(reading.exec(select(LiveSignOff.sign_off_id)))
        return [row for row in reading.exec(select(SignOff)) if row.id in live]


def test_many_are_signed_off_at_once_and_each_is_kept_as_it_is_then(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    people = support.cases(database, world, 3)
    enrol(database, world, session.id, *people)
    clock.move(days=2, hours=5)
    mark(database, world, session, *people)
    looked = database.run(ENGINE, many.look, catalogue(), [one.id for one in people])
    assert [one.case_id for one in looked] == sorted(one.id for one in people)
    rows = database.run(ENGINE, many.sign_off, catalogue(), [(one.id, STAGE) for one in people])
    assert {row.case_id for row in rows} == {one.id for one in people}
    assert [len(row.stands_on) for row in rows] == [3, 3, 3]
    with database.read() as reading:
        case = reading.get_one(Case, people[0].id)
        asked = set(reading.exec(select(OutboxItem.subject_id).where(OutboxItem.kind == OutboxKind.ISSUE)))
        ids = [one.id for one in people]
        assert many.settled(reading, catalogue(), ids, database.today()) == frozenset(ids)
    assert asked == {row.id for row in rows}
    assert case.assessed_version == case.version
    assert case.assessment is not None
    assert {one["stage"]: one["status"] for one in case.assessment["stages"]}[STAGE] == "signed_off"
    kept = case.assessment
    database.run(ENGINE, cases.assessed, catalogue(), case.id)
    with database.read() as reading:
        assert reading.get_one(Case, case.id).assessment == kept


def test_where_one_of_many_is_not_ready_none_is_signed_off(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    people = support.cases(database, world, 3)
    enrol(database, world, session.id, *people)
    clock.move(days=2, hours=5)
    mark(database, world, session, *people[:2])
    with error(Conflict, "not_ready"):
        database.run(ENGINE, many.sign_off, catalogue(), [(one.id, STAGE) for one in people])
    assert signed(database) == []


def test_a_stage_that_a_person_signs_off_or_took_back_is_not_the_engines(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    people = support.cases(database, world, 1)
    enrol(database, world, session.id, *people)
    clock.move(days=2, hours=5)
    mark(database, world, session, *people)
    with error(Refused, "role"):
        database.run(ENGINE, many.sign_off, catalogue(), [(people[0].id, "papers")])
    with database.write(ENGINE) as work:
        common: dict[str, Any] = {
            "signed_on": work.today,
            "signed_by": "engine",
            "recorded_at": work.now,
            "stands_on": [],
        }
        end: dict[str, Any] = {
            "ended_at": work.now,
            "ended_on": work.today,
            "end_kind": EndKind.REVOKED,
            "end_reason": "issued_in_error",
        }
        work.session.add(SignOff(case_id=people[0].id, stage=STAGE, kind="orientation", **common, **end))
    with error(Refused, "held"):
        database.run(ENGINE, many.sign_off, catalogue(), [(people[0].id, STAGE)])
    (looked,) = database.run(ENGINE, many.look, catalogue(), [people[0].id])
    assert STAGE in looked.kept


def test_of_a_case_that_has_ended_nothing_is_to_be_done(database: Database, world: World) -> None:
    (case,) = support.cases(database, world, 1)
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.life, row.ended_on = CaseLife.WITHDRAWN, work.today
    (looked,) = database.run(ENGINE, many.look, catalogue(), [case.id])
    assert looked.assessment is None


def test_whose_orientation_is_due_is_offered_for_the_session(
    database: Database, world: World, session: OrientationSession
) -> None:
    caseworker = world[Role.CASEWORKER]
    people = support.cases(database, world, 3)
    support.cases(database, world, 1, destination="CH")
    database.run(ENGINE, many.look, catalogue(), [one.id for one in people])
    with database.read() as reading:
        assert reading.exec(select(CaseTask).where(CaseTask.stage == STAGE)).first() is not None
        offered = queries.due(reading, caseworker, catalogue(), session)
        assert {one.case.id for one in offered} == {one.id for one in people}
        assert queries.due(reading, world[Role.PROVIDER_USER], catalogue(), session) == []
    enrol(database, world, session.id, people[0])
    with database.read() as reading:
        offered = queries.due(reading, caseworker, catalogue(), session)
        assert {one.case.id for one in offered} == {one.id for one in people[1:]}
