"""Refunds that were recorded wrongly: taken back by their mirror, and recorded anew under the same reference.

Those of a carrier, what a carrier owed and was given up, and what went back to the worker as paid too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound
from basis.messages import _
from casework.ledger import rules as ledger
from casework.ledger.rules import Booked, EntryKind, LedgerAccount
from casework.ledger.tables import LedgerEntry
from casework.loans import queries
from casework.loans.life import LoanState
from casework.repayments import keeping, rules
from casework.repayments.queries import Account
from casework.repayments.tables import BankLine, LineState
from casework.work import Work
from checklists.catalogue import Catalogue

_RETURNED: Final = "returned_by_bank"
CARRIER: Final = "carrier"
"""Why a row of the bank is set aside whose money is recorded as the refund of a carrier."""
_OF_CARRIER: Final = frozenset({EntryKind.REFUND_RECEIVED, EntryKind.REFUND_LOST})
_PRINCIPAL: Final = LedgerAccount.LOAN_PRINCIPAL
_BORNE: Final = {LoanState.UNWOUND: EntryKind.UNWOUND, LoanState.FORGIVEN: EntryKind.FORGIVEN}


def standing(entries: Sequence[Booked]) -> list[Booked]:
    """The refunds among the entries of a loan that were not taken back, the last first."""
    gone = {entry.reverses_id for entry in entries}
    kinds = _OF_CARRIER | {EntryKind.OVERPAID_REFUNDED}
    return [entry for entry in reversed(entries) if entry.kind in kinds and entry.id not in gone]


def key_of(session: Session, event: str) -> str:
    """The key of an event; of one that was recorded and taken back, the next attempt's."""
    back, key, attempt = aliased(LedgerEntry), event, 1
    taken_back = exists().where(col(back.reverses_id) == col(LedgerEntry.id))
    while session.exec(select(LedgerEntry.id).where(LedgerEntry.key == key, taken_back)).first() is not None:
        attempt += 1
        key = f"{event}#{attempt}"  # no reference has this sign
    return key


def take_back(
    work: Work,
    catalogue: Catalogue,
    loan_id: UUID,
    entry_id: UUID,
    reason: str,
    on: date,
    expected_version: int | None = None,
) -> None:
    """Take back a refund of the loan; `reason` is a code of `ledger.rules.REVERSE_REASONS`, `on` the day on which the
    bank returned it. What was never so is taken back on its own day, and what was given up is awaited again from today.

    Raises `NotFound` (``refund``), `Conflict` (``taken_back``; ``refund_closed``: first what was given up after it) and
    what `casework.ledger.service.reverse` does.
    """
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    entry, before = _found(account, entry_id), account.loan.state
    day = on if reason == _RETURNED else entry.happened_on
    if entry.kind in _OF_CARRIER:
        day = _await_again(work, account, entry, day)
    keeping.take_back(work, account, entry.id, reason, day, entry.reference)
    if entry.kind is EntryKind.OVERPAID_REFUNDED:
        _bear_less(work, account, entry)
    if entry.kind is EntryKind.REFUND_RECEIVED and reason != _RETURNED:
        _wait_again(work, account, entry, reason)
    work.record(
        "loan.refund_taken_back",
        f"loan/{loan_id}",
        case_id=account.case.id,
        happened_on=day,
        data={"kind": entry.kind.value, "reason": reason},
    )
    keeping.settle_up(work, account)
    keeping.letter(work, account, before)


def _found(account: Account, entry_id: UUID) -> Booked:
    if any(one.reverses_id == entry_id for one in account.entries):
        raise Conflict("taken_back", _("This refund was taken back already."), _("Look at the loan as it is now."))
    for entry in standing(account.entries):
        if entry.id == entry_id:
            return entry
    raise NotFound("refund", _("There is no such refund of this loan."), _("Open it from its loan."))


def _await_again(work: Work, account: Account, entry: Booked, day: date) -> date:
    row = queries.unwinding(work.session, account.loan.id)
    if row is None:
        raise NotFound("unwinding", _("No refund of a carrier is awaited."), _("Look at the loan."))
    work.session.refresh(row)
    if entry.kind is EntryKind.REFUND_LOST:
        day = work.today
    elif any(one.kind is EntryKind.REFUND_LOST for one in standing(account.entries)):
        raise Conflict(
            "refund_closed",
            _("What the carrier owed beside this was given up."),
            _("Take that back first: then all of it is awaited again."),
        )
    else:
        row.received_minor -= entry.amount(LedgerAccount.MONEY)
    row.closed_on = None
    work.session.add(row)
    return day


def _wait_again(work: Work, account: Account, refund: Booked, reason: str) -> None:
    """The money is there, and no refund of this loan: its row of the bank waits for people again."""
    query = select(BankLine).where(
        BankLine.office_id == account.case.office_id,
        BankLine.reference == refund.reference.upper(),
        BankLine.state == LineState.SET_ASIDE,
        BankLine.reason == CARRIER,
    )
    for line in work.session.exec(query.with_for_update()):
        line.state, line.reason = LineState.WAITING, ""
        line.finding = "other_loan" if reason == "other_loan" else line.finding or "refund_awaited"
        line.decided_at, line.decided_by = None, ""
        work.session.add(line)


def _bear_less(work: Work, account: Account, refund: Booked) -> None:
    """A payment came back after its surplus had gone to the worker by this refund, and the programme bore that: what
    never went to the worker pays it now, and is no money to be sent."""
    kind, gone = _BORNE.get(account.loan.state), {entry.reverses_id for entry in account.entries}
    since = [entry for entry in account.entries if entry.id > refund.id]
    most = sum(entry.amount(_PRINCIPAL) for entry in since if entry.kind is EntryKind.OWED_AGAIN)
    if account.loan.state is LoanState.UNWOUND:
        most = account.owed.credit  # all that comes back there is borne only after credit has paid for it
    for entry in since:
        if entry.kind is kind and entry.id not in gone and most:
            keeping.take_back(work, account, entry.id, "recorded_in_error", work.today)
    owed = account.owed
    amount = min(owed.credit, owed.owed, most)
    if kind is not None and amount:
        parts = rules.allocate(amount, owed)
        key = f"credit:{account.loan.id}:{len(account.entries)}"
        keeping.book(work, account, ledger.credit_used(parts.to_interest, parts.to_principal), work.today, key)
