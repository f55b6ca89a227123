"""Whom an agency brought goes only where the agency may bring workers, also by a change of the job or an offer."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from basis.errors import InvalidInput, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import queries as case_queries
from casework.cases import service as cases
from casework.cases.queries import CaseFilter
from casework.cases.rules import CaseLife, CaseSource
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case
from casework.database import Database
from casework.recruitment import agencies, claims
from casework.recruitment.agencies import SuspendAgency
from casework.recruitment.tables import JobOrder
from casework.selection import service as selection
from casework.selection.tables import Application
from checklists.catalogue import Catalogue
from tests.support import contracts, factories, recruiting, selecting
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.opening import open_command

PRINCIPALS = """
recruitment:
  principals: required
  legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}
"""
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def asking() -> Catalogue:
    return recruiting.catalogue_asking()


@pytest.fixture
def order(database: Database, world: World, asking: Catalogue) -> JobOrder:
    recruiting.accredited(database, world)
    return recruiting.approved(database, world, asking)


def brought(database: Database, world: World, catalogue: Catalogue, **values: Any) -> Case:
    given = {"agency_id": world.agency.id, "source": CaseSource.AGENCY, "employer": world.employer.name, **values}
    return database.run(ENGINE, cases.open_case, catalogue, open_command(world, **given))


def replan(database: Database, world: World, catalogue: Catalogue, case: Case, **values: Any) -> Case:
    return database.run(world[Role.CASEWORKER], cases.replan, catalogue, case.id, ReplanCase(**values))


def has_place(database: Database, case: Case) -> bool:
    with database.read() as session:
        return claims.claim_of(session, case.id) is not None


def flagged(database: Database, world: World) -> list[Case]:
    with database.read() as session:
        found = case_queries.search(
            session, world[Role.CASEWORKER], CaseFilter(without_order=True), offset=0, limit=9
        ).lines
        assert case_queries.count_without_order(session, world[Role.CASEWORKER]) == len(found)
        return [line.case for line in found]


def suspend(database: Database, world: World, asking: Catalogue) -> None:
    command = SuspendAgency(agency_id=world.agency.id, since=TODAY, reason="complaints", authority="Synthetic ministry")
    database.run(world[Role.SUPERVISOR], agencies.suspend, asking, command)


def withdraw(database: Database, world: World) -> None:
    with database.read() as session:
        (principal,) = agencies.principals_of(session, world.agency.id)
    database.run(world[Role.SUPERVISOR], agencies.withdraw_principal, principal.id, TODAY, "authority_decided")


def revoke(database: Database, world: World) -> None:
    with database.read() as session:
        licence = agencies.licences_of(session, world.agency.id)[0]
    database.run(world[Role.SUPERVISOR], agencies.revoke_licence, licence.id, TODAY, "authority_decided")


def test_another_employer_without_a_job_order_is_refused_and_the_place_stays(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    case = brought(database, world, asking, job_order=order.number, occupation="7112")
    with error(InvalidInput, "no_job_order"):
        replan(database, world, asking, case, employer="Unaccredited Ltd", job_order="")
    assert has_place(database, case)


def test_who_leaves_a_place_goes_nowhere_and_is_flagged_until_there_is_another(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    case = brought(database, world, asking, job_order=order.number, occupation="7112")
    assert flagged(database, world) == []
    replan(database, world, asking, case, job_order="")
    assert [one.id for one in flagged(database, world)] == [case.id]
    with error(InvalidInput, "no_job_order"):
        replan(database, world, asking, case, employer="Unaccredited Ltd")
    replan(database, world, asking, case, employer="", planned_departure=TODAY)
    replan(database, world, asking, case, job_order=order.number, employer=world.employer.code)
    assert has_place(database, case) and flagged(database, world) == []


def test_a_departure_is_moved_although_the_place_was_lost_and_there_is_none(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    case = brought(database, world, asking, job_order=order.number, occupation="7112")
    gone = MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason="other_job", happened_on=TODAY)
    database.run(world[Role.SUPERVISOR], cases.move, asking, gone)
    others = [brought(database, world, asking, job_order=order.number, occupation="7112") for _each in range(2)]
    back = MoveCase(case_id=case.id, to=CaseLife.OPEN, reason="recorded_in_error", happened_on=TODAY)
    database.run(world[Role.SUPERVISOR], cases.move, asking, back)
    form: dict[str, Any] = {"employer": world.employer.name, "job_order": order.number, "planned_departure": TODAY}
    replan(database, world, asking, case, **form)
    assert not has_place(database, case)
    replan(database, world, asking, others[0], job_order="")
    replan(database, world, asking, case, **form)
    assert has_place(database, case)


def test_a_place_is_kept_only_in_the_country_of_its_job_order(database: Database, world: World) -> None:
    """The destination alone is changed; the programme of the Gulf leads to several countries."""
    catalogue, order = Catalogue.load(), selecting.order(database, world)
    gulf = catalogue.get("bangladesh-gulf-construction")
    first, second = gulf.destinations[:2]
    with database.write(ENGINE) as work:
        case = factories.case(
            work,
            world.office,
            programme_id=gulf.id,
            programme_version=gulf.version,
            programme_digest=gulf.digest,
            track=gulf.tracks[0].id,
            employer=world.employer.name,
            job_order="JO-1",
            destination=first,
        )
    with database.write(ENGINE) as work:
        row = work.session.get_one(JobOrder, order.id)
        row.programme_id, row.destination = gulf.id, first
        claims.claim(work, work.session.get_one(Case, case.id), row.id)
    with error(InvalidInput, "other_destination"):
        replan(database, world, catalogue, case, destination=second)
    replan(database, world, catalogue, case, destination=second, job_order="")
    assert not has_place(database, case)


def test_a_programme_that_asks_for_accreditation_alone_asks_for_it_of_a_new_employer_too(
    database: Database, world: World
) -> None:
    catalogue = recruiting.catalogue_asking(PRINCIPALS)
    recruiting.accredited(database, world)
    case = brought(database, world, catalogue)
    with error(InvalidInput, "not_accredited"):
        replan(database, world, catalogue, case, employer="Unaccredited Ltd")
    withdraw(database, world)
    replan(database, world, catalogue, case, employer=world.employer.name, planned_departure=TODAY)


def test_where_accreditation_alone_is_asked_for_a_suspended_agency_leads_nobody_to_another_employer(
    database: Database, world: World
) -> None:
    catalogue = recruiting.catalogue_asking(PRINCIPALS)
    recruiting.accredited(database, world)
    case = brought(database, world, catalogue)
    replan(database, world, catalogue, case, employer="")
    suspend(database, world, catalogue)
    with error(Refused, "agency_suspended"):
        replan(database, world, catalogue, case, employer=world.employer.name)
    replan(database, world, catalogue, case, planned_departure=TODAY)


def test_where_accreditation_alone_is_asked_for_the_number_of_a_job_order_is_corrected_after_it_lapsed(
    database: Database, world: World
) -> None:
    catalogue = recruiting.catalogue_asking(PRINCIPALS)
    recruiting.accredited(database, world)
    case = brought(database, world, catalogue, job_order="K-11")
    withdraw(database, world)
    assert replan(database, world, catalogue, case, job_order="K-12").job_order == "K-12"


def test_a_suspended_agency_gets_no_further_place_and_keeps_those_it_has(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    recruiting.approved(database, world, asking, number="JO 2")
    case = brought(database, world, asking, job_order=order.number, occupation="7112")
    suspend(database, world, asking)
    with error(Refused, "agency_suspended"):
        replan(database, world, asking, case, job_order="JO 2")
    replan(database, world, asking, case, job_order=order.number, employer=world.employer.name)
    assert has_place(database, case)


@pytest.mark.parametrize(
    ("lapse", "code"), [("suspend", "agency_suspended"), ("revoke", "agency_licence"), ("withdraw", "not_accredited")]
)
def test_nobody_is_put_forward_for_or_takes_a_job_that_the_agency_may_not_fill_any_more(
    database: Database, world: World, asking: Catalogue, order: JobOrder, lapse: str, code: str
) -> None:
    programme = recruiting.asking()
    pinned: dict[str, Any] = {"programme_version": programme.version, "programme_digest": programme.digest}
    with database.write(ENGINE) as work:
        case, other = (factories.case(work, world.office, agency_id=world.agency.id, **pinned) for _each in range(2))
    row = database.run(world[Role.CASEWORKER], selection.nominate, asking, case.id, order.id)
    made = selecting.offer(row.id, terms=contracts.terms(says={}))
    database.run(world[Role.EMPLOYER_USER], selection.offer, asking, made)
    if lapse == "suspend":
        suspend(database, world, asking)
    else:
        {"revoke": revoke, "withdraw": withdraw}[lapse](database, world)
    with error(Refused, code):
        database.run(world[Role.CASEWORKER], selection.accept, asking, selecting.acceptance(row.id))
    with error(Refused, code):
        database.run(world[Role.CASEWORKER], selection.nominate, asking, other.id, order.id)
    assert not has_place(database, case)
    with database.read() as session:
        assert len(session.exec(select(Application)).all()) == 1
