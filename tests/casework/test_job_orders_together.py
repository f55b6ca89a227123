"""Two who want the last place of a job order at the same moment: exactly one gets it."""

from __future__ import annotations

import pytest

from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.rules import CaseSource
from casework.database import Database
from casework.recruitment import claims
from tests.support import factories, recruiting
from tests.support.factories import World
from tests.support.opening import open_command
from tests.support.recruiting import content
from tests.support.together import DONE, together


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
def test_of_two_who_want_the_last_place_one_gets_it(database: Database, world: World) -> None:
    catalogue = recruiting.catalogue_asking()
    recruiting.accredited(database, world)
    order = recruiting.approved(database, world, catalogue, content=content(headcount=1))
    commands = [
        open_command(
            world,
            agency_id=world.agency.id,
            source=CaseSource.AGENCY,
            job_order="JO 1",
            worker=factories.worker_data(),
            reference=name,
        )
        for name in ("A", "B")
    ]
    answers = together(database, [ENGINE, ENGINE], lambda work: cases.open_case(work, catalogue, commands.pop()))
    assert answers == [DONE, "no_headroom"]
    with database.read() as session:
        assert claims.remaining(session, [order.id]) == {order.id: 0}
