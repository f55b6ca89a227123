"""A case in a time in which the shipped programme has ceilings, and somebody who records what was paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.costs import service
from casework.costs.rules import CostHead
from casework.costs.service import RecordCost
from casework.costs.tables import Cost
from casework.database import Database
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.requirement import CostBearer
from tests.support.factories import World
from tests.support.opening import open_command
from tests.support.standing import Clock

Pay = Callable[..., Cost]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def opened(database: Database, world: World, catalogue: Catalogue, clock: Clock) -> Case:
    """A case of the agency, opened in March 2027."""
    clock.move(days=125)
    command = open_command(world, planned_departure=database.today() + timedelta(days=150))
    made = database.run(world[Role.CASEWORKER], cases.open_case, catalogue, command)

    def came_through(work: Work) -> Case:
        case = work.session.get_one(Case, made.id)
        case.agency_id = world.agency.id
        work.session.add(case)
        return case

    return database.run(ENGINE, came_through)


@pytest.fixture
def pay(database: Database, world: World, catalogue: Catalogue, opened: Case) -> Pay:
    """``pay("medical", 5_000)``: a caseworker records what the worker paid today, in cents."""

    def paid(head: str, minor: int, by: Role = Role.CASEWORKER, **values: Any) -> Cost:
        command = RecordCost(
            **{
                "case_id": opened.id,
                "head": CostHead(head),
                "amount_minor": minor,
                "currency": "EUR",
                "paid_by": CostBearer.WORKER,
                "paid_on": database.today(),
                "payee": "The clinic by the market",
                "receipt": "R-1",
                **values,
            }
        )
        return database.run(world[by], service.record, catalogue, command)

    return paid
