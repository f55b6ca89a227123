"""What every paper about money shows, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from basis.messages import Message, _
from casework.accounts.tables import Account
from casework.cases.tables import Case
from casework.certificates.service import Reservation
from casework.loans import papers
from casework.loans.paper_tables import MoneyPaper, PaperKind
from casework.loans.tables import Loan
from casework.organisations.tables import Organisation
from casework.signatories import service as signatories
from casework.work import Work
from casework.workers import service as workers
from checklists.programme import Programme
from documents import values as v
from documents.assemble import Place, person, role_title
from documents.languages import Language, in_both
from documents.short_code import short_code

TITLES: Mapping[PaperKind, Message] = {
    PaperKind.PROMISSORY_NOTE: _("Promissory note"),
    PaperKind.LOAN_STATEMENT: _("Loan statement"),
    PaperKind.SETTLEMENT_LETTER: _("Settlement letter"),
    PaperKind.ENTITLEMENT_STATEMENT: _("Statement of entitlements"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a paper is made of: the row it was asked for by, its case and programme, who issues it."""

    paper: MoneyPaper
    case: Case
    programme: Programme
    office: Organisation
    reservation: Reservation
    place: Place
    first: Language
    second: Language | None

    def common(self, work: Work, outcome: Message) -> dict[str, Any]:
        """What every kind shows, with the one sentence of the coloured field."""
        title, second_title = in_both(TITLES[self.paper.kind], self.second)
        said, second_said = in_both(outcome, self.second)
        known = workers.get(work.session, work.vault, self.case.worker_id)
        return {
            "head": v.Head(
                number=self.reservation.number,
                title=title,
                language=self.first.tag,
                second_title=second_title,
                second_language=self.second.tag if self.second else "",
                issued_on=work.today,
                verify_url=f"{self.place.public_url}/verify/{self.reservation.token}",
                specimen=self.place.specimen,
                replaces=", ".join(row.number for row in papers.replaced_by(work.session, self.paper)),
                short_code=short_code(self.reservation.token),
            ),
            "issuer": v.Issuer(self.office.name, self.programme.title, self.programme.version),
            "person": person(self.case, known, self.programme),
            "officer": _officer(work, self.paper, self.office),
            "outcome": v.Outcome(said, second_text=second_said),
        }

    def loan(self, work: Work) -> Loan:
        """The loan that it is about."""
        return work.session.get_one(Loan, self.paper.loan_id)


def _officer(work: Work, paper: MoneyPaper, office: Organisation) -> v.Officer:
    """Who is named for this kind of paper, else who asked for it; the office where the engine did."""
    named = signatories.responsible(work.session, office.id, paper.kind.value, work.today)
    if named is not None:
        return v.Officer(named.name, named.title)
    account = work.session.get(Account, UUID(paper.asked_by)) if len(paper.asked_by) == 36 else None
    if account is None:
        return v.Officer(office.name, str(_("issued automatically")))
    return v.Officer(account.name, account.title or role_title(account.role))
