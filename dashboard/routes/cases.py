"""``/cases``: search, the page of a case, its sheet and photograph."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.cases import queries
from casework.cases.queries import CaseFilter
from casework.cases.rules import WORDS, CaseLife
from casework.evidence import files
from casework.qualifications import queries as recognitions
from dashboard import addresses, paging
from dashboard.cases import lists as lines
from dashboard.cases.known import known
from dashboard.cases.page import case_page, case_sheet
from dashboard.forms import lists
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.work import CaseList
from dashboard.parts import Link, Option
from dashboard.posting import filled
from dashboard.routes.work import agencies, owner, people, programmes, row_id
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get(addresses.CASES)
def case_list(request: Request, visit: Signed) -> Response:
    given = dict(request.query_params)
    page = paging.wanted(given)
    with visit.database.read() as session:
        offices = queries.offices(session, visit.actor) if visit.role is Role.AUDITOR else []
        form = lists.cases(
            _stages(visit),
            tuple(Option(life.value, said) for life, said in WORDS.items()),
            programmes(visit),
            () if visit.role is Role.AGENCY_USER else agencies(session, visit),
            tuple(Option(str(row.id), row.name) for row in offices),
            people(session, visit),
        )
        lists.check_known(form, given)
        asked = CaseFilter(
            text=given.get("text", ""),
            stage=given.get("stage", ""),
            life=CaseLife(given["status"]) if given.get("status") else None,
            programme=given.get("programme", ""),
            agency=row_id(given.get("agency", "")),
            office=row_id(given.get("office", "")),
            owner=owner(visit, given.get("owner", "")),
            suspended_on=visit.today if given.get("flag") == lists.AGENCY_SUSPENDED else None,
            without_order=given.get("flag") == lists.WITHOUT_ORDER,
        )
        found = queries.search(session, visit.actor, asked, offset=page.offset, limit=page.size)
        cases = [line.case for line in found.lines]
        flagged = queries.suspended_agencies(session, visit.actor, cases, visit.today)
        orderless = queries.without_order(session, visit.actor, cases)
        names = queries.organisation_names(session, {case.agency_id for case in cases})
        shows_owner = visit.role is not Role.AGENCY_USER
        owners = queries.accounts_by_key(session, {str(case.owner_id or "") for case in cases}) if shows_owner else {}
    rows = []
    for line in found.lines:
        owned_by = owners.get(str(line.case.owner_id))
        agency = names.get(line.case.agency_id, "") if line.case.agency_id else ""
        catalogue = visit.installation.catalogue
        row = lines.case_row(line, catalogue, visit.today, agency, owned_by.name if owned_by else "")
        flags = lines.flags(suspended=line.case.id in flagged, without_order=line.case.id in orderless)
        rows.append(replace(row, flags=flags))
    return show(
        CaseList(
            base=visit.at(Place.CASES, search=given.get("text", "")),
            summary=_summary(given, found.total),
            filters=filled(form, given),
            chips=lists.chips(form, given),
            rows=tuple(rows),
            pager=paging.pager(addresses.CASES, given, page, len(rows), found.total),
            acts=_acts(visit),
        )
    )


@router.get("/cases/{case_id:uuid}")
def one_case(case_id: UUID, visit: Signed) -> Response:
    return show(case_page(known(visit, case_id)))


@router.get("/cases/{case_id:uuid}/sheet")
def sheet(case_id: UUID, visit: Signed) -> Response:
    return show(case_sheet(known(visit, case_id)))


@router.get("/cases/{case_id:uuid}/photo")
def photo(case_id: UUID, visit: Signed) -> Response:
    """The photograph, opened for the page of the case, whose view is recorded already."""
    require(visit.role, Permission.SEE_IDENTITY)
    found = known(visit, case_id).photo
    if found is None or found.file_id is None:
        raise NotFound("no_photo", _("There is no photograph."), _("Add one as evidence."))
    with visit.database.read() as session:
        vault = visit.database.vault(session)
        shown = files.open_derivative(session, vault, visit.installation.files, found.file_id)
    return Response(shown.content, media_type=shown.media_type)


def _stages(visit: Visit) -> Options:
    """The stages of the newest programmes, each id once."""
    stages = {stage.id: stage.label for one in visit.installation.catalogue.latest() for stage in one.stages}
    return tuple(Option(stage, label) for stage, label in stages.items())


def _summary(given: dict[str, str], total: int) -> Message:
    if any(value for name, value in given.items() if name != "page"):
        return _n("{count} case found", "{count} cases found", total)
    return _n("{count} case", "{count} cases", total)


def _acts(visit: Visit) -> tuple[Link, ...]:
    links = []
    if visit.may(Permission.EDIT_CASES):
        links.append(Link(addresses.NEW_CASE, _("Open a case by hand"), primary=True))
    links.append(Link(addresses.FOLLOW_UPS, _("Follow-ups")))
    if visit.may(Permission.RECORD_TRAVEL):
        links.append(Link(addresses.JOURNEYS, _("Journeys")))
    if visit.may(Permission.SEE_ORIGINALS):
        links.append(Link(addresses.ORIGINALS, _("Originals")))
    if recognitions.may_read(visit.actor):
        links.append(Link(addresses.RECOGNITIONS, _("Recognitions")))
    if visit.may(Permission.SEE_HOUSEHOLDS):
        links.append(Link(addresses.HOUSEHOLDS, _("Households")))
    if visit.may(Permission.MERGE_WORKERS):
        links.append(Link(addresses.DUPLICATES, _("Records of one person")))
    if visit.may(Permission.SEE_COHORTS):
        links.append(Link(addresses.COHORTS, _("Cohorts")))
    return tuple(links)
