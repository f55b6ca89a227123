"""Sessions: who may hold one, who gets a place, who waits, who is marked, and what is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import queries as diary
from casework.diary import service as bookings
from casework.diary.rules import BookingKind, BookingState
from casework.diary.service import Book
from casework.orientation import enrolling, queries, sessions
from casework.orientation.enrolling import Enrolled
from casework.orientation.marking import Marked
from casework.orientation.rules import EnrolmentState
from casework.orientation.tables import OrientationSession
from casework.workers import service as workers
from tests.support import factories
from tests.support import sessions as support
from tests.support.errors import error
from tests.support.factories import World
from tests.support.sessions import MODULES, at, cases, catalogue, enrol, mark, planned
from tests.support.standing import Clock
from tests.support.together import DONE, together

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


@one_database
def test_a_session_that_cannot_be_held_is_refused(database: Database, world: World) -> None:
    refused: dict[str, tuple[dict[str, Any], ...]] = {
        "capacity": ({"capacity": 0}, {"capacity": 10_001}),
        "unknown_destination": ({"destination": "FR"},),
        "unknown_country": ({"destination": "ZZ"},),
        "unknown_module": ({"programmes": ()},),
        "missing_value": ({"trainer": " "}, {"place": ""}),
        "trainer_certificate": ({"trainer_certified_until": factories.TODAY},),
        "no_parts": ({"parts": ()},),
        "in_the_past": ({"starts_at": at(database, -1)},),
        "code": ({"code": "<b>"},),
    }
    for code, several in refused.items():
        for values in several:
            with error(InvalidInput, code):
                planned(database, world, **values)


@one_database
def test_a_provider_without_a_licence_on_every_day_is_refused(database: Database, world: World) -> None:
    with error(Refused, "not_accredited"):
        planned(database, world, starts_at=at(database, 400))


@one_database
def test_a_provider_sets_up_its_own_sessions_only(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        other = factories.provider(work, world.office)
    with error(Refused, "other_organisation"):
        planned(database, world, provider_id=other.id)
    own = database.run(world[Role.CASEWORKER], sessions.add, catalogue(), support.command(database, world, code="or-1"))
    assert (own.code, own.office_id) == ("OR-1", world.office.id)
    with error(Conflict, "session_exists"):
        planned(database, world, code="OR-1")


@one_database
def test_a_session_in_a_language_that_the_programme_does_not_name_is_refused(database: Database, world: World) -> None:
    with error(InvalidInput, "language"):
        planned(database, world, "languages: [de]")


@one_database
def test_only_those_who_run_courses_set_sessions_up(
    database: Database, world: World, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(TRAINER, Role.CASEWORKER, Role.SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], sessions.add, catalogue(), support.command(database, world))


@one_database
def test_a_session_of_another_provider_looks_as_if_it_did_not_exist(
    database: Database, world: World, session: OrientationSession
) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.provider(work, world.office), TRAINER)
    for seen_by in (stranger, world[Role.AUDITOR], world[Role.AGENCY_USER], world[Role.CLINIC_USER]):
        with database.read() as reading, error(NotFound, "session"):
            sessions.find(reading, seen_by, session.id)


def test_who_finds_no_place_waits_and_moves_up_when_one_is_free(
    database: Database, world: World, session: OrientationSession
) -> None:
    people = cases(database, world, 5)
    done = enrol(database, world, session.id, *people)
    assert done.enrolled == [one.id for one in people[:3]]
    assert done.waiting == [one.id for one in people[3:]]
    with database.read() as reading:
        listed = enrolling.of_session(reading, session.id)
    database.run(world[Role.CASEWORKER], enrolling.leave, listed[1].id, "worker_prevented")
    with database.read() as reading:
        now = {one.case_id: one.state for one in enrolling.of_session(reading, session.id)}
        (booking,) = diary.of_case(reading, people[3].id)
    assert people[1].id not in now
    assert now[people[3].id] is EnrolmentState.ENROLLED
    assert now[people[4].id] is EnrolmentState.WAITING
    assert booking.state is BookingState.BOOKED


@one_database
def test_a_full_session_says_so_where_nobody_is_to_wait(
    database: Database, world: World, session: OrientationSession
) -> None:
    done = enrol(database, world, session.id, *cases(database, world, 4), wait=False)
    assert (len(done.enrolled), codes(done)) == (3, ["session_full"])


def test_the_last_place_goes_to_one_of_two_who_ask_at_once(database: Database, world: World) -> None:
    session = planned(database, world, capacity=1)
    one, two = cases(database, world, 2)
    wanted = iter([one, two])
    answers = together(
        database,
        [world[Role.CASEWORKER], world[TRAINER]],
        lambda work: enrolling.enrol(
            work, catalogue(), enrolling.Enrol(session_id=session.id, case_ids=(next(wanted).id,))
        ),
    )
    assert answers == [DONE, DONE]
    with database.read() as reading:
        states = [row.state for row in enrolling.of_session(reading, session.id)]
    assert states == [EnrolmentState.ENROLLED, EnrolmentState.WAITING]


@one_database
def test_the_same_list_again_changes_nothing(database: Database, world: World, session: OrientationSession) -> None:
    people = cases(database, world, 2)
    enrol(database, world, session.id, *people, sha256="a" * 64, rows=2)
    with database.read() as reading:
        before = sessions.find(reading, world[TRAINER], session.id).version
    again = enrol(database, world, session.id, *people, sha256="a" * 64, rows=2)
    assert again.repeated == [one.id for one in people]
    assert not again.enrolled
    with database.read() as reading:
        assert sessions.find(reading, world[TRAINER], session.id).version == before


@one_database
def test_who_does_not_belong_on_the_list_is_refused_and_the_others_are_taken(
    database: Database, world: World, session: OrientationSession
) -> None:
    with database.write(ENGINE) as work:
        good = support.case(work, world)
        elsewhere = support.case(work, world, destination="CH")
        ended = support.case(work, world, life=CaseLife.WITHDRAWN, ended_on=factories.TODAY)
        other = factories.case(work, world.office)
        foreign = factories.case(work, factories.office(work))
    done = enrol(database, world, session.id, elsewhere, ended, other, foreign, good)
    assert done.enrolled == [good.id]
    assert {one: refused.code for one, refused in done.refused.items()} == {
        elsewhere.id: "other_destination",
        ended.id: "ended",
        other.id: "other_programme",
        foreign.id: "case",
    }


@one_database
def test_nobody_is_enrolled_for_two_sessions_at_once(
    database: Database, world: World, session: OrientationSession
) -> None:
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    other = planned(database, world, starts_at=at(database, 2, 15))
    assert codes(enrol(database, world, other.id, person)) == ["double_booking"]


def test_a_provider_does_not_learn_that_a_worker_goes_to_a_clinic(
    database: Database, world: World, session: OrientationSession
) -> None:
    (person,) = cases(database, world, 1)
    starts = at(database, 2, 13)
    at_clinic = Book(
        case_id=person.id,
        kind=BookingKind.APPOINTMENT,
        subject_id=new_id(),
        organisation_id=world.clinic.id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
    )
    with database.write(world[Role.CASEWORKER]) as work:
        bookings.book(work, at_clinic)
    told = {
        role: str(enrol(database, world, session.id, person, role=role).refused[person.id])
        for role in (Role.PROVIDER_USER, Role.CASEWORKER)
    }
    assert "another date, 2026-" in told[Role.PROVIDER_USER]
    assert "appointment, 2026-" in told[Role.CASEWORKER]
    with error(Conflict, "double_booking") as caught, database.write(world[Role.PROVIDER_USER]) as work:
        own = {"kind": BookingKind.COURSE, "subject_id": new_id(), "organisation_id": world.provider.id}
        bookings.book(work, at_clinic.model_copy(update=own))
    assert "another date, 2026-" in str(caught.value) and "appointment" not in str(caught.value)


def twin(database: Database, world: World, of: Case) -> Case:
    """Another case of another record with the same passport."""
    with database.write(ENGINE) as work:
        found = workers.get(work.session, work.vault, of.worker_id)
        other = factories.new_worker(work, world.office, passport_number=found.data.passport_number)
        return support.case(work, world, worker=other)


@one_database
def test_a_proxy_with_the_same_document_is_refused(
    database: Database, world: World, session: OrientationSession
) -> None:
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    other = planned(database, world, starts_at=at(database, 2, 15))
    assert codes(enrol(database, world, other.id, twin(database, world, person))) == ["same_document"]


LISTS = "list_days: 2"


@one_database
def test_a_late_list_is_refused_until_a_supervisor_accepts_it_with_a_reason(
    database: Database, world: World, clock: Clock
) -> None:
    (person,) = cases(database, world, 1, LISTS)
    session = planned(database, world, LISTS)
    clock.move(days=1)
    refused = enrol(database, world, session.id, person, rule=LISTS, role=TRAINER)
    assert codes(refused) == ["list_late"]
    assert "2026-11-02" in str(refused.refused[person.id])
    for role, code in ((TRAINER, "role"), (Role.CASEWORKER, "role")):
        with error(Refused, code):
            database.run(world[role], sessions.accept_late, session.id, "Snow")
    with error(InvalidInput, "missing_value"):
        database.run(world[Role.SUPERVISOR], sessions.accept_late, session.id, " ")
    database.run(world[Role.SUPERVISOR], sessions.accept_late, session.id, "Snow")
    assert enrol(database, world, session.id, person, rule=LISTS, role=TRAINER).enrolled == [person.id]


@one_database
def test_a_cancelled_session_gives_everybody_their_time_back(
    database: Database, world: World, session: OrientationSession
) -> None:
    (person,) = cases(database, world, 1)
    enrol(database, world, session.id, person)
    with error(InvalidInput, "unknown_reason"):
        database.run(world[TRAINER], sessions.cancel, session.id, "rain")
    database.run(world[TRAINER], sessions.cancel, session.id, "trainer_missing")
    other = planned(database, world)
    assert enrol(database, world, other.id, person).enrolled == [person.id]
    with error(Conflict, "session_cancelled"):
        enrol(database, world, session.id, person)


@one_database
def test_whose_case_ended_leaves_the_list_and_the_next_one_moves_up(database: Database, world: World) -> None:
    session = planned(database, world, capacity=1)
    one, two, three = cases(database, world, 3)
    enrol(database, world, session.id, one, two)
    with database.write(ENGINE) as work:
        work.session.get_one(Case, one.id).life = CaseLife.WITHDRAWN
    enrol(database, world, session.id, three)
    with database.read() as reading:
        listed = [(row.case_id, row.state) for row in enrolling.of_session(reading, session.id)]
    assert listed == [(two.id, EnrolmentState.ENROLLED), (three.id, EnrolmentState.WAITING)]


@one_database
def test_the_lists_of_pages_count_and_name_who_is_there(
    database: Database, world: World, session: OrientationSession, clock: Clock
) -> None:
    people = cases(database, world, 4)
    enrol(database, world, session.id, *people)
    clock.move(days=2, hours=5)
    mark(database, world, session, people[0])
    with database.read() as reading:
        ((line,), total) = queries.listed(reading, world[TRAINER], database.now())
        assert (total, line.enrolled, line.waiting, line.free, line.came) == (1, 3, 1, 0, 1)
        first, *_others = queries.people(reading, session, state=EnrolmentState.ENROLLED, limit=2)
        assert set(first.marked) == set(MODULES)
        assert queries.listed(reading, world[TRAINER], database.now(), past=True) == ([], 0)
        assert [one.row.id for one in queries.fitting(reading, world[Role.CASEWORKER], people[3], database.now())] == [
            session.id
        ]
