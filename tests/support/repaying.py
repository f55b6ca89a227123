"""Loans that were paid out already, as `casework.loans` leaves them, without the way there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from basis.money import Money
from casework.cases.tables import Case
from casework.certificates.service import take_number
from casework.ledger import rules as ledger
from casework.ledger import service as booking
from casework.ledger.rules import Posting, Subject, SubjectKind
from casework.loans import rules as loans
from casework.loans.life import LoanState
from casework.loans.tables import Instalment, Loan, PaidTo
from casework.repayments.rules import Plan, PlanKind, PlanRow, covered, interest_on
from casework.work import Work
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from tests.support import factories
from tests.support.factories import TODAY

PAID_OUT = TODAY
FIRST_DUE = date(2026, 12, 15)
_MORE = """
  accelerate_after: 3
  collect_after_months: 6
"""


def paid_out(work: Work, case: Case, **values: Any) -> Loan:
    """EUR 1,200 of today, in twelve instalments from 15 December on. `rate`: hundredths of a percent a year."""
    rate, count = values.pop("rate", 0), values.pop("instalments", 12)
    first = values.pop("first_due_on", FIRST_DUE)
    loan = Loan(
        **{
            "case_id": case.id,
            "number": take_number(work, "L", TODAY.year),
            "principal_minor": 120_000,
            "currency": "EUR",
            "state": LoanState.IN_GRACE,
            "asked_on": PAID_OUT - timedelta(days=30),
            "within_cap": True,
            "interest": rate,
            "signed_on": PAID_OUT - timedelta(days=10),
            "instalments": count,
            "first_due_on": first,
            "due_day": 15,
            "disbursed_on": PAID_OUT,
            "disbursed_to": PaidTo.WORKER,
            "disbursement_reference": "OUT-1",
            "grace_from": PAID_OUT,
            "recorded_at": work.now,
            "recorded_by": "test",
            **values,
        }
    )
    work.session.add(loan)
    work.session.flush()
    paid = loan.disbursed_on or PAID_OUT
    left, begun = loan.principal_minor, paid
    for due in loans.schedule(Money(loan.principal_minor, loan.currency), count, first, 15):
        interest = interest_on(left, (due.due_on - begun).days, rate)
        work.session.add(
            Instalment(
                loan_id=loan.id,
                number=due.number,
                due_on=due.due_on,
                amount_minor=due.amount.minor,
                interest_minor=interest,
            )
        )
        left, begun = left - due.amount.minor, due.due_on
    subject = Subject(SubjectKind.LOAN, loan.id, case.id, loan.currency)
    booking.post(work, Posting(subject, ledger.disbursement(loan.principal_minor), paid, f"disburse:{loan.id}"))
    return loan


def assert_no_nearer(rows: Sequence[PlanRow], before: Plan, principal: int) -> None:
    """Of what is owed, no plan asks for more until any day than the one before it."""
    asked = [(one.row.due_on, one.open) for one in covered(before, principal) if one.open]
    for row in rows:
        until_then = sum(open_ for due_on, open_ in asked if due_on <= row.due_on)
        surplus = max(0, principal - before.total) if until_then else 0  # it came back, and is due with the first
        assert sum(one.principal for one in rows if one.due_on <= row.due_on) <= until_then + surplus


def assert_nothing_comes_nearer(plans: Sequence[Plan]) -> None:
    """By no deferral and no end of one, measured by the plan before those that were not over."""
    for plan in plans:
        if plan.kind in (PlanKind.DEFERRED, PlanKind.RESUMED):
            earlier = [one for one in plans if one.number < plan.number and one.kind is not PlanKind.ACCELERATED]
            over = [one for one in earlier if one.rest_until is None or one.rest_until < plan.starts_on]
            assert_no_nearer(plan.rows, over[-1], plan.total)


@cache
def catalogue_with_patience() -> Catalogue:
    """The shipped programmes, and one whose loans are called in after three missed instalments, and go to a collector
    after six months."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8")
    head, rest = text.split("\nloan:\n", 1)
    made = f"{head}\nloan:{_MORE}{rest}".replace('version: "2027.1"', 'version: "2099.1"', 1)
    programme = read_programme(made.encode(), "patience.yaml")
    return Catalogue((*Catalogue.load().programmes, programme))


def case_with_patience(work: Work, **values: Any) -> Case:
    """A case of the second programme."""
    programme = catalogue_with_patience().get(factories.PROGRAMME, "2099.1")
    return factories.case(
        work, values.pop("office"), programme_version="2099.1", programme_digest=programme.digest, **values
    )
