"""A stage in each of its states, made once per database and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from checklists.programme import StageKind
from tests.support.postgres import Server
from tests.support.stage import AWAY, HOME, Stage, make_stage, open_stage
from tests.support.standing import Clock

everywhere = pytest.mark.parametrize(
    "theatre", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""Marks what leans on locks and transactions: both databases, every time."""


def _sign_documents(stage: Stage) -> None:
    for reference in (AWAY, HOME):
        stage.play(reference, (StageKind.DOCUMENTS,), issue=False)


def _clear(stage: Stage) -> None:
    for reference in (AWAY, HOME):
        stage.play(reference)


PLAYS: Mapping[str, Callable[[Stage], None]] = {"opened": Stage.drain, "signed": _sign_documents, "cleared": _clear}
"""How each state is reached: the first from the batch, the others from ``opened``."""


class Theatre:
    """Stages to copy, on one kind of database, in one of the states of `PLAYS`."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        self._folder = folder
        self._server = server
        self._databases: dict[str, str] = {}
        self._copies = 0

    def copy(self, state: str, **settings: object) -> Stage:
        """A copy of the stage in that state, with a clock of its own."""
        if state not in self._databases:
            self._make(state)
        self._copies += 1
        return self._copied(state, f"copy_{self._copies}_{state}", **settings)

    def _make(self, state: str) -> None:
        if state == "opened":
            url = self._server.create(f"theatre_{state}") if self._server else ""
            stage = make_stage(self._folder / state, url, AWAY, HOME)
        else:
            if "opened" not in self._databases:
                self._make("opened")
            stage = self._copied("opened", state)
        PLAYS[state](stage)
        # Nobody may be connected to a database that is copied.
        stage.installation.database.engine.dispose()
        self._databases[state] = stage.installation.database.engine.url.database or ""

    def _copied(self, state: str, name: str, **settings: object) -> Stage:
        home = self._folder / name
        shutil.copytree(self._folder / state, home)
        url = self._server.create(name, template=self._databases[state]) if self._server else ""
        return open_stage(home, url, Clock(), **settings)


@pytest.fixture(scope="session")
def sqlite_theatre(tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    return Theatre(tmp_path_factory.mktemp("sqlite"), None)


@pytest.fixture(scope="session")
def postgres_theatre(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Theatre:
    return Theatre(tmp_path_factory.mktemp("postgres"), postgres_server)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])])
def theatre(request: pytest.FixtureRequest) -> Theatre:
    """The stages on SQLite; on PostgreSQL too in the deep tests, and in those marked `everywhere`."""
    found: Theatre = request.getfixturevalue(f"{request.param}_theatre")
    return found


@pytest.fixture
def opened(theatre: Theatre) -> Iterator[Stage]:
    """Two open cases, nothing done yet."""
    yield from _closing(theatre.copy("opened"))


@pytest.fixture
def signed(theatre: Theatre) -> Iterator[Stage]:
    """Both cases have their documents stage signed off; no certificate is issued yet."""
    yield from _closing(theatre.copy("signed"))


@pytest.fixture
def cleared(theatre: Theatre) -> Iterator[Stage]:
    """Both cases played to their end, every certificate issued."""
    yield from _closing(theatre.copy("cleared"))


def _closing(stage: Stage) -> Iterator[Stage]:
    yield stage
    stage.installation.database.engine.dispose()
