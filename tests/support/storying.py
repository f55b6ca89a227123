"""A place where random stories begin: a database with an office and a case, copied for each, as fast as can be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition
from sqlalchemy import event

from basis.money import Money
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.keys import InstallationKeys
from casework.loans.life import LoanState
from casework.repayments.tables import BankLine
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
EXPECTED: Final = frozenset(
    """already_disbursed already_posted cooling_off date_in_future dates ended invalid_amount journey_made
    journey_stands loan_state not_on_record not_paid_out only_interest overdrawn payment proposed refund_closed
    reference same_officer same_person stale taken_back terms too_early unknown_reason unwinding unwound
    waiting""".split()
)
"""What an act of a story may be refused for; anything else is a fault."""
_KEYS: Final = InstallationKeys(bytes(range(32)), bytes(range(32, 64)))


@dataclass
class Book:
    """What is kept beside the ledger: money of the office, what a carrier owes and what of that was given up, payments
    by their reference."""

    money: int = 0
    carrier: int = 0
    given_up: int = 0
    lines: dict[str, BankLine] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)


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


def only_if(*states: LoanState) -> Callable[[Any], Any]:
    """A rule for a loan in one of these states: most of what a story tries can be done."""
    return precondition(lambda story: story.seen is not None and story.seen.state in states)


PAID_OUT: Final = precondition(lambda story: story.seen is not None and story.seen.disbursed_on is not None)
LATE: Final = (LoanState.OVERDUE, LoanState.ACCELERATED, LoanState.IN_COLLECTION)


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
