"""Reports and complaints: who may read which, their steps, the code, and the numbers that others are told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest
from sqlmodel import SQLModel, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.accounts.tables import Account
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.complaints import queries, rules, service
from casework.complaints.queries import Show
from casework.complaints.rules import (
    DEADLINES,
    TRANSITIONS,
    Against,
    ComplaintKind,
    ComplaintState,
    ComplaintStepKind,
    Outcome,
)
from casework.complaints.service import SortComplaint
from casework.complaints.tables import Complaint, ComplaintStep
from casework.database import Database
from casework.outbox.tables import OutboxItem
from casework.oversight import scope, trail
from casework.oversight.trail import Asked
from casework.work import Work
from tests.complaints.conftest import File
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World
from tests.support.standing import Clock

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)


def only(database: Database) -> Complaint:
    with database.read() as session:
        return session.exec(select(Complaint)).one()


def seen(database: Database, actor: Actor, show: Show = Show.OPEN) -> int:
    with database.read() as session:
        return queries.listed(session, actor, show, database.today(), limit=9)[1]


def test_every_step_is_in_the_table_or_refused() -> None:
    for state, step in product(ComplaintState, ComplaintStepKind):
        if (state, step) in TRANSITIONS:
            assert rules.moved(state, step) in ComplaintState
        else:
            with error(Conflict, "complaint_state"):
                rules.moved(state, step)


def test_what_cannot_wait_is_answered_within_days() -> None:
    on = date(2027, 1, 10)
    assert rules.due_on(ComplaintKind.FEE, on) == date(2027, 2, 9)
    assert all(rules.due_on(kind, on) == on + timedelta(days=days) for kind, days in DEADLINES.items())


def test_a_code_is_read_as_people_type_it() -> None:
    assert queries.plain_code(" 7f2k-0q9m xw3d–R8Ia ") == queries.plain_code("7F2KOQ9MXW3DR81A")


def test_a_report_is_handled_and_its_reporter_reads_the_answer_by_the_code(
    database: Database, world: World, file: File
) -> None:
    code, officer = file(), world[Role.COMPLAINTS_OFFICER]
    row = only(database)
    assert (row.state, row.due_on) == (ComplaintState.RECEIVED, database.today() + timedelta(days=30))
    with error(Refused, "not_handler"):
        database.run(officer, service.note, row.id, "Called the agency", told=False)
    database.run(officer, service.take, row.id)
    with error(Conflict, "taken"):
        database.run(officer, service.take, row.id)
    database.run(officer, service.note, row.id, "Called the agency", told=False)
    database.run(officer, service.note, row.id, "On which day was it?", told=True)
    database.run(ENGINE, service.add, code.lower(), "In the market, on 3 May")
    with error(Conflict, "unread"):
        database.run(officer, service.close, row.id, Outcome.SETTLED, "You have it back")
    database.run(officer, service.note, row.id, "Read it", told=False)
    with error(InvalidInput, "missing_value"):
        database.run(officer, service.close, row.id, Outcome.REFERRED, "You have it back", "")
    done = database.run(officer, service.close, row.id, Outcome.SETTLED, "You have it back")
    assert (done.state, done.outcome, done.closed_on) == (ComplaintState.CLOSED, Outcome.SETTLED, database.today())
    with database.read() as session:
        vault = database.vault(session)
        found = queries.by_code(session, vault, code)
        assert found is not None and found.id == row.id
        told = [service.note_of(vault, one) for one in queries.steps_of(session, row.id) if one.told]
        assert told == ["On which day was it?", "In the market, on 3 May", "You have it back"]
        assert service.opened(vault, row).contact == "+383 44 000 111"
    again = database.run(officer, service.reopen, row.id)
    assert (again.state, again.outcome, again.handler_id) == (ComplaintState.IN_HAND, None, officer.user_id)


@one_database
def test_the_same_form_sent_twice_is_one_report_and_another_text_another(database: Database, file: File) -> None:
    first = file("one")
    assert file("one") == first
    assert len({first, file("one", words="Another one"), file("two")}) == 3
    with database.read() as session:
        assert len(session.exec(select(Complaint)).all()) == 3
    with error(InvalidInput, "missing_field"):
        file("")


@one_database
def test_the_code_is_stored_nowhere_and_every_word_is_sealed(database: Database, file: File) -> None:
    code = file(words="qxsaid words", about="qxsaid name", case="qxsaid case", paid_to="qxsaid", amount="qxsaid 500")
    database.run(ENGINE, service.add, code, "qxsaid more")
    with database.read() as session:
        stored = repr([list(session.connection().exec_driver_sql(f"SELECT * FROM {name}"))
                       for name in SQLModel.metadata.tables])  # fmt: skip
    assert "qxsaid" not in stored
    assert queries.plain_code(code) not in stored and code not in stored


@one_database
def test_nothing_of_a_report_names_a_case_and_no_effect_waits_for_it(database: Database, file: File) -> None:
    code = file(case="BW-1")
    database.run(ENGINE, service.add, code, "More")
    with database.read() as session:
        events = [one for one in session.exec(select(AuditEvent)) if one.kind.startswith("complaint.")]
        assert [one.kind for one in events] == ["complaint.received", "complaint.added"]
        assert {(one.case_id, one.actor, str(json.loads(one.body)["data"])) for one in events} == {
            (None, "engine", "{}")
        }
        assert session.exec(select(OutboxItem)).all() == []


READERS = {
    Against.AGENCY: {Role.SUPERVISOR, Role.COMPLAINTS_OFFICER},
    Against.OTHER: {Role.SUPERVISOR, Role.COMPLAINTS_OFFICER},
    Against.STAFF: {Role.COMPLAINTS_OFFICER},
    Against.HANDLER: {Role.SUPERVISOR},
}


@one_database
def test_only_those_who_handle_them_read_complaints_and_never_one_about_their_own(
    database: Database, world: World, file: File
) -> None:
    for against, roles in READERS.items():
        file(against.value, against=against)
        with database.read() as session:
            row = session.exec(select(Complaint).where(Complaint.against == against)).one()
            for role in Role:
                if role in roles:
                    assert queries.find(session, world[role], row.id).id == row.id
                elif role in (Role.SUPERVISOR, Role.COMPLAINTS_OFFICER):
                    with error(NotFound, "complaint"):
                        queries.find(session, world[role], row.id)
                else:
                    with error(Refused, "role"):
                        queries.find(session, world[role], row.id)
            with error(NotFound, "complaint"):
                queries.find(session, ENGINE, row.id)
    assert (seen(database, world[Role.SUPERVISOR]), seen(database, world[Role.COMPLAINTS_OFFICER])) == (3, 3)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.COMPLAINTS_OFFICER)
    assert seen(database, stranger) == 0


@one_database
def test_who_it_is_about_cannot_read_it_and_has_it_in_hand_no_longer(
    database: Database, world: World, file: File
) -> None:
    file()
    row, boss, officer = only(database), world[Role.SUPERVISOR], world[Role.COMPLAINTS_OFFICER]
    database.run(boss, service.take, row.id)
    command = SortComplaint(
        complaint_id=row.id, kind=ComplaintKind.THREATS, against=Against.OTHER, about_id=boss.user_id
    )
    database.run(officer, service.sort, command)
    now = only(database)
    assert (now.handler_id, now.state, now.due_on) == (
        None, ComplaintState.RECEIVED, database.today() + timedelta(days=2)
    )  # fmt: skip
    assert (seen(database, boss), seen(database, world.seconds[Role.SUPERVISOR])) == (0, 1)
    staff = command.model_copy(update={"against": Against.STAFF, "about_id": None})
    database.run(officer, service.sort, staff)
    assert seen(database, world.seconds[Role.SUPERVISOR]) == 0
    for wrong, code in (({"about_id": world.office.id}, "unknown_person"),
                        ({"organisation_id": world.office.id}, "unknown_organisation")):  # fmt: skip
        with error(InvalidInput, code):
            database.run(officer, service.sort, command.model_copy(update=wrong))


@one_database
def test_bad_input_and_stale_forms_are_refused_and_nothing_is_kept(
    database: Database, world: World, file: File
) -> None:
    for values, code in (
        ({"words": " "}, "missing_value"),
        ({"words": "x" * 4001}, "too_long"),
        ({"office_id": world.agency.id}, "unknown_office"),
        ({"organisation_id": world.office.id}, "unknown_organisation"),
    ):
        with error(InvalidInput, code):
            file(**values)
    with error(NotFound, "complaint_code"):
        database.run(ENGINE, service.add, "0000-0000-0000-0000", "More")
    file()
    row = only(database)
    with error(Conflict, "stale"):
        database.run(world[Role.SUPERVISOR], service.take, row.id, row.version + 1)
    with database.read() as session:
        assert len(session.exec(select(ComplaintStep)).all()) == 1


@one_database
def test_small_and_fresh_numbers_are_told_to_nobody(database: Database, world: World, file: File, clock: Clock) -> None:
    def told(on: date) -> int | None:
        with database.read() as session:
            return queries.counts_for(session, [world.agency.id, world.clinic.id], on)[world.agency.id]

    for number in range(2):
        file(str(number), organisation_id=world.agency.id)
    first = database.today()
    later = (first + timedelta(days=62)).replace(day=1)
    assert told(later) is None, "two are fewer than three"
    clock.move(days=1)
    file("3", organisation_id=world.agency.id)
    assert told(database.today()) is None
    assert told(later) == 3
    assert told((first + timedelta(days=31)).replace(day=1)) is None, "younger than a month on the first of the month"
    row = only_about(database, world)
    officer = world[Role.COMPLAINTS_OFFICER]
    database.run(officer, service.take, row.id)
    database.run(officer, service.close, row.id, Outcome.NOT_FOUNDED, "It was another company")
    assert told(later) is None
    assert told((later + timedelta(days=40)).replace(day=1)) is None


@one_database
def test_what_is_put_right_within_a_month_shows_in_numbers_from_the_next(
    database: Database, world: World, file: File, clock: Clock
) -> None:
    def told(on: date | None = None) -> tuple[int | None, int | None]:
        with database.read() as session:
            found = queries.counts_for(session, [world.agency.id, world.clinic.id], on or database.today())
        return found[world.agency.id], found[world.clinic.id]

    def sort(row: Complaint, organisation_id: UUID) -> None:
        against = SortComplaint(
            complaint_id=row.id, kind=row.kind, against=Against.OTHER, organisation_id=organisation_id
        )
        database.run(officer, service.sort, against)

    officer = world[Role.COMPLAINTS_OFFICER]
    for number in range(2):
        file(str(number), organisation_id=world.agency.id)
    file("by name", against=Against.AGENCY, about="the agency, by its name")
    with database.read() as session:
        unsorted = next(one for one in session.exec(select(Complaint)) if one.organisation_id is None)
    clock.move(days=100)
    next_month = rules.counts_from(database.today())
    sort(unsorted, world.agency.id)
    assert (told(), told(next_month)) == ((None, None), (3, None))
    sort(unsorted, world.clinic.id)
    assert (told(), told(next_month)) == ((None, None), (None, None))
    sort(unsorted, world.agency.id)
    clock.move(days=(next_month - database.today()).days)
    assert told() == (3, None)
    sort(unsorted, world.clinic.id)
    assert (told(), told(rules.counts_from(database.today()))) == ((3, None), (None, None))


@one_database
def test_a_complaint_that_was_found_wrong_and_is_open_again_counts_from_the_next_month(
    database: Database, world: World, file: File, clock: Clock
) -> None:
    def told(on: date | None = None) -> int | None:
        with database.read() as session:
            return queries.counts_for(session, [world.agency.id], on or database.today())[world.agency.id]

    officer = world[Role.COMPLAINTS_OFFICER]
    for number in range(3):
        file(str(number), organisation_id=world.agency.id)
    row = only_about(database, world)
    database.run(officer, service.take, row.id)
    database.run(officer, service.close, row.id, Outcome.NOT_FOUNDED, "It was another company")
    clock.move(days=100)
    assert told() is None
    database.run(officer, service.reopen, row.id)
    assert (told(), told(rules.counts_from(database.today()))) == (None, 3)


@one_database
def test_what_is_added_to_a_closed_complaint_waits_with_a_deadline_of_its_own(
    database: Database, world: World, file: File, clock: Clock
) -> None:
    code, officer = file(kind=ComplaintKind.CONDUCT), world[Role.COMPLAINTS_OFFICER]
    row = only(database)
    database.run(officer, service.take, row.id)
    database.run(officer, service.close, row.id, Outcome.NOT_FOUNDED, "No proof")
    shown = (Show.OPEN, Show.MINE, Show.ADDED, Show.OVERDUE, Show.CLOSED)
    assert [seen(database, officer, show) for show in shown] == [0, 0, 0, 0, 1]
    clock.move(days=100)
    database.run(ENGINE, service.add, code, "They beat me now")
    assert [seen(database, officer, show) for show in shown] == [1, 1, 1, 0, 0]
    due = database.today() + timedelta(days=30)
    clock.move(days=31)
    database.run(ENGINE, service.add, code, "Still")
    assert only(database).due_on == due, "more words make it no longer"
    assert [seen(database, officer, show) for show in shown] == [1, 1, 1, 1, 0]
    again = database.run(world[Role.SUPERVISOR], service.reopen, row.id)
    assert (again.state, again.due_on, again.unread) == (ComplaintState.IN_HAND, due, False)


@one_database
def test_nobody_sorts_a_complaint_out_of_everybodys_sight(database: Database, world: World, file: File) -> None:
    file(against=Against.STAFF)
    row, officer, bosses = only(database), world[Role.COMPLAINTS_OFFICER], (world, world.seconds)
    command = SortComplaint(complaint_id=row.id, kind=row.kind, against=Against.STAFF, about_id=officer.user_id)

    def leave(*gone: Actor) -> None:
        def go(work: Work) -> None:
            for one in gone:
                account = work.session.get_one(Account, one.user_id)
                account.active = False
                work.session.add(account)

        database.run(ENGINE, go)

    database.run(officer, service.sort, command)
    assert only(database).against is Against.HANDLER, "supervisors read what is about the complaints officer"
    assert [seen(database, who[Role.SUPERVISOR]) for who in bosses] == [1, 1]
    first, second = (who[Role.SUPERVISOR] for who in bosses)
    leave(second)
    about_boss = command.model_copy(update={"against": Against.HANDLER, "about_id": first.user_id})
    with error(Refused, "no_reader"):
        database.run(first, service.sort, about_boss)
    assert seen(database, first) == 1
    with database.read() as session:
        assert queries.unreadable(session) == []
    leave(first)
    with database.read() as session:
        assert [one.id for one in queries.unreadable(session)] == [world.office.id]
        assert queries.without_handler(session) == []


@one_database
def test_a_report_about_an_organisation_whose_office_is_closed_goes_to_another(
    database: Database, world: World, file: File
) -> None:
    def closed(work: Work) -> UUID:
        office = factories.office(work)
        office.active = False
        work.session.add(office)
        return factories.agency(work, office).id

    agency_id = database.run(ENGINE, closed)
    file(organisation_id=agency_id)
    assert (only(database).organisation_id, only(database).office_id) == (agency_id, world.office.id)


def only_about(database: Database, world: World) -> Complaint:
    with database.read() as session:
        row = session.exec(select(Complaint).where(Complaint.organisation_id == world.agency.id)).first()
        assert row is not None and row.against is Against.AGENCY
        return row


@one_database
def test_the_history_tells_nobody_that_there_was_a_complaint(database: Database, world: World, file: File) -> None:
    file()
    with database.read() as session:
        for actor in (*world.actors.values(), ENGINE):
            kinds = session.exec(select(AuditEvent.kind).where(scope.events(session, actor))).all()
            assert not [kind for kind in kinds if kind.startswith("complaint.")]
        lines, total = trail.search(
            session, world[Role.AUDITOR], Asked(kind="complaint"), database.zone, limit=5
        )  # fmt: skip
        assert (lines, total) == ([], 0)


@one_database
def test_an_office_without_somebody_for_reports_about_its_staff_is_found(
    database: Database, world: World
) -> None:  # fmt: skip
    with database.read() as session:
        assert queries.without_handler(session) == []

    def leave(work: Work) -> None:
        row = work.session.exec(select(Account).where(Account.role == Role.COMPLAINTS_OFFICER)).one()
        row.active = False
        work.session.add(row)

    database.run(ENGINE, leave)
    with database.read() as session:
        assert [one.id for one in queries.without_handler(session)] == [world.office.id]
