"""Check-ins of many: what is due over all cases, what is overdue, and records by a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from basis.errors import Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import queries
from casework.diary.rules import BookingState
from casework.followups import by_list, expecting, lists
from casework.followups import service as followups
from casework.followups.by_list import TakenCheckIns
from casework.followups.lists import Due, DueFilter, What
from casework.followups.rules import FollowUpHow
from casework.followups.service import RecordFollowUp
from casework.followups.tables import FollowUpRow
from casework.work import Work
from tests.casework import test_after_departure as departed
from tests.support import after
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
gone = departed.gone
CASEWORKER = Role.CASEWORKER
HEAD = "Case reference;Follow-up;Outcome;Made on;How;Again on;Note\n"


def due(database: Database, world: World, role: Role, **asked: object) -> list[str]:
    with database.read() as session:
        wanted = DueFilter(**asked)  # type: ignore[arg-type]
        found = lists.due(session, world[role], wanted, database.today(), offset=0, limit=20)
    assert found.total == len(found.lines)
    return [line.task.requirement for line in found.lines]


def sizes(database: Database, world: World) -> dict[Due, int]:
    with database.read() as session:
        found = lists.due(session, world[CASEWORKER], DueFilter(), database.today(), offset=0, limit=20)
    return dict(found.sizes)


def test_the_list_has_what_is_open_of_all_cases_by_the_day_it_is_due(
    database: Database, world: World, gone: Case, clock: Clock
) -> None:
    assert due(database, world, CASEWORKER)[0] == "month"
    assert due(database, world, CASEWORKER, what=What.STAGE) == ["report", "measure"]
    assert due(database, world, CASEWORKER, programme="nothing") == []
    assert due(database, world, CASEWORKER, due=Due.OVERDUE) == ["month"]
    assert due(database, world, Role.AGENCY_USER) == ["month", "half_year", "last_report", "report", "measure"]
    assert due(database, world, Role.AUDITOR) == []
    assert sizes(database, world) == {Due.OVERDUE: 1, Due.WEEK: 0, Due.MONTH: 0}
    clock.move(days=120)
    assert sizes(database, world) == {Due.OVERDUE: 1, Due.WEEK: 0, Due.MONTH: 4}
    with database.read() as session, pytest.raises(Refused):
        lists.due(session, world[Role.PROVIDER_USER], DueFilter(), TODAY, offset=0, limit=1)


def told(database: Database) -> list[str]:
    database.run(ENGINE, lists.tell_of_overdue)
    with database.read() as session:
        query = select(AuditEvent).where(AuditEvent.kind == "follow_up.overdue")
        return [event.subject for event in session.exec(query)]


@on_sqlite
def test_a_check_in_that_nobody_made_is_told_of_once_on_the_day_after(
    database: Database, world: World, gone: Case, clock: Clock
) -> None:
    """First month: due thirty-one days after the arrival, forty days ago."""
    day = min(line.task.due_on or date.max for line in _lines(database, world))
    clock.now -= TODAY - day
    assert (database.today(), told(database)) == (day, [])
    clock.move(days=1)
    assert len(told(database)) == 1
    clock.move(days=1)
    assert len(told(database)) == 1
    again = RecordFollowUp(
        case_id=gone.id,
        follow_up="month",
        outcome="left_work",
        happened_on=database.today(),
        how=FollowUpHow.CALL,
        next_on=database.today() + timedelta(days=3),
    )
    database.run(world[CASEWORKER], followups.record, after.catalogue(), again)
    clock.move(days=3)
    assert len(told(database)) == 1
    clock.move(days=1)
    assert len(told(database)) == 2


def _lines(database: Database, world: World) -> tuple[lists.DueLine, ...]:
    with database.read() as session:
        return lists.due(session, world[CASEWORKER], DueFilter(), database.today(), offset=0, limit=20).lines


@pytest.mark.deep
def test_two_looks_at_once_book_a_check_in_once_and_not_after_it_was_made(
    database: Database, world: World, gone: Case, clock: Clock
) -> None:
    """The last report is due half a year after the arrival, on 23 March."""
    clock.now = datetime(2027, 3, 15, 9, tzinfo=UTC)
    assert together(database, [ENGINE, ENGINE], expecting.book_due) == [DONE, DONE]
    with database.read() as session:
        (row,) = queries.of_case(session, gone.id)
    assert row.state is BookingState.BOOKED
    clock.now = datetime(2028, 9, 15, 9, tzinfo=UTC)
    made = RecordFollowUp(case_id=gone.id, follow_up="effect", outcome="much", happened_on=database.today())

    def look_or_make(work: Work) -> object:
        return expecting.book_due(work) if work.actor is ENGINE else followups.record(work, after.catalogue(), made)

    assert together(database, [ENGINE, world[CASEWORKER]], look_or_make) == [DONE, DONE]
    with database.read() as session:
        later = [one.state for one in queries.of_case(session, gone.id) if one.id != row.id]
    assert later in ([], [BookingState.CANCELLED])


def hand_in(database: Database, world: World, text: str, role: Role = CASEWORKER) -> TakenCheckIns:
    return database.run(world[role], by_list.take_list, after.catalogue(), text.encode(), "check-ins.csv")


def test_good_rows_of_a_list_are_recorded_bad_ones_given_back_and_twice_changes_nothing(
    database: Database, world: World, gone: Case
) -> None:
    day, ahead = TODAY.isoformat(), (TODAY + timedelta(days=1)).isoformat()
    text = HEAD + "".join(
        f"{gone.reference if reference else 'NOBODY'};{rest}\n"
        for reference, rest in (
            (True, f"First month;at work;{day};Call;;Spoke with the foreman"),
            (True, f"half_year;at_work;{ahead};visit;;"),
            (True, f"half_year;splendid;{day};visit;;"),
            (True, f"astrology;at_work;{day};visit;;"),
            (False, f"half_year;at_work;{day};visit;;"),
            (True, f"half_year;at_work;{day};telepathy;;"),
            (True, f"half_year;left work;{day};message;{ahead};"),
        )
    )
    made = hand_in(database, world, text)
    assert (made.taken, made.known) == (2, 0)
    codes = {finding.row: finding.code for finding in made.sheet.findings}
    assert codes[3] == "date_in_future"
    assert codes[4] == "unknown_outcome"
    assert codes[5] == "follow_up"
    assert set(codes) == {3, 4, 5, 6, 7}
    again = hand_in(database, world, text)
    assert (again.taken, again.known) == (0, 2)
    with database.read() as session:
        rows = session.exec(select(FollowUpRow)).all()
        assert sorted(row.follow_up for row in rows) == ["half_year", "month"]
        assert all("foreman" not in event.body for event in session.exec(select(AuditEvent)))


@on_sqlite
def test_an_agency_lists_its_own_check_ins_alone(database: Database, world: World, gone: Case) -> None:
    rows = f"{gone.reference};half_year;at_work;{TODAY};report;;\n{gone.reference};month;at_work;{TODAY};report;;\n"
    made = hand_in(database, world, HEAD + rows, Role.AGENCY_USER)
    assert made.taken == 1
    assert [finding.code for finding in made.sheet.findings] == ["role"]
