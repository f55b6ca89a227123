"""What every change of a loan that was paid out ends with: interest, credit, its state, the copy of its standing.

People change a loan through `service` and `forgiving`; what time alone changes is done by `keep_up`, which the engine
calls until nothing is left.
"""

from __future__ import annotations

from dataclasses import astuple
from datetime import date
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from basis.errors import Conflict
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.tables import Case
from casework.ledger import queries as ledger_queries
from casework.ledger import rules as ledger
from casework.ledger import service as booking
from casework.ledger.rules import EntryKind, LedgerAccount, Movement, Posting, Subject, SubjectKind
from casework.loans import papers
from casework.loans.life import ENDED, OUTSTANDING, Act, LoanState, moved
from casework.loans.paper_tables import PaperKind
from casework.loans.tables import Loan
from casework.repayments import queries, rules
from casework.repayments.queries import Account
from casework.repayments.rules import Position, Standing
from casework.repayments.tables import LoanStanding
from casework.work import Work
from checklists.catalogue import Catalogue

_INTEREST: Final = LedgerAccount.INTEREST_EARNED
_NOTHING_MORE: Final = {LoanState.FORGIVEN: ledger.forgiveness, LoanState.UNWOUND: ledger.unwinding}
"""Of a loan that was given up as a whole also that is borne which a returned payment leaves owed again."""


def locked(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> Account:
    """A loan for a change: its case locked first, then the loan; the case may have ended, as it mostly has.

    Raises `Refused` (``role``), `NotFound` (``loan``, ``case``), `Conflict` (``stale``; ``not_paid_out``).
    """
    require(work.actor.role, Permission.KEEP_LOANS)
    return found(work, catalogue, loan_id, expected_version)


def found(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> Account:
    """The same, where the caller has asked for another permission."""
    loan = work.session.get(Loan, loan_id)
    if loan is None:
        raise queries.no_loan()
    case = changes.change(work, loan.case_id, expected_version, any_life=True)
    work.session.flush()
    work.session.refresh(loan, with_for_update=True)
    if loan.disbursed_on is None:
        raise Conflict("not_paid_out", _("The loan has not been paid out."), _("Look at its present state."))
    return queries.accounts(work.session, catalogue, [(loan, case)])[loan.id]


def book(work: Work, account: Account, movement: Movement, happened_on: date, key: str, reference: str = "") -> UUID:
    """Book a movement of the loan, once; returns the entry's id. Raises what `casework.ledger.service.post` does."""
    loan = account.loan
    subject = Subject(SubjectKind.LOAN, loan.id, loan.case_id, loan.currency)
    entry = booking.post(work, Posting(subject, movement, happened_on, key, reference))
    if all(one.id != entry.id for one in account.entries):
        account.entries += ledger_queries.booked(work.session, [entry])
    return entry.id


def take_back(work: Work, account: Account, entry_id: UUID, reason: str, on: date, reference: str = "") -> None:
    """Reverse an entry of the loan. Raises what `casework.ledger.service.reverse` does."""
    entry = booking.reverse(work, entry_id, reason, on, reference)
    account.entries += ledger_queries.booked(work.session, [entry])


def charge(work: Work, account: Account, until: date, *, closing: bool = False) -> None:
    """Book the interest that has become due until a day; with `closing` also that of the month that was begun."""
    loan = account.loan
    if loan.interest == 0 or loan.state in _NOTHING_MORE or (loan.state is LoanState.DISBURSED and not closing):
        return
    days = {row.due_on for plan in account.plans for row in plan.rows if row.interest}
    days |= {plan.starts_on for plan in account.plans[1:]}
    for day in [*sorted(day for day in days if day < until), until]:
        owed = rules.interest_until(
            account.plans, account.entries, loan.interest, day, closing=closing and day == until
        )
        charged = -sum(entry.amount(_INTEREST) for entry in account.entries)
        if owed > charged:
            count = sum(1 for entry in account.entries if entry.kind is EntryKind.INTEREST)
            book(work, account, ledger.interest(owed - charged), day, f"interest:{loan.id}:{count + 1}")


def uncharge(work: Work, account: Account, since: date) -> None:
    """Take back the interest that became due after a day and is not paid: something of that day is booked only now, and
    `settle_up` counts anew."""
    gone = {entry.reverses_id for entry in account.entries}
    charged = [one for one in account.entries if one.kind is EntryKind.INTEREST and one.happened_on > since]
    for entry in reversed(charged):
        if entry.id not in gone and -entry.amount(_INTEREST) <= account.owed.interest:
            take_back(work, account, entry.id, "wrong_amount", entry.happened_on)


def settle_up(work: Work, account: Account) -> Standing:
    """Bring a loan up to today: what is owed again, interest, credit, then its state, its copy and its papers."""
    booked = len(account.entries)
    if account.loan.state is LoanState.UNWOUND:
        # What the carrier gave back for a payment that then bounced is no money of the worker.
        _use_credit(work, account)
    _owe_again(work, account)
    _use_earlier_credit(work, account)
    charge(work, account, work.today)
    _use_credit(work, account)
    standing = account.standing(work.today)
    before = account.loan.state
    if standing.state is not before:
        _move(work, account, standing.state)
    if standing.state is not before or len(account.entries) > booked:
        account.loan.version += 1
        work.session.add(account.loan)
    _copy(work, account, standing)
    return standing


def letter(work: Work, account: Account, before: LoanState) -> None:
    """The settlement letter of a loan that is at its end now, and was not `before`; one that is owed again has none."""
    ends = (LoanState.SETTLED, LoanState.FORGIVEN)
    if account.loan.state in ends and before not in ends:
        papers.ask(work, PaperKind.SETTLEMENT_LETTER, account.loan.id)
    elif before in ends and account.loan.state not in ends:
        papers.fall(work, account.loan.id, PaperKind.SETTLEMENT_LETTER)


def keep_up(work: Work, catalogue: Catalogue, limit: int) -> int:
    """Bring up to today the loans that time, or a change elsewhere, has left behind; returns how many there were."""
    query = (
        select(Loan, Case)
        .join(Case, col(Case.id) == col(Loan.case_id))
        .join(LoanStanding, col(LoanStanding.loan_id) == col(Loan.id), isouter=True)
        .where(*_behind(work.today))
        .order_by(col(Case.id))
        .limit(limit)
        .with_for_update(of=[Case, Loan])
        .execution_options(populate_existing=True)
    )
    loans = [(loan, case) for loan, case in work.session.exec(query)]
    for account in queries.accounts(work.session, catalogue, loans).values():
        before, booked = account.loan.state, len(account.entries)
        settle_up(work, account)
        if account.loan.state is not before or len(account.entries) > booked:
            # Papers are told apart by the version of the case.
            changes.change(work, account.case.id, any_life=True)
            letter(work, account, before)
    return len(loans)


def _behind(today: date) -> tuple[ColumnElement[bool], ...]:
    kept = or_(
        col(Loan.state).in_(OUTSTANDING), col(LoanStanding.loan_id).is_not(None), col(Loan.state) == LoanState.UNWOUND
    )
    stale = or_(
        col(LoanStanding.loan_id).is_(None),
        col(LoanStanding.version) != col(Loan.version),
        col(LoanStanding.changes_on) <= today,
    )
    return kept, stale


def _owe_again(work: Work, account: Account) -> None:
    owed, loan = account.owed, account.loan
    if owed.credit < 0:
        key = f"owed-again:{loan.id}:{len(account.entries)}"
        book(work, account, ledger.owed_again(-owed.credit), _lacking_since(account) or work.today, key)
        owed = account.owed
    if owed.owed and loan.state in _NOTHING_MORE:
        movement = _NOTHING_MORE[loan.state](owed.principal, owed.interest)
        book(work, account, movement, work.today, f"{movement.kind.value}:{loan.id}:{len(account.entries)}")


def _use_credit(work: Work, account: Account) -> None:
    owed = account.owed
    if owed.credit and owed.owed:
        parts = rules.allocate(min(owed.credit, owed.owed), owed)
        movement = ledger.credit_used(parts.to_interest, parts.to_principal)
        book(work, account, movement, work.today, f"credit:{account.loan.id}:{len(account.entries)}")


def _use_earlier_credit(work: Work, account: Account) -> None:
    """Where a payment is taken back as of a day before others that it had turned into credit, those paid on their own
    days: no interest is counted on what they cover."""
    if not (account.owed.credit and account.owed.owed):
        return
    for day in sorted({entry.happened_on for entry in account.entries if entry.happened_on < work.today}):
        charge(work, account, day)
        since = [held for on, held in _by_day(account) if on >= day]
        free = Position(*(min(amounts) for amounts in zip(*map(astuple, since), strict=True)))
        if free.credit > 0 and free.owed > 0:
            parts = rules.allocate(min(free.credit, free.owed), free)
            movement = ledger.credit_used(parts.to_interest, parts.to_principal)
            book(work, account, movement, day, f"credit:{account.loan.id}:{len(account.entries)}")


def _lacking_since(account: Account) -> date | None:
    """Since when the worker has had more back than was paid too much."""
    since = None
    for day, held in _by_day(account):
        since = (since or day) if held.credit < 0 else None
    return since


def _by_day(account: Account) -> list[tuple[date, Position]]:
    """What the loan held at the end of each day on which something was booked."""
    held, found = dict.fromkeys(LedgerAccount, 0), dict[date, Position]()
    for entry in sorted(account.entries, key=attrgetter("happened_on")):
        for line in entry.lines:
            held[line.account] += line.amount_minor
        found[entry.happened_on] = rules.position_of(held)
    return list(found.items())


def _move(work: Work, account: Account, state: LoanState) -> None:
    loan, before = account.loan, account.loan.state
    for act in rules.acts_to(before, state):
        loan.state = moved(loan.state, act)
    if loan.state is not state:
        raise Conflict("loan_state", _("The loan cannot go on from its state."), _("Tell whoever runs the system."))
    loan.ended_on = work.today if state in ENDED else None
    work.record(f"loan.became_{state.value}", f"loan/{loan.id}", case_id=loan.case_id)


def act(work: Work, account: Account, what: Act) -> None:
    """Move the loan as a person decided. Raises `Conflict` (``loan_state``)."""
    account.loan.state = moved(account.loan.state, what)
    account.loan.version += 1
    if account.loan.state in ENDED:
        account.loan.ended_on = work.today
    work.session.add(account.loan)


def _copy(work: Work, account: Account, standing: Standing) -> None:
    loan, owed = account.loan, account.owed
    row = work.session.get(LoanStanding, loan.id)
    values: dict[str, Any] = {
        "version": loan.version,
        "state": loan.state,
        "seen_on": work.today,
        "principal_minor": owed.principal,
        "interest_minor": owed.interest,
        "credit_minor": owed.credit,
        "due_minor": standing.due,
        "overdue_minor": standing.overdue,
        "overdue_since": standing.overdue_since,
        "missed": standing.missed,
        "next_due_on": standing.next_due,
        "next_minor": standing.next_amount,
        "changes_on": standing.changes_on,
    }
    if row is None:
        row = LoanStanding(loan_id=loan.id, **values)
    for name, value in values.items():
        setattr(row, name, value)
    work.session.add(row)
    work.session.flush()
