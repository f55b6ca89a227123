"""``/follow-ups``: what is due over all cases that are followed up, and check-ins by a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.batches.rules import Finding, Severity
from casework.cases.pinned import programme_of
from casework.followups import by_list
from casework.followups import lists as following
from casework.followups.by_list import TakenCheckIns
from casework.followups.lists import Due, DueFilter, DueLine, DueList, What
from dashboard import addresses, paging
from dashboard.cases import lists as lines
from dashboard.cases import wording
from dashboard.forms import following as forms
from dashboard.forms import lists
from dashboard.pages.base import Place
from dashboard.pages.batches import FindingView
from dashboard.pages.following import DueRow, FollowUpList, FollowUpSheet
from dashboard.parts import Badge, Link, Option, Text, Tile, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Wrong, filled, read
from dashboard.routes.work import programmes
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_PARTS: Mapping[Due, Message] = {
    Due.OVERDUE: _("overdue"),
    Due.WEEK: _("within a week"),
    Due.MONTH: _("within 30 days"),
}
_KINDS: Mapping[What, Message] = {
    What.CHECK_IN: _("check-ins"),
    What.STAGE: _("reports, measures and sign-offs"),
}


@router.get(addresses.FOLLOW_UPS)
def follow_ups(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_CASES)
    given = paging.given(request)
    page = paging.wanted(given)
    form = forms.due_filters(
        tuple(Option(part.value, said) for part, said in _PARTS.items()),
        tuple(Option(kind.value, said) for kind, said in _KINDS.items()),
        programmes(visit),
    )
    lists.check_known(form, given)
    asked = DueFilter(
        due=Due(given["due"]) if given.get("due") else None,
        what=What(given["what"]) if given.get("what") else None,
        programme=given.get("programme", ""),
    )
    with visit.database.read() as session:
        found = following.due(session, visit.actor, asked, visit.today, offset=page.offset, limit=page.size)
    rows = tuple(_row(visit, line) for line in found.lines)
    return show(
        FollowUpList(
            base=visit.at(Place.CASES),
            summary=_n("{count} line", "{count} lines", found.total),
            links=(Link(addresses.FOLLOW_UP_SHEET, _("Check-ins by a list")),) if _may_list(visit) else (),
            tiles=_tiles(found, given),
            filters=filled(form, given),
            chips=lists.chips(form, given),
            rows=rows,
            pager=paging.pager(addresses.FOLLOW_UPS, given, page, len(rows), found.total),
        )
    )


@router.get(addresses.FOLLOW_UP_SHEET)
def ask_sheet(visit: Signed) -> Response:
    _require_list(visit)
    return show(_sheet_page(visit, forms.check_in_sheet()))


@router.post(addresses.FOLLOW_UP_SHEET)
def take_sheet(visit: Signed, taken: Form) -> Response:
    """Take a list in: good rows are recorded, bad ones are given back on the same page."""
    _require_list(visit)
    form = forms.check_in_sheet()
    try:
        file = read(form, taken).file("file")
        made = visit.database.run(visit.actor, by_list.take_list, visit.installation.catalogue, file.data, file.name)
    except Wrong as wrong:
        return show(_sheet_page(visit, wrong.form), 422)
    except InvalidInput as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(_sheet_page(visit, replace(form, error=said)), error.status)
    return show(_sheet_page(visit, form, made), 422 if made.sheet.errors else 200)


def _may_list(visit: Visit) -> bool:
    """The office records check-ins of many, and an agency its own."""
    return visit.may(Permission.EDIT_CASES) or visit.role is Role.AGENCY_USER


def _require_list(visit: Visit) -> None:
    if not _may_list(visit):
        require(visit.role, Permission.EDIT_CASES)


def _row(visit: Visit, line: DueLine) -> DueRow:
    case, task = line.case, line.task
    programme = programme_of(visit.installation.catalogue, case)
    what, by = lines.next_act(
        programme, task.stage, task.requirement, task.subject, task.status, task.actor, visit.role
    )
    return DueRow(
        who=Link(addresses.case(case.id), lines.name_in_lists(line.worker)),
        about=f"{case.reference} · {programme.label}",
        what=what,
        by=by,
        due=wording.due(task.due_on, visit.today),
    )


def _tiles(found: DueList, given: Mapping[str, str]) -> tuple[Tile, ...]:
    others = {name: value for name, value in given.items() if name not in ("due", "page")}
    return tuple(
        Tile(
            addresses.query(addresses.FOLLOW_UPS, **others, due=part.value),
            found.sizes[part],
            said,
            selected=given.get("due") == part,
            late=part is Due.OVERDUE and found.sizes[part] > 0,
        )
        for part, said in _PARTS.items()
    )


def _sheet_page(visit: Visit, form: AskedForm, made: TakenCheckIns | None = None) -> FollowUpSheet:
    summary: Text = ""
    if made is not None:
        summary = _n(
            "{count} check-in was recorded; {known} were there already; {bad} rows were given back.",
            "{count} check-ins were recorded; {known} were there already; {bad} rows were given back.",
            made.taken,
            known=made.known,
            bad=made.sheet.total - made.taken - made.known,
        )
    return FollowUpSheet(
        base=visit.at(Place.CASES),
        back=Link(addresses.FOLLOW_UPS, _("Follow-ups")),
        summary=summary,
        findings=tuple(_finding(one) for one in (made.sheet.findings if made else ())),
        columns=tuple(
            _("{title} (needed)", title=one.title) if one.required else one.title for one in by_list.COLUMNS.values()
        ),
        form=form,
    )


def _finding(one: Finding) -> FindingView:
    bad = one.severity is Severity.ERROR
    status = Badge(Tone.LATE, _("given back")) if bad else Badge(Tone.TODAY, _("look at it"))
    return FindingView(str(one.row) if one.row else "", one.column or "", "", status, one.message, one.fix)
