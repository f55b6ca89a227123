"""Lists of payments from the bank: looked at before they count, taken in chunk by chunk, matched by people where no
loan was found. The same list, or the same line, is taken as often as one likes and counts once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.batches.rules import Severity
from casework.batches.sheets import Sheet, sheet_json
from casework.cases import changes
from casework.cases.tables import Case
from casework.loans import queries as loan_queries
from casework.loans import unwinding
from casework.loans.life import OUTSTANDING
from casework.loans.tables import Loan, LoanUnwinding
from casework.loans.unwinding import Refund
from casework.repayments import keeping, payments, queries, references
from casework.repayments.bank_files import BankPayment, read_payments
from casework.repayments.mistakes import CARRIER
from casework.repayments.references import Known
from casework.repayments.tables import BankFile, BankLine, LineState
from casework.work import Work
from checklists.catalogue import Catalogue

CHUNK: Final = 100
_NEAR: Final = timedelta(days=7)
"""A payment that was counted by hand reaches the bank's list within these days."""


class Outcome(StrEnum):
    """What a row comes to."""

    COUNTS = "counts"
    CREDIT = "credit"  # the loan has ended: all of it is paid too much
    WAITS = "waits"  # no loan was found: people match it
    KNOWN = "known"  # counted, or waiting, already


FINDING_WORDS: Final[Mapping[str, Message]] = {
    "no_number": _("No number of a loan stands in the row, or several do."),
    "unknown_number": _("There is no loan of this number."),
    "other_currency": _("The loan is kept in another currency."),
    "dates": _("On that day the loan had not been paid out."),
    "other_loan": _("It was counted for another loan, and taken back."),
    "like_by_hand": _("A payment of as much was counted by hand in these days: it may be the same."),
    "refund_awaited": _("A carrier owes a refund for this loan: it may be that, and not the worker's money."),
    "reference_differs": _("A payment with this reference and another amount or day is there already."),
}
"""Why a payment waits to be matched, or is not counted."""

ASIDE_REASONS: Final[Mapping[str, Message]] = {
    "no_loan": _("It is no payment towards a loan."),
    "sent_back": _("It was sent back to who paid."),
    "counted_by_hand": _("It was counted under another reference."),
    "other_office": _("It belongs to another office."),
    CARRIER: _("It is the refund of a carrier, and was recorded as that."),
}
_FIX: Final = _("Match it to a loan, or set it aside.")
_COMPARE: Final = _("Compare the reference with the bank's list.")
_OPEN: Final = frozenset({LineState.WAITING, LineState.SET_ASIDE})


@dataclass(frozen=True, slots=True)
class Looked:
    """A good row, and what it comes to; `finding` is a code of `FINDING_WORDS`, empty where nothing is to be said."""

    payment: BankPayment
    outcome: Outcome
    finding: str = ""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A list as it would be taken in now."""

    sheet: Sheet
    rows: tuple[Looked, ...]
    is_known: bool

    def count(self, outcome: Outcome) -> int:
        return sum(1 for one in self.rows if one.outcome is outcome)

    def chunks(self) -> Iterator[tuple[BankPayment, ...]]:
        """The good rows, as many at once as one transaction takes."""
        for start in range(0, len(self.rows), CHUNK):
            yield tuple(one.payment for one in self.rows[start : start + CHUNK])


def check(session: Session, actor: Actor, data: bytes, name: str, today: date) -> FileCheck:
    """Look at a list; nothing is written. Raises what `read_payments` does, and `Refused` (``role``, ``office``)."""
    office_id = _office(actor)
    sheet, found = read_payments(data, name, today)
    looked = _look(session, actor, office_id, found, today)
    said = [
        sheet.finding(
            one.payment.row,
            "number" if one.outcome is Outcome.WAITS else "reference",
            one.finding,
            FINDING_WORDS[one.finding],
            _FIX if one.outcome is Outcome.WAITS else _COMPARE,
            severity=Severity.WARNING,
        )
        for one in looked
        if one.finding
    ]
    known = session.exec(
        select(BankFile.id).where(BankFile.office_id == office_id, BankFile.sha256 == sheet.sha256)
    ).first()
    return FileCheck(sheet.without(said), tuple(looked), known is not None)


def take(
    work: Work, catalogue: Catalogue, sha256: str, total: int, found: Sequence[BankPayment]
) -> Mapping[Outcome, int]:
    """Take in a part of a list; returns how many rows came to what. `total`: the good rows of the whole list."""
    office_id = _office(work.actor)
    file = _file(work, office_id, sha256, total)
    counts: Counter[Outcome] = Counter()
    for one in _look(work.session, work.actor, office_id, found, work.today):
        counts[one.outcome] += 1
        if one.outcome is Outcome.KNOWN:
            continue
        line = _line(work, office_id, file.id, one)
        if one.outcome is Outcome.WAITS:
            payments.seal(work.vault, line, one.payment.said)
            work.session.add(line)
            work.session.flush()
        else:
            loan = queries.by_number(work.session, work.actor, one.payment.loan_number)
            payments.count(work, keeping.locked(work, catalogue, loan.id), line)
    data = {"counted": counts[Outcome.COUNTS] + counts[Outcome.CREDIT], "waiting": counts[Outcome.WAITS]}
    work.record("loan.payments_taken", f"bank_file/{file.id}", data=data)
    return counts


def match(work: Work, catalogue: Catalogue, line_id: UUID, number: str) -> BankLine:
    """Somebody found out to which loan a payment belongs. Raises `NotFound` (``payment``, ``loan``), `Conflict`
    (``matched``, ``not_paid_out``) and `InvalidInput` (``other_currency``, ``dates``)."""
    line = _waiting(work, line_id)
    loan = queries.by_number(work.session, work.actor, number)
    account = keeping.locked(work, catalogue, loan.id)
    _require_open(work, line)
    payments.check(account.loan, line.currency, line.booked_on, work.today)
    line.number = account.loan.number
    payments.count(work, account, line)
    work.record("loan.payment_matched", f"loan/{account.loan.id}", case_id=account.case.id)
    return line


def refunded(work: Work, catalogue: Catalogue, line_id: UUID, number: str) -> BankLine:
    """A line is the refund that a carrier owes for a loan: it is recorded as that, and set aside. Raises `NotFound`
    (``payment``, ``loan``, ``unwinding``), `Conflict` (``matched``), `InvalidInput` (``other_currency``, ``dates``)
    and what `unwinding.receive` does."""
    line = _waiting(work, line_id)
    loan = queries.by_number(work.session, work.actor, number)
    payments.check(loan, line.currency, line.booked_on, work.today)
    undone = loan_queries.unwinding(work.session, loan.id)
    # The money may be there before somebody records that there is no journey.
    on = max(line.booked_on, undone.unwound_on) if undone is not None else line.booked_on
    refund = Refund(loan_id=loan.id, amount_minor=line.amount_minor, received_on=on, reference=line.reference)
    unwinding.receive(work, catalogue, refund)
    return set_aside(work, line_id, CARRIER)


def set_aside(work: Work, line_id: UUID, reason: str) -> BankLine:
    """A line is no payment towards a loan, for a code of `ASIDE_REASONS`; it can still be matched. Raises `NotFound`
    (``payment``), `Conflict` (``matched``)."""
    recorded.known_reason(reason, ASIDE_REASONS)
    line = _waiting(work, line_id)
    _require_open(work, line)
    line.state, line.reason = LineState.SET_ASIDE, reason
    payments.decide(work, line)
    work.record("loan.payment_set_aside", f"bank_line/{line.id}", data={"reason": reason})
    return line


def check_json(found: FileCheck, taken: Mapping[Outcome, int] | None = None) -> dict[str, Any]:
    """``predeparture.loan-payments/1``: the list, what its rows come to, and whether they were taken in."""
    shape = sheet_json(found.sheet, "loan-payments")
    counts = taken if taken is not None else {outcome: found.count(outcome) for outcome in Outcome}
    return {
        **shape,
        "known_file": found.is_known,
        "taken": taken is not None,
        "outcomes": {outcome.value: counts.get(outcome, 0) for outcome in Outcome},
    }


def _office(actor: Actor) -> UUID:
    require(actor.role, Permission.KEEP_LOANS)
    if actor.organisation_id is None:
        raise Refused(
            "office",
            _("A list of payments is that of an office."),
            _("Name the account of one of its loan officers."),
        )
    return actor.organisation_id


def _look(session: Session, actor: Actor, office_id: UUID, found: Sequence[BankPayment], today: date) -> list[Looked]:
    known: dict[str, Known] = {}
    loans: dict[str, Loan] = {}
    by_hand: dict[UUID, list[Known]] = defaultdict(list)
    awaited: set[UUID] = set()
    for start in range(0, len(found), CHUNK):
        some = found[start : start + CHUNK]
        named = [one.reference for one in some]
        known |= references.booked_otherwise(session, office_id, named)
        query = select(BankLine).where(
            BankLine.office_id == office_id,
            col(BankLine.reference).in_(named),
            # What was counted wrongly and taken back by hand waits for just this row.
            BankLine.state != LineState.TAKEN_BACK,
        )
        known |= {row.reference: (row.booked_on, row.amount_minor, row.currency) for row in session.exec(query)}
        numbers = {one.loan_number for one in some} - {""}
        of = select(Loan).join(Case, col(Case.id) == col(Loan.case_id))
        rows = list(session.exec(of.where(col(Loan.number).in_(numbers), changes.visible(actor))))
        loans |= {loan.number: loan for loan in rows}
        for loan_id, line in _by_hand(session, [loan.id for loan in rows]):
            by_hand[loan_id].append(line)
        open_now = col(LoanUnwinding.loan_id).in_([loan.id for loan in rows]), col(LoanUnwinding.closed_on).is_(None)
        awaited |= set(session.exec(select(LoanUnwinding.loan_id).where(*open_now)))
    looked = []
    for one in found:
        loan = loans.get(one.loan_number)
        doubt = ""
        if loan is not None and loan.id in awaited:
            doubt = "refund_awaited"
        elif loan is not None and any(_alike(one, line) for line in by_hand[loan.id]):
            doubt = "like_by_hand"
        looked.append(_looked(one, loan, known.get(one.reference), today, doubt))
    return looked


def _by_hand(session: Session, loan_ids: Sequence[UUID]) -> Sequence[tuple[UUID, Known]]:
    """The payments of these loans that people counted without a list of the bank."""
    query = select(BankLine).where(
        col(BankLine.loan_id).in_(loan_ids), BankLine.state == LineState.COUNTED, col(BankLine.file_id).is_(None)
    )
    rows = session.exec(query)
    return [(row.loan_id, (row.booked_on, row.amount_minor, row.currency)) for row in rows if row.loan_id]


def _alike(payment: BankPayment, line: Known) -> bool:
    day, minor, currency = line
    same = (minor, currency) == (payment.amount.minor, payment.amount.currency)
    return same and abs(day - payment.booked_on) <= _NEAR


def _looked(payment: BankPayment, loan: Loan | None, known: Known | None, today: date, doubt: str) -> Looked:
    """`doubt`: why people look at it though its loan is known, a code of `FINDING_WORDS`."""
    if known is not None:
        same = known == (payment.booked_on, payment.amount.minor, payment.amount.currency)
        return Looked(payment, Outcome.KNOWN, "" if same else "reference_differs")
    if loan is None:
        return Looked(payment, Outcome.WAITS, "unknown_number" if payment.loan_number else "no_number")
    try:
        payments.check(loan, payment.amount.currency, payment.booked_on, today)
    except InvalidInput as error:
        return Looked(payment, Outcome.WAITS, error.code)
    if doubt:
        return Looked(payment, Outcome.WAITS, doubt)
    return Looked(payment, Outcome.COUNTS if loan.state in OUTSTANDING else Outcome.CREDIT)


def _file(work: Work, office_id: UUID, sha256: str, total: int) -> BankFile:
    query = select(BankFile).where(BankFile.office_id == office_id, BankFile.sha256 == sha256)
    file = work.session.exec(query).one_or_none()
    if file is None:
        file = BankFile(
            office_id=office_id, sha256=sha256, lines=total, recorded_at=work.now, recorded_by=work.actor.key
        )
        work.session.add(file)
        work.session.flush()
    return file


def _line(work: Work, office_id: UUID, file_id: UUID, looked: Looked) -> BankLine:
    payment = looked.payment
    query = select(BankLine).where(BankLine.office_id == office_id, BankLine.reference == payment.reference)
    line = work.session.exec(query.with_for_update()).one_or_none()
    if line is None:
        line = BankLine(
            office_id=office_id,
            reference=payment.reference,
            booked_on=payment.booked_on,
            amount_minor=payment.amount.minor,
            currency=payment.amount.currency,
            state=LineState.WAITING,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
    elif line.state is LineState.TAKEN_BACK:
        line.attempt += 1
        line.booked_on, line.amount_minor, line.currency = (
            payment.booked_on, payment.amount.minor, payment.amount.currency
        )  # fmt: skip
        line.state, line.reason, line.loan_id, line.entry_id = LineState.WAITING, "", None, None
    else:
        raise Conflict("matched", _("This payment was matched meanwhile."), _("Hand the list in again."))
    line.file_id, line.number, line.finding = file_id, payment.loan_number, looked.finding
    return line


def _waiting(work: Work, line_id: UUID) -> BankLine:
    office_id = _office(work.actor)
    line = work.session.get(BankLine, line_id)
    if line is None or line.office_id != office_id:
        raise NotFound(
            "payment", _("There is no such payment, or it is not one of yours."), _("Open the list of payments anew.")
        )
    return line


def _require_open(work: Work, line: BankLine) -> None:
    work.session.refresh(line, with_for_update=True)
    if line.state not in _OPEN:
        raise Conflict("matched", _("This payment was matched meanwhile."), _("Look at the list as it is now."))
