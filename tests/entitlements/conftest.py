"""A case whose programme pays workers."""

from __future__ import annotations

import pytest

from basis.roles import Role
from casework.cases.tables import Case
from casework.database import Database
from tests.support.entitled import new_case
from tests.support.factories import World
from tests.support.versions import accept


@pytest.fixture
def case(database: Database, world: World) -> Case:
    """With the decision that the top-up asks for."""
    with database.write(world[Role.CASEWORKER]) as work:
        made = new_case(work, world)
        accept(work, made, "decision")
    return made
