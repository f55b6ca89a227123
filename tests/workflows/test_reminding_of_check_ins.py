"""A check-in that the worker takes part in comes into the diary in time and goes with what happens to it; the worker is
reminded of it as of everything else. The clock of the machine is frozen on the days around each limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import queries
from casework.diary.rules import BookingKind, BookingState
from casework.diary.tables import Booking
from casework.followups import assignments
from casework.followups import service as followups
from casework.followups.assignments import AskExtension
from casework.followups.expecting import subject_of
from casework.keys import InstallationKeys
from casework.organisations.tables import Organisation
from documents.installation import Installation
from tests.casework import test_after_departure as departed
from tests.casework.test_after_departure import CATALOGUE, record
from tests.support import after
from tests.support.factories import TODAY, World
from tests.support.keeping import Mailbox, keep
from tests.workflows import test_reminding as mails
from tests.workflows.test_reminding import body, untold
from workflows import relay, reminding
from workflows.engine import PlainRunner

pytestmark = mails.mostly_sqlite
server, box, gone = mails.server, mails.box, departed.gone

END = date(2027, 3, 23)
"""Half a year after the arrival: the worker's last report is due, and a check-in that the agency makes."""
EFFECT = date(2028, 9, 23)
"""Two years after the arrival: the office calls the worker."""
S = BookingState


Frozen = FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory


class Days:
    """The clock of the machine, on a day of the office's at nine."""

    def __init__(self, frozen: Frozen, house: Installation) -> None:
        self._frozen = frozen
        self._house = house

    def go(self, day: date, hour: int = 9) -> None:
        """To a day; the engine does what it does each minute, twice."""
        self._frozen.move_to(datetime.combine(day, time(hour), UTC))
        self.pass_()
        self.pass_()

    def pass_(self) -> None:
        reminding.book_follow_ups(self._house)
        reminding.ask_due(self._house)
        relay.pump(self._house, PlainRunner(self._house))


@pytest.fixture
def frozen() -> Iterator[Frozen]:
    with freeze_time(datetime.combine(TODAY, time(9), UTC), tick=True, real_asyncio=True) as clock:
        yield clock


@pytest.fixture
def database(database_url: str, keys: InstallationKeys, frozen: Frozen) -> Iterator[Database]:
    """With the clock of the machine."""
    made = Database(database_url, keys)
    yield made
    made.engine.dispose()


@pytest.fixture
def days(tmp_path: Path, database: Database, gone: Case, box: Mailbox, frozen: Frozen) -> Days:
    """The worker has arrived forty days ago."""
    house = keep(tmp_path, database, mail_from="office@example.org", smtp_url=box.url)
    return Days(frozen, Installation(house.settings, database, after.catalogue()))


def bookings(database: Database, case: Case, name: str = "last_report") -> list[Booking]:
    with database.read() as session:
        rows = queries.of_case(session, case.id)
    assert {row.kind for row in rows} <= {BookingKind.FOLLOW_UP}
    return [row for row in rows if row.subject_id == subject_of(case.id, name)]


def the_booking(database: Database, case: Case, name: str = "last_report") -> tuple[BookingState, date]:
    (row,) = bookings(database, case, name)
    return row.state, row.starts_at.date()


def extend(database: Database, world: World, case: Case, to: date) -> None:
    wanted = AskExtension(case_id=case.id, ends_on=to, reason="work_not_finished")
    row = database.run(world[Role.CASEWORKER], assignments.ask_extension, CATALOGUE(), wanted)
    database.run(world[Role.SUPERVISOR], assignments.answer, CATALOGUE(), row.id, True)


def before(day: date, left: int) -> date:
    return day - timedelta(days=left)


def test_a_check_in_is_booked_ten_days_ahead_reminded_of_twice_and_done_when_it_is_made(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(END, 11))
    assert bookings(database, gone) == []
    told = []
    for left in (10, 8, 7, 6, 2, 1, 0):
        days.go(before(END, left))
        assert the_booking(database, gone) == (S.BOOKED, END)
        told.append((left, len(box.mails)))
    assert told == [(10, 0), (8, 0), (7, 1), (6, 1), (2, 1), (1, 2), (0, 2)]
    assert "follow-up" in body(box.mails[0]) and "report" not in str(box.mails[0]).lower()
    record(database, world, gone, "last_report", "accepted")
    days.pass_()
    assert the_booking(database, gone) == (S.DONE, END)
    with database.read() as session:
        rows = queries.of_case(session, gone.id)
    assert [(row.whole_day, row.organisation_id, row.place) for row in rows] == [(True, world.office.id, "")]
    assert len(box.mails) == 2  # the check-in of the agency on the same day is not the worker's


def test_an_extension_moves_the_check_in_and_only_who_has_heard_of_it_is_told(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(END, 8))
    later = END + timedelta(days=6)
    extend(database, world, gone, later)
    days.pass_()
    assert the_booking(database, gone) == (S.BOOKED, later) and box.mails == []
    days.go(before(later, 7))
    assert len(box.mails) == 1
    last = later + timedelta(days=60)
    extend(database, world, gone, last)
    days.pass_()
    assert the_booking(database, gone) == (S.BOOKED, last)
    assert "This has a new time or place:" in body(box.mails[1])
    for left, count in ((8, 2), (7, 3), (1, 4), (0, 4)):
        days.go(before(last, left))
        assert len(box.mails) == count, left
    assert the_booking(database, gone) == (S.BOOKED, last)


def test_after_the_return_nobody_is_reminded_of_what_was_due_later(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(EFFECT, 7))
    assert len(box.mails) == 1
    departed.move(database, world, gone, CaseLife.RETURNED, "returned_early", database.today())
    days.pass_()
    assert the_booking(database, gone, "effect") == (S.CANCELLED, EFFECT)
    assert "This does not take place:" in body(box.mails[1])
    days.go(before(EFFECT, 1))
    assert len(box.mails) == 2


@pytest.mark.deep
def test_who_returns_early_makes_the_last_check_in_then(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(END, 9))
    departed.move(database, world, gone, CaseLife.RETURNED, "returned_early", database.today())
    days.pass_()
    assert the_booking(database, gone) == (S.BOOKED, before(END, 9))
    record(database, world, gone, "last_report", "accepted")
    days.go(before(END, 1))
    assert the_booking(database, gone) == (S.DONE, before(END, 9)) and box.mails == []


def test_after_a_death_nothing_is_sent_and_nobody_is_expected(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(END, 7))
    days.go(before(END, 5))
    departed.move(database, world, gone, CaseLife.DECEASED, "death_notified", database.today())
    days.pass_()
    assert the_booking(database, gone) == (S.CANCELLED, END)
    days.go(before(END, 1))
    days.go(before(EFFECT, 7))
    assert len(box.mails) == 1 and untold(database, world) == []
    assert bookings(database, gone, "effect") == []


def test_a_check_in_that_is_made_again_has_its_next_day_in_the_diary(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(END, 7))
    days.go(END)
    again = END + timedelta(days=20)
    record(database, world, gone, "last_report", "missing", next_on=again)
    days.pass_()
    assert the_booking(database, gone) == (S.BOOKED, again)
    assert "This has a new time or place:" in body(box.mails[-1])
    days.go(again)
    row = record(database, world, gone, "last_report", "accepted")
    assert the_booking(database, gone) == (S.DONE, again)
    database.run(world[Role.CASEWORKER], followups.withdraw, CATALOGUE(), row, "found_wrong")
    days.pass_()
    assert the_booking(database, gone) == (S.BOOKED, again)


@pytest.mark.deep
def test_a_check_in_that_is_made_before_its_day_is_not_expected_any_more(
    days: Days, database: Database, world: World, gone: Case, box: Mailbox
) -> None:
    days.go(before(END, 9))
    record(database, world, gone, "last_report", "accepted")
    days.go(before(END, 7))
    assert the_booking(database, gone) == (S.CANCELLED, END) and box.mails == []


@pytest.mark.deep
def test_a_departure_that_was_recorded_in_error_takes_its_check_ins_along(
    days: Days, database: Database, world: World, box: Mailbox
) -> None:
    with database.write(ENGINE) as work:
        case = departed.add_case(work, world, track="home", reference="HOME")
    departed.move(database, world, case, CaseLife.IN_FOLLOW_UP, "preparation_completed", TODAY)
    year = TODAY + timedelta(days=365)
    days.go(before(year, 9))
    assert the_booking(database, case, "year") == (S.BOOKED, year)
    command = MoveCase(case_id=case.id, to=CaseLife.CLEARED, reason=REVERSAL, happened_on=database.today())
    database.run(world[Role.SUPERVISOR], service.move, CATALOGUE(), command)
    assert the_booking(database, case, "year") == (S.CANCELLED, year)


@pytest.mark.deep
def test_the_day_of_a_check_in_is_the_offices_also_where_clocks_change(
    days: Days, database: Database, world: World, gone: Case
) -> None:
    zone = ZoneInfo("Europe/Belgrade")
    with database.write(ENGINE) as work:
        work.session.get_one(Organisation, world.office.id).time_zone = str(zone)
    extend(database, world, gone, date(2027, 3, 28))
    days.go(date(2027, 3, 17), 22)
    assert bookings(database, gone) == []
    days.go(date(2027, 3, 17), 23)  # midnight in the office
    (row,) = bookings(database, gone)
    assert row.ends_at - row.starts_at == timedelta(hours=23)
    assert row.starts_at.astimezone(zone) == datetime(2027, 3, 28, tzinfo=zone)
