"""The house that samples and findings are tried in, on both databases."""

from __future__ import annotations

import pytest

from basis.roles import Role
from casework.actor import ENGINE
from casework.auditing import engagements
from casework.database import Database
from checklists.catalogue import Catalogue
from tests.auditing.house import House, auditor, opening
from tests.auditing.issued import issued
from tests.support import factories
from tests.support.factories import World

AUDITOR, SUPERVISOR, ADMINISTRATOR = Role.AUDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def house(database: Database, world: World, catalogue: Catalogue) -> House:
    lead, second = auditor(database, world), auditor(database, world)
    with database.write(ENGINE) as work:
        kinds = ("medical", "medical", "medical", "medical", "medical", "medical", "security", "security", "departure")
        case = factories.case(work, world.office, agency_id=world.agency.id)
        documents = tuple(issued(work, case, kind) for kind in kinds)
    command = opening(world, lead, second)
    engagement = database.run(world[ADMINISTRATOR], engagements.start, catalogue, command)
    return House(database, catalogue, world, lead, second, engagement, documents)
