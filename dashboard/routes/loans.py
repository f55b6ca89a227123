"""The travel loan of a case: asked for, approved by two officers, the note signed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import Message, _, _n
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.cases import queries
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.loans import life
from casework.loans import service as loans
from casework.loans.life import LoanState
from casework.loans.service import AskLoan
from casework.loans.tables import Instalment as InstalmentRow
from casework.loans.tables import Loan, LoanApproval
from checklists.programme import LoanTerms, Programme
from dashboard import addresses, words
from dashboard.cases.known import find
from dashboard.cases.recorded import withdraw_form
from dashboard.cases.submitting import submit
from dashboard.forms import stages as forms
from dashboard.pages.base import Place
from dashboard.pages.case import Decision, Instalment, LoanPage
from dashboard.parts import Badge, Fact, Link, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/loan", dependencies=[Depends(signed_in)])

_TONES: dict[LoanState, Tone] = {
    LoanState.APPROVED: Tone.TODAY,
    LoanState.NOTE_SIGNED: Tone.DONE,
}


@dataclass(frozen=True, slots=True)
class _Known:
    """The case's loan as it stands; `loan` is the live one, else the last."""

    case: Case
    terms: LoanTerms
    loan: Loan | None
    decisions: tuple[LoanApproval, ...]
    schedule: tuple[InstalmentRow, ...]
    names: dict[str, str]


@router.get("")
def one_loan(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.ASK_LOANS)
    return show(_page(visit, _known(visit, case_id)))


@router.post("/ask")
def ask(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ASK_LOANS)
    known = _known(visit, case_id)

    def act(values: Values, version: int) -> str:
        amount = Money.parse(values.text("amount"), known.terms.cap.currency)
        command = AskLoan(case_id=case_id, principal_minor=amount.minor, currency=amount.currency, asked_on=visit.today)
        visit.database.run(visit.actor, loans.ask, command, known.terms, version)
        return "loan-asked"

    return submit(visit, known.case, taken, _ask_form(known), _("Ask for a loan"), act, _address(case_id))


@router.post("/approve")
def approve(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_LOANS)
    known, loan = _live(visit, case_id)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, loans.approve, loan.id, known.terms, version)
        return "loan-approved"

    form = forms.approve_loan(case_id, known.case.version)
    return submit(visit, known.case, taken, form, _("Approve the loan"), act, _address(case_id))


@router.post("/decline")
def decline(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_LOANS)
    known, loan = _live(visit, case_id)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, loans.decline, loan.id, values.text("reason"), version)
        return "loan-declined"

    form = forms.decline_loan(case_id, known.case.version)
    return submit(visit, known.case, taken, form, _("Decline the loan"), act, _address(case_id))


@router.post("/note")
def note(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ASK_LOANS)
    known, loan = _live(visit, case_id)

    def act(values: Values, version: int) -> str:
        visit.database.run(
            visit.actor,
            loans.sign_note,
            loan.id,
            values.day("signed_on"),
            values.text("kept"),
            known.terms,
            version,
        )
        return "note-signed"

    form = forms.note_signed(case_id, known.case.version)
    return submit(visit, known.case, taken, form, _("The promissory note was signed"), act, _address(case_id))


def _address(case_id: UUID) -> str:
    return addresses.case(case_id, "loan")


def _known(visit: Visit, case_id: UUID) -> _Known:
    case, programme = find(visit, case_id)
    terms = _terms(programme)
    with visit.database.read() as session:
        rows = loans.of_case(session, visit.actor, case_id)
        live = [row for row in rows if row.state in life.LIVE]
        loan = live[-1] if live else (rows[-1] if rows else None)
        given = tuple(loans.decisions(session, loan.id)) if loan else ()
        due = tuple(loans.schedule(session, visit.actor, loan.id)) if loan else ()
        people = queries.accounts_by_key(session, {str(row.officer_id) for row in given})
    return _Known(case, terms, loan, given, due, {key: row.name for key, row in people.items()})


def _live(visit: Visit, case_id: UUID) -> tuple[_Known, Loan]:
    known = _known(visit, case_id)
    if known.loan is None:
        raise NotFound("loan", _("No loan is recorded for this case."), _("Ask for it first."))
    return known, known.loan


def _terms(programme: Programme) -> LoanTerms:
    if programme.loan is None:
        raise NotFound("no_loans", _("This programme gives no loans."), _("Look at the rules of the programme."))
    return programme.loan


def _page(visit: Visit, known: _Known) -> LoanPage:
    loan, terms = known.loan, known.terms
    facts = [
        Fact(_("Highest amount"), str(terms.cap)),
        Fact(_("Interest"), _("none")),
        Fact(_("Grace"), _n("{count} month after departure", "{count} months after departure", terms.grace_months)),
    ]
    total = ""
    if loan is not None:
        principal = Money(loan.principal_minor, loan.currency)
        facts.insert(0, Fact(_("Principal"), str(principal)))
        facts.append(Fact(_("Instalments"), str(terms.instalments_for(principal, loan.asked_on))))
        facts.append(Fact(_("Asked for on"), words.on(loan.asked_on)))
        total = str(principal)
    return LoanPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(known.case.id), known.case.reference),
        heading=_("Travel loan, case {reference}", reference=known.case.reference),
        status=_status(known),
        facts=tuple(facts),
        approvals=tuple(_decision(known, row) for row in known.decisions),
        schedule=_schedule(known),
        total=total,
        forms=_forms(visit, known),
    )


def _status(known: _Known) -> Badge:
    if known.loan is None:
        return Badge(Tone.IDLE, _("not asked for"))
    if known.loan.state in (LoanState.REQUESTED, LoanState.ASSESSED):
        given = sum(row.approved for row in known.decisions)
        said: Message = _("{given} of {needed} approvals", given=given, needed=known.terms.approvals)
        return Badge(Tone.OPEN, said)
    return Badge(_TONES.get(known.loan.state, Tone.IDLE), life.WORDS[known.loan.state])


def _decision(known: _Known, row: LoanApproval) -> Decision:
    what = _("Approved") if row.approved else _("Declined")
    return Decision(words.on(row.decided_on), what, known.names.get(str(row.officer_id), ""), row.reason)


def _schedule(known: _Known) -> tuple[Instalment, ...]:
    if known.loan is None:
        return ()
    left, lines = known.loan.principal_minor, []
    for row in known.schedule:
        left -= row.amount_minor
        amount, rest = Money(row.amount_minor, known.loan.currency), Money(left, known.loan.currency)
        lines.append(Instalment(row.number, words.on(row.due_on), str(amount), str(rest)))
    return tuple(lines)


def _ask_form(known: _Known) -> AskedForm:
    form = forms.ask_loan(known.case.id, known.case.version, known.terms.cap.currency, str(known.terms.cap))
    wish = known.case.loan_asked_minor
    if wish is None:
        return form
    amount = str(Money(wish, known.case.loan_currency)).split(" ")[1].replace(",", "")
    return filled(form, {"amount": amount})


def _forms(visit: Visit, known: _Known) -> tuple[AskedForm, ...]:
    """What the reader can do now: nobody decides on a loan that they recorded or decided on already."""
    case, loan = known.case, known.loan
    if is_ended(case.life):
        return ()
    if loan is None or loan.state not in life.LIVE:
        return (_ask_form(known),) if visit.may(Permission.ASK_LOANS) else ()
    decided = {row.officer_id for row in known.decisions}
    own = loan.recorded_by == visit.actor.key or visit.account.id in decided
    shown: list[AskedForm] = []
    if loan.state in (LoanState.REQUESTED, LoanState.ASSESSED) and visit.may(Permission.APPROVE_LOANS) and not own:
        shown += forms.approve_loan(case.id, case.version), forms.decline_loan(case.id, case.version)
    if loan.state is LoanState.APPROVED and visit.may(Permission.ASK_LOANS):
        shown.append(forms.note_signed(case.id, case.version))
    withdraw = withdraw_form(visit, case, "loan", loan.id, "", _("Withdraw the wish for a loan"))
    return (*shown, withdraw) if withdraw else tuple(shown)
