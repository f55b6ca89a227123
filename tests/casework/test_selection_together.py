"""Two workers who take the last place of a job order at the same moment: exactly one gets it."""

from __future__ import annotations

import pytest

from basis.roles import Role
from casework.database import Database
from casework.recruitment import claims
from casework.selection import service
from casework.selection.tables import Application
from tests.support import selecting
from tests.support.factories import World
from tests.support.together import DONE, together

CATALOGUE = selecting.catalogue()


@pytest.mark.deep
@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_of_two_who_accept_the_last_place_at_once_one_gets_it(database: Database, world: World) -> None:
    order = selecting.order(database, world)
    rows = [selecting.offered(database, world, selecting.case(database, world), order) for _worker in range(2)]
    waiting = [selecting.acceptance(row.id) for row in rows]
    office = world[Role.CASEWORKER]
    answers = together(database, [office, office], lambda work: service.accept(work, CATALOGUE, waiting.pop()))
    assert answers == [DONE, "no_headroom"]
    with database.read() as session:
        assert claims.remaining(session, [order.id]) == {order.id: 0}
        states = sorted(session.get_one(Application, row.id).state.value for row in rows)
    assert states == ["accepted", "offered"]
