"""What becomes of a journey moves its case, and a case that is moved takes its journey along."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import replanning, service, travelling
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.cases.travelling import CancelJourney, ConfirmArrival, ConfirmDeparture, MissJourney, NewDate, TurnBack
from casework.database import Database
from casework.travel import lists, queries
from casework.travel import service as travel
from casework.travel.lists import Show
from casework.travel.rules import JourneyAct, JourneyState, Local
from casework.travel.tables import Itinerary, JourneyEvent
from tests.support import factories
from tests.support.courses import to_day
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together
from tests.support.travelling import DEPARTURE, book, booking, catalogue, cleared, flight, new_case, programme
from tests.support.versions import accept

CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The rules are the same on both databases; what they lock is tried on both."""


@pytest.fixture
def ready(database: Database, world: World) -> Case:
    return cleared(database, world)


def fly(database: Database, world: World, clock: Clock, case: Case, role: Role = CASEWORKER) -> Case:
    """Departed on the planned day."""
    to_day(clock, DEPARTURE)
    command = ConfirmDeparture(case_id=case.id, happened_on=DEPARTURE, by="airport", how="list")
    return database.run(world[role], travelling.confirm_departure, catalogue(), command)


def land(database: Database, world: World, case: Case, **values: Any) -> Case:
    command = ConfirmArrival(
        **{"case_id": case.id, "happened_on": DEPARTURE, "by": "employer", "clock": "16:20", **values}
    )
    return database.run(world[CASEWORKER], travelling.confirm_arrival, catalogue(), command)


def journey(database: Database, case: Case) -> Itinerary:
    """The last booking."""
    with database.read() as session:
        query = select(Itinerary).where(Itinerary.case_id == case.id).order_by(Itinerary.id)  # type: ignore[arg-type]
        return session.exec(query).all()[-1]


def life(database: Database, case: Case) -> CaseLife:
    with database.read() as session:
        return session.get_one(Case, case.id).life


def acts(database: Database, case: Case) -> list[JourneyAct]:
    with database.read() as session:
        return [event.act for event in queries.events(session, case.id)]


def turned(case: Case, **values: Any) -> TurnBack:
    return TurnBack(
        **{
            "case_id": case.id,
            "happened_on": DEPARTURE,
            "place": "transit",
            "reason": "transit_refused",
            "refund_expected": True,
            "again": True,
            **values,
        }
    )


def test_a_worker_departs_and_arrives(database: Database, world: World, clock: Clock, ready: Case) -> None:
    fly(database, world, clock, ready)
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.DEPARTED, JourneyState.DEPARTED)
    with database.read() as session:
        assert queries.arrived_on(session, [ready.id]) == {}
    land(database, world, ready)
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.ARRIVED, JourneyState.ARRIVED)
    with database.read() as session:
        assert queries.departed_on(session, [ready.id]) == {ready.id: DEPARTURE}
        assert queries.arrived_on(session, [ready.id]) == {ready.id: DEPARTURE}
        last = queries.last_event(session, ready.id)
        assert last is not None
        assert (last.by, last.clock, last.recorded_by) == ("employer", "16:20", world[CASEWORKER].key)


@on_sqlite
def test_a_move_on_the_page_of_the_case_takes_the_journey_along(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    to_day(clock, DEPARTURE)
    for to, reason in ((CaseLife.DEPARTED, "departure_confirmed"), (CaseLife.ARRIVED, "arrival_confirmed")):
        command = MoveCase(case_id=ready.id, to=to, reason=reason, happened_on=DEPARTURE)
        database.run(world[CASEWORKER], service.move, catalogue(), command)
    assert journey(database, ready).state is JourneyState.ARRIVED
    back = MoveCase(case_id=ready.id, to=CaseLife.DEPARTED, reason=REVERSAL, happened_on=DEPARTURE)
    database.run(world[SUPERVISOR], service.move, catalogue(), back)
    assert journey(database, ready).state is JourneyState.DEPARTED
    with database.read() as session:
        assert queries.arrived_on(session, [ready.id]) == {}
    assert acts(database, ready) == ["depart", "arrive", "take_back"]


@on_sqlite
def test_who_has_no_booking_departs_all_the_same_and_the_arrival_is_asked_for(
    database: Database, world: World, clock: Clock
) -> None:
    with database.write(ENGINE) as work:
        case = new_case(work, world, life=CaseLife.CLEARED)
    command = ConfirmDeparture(case_id=case.id, happened_on=TODAY, by="worker", how="call")
    database.run(world[CASEWORKER], travelling.confirm_departure, catalogue(), command)
    assert (life(database, case), acts(database, case)) == (CaseLife.DEPARTED, ["depart"])
    for days, waiting in ((0, []), (1, [case.id])):
        clock.move(days=days)
        with database.read() as session:
            found, total = lists.listed(session, world[CASEWORKER], Show.UNCONFIRMED, database.today(), limit=9)
        assert ([line.case.id for line in found], total) == (waiting, len(waiting))
        assert all(line.journey is None for line in found)


@on_sqlite
def test_what_was_confirmed_in_error_is_taken_back_by_a_supervisor(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    with error(Conflict, "no_such_move"):
        database.run(world[CASEWORKER], service.move, catalogue(), MoveCase(
            case_id=ready.id, to=CaseLife.ON_HOLD, reason="illness", happened_on=DEPARTURE))  # fmt: skip
    with error(Refused, "role"):
        database.run(world[CASEWORKER], travelling.take_back, catalogue(), ready.id)
    database.run(world[SUPERVISOR], travelling.take_back, catalogue(), ready.id)
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.CLEARED, JourneyState.BOOKED)
    with error(Conflict, "nothing_to_take_back"):
        database.run(world[SUPERVISOR], travelling.take_back, catalogue(), ready.id)


def test_of_two_who_confirm_the_departure_at_once_one_does(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    to_day(clock, DEPARTURE)
    command = ConfirmDeparture(case_id=ready.id, happened_on=DEPARTURE, by="office", how="seen_off")
    people = [world[CASEWORKER], world[SUPERVISOR]]
    answers = together(database, people, lambda work: travelling.confirm_departure(work, catalogue(), command))
    assert answers == [DONE, "no_such_move"]
    assert acts(database, ready) == ["depart"]


@on_sqlite
def test_a_cancelled_journey_opens_the_departure_again_and_can_be_taken_back(
    database: Database, world: World, ready: Case
) -> None:
    command = CancelJourney(case_id=ready.id, happened_on=TODAY, by="carrier", refund_expected=True)
    database.run(world[CASEWORKER], travelling.cancel, catalogue(), command)
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.OPEN, JourneyState.CANCELLED)
    with database.read() as session:
        missed = queries.not_taken(session, [ready.id])[ready.id]
        assert (missed.state, missed.happened_on, missed.refund_expected) == (JourneyState.CANCELLED, TODAY, True)
    with error(Conflict, "no_journey"):
        database.run(world[CASEWORKER], travelling.cancel, catalogue(), command)
    database.run(world[CASEWORKER], travelling.take_back, catalogue(), ready.id)
    assert journey(database, ready).withdrawn_on is None
    with database.read() as session:
        assert queries.not_taken(session, [ready.id]) == {}


@on_sqlite
def test_a_later_booking_makes_good_for_a_cancelled_one(database: Database, world: World, ready: Case) -> None:
    command = CancelJourney(case_id=ready.id, happened_on=TODAY, by="worker", refund_expected=False)
    database.run(world[CASEWORKER], travelling.cancel, catalogue(), command)
    book(database, world, ready, DEPARTURE)
    with database.read() as session:
        assert queries.not_taken(session, [ready.id]) == {}
    with error(Conflict, "nothing_to_take_back"), database.write(world[CASEWORKER]) as work:
        book_again = booking(ready)
        travel.book(work, book_again)
        travelling.take_back(work, catalogue(), ready.id)


@on_sqlite
def test_who_does_not_come_is_prepared_again_or_the_case_ends(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    other = cleared(database, world)

    def missed(case: Case, **values: Any) -> MissJourney:
        return MissJourney(
            **{"case_id": case.id, "happened_on": DEPARTURE, "reason": "unknown", "refund_expected": False, **values}
        )

    with error(InvalidInput, "too_early"):
        database.run(world[CASEWORKER], travelling.miss, catalogue(), missed(ready, happened_on=TODAY))
    to_day(clock, DEPARTURE)
    database.run(world[CASEWORKER], travelling.miss, catalogue(), missed(ready))
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.OPEN, JourneyState.NO_SHOW)
    with error(InvalidInput, "unknown_reason"):
        database.run(world[CASEWORKER], travelling.miss, catalogue(), missed(other, ends_as="because"))
    assert life(database, other) is CaseLife.CLEARED
    database.run(world[CASEWORKER], travelling.miss, catalogue(), missed(other, ends_as="unreachable"))
    assert life(database, other) is CaseLife.WITHDRAWN
    with database.read() as session:
        assert set(queries.not_taken(session, [ready.id, other.id])) == {ready.id, other.id}


@on_sqlite
def test_who_is_turned_back_on_the_way_is_prepared_again_in_the_same_case(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    database.run(world[CASEWORKER], travelling.turn_back, catalogue(), turned(ready))
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.OPEN, JourneyState.TURNED_BACK)
    with database.read() as session:
        case = session.get_one(Case, ready.id)
        assert (case.ended_on, queries.departed_on(session, [ready.id])) == (None, {})
        assert queries.not_taken(session, [ready.id])[ready.id].refund_expected is True
    new_day = DEPARTURE + timedelta(days=7)
    database.run(world[CASEWORKER], travelling.new_date, catalogue(), NewDate(case_id=ready.id, departs_on=new_day))
    book(database, world, ready, new_day)
    database.run(ENGINE, service.sign_off, catalogue(), ready.id, "leaving")
    to_day(clock, new_day)
    command = ConfirmDeparture(case_id=ready.id, happened_on=new_day, by="worker", how="message")
    database.run(world[CASEWORKER], travelling.confirm_departure, catalogue(), command)
    with database.read() as session:
        assert queries.departed_on(session, [ready.id]) == {ready.id: new_day}
        assert queries.not_taken(session, [ready.id]) == {}


@on_sqlite
def test_who_is_turned_back_for_good_has_returned_and_the_end_stays_as_it_was(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    early = turned(ready, happened_on=DEPARTURE - timedelta(days=1), place="arrival", again=False)
    with error(InvalidInput, "too_early"):
        database.run(world[CASEWORKER], travelling.turn_back, catalogue(), early)
    for_good = turned(ready, place="arrival", again=False)
    database.run(world[CASEWORKER], travelling.turn_back, catalogue(), for_good)
    row = journey(database, ready)
    assert (life(database, ready), row.state, row.withdrawn_on) == (CaseLife.RETURNED, JourneyState.TURNED_BACK, None)


@on_sqlite
def test_who_is_turned_back_before_leaving_has_not_departed(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    to_day(clock, DEPARTURE)
    with error(InvalidInput, "place"):
        database.run(world[CASEWORKER], travelling.turn_back, catalogue(), turned(ready))
    with error(InvalidInput, "too_early"):
        early = turned(ready, place="departure", happened_on=DEPARTURE - timedelta(days=2))
        database.run(world[CASEWORKER], travelling.turn_back, catalogue(), early)
    command = turned(ready, place="departure", reason="exit_refused")
    database.run(world[CASEWORKER], travelling.turn_back, catalogue(), command)
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.OPEN, JourneyState.TURNED_BACK)


@on_sqlite
def test_it_is_said_what_a_new_date_opens_again_before_it_does(database: Database, world: World, ready: Case) -> None:
    near, far = DEPARTURE + timedelta(days=7), TODAY + timedelta(days=75)
    with database.read() as session:
        case = session.get_one(Case, ready.id)
        soon = replanning.effect(session, programme(), case, near, TODAY)
        late = replanning.effect(session, programme(), case, far, TODAY)
        same = replanning.effect(session, programme(), case, DEPARTURE, TODAY)
    assert (soon.reopens, soon.stays) == (("leaving",), ("health", "course"))
    assert (late.reopens, late.stays) == (("health", "leaving"), ("course",))
    assert same.reopens == ()
    with error(InvalidInput, "unknown_reason"):
        database.run(world[CASEWORKER], travelling.new_date, catalogue(), NewDate(case_id=ready.id, departs_on=far))
    command = NewDate(case_id=ready.id, departs_on=far, reason="illness")
    database.run(world[CASEWORKER], travelling.new_date, catalogue(), command)
    with database.read() as session:
        signed = {row.stage for row in service.live_sign_offs(session, ready.id)}
        assert (signed, session.get_one(Case, ready.id).planned_departure) == ({"course"}, far)
        assert queries.events(session, ready.id)[-1].new_departure == far
    assert (life(database, ready), journey(database, ready).state) == (CaseLife.OPEN, JourneyState.DEFERRED)
    with error(InvalidInput, "same_day"):
        database.run(world[CASEWORKER], travelling.new_date, catalogue(), command)


@on_sqlite
def test_a_booking_for_another_day_is_what_the_plan_is_moved_to(database: Database, world: World, ready: Case) -> None:
    day = DEPARTURE + timedelta(days=3)
    book(database, world, ready, day)
    database.run(world[CASEWORKER], travelling.new_date, catalogue(), NewDate(case_id=ready.id, departs_on=day))
    assert journey(database, ready).state is JourneyState.BOOKED
    with database.read() as session:
        assert session.get_one(Case, ready.id).planned_departure == day


@on_sqlite
def test_a_case_that_ends_leaves_a_booking_that_can_still_be_cancelled(
    database: Database, world: World, ready: Case
) -> None:
    end = MoveCase(case_id=ready.id, to=CaseLife.WITHDRAWN, reason="family_reasons", happened_on=TODAY)
    database.run(world[CASEWORKER], service.move, catalogue(), end)
    with database.read() as session:
        assert queries.not_taken(session, [ready.id])[ready.id].state is JourneyState.BOOKED
    with error(Conflict, "ended"):
        book(database, world, ready)
    command = CancelJourney(case_id=ready.id, happened_on=TODAY, by="worker", refund_expected=True)
    database.run(world[CASEWORKER], travelling.cancel, catalogue(), command)
    row = journey(database, ready)
    assert (row.state, row.withdrawn_on) == (JourneyState.CANCELLED, None)


@on_sqlite
def test_ticket_and_reference_are_sealed_and_never_told(database: Database, world: World, case: Case) -> None:
    row = book(database, world, case, booking_reference="XQ7PL2")
    database.run(world[CASEWORKER], travel.ticket, row.id, "220-7766554433", TODAY)
    with database.write(world[CASEWORKER]) as work:
        kept = work.session.get_one(Itinerary, row.id)
        found = travel.opened(work.vault, work.session.get_one(Case, case.id), kept)
        assert (found.booking_reference, found.ticket_number) == ("XQ7PL2", "220-7766554433")
        assert b"XQ7PL2" not in (kept.booking_reference or b"")
        texts = [event.body for event in work.session.exec(select(AuditEvent))]
    assert not any("XQ7PL2" in text or "7766554433" in text for text in texts)
    with error(InvalidInput, "date_in_future"):
        database.run(world[CASEWORKER], travel.ticket, row.id, "1", TODAY + timedelta(days=1))
    with error(InvalidInput, "missing_value"):
        database.run(world[CASEWORKER], travel.ticket, row.id, " ", TODAY)
    database.run(world[CASEWORKER], travel.withdraw, row.id, "found_wrong")
    with error(Conflict, "journey_state"):
        database.run(world[CASEWORKER], travel.ticket, row.id, "1", TODAY)


@on_sqlite
def test_the_legs_of_a_booking_are_kept_as_the_ticket_states_them(database: Database, world: World, case: Case) -> None:
    onward = flight(
        origin="Munich (MUC)",
        destination="Hamburg (HAM)",
        departs=Local(DEPARTURE, "18:00", "Europe/Berlin"),
        arrives=Local(DEPARTURE, "19:15", "Europe/Berlin"),
    )
    row = book(database, world, case, legs=(flight(), onward))
    assert (row.origin, row.destination, row.arrives_on) == ("Prishtina (PRN)", "Hamburg (HAM)", DEPARTURE)
    with database.read() as session:
        first, second = queries.legs(session, [row.id])[row.id]
        assert (first.departs_time, first.departs_zone) == ("14:05", "Europe/Belgrade")
        assert first.arrives_at is not None
        assert second.departs_at is not None
        assert first.arrives_at < second.departs_at


@on_sqlite
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"by": "nobody"}, "unknown_reason"),
        ({"how": "guess"}, "unknown_reason"),
        ({"happened_on": DEPARTURE + timedelta(days=1)}, "date_in_future"),
        ({"evidence_id": new_id()}, "report"),
    ],
)
def test_a_bad_confirmation_is_refused_and_moves_nothing(
    database: Database, world: World, clock: Clock, ready: Case, values: dict[str, object], code: str
) -> None:
    to_day(clock, DEPARTURE)
    given = {"case_id": ready.id, "happened_on": DEPARTURE, "by": "office", "how": "call", **values}
    with error(InvalidInput, code):
        database.run(
            world[CASEWORKER], travelling.confirm_departure, catalogue(), ConfirmDeparture.model_validate(given)
        )
    assert (life(database, ready), acts(database, ready)) == (CaseLife.CLEARED, [])


@on_sqlite
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"clock": "25:00"}, "invalid_time"),
        ({"by": "office"}, "unknown_reason"),
        ({"happened_on": DEPARTURE - timedelta(days=1)}, "too_early"),
    ],
)
def test_a_bad_arrival_is_refused(
    database: Database, world: World, clock: Clock, ready: Case, values: dict[str, object], code: str
) -> None:
    fly(database, world, clock, ready)
    with error(InvalidInput, code):
        land(database, world, ready, **values)
    assert life(database, ready) is CaseLife.DEPARTED


@on_sqlite
def test_a_paper_of_the_case_may_stand_for_an_arrival(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    with database.write(world[CASEWORKER]) as work:
        paper = accept(work, ready, "check").id
    land(database, world, ready, evidence_id=paper)
    with database.read() as session:
        last = queries.last_event(session, ready.id)
    assert last is not None
    assert last.evidence_id == paper


@on_sqlite
def test_another_office_finds_no_journey_to_confirm(database: Database, world: World, ready: Case) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), CASEWORKER)
    command = CancelJourney(case_id=ready.id, happened_on=TODAY, by="worker", refund_expected=False)
    with error(NotFound, "case"):
        database.run(stranger, travelling.cancel, catalogue(), command)
    for role in (Role.LOAN_OFFICER, Role.AGENCY_USER, Role.AUDITOR):
        with error(Refused, "role"):
            database.run(world[role], travelling.cancel, catalogue(), command)


@on_sqlite
def test_the_place_of_a_turn_back_is_told_to_nobody_but_its_codes(
    database: Database, world: World, clock: Clock, ready: Case
) -> None:
    fly(database, world, clock, ready)
    database.run(world[CASEWORKER], travelling.turn_back, catalogue(), turned(ready))
    with database.read() as session:
        told = [event for event in session.exec(select(AuditEvent)) if event.kind == "travel.turned_back"]
        rows = session.exec(select(JourneyEvent)).all()
    assert [json.loads(event.body)["data"] for event in told] == [{"place": "transit", "reason": "transit_refused"}]
    assert [row.happened_on for row in rows if row.act is JourneyAct.TURN_BACK] == [date(2026, 11, 22)]
