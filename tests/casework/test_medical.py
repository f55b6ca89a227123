"""Examinations: accredited clinics, sealed detail, the medical role alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from basis.errors import InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.database import Database
from casework.medical import service
from casework.medical.rules import MedicalOutcome
from casework.medical.service import RecordMedical
from casework.organisations.tables import LicencePurpose, OrganisationKind
from tests.support import factories
from tests.support.factories import TODAY, World

DETAIL = "Old scar on the left lung, sputum culture negative"
OFFICER = Role.MEDICAL_OFFICER


def report(case: Case, world: World, **values: object) -> RecordMedical:
    return RecordMedical.model_validate(
        {
            "case_id": case.id,
            "clinic_id": world.clinic.id,
            "physician": "Dr Synthetic",
            "physician_licence": "PH-1",
            "identity_checked": True,
            "examined_on": TODAY - timedelta(days=3),
            "outcome": MedicalOutcome.FIT_WITH_FOLLOW_UP,
            "detail": DETAIL,
            **values,
        }
    )


def test_only_the_medical_officer_records_sees_and_withdraws(
    database: Database, world: World, case: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    made = database.run(world[OFFICER], service.record, report(case, world))
    for role in wrong_roles(OFFICER):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.record(work, report(case, world))
        with pytest.raises(NotFound if role is Role.CLINIC_USER else Refused), database.write(world[role]) as work:
            service.detail(work, made.id)
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.withdraw(work, made.id, "found_wrong")
        with pytest.raises(Refused), database.read() as session:
            service.of_case(session, world[role], case.id)


def test_the_detail_opens_for_the_medical_officer_who_leaves_a_trace(
    database: Database, world: World, case: Case
) -> None:
    made = database.run(world[OFFICER], service.record, report(case, world))
    assert made.detail is not None and DETAIL.encode() not in made.detail
    assert database.run(world[OFFICER], service.detail, made.id).detail == DETAIL
    with database.read() as session:
        viewed = session.exec(select(AuditEvent).where(AuditEvent.kind == "medical.viewed")).one()
        assert viewed.actor == world[OFFICER].key


def test_neither_outcome_nor_detail_stands_in_the_history(database: Database, world: World, case: Case) -> None:
    made = database.run(world[OFFICER], service.record, report(case, world, outcome=MedicalOutcome.UNFIT))
    database.run(world[OFFICER], service.withdraw, made.id, "wrong_person")
    with database.read() as session:
        history = " ".join(session.exec(select(AuditEvent.body)))
    assert "unfit" not in history and "scar" not in history


def test_accreditation_is_that_of_the_day_and_the_programme(database: Database, world: World, case: Case) -> None:
    with database.write(ENGINE) as work:
        lapsed, other = (factories.organisation(work, OrganisationKind.CLINIC) for _number in range(2))
        factories.licence(work, lapsed, LicencePurpose.MEDICAL, number="OLD", valid_until=TODAY - timedelta(days=4))
        factories.licence(work, other, LicencePurpose.MEDICAL, programme_id="another-programme")
    officer = world[OFFICER]
    good = database.run(officer, service.record, report(case, world))
    late = database.run(officer, service.record, report(case, world, clinic_id=lapsed.id))
    last_day = report(case, world, clinic_id=lapsed.id, examined_on=TODAY - timedelta(days=4))
    foreign = database.run(officer, service.record, report(case, world, clinic_id=other.id))
    assert (good.accredited, late.accredited, foreign.accredited) == (True, False, False)
    assert late.accreditation == ""
    assert database.run(officer, service.record, last_day).accreditation == "OLD"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"examined_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"xray_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"review_on": TODAY - timedelta(days=3)}, "dates"),
        ({"physician": ""}, "missing_value"),
        ({"physician_licence": "x" * 61}, "too_long"),
        ({"detail": "x" * 10_001}, "too_long"),
    ],
)
def test_a_bad_report_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught, database.write(world[OFFICER]) as work:
        service.record(work, report(case, world, **values))
    assert caught.value.code == code


def test_only_a_clinic_examines(database: Database, world: World, case: Case) -> None:
    with pytest.raises(InvalidInput, match="kind clinic"), database.write(world[OFFICER]) as work:
        service.record(work, report(case, world, clinic_id=world.agency.id))
    with pytest.raises(NotFound), database.write(world[OFFICER]) as work:
        service.record(work, report(case, world, clinic_id=new_id()))


def test_a_medical_officer_of_another_office_finds_nothing(database: Database, world: World, case: Case) -> None:
    made = database.run(world[OFFICER], service.record, report(case, world))
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), OFFICER)
    with pytest.raises(NotFound), database.write(stranger) as work:
        service.detail(work, made.id)


def test_an_examination_without_detail_opens_empty(database: Database, world: World, case: Case) -> None:
    made = database.run(world[OFFICER], service.record, report(case, world, detail=" "))
    assert made.detail is None
    assert database.run(world[OFFICER], service.detail, made.id).detail == ""
