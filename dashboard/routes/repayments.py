"""A loan of a case after it was paid out: payments, refunds, deferral, calling in, forgiveness, and its statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.ledger.rules import ENTRY_WORDS, EntryKind
from casework.loans.tables import Loan
from casework.repayments import forgiving, mistakes, payments, queries, service
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.service import Defer
from casework.repayments.statements import Statement, StatementLine
from casework.repayments.tables import Ground
from dashboard import addresses, words
from dashboard.cases import repaying
from dashboard.cases.known import find
from dashboard.cases.repaying import Repaid
from dashboard.cases.submitting import submit
from dashboard.forms import repayments as forms
from dashboard.forms.loans import naming
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.repayments import BookedLine, StatementPage
from dashboard.paging import given
from dashboard.parts import Fact, Link
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/loan", dependencies=[Depends(signed_in)])

Act = Callable[[Values, int], str]
RULE = _(
    "A payment goes to the interest that is due, then to the oldest instalment, then to the later ones in their order; "
    "what is left over belongs to the worker and is paid back."
)


@router.post("/payments")
def pay(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)
    loan = known.account.loan

    def act(values: Values, version: int) -> str:
        amount = Money.parse(values.text("amount"), loan.currency)
        command = RecordPayment(
            loan_id=loan.id,
            reference=values.text("reference"),
            paid_on=values.day("paid_on"),
            amount_minor=amount.minor,
            currency=loan.currency,
        )
        visit.database.run(visit.actor, payments.record, visit.installation.catalogue, command, version)
        return "payment-counted"

    form = forms.payment(case_id, known.account.case.version, loan.currency, visit.today.isoformat())
    return _submit(visit, known, taken, form, _("A payment came in"), act)


@router.post("/payments/take-back")
def take_back(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)
    form = repaying.take_back_form(visit, known)
    if form is None:
        raise NotFound("payment", _("There is no payment that could be taken back."), _("Look at the payments."))

    def act(values: Values, version: int) -> str:
        visit.database.run(
            visit.actor,
            payments.take_back,
            visit.installation.catalogue,
            UUID(values.text("payment")),
            values.text("reason"),
            values.day("taken_back_on"),
            version,
        )
        return "payment-taken-back"

    return _submit(visit, known, taken, form, _("Take a payment back"), act)


@router.post("/overpaid")
def refund(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)
    loan = known.account.loan
    credit = known.money(known.account.owed.credit)

    def act(values: Values, version: int) -> str:
        visit.database.run(
            visit.actor,
            payments.refund,
            visit.installation.catalogue,
            loan.id,
            Money.parse(values.text("amount"), loan.currency).minor,
            values.day("refunded_on"),
            values.text("reference"),
            version,
        )
        return "loan-refunded"

    form = forms.refund(case_id, known.account.case.version, loan.currency, credit, visit.today.isoformat())
    return _submit(visit, known, taken, form, _("What was paid too much went back"), act)


@router.post("/refunds/take-back")
def refund_back(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)
    form = repaying.refund_back_form(known)
    if form is None:
        raise NotFound("refund", _("There is no refund that could be taken back."), _("Look at the loan."))

    def act(values: Values, version: int) -> str:
        visit.database.run(
            visit.actor,
            mistakes.take_back,
            visit.installation.catalogue,
            known.account.loan.id,
            UUID(values.text("refund")),
            values.text("reason"),
            values.days["returned_on"] or visit.today,
            version,
        )
        return "refund-taken-back"

    return _submit(visit, known, taken, form, _("Take a refund back"), act)


@router.post("/defer")
def defer(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)

    def act(values: Values, version: int) -> str:
        command = Defer(
            loan_id=known.account.loan.id,
            reason=values.text("reason"),
            until=values.day("until"),
            evidence=values.text("evidence"),
        )
        visit.database.run(visit.actor, service.defer, visit.installation.catalogue, command, version)
        return "loan-deferred"

    form = forms.defer(case_id, known.account.case.version)
    return _submit(visit, known, taken, form, _("Put the instalments off"), act)


@router.post("/accelerate")
def accelerate(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)

    def act(values: Values, version: int) -> str:
        catalogue, loan_id = visit.installation.catalogue, known.account.loan.id
        visit.database.run(visit.actor, service.accelerate, catalogue, loan_id, values.day("due_on"), version)
        return "loan-called-in"

    form = forms.accelerate(case_id, known.account.case.version)
    return _submit(visit, known, taken, form, _("Call the whole loan in"), act)


@router.post("/resume")
def resume(case_id: UUID, visit: Signed, taken: Form) -> Response:
    return _bare(visit, case_id, taken, forms.resume, service.resume, _("The worker pays again"), "loan-resumed")


@router.post("/collect")
def collect(case_id: UUID, visit: Signed, taken: Form) -> Response:
    heading = _("Hand the loan to a collector")
    return _bare(visit, case_id, taken, forms.collect, service.collect, heading, "loan-collected")


@router.post("/collected-back")
def collected_back(case_id: UUID, visit: Signed, taken: Form) -> Response:
    heading = _("The collector gives the loan back")
    return _bare(visit, case_id, taken, forms.collected_back, service.take_back, heading, "loan-collected")


@router.post("/forgive")
def forgive(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.FORGIVE_LOANS)
    loan = known.account.loan

    def act(values: Values, version: int) -> str:
        amount = values.text("amount")
        command = ProposeForgiveness(
            loan_id=loan.id,
            ground=Ground(values.text("ground")),
            amount_minor=Money.parse(amount, loan.currency).minor if amount else None,
            evidence=values.text("evidence"),
        )
        visit.database.run(visit.actor, forgiving.propose, visit.installation.catalogue, command, version)
        return "forgiveness-proposed"

    form = forms.forgive(case_id, known.account.case.version, loan.currency)
    return _submit(visit, known, taken, form, _("Propose to forgive the loan"), act)


@router.post("/forgive/{row_id:uuid}/confirm")
def confirm(case_id: UUID, row_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.FORGIVE_LOANS)
    _require_row(known, row_id)
    heading = _("Forgive the loan")

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, forgiving.confirm, visit.installation.catalogue, row_id, version)
        return "loan-forgiven"

    form = forms.confirm_forgiveness(case_id, known.account.case.version, row_id, heading)
    return _submit(visit, known, taken, form, heading, act)


@router.post("/forgive/{row_id:uuid}/decline")
def decline(case_id: UUID, row_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id, taken, Permission.FORGIVE_LOANS)
    _require_row(known, row_id)

    def act(values: Values, version: int) -> str:
        catalogue, reason = visit.installation.catalogue, values.text("reason")
        visit.database.run(visit.actor, forgiving.decline, catalogue, row_id, reason, version)
        return "forgiveness-declined"

    form = forms.decline_forgiveness(case_id, known.account.case.version, row_id)
    return _submit(visit, known, taken, form, _("It is not forgiven"), act)


@router.get("/statement")
def statement(request: Request, case_id: UUID, visit: Signed) -> Response:
    """As of the end of today, or of ``?on=2027-06-30``; of the last loan, or of ``?number=L-2027-000123``."""
    if not visit.may(Permission.SEE_LOANS):
        require(visit.role, Permission.ASK_LOANS)
    case, _programme = find(visit, case_id)
    said = given(request)
    with visit.database.read() as session:
        loan = repaying.paid_out(session, case, said.pop("number", ""))
        if loan is None:
            raise _no_loan()
        on = _day(said, loan, visit.today)
        now = visit.database.now()
        _loan, _case, made = queries.statement_of(session, visit.actor, loan.id, on, now)
    look(visit, "loan_statement.viewed", f"loan/{loan.id}", case_id, {"on": on.isoformat()})
    return show(_statement_page(visit, case_id, loan, made))


def _statement_page(visit: Visit, case_id: UUID, loan: Loan, made: Statement) -> StatementPage:
    def money(minor: int) -> str:
        return str(Money(minor, loan.currency))

    facts = [Fact(_("Owed"), money(made.principal + made.interest)), Fact(_("Due"), money(made.due))]
    if made.interest:
        facts.insert(1, Fact(_("Of that, interest"), money(made.interest)))
    if made.overdue_since is not None:
        since = _("{amount} since {day}", amount=money(made.overdue), day=words.on(made.overdue_since))
        facts.append(Fact(_("Overdue"), since))
    if made.next_due is not None:
        then = _("{amount} on {day}", amount=money(made.next_amount), day=words.on(made.next_due))
        facts.append(Fact(_("Next instalment"), then))
    if made.credit:
        facts.append(Fact(_("Paid too much"), money(made.credit)))
    return StatementPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.loan(case_id, loan.number), _("Loan {number}", number=loan.number)),
        heading=_("Statement of loan {number}", number=loan.number),
        summary=_("As of the end of {day}, by what is recorded now.", day=words.on(made.on)),
        choose=forms.statement_day(case_id, loan.number, made.on.isoformat()),
        facts=tuple(facts),
        lines=tuple(_line(line, loan.currency) for line in made.lines),
        rule=RULE,
    )


def _line(line: StatementLine, currency: str) -> BookedLine:
    what: Message = ENTRY_WORDS[line.kind]
    reason = repaying.reason_words(line.reason) if line.kind is EntryKind.REVERSAL else ""
    change = str(Money(abs(line.change), currency)) if line.change else ""
    return BookedLine(
        words.on(line.on),
        _("{what}: {reason}", what=what, reason=reason) if reason else what,
        line.reference,
        change if line.change > 0 else "",
        change if line.change < 0 else "",
        str(Money(line.balance, currency)),
    )


def _day(asked: dict[str, str], loan: Loan, today: date) -> date:
    """The day that is asked for; today where none is. Raises `InvalidInput` (``unknown_filter``)."""
    text = asked.get("on", "")
    try:
        on = date.fromisoformat(text) if text else today
    except ValueError:
        on = date.max
    if set(asked) - {"on"} or on > today or (loan.disbursed_on is not None and on < loan.disbursed_on):
        raise InvalidInput(
            "unknown_filter",
            _("There is no statement of that day."),
            _("Choose a day from the pay-out of the loan until today."),
        )
    return on


def _bare(
    visit: Visit,
    case_id: UUID,
    taken: Form,
    make: Callable[[UUID, int], AskedForm],
    operation: Callable[..., object],
    heading: Message,
    notice: str,
) -> Response:
    known = _known(visit, case_id, taken, Permission.KEEP_LOANS)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, operation, visit.installation.catalogue, known.account.loan.id, version)
        return notice

    return _submit(visit, known, taken, make(case_id, known.account.case.version), heading, act)


def _known(visit: Visit, case_id: UUID, taken: Form, permission: Permission) -> Repaid:
    """The loan that the form names."""
    require(visit.role, permission)
    case, _programme = find(visit, case_id)
    known = repaying.repaid(visit, case, hidden(taken, "loan"))
    if known is None:
        raise _no_loan()
    return known


def _require_row(known: Repaid, row_id: UUID) -> None:
    """A proposal of another loan is not decided on this one's page."""
    if row_id not in {row.id for row in known.forgivenesses}:
        raise NotFound("forgiveness", _("There is no such proposal."), _("Open it from its loan."))


def _submit(visit: Visit, known: Repaid, taken: Form, form: AskedForm, heading: Message, act: Act) -> Response:
    case, number = known.account.case, known.account.loan.number
    return submit(visit, case, taken, naming(form, number), heading, act, addresses.loan(case.id, number))


def _no_loan() -> NotFound:
    return NotFound("loan", _("No loan of this case was paid out."), _("Look at the loan of the case."))
