"""Undo a loan whose journey does not take place: the refund of the carrier, and who bears the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _
from casework import recorded
from casework.cases.rules import CaseLife
from casework.ledger import rules as ledger
from casework.ledger.rules import EntryKind
from casework.loans import papers, queries, waiting
from casework.loans.disbursing import begin_grace
from casework.loans.life import UNWINDABLE, Act, LoanState, moved
from casework.loans.paper_tables import PaperKind
from casework.loans.service import tell
from casework.loans.tables import Bearer, Loan, LoanUnwinding
from casework.repayments import keeping, mistakes, references
from casework.repayments import queries as repayments
from casework.repayments.queries import Account
from casework.travel import queries as travel
from casework.travel.rules import CANCELLED_BY, NOT_TAKEN, JourneyState
from casework.work import Work
from checklists.catalogue import Catalogue

REASONS: Final[Mapping[str, Message]] = {
    "worker_cancelled": _("The worker does not travel."),
    "no_show": _("The worker did not come to the journey."),
    "employer_cancelled": _("The employer withdrew."),
    "carrier_cancelled": _("The carrier cancelled the journey."),
    "visa_refused": _("The visa was refused or withdrawn."),
    "turned_back": _("The worker was turned back on the way."),
    "programme_stopped": _("The programme stopped the journey."),
    "died": _("The worker has died."),
}
BY_WORKER: Final = frozenset({"worker_cancelled", "no_show"})
"""Only here can the terms leave the rest to the worker; all else is not the worker's doing. The record must say so."""

_WITHDREW_LATER: Final = _("Choose the reason that is on record: who withdraws after that owes nothing for it.")
_PUT_RIGHT: Final = _(
    "Choose the reason that is on record. If the record is wrong, have it put right first: on the journey's page, or, "
    "as long as the case has not ended, by ending it as withdrawn."
)


class Unwind(BaseModel):
    """There is no journey; `reason` is a code of `REASONS`. `refund_minor`: what the carrier has to give back, 0 for
    nothing."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    reason: str
    refund_minor: int
    unwound_on: date


class Refund(BaseModel):
    """The carrier paid `amount_minor` of what it owes; `reference` is the bank's."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    amount_minor: int
    received_on: date
    reference: str


def unwind(work: Work, catalogue: Catalogue, command: Unwind, expected_version: int | None = None) -> LoanUnwinding:
    """Book what the carrier owes; what then is left the programme bears, or by the terms the worker goes on repaying.

    What the worker had repaid of a fare that comes back becomes credit. Raises `Conflict` (``loan_state``,
    ``unwound``, ``journey_made``, ``journey_stands``, ``not_on_record``: it was not the worker's doing), `InvalidInput`
    (``unknown_reason``, ``invalid_amount``: below nothing, more than was lent; ``date_in_future``, ``dates``).
    """
    recorded.known_reason(command.reason, REASONS)
    account = keeping.locked(work, catalogue, command.loan_id, expected_version)
    loan = account.loan
    if loan.state not in UNWINDABLE:
        moved(loan.state, Act.UNWIND)
    _require_no_journey(work, loan)
    if queries.unwinding(work.session, loan.id) is not None:
        raise Conflict("unwound", _("This was recorded already."), _("Look at the loan."))
    day = recorded.happened(command.unwound_on, _("day"), work.today)
    if loan.disbursed_on is None or day < loan.disbursed_on:
        raise InvalidInput("dates", _("This lies before the loan was paid out."), _("Correct the day."))
    if not 0 <= command.refund_minor <= loan.principal_minor:
        raise InvalidInput(
            "invalid_amount",
            _("A carrier refunds no more than was paid for."),
            _("Write an amount from nothing up to the principal."),
        )
    if command.reason in BY_WORKER:
        _require_own(work, account)
    keeping.uncharge(work, account, day)
    keeping.charge(work, account, day, closing=True)
    _book_refund(work, account, command.refund_minor, day)
    row = LoanUnwinding(
        loan_id=loan.id,
        reason=command.reason,
        refund_minor=command.refund_minor,
        remainder_minor=account.owed.owed,
        borne_by=_bearer(account, command.reason),
        unwound_on=day,
        closed_on=None if command.refund_minor else day,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    before = loan.state
    if row.borne_by is Bearer.WORKER:
        _go_on(work, account, day)
    else:
        if account.owed.owed:
            movement = ledger.unwinding(account.owed.principal, account.owed.interest)
            keeping.book(work, account, movement, day, f"unwind:{loan.id}")
        keeping.act(work, account, Act.UNWIND)
    tell(work, loan, "loan.unwound", day, {"reason": command.reason, "borne_by": row.borne_by.value})
    keeping.settle_up(work, account)
    if loan.state is LoanState.UNWOUND:
        papers.ask(work, PaperKind.SETTLEMENT_LETTER, loan.id)
    else:
        keeping.letter(work, account, before)
    return row


def receive(work: Work, catalogue: Catalogue, command: Refund, expected_version: int | None = None) -> LoanUnwinding:
    """Book a refund that came, or a part of it; the same reference counts once.

    Raises `NotFound` (``unwinding``), `InvalidInput` (``invalid_amount``: more than is owed; ``dates``,
    ``reference``), `Conflict` (``refund_closed``, ``already_posted``).
    """
    account, row = _open(work, catalogue, command.loan_id, expected_version)
    reference = ledger.known_reference(command.reference)
    references.require_free(work.session, account.case.office_id, reference, account.loan.id)
    _require_new(account, reference)
    if not 0 < command.amount_minor <= row.refund_minor - row.received_minor:
        raise InvalidInput(
            "invalid_amount",
            _("The carrier does not owe so much."),
            _("Write an amount above zero, and not more than is owed: what is more is not booked here."),
        )
    day = recorded.happened(command.received_on, _("day of the payment"), work.today)
    if day < row.unwound_on:
        raise InvalidInput("dates", _("This lies before the refund was asked for."), _("Correct the day."))
    movement = ledger.refund_received(command.amount_minor)
    key = mistakes.key_of(work.session, f"refund:{account.loan.id}:{reference}")
    keeping.book(work, account, movement, day, key, reference)
    row.received_minor += command.amount_minor
    if row.received_minor == row.refund_minor:
        row.closed_on = day
    return _close(work, account, row, "loan.refund_received", day)


def give_up(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> LoanUnwinding:
    """The carrier keeps what it owes. The programme bears that, whoever bears the rest: it is not the worker's doing.

    A carrier that pays after all: `mistakes` takes this back. Raises `NotFound` (``unwinding``), `Conflict`
    (``refund_closed``).
    """
    account, row = _open(work, catalogue, loan_id, expected_version)
    movement = ledger.refund_lost(row.refund_minor - row.received_minor, by_worker=False)
    keeping.book(work, account, movement, work.today, mistakes.key_of(work.session, f"refund-lost:{loan_id}"))
    row.closed_on = work.today
    return _close(work, account, row, "loan.refund_lost", work.today)


def _require_no_journey(work: Work, loan: Loan) -> None:
    """What the programme then bears one officer decides; to forgive a loan takes two. So nothing is undone as long as
    somebody else's record says that there is a journey."""
    if waiting.journey_made(work.session, loan):
        raise Conflict(
            "journey_made",
            _("The worker has arrived, so the journey took place."),
            _("Propose to forgive the loan if there is a ground for it."),
        )
    if waiting.journey_stands(work.session, loan):
        raise Conflict(
            "journey_stands",
            _("The journey is booked, or the worker has departed."),
            _("Have it recorded on the journey's page of the case first that it was cancelled or that the worker was "
              "turned back; else propose to forgive the loan if there is a ground for it."),
        )  # fmt: skip


def _require_own(work: Work, account: Account) -> None:
    """One officer alone leaves no debt with the worker: somebody else's record says that it was the worker's doing."""
    case, missed = account.case, travel.not_taken(work.session, [account.case.id]).get(account.case.id)
    if (
        missed is not None
        and missed.state in NOT_TAKEN
        and missed.happened_on < (account.loan.disbursed_on or work.today)
    ):
        missed = None  # the journey of an earlier loan
    withdrawn = case.life is CaseLife.WITHDRAWN
    if missed is None or missed.state not in NOT_TAKEN:
        own, said = withdrawn, _("Nothing on record says that the worker does not want to travel, or did not come.")
    else:
        # A booking that is cancelled because the worker had withdrawn is cancelled by whoever does it.
        own = (
            missed.state is JourneyState.NO_SHOW
            or missed.by == "worker"
            or (withdrawn and case.life_since <= missed.happened_on)
        )
        said = _(
            "By the record the journey was not cancelled by the worker, but by: {who}.",
            who=CANCELLED_BY.get(missed.by, ""),
        )
        if missed.state is JourneyState.TURNED_BACK:
            said = _("By the record the worker was turned back on the way.")
    if not own:
        raise Conflict("not_on_record", said, _WITHDREW_LATER if withdrawn else _PUT_RIGHT)


def _bearer(account: Account, reason: str) -> Bearer:
    left_to_worker = account.terms is not None and account.terms.remainder == "worker" and reason in BY_WORKER
    # Interest alone has no instalments: where the whole fare comes back, the programme bears it.
    return Bearer.WORKER if left_to_worker and account.owed.principal else Bearer.PROGRAMME


def _book_refund(work: Work, account: Account, refund: int, day: date) -> None:
    if not refund:
        return
    to_principal = min(refund, account.owed.principal)
    to_interest = min(refund - to_principal, account.owed.interest)
    movement = ledger.refund_due(to_principal, to_interest, refund - to_principal - to_interest)
    keeping.book(work, account, movement, day, f"refund-due:{account.loan.id}")


def _go_on(work: Work, account: Account, day: date) -> None:
    """The worker repays what is left: grace, where it has not begun, counts from the day on which it was undone."""
    if account.loan.state is LoanState.DISBURSED and account.terms is not None:
        begin_grace(work, account.loan, account.terms, day, account.owed.principal)
        account.plans = list(repayments.plans(work.session, [account.loan])[account.loan.id])


def _require_new(account: Account, reference: str) -> None:
    """What was recorded wrongly and taken back is recorded anew; what the bank returned is not."""
    why = {one.reverses_id: one.reason for one in account.entries}
    for one in account.entries:
        if one.kind is not EntryKind.REFUND_RECEIVED or one.reference != reference:
            continue
        if one.id not in why:
            raise Conflict("already_posted", _("This reference was booked already."), _("Look at the statement."))
        if why[one.id] == ledger.RETURNED:
            raise Conflict(
                "already_posted",
                _("What has this reference came back to the bank."),
                _("Compare the reference with the bank's list."),
            )


def _open(
    work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None
) -> tuple[Account, LoanUnwinding]:
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    row = queries.unwinding(work.session, loan_id)
    if row is None:
        raise NotFound("unwinding", _("No refund of a carrier is awaited."), _("Look at the loan."))
    work.session.refresh(row)
    if row.closed_on is not None:
        raise Conflict(
            "refund_closed",
            _("The carrier owes nothing more, or it was given up."),
            _("Look at the loan. What was given up can be taken back there, if the carrier pays after all."),
        )
    return account, row


def _close(work: Work, account: Account, row: LoanUnwinding, event: str, day: date) -> LoanUnwinding:
    work.session.add(row)
    tell(work, account.loan, event, day)
    keeping.settle_up(work, account)
    return row
