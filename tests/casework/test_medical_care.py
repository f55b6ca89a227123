"""Vaccinations, referral and hand-over, the check before the journey; who read it; sealed reasons of waivers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.cases import rulings, service
from casework.cases.service import ReplanCase
from casework.cases.tables import Case
from casework.concessions import reasons
from casework.concessions.service import AskConcession, DecideConcession
from casework.concessions.tables import Concession
from casework.database import Database
from casework.medical import care, examining, queue, readings
from casework.medical import service as medical
from casework.medical.care import CheckFitToFly, RecordCare, RecordVaccination
from casework.medical.queue import Waits
from casework.medical.tables import CareKind, Vaccination
from tests.support import medicals
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.medicals import DEPARTURE, result

OFFICER = Role.MEDICAL_OFFICER
pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
CATALOGUE = medicals.catalogue()
SOON = TODAY + timedelta(days=2)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    return medicals.open_case(database, world)


def dose(case: Case, **values: Any) -> RecordVaccination:
    return RecordVaccination.model_validate(
        {"case_id": case.id, "vaccine": "measles", "dose": 1, "given_on": TODAY, **values}
    )


def offered(case: Case, **values: Any) -> RecordCare:
    given = {"kind": CareKind.HAND_OVER, "given": True, "happened_on": TODAY, "detail": "clinic in Ulm"}
    return RecordCare.model_validate({"case_id": case.id, **given, "consented_on": TODAY, **values})


def check(case: Case, **values: Any) -> CheckFitToFly:
    who = {"physician": "Dr Synthetic", "physician_licence": "PH-1"}
    return CheckFitToFly.model_validate({"case_id": case.id, **who, "checked_on": TODAY, "fit": True, **values})


def test_a_vaccination_is_sealed_whole(database: Database, world: World, case: Case) -> None:
    due = TODAY + timedelta(days=30)
    row = database.run(world[OFFICER], care.vaccinate, CATALOGUE, dose(case, next_due=due))
    assert b"measles" not in row.detail
    with database.write(world[OFFICER]) as work:
        (found,) = care.opened(work, case).doses
    assert (found.vaccine, found.dose, found.given_on, found.next_due) == ("measles", 1, TODAY, due)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"vaccine": "hiv_vaccine"}, "never_asked"),
        ({"vaccine": "something"}, "unknown_vaccine"),
        ({"dose": 0}, "dose"),
        ({"dose": 10}, "dose"),
        ({"given_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"next_due": TODAY}, "dates"),
    ],
)
def test_a_bad_vaccination_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with error(InvalidInput, code):
        database.run(world[OFFICER], care.vaccinate, CATALOGUE, dose(case, **values))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"consented_on": None}, "no_consent"),
        ({"consented_on": TODAY + timedelta(days=1)}, "dates"),
        ({"detail": " "}, "missing_value"),
        ({"given": False}, "consent"),
        ({"kind": CareKind.COUNSELLING}, "consent"),
        ({"happened_on": TODAY + timedelta(days=1)}, "date_in_future"),
    ],
)
def test_a_hand_over_needs_consent_and_days_in_order(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with error(InvalidInput, code):
        database.run(world[OFFICER], care.give, offered(case, **values))


def test_a_consent_is_taken_back_once(database: Database, world: World, case: Case) -> None:
    row = database.run(world[OFFICER], care.give, offered(case))
    assert row.detail is not None and b"Ulm" not in row.detail
    assert database.run(world[OFFICER], care.end_consent, row.id).consent_ended_on == TODAY
    with error(Conflict, "no_consent"):
        database.run(world[OFFICER], care.end_consent, row.id)


def test_a_record_is_taken_back_and_not_shown_any_more(database: Database, world: World, case: Case) -> None:
    row = database.run(world[OFFICER], care.vaccinate, CATALOGUE, dose(case))
    database.run(world[OFFICER], lambda work: care.withdraw(Vaccination, work, row.id, "recorded_in_error"))
    with database.write(world[OFFICER]) as work:
        assert care.opened(work, case).doses == ()


@pytest.mark.parametrize(
    ("departure", "values", "code"),
    [
        (SOON, {"checked_on": TODAY + timedelta(days=1)}, "date_in_future"),
        (SOON, {"checked_on": SOON - timedelta(days=4)}, "too_early"),
        (DEPARTURE, {}, "too_early"),
    ],
)
def test_a_check_too_early_or_in_the_future_is_refused(
    database: Database, world: World, case: Case, departure: date, values: dict[str, object], code: str
) -> None:
    database.run(world[Role.CASEWORKER], service.replan, CATALOGUE, case.id, ReplanCase(planned_departure=departure))
    with error(InvalidInput, code):
        database.run(world[OFFICER], care.check_fit_to_fly, CATALOGUE, check(case, **values))


def test_a_programme_that_asks_for_no_check_takes_none(database: Database, world: World, case: Case) -> None:
    with database.write(world[OFFICER]) as work:
        work.session.get_one(Case, case.id).track = "home"
    with error(InvalidInput, "not_asked"):
        database.run(world[OFFICER], care.check_fit_to_fly, CATALOGUE, check(case))


def test_a_journey_of_the_days_ahead_waits_for_its_check(database: Database, world: World, case: Case) -> None:
    def waiting(today: date = TODAY) -> list[Waits]:
        with database.read() as session:
            return [one.waits for one in queue.listed(session, world[OFFICER], CATALOGUE, today, limit=None)[0]]

    assert waiting() == [] and waiting(DEPARTURE - timedelta(days=14)) == [Waits.FIT_TO_FLY]
    database.run(world[Role.CASEWORKER], service.replan, CATALOGUE, case.id, ReplanCase(planned_departure=SOON))
    assert waiting() == [Waits.FIT_TO_FLY]
    database.run(world[OFFICER], care.check_fit_to_fly, CATALOGUE, check(case, fit=False))
    assert waiting() == [Waits.FIT_TO_FLY]
    database.run(world[OFFICER], care.check_fit_to_fly, CATALOGUE, check(case))
    assert waiting() == []


def test_the_worker_learns_who_read_what_kind_of_thing_and_when(database: Database, world: World, case: Case) -> None:
    row = database.run(world[OFFICER], examining.submit, CATALOGUE, result(case, world))
    database.run(world[OFFICER], care.vaccinate, CATALOGUE, dose(case))
    database.run(world[OFFICER], medical.detail, row.id)
    with database.write(world[OFFICER]) as work:
        care.opened(work, case)
    for reader in (Role.CASEWORKER, Role.SUPERVISOR, OFFICER):
        with database.read() as session:
            found = readings.of_case(session, world[reader], case.id)
        assert {what for one in found for what in one.what} == {"medical_examination", "vaccination"}
        assert {(one.role, one.office) for one in found} == {(OFFICER, world.office.name)}
    for role in (Role.AGENCY_USER, Role.SECURITY_OFFICER, Role.LOAN_OFFICER, Role.CLINIC_USER):
        with pytest.raises(Refused), database.read() as session:
            readings.of_case(session, world[role], case.id)


def wish(case: Case, requirement: str = "examination") -> AskConcession:
    return AskConcession(case_id=case.id, requirement=requirement, reason="the worker is being treated at home")


def test_the_reasons_of_a_medical_waiver_are_sealed_when_asked_and_when_answered(
    database: Database, world: World, case: Case
) -> None:
    row = database.run(world[Role.CASEWORKER], rulings.ask_concession, CATALOGUE, wish(case))
    answer = DecideConcession(concession_id=row.id, given=True, reference="M-1", reason="treated and cured")
    row = database.run(world[OFFICER], rulings.decide_concession, CATALOGUE, answer)
    assert (row.reason, row.decision) == ("", "")
    assert b"treated" not in (row.sealed_reason or b"") + (row.sealed_decision or b"")
    with database.read() as session:
        told = reasons.opened(database.vault(session), case, row)
    assert (told.asked, told.decided) == ("the worker is being treated at home", "treated and cured")


def test_reasons_of_before_are_sealed_once_and_read_as_they_were(database: Database, world: World, case: Case) -> None:
    row = database.run(world[Role.CASEWORKER], rulings.ask_concession, CATALOGUE, wish(case))
    with database.write(world[OFFICER]) as work:
        old = work.session.get_one(Concession, row.id)
        old.reason, old.sealed_reason = "written down before", None
    with database.read() as session:
        waiting = reasons.unsealed(session, CATALOGUE)
    assert waiting == [row.id]
    with error(Refused, "role"):
        database.run(world[Role.CASEWORKER], reasons.seal, CATALOGUE, waiting)
    assert database.run(world[Role.ADMINISTRATOR], reasons.seal, CATALOGUE, waiting) == 1
    with database.read() as session:
        assert reasons.unsealed(session, CATALOGUE) == []
        kept = session.exec(select(Concession)).one()
        assert reasons.opened(database.vault(session), case, kept).asked == "written down before"
