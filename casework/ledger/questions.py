"""What is asked of the database: which loans and entitlements have something that does not add up.

A question is a statement that answers with what is wrong alone, so that hardly a row leaves the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from casework.cases.tables import Case
from casework.ledger.rules import REVERSALS, SHAPES, SIDES, EntryKind, LedgerAccount, SubjectKind
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.ledger.wrong import Wrong
from casework.loans.life import ENDED, OUTSTANDING, LoanState
from casework.loans.tables import Instalment, Loan, LoanPurpose
from casework.repayments.rules import PlanKind
from casework.repayments.tables import BankLine, LineState, LoanPlan, LoanStanding

_PAID_OUT: Final = OUTSTANDING | {LoanState.SETTLED, LoanState.FORGIVEN, LoanState.UNWOUND}
_PLANNED: Final = OUTSTANDING - {LoanState.DISBURSED}

Subjects = Iterator[UUID | None]
Found = Iterator[tuple[Wrong, UUID | None]]


def _misplaced(session: Session) -> Subjects:
    """Entries of no loan, or in another case or currency than it."""
    other = sa.or_(
        col(Loan.id).is_(None),
        col(Loan.case_id) != col(LedgerEntry.case_id),
        col(Loan.currency) != col(LedgerEntry.currency),
    )
    query = _entries().outerjoin(Loan, col(Loan.id) == col(LedgerEntry.subject_id))
    yield from _subjects(session, query.where(col(LedgerEntry.subject_kind) == SubjectKind.LOAN, other))
    currencies = sa.func.count(sa.distinct(col(LedgerEntry.currency)))
    of_entitlements = _entries().where(col(LedgerEntry.subject_kind) == SubjectKind.ENTITLEMENT)
    yield from _subjects(session, of_entitlements.group_by(col(LedgerEntry.subject_id)).having(currencies > 1))


def _wrong_accounts(session: Session) -> Subjects:
    side = sa.case((col(LedgerLine.amount_minor) > 0, 1), else_=-1)
    allowed = [(kind, account, one) for kind, shape in SHAPES.items() for account, one in shape.items()]
    query = _entries().join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
    known = sa.tuple_(col(LedgerEntry.kind), col(LedgerLine.account), side).in_(allowed)
    return _subjects(session, query.where(col(LedgerEntry.kind).not_in(REVERSALS), ~known))


def _not_mirrored(session: Session) -> Subjects:
    back, first = aliased(LedgerEntry), aliased(LedgerEntry)
    here, there = aliased(LedgerLine), aliased(LedgerLine)
    answered = (
        sa.exists()
        .where(
            col(there.entry_id) == col(back.reverses_id),
            col(there.account) == col(here.account),
            col(there.amount_minor) == -col(here.amount_minor),
        )
        .correlate(back, here)
    )
    unanswered = sa.exists().where(col(here.entry_id) == col(back.id), ~answered)
    wrong = sa.or_(
        col(first.id).is_(None),
        col(first.reverses_id).is_not(None),
        col(first.subject_id) != col(back.subject_id),
        col(first.currency) != col(back.currency),
        col(first.happened_on) > col(back.happened_on),
        _lines_of(back) != _lines_of(first),
        unanswered,
    )
    query = sa.select(col(back.subject_id)).outerjoin(first, col(first.id) == col(back.reverses_id))
    reversal = col(back.kind).in_(REVERSALS)
    yield from _subjects(session, query.where(reversal, wrong))
    yield from _subjects(session, sa.select(col(back.subject_id)).where(~reversal, col(back.reverses_id).is_not(None)))


def _not_disbursed_once(session: Session) -> Subjects:
    back = aliased(LedgerEntry)
    paid_out = (
        sa.select(
            col(LedgerEntry.subject_id).label("loan"),
            sa.func.count().label("times"),
            sa.func.sum(col(LedgerLine.amount_minor)).label("amount"),
        )
        .join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
        .where(
            col(LedgerEntry.kind) == EntryKind.DISBURSED,
            col(LedgerLine.account) == LedgerAccount.LOAN_PRINCIPAL,
            ~sa.exists().where(col(back.reverses_id) == col(LedgerEntry.id)),
        )
        .group_by(col(LedgerEntry.subject_id))
        .subquery()
    )
    times = sa.func.coalesce(paid_out.c.times, 0)
    wrong = sa.or_(
        sa.and_(col(Loan.state).in_(_PAID_OUT), sa.or_(times != 1, paid_out.c.amount != col(Loan.principal_minor))),
        sa.and_(col(Loan.state).not_in(_PAID_OUT), times != 0),
    )
    return _subjects(session, sa.select(col(Loan.id)).outerjoin(paid_out, paid_out.c.loan == Loan.id).where(wrong))


def _wrong_plans(session: Session) -> Subjects:
    """The instalments of the signed plan are the principal, those of a later one what was owed when it was written; of
    one that only gives the days anew they may be the principal, too: what was paid before covers the first of them."""
    plan = (
        sa.select(
            col(Instalment.loan_id),
            col(Instalment.plan),
            sa.func.sum(col(Instalment.amount_minor)).label("total"),
            sa.func.min(col(Instalment.amount_minor)).label("least"),
            sa.func.min(col(Instalment.interest_minor)).label("least_interest"),
            sa.func.min(col(Instalment.number)).label("first"),
            sa.func.max(col(Instalment.number)).label("last"),
            sa.func.count().label("number"),
        )
        .group_by(col(Instalment.loan_id), col(Instalment.plan))
        .subquery()
    )
    owed = (
        sa.select(sa.func.coalesce(sa.func.sum(col(LedgerLine.amount_minor)), 0))
        .join(LedgerEntry, col(LedgerEntry.id) == col(LedgerLine.entry_id))
        .where(
            col(LedgerEntry.subject_id) == plan.c.loan_id,
            col(LedgerLine.account) == LedgerAccount.LOAN_PRINCIPAL,
            col(LedgerEntry.recorded_at) <= col(LoanPlan.recorded_at),
        )
        .correlate(plan, LoanPlan)
        .scalar_subquery()
    )
    later, principal = plan.c.plan > 1, col(Loan.principal_minor)
    whole = sa.func.coalesce(col(LoanPlan.kind) == PlanKind.DATED, sa.false()) & (plan.c.total == principal)
    query = (
        sa.select(plan.c.loan_id)
        .outerjoin(Loan, col(Loan.id) == plan.c.loan_id)
        .outerjoin(LoanPlan, sa.and_(col(LoanPlan.loan_id) == plan.c.loan_id, col(LoanPlan.number) == plan.c.plan))
        .where(
            sa.or_(
                sa.and_(plan.c.total != sa.case((later, owed), else_=principal), ~whole),
                sa.and_(later, col(LoanPlan.recorded_at).is_(None)),
                plan.c.least <= 0,
                plan.c.least_interest < 0,
                plan.c.first != 1,
                plan.c.last != plan.c.number,
            )
        )
    )
    yield from _subjects(session, query)
    none = ~sa.exists().where(col(Instalment.loan_id) == col(Loan.id))
    yield from _subjects(session, sa.select(col(Loan.id)).where(col(Loan.state).in_(_PLANNED), none))


def _wrong_purposes(session: Session) -> Subjects:
    query = sa.select(col(LoanPurpose.loan_id)).join(Loan, col(Loan.id) == col(LoanPurpose.loan_id))
    total = sa.func.sum(col(LoanPurpose.amount_minor))
    grouped = query.group_by(col(LoanPurpose.loan_id), col(Loan.principal_minor))
    return _subjects(session, grouped.having(total != col(Loan.principal_minor)))


def _wrong_lines_of_the_bank(session: Session) -> Subjects:
    """A line that counts is a payment of as much towards its loan, and one that came back was taken back."""
    back = aliased(LedgerEntry)
    money = (
        sa.select(col(LedgerLine.amount_minor))
        .where(col(LedgerLine.entry_id) == col(BankLine.entry_id), col(LedgerLine.account) == LedgerAccount.MONEY)
        .correlate(BankLine)
        .scalar_subquery()
    )
    reversed_ = sa.exists().where(col(back.reverses_id) == col(BankLine.entry_id))
    counted = col(BankLine.state) == LineState.COUNTED
    gone = col(BankLine.state).in_((LineState.RETURNED, LineState.TAKEN_BACK))
    wrong = sa.or_(
        col(LedgerEntry.id).is_(None),
        col(LedgerEntry.subject_id) != col(BankLine.loan_id),
        sa.func.coalesce(money, 0) != col(BankLine.amount_minor),
        sa.and_(counted, reversed_),
        sa.and_(gone, ~reversed_),
    )
    query = sa.select(col(BankLine.loan_id)).outerjoin(LedgerEntry, col(LedgerEntry.id) == col(BankLine.entry_id))
    return _subjects(session, query.where(sa.or_(counted, gone), wrong))


def _references_booked_twice(session: Session) -> Subjects:
    """Refunds of carriers and what was paid back under a reference that the office counts as something else, too.

    From these few on: payments have their references from lines of the bank, which are each there once."""
    back = aliased(LedgerEntry)
    others = (
        sa.select(col(LedgerEntry.subject_id), col(Case.office_id), col(LedgerEntry.reference))
        .join(Case, col(Case.id) == col(LedgerEntry.case_id))
        .where(
            col(LedgerEntry.kind).in_((EntryKind.REFUND_RECEIVED, EntryKind.RECLAIM_PAID)),
            ~sa.exists().where(col(back.reverses_id) == col(LedgerEntry.id)),
        )
        .cte("others")
    )
    office, reference = others.c.office_id, others.c.reference
    twice = sa.select(office, reference).group_by(office, reference).having(sa.func.count() > 1)
    counted = sa.exists().where(
        col(BankLine.office_id) == office,
        col(BankLine.reference) == reference,
        col(BankLine.state) == LineState.COUNTED,
    )
    wrong = sa.or_(sa.tuple_(office, reference).in_(twice), counted)
    return _subjects(session, sa.select(others.c.subject_id).where(wrong))


def _entries() -> sa.Select[Any]:
    return sa.select(col(LedgerEntry.subject_id)).select_from(LedgerEntry)


def _lines_of(entry: type[LedgerEntry]) -> sa.ScalarSelect[int]:
    line = aliased(LedgerLine)
    query = sa.select(sa.func.count()).select_from(line).where(col(line.entry_id) == col(entry.id))
    return query.correlate(entry).scalar_subquery()


def _subjects(session: Session, query: sa.Select[Any]) -> Subjects:
    yield from session.connection().execute(query).scalars()


def _of_balances(session: Session) -> Found:
    """What a loan or entitlement holds against its state and against the copy of its standing."""
    sums = [
        sa.func.sum(sa.case((col(LedgerLine.account) == account, col(LedgerLine.amount_minor)), else_=0)).label(account)
        for account in SIDES
    ]
    held = (
        sa.select(col(LedgerEntry.subject_id).label("subject"), *sums)
        .join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
        .group_by(col(LedgerEntry.subject_id))
        .subquery()
    )
    owed = held.c.loan_principal + held.c.interest_due
    kept = {
        LoanStanding.principal_minor: held.c.loan_principal,
        LoanStanding.interest_minor: held.c.interest_due,
        LoanStanding.credit_minor: -held.c.credit,
    }
    wrong = {
        Wrong.OVERDRAWN: sa.or_(*(held.c[account] * side < 0 for account, side in SIDES.items())),
        Wrong.ENDED_AND_OWED: sa.and_(col(Loan.state).in_(ENDED), owed != 0),
        Wrong.PAID_AND_NOT_ENDED: sa.and_(col(Loan.state).in_(OUTSTANDING), owed == 0),
        Wrong.STANDING: sa.or_(*(col(copy) != own for copy, own in kept.items())),
    }
    fresh = sa.and_(col(LoanStanding.loan_id) == held.c.subject, col(LoanStanding.version) == col(Loan.version))
    query = (
        sa.select(held.c.subject, *(sa.func.coalesce(is_so, sa.false()).label(kind) for kind, is_so in wrong.items()))
        .select_from(held)
        .outerjoin(Loan, col(Loan.id) == held.c.subject)
        .outerjoin(LoanStanding, fresh)
        .where(sa.or_(*wrong.values()))
    )
    for subject, *answers in session.connection().execute(query):
        yield from ((kind, subject) for kind, is_so in zip(wrong, answers, strict=True) if is_so)


def _asked(wrong: Wrong, ask: Callable[[Session], Subjects]) -> Callable[[Session], Found]:
    return lambda session: ((wrong, subject) for subject in ask(session))


_ASKED: Final[Mapping[Wrong, Callable[[Session], Subjects]]] = {
    Wrong.MISPLACED: _misplaced,
    Wrong.WRONG_ACCOUNTS: _wrong_accounts,
    Wrong.NOT_MIRRORED: _not_mirrored,
    Wrong.NOT_DISBURSED_ONCE: _not_disbursed_once,
    Wrong.PLAN_SUM: _wrong_plans,
    Wrong.PURPOSES_SUM: _wrong_purposes,
    Wrong.BANK_LINE: _wrong_lines_of_the_bank,
    Wrong.REFERENCE_TWICE: _references_booked_twice,
}
ALL: Final = (*(_asked(wrong, ask) for wrong, ask in _ASKED.items()), _of_balances)
