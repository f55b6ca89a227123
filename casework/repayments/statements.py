"""The statement of a loan as of any day: what was booked, what is owed, due and overdue. Pure.

With the same `known_at` it is the same for ever, whatever is recorded later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from casework.ledger.rules import Booked, EntryKind, LedgerAccount
from casework.loans.life import LoanState
from casework.repayments import rules
from casework.repayments.rules import CoveredRow, Plan

_OWED = frozenset({LedgerAccount.LOAN_PRINCIPAL, LedgerAccount.INTEREST_DUE, LedgerAccount.CREDIT})


class StatementLine(NamedTuple):
    """One entry: `change` of what the borrower owes, and the `balance` after it; below zero, the office owes it.

    Minor units. `reverses_id` is the entry that it takes back, and `reason` why, as the ledger has them."""

    entry_id: UUID
    on: date
    kind: EntryKind
    reference: str
    reverses_id: UUID | None
    reason: str
    change: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A loan as of the end of `on`, by what was recorded until `known_at`. Minor units.

    `balance` is the principal and interest that are owed less what was paid too much (`credit`); `due` includes the
    instalment of the day; `rows` are the instalments of the plan in force, and how far each is covered."""

    on: date
    known_at: datetime
    lines: tuple[StatementLine, ...]
    principal: int
    interest: int
    credit: int
    due: int
    overdue: int
    overdue_since: date | None
    next_due: date | None
    next_amount: int
    rows: tuple[CoveredRow, ...]

    @property
    def balance(self) -> int:
        return self.principal + self.interest - self.credit


def statement(plans: Sequence[Plan], entries: Sequence[Booked], on: date, known_at: datetime) -> Statement:
    """The statement as of `on`. Without plans (the days of the instalments are not known yet) nothing is due."""
    known = sorted(
        (one for one in entries if one.happened_on <= on and one.recorded_at <= known_at),
        key=lambda one: (one.happened_on, one.recorded_at, one.id),
    )
    owed = rules.position(known)
    plan = rules.plan_on(plans, on, known_at)
    rows = rules.covered(plan, owed.principal) if plan is not None else ()
    standing = rules.standing(plan, owed, on, LoanState.REPAYING, rows=rows)
    return Statement(
        on=on,
        known_at=known_at,
        lines=_lines(known),
        principal=owed.principal,
        interest=owed.interest,
        credit=owed.credit,
        due=standing.due,
        overdue=standing.overdue,
        overdue_since=standing.overdue_since,
        next_due=standing.next_due,
        next_amount=standing.next_amount,
        rows=rows,
    )


def _lines(entries: Sequence[Booked]) -> tuple[StatementLine, ...]:
    balance, lines = 0, []
    for one in entries:
        change = sum(line.amount_minor for line in one.lines if line.account in _OWED)
        balance += change
        lines.append(
            StatementLine(
                one.id, one.happened_on, one.kind, one.reference, one.reverses_id, one.reason, change, balance
            )
        )
    return tuple(lines)
