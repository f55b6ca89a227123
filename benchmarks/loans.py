"""Schedules, statements and the check of all money over many loans: `python benchmarks/loans.py [--loans N]`.

Loans of an office in a temporary SQLite with their ledgers and the history of what was booked: two years of repayment,
one loan in five with interest, some deferred, returned, overpaid, settled. Times are of the clock, once. Exit status 1
where the check takes 30 seconds or more, schedules and statements together 60, or where the check finds something.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from basis.collecting import collect_seldom
from basis.money import Money
from casework import schema
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.keys import InstallationKeys
from casework.ledger import queries as ledger
from casework.ledger import rules, verifying
from casework.ledger.comparing import POSTED
from casework.ledger.rules import EntryKind, Movement
from casework.loans.rules import schedule
from casework.loans.tables import Loan
from casework.repayments import queries as repayments
from casework.repayments.rules import Position, allocate, interest_on
from casework.repayments.statements import statement
from casework.work import Work
from tests.support import factories

MOST_CHECK: Final = 30.0
MOST_STATEMENTS: Final = 60.0
TODAY: Final = factories.TODAY
_CHUNK: Final = 1_000
_INSTALMENTS: Final = 24
_CORES: Final = 2
_TABLES: Final = {
    "case_file": ("id", "reference"),
    "loan": (
        "id", "case_id", "number", "principal_minor", "currency", "state", "asked_on", "within_cap", "interest",
        "explained_language", "explained_by", "assessed_by", "note_evidence", "witness", "instalments", "first_due_on",
        "due_day", "disbursed_on", "disbursed_to", "disbursement_reference", "disbursed_by", "grace_from", "version",
        "recorded_at", "recorded_by",
    ),
    "instalment": ("id", "loan_id", "plan", "number", "due_on", "amount_minor", "interest_minor"),
    "ledger_entry": (
        "id", "case_id", "subject_kind", "subject_id", "kind", "currency", "happened_on", "recorded_at",
        "recorded_by", "reference", "key", "reverses_id", "reason",
    ),
    "ledger_line": ("entry_id", "account", "amount_minor"),
    "audit_event": (
        "seq", "id", "recorded_at", "happened_on", "actor", "kind", "case_id", "subject", "body", "previous", "hash",
    ),
}  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(slots=True)
class Seeding:
    """Rows of many loans as SQLite stores them; ids count upwards."""

    case_ids: list[str]
    rng: random.Random = field(default_factory=lambda: random.Random(20270101))
    rows: Rows = field(default_factory=lambda: {table: [] for table in _TABLES})
    made: int = 0
    events: int = 1000  # after those of the office

    def new_id(self) -> str:
        self.made += 1
        return f"{self.made:032x}"

    def loan(self, number: int) -> None:
        """A loan that was paid out in the last two years, and what became of it until today."""
        rng, loan, case = self.rng, self.new_id(), self.case_ids[number]
        principal = rng.randrange(60_000, 300_000)
        rate = 900 if number % 5 == 0 else 0
        paid_out = TODAY - timedelta(days=rng.randrange(20, 730))
        first = (paid_out.replace(day=1) + timedelta(days=62)).replace(day=15)
        self._booked(loan, case, rules.disbursement(principal), paid_out, f"disburse:{loan}")
        dues = schedule(Money(principal, "EUR"), _INSTALMENTS, first, 15)
        for due in dues:
            self.rows["instalment"].append(
                (self.new_id(), loan, 1, due.number, due.due_on.isoformat(), due.amount.minor, 0)
            )
        owed, begun = Position(principal, 0, 0), paid_out
        for due in dues:
            if due.due_on > TODAY:
                break
            if rate:
                charged = interest_on(owed.principal, (due.due_on - begun).days, rate)
                self._booked(loan, case, rules.interest(charged), due.due_on, f"interest:{loan}:{due.number}")
                owed, begun = Position(owed.principal, owed.interest + charged, 0), due.due_on
            if rng.random() < 0.06:
                continue  # not paid; made good with the next
            late = min(TODAY, due.due_on + timedelta(days=rng.randrange(20)))
            open_now = principal - sum(one.amount.minor for one in dues if one.due_on > due.due_on)
            wanted = owed.interest + owed.principal - (principal - open_now)
            owed = self._paid(loan, case, wanted, owed, late, f"payment:{loan}:{due.number}")
        self._kept(loan, case, number, principal, rate, paid_out, first, owed)

    def _paid(self, loan: str, case: str, amount: int, owed: Position, day: date, key: str) -> Position:
        to = allocate(amount, owed)
        movement = rules.payment(to.to_interest, to.to_principal, to.to_credit)
        if self.rng.random() < 0.02:
            entry = self._booked(loan, case, movement, day, f"{key}:returned")
            back = Movement(EntryKind.PAYMENT_RETURNED, rules.mirrored(movement.lines))
            self._booked(loan, case, back, day, f"reverse:{entry}", entry)
        self._booked(loan, case, movement, day, key)
        return Position(owed.principal - to.to_principal, owed.interest - to.to_interest, owed.credit + to.to_credit)

    def _booked(
        self, loan: str, case: str, movement: Movement, day: date, key: str, reverses: str | None = None
    ) -> str:
        entry, on, reason = self.new_id(), day.isoformat(), "returned_by_bank" if reverses else ""
        at = f"{on} 12:00:00.000000"
        kind, lines = movement.kind.value, [(line.account.value, line.amount_minor) for line in movement.lines]
        self.rows["ledger_entry"].append(
            (entry, case, "loan", loan, kind, "EUR", on, at, "engine", "", key, reverses, reason)
        )
        self.rows["ledger_line"].extend((entry, *line) for line in lines)
        said = rules.canonical(
            (entry, loan), kind, "EUR", on, key=key, reference="", reverses=reverses or "", reason=reason
        )
        print_ = rules.fingerprint(said, (f"{account}:{amount}" for account, amount in lines))
        data = {"kind": kind, "of": f"loan/{UUID(loan)}", "sha256": print_}
        self.events += 1
        body = json.dumps({"data": data, "seq": self.events}, separators=(",", ":"))
        subject = f"ledger_entry/{UUID(entry)}"
        self.rows["audit_event"].append(
            (self.events, self.new_id(), at, on, "engine", POSTED, case, subject, body, "", "")
        )
        return entry

    def _kept(
        self, loan: str, case: str, number: int, principal: int, rate: int, paid_out: date, first: date, owed: Position
    ) -> None:
        state = "settled" if owed.owed == 0 else "overdue" if self.rng.random() < 0.1 else "repaying"
        on = paid_out.isoformat()
        self.rows["loan"].append(
            (
                loan, case, f"L-2026-{number:06d}", principal, "EUR", state, on, True, rate, "sq", "", "", "", "",
                _INSTALMENTS, first.isoformat(), 15, on, "carrier", "", "", on, 1, f"{on} 12:00:00.000000", "engine",
            )
        )  # fmt: skip


def fill(database: Database, count: int) -> None:
    """So many loans, each of its own case."""
    with database.write(ENGINE) as work:
        case_ids = _cases(work, count)
    seeding = Seeding(case_ids)
    connection: Any = database.engine.raw_connection()
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    try:
        for number in range(count):
            seeding.loan(number)
            if number % _CHUNK == _CHUNK - 1 or number == count - 1:
                _write(connection, seeding.rows)
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.close()


def _cases(work: Work, count: int) -> list[str]:
    office = factories.office(work)
    model = factories.case(work, office).model_dump()
    rows = [
        {**model, "id": UUID(int=2**96 + number), "reference": f"L-{number:06d}", "life": "departed"}
        for number in range(count)
    ]
    for start in range(0, count, _CHUNK):
        work.session.connection().execute(sa.insert(Case), rows[start : start + _CHUNK])
    return [row["id"].hex for row in rows]


def _write(connection: Any, rows: Rows) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, values in rows.items():
        names = _TABLES[table]
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)
        values.clear()
    connection.execute("COMMIT")


def measure_schedules(session: Session, pool: ProcessPoolExecutor) -> float:
    """Every loan's instalments, made again from its note."""
    names = (Loan.principal_minor, Loan.currency, Loan.instalments, Loan.first_due_on, Loan.due_day)
    notes = [tuple(note) for note in session.connection().execute(sa.select(*map(col, names)))]
    started = time.perf_counter()
    made = sum(pool.map(_scheduled, (notes[core::_CORES] for core in range(_CORES))))
    took = time.perf_counter() - started
    print(f"schedules of {len(notes):,} loans, {made:,} instalments: {took:.1f} s", flush=True)
    return took


def _scheduled(notes: list[tuple[Any, ...]]) -> int:
    return sum(len(schedule(Money(minor, currency), *rest)) for minor, currency, *rest in notes)


def measure_statements(database: Database, pool: ProcessPoolExecutor) -> float:
    """A statement of every loan as of a day two months ago, from its plans and its ledger as they are stored."""
    url, started = str(database.engine.url), time.perf_counter()
    with database.read() as session:
        parts = list(pool.map(_state, *zip(*((url, *part) for part in _parts(session)), strict=True)))
    took = time.perf_counter() - started
    loans, lines, balance = (sum(part[place] for part in parts) for place in range(3))
    print(f"statements of {loans:,} loans, {lines:,} lines, {Money(balance, 'EUR')} owed: {took:.1f} s", flush=True)
    return took


def _parts(session: Session) -> list[tuple[UUID | None, UUID | None]]:
    """The loans by their ids in as many parts as there are cores: each from after the first id until the second."""
    every = session.exec(select(func.count()).select_from(Loan)).one() // _CORES
    ids = select(Loan.id).order_by(col(Loan.id)).limit(1)
    marks = [session.exec(ids.offset(every * number - 1)).one() for number in range(1, _CORES)]
    return list(zip([None, *marks], [*marks, None], strict=True))


def _state(url: str, after: UUID | None, until: UUID | None) -> tuple[int, int, int]:
    """How many loans were stated, their lines, and what is owed."""
    database = Database(url, InstallationKeys(os.urandom(32), os.urandom(32)))
    on, now, loans, lines, balance = TODAY - timedelta(days=61), database.now(), 0, 0, 0
    with database.read() as session:
        for some in _portions(session, after, until):
            made = repayments.plans(session, some)
            booked = ledger.entries_of(session, [loan.id for loan in some])
            for loan in some:
                stated = statement(made[loan.id], booked[loan.id], on, now)
                lines += len(stated.lines)
                balance += stated.balance
            loans += len(some)
            session.expunge_all()
    database.engine.dispose()
    return loans, lines, balance


def _portions(session: Session, after: UUID | None, until: UUID | None) -> Iterator[list[Loan]]:
    last = after
    while True:
        query = select(Loan).order_by(col(Loan.id)).limit(_CHUNK)
        if until is not None:
            query = query.where(col(Loan.id) <= until)
        some = list(session.exec(query if last is None else query.where(col(Loan.id) > last)))
        if not some:
            return
        last = some[-1].id
        yield some


def measure_check(database: Database) -> tuple[float, bool]:
    started = time.perf_counter()
    checked = verifying.verify(database)
    took = time.perf_counter() - started
    print(f"check of {checked.loans:,} loans, {checked.entries:,} entries: {took:.1f} s", flush=True)
    for finding in islice(checked.findings, 5):
        print(f"  {finding.message}")
    return took, checked.whole


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--loans", type=int, default=100_000)
    given = options.parse_args()
    collect_seldom()  # as the command does
    with tempfile.TemporaryDirectory() as home:
        database = Database(f"sqlite:///{home}/loans.sqlite3", InstallationKeys(os.urandom(32), os.urandom(32)))
        schema.upgrade(database.engine)
        started = time.perf_counter()
        fill(database, given.loans)
        print(f"{given.loans:,} loans made in {time.perf_counter() - started:.0f} s", flush=True)
        check, whole = measure_check(database)
        # A process for each core takes its part of the loans.
        with database.read() as session, ProcessPoolExecutor(_CORES, get_context("spawn"), collect_seldom) as pool:
            took = measure_schedules(session, pool) + measure_statements(database, pool)
        database.engine.dispose()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"check {check / MOST_CHECK:.2f} and statements {took / MOST_STATEMENTS:.2f} of what they may take; most "
          f"memory {memory} MB")  # fmt: skip
    return int(not whole or check >= MOST_CHECK or took >= MOST_STATEMENTS)


if __name__ == "__main__":
    sys.exit(main())
