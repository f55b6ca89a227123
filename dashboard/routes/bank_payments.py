"""``/loans/payments``: the bank's lists, looked at before they count, and payments that belong to no loan yet."""

from __future__ import annotations

from collections.abc import Callable
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
from casework.batches.check import finding_json
from casework.batches.rules import Finding
from casework.repayments import bank_files, files, queries
from casework.repayments.files import FINDING_WORDS, FileCheck, Outcome
from casework.repayments.queries import WaitingLine
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
Refusals = (InvalidInput, Conflict, NotFound)


@router.get("")
def waiting(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.KEEP_LOANS)
    asked = given(request)
    check_names(asked)
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

    return _submit(visit, taken, forms.match(line_id, ""), act)


@router.post("/{line_id:uuid}/set-aside")
def set_aside(line_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values) -> str:
        visit.database.run(visit.actor, files.set_aside, line_id, values.text("reason"))
        return "payment-set-aside"

    return _submit(visit, taken, forms.set_aside(line_id, ""), act)


def _submit(visit: Visit, taken: Form, form: AskedForm, act: Callable[[Values], str]) -> Response:
    """Do it, and go back to the list; what is wrong is said at the form of the line, with what was typed."""
    require(visit.role, Permission.KEEP_LOANS)
    try:
        code = act(read(form, taken))
    except Wrong as wrong:
        return show(_page(visit, {}, again=wrong.form), 422)
    except Refusals as error:
        return show(_page(visit, {}, again=filled(form, _typed(form, taken), error=_in_words(error))), error.status)
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
    what was wrong with it is said on top."""
    page = wanted(asked)
    with visit.database.read() as session:
        vault = visit.database.vault(session)
        found, total = queries.waiting(session, vault, visit.actor, offset=page.offset, limit=page.size)
    return PaymentsPage(
        base=visit.at(Place.LOANS),
        heading=_("Payments without a loan"),
        summary=_n("{count} payment waits to be matched", "{count} payments wait to be matched", total),
        links=(Link(addresses.LOANS, _("Loans")),),
        lines=tuple(_line(one, again) for one in found),
        pager=pager(addresses.LOAN_PAYMENTS, asked, page, len(found), total),
        empty=_("Every payment has found its loan."),
        upload=upload or _with_error(forms.bank_list(), found, again),
        columns=", ".join(column.title for column in bank_files.COLUMNS.values()),
    )


def _with_error(form: AskedForm, found: list[WaitingLine], again: AskedForm | None) -> AskedForm:
    gone = again is not None and not any(str(one.line.id) in again.id for one in found)
    return replace(form, error=again.error) if again is not None and gone else form


def _line(one: WaitingLine, again: AskedForm | None) -> UnmatchedLine:
    line = one.line
    amount = Money(line.amount_minor, line.currency)
    about = _("{amount}, {reference}", amount=amount, reference=line.reference)
    match, aside = forms.match(line.id, about), forms.set_aside(line.id, about)
    facts = [Fact(_("Reference"), line.reference), Fact(_("Paid on"), words.on(line.booked_on))]
    if one.said:
        facts.append(Fact(_("Text of the bank"), one.said))
    return UnmatchedLine(
        id=str(line.id),
        heading=str(amount),
        facts=tuple(facts),
        status=Badge(Tone.TODAY, FINDING_WORDS.get(line.finding, _("to be matched"))),
        match=again if again is not None and again.id == match.id else match,
        set_aside=again if again is not None and again.id == aside.id else aside,
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
