"""Workers are told of what is booked in time, in their language and in neutral words; whom no mail reaches is told by a
person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlmodel import select

from basis.errors import Conflict, NotFound
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import notices, service
from casework.diary.rules import BookingKind, NoticeState, Occasion
from casework.diary.service import Book
from casework.diary.tables import Booking, Notice
from casework.organisations.tables import Organisation
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.workers import service as workers
from documents.installation import Installation
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World
from tests.support.keeping import Mailbox, free_port, keep, mail_server
from tests.support.standing import Clock
from workflows import relay, reminding
from workflows.engine import PlainRunner

ADDRESS = "arbenta@example.org"
SECRET = ("Arbenta", "Hoxhademo", "XK-DE", "medical", "clinic", "shëndet", "mjek")
mostly_sqlite = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
pytestmark = mostly_sqlite


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def box(server: Mailbox) -> Mailbox:
    server.mails.clear()
    server.refusing.clear()
    server.answer = "250 OK"
    return server


@pytest.fixture
def house(tmp_path: Path, database: Database, box: Mailbox) -> Installation:
    return keep(tmp_path, database, mail_from="office@example.org", smtp_url=box.url)


@pytest.fixture
def belgrade(database: Database, world: World) -> World:
    """The office keeps the time of a place where clocks change."""
    with database.write(ENGINE) as work:
        work.session.get_one(Organisation, world.office.id).time_zone = "Europe/Belgrade"
    return world


Make = Callable[..., Booking]


@pytest.fixture
def make(database: Database, world: World, case: Case) -> Make:
    """``make(starts_at, kind=...)``: an hour at the clinic."""

    def made(starts_at: datetime, of: Case = case, **values: Any) -> Booking:
        known = {"kind": BookingKind.APPOINTMENT, "subject_id": new_id(), "organisation_id": world.clinic.id}
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "place": "Rruga B 12"}
        command = Book(**{"case_id": of.id, **known, **times, **values})
        return database.run(world[Role.CASEWORKER], service.book, command)

    return made


def run(house: Installation) -> None:
    """What the engine does each minute."""
    reminding.ask_due(house)
    relay.pump(house, PlainRunner(house))


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def calendar(mail: EmailMessage) -> list[icalendar.Event]:
    (part,) = mail.iter_attachments()
    content = part.get_content()
    text = content.encode() if isinstance(content, str) else content
    return [one for one in icalendar.Calendar.from_ical(text).walk() if isinstance(one, icalendar.Event)]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def states(database: Database) -> list[tuple[Occasion, NoticeState, str]]:
    with database.read() as session:
        rows = session.exec(select(Notice).order_by(Notice.id)).all()  # type: ignore[arg-type]
    return [(row.occasion, row.state, row.why) for row in rows]


def untold(database: Database, world: World) -> list[notices.Untold]:
    with database.read() as session:
        rows, total = notices.untold(session, world[Role.CASEWORKER], database.now(), offset=0, limit=50)
    assert total == len(rows)
    return rows


def test_a_worker_is_reminded_a_week_and_a_day_ahead_and_once_each(
    house: Installation, box: Mailbox, make: Make, clock: Clock
) -> None:
    make(at(20))
    told = []
    for day in (12, 13, 14, 18, 19, 20):
        for hour in (6, 7):
            clock.now = at(day, hour)
            run(house)
            told += [(day, hour)] * len(box.mails)
            box.mails.clear()
    assert told == [(13, 6), (19, 6)]


def test_the_day_of_a_reminder_begins_at_the_midnight_of_the_office(
    house: Installation, database: Database, belgrade: World, box: Mailbox, make: Make, clock: Clock
) -> None:
    clock.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    # Half past midnight in Belgrade, the day before by UTC; clocks go forward on 28 March.
    make(datetime(2027, 4, 4, 22, 30, tzinfo=UTC))
    for moment, mails in (
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), 0),
        (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), 1),
        (datetime(2027, 4, 3, 21, 59, tzinfo=UTC), 1),
        (datetime(2027, 4, 3, 22, 0, tzinfo=UTC), 2),
    ):
        clock.now = moment
        run(house)
        assert len(box.mails) == mails
    assert "5 April 2027, 00:30 to 01:30" in body(box.mails[-1])


@pytest.mark.deep
def test_in_the_week_in_which_clocks_go_back_nobody_is_told_a_day_early(
    house: Installation, database: Database, belgrade: World, box: Mailbox, make: Make, clock: Clock
) -> None:
    clock.now = datetime(2027, 10, 1, 9, tzinfo=UTC)
    make(datetime(2027, 10, 31, 6, tzinfo=UTC))  # 31 October: summer time until 03:00
    for moment, mails in (
        (datetime(2027, 10, 23, 21, 59, tzinfo=UTC), 0),
        (datetime(2027, 10, 23, 22, 0, tzinfo=UTC), 1),
        (datetime(2027, 10, 29, 21, 59, tzinfo=UTC), 1),
        (datetime(2027, 10, 29, 22, 0, tzinfo=UTC), 2),
    ):
        clock.now = moment
        run(house)
        assert len(box.mails) == mails
    assert "07:00 to 08:00" in body(box.mails[-1])  # winter time by then


def test_a_mail_is_in_the_language_of_the_worker_and_says_nothing_about_the_person(
    house: Installation, box: Mailbox, make: Make, clock: Clock, case: Case
) -> None:
    booking = make(at(20))
    clock.move(days=17)
    run(house)
    (mail,) = box.mails
    assert mail["To"] == ADDRESS and mail["Subject"].startswith("Datat tuaja: ")
    text = body(mail)
    assert "Ju lutemi mos harroni:" in text and "e premte" in text and "Please remember:" in text
    assert "Friday 20 November 2026, 09:00 to 10:00" in text.replace("Friday, ", "Friday ") and "Rruga B 12" in text
    (entry,) = calendar(mail)
    assert str(entry["UID"]) == f"{booking.id}@example.org" and entry.start == at(20)
    del mail["To"]
    everything = mail.as_string() + text + str(entry["SUMMARY"]) + str(entry["LOCATION"])
    assert [word for word in SECRET if word.lower() in everything.replace("Synthetic clinic", "").lower()] == []


def test_what_was_moved_or_cancelled_is_told_at_once_and_reminders_of_before_are_not(
    house: Installation, database: Database, world: World, box: Mailbox, make: Make, clock: Clock
) -> None:
    booking = make(at(20))
    clock.move(days=11)
    reminding.ask_due(house)
    with database.write(world[Role.CASEWORKER]) as work:
        service.move(work, work.session.get_one(Booking, booking.id), at(21), at(21, 10), "Rruga C 1")
    run(house)
    (mail,) = box.mails
    assert "This has a new time or place:" in body(mail) and "Please remember" not in body(mail)
    (entry,) = calendar(mail)
    assert (str(entry["UID"]), entry["SEQUENCE"]) == (f"{booking.id}@example.org", 1)
    with database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, booking.id), "worker_asked")
    clock.move(days=7)
    run(house)
    run(house)
    assert len(box.mails) == 2 and "This does not take place:" in body(box.mails[1])
    (entry,) = calendar(box.mails[1])
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 2)


def test_all_that_there_is_to_tell_is_one_mail(
    house: Installation, database: Database, world: World, box: Mailbox, make: Make, clock: Clock
) -> None:
    rows = [make(at(20, hour)) for hour in (8, 10, 12)]
    clock.move(days=17)
    with database.write(world[Role.CASEWORKER]) as work:
        service.cancel_many(work, [work.session.get_one(Booking, row.id) for row in rows[:2]], "not_held")
    run(house)
    (mail,) = box.mails
    assert len(calendar(mail)) == 3
    run(house)
    assert len(box.mails) == 1


def test_who_comes_to_a_course_every_day_is_reminded_of_its_first(
    house: Installation, box: Mailbox, make: Make, clock: Clock
) -> None:
    for day in (16, 17, 18, 19, 20, 30):
        make(at(day), kind=BookingKind.COURSE)
    told = []
    for day in (9, 10, 15, 16, 22, 23, 29):
        clock.now = at(day)
        run(house)
        told += [str(entry.start)[8:10] for mail in box.mails for entry in calendar(mail)]
        box.mails.clear()
    assert told == ["16", "16", "30", "30"]


def test_an_address_that_does_not_exist_is_work_for_a_person_and_stands_nowhere(
    house: Installation, database: Database, world: World, box: Mailbox, make: Make, clock: Clock, case: Case,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    box.refusing.add(ADDRESS)
    make(at(20))
    clock.move(days=17)
    with caplog.at_level(logging.DEBUG):
        run(house)
    assert states(database) == [(Occasion.DAY, NoticeState.UNTOLD, "refused")]
    (line,) = untold(database, world)
    assert line.case.id == case.id
    with database.read() as session:
        errors = [item.last_error for item in session.exec(select(OutboxItem))]
        events = [event.body for event in session.exec(select(AuditEvent))]
    assert (
        ADDRESS not in "".join([*errors, *events, caplog.text.replace("RCPT TO", "")]) or "example.org" in caplog.text
    )
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]  # the server's
    assert not any(ADDRESS in text or "Hoxhademo" in text for text in (*errors, *events, *logged))
    for again in (False, True):
        if again:
            with error(Conflict, "told_already"):
                database.run(world[Role.CASEWORKER], notices.tell, case.id, [line.notice.id])
        else:
            database.run(world[Role.CASEWORKER], notices.tell, case.id, [line.notice.id])
    assert untold(database, world) == []


def test_a_server_that_is_away_is_tried_again_and_people_see_it_after_an_hour(
    tmp_path: Path, house: Installation, database: Database, world: World, box: Mailbox, make: Make, clock: Clock
) -> None:
    away = keep(tmp_path, database, mail_from="office@example.org", smtp_url=f"smtp+plain://127.0.0.1:{free_port()}")
    make(at(20))
    clock.move(days=17)
    run(away)
    assert untold(database, world) == []
    clock.move(minutes=61)
    run(away)
    (line,) = untold(database, world)
    assert line.notice.state is NoticeState.ASKED
    with database.read() as session:
        (item,) = session.exec(select(OutboxItem).where(OutboxItem.kind == OutboxKind.REMIND))
        assert (item.state, item.attempts) == (OutboxState.PENDING, 2)
        assert "does not answer" in item.last_error and session.get_one(Case, line.case.id).stuck == ""
    clock.move(minutes=10)
    run(house)
    assert len(box.mails) == 1 and untold(database, world) == []


@pytest.mark.deep
def test_a_mail_that_the_server_does_not_want_now_is_not_given_up(
    house: Installation, database: Database, box: Mailbox, make: Make, clock: Clock
) -> None:
    box.answer = "451 try again later"
    make(at(20))
    clock.move(days=17)
    run(house)
    assert states(database) == [(Occasion.DAY, NoticeState.ASKED, "")]


@pytest.mark.parametrize("why", ["no_address", "bad_address", "no_mail", "demo"])
def test_whom_no_mail_can_reach_is_told_by_a_person(
    tmp_path: Path, database: Database, world: World, make: Make, clock: Clock, box: Mailbox, why: str
) -> None:
    address = {"no_address": "", "bad_address": "arbenta at example"}.get(why, ADDRESS)
    with database.write(ENGINE) as work:
        worker = factories.new_worker(work, world.office, email=address)
        case = factories.case(work, world.office, worker)
    make(at(20), of=case)
    url = "" if why == "no_mail" else box.url
    house = keep(tmp_path, database, mail_from="office@example.org", smtp_url=url)
    if why == "demo":
        (tmp_path / "DEMO").touch()
    clock.move(days=17)
    run(house)
    assert box.mails == [] and states(database) == [(Occasion.DAY, NoticeState.UNTOLD, why)]
    assert [line.case.id for line in untold(database, world)] == [case.id]


def test_nobody_writes_to_the_family_of_a_dead_worker(
    house: Installation, database: Database, world: World, case: Case, box: Mailbox, make: Make, clock: Clock
) -> None:
    make(at(20))
    clock.move(days=17)
    reminding.ask_due(house)
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.life = CaseLife.DECEASED
        service.cancel_of_ended(work, row)
    run(house)
    run(house)
    assert box.mails == [] and untold(database, world) == []


def test_one_office_does_not_learn_whom_another_must_tell(
    house: Installation, database: Database, world: World, case: Case, box: Mailbox, make: Make, clock: Clock
) -> None:
    box.refusing.add(ADDRESS)
    make(at(20))
    clock.move(days=17)
    run(house)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.CASEWORKER)
    with database.read() as session:
        assert notices.untold(session, stranger, database.now(), offset=0, limit=9) == ([], 0)
        notice = session.exec(select(Notice)).one()
    with error(NotFound, "case"):
        database.run(stranger, notices.tell, case.id, [notice.id])


@pytest.mark.deep
def test_a_worker_whose_data_was_erased_gets_no_mail(
    house: Installation, database: Database, box: Mailbox, make: Make, clock: Clock, case: Case
) -> None:
    make(at(20))
    clock.move(days=17)
    with database.write(ENGINE) as work:
        workers.get(work.session, work.vault, case.worker_id).worker.details = None
    run(house)
    assert box.mails == [] and states(database) == [(Occasion.DAY, NoticeState.UNTOLD, "no_address")]
