"""The days of a journey and of what follows it, and what a move that is taken back leaves of a journey."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from basis.errors import Conflict, InvalidInput
from casework.actor import ENGINE
from casework.cases import service, travelling
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.cases.travelling import CancelJourney, ConfirmDeparture, NewDate
from casework.database import Database
from casework.travel import lists, queries
from casework.travel import service as travel
from casework.travel.lists import Show
from casework.travel.rules import JourneyState, Local
from tests.support.courses import to_day
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.travelling import DEPARTURE, book, catalogue, flight
from tests.travel.test_journeys import CASEWORKER, SUPERVISOR, fly, journey, land, life, on_sqlite, ready, turned

__all__ = ["ready"]


def moved(database: Database, world: World, case: Case, to: CaseLife, reason: str, day: date) -> Case:
    """On the page of the case, by a supervisor."""
    command = MoveCase(case_id=case.id, to=to, reason=reason, happened_on=day)
    return database.run(world[SUPERVISOR], service.move, catalogue(), command)


@on_sqlite
def test_a_booking_cancelled_after_the_end_does_not_count_when_the_end_is_reversed(
    database: Database, world: World, ready: Case
) -> None:
    end = MoveCase(case_id=ready.id, to=CaseLife.WITHDRAWN, reason="family_reasons", happened_on=TODAY)
    database.run(world[CASEWORKER], service.move, catalogue(), end)
    command = CancelJourney(case_id=ready.id, happened_on=TODAY, by="worker", refund_expected=True)
    database.run(world[CASEWORKER], travelling.cancel, catalogue(), command)
    back = MoveCase(case_id=ready.id, to=CaseLife.CLEARED, reason=REVERSAL, happened_on=TODAY)
    database.run(world[SUPERVISOR], service.move, catalogue(), back)
    assert (life(database, ready), journey(database, ready).withdrawn_on) == (CaseLife.OPEN, TODAY)
    with error(Conflict, "not_ready"):
        database.run(ENGINE, service.sign_off, catalogue(), ready.id, "leaving")
    row = book(database, world, ready)
    database.run(ENGINE, service.sign_off, catalogue(), ready.id, "leaving")
    with database.read() as session:
        found = [(one.id == row.id, one.state) for one in travel.of_case(session, ENGINE, ready.id)]
    assert found == [(False, JourneyState.CANCELLED), (True, JourneyState.BOOKED)]
    assert life(database, ready) is CaseLife.CLEARED


@on_sqlite
def test_no_day_lies_before_what_it_follows_however_it_is_recorded(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    to_day(clock, DEPARTURE)
    with error(InvalidInput, "too_early"):
        command = ConfirmDeparture(case_id=ready.id, happened_on=TODAY - timedelta(days=1), by="office", how="call")
        database.run(world[CASEWORKER], travelling.confirm_departure, catalogue(), command)
    first = TODAY
    for number, (to, reason) in enumerate(
        (
            (CaseLife.DEPARTED, "departure_confirmed"),
            (CaseLife.ARRIVED, "arrival_confirmed"),
            (CaseLife.RETURNED, "returned_early"),
            (CaseLife.CLOSED, "follow_up_ended"),
        )
    ):
        with error(InvalidInput, "too_early"):
            moved(database, world, ready, to, reason, first - timedelta(days=1))
        first = TODAY + timedelta(days=number)
        moved(database, world, ready, to, reason, first)


@on_sqlite
def test_what_was_taken_back_sets_no_day_before_which_nothing_is(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    land(database, world, ready)
    clock.move(days=5)
    moved(database, world, ready, CaseLife.DEPARTED, REVERSAL, database.today())
    with error(InvalidInput, "too_early"):
        land(database, world, ready, happened_on=DEPARTURE - timedelta(days=1))
    land(database, world, ready)
    with database.read() as session:
        assert queries.arrived_on(session, [ready.id]) == {ready.id: DEPARTURE}


@on_sqlite
def test_who_was_turned_back_does_not_leave_again_before_it(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    clock.move(days=2)
    again = DEPARTURE + timedelta(days=2)
    command = turned(ready, happened_on=DEPARTURE + timedelta(days=1))
    database.run(world[CASEWORKER], travelling.turn_back, catalogue(), command)
    database.run(world[CASEWORKER], travelling.new_date, catalogue(), NewDate(case_id=ready.id, departs_on=again))
    book(database, world, ready, again)
    database.run(ENGINE, service.sign_off, catalogue(), ready.id, "leaving")
    with error(InvalidInput, "too_early"):
        moved(database, world, ready, CaseLife.DEPARTED, "departure_confirmed", DEPARTURE)
    moved(database, world, ready, CaseLife.DEPARTED, "departure_confirmed", again)


@on_sqlite
def test_a_flight_over_the_date_line_arrives_the_day_before_it_left(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    before = DEPARTURE - timedelta(days=1)
    night = flight(
        departs=Local(DEPARTURE, "00:30", "Asia/Manila"), arrives=Local(before, "21:30", "America/Los_Angeles")
    )
    book(database, world, ready, legs=(night,))
    database.run(ENGINE, service.sign_off, catalogue(), ready.id, "leaving")
    fly(database, world, clock, ready)
    with error(InvalidInput, "too_early"):
        land(database, world, ready, happened_on=before - timedelta(days=1))
    land(database, world, ready, happened_on=before, clock="21:30")
    with database.read() as session:
        assert queries.arrived_on(session, [ready.id]) == {ready.id: before}


@on_sqlite
def test_who_has_arrived_is_not_turned_back_and_it_is_said_why(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    land(database, world, ready)
    for place in ("arrival", "departure"):
        with error(Conflict, "arrived"):
            database.run(world[CASEWORKER], travelling.turn_back, catalogue(), turned(ready, place=place))
    moved(database, world, ready, CaseLife.RETURNED, "returned_early", DEPARTURE)
    with error(Conflict, "ended"):
        database.run(world[CASEWORKER], travelling.turn_back, catalogue(), turned(ready))


@on_sqlite
def test_an_arrival_and_a_departure_of_another_worker_are_taken_back_one_after_the_other(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    land(database, world, ready)
    for at in (CaseLife.DEPARTED, CaseLife.CLEARED):
        database.run(world[SUPERVISOR], travelling.take_back, catalogue(), ready.id)
        assert life(database, ready) is at
    assert journey(database, ready).state is JourneyState.BOOKED
    with database.read() as session:
        assert queries.departed_on(session, [ready.id]) == {}
    with error(Conflict, "nothing_to_take_back"):
        database.run(world[SUPERVISOR], travelling.take_back, catalogue(), ready.id)
    moved(database, world, ready, CaseLife.DEPARTED, "departure_confirmed", DEPARTURE)
    moved(database, world, ready, CaseLife.DECEASED, "death_notified", DEPARTURE)
    for to in (CaseLife.DEPARTED, CaseLife.CLEARED):
        moved(database, world, ready, to, REVERSAL, DEPARTURE)


@on_sqlite
@pytest.mark.parametrize("end", [CaseLife.CLOSED, CaseLife.IN_FOLLOW_UP, CaseLife.WITHDRAWN])
def test_a_journey_still_booked_is_to_be_cancelled_however_the_case_ended(
    database: Database, world: World, ready: Case, end: CaseLife
) -> None:
    with database.write(ENGINE) as work:
        # As who changed to a track that stays and completed it.
        work.session.get_one(Case, ready.id).life = end
    with database.read() as session:
        found, total = lists.listed(session, world[CASEWORKER], Show.TO_CANCEL, TODAY, limit=9)
        assert ([line.case.id for line in found], total) == ([ready.id], 1)
        assert queries.not_taken(session, [ready.id])[ready.id].state is JourneyState.BOOKED
    command = CancelJourney(case_id=ready.id, happened_on=TODAY, by="programme", refund_expected=True)
    database.run(world[CASEWORKER], travelling.cancel, catalogue(), command)
    with database.read() as session:
        assert lists.count(session, world[CASEWORKER], Show.TO_CANCEL, TODAY) == 0
