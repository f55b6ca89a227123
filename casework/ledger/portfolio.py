"""The loans that an office paid out, as sums: outstanding, in grace, overdue by age, deferred, forgiven, collected
against due, per programme and cohort; and the list of them. Reading only, in a fixed number of statements.

The database sums, so that memory does not grow with the loans. What a loan owes is the copy of its standing
(`casework.repayments`), which every change and the daily work refresh; money comes from the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from basis.errors import InvalidInput
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.cohorts.tables import Cohort, CohortMember
from casework.ledger.rules import EntryKind, LedgerAccount
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.loans.life import OUTSTANDING, LoanState
from casework.loans.tables import Instalment, Loan
from casework.repayments.rules import AgeBand
from casework.repayments.tables import LoanPlan, LoanStanding

MONTHS: Final = 12
"""So many months of what was due and collected, the present one the last."""
_LIMITS: Final = ((AgeBand.TO_30, 30), (AgeBand.TO_60, 60), (AgeBand.TO_90, 90))
_COLLECTED: Final = (EntryKind.PAYMENT, EntryKind.PAYMENT_RETURNED, EntryKind.OVERPAID_REFUNDED)


@dataclass(slots=True)
class Sums:
    """Loans of one kind: how many, and in minor units what was lent, is owed, is overdue; what the programme bears;
    what fell due and was collected in the last `MONTHS` months."""

    loans: int = 0
    lent: int = 0
    owed: int = 0
    overdue: int = 0
    forgiven: int = 0
    due: int = 0
    collected: int = 0

    def add(self, **amounts: int) -> None:
        for name, amount in amounts.items():
            setattr(self, name, getattr(self, name) + amount)


@dataclass(slots=True)
class Portfolio:
    """All loans of one currency within the actor's reach that were paid out. `currencies`: those that there are loans
    in, the most first. `months`: the first day of each with its sums; `cohorts` by code ("" for none)."""

    currency: str
    currencies: tuple[str, ...]
    whole: Sums = field(default_factory=Sums)
    states: dict[LoanState, Sums] = field(default_factory=dict)
    bands: dict[AgeBand, Sums] = field(default_factory=lambda: {band: Sums() for band in AgeBand})
    programmes: dict[str, Sums] = field(default_factory=dict)
    cohorts: dict[str, Sums] = field(default_factory=dict)
    months: dict[date, Sums] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoanFilter:
    """What the list is asked for; `text` is the beginning of a loan's number or a case's reference, `waiting` a part of
    `casework.loans.waiting` as a condition."""

    state: LoanState | None = None
    waiting: sa.ColumnElement[bool] | None = None
    programme: str = ""
    band: AgeBand | None = None
    text: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A loan of the list, in minor units of its currency."""

    loan_id: UUID
    number: str
    case_id: UUID
    reference: str
    programme: str
    state: LoanState
    currency: str
    lent: int
    owed: int
    overdue: int
    credit: int
    overdue_days: int
    next_due_on: date | None


def portfolio(session: Session, actor: Actor, today: date, currency: str = "") -> Portfolio:
    """The sums of one currency: the one that is named, or that of most loans.

    Raises `Refused` (``role``), `InvalidInput` (``unknown_filter``: there is no loan in that currency)."""
    require(actor.role, Permission.SEE_LOANS)
    currencies = _currencies(session, actor)
    if currency and currency not in currencies:
        raise InvalidInput(
            "unknown_filter", _("There are no loans in that currency."), _("Choose a currency from the list.")
        )
    chosen = currency or next(iter(currencies), "")
    found = Portfolio(chosen, currencies, months={month: Sums() for month in months(today)})
    if chosen:
        within = (visible(actor), col(Loan.currency) == chosen, col(Loan.disbursed_on).is_not(None))
        _add_standings(session, found, within, today)
        _add_forgiven(session, found, within)
        _add_by_month(session, found, "due", _due(within, tuple(found.months)))
        _add_by_month(session, found, "collected", _collected(within, tuple(found.months)))
    return found


def months(today: date) -> tuple[date, ...]:
    """The first days of the last `MONTHS` months."""
    last = today.year * 12 + today.month - 1
    return tuple(date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1))


def listed(
    session: Session, actor: Actor, asked: LoanFilter, today: date, *, offset: int, limit: int
) -> tuple[list[LoanLine], int]:
    """Loans that fit, those longest overdue first, then by number; and how many there are in all. Also those that are
    not paid out yet. Raises `Refused` (``role``)."""
    require(actor.role, Permission.SEE_LOANS)
    chosen = _chosen(actor, asked, today)
    joined = sa.join(Loan, Case, col(Case.id) == col(Loan.case_id)).outerjoin(
        LoanStanding, col(LoanStanding.loan_id) == col(Loan.id)
    )
    since = sa.case((col(LoanStanding.overdue_minor) > 0, col(LoanStanding.overdue_since)))
    columns: list[Any] = [
        col(Loan.id), col(Loan.number), col(Case.id), col(Case.reference), col(Case.programme_id), col(Loan.state),
        col(Loan.currency), col(Loan.principal_minor), _owed(),
        sa.func.coalesce(col(LoanStanding.overdue_minor), 0), sa.func.coalesce(col(LoanStanding.credit_minor), 0),
        since, col(LoanStanding.next_due_on),
    ]  # fmt: skip
    query = (
        sa.select(*columns)
        .select_from(joined)
        .where(*chosen)
        .order_by(since.is_(None), since, col(Loan.number))
        .offset(offset)
        .limit(limit)
    )
    lines = [
        LoanLine(*(*row[:11], (today - row[11]).days if row[11] else 0, row[12]))
        for row in session.connection().execute(query)
    ]
    count = sa.select(sa.func.count()).select_from(joined).where(*chosen)
    return lines, session.connection().execute(count).scalar_one()


def _chosen(actor: Actor, asked: LoanFilter, today: date) -> list[sa.ColumnElement[bool]]:
    chosen = [visible(actor)]
    if asked.state is not None:
        chosen.append(col(Loan.state) == asked.state)
    if asked.waiting is not None:
        chosen.append(asked.waiting)
    if asked.programme:
        chosen.append(col(Case.programme_id) == asked.programme)
    if asked.band is not None:
        chosen.append(_band(today) == asked.band.value)
    if asked.currency:
        chosen.append(col(Loan.currency) == asked.currency)
    if asked.text:
        text = asked.text.strip().upper()
        names = (col(Loan.number), sa.func.upper(col(Case.reference)))
        chosen.append(sa.or_(*(name.startswith(text, autoescape=True) for name in names)))
    return chosen


def _currencies(session: Session, actor: Actor) -> tuple[str, ...]:
    query = (
        sa.select(col(Loan.currency))
        .join(Case, col(Case.id) == col(Loan.case_id))
        .where(visible(actor), col(Loan.disbursed_on).is_not(None))
        .group_by(col(Loan.currency))
        .order_by(sa.func.count().desc(), col(Loan.currency))
    )
    return tuple(session.connection().scalars(query))


def _owed() -> sa.ColumnElement[int]:
    """What a loan owes: of one that was paid out and not looked at yet, the principal."""
    unseen = sa.case((col(Loan.state).in_(OUTSTANDING), col(Loan.principal_minor)), else_=0)
    return sa.func.coalesce(col(LoanStanding.principal_minor) + col(LoanStanding.interest_minor), unseen)


def _band(today: date) -> sa.ColumnElement[str]:
    since = col(LoanStanding.overdue_since)
    younger = [(since >= today - timedelta(days=most), band.value) for band, most in _LIMITS]
    overdue = sa.and_(col(LoanStanding.overdue_minor) > 0, since.is_not(None))
    return sa.case((~overdue, ""), (col(LoanStanding.loan_id).is_(None), ""), *younger, else_=AgeBand.OVER_90.value)


def _add_standings(session: Session, found: Portfolio, within: Sequence[sa.ColumnElement[bool]], today: date) -> None:
    band = _band(today).label("band")
    overdue = sa.func.coalesce(sa.func.sum(col(LoanStanding.overdue_minor)), 0)
    groups = (col(Case.programme_id), col(Cohort.code), col(Loan.state), band)
    query = (
        sa.select(*groups, sa.func.count(), sa.func.sum(col(Loan.principal_minor)), sa.func.sum(_owed()), overdue)
        .select_from(_loans().outerjoin(LoanStanding, col(LoanStanding.loan_id) == col(Loan.id)))
        .where(*within)
        .group_by(*groups)
    )
    for programme, cohort, state, aged, loans, lent, owed, late in session.connection().execute(query):
        kinds = [*_of(found, programme, cohort), found.states.setdefault(LoanState(state), Sums())]
        if aged:
            kinds.append(found.bands[AgeBand(aged)])
        for sums in kinds:
            sums.add(loans=loans, lent=int(lent), owed=int(owed), overdue=int(late))


def _add_forgiven(session: Session, found: Portfolio, within: Sequence[sa.ColumnElement[bool]]) -> None:
    groups = (col(Case.programme_id), col(Cohort.code))
    query = (
        sa.select(*groups, sa.func.sum(col(LedgerLine.amount_minor)))
        .select_from(_booked())
        .where(*within, col(LedgerLine.account) == LedgerAccount.FORGIVEN)
        .group_by(*groups)
    )
    for programme, cohort, amount in session.connection().execute(query):
        for sums in _of(found, programme, cohort):
            sums.add(forgiven=int(amount))


def _add_by_month(session: Session, found: Portfolio, name: str, query: sa.Select[Any]) -> None:
    of_month = list(found.months.values())
    for programme, cohort, month, amount in session.connection().execute(query):
        for sums in (*_of(found, programme, cohort), of_month[month]):
            sums.add(**{name: int(amount or 0)})


def _due(within: Sequence[sa.ColumnElement[bool]], first_days: Sequence[date]) -> sa.Select[Any]:
    """Of each plan the instalments that fell due while it was in force and the loan went on. Nothing is due of a loan
    whose grace has not begun, whatever days its note has."""
    later = aliased(LoanPlan)
    replaced = sa.exists().where(
        col(later.loan_id) == col(Instalment.loan_id),
        col(later.number) > col(Instalment.plan),
        col(later.starts_on) <= col(Instalment.due_on),
    )
    amount = col(Instalment.amount_minor) + col(Instalment.interest_minor)
    going_on = sa.and_(
        col(Loan.state) != LoanState.DISBURSED,
        sa.or_(col(Loan.ended_on).is_(None), col(Instalment.due_on) <= col(Loan.ended_on)),
    )
    joined = _loans().join(Instalment, col(Instalment.loan_id) == col(Loan.id))
    return _by_month(joined, col(Instalment.due_on), amount, first_days).where(*within, going_on, ~replaced)


def _collected(within: Sequence[sa.ColumnElement[bool]], first_days: Sequence[date]) -> sa.Select[Any]:
    """What borrowers paid less what came back, by the day on which it happened."""
    first = aliased(LedgerEntry)
    joined = _booked().outerjoin(first, col(first.id) == col(LedgerEntry.reverses_id))
    kind = sa.func.coalesce(col(first.kind), col(LedgerEntry.kind))
    query = _by_month(joined, col(LedgerEntry.happened_on), col(LedgerLine.amount_minor), first_days)
    return query.where(*within, col(LedgerLine.account) == LedgerAccount.MONEY, kind.in_(_COLLECTED))


def _by_month(joined: sa.FromClause, day: Any, amount: Any, first_days: Sequence[date]) -> sa.Select[Any]:
    last = first_days[-1]
    after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    newest_first = list(enumerate(first_days))[::-1]
    month = sa.case(*((day >= first, number) for number, first in newest_first)).label("month")
    groups = (col(Case.programme_id), col(Cohort.code), month)
    query = sa.select(*groups, sa.func.sum(amount)).select_from(joined)
    return query.where(day >= first_days[0], day < after).group_by(*groups)


def _loans() -> sa.Join:
    return (
        sa.join(Loan, Case, col(Case.id) == col(Loan.case_id))
        .outerjoin(CohortMember, col(CohortMember.case_id) == col(Case.id))
        .outerjoin(Cohort, col(Cohort.id) == col(CohortMember.cohort_id))
    )


def _booked() -> sa.Join:
    return (
        _loans()
        .join(LedgerEntry, col(LedgerEntry.subject_id) == col(Loan.id))
        .join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
    )


def _of(found: Portfolio, programme: str, cohort: str | None) -> list[Sums]:
    """The whole, and the programme's and cohort's own."""
    return [
        found.whole,
        found.programmes.setdefault(programme, Sums()),
        found.cohorts.setdefault(cohort or "", Sums()),
    ]
