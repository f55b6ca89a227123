"""The set-up script where something is missing. Small scripts on the PATH stand in for Debian's commands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the set-up script and with commands that describe a bare Debian of an ordinary user."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "setup.sh").write_bytes((REPOSITORY / "tools" / "setup.sh").read_bytes())
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    (tmp_path / "commands").mkdir()
    command(tmp_path, "id", "echo 1000")
    command(tmp_path, "dpkg-query", "echo installed")
    return tmp_path


def command(clone: Path, name: str, body: str) -> None:
    file = clone / "commands" / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


def set_up(clone: Path, kind: str = "run", **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    path = f"{clone / 'commands'}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", str(clone / "tools" / "setup.sh"), kind],
        env={**inherited, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_ordinary_user_is_given_the_exact_line_for_missing_libraries(clone: Path) -> None:
    command(clone, "dpkg-query", 'case "$*" in *fonts-noto-core*|*libpango-1.0-0*) exit 1;; *) echo installed;; esac')
    done = set_up(clone)
    assert done.returncode == 1
    assert "    sudo apt-get install -y libpango-1.0-0 fonts-noto-core\n" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_package_that_was_removed_but_left_its_settings_counts_as_missing(clone: Path) -> None:
    command(clone, "dpkg-query", 'case "$*" in *libharfbuzz-subset0*) echo config-files;; *) echo installed;; esac')
    assert "    sudo apt-get install -y libharfbuzz-subset0\n" in set_up(clone).stderr


def test_root_is_told_when_debian_packages_cannot_be_installed(clone: Path) -> None:
    command(clone, "id", "echo 0")
    command(clone, "dpkg-query", "exit 1")
    command(clone, "apt-get", "echo 'E: Unable to locate package'; exit 100")
    done = set_up(clone)
    assert done.returncode == 1
    assert "E: Unable to locate package" in done.stderr
    assert "could not be installed: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core" in done.stderr


def test_a_python_that_is_too_old_is_refused_with_what_to_do(clone: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        command(clone, name, "exit 1")
    done = set_up(clone)
    assert done.returncode == 1
    assert "Python 3.11 or newer was not found" in done.stderr
    assert "make setup" in done.stderr


def test_a_python_without_venv_is_answered_with_the_package_of_its_version(clone: Path) -> None:
    command(clone, "old", 'case "$*" in *ensurepip*) exit 1;; *"%d.%d"*) echo 3.12;; *) exit 0;; esac')
    done = set_up(clone, PYTHON="old")
    assert done.returncode == 1
    assert "    sudo apt-get install -y python3.12-venv\n" in done.stderr


@pytest.mark.deep  # Python takes seconds to make an environment
def test_an_environment_that_was_made_for_another_folder_is_made_anew(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "activate").write_text('VIRTUAL_ENV="/somewhere/else/.venv"\n')
    (clone / "requirements.lock").write_text("no-such-package==1\n")
    done = set_up(clone)
    assert "Making a virtual environment in .venv" in done.stdout
    assert f'"{clone}/.venv"' in (clone / ".venv" / "bin" / "activate").read_text()
    assert done.returncode == 1
    assert "The packages of requirements.lock could not be installed; the reason stands above." in done.stderr
    assert not (clone / ".venv" / ".predeparture-run").exists()


def test_an_unknown_kind_is_refused(clone: Path) -> None:
    done = set_up(clone, "everything")
    assert done.returncode == 1
    assert "usage: tools/setup.sh run|test" in done.stderr
