"""The plan of a loan before it is repaid: from which day it counts, what is due when, with its interest. Pure."""

from __future__ import annotations

from datetime import date

from basis.money import Money
from casework.cases.tables import Case
from casework.loans.rules import first_due, schedule, sign_from
from casework.loans.tables import Loan
from casework.repayments.rules import PlanRow, interest_on
from checklists.programme import LoanTerms


def counted_from(case: Case, terms: LoanTerms, begins: date) -> date | None:
    """From which day a note that can be signed from `begins` on counts: the planned departure, or that day itself where
    the terms count from the issue. None where no departure is planned."""
    if terms.counts_from == "issue":
        return begins
    return max(case.planned_departure, begins) if case.planned_departure is not None else None


def signable(loan: Loan, terms: LoanTerms, day: date) -> date:
    """The first day on which a note that is made on `day` may be signed."""
    return max(day, sign_from(loan.approved_on, terms)) if loan.approved_on is not None else day


def planned(loan: Loan, terms: LoanTerms, counts_from: date | None, begins: date) -> tuple[PlanRow, ...]:
    """The instalments of a note that counts from a day and is signed on `begins`. Empty where that day is not known.

    Interest counts from `begins`, as if the loan were paid out on it: it can only be less.
    """
    if counts_from is None:
        return ()
    principal, first = Money(loan.principal_minor, loan.currency), first_due(counts_from, terms)
    return rows(principal, count_of(loan, terms), first, terms.due_day, loan.interest, begins)


def count_of(loan: Loan, terms: LoanTerms) -> int:
    """How many instalments the loan has: those of its note, before it is signed those of the terms."""
    if loan.instalments is not None:
        return loan.instalments
    return terms.instalments_for(Money(loan.principal_minor, loan.currency), loan.asked_on)


def rows(
    principal: Money, instalments: int, first: date, due_day: int, rate: int, counts_from: date
) -> tuple[PlanRow, ...]:
    """Instalments with the interest of each: on what is left, from the day before it, the first from `counts_from`.

    `rate`: hundredths of a percent a year.
    """
    made, left, begun = [], principal.minor, counts_from
    for due in schedule(principal, instalments, first, due_day):
        interest = interest_on(left, max(0, (due.due_on - begun).days), rate)
        made.append(PlanRow(due.number, due.due_on, due.amount.minor, interest))
        left, begun = left - due.amount.minor, due.due_on
    return tuple(made)
