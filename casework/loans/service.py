"""Ask for a loan, approve or decline it, sign its note; the schedule follows from the programme's terms."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.certificates.service import take_number
from casework.loans import rules
from casework.loans.life import LIVE, Act, LoanState, moved
from casework.loans.tables import Instalment, Loan, LoanApproval, LoanPurpose
from casework.work import Work
from checklists.programme import LoanTerms
from checklists.requirement import FeeHead

SERIES = "L"
"""The prefix of the numbers of loans, ``L-2027-000123``: what stands in bank files and on letters."""


class AskLoan(BaseModel):
    """A wish for a loan: `principal_minor` in minor units of `currency` (ISO 4217)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    principal_minor: int
    currency: str
    asked_on: date


def ask(work: Work, command: AskLoan, terms: LoanTerms, expected_version: int | None = None) -> Loan:
    """Record the wish. A case has one live loan at most; more than the cap is recorded, but cannot be approved."""
    require(work.actor.role, Permission.ASK_LOANS)
    case = changes.change(work, command.case_id, expected_version)
    asked_on = recorded.happened(command.asked_on, _("day of asking"), work.today)
    within_cap = rules.within_cap(Money(command.principal_minor, command.currency), terms)
    query = select(Loan).where(Loan.case_id == case.id, col(Loan.state).in_(LIVE))
    if work.session.exec(query).first() is not None:
        raise Conflict(
            "loan_exists",
            _("A loan is recorded for this case already."),
            _("Withdraw it first if another one is to take its place."),
        )
    loan = Loan(
        case_id=case.id,
        number=take_number(work, SERIES, asked_on.year),
        principal_minor=command.principal_minor,
        currency=command.currency,
        asked_on=asked_on,
        within_cap=within_cap,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(loan)
    work.session.add(LoanPurpose(loan_id=loan.id, head=FeeHead.TRAVEL, amount_minor=loan.principal_minor))
    _record(work, loan, "loan.asked", asked_on)
    return loan


def approve(work: Work, loan_id: UUID, terms: LoanTerms, expected_version: int | None = None) -> Loan:
    """One officer's approval; with the last that the terms ask for the loan is approved."""
    loan, officer = _to_decide(work, loan_id, expected_version)
    if not rules.within_cap(Money(loan.principal_minor, loan.currency), terms):
        raise Refused(
            "over_cap",
            _("The loan is higher than the programme allows ({cap}).", cap=terms.cap),
            _("Withdraw it and ask for a lower one."),
        )
    _add_decision(work, loan, officer, approved=True, reason="")
    given = [row for row in decisions(work.session, loan.id) if row.approved]
    if loan.state is LoanState.REQUESTED:
        loan.state, loan.assessed_on, loan.assessed_by = moved(loan.state, Act.ASSESS), work.today, work.actor.key
    if len(given) >= terms.approvals:
        loan.state, loan.approved_on = moved(loan.state, Act.APPROVE), work.today
    work.session.add(loan)
    _record(work, loan, "loan.approval_given")
    return loan


def decline(work: Work, loan_id: UUID, reason: str, expected_version: int | None = None) -> Loan:
    """One officer's refusal ends the matter; the worker may ask anew. `reason` is what the worker is told."""
    loan, officer = _to_decide(work, loan_id, expected_version)
    _add_decision(work, loan, officer, approved=False, reason=recorded.text(reason, _("reason"), 300))
    loan.state, loan.ended_on = moved(loan.state, Act.DECLINE), work.today
    work.session.add(loan)
    _record(work, loan, "loan.declined")
    return loan


def sign_note(
    work: Work, loan_id: UUID, signed_on: date, note: str, terms: LoanTerms, expected_version: int | None = None
) -> Loan:
    """The worker has signed the promissory note. Writes the schedule, counted from the planned departure.

    `note` says where the signed paper is kept (its number or the evidence's id).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    loan, case = _locked(work, loan_id, expected_version)
    if loan.state is not LoanState.APPROVED:
        raise Conflict(
            "not_approved", _("The loan is not approved, or its note is signed already."), _("Look at its state.")
        )
    signed_on = recorded.happened(signed_on, _("day of signing"), work.today)
    if signed_on < loan.asked_on:
        raise InvalidInput("dates", _("The note was signed before the loan was asked for."), _("Correct the day."))
    if case.planned_departure is None:
        raise InvalidInput(
            "no_departure",
            _("The schedule counts from the departure, and no departure is planned."),
            _("Record the planned departure first."),
        )
    loan.note_evidence = recorded.text(note, _("signed note"), 120)
    loan.state, loan.signed_on = moved(loan.state, Act.SIGN), signed_on
    work.session.add(loan)
    principal = Money(loan.principal_minor, loan.currency)
    first = rules.first_due(case.planned_departure, terms)
    work.session.add_all(
        Instalment(loan_id=loan.id, number=due.number, due_on=due.due_on, amount_minor=due.amount.minor)
        for due in rules.schedule(principal, terms.instalments_for(principal, loan.asked_on), first, terms.due_day)
    )
    _record(work, loan, "loan.note_signed", signed_on)
    return loan


def withdraw(work: Work, loan_id: UUID, reason: str, expected_version: int | None = None) -> Loan:
    """The loan is no longer wanted, or was recorded wrongly; `reason` is a code of `recorded.WITHDRAW_REASONS`."""
    require(work.actor.role, Permission.ASK_LOANS)
    recorded.known_reason(reason)
    loan, _case = _locked(work, loan_id, expected_version)
    if loan.state not in LIVE:
        raise Conflict("not_live", _("The loan has ended already."), _("Look at its state."))
    loan.state, loan.ended_on = moved(loan.state, Act.CANCEL), work.today
    work.session.add(loan)
    work.record("loan.withdrawn", f"loan/{loan.id}", case_id=loan.case_id, data={"reason": reason})
    return loan


def schedule(session: Session, actor: Actor, loan_id: UUID) -> list[Instalment]:
    """The instalments of a signed note in their order; empty before it is signed."""
    loan = _get(session, loan_id)
    changes.find(session, actor, loan.case_id)
    query = select(Instalment).where(Instalment.loan_id == loan.id)
    return list(session.exec(query.order_by(col(Instalment.number))))


def decisions(session: Session, loan_id: UUID) -> list[LoanApproval]:
    """The officers' decisions, oldest first."""
    query = select(LoanApproval).where(LoanApproval.loan_id == loan_id)
    return list(session.exec(query.order_by(col(LoanApproval.id))))


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Loan]:
    """All loans of a case, oldest first."""
    changes.find(session, actor, case_id)
    return list(session.exec(select(Loan).where(Loan.case_id == case_id).order_by(col(Loan.id))))


def _get(session: Session, loan_id: UUID) -> Loan:
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise NotFound("loan", _("There is no such loan."), _("Open it from its case."))
    return loan


def _locked(work: Work, loan_id: UUID, expected_version: int | None) -> tuple[Loan, Case]:
    loan = _get(work.session, loan_id)
    case = changes.change(work, loan.case_id, expected_version)
    work.session.refresh(loan)
    return loan, case


def _to_decide(work: Work, loan_id: UUID, expected_version: int | None) -> tuple[Loan, UUID]:
    require(work.actor.role, Permission.APPROVE_LOANS)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can decide on a loan."), _("Ask a loan officer."))
    loan, _case = _locked(work, loan_id, expected_version)
    if loan.state not in (LoanState.REQUESTED, LoanState.ASSESSED):
        raise Conflict("decided", _("This loan has been decided on already."), _("Look at its state."))
    officers = [str(row.officer_id) for row in decisions(work.session, loan.id)]
    rules.require_independent(work.actor.key, loan.recorded_by, officers)
    return loan, work.actor.user_id


def _add_decision(work: Work, loan: Loan, officer: UUID, *, approved: bool, reason: str) -> None:
    work.session.add(
        LoanApproval(
            loan_id=loan.id,
            officer_id=officer,
            approved=approved,
            reason=reason,
            decided_on=work.today,
            recorded_at=work.now,
        )
    )
    work.session.flush()


def _record(work: Work, loan: Loan, kind: str, happened_on: date | None = None) -> None:
    work.record(
        kind,
        f"loan/{loan.id}",
        case_id=loan.case_id,
        happened_on=happened_on,
        data={"state": loan.state.value, "within_cap": loan.within_cap},
    )
