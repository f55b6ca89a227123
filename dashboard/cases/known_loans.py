"""All that the page of a loan is told from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from basis.errors import NotFound
from basis.messages import _
from basis.money import Money
from casework.accounts.rules import Permission
from casework.cases import queries as cases
from casework.cases.tables import Case
from casework.households.queries import Member
from casework.ledger.rules import Booked
from casework.loans import life, notes, papers, queries, service, waiting
from casework.loans.queries import Party
from casework.loans.tables import Loan, LoanApproval, LoanAssessment, LoanPurpose, LoanUnwinding
from casework.loans.terms import held_to
from casework.repayments import queries as repayments
from casework.repayments.rules import Plan
from checklists.programme import LoanTerms, Programme
from dashboard.cases import money_papers
from dashboard.cases.known import find
from dashboard.pages.money_papers import PapersView
from dashboard.sessions import Visit


@dataclass(frozen=True, slots=True)
class KnownLoan:
    """A loan of the case as it stands. What the reader may not know is empty. `earlier`: another loan has taken its
    place since; `others`: the other loans of the case, the last first, each with its credit in minor units. `carrier`:
    the refund of a carrier that is awaited, which may be that of an earlier loan."""

    visit: Visit
    case: Case
    programme: Programme
    terms: LoanTerms
    loan: Loan | None
    earlier: bool = False
    others: tuple[tuple[Loan, int], ...] = ()
    decisions: tuple[LoanApproval, ...] = ()
    purposes: tuple[LoanPurpose, ...] = ()
    assessment: LoanAssessment | None = None
    looked_at: str = ""
    wage_known: bool = False
    scans: int = 0
    parties: tuple[Party, ...] = ()
    adults: tuple[Member, ...] = ()
    unwinding: LoanUnwinding | None = None
    carrier: tuple[Loan, LoanUnwinding] | None = None
    plans: tuple[Plan, ...] = ()
    entries: tuple[Booked, ...] = ()
    no_journey: bool = False
    forgotten: bool = False
    undoable: bool = False
    outdated_note: bool = False
    papers: PapersView | None = None
    people: Mapping[str, str] | None = None
    language: str = ""

    def name(self, key: str) -> str:
        return (self.people or {}).get(key, "")

    def money(self, minor: int) -> Money:
        return Money(minor, self.loan.currency if self.loan else self.terms.cap.currency)

    @property
    def offered(self) -> LoanTerms:
        """On which another loan can be asked for. Raises `NotFound` (``no_loans``)."""
        return terms_of(self.programme)

    @property
    def works(self) -> bool:
        """Whether the reader works on loans, and does not only read."""
        return self.visit.may(Permission.ASK_LOANS)


def terms_of(programme: Programme) -> LoanTerms:
    if programme.loan is None:
        raise NotFound("no_loans", _("This programme gives no loans."), _("Look at the rules of the programme."))
    return programme.loan


def known_loan(visit: Visit, case_id: UUID, number: str = "") -> KnownLoan:
    """The loan with that number, else the live one, else the last. Raises `NotFound` (``case``, ``no_loans``,
    ``loan``)."""
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        rows = queries.of_case(session, visit.actor, case_id)
        live = [row for row in rows if row.state in life.LIVE]
        present = live[-1] if live else (rows[-1] if rows else None)
        loan = next((row for row in rows if row.number == number), None) if number else present
        if loan is None:
            if number:
                raise repayments.no_loan()
            return KnownLoan(visit, case, programme, terms_of(programme), None)
        others = tuple(reversed([row for row in rows if row is not loan]))
        return _read(visit, session, case, programme, loan, others, earlier=loan is not present)


def _read(
    visit: Visit,
    session: Session,
    case: Case,
    programme: Programme,
    loan: Loan,
    others: Sequence[Loan],
    *,
    earlier: bool,
) -> KnownLoan:
    vault, terms = visit.database.vault(session), held_to(loan, programme) or terms_of(programme)
    works = visit.may(Permission.ASK_LOANS)
    decisions = tuple(queries.decisions(session, loan.id))
    assessment = queries.assessment(session, loan.id)
    account = repayments.accounts(session, visit.installation.catalogue, [(loan, case)])[loan.id]
    keys = {str(row.officer_id) for row in decisions} | {loan.witness, loan.disbursed_by, loan.explained_by} - {""}
    found = cases.accounts_by_key(session, keys)
    signed = queries.parties(session, loan.id) if works else []
    return KnownLoan(
        visit,
        case,
        programme,
        terms,
        loan,
        earlier=earlier,
        others=_with_credit(visit, session, case, others),
        decisions=decisions,
        purposes=tuple(queries.purposes(session, loan.id)),
        assessment=assessment,
        looked_at=queries.looked_at(vault, case, assessment) if assessment is not None and works else "",
        wage_known=service.known_wage(session, vault, case, loan.currency) is not None,
        scans=len(notes.pages(session, loan)),
        parties=tuple(queries.opened(vault, case, row) for row in signed),
        adults=tuple(queries.adults(session, vault, visit.actor, case, visit.today))
        if works and terms.each_adult_signs
        else (),
        unwinding=queries.unwinding(session, loan.id),
        carrier=queries.awaited(session, case.id),
        plans=tuple(account.plans),
        entries=tuple(account.entries),
        no_journey=waiting.lost_journey(session, loan),
        forgotten=waiting.forgotten(session, loan),
        undoable=waiting.undoable(session, loan),
        outdated_note=papers.outdated(session, case, loan, terms),
        papers=money_papers.of_loan(visit, session, case, loan, terms),
        people={key: row.name for key, row in found.items()},
    )


def _with_credit(visit: Visit, session: Session, case: Case, loans: Sequence[Loan]) -> tuple[tuple[Loan, int], ...]:
    found = repayments.accounts(session, visit.installation.catalogue, [(loan, case) for loan in loans])
    return tuple((loan, found[loan.id].owed.credit) for loan in loans)
