"""Payments towards a loan: counted once by the bank's reference, taken back by reversal, refunded where too much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _
from casework import recorded
from casework.ledger import rules as ledger
from casework.loans.tables import Loan
from casework.repayments import keeping, mistakes, references, rules
from casework.repayments.queries import Account
from casework.repayments.tables import BankLine, LineState
from casework.vault import Vault
from casework.work import Work
from casework.workers.tables import PersonKey
from checklists.catalogue import Catalogue

TAKE_BACK_REASONS: Final[Mapping[str, Message]] = ledger.REVERSE_REASONS
_RETURNED: Final = "returned_by_bank"
_ELSEWHERE: Final = "other_loan"


class RecordPayment(BaseModel):
    """A payment of `amount_minor` (minor units of `currency`) that the office's bank or cash desk knows by
    `reference`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    reference: str
    paid_on: date
    amount_minor: int
    currency: str


def record(work: Work, catalogue: Catalogue, command: RecordPayment, expected_version: int | None = None) -> BankLine:
    """Count a payment by hand. The same payment again is the one that is there.

    Raises `InvalidInput` (``reference``, ``invalid_amount``, ``other_currency``, ``date_in_future``, ``dates``) and
    `Conflict` (``already_posted``: the reference is that of another payment, ``waiting``: it is on the matching page).
    """
    account = keeping.locked(work, catalogue, command.loan_id, expected_version)
    reference = ledger.known_reference(command.reference)
    ledger.require_amount(command.amount_minor)
    check(account.loan, command.currency, command.paid_on, work.today)
    office = account.case.office_id
    query = select(BankLine).where(BankLine.office_id == office, BankLine.reference == reference)
    line = work.session.exec(query.with_for_update()).one_or_none()
    content = (command.loan_id, command.amount_minor, command.paid_on)
    if line is None:
        line = BankLine(
            office_id=office,
            reference=reference,
            booked_on=command.paid_on,
            amount_minor=command.amount_minor,
            currency=command.currency,
            number=account.loan.number,
            state=LineState.WAITING,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
    elif line.state is LineState.COUNTED and (line.loan_id, line.amount_minor, line.booked_on) == content:
        return line
    elif line.state is LineState.TAKEN_BACK:
        line.attempt += 1
        line.amount_minor, line.booked_on, line.currency = command.amount_minor, command.paid_on, command.currency
        line.number = account.loan.number
    else:
        raise _known_already(line)
    count(work, account, line)
    return line


def count(work: Work, account: Account, line: BankLine) -> None:
    """Book a line of the bank towards a loan that is locked, and bring the loan up to date."""
    references.hold(work.session, line.office_id, line.reference)
    if references.booked_otherwise(work.session, line.office_id, [line.reference]):
        raise _known_already(line, otherwise=True)
    before = account.loan.state
    keeping.uncharge(work, account, line.booked_on)
    keeping.charge(work, account, line.booked_on)
    if line.amount_minor >= account.owed.owed:
        keeping.charge(work, account, line.booked_on, closing=True)
    parts = rules.allocate(line.amount_minor, account.owed)
    movement = ledger.payment(parts.to_interest, parts.to_principal, parts.to_credit)
    key = f"payment:{line.id}:{line.attempt}"
    line.entry_id = keeping.book(work, account, movement, line.booked_on, key, line.reference)
    line.state, line.loan_id, line.finding, line.reason = LineState.COUNTED, account.loan.id, "", ""
    decide(work, line)
    work.record("loan.paid", f"loan/{account.loan.id}", case_id=account.case.id, happened_on=line.booked_on)
    keeping.settle_up(work, account)
    keeping.letter(work, account, before)


def take_back(
    work: Work, catalogue: Catalogue, line_id: UUID, reason: str, on: date, expected_version: int | None = None
) -> BankLine:
    """A payment came back, or was counted wrongly; `reason` is a code of `TAKE_BACK_REASONS`. `on` is the day of the
    bank's return; what was counted wrongly never was paid so, and is taken back as of the payment's own day.

    What the bank returned can be counted no more; what belongs to another loan goes to the matching page; what was
    recorded wrongly may be recorded anew under its reference. Raises `NotFound` (``payment``), `Conflict`
    (``taken_back``) and what `casework.ledger.service.reverse` does.
    """
    line = work.session.get(BankLine, line_id)
    if line is None or line.loan_id is None:
        raise _no_payment()
    account = keeping.locked(work, catalogue, line.loan_id, expected_version)
    work.session.refresh(line, with_for_update=True)
    if line.loan_id != account.loan.id:
        raise _no_payment()
    if line.state is not LineState.COUNTED or line.entry_id is None:
        raise Conflict("taken_back", _("This payment was taken back already."), _("Look at the payments as they are."))
    recorded.known_reason(reason, TAKE_BACK_REASONS)
    day = on if reason == _RETURNED else line.booked_on
    before = account.loan.state
    keeping.take_back(work, account, line.entry_id, reason, day, line.reference)
    line.reason = reason
    if reason == _ELSEWHERE:
        line.state, line.finding, line.loan_id, line.number = LineState.WAITING, _ELSEWHERE, None, ""
        line.attempt += 1
    else:
        line.state = LineState.RETURNED if reason == _RETURNED else LineState.TAKEN_BACK
    decide(work, line)
    work.record(
        "loan.payment_taken_back",
        f"loan/{account.loan.id}",
        case_id=account.case.id,
        happened_on=day,
        data={"reason": reason},
    )
    keeping.settle_up(work, account)
    keeping.letter(work, account, before)
    return line


def refund(
    work: Work,
    catalogue: Catalogue,
    loan_id: UUID,
    amount_minor: int,
    on: date,
    reference: str,
    expected_version: int | None = None,
) -> None:
    """What was paid too much went back to the worker, by the bank's `reference`; the same again counts once
    (`mistakes` takes it back).

    Raises `Conflict` (``overdrawn``: more than the credit, ``already_posted``) and `InvalidInput` (``dates``: before it
    was paid too much).
    """
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    reference = ledger.known_reference(reference)
    recorded.happened(on, _("day"), work.today)
    key = mistakes.key_of(work.session, f"overpaid:{account.case.office_id}:{reference}")
    booked = len(account.entries)
    keeping.book(work, account, ledger.overpaid_refund(amount_minor), on, key, reference)
    if len(account.entries) == booked:
        return
    if rules.position(entry for entry in account.entries if entry.happened_on <= on).credit < 0:
        raise InvalidInput("dates", _("On that day less had been paid too much."), _("Correct the day."))
    work.record("loan.overpaid_refunded", f"loan/{loan_id}", case_id=account.case.id, happened_on=on)
    keeping.settle_up(work, account)


def check(loan: Loan, currency: str, paid_on: date, today: date) -> None:
    """Whether a payment can be one towards the loan. Raises `InvalidInput` (``other_currency``, ``date_in_future``,
    ``dates``)."""
    if currency != loan.currency:
        raise InvalidInput(
            "other_currency",
            _("The loan is kept in {currency}.", currency=loan.currency),
            _("Give the amount in that currency."),
        )
    recorded.happened(paid_on, _("day of payment"), today)
    if loan.disbursed_on is None or paid_on < loan.disbursed_on:
        raise InvalidInput(
            "dates", _("On that day the loan had not been paid out."), _("Correct the day, or choose another loan.")
        )


def decide(work: Work, line: BankLine) -> None:
    """Somebody has found out what a line is: its text is not needed any more, and goes for good."""
    line.decided_at, line.decided_by = work.now, work.actor.key
    if line.said is not None and line.state is not LineState.WAITING:
        line.said = None
        key = work.session.get(PersonKey, line.id)
        if key is not None:
            work.session.delete(key)
    work.session.add(line)
    work.session.flush()


def seal(vault: Vault, line: BankLine, said: str) -> None:
    """Keep the bank's text of a line that has not found its place, under a key of its own."""
    if said:
        vault.create(line.id)
        line.said = vault.seal(line.id, "bank_line", line.id, "said", said.encode())


def _known_already(line: BankLine, *, otherwise: bool = False) -> Conflict:
    if otherwise:
        return Conflict(
            "already_posted",
            _("This reference is booked as the refund of a carrier, or as what was paid back of an entitlement."),
            _("Compare the reference with the bank's list."),
        )
    if line.state is LineState.WAITING:
        return Conflict(
            "waiting",
            _("A payment with this reference waits to be matched."),
            _("Match it on the page of payments that belong to no loan yet."),
        )
    return Conflict(
        "already_posted",
        _("Another payment has this reference, or this one came back."),
        _("Compare the reference with the bank's list."),
    )


def _no_payment() -> NotFound:
    return NotFound("payment", _("There is no such payment, or it is not one of yours."), _("Open it from its loan."))
