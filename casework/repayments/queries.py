"""What is known of loans that were paid out: their plans and entries, how they stand, statements, lines of the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.ledger import queries as ledger
from casework.ledger.rules import Booked
from casework.loans.life import LoanState
from casework.loans.tables import Instalment, Loan
from casework.loans.terms import held_to
from casework.repayments import rules
from casework.repayments.rules import Plan, PlanKind, PlanRow, Position, Standing
from casework.repayments.statements import Statement, statement
from casework.repayments.tables import BankLine, LineState, LoanForgiveness, LoanPlan
from casework.vault import Vault
from checklists.catalogue import Catalogue
from checklists.programme import LoanTerms

_PLAN_ROW: Final = (
    col(Instalment.number), col(Instalment.due_on), col(Instalment.amount_minor), col(Instalment.interest_minor),
)  # fmt: skip
_AT_ONCE: Final = 5_000
"""Rows taken from the database at once."""


@dataclass(slots=True)
class Account:
    """A loan with all that its standing follows from. `terms` None: none were kept, and the programme has none now."""

    loan: Loan
    case: Case
    terms: LoanTerms | None
    plans: list[Plan]
    entries: list[Booked]

    @property
    def owed(self) -> Position:
        return rules.position(self.entries)

    def standing(self, on: date) -> Standing:
        overdue_after = self.terms.overdue_days if self.terms is not None else 0
        held = self.loan.state
        if held is LoanState.SETTLED and self.loan.grace_from is None:
            held = LoanState.DISBURSED  # a payment came back before the grace began
        return rules.standing(rules.plan_on(self.plans, on), self.owed, on, held, overdue_after)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line of the bank that belongs to no loan yet; `said` is the bank's text."""

    line: BankLine
    said: str


def account(session: Session, catalogue: Catalogue, actor: Actor, loan_id: UUID) -> Account:
    """A loan within the actor's reach. Raises `NotFound` (``loan``)."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise no_loan()
    case = changes.find(session, actor, loan.case_id)
    return accounts(session, catalogue, [(loan, case)])[loan.id]


def accounts(session: Session, catalogue: Catalogue, loans: Sequence[tuple[Loan, Case]]) -> dict[UUID, Account]:
    """Of many loans at once, in a fixed number of statements."""
    made = plans(session, [loan for loan, _case in loans])
    booked = ledger.entries_of(session, [loan.id for loan, _case in loans])
    return {
        loan.id: Account(loan, case, held_to(loan, programme_of(catalogue, case)), list(made[loan.id]), booked[loan.id])
        for loan, case in loans
    }


def plans(session: Session, loans: Sequence[Loan]) -> Mapping[UUID, list[Plan]]:
    """The plans of each loan, the signed one first."""
    ids = [loan.id for loan in loans]
    rows: dict[tuple[UUID, int], list[PlanRow]] = defaultdict(list)
    # Columns, and each id made once: instalments of a portfolio are read by the million.
    query = (
        sa.select(sa.type_coerce(col(Instalment.loan_id), sa.String), col(Instalment.plan), *_PLAN_ROW)
        .where(col(Instalment.loan_id).in_(ids))
        .order_by(col(Instalment.loan_id), col(Instalment.plan), col(Instalment.number))
    )
    read = chain.from_iterable(session.connection().execute(query).partitions(_AT_ONCE))
    for (loan_id, number), some in groupby(read, key=itemgetter(0, 1)):
        rows[UUID(str(loan_id)), number] = [PlanRow(*row[2:]) for row in some]
    later: dict[UUID, list[LoanPlan]] = defaultdict(list)
    for plan in session.exec(select(LoanPlan).where(col(LoanPlan.loan_id).in_(ids)).order_by(col(LoanPlan.number))):
        later[plan.loan_id].append(plan)
    found: dict[UUID, list[Plan]] = {}
    for loan in loans:
        begins = loan.disbursed_on or loan.signed_on or loan.asked_on
        first = rows[loan.id, 1]
        signed = [Plan(1, PlanKind.SIGNED, begins, loan.recorded_at, begins, tuple(first))] if first else []
        found[loan.id] = [*signed, *(_plan(plan, rows[loan.id, plan.number]) for plan in later[loan.id])]
    return found


def statement_of(
    session: Session, actor: Actor, loan_id: UUID, on: date, known_at: datetime
) -> tuple[Loan, Case, Statement]:
    """The statement of a loan as of the end of `on`, by what was recorded until `known_at`. Raises `NotFound`."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise no_loan()
    case = changes.find(session, actor, loan.case_id)
    made = plans(session, [loan])[loan.id] if _dated(session, loan, known_at) else []
    return loan, case, statement(made, ledger.entries(session, loan.id, on=on, known_at=known_at), on, known_at)


def _dated(session: Session, loan: Loan, known_at: datetime) -> bool:
    """Whether it was known by then from which day grace counts: before that nothing was due, whatever came later."""
    if loan.grace_from is None:
        return False
    query = select(AuditEvent.recorded_at).where(
        AuditEvent.subject == f"loan/{loan.id}", AuditEvent.kind == "loan.grace_began"
    )
    began = session.exec(query.order_by(col(AuditEvent.seq)).limit(1)).first()
    return began is None or began <= known_at


def by_number(session: Session, actor: Actor, number: str) -> Loan:
    """The loan of a number, if the actor may know of its case. Raises `NotFound` (``loan``)."""
    query = select(Loan).join(Case, col(Case.id) == col(Loan.case_id))
    found = session.exec(query.where(Loan.number == number.strip().upper(), changes.visible(actor))).one_or_none()
    if found is None:
        raise no_loan()
    return found


def lines_of(session: Session, actor: Actor, loan_id: UUID) -> list[BankLine]:
    """The payments that were counted for a loan, also those that were taken back, as they were booked."""
    account_loan = session.get(Loan, loan_id)
    if account_loan is None:
        raise no_loan()
    changes.find(session, actor, account_loan.case_id)
    query = select(BankLine).where(BankLine.loan_id == loan_id)
    return list(session.exec(query.order_by(col(BankLine.booked_on), col(BankLine.id))))


def waiting(
    session: Session,
    vault: Vault,
    actor: Actor,
    state: LineState = LineState.WAITING,
    *,
    offset: int,
    limit: int,
) -> tuple[list[WaitingLine], int]:
    """Lines of the actor's office that belong to no loan yet, or were set aside, the oldest first, and how many there
    are in all."""
    require(actor.role, Permission.KEEP_LOANS)
    chosen = _standing(actor, state)
    rows = list(
        session.exec(
            select(BankLine)
            .where(*chosen)
            .order_by(col(BankLine.booked_on), col(BankLine.id))
            .offset(offset)
            .limit(limit)
        )
    )
    vault.prepare(row.id for row in rows if row.said is not None)
    total = session.exec(select(func.count()).select_from(BankLine).where(*chosen)).one()
    return [WaitingLine(row, said(vault, row)) for row in rows], total


def count_waiting(session: Session, actor: Actor) -> int:
    """How many lines of the actor's office belong to no loan yet."""
    return session.exec(select(func.count()).select_from(BankLine).where(*_standing(actor, LineState.WAITING))).one()


def said(vault: Vault, line: BankLine) -> str:
    """The bank's text of a line; empty where it had none, or where the line has found its place."""
    return vault.open(line.id, "bank_line", line.id, "said", line.said).decode() if line.said is not None else ""


def later_plans(session: Session, loan_id: UUID) -> list[LoanPlan]:
    """Why the plan of a loan was changed, the last change first."""
    return list(session.exec(select(LoanPlan).where(LoanPlan.loan_id == loan_id).order_by(col(LoanPlan.number).desc())))


def forgivenesses(session: Session, loan_id: UUID) -> list[LoanForgiveness]:
    """What was proposed and decided, the last first."""
    query = select(LoanForgiveness).where(LoanForgiveness.loan_id == loan_id)
    return list(session.exec(query.order_by(col(LoanForgiveness.id).desc())))


def no_loan() -> NotFound:
    return NotFound("loan", _("There is no such loan, or it is not one of yours."), _("Open it from its case."))


def _standing(actor: Actor, state: LineState) -> tuple[ColumnElement[bool], ...]:
    return col(BankLine.state) == state, col(BankLine.office_id) == actor.organisation_id


def _plan(row: LoanPlan, rows: Sequence[PlanRow]) -> Plan:
    return Plan(row.number, row.kind, row.starts_on, row.recorded_at, row.counts_from, tuple(rows), row.rest_until)
