"""A migrated database of Prefect to copy: its server takes ten seconds of a processor to make one on its first run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casework.settings import Settings
from tests.support.once import once
from workflows import runtime
from workflows.processes import stop_child


def put_prefect(factory: pytest.TempPathFactory, home: Path) -> None:
    """Give an installation that never ran Prefect its database, as the server left it after a first start."""
    shutil.copytree(once(factory, "prefect", _start_once) / "prefect", home / "prefect", dirs_exist_ok=True)


def _start_once(home: Path) -> None:
    (home / "keys").mkdir()
    settings = Settings(home=home, prefect_port=runtime.free_port())
    server = runtime.start_server(settings)
    try:
        runtime.wait_for_server(settings, server)
    finally:
        stop_child(server)
    # The log is part of what the tests look into.
    (settings.prefect_home / "server.log").unlink()
