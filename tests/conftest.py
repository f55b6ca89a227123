"""What tests of every folder share: a migrated case database of each kind, keys, a clock, a small world.

`database` runs a test twice: on SQLite, and on PostgreSQL where its server is installed (marker ``postgres``).
"""

from __future__ import annotations

import gc
import shutil
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from pathlib import Path
from re import fullmatch
from zlib import crc32

import pytest

from basis.collecting import collect_seldom
from basis.roles import Role
from casework import keys as installation
from casework import schema
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database, make_engine
from casework.keys import InstallationKeys
from tests.support import dialects, factories, postgres, scratch
from tests.support.factories import World
from tests.support.postgres import Server
from tests.support.standing import Clock, StandingDatabase

_TEMPLATE = "migrated"


def pytest_configure() -> None:
    scratch.keep_in_memory()
    dialects.share()
    collect_seldom()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", metavar="N/M", type=_share, help="only the N-th of M shares of the test files")


def _share(said: str) -> tuple[int, int]:
    if (found := fullmatch(r"(\d+)/(\d+)", said)) and 1 <= int(found[1]) <= int(found[2]):
        return int(found[1]), int(found[2])
    raise ArgumentTypeError(f"{said} is no share: write 1/12 for the first of twelve")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if share := config.getoption("--share"):
        chosen, shares = share
        kept: list[pytest.Item] = []
        left: list[pytest.Item] = []
        for item in items:
            # By files: what the tests of one have in common is made once.
            (kept if crc32(item.path.name.encode()) % shares == chosen % shares else left).append(item)
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_collection_finish() -> None:
    gc.freeze()  # the tests themselves stay: the collector need not go through them again and again


def _migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A cluster with the migrated database ``migrated`` to copy from."""
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.cluster() as server:
        _migrate(server.create(_TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "casework.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "casework.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database(template=_TEMPLATE) as url:
        yield url


@pytest.fixture
def keys(tmp_path: Path) -> InstallationKeys:
    """Keys of an installation of the test's own, in ``tmp_path/keys``."""
    installation.make(tmp_path / "keys")
    return installation.load(tmp_path / "keys")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(database_url: str, keys: InstallationKeys, clock: Clock) -> Iterator[Database]:
    """The case database, in UTC, with the clock of the test."""
    made = StandingDatabase(database_url, keys, clock)
    yield made
    made.engine.dispose()


@pytest.fixture
def world(database: Database) -> World:
    """An office with agency, clinic, provider and an actor for each role."""
    with database.write(ENGINE) as work:
        return factories.world(work)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    """An open case of that office."""
    with database.write(ENGINE) as work:
        return factories.case(work, world.office)


@pytest.fixture
def wrong_roles() -> Callable[..., list[Role]]:
    """``wrong_roles(Role.CASEWORKER)``: every role but those."""
    return lambda *right: [role for role in Role if role not in right]
