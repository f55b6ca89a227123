"""What goes on around the demo's cases: job orders with candidates at each step, costs, reports, an entitlement; and
that all of it is done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.audit import service as audit
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.contracts import queries as contracts
from casework.contracts.compare import Change
from casework.selection.rules import ApplicationState
from casework.selection.tables import Application
from cli import demo_data
from cli.demo import entering, granted, hearing, lending, people, recruiting
from cli.demo.people import Cast
from documents.installation import Installation, create, open_installation
from tests.support.stage import load_watch_list, settings_for
from workflows import relay
from workflows.engine import PlainRunner

WORKERS = 12
State = ApplicationState
EACH_STEP = {
    State.ACCEPTED: 1,
    State.OFFERED: 1,
    State.INTERVIEWED: 1,
    State.INVITED: 1,
    State.NOMINATED: 2,
    State.REJECTED: 1,
}

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Cast]]:
    """The cases are open, and nothing of them was prepared. Its clock goes: a talk has a result when it is over."""
    settings = settings_for(tmp_path_factory.mktemp("around"), "")
    create(settings, "Synthetic Office", datetime.now(UTC))
    installation = open_installation(settings)
    cast = people.assemble_cast(installation)
    installation.database.run(ENGINE, load_watch_list)
    today = installation.database.today()
    programme = installation.catalogue.get(people.PROGRAMME, on=today)
    data = entering.first(demo_data.batch(today - entering.BATCH_DAYS), WORKERS)
    entering.submit(installation, cast, programme, demo_data.BATCH_NAME, data)
    relay.drain(installation, PlainRunner(installation))
    go_on(installation, cast)
    yield installation, cast
    installation.database.engine.dispose()


def go_on(installation: Installation, cast: Cast) -> None:
    """What the demo does when the stories of its cases are told."""
    today = installation.database.today()
    lending.tell(installation, cast)
    recruiting.play(installation, cast, installation.catalogue.get(people.PROGRAMME, on=today))
    hearing.play(installation, cast)
    granted.grant_one(installation, cast, today)


def test_candidates_stand_at_each_step(played: tuple[Installation, Cast]) -> None:
    with played[0].database.read() as session:
        states = Counter(session.exec(select(Application.state)).all())
    assert states == EACH_STEP


def test_one_contract_is_worse_than_what_was_promised(played: tuple[Installation, Cast]) -> None:
    installation, _cast = played
    with installation.database.read() as session:
        accepted = session.exec(select(Application).where(Application.state == State.ACCEPTED)).one()
        case = session.get_one(Case, accepted.case_id)
        programme = programme_of(installation.catalogue, case)
        view = contracts.view(session, installation.database.vault(session), programme, case)
    assert {one.name for one in view.differences if one.change is Change.WORSE} == {"wage_minor", "languages"}


def test_nothing_is_done_twice(played: tuple[Installation, Cast]) -> None:
    with played[0].database.read() as session:
        before = audit.verify(session)
    go_on(*played)
    with played[0].database.read() as session:
        assert audit.verify(session) == before
