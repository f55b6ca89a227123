"""A real PostgreSQL for the tests: a throw-away cluster out of Debian's binaries, and a fresh database per test.

    with cluster() as server:
        with server.database() as url:                  # empty
        with server.database(template="made") as url:   # a copy of the database "made", in about 50 ms

`why_not()` says why there is none on this machine (for `pytest.skip`). As root the server runs as the user
``postgres``, because PostgreSQL refuses to run as root. It listens on a socket in its own folder only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

_DEBIAN = Path("/usr/lib/postgresql")
_OWNER = "postgres"
# PostgreSQL 15 would copy block by block through its log, which takes twice as long for a small database.
_COPIES_FILES = 150000
# Nothing here outlives the session: what keeps data safe in a power cut only costs time.
_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 60
shared_buffers = 64MB
timezone = 'UTC'
listen_addresses = ''
unix_socket_directories = '{folder}'
"""


def _binaries() -> Path | None:
    """The folder with initdb and pg_ctl: Debian's newest version, else what is on the PATH."""
    debian = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def why_not() -> str | None:
    """The reason why no cluster can be started here, None if one can."""
    if _binaries() is None:
        return "PostgreSQL's server is not installed (sudo apt-get install -y postgresql)"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and runuser, which would change the user, is not installed"
    return None


@dataclass(frozen=True)
class Server:
    """A running cluster, reached through the socket in `socket_folder`."""

    socket_folder: Path
    _numbers: Iterator[int]

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of a database."""
        return f"postgresql+psycopg://{_OWNER}@/{database}?host={quote(str(self.socket_folder))}"

    def create(self, name: str, template: str | None = None) -> str:
        """Create the database `name`, as a copy of `template` if given (nobody may be connected to it); its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        with self._connected() as connection:
            if connection.info.server_version >= _COPIES_FILES:
                statement += sql.SQL(" STRATEGY file_copy")
            connection.execute(statement)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop the database, and whoever is still connected to it."""
        with self._connected() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """The URL of a database of its own, dropped at the end."""
        name = f"test_{next(self._numbers)}"
        try:
            yield self.create(name, template)
        finally:
            self.drop(name)

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket_folder), user=_OWNER, dbname="postgres", autocommit=True)


def _as_owner(*command: str | Path) -> None:
    """Run a command of PostgreSQL as a user it accepts; its words are shown only when it fails."""
    prefix = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {done.stdout}{done.stderr}")


@contextmanager
def cluster() -> Iterator[Server]:
    """Make a cluster in a temporary folder, start it, and remove it at the end (about two seconds in all)."""
    binaries = _binaries()
    if binaries is None:
        raise RuntimeError(why_not())
    # A short path: a socket's address has room for 107 bytes, and pytest's own folders are longer.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER)
        data = folder / "data"
        _as_owner(
            binaries / "initdb", "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS.format(folder=folder))
        _as_owner(binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "start")
        try:
            yield Server(folder, count(1))
        finally:
            _as_owner(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
