"""``predeparture serve``: three children that come up together and end together, however it ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import pytest
from filelock import FileLock, Timeout

from basis.errors import Conflict
from casework.settings import Settings
from checklists.programme import StageKind
from documents.verification import Status
from tests.support import processes
from tests.support.errors import error
from tests.support.prefect_home import put_prefect
from tests.support.processes import all_end, below, until
from tests.support.stage import AWAY, Stage
from tests.workflows.conftest import Theatre
from workflows import runtime
from workflows.processes import only_engine

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("prefect")

SERVE = """
import sys
from basis.errors import PredepartureError
from casework import settings
from workflows.supervisor import serve
try:
    serve(settings.load())
except PredepartureError as error:
    print(error)
    sys.exit(error.exit_status)
"""
CHILDREN = {"prefect", "uvicorn", "workflows.engine"}
START_SECONDS = 120


class Served:
    """One run of the supervisor."""

    def __init__(self, home: Path, port: int, prefect_port: int) -> None:
        self.settings = Settings(home=home, port=port, prefect_port=prefect_port, public_url="https://example.org")
        self.process = processes.start(
            SERVE,
            home,
            PREDEPARTURE_HOME=str(home),
            PREDEPARTURE_PORT=str(port),
            PREDEPARTURE_PREFECT_PORT=str(prefect_port),
            PREDEPARTURE_PUBLIC_URL="https://example.org",
        )

    def child(self, name: str) -> psutil.Process:
        (found,) = [one for one in psutil.Process(self.process.pid).children() if name in one.cmdline()]
        return found

    def has_engine(self) -> bool:
        return any("workflows.engine" in one.cmdline() for one in psutil.Process(self.process.pid).children())

    def wait_until_up(self) -> list[psutil.Process]:
        """All three answer; the processes below the supervisor."""
        up = until(self._is_up, START_SECONDS, self.process)
        assert up, self.output() if self.process.poll() is not None else "it did not come up"
        return below(self.process.pid)

    def output(self) -> str:
        return self.process.communicate(timeout=60)[0]

    def _is_up(self) -> bool:
        return self._web_answers() and runtime.answers(self.settings) and self._engine_works()

    def _web_answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.settings.port, timeout=2)
        try:
            connection.request("GET", "/sign-in")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _engine_works(self) -> bool:
        try:
            with FileLock(self.settings.home / "engine.lock", timeout=0):
                return False
        except Timeout:
            return True


@pytest.fixture(scope="module")
def stage(sqlite_theatre: Theatre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A home with a signed stage whose certificate is still to be issued."""
    stage = sqlite_theatre.copy("opened")
    stage.play(AWAY, (StageKind.DOCUMENTS,), issue=False)
    put_prefect(tmp_path_factory, stage.installation.settings.home)
    yield stage
    stage.installation.database.engine.dispose()


@pytest.fixture
def served(stage: Stage) -> Iterator[Served]:
    run = Served(stage.installation.settings.home, runtime.free_port(), runtime.free_port())
    yield run
    children = below(run.process.pid)
    if run.process.poll() is None:
        run.process.terminate()
        try:
            run.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            run.process.kill()
            run.process.wait()
    for child in children:
        if child.is_running():
            child.kill()
    if run.process.stdout is not None:
        run.process.stdout.close()


@pytest.mark.deep
def test_the_three_children_do_their_work_and_end_on_sigterm(served: Served, stage: Stage) -> None:
    everybody = served.wait_until_up()
    assert {part for child in everybody for part in child.cmdline()} >= CHILDREN
    issued = until(lambda: stage.answers() == {"documents": [Status.VALID]}, 60, served.process)
    assert issued, "the engine issues what waits, by itself"
    everybody = below(served.process.pid)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=60) == 0
    assert all_end(everybody, 20) == []


def test_when_one_child_dies_all_end_with_a_sentence(served: Served) -> None:
    # The engine is started last. What the children do until they are up takes long, and nothing here needs it.
    assert until(served.has_engine, START_SECONDS, served.process), "it did not come up"
    everybody = below(served.process.pid)
    served.child("workflows.engine").kill()
    assert served.process.wait(timeout=60) == 3
    assert "The process engine ended by itself" in served.output()
    assert all_end(everybody, 20) == []


@pytest.mark.deep  # the demo's processes, started by the same function, are killed so in every run (`test_demo.py`)
def test_the_children_end_when_the_supervisor_is_killed(served: Served) -> None:
    everybody = served.wait_until_up()
    served.process.kill()
    served.process.wait()
    assert all_end(everybody, 30) == []


def test_a_second_engine_on_one_home_is_refused(stage: Stage) -> None:
    settings = stage.installation.settings
    with only_engine(settings), error(Conflict, "engine_running"), only_engine(settings):
        pass
    with only_engine(settings):
        pass
