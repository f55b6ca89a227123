"""Pay a loan out, once, and begin its grace when the day it counts from is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.ledger import rules as ledger
from casework.ledger import service as booking
from casework.ledger.rules import Posting, Subject, SubjectKind
from casework.loans import planning, queries, rules
from casework.loans.life import Act, LoanState, moved
from casework.loans.service import locked, require_bearable, tell
from casework.loans.tables import Instalment, Loan, PaidTo
from casework.loans.terms import held_to, required
from casework.repayments import keeping
from casework.repayments import queries as repayments
from casework.repayments.rules import PlanKind, PlanRow
from casework.repayments.tables import LoanPlan
from casework.travel import queries as travel
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import LoanTerms

_GONE: Final = (
    CaseLife.DEPARTED,
    CaseLife.ARRIVED,
    CaseLife.IN_FOLLOW_UP,
    CaseLife.RETURNED,
    CaseLife.CLOSED,
)
"""Lives in which the departure of a case can be confirmed."""


class Disburse(BaseModel):
    """Money went to the carrier or the worker; `reference` is that of the bank or the ticket, never a name."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    paid_to: PaidTo
    reference: str
    disbursed_on: date


def disburse(work: Work, catalogue: Catalogue, command: Disburse, expected_version: int | None = None) -> Loan:
    """Record that the loan was paid out. Of several who do it at once exactly one does; the ledger has it once.

    Raises `Refused` (``role``, ``person_needed``, ``same_person``: whose approval was the last; what
    `service.require_bearable` does), `Conflict` (``already_disbursed``, ``loan_state``), `InvalidInput`
    (``date_in_future``, ``dates``, ``reference``).
    """
    require(work.actor.role, Permission.KEEP_LOANS)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can pay out a loan."), _("Ask a loan officer."))
    loan, case = locked(work, command.loan_id, expected_version)
    if loan.disbursed_on is not None:
        raise Conflict("already_disbursed", _("The loan was paid out already."), _("Look at its present state."))
    state = moved(loan.state, Act.DISBURSE)
    if work.actor.key == last_approver(work.session, loan.id):
        raise Refused(
            "same_person",
            _("Who gave the last approval does not pay out the loan."),
            _("Ask another loan officer."),
        )
    programme = programme_of(catalogue, case)
    # The worker may go to another country since the approval, where the same cost may not be charged.
    require_bearable(work, programme, case, loan)
    day = recorded.happened(command.disbursed_on, _("day of the payment"), work.today)
    if loan.signed_on is None or day < loan.signed_on:
        raise InvalidInput("dates", _("The loan was paid out before its note was signed."), _("Correct the day."))
    loan.disbursement_reference = ledger.known_reference(command.reference)
    loan.state, loan.disbursed_on, loan.disbursed_to = state, day, command.paid_to
    loan.disbursed_by = work.actor.key
    subject = Subject(SubjectKind.LOAN, loan.id, loan.case_id, loan.currency)
    posting = Posting(
        subject, ledger.disbursement(loan.principal_minor), day, f"disburse:{loan.id}", loan.disbursement_reference
    )
    booking.post(work, posting)
    tell(work, loan, "loan.disbursed", day, {"to": command.paid_to.value})
    work.session.flush()
    terms = required(loan, programme)
    anchor = anchors(work.session, {case.id: terms}, {case.id: day}).get(case.id)
    if anchor is not None:
        begin_grace(work, loan, terms, anchor)
    stand(work, catalogue, loan, case)
    return loan


def last_approver(session: Session, loan_id: UUID) -> str:
    """Whose approval was the last; "" before there is one."""
    given = [row for row in queries.decisions(session, loan_id) if row.approved]
    return str(given[-1].officer_id) if given else ""


def anchors(session: Session, terms: Mapping[UUID, LoanTerms], issued: Mapping[UUID, date]) -> dict[UUID, date]:
    """The day that grace counts from, of each case in which it is known. `issued`: when the loan was paid out."""
    by_name: dict[str, set[UUID]] = {"departure": set(), "arrival": set(), "issue": set()}
    for case_id, one in terms.items():
        by_name[one.counts_from].add(case_id)
    found = {case_id: issued[case_id] for case_id in by_name["issue"]}
    if by_name["arrival"]:
        found.update(travel.arrived_on(session, by_name["arrival"]))
    if by_name["departure"]:
        found.update(travel.departed_on(session, by_name["departure"]))
    return found


def begin_grace(work: Work, loan: Loan, terms: LoanTerms, anchor: date, left: int | None = None) -> None:
    """Count grace from `anchor`. Where the days of the note or its interest were others, a new plan is written; the
    signed one stays. `left`: what is owed where it is less than was lent, and its interest counts from `anchor` on.
    The caller has locked case and loan."""
    if loan.disbursed_on is None:
        raise Conflict("not_paid_out", _("The loan has not been paid out."), _("Look at its present state."))
    state = moved(loan.state, Act.BEGIN_GRACE)
    starts_on = max(anchor, loan.disbursed_on)
    counts_from = loan.disbursed_on if left is None else starts_on
    first = rules.first_due(starts_on, terms)
    made = planning.rows(
        Money(loan.principal_minor if left is None else left, loan.currency),
        planning.count_of(loan, terms),
        first,
        loan.due_day or terms.due_day,
        loan.interest,
        counts_from,
    )
    signed = [(row.due_on, row.amount_minor, row.interest_minor) for row in _rows(work.session, loan.id)]
    loan.state, loan.grace_from, loan.first_due_on = state, anchor, first
    if signed != [(row.due_on, row.principal, row.interest) for row in made]:
        _write(work, loan, made, starts_on, counts_from)
    tell(work, loan, "loan.grace_began", anchor)
    work.session.flush()


def _write(work: Work, loan: Loan, made: Sequence[PlanRow], starts_on: date, counts_from: date) -> None:
    plan = LoanPlan(
        loan_id=loan.id,
        number=2,
        kind=PlanKind.DATED,
        starts_on=starts_on,
        counts_from=counts_from,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(plan)
    work.session.add_all(
        Instalment(
            loan_id=loan.id,
            plan=plan.number,
            number=row.number,
            due_on=row.due_on,
            amount_minor=row.principal,
            interest_minor=row.interest,
        )
        for row in made
    )


def begin_due(work: Work, catalogue: Catalogue, limit: int, after: UUID | None = None) -> tuple[int, UUID | None]:
    """Begin the grace of loans whose day is known by now: of the next `limit` loans that wait for it, from the one
    after `after`. Returns how many began, and the last one looked at, None at the end."""
    query = (
        select(Loan, Case)
        .join(Case, col(Case.id) == col(Loan.case_id))
        .where(Loan.state == LoanState.DISBURSED, col(Case.life).in_(_GONE))
        .order_by(col(Loan.id))
        .limit(limit)
    )
    if after is not None:
        query = query.where(col(Loan.id) > after)
    waiting = list(work.session.exec(query))
    terms = {case.id: held_to(loan, programme_of(catalogue, case)) for loan, case in waiting}
    known = {case_id: one for case_id, one in terms.items() if one is not None}
    days = anchors(work.session, known, {case.id: loan.disbursed_on or work.today for loan, case in waiting})
    begun = [(loan, case, known[case.id], days[case.id]) for loan, case in waiting if case.id in days]
    _lock(work, {case.id for _loan, case, _terms, _day in begun})
    for loan, case, rule, day in begun:
        work.session.refresh(loan, with_for_update=True)
        if loan.state is LoanState.DISBURSED:
            begin_grace(work, loan, rule, day)
            stand(work, catalogue, loan, case)
    return len(begun), (waiting[-1][0].id if len(waiting) == limit else None)


def stand(work: Work, catalogue: Catalogue, loan: Loan, case: Case) -> None:
    """Bring the copy of how the loan stands up to today."""
    account = repayments.accounts(work.session, catalogue, [(loan, case)])[loan.id]
    keeping.settle_up(work, account)


def _lock(work: Work, case_ids: Collection[UUID]) -> None:
    for case_id in sorted(case_ids):
        changes.change(work, case_id, any_life=True)
    work.session.flush()


def _rows(session: Session, loan_id: UUID) -> list[Instalment]:
    query = select(Instalment).where(Instalment.loan_id == loan_id, Instalment.plan == 1)
    return list(session.exec(query.order_by(col(Instalment.number))))
