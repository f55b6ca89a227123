"""A place where random stories begin: a database with an office and a case, copied for each, as fast as can be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import event

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.keys import InstallationKeys
from tests.support import factories
from tests.support.factories import World
from tests.support.standing import Clock, StandingDatabase

_KEYS: Final = InstallationKeys(bytes(range(32)), bytes(range(32, 64)))


@dataclass
class Place:
    """The file of that database, who is in it, and how many stories were begun."""

    template: Path
    world: World
    case: Case
    numbers: Iterator[int] = field(default_factory=count)

    def opened(self, clock: Clock) -> StandingDatabase:
        """A copy for one story."""
        path = self.template.with_name(f"story-{next(self.numbers)}.sqlite3")
        shutil.copyfile(self.template, path)
        return _opened(path, clock)


def made(migrated: Path, folder: Path) -> Place:
    """In `folder`, from the file of a migrated database."""
    path = folder / "begun.sqlite3"
    shutil.copyfile(migrated, path)
    database = _opened(path, Clock())
    with database.write(ENGINE) as work:
        world = factories.world(work)
        case = factories.case(work, world.office)
    database.engine.dispose()
    return Place(path, world, case)


def _opened(path: Path, clock: Clock) -> StandingDatabase:
    database = StandingDatabase(f"sqlite:///{path}", _KEYS, clock)
    # A story that is cut off is lost anyway.
    event.listen(database.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return database
