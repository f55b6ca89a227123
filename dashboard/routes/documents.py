"""The register of documents: every number ever given, its evidence, its file."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.auditing import access
from casework.certificates import queries
from casework.work import Work
from dashboard import addresses
from dashboard.exports import csv_file
from dashboard.forms import lists
from dashboard.paging import given, wanted
from dashboard.parts import Form
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes import document_pages
from dashboard.sessions import Signed, signed_in
from dashboard.views import show
from documents import reading

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get(addresses.DOCUMENTS)
def listed(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    asked = given(request)
    with visit.database.read() as session:
        form = document_pages.filter_form(session, visit)
        values = _filters(form, asked)
        shown = filled(form, asked)
        page = document_pages.register(session, visit, shown, document_pages.asked_for(values), wanted(asked), asked)
    return show(page)


@router.get(addresses.REGISTER_FILE)
def exported(request: Request, visit: Signed) -> Response:
    """The filtered list, whole, as CSV."""
    require(visit.role, Permission.SEE_REGISTER)
    with visit.database.read() as session:
        values = _filters(document_pages.filter_form(session, visit), given(request))
        asked = document_pages.asked_for(values)
        lines, _total = queries.register(session, visit.actor, asked, visit.today, limit=None)
    return csv_file("register.csv", *document_pages.export_rows(lines))


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
