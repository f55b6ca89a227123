"""Slots and appointments: places under concurrency, slips, who came and who did not, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.clinics import appointments, queries, rules, slots
from casework.clinics.appointments import BookAppointment
from casework.clinics.queries import Show
from casework.clinics.slots import OpenSlots
from casework.clinics.tables import ClinicAppointment, ClinicSlot
from casework.database import Database
from casework.diary import service as diary
from casework.diary.rules import BookingKind, BookingState
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.organisations.tables import Licence
from casework.work import Work
from checklists.stage_rules import ClinicChoice
from tests.support import factories
from tests.support.clinics import Desk, one_database
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together


@pytest.fixture
def desk(database: Database, world: World) -> Desk:
    return Desk(database, world, ClinicChoice.OFFICE)


def listed(desk: Desk, show: Show, role: Role = Role.CASEWORKER, on: date = TODAY) -> list[str]:
    with desk.database.read() as session:
        lines, total = queries.listed(session, desk.world[role], show, on, limit=20)
    assert total == len(lines)
    return [line.case.reference for line in lines]


def booking_of(desk: Desk, row: ClinicAppointment) -> Booking:
    with desk.database.read() as session:
        return session.get_one(Booking, row.booking_id)


def free(desk: Desk, session: Session) -> list[date]:
    """The days with a free time at the clinic of the world."""
    until = TODAY + timedelta(days=90)
    found = queries.free_slots(session, desk.world.clinic.id, PROGRAMME, desk.database.now(), until, 5)
    return [one.slot.day for one in found]


@one_database
def test_slots_are_opened_week_by_week_once(desk: Desk) -> None:
    first = desk.slots(weeks=3, places=4)
    with desk.database.read() as session:
        assert free(desk, session) == [row.day for row in first]
    assert [row.day - TODAY for row in first] == [timedelta(days=days) for days in (3, 10, 17)]
    assert len({row.series_id for row in first}) == 1
    assert desk.slots(weeks=3, places=4) == []
    assert [row.day - TODAY for row in desk.slots(weeks=4)] == [timedelta(days=24)]
    with error(Conflict, "slot_overlaps"):
        desk.slots(begins=time(9, 30), ends=time(11))


@one_database
def test_a_slot_is_opened_by_its_clinic_and_by_the_office_of_that_clinic(desk: Desk) -> None:
    own = desk.slots(actor=desk.world[Role.CLINIC_USER])[0]
    assert own.clinic_id == desk.world.clinic.id
    other = desk.clinic()
    with error(NotFound, "organisation"):
        desk.slots(other, actor=desk.world[Role.CLINIC_USER])
    with desk.database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.CASEWORKER)
    with error(NotFound, "organisation"):
        desk.slots(other, actor=stranger)
    with error(Refused, "role"):
        desk.slots(other, actor=desk.world[Role.AUDITOR])
    with error(NotFound, "organisation"), desk.database.write(desk.world[Role.CASEWORKER]) as work:
        slots.open_slots(
            work,
            OpenSlots(clinic_id=desk.world.provider.id, day=own.day, begins=time(9), ends=time(10), places=1),
        )


@one_database
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"places": 0}, "places"),
        ({"places": 501}, "places"),
        ({"weeks": 0}, "weeks"),
        ({"day": TODAY, "begins": time(8)}, "in_the_past"),
        ({"day": TODAY + timedelta(days=360), "weeks": 5}, "too_far"),
        ({"ends": time(8)}, "dates"),
    ],
)
def test_a_slot_that_cannot_be_is_refused(desk: Desk, values: dict[str, Any], code: str) -> None:
    with error(InvalidInput, code):
        desk.slot(**values)


@one_database
def test_a_clinic_without_any_accreditation_on_the_day_opens_no_slot(desk: Desk) -> None:
    with desk.database.write(ENGINE) as work:
        bare = factories.organisation(work, desk.world.clinic.kind, office_id=desk.world.office.id)
    with error(Refused, "not_accredited"):
        desk.slot(bare)


def test_of_many_at_once_exactly_as_many_are_booked_as_there_are_places(desk: Desk) -> None:
    slot = desk.slot(places=2)
    cases = [desk.case() for _number in range(4)]
    for case in cases:
        desk.assign(case, clinic_id=desk.world.clinic.id)
    waiting = iter(cases)

    def operation(work: Work) -> None:
        appointments.book(work, desk.catalogue, BookAppointment(case_id=next(waiting).id, slot_id=slot.id))

    answers = together(desk.database, [desk.world[Role.CASEWORKER]] * 4, operation)
    assert answers == [DONE, DONE, "slot_full", "slot_full"]


@one_database
def test_an_appointment_is_a_booking_with_a_slip(desk: Desk) -> None:
    case, row = desk.booked()
    booking = booking_of(desk, row)
    assert (booking.kind, booking.state, booking.case_id) == (BookingKind.APPOINTMENT, BookingState.BOOKED, case.id)
    assert (booking.organisation_id, booking.place) == (desk.world.clinic.id, desk.world.clinic.name)
    assert booking.starts_at == datetime(2026, 11, 5, 9, tzinfo=UTC)
    assert row.number == rules.slip_number(row.booking_id) and row.usable_until == TODAY + timedelta(days=30)
    with desk.database.read() as session:
        assert free(desk, session) == []
    assert listed(desk, Show.AHEAD) == listed(desk, Show.AHEAD, Role.CLINIC_USER) == [case.reference]


@one_database
def test_what_cannot_be_booked_is_refused(desk: Desk, clock: Clock) -> None:
    case, slot = desk.case(), desk.slot()
    with error(Conflict, "not_assigned"):
        desk.book(case, slot)
    desk.assign(case, clinic_id=desk.world.clinic.id)
    with error(NotFound, "slot"):
        desk.book(case, new_id())
    with error(Refused, "other_clinic"):
        desk.book(case, desk.slot(desk.clinic()))
    closed = desk.slot(begins=time(11), ends=time(12))
    desk.database.run(desk.world[Role.CLINIC_USER], slots.close, closed.id)
    with error(Conflict, "slot_closed"):
        desk.book(case, closed)
    with error(Conflict, "slot_closed"):
        desk.database.run(desk.world[Role.CLINIC_USER], slots.close, closed.id)
    desk.book(case, slot)
    with error(Conflict, "booked_already"):
        desk.book(case, desk.slot(begins=time(14), ends=time(15)))
    clock.move(days=3, minutes=1)
    late = desk.case()
    desk.assign(late, clinic_id=desk.world.clinic.id)
    with error(InvalidInput, "in_the_past"):
        desk.book(late, slot)


@one_database
def test_a_clinic_that_is_not_accredited_on_the_day_of_the_slot_takes_nobody(desk: Desk) -> None:
    case, slot = desk.case(), desk.slot()
    desk.assign(case, clinic_id=desk.world.clinic.id)
    with desk.database.write(ENGINE) as work:
        licence = work.session.exec(select(Licence).where(Licence.organisation_id == desk.world.clinic.id)).one()
        licence.valid_until = slot.day - timedelta(days=1)
        work.session.add(licence)
    with error(Refused, "not_accredited"):
        desk.book(case, slot)
    with desk.database.read() as session:
        assert free(desk, session) == []


@one_database
def test_a_worker_who_is_expected_elsewhere_at_that_time_is_not_booked(desk: Desk) -> None:
    case, slot = desk.case(), desk.slot()
    desk.assign(case, clinic_id=desk.world.clinic.id)
    elsewhere = Book(
        case_id=case.id,
        kind=BookingKind.SESSION,
        subject_id=new_id(),
        organisation_id=desk.world.provider.id,
        starts_at=slot.starts_at + timedelta(minutes=30),
        ends_at=slot.ends_at + timedelta(hours=1),
    )
    desk.database.run(desk.world[Role.CASEWORKER], diary.book, elsewhere)
    with error(Conflict, "double_booking"):
        desk.book(case, slot)


@one_database
def test_an_appointment_is_moved_with_its_slip_and_cancelled(desk: Desk) -> None:
    case, row = desk.booked()
    later = desk.slot(day=TODAY + timedelta(days=40))
    caseworker = desk.world[Role.CASEWORKER]
    moved = desk.database.run(caseworker, appointments.move, row.booking_id, later.id)
    booking = booking_of(desk, row)
    assert (moved.number, moved.usable_until) == (row.number, later.day)
    assert (booking.subject_id, booking.starts_at, booking.sequence) == (later.id, later.starts_at, 1)
    with error(Conflict, "booked_already"):
        desk.database.run(caseworker, appointments.move, row.booking_id, later.id)
    desk.database.run(caseworker, appointments.cancel, row.booking_id, "worker_asked")
    assert booking_of(desk, row).state is BookingState.CANCELLED
    assert listed(desk, Show.AHEAD) == []
    assert desk.book(case, later).number != row.number


def test_of_two_who_want_the_last_place_by_moving_one_gets_it(desk: Desk) -> None:
    target = desk.slot(day=TODAY + timedelta(days=5))
    wide = desk.slot(places=2)
    rows = []
    for _number in range(2):
        case = desk.case()
        desk.assign(case, clinic_id=desk.world.clinic.id)
        rows.append(desk.book(case, wide))
    waiting = iter(rows)

    def operation(work: Work) -> None:
        appointments.move(work, next(waiting).booking_id, target.id)

    answers = together(desk.database, [desk.world[Role.CASEWORKER]] * 2, operation)
    assert answers == [DONE, "slot_full"]


@one_database
def test_the_clinic_says_who_came_on_the_day_and_not_before(desk: Desk, clock: Clock) -> None:
    case, row = desk.booked()
    clinic = desk.world[Role.CLINIC_USER]
    with error(InvalidInput, "date_in_future"):
        desk.database.run(clinic, appointments.arrive, row.booking_id)
    with error(InvalidInput, "too_early"):
        desk.database.run(clinic, appointments.miss, row.booking_id, "not_come")
    clock.move(days=3)
    made = desk.database.run(clinic, appointments.arrive, row.booking_id)
    assert (made.identity_checked, made.arrived_by, made.photo_id) == (True, clinic.key, None)
    assert booking_of(desk, row).state is BookingState.ATTENDED
    again = desk.database.run(clinic, appointments.arrive, row.booking_id)
    assert again.arrived_at == made.arrived_at
    with error(Conflict, "no_such_step"):
        desk.database.run(clinic, appointments.miss, row.booking_id, "not_come")
    assert listed(desk, Show.RESULTS, Role.CLINIC_USER, TODAY + timedelta(days=3)) == [case.reference]


@one_database
def test_missed_appointments_are_counted_and_another_is_offered(desk: Desk, clock: Clock) -> None:
    case, row = desk.booked()
    clinic = desk.world[Role.CLINIC_USER]
    clock.move(days=3, minutes=30)
    today = TODAY + timedelta(days=3)
    with error(InvalidInput, "unknown_reason"):
        desk.database.run(clinic, appointments.miss, row.booking_id, "ill")
    desk.database.run(clinic, appointments.miss, row.booking_id, "not_come")
    assert listed(desk, Show.MISSED, on=today) == [case.reference]
    second = desk.book(case, desk.slot(day=today + timedelta(days=1)))
    assert listed(desk, Show.MISSED, on=today) == []
    clock.move(days=1)
    desk.database.run(clinic, appointments.miss, second.booking_id, "other_person")
    with desk.database.read() as session:
        lines, _total = queries.listed(session, desk.world[Role.CASEWORKER], Show.MISSED, today, limit=5)
        stored = session.get_one(ClinicAppointment, second.booking_id)
    assert [line.missed for line in lines] == [rules.MISSED_TOO_OFTEN] and stored.identity_checked is False


@one_database
def test_a_worker_who_was_sent_away_has_missed_nothing(desk: Desk, clock: Clock) -> None:
    case, row = desk.booked()
    clock.move(days=3, minutes=30)
    desk.database.run(desk.world[Role.CASEWORKER], appointments.miss, row.booking_id, "sent_away")
    with desk.database.read() as session:
        assert queries.missed_of(session, [case.id]) == {}
    assert listed(desk, Show.MISSED, on=TODAY + timedelta(days=3)) == [case.reference]


@one_database
def test_a_worker_who_came_too_late_and_was_examined_all_the_same_is_marked_anew(desk: Desk, clock: Clock) -> None:
    _case, row = desk.booked()
    clinic = desk.world[Role.CLINIC_USER]
    clock.move(days=3, minutes=30)
    desk.database.run(clinic, appointments.miss, row.booking_id, "too_late")
    made = desk.database.run(clinic, appointments.arrive, row.booking_id)
    assert (made.missed, made.identity_checked) == ("", True)


@one_database
def test_another_clinic_and_another_office_find_no_such_appointment(desk: Desk, clock: Clock) -> None:
    _case, row = desk.booked()
    clock.move(days=3)
    with desk.database.write(ENGINE) as work:
        foreign = factories.office(work)
        strangers = [
            factories.actor(work, factories.clinic(work, desk.world.office), Role.CLINIC_USER),
            factories.actor(work, foreign, Role.CASEWORKER),
        ]
    with error(NotFound, "appointment"):
        desk.database.run(strangers[0], appointments.arrive, row.booking_id)
    for actor in strangers:
        with error(NotFound, "appointment"):
            desk.database.run(actor, appointments.miss, row.booking_id, "not_come")
        with error(NotFound, "appointment"), desk.database.read() as session:
            appointments.find(session, actor, row.booking_id)
        with desk.database.read() as session:
            assert queries.listed(session, actor, Show.AHEAD, TODAY, limit=5) == ([], 0)


@one_database
def test_what_was_cancelled_is_none_of_the_clinics_business_any_more(desk: Desk) -> None:
    _case, row = desk.booked()
    desk.database.run(desk.world[Role.CASEWORKER], appointments.cancel, row.booking_id, "not_needed")
    with error(NotFound, "appointment"), desk.database.read() as session:
        appointments.find(session, desk.world[Role.CLINIC_USER], row.booking_id)
    with desk.database.read() as session:
        assert appointments.find(session, desk.world[Role.CASEWORKER], row.booking_id)[1].number == row.number


@one_database
def test_roles_that_have_nothing_to_do_with_appointments_neither_see_nor_book_them(desk: Desk) -> None:
    case, row = desk.booked()
    book = {Role.CASEWORKER, Role.SUPERVISOR, Role.MEDICAL_OFFICER}
    for role in set(Role) - book:
        with error(Refused, "role"):
            desk.book(case, row.slot_id, role)
        with error(Refused, "role"):
            desk.database.run(desk.world[role], appointments.cancel, row.booking_id, "not_needed")
    for role in set(Role) - book - {Role.CLINIC_USER}:
        with error(Refused, "role"):
            listed(desk, Show.AHEAD, role)
    for role in set(Role) - {Role.CLINIC_USER}:
        with error(Refused, "role"):
            desk.database.run(desk.world[role], appointments.arrive, row.booking_id)


@one_database
def test_a_day_that_is_over_without_a_word_stands_in_the_list(desk: Desk) -> None:
    case, _row = desk.booked()
    assert listed(desk, Show.UNTOLD, on=TODAY + timedelta(days=3)) == []
    assert listed(desk, Show.UNTOLD, on=TODAY + timedelta(days=4)) == [case.reference]


@one_database
def test_a_slot_stands_on_the_clinics_own_day(desk: Desk) -> None:
    dhaka = desk.clinic(time_zone="Asia/Dhaka")
    slot = desk.slot(dhaka, begins=time(1), ends=time(2))
    assert (slot.day, slot.starts_at) == (TODAY + timedelta(days=3), datetime(2026, 11, 4, 19, tzinfo=UTC))
    with desk.database.read() as session:
        rows = session.exec(select(ClinicSlot).order_by(col(ClinicSlot.id))).all()
    assert [row.day for row in rows] == [slot.day]
