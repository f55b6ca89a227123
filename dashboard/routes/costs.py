"""``/cases/ID/costs``: what was paid and by whom; alerts about fees, and the list of them in ``/costs/alerts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.cases.tables import Case
from casework.costs import alerts, queries, service
from casework.costs.alerts import RefundFee
from casework.costs.queries import AlertLine, Show
from casework.costs.rules import STATE_WORDS, AlertState, CostHead
from casework.costs.service import AskedCosts, CorrectCost, RecordCost
from casework.costs.tables import Cost, FeeAlert
from checklists.requirement import CostBearer
from dashboard import addresses, words
from dashboard.cases import costs
from dashboard.cases import lists as lines
from dashboard.cases.known import find
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import costs as forms
from dashboard.forms import lists
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Form as ShownForm
from dashboard.parts import Link, Option, Text
from dashboard.posting import Values, filled
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_PARTS: dict[Show, Message] = {
    Show.OPEN: _("to be resolved"),
    Show.AGREED: _("the departure waits"),
    Show.REFUNDED: STATE_WORDS[AlertState.REFUNDED],
    Show.ALLOWED: STATE_WORDS[AlertState.ALLOWED],
    Show.CORRECTED: STATE_WORDS[AlertState.CORRECTED],
}


@router.get("/cases/{case_id:uuid}/costs")
def of_case(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COSTS)
    case, programme = find(visit, case_id)
    look(visit, "cost.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        page = costs.page(visit, session, programme, case)
    return show(page)


@router.get("/cases/{case_id:uuid}/costs/sheet")
def sheet(case_id: UUID, visit: Signed) -> Response:
    """To print: what did the worker pay?"""
    require(visit.role, Permission.SEE_COSTS)
    case, _programme = find(visit, case_id)
    look(visit, "cost.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        page = costs.sheet(visit, session, case)
    return show(page)


@router.post("/cases/{case_id:uuid}/costs")
def record(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        choices = costs.payees(session, case), costs.papers(session, case)
    form = forms.record(case.id, case.version, *choices, visit.today.isoformat(), programme.currency)

    def act(values: Values, version: int) -> str:
        command = RecordCost(**_typed(case, values))
        visit.database.run(visit.actor, service.record, visit.installation.catalogue, command, version)
        return "cost-recorded"

    return submit(visit, case, taken, form, _("Record a cost"), act, _address(case_id))


@router.get("/cases/{case_id:uuid}/costs/{cost_id:uuid}/correct")
def ask_correction(case_id: UUID, cost_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, _programme = find(visit, case_id)
    look(visit, "cost.viewed", f"case_file/{case_id}", case_id)
    return show(form_page(visit, case, _correction(visit, case, cost_id), _CORRECT, _CORRECT_LEAD))


@router.post("/cases/{case_id:uuid}/costs/{cost_id:uuid}/correct")
def correct(case_id: UUID, cost_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = CorrectCost(**_typed(case, values), cost_id=cost_id, reason=values.text("reason"))
        visit.database.run(visit.actor, service.correct, visit.installation.catalogue, command, version)
        return "cost-corrected"

    return submit(visit, case, taken, _correction(visit, case, cost_id), _CORRECT, act, _address(case_id))


@router.post("/cases/{case_id:uuid}/costs/{cost_id:uuid}/take-back")
def take_back(case_id: UUID, cost_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        reason, catalogue = values.text("reason"), visit.installation.catalogue
        visit.database.run(visit.actor, service.take_back, catalogue, case_id, cost_id, reason, version)
        return "cost-corrected"

    form = forms.take_back(case.id, case.version, cost_id)
    return submit(visit, case, taken, form, _("Take the cost out"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/costs/asked")
def asked(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = AskedCosts(
            case_id=case_id,
            asked_on=values.day("asked_on"),
            language=values.text("language"),
            paid_nothing=values.text("answer") == "nothing",
        )
        visit.database.run(visit.actor, service.ask, command, version)
        return "costs-asked"

    form = forms.asked(case.id, case.version, visit.today.isoformat(), "")
    return submit(visit, case, taken, form, _("What did the worker say?"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/costs/alerts/{alert_id:uuid}/refund")
def refund(case_id: UUID, alert_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RESOLVE_FEES)
    case, row = _alert(visit, case_id, alert_id)
    form = forms.refund(case.id, case.version, row.id, "", row.currency, "", costs.title_of(row))

    def act(values: Values, version: int) -> str:
        command = RefundFee(
            alert_id=alert_id,
            amount_minor=Money.parse(values.text("amount"), row.currency).minor,
            refunded_on=values.day("refunded_on"),
            receipt=values.text("receipt"),
        )
        visit.database.run(visit.actor, alerts.refund, visit.installation.catalogue, command, version)
        return "fee-refunded"

    return submit(visit, case, taken, form, form.submit, act, _address(case_id))


@router.post("/cases/{case_id:uuid}/costs/alerts/{alert_id:uuid}/allow")
def allow(case_id: UUID, alert_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RESOLVE_FEES)
    case, row = _alert(visit, case_id, alert_id)
    form = forms.allow(case.id, case.version, row.id, costs.title_of(row))
    return _settled(
        visit, case, taken, form, "fee-allowed",
        lambda values, version: (alerts.allow, alert_id, values.text("source"), version),
    )  # fmt: skip


@router.post("/cases/{case_id:uuid}/costs/alerts/{alert_id:uuid}/confirm")
def confirm(case_id: UUID, alert_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RESOLVE_FEES)
    case, row = _alert(visit, case_id, alert_id)
    form = forms.confirm(case.id, case.version, row.id, costs.title_of(row))
    return _settled(
        visit, case, taken, form, "fee-confirmed", lambda _values, version: (alerts.confirm, alert_id, version)
    )


@router.post("/cases/{case_id:uuid}/costs/alerts/{alert_id:uuid}/agree")
def agree(case_id: UUID, alert_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, row = _alert(visit, case_id, alert_id)
    form = forms.agree(case.id, case.version, row.id, "", "", costs.title_of(row))
    return _settled(
        visit, case, taken, form, "fee-agreed",
        lambda values, version: (alerts.agree, alert_id, values.day("agreed_on"), values.text("language"), version),
    )  # fmt: skip


@router.post("/cases/{case_id:uuid}/costs/alerts/{alert_id:uuid}/end-agreement")
def end_agreement(case_id: UUID, alert_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_COSTS)
    case, row = _alert(visit, case_id, alert_id)
    form = forms.end_agreement(case.id, case.version, row.id, costs.title_of(row))
    return _settled(
        visit, case, taken, form, "fee-agreement-ended",
        lambda _values, version: (alerts.end_agreement, alert_id, version),
    )  # fmt: skip


@router.get(addresses.COST_ALERTS)
def all_alerts(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COSTS)
    asked, page = given(request), wanted(given(request))
    form = forms.filters(tuple(Option(part.value, said) for part, said in _PARTS.items()))
    lists.check_known(form, asked)
    part = Show(asked.get("show") or Show.OPEN)
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, part, limit=page.size, offset=page.offset)
    return show(
        RulingList(
            base=visit.at(Place.CASES),
            heading=_("Fees that no worker may be charged"),
            summary=_n("{count} alert: {part}", "{count} alerts: {part}", total, part=_PARTS[part]),
            links=(),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Worker"), _("What for"), _("Charged too much"), _("Raised on"), _("Status")),
            rows=tuple(_row(line) for line in found),
            pager=pager(addresses.COST_ALERTS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )


_CORRECT = _("Correct a cost")
_CORRECT_LEAD = _("The version before is kept. An alert that it raised is resolved by somebody else.")
Call = Callable[[Values, int], tuple[Any, ...]]


def _settled(visit: Visit, case: Case, taken: Any, form: ShownForm, done: str, call: Call) -> Response:
    """One step of an alert: ``call(values, version)`` names the operation and its arguments."""

    def act(values: Values, version: int) -> str:
        operation, *arguments = call(values, version)
        visit.database.run(visit.actor, operation, visit.installation.catalogue, *arguments)
        return done

    return submit(visit, case, taken, form, form.submit, act, _address(case.id))


def _address(case_id: UUID) -> str:
    return addresses.case(case_id, "costs")


def _row(line: AlertLine) -> RulingRow:
    row = line.row
    cells: tuple[Text, ...] = (
        lines.name_in_lists(line.worker),
        costs.title_of(row),
        str(Money(row.excess_minor, row.currency)),
        words.on(row.opened_on),
    )
    return RulingRow(Link(_address(line.case.id), line.case.reference), cells, costs.status_of(row))


def _alert(visit: Visit, case_id: UUID, alert_id: UUID) -> tuple[Case, FeeAlert]:
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        row = session.get(FeeAlert, alert_id)
    if row is None or row.case_id != case.id:
        raise NotFound("fee_alert", _("There is no such alert."), _("Open it from its case."))
    return case, row


def _correction(visit: Visit, case: Case, cost_id: UUID) -> ShownForm:
    """The form with what the cost says now."""
    with visit.database.read() as session:
        row = session.get(Cost, cost_id)
        if row is None or row.case_id != case.id:
            raise NotFound("cost", _("There is no such cost."), _("Open it from its case."))
        choices = costs.payees(session, case), costs.papers(session, case)
        detail = service.opened(visit.database.vault(session), case.worker_id, row)
    said = {
        "head": row.head.value,
        "amount": costs.plain_amount(Money(row.amount_minor, row.currency)),
        "currency": row.currency,
        "paid_by": row.paid_by.value,
        "paid_on": row.paid_on.isoformat(),
        "payee_id": str(row.payee_id or ""),
        "payee": detail.payee,
        "receipt": row.receipt,
        "evidence_id": str(row.evidence_id or ""),
        "note": detail.note,
    }
    return filled(forms.correct(case.id, case.version, cost_id, *choices), said)


def _typed(case: Case, values: Values) -> dict[str, Any]:
    """What a form says of a cost. Raises `InvalidInput` (``unknown_currency``, ``invalid_amount``)."""
    currency = values.text("currency").upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise InvalidInput(
            "unknown_currency", _("The currency is no code of ISO 4217."), _("Write three letters, as EUR.")
        )
    payee, paper = values.text("payee_id"), values.texts.get("evidence_id", "")
    return {
        "case_id": case.id,
        "head": CostHead(values.text("head")),
        "amount_minor": Money.parse(values.text("amount"), currency).minor,
        "currency": currency,
        "paid_by": CostBearer(values.text("paid_by")),
        "paid_on": values.day("paid_on"),
        "payee_id": UUID(payee) if payee else None,
        "payee": values.text("payee"),
        "receipt": values.text("receipt"),
        "evidence_id": UUID(paper) if paper else None,
        "note": values.text("note"),
    }
