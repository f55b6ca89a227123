"""The flows, run by a real Prefect server; and without one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import select

from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from casework.outbox.tables import OutboxKind
from checklists.programme import StageKind
from cli import demo_data
from documents.verification import Status
from tests.support.prefect_home import put_prefect
from tests.support.stage import AWAY, Stage, submit_batch
from tests.support.traces import found_in, personal_values, texts_of_database, texts_of_files
from tests.workflows.conftest import Theatre
from workflows import runtime
from workflows.engine import CarefulRunner
from workflows.relay import Runner

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("prefect")

REPOSITORY = Path(__file__).resolve().parents[2]
OUTAGE = "engine.ran_without_prefect"


@pytest.fixture(scope="module")
def staged(sqlite_theatre: Theatre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage beside a Prefect server of its own, for all tests of this file."""
    before = dict(os.environ)
    stage = sqlite_theatre.copy("opened", prefect_port=runtime.free_port())
    put_prefect(tmp_path_factory, stage.installation.settings.home)
    try:
        with runtime.server(stage.installation.settings):
            yield stage
    finally:
        stage.installation.database.engine.dispose()
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def prefect(staged: Stage) -> Runner:
    from workflows.flows import PrefectRunner

    return PrefectRunner(staged.installation)


def flow_runs(stage: Stage) -> set[tuple[str, str]]:
    """Names of the flows that ran, with the states they ended in."""
    with closing(sqlite3.connect(stage.installation.settings.prefect_home / "prefect.db")) as connection:
        query = "SELECT flow.name, flow_run.state_type FROM flow_run JOIN flow ON flow.id = flow_run.flow_id"
        return set(connection.execute(query))


def outages(stage: Stage) -> int:
    with stage.installation.database.read() as session:
        return session.exec(select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == OUTAGE)).one()


def test_a_batch_becomes_cases_by_a_flow(staged: Stage, prefect: Runner) -> None:
    submit_batch(staged, "BB-0002", "BB-0008")
    staged.drain(prefect)
    with staged.installation.database.read() as session:
        references = set(session.exec(select(Case.reference)))
    assert {"BB-0002", "BB-0008"} <= references
    assert {("take-in-batch", "COMPLETED"), ("advance-cases", "COMPLETED")} <= flow_runs(staged)


def test_a_worker_is_prepared_by_flows_one_run_for_many_cases(staged: Stage, prefect: Runner) -> None:
    staged.play(AWAY, runner=prefect)
    assert staged.case(AWAY).life is CaseLife.CLEARED
    assert set(map(tuple, staged.answers(AWAY).values())) == {(Status.VALID,)}
    ran = flow_runs(staged)
    assert {
        ("issue-certificates", "COMPLETED"),
        ("stage-documents", "COMPLETED"),
        ("stage-security", "COMPLETED"),
    } <= ran
    assert {state for _name, state in ran} == {"COMPLETED"}
    with staged.installation.database.read() as session:
        assert all(len(run) == 36 for run in session.exec(select(Certificate.flow_run))), "each names its run"


def test_each_kind_of_stage_has_a_flow(staged: Stage) -> None:
    from workflows.flows import STAGE_FLOWS

    assert {kind: flow.name for kind, flow in STAGE_FLOWS.items()} == {kind: f"stage-{kind}" for kind in StageKind}


def test_what_fails_in_a_flow_comes_back_in_words_by_case(staged: Stage, prefect: Runner) -> None:
    from uuid import uuid4

    unknown, known = uuid4(), staged.case().id
    failures = prefect.advance([known, unknown])
    assert failures.keys() == {unknown}
    assert "reference" in failures[unknown]
    assert ("advance-cases", "FAILED") not in flow_runs(staged)


def test_nothing_personal_is_in_prefects_database_nor_in_its_log(staged: Stage, prefect: Runner) -> None:
    staged.drain(prefect)
    values = personal_values(demo_data.batch())
    home = staged.installation.settings.prefect_home
    assert found_in(texts_of_database(home / "prefect.db"), values) == set()
    assert found_in(texts_of_files(home.rglob("*.log")), values) == set()
    own = texts_of_database(Path(staged.installation.database.engine.url.database or ""))
    assert "worker.family_name" in found_in(own, values), "the search itself finds what is there"


def test_with_prefect_up_the_careful_runner_uses_it(staged: Stage) -> None:
    runner = CarefulRunner(staged.installation)
    assert runner.advance([staged.case().id]) == {}
    assert outages(staged) == 0


@pytest.mark.deep
def test_without_prefect_the_same_work_is_done_plainly_and_the_history_says_so(sqlite_theatre: Theatre) -> None:
    stage = sqlite_theatre.copy("opened", prefect_port=runtime.free_port())
    runner = CarefulRunner(stage.installation)
    submit_batch(stage, "BB-0002")
    stage.play(AWAY, (StageKind.DOCUMENTS,), runner=runner)
    assert stage.answers(AWAY) == {"documents": [Status.VALID]}
    assert {row.state for row in stage.effects(OutboxKind.INTAKE).values()} == {"done"}
    assert outages(stage) == 1, "said once for each outage, not for each piece of work"
    stage.installation.database.engine.dispose()


@pytest.mark.deep
def test_a_server_that_is_gone_is_a_failure_in_words_that_is_tried_again(sqlite_theatre: Theatre) -> None:
    """As when the server dies between the question whether it answers and the work."""
    stage = sqlite_theatre.copy("opened", prefect_port=runtime.free_port())
    script = f"""
from pathlib import Path
from basis.errors import Unavailable
from casework import settings
from documents.installation import open_installation
from workflows import runtime
chosen = settings.load(Path({str(stage.installation.settings.home)!r}))
runtime.configure(chosen)
from workflows.flows import PrefectRunner
try:
    PrefectRunner(open_installation(chosen)).advance([])
except Unavailable as error:
    print(error.code, error)
"""
    environment = dict(os.environ) | {
        "PREDEPARTURE_PREFECT_PORT": str(stage.installation.settings.prefect_port),
        "PYTHONPATH": str(REPOSITORY),
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "prefect Prefect did not run the work; it is tried again."
    stage.installation.database.engine.dispose()
