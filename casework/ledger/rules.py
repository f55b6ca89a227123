"""What is booked for which event, and what the accounts of a loan or an entitlement hold. Pure.

Amounts are integer minor units of one currency. A debit is positive, a credit negative; the lines of an entry sum to
zero. Nobody outside this module spells debit and credit: every event has its function here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from basis.errors import InvalidInput
from basis.messages import Message, _

_REFERENCE: Final = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9./_:+-]{0,59}", re.ASCII)
MOST: Final = 10**12
"""The most minor units of one amount."""
SEPARATOR: Final = "\x1f"
"""Between the fields of an entry's `canonical` text; no field may hold it."""


class SubjectKind(StrEnum):
    """What an account belongs to."""

    LOAN = "loan"
    ENTITLEMENT = "entitlement"


class LedgerAccount(StrEnum):
    """Accounts of one loan or entitlement; in brackets the side on which they stand."""

    MONEY = "money"  # the office's bank (either)
    LOAN_PRINCIPAL = "loan_principal"  # owed by the borrower (debit)
    INTEREST_DUE = "interest_due"  # owed by the borrower (debit)
    INTEREST_EARNED = "interest_earned"  # (credit)
    FORGIVEN = "forgiven"  # borne by the programme (debit)
    CREDIT = "credit"  # paid too much, owed to the borrower (credit)
    CARRIER = "carrier"  # a refund that the carrier owes (debit)
    ENTITLEMENT = "entitlement"  # what the programme grants (debit)
    PAYABLE = "payable"  # approved and not paid out (credit)
    RECLAIM = "reclaim"  # to be paid back by the worker (debit)


class EntryKind(StrEnum):
    """Why something was booked."""

    DISBURSED = "disbursed"
    INTEREST = "interest"
    PAYMENT = "payment"
    PAYMENT_RETURNED = "payment_returned"  # the bank took it back: a reversal of the payment
    CREDIT_USED = "credit_used"  # what was paid too much pays what became due again
    OVERPAID_REFUNDED = "overpaid_refunded"
    OWED_AGAIN = "owed_again"  # a payment came back after its surplus had been refunded
    FORGIVEN = "forgiven"
    REFUND_DUE = "refund_due"  # the journey does not take place: the carrier owes, the borrower no longer
    REFUND_RECEIVED = "refund_received"
    REFUND_LOST = "refund_lost"  # the carrier keeps it
    UNWOUND = "unwound"  # what is left of a loan without a journey, borne by the programme
    ENTITLEMENT_APPROVED = "entitlement_approved"
    ENTITLEMENT_PAID = "entitlement_paid"
    ENTITLEMENT_STOPPED = "entitlement_stopped"
    RECLAIM = "reclaim"
    RECLAIM_PAID = "reclaim_paid"
    RECLAIM_WAIVED = "reclaim_waived"
    REVERSAL = "reversal"


ENTRY_WORDS: Mapping[EntryKind, Message] = {
    EntryKind.DISBURSED: _("Loan paid out"),
    EntryKind.INTEREST: _("Interest"),
    EntryKind.PAYMENT: _("Payment"),
    EntryKind.PAYMENT_RETURNED: _("Payment returned by the bank"),
    EntryKind.CREDIT_USED: _("Credit used for what is owed"),
    EntryKind.OVERPAID_REFUNDED: _("Overpaid amount refunded"),
    EntryKind.OWED_AGAIN: _("Refunded amount owed again"),
    EntryKind.FORGIVEN: _("Forgiven"),
    EntryKind.REFUND_DUE: _("Refund owed by the carrier"),
    EntryKind.REFUND_RECEIVED: _("Refund received from the carrier"),
    EntryKind.REFUND_LOST: _("Refund not received from the carrier"),
    EntryKind.UNWOUND: _("Borne by the programme, as the journey does not take place"),
    EntryKind.ENTITLEMENT_APPROVED: _("Payment approved"),
    EntryKind.ENTITLEMENT_PAID: _("Payment made"),
    EntryKind.ENTITLEMENT_STOPPED: _("Payment stopped"),
    EntryKind.RECLAIM: _("To be paid back"),
    EntryKind.RECLAIM_PAID: _("Paid back"),
    EntryKind.RECLAIM_WAIVED: _("Need not be paid back"),
    EntryKind.REVERSAL: _("Correction"),
}
REVERSE_REASONS: Mapping[str, Message] = {
    "returned_by_bank": _("The bank returned the payment."),
    "recorded_in_error": _("It was recorded in error."),
    "wrong_amount": _("The amount was wrong."),
    "wrong_day": _("The day was wrong."),
    "other_loan": _("It belongs to another loan."),
}
RETURNED: Final = "returned_by_bank"
_A = LedgerAccount
SHAPES: Final[Mapping[EntryKind, Mapping[LedgerAccount, int]]] = {
    EntryKind.DISBURSED: {_A.LOAN_PRINCIPAL: 1, _A.MONEY: -1},
    EntryKind.INTEREST: {_A.INTEREST_DUE: 1, _A.INTEREST_EARNED: -1},
    EntryKind.PAYMENT: {_A.MONEY: 1, _A.INTEREST_DUE: -1, _A.LOAN_PRINCIPAL: -1, _A.CREDIT: -1},
    EntryKind.CREDIT_USED: {_A.CREDIT: 1, _A.INTEREST_DUE: -1, _A.LOAN_PRINCIPAL: -1},
    EntryKind.OVERPAID_REFUNDED: {_A.CREDIT: 1, _A.MONEY: -1},
    EntryKind.OWED_AGAIN: {_A.LOAN_PRINCIPAL: 1, _A.CREDIT: -1},
    EntryKind.FORGIVEN: {_A.FORGIVEN: 1, _A.INTEREST_DUE: -1, _A.LOAN_PRINCIPAL: -1},
    EntryKind.REFUND_DUE: {_A.CARRIER: 1, _A.INTEREST_DUE: -1, _A.LOAN_PRINCIPAL: -1, _A.CREDIT: -1},
    EntryKind.REFUND_RECEIVED: {_A.MONEY: 1, _A.CARRIER: -1},
    EntryKind.REFUND_LOST: {_A.FORGIVEN: 1, _A.LOAN_PRINCIPAL: 1, _A.CARRIER: -1},
    EntryKind.UNWOUND: {_A.FORGIVEN: 1, _A.INTEREST_DUE: -1, _A.LOAN_PRINCIPAL: -1},
    EntryKind.ENTITLEMENT_APPROVED: {_A.ENTITLEMENT: 1, _A.PAYABLE: -1},
    EntryKind.ENTITLEMENT_PAID: {_A.PAYABLE: 1, _A.MONEY: -1},
    EntryKind.ENTITLEMENT_STOPPED: {_A.PAYABLE: 1, _A.ENTITLEMENT: -1},
    EntryKind.RECLAIM: {_A.RECLAIM: 1, _A.ENTITLEMENT: -1},
    EntryKind.RECLAIM_PAID: {_A.MONEY: 1, _A.RECLAIM: -1},
    EntryKind.RECLAIM_WAIVED: {_A.FORGIVEN: 1, _A.RECLAIM: -1},
}
"""The accounts that an event may move, and to which side: 1 debit, -1 credit. A reversal mirrors its entry instead."""
REVERSALS: Final = frozenset({EntryKind.REVERSAL, EntryKind.PAYMENT_RETURNED})

SIDES: Final[Mapping[LedgerAccount, int]] = {
    _A.LOAN_PRINCIPAL: 1,
    _A.INTEREST_DUE: 1,
    _A.INTEREST_EARNED: -1,
    _A.FORGIVEN: 1,
    _A.CREDIT: -1,
    _A.CARRIER: 1,
    _A.ENTITLEMENT: 1,
    _A.PAYABLE: -1,
    _A.RECLAIM: 1,
}
"""The side on which an account stands: 1 debit, -1 credit. Money may stand on either."""


class Line(NamedTuple):
    """One line of an entry: minor units, a debit positive, a credit negative; never zero."""

    account: LedgerAccount
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What an event does to the accounts: its lines sum to zero, and no account has two."""

    kind: EntryKind
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose accounts: a loan or an entitlement of a case, in its one currency (ISO 4217)."""

    kind: SubjectKind
    id: UUID
    case_id: UUID
    currency: str


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be booked.

    `key` names the event once and for all: booked twice, it counts once. `reference` is that of a bank or a ticket,
    never a name.
    """

    subject: Subject
    movement: Movement
    happened_on: date
    key: str
    reference: str = ""


class Booked(NamedTuple):
    """An entry of the ledger with its lines. `reverses_id` is the entry that it takes back, `reason` why."""

    id: UUID
    subject_id: UUID
    kind: EntryKind
    currency: str
    happened_on: date
    recorded_at: datetime
    recorded_by: str
    reference: str = ""
    reverses_id: UUID | None = None
    reason: str = ""
    lines: tuple[Line, ...] = ()

    def amount(self, account: LedgerAccount) -> int:
        """What the entry does to `account`: minor units, 0 where it does nothing."""
        return sum(line.amount_minor for line in self.lines if line.account is account)


def balanced(lines: Iterable[Line]) -> bool:
    """Whether debits and credits are equal."""
    return sum(line.amount_minor for line in lines) == 0


def balances(entries: Iterable[Booked | Movement]) -> dict[LedgerAccount, int]:
    """What every account holds after `entries`: minor units, a debit positive."""
    held = dict.fromkeys(LedgerAccount, 0)
    for entry in entries:
        for line in entry.lines:
            held[line.account] += line.amount_minor
    return held


def canonical(
    about: tuple[str, str], kind: str, currency: str, happened_on: str, *, key: str, reference: str, reverses: str,
    reason: str,
) -> str:  # fmt: skip
    """All that an entry says but its lines, as one text; a database can make the same.

    `about`: ids of the entry and its subject; they and `reverses` ("" for none) as 32 hexadecimal digits.
    """
    return SEPARATOR.join((*about, kind, currency, happened_on, key, reference, reverses, reason))


def fingerprint(said: str, lines: Iterable[str]) -> str:
    """SHA-256 of an entry, which its event in the history holds: what is changed past the software shows.

    `said`: what `canonical` makes of it, `lines`: each as ``account:amount``.
    """
    return sha256(SEPARATOR.join((said, *sorted(lines))).encode()).hexdigest()


def overdrawn(held: Mapping[LedgerAccount, int], lines: Iterable[Line]) -> frozenset[LedgerAccount]:
    """The accounts that `lines` move to, or further on, the side where they cannot stand. `held`: before them."""
    return frozenset(
        line.account
        for line in lines
        if line.amount_minor * (side := SIDES.get(line.account, 0)) < 0
        and (held.get(line.account, 0) + line.amount_minor) * side < 0
    )


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that take `lines` back."""
    return tuple(Line(line.account, -line.amount_minor) for line in lines)


def disbursement(amount: int) -> Movement:
    """The loan is paid out: the borrower owes it. `amount`: minor units, as in all that follow."""
    return _moved(EntryKind.DISBURSED, {_A.LOAN_PRINCIPAL: amount}, _A.MONEY)


def interest(amount: int) -> Movement:
    """Interest became due."""
    return _moved(EntryKind.INTEREST, {_A.INTEREST_DUE: amount}, _A.INTEREST_EARNED)


def payment(to_interest: int, to_principal: int, to_credit: int) -> Movement:
    """A payment by the borrower, as it was allocated; parts may be 0, their sum may not."""
    return _moved(EntryKind.PAYMENT, _owed(to_interest, to_principal, to_credit), _A.MONEY, side=-1)


def credit_used(to_interest: int, to_principal: int) -> Movement:
    """What was paid too much pays what became due after that."""
    return _moved(EntryKind.CREDIT_USED, _owed(to_interest, to_principal), _A.CREDIT, side=-1)


def overpaid_refund(amount: int) -> Movement:
    """What was paid too much goes back to the borrower."""
    return _moved(EntryKind.OVERPAID_REFUNDED, {_A.CREDIT: amount}, _A.MONEY)


def owed_again(amount: int) -> Movement:
    """A payment came back although its surplus had been refunded: the borrower owes that surplus as principal."""
    return _moved(EntryKind.OWED_AGAIN, {_A.LOAN_PRINCIPAL: amount}, _A.CREDIT)


def forgiveness(principal: int, interest: int = 0) -> Movement:
    """The programme bears what the borrower owed, or a part of it."""
    return _moved(EntryKind.FORGIVEN, _owed(interest, principal), _A.FORGIVEN, side=-1)


def refund_due(to_principal: int, to_interest: int = 0, to_credit: int = 0) -> Movement:
    """The carrier owes the fare: so much less does the borrower; what was repaid already becomes credit."""
    return _moved(EntryKind.REFUND_DUE, _owed(to_interest, to_principal, to_credit), _A.CARRIER, side=-1)


def refund_received(amount: int) -> Movement:
    """The carrier paid the refund, or a part of it."""
    return _moved(EntryKind.REFUND_RECEIVED, {_A.MONEY: amount}, _A.CARRIER)


def refund_lost(amount: int, *, by_worker: bool) -> Movement:
    """The carrier keeps what it owes: borne by the programme, or owed by the borrower again."""
    return _moved(EntryKind.REFUND_LOST, {_A.LOAN_PRINCIPAL if by_worker else _A.FORGIVEN: amount}, _A.CARRIER)


def unwinding(principal: int, interest: int = 0) -> Movement:
    """There is no journey: what the borrower still owes is borne by the programme."""
    return _moved(EntryKind.UNWOUND, _owed(interest, principal), _A.FORGIVEN, side=-1)


def entitlement_approved(amount: int) -> Movement:
    """The programme owes the worker a payment."""
    return _moved(EntryKind.ENTITLEMENT_APPROVED, {_A.ENTITLEMENT: amount}, _A.PAYABLE)


def entitlement_paid(amount: int) -> Movement:
    """What was approved is paid out."""
    return _moved(EntryKind.ENTITLEMENT_PAID, {_A.PAYABLE: amount}, _A.MONEY)


def entitlement_stopped(amount: int) -> Movement:
    """What was approved and not paid out is not paid out any more."""
    return _moved(EntryKind.ENTITLEMENT_STOPPED, {_A.PAYABLE: amount}, _A.ENTITLEMENT)


def reclaim(amount: int) -> Movement:
    """What was paid out is to be paid back."""
    return _moved(EntryKind.RECLAIM, {_A.RECLAIM: amount}, _A.ENTITLEMENT)


def reclaim_paid(amount: int) -> Movement:
    """The worker paid back what was reclaimed."""
    return _moved(EntryKind.RECLAIM_PAID, {_A.MONEY: amount}, _A.RECLAIM)


def reclaim_waived(amount: int) -> Movement:
    """What was reclaimed need not be paid back."""
    return _moved(EntryKind.RECLAIM_WAIVED, {_A.FORGIVEN: amount}, _A.RECLAIM)


def require_amount(amount: int) -> int:
    """`amount` if it is a sum of money that a ledger takes. Raises `InvalidInput` (``invalid_amount``)."""
    if type(amount) is not int or not 0 < amount <= MOST:  # a bool is an int, too
        raise InvalidInput(
            "invalid_amount",
            _("The amount is not one that can be booked."),
            _("Give an amount above zero, and not an absurd one."),
        )
    return amount


def known_reference(text: str) -> str:
    """A reference as it is kept: capital letters. Raises `InvalidInput` (``reference``): it could be a name, which no
    entry may hold."""
    reference = text.strip().upper()
    if _REFERENCE.fullmatch(reference) is None:
        raise InvalidInput(
            "reference",
            _("This is no reference of a payment."),
            _("Give the bank's reference or the number of the receipt: letters, at least one digit, and no spaces."),
        )
    return reference


def _owed(interest: int, principal: int, credit: int = 0) -> dict[LedgerAccount, int]:
    return {_A.INTEREST_DUE: interest, _A.LOAN_PRINCIPAL: principal, _A.CREDIT: credit}


def _moved(kind: EntryKind, parts: Mapping[LedgerAccount, int], against: LedgerAccount, *, side: int = 1) -> Movement:
    """`parts` on one side (1 debit, -1 credit), their sum on the other side of `against`."""
    given = {account: require_amount(amount) for account, amount in parts.items() if amount != 0}
    total = require_amount(sum(given.values()))
    lines = [Line(account, amount * side) for account, amount in given.items()]
    return Movement(kind, (*lines, Line(against, -total * side)))
