"""What the reader can do with a loan now, as forms."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from basis.messages import Message, _
from basis.money import Money
from casework.accounts.rules import Permission
from casework.cases.rules import is_ended
from casework.loans import life, queries, rules, service
from casework.loans.life import LoanState
from casework.loans.rules import CANCEL_REASONS
from casework.loans.tables import Loan, LoanUnwinding, PaidTo
from casework.loans.unwinding import REASONS as UNWIND_REASONS
from casework.workers.service import language_of
from dashboard.cases.known_loans import KnownLoan
from dashboard.forms import loans as forms
from dashboard.forms.case import NOTICE_LANGUAGES, Options
from dashboard.parts import Form, Kind, Option
from dashboard.posting import filled
from dashboard.programmes import wording

_CANCEL = tuple(Option(code, said) for code, said in CANCEL_REASONS.items())
_UNWIND = tuple(Option(code, said) for code, said in UNWIND_REASONS.items())
_OTHERS = {
    "guarantor": _("The guarantor signed"),
    "co_signer": _("The second borrower signed"),
}


def offered(known: KnownLoan) -> tuple[Form, ...]:
    """The forms that the reader can use in the loan's present state, the next step first."""
    loan = known.loan
    ended = is_ended(known.case.life)
    if known.earlier and loan is not None:
        return tuple(_earlier(known, loan))
    if loan is None or loan.state not in life.LIVE:
        asking = known.visit.may(Permission.ASK_LOANS) and not ended and known.programme.loan is not None
        again = tuple(_carrier(known))
        return (*again, *((ask_form(known),) if asking else ()))
    found: list[Form] = []
    if not ended:
        found += _decisions(known, loan)
        found += _signing(known, loan)
    if known.visit.may(Permission.KEEP_LOANS):
        found += _money(known, loan, ended=ended)
    if loan.state in life.PREPARING and known.visit.may(Permission.ASK_LOANS):
        found.append(cancel_form(known))
    return tuple(found)


def withdrawals(known: KnownLoan) -> dict[UUID, Form]:
    """The forms that take back the signature of somebody beside the borrower."""
    loan = known.loan
    if loan is None or loan.state is not LoanState.APPROVED or not known.works or is_ended(known.case.life):
        return {}
    return {
        one.row.id: forms.withdraw_party(known.case.id, known.case.version, one.row.id, one.name)
        for one in known.parties
    }


def ask_form(known: KnownLoan) -> Form:
    terms = known.offered
    heads = {head: wording.HEADS[head] for head in terms.purposes}
    form = forms.ask(known.case.id, known.case.version, terms.cap.currency, str(terms.cap), heads)
    wish = known.case.loan_asked_minor
    if wish is None or known.case.loan_currency != terms.cap.currency:
        return form
    amount = str(Money(wish, known.case.loan_currency)).split(" ")[1].replace(",", "")
    return filled(form, {f"amount_{terms.purposes[0].value}": amount})


def assess_form(known: KnownLoan, loan: Loan) -> Form:
    wage: Message | str = ""
    if known.wage_known:
        wage = _("Contract or job order say it; leave it empty to go by that.")
    needed = known.terms.affordability is not None and not known.wage_known
    return forms.assess(known.case.id, known.case.version, loan.currency, wage, needed=needed)


def explain_form(known: KnownLoan) -> Form:
    with known.visit.database.read() as session:
        language = language_of(session, known.case.worker_id)
    if language not in {option.value for option in NOTICE_LANGUAGES}:
        language = ""
    return forms.explain(known.case.id, known.case.version, language, known.visit.today.isoformat())


def guarantor_form(known: KnownLoan) -> Form | None:
    kind = known.terms.guarantor
    if kind not in _OTHERS:
        return None
    return _today(known, forms.guarantor(known.case.id, known.case.version, kind, _OTHERS[kind]))


def adult_form(known: KnownLoan) -> Form | None:
    signed = {one.row.member_id for one in known.parties}
    people = tuple(Option(str(one.row.id), one.name) for one in known.adults if one.row.id not in signed)
    return _today(known, forms.adult(known.case.id, known.case.version, people)) if people else None


def paper_form(known: KnownLoan) -> Form:
    scan = known.visit.may(Permission.EDIT_CASES)
    return _today(known, forms.note_on_paper(known.case.id, known.case.version, _witnesses(known), scan=scan))


def screen_form(known: KnownLoan) -> Form:
    return forms.note_on_screen(known.case.id, known.case.version, _witnesses(known))


def disburse_form(known: KnownLoan, loan: Loan) -> Form:
    form = forms.disburse(known.case.id, known.case.version, str(known.money(loan.principal_minor)))
    return _today(known, form)


def cancel_form(known: KnownLoan) -> Form:
    return forms.cancel(known.case.id, known.case.version, _CANCEL)


def unwind_form(known: KnownLoan, loan: Loan) -> Form:
    to_worker = loan.disbursed_to is PaidTo.WORKER
    form = forms.unwind(known.case.id, known.case.version, loan.currency, _UNWIND, to_worker=to_worker)
    return forms.naming(_today(known, form), loan.number)


def refund_form(known: KnownLoan, loan: Loan, row: LoanUnwinding) -> Form:
    left = Money(row.refund_minor - row.received_minor, loan.currency)
    return _today(known, forms.refund(known.case.id, known.case.version, loan.number, left))


def _today(known: KnownLoan, form: Form) -> Form:
    """Most is recorded on the day it happens."""
    return filled(form, {field.name: known.visit.today.isoformat() for field in form.fields if field.kind is Kind.DATE})


def _decisions(known: KnownLoan, loan: Loan) -> Iterator[Form]:
    """Nobody decides on a loan that they recorded or decided on already."""
    decided = {row.officer_id for row in known.decisions}
    own = loan.recorded_by == known.visit.actor.key or known.visit.account.id in decided
    if own or not service.may_decide(known.visit.role, loan, known.terms):
        return
    case = known.case
    if loan.state is LoanState.REQUESTED:
        yield assess_form(known, loan)
        yield forms.decline(case.id, case.version)
    elif loan.state is LoanState.ASSESSED:
        yield forms.approve(case.id, case.version)
        yield forms.decline(case.id, case.version)


def _signing(known: KnownLoan, loan: Loan) -> Iterator[Form]:
    if loan.state is not LoanState.APPROVED or not known.works:
        return
    terms = known.terms
    if terms.explained and loan.explained_on is None:
        yield explain_form(known)
        return
    if known.visit.today < rules.sign_from(loan.approved_on or loan.asked_on, terms):
        return
    other, adults = queries.missing(terms, [one.row for one in known.parties], list(known.adults))
    beside = [guarantor_form(known)] if other else []
    beside += [adult_form(known)] if adults else []
    yield from (form for form in beside if form is not None)
    if not beside:
        yield paper_form(known)
        yield screen_form(known)


def _money(known: KnownLoan, loan: Loan, *, ended: bool) -> Iterator[Form]:
    last = [str(row.officer_id) for row in known.decisions if row.approved][-1:]
    if loan.state is LoanState.NOTE_SIGNED and not ended and known.visit.actor.key not in last:
        yield disburse_form(known, loan)
    if known.undoable:
        yield unwind_form(known, loan)
    yield from _carrier(known)


def _earlier(known: KnownLoan, loan: Loan) -> Iterator[Form]:
    """One that a returned payment has opened again may have to be undone; what a carrier owes is shown
    with every loan of the case."""
    if known.undoable and known.visit.may(Permission.KEEP_LOANS):
        yield unwind_form(known, loan)
    yield from _carrier(known)


def _carrier(known: KnownLoan) -> Iterator[Form]:
    """What the carrier still owes, also of a loan before this one."""
    if known.carrier is not None and known.visit.may(Permission.KEEP_LOANS):
        yield refund_form(known, *known.carrier)
        yield forms.give_up(known.case.id, known.case.version)


def _witnesses(known: KnownLoan) -> Options:
    with known.visit.database.read() as session:
        found = queries.witnesses(session, known.case, known.visit.account.id)
    return tuple(Option(str(one.id), one.name) for one in found)
