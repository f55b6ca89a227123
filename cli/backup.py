"""A copy of everything an installation owns, laid out like its home, so that the copy can be opened in place.

The database is copied before the files: a file is stored before the database speaks of it, so every file that
the copied database names is in the copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, make_url

from basis.errors import Conflict, InvalidInput, Unavailable
from basis.messages import _

if TYPE_CHECKING:
    from casework.settings import Settings
    from documents.installation import Installation

NOTE_FILE: Final = "last-backup.json"
"""In the home: when the last backup was made, and of which keys (their SHA-256)."""

MANIFEST: Final = "backup.json"
_SQLITE: Final = "casework.sqlite3"
_DUMP: Final = "casework.dump"
_TARS: Final = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz"}


@dataclass(frozen=True, slots=True)
class Backup:
    """Where the copy lies, how many files and bytes it has, and the name of the database's copy in it."""

    to: Path
    files: int
    size: int
    database: str


def make_backup(installation: Installation, to: Path, progress: Callable[[int, int], None]) -> Backup:
    """Copy to a new folder or tar file; it appears whole or not at all. Raises `Conflict` where `to` exists."""
    to = to.expanduser().absolute()
    home = installation.settings.home
    if to.exists():
        raise Conflict("backup_exists", _("{to} exists already.", to=str(to)), _("Name a new folder or file."))
    if to == home or any(inside in (to, *to.parents) for inside in _folders(installation.settings)):
        raise InvalidInput(
            "backup_inside", _("A copy cannot lie inside what it copies."), _("Name a place outside the home folder.")
        )
    mode = next((mode for ending, mode in _TARS.items() if to.name.endswith(ending)), None)
    to.parent.mkdir(parents=True, exist_ok=True)
    building = to.parent / f".{to.name}.{token_hex(4)}"
    try:
        made = _copy(installation.settings, building, progress)
        if mode is None:
            building.rename(to)
        else:
            _pack(building, to, mode)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _note(installation.settings)
    return Backup(to, *made)


def keys_digest(settings: Settings) -> str:
    """SHA-256 over the key files, which tells whether a backup has the keys that are in use."""
    digest = hashlib.sha256()
    for path in sorted(settings.keys.glob("*.key")) + sorted(settings.keys.glob("*.pem")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def last_backup(settings: Settings) -> tuple[str, bool] | None:
    """When the last backup was made, and whether it has the present keys; None when there was none."""
    try:
        note = json.loads((settings.home / NOTE_FILE).read_text(encoding="utf-8"))
        return str(note["made_at"]), note["keys"] == keys_digest(settings)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _copy(settings: Settings, building: Path, progress: Callable[[int, int], None]) -> tuple[int, int, str]:
    from casework.settings import FILE_NAME

    building.mkdir(mode=0o700)
    database = _copy_database(settings, building)
    sources = [(path, path.relative_to(settings.home)) for path in _files(settings)]
    if (settings.home / FILE_NAME).is_file():
        sources.append((settings.home / FILE_NAME, Path(FILE_NAME)))
    digests = {database: _digest(building / database)}
    for done, (source, name) in enumerate(sources, start=1):
        target = building / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(source, target)
        digests[name.as_posix()] = _digest(target)
        progress(done, len(sources))
    for folder in _folders(settings):
        (building / folder.name).mkdir(exist_ok=True, mode=0o700)
    manifest = {"schema": "predeparture.backup/1", "made_at": _now(), "database": database, "sha256": digests}
    (building / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    size = sum(path.stat().st_size for path in building.rglob("*") if path.is_file())
    return len(digests), size, database


def _folders(settings: Settings) -> tuple[Path, ...]:
    return settings.keys, settings.archive, settings.files


def _files(settings: Settings) -> Iterator[Path]:
    """What is to be copied; what is half written (below a name that begins with a dot) is not."""
    for folder in _folders(settings):
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.is_file() and not hidden:
                yield path


def _copy_database(settings: Settings, building: Path) -> str:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        _dump(url, building / _DUMP)
        return _DUMP
    source = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True, timeout=30)
    copy = sqlite3.connect(building / _SQLITE)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    (building / _SQLITE).chmod(0o600)
    return _SQLITE


def _dump(url: URL, target: Path) -> None:
    """PostgreSQL's own dump. The password goes by the environment: arguments are seen by everybody."""
    found = shutil.which("pg_dump") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_dump")), default="")
    if not found:
        raise Unavailable(
            "pg_dump_missing",
            _("The program pg_dump was not found, so the database cannot be copied."),
            _("Install Debian's postgresql-client."),
        )
    parts = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    given = {name: value for name, value in parts.items() if value} | dict(url.query) | {"database": url.database}
    variables = {f"PG{name.upper()}": str(value) for name, value in given.items()}
    done = subprocess.run(  # noqa: S603  a fixed program and our own file name
        [found, "--format=custom", f"--file={target}"],
        env=dict(os.environ) | variables,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unavailable(
            "pg_dump_failed",
            _("The program pg_dump could not copy the database (status {status}).", status=done.returncode),
            _("Check that its version is not older than the server's, and run: predeparture doctor."),
        )
    target.chmod(0o600)


def _pack(folder: Path, to: Path, mode: str) -> None:
    packed = folder.with_name(f"{folder.name}.tar")
    handle = os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode=mode) as tar:  # type: ignore[call-overload]  # mode is one of two
                tar.add(folder, arcname=to.name.split(".tar")[0].removesuffix(".tgz"))
            file.flush()
            os.fsync(file.fileno())
        packed.rename(to)
    finally:
        packed.unlink(missing_ok=True)


def _note(settings: Settings) -> None:
    note = {"schema": "predeparture.backup-note/1", "made_at": _now(), "keys": keys_digest(settings)}
    (settings.home / NOTE_FILE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
