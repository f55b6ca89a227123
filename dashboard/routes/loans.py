"""The travel loan of a case, from the wish to the pay-out, and its undoing where there is no journey."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.evidence import service as evidence
from casework.evidence.media import SUFFIXES
from casework.evidence.service import AddEvidence
from casework.loans import disbursing, notes, service, signing, unwinding
from casework.loans.disbursing import Disburse
from casework.loans.service import AskLoan, AssessLoan
from casework.loans.signing import AddParty, ExplainTerms, SignNote
from casework.loans.tables import Loan, LoanUnwinding, NoteHow, PaidTo, PartyKind
from casework.loans.unwinding import Refund, Unwind
from casework.work import Work
from checklists.programme import FeeHead
from dashboard import addresses
from dashboard.cases import loan_acts as acts
from dashboard.cases.known_loans import KnownLoan, known_loan
from dashboard.cases.loans import page
from dashboard.cases.submitting import submit
from dashboard.forms import loans as forms
from dashboard.looking import look
from dashboard.paging import check_names, given
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Upload, Values, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show
from documents import incoming

router = APIRouter(prefix="/cases/{case_id:uuid}/loan", dependencies=[Depends(signed_in)])


@router.get("")
def one_loan(request: Request, case_id: UUID, visit: Signed) -> Response:
    """The loan of the case, or the one of ``?number=L-2027-000123``."""
    if not visit.may(Permission.SEE_LOANS):
        require(visit.role, Permission.ASK_LOANS)
    said = given(request)
    check_names(said, "number")
    known = known_loan(visit, case_id, said.get("number", ""))
    look(visit, "loan.viewed", f"case_file/{case_id}", case_id)
    return show(page(known, acts.offered(known), acts.withdrawals(known)))


@router.post("/ask")
def ask(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ASK_LOANS)
    known = known_loan(visit, case_id)

    def act(values: Values, version: int) -> str:
        currency = known.offered.cap.currency
        purposes: dict[FeeHead, int] = {}
        for head in known.offered.purposes:
            if typed := values.text(f"amount_{head.value}"):
                purposes[head] = Money.parse(typed, currency).minor
        command = AskLoan(case_id=case_id, purposes=purposes, currency=currency, asked_on=visit.today)
        visit.database.run(visit.actor, service.ask, visit.installation.catalogue, command, version)
        return "loan-asked"

    return _submit(known, taken, acts.ask_form(known), _("Ask for a loan"), act)


@router.post("/assess")
def assess(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _deciding(visit, case_id)

    def act(values: Values, version: int) -> str:
        typed = values.text("wage")
        wage = Money.parse(typed, loan.currency) if typed else None
        command = AssessLoan(loan_id=loan.id, looked_at=values.text("looked_at"), wage=wage)
        visit.database.run(visit.actor, service.assess, visit.installation.catalogue, command, version)
        return "loan-assessed"

    return _submit(known, taken, acts.assess_form(known, loan), _("Assess the loan"), act)


@router.post("/approve")
def approve(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _deciding(visit, case_id)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, service.approve, visit.installation.catalogue, loan.id, version)
        return "loan-approved"

    return _submit(known, taken, forms.approve(case_id, known.case.version), _("Approve the loan"), act)


@router.post("/decline")
def decline(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _deciding(visit, case_id)

    def act(values: Values, version: int) -> str:
        reason = values.text("reason")
        visit.database.run(visit.actor, service.decline, visit.installation.catalogue, loan.id, reason, version)
        return "loan-declined"

    return _submit(known, taken, forms.decline(case_id, known.case.version), _("Decline the loan"), act)


@router.post("/cancel")
def cancel(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _asking(visit, case_id)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, service.cancel, loan.id, values.text("reason"), version)
        return "loan-cancelled"

    return _submit(known, taken, acts.cancel_form(known), _("Cancel the loan"), act)


@router.post("/explain")
def explain(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _asking(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = ExplainTerms(
            loan_id=loan.id,
            language=values.text("language"),
            explained_on=values.day("explained_on"),
            understood=values.flag("understood"),
        )
        visit.database.run(visit.actor, signing.explain, command, version)
        return "loan-explained"

    return _submit(known, taken, acts.explain_form(known), _("The terms were explained"), act)


@router.post("/party")
def add_party(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _asking(visit, case_id)
    kind = hidden(taken, "kind")
    form = acts.adult_form(known) if kind == PartyKind.ADULT else acts.guarantor_form(known)
    if form is None or kind not in (PartyKind.ADULT.value, known.terms.guarantor):
        raise InvalidInput("not_asked", _("The terms do not ask for this signature."), _("Look at the terms."))

    def act(values: Values, version: int) -> str:
        given = {name: values.text(name) for name in ("name", "relation", "document") if name in values.texts}
        member = UUID(values.text("member")) if "member" in values.texts else None
        command = AddParty(
            loan_id=loan.id, kind=PartyKind(kind), signed_on=values.day("signed_on"), member_id=member, **given
        )
        visit.database.run(visit.actor, signing.add_party, visit.installation.catalogue, command, version)
        return "loan-party"

    return _submit(known, taken, form, _("Somebody signed beside the worker"), act)


@router.post("/party/{party_id:uuid}/withdraw")
def withdraw_party(case_id: UUID, party_id: UUID, visit: Signed, taken: Form) -> Response:
    known, _loan = _asking(visit, case_id)
    if party_id not in {one.row.id for one in known.parties}:
        raise NotFound("loan_party", _("There is no such signature."), _("Open the loan again."))

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, signing.withdraw_party, party_id, version)
        return "withdrawn"

    form = forms.withdraw_party(case_id, known.case.version, party_id, "")
    return _submit(known, taken, form, _("Take a signature back"), act)


@router.post("/note")
def note(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _asking(visit, case_id)

    def act(values: Values, version: int) -> str:
        scans = values.files.get("scan", ())
        command = SignNote(
            loan_id=loan.id,
            signed_on=values.day("signed_on"),
            how=NoteHow.PAPER,
            kept=values.text("kept"),
            witness=_witness(values),
        )
        if not scans:
            visit.database.run(visit.actor, signing.sign_note, visit.installation.catalogue, command, version)
        else:
            _sign_with_scan(visit, known, command, scans, version)
        return "note-signed"

    return _submit(known, taken, acts.paper_form(known), _("The promissory note was signed"), act)


@router.get("/note/{number:int}")
def scan(request: Request, case_id: UUID, number: int, visit: Signed) -> Response:
    """The cleaned copy of a file of the signed note. Whoever looks leaves an event."""
    _known, loan = _asking(visit, case_id, given(request).get("number", ""))
    shown = visit.database.run(visit.actor, notes.view, visit.installation.files, loan.id, number)
    how = "inline" if shown.media_type.startswith("image/") else "attachment"
    name = f"{loan.number}-{number}.{SUFFIXES[shown.media_type]}"
    return Response(
        shown.content, media_type=shown.media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'}
    )


@router.post("/screen")
def screen(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _asking(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = SignNote(
            loan_id=loan.id,
            signed_on=visit.today,
            how=NoteHow.SCREEN,
            typed=values.text("typed"),
            witness=_witness(values),
        )
        visit.database.run(visit.actor, signing.sign_note, visit.installation.catalogue, command, version)
        return "note-signed"

    return _submit(known, taken, acts.screen_form(known), _("The worker signs on this screen"), act)


@router.post("/disburse")
def disburse(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, loan = _keeping(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = Disburse(
            loan_id=loan.id,
            paid_to=PaidTo(values.text("paid_to")),
            reference=values.text("reference"),
            disbursed_on=values.day("disbursed_on"),
        )
        visit.database.run(visit.actor, disbursing.disburse, visit.installation.catalogue, command, version)
        return "loan-disbursed"

    return _submit(known, taken, acts.disburse_form(known, loan), _("Pay out the loan"), act)


@router.post("/unwind")
def unwind(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.KEEP_LOANS)
    known, loan = _there(visit, case_id, hidden(taken, "loan"))

    def act(values: Values, version: int) -> str:
        command = Unwind(
            loan_id=loan.id,
            reason=values.text("reason"),
            refund_minor=Money.parse(values.text("refund"), loan.currency).minor,
            unwound_on=values.day("unwound_on"),
        )
        visit.database.run(visit.actor, unwinding.unwind, visit.installation.catalogue, command, version)
        return "loan-unwound"

    return _submit(known, taken, acts.unwind_form(known, loan), _("The journey does not take place"), act)


@router.post("/refund")
def refund(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, _loan = _keeping(visit, case_id)
    loan, row = _carrier(known)

    def act(values: Values, version: int) -> str:
        command = Refund(
            loan_id=loan.id,
            amount_minor=Money.parse(values.text("amount"), loan.currency).minor,
            received_on=values.day("received_on"),
            reference=values.text("reference"),
        )
        visit.database.run(visit.actor, unwinding.receive, visit.installation.catalogue, command, version)
        return "refund-received"

    return _submit(known, taken, acts.refund_form(known, loan, row), _("The carrier paid a refund"), act)


@router.post("/give-up")
def give_up(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known, _loan = _keeping(visit, case_id)
    loan, _row = _carrier(known)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, unwinding.give_up, visit.installation.catalogue, loan.id, version)
        return "refund-given-up"

    return _submit(known, taken, forms.give_up(case_id, known.case.version), _("Give the refund up"), act)


def _carrier(known: KnownLoan) -> tuple[Loan, LoanUnwinding]:
    if known.carrier is None:
        raise NotFound("unwinding", _("No refund of a carrier is awaited."), _("Look at the loan."))
    return known.carrier


def _submit(
    known: KnownLoan, taken: Sent, form: AskedForm, heading: Message, act: Callable[[Values, int], str]
) -> Response:
    number = known.loan.number if known.loan is not None and known.earlier else ""
    return submit(known.visit, known.case, taken, form, heading, act, addresses.loan(known.case.id, number))


def _asking(visit: Visit, case_id: UUID, number: str = "") -> tuple[KnownLoan, Loan]:
    require(visit.role, Permission.ASK_LOANS)
    return _there(visit, case_id, number)


def _keeping(visit: Visit, case_id: UUID) -> tuple[KnownLoan, Loan]:
    require(visit.role, Permission.KEEP_LOANS)
    return _there(visit, case_id)


def _deciding(visit: Visit, case_id: UUID) -> tuple[KnownLoan, Loan]:
    if not visit.may(Permission.ASK_LOANS):
        require(visit.role, Permission.APPROVE_LOANS)
    known, loan = _there(visit, case_id)
    if not service.may_decide(visit.role, loan, known.terms):
        require(visit.role, Permission.APPROVE_LOANS)
    return known, loan


def _there(visit: Visit, case_id: UUID, number: str = "") -> tuple[KnownLoan, Loan]:
    known = known_loan(visit, case_id, number)
    if known.loan is None:
        raise NotFound("loan", _("No loan is recorded for this case."), _("Ask for it first."))
    return known, known.loan


def _witness(values: Values) -> UUID | None:
    return UUID(values.text("witness")) if values.text("witness") else None


def _sign_with_scan(visit: Visit, known: KnownLoan, command: SignNote, scans: tuple[Upload, ...], version: int) -> None:
    """The scan becomes a paper of the case in the transaction that signs."""
    require(visit.role, Permission.EDIT_CASES)
    found = incoming.take(visit.installation, visit.actor, known.case.id, [one.data for one in scans])

    def sign(work: Work) -> None:
        paper = AddEvidence(
            case_id=known.case.id,
            kind=notes.KIND,
            days={"issued_on": command.signed_on},
            file=found[0],
            further=tuple(found[1:]),
        )
        item = evidence.add(work, visit.installation.files, paper, version)
        work.session.flush()
        kept = notes.kept_as(item, command.kept)
        signing.sign_note(work, visit.installation.catalogue, command.model_copy(update={"kept": kept}))

    visit.database.run(visit.actor, sign)
