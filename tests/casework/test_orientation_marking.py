"""Who came to a session: marked by module with the check of identity, refused in words, taken back, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import facts
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import queries as diary
from casework.diary.rules import BookingState
from casework.organisations.tables import Licence
from casework.orientation import enrolling, marking, service, sessions
from casework.orientation.enrolling import Enrolled
from casework.orientation.marking import Marked
from casework.orientation.rules import Identity, SessionState
from casework.orientation.sessions import Part
from casework.orientation.tables import OrientationSession
from casework.workers.tables import Worker
from checklists.assessment import RequirementStatus, assess
from tests.support import factories
from tests.support import sessions as support
from tests.support.errors import error
from tests.support.factories import World
from tests.support.sessions import MODULES, at, cases, enrol, mark, planned
from tests.support.standing import Clock

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""

TRAINER = Role.PROVIDER_USER


@pytest.fixture(autouse=True)
def licensed(database: Database, world: World) -> None:
    support.licence(database, world)


@pytest.fixture
def session(database: Database, world: World) -> OrientationSession:
    return planned(database, world)


def codes(done: Enrolled | Marked) -> list[str]:
    return sorted(one.code for one in done.refused.values())


def statuses(database: Database, case: Case, rule: str = "") -> list[RequirementStatus]:
    """How the requirements of the orientation stand."""
    with database.read() as session:
        known = facts.load(session, [session.get_one(Case, case.id)])[case.id]
    assessment = assess(support.programme(rule), known, database.today())
    return [one.status for one in assessment.stage("meeting").requirements]


@one_database
def test_a_proxy_is_refused_at_the_door_where_the_document_became_known_later(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    one, two = cases(database, world, 2)
    other = planned(database, world)
    enrol(database, world, session.id, one)
    enrol(database, world, other.id, two)
    with database.write(ENGINE) as work:
        index = work.session.get_one(Worker, one.worker_id).passport_index
        work.session.get_one(Worker, two.worker_id).passport_index = index
    clock.move(days=2, hours=5)
    assert codes(mark(database, world, other, two)) == ["same_document"]


def test_attendance_is_marked_for_all_modules_or_some_and_makes_the_stage_ready(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    one, two = cases(database, world, 2)
    enrol(database, world, session.id, one, two)
    clock.move(days=2, hours=5)
    done = mark(database, world, session, one)
    assert (done.rows, done.repeated) == (3, 0)
    assert mark(database, world, session, one).repeated == 3
    mark(database, world, session, two, modules=["journey"], identity=Identity.PHOTOGRAPH)
    assert statuses(database, one) == [RequirementStatus.MET] * 3
    assert statuses(database, two).count(RequirementStatus.MET) == 1
    with database.read() as reading:
        (row, *_others) = service.of_case(reading, world[Role.CASEWORKER], one.id)
        (booking,) = diary.of_case(reading, one.id)
    assert (row.session_id, row.identity, row.trainer) == (session.id, Identity.DOCUMENT, "Synthetic trainer")
    assert booking.state is BookingState.ATTENDED


@one_database
def test_without_a_check_of_identity_attendance_is_recorded_and_does_not_count(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    clock.move(days=2, hours=5)
    assert mark(database, world, session, person, identity=Identity.NONE).rows == 3
    assert statuses(database, person) == [RequirementStatus.FAILED_CHECK] * 3
    assert mark(database, world, session, person).rows == 3
    assert statuses(database, person) == [RequirementStatus.MET] * 3


@one_database
def test_who_is_not_enrolled_or_waits_cannot_be_marked(database: Database, world: World, clock: Clock) -> None:
    session = planned(database, world, capacity=1)
    one, two = cases(database, world, 2)
    enrol(database, world, session.id, one, two)
    clock.move(days=2, hours=5)
    assert codes(mark(database, world, session, one, two)) == ["not_enrolled"]


@one_database
def test_a_walk_in_is_enrolled_first_as_long_as_the_session_goes_on(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    one, two = cases(database, world, 2)
    clock.move(days=2, hours=5)
    assert enrol(database, world, session.id, one, role=TRAINER).enrolled == [one.id]
    assert mark(database, world, session, one).rows == 3
    clock.move(hours=4)
    with error(Conflict, "session_over"):
        enrol(database, world, session.id, two)


@one_database
def test_attendance_is_not_marked_before_its_part_begins(database: Database, world: World, clock: Clock) -> None:
    days = [at(database, 2), at(database, 3)]
    parts = tuple(
        Part(starts_at=day, ends_at=day + timedelta(hours=3), modules=names)
        for day, names in zip(days, (MODULES[:2], MODULES[2:]), strict=True)
    )
    session = planned(database, world, parts=parts)
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    with error(InvalidInput, "date_in_future"):
        mark(database, world, session, person)
    clock.move(days=2)
    with error(InvalidInput, "date_in_future"):
        mark(database, world, session, person, modules=["money"])
    with error(InvalidInput, "unknown_module"):
        mark(database, world, session, person, modules=["dancing"])
    assert mark(database, world, session, person).rows == 2
    clock.move(days=1)
    assert mark(database, world, session, person).rows == 1
    assert statuses(database, person) == [RequirementStatus.MET] * 3


@one_database
def test_a_licence_that_was_withdrawn_meanwhile_counts_at_the_door(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    clock.move(days=2, hours=5)
    with database.write(ENGINE) as work:
        for row in work.session.exec(select(Licence)):
            row.withdrawn_on = factories.TODAY
    with error(Refused, "not_accredited"):
        mark(database, world, session, person)


@one_database
def test_what_was_marked_wrongly_is_taken_back_and_marked_anew(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    clock.move(days=2, hours=5)
    mark(database, world, session, person)
    with database.read() as reading:
        (listed,) = enrolling.of_session(reading, session.id)
    with error(Conflict, "attended"):
        database.run(world[TRAINER], enrolling.leave, listed.id, "worker_prevented")
    assert len(database.run(world[TRAINER], marking.take_back, listed.id, "wrong_person")) == 3
    assert statuses(database, person) == [RequirementStatus.MISSING] * 3
    with error(NotFound, "record"):
        database.run(world[TRAINER], marking.take_back, listed.id, "wrong_person")
    assert mark(database, world, session, person).rows == 3


def test_a_closed_session_says_who_came_and_is_not_changed_any_more(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    people = cases(database, world, 4)
    enrol(database, world, session.id, *people)
    clock.move(days=2, hours=5)
    mark(database, world, session, people[0])
    with error(Conflict, "session_running"):
        database.run(world[TRAINER], sessions.close, session.id)
    clock.move(hours=4)
    with error(Conflict, "stale"):
        database.run(world[TRAINER], sessions.close, session.id, 1)
    assert database.run(world[TRAINER], sessions.close, session.id).state is SessionState.CLOSED
    with database.read() as reading:
        states = [diary.of_case(reading, one.id)[0].state for one in people]
    assert states == [BookingState.ATTENDED, BookingState.MISSED, BookingState.MISSED, BookingState.CANCELLED]
    with error(Conflict, "session_closed"):
        mark(database, world, session, people[1])


@one_database
def test_four_times_as_many_are_enrolled_and_marked_in_as_many_statements(
    database: Database, world: World, clock: Clock
) -> None:
    counts = []
    for number, size in enumerate((10, 40)):
        session = planned(database, world, capacity=100, starts_at=at(database, 2 + number))
        people = cases(database, world, size)
        with Statements(database) as enrolling_takes:
            enrol(database, world, session.id, *people)
        clock.move(days=2 + number)
        with Statements(database) as marking_takes:
            mark(database, world, session, *people)
        counts.append((len(enrolling_takes), len(marking_takes)))
    assert counts[0] == counts[1]


class Statements:
    """The statements that begin within the block, but for rows that are written one after the other."""

    def __init__(self, database: Database) -> None:
        self.engine, self.statements = database.engine, list[str]()

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements.append(statement)
