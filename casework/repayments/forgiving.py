"""A loan that need not be repaid, or not all of it: proposed by one person with proof, confirmed by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.ledger import rules as ledger
from casework.loans.life import OUTSTANDING, Act
from casework.repayments import keeping, rules
from casework.repayments.queries import Account
from casework.repayments.tables import ForgivenessState, Ground, LoanForgiveness
from casework.work import Work
from checklists.catalogue import Catalogue

GROUND_WORDS: Final[Mapping[Ground, Message]] = {
    Ground.DEATH: _("death"),
    Ground.PERMANENT_DISABILITY: _("permanent disability"),
    Ground.BANKRUPTCY: _("bankruptcy"),
}
DECLINE_REASONS: Final[Mapping[str, Message]] = {
    "not_proved": _("The proof is not enough."),
    "no_ground": _("It is none of the grounds for which loans are forgiven."),
    "nothing_owed": _("Nothing is owed any more."),
    "recorded_in_error": _("It was recorded in error."),
}


class ProposeForgiveness(BaseModel):
    """`amount_minor` in minor units of the loan's currency; None: all that is owed when it is confirmed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    ground: Ground
    amount_minor: int | None
    evidence: str


def propose(
    work: Work, catalogue: Catalogue, command: ProposeForgiveness, expected_version: int | None = None
) -> LoanForgiveness:
    """Raises `Conflict` (``loan_state``, ``proposed``), `InvalidInput` (``invalid_amount``, ``missing_value``)."""
    require(work.actor.role, Permission.FORGIVE_LOANS)
    account = keeping.found(work, catalogue, command.loan_id, expected_version)
    _require_open(account)
    if _open(work, command.loan_id) is not None:
        raise Conflict("proposed", _("It is proposed already to forgive this loan."), _("Decide on that first."))
    if command.amount_minor is not None:
        _require_owed(account, ledger.require_amount(command.amount_minor))
    row = LoanForgiveness(
        loan_id=command.loan_id,
        ground=command.ground,
        amount_minor=command.amount_minor,
        evidence=recorded.text(command.evidence, _("proof"), 120),
        proposed_on=work.today,
        proposed_by=work.actor.key,
        recorded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record("loan.forgiveness_proposed", f"loan/{command.loan_id}", case_id=account.case.id)
    return row


def confirm(work: Work, catalogue: Catalogue, row_id: UUID, expected_version: int | None = None) -> LoanForgiveness:
    """The second person's yes: what is forgiven is borne by the programme, from today on.

    Raises `NotFound` (``forgiveness``), `Refused` (``person_needed``, ``same_person``), `Conflict` (``decided``,
    ``loan_state``) and `InvalidInput` (``invalid_amount``: less is owed by now).
    """
    row, account = _to_decide(work, catalogue, row_id, expected_version)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can decide on this."), _("Ask a loan officer."))
    if work.actor.key == row.proposed_by:
        raise Refused(
            "same_person", _("Who proposed it cannot confirm it."), _("Ask another officer to look at the proof.")
        )
    _require_open(account)
    before = account.loan.state
    keeping.charge(work, account, work.today, closing=row.amount_minor is None)
    owed = account.owed
    amount = owed.owed if row.amount_minor is None else row.amount_minor
    _require_owed(account, amount)
    parts = rules.allocate(amount, owed)
    movement = ledger.forgiveness(parts.to_principal, parts.to_interest)
    row.entry_id = keeping.book(work, account, movement, work.today, f"forgiven:{row.id}")
    _decide(work, row, ForgivenessState.CONFIRMED)
    work.record("loan.forgiveness_confirmed", f"loan/{row.loan_id}", case_id=account.case.id)
    # A part that is all there is leaves the loan settled: what comes back later was forgiven by nobody.
    if row.amount_minor is None:
        keeping.act(work, account, Act.FORGIVE)
    keeping.settle_up(work, account)
    keeping.letter(work, account, before)
    return row


def decline(
    work: Work, catalogue: Catalogue, row_id: UUID, reason: str, expected_version: int | None = None
) -> LoanForgiveness:
    """It is not forgiven, for a code of `DECLINE_REASONS`; also who proposed it may take it back so."""
    row, account = _to_decide(work, catalogue, row_id, expected_version)
    row.reason = recorded.known_reason(reason, DECLINE_REASONS)
    _decide(work, row, ForgivenessState.DECLINED)
    work.record("loan.forgiveness_declined", f"loan/{row.loan_id}", case_id=account.case.id)
    return row


def _to_decide(
    work: Work, catalogue: Catalogue, row_id: UUID, expected_version: int | None
) -> tuple[LoanForgiveness, Account]:
    require(work.actor.role, Permission.FORGIVE_LOANS)
    row = work.session.get(LoanForgiveness, row_id)
    if row is None:
        raise NotFound("forgiveness", _("There is no such proposal."), _("Open it from its loan."))
    account = keeping.found(work, catalogue, row.loan_id, expected_version)
    work.session.refresh(row)
    if row.state is not ForgivenessState.PROPOSED:
        raise Conflict("decided", _("This has been decided already."), _("Look at its present state."))
    return row, account


def _decide(work: Work, row: LoanForgiveness, state: ForgivenessState) -> None:
    row.state, row.decided_on, row.decided_by = state, work.today, work.actor.key
    work.session.add(row)
    work.session.flush()


def _open(work: Work, loan_id: UUID) -> LoanForgiveness | None:
    query = select(LoanForgiveness).where(
        LoanForgiveness.loan_id == loan_id, LoanForgiveness.state == ForgivenessState.PROPOSED
    )
    return work.session.exec(query).first()


def _require_open(account: Account) -> None:
    if account.loan.state not in OUTSTANDING or not account.owed.owed:
        raise Conflict("loan_state", _("Nothing is owed of this loan."), _("Look at its present state."))


def _require_owed(account: Account, amount: int) -> None:
    if amount > account.owed.owed:
        raise InvalidInput("invalid_amount", _("Less than that is owed."), _("Give at most what is owed."))
