"""What a programme pays to a worker, and ``/entitlements``: what waits to be approved, paid or paid back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, NotFound, Refused
from basis.messages import Message, _, _n
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.entitlements import paying, queries, service
from casework.entitlements.queries import Line, Show
from casework.entitlements.rules import ClaimState
from casework.entitlements.service import ClaimEntitlement
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim
from casework.loans import papers
from dashboard import addresses, words
from dashboard.cases import entitlements as views
from dashboard.cases import lists as lines
from dashboard.cases.chosen_papers import chosen
from dashboard.cases.entitlements import KnownEntitlements, known_entitlements
from dashboard.cases.known import find
from dashboard.cases.submitting import submit
from dashboard.forms import entitlements as forms
from dashboard.forms import lists
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Link, Option, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, filled
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_PARTS: dict[Show, Message] = {
    Show.TO_APPROVE: _("to be approved"),
    Show.TO_PAY: _("to be paid"),
    Show.RECLAIMS: _("reclaims to be confirmed"),
    Show.TO_RETURN: _("to be paid back"),
}
_ENTITLEMENTS = _("Entitlements")
_PLACE = "/cases/{case_id:uuid}/entitlements"
Act = Callable[[Values, int], str]


@router.get(_PLACE)
def of_case(case_id: UUID, visit: Signed) -> Response:
    known = _known(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case_id}", case_id)
    return show(views.entitlements_page(known))


@router.post(_PLACE + "/statement")
def statement(case_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id)

    def act(values: Values, _version: int) -> str:
        return _run(known, "statement-asked", papers.ask_entitlements, case_id, values.day("as_of"))

    return _submit(known, taken, forms.statement(*known.at, known.today), act)


@router.post(_PLACE + "/{name}/claim")
def claim(case_id: UUID, name: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_ENTITLEMENTS)
    known = _known(visit, case_id)
    answered = next((one for one in known.answered if one.entitlement.id == name), None)
    if answered is None:
        raise NotFound(
            "entitlement", _("The programme pays nothing of this kind."), _("Look at what the programme pays.")
        )
    form = views.claim_form(known, answered)
    if form is None:
        raise Conflict("claimed", _("This cannot be claimed now."), _("Look at its claims and at the rule."))
    rule = answered.entitlement

    def act(values: Values, version: int) -> str:
        currency = rule.amount.currency if rule.amount is not None else known.programme.currency
        amount = values.texts.get("amount", "")
        month = values.texts.get("month", "")
        command = ClaimEntitlement(
            case_id=case_id,
            entitlement=name,
            month=date.fromisoformat(month) if month else None,
            amount_minor=Money.parse(amount, currency).minor if amount else None,
            currency=currency,
            evidence_id=chosen(values.texts.get("paper", "")),
            proof=values.text("proof"),
        )
        visit.database.run(visit.actor, service.claim, visit.installation.catalogue, command, version)
        return "entitlement-claimed"

    return _submit(known, taken, form, act)


@router.post(_PLACE + "/claims/{claim_id:uuid}/approve")
def approve(case_id: UUID, claim_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_ENTITLEMENTS)
    known = _known(visit, case_id)
    row, of = _claim(known, claim_id)
    rule = next((one.entitlement for one in known.answered if one.entitlement.id == of.entitlement), None)
    up_to = rule is not None and rule.up_to
    form = forms.approve(*known.at, claim_id, "", of.currency, writes=row.asked_minor is None, up_to=up_to)

    def act(values: Values, version: int) -> str:
        amount = values.texts.get("amount", "")
        visit.database.run(
            visit.actor,
            service.approve,
            visit.installation.catalogue,
            claim_id,
            Money.parse(amount, of.currency).minor if amount else None,
            values.texts.get("reason", ""),
            version,
        )
        return "entitlement-approved"

    return _submit(known, taken, form, act)


@router.post(_PLACE + "/claims/{claim_id:uuid}/decline")
def decline(case_id: UUID, claim_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_ENTITLEMENTS)
    known = _known(visit, case_id)
    _claim(known, claim_id)

    def act(values: Values, version: int) -> str:
        return _run(known, "entitlement-declined", service.decline, claim_id, values.text("reason"), version)

    return _submit(known, taken, forms.decline(*known.at, claim_id, ""), act)


@router.post(_PLACE + "/claims/{claim_id:uuid}/withdraw")
def withdraw(case_id: UUID, claim_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_ENTITLEMENTS)
    known = _known(visit, case_id)
    _claim(known, claim_id)

    def act(_values: Values, version: int) -> str:
        return _run(known, "record-withdrawn", service.withdraw, claim_id, version)

    return _submit(known, taken, forms.withdraw(*known.at, claim_id, ""), act)


@router.post(_PLACE + "/claims/{claim_id:uuid}/pay")
def pay(case_id: UUID, claim_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.PAY_ENTITLEMENTS)
    known = _known(visit, case_id)
    _claim(known, claim_id)

    def act(values: Values, version: int) -> str:
        paid_on, reference = values.day("paid_on"), values.text("reference")
        catalogue = visit.installation.catalogue
        return _run(known, "entitlement-paid", paying.pay, catalogue, claim_id, paid_on, reference, version)

    return _submit(known, taken, forms.pay(*known.at, claim_id, "", known.today), act)


@router.post(_PLACE + "/claims/{claim_id:uuid}/returned")
def returned(case_id: UUID, claim_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.PAY_ENTITLEMENTS)
    known = _known(visit, case_id)
    _claim(known, claim_id)

    def act(values: Values, version: int) -> str:
        reason, day = values.text("reason"), values.day("happened_on")
        row = visit.database.run(visit.actor, paying.payment_returned, claim_id, reason, day, version)
        return "returned-and-stopped" if row.state is ClaimState.STOPPED else "entitlement-returned"

    return _submit(known, taken, forms.returned(*known.at, claim_id, "", known.today), act)


@router.post(_PLACE + "/{of_id:uuid}/stop")
def stop(case_id: UUID, of_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_ENTITLEMENTS)
    known = _known(visit, case_id)
    _of(known, of_id)

    def act(values: Values, version: int) -> str:
        day, reason = values.day("from_day"), values.text("reason")
        return _run(known, "entitlement-stopped", paying.stop, of_id, day, reason, version)

    return _submit(known, taken, forms.stop(*known.at, of_id, "", known.today), act)


@router.post(_PLACE + "/{of_id:uuid}/resume")
def resume(case_id: UUID, of_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_ENTITLEMENTS)
    known = _known(visit, case_id)
    _of(known, of_id)

    def act(_values: Values, version: int) -> str:
        return _run(known, "entitlement-resumed", paying.resume, of_id, version)

    return _submit(known, taken, forms.resume(*known.at, of_id, ""), act)


@router.post(_PLACE + "/{of_id:uuid}/reclaim")
def reclaim(case_id: UUID, of_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_ENTITLEMENTS)
    known = _known(visit, case_id)
    of = _of(known, of_id)

    def act(values: Values, version: int) -> str:
        amount = Money.parse(values.text("amount"), of.currency).minor
        return _run(known, "reclaim-asked", paying.ask_reclaim, of_id, amount, values.text("reason"), version)

    return _submit(known, taken, forms.reclaim(*known.at, of_id, "", of.currency, ""), act)


@router.post(_PLACE + "/reclaims/{reclaim_id:uuid}/answer")
def answer_reclaim(case_id: UUID, reclaim_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_ENTITLEMENTS)
    known = _known(visit, case_id)
    if reclaim_id not in {row.id for rows in known.reclaims.values() for row in rows}:
        raise NotFound("reclaim", _("There is no such wish."), _("Open it from its case."))

    def act(values: Values, version: int) -> str:
        confirmed = values.flag("confirmed")
        visit.database.run(
            visit.actor, paying.answer_reclaim, reclaim_id, confirmed=confirmed, expected_version=version
        )
        return "reclaim-answered"

    return _submit(known, taken, forms.answer_reclaim(*known.at, reclaim_id, ""), act)


@router.post(_PLACE + "/{of_id:uuid}/paid-back")
def paid_back(case_id: UUID, of_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.PAY_ENTITLEMENTS)
    known = _known(visit, case_id)
    of = _of(known, of_id)

    def act(values: Values, version: int) -> str:
        amount = Money.parse(values.text("amount"), of.currency).minor
        paid_on, reference = values.day("paid_on"), values.text("reference")
        return _run(known, "paid-back", paying.paid_back, of_id, amount, paid_on, reference, version)

    return _submit(known, taken, forms.paid_back(*known.at, of_id, "", of.currency, known.today), act)


@router.post(_PLACE + "/{of_id:uuid}/waive")
def waive(case_id: UUID, of_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.APPROVE_ENTITLEMENTS)
    known = _known(visit, case_id)
    of = _of(known, of_id)

    def act(values: Values, version: int) -> str:
        amount = Money.parse(values.text("amount"), of.currency).minor
        return _run(known, "reclaim-waived", paying.waive_reclaim, of_id, amount, version)

    return _submit(known, taken, forms.waive(*known.at, of_id, "", of.currency), act)


@router.post(_PLACE + "/entries/{entry_id:uuid}/take-back")
def take_back(case_id: UUID, entry_id: UUID, visit: Signed, taken: Form) -> Response:
    known = _known(visit, case_id)
    entry = next((one for ones in known.backs.values() for one in ones if one.id == entry_id), None)
    if entry is None:
        raise NotFound("ledger_entry", _("There is no such entry."), _("Open it from its case."))

    def act(values: Values, version: int) -> str:
        reason, day = values.text("reason"), values.day("happened_on")
        return _run(known, "paying-back-taken-back", paying.take_back, entry_id, reason, day, version)

    return _submit(known, taken, forms.take_back(*known.at, entry_id, entry.kind, "", known.today), act)


@router.get(addresses.ENTITLEMENTS)
def all_entitlements(request: Request, visit: Signed) -> Response:
    asked, page = given(request), wanted(given(request))
    form = forms.parts(tuple(Option(part.value, said) for part, said in _PARTS.items()))
    lists.check_known(form, asked)
    part = Show(asked.get("show") or (Show.TO_PAY if visit.may(Permission.PAY_ENTITLEMENTS) else Show.TO_APPROVE))
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, part, limit=page.size, offset=page.offset)
    return show(
        RulingList(
            base=visit.at(Place.LOANS),
            heading=_ENTITLEMENTS,
            summary=_n("{count} line: {part}", "{count} lines: {part}", total, part=_PARTS[part]),
            links=(),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Worker"), _("What"), _("Month"), _("Amount"), _("Status")),
            rows=tuple(_row(visit, line, part) for line in found),
            pager=pager(addresses.ENTITLEMENTS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )


def _row(visit: Visit, line: Line, part: Show) -> RulingRow:
    programme = programme_of(visit.installation.catalogue, line.case)
    title = next((one.label for one in programme.entitlements if one.id == line.entitlement.entitlement), None)
    waits: Text = _PARTS[part]
    if line.since is not None:
        waits = _("{what}, since {day}", what=_PARTS[part], day=words.on(line.since))
    return RulingRow(
        first=Link(addresses.case(line.case.id, "entitlements"), line.case.reference),
        cells=(
            lines.name_in_lists(line.worker),
            title or line.entitlement.entitlement,
            words.month(line.month) if line.month else "",
            str(line.amount) if line.amount else _("to be written by the approver"),
        ),
        status=Badge(Tone.TODAY if part in (Show.TO_PAY, Show.TO_RETURN) else Tone.OPEN, waits),
    )


def _known(visit: Visit, case_id: UUID) -> KnownEntitlements:
    """The role is asked before the case is looked for."""
    if not queries.may_read(visit.actor):
        raise Refused("role", _("Your role does not learn what is paid to workers."), _("Ask somebody of the office."))
    return known_entitlements(visit, *find(visit, case_id))


def _claim(known: KnownEntitlements, claim_id: UUID) -> tuple[EntitlementClaim, CaseEntitlement]:
    """The claim of this case, and its entitlement."""
    for of in known.rows.values():
        for row in known.claims.get(of.id, []):
            if row.id == claim_id:
                return row, of
    raise NotFound("claim", _("There is no such claim."), _("Open it from its case."))


def _of(known: KnownEntitlements, of_id: UUID) -> CaseEntitlement:
    found = next((row for row in known.rows.values() if row.id == of_id), None)
    if found is None:
        raise NotFound("entitlement", _("Nothing of this was ever claimed."), _("Open it from its case."))
    return found


def _run(known: KnownEntitlements, notice: str, operation: Callable[..., Any], *arguments: object) -> str:
    known.visit.database.run(known.visit.actor, operation, *arguments)
    return notice


def _submit(known: KnownEntitlements, taken: Sent, form: AskedForm, act: Act) -> Response:
    after = addresses.case(known.case.id, "entitlements")
    return submit(known.visit, known.case, taken, form, _ENTITLEMENTS, act, after)
