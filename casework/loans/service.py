"""Ask for a loan, assess it, approve or decline it, cancel it before anything was paid out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, Refused
from basis.ids import new_id
from basis.messages import _
from basis.money import Money
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import ROLE_WORDS, Permission, may, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.certificates.service import take_number
from casework.costs import queries as costs
from casework.costs import rules as cost_rules
from casework.costs.rules import CostHead, FindingKind, Paid
from casework.loans import papers, planning, queries, rules
from casework.loans.life import LIVE, Act, LoanState, moved
from casework.loans.paper_tables import PaperKind
from casework.loans.tables import Loan, LoanApproval, LoanAssessment, LoanPurpose, WageSource
from casework.loans.terms import keep, required, terms_of
from casework.vault import Vault
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import CostBearer, FeeHead, LoanTerms, Programme

SERIES = "L"
"""The prefix of the numbers of loans, ``L-2027-000123``: what stands in bank files and on letters."""

_LONGEST_AGO: Final = timedelta(days=366)


class AskLoan(BaseModel):
    """A wish for a loan: what each part is for, in minor units of `currency` (ISO 4217)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    purposes: Mapping[FeeHead, int]
    currency: str
    asked_on: date


class AssessLoan(BaseModel):
    """What an officer found. `wage`: of a month, as the worker states it; a wage of the signed contract or the job
    order goes before it. `looked_at`: the papers and answers that the assessment stands on."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    looked_at: str
    wage: Money | None = None


def ask(work: Work, catalogue: Catalogue, command: AskLoan, expected_version: int | None = None) -> Loan:
    """Record the wish. A case has one live loan at most; more than the cap is recorded, but cannot be approved.

    Raises `InvalidInput` (``invalid_amount``, ``not_a_purpose``, ``date_in_future``, ``dates``), `Conflict`
    (``loan_exists``) and `Refused` (``no_loans``; ``forbidden_cost``, ``over_ceiling``: the worker may not be charged
    for it).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    case = changes.change(work, command.case_id, expected_version)
    programme = programme_of(catalogue, case)
    terms = terms_of(programme)
    asked_on = recorded.happened(command.asked_on, _("day of asking"), work.today)
    if work.today - asked_on > _LONGEST_AGO:  # the loan's number says the year
        raise InvalidInput("dates", _("The loan was asked for more than a year ago."), _("Correct the day."))
    principal = rules.principal_of(command.purposes, command.currency, terms)
    within_cap = rules.within_cap(principal, terms)
    query = select(Loan).where(Loan.case_id == case.id, col(Loan.state).in_(LIVE))
    if work.session.exec(query).first() is not None:
        raise Conflict(
            "loan_exists",
            _("A loan is recorded for this case already."),
            _("Cancel it first if another one is to take its place."),
        )
    _require_chargeable(work, programme, case, command.purposes, principal.currency, asked_on, known=False)
    loan = Loan(
        case_id=case.id,
        number=take_number(work, SERIES, asked_on.year),
        principal_minor=principal.minor,
        currency=principal.currency,
        asked_on=asked_on,
        within_cap=within_cap,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    keep(loan, terms)
    work.session.add(loan)
    work.session.flush()
    work.session.add_all(
        LoanPurpose(loan_id=loan.id, head=head, amount_minor=amount) for head, amount in command.purposes.items()
    )
    tell(work, loan, "loan.asked", asked_on)
    return loan


def assess(work: Work, catalogue: Catalogue, command: AssessLoan, expected_version: int | None = None) -> Loan:
    """An officer finds that the worker can repay the loan. It is the first of the approvals that the terms ask for.

    Raises `Refused` (``role``, ``person_needed``, ``same_person``, ``over_cap``, ``not_affordable``, and what `ask`
    raises of costs; ``cost_unsaid``), `InvalidInput` (``wage_needed``, ``missing_value``), `Conflict` (``loan_state``).
    """
    _require_deciding(work)
    loan, case = locked(work, command.loan_id, expected_version)
    programme = programme_of(catalogue, case)
    terms = terms_of(programme)
    officer = _to_decide(work, loan, terms)
    state = moved(loan.state, Act.ASSESS)
    principal = Money(loan.principal_minor, loan.currency)
    _require_lendable(work, programme, case, loan, principal, terms)
    keep(loan, terms)
    looked_at = recorded.text(command.looked_at, _("what was looked at"), 1000)
    wage, source = _wage(work, case, command.wage, loan.currency)
    highest = _highest(case, loan, terms)
    share = rules.share_of(highest, wage)
    rules.require_affordable(share, terms, loan.currency)
    row = LoanAssessment(
        id=new_id(),
        loan_id=loan.id,
        wage_minor=wage.minor if wage else None,
        wage_currency=wage.currency if wage else "",
        wage_source=source,
        instalment_minor=highest.minor,
        share=share,
        assessed_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    row.looked_at = work.vault.seal(case.worker_id, "loan_assessment", row.id, "looked_at", looked_at.encode())
    work.session.add(row)
    _decide(work, loan, officer, approved=True, reason="")
    loan.state, loan.assessed_on, loan.assessed_by = state, work.today, work.actor.key
    tell(work, loan, "loan.assessed")
    return loan


def approve(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> Loan:
    """The approval of somebody who neither recorded nor assessed the loan; with the last that the terms ask for it is
    approved, and the note to sign is issued.

    Raises `Refused` (``role``, ``person_needed``, ``same_person``, ``over_cap``, ``role_needed``: only the approval of
    a given role is missing, and what `ask` raises of costs; ``cost_unsaid``), `Conflict` (``loan_state``,
    ``same_officer``).
    """
    _require_deciding(work)
    loan, case = locked(work, loan_id, expected_version)
    programme = programme_of(catalogue, case)
    terms = required(loan, programme)
    officer = _to_decide(work, loan, terms)
    approved = moved(loan.state, Act.APPROVE)
    principal = Money(loan.principal_minor, loan.currency)
    _require_lendable(work, programme, case, loan, principal, terms)
    earlier = [row for row in queries.decisions(work.session, loan.id) if row.approved]
    last = len(earlier) + 1 >= terms.approvals_for(principal)
    limit = terms.limit_for(principal)
    roles = {row.role for row in earlier} | {_role(work)}
    if last and limit is not None and limit.role not in roles:
        raise Refused(
            "role_needed",
            _("A loan as high as this needs the approval of this role: {role}.", role=ROLE_WORDS[Role(limit.role)]),
            _("Leave it to them."),
        )
    _decide(work, loan, officer, approved=True, reason="")
    if last:
        loan.state, loan.approved_on = approved, work.today
    tell(work, loan, "loan.approval_given")
    work.session.flush()
    if last and planning.counted_from(case, terms, work.today) is not None:
        papers.ask(work, PaperKind.PROMISSORY_NOTE, loan.id, terms=terms)
    return loan


def decline(work: Work, catalogue: Catalogue, loan_id: UUID, reason: str, expected_version: int | None = None) -> Loan:
    """One officer's refusal ends the matter; the worker may ask anew. `reason` is what the worker is told."""
    _require_deciding(work)
    loan, case = locked(work, loan_id, expected_version)
    officer = _to_decide(work, loan, required(loan, programme_of(catalogue, case)))
    state = moved(loan.state, Act.DECLINE)
    _decide(work, loan, officer, approved=False, reason=recorded.text(reason, _("reason"), 300))
    loan.state, loan.ended_on = state, work.today
    tell(work, loan, "loan.declined")
    return loan


def cancel(work: Work, loan_id: UUID, reason: str, expected_version: int | None = None) -> Loan:
    """The loan is given up before anything was paid out, at no cost; `reason` is a code of `rules.CANCEL_REASONS`.

    Also of a case that has ended. Raises `InvalidInput` (``unknown_reason``), `Conflict` (``loan_state``).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    recorded.known_reason(reason, rules.CANCEL_REASONS)
    loan, _case = locked(work, loan_id, expected_version, any_life=True)
    loan.state, loan.ended_on = moved(loan.state, Act.CANCEL), work.today
    papers.fall(work, loan.id, PaperKind.PROMISSORY_NOTE)
    tell(work, loan, "loan.cancelled", data={"reason": reason})
    return loan


def locked(
    work: Work, loan_id: UUID, expected_version: int | None = None, *, any_life: bool = False
) -> tuple[Loan, Case]:
    """The loan for a change, its case locked first. Raises what `changes.change` does, `NotFound` (``loan``)."""
    loan = queries.get(work.session, loan_id)
    case = changes.change(work, loan.case_id, expected_version, any_life=any_life)
    work.session.flush()
    work.session.refresh(loan, with_for_update=True)
    return loan, case


def tell(
    work: Work, loan: Loan, kind: str, happened_on: date | None = None, data: Mapping[str, object] | None = None
) -> None:
    """Store the changed loan and leave its event."""
    loan.version += 1
    work.session.add(loan)
    work.record(
        kind,
        f"loan/{loan.id}",
        case_id=loan.case_id,
        happened_on=happened_on,
        data={"state": loan.state.value, "within_cap": loan.within_cap, **(data or {})},
    )


def _require_deciding(work: Work) -> None:
    """Turn away who decides on no loan, whatever its terms."""
    if work.actor.role is not Role.SUPERVISOR:
        require(work.actor.role, Permission.APPROVE_LOANS)


def _to_decide(work: Work, loan: Loan, terms: LoanTerms) -> UUID:
    """Who decides: a loan officer, or the role that the terms name for so high a loan; a person, and uninvolved."""
    limit = terms.limit_for(Money(loan.principal_minor, loan.currency))
    if limit is None or _role(work) != limit.role:
        require(work.actor.role, Permission.APPROVE_LOANS)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can decide on a loan."), _("Ask a loan officer."))
    officers = [str(row.officer_id) for row in queries.decisions(work.session, loan.id)]
    if loan.state in (LoanState.REQUESTED, LoanState.ASSESSED):
        rules.require_independent(work.actor.key, loan.recorded_by, officers)
    return work.actor.user_id


def _require_lendable(
    work: Work, programme: Programme, case: Case, loan: Loan, principal: Money, terms: LoanTerms
) -> None:
    if not rules.within_cap(principal, terms):
        raise Refused(
            "over_cap",
            _("The loan is higher than the programme allows ({cap}).", cap=terms.cap),
            _("Cancel it and ask for a lower one."),
        )
    require_bearable(work, programme, case, loan)


def require_bearable(work: Work, programme: Programme, case: Case, loan: Loan) -> None:
    """Raise what `ask` raises of costs, and `Refused` (``cost_unsaid``): by the case, and the ceilings, as they are
    now."""
    parts = {row.head: row.amount_minor for row in queries.purposes(work.session, loan.id)}
    _require_chargeable(work, programme, case, parts, loan.currency, loan.asked_on, known=True)


def _require_chargeable(
    work: Work,
    programme: Programme,
    case: Case,
    parts: Mapping[FeeHead, int],
    currency: str,
    on: date,
    *,
    known: bool,
) -> None:
    """No loan for what the worker may not bear, on the day of asking or today. `known`: what cannot be said is refused
    too."""
    corridor = costs.corridor_of(work.session, work.vault, programme, case)
    kinds: set[FindingKind] = set()
    for day in {on, work.today}:
        paid = [
            Paid(new_id(), CostHead(head.value), Money(amount, currency), CostBearer.WORKER, day, proved=True)
            for head, amount in parts.items()
        ]
        kinds |= {one.kind for one in cost_rules.check(programme, corridor, paid)}
    if FindingKind.FORBIDDEN in kinds:
        raise Refused(
            "forbidden_cost",
            _("The worker may not be charged for one of these costs, so there is no loan for it."),
            _("Leave it out; somebody else must pay it."),
        )
    if FindingKind.OVER_LIMIT in kinds:
        raise Refused(
            "over_ceiling",
            _("This is more than the worker may be charged."),
            _("Ask for no more than the ceiling of the programme."),
        )
    if known and FindingKind.UNSAID in kinds:
        raise Refused(
            "cost_unsaid",
            _("Whether the worker may be charged for this cannot be said yet."),
            _("Record destination, occupation and wage of the case first."),
        )


def known_wage(session: Session, vault: Vault, case: Case, currency: str) -> tuple[Money, WageSource] | None:
    """The wage of a month in the loan's currency, by the signed contract or else the job order."""
    found = (
        (costs.contract_wage(session, vault, case), WageSource.CONTRACT),
        (costs.wage_of(session, case.id), WageSource.JOB_ORDER),
    )
    return next(((wage, source) for wage, source in found if wage is not None and wage.currency == currency), None)


def _wage(work: Work, case: Case, stated: Money | None, currency: str) -> tuple[Money | None, WageSource | None]:
    if stated is not None and not 0 < stated.minor <= rules.MOST_MINOR:
        raise InvalidInput("invalid_amount", _("The wage is not a sum of money."), _("Write an amount above zero."))
    known = known_wage(work.session, work.vault, case, currency)
    if known is not None:
        return known
    return stated, WageSource.STATED if stated is not None else None


def _highest(case: Case, loan: Loan, terms: LoanTerms) -> Money:
    """The highest payment of a month, with its interest."""
    begins = loan.asked_on
    counts_from = planning.counted_from(case, terms, begins) or begins
    rows = planning.planned(loan, terms, counts_from, begins)
    return Money(max(row.principal + row.interest for row in rows), loan.currency)


def _role(work: Work) -> str:
    return work.actor.role.value if work.actor.role is not None else ""


def _decide(work: Work, loan: Loan, officer: UUID, *, approved: bool, reason: str) -> None:
    work.session.add(
        LoanApproval(
            loan_id=loan.id,
            officer_id=officer,
            approved=approved,
            role=_role(work),
            reason=reason,
            decided_on=work.today,
            recorded_at=work.now,
        )
    )
    work.session.flush()


def may_decide(role: Role | None, loan: Loan, terms: LoanTerms) -> bool:
    """Whether the role may assess, approve or decline so high a loan."""
    limit = terms.limit_for(Money(loan.principal_minor, loan.currency))
    return may(role, Permission.APPROVE_LOANS) or (limit is not None and role is not None and role.value == limit.role)
