"""The papers about a loan: which there are, where the reader opens them, which can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from basis.messages import _
from casework.accounts.rules import Permission
from casework.cases.tables import Case
from casework.certificates.queries import Standing, standing_on
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.disclosures import service as disclosures
from casework.loans import papers
from casework.loans.paper_tables import MoneyPaper, PaperEnd, PaperKind
from casework.loans.planning import counted_from
from casework.loans.tables import Loan
from checklists.programme import LoanTerms
from dashboard import addresses, words
from dashboard.forms import money_papers as forms
from dashboard.pages.money_papers import PaperLine, PapersView
from dashboard.parts import Badge, Link, Tone
from dashboard.sessions import Visit

_STANDINGS: Final[Mapping[Standing, Badge]] = {
    Standing.VALID: Badge(Tone.DONE, _("valid")),
    Standing.EXPIRED: Badge(Tone.IDLE, _("expired")),
    Standing.SUPERSEDED: Badge(Tone.IDLE, _("replaced by a later one")),
    Standing.REVOKED: Badge(Tone.LATE, _("revoked")),
    Standing.RESERVED: Badge(Tone.WAIT, _("being prepared")),
    Standing.VOID: Badge(Tone.IDLE, _("given up")),
}
_ENDED: Final[Mapping[PaperEnd, Badge]] = {
    PaperEnd.REPLACED: Badge(Tone.IDLE, _("replaced before it was made")),
    PaperEnd.FALLEN: Badge(Tone.IDLE, _("given up")),
}


def of_loan(visit: Visit, session: Session, case: Case, loan: Loan, terms: LoanTerms) -> PapersView:
    """The part of the loan's page. Whoever may only read (an auditor) has no forms; there is no note to ask for before
    the days of its instalments are known."""
    asks = visit.may(Permission.ASK_LOANS) or visit.may(Permission.KEEP_LOANS)
    dated = counted_from(case, terms, visit.today) is not None
    kinds = [kind for kind in papers.kinds_of(loan) if asks and (dated or kind is not PaperKind.PROMISSORY_NOTE)]
    return PapersView(
        tuple(_line(visit, paper, row) for paper, row in papers.of_loan(session, visit.actor, loan.id)),
        tuple(forms.ask(case.id, case.version, loan.number, kind, visit.today.isoformat()) for kind in kinds),
    )


def document_link(visit: Visit, row: Certificate) -> Link:
    """Where the reader opens a document: its page in the register, else the file, else nowhere."""
    if visit.may(Permission.SEE_REGISTER):
        return Link(addresses.document(row.id), row.number)
    issued = row.state is CertificateState.ISSUED
    if issued and may_read_file(visit.role, row.kind, stands=disclosures.stands(row)):
        return Link(addresses.document(row.id, "file"), row.number)
    return Link("", row.number)


def _line(visit: Visit, paper: MoneyPaper, row: Certificate | None) -> PaperLine:
    if row is not None:
        number, status = document_link(visit, row), _STANDINGS[standing_on(row, visit.today)]
    else:
        number = Link("", _("no number yet") if paper.end is None else _("no number"))
        status = _ENDED[paper.end] if paper.end is not None else _STANDINGS[Standing.RESERVED]
    return PaperLine(number, papers.WORDS[paper.kind], words.on(paper.as_of), status)
