"""Results that a clinic enters: of its own appointments alone, after the arrival, once; from a list row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.clinics import accreditation, appointments, queries, results
from casework.clinics.accreditation import SuspendClinic
from casework.clinics.queries import Show
from casework.clinics.results import EnterResult, TakenResults
from casework.clinics.tables import ClinicAppointment
from casework.database import Database
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from checklists.stage_rules import ClinicChoice
from tests.support import factories
from tests.support.clinics import Desk, one_database
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

DAY = TODAY + timedelta(days=3)
HEADER = "Case reference,Examined on,X-ray on,Outcome,Physician,Physician's licence,Expected until,Detail"


@pytest.fixture
def desk(database: Database, world: World) -> Desk:
    return Desk(database, world, ClinicChoice.OFFICE)


@pytest.fixture
def arrived(desk: Desk, clock: Clock) -> tuple[Case, ClinicAppointment]:
    """A case whose worker is at the clinic."""
    case, row = desk.booked()
    clock.move(days=3)
    desk.database.run(desk.world[Role.CLINIC_USER], appointments.arrive, row.booking_id)
    return case, row


def command(row: ClinicAppointment, **more: Any) -> EnterResult:
    return EnterResult(
        **{
            "booking_id": row.booking_id,
            "examined_on": DAY,
            "outcome": MedicalOutcome.FIT,
            "physician": "Dr Synthetic",
            "physician_licence": "PH-1",
            "parts": {"xray": DAY},
            **more,
        }
    )


def enter(desk: Desk, row: ClinicAppointment, actor: Actor | None = None, **more: Any) -> MedicalExamination:
    by = actor or desk.world[Role.CLINIC_USER]
    return desk.database.run(by, results.enter, desk.catalogue, command(row, **more))


def take(desk: Desk, *lines: str, header: str = HEADER) -> TakenResults:
    data = "\n".join((header, *lines)).encode()
    return desk.database.run(desk.world[Role.CLINIC_USER], results.take_list, desk.catalogue, data, "results.csv")


def line(case: Case, outcome: str = "fit", *, day: date = DAY, until: str = "", detail: str = "") -> str:
    return f"{case.reference},{day},{day},{outcome},Dr Synthetic,PH-1,{until},{detail}"


def test_the_result_of_an_appointment_is_locked_and_leaves_the_list(
    desk: Desk, arrived: tuple[Case, ClinicAppointment]
) -> None:
    _case, row = arrived
    made = enter(desk, row)
    assert (made.appointment_id, made.accredited, made.identity_checked) == (row.booking_id, True, True)
    with error(Conflict, "submitted"):
        enter(desk, row)
    with desk.database.read() as session:
        assert queries.listed(session, desk.world[Role.CLINIC_USER], Show.RESULTS, DAY, limit=5) == ([], 0)
        assert queries.count(session, desk.world[Role.CLINIC_USER], Show.DONE, DAY) == 1
        kept = results.of_appointment(session, desk.world[Role.CLINIC_USER], row.booking_id)
    assert [one.id for one in kept] == [made.id]


def test_of_two_at_the_clinic_who_enter_a_result_at_once_one_does(
    desk: Desk, arrived: tuple[Case, ClinicAppointment]
) -> None:
    _case, row = arrived
    clinic = desk.world[Role.CLINIC_USER]
    answers = together(desk.database, [clinic, clinic], lambda work: results.enter(work, desk.catalogue, command(row)))
    assert answers == [DONE, "submitted"]


@one_database
def test_before_the_arrival_there_is_no_result(desk: Desk, clock: Clock) -> None:
    _case, row = desk.booked()
    with error(Conflict, "not_arrived"):
        enter(desk, row)
    clock.move(days=3, minutes=5)
    desk.database.run(desk.world[Role.CLINIC_USER], appointments.miss, row.booking_id, "other_person")
    with error(Conflict, "not_arrived"):
        enter(desk, row)


@one_database
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"examined_on": DAY - timedelta(days=1), "parts": {"xray": DAY}}, "before_appointment"),
        ({"examined_on": DAY + timedelta(days=1)}, "date_in_future"),
        ({"parts": {}}, "parts_missing"),
        ({"parts": {"xray": DAY, "hiv": DAY}}, "never_asked"),
        ({"outcome": MedicalOutcome.PENDING}, "no_until"),
    ],
)
def test_a_result_that_cannot_be_is_refused(
    desk: Desk, arrived: tuple[Case, ClinicAppointment], more: dict[str, Any], code: str
) -> None:
    with error(InvalidInput, code):
        enter(desk, arrived[1], **more)


@one_database
def test_a_clinic_that_was_suspended_on_the_day_gives_no_result(
    desk: Desk, arrived: tuple[Case, ClinicAppointment]
) -> None:
    suspension = SuspendClinic(clinic_id=desk.world.clinic.id, since=DAY, reason="under_inquiry")
    desk.database.run(desk.world[Role.ADMINISTRATOR], accreditation.suspend, suspension)
    with error(InvalidInput, "not_accredited"):
        enter(desk, arrived[1])


@one_database
def test_another_clinic_and_the_office_enter_nothing_and_see_nothing(
    desk: Desk, arrived: tuple[Case, ClinicAppointment]
) -> None:
    _case, row = arrived
    enter(desk, row)
    with desk.database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.clinic(work, desk.world.office), Role.CLINIC_USER)
    with error(NotFound, "appointment"):
        enter(desk, row, stranger)
    with desk.database.read() as session:
        assert results.of_appointment(session, stranger, row.booking_id) == []
    for role in set(Role) - {Role.CLINIC_USER}:
        with error(Refused, "role"):
            enter(desk, row, desk.world[role])


def test_a_list_of_results_takes_its_good_rows_and_gives_the_bad_ones_back(desk: Desk, clock: Clock) -> None:
    slot = desk.slot(places=4)
    cases = [desk.case() for _number in range(4)]
    rows = []
    for case in cases:
        desk.assign(case, clinic_id=desk.world.clinic.id)
        rows.append(desk.book(case, slot))
    clock.move(days=3)
    for row in rows[:3]:
        desk.database.run(desk.world[Role.CLINIC_USER], appointments.arrive, row.booking_id)
    lines = (line(cases[0], detail="An old scar"), line(cases[1], "pending"), line(cases[2], "B7"), line(cases[3]))
    made = take(desk, *lines, f"XX-1,{DAY},{DAY},fit,Dr Synthetic,PH-1,,")
    assert (made.taken, made.known, made.sheet.total) == (1, 0, 5)
    assert {finding.row: finding.code for finding in made.sheet.findings} == {
        3: "no_until",
        4: "unknown_word",
        5: "not_arrived",
        6: "unknown_case",
    }
    with desk.database.read() as session:
        kept = session.exec(select(MedicalExamination)).all()
        told = " ".join(session.exec(select(AuditEvent.body)))
    assert [row.case_id for row in kept] == [cases[0].id]
    assert "old scar" not in told and kept[0].detail is not None and b"scar" not in kept[0].detail
    again = take(desk, *lines[:2])
    assert (again.taken, again.known) == (0, 1)
    other = take(desk, line(cases[0], "unfit"))
    assert (other.taken, [finding.code for finding in other.sheet.findings]) == (0, ["submitted"])


@one_database
def test_a_birth_date_that_is_not_the_workers_is_a_finding_and_no_guess(
    desk: Desk, arrived: tuple[Case, ClinicAppointment]
) -> None:
    case, _row = arrived
    header = f"Date of birth,{HEADER}"
    assert take(desk, f"1990-01-01,{line(case)}", header=header).sheet.findings[0].code == "birth_date_differs"
    assert take(desk, f"1995-03-09,{line(case)}", header=header).taken == 1


@one_database
def test_a_list_is_for_clinics_and_names_no_case_of_another_clinic(
    desk: Desk, arrived: tuple[Case, ClinicAppointment]
) -> None:
    case, _row = arrived
    with desk.database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.clinic(work, desk.world.office), Role.CLINIC_USER)
    data = f"{HEADER}\n{line(case)}".encode()
    made = desk.database.run(stranger, results.take_list, desk.catalogue, data, "results.csv")
    assert (made.taken, made.sheet.findings[0].code) == (0, "unknown_case")
    with error(Refused, "role"):
        desk.database.run(desk.world[Role.MEDICAL_OFFICER], results.take_list, desk.catalogue, data, "results.csv")
