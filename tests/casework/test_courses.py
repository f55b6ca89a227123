"""Courses: places and waiting list, attendance, assessments, results in the cases of those who took part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, func, select

from basis.errors import Conflict, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.accounts.rules import PERMISSIONS, Permission
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import CaseTask
from casework.database import Database
from casework.diary import queries as diary
from casework.diary.rules import BookingState
from casework.organisations.tables import Licence
from casework.training import closing, course_queries, courses, enrolling
from casework.training.attending import GivenMark
from casework.training.course_tables import Course, CourseAttendance
from casework.training.courses import ChangeCourse
from casework.training.rules import CourseState, Mark
from casework.work import Work
from tests.support import courses as support
from tests.support import factories
from tests.support.courses import ABSENT, FIRST, LAST, PRESENT, School, catalogue, license_provider, new_cases, to_day
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR, PROVIDER = Role.CASEWORKER, Role.SUPERVISOR, Role.PROVIDER_USER
one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""


@pytest.fixture
def licensed(database: Database, world: World) -> None:
    license_provider(database, world)


@pytest.fixture
def school(database: Database, world: World, licensed: None) -> School:
    """A course for two, run by its provider's user."""
    return School(database, world, world[PROVIDER])


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(PredepartureError) as caught:
        act()
    return caught.value.code


def add(database: Database, world: World, role: Role = CASEWORKER, **values: Any) -> Course:
    return database.run(world[role], courses.add, catalogue(), support.command(world, **values))


def count_of(session: Session, table: type[Any]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def drop(school: School, case: Any, reason: str = "worker_prevented") -> None:
    school.database.run(school.actor, enrolling.drop, catalogue(), school.of(case), reason)


def close(school: School) -> list[closing.Result]:
    return school.database.run(school.actor, closing.close, catalogue(), school.id)


@one_database
def test_the_office_and_the_provider_itself_set_a_course_up(database: Database, world: World, licensed: None) -> None:
    for number, role in enumerate((CASEWORKER, SUPERVISOR, PROVIDER)):
        course = add(database, world, role, code=f"de-{number}")
        assert (course.code, course.state, course.office_id) == (f"DE-{number}", CourseState.PLANNED, world.office.id)


@one_database
def test_nobody_else_sets_a_course_up(
    database: Database, world: World, licensed: None, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(CASEWORKER, SUPERVISOR, PROVIDER):
        assert Permission.RUN_COURSES not in PERMISSIONS[role]
        assert code_of(lambda role=role: add(database, world, role)) == "role"  # type: ignore[misc]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"hours": 0}, "hours"),
    ({"hours": 100_000}, "hours"),
    ({"to_level": "B7"}, "unknown_level"),
    ({"from_level": "B1", "to_level": "A2"}, "levels"),
    ({"language": "qq"}, "unknown_language"),
    ({"language": ""}, "missing_value"),
    ({"subject": "cooking"}, "unknown_subject"),
    ({"subject": "technical"}, "only_for_language"),
    ({"begins_on": LAST, "ends_on": FIRST}, "dates"),
    ({"place": " "}, "missing_value"),
    ({"capacity": 0}, "capacity"),
    ({"ends_on": TODAY + timedelta(days=366)}, "not_accredited"),
    ({"provider_id": new_id()}, "organisation"),
]


@one_database
def test_a_course_that_cannot_be_is_refused_with_the_reason(database: Database, world: World, licensed: None) -> None:
    for values, code in BAD:
        assert code_of(lambda values=values: add(database, world, **values)) == code, values  # type: ignore[misc]


@one_database
def test_a_provider_without_a_licence_for_the_programme_holds_no_course(database: Database, world: World) -> None:
    license_provider(database, world, programme_id="another-programme")
    with error(Refused, "not_accredited"):
        add(database, world)
    license_provider(database, world, withdrawn_on=TODAY)
    with error(Refused, "not_accredited"):
        add(database, world)


@one_database
def test_a_code_is_taken_once(database: Database, world: World, school: School) -> None:
    with error(Conflict, "course_exists"):
        add(database, world)


@one_database
def test_another_provider_and_another_office_know_of_no_such_course(
    database: Database, world: World, school: School
) -> None:
    with database.write(ENGINE) as work:
        other = factories.world(work)
        stranger = factories.actor(work, factories.provider(work, world.office), PROVIDER)
    for actor in (other[PROVIDER], other[CASEWORKER], stranger):
        with database.read() as session:
            assert course_queries.listed(session, actor, tuple(CourseState)) == []
            with error(NotFound, "course"):
                course_queries.by_code(session, actor, "DE-1")
        with error(NotFound, "course"):
            database.run(actor, courses.cancel, school.id, "no_room")


@one_database
def test_who_finds_no_place_waits_and_moves_up_in_order(database: Database, world: World, school: School) -> None:
    school.session()
    first, second, third, fourth = new_cases(database, world, 4)
    found = school.enrol(first, second, third, actor=world[CASEWORKER])
    assert (len(found.enrolled), len(found.waiting)) == (2, 1)
    school.enrol(fourth, actor=world[CASEWORKER])
    assert school.states() == ["enrolled", "enrolled", "waiting", "waiting"]
    drop(school, first)
    assert school.states() == ["dropped", "enrolled", "enrolled", "waiting"]
    with database.read() as session:
        kinds = [event.kind for event in session.exec(select(AuditEvent).where(AuditEvent.case_id == third.id))]
        states = [row.state for row in diary.of_case(session, third.id)]
        left = [row.state for row in diary.of_case(session, first.id)]
    assert "course.moved_up" in kinds
    assert states == [BookingState.BOOKED]
    assert left == [BookingState.CANCELLED]


@one_database
def test_more_places_are_given_at_once_and_never_fewer_than_are_taken(
    database: Database, world: World, school: School
) -> None:
    school.enrol(*new_cases(database, world, 4), actor=world[CASEWORKER])
    change: Callable[[int], object] = lambda places: database.run(  # noqa: E731
        world[PROVIDER], courses.change, catalogue(), school.id, ChangeCourse(capacity=places)
    )
    change(3)
    assert school.states() == ["enrolled", "enrolled", "enrolled", "waiting"]
    with error(Conflict, "over_full"):
        change(2)


@one_database
def test_who_is_expected_elsewhere_is_passed_over_and_keeps_the_place_in_the_list(
    database: Database, world: World, school: School
) -> None:
    school.session()
    first, second, third, fourth = new_cases(database, world, 4)
    school.enrol(first, second, third, fourth, actor=world[CASEWORKER])
    other = School(
        database, world, world[PROVIDER], code="tec-1", subject="technical", language="", from_level="", to_level=""
    )
    other.session()
    other.enrol(third, actor=world[CASEWORKER])
    drop(school, first)
    assert school.states() == ["dropped", "enrolled", "waiting", "enrolled"]


def test_of_two_who_ask_for_the_last_place_at_once_exactly_one_gets_it(
    database: Database, world: World, school: School
) -> None:
    first, second, third = new_cases(database, world, 3)
    school.enrol(first, actor=world[CASEWORKER])
    wanted = {world[CASEWORKER].key: second.id, world[SUPERVISOR].key: third.id}

    def ask(work: Work) -> object:
        return enrolling.enrol(work, catalogue(), school.id, [wanted[work.actor.key]])

    assert together(database, [world[CASEWORKER], world[SUPERVISOR]], ask) == [DONE, DONE]
    assert sorted(school.states()) == ["enrolled", "enrolled", "waiting"]


def test_nobody_is_in_two_courses_of_one_kind_also_when_both_are_asked_for_at_once(
    database: Database, world: World, school: School
) -> None:
    (case,) = new_cases(database, world, 1)
    other = School(database, world, world[PROVIDER], code="de-2")
    wanted = {world[CASEWORKER].key: school.id, world[SUPERVISOR].key: other.id}

    def ask(work: Work) -> object:
        return enrolling.enrol(work, catalogue(), wanted[work.actor.key], [case.id])

    assert together(database, [world[CASEWORKER], world[SUPERVISOR]], ask) == [DONE, "in_course"]


@one_database
def test_a_course_that_the_case_is_not_asked_for_is_refused(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    (case,) = new_cases(database, world, 1)
    with database.write(ENGINE) as work:
        elsewhere = factories.case(work, factories.office(work))
    for bad, code in ((elsewhere, "case"), (case, "stale")):
        act = database.run
        version = 7 if code == "stale" else None
        with pytest.raises(PredepartureError) as caught:
            act(world[CASEWORKER], enrolling.enrol, catalogue(), school.id, [bad.id], version)
        assert caught.value.code == code
    english = School(database, world, world[PROVIDER], code="en-1", language="en")
    assert code_of(lambda: english.enrol(case, actor=world[CASEWORKER])) == "not_asked"
    to_day(clock, LAST + timedelta(days=1))
    assert code_of(lambda: school.enrol(case, actor=world[CASEWORKER])) == "over"


@one_database
def test_a_provider_enrols_only_whom_the_office_sends_to_such_a_course(
    database: Database, world: World, school: School
) -> None:
    sent, other = new_cases(database, world, 2)
    with database.write(ENGINE) as work:
        work.session.add(
            CaseTask(
                case_id=sent.id,
                position=0,
                stage="training",
                requirement="language_course",
                status="missing",
                actor="provider",
            )
        )
    school.enrol(sent)
    assert school.states() == ["enrolled"]
    assert code_of(lambda: school.enrol(other)) == "case"


@one_database
def test_two_sessions_at_once_are_refused_for_one_person(database: Database, world: World, school: School) -> None:
    school.session()
    other = School(
        database, world, world[PROVIDER], code="tec-1", subject="technical", language="", from_level="", to_level=""
    )
    other.session()
    case, free = new_cases(database, world, 2)
    school.enrol(case, actor=world[CASEWORKER])
    assert code_of(lambda: other.enrol(case, actor=world[CASEWORKER])) == "double_booking"
    with error(Conflict, "double_booking") as caught:
        other.enrol(case, free, actor=world[CASEWORKER])
    assert case.reference in str(caught.value.message)
    assert other.states() == []


@one_database
def test_sessions_lie_within_the_course_and_name_its_modules(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    school.session(weeks=3)
    with database.read() as session:
        days = [row.starts_at.date() for row in course_queries.sessions(session, school.id)]
    assert days == [FIRST + timedelta(weeks=week) for week in range(3)]
    assert code_of(school.session) == "session_overlaps"
    assert code_of(lambda: school.session(LAST + timedelta(days=1))) == "outside_course"
    assert code_of(lambda: school.session(FIRST + timedelta(days=1), module="safety")) == "unknown_module"
    assert code_of(lambda: school.session(FIRST + timedelta(days=1), weeks=0)) == "weeks"
    assert code_of(lambda: school.session(FIRST + timedelta(days=1), hours=0)) == "times"


@one_database
def test_a_session_that_is_taken_out_is_expected_of_nobody(database: Database, world: World, school: School) -> None:
    row = school.session()
    (case,) = new_cases(database, world, 1)
    school.enrol(case, actor=world[CASEWORKER])
    database.run(world[PROVIDER], courses.cancel_session, row.id)
    with database.read() as session:
        assert [one.state for one in diary.of_case(session, case.id)] == [BookingState.CANCELLED]
        assert course_queries.sessions(session, school.id) == []


@one_database
def test_who_came_stands_in_the_diary_and_the_same_list_again_changes_nothing(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    row = school.session()
    first, second = new_cases(database, world, 2)
    school.enrol(first, second, actor=world[CASEWORKER])
    marks = {school.of(first): GivenMark(mark=Mark.LATE, late=30), school.of(second): ABSENT}
    assert code_of(lambda: school.mark(row, marks)) == "attendance_in_future"
    to_day(clock, FIRST)
    assert school.mark(row, marks, expected_version=1) == 2
    assert school.mark(row, marks, expected_version=1) == 0
    assert school.course.state is CourseState.RUNNING
    with database.read() as session:
        kept = {one.enrolment_id: one.minutes for one in session.exec(select(CourseAttendance))}
        came = {one.case_id: one.state for one in diary.of_subject(session, row.id)}
    assert kept == {school.of(first): 210, school.of(second): 0}
    assert came == {first.id: BookingState.ATTENDED, second.id: BookingState.MISSED}
    with error(Conflict, "stale"):
        school.mark(row, {**marks, school.of(second): PRESENT}, expected_version=1)
    assert school.mark(row, {**marks, school.of(second): PRESENT}, expected_version=2) == 1
    with database.read() as session:
        assert count_of(session, CourseAttendance) == 3, "a correction is a further row"


@one_database
def test_attendance_is_said_of_everybody_who_takes_part_and_of_nobody_else(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    row = school.session()
    first, second, waiting = new_cases(database, world, 3)
    school.enrol(first, second, waiting, actor=world[CASEWORKER])
    to_day(clock, FIRST)
    everybody = {school.of(first): PRESENT, school.of(second): PRESENT}
    assert code_of(lambda: school.mark(row, {school.of(first): PRESENT})) == "mark_missing"
    assert code_of(lambda: school.mark(row, {**everybody, school.of(waiting): PRESENT})) == "not_enrolled"
    assert code_of(lambda: school.mark(row, {**everybody, new_id(): PRESENT})) == "not_enrolled"
    late = GivenMark(mark=Mark.LATE, late=500)
    assert code_of(lambda: school.mark(row, {**everybody, school.of(first): late})) == "late"


@one_database
def test_a_licence_that_was_withdrawn_before_the_day_makes_its_attendance_worthless(
    database: Database, world: World, clock: Clock
) -> None:
    license_provider(database, world)
    school = School(database, world, world[PROVIDER])
    row = school.session()
    with database.write(ENGINE) as work:
        licences = work.session.exec(select(Licence)).all()
        for licence in licences:
            licence.withdrawn_on = FIRST
            work.session.add(licence)
    to_day(clock, FIRST)
    assert code_of(lambda: school.mark(row, {})) == "not_accredited"


@one_database
def test_assessments_lie_within_the_course_and_points_within_the_assessment(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    assert code_of(lambda: school.final(LAST + timedelta(days=1))) == "outside_course"
    assert code_of(lambda: school.final(points=0)) == "points"
    assert code_of(lambda: school.final(pass_points=101)) == "points"
    test = school.final()
    assert code_of(school.final) == "final_exists"
    (case,) = new_cases(database, world, 1)
    school.enrol(case, actor=world[CASEWORKER])
    assert code_of(lambda: school.score(test, {school.of(case): 60})) == "date_in_future"
    to_day(clock, FIRST)
    assert code_of(lambda: school.score(test, {school.of(case): 101})) == "points"
    assert code_of(lambda: school.score(test, {new_id(): 1})) == "not_enrolled"
    assert school.score(test, {school.of(case): 60}, expected_version=1) == 1
    assert school.score(test, {school.of(case): 60}, expected_version=1) == 0
    with error(Conflict, "stale"):
        school.score(test, {school.of(case): 50}, expected_version=1)
