"""Attendance lists, and journeys booked anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.orientation import service as orientation
from casework.orientation.service import Attendance, AttendedModule
from casework.travel import service as travel
from casework.travel.service import BookItinerary
from tests.support import factories
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

CURRICULUM = ("rights_at_work", "money", "health")
RIGHT = (Role.CASEWORKER, Role.SUPERVISOR)


def attendance(*cases: Case, **values: object) -> Attendance:
    return Attendance.model_validate(
        {
            "case_ids": tuple(case.id for case in cases),
            "modules": (AttendedModule(module="money", minutes=90), AttendedModule(module="health", minutes=60)),
            "trainer": "Synthetic trainer",
            "identity_checked": True,
            "attended_on": TODAY,
            **values,
        }
    )


@pytest.fixture
def cases(database: Database, world: World) -> list[Case]:
    with database.write(ENGINE) as work:
        return [factories.case(work, world.office) for _number in range(3)]


def test_a_list_is_recorded_for_all_its_cases(database: Database, world: World, cases: list[Case]) -> None:
    caseworker = world[Role.CASEWORKER]
    done = database.run(caseworker, orientation.attend, attendance(*cases), CURRICULUM)
    assert (len(done.rows), done.repeated) == (6, 0)
    with database.read() as session:
        rows = orientation.of_case(session, caseworker, cases[0].id)
        assert {row.module for row in rows} == {"money", "health"}


def test_the_same_list_again_records_nothing_and_says_so(database: Database, world: World, cases: list[Case]) -> None:
    caseworker = world[Role.CASEWORKER]
    database.run(caseworker, orientation.attend, attendance(cases[0]), CURRICULUM)
    again = database.run(caseworker, orientation.attend, attendance(*cases), CURRICULUM)
    assert (len(again.rows), again.repeated) == (4, 2)
    other_day = attendance(cases[0], attended_on=TODAY - timedelta(days=1))
    assert len(database.run(caseworker, orientation.attend, other_day, CURRICULUM).rows) == 2


def test_the_same_list_by_two_people_at_once_is_recorded_once(
    database: Database, world: World, cases: list[Case]
) -> None:
    people = [world[role] for role in RIGHT]
    together(database, people, lambda work: orientation.attend(work, attendance(*cases), CURRICULUM))
    with database.read() as session:
        for case in cases:
            assert len(orientation.of_case(session, people[0], case.id)) == 2


def test_one_case_that_cannot_be_changed_leaves_the_whole_list_unrecorded(
    database: Database, world: World, cases: list[Case]
) -> None:
    with database.write(ENGINE) as work:
        work.session.get_one(Case, cases[2].id).life = CaseLife.WITHDRAWN
    with pytest.raises(Conflict), database.write(world[Role.CASEWORKER]) as work:
        orientation.attend(work, attendance(*cases), CURRICULUM)
    with database.read() as session:
        assert orientation.of_case(session, world[Role.CASEWORKER], cases[0].id) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"attended_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"modules": ()}, "missing_value"),
        ({"case_ids": ()}, "missing_value"),
        ({"modules": (AttendedModule(module="dancing", minutes=60),)}, "unknown_module"),
        ({"modules": (AttendedModule(module="money", minutes=60),) * 2}, "unknown_module"),
        ({"modules": (AttendedModule(module="money", minutes=0),)}, "minutes"),
        ({"trainer": ""}, "missing_value"),
    ],
)
def test_a_bad_list_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught, database.write(world[Role.CASEWORKER]) as work:
        orientation.attend(work, attendance(case, **values), CURRICULUM)
    assert caught.value.code == code


def test_a_withdrawn_attendance_can_be_recorded_again(database: Database, world: World, case: Case) -> None:
    caseworker = world[Role.CASEWORKER]
    done = database.run(caseworker, orientation.attend, attendance(case), CURRICULUM)
    assert database.run(caseworker, orientation.withdraw, done.rows[0].id, "wrong_person").withdrawn_on == TODAY
    assert len(database.run(caseworker, orientation.attend, attendance(case), CURRICULUM).rows) == 1


def journey(case: Case, **values: object) -> BookItinerary:
    return BookItinerary.model_validate(
        {
            "case_id": case.id,
            "departs_on": date(2027, 4, 1),
            "carrier": "Synthetic Air",
            "service_number": "SY 123",
            "origin": "Prishtina (PRN)",
            "destination": "Munich (MUC)",
            **values,
        }
    )


def test_a_changed_booking_takes_the_place_of_the_earlier_one(database: Database, world: World, case: Case) -> None:
    caseworker = world[Role.CASEWORKER]
    database.run(caseworker, travel.book, journey(case))
    database.run(caseworker, travel.book, journey(case, departs_on=date(2027, 4, 8)))
    with database.read() as session:
        rows = travel.of_case(session, caseworker, case.id)
        assert [(row.departs_on.day, row.withdrawn_on) for row in rows] == [(1, TODAY), (8, None)]
        assert session.get_one(Case, case.id).planned_departure == date(2027, 4, 1)


def test_of_two_bookings_at_once_one_holds(database: Database, world: World, case: Case) -> None:
    people = [world[role] for role in RIGHT]
    assert together(database, people, lambda work: travel.book(work, journey(case))) == [DONE, DONE]
    with database.read() as session:
        live = [row for row in travel.of_case(session, people[0], case.id) if row.withdrawn_on is None]
    assert len(live) == 1


def test_of_two_bookings_on_what_both_saw_one_is_refused(database: Database, world: World, case: Case) -> None:
    people = [world[role] for role in RIGHT]
    assert together(database, people, lambda work: travel.book(work, journey(case), 1)) == [DONE, "stale"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"departs_on": TODAY - timedelta(days=1)}, "date_in_past"),
        ({"departs_on": TODAY.replace(year=9999)}, "date_too_far"),
        ({"carrier": " "}, "missing_value"),
        ({"service_number": "x" * 41}, "too_long"),
        ({"destination": ""}, "missing_value"),
    ],
)
def test_a_bad_booking_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught, database.write(world[Role.CASEWORKER]) as work:
        travel.book(work, journey(case, **values))
    assert caught.value.code == code


def test_somebody_may_depart_today(database: Database, world: World, case: Case) -> None:
    assert database.run(world[Role.SUPERVISOR], travel.book, journey(case, departs_on=TODAY)).departs_on == TODAY


def test_a_booking_is_cancelled(database: Database, world: World, case: Case) -> None:
    made = database.run(world[Role.CASEWORKER], travel.book, journey(case))
    assert database.run(world[Role.CASEWORKER], travel.withdraw, made.id, "worker_asked").withdrawn_on == TODAY
    with pytest.raises(NotFound), database.write(world[Role.CASEWORKER]) as work:
        travel.withdraw(work, new_id(), "worker_asked")


def test_only_caseworkers_and_supervisors_record_attendance_and_journeys(
    database: Database, world: World, case: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(*RIGHT):
        with pytest.raises(Refused), database.write(world[role]) as work:
            orientation.attend(work, attendance(case), CURRICULUM)
        with pytest.raises(Refused), database.write(world[role]) as work:
            travel.book(work, journey(case))
