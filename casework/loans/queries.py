"""What is known of loans. Reading only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.households import queries as households
from casework.households.queries import Member
from casework.loans.tables import (
    Instalment,
    Loan,
    LoanApproval,
    LoanAssessment,
    LoanParty,
    LoanPurpose,
    LoanUnwinding,
    PartyKind,
)
from casework.vault import Vault
from checklists.programme import LoanTerms


@dataclass(frozen=True, slots=True)
class Party:
    """Who signs beside the borrower, opened. An adult of the household has a name only while they belong to it."""

    row: LoanParty
    name: str
    relation: str
    document: str


def get(session: Session, loan_id: UUID) -> Loan:
    """Raises `NotFound` (``loan``)."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise NotFound("loan", _("There is no such loan."), _("Open it from its case."))
    return loan


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Loan]:
    """All loans of a case, oldest first."""
    changes.find(session, actor, case_id)
    return list(session.exec(select(Loan).where(Loan.case_id == case_id).order_by(col(Loan.id))))


def schedule(session: Session, actor: Actor, loan_id: UUID) -> list[Instalment]:
    """The instalments of the plan in force, in their order; empty before the note is signed."""
    changes.find(session, actor, get(session, loan_id).case_id)
    query = select(Instalment).where(Instalment.loan_id == loan_id)
    rows = list(session.exec(query.order_by(col(Instalment.plan), col(Instalment.number))))
    return [row for row in rows if row.plan == rows[-1].plan]


def decisions(session: Session, loan_id: UUID) -> list[LoanApproval]:
    """The officers' decisions, oldest first; the assessment is the first of them."""
    query = select(LoanApproval).where(LoanApproval.loan_id == loan_id)
    return list(session.exec(query.order_by(col(LoanApproval.recorded_at), col(LoanApproval.id))))


def purposes(session: Session, loan_id: UUID) -> list[LoanPurpose]:
    """What the parts of the principal are for, the highest first."""
    query = select(LoanPurpose).where(LoanPurpose.loan_id == loan_id)
    return sorted(session.exec(query), key=lambda row: (-row.amount_minor, row.head.value))


def assessment(session: Session, loan_id: UUID) -> LoanAssessment | None:
    return session.exec(select(LoanAssessment).where(LoanAssessment.loan_id == loan_id)).one_or_none()


def looked_at(vault: Vault, case: Case, row: LoanAssessment) -> str:
    """What the officer wrote down of what was looked at."""
    if row.looked_at is None:
        return ""
    return vault.open(case.worker_id, "loan_assessment", row.id, "looked_at", row.looked_at).decode()


def unwinding(session: Session, loan_id: UUID) -> LoanUnwinding | None:
    return session.exec(select(LoanUnwinding).where(LoanUnwinding.loan_id == loan_id)).one_or_none()


def awaited(session: Session, case_id: UUID) -> tuple[Loan, LoanUnwinding] | None:
    """The oldest loan of a case of which a carrier still owes a refund: another may have taken its place since."""
    query = (
        select(Loan, LoanUnwinding)
        .join(LoanUnwinding, col(LoanUnwinding.loan_id) == col(Loan.id))
        .where(Loan.case_id == case_id, col(LoanUnwinding.closed_on).is_(None))
        .order_by(col(Loan.id))
        .limit(1)
    )
    found = session.exec(query).first()
    return (found[0], found[1]) if found is not None else None


def parties(session: Session, loan_id: UUID) -> list[LoanParty]:
    """Who has signed beside the borrower and was not taken back, in the order of recording."""
    query = select(LoanParty).where(LoanParty.loan_id == loan_id, col(LoanParty.withdrawn_on).is_(None))
    return list(session.exec(query.order_by(col(LoanParty.id))))


def opened(vault: Vault, case: Case, row: LoanParty) -> Party:
    """A guarantor or second borrower by name, relation and the paper that was shown."""
    if row.detail is None:
        return Party(row, "", "", "")
    detail = vault.open_json(case.worker_id, "loan_party", row.id, "detail", row.detail)
    return Party(row, str(detail["name"]), str(detail["relation"]), str(detail["document"]))


def adults(session: Session, vault: Vault, actor: Actor, case: Case, on: date) -> list[Member]:
    """The adults of the worker's household who travel along; the worker is not among them."""
    household = households.household_of(session, case.worker_id)
    if household is None:
        return []
    members = households.members(session, vault, actor, household.id, on)
    return [one for one in members if one.row.together and not one.child and one.row.worker_id != case.worker_id]


def missing(terms: LoanTerms, signed: list[LoanParty], needed: list[Member]) -> tuple[bool, list[Member]]:
    """Whose signature is missing: whether that of a guarantor or second borrower, and of which adults."""
    wanted = {"guarantor": PartyKind.GUARANTOR, "co_signer": PartyKind.CO_SIGNER}.get(terms.guarantor)
    other = wanted is not None and all(row.kind is not wanted for row in signed)
    if not terms.each_adult_signs:
        return other, []
    there = {row.member_id for row in signed}
    return other, [one for one in needed if one.row.id not in there]


def witnesses(session: Session, case: Case, but: UUID | None) -> list[Account]:
    """Who may see a signature: the active accounts of the office, without the one who records it."""
    query = select(Account).where(Account.organisation_id == case.office_id, col(Account.active))
    return [one for one in session.exec(query.order_by(col(Account.name))) if one.id != but]
