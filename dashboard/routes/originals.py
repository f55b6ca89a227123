"""Originals: those of a case with every step, the receipts, and the list of all that the office holds."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.custody import queries
from casework.custody import service as custody
from casework.custody.queries import OriginalLine, Show
from casework.custody.rules import STATE_WORDS, OriginalStepKind
from casework.custody.service import ReceiveOriginal, StepOriginal
from casework.custody.tables import Original
from casework.workers.tables import Worker
from dashboard import addresses, words
from dashboard.cases import lists as lines
from dashboard.cases import originals
from dashboard.cases.known import find
from dashboard.cases.receipts import receipt_page
from dashboard.cases.submitting import submit
from dashboard.exports import csv_file
from dashboard.forms import lists
from dashboard.forms import originals as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Link, Option
from dashboard.posting import Values, filled, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show
from documents import incoming

router = APIRouter(dependencies=[Depends(signed_in)])

_PARTS: dict[Show, Message] = {
    Show.OPEN: _("to be returned"),
    Show.OVERDUE: _("overdue"),
    Show.REQUESTED: _("the worker asked for it"),
    Show.LONG: _("passports held too long"),
    Show.SENT: _("sent to an authority"),
    Show.RETURNED: _("returned"),
    Show.LOST: _("lost"),
}
_MOST_LINES = 50_000
_HEADER = (
    "case", "programme", "paper", "state", "where", "handed_over", "there_since", "asked_for_on", "due_on",
    "expected_back_on", "at_most_until",
)  # fmt: skip


@router.get("/cases/{case_id:uuid}/originals")
def of_case(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_ORIGINALS)
    case, _programme = find(visit, case_id)
    look(visit, "original.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        page = originals.page(visit, session, case)
    return show(page)


@router.post("/cases/{case_id:uuid}/originals")
def receive(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.KEEP_ORIGINALS)
    case, _programme = find(visit, case_id)
    form = forms.receive(case.id, case.version, visit.today.isoformat(), "", visit.account.name)

    def act(values: Values, version: int) -> str:
        signed = incoming.take(visit.installation, visit.actor, case_id, _sent(values))
        command = ReceiveOriginal(
            case_id=case_id,
            happened_on=values.day("happened_on"),
            signature=signed[0] if signed else None,
            **{
                name: values.text(name)
                for name in ("kind", "title", "number", "place", "handed_by", "taken_by", "note")
            },
        )
        installation = visit.installation
        visit.database.run(visit.actor, custody.receive, installation.files, installation.catalogue, command, version)
        return "original-received"

    return submit(visit, case, taken, form, _("Take an original in"), act, addresses.case(case_id, "originals"))


@router.post("/cases/{case_id:uuid}/originals/{original_id:uuid}/steps")
def step(case_id: UUID, original_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.KEEP_ORIGINALS)
    case, _programme = find(visit, case_id)
    kind = _kind(hidden(taken, "step"))
    with visit.database.read() as session:
        row = session.get(Original, original_id)
        if row is None or row.case_id != case.id:
            raise NotFound("original", _("There is no such original."), _("Open it from its case."))
        worker = lines.name_in_lists(session.get_one(Worker, case.worker_id))
    form = originals.step_form(visit, case, row, kind, worker)

    def act(values: Values, version: int) -> str:
        signed = incoming.take(visit.installation, visit.actor, case_id, _sent(values))
        named = ("place", "handed_by", "taken_by", "note")
        command = StepOriginal(
            original_id=original_id,
            step=kind,
            happened_on=values.day("happened_on"),
            expected_on=values.days.get("expected_on"),
            signature=signed[0] if signed else None,
            **{name: values.texts.get(name, "") for name in named},
        )
        installation = visit.installation
        visit.database.run(visit.actor, custody.step, installation.files, installation.catalogue, command, version)
        return _DONE.get(kind, "original-moved")

    return submit(visit, case, taken, form, form.submit, act, addresses.case(case_id, "originals"))


_DONE = {OriginalStepKind.REQUESTED: "original-requested", OriginalStepKind.RETURNED: "original-returned"}


@router.get("/cases/{case_id:uuid}/originals/{original_id:uuid}/steps/{step_id:uuid}/receipt")
def receipt(case_id: UUID, original_id: UUID, step_id: UUID, visit: Signed) -> Response:
    """The receipt of a step, to print and to sign; whoever looks leaves an event."""
    require(visit.role, Permission.SEE_IDENTITY)
    case, _programme = find(visit, case_id)
    look(visit, "original.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        page = receipt_page(visit, session, case, original_id, step_id)
    return show(page)


@router.get("/cases/{case_id:uuid}/originals/{original_id:uuid}/steps/{step_id:uuid}/file")
def signed_receipt(case_id: UUID, original_id: UUID, step_id: UUID, visit: Signed) -> Response:
    """The signed receipt that was kept; a PDF is saved, a picture is shown."""
    require(visit.role, Permission.SEE_IDENTITY)
    find(visit, case_id)
    kind, content = visit.database.run(
        visit.actor, custody.read_receipt, visit.installation.files, original_id, step_id
    )
    how = "inline" if kind.startswith("image/") else "attachment"
    return Response(content, media_type=kind, headers={"Content-Disposition": f'{how}; filename="receipt"'})


@router.get(addresses.ORIGINALS)
def all_originals(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_ORIGINALS)
    asked, page = given(request), wanted(given(request))
    form = forms.filters(tuple(Option(part.value, said) for part, said in _PARTS.items()))
    lists.check_known(form, asked)
    part = _part(asked)
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, part, visit.today, limit=page.size, offset=page.offset)
    file = Link(addresses.query(addresses.ORIGINALS_FILE, show=asked.get("show")), _("This list as a CSV file"))
    return show(
        RulingList(
            base=visit.at(Place.CASES),
            heading=_("Originals"),
            summary=_n("{count} original: {part}", "{count} originals: {part}", total, part=_PARTS[part]),
            links=(file,),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Worker"), _("Paper"), _("Where"), _("Since"), _("Handed over"), _("Status")),
            rows=tuple(_row(visit, line) for line in found),
            pager=pager(addresses.ORIGINALS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )


@router.get(addresses.ORIGINALS_FILE)
def as_csv(request: Request, visit: Signed) -> Response:
    """The same list as a file; it names no worker, only cases."""
    require(visit.role, Permission.SEE_ORIGINALS)
    asked = given(request)
    form = forms.filters(tuple(Option(part.value, said) for part, said in _PARTS.items()))
    lists.check_known(form, asked)
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, _part(asked), visit.today, limit=_MOST_LINES)
    if total > _MOST_LINES:
        raise InvalidInput("too_many", _("The list is too long for one file."), _("Filter it first."))
    return csv_file("originals.csv", _HEADER, (_cells(line) for line in found))


def _cells(line: OriginalLine) -> tuple[str, ...]:
    row = line.row
    days = (row.received_on, row.there_since, row.requested_on, row.due_on, row.expected_on, row.limit_on)
    said = (line.case.reference, line.case.programme_id, row.title or row.kind, str(STATE_WORDS[row.state]), row.place)
    return (*said, *(day.isoformat() if day else "" for day in days))


def _row(visit: Visit, line: OriginalLine) -> RulingRow:
    row, address = line.row, addresses.case(line.case.id, "originals")
    return RulingRow(
        first=Link(address, line.case.reference),
        cells=(
            lines.name_in_lists(line.worker),
            originals.title_of(row),
            row.place,
            words.on(row.there_since),
            words.on(row.received_on),
        ),
        status=originals.status_of(row, visit.today),
    )


def _sent(values: Values) -> list[bytes]:
    """The signed receipt, where one was chosen."""
    return [one.data for one in values.files.get("signature", ())]


def _part(asked: dict[str, str]) -> Show:
    """The part that is asked for; the answer was checked with the form."""
    return Show(asked.get("show") or Show.OPEN)


def _kind(text: str) -> OriginalStepKind:
    if text not in set(OriginalStepKind):
        raise InvalidInput("unknown_step", _("There is no such step."), _("Use the forms of the page."))
    return OriginalStepKind(text)
