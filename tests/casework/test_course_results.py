"""What a course comes to: results by the programme's rule, all in one transaction; corrections; courses of a cohort."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from basis.errors import Conflict, InvalidInput
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import queries as diary
from casework.diary.rules import BookingState
from casework.organisations.tables import Licence
from casework.qualifications.tables import QualificationDecision, QualificationKind, QualificationOutcome
from casework.training import closing, course_queries, courses, fitting
from casework.training import service as training
from casework.training.attending import GivenMark
from casework.training.rules import CourseState, EnrolmentState, Mark
from casework.training.tables import TrainingResult
from checklists.assessment import RequirementStatus, assess
from tests.support.courses import (
    ABSENT,
    FIRST,
    LAST,
    PRESENT,
    School,
    catalogue,
    license_provider,
    new_cases,
    taught,
    to_day,
)
from tests.support.errors import error
from tests.support.factories import World
from tests.support.standing import Clock

CASEWORKER, SUPERVISOR, PROVIDER = Role.CASEWORKER, Role.SUPERVISOR, Role.PROVIDER_USER
one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
TECHNICAL = {"code": "tec-1", "subject": "technical", "language": "", "from_level": "", "to_level": ""}


@pytest.fixture
def school(database: Database, world: World) -> School:
    """A German course run by its provider's user."""
    license_provider(database, world)
    return School(database, world, world[PROVIDER])


def close(school: School, version: int | None = None) -> list[closing.Result]:
    return school.database.run(school.actor, closing.close, catalogue(), school.id, version)


def held(school: School, clock: Clock, weeks: int = 5) -> list[date]:
    """Sessions of four hours in so many weeks, all of them over."""
    school.session(weeks=weeks)
    to_day(clock, LAST)
    return [FIRST + timedelta(weeks=week) for week in range(weeks)]


def mark_all(school: School, marks: Callable[[int], list[tuple[Case, GivenMark]]]) -> None:
    """Mark every session; `marks` says it of the first, second, ..."""
    with school.database.read() as session:
        rows = course_queries.sessions(session, school.id)
    for number, row in enumerate(rows, start=1):
        school.mark(row, {school.of(case): given for case, given in marks(number)})


def results(database: Database, case: Case) -> list[TrainingResult]:
    with database.read() as session:
        query = select(TrainingResult).where(TrainingResult.case_id == case.id)
        return sorted(session.exec(query), key=lambda row: row.id)


def languages(database: Database, case: Case) -> list[QualificationDecision]:
    with database.read() as session:
        query = select(QualificationDecision).where(QualificationDecision.case_id == case.id)
        return sorted(session.exec(query), key=lambda row: row.id)


def played(database: Database, world: World, school: School, clock: Clock) -> tuple[Case, Case, Case]:
    """Three take part: one passes, one was away too often, one fails the final test. All is recorded but the close."""
    good, away, weak = new_cases(database, world, 3)
    with database.write(world[PROVIDER]) as work:
        courses.change(work, catalogue(), school.id, courses.ChangeCourse(capacity=3))
    school.enrol(good, away, weak, actor=world[CASEWORKER])
    held(school, clock)
    test = school.final(LAST)
    missed = GivenMark(mark=Mark.EXCUSED)
    mark_all(school, lambda number: [(good, PRESENT), (weak, PRESENT), (away, PRESENT if number < 4 else missed)])
    school.score(test, {school.of(good): 60, school.of(away): 90, school.of(weak): 59})
    return good, away, weak


def test_closing_a_course_writes_the_result_of_everybody_and_the_level_of_who_passed(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    good, away, weak = played(database, world, school, clock)
    found = {one.participant.case.id: one for one in close(school)}
    assert str(found[away.id].outcome.why[0]) == "attended 12 of 20 hours: 60 %, asked are 80 %"
    (row,) = results(database, good)
    assert (row.passed, row.level, row.hours_held, row.hours_attended) == (True, "A2", 20, 20)
    assert (row.asked_percent, row.course_id, row.provider_name) == (80, school.id, world.provider.name)
    assert row.licence_number.startswith("L-")
    assert (row.began_on, row.completed_on) == (FIRST, FIRST + timedelta(weeks=4))
    assert [(one.level, one.subject) for one in languages(database, good)] == [("A2", "de")]
    for case in (away, weak):
        (row,) = results(database, case)
        assert (row.passed, row.level) == (False, "")
        assert languages(database, case) == []
    assert school.states() == ["completed"] * 3
    assert school.course.state is CourseState.COMPLETED
    with database.read() as session:
        line = course_queries.line(session, school.course)
        fresh = session.get_one(Case, good.id)
        known = facts.load(session, [fresh])[good.id]
    assert line.passed == 1
    assert fresh.version == good.version + 1
    assert "training_result" in {fact.kind for fact in known.facts}
    with error(Conflict, "course_state"):
        close(school)


@one_database
def test_a_supervisor_cannot_pass_anybody_against_the_rule(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    _good, away, _weak = played(database, world, school, clock)
    database.run(world[SUPERVISOR], closing.close, catalogue(), school.id)
    (row,) = results(database, away)
    assert not row.passed


@one_database
def test_a_course_is_not_closed_before_all_is_said(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    (case,) = new_cases(database, world, 1)
    school.enrol(case, actor=world[CASEWORKER])
    row = school.session()
    to_day(clock, FIRST)

    def why() -> str:
        with error(Conflict, "not_ready") as caught:
            close(school)
        return str(caught.value.message)

    with error(Conflict, "course_state"):
        close(school)
    school.mark(row, {school.of(case): PRESENT})
    assert "the course has none" in why()
    test = school.final()
    assert "points of the final assessment are missing" in why()
    school.score(test, {school.of(case): None})
    second = school.session(FIRST + timedelta(days=1))
    assert why() == "1 session is still to come."
    to_day(clock, FIRST + timedelta(days=1))
    assert why() == "Attendance of 1 session is missing."
    school.mark(second, {school.of(case): PRESENT})
    with error(Conflict, "stale"):
        close(school, 1)
    assert [str(one.outcome.why[1]) for one in close(school)] == ["final assessment not taken"]


def test_a_correction_withdraws_what_came_of_it_and_writes_it_anew(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    good, away, weak = played(database, world, school, clock)
    close(school)
    with database.read() as session:
        last = course_queries.sessions(session, school.id)[-1]
    marks = {school.of(one): PRESENT for one in (good, away, weak)}
    with error(Conflict, "closed"):
        school.mark(last, marks)
    with error(InvalidInput, "unknown_reason"):
        school.mark(last, marks, reason="because")
    assert school.mark(last, marks, reason="recorded_in_error") == 1
    old, new = results(database, away)
    assert old.withdrawn_on is not None
    assert (new.passed, new.level, new.hours_attended, new.withdrawn_on) == (True, "A2", 16, None)
    assert [len(results(database, one)) for one in (good, weak)] == [1, 1], "the others stay as they are"
    absent = {**marks, school.of(away): ABSENT}
    assert school.mark(last, absent, reason="found_wrong") == 1
    assert [row.withdrawn_on is None for row in results(database, away)] == [False, False, True]
    assert [row.withdrawn_on is None for row in languages(database, away)] == [False]
    with database.read() as session:
        kinds = [row.kind for row in session.exec(select(AuditEvent))]
    assert kinds.count("course.corrected") == 2


@one_database
def test_what_was_withdrawn_by_hand_stays_withdrawn(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    good, away, weak = played(database, world, school, clock)
    close(school)
    database.run(world[CASEWORKER], training.withdraw, results(database, away)[0].id, "wrong_person")
    with database.read() as session:
        last = course_queries.sessions(session, school.id)[-1]
    school.mark(last, {school.of(one): PRESENT for one in (good, away, weak)}, reason="recorded_in_error")
    assert len(results(database, away)) == 1


@one_database
def test_each_track_has_its_own_modules(database: Database, world: World, school: School, clock: Clock) -> None:
    (away,) = new_cases(database, world, 1)
    (home,) = new_cases(database, world, 1, track="home", planned_departure=None)
    school.enrol(away, home, actor=world[CASEWORKER])
    school.session()
    school.session(FIRST + timedelta(days=1), 3, module="words_of_the_site")
    school.session(FIRST + timedelta(days=2), 2, module="words_at_home")
    with database.read() as session:
        assert len(diary.of_case(session, away.id)) == len(diary.of_case(session, home.id)) == 2
        both, site, house = course_queries.sessions(session, school.id)
    to_day(clock, LAST)
    school.mark(both, {school.of(away): PRESENT, school.of(home): PRESENT})
    with error(InvalidInput, "not_enrolled"):
        school.mark(site, {school.of(away): PRESENT, school.of(home): PRESENT})
    school.mark(site, {school.of(away): PRESENT})
    school.mark(house, {school.of(home): ABSENT})
    school.score(school.final(LAST), {school.of(away): 80, school.of(home): 80})
    close(school)
    (there,), (here,) = results(database, away), results(database, home)
    assert (there.hours_held, there.hours_attended, there.passed) == (7, 7, True)
    assert (here.hours_held, here.hours_attended, here.passed) == (6, 4, False)


@one_database
def test_a_technical_course_without_a_final_assessment_is_passed_by_attendance(
    database: Database, world: World, clock: Clock
) -> None:
    license_provider(database, world)
    school = School(database, world, world[CASEWORKER], **TECHNICAL)
    (case,) = new_cases(database, world, 1)
    school.enrol(case)
    held(school, clock)
    mark_all(school, lambda number: [(case, PRESENT if number > 1 else ABSENT)])
    close(school)
    (row,) = results(database, case)
    assert (row.passed, row.level, row.hours_attended) == (True, "", 16)
    with database.read() as session:
        known = facts.load(session, [session.get_one(Case, case.id)])[case.id]
    state = assess(taught(), known, database.today()).stage("training")
    slots = {slot.requirement: slot.status for slot in state.requirements}
    assert slots["technical_course"] is not RequirementStatus.MET, "80 hours are asked for, 16 were attended"


@one_database
def test_who_waited_in_vain_or_whose_case_has_ended_gets_no_result(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    stays, leaves, waits, later = new_cases(database, world, 4)
    school.enrol(stays, leaves, waits, later, actor=world[CASEWORKER])
    row = school.session()
    move = MoveCase(
        case_id=leaves.id, to=CaseLife.WITHDRAWN, reason="worker_changed_mind", happened_on=database.today()
    )
    database.run(world[CASEWORKER], cases.move, catalogue(), move)
    assert school.states() == ["enrolled", "dropped", "enrolled", "waiting"]
    with database.read() as session:
        assert [one.state for one in diary.of_case(session, leaves.id)] == [BookingState.CANCELLED]
    to_day(clock, FIRST)
    school.mark(row, {school.of(stays): PRESENT, school.of(waits): PRESENT})
    school.score(school.final(), {school.of(stays): 70, school.of(waits): 70})
    close(school)
    assert school.states() == ["completed", "dropped", "completed", "dropped"]
    assert results(database, later) == results(database, leaves) == []


@one_database
def test_a_course_that_is_cancelled_lets_everybody_go(database: Database, world: World, school: School) -> None:
    first, second = new_cases(database, world, 2)
    school.session()
    school.enrol(first, second, actor=world[CASEWORKER])
    database.run(world[PROVIDER], courses.cancel, school.id, "no_trainer")
    assert school.states() == ["dropped", "dropped"]
    with database.read() as session:
        assert {one.state for one in diary.of_case(session, first.id)} == {BookingState.CANCELLED}
    School(database, world, world[PROVIDER], code="de-2").enrol(first, actor=world[CASEWORKER])


def decide(database: Database, case: Case, kind: QualificationKind, **values: Any) -> None:
    """It was found not to be enough."""
    with database.write(ENGINE) as work:
        days = {"decided_on": work.today, "tested_on": work.today, "recorded_at": work.now, "recorded_by": "engine"}
        values = {"kind": kind, "outcome": QualificationOutcome.NONE, **days, **values}
        work.session.add(QualificationDecision(case_id=case.id, **values))


@one_database
def test_a_case_is_offered_the_courses_that_close_its_gap(database: Database, world: World, school: School) -> None:
    (case,) = new_cases(database, world, 1)
    School(database, world, world[PROVIDER], code="de-2", from_level="A2", to_level="B1")
    School(database, world, world[PROVIDER], code="de-0", from_level="", to_level="A1")
    School(database, world, world[PROVIDER], **TECHNICAL)
    School(database, world, world[PROVIDER], code="en-1", language="en")

    def offered() -> list[str]:
        with database.read() as session:
            fresh = session.get_one(Case, case.id)
            found = fitting.courses(session, world[CASEWORKER], catalogue(), fresh, database.today())
        return [line.course.code for line in found]

    assert offered() == [], "nobody has found a gap yet"
    decide(database, case, QualificationKind.LANGUAGE, subject="de", level="A1")
    assert offered() == ["DE-1"]
    decide(database, case, QualificationKind.ABILITY, years=0)
    assert offered() == ["DE-1", "TEC-1"]
    with database.write(ENGINE) as work:
        for licence in work.session.exec(select(Licence)):
            licence.valid_until = FIRST
            work.session.add(licence)
    assert offered() == []


@one_database
def test_a_cohort_sees_how_far_its_members_are_in_each_course(
    database: Database, world: World, school: School, clock: Clock
) -> None:
    good, away, weak = played(database, world, school, clock)
    with database.read() as session:
        (before,) = course_queries.of_cohort(session, [good.id, away.id])
        (none,) = course_queries.of_cohort(session, [weak.id])
    assert (before.counts, before.attending, before.passed) == ({EnrolmentState.ENROLLED: 2}, 2, 0)
    assert none.counts == {EnrolmentState.ENROLLED: 1}
    close(school)
    with database.read() as session:
        (after,) = course_queries.of_cohort(session, [good.id, away.id])
    assert (after.counts, after.attending, after.passed) == ({EnrolmentState.COMPLETED: 2}, 0, 1)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the block sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


@one_database
def test_many_are_enrolled_marked_and_given_their_results_in_a_fixed_number_of_statements(
    database: Database, world: World, clock: Clock
) -> None:
    license_provider(database, world)
    counts: list[tuple[int, int, int]] = []
    few, many = new_cases(database, world, 3), new_cases(database, world, 30)
    schools = [
        School(database, world, world[CASEWORKER], **{**TECHNICAL, "code": str(n), "capacity": 50}) for n in "ab"
    ]
    rows = [school.session() for school in schools]
    enrolments = []
    for school, some in zip(schools, (few, many), strict=True):
        with counted(database) as sent:
            school.enrol(*some)
        enrolments.append(len(sent))
    to_day(clock, FIRST)
    for school, row, some, enrolled in zip(schools, rows, (few, many), enrolments, strict=True):
        with database.read() as session:
            marks = {one.enrolment.id: PRESENT for one in course_queries.participants(session, school.id)}
        assert len(marks) == len(some)
        with counted(database) as marked:
            school.mark(row, marks)
        with counted(database) as closed:
            close(school)
        counts.append((enrolled, len(marked), len(closed)))
    assert counts[0] == counts[1]
