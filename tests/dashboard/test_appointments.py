"""Clinics and appointments through their pages: the office, the clinic, the administrator, and who sees nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.service import AddAccount
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.clinics.tables import ClinicAppointment, ClinicSlot
from casework.diary.tables import Booking
from casework.medical.tables import MedicalExamination
from casework.organisations import service as organisations
from casework.organisations.service import AddOrganisation
from casework.organisations.tables import Organisation, OrganisationKind
from casework.work import Work
from casework.workers.tables import LegalBasis
from cli.demo import people, pictures
from dashboard import addresses
from dashboard.cases.slips import FOLDER, SENTENCES
from documents.languages import small
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of

FINDING = "An old scar on the left lung"


def open_times(site: Bench, person: Person, **values: str) -> None:
    day = (site.today + timedelta(days=1)).isoformat()
    asked = {"day": day, "begins": "09:00", "ends": "10:00", "places": "2", **values}
    assert "slots-opened" in send(person, addresses.SLOTS, "open-slots", asked)


def slot_ids(site: Bench) -> list[str]:
    with site.installation.database.read() as session:
        return [str(row.id) for row in session.exec(select(ClinicSlot).order_by(ClinicSlot.starts_at))]  # type: ignore[arg-type]


def only_booking(site: Bench, case: Case) -> UUID:
    with site.installation.database.read() as session:
        return session.exec(select(ClinicAppointment.booking_id).where(ClinicAppointment.case_id == case.id)).one()


def assign_and_book(site: Bench, person: Person, case: Case) -> UUID:
    """The id of the booking."""
    address = addresses.case(case.id, "appointment")
    clinic = str(site.cast.organisations[people.CLINIC].id)
    assert "clinic-assigned" in send(person, address, "office-chooses", {"clinic": clinic})
    assert "appointment-booked" in send(person, address, "book", {"slot": slot_ids(site)[0]})
    return only_booking(site, case)


def booked(site: Bench) -> tuple[Case, UUID]:
    case = case_of(site)
    with site.visit("flora") as person:
        open_times(site, person)
    with site.visit("arta") as person:
        return case, assign_and_book(site, person, case)


def make_today(site: Bench, booking_id: UUID) -> None:
    """A day has passed."""

    def act(work: Work) -> None:
        booking, row = work.session.get_one(Booking, booking_id), work.session.get_one(ClinicAppointment, booking_id)
        slot = work.session.get_one(ClinicSlot, row.slot_id)
        for one in (booking, slot):
            one.starts_at -= timedelta(days=1)
            one.ends_at -= timedelta(days=1)
        booking.booked_at -= timedelta(days=1)
        row.day, slot.day = row.day - timedelta(days=1), slot.day - timedelta(days=1)
        work.session.add_all([booking, row, slot])

    site.installation.database.run(ENGINE, act)


def other_clinic(site: Bench) -> None:
    """A clinic without accreditation yet and its clerk: ``site.visit("other")``."""

    def act(work: Work) -> None:
        command = AddOrganisation(
            kind=OrganisationKind.CLINIC, code="OTHER", name="Another clinic", country="XK", office=people.OFFICE
        )
        organisations.add(work, command)
        account = AddAccount(
            email=people.address("other"),
            name="Other Clerk",
            title="Clerk",
            role=Role.CLINIC_USER,
            organisation="OTHER",
            password=people.PASSWORD,
        )
        accounts.add(work, account)

    site.installation.database.run(ENGINE, act)


def result(site: Bench, **values: str) -> dict[str, str]:
    day = site.today.isoformat()
    known = {"physician": "Dr Synthetic", "physician_licence": "PH-1", "examined_on": day, "xray_on": day}
    return {**known, "outcome": "fit", "detail": FINDING, **values}


def test_an_appointment_goes_from_the_office_to_the_clinic_and_its_result_is_locked(opened: Bench) -> None:
    case = case_of(opened)
    with opened.visit("arta") as person:
        send(person, addresses.case(case.id, "photos"), "photograph", {}, {"file": ("me.jpg", pictures.portrait("BB"))})
    case, booking_id = booked(opened)
    page = addresses.appointment(booking_id)
    with opened.visit("arta") as person:
        case_page = person.get(addresses.case(case.id))
        assert addresses.case(case.id, "appointment") in case_page
        shown = person.get(addresses.case(case.id, "appointment"))
        assert "Poliklinika Dardania" in shown and "The office chose this clinic." in shown
        slip = person.get(addresses.case(case.id, "appointment", booking_id, "slip"))
        assert "Referral slip" in slip and "Identity document ends in" in slip and "chest X-ray" not in slip
        person.get(page, 403)
    make_today(opened, booking_id)
    with opened.visit("flora") as clinic:
        listed = clinic.get(addresses.APPOINTMENTS)
        assert case.reference in listed and len(listed) < 30_000
        shown = clinic.get(page)
        assert "Born on" in shown and "Balkan Work Agency" not in shown and "result" not in forms_on(shown)
        assert clinic.client.get(addresses.appointment(booking_id, "photo")).headers["content-type"] == "image/jpeg"
        assert "tick this to go on" in send(clinic, page, "arrive", {}, status=422)
        assert "arrived" in send(clinic, page, "arrive", {"same_person": "yes"})
        before = clinic.get(page)
        assert "lies in the future" in send(
            clinic,
            page,
            "result",
            result(opened, examined_on=(opened.today + timedelta(days=1)).isoformat()),
            status=422,
        )
        assert "result-entered" in send(clinic, page, "result", result(opened))
        clinic.get(addresses.appointment(booking_id, "photo"), 404)
        assert "until there is a result" in clinic.get(page)
        again = send(clinic, page, "result", result(opened), page=before, status=409)
        assert "is there already" in again
        locked = clinic.get(page)
        assert FINDING in locked and "locked" in locked
        amended = result(opened, reason="The wrong hand", outcome="fit_with_follow_up", detail="Both")
        assert "amended" in send(clinic, page, "amend", amended)
        assert "Result, version 2" in clinic.get(page)
    with opened.installation.database.read() as session:
        kinds = set(session.exec(select(AuditEvent.kind).where(AuditEvent.case_id == case.id)))
        rows = session.exec(select(MedicalExamination)).all()
    assert len(rows) == 2 and all(row.identity_checked and row.photograph_id for row in rows)
    assert {"appointment.viewed", "photo.viewed", "medical.viewed", "medical.submitted", "clinic.assigned"} <= kinds
    for name in ("arta", "agron", "mira"):
        with opened.visit(name) as person:
            assert FINDING not in person.get(addresses.case(case.id))


def test_of_another_clinic_nothing_is_there(opened: Bench) -> None:
    case, booking_id = booked(opened)
    make_today(opened, booking_id)
    other_clinic(opened)
    page = addresses.appointment(booking_id)
    with opened.visit("flora") as clinic:
        own = clinic.get(page)
    with opened.visit("other") as stranger:
        assert case.reference not in stranger.get(addresses.APPOINTMENTS)
        for address in (page, addresses.appointment(booking_id, "photo")):
            stranger.get(address, 404)
        for form, values in (("arrive", {"same_person": "yes"}), ("miss", {"reason": "not_come"})):
            answer = stranger.post(addresses.appointment(booking_id, form), values, status=404)
            assert "There is no such appointment." in answer
        stranger.post(addresses.appointment(booking_id, "result"), result(opened), status=404)
        stranger.get(addresses.query(addresses.SLOTS, clinic=str(opened.cast.organisations[people.CLINIC].id)), 404)
        stranger.post(addresses.slot(slot_ids(opened)[0], "close"), {}, status=404)
        for path in ("", "appointment", "medical", "photo/small", "orientation"):
            assert stranger.client.get(
                addresses.case(case.id, *path.split("/")) if path else addresses.case(case.id)
            ).status_code in (403, 404)
    assert "Born on" in own


def test_appointments_are_for_those_who_book_and_the_clinic(opened: Bench) -> None:
    case = case_of(opened)
    for name in ("luan", "ilir", "agron", "blerim", "audit", "admin"):
        with opened.visit(name) as person:
            for address in (addresses.APPOINTMENTS, addresses.SLOTS, addresses.RESULT_LIST):
                person.get(address, 403)
            person.get(addresses.case(case.id, "appointment"), 403)
    opened.installation.database.run(ENGINE, close_clinic)
    with opened.visit("arta") as person:
        assert "No clinic works with your office yet." in person.get(addresses.SLOTS, 404)


def close_clinic(work: Work) -> None:
    """The only clinic of the office works no more."""
    row = work.session.exec(select(Organisation).where(Organisation.code == people.CLINIC)).one()
    row.active = False
    work.session.add(row)


@pytest.mark.deep
def test_an_appointment_is_moved_missed_and_booked_anew(opened: Bench) -> None:
    case, booking_id = booked(opened)
    address = addresses.case(case.id, "appointment")
    with opened.visit("flora") as clinic:
        open_times(opened, clinic, begins="11:00", ends="12:00", weeks="2")
        assert "write a time like" in send(
            clinic, addresses.SLOTS, "open-slots", {"begins": "soon", "ends": "later", "places": "1"}, status=422
        )
    with opened.visit("teuta") as officer:
        assert "appointment-moved" in send(officer, address, "move", {"slot": slot_ids(opened)[1]})
        assert "11:00–12:00" in officer.get(address)
    make_today(opened, booking_id)
    make_today(opened, booking_id)
    with opened.visit("flora") as clinic:
        part = addresses.query(addresses.APPOINTMENTS, show="untold")
        assert case.reference in clinic.get(part)
        assert "missed" in send(clinic, addresses.appointment(booking_id), "miss", {"reason": "not_come"})
    with opened.visit("arta") as person:
        part = addresses.query(addresses.APPOINTMENTS, show="missed")
        assert "The worker did not come." in person.get(part) and "appointments missed" in person.get(addresses.WORK)
        assert "appointment-booked" in send(person, address, "book", {"slot": slot_ids(opened)[-1]})
        assert case.reference not in person.get(part)
        gone = str(booking_id)
        send(person, address, "cancel", {"reason": "worker_asked"})
        person.get(addresses.case(case.id, "appointment", gone, "slip"), 404)
        person.get(addresses.query(addresses.APPOINTMENTS, show="nonsense"), 422)


@pytest.mark.deep
def test_of_two_who_book_the_last_place_the_second_sees_what_is_still_free(opened: Bench) -> None:
    one, two = case_of(opened), case_of(opened, "BB-0002")
    clinic_id = str(opened.cast.organisations[people.CLINIC].id)
    with opened.visit("flora") as clinic:
        open_times(opened, clinic, places="1")
        open_times(opened, clinic, begins="14:00", ends="15:00", places="1")
    with opened.visit("arta") as person:
        address = addresses.case(two.id, "appointment")
        send(person, address, "office-chooses", {"clinic": clinic_id})
        seen = person.get(address)
        assign_and_book(opened, person, one)
        again = send(person, address, "book", {"slot": slot_ids(opened)[0]}, page=seen, status=409)
        assert "No place of this slot is free any more." in again and "14:00–15:00" in again
        assert "fill this in" in send(person, address, "book", {}, status=422)


@pytest.mark.deep
def test_a_list_of_results_is_taken_in_and_its_bad_rows_are_shown(opened: Bench) -> None:
    case, booking_id = booked(opened)
    make_today(opened, booking_id)
    day = opened.today.isoformat()
    head = "Case reference,Examined on,X-ray on,Outcome,Physician,Physician's licence,Detail"
    good = f"{case.reference},{day},{day},fit,Dr Synthetic,PH-1,{FINDING}"
    with opened.visit("flora") as clinic:
        send(clinic, addresses.appointment(booking_id), "arrive", {"same_person": "yes"})
        file = ("results.csv", f"{head}\n{good}\nXX-1,{day},{day},fit,Dr Synthetic,PH-1,\n".encode())
        page = send(clinic, addresses.RESULT_LIST, "result-list", {}, {"file": file}, status=422)
        assert "1 result was taken in; 0 were there already; 1 rows were given back." in page
        assert "There is no such case" in page and FINDING not in page
        assert "choose a file" in send(clinic, addresses.RESULT_LIST, "result-list", {}, status=422)
        broken = ("results.csv", b"\x89PNG")
        assert "PNG" in send(clinic, addresses.RESULT_LIST, "result-list", {}, {"file": broken}, status=422)
        again = send(
            clinic,
            addresses.RESULT_LIST,
            "result-list",
            {},
            {"file": ("r.csv", f"{head}\n{good}".encode())},
            status=200,
        )
        assert "0 results were taken in; 1 were there already" in again


@pytest.mark.deep
def test_an_administrator_withdraws_an_accreditation_and_the_office_sees_whom_it_touches(opened: Bench) -> None:
    case, _booking_id = booked(opened)
    clinic = opened.cast.organisations[people.CLINIC]
    page = addresses.organisation(clinic.id)
    with opened.visit("admin") as admin:
        form = next(one for one in forms_on(admin.get(page)) if one.startswith("withdraw-"))
        send(
            admin,
            page,
            form,
            {"on": (opened.today + timedelta(days=5000)).isoformat(), "reason": "false_results"},
            status=422,
        )
        assert "accreditation-withdrawn" in send(admin, page, form, {"reason": "false_results"})
        assert "withdrawn on" in admin.get(page) and form not in forms_on(admin.get(page))
        licence = {
            "number": "XK-2",
            "authority": "Ministry",
            "valid_from": opened.today.isoformat(),
            "valid_until": (opened.today + timedelta(days=90)).isoformat(),
            "programme": case.programme_id,
        }
        assert "licence-added" in send(admin, page, "licence", licence)
        assert case.programme_id in admin.get(page)
        suspension = {"since": opened.today.isoformat(), "reason": "under_inquiry"}
        assert "clinic-suspended" in send(admin, page, "suspend", suspension)
        lift = next(one for one in forms_on(admin.get(page)) if one.startswith("lift-"))
        with opened.visit("arta") as person:
            part = addresses.query(addresses.APPOINTMENTS, show="doubtful")
            assert "book another clinic" in person.get(part)
            assert "Suspend the clinic" in admin.get(page)
        assert "suspension-lifted" in send(admin, page, lift)
    with opened.visit("arta") as person:
        assert case.reference not in person.get(part)
        person.get(page, 403)


@pytest.mark.parametrize("tag", sorted(path.stem for path in FOLDER.glob("*.po")))
def test_every_language_of_the_slip_is_complete(tag: str) -> None:
    assert small(FOLDER, tag, SENTENCES) is not None


@pytest.mark.deep
def test_the_slip_is_printed_in_the_language_of_the_worker(opened: Bench) -> None:
    case, booking_id = booked(opened)

    def speaks_albanian(work: Work) -> None:
        for row in work.session.exec(select(LegalBasis).where(LegalBasis.worker_id == case.worker_id)):
            row.language = "sq"
            work.session.add(row)

    opened.installation.database.run(ENGINE, speaks_albanian)
    with opened.visit("teuta") as officer:
        slip = officer.get(addresses.case(case.id, "appointment", booking_id, "slip"))
        assert 'lang="sq"' in slip and "Fletë udhëzimi" in slip and "Identity document ends in" not in slip
        officer.get(addresses.case(case_of(opened, "BB-0002").id, "appointment", booking_id, "slip"), 404)
