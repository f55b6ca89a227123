"""Bookings: nobody is expected in two places at once, under one record or two; what came of them; who reaches whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases import changes
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import queries, rules, service
from casework.diary.rules import BookingKind, BookingState
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.workers import passports
from casework.workers import service as workers
from casework.workers.tables import PassportEnd
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""

S = BookingState
Make = Callable[..., Booking]


def at(database: Database, days: int, hour: int = 9) -> datetime:
    """So many days from now, at an hour (UTC)."""
    return (database.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def command(database: Database, world: World, case: Case, **values: Any) -> Book:
    """An hour at the clinic in three days."""
    starts = values.pop("starts_at", at(database, 3))
    return Book(
        **{
            "case_id": case.id,
            "kind": BookingKind.APPOINTMENT,
            "subject_id": new_id(),
            "organisation_id": world.clinic.id,
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=1),
            "place": "Hall 2",
            **values,
        }
    )


@pytest.fixture
def make(database: Database, world: World) -> Make:
    """``make(case, starts_at=...)``: a caseworker books."""
    return lambda case, **values: database.run(
        world[Role.CASEWORKER], service.book, command(database, world, case, **values)
    )


def other_case(database: Database, world: World, passport: str = "", **values: Any) -> Case:
    with database.write(ENGINE) as work:
        known = {"passport_number": passport} if passport else {}
        return factories.case(work, world.office, factories.new_worker(work, world.office, **known), **values)


def passport_of(database: Database, case: Case) -> str:
    with database.read() as session:
        return workers.get(session, database.vault(session), case.worker_id).data.passport_number


@one_database
def test_a_worker_is_not_expected_in_two_places_at_once(
    database: Database, world: World, case: Case, make: Make
) -> None:
    make(case)
    for hours in (0, 0.5, -0.5):
        with error(Conflict, "double_booking") as caught:
            make(case, starts_at=at(database, 3) + timedelta(hours=hours), kind=BookingKind.COURSE)
        assert "appointment, 2026-11-05 09:00-10:00" in str(caught.value)
    make(case, starts_at=at(database, 3, 10))
    make(case, starts_at=at(database, 3, 8))
    make(other_case(database, world))


def test_of_two_who_book_one_worker_at_once_exactly_one_wins(database: Database, world: World, case: Case) -> None:
    both = [world[Role.CASEWORKER], world[Role.SUPERVISOR]]
    asked = command(database, world, case)
    answers = together(
        database, both, lambda work: service.book(work, asked.model_copy(update={"subject_id": new_id()}))
    )
    assert answers == sorted([DONE, "double_booking"])


@one_database
def test_a_passport_is_not_expected_in_two_places_at_once(
    database: Database, world: World, case: Case, make: Make
) -> None:
    twin = other_case(database, world, passport_of(database, case))
    make(case)
    with error(Conflict, "same_document"):
        make(twin, starts_at=at(database, 3) + timedelta(minutes=30), kind=BookingKind.SESSION)
    make(twin, starts_at=at(database, 4))


def test_of_two_who_book_one_passport_at_once_exactly_one_wins(database: Database, world: World, case: Case) -> None:
    twin = other_case(database, world, passport_of(database, case))
    waiting = iter([case, twin])
    actors = [world[Role.CASEWORKER], world[Role.SUPERVISOR]]
    whose = {actor.key: next(waiting) for actor in actors}
    answers = together(
        database, actors, lambda work: service.book(work, command(database, world, whose[work.actor.key]))
    )
    assert answers == sorted([DONE, "same_document"])


@one_database
def test_a_passport_that_was_stolen_from_its_holder_is_known_too(
    database: Database, world: World, case: Case, make: Make
) -> None:
    with database.write(ENGINE) as work:
        known = workers.get(work.session, work.vault, case.worker_id)
        passports.end(work, known.worker, known.data, PassportEnd.STOLEN, database.today(), "Police", "")
        renewed = known.data.model_copy(update={"passport_number": "NEW000001"})
        workers.correct(work, case.worker_id, renewed, "renewed")
        thief = factories.new_worker(work, world.office, passport_number=known.data.passport_number)
        theirs = factories.case(work, world.office, thief)
    make(case)
    with error(Conflict, "same_document"):
        make(theirs)


@one_database
def test_many_are_booked_together_or_not_at_all(database: Database, world: World, case: Case) -> None:
    days = [command(database, world, case, starts_at=at(database, day)) for day in range(1, 6)]
    clashing = [*days, command(database, world, case, starts_at=at(database, 2) + timedelta(minutes=59))]
    with error(Conflict, "double_booking"):
        database.run(world[Role.CASEWORKER], service.book_many, clashing)
    with database.read() as session:
        assert queries.of_case(session, case.id) == []
    database.run(world[Role.CASEWORKER], service.book_many, days)
    with database.read() as session:
        assert [row.starts_at for row in queries.of_case(session, case.id)] == [one.starts_at for one in days]
        events = session.exec(select(AuditEvent).where(AuditEvent.kind == "booking.made")).all()
    assert ['"count":5' in one.body for one in events] == [True]


def test_booking_more_people_takes_no_more_statements(database: Database, world: World) -> None:
    cases = [other_case(database, world) for _each in range(12)]
    subject = new_id()
    counts = []
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for some in (cases[:2], cases[2:]):
        statements.clear()
        asked = [command(database, world, one, subject_id=subject) for one in some]
        database.run(world[Role.CASEWORKER], service.book_many, asked)
        # The history is one chain: each event in it is a statement of its own.
        counts.append(len([one for one in statements if "audit" not in one]))
    assert counts[0] == counts[1]


@one_database
def test_a_time_that_makes_no_sense_is_refused(database: Database, case: Case, make: Make) -> None:
    day = at(database, 3)
    for code, values in {
        "dates": {"ends_at": day},
        "in_the_past": {"starts_at": at(database, -1)},
        "too_long": {"ends_at": day + timedelta(hours=26)},
    }.items():
        with error(InvalidInput, code):
            make(case, **{"starts_at": day, **values})
    make(case, starts_at=database.now() - timedelta(minutes=30))


@one_database
def test_who_waits_is_kept_from_nothing_until_there_is_a_place(
    database: Database, world: World, case: Case, make: Make
) -> None:
    waiting, other = make(case, waiting=True), make(case, kind=BookingKind.COURSE)
    with database.read() as session:
        assert [row.id for row in queries.busy(session, [case.worker_id], at(database, 3), at(database, 3, 10))[
            case.worker_id]] == [other.id]  # fmt: skip
    with error(Conflict, "double_booking"), database.write(world[Role.CASEWORKER]) as work:
        service.admit(work, [work.session.get_one(Booking, waiting.id)])
    with database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, other.id), "worker_asked")
        service.admit(work, [work.session.get_one(Booking, waiting.id)])
    with database.read() as session:
        row = session.get_one(Booking, waiting.id)
    assert (row.state, row.sequence) == (S.BOOKED, 1)


@one_database
def test_the_same_is_not_booked_twice(database: Database, case: Case, make: Make) -> None:
    subject = new_id()
    make(case, subject_id=subject, waiting=True)
    with error(Conflict, "booked_already"):
        make(case, subject_id=subject, starts_at=at(database, 5))


@one_database
def test_a_booking_is_moved_and_its_number_rises(database: Database, world: World, case: Case, make: Make) -> None:
    booking, other = make(case), make(case, starts_at=at(database, 4))
    with database.write(world[Role.CASEWORKER]) as work:
        row = work.session.get_one(Booking, booking.id)
        service.move(work, row, at(database, 3) + timedelta(minutes=15), at(database, 3, 11), "Hall 3")
        service.move(work, row, row.starts_at, row.ends_at, "Hall 3")
    with database.read() as session:
        moved = session.get_one(Booking, booking.id)
    assert (moved.sequence, moved.place) == (1, "Hall 3")
    with error(Conflict, "double_booking"), database.write(world[Role.CASEWORKER]) as work:
        row = work.session.get_one(Booking, booking.id)
        service.move(work, row, other.starts_at, other.ends_at, "Hall 3")


@one_database
def test_a_cancelled_booking_leaves_the_time_free_and_cannot_come_back(
    database: Database, world: World, case: Case, make: Make
) -> None:
    booking = make(case)
    with error(InvalidInput, "unknown_reason"), database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, booking.id), "no_idea")
    with database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, booking.id), "worker_asked")
    with error(Conflict, "no_such_step"), database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, booking.id), "worker_asked")
    make(case)


@one_database
def test_what_came_of_it_is_said_on_its_day_and_may_be_corrected(
    database: Database, world: World, case: Case, make: Make, clock: Clock
) -> None:
    booking = make(case)

    def close(state: BookingState) -> BookingState:
        with database.write(world[Role.CASEWORKER]) as work:
            service.close(work, [work.session.get_one(Booking, booking.id)], state)
        with database.read() as session:
            return session.get_one(Booking, booking.id).state

    with error(InvalidInput, "date_in_future"):
        close(S.ATTENDED)
    clock.move(days=3)
    for state in (S.MISSED, S.MISSED, S.ATTENDED, S.BOOKED, S.DONE):
        assert close(state) is state
    with database.read() as session:
        kinds = [one.kind for one in session.exec(select(AuditEvent).where(col(AuditEvent.kind) == "booking.closed"))]
    assert len(kinds) == 4


@one_database
def test_nobody_attended_in_two_places_at_once(
    database: Database, world: World, case: Case, make: Make, clock: Clock
) -> None:
    twin = other_case(database, world)
    one, other = make(case), make(twin)
    number = passport_of(database, case)
    with database.write(ENGINE) as work:
        data = workers.get(work.session, work.vault, twin.worker_id).data
        workers.correct(work, twin.worker_id, data.model_copy(update={"passport_number": number}), "misread")
    clock.move(days=3)
    with database.write(world[Role.CASEWORKER]) as work:
        service.close(work, [work.session.get_one(Booking, other.id)], S.MISSED)
        service.close(work, [work.session.get_one(Booking, one.id)], S.ATTENDED)
    with error(Conflict, "same_document"), database.write(world[Role.CASEWORKER]) as work:
        service.close(work, [work.session.get_one(Booking, other.id)], S.ATTENDED)


@one_database
def test_a_clinic_reaches_the_cases_it_expects_and_learns_of_none(
    database: Database, world: World, case: Case, make: Make
) -> None:
    clinic, other = outsider(database, world.clinic.id), outsider(database, world.provider.id)
    booking = make(case)
    with database.write(clinic) as work:
        assert queries.may_reach(work.session, clinic, case.id)
        assert changes.reach(work.session, clinic, case.id).id == case.id
        changes.change(work, case.id)
        with error(NotFound, "case"):
            changes.find(work.session, clinic, case.id)
    for who in (other, world[Role.CASEWORKER]):
        with database.read() as session:
            assert not queries.may_reach(session, who, case.id)
    with error(NotFound, "case"), database.write(other) as work:
        changes.change(work, case.id)
    with database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, booking.id), "worker_asked")
    with error(NotFound, "case"), database.write(clinic) as work:
        changes.change(work, case.id)


@one_database
def test_a_provider_books_workers_of_its_office_for_itself_alone(database: Database, world: World, case: Case) -> None:
    provider = outsider(database, world.provider.id, Role.PROVIDER_USER)
    own = command(database, world, case, organisation_id=world.provider.id, kind=BookingKind.COURSE)
    with error(NotFound, "case"):
        database.run(provider, service.book, own.model_copy(update={"organisation_id": world.clinic.id}))
    with database.write(ENGINE) as work:
        elsewhere = factories.case(work, factories.office(work))
    with error(NotFound, "case"):
        database.run(provider, service.book, own.model_copy(update={"case_id": elsewhere.id}))
    database.run(provider, service.book, own)


def outsider(database: Database, organisation_id: UUID, role: Role = Role.CLINIC_USER) -> Actor:
    return Actor(user_id=new_id(), role=role, organisation_id=organisation_id, on=database.today())


@one_database
def test_who_has_departed_is_expected_for_follow_ups_alone(database: Database, world: World, make: Make) -> None:
    gone = other_case(database, world, life=CaseLife.DEPARTED)
    with error(Conflict, "ended"):
        make(gone)
    make(gone, kind=BookingKind.FOLLOW_UP, organisation_id=world.office.id)
    with error(Conflict, "ended"):
        make(other_case(database, world, life=CaseLife.WITHDRAWN), kind=BookingKind.FOLLOW_UP)


@one_database
def test_when_a_case_ends_nobody_expects_its_worker_any_more(
    database: Database, world: World, case: Case, make: Make, catalogue: Catalogue
) -> None:
    make(case), make(case, starts_at=at(database, 5), waiting=True)
    follow_up = make(case, starts_at=at(database, 6), kind=BookingKind.FOLLOW_UP)
    with database.write(world[Role.CASEWORKER]) as work:
        ended = work.session.get_one(Case, case.id)
        ended.life = CaseLife.DEPARTED
        service.cancel_of_ended(work, ended)
    with database.read() as session:
        rows = queries.of_case(session, case.id)
    assert [(row.state, row.cancel_reason) for row in rows] == [
        (S.CANCELLED, rules.CASE_ENDED), (S.CANCELLED, rules.CASE_ENDED), (S.BOOKED, "")
    ]  # fmt: skip
    assert rows[-1].id == follow_up.id
    left = MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason="family_reasons", happened_on=database.today())
    with database.write(ENGINE) as work:
        work.session.get_one(Case, case.id).life = CaseLife.OPEN
    database.run(world[Role.CASEWORKER], cases.move, catalogue, left)
    with database.read() as session:
        assert session.get_one(Booking, follow_up.id).state is S.CANCELLED


@one_database
def test_a_clinic_sees_its_own_days_without_what_was_cancelled(
    database: Database, world: World, case: Case, make: Make
) -> None:
    make(case), make(case, starts_at=at(database, 9))
    make(case, starts_at=at(database, 4), organisation_id=world.provider.id)
    gone = make(case, starts_at=at(database, 5))
    with database.write(world[Role.CASEWORKER]) as work:
        service.cancel(work, work.session.get_one(Booking, gone.id), "place_asked")
    with database.read() as session:
        rows = queries.of_organisation(session, world.clinic.id, at(database, 0), at(database, 7))
    assert [row.starts_at for row in rows] == [at(database, 3)]


SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(1, 6)), max_size=12)


@given(SPANS)
def test_what_is_accepted_never_overlaps_for_a_person(asked: list[tuple[int, int, int]]) -> None:
    people = [new_id() for _each in range(4)]
    twins = {people[0]: frozenset({people[1]}), people[1]: frozenset({people[0]})}
    begin = datetime.fromisoformat("2026-11-02T09:00+00:00")
    spans = [
        Booking.model_construct(
            worker_id=people[who], kind=BookingKind.COURSE, whole_day=False,
            starts_at=begin + timedelta(hours=first), ends_at=begin + timedelta(hours=first + length),
        )
        for who, first, length in asked
    ]  # fmt: skip
    accepted: list[Booking] = []
    for span in spans:
        if next(rules.clashes([span], accepted, twins), None) is None:
            accepted.append(span)
    same = [{people[0], people[1]}, {people[2]}, {people[3]}]
    for group in same:
        hours = sorted((row.starts_at, row.ends_at) for row in accepted if row.worker_id in group)
        assert all(before[1] <= after[0] for before, after in pairwise(hours))
    assert bool(list(rules.clashes(spans, [], twins))) == (len(accepted) < len(spans))


@pytest.mark.parametrize(("booked", "days"), [(20, [7, 1]), (8, [7, 1]), (7, [1]), (2, [1]), (1, []), (0, [])])
def test_who_was_booked_so_many_days_ahead_is_reminded_on_these(booked: int, days: list[int]) -> None:
    day = TODAY + timedelta(days=30)
    asked = [left for left in range(booked, -1, -1) if first_asked(day, booked, left)]
    assert asked == days


def first_asked(day: date, booked: int, left: int) -> bool:
    """Whether a reminder is due on that day that was not due the day before."""
    changed = day - timedelta(days=booked)
    now, before = (rules.reminder_due(day, changed, day - timedelta(days=one)) for one in (left, left + 1))
    return now is not None and (now is not before or left == booked)
