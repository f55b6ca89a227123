"""A case that was opened as people open it, pinned to the shipped programme."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from basis.roles import Role
from casework.cases import service
from casework.cases.tables import Case
from casework.database import Database
from checklists.catalogue import Catalogue
from tests.support.factories import World
from tests.support.opening import open_command


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


Open = Callable[..., Case]


@pytest.fixture
def open_case(database: Database, world: World, catalogue: Catalogue) -> Open:
    """``open_case(reference="BW-2")``: a case opened by a caseworker, with changes."""
    return lambda **values: database.run(
        world[Role.CASEWORKER], service.open_case, catalogue, open_command(world, **values)
    )


@pytest.fixture
def opened(open_case: Open) -> Case:
    return open_case()
