"""Workers who are put forward for job orders of the little world's employer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.contracts.rules import Terms
from casework.database import Database
from casework.organisations.tables import Organisation
from casework.recruitment import orders
from casework.recruitment.tables import JobOrder
from casework.selection import service
from casework.selection.service import Accept, MakeOffer
from casework.selection.tables import Application
from checklists.catalogue import Catalogue
from tests.support import contracts, factories
from tests.support.factories import TODAY, World
from tests.support.programmes import catalogue_with
from tests.support.recruiting import content, wanted

PROGRAMME = contracts.programme()


def catalogue() -> Catalogue:
    return catalogue_with(PROGRAMME)


def case(database: Database, world: World, **values: Any) -> Case:
    with database.write(ENGINE) as work:
        return factories.case(
            work, world.office, programme_version=PROGRAMME.version, programme_digest=PROGRAMME.digest, **values
        )


def order(
    database: Database, world: World, number: str = "JO-1", headcount: int = 1, employer: Organisation | None = None
) -> JobOrder:
    """An approved job order of the office itself, at EUR 2,400 for 40 hours a week."""
    command = wanted(
        world,
        number=number,
        agency_id=None,
        employer_id=(employer or world.employer).id,
        content=content(headcount=headcount, terms={"notice": "Four weeks"}),
    )
    row = database.run(world[Role.SUPERVISOR], orders.ask, catalogue(), command)
    return database.run(world.seconds[Role.SUPERVISOR], orders.approve, catalogue(), row.id)


def nominated(database: Database, world: World, case: Case, order: JobOrder) -> Application:
    return database.run(world[Role.CASEWORKER], service.nominate, catalogue(), case.id, order.id)


def offer(application_id: UUID, **values: Any) -> MakeOffer:
    terms: Terms = values.pop("terms", None) or contracts.terms(employer="", occupation="")
    return MakeOffer(
        **{"application_id": application_id, "terms": terms, "answer_by": TODAY + timedelta(days=14), **values}
    )


def offered(database: Database, world: World, case: Case, order: JobOrder, **values: Any) -> Application:
    row = nominated(database, world, case, order)
    database.run(world[Role.EMPLOYER_USER], service.offer, catalogue(), offer(row.id, **values))
    return row


def acceptance(application_id: UUID, **values: Any) -> Accept:
    given = {"accepted_on": TODAY, "explained_in": "sq", "paper": "File 3, page 1", **values}
    return Accept(**{"application_id": application_id, **given})


def accepted(database: Database, world: World, case: Case, order: JobOrder) -> Application:
    row = offered(database, world, case, order)
    return database.run(world[Role.CASEWORKER], service.accept, catalogue(), acceptance(row.id))
