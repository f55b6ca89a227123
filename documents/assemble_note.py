"""The promissory note before it is signed: what is owed when, on which terms, and who is to sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from basis.messages import Message, _
from basis.money import Money
from casework.loans import papers, planning
from casework.loans import queries as loans
from casework.loans.tables import Loan
from casework.loans.terms import held_to
from casework.repayments.rules import PlanRow
from casework.work import Work
from checklists.lending import LoanTerms
from documents import values as v
from documents.assemble_asked import Asked
from documents.assemble_terms import in_two, terms_of
from documents.languages import Language, in_both
from documents.money_rows import Instalment, repaid

SHORT: Final = 24
"""So many instalments stand in two columns on one page."""


def promissory_note(work: Work, asked: Asked) -> v.Certificate:
    loan = asked.loan(work)
    terms = held_to(loan, asked.programme)
    planned = _planned(asked, loan, terms) if terms is not None else ()
    if terms is None or not planned:
        raise papers.no_departure()
    principal = Money(loan.principal_minor, loan.currency)
    sentences, second_sentences = in_two(asked.second, *terms_of(terms))
    schedule = _instalments(planned, loan.currency)
    total = repaid(principal, schedule)
    common = asked.common(work, _("To be signed: promise to repay {amount}", amount=str(total)))
    return v.NoteToSign(
        **common,
        lender=asked.office.name,
        loan_number=loan.number,
        principal=principal,
        instalments=schedule,
        terms=sentences,
        second_terms=second_sentences,
        signatures=tuple(_hands(work, asked, terms, common["person"].name)),
        sign_from=_sign_from(loan, terms),
    )


def _planned(asked: Asked, loan: Loan, terms: LoanTerms) -> Sequence[PlanRow]:
    """Counted from the day that was planned when the note was asked for; none where no departure is planned now."""
    begins = planning.signable(loan, terms, asked.paper.as_of)
    now = planning.counted_from(asked.case, terms, begins)
    return planning.planned(loan, terms, asked.paper.counts_from or now, begins) if now is not None else ()


def _instalments(planned: Sequence[PlanRow], currency: str) -> tuple[Instalment, ...]:
    """The plan as a schedule. A long one says after each instalment how much is left, so that every page has a sum."""
    left, rows = sum(row.principal + row.interest for row in planned), []
    bears, long = any(row.interest for row in planned), len(planned) > SHORT
    for row in planned:
        amount = row.principal + row.interest
        left -= amount
        rows.append(
            Instalment(
                row.number,
                row.due_on,
                Money(amount, currency),
                Money(row.interest, currency) if bears else None,
                Money(left, currency) if long or bears else None,
            )
        )
    return tuple(rows)


def _hands(work: Work, asked: Asked, terms: LoanTerms, borrower: str) -> Iterator[v.SignatureLine]:
    """Who signs: the borrower, where the terms ask for them each adult of the household and a guarantor, a witness."""
    yield hand(borrower, _("Borrower"), asked.second)
    if terms.each_adult_signs:
        for adult in loans.adults(work.session, work.vault, work.actor, asked.case, work.today):
            yield hand(adult.name, _("Adult of the household"), asked.second)
    if terms.guarantor != "none":
        yield hand("", _("Guarantor") if terms.guarantor == "guarantor" else _("Second borrower"), asked.second)
    yield hand("", _("Witness"), asked.second)


def hand(name: str, role: Message, second: Language | None) -> v.SignatureLine:
    """Room for a signature, with what for in both languages."""
    said, other = in_both(role, second)
    return v.SignatureLine(name, said, second_role=other)


def _sign_from(loan: Loan, terms: LoanTerms) -> date | None:
    if not terms.cooling_off_days or loan.approved_on is None:
        return None
    return loan.approved_on + timedelta(days=terms.cooling_off_days)
