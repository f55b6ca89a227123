"""What is booked, through the pages: on the case, as calendar files, and the list of workers to be told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import icalendar

from basis.ids import new_id
from casework.cases.tables import Case
from casework.diary import service
from casework.diary.rules import BookingKind
from casework.diary.service import Book
from casework.diary.tables import Booking
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of

HALL = "Rruga B 12"


def booked(site: Bench, case: Case, days: int = 2, **values: Any) -> Booking:
    """An hour at the clinic at noon, so many days from now."""
    day = site.installation.database.now() + timedelta(days=days)
    starts = day.replace(hour=12, minute=0, second=0, microsecond=0)
    known = {
        "case_id": case.id,
        "kind": BookingKind.APPOINTMENT,
        "subject_id": new_id(),
        "organisation_id": site.cast.organisations[people.CLINIC].id,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=1),
        "place": HALL,
    }
    return site.installation.database.run(site.cast["arta"], service.book, Book(**{**known, **values}))


def moved(site: Bench, row: Booking) -> None:
    with site.installation.database.write(site.cast["arta"]) as work:
        found = work.session.get_one(Booking, row.id)
        service.move(work, found, row.starts_at + timedelta(hours=2), row.ends_at + timedelta(hours=2), HALL)


def entries(person: Person, address: str) -> list[icalendar.Event]:
    answer = person.client.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    found = icalendar.Calendar.from_ical(answer.content).walk()
    return [one for one in found if isinstance(one, icalendar.Event)]


def test_a_case_shows_what_is_booked_and_a_calendar_file_of_it(opened: Bench) -> None:
    case = case_of(opened)
    row = booked(opened, case)
    with opened.visit("arta") as person:
        page = person.get(addresses.case(case.id))
        assert "Appointments and courses" in page and HALL in page and addresses.booking_file(row.id) in page
        (entry,) = entries(person, addresses.booking_file(row.id))
    office = opened.cast.organisations[people.OFFICE].name
    assert (str(entry["SUMMARY"]), str(entry["LOCATION"])) == (f"Appointment, {office}", HALL)
    text = entry.to_ical().decode()
    assert case.reference not in text and "Gëzim" not in text and "Dardania" not in text


SEES = {
    "arta": (True, 200),
    "teuta": (True, 200),
    "flora": (None, 200),
    "blerim": (None, 404),
    "luan": (False, 404),
    "agron": (False, 404),
    "audit": (False, 404),
    "admin": (None, 404),
}
"""Whether the page of the case shows an appointment (None: there is no such page), and what its file answers."""


def test_an_appointment_is_for_who_books_it_the_medical_role_and_its_clinic(opened: Bench) -> None:
    case = case_of(opened)
    row = booked(opened, case)
    for name, (sees, file) in SEES.items():
        with opened.visit(name) as person:
            person.get(addresses.booking_file(row.id), file)
            page = person.client.get(addresses.case(case.id))
            assert (page.status_code in (403, 404)) is (sees is None), name
            shown = (HALL in page.text, "Booked: appointment" in page.text)
            assert shown == (bool(sees), bool(sees)), name


def test_a_clinic_has_its_week_as_one_file_without_a_name(opened: Bench) -> None:
    slot, first = new_id(), case_of(opened)
    for reference in ("BB-0001", "BB-0002"):
        booked(opened, case_of(opened, reference), subject_id=slot)
    booked(opened, first, days=9)
    booked(opened, first, days=3, organisation_id=opened.cast.organisations[people.PROVIDER].id)
    with opened.visit("flora") as person:
        assert addresses.WEEK_FILE in person.get(addresses.APPOINTMENTS)
        (entry,) = entries(person, addresses.WEEK_FILE)
        assert entries(person, addresses.DAY_FILE) == []
        person.get("/diary/year.ics", 404)
    assert str(entry["SUMMARY"]) == "Appointment, 2 people" and str(entry["UID"]).startswith(str(slot))
    with opened.visit("blerim") as person:
        assert addresses.WEEK_FILE in person.get(addresses.COURSES)
        assert entries(person, addresses.WEEK_FILE) == []  # an appointment elsewhere is not for a trainer
    for name in ("luan", "agron", "admin"):
        with opened.visit(name) as person:
            person.get(addresses.WEEK_FILE, 403)


def test_a_worker_whom_no_mail_reaches_stands_in_the_list_until_somebody_has_told(opened: Bench) -> None:
    case = case_of(opened)
    moved(opened, booked(opened, case))
    opened.work()
    with opened.visit("arta") as person:
        assert "workers to be told" in person.get(addresses.WORK)
        page = person.get(addresses.REMINDERS)
        assert "1 thing to be told" in page and "it was moved" in page and "a demo sends no mail" in page
        assert "Tell the worker" in person.get(addresses.case(case.id))
        (form,) = [one for one in forms_on(page) if one.startswith("told-")]
        shown = re.findall(r'name="notices" value="([^"]+)"', page)
        assert "worker-told" in send(person, addresses.REMINDERS, form)
        assert "0 things to be told" in person.get(addresses.REMINDERS)
        assert "Tell the worker" not in person.get(addresses.case(case.id))
        assert "told meanwhile" in person.post(addresses.case(case.id, "told"), {"notices": shown[0]}, status=409)
        person.post(addresses.case(case.id, "told"), {"notices": "no-id"}, status=422)
        person.post(addresses.case(case.id, "told"), {"notices": str(new_id())}, status=404)
    for name in ("luan", "flora", "agron", "audit"):
        with opened.visit(name) as person:
            person.get(addresses.REMINDERS, 403)


def test_days_are_those_of_the_clock_of_the_office(opened: Bench) -> None:
    case = case_of(opened)
    day = opened.today + timedelta(days=3)
    starts = datetime.fromisoformat(f"{day}T22:30:00+00:00")
    booked(opened, case, starts_at=starts, ends_at=starts + timedelta(hours=1))
    with opened.visit("arta") as person:
        page = person.get(addresses.case(case.id))
    assert "23:30 to 00:30" in page or "00:30 to 01:30" in page
