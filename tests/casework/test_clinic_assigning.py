"""Clinics in turn, clinics that the worker chooses, clinics that the office chooses; accreditations that end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.clinics import accreditation, assigning, queries, rules
from casework.clinics.accreditation import SuspendClinic
from casework.clinics.assigning import AssignClinic
from casework.clinics.queries import Show
from casework.clinics.tables import ClinicAssignment
from casework.database import Database
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from casework.organisations.tables import Licence, LicencePurpose, Organisation
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.stage_rules import ClinicChoice
from tests.support import factories
from tests.support.clinics import Desk, one_database
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together


@pytest.fixture
def turns(database: Database, world: World) -> Desk:
    return Desk(database, world, ClinicChoice.ROTATION)


@pytest.fixture
def chosen(database: Database, world: World) -> Desk:
    return Desk(database, world, ClinicChoice.WORKER)


@pytest.fixture
def office(database: Database, world: World) -> Desk:
    return Desk(database, world, ClinicChoice.OFFICE)


def licence_of(desk: Desk, clinic: Organisation) -> Licence:
    with desk.database.read() as session:
        return session.exec(select(Licence).where(Licence.organisation_id == clinic.id)).one()


def events(desk: Desk, kind: str) -> list[AuditEvent]:
    with desk.database.read() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.kind == kind)))


@one_database
def test_clinics_of_a_country_take_turns_and_the_reason_is_kept(turns: Desk) -> None:
    second = turns.clinic()
    turns.clinic(country="AL")
    made = [turns.assign(turns.case()) for _number in range(4)]
    codes = sorted([turns.world.clinic, second], key=lambda row: row.code)
    assert [row.clinic_id for row in made] == [codes[0].id, codes[1].id] * 2
    assert made[2].considered == [{"code": row.code, "count": 1} for row in codes]
    assert {(row.rule, row.reason) for row in made} == {(ClinicChoice.ROTATION, rules.IN_TURN)}


def test_two_cases_at_once_do_not_take_the_same_turn(turns: Desk) -> None:
    turns.clinic()
    cases = iter([turns.case(), turns.case()])

    def operation(work: Work) -> None:
        assigning.assign(work, turns.catalogue, AssignClinic(case_id=next(cases).id))

    caseworker = turns.world[Role.CASEWORKER]
    assert together(turns.database, [caseworker, caseworker], operation) == [DONE, DONE]
    with turns.database.read() as session:
        counts = Counter(session.exec(select(ClinicAssignment.clinic_id)))
    assert list(counts.values()) == [1, 1]


@one_database
def test_a_clinic_without_accreditation_today_has_no_turn(turns: Desk) -> None:
    with turns.database.write(ENGINE) as work:
        late = factories.organisation(work, turns.world.clinic.kind, office_id=turns.world.office.id, code="A-FIRST")
        factories.licence(work, late, LicencePurpose.MEDICAL, valid_from=TODAY + timedelta(days=1))
        other = factories.organisation(work, turns.world.clinic.kind, office_id=turns.world.office.id, code="A-OTHER")
        factories.licence(work, other, LicencePurpose.MEDICAL, programme_id="another-programme")
    assert turns.assign(turns.case()).clinic_id == turns.world.clinic.id


@one_database
def test_an_office_without_an_accredited_clinic_is_told_so(turns: Desk) -> None:
    licence = licence_of(turns, turns.world.clinic)
    turns.database.run(turns.world[Role.ADMINISTRATOR], accreditation.withdraw, licence.id, TODAY, "clinic_closed")
    with error(Refused, "no_clinic"):
        turns.assign(turns.case())


@one_database
def test_in_turn_a_supervisor_alone_names_another_clinic_with_a_reason(turns: Desk) -> None:
    other, case = turns.clinic(), turns.case()
    with error(Refused, "clinic_in_turn"):
        turns.assign(case, clinic_id=other.id, reason="too_far")
    with error(InvalidInput, "unknown_reason"):
        turns.assign(case, Role.SUPERVISOR, clinic_id=other.id)
    first = turns.assign(case)
    with error(Conflict, "assigned"):
        turns.assign(case)
    named = turns.clinic() if first.clinic_id == other.id else other
    made = turns.assign(case, Role.SUPERVISOR, clinic_id=named.id, reason="too_far")
    assert (made.clinic_id, made.reason) == (named.id, "too_far")
    with turns.database.read() as session:
        kept = queries.assignments_of(session, case.id)
    assert [row.ended_at is None for row in kept] == [True, False]


@one_database
def test_a_clinic_that_lost_its_accreditation_gives_its_turn_to_the_next(turns: Desk) -> None:
    case = turns.case()
    first = turns.assign(case)
    second = turns.clinic()
    turns.database.run(
        turns.world[Role.ADMINISTRATOR],
        accreditation.suspend,
        SuspendClinic(clinic_id=first.clinic_id, since=TODAY, reason="under_inquiry"),
    )
    assert turns.assign(case).clinic_id == second.id


@one_database
def test_where_the_worker_chooses_the_list_is_alphabetical_and_the_office_chooses_nothing(chosen: Desk) -> None:
    first, last = chosen.clinic(name="aardvark clinic"), chosen.clinic(name="Zebra clinic")
    case = chosen.case()
    with chosen.database.read() as session:
        listed = assigning.in_reach(session, case, TODAY)
    assert [row.name for row in listed] == [first.name, chosen.world.clinic.name, last.name]
    for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.MEDICAL_OFFICER):
        with error(Refused, "decking_prohibited"):
            chosen.assign(case, role, clinic_id=first.id)
    with error(InvalidInput, "choose_clinic"):
        chosen.assign(case)
    made = chosen.assign(case, clinic_id=last.id, by_worker=True)
    assert made.reason == rules.WORKER_CHOSE
    assert [one["code"] for one in made.considered] == [row.code for row in listed]
    assert chosen.assign(case, clinic_id=first.id, by_worker=True).clinic_id == first.id


@one_database
@pytest.mark.parametrize("country", ["AL", "XK"])
def test_an_office_chooses_among_the_clinics_in_reach_alone(office: Desk, country: str) -> None:
    with office.database.write(ENGINE) as work:
        kind = office.world.clinic.kind
        without = factories.organisation(work, kind, office_id=office.world.office.id, country=country)
        if country == "AL":
            factories.licence(work, without, LicencePurpose.MEDICAL)
    case = office.case()
    with error(Refused, "not_accredited"):
        office.assign(case, clinic_id=without.id)
    with error(Refused, "not_accredited"):
        office.assign(case, clinic_id=new_id())
    assert office.assign(case, clinic_id=office.world.clinic.id).reason == rules.OFFICE_CHOSE


@one_database
def test_a_track_without_an_examination_needs_no_clinic(office: Desk) -> None:
    with error(InvalidInput, "no_medical"):
        office.assign(office.case(track="home"), clinic_id=office.world.clinic.id)


@one_database
def test_a_clinic_of_another_office_cannot_be_reached_through_a_foreign_case(office: Desk) -> None:
    with office.database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.CASEWORKER)
    case = office.case()
    command = AssignClinic(case_id=case.id, clinic_id=office.world.clinic.id)
    with error(NotFound, "case"):
        office.database.run(stranger, assigning.assign, office.catalogue, command)


@one_database
def test_those_who_book_assign_and_nobody_else(office: Desk) -> None:
    case = office.case()
    for role in set(Role) - {Role.CASEWORKER, Role.SUPERVISOR, Role.MEDICAL_OFFICER}:
        with error(Refused, "role"):
            office.assign(case, role, clinic_id=office.world.clinic.id)


def test_a_withdrawal_tells_the_cases_with_an_appointment_from_that_day_on_and_lists_them(office: Desk) -> None:
    case, row = office.booked()
    before, _row = office.booked(TODAY + timedelta(days=1))
    licence = licence_of(office, office.world.clinic)
    on = TODAY + timedelta(days=2)
    admin = office.world[Role.ADMINISTRATOR]
    touched = office.database.run(admin, accreditation.withdraw, licence.id, on, "false_results")
    assert (touched.appointments, touched.examinations) == ((case.id,), ())
    assert [event.subject for event in events(office, "appointment.doubtful")] == [f"booking/{row.booking_id}"]
    with office.database.read() as session:
        lines, total = queries.listed(session, office.world[Role.CASEWORKER], Show.DOUBTFUL, TODAY, limit=10)
        versions = {one: session.get_one(Case, one).version for one in (case.id, before.id)}
    assert total == 1 and lines[0].case.id == case.id
    assert versions[case.id] > versions[before.id]
    with error(Conflict, "withdrawn"):
        office.database.run(admin, accreditation.withdraw, licence.id, on, "false_results")


@one_database
@pytest.mark.parametrize(("days", "code"), [(-400, "dates"), (400, "dates"), (0, "unknown_reason")])
def test_a_withdrawal_lies_within_the_accreditation_and_has_a_reason(office: Desk, days: int, code: str) -> None:
    licence = licence_of(office, office.world.clinic)
    reason = "no_such_reason" if code == "unknown_reason" else "false_results"
    on = TODAY + timedelta(days=days)
    with error(InvalidInput, code):
        office.database.run(office.world[Role.ADMINISTRATOR], accreditation.withdraw, licence.id, on, reason)


@one_database
def test_an_examination_after_the_day_of_a_late_withdrawal_counts_as_done_without_accreditation(office: Desk) -> None:
    case = office.case()
    with office.database.write(ENGINE) as work:
        rows = [
            MedicalExamination(
                case_id=case.id,
                worker_id=case.worker_id,
                clinic_id=office.world.clinic.id,
                accredited=True,
                physician="Dr Synthetic",
                physician_licence="PH-1",
                identity_checked=True,
                examined_on=TODAY - timedelta(days=days),
                outcome=MedicalOutcome.FIT,
                recorded_at=work.now,
                recorded_by="engine",
            )
            for days in (10, 3)
        ]
        work.session.add_all(rows)
    licence = licence_of(office, office.world.clinic)
    on = TODAY - timedelta(days=5)
    touched = office.database.run(
        office.world[Role.ADMINISTRATOR], accreditation.withdraw, licence.id, on, "false_results"
    )
    assert (touched.appointments, touched.examinations) == ((), (case.id,))
    with office.database.read() as session:
        query = select(MedicalExamination).order_by(col(MedicalExamination.examined_on))
        assert [row.accredited for row in session.exec(query)] == [True, False]


def test_a_suspension_holds_for_its_days_and_its_programme_until_it_is_lifted(office: Desk) -> None:
    clinic, admin = office.world.clinic, office.world[Role.ADMINISTRATOR]
    case = office.case()
    command = SuspendClinic(
        clinic_id=clinic.id,
        since=TODAY + timedelta(days=2),
        until=TODAY + timedelta(days=5),
        programme_id=case.programme_id,
        reason="under_inquiry",
    )
    row, touched = office.database.run(admin, accreditation.suspend, command)
    assert touched.appointments == ()

    def covered(days: int, programme: str = case.programme_id) -> bool:
        with office.database.read() as session:
            on = TODAY + timedelta(days=days)
            return accreditation.accreditation_on(session, clinic.id, programme, on) is not None

    assert [covered(days) for days in range(1, 7)] == [True, False, False, False, False, True]
    assert covered(3, "another-programme")
    office.database.run(admin, accreditation.lift, row.id)
    assert covered(3)
    with error(Conflict, "lifted"):
        office.database.run(admin, accreditation.lift, row.id)
    with error(InvalidInput, "too_early"):
        office.database.run(
            admin, accreditation.suspend, command.model_copy(update={"since": TODAY - timedelta(days=1)})
        )


@one_database
def test_accreditations_are_for_administrators(office: Desk) -> None:
    licence = licence_of(office, office.world.clinic)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with error(Refused, "role"):
            office.database.run(office.world[role], accreditation.withdraw, licence.id, TODAY, "clinic_closed")


def test_the_catalogue_that_a_case_is_pinned_to_says_how_clinics_are_chosen(catalogue: Catalogue, world: World) -> None:
    known = catalogue.get("kosovo-germany-construction", on=TODAY)
    stage = known.stage("medical")
    assert stage is not None and stage.examined.clinics is ClinicChoice.OFFICE
