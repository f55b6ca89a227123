"""A worker who is led to another employer or job order: nothing of the job before counts for the new one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, Refused
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.service import ReplanCase
from casework.cases.tables import Case
from casework.contracts import queries as contract_queries
from casework.contracts import service as contracts
from casework.contracts.rules import ContractKind
from casework.contracts.service import RecordContract
from casework.contracts.tables import Contract
from casework.database import Database
from casework.recruitment import claims, orders
from casework.recruitment.tables import JobOrderClaim
from casework.selection import service
from casework.selection.rules import Act, ApplicationState
from casework.selection.tables import Application
from tests.support import selecting
from tests.support.contracts import terms
from tests.support.factories import TODAY, World
from tests.support.recruiting import content

CATALOGUE = selecting.catalogue()
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    return selecting.case(database, world)


def replan(database: Database, world: World, case: Case, **values: Any) -> Case:
    return database.run(world[Role.CASEWORKER], cases.replan, CATALOGUE, case.id, ReplanCase(**values))


def in_order(database: Database, world: World, case: Case, employer: str) -> None:
    signed = RecordContract(case_id=case.id, terms=terms(employer=employer), signed_on=TODAY)
    database.run(world[Role.CASEWORKER], contracts.sign, signed)
    database.run(world[Role.SUPERVISOR], contracts.check, CATALOGUE, case.id)


def live(database: Database, case: Case) -> list[Contract | None]:
    with database.read() as session:
        return [contract_queries.live(session, case.id, kind) for kind in ContractKind]


def test_a_job_that_was_left_for_another_employer_leaves_no_contract_and_its_employer_nothing_to_take_back(
    database: Database, world: World, case: Case
) -> None:
    row = selecting.accepted(database, world, case, selecting.order(database, world))
    in_order(database, world, case, world.employer.name)
    replan(database, world, case, employer="Another synthetic employer", job_order="")
    assert live(database, case) == [None, None]
    with database.read() as session:
        assert claims.claim_of(session, case.id) is None
        ended = session.get_one(Application, row.id)
        assert (ended.state, ended.reason) == (ApplicationState.ENDED, "accepted_elsewhere")
    with pytest.raises(Conflict):
        database.run(world[Role.EMPLOYER_USER], service.end, CATALOGUE, row.id, Act.TAKE_BACK, "employer_withdrew")
    with database.read() as session:
        assert session.get_one(Case, case.id).employer == "Another synthetic employer"


def test_a_new_departure_leaves_the_job_and_its_contract_as_they_are(
    database: Database, world: World, case: Case
) -> None:
    selecting.accepted(database, world, case, selecting.order(database, world))
    in_order(database, world, case, world.employer.name)
    replan(database, world, case, employer=world.employer.name, job_order="jo-1", job_title="Bricklayer")
    replan(database, world, case, employer="", job_order="JO-1")
    with database.read() as session:
        assert len(session.exec(select(JobOrderClaim)).all()) == 1
    replan(database, world, case, employer=world.employer.name)
    in_order(database, world, case, world.employer.name)
    replan(database, world, case, planned_departure=TODAY)
    signed = live(database, case)[1]
    assert signed is not None and signed.checked_on == TODAY


def test_a_contract_for_another_employer_than_the_case_names_now_is_looked_at_again(
    database: Database, world: World, case: Case
) -> None:
    database.run(world[Role.CASEWORKER], contracts.promise, CATALOGUE, case.id, terms())
    in_order(database, world, case, "Synthetic employer")
    replan(database, world, case, employer="Another synthetic employer")
    signed = live(database, case)[1]
    assert signed is not None and signed.checked_on is None


def test_a_job_order_that_is_made_worse_takes_nothing_from_who_has_a_place_in_it(
    database: Database, world: World, case: Case
) -> None:
    order = selecting.order(database, world, headcount=2)
    with database.write(ENGINE) as work:
        claims.claim(work, work.session.get_one(Case, case.id), order.id)
    for wage in (260_000, 210_000):
        changed = content(headcount=2, wage=Money(wage, "EUR"), terms={"notice": "Four weeks"})
        database.run(world[Role.SUPERVISOR], orders.ask_change, CATALOGUE, order.id, changed)
        database.run(world.seconds[Role.SUPERVISOR], orders.approve, CATALOGUE, order.id)
    signed = RecordContract(
        case_id=case.id, terms=terms(employer=world.employer.name, wage_minor=210_000), signed_on=TODAY
    )
    database.run(world[Role.CASEWORKER], contracts.sign, signed)
    with database.read() as session:
        seen = contract_queries.view(session, database.vault(session), selecting.PROGRAMME, case)
    assert seen.promised_terms is not None and seen.promised_terms.wage_minor == 260_000
    assert seen.open == ("promise:wage_minor",)


@pytest.mark.parametrize("less", [{"wage_minor": 210_000}, {"employer": "Another synthetic employer"}])
def test_a_promise_from_before_the_job_order_hides_nothing_of_what_the_job_order_says(
    database: Database, world: World, case: Case, less: dict[str, object]
) -> None:
    order = selecting.order(database, world)
    promised = terms(**{"employer": world.employer.name, **less})
    database.run(world[Role.CASEWORKER], contracts.promise, CATALOGUE, case.id, promised)
    with database.write(ENGINE) as work:
        claims.claim(work, work.session.get_one(Case, case.id), order.id)
    signed = RecordContract(case_id=case.id, terms=promised, signed_on=TODAY)
    database.run(world[Role.CASEWORKER], contracts.sign, signed)
    with pytest.raises(Refused) as hidden:
        database.run(world[Role.SUPERVISOR], contracts.check, CATALOGUE, case.id)
    assert hidden.value.code == "below_job_order"
