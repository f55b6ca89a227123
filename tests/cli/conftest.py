"""An installation of the test's own, made by the command itself, and ways to run the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from cli.main import app
from tests.support.once import once

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "a long sentence as password"


@pytest.fixture(autouse=True)
def no_terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that are spread over processes inherit the width of somebody's terminal; the output must not."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _commands_built_once() -> Iterator[None]:
    """Typer's runner builds the tree of all commands anew for each call, which takes longer than most commands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(get_command))
        yield


@dataclass(frozen=True)
class Command:
    """Runs ``predeparture`` in this process, in one home."""

    home: Path

    def __call__(self, *args: str, input: str = "", status: int | None = 0) -> Result:
        result = CliRunner().invoke(app, list(args), input=input, env={"PREDEPARTURE_HOME": str(self.home)})
        if status is not None:
            assert result.exit_code == status, result.output
        return result

    def json(self, *args: str, input: str = "", status: int = 0) -> Any:
        return json.loads(self(*args, "--json", input=input, status=status).stdout)

    def init(self, **changes: str) -> Result:
        options = {
            "office-name": "Example Office",
            "office-code": "HQ",
            "country": "xk",
            "time-zone": "Europe/Belgrade",
            "public-url": "https://example.org",
            "admin-email": "admin@example.org",
            "admin-name": "Ada Admin",
        } | {name.replace("_", "-"): value for name, value in changes.items()}
        given = [part for name, value in options.items() for part in (f"--{name}", value)]
        return self("init", *given, "--password-stdin", input=PASSWORD + "\n", status=None)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests do not reach in."""
    for name in [name for name in os.environ if name.startswith(("PREDEPARTURE_", "PREFECT_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def empty(tmp_path: Path) -> Command:
    """The command in a home that does not exist yet."""
    return Command(tmp_path / "home")


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after `init`, with an agency that is licensed; copied for each test."""
    return once(tmp_path_factory, "made", _init)


def _init(home: Path) -> None:
    run = Command(home)
    result = run.init()
    assert result.exit_code == 0, result.output
    run("organisation", "add", "AGN", "--kind", "agency", "--name", "Agency", "--country", "XK", "--office", "HQ")
    run(
        *("organisation", "licence", "AGN", "--purpose", "recruitment", "--number", "L-1"),
        *("--from", "2020-01-01", "--until", "2099-12-31"),
    )


@pytest.fixture
def run(made_home: Path, tmp_path: Path) -> Command:
    """The command in an installation with office HQ, administrator and agency AGN."""
    home = tmp_path / "home"
    shutil.copytree(made_home, home)
    return Command(home)


@pytest.fixture
def process(run: Command) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command as a process of its own."""

    def start(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *args],
            cwd=REPOSITORY,
            env=dict(os.environ) | {"PREDEPARTURE_HOME": str(run.home)},
            capture_output=True,
            text=True,
            check=False,
        )

    return start
