"""The whole set-up for real: in a fresh clone, and again in the same one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.house_lint import tracked_files

REPOSITORY = Path(__file__).resolve().parents[2]


def set_up(clone: Path) -> str:
    done = subprocess.run(
        ["bash", "tools/setup.sh", "run"], cwd=clone, capture_output=True, text=True, check=False, timeout=800
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def where_basis_comes_from(clone: Path) -> Path:
    """The folder that the clone's own Python imports the project from, asked from elsewhere."""
    python = clone / ".venv" / "bin" / "python"
    answer = subprocess.check_output([python, "-c", "import basis; print(basis.__file__)"], cwd="/", text=True)
    return Path(answer.strip()).parent


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_a_fresh_clone_sets_itself_up_once(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for path in tracked_files(REPOSITORY):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / path, clone / path)

    assert "pinned packages from requirements.lock" in set_up(clone)
    assert where_basis_comes_from(clone) == clone / "basis"
    assert os.access(clone / ".venv" / "bin" / "predeparture", os.X_OK)
    assert set_up(clone) == ""
    shutil.rmtree(clone / ".venv")
