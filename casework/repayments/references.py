"""One reference of the bank is one event: a payment towards a loan, a refund of a carrier, or what was paid back of an
entitlement. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from basis.errors import Conflict
from basis.messages import _
from casework.cases.tables import Case
from casework.entitlements.tables import EntitlementReclaim
from casework.ledger.rules import RETURNED, EntryKind, LedgerAccount
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.loans.tables import LoanUnwinding
from casework.repayments.tables import BankLine, LineState

_OTHERS: Final = (EntryKind.REFUND_RECEIVED, EntryKind.RECLAIM_PAID)
Known = tuple[date, int, str]
"""Day, minor units and currency."""


def booked_otherwise(
    session: Session, office_id: UUID, references: Collection[str], but: UUID | None = None
) -> Mapping[str, Known]:
    """Which of these references (in capital letters) an office has booked as money that is no payment towards a loan.
    What was recorded wrongly and taken back counts no more; what the bank returned was an event all the same.

    `but`: a loan or entitlement that is left out."""
    back = aliased(LedgerEntry)
    # From the few accounts that such money is booked to: a search through the whole ledger is too slow.
    # Also where nothing of it stands any more: what the bank returned is known all the same.
    undone = sa.select(col(LoanUnwinding.loan_id)).where(col(LoanUnwinding.refund_minor) > 0)
    reclaimed = sa.select(col(EntitlementReclaim.entitlement_id)).where(col(EntitlementReclaim.decided_on).is_not(None))
    query = (
        select(LedgerEntry, LedgerLine.amount_minor)
        .join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
        .where(
            col(LedgerEntry.subject_id).in_(undone.union(reclaimed)),
            col(LedgerEntry.kind).in_(_OTHERS),
            LedgerLine.account == LedgerAccount.MONEY,
            col(LedgerEntry.reference).in_(references),
            exists().where(col(Case.id) == col(LedgerEntry.case_id), col(Case.office_id) == office_id),
            ~exists().where(col(back.reverses_id) == col(LedgerEntry.id), col(back.reason) != RETURNED),
        )
    )
    if but is not None:
        query = query.where(LedgerEntry.subject_id != but)
    return {entry.reference: (entry.happened_on, minor, entry.currency) for entry, minor in session.exec(query)}


def require_free(session: Session, office_id: UUID, reference: str, subject_id: UUID) -> None:
    """Raise `Conflict` (``already_posted``) where the bank's reference is a payment towards a loan, or is booked for
    another loan or entitlement than `subject_id`; what is booked for that one its own keys tell apart."""
    known = reference.strip().upper()
    hold(session, office_id, known)
    query = select(BankLine.id).where(
        BankLine.office_id == office_id,
        BankLine.reference == known,
        col(BankLine.state).in_((LineState.COUNTED, LineState.RETURNED)),
    )
    if session.exec(query).first() is not None:
        raise Conflict(
            "already_posted",
            _("This reference is counted as a payment towards a loan."),
            _("Take that payment back first, if it is none."),
        )
    if booked_otherwise(session, office_id, [known], but=subject_id):
        raise Conflict(
            "already_posted",
            _("This reference is booked as the refund of a carrier, or as what was paid back of an entitlement."),
            _("Compare the reference with the bank's list; take back first what is recorded wrongly."),
        )


def hold(session: Session, office_id: UUID, reference: str) -> None:
    """Of two who book a reference for two cases at once, the second waits until the first has committed.

    SQLite needs nothing: its writers wait for each other anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        text = f"bank {office_id} {reference}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(text, 0))))
