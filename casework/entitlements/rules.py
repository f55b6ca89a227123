"""How much may be claimed of an entitlement and for when, who decides, and the life of a claim. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _
from basis.money import Money
from casework.cases.rules import ENDINGS, CaseLife
from casework.ledger.rules import REVERSE_REASONS, Booked, EntryKind, LedgerAccount, require_amount
from checklists.terms import Entitlement


class ClaimState(StrEnum):
    CLAIMED = "claimed"
    APPROVED = "approved"
    PAID = "paid"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class ClaimAct(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    PAY = "pay"
    RETURN = "return"  # the payment came back: it is to be paid anew
    STOP = "stop"


class ReclaimState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


_S, _A = ClaimState, ClaimAct

TRANSITIONS: Mapping[tuple[ClaimState, ClaimAct], ClaimState] = {
    (_S.CLAIMED, _A.APPROVE): _S.APPROVED,
    (_S.CLAIMED, _A.DECLINE): _S.DECLINED,
    (_S.CLAIMED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.CLAIMED, _A.STOP): _S.STOPPED,
    (_S.APPROVED, _A.PAY): _S.PAID,
    (_S.APPROVED, _A.STOP): _S.STOPPED,
    (_S.PAID, _A.RETURN): _S.APPROVED,
}

LIVE: Final = frozenset({_S.CLAIMED, _S.APPROVED, _S.PAID})
"""These count against what the rule allows."""

STATE_WORDS: Mapping[ClaimState, Message] = {
    _S.CLAIMED: _("claimed, to be approved"),
    _S.APPROVED: _("approved, to be paid"),
    _S.PAID: _("paid"),
    _S.DECLINED: _("declined"),
    _S.WITHDRAWN: _("withdrawn"),
    _S.STOPPED: _("stopped"),
}
STOP_REASONS: Mapping[str, Message] = {
    "left_work": _("the worker left the work"),
    "returned": _("the worker returned"),
    "condition_gone": _("the condition does not hold any more"),
    "no_proof": _("no proof came"),
    "worker_asked": _("the worker asked for it"),
    "funds_ended": _("the funds have ended"),
    "recorded_in_error": _("it was recorded in error"),
}
RECLAIM_REASONS: Mapping[str, Message] = {
    "paid_in_error": _("it was paid in error"),
    "paid_after_stop": _("it was paid for a time after the stop"),
    "left_early": _("the worker left earlier than agreed"),
    "not_used": _("it was not used for what it was paid for"),
    "false_proof": _("the proof was false"),
}
_WRONG: Final = {code: REVERSE_REASONS[code] for code in ("recorded_in_error", "wrong_amount")}
PAYMENT_REASONS: Mapping[str, Message] = {code: said for code, said in REVERSE_REASONS.items() if code != "other_loan"}
"""Why a payment, to the worker or back, is taken back."""
TAKE_BACK_REASONS: Mapping[EntryKind, Mapping[str, Message]] = {
    EntryKind.RECLAIM: _WRONG,
    EntryKind.RECLAIM_PAID: PAYMENT_REASONS,
    EntryKind.RECLAIM_WAIVED: _WRONG,
}
"""Which entries of what is to be paid back can be taken back, and why."""
ONCE: Final = "once"


class Claimed(Protocol):
    """A claim that counts, as far as the limits of its rule look at it."""

    @property
    def month(self) -> date | None: ...
    @property
    def asked_minor(self) -> int | None: ...
    @property
    def amount_minor(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Paying:
    """What may still be claimed: `amount` None where the approver writes it; `exact`: neither more nor less.
    `months` None where nothing bounds them."""

    currency: str
    amount: Money | None
    exact: bool
    months: int | None


def moved(state: ClaimState, act: ClaimAct) -> ClaimState:
    """What becomes of a claim. Raises `Conflict` (``claim_state``)."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise Conflict(
            "claim_state",
            _("This cannot be done with a claim that is: {state}.", state=STATE_WORDS[state]),
            _("Reload the page and look at the present state of the claim."),
        )
    return found


def paying(rule: Entitlement, currency: str, live: Iterable[Claimed]) -> Paying:
    """What the rule still allows beside the claims that count. `currency`: where the rule names no amount."""
    standing = list(live)
    months = None if rule.months is None or rule.per != "month" else max(0, rule.months - len(standing))
    if rule.amount is None:
        return Paying(currency, None, exact=False, months=months)
    left = rule.amount.minor
    if rule.up_to and rule.per != "month":
        left -= sum(_counted(one) for one in standing)
    return Paying(rule.amount.currency, Money(max(0, left), rule.amount.currency), exact=not rule.up_to, months=months)


def _counted(one: Claimed) -> int:
    """What was approved, else what was asked for."""
    return one.amount_minor if one.amount_minor is not None else one.asked_minor or 0


def slot_of(rule: Entitlement, month: date | None, evidence_id: UUID | None, proof: str) -> str:
    """What can be claimed once only: a month, the whole, or a receipt of what is paid up to an amount."""
    if rule.per == "month" and month is not None:
        return f"{month:%Y-%m}"
    if rule.up_to:
        return _plain(f"receipt {evidence_id or proof}")
    return ONCE


def alike(kept: str | None, slot: str) -> bool:
    """Whether a claim that is kept holds the slot, however its receipt was written."""
    return kept is not None and _plain(kept) == slot


def _plain(text: str) -> str:
    """A receipt stays the same one in capital letters, with other spaces, or with digits of full width."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())[:160]


def lowest(entries: Iterable[Booked], account: LedgerAccount, since: date) -> int:
    """The least that an account holds at the end of a day from `since` on: minor units, a debit positive."""
    moved_on: dict[date, int] = defaultdict(int, {since: 0})
    for entry in entries:
        moved_on[max(entry.happened_on, since)] += entry.amount(account)
    held, least = 0, []
    for day in sorted(moved_on):
        held += moved_on[day]
        least.append(held)
    return min(least)


def require_month(rule: Entitlement, month: date | None, first: date, last: date) -> date | None:
    """The first day of the month that is claimed; None where the rule knows no months.

    `first` and `last`: between which days something is owed. Raises `InvalidInput` (``month``, ``no_month``).
    """
    if rule.per != "month":
        if month is not None:
            raise InvalidInput("no_month", _("This is not paid by the month."), _("Leave the month out."))
        return None
    if month is None or not first.replace(day=1) <= month.replace(day=1) <= last:
        raise InvalidInput(
            "month",
            _("The month is none of those for which this can be claimed."),
            _("Give a month that has begun, of the time in which the worker takes part."),
        )
    return month.replace(day=1)


def months(first: date, last: date) -> tuple[date, ...]:
    """The first days of the months between two days, both included."""
    number, until = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return tuple(date(one // 12, one % 12 + 1, 1) for one in range(number, until + 1))


def require_proof(rule: Entitlement, evidence_id: UUID | None, proof: str) -> None:
    """A month, and what is paid up to an amount, needs a paper of the case or the place where the proof is kept.
    Raises `InvalidInput` (``no_proof``)."""
    if (rule.up_to or rule.per == "month") and evidence_id is None and not proof:
        raise InvalidInput(
            "no_proof",
            _("There is no proof with the claim."),
            _("Choose a paper of the case, or say where the receipt or the proof of the month is kept."),
        )


def asked_amount(found: Paying, minor: int | None, currency: str) -> int | None:
    """How much is claimed, in minor units; None where the approver writes it.

    Raises `InvalidInput` (``invalid_amount``, ``mixed_currencies``, ``over_rule``, ``amount_not_known``).
    """
    if minor is not None and currency != found.currency:
        raise InvalidInput(
            "mixed_currencies",
            _("This is paid in {currency}.", currency=found.currency),
            _("Give the amount in that currency."),
        )
    if found.amount is None:
        if minor is not None:
            raise InvalidInput(
                "amount_not_known",
                _("The rule names no amount; who approves the claim writes it."),
                _("Leave the amount out."),
            )
        return None
    if found.exact and minor is None:
        return require_amount(found.amount.minor)
    asked = require_amount(minor if minor is not None else 0)
    if asked > found.amount.minor or (found.exact and asked != found.amount.minor):
        raise over_rule(found.amount)
    return asked


def approved_amount(rule: Entitlement, asked: int | None, minor: int | None, currency: str, reason: str) -> int:
    """How much is approved: what was asked for, or less with a reason; where the rule names none, the approver's
    amount with its reason. Raises `InvalidInput` (``invalid_amount``, ``over_rule``, ``missing_value``)."""
    if asked is None:
        _require_reason(reason)
        return require_amount(minor if minor is not None else 0)
    if minor is None or minor == asked:
        return asked
    amount = require_amount(minor)
    if amount > asked or not rule.up_to:
        raise over_rule(Money(asked, currency))
    _require_reason(reason)
    return amount


def over_rule(most: Money) -> InvalidInput:
    """``over_rule``: another amount than the rule allows."""
    return InvalidInput(
        "over_rule",
        _("The rule of the programme does not allow this amount; what is left of it: {most}.", most=most),
        _("Give an amount that the rule allows."),
    )


def _require_reason(reason: str) -> None:
    if not reason:
        raise InvalidInput("missing_value", _("The amount needs a reason."), _("Say how the amount was found."))


def require_other(actor: str, others: Iterable[str], what: Message) -> None:
    """Raise `Refused` (``same_person``) for who took part in what this checks; `what`: that act in words."""
    if actor in set(others):
        raise Refused(
            "same_person",
            _("You took part in this already: {what}.", what=what),
            _("Ask somebody else who may do it."),
        )


def may_be_claimed(life: CaseLife) -> bool:
    """Whoever is prepared, followed up or has finished can be paid; a case that ended otherwise claims nothing new."""
    return life not in ENDINGS


def stops(month: date | None, stopped_from: date) -> bool:
    """Whether a stop from a day meets a claim: of a month that had begun before it the month is still owed."""
    return month is None or month >= stopped_from
