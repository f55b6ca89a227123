"""A place where random stories begin: a database with an office and a case, copied for each, as fast as can be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from sqlalchemy import event

from basis.money import Money
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.keys import InstallationKeys
from tests.support import factories
from tests.support.factories import World, loan_terms
from tests.support.standing import Clock, StandingDatabase

TERMS: Final = st.builds(
    lambda currency, **values: loan_terms(cap=Money(10**9, currency), **values),
    currency=st.sampled_from(["EUR", "EUR", "JPY", "KWD"]),
    instalments=st.sampled_from([1, 2, 3, 12, 24]),
    interest=st.sampled_from([0, 0, 9, "4.5", 36]),
    grace_months=st.sampled_from([0, 0, 0, 1, 6]),
    counts_from=st.sampled_from(["issue", "issue", "departure", "arrival"]),
    due_day=st.sampled_from([1, 15, 29, 31]),
    remainder=st.sampled_from(["programme", "worker"]),
    overdue_days=st.sampled_from([0, 0, 5]),
    accelerate_after=st.sampled_from([1, 2, 3, None]),
    collect_after_months=st.sampled_from([1, 2, None]),
    interest_in_deferral=st.booleans(),
)
"""Loans of all kinds of terms, in currencies with no, two and three decimals."""
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
