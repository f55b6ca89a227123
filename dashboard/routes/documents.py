"""The register of documents: every number ever given, its evidence, its file."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from basis.errors import InvalidInput
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.auditing import access
from casework.certificates import queries
from casework.certificates.queries import RegisterFilter
from casework.oversight import views
from casework.work import Work
from dashboard import addresses
from dashboard.exports import csv_file
from dashboard.forms import lists
from dashboard.paging import given, wanted
from dashboard.parts import Form
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes import document_pages, register_pages
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, go_to, signed_in
from dashboard.views import show
from documents import reading

router = APIRouter(dependencies=[Depends(signed_in)])
_OF = "of-"


@router.get(addresses.DOCUMENTS)
def listed(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    asked = given(request)
    with visit.database.read() as session:
        form = register_pages.filter_form(session, visit)
        values = _filters(form, asked)
        shown = filled(form, asked)
        page = register_pages.register(session, visit, shown, register_pages.asked_for(values), wanted(asked), asked)
    return show(page)


@router.get(addresses.REGISTER_FILE)
def exported(request: Request, visit: Signed) -> Response:
    """The filtered list, whole, as CSV."""
    require(visit.role, Permission.SEE_REGISTER)
    with visit.database.read() as session:
        values = _filters(register_pages.filter_form(session, visit), given(request))
        asked = register_pages.asked_for(values)
        lines, _total = queries.register(session, visit.actor, asked, visit.today, limit=None)
    visit.database.run(visit.actor, _record_file, asked)
    return csv_file("register.csv", *register_pages.export_rows(lines))


@router.get(addresses.REGISTER_JSON)
def as_json(request: Request, visit: Signed) -> Response:
    """The same for programs: ``predeparture.register/1``."""
    require(visit.role, Permission.SEE_REGISTER)
    with visit.database.read() as session:
        values = _filters(register_pages.filter_form(session, visit), given(request))
        asked = register_pages.asked_for(values)
        lines, total = queries.register(session, visit.actor, asked, visit.today, limit=None)
    visit.database.run(visit.actor, _record_file, asked)
    content = {
        "schema": "predeparture.register/1",
        "total": total,
        "documents": [register_pages.shape(one) for one in lines],
    }
    headers = {"Content-Disposition": 'attachment; filename="register.json"'}
    return JSONResponse(content, headers=headers)


def _record_file(work: Work, asked: RegisterFilter) -> None:
    told = {
        "kind": asked.kind,
        "standing": asked.standing.value if asked.standing else "",
        "programme": asked.programme,
    }
    work.record("register.viewed", "certificate", data={name: value for name, value in told.items() if value})


@router.post(addresses.SAVED_LISTS)
def keep(visit: Signed, taken: SentForm) -> Response:
    """Keep the list as it is filtered; the filter is read again, so that nothing else is kept."""
    require(visit.role, Permission.SEE_REGISTER)
    asked = {name.removeprefix(_OF): str(values[0]) for name, values in taken.items() if name.startswith(_OF)}
    with visit.database.read() as session:
        _filters(register_pages.filter_form(session, visit), asked)
    try:
        values = read(lists.save_view(asked), taken)
    except Wrong:
        raise InvalidInput(
            "missing_value", _("The list has no name, or a long one."), _("Give it at most 80 characters.")
        ) from None
    shared = values.flag("shared")
    visit.database.run(visit.actor, views.save, views.REGISTER, values.text("name"), asked, shared=shared)
    return go_to(addresses.query(addresses.DOCUMENTS, **asked, done="list-kept"))


@router.post("/documents/lists/{view_id:uuid}/remove")
def forget(visit: Signed, view_id: UUID, taken: SentForm) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    visit.database.run(visit.actor, views.remove, view_id)
    return go_to(addresses.query(addresses.DOCUMENTS, done="list-removed"))


@router.get("/documents/{document_id}")
def page(visit: Signed, document_id: UUID) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    if visit.role is Role.AUDITOR:
        visit.database.run(visit.actor, _record_view, document_id)
    with visit.database.read() as session:
        row, case = queries.find(session, visit.actor, document_id)
        return show(document_pages.document(session, visit, row, case))


def _record_view(work: Work, document_id: UUID) -> None:
    """What an auditor looks at is recorded with the engagement, before it is shown."""
    row, case = queries.find(work.session, work.actor, document_id)
    data = {"number": row.number, **access.noted(work, case.id)}
    work.record("certificate.viewed", f"certificate/{row.id}", case_id=case.id, data=data)


@router.get("/documents/{document_id}/file")
def file(visit: Signed, document_id: UUID) -> Response:
    """The PDF, as an attachment. Who took it is recorded before it leaves."""
    row, content = visit.database.run(visit.actor, reading.hand_out, visit.installation.archive, document_id)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _filters(form: Form, asked: dict[str, str]) -> Values:
    lists.check_known(form, asked)
    try:
        return read(form, {name: (value,) for name, value in asked.items()})
    except Wrong:
        raise InvalidInput(
            "unknown_filter", _("A filter of this list cannot be read."), _("Use the form above the list.")
        ) from None
