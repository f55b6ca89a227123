"""What we depend on is written down with its licence, and locked with hashes for any index."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
RECORD = REPOSITORY / "docs" / "decisions" / "0004-dependencies.md"
LOCKS = ("requirements.lock", "requirements-dev.lock")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    """Name and exact version of every package in a lock file."""
    pairs = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,]+\])?==([^ ]+)", (REPOSITORY / lock).read_text(), re.M)
    return {canonical(name): version for name, version in pairs}


def asked_for() -> list[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    return [canonical(re.split(r"[\[<>=~! ]", line, maxsplit=1)[0]) for line in project["dependencies"]]


def is_copyleft(package: metadata.PackageMetadata) -> bool:
    said = [package["License-Expression"] or "", *package.get_all("Classifier", [])]
    return any(re.search(r"GPL|GNU|Mozilla|MPL-", line) for line in said if "License" in line or "::" not in line)


def test_every_package_that_we_ask_for_is_written_down_with_its_reason() -> None:
    written = {canonical(name) for name in re.findall(r"^\| ([\w.-]+) \|", RECORD.read_text(), re.M)}
    assert set(asked_for()) - written == set()


def test_every_copyleft_package_that_runs_is_written_down() -> None:
    text = RECORD.read_text()
    installed = {canonical(each.metadata["Name"]): each.metadata for each in metadata.distributions()}
    running = [installed[name] for name in locked("requirements.lock") if name in installed]
    assert [each["Name"] for each in running if is_copyleft(each) and canonical(each["Name"]) not in text] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes_and_no_index_is_named(lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    entries = re.findall(r"^[a-z0-9][^\n]*(?: \\\n    --hash=sha256:[0-9a-f]{64})+$", text, re.M)
    assert len(entries) == len(locked(lock)) > 100
    assert "://" not in text


def test_what_is_tested_is_what_runs() -> None:
    run, test = (locked(lock) for lock in LOCKS)
    assert run.items() <= test.items()
    assert set(asked_for()) <= run.keys()
