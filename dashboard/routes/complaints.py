"""``/complaints``: for those who handle them, by deadline; one of them with its words, its steps, and its end."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.complaints import queries, rules, service
from casework.complaints.queries import Show
from casework.complaints.rules import Against, ComplaintKind, Outcome
from casework.complaints.service import SortComplaint
from casework.complaints.tables import Complaint
from dashboard import addresses, complaining, notices, words
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import complaints as forms
from dashboard.forms import lists
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Form as ShownForm
from dashboard.parts import Link, Option
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(prefix=addresses.COMPLAINTS, dependencies=[Depends(signed_in)])

_PARTS: dict[Show, Message] = {
    Show.OPEN: _("to be answered"),
    Show.OVERDUE: _("overdue"),
    Show.MINE: _("in my hands"),
    Show.ADDED: _("closed, with something new from the reporter"),
    Show.CLOSED: _("closed"),
}


@router.get("")
def all_complaints(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.HANDLE_COMPLAINTS)
    asked, page = given(request), wanted(given(request))
    form = forms.filters(tuple(Option(part.value, said) for part, said in _PARTS.items()))
    lists.check_known(form, asked)
    part = Show(asked.get("show") or Show.OPEN)
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, part, visit.today, limit=page.size, offset=page.offset)
        names = complaining.names(session, found)
    rows = tuple(_row(visit, row, names) for row in found)
    return show(
        RulingList(
            base=visit.at(Place.COMPLAINTS),
            heading=_("Complaints and reports"),
            summary=_n("{count} complaint: {part}", "{count} complaints: {part}", total, part=_PARTS[part]),
            links=(),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Complaint"), _("What happened"), _("About"), _("Came in"), _("Answer by"), _("Handler"),
                     _("Status")),
            rows=rows,
            pager=pager(addresses.COMPLAINTS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )  # fmt: skip


@router.get("/{complaint_id:uuid}")
def one(complaint_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.HANDLE_COMPLAINTS)
    with visit.database.read() as session:
        queries.find(session, visit.actor, complaint_id)
    look(visit, "complaint.viewed", f"complaint/{complaint_id}")
    return show(complaining.page(visit, complaint_id))


@router.post("/{complaint_id:uuid}/take")
def take(complaint_id: UUID, visit: Signed, taken: Form) -> Response:
    row = _found(visit, complaint_id)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, service.take, complaint_id, version)
        return "complaint-taken"

    return _submit(visit, row, taken, forms.take(complaint_id, row.version, over=row.handler_id is not None), act)


@router.post("/{complaint_id:uuid}/step")
def step(complaint_id: UUID, visit: Signed, taken: Form) -> Response:
    row = _found(visit, complaint_id)

    def act(values: Values, version: int) -> str:
        told = values.text("told") == "yes"
        visit.database.run(
            visit.actor, service.note, complaint_id, values.text("words"), told=told, expected_version=version
        )
        return "complaint-told" if told else "complaint-noted"

    return _submit(visit, row, taken, forms.step(complaint_id, row.version), act)


@router.post("/{complaint_id:uuid}/sort")
def sort(complaint_id: UUID, visit: Signed, taken: Form) -> Response:
    row = _found(visit, complaint_id)
    with visit.database.read() as session:
        form = complaining.sort_form(session, row)

    def act(values: Values, version: int) -> str:
        against, about = values.text("against"), values.text("about_id")
        organisation = complaining.organisation_of(against)
        command = SortComplaint(
            complaint_id=complaint_id,
            kind=ComplaintKind(values.text("kind")),
            against=Against.OTHER if organisation else Against(against),
            organisation_id=organisation,
            about_id=UUID(about) if about else None,
        )
        visit.database.run(visit.actor, service.sort, command, version)
        return "complaint-sorted"

    return _submit(visit, row, taken, form, act)


@router.post("/{complaint_id:uuid}/close")
def close(complaint_id: UUID, visit: Signed, taken: Form) -> Response:
    row = _found(visit, complaint_id)

    def act(values: Values, version: int) -> str:
        outcome = Outcome(values.text("outcome"))
        said = values.text("answer"), values.text("authority")
        visit.database.run(visit.actor, service.close, complaint_id, outcome, *said, version)
        return "complaint-closed"

    return _submit(visit, row, taken, forms.close(complaint_id, row.version), act)


@router.post("/{complaint_id:uuid}/read")
def read_added(complaint_id: UUID, visit: Signed, taken: Form) -> Response:
    row = _found(visit, complaint_id)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, service.read_added, complaint_id, version)
        return "complaint-read"

    return _submit(visit, row, taken, forms.read_added(complaint_id, row.version), act)


@router.post("/{complaint_id:uuid}/reopen")
def reopen(complaint_id: UUID, visit: Signed, taken: Form) -> Response:
    row = _found(visit, complaint_id)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, service.reopen, complaint_id, version)
        return "complaint-reopened"

    return _submit(visit, row, taken, forms.reopen(complaint_id, row.version), act)


def _found(visit: Visit, complaint_id: UUID) -> Complaint:
    require(visit.role, Permission.HANDLE_COMPLAINTS)
    with visit.database.read() as session:
        return queries.find(session, visit.actor, complaint_id)


def _submit(visit: Visit, row: Complaint, taken: Sent, form: ShownForm, act: complaining.Act) -> Response:
    """Read the form, act, and go back to the complaint; what is wrong is said at the form, with what was typed."""
    try:
        code = act(read(form, taken), version_of(taken))
    except Wrong as wrong:
        return show(complaining.page(visit, row.id, wrong.form), 422)
    except (InvalidInput, Conflict) as error:
        return show(complaining.page(visit, row.id, _again(form, taken, error)), error.status)
    with visit.database.read() as session:
        try:
            queries.find(session, visit.actor, row.id)
        except NotFound:
            return go_to(notices.done(addresses.COMPLAINTS, "complaint-handed-on"))
    return go_to(notices.done(addresses.complaint(row.id), code))


def _again(form: ShownForm, taken: Sent, error: PredepartureError) -> ShownForm:
    said = _("{message} {fix}", message=error.message, fix=error.fix or "")
    return filled(form, typed(form, taken), error=said)


def _row(visit: Visit, row: Complaint, names: complaining.Names) -> RulingRow:
    first = Link(addresses.complaint(row.id), complaining.number_of(row))
    cells = (
        rules.KIND_WORDS[row.kind],
        complaining.about(row, names),
        words.on(row.received_on),
        words.on(row.due_on),
        names.people.get(row.handler_id, "") if row.handler_id else "",
    )
    return RulingRow(first, cells, complaining.status_of(row, visit.today))
