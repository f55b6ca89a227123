"""The diary: calendar files, and the workers whom no mail has told of what is booked for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.diary import lists, notices
from casework.diary.calendar import MEDIA_TYPE
from casework.diary.notices import Untold
from dashboard import addresses, paging
from dashboard.cases import bookings
from dashboard.cases.known import find
from dashboard.cases.lists import name_in_lists
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.diary import ToTellPage, ToTellRow
from dashboard.parts import Link
from dashboard.posting import hidden
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_SPANS = {"day": 1, "week": 7}
_MOST = 400


@router.get("/bookings/{booking_id:uuid}.ics")
def one(booking_id: UUID, visit: Signed) -> Response:
    with visit.database.read() as session:
        row = lists.find(session, visit.actor, booking_id)
        office = lists.office_of(session, row)
    return _file("date", lists.one_file(row, office, visit.installation.settings.public_url, visit.zone))


@router.get("/diary/{span}.ics")
def days(span: str, visit: Signed) -> Response:
    """Today's or this week's, from the office's midnight on."""
    if not visit.may(Permission.SEE_APPOINTMENTS):
        require(visit.role, Permission.SEE_COURSES)
    if span not in _SPANS:
        raise NotFound("span", _("There is a calendar file of the day and of the week."), _("Open it from its list."))
    today = visit.database.now().astimezone(visit.zone).date()
    since, until = (datetime.combine(today + timedelta(days=one), time(), visit.zone) for one in (0, _SPANS[span]))
    public_url = visit.installation.settings.public_url
    with visit.database.read() as session:
        return _file(span, lists.days_file(session, visit.actor, since, until, public_url, visit.zone))


@router.get("/reminders")
def to_tell(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.BOOK_APPOINTMENTS)
    given = paging.given(request)
    paging.check_names(given)
    page = paging.wanted(given)
    with visit.database.read() as session:
        now = visit.database.now()
        rows, total = notices.untold(session, visit.actor, now, offset=page.offset, limit=page.size)
    return show(
        ToTellPage(
            base=visit.at(Place.APPOINTMENTS),
            summary=_n("{count} thing to be told", "{count} things to be told", total),
            rows=_rows(visit, rows),
            pager=paging.pager(addresses.REMINDERS, given, page, len(rows), total),
        )
    )


@router.post("/cases/{case_id:uuid}/told")
def told(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.BOOK_APPOINTMENTS)
    find(visit, case_id)
    visit.database.run(visit.actor, notices.tell, case_id, _ids(hidden(taken, "notices")))
    return go_to(done(addresses.REMINDERS, "worker-told"))


def _rows(visit: Visit, found: Sequence[Untold]) -> tuple[ToTellRow, ...]:
    """A row for each worker, the next date first."""
    order = {one.case.id: place for place, one in reversed(list(enumerate(found)))}
    rows = []
    for _case, same in groupby(sorted(found, key=lambda one: order[one.case.id]), key=lambda one: one.case.id):
        things = list(same)
        case, worker = things[0].case, things[0].worker
        told = bookings.to_tell_of(visit, case, [(one.notice, one.booking) for one in things])
        rows.append(ToTellRow(Link(addresses.case(case.id), name_in_lists(worker)), case.reference, told))
    return tuple(rows)


def _ids(text: str) -> list[UUID]:
    try:
        found = [UUID(one) for one in text.split()]
    except ValueError:
        found = []
    if not 0 < len(found) <= _MOST:
        fix = _("Open the page again and send it from there.")
        raise InvalidInput("missing_field", _("The form is not complete."), fix)
    return found


def _file(name: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
