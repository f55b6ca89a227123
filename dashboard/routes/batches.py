"""Batches: the list, hand in a file, see what its check found, submit it, watch it become cases."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound, Refused
from basis.messages import _
from casework import keys
from casework.accounts.rules import Permission, require
from casework.batches import queries
from casework.batches import service as batches
from casework.batches.check import BatchCheck, finding_json
from casework.batches.service import SubmitBatch
from casework.organisations.tables import Organisation, OrganisationKind
from casework.recruitment.permissions import require_agency
from checklists.programme import Programme
from dashboard import addresses
from dashboard.batch_columns import example_rows
from dashboard.exports import csv_file
from dashboard.notices import done
from dashboard.paging import check_names, given, wanted
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, clean, filled, hidden, read
from dashboard.routes import batch_pages
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.uploads import KeptFile, Uploads
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get(addresses.BATCHES)
def listed(request: Request, visit: Signed) -> Response:
    asked = given(request)
    check_names(asked)
    with visit.database.read() as session:
        return show(batch_pages.batch_list(session, visit, wanted(asked), asked))


@router.get(addresses.NEW_BATCH)
def new(visit: Signed) -> Response:
    require(visit.role, Permission.SUBMIT_BATCHES)
    with visit.database.read() as session:
        form = batch_pages.upload_form(session, visit)
    return show(batch_pages.upload_page(visit, form))


@router.get(addresses.BATCH_EXAMPLE)
def example(visit: Signed) -> Response:
    """An example of the file, right on the day it is asked for."""
    return csv_file("example.csv", *example_rows(visit.today))


@router.post(addresses.NEW_BATCH)
def check(visit: Signed, taken: Form) -> Response:
    """Check the file and keep it sealed until it is submitted, for an hour at most. Nothing is written."""
    require(visit.role, Permission.SUBMIT_BATCHES)
    with visit.database.read() as session:
        form = batch_pages.upload_form(session, visit)
        try:
            values = read(form, taken)
            programme = visit.installation.catalogue.get(values.text("programme"), on=visit.today)
            agency = _agency(session.get(Organisation, _agency_id(visit, values)), visit)
            kept = _kept(values, agency, programme)
            _require_permitted(session, visit, programme, agency, form, values)
            found = _checked(session, visit, programme, kept, form, values)
        except Wrong as wrong:
            return show(batch_pages.upload_page(visit, wrong.form), 422)
        known = queries.same_file(session, agency.id, programme.id, found.sha256)
    name = _uploads(visit).keep(visit.account.id, kept) if known is None else ""
    again = filled(form, values.texts)
    return show(batch_pages.check_page(visit, found, agency, programme, name, known, again))


@router.post(addresses.CHECKED_FINDINGS)
def checked_findings(visit: Signed, taken: Form) -> Response:
    """All findings of a file that was checked and not submitted yet."""
    require(visit.role, Permission.SUBMIT_BATCHES)
    kept = _uploads(visit).take(visit.account.id, hidden(taken, "upload"))
    programme = visit.installation.catalogue.get(kept.programme, on=visit.today)
    with visit.database.read() as session:
        asked = batches.asked_of(session, programme, kept.agency_id, visit.today)
    found = batches.check_on(programme, _command(kept), visit.today, asked)
    views = [batch_pages.view_of(finding_json(finding)) for finding in found.findings]
    return csv_file("findings.csv", *batch_pages.export_rows(views))


@router.post(addresses.SUBMIT_BATCH)
def submit(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SUBMIT_BATCHES)
    name = hidden(taken, "upload")
    uploads = _uploads(visit)
    kept = uploads.take(visit.account.id, name)
    programme = visit.installation.catalogue.get(kept.programme, on=visit.today)
    submitted = visit.database.run(visit.actor, batches.submit, programme, _command(kept))
    uploads.drop(visit.account.id, name)
    code = "batch-submitted" if submitted.is_new else "batch-known"
    return go_to(done(addresses.batch(submitted.batch.id), code))


@router.get("/batches/{batch_id}")
def page(request: Request, visit: Signed, batch_id: UUID) -> Response:
    require(visit.role, Permission.SEE_BATCHES)
    asked = given(request)
    check_names(asked)
    with visit.database.read() as session:
        batch = batches.find(session, visit.actor, batch_id)
        return show(batch_pages.batch_page(session, visit, batch, wanted(asked), asked))


@router.get("/batches/{batch_id}/findings.csv")
def findings(visit: Signed, batch_id: UUID) -> Response:
    require(visit.role, Permission.SEE_BATCHES)
    with visit.database.read() as session:
        batch = batches.find(session, visit.actor, batch_id)
        views = batch_pages.findings_of(session, batch)
    return csv_file(f"{batch.number}-findings.csv", *batch_pages.export_rows(views))


def _uploads(visit: Visit) -> Uploads:
    settings = visit.installation.settings
    return Uploads(settings.home / "uploads", keys.load(settings.keys))


def _agency_id(visit: Visit, values: Values) -> UUID:
    """The form asks offices which agency; whoever belongs to an agency is not asked."""
    return UUID(values.text("agency")) if "agency" in values.texts else visit.organisation.id


def _agency(found: Organisation | None, visit: Visit) -> Organisation:
    if found is None or found.kind is not OrganisationKind.AGENCY:
        raise NotFound(
            "agency",
            _("There is no agency to hand a batch in for."),
            _("Ask an administrator to add the agency to your office."),
        )
    return found


def _require_permitted(
    session: Session, visit: Visit, programme: Programme, agency: Organisation, form: AskedForm, values: Values
) -> None:
    """An agency that may bring nobody today is told so before its file is read."""
    try:
        require_agency(session, agency.id, programme.id, visit.today)
    except Refused as refused:
        raise Wrong(filled(form, values.texts, {"programme": refused.message})) from None


def _checked(
    session: Session, visit: Visit, programme: Programme, kept: KeptFile, form: AskedForm, values: Values
) -> BatchCheck:
    asked = batches.asked_of(session, programme, kept.agency_id, visit.today)
    try:
        return batches.check_on(programme, _command(kept), visit.today, asked)
    except InvalidInput as unreadable:
        error = _("{message} {fix}", message=unreadable.message, fix=unreadable.fix or "")
        raise Wrong(filled(form, values.texts, {"file": error})) from None


def _kept(values: Values, agency: Organisation, programme: Programme) -> KeptFile:
    upload = values.file("file")
    return KeptFile(
        file_name=clean(PurePath(upload.name.replace("\\", "/")).name)[:200] or "batch",
        data=upload.data,
        programme=programme.id,
        agency_id=agency.id,
        notice_version=values.text("notice_version"),
        notice_language=values.text("notice_language"),
    )


def _command(kept: KeptFile) -> SubmitBatch:
    return SubmitBatch(
        agency_id=kept.agency_id,
        file_name=kept.file_name,
        data=kept.data,
        notice_version=kept.notice_version,
        notice_language=kept.notice_language,
    )
