"""A stage in each of its states, made once per database and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Server
from tests.support.stage import AWAY, HOME, Stage, make_stage, open_stage
from tests.support.standing import Clock

Opened = Callable[[str], Stage]


everywhere = pytest.mark.parametrize(
    "theatre", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""Marks what leans on locks and transactions: both databases, every time."""


class Theatre:
    """Stages to copy, on one kind of database: ``opened`` (two open cases), ``cleared`` (both played to their end)."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        self._folder = folder
        self._server = server
        self._made: dict[str, str] = {}
        self._copies = 0

    def copy(self, state: str, **settings: object) -> Stage:
        """A copy of the stage in that state, with a clock of its own."""
        if state not in self._made:
            self._made[state] = self._make(state)
        self._copies += 1
        home = self._folder / f"copy-{self._copies}"
        shutil.copytree(self._folder / state, home)
        database_url = self._copied_database(state, f"{home.name}-{state}".replace("-", "_"))
        return open_stage(home, database_url, Clock(), **settings)

    def _make(self, state: str) -> str:
        if state == "opened":
            home = self._folder / state
            name = f"theatre_{state}"
            stage = make_stage(home, self._server.create(name) if self._server else "", AWAY, HOME)
            stage.drain()
        else:
            stage = self.copy("opened")
            stage.installation.settings.home.rename(self._folder / state)
            home = self._folder / state
            name = stage.installation.settings.database_url
            stage.installation.database.engine.dispose()
            stage = open_stage(home, name, Clock())
            stage.play(AWAY)
            stage.play(HOME)
        stage.installation.database.engine.dispose()
        return stage.installation.database.engine.url.database or ""

    def _copied_database(self, state: str, name: str) -> str:
        return self._server.create(name, template=self._made[state]) if self._server else ""


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
def cleared(theatre: Theatre) -> Iterator[Stage]:
    """Both cases played to their end, every certificate issued."""
    yield from _closing(theatre.copy("cleared"))


def _closing(stage: Stage) -> Iterator[Stage]:
    yield stage
    stage.installation.database.engine.dispose()
