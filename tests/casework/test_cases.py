"""Cases are opened, corrected and planned: by whom it may be, and in words where not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import service
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife, CaseSource
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case, CaseTask
from casework.database import Database
from casework.organisations.tables import LicencePurpose, OrganisationKind
from casework.outbox.tables import OutboxItem, OutboxKind
from casework.workers import service as workers
from casework.workers.service import Stay
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, World
from tests.support.opening import open_command
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
DEPARTURE = TODAY + timedelta(days=150)

Open = Callable[..., Case]


def present(database: Database, case: Case) -> Case:
    with database.read() as session:
        return session.get_one(Case, case.id)


def moved(case: Case, to: CaseLife, reason: str, **values: Any) -> MoveCase:
    return MoveCase(**{"case_id": case.id, "to": to, "reason": reason, "happened_on": TODAY, **values})


def test_a_case_is_pinned_to_the_newest_version_and_the_engine_is_asked_to_look(
    database: Database, catalogue: Catalogue, opened: Case
) -> None:
    newest = catalogue.get(PROGRAMME, on=TODAY)
    assert (opened.programme_version, opened.programme_digest) == (newest.version, newest.digest)
    assert programme_of(catalogue, opened) == newest
    assert (opened.life, opened.registered_on, opened.loan_asked_minor) == (CaseLife.OPEN, TODAY, 120_000)
    with database.read() as session:
        (item,) = session.exec(select(OutboxItem)).all()
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "case.opened")).one()
    assert (item.kind, item.subject_id) == (OutboxKind.ADVANCE, opened.id)
    assert event.case_id == opened.id


def test_who_may_not_edit_cases_opens_none(
    database: Database, world: World, catalogue: Catalogue, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(CASEWORKER, SUPERVISOR):
        with pytest.raises(Refused):
            database.run(world[role], service.open_case, catalogue, open_command(world))


def test_nobody_opens_a_case_in_another_office(database: Database, world: World, catalogue: Catalogue) -> None:
    with database.write(ENGINE) as work:
        other = factories.office(work)
    with error(Refused, "other_office"):
        database.run(world[SUPERVISOR], service.open_case, catalogue, open_command(world, office_id=other.id))


def test_an_agency_without_a_licence_that_covers_today_is_refused(
    database: Database, world: World, catalogue: Catalogue
) -> None:
    with database.write(ENGINE) as work:
        unlicensed = factories.organisation(work, OrganisationKind.AGENCY, office_id=world.office.id)
        lapsed = factories.organisation(work, OrganisationKind.AGENCY, office_id=world.office.id)
        factories.licence(
            work,
            lapsed,
            LicencePurpose.RECRUITMENT,
            valid_from=TODAY - timedelta(days=400),
            valid_until=TODAY - timedelta(days=1),
        )
    for agency in (unlicensed, lapsed):
        with error(Refused, "agency_licence"):
            database.run(
                ENGINE,
                service.open_case,
                catalogue,
                open_command(world, agency_id=agency.id, source=CaseSource.AGENCY),
            )
    licensed = open_command(world, agency_id=world.agency.id, source=CaseSource.AGENCY)
    assert database.run(ENGINE, service.open_case, catalogue, licensed).agency_id == world.agency.id


@pytest.mark.parametrize("known", ["clinic", "office"])
def test_what_is_no_agency_hands_in_nobody(database: Database, world: World, catalogue: Catalogue, known: str) -> None:
    for agency_id in (new_id(), getattr(world, known).id):
        with error(NotFound, "agency"):
            database.run(ENGINE, service.open_case, catalogue, open_command(world, agency_id=agency_id))


@pytest.mark.parametrize(
    ("values", "code"), [({"track": "sideways"}, "unknown_track"), ({"bases": ()}, "no_legal_basis")]
)
def test_a_case_needs_a_track_and_a_legal_basis(open_case: Open, values: dict[str, Any], code: str) -> None:
    with error(InvalidInput, code):
        open_case(**values)


def test_an_unknown_programme_is_refused(open_case: Open) -> None:
    with pytest.raises(NotFound):
        open_case(programme="atlantis-germany")


def test_a_worker_with_an_open_case_gets_no_second_one(database: Database, open_case: Open) -> None:
    worker = factories.worker_data()
    open_case(worker=worker)
    spaced = worker.model_copy(
        update={"passport_number": f" {worker.passport_number.lower()} ", "family_name": "Other"}
    )
    with error(Conflict, "known_worker") as caught:
        open_case(worker=spaced, reference="BW-2")
    assert worker.passport_number not in str(caught.value)
    assert open_case(worker=worker.model_copy(update={"nationality": "AL"}), reference="BW-3").reference == "BW-3"


def test_after_the_case_has_ended_the_worker_may_come_again(
    database: Database, world: World, catalogue: Catalogue, open_case: Open
) -> None:
    worker = factories.worker_data()
    first = open_case(worker=worker)
    database.run(world[CASEWORKER], service.move, catalogue, moved(first, CaseLife.WITHDRAWN, "worker_changed_mind"))
    assert open_case(worker=worker).reference == "BW-1-2"


def test_the_same_worker_opened_twice_at_once_has_one_case(
    database: Database, world: World, catalogue: Catalogue
) -> None:
    worker = factories.worker_data()
    people = [world[CASEWORKER], world[SUPERVISOR]]
    references = ["BW-7", "BW-8"]
    answers = together(
        database,
        people,
        lambda work: service.open_case(work, catalogue, open_command(world, worker=worker, reference=references.pop())),
    )
    assert answers == [DONE, "known_worker"]


def test_a_correction_is_a_new_version_with_its_reason(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    with database.read() as session:
        data = workers.get(session, database.vault(session), opened.worker_id).data
    written = data.model_copy(update={"birth_place": "Gjakova", "residences": (Stay(country="XK", since=TODAY),)})
    changed = database.run(
        world[CASEWORKER], service.correct_worker, catalogue, opened.id, written, "misread", opened.version
    )
    assert changed == {"birth_place", "residences"}
    with database.read() as session:
        known = workers.get(session, database.vault(session), opened.worker_id)
    assert (known.data, known.worker.number) == (written, 2)
    with error(Conflict, "stale"):
        database.run(world[SUPERVISOR], service.correct_worker, catalogue, opened.id, data, "misread", opened.version)


def test_nobody_outside_casework_corrects_a_worker(
    database: Database, world: World, catalogue: Catalogue, opened: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(CASEWORKER, SUPERVISOR):
        with pytest.raises(Refused):
            database.run(world[role], service.correct_worker, catalogue, opened.id, factories.worker_data(), "misread")


def test_a_departure_is_moved_but_never_into_the_past(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    actor = world[CASEWORKER]
    yesterday = ReplanCase(planned_departure=TODAY - timedelta(days=1))
    with error(InvalidInput, "date_in_past"):
        database.run(actor, service.replan, catalogue, opened.id, yesterday)
    with error(InvalidInput, "date_too_far"):
        database.run(
            actor, service.replan, catalogue, opened.id, ReplanCase(planned_departure=TODAY.replace(year=9999))
        )
    later = ReplanCase(planned_departure=DEPARTURE + timedelta(days=30), employer="Synthetic Bau AG")
    database.run(actor, service.replan, catalogue, opened.id, later)
    row = present(database, opened)
    assert (row.planned_departure, row.employer) == (DEPARTURE + timedelta(days=30), "Synthetic Bau AG")
    assert row.job_order == opened.job_order


def test_what_is_due_is_planned_back_from_the_departure(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    def due() -> dict[str, Any]:
        with database.read() as session:
            query = select(CaseTask).where(CaseTask.case_id == opened.id, CaseTask.stage == "documents")
            return {row.requirement: row.due_on for row in session.exec(query)}

    database.run(world[CASEWORKER], service.replan, catalogue, opened.id, ReplanCase(planned_departure=DEPARTURE))
    before = due()
    later = ReplanCase(planned_departure=DEPARTURE + timedelta(days=10))
    database.run(world[CASEWORKER], service.replan, catalogue, opened.id, later)
    assert {name: day - timedelta(days=10) for name, day in due().items()} == before
    assert before["employment_contract"] == DEPARTURE - timedelta(days=90)
