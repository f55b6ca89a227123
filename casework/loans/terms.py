"""The terms of a loan: those by which it was assessed, whatever becomes of its case's programme after that."""

from __future__ import annotations

from functools import lru_cache

from basis.errors import Refused
from basis.messages import _
from casework.loans.life import LoanState
from casework.loans.tables import Loan
from checklists.programme import LoanTerms, Programme


def terms_of(programme: Programme) -> LoanTerms:
    """Those on which a loan can be asked for. Raises `Refused` (``no_loans``) where the programme gives none."""
    if programme.loan is None:
        raise Refused("no_loans", _("This programme gives no loans."), _("Look at the rules of the programme."))
    return programme.loan


def keep(loan: Loan, terms: LoanTerms) -> None:
    """The loan goes by these from now on. Its rate is part of them."""
    loan.terms, loan.interest = terms.model_dump_json(by_alias=True), terms.rate


def held_to(loan: Loan, programme: Programme) -> LoanTerms | None:
    """By which the loan is decided on, signed and repaid. `programme`: the version that its case is pinned to now. It
    counts until the assessment; a migration of the case changes nothing of what was assessed, agreed and signed.

    None where neither has any: a loan of before terms were kept, and a programme that gives none any more.
    """
    if programme.loan is not None and (loan.state is LoanState.REQUESTED or not loan.terms):
        return programme.loan
    return _read(loan.terms) if loan.terms else None


def required(loan: Loan, programme: Programme) -> LoanTerms:
    """As `held_to`. Raises `Refused` (``no_loans``) where there are none."""
    return held_to(loan, programme) or terms_of(programme)


@lru_cache(maxsize=256)
def _read(kept: str) -> LoanTerms:
    return LoanTerms.model_validate_json(kept)
