"""A backup is whole, can be opened in place, and is never written over something."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from casework.settings import load
from cli.backup import make_backup
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write
from tests.support.postgres import Server


def test_a_copy_of_the_folder_is_an_installation_with_the_same_content(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1), row(2)), *SUBMIT)
    copy = tmp_path / "copy"
    made = run.json("backup", str(copy))
    assert made["database"] == "casework.sqlite3"
    restored = Command(copy)
    assert restored.json("audit", "verify") == run.json("audit", "verify")
    assert restored.json("case", "list") == run.json("case", "list")
    restored("advance", "--all")


def test_every_file_of_the_copy_is_in_its_manifest_and_for_the_owner_alone(run: Command, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run("backup", str(copy))
    digests = json.loads((copy / "backup.json").read_text())["sha256"]
    files = {path.relative_to(copy).as_posix(): path for path in copy.rglob("*") if path.is_file()}
    files.pop("backup.json")
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == digests
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert {"keys/vault.key", "keys/index.key", "keys/signing.pem", "casework.sqlite3"} <= set(files)


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz"])
def test_a_copy_may_be_one_file(run: Command, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"copy{ending}"
    run("backup", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with tarfile.open(target) as tar:
        assert "copy/keys/vault.key" in tar.getnames()
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == [target.name]


def test_it_says_that_the_keys_are_inside(run: Command, tmp_path: Path) -> None:
    output = run("backup", str(tmp_path / "copy")).output
    assert "keys are inside" in output and "apart" in output


def test_what_is_there_is_never_written_over(run: Command, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.mkdir()
    run("backup", str(target), status=3)
    assert list(target.iterdir()) == []
    run("backup", str(run.home / "archive" / "copy"), status=2)


def test_a_copy_that_fails_leaves_nothing_half_done(run: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("backup", str(tmp_path / "file" / "copy"), status=3)
    assert "Traceback" not in result.stderr
    assert not (run.home / "last-backup.json").exists()


@pytest.mark.postgres
def test_a_database_in_postgresql_is_dumped_by_its_own_tool(
    run: Command, tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_server.database(template="migrated") as url:
        monkeypatch.setenv("PREDEPARTURE_DATABASE_URL", url)
        installation = open_installation(load(run.home))
        made = make_backup(installation, tmp_path / "copy", lambda _done, _total: None)
        installation.database.engine.dispose()
    assert made.database == "casework.dump"
    listing = subprocess.run(
        [next(Path("/usr/lib/postgresql").glob("*/bin/pg_restore")), "--list", made.to / made.database],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "TABLE DATA public audit_event" in listing
