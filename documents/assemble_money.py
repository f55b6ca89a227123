"""A paper about money becomes its value, in the words of the two languages of the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.cases.tables import Case
from casework.certificates.service import Reservation
from casework.loans.paper_tables import MoneyPaper, PaperKind
from casework.organisations.tables import Organisation
from casework.work import Work
from checklists.programme import Programme
from documents import values as v
from documents.assemble import Place, languages_of
from documents.assemble_account import loan_statement, settlement_letter
from documents.assemble_asked import Asked
from documents.assemble_entitled import entitlement_statement
from documents.assemble_note import promissory_note
from documents.languages import writing

PREFIXES: Mapping[PaperKind, str] = {
    PaperKind.PROMISSORY_NOTE: "NOT",
    PaperKind.LOAN_STATEMENT: "STM",
    PaperKind.SETTLEMENT_LETTER: "SET",
    PaperKind.ENTITLEMENT_STATEMENT: "ENT",
}
"""How the numbers of a kind begin."""

_KINDS: Mapping[PaperKind, Callable[[Work, Asked], v.Certificate]] = {
    PaperKind.PROMISSORY_NOTE: promissory_note,
    PaperKind.LOAN_STATEMENT: loan_statement,
    PaperKind.SETTLEMENT_LETTER: settlement_letter,
    PaperKind.ENTITLEMENT_STATEMENT: entitlement_statement,
}


def assemble_paper(
    work: Work, case: Case, programme: Programme, paper: MoneyPaper, reservation: Reservation, place: Place
) -> v.Certificate:
    """The value of a paper about money, complete. It bears no photograph.

    Raises `Conflict` (``not_settled``, ``no_departure``) where the loan is not any more what the paper would say.
    """
    first, second = languages_of(work, case, programme, place)
    office = work.session.get_one(Organisation, case.office_id)
    with writing(first):
        return _KINDS[paper.kind](work, Asked(paper, case, programme, office, reservation, place, first, second))
