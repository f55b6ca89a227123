"""``/loans/payments``: the bank's lists, looked at before they count, and payments that belong to no loan yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError
from basis.messages import Message, _, _n
from basis.money import Money
from casework import keys
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.batches.check import finding_json
from casework.batches.rules import Finding
from casework.cases import queries as cases
from casework.repayments import bank_files, files, queries
from casework.repayments.files import ASIDE_REASONS, FINDING_WORDS, FileCheck, Outcome
from casework.repayments.queries import WaitingLine
from casework.repayments.tables import BankLine, LineState
from dashboard import addresses, words
from dashboard.forms import repayments as forms
from dashboard.looking import look
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.batches import FindingView
from dashboard.pages.repayments import PaymentsCheck, PaymentsPage, UnmatchedLine
from dashboard.paging import check_names, given, pager, wanted
from dashboard.parts import Badge, Fact, Link, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, clean, filled, hidden, read
from dashboard.routes.batch_pages import view_of
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.uploads import KeptFile, Uploads
from dashboard.views import show

router = APIRouter(prefix=addresses.LOAN_PAYMENTS, dependencies=[Depends(signed_in)])

PURPOSE: Final = "loan payments"
"""What a kept file is for: a list of payments is never taken for a batch, nor a batch for one."""
_SHOWN: Final = 200
_ASIDE: Final = "set-aside"
"""What the address asks for to see what was set aside."""
Refusals = (InvalidInput, Conflict, NotFound)


@router.get("")
def waiting(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.KEEP_LOANS)
    asked = given(request)
    check_names(asked, "show")
    if asked.get("show", _ASIDE) != _ASIDE:
        raise InvalidInput(
            "unknown_filter", _("The filter names something that does not exist."), _("Choose it from the list.")
        )
    look(visit, "loan_payments.viewed", f"organisation/{visit.organisation.id}")
    return show(_page(visit, asked))


@router.post("/check")
def check(visit: Signed, taken: Form) -> Response:
    """Look at the list and keep it sealed until it is taken in, for an hour at most. Nothing is counted."""
    require(visit.role, Permission.KEEP_LOANS)
    form = forms.bank_list()
    try:
        upload = read(form, taken).file("file")
    except Wrong as wrong:
        return show(_page(visit, {}, upload=wrong.form), 422)
    name = clean(PurePath(upload.name.replace("\\", "/")).name)[:200] or "payments"
    try:
        found = _check(visit, upload.data, name)
    except InvalidInput as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(_page(visit, {}, upload=filled(form, {}, {"file": said})), 422)
    new = len(found.rows) > found.count(Outcome.KNOWN)
    kept = KeptFile(name, upload.data, PURPOSE, visit.organisation.id, "", "")
    place = _uploads(visit).keep(visit.account.id, kept) if new else ""
    return show(_check_page(visit, found, name, place))


@router.post("/take")
def take(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.KEEP_LOANS)
    name, uploads = hidden(taken, "upload"), _uploads(visit)
    kept = uploads.take(visit.account.id, name)
    if kept.programme != PURPOSE:
        raise NotFound("upload", _("This is no list of payments."), _("Hand it in again."))
    found = _check(visit, kept.data, kept.file_name)
    for chunk in found.chunks():
        sha256, total = found.sheet.sha256, len(found.rows)
        visit.database.run(visit.actor, files.take, visit.installation.catalogue, sha256, total, chunk)
    uploads.drop(visit.account.id, name)
    return go_to(done(addresses.LOAN_PAYMENTS, "payments-taken"))


@router.post("/{line_id:uuid}/match")
def match(line_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values) -> str:
        number = values.text("number")
        visit.database.run(visit.actor, files.match, visit.installation.catalogue, line_id, number)
        return "payment-matched"

    return _submit(visit, taken, forms.match(line_id, ""), act, line_id)


@router.post("/{line_id:uuid}/refund")
def refunded(line_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values) -> str:
        number = values.text("number")
        visit.database.run(visit.actor, files.refunded, visit.installation.catalogue, line_id, number)
        return "payment-refunded"

    return _submit(visit, taken, forms.refunded(line_id, "", ""), act, line_id)


@router.post("/{line_id:uuid}/set-aside")
def set_aside(line_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values) -> str:
        visit.database.run(visit.actor, files.set_aside, line_id, values.text("reason"))
        return "payment-set-aside"

    return _submit(visit, taken, forms.set_aside(line_id, ""), act, line_id)


def _submit(visit: Visit, taken: Form, form: AskedForm, act: Callable[[Values], str], line_id: UUID) -> Response:
    """Do it, and go back to the list; what is wrong is said at the form of the line, with what was typed."""
    require(visit.role, Permission.KEEP_LOANS)
    with visit.database.read() as session:
        line = session.get(BankLine, line_id)
    asked = {"show": _ASIDE} if line is not None and line.state is LineState.SET_ASIDE else {}
    try:
        code = act(read(form, taken))
    except Wrong as wrong:
        return show(_page(visit, asked, again=wrong.form), 422)
    except Refusals as error:
        return show(_page(visit, asked, again=filled(form, _typed(form, taken), error=_in_words(error))), error.status)
    return go_to(done(addresses.LOAN_PAYMENTS, code))


def _typed(form: AskedForm, taken: Form) -> dict[str, str]:
    sent = {field.name: taken.get(field.name, ("",))[0] for field in form.fields}
    return {name: clean(value) for name, value in sent.items() if isinstance(value, str)}


def _in_words(error: PredepartureError) -> Message:
    return _("{message} {fix}", message=error.message, fix=error.fix or "")


def _check(visit: Visit, data: bytes, name: str) -> FileCheck:
    with visit.database.read() as session:
        return files.check(session, visit.actor, data, name, visit.today)


def _page(
    visit: Visit, asked: dict[str, str], *, upload: AskedForm | None = None, again: AskedForm | None = None
) -> PaymentsPage:
    """The list; `upload` and `again` are forms that were filled in wrongly. A line that is gone has no form left, so
    what was wrong with it is said at the form of the list."""
    page, aside = wanted(asked), "show" in asked
    state = LineState.SET_ASIDE if aside else LineState.WAITING
    with visit.database.read() as session:
        vault = visit.database.vault(session)
        found, total = queries.waiting(session, vault, visit.actor, state, offset=page.offset, limit=page.size)
        people = cases.accounts_by_key(session, {one.line.decided_by for one in found} if aside else ())
    heading, summary, other, empty = _set_aside(total) if aside else _waiting(total)
    return PaymentsPage(
        base=visit.at(Place.LOANS),
        heading=heading,
        summary=summary,
        links=(Link(addresses.LOANS, _("Loans")), other),
        lines=tuple(_line(visit, one, again, people) for one in found),
        pager=pager(addresses.LOAN_PAYMENTS, asked, page, len(found), total),
        empty=empty,
        upload=upload or _with_error(forms.bank_list(), found, again),
        columns=", ".join(column.title for column in bank_files.COLUMNS.values()),
    )


def _waiting(total: int) -> tuple[Message, Message, Link, Message]:
    """Heading, what is shown, the way to the other list, and what is said where nothing is there."""
    return (
        _("Payments without a loan"),
        _n("{count} payment waits to be matched", "{count} payments wait to be matched", total),
        Link(addresses.query(addresses.LOAN_PAYMENTS, show=_ASIDE), _("Set aside")),
        _("Every payment has found its loan."),
    )


def _set_aside(total: int) -> tuple[Message, Message, Link, Message]:
    """The same of what was set aside."""
    return (
        _("Payments that were set aside"),
        _n("{count} payment is no payment towards a loan", "{count} payments are no payments towards a loan", total),
        Link(addresses.LOAN_PAYMENTS, _("Payments without a loan")),
        _("No payment was set aside."),
    )


def _with_error(form: AskedForm, found: list[WaitingLine], again: AskedForm | None) -> AskedForm:
    gone = again is not None and not any(str(one.line.id) in again.id for one in found)
    return replace(form, error=again.error) if again is not None and gone else form


def _line(visit: Visit, one: WaitingLine, again: AskedForm | None, people: Mapping[str, Account]) -> UnmatchedLine:
    line = one.line
    amount = Money(line.amount_minor, line.currency)
    about = _("{amount}, {reference}", amount=amount, reference=line.reference)
    match, aside = forms.match(line.id, about), forms.set_aside(line.id, about)
    refund = forms.refunded(line.id, about, line.number)
    facts = [Fact(_("Reference"), line.reference), Fact(_("Paid on"), words.on(line.booked_on))]
    if one.said:
        facts.append(Fact(_("Text of the bank"), one.said))
    status = Badge(Tone.TODAY, FINDING_WORDS.get(line.finding, _("to be matched")))
    is_aside = line.state is LineState.SET_ASIDE
    if is_aside and line.decided_at is not None:
        status = Badge(Tone.IDLE, ASIDE_REASONS[line.reason])
        when, who = words.moment(line.decided_at, visit.zone), people.get(line.decided_by)
        facts.append(Fact(_("Set aside"), _("{when} by {who}", when=when, who=who.name if who else "")))
    return UnmatchedLine(
        id=str(line.id),
        heading=str(amount),
        facts=tuple(facts),
        status=status,
        match=again if again is not None and again.id == match.id else match,
        refund=again if again is not None and again.id == refund.id else refund,
        set_aside=None if is_aside else again if again is not None and again.id == aside.id else aside,
    )


def _check_page(visit: Visit, found: FileCheck, name: str, place: str) -> PaymentsCheck:
    counts = {outcome: found.count(outcome) for outcome in Outcome}
    facts = (
        Fact(_("Rows"), str(found.sheet.total)),
        Fact(_("Will be counted"), str(counts[Outcome.COUNTS] + counts[Outcome.CREDIT])),
        Fact(_("Of these, for loans that have ended"), str(counts[Outcome.CREDIT])),
        Fact(_("To be matched"), str(counts[Outcome.WAITS])),
        Fact(_("Known already"), str(counts[Outcome.KNOWN])),
        Fact(_("Given back"), str(found.sheet.total - len(found.sheet.rows))),
    )
    findings = found.sheet.findings
    left = len(findings) - _SHOWN
    summary = (
        _("This list was taken in before.")
        if found.is_known
        else _("Nothing is counted yet. Look at it, then count it.")
    )
    return PaymentsCheck(
        base=visit.at(Place.LOANS),
        back=Link(addresses.LOAN_PAYMENTS, _("Payments without a loan")),
        heading=_("The bank's list {name}", name=name),
        summary=summary,
        facts=facts,
        take=forms.take_list(place) if place else None,
        findings=tuple(_finding(finding) for finding in findings[:_SHOWN]),
        more=_n("{count} more finding is not shown.", "{count} more findings are not shown.", left) if left > 0 else "",
    )


def _finding(finding: Finding) -> FindingView:
    # The file's own titles say enough: the columns are few.
    column = bank_files.COLUMNS.get(finding.field or "")
    view = view_of({**finding_json(finding), "field": None})
    return view if view.column or column is None else replace(view, column=column.title)


def _uploads(visit: Visit) -> Uploads:
    settings = visit.installation.settings
    return Uploads(settings.home / "uploads", keys.load(settings.keys))
