"""Tests, families and lists of sessions, and what somebody attended before for the same country."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _
from basis.roles import Role
from casework.actor import ENGINE
from casework.batches.rules import Finding
from casework.cases import facts, rulings
from casework.cases.tables import Case
from casework.concessions import service as concessions
from casework.concessions.rules import ConcessionState
from casework.concessions.service import DecideConcession
from casework.database import Database
from casework.households import service as home
from casework.households.queries import Accompanying
from casework.households.rules import MemberRole
from casework.households.service import AddMember
from casework.orientation import earlier, enrolling, guests, lists, marking, sessions
from casework.orientation.lists import Handed
from casework.orientation.marking import Marked, Scores
from casework.orientation.rules import EnrolmentState
from casework.orientation.tables import ModuleAttendance, OrientationSession
from casework.workers.tables import Worker
from checklists.assessment import RequirementStatus, assess
from tests.support import sessions as support
from tests.support.errors import error
from tests.support.factories import World
from tests.support.sessions import MODULES, cases, catalogue, enrol, mark, planned
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""Nothing here leans on a database's own ways: on PostgreSQL with the deep tests."""

TRAINER = Role.PROVIDER_USER
TESTED = "pass_mark: 60"
FAMILY = "family: expected"
EARLIER = "earlier: P2Y"


@pytest.fixture(autouse=True)
def licensed(database: Database, world: World) -> None:
    support.licence(database, world)


def ids(database: Database, row: OrientationSession) -> dict[object, object]:
    with database.read() as session:
        return {one.case_id: one.id for one in enrolling.of_session(session, row.id)}


def score(
    database: Database, world: World, row: OrientationSession, case: Case, points: int, rule: str = TESTED
) -> Marked:
    wanted = Scores.model_validate(
        {"session_id": row.id, "out_of": 20, "points": {ids(database, row)[case.id]: points}}
    )
    return database.run(world[TRAINER], marking.record_tests, catalogue(rule), wanted)


def status(database: Database, case: Case, rule: str, requirement: str) -> set[RequirementStatus]:
    with database.read() as session:
        known = facts.load(session, [session.get_one(Case, case.id)])[case.id]
    assessment = assess(support.programme(rule), known, database.today())
    return {one.status for one in assessment.stage("meeting").requirements if one.requirement == requirement}


def codes(done: Marked) -> list[str]:
    return sorted(one.code for one in done.refused.values())


def test_a_failed_test_leaves_the_attendance_and_a_repeated_one_makes_the_stage_ready(
    database: Database, world: World, clock: Clock
) -> None:
    (person,) = cases(database, world, 1, TESTED)
    row = planned(database, world, TESTED)
    enrol(database, world, row.id, person, rule=TESTED)
    clock.move(days=2, hours=5)
    assert codes(score(database, world, row, person, 12)) == ["absent"]
    mark(database, world, row, person, rule=TESTED)
    assert codes(score(database, world, row, person, 21)) == ["points"]
    assert status(database, person, TESTED, "test") == {RequirementStatus.MISSING}
    assert score(database, world, row, person, 11).rows == 1
    assert status(database, person, TESTED, "module") == {RequirementStatus.MET}
    assert status(database, person, TESTED, "test") == {RequirementStatus.REJECTED}
    assert score(database, world, row, person, 11).repeated == 1
    assert score(database, world, row, person, 12).rows == 1
    assert status(database, person, TESTED, "test") == {RequirementStatus.MET}


def test_a_programme_without_a_test_takes_no_points(database: Database, world: World, clock: Clock) -> None:
    (person,) = cases(database, world, 1)
    row = planned(database, world)
    enrol(database, world, row.id, person)
    clock.move(days=2, hours=5)
    mark(database, world, row, person, rule="")
    assert codes(score(database, world, row, person, 12, "")) == ["no_test"]


def household(database: Database, world: World, person: Case) -> None:
    """A spouse and a child who are no workers."""
    with database.write(world[Role.CASEWORKER]) as work:
        home.form(work, person.id, MemberRole.PRINCIPAL, work.today)
        members = (("Drita", MemberRole.SPOUSE, date(1996, 1, 1)), ("Arta", MemberRole.CHILD, date(2020, 1, 1)))
        for name, role, born in members:
            joining = AddMember(
                case_id=person.id,
                role=role,
                reason="family",
                happened_on=work.today,
                person=Accompanying(family_name="Hoxhademo", given_names=name, birth_date=born),
            )
            home.add(work, joining)


def test_families_are_on_the_list_for_the_door_and_counted_without_a_case(
    database: Database, world: World, clock: Clock
) -> None:
    one, two = cases(database, world, 2, FAMILY)
    household(database, world, one)
    row = planned(database, world, FAMILY, capacity=2)
    enrol(database, world, row.id, one, two, rule=FAMILY)
    with database.read() as session:
        door = guests.listed(session, database.vault(session), row)
    assert [(guest.name, guest.reference) for guest in door] == [
        ("Arta Hoxhademo", one.reference),
        ("Drita Hoxhademo", one.reference),
    ]
    assert database.run(world[Role.CASEWORKER], guests.invite, catalogue(FAMILY), row.id) == []
    with error(InvalidInput, "date_in_future"):
        database.run(world[TRAINER], guests.came, row.id, {door[0].row.id})
    clock.move(days=2, hours=5)
    assert len(database.run(world[TRAINER], guests.came, row.id, {door[0].row.id})) == 1
    with error(InvalidInput, "not_enrolled"):
        database.run(world[TRAINER], guests.came, row.id, {row.id})


def test_a_programme_that_invites_no_families_lists_none(database: Database, world: World) -> None:
    row = planned(database, world)
    with error(Refused, "no_family"):
        database.run(world[Role.CASEWORKER], guests.invite, catalogue(), row.id)


def attended_before(database: Database, case: Case, day: date, module: str = "journey") -> None:
    with database.write(ENGINE) as work:
        work.session.add(
            ModuleAttendance(
                case_id=case.id,
                module=module,
                minutes=60,
                trainer="Synthetic trainer",
                identity_checked=True,
                attended_on=day,
                recorded_at=work.now,
                recorded_by="engine",
            )
        )


def test_attendance_for_the_same_country_is_proposed_and_counts_once_somebody_gave_the_waiver(
    database: Database, world: World
) -> None:
    caseworker, supervisor = world[Role.CASEWORKER], world[Role.SUPERVISOR]
    (now,) = cases(database, world, 1, EARLIER)
    with database.write(ENGINE) as work:
        person = work.session.get_one(Case, now.id).worker_id
        worker = work.session.get_one(Worker, person)
        before = support.case(work, world, EARLIER, worker=worker)
        elsewhere = support.case(work, world, EARLIER, worker=worker, destination="CH")
    attended_before(database, before, database.today() - timedelta(days=700))
    attended_before(database, before, database.today() - timedelta(days=740), "money")
    attended_before(database, elsewhere, database.today(), "rights")
    with database.read() as session:
        found = earlier.proposals(session, support.programme(EARLIER), now, database.today())
    assert [(one.module, one.reference) for one in found] == [("journey", before.reference)]
    (asked,) = database.run(caseworker, earlier.ask, catalogue(EARLIER), now.id)
    assert (asked.subject, asked.authority, asked.state) == ("journey", "supervisor", ConcessionState.REQUESTED)
    assert RequirementStatus.WAIVED not in status(database, now, EARLIER, "module")
    with error(InvalidInput, "nothing_earlier"):
        database.run(caseworker, earlier.ask, catalogue(EARLIER), now.id)
    decided = DecideConcession(concession_id=asked.id, given=True, reference="M 1", reason="Seen the list")
    database.run(supervisor, rulings.decide_concession, catalogue(EARLIER), decided)
    assert RequirementStatus.WAIVED in status(database, now, EARLIER, "module")
    with database.read() as session:
        assert [one.subject for one in concessions.of_case(session, now.id)] == ["journey"]


def test_a_programme_that_counts_nothing_earlier_proposes_nothing(database: Database, world: World) -> None:
    (case,) = cases(database, world, 1)
    with error(InvalidInput, "nothing_earlier"):
        database.run(world[Role.CASEWORKER], earlier.ask, catalogue(), case.id)


def found_in(handed: Handed) -> list[tuple[int | None, str]]:
    def place(one: Finding) -> tuple[int | None, str]:
        return one.row, one.code

    return [place(one) for one in handed.sheet.findings]


def test_a_list_of_participants_takes_good_rows_and_gives_bad_ones_back(database: Database, world: World) -> None:
    row = planned(database, world)
    one, two, three = cases(database, world, 3)
    text = (
        f"Reference;Date of birth\n{one.reference};09.03.1995\n{two.reference};10.03.1995\n"
        f"{three.reference};1995-03-09\nXX-1;1995-03-09\n"
    )
    sheet = lists.participants(text.encode(), "list.csv", world[TRAINER])
    handed = database.run(world[TRAINER], lists.enrol, catalogue(), row.id, sheet)
    assert handed.enrolled.enrolled == [one.id, three.id]
    assert found_in(handed) == [(3, "birth_date_differs"), (5, "unknown_case")]
    again = database.run(world[TRAINER], lists.enrol, catalogue(), row.id, sheet)
    assert again.enrolled.repeated == [one.id, three.id]
    missing = lists.participants(b"Case reference,Name\nBB-1,X\n", "list.csv", world[Role.CASEWORKER])
    assert missing.rows, "an office needs no date of birth"


def test_a_list_of_attendance_says_modules_identity_and_points(database: Database, world: World, clock: Clock) -> None:
    row = planned(database, world, TESTED)
    one, two, three = cases(database, world, 3, TESTED)
    stranger, *_others = cases(database, world, 1, TESTED)
    enrol(database, world, row.id, one, two, three, rule=TESTED)
    clock.move(days=2, hours=5)
    text = (
        "Case,Identity,All modules,Journey,Points\n"
        f"{one.reference},document seen,yes,,15\n{two.reference},photo,,x,\n{three.reference},,yes,,\n"
        f"{stranger.reference},passport,yes,,\n"
    )
    titles = {"journey": _("Journey")}
    sheet = lists.attendance(text.encode(), "came.csv", row, titles)
    handed = database.run(world[TRAINER], lists.mark, catalogue(TESTED), row.id, sheet, 20)
    assert found_in(handed) == [(5, "not_enrolled"), (4, "missing_value")]
    assert (handed.marked.rows, handed.marked.repeated) == (3 + 1 + 1, 0)
    again = database.run(world[TRAINER], lists.mark, catalogue(TESTED), row.id, sheet, 20)
    assert (again.marked.rows, again.marked.repeated) == (0, 5)
    without = database.run(world[TRAINER], lists.mark, catalogue(TESTED), row.id, sheet)
    assert (2, "missing_value") in found_in(without)


def test_who_is_on_a_closed_list_stays_on_it(database: Database, world: World, clock: Clock) -> None:
    row = planned(database, world)
    (person,) = cases(database, world, 1)
    enrol(database, world, row.id, person)
    clock.move(days=2, hours=9)
    database.run(world[TRAINER], sessions.close, row.id)
    with database.read() as session:
        (listed,) = enrolling.of_session(session, row.id)
    assert listed.state is EnrolmentState.ENROLLED
    with error(Conflict, "session_closed"):
        database.run(world[TRAINER], enrolling.leave, listed.id, "worker_prevented")
    assert set(row.minutes) == set(MODULES)
