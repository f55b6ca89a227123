"""The journey of a case through the pages: booked, looked at, moved, confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.cases import travelling
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.cases.travelling import NewDate
from casework.travel import service as travel
from casework.travel.rules import JourneyState
from casework.travel.service import BookItinerary
from casework.travel.tables import Itinerary
from casework.work import Work
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of


@pytest.fixture
def cleared(played_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """A cleared case that no other test changes."""
    return copied(played_home)


def booked(site: Bench) -> Itinerary:
    with site.installation.database.read() as session:
        return [row for row in session.exec(select(Itinerary)) if row.state is not JourneyState.REPLACED][-1]


def flight_day(work: Work, case_id: object, day: date) -> None:
    """The day of the booked journey has come."""
    row = work.session.exec(select(Itinerary)).one()
    case = work.session.get_one(Case, case_id)
    row.departs_on = case.planned_departure = day


def test_a_departure_and_an_arrival_are_confirmed(cleared: Bench) -> None:
    case = case_of(cleared)
    page = addresses.case(case.id, "journey")
    with cleared.visit("arta") as person:
        assert "depart" not in forms_on(person.get(page))
        cleared.installation.database.run(ENGINE, flight_day, case.id, cleared.today)
        assert case.reference in person.get(addresses.JOURNEYS)
        send(person, page, "depart", {"by": "airport", "how": ""}, status=422)
        shown = person.get(send(person, page, "depart", {"by": "airport", "how": "list"}))
        assert "list of passengers" in shown
        assert case_of(cleared).life is CaseLife.DEPARTED
        send(person, page, "arrive", {"by": "employer", "clock": "25:61"}, status=422)
        shown = person.get(send(person, page, "arrive", {"by": "employer", "clock": "16:20"}))
        assert "local time 16:20" in shown
        assert "take-back" not in forms_on(shown)
    assert (case_of(cleared).life, booked(cleared).state) == (CaseLife.ARRIVED, JourneyState.ARRIVED)
    with cleared.visit("mira") as person:
        send(person, page, "take-back")
    assert case_of(cleared).life is CaseLife.DEPARTED
    with cleared.visit("agron") as person:
        theirs = person.get(page)
        assert "Arta" not in theirs
        assert not [form for form in forms_on(theirs) if form in ("arrive", "turn-back", "take-back")]
        person.get(addresses.JOURNEYS, 403)


def test_what_another_day_changes_is_shown_before_it_does(cleared: Bench) -> None:
    case = case_of(cleared)
    day = cleared.today + timedelta(days=200)
    page = addresses.case(case.id, "journey", "new-date")
    with cleared.visit("arta") as person:
        assert "new-date" not in forms_on(person.get(page))
        asked = addresses.query(page, day=day.isoformat())
        shown = person.get(asked)
        assert "These stages were signed off and open again:" in shown
        assert case_of(cleared).planned_departure == case.planned_departure
        send(person, asked, "new-date", {"reason": ""}, status=422)
        shown = person.get(send(person, asked, "new-date", {"reason": "illness"}))
        assert "deferred" in shown
        person.get(f"{page}?day=tomorrow", 422)
        assert "new-date" not in forms_on(person.get(f"{page}?day=2020-01-01"))
    assert (case_of(cleared).planned_departure, booked(cleared).state) == (day, JourneyState.DEFERRED)


def test_a_journey_is_booked_leg_by_leg_and_its_reference_is_for_those_who_book(opened: Bench) -> None:
    case = case_of(opened)
    page, day = addresses.case(case.id, "journey"), (opened.today + timedelta(days=30)).isoformat()
    first = {"origin_1": "Prishtina", "destination_1": "Vienna", "carrier_1": "Synthetic <b>Air</b>"}
    first |= {"service_number_1": "SY 1", "departs_on_1": day, "departs_time_1": "06:05"}
    first |= {"arrives_on_1": day, "arrives_time_1": "07:45", "arrives_zone_1": "Europe/Vienna"}
    second = {"origin_2": "Vienna", "destination_2": "Munich", "carrier_2": "Synthetic Air"}
    second |= {"service_number_2": "SY 2", "departs_on_2": day, "booking_reference": "XQ7PL2"}
    with opened.visit("arta") as person:
        asked = addresses.query(addresses.case(case.id, "journey", "book"), legs=2)
        send(person, asked, "book", {**first, **second, "arrives_zone_1": "Europe/Nowhere"}, status=422)
        shown = person.get(send(person, asked, "book", {**first, **second}))
        assert "06:05 (Europe/" in shown
        assert "Synthetic &lt;b&gt;Air&lt;/b&gt;" in shown
        assert "XQ7PL2" in shown
        file = person.get(addresses.case(case.id, "journey", f"{booked(opened).id}.ics"))
        assert file.count("BEGIN:VEVENT") == 2
        assert "XQ7PL2" not in file
        for wrong in ("9", "0", "0019999999", "²"):
            person.get(addresses.query(addresses.case(case.id, "journey", "book"), legs=wrong), 422)
        shown = person.get(send(person, page, "cancel", {"by": "carrier", "refund": "yes"}))
        assert "a refund is expected" in shown
    with opened.visit("agron") as person:
        assert "XQ7PL2" not in person.get(page)


def test_an_agency_does_not_read_that_a_worker_was_ill(opened: Bench) -> None:
    case, database = case_of(opened), opened.installation.database
    day = opened.today + timedelta(days=30)
    booking = BookItinerary(
        case_id=case.id, departs_on=day, carrier="Synthetic Air", service_number="SY 1", origin="Prishtina",
        destination="Munich",
    )  # fmt: skip
    database.run(opened.cast["arta"], travel.book, booking)
    later = NewDate(case_id=case.id, departs_on=day + timedelta(days=9), reason="illness")
    database.run(opened.cast["arta"], travelling.new_date, opened.installation.catalogue, later)
    for name, read in (("arta", True), ("agron", False)):
        with opened.visit(name) as person:
            assert ("illness" in person.get(addresses.case(case.id, "journey"))) is read
