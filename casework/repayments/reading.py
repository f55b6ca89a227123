"""A statement of a loan for whoever reads it: found by the loan's number, with an event of the look."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.accounts.rules import Permission, may, require
from casework.auditing import access
from casework.cases.tables import Case
from casework.loans import papers
from casework.loans.paper_tables import PaperKind
from casework.loans.tables import Loan
from casework.repayments import queries
from casework.repayments.statements import Statement
from casework.work import Work


def read_statement(work: Work, number: str, as_of: date | None = None) -> tuple[Loan, Case, Statement]:
    """The statement as of the end of a day (None: today), by what is recorded now.

    Raises `Refused` (``role``), `NotFound` (``loan``), `Conflict` (``paper_state``: never paid out), `InvalidInput`
    (``date_in_future``, ``dates``: before the pay-out).
    """
    if not may(work.actor.role, Permission.ASK_LOANS):
        require(work.actor.role, Permission.SEE_LOANS)
    known = queries.by_number(work.session, work.actor, number)
    day = papers.day_of(work, known, PaperKind.LOAN_STATEMENT, as_of)
    loan, case, made = queries.statement_of(work.session, work.actor, known.id, day, work.now)
    data = {"on": day.isoformat(), **access.noted(work, case.id)}
    work.record("loan_statement.viewed", f"loan/{loan.id}", case_id=case.id, data=data)
    return loan, case, made


def statement_json(loan: Loan, case: Case, made: Statement) -> dict[str, Any]:
    """``predeparture.loan-statement/1``. No name stands in it; amounts are minor units of the currency."""
    return {
        "number": loan.number,
        "case": case.reference,
        "currency": loan.currency,
        "as_of": made.on.isoformat(),
        "known_at": made.known_at.isoformat(),
        "lent": loan.principal_minor,
        "principal": made.principal,
        "interest": made.interest,
        "credit": made.credit,
        "balance": made.balance,
        "due": made.due,
        "overdue": made.overdue,
        "overdue_since": _day(made.overdue_since),
        "next_due": _day(made.next_due),
        "next_amount": made.next_amount,
        "lines": [
            {
                "id": str(line.entry_id),
                "on": line.on.isoformat(),
                "kind": line.kind.value,
                "reference": line.reference,
                "takes_back": str(line.reverses_id) if line.reverses_id else None,
                "change": line.change,
                "balance": line.balance,
            }
            for line in made.lines
        ],
        "instalments": [
            {
                "number": one.row.number,
                "due_on": one.row.due_on.isoformat(),
                "principal": one.row.principal,
                "interest": one.row.interest,
                "open": one.open,
            }
            for one in made.rows
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
