"""``/work``: what waits for the reader, the greatest risk to a departure first."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases import queries
from casework.cases.queries import Queue, QueueFilter, Show
from casework.clinics import queries as expected
from casework.clinics.queries import Show as Expected
from casework.complaints import queries as complaints
from casework.concessions import queries as concessions
from casework.concessions.rules import ConcessionState
from casework.costs import queries as costs
from casework.custody import queries as originals
from casework.decisions import queries as decisions
from casework.decisions.queries import Show as Appealed
from casework.diary import notices
from casework.entitlements import queries as entitlements
from casework.loans import waiting as loans
from casework.loans.waiting import Waiting
from casework.qualifications import queries as recognitions
from casework.recruitment import queries as job_orders
from casework.repayments import queries as repayments
from casework.security import hits as possible
from casework.travel import lists as journeys
from dashboard import addresses, paging
from dashboard.cases import lists as lines
from dashboard.forms import lists
from dashboard.forms.case import Options
from dashboard.forms.portfolio import WAITING
from dashboard.pages.base import Place
from dashboard.pages.work import MyWork
from dashboard.parts import Option, Tile
from dashboard.posting import filled
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

MINE = "me"
_ENTITLED = (
    (Permission.APPROVE_ENTITLEMENTS, entitlements.Show.TO_APPROVE, _("entitlements to approve")),
    (Permission.APPROVE_ENTITLEMENTS, entitlements.Show.RECLAIMS, _("reclaims to confirm")),
    (Permission.PAY_ENTITLEMENTS, entitlements.Show.TO_PAY, _("entitlements to pay")),
)
_LENDS = {Waiting.TO_DECIDE: Permission.SEE_LOANS, Waiting.TO_FORGIVE: Permission.FORGIVE_LOANS}
_EMPTY = {
    "": _("Nothing waits for you. New cases come in with the next batch."),
    Show.OVERDUE: _("Nothing is overdue."),
    Show.TODAY: _("Nothing is due today."),
    Show.WEEK: _("Nothing is due in the next seven days."),
    Show.WAITING: _("Nothing waits for others."),
    Show.UNASSIGNED: _("Every case has an owner."),
    Show.STUCK: _("Nothing is stuck."),
}


@router.get(addresses.WORK)
def my_work(request: Request, visit: Signed) -> Response:
    given = dict(request.query_params)
    page = paging.wanted(given)
    with visit.database.read() as session:
        form = lists.work(programmes(visit), agencies(session, visit), people(session, visit))
        lists.check_known(form, given)
        asked = QueueFilter(
            show=Show(given["show"]) if given.get("show") else None,
            programme=given.get("programme", ""),
            agency=row_id(given.get("agency", "")),
            owner=owner(visit, given.get("owner", "")),
        )
        found = queries.queue(session, visit.actor, asked, visit.today, offset=page.offset, limit=page.size)
        answers = _answers(session, visit)
    rows = tuple(lines.queue_row(line, visit.installation.catalogue, visit.role, visit.today) for line in found.lines)
    return show(
        MyWork(
            base=visit.at(Place.WORK),
            summary=_summary(visit, found),
            tiles=(*_tiles(found, given), *answers),
            chips=lists.chips(form, given),
            filters=filled(form, given),
            rows=rows,
            pager=paging.pager(addresses.WORK, given, page, len(rows), found.total),
            empty=_EMPTY[given.get("show", "")],
        )
    )


def programmes(visit: Visit) -> Options:
    return tuple(Option(programme.id, programme.label) for programme in visit.installation.catalogue.latest())


def agencies(session: Session, visit: Visit) -> Options:
    return tuple(Option(str(row.id), row.name) for row in queries.agencies(session, visit.actor))


def people(session: Session, visit: Visit) -> Options:
    """Whose work: the reader's own first, where the reader can own cases."""
    if visit.role is Role.AGENCY_USER:
        return ()
    mine = (Option(MINE, _("my own")),) if visit.role in {Role.CASEWORKER, Role.SUPERVISOR} else ()
    others = queries.owners(session, visit.organisation.id)
    return (*mine, *(Option(str(row.id), row.name) for row in others if row.id != visit.account.id))


def owner(visit: Visit, given: str) -> UUID | None:
    return visit.account.id if given == MINE else row_id(given)


def row_id(text: str) -> UUID | None:
    """An id of the address; None where none is given. Raises `InvalidInput` (``unknown_filter``)."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidInput(
            "unknown_filter", _("The filter names something that does not exist."), _("Choose it from the list.")
        ) from None


def _summary(visit: Visit, found: Queue) -> Message:
    if visit.role is Role.AGENCY_USER:
        return _n(
            "{count} case in which you, the worker or the employer must do something next",
            "{count} cases in which you, the worker or the employer must do something next",
            found.total,
        )
    return _n(
        "{count} open case, sorted by risk to the planned departure",
        "{count} open cases, sorted by risk to the planned departure",
        found.total,
    )


def _answers(session: Session, visit: Visit) -> list[Tile]:
    """What waits for an answer of this role besides the cases' own tasks, where there is any."""
    tiles = []
    if visit.may(Permission.ADJUDICATE):
        waiting = possible.waiting_for(session, visit.actor, visit.today)
        tiles.append(Tile(addresses.HITS, waiting, _("possible matches")))
    if visit.may(Permission.GRANT_WAIVERS):
        _lines, wishes = concessions.listed(session, visit.actor, ConcessionState.REQUESTED, limit=0)
        address = addresses.query(addresses.CONCESSIONS, show=ConcessionState.REQUESTED)
        tiles.append(Tile(address, wishes, _("waivers asked for")))
    if visit.may(Permission.DECIDE_APPEALS):
        _found, appeals = decisions.listed(session, visit.actor, Appealed.APPEALED, limit=0)
        tiles.append(Tile(addresses.query(addresses.DECISIONS, show=Appealed.APPEALED), appeals, _("appeals")))
    if visit.may(Permission.EDIT_CASES):
        stopped = queries.count_suspended(session, visit.actor, visit.today)
        address = addresses.query(addresses.CASES, flag=lists.AGENCY_SUSPENDED)
        tiles.append(Tile(address, stopped, _("cases of suspended agencies"), late=True))
        orderless = queries.count_without_order(session, visit.actor)
        address = addresses.query(addresses.CASES, flag=lists.WITHOUT_ORDER)
        tiles.append(Tile(address, orderless, _("cases without a job order"), late=True))
    if visit.may(Permission.MANAGE_RECRUITMENT):
        asked = job_orders.waiting_count(session, visit.actor)
        tiles.append(Tile(addresses.query(addresses.RECRUITMENT, show="waiting"), asked, _("job orders to decide")))
    if visit.may(Permission.SEE_ORIGINALS):
        late = originals.count(session, visit.actor, originals.Show.OVERDUE, visit.today)
        address = addresses.query(addresses.ORIGINALS, show=originals.Show.OVERDUE)
        tiles.append(Tile(address, late, _("originals overdue"), late=True))
    if visit.may(Permission.RESOLVE_FEES):
        fees = costs.count(session, visit.actor, costs.Show.OPEN)
        tiles.append(Tile(addresses.COST_ALERTS, fees, _("fees to resolve"), late=True))
    if visit.may(Permission.HANDLE_COMPLAINTS):
        unanswered = complaints.count(session, visit.actor, complaints.Show.OVERDUE, visit.today)
        address = addresses.query(addresses.COMPLAINTS, show=complaints.Show.OVERDUE)
        tiles.append(Tile(address, unanswered, _("complaints overdue"), late=True))
        added = complaints.count(session, visit.actor, complaints.Show.ADDED, visit.today)
        address = addresses.query(addresses.COMPLAINTS, show=complaints.Show.ADDED)
        tiles.append(Tile(address, added, _("closed complaints with something new")))
    if visit.may(Permission.RECORD_QUALIFICATIONS):
        slow = recognitions.count(session, visit.actor, recognitions.Show.OVERDUE, visit.today)
        address = addresses.query(addresses.RECOGNITIONS, show=recognitions.Show.OVERDUE)
        tiles.append(Tile(address, slow, _("recognitions overdue"), late=True))
    if visit.may(Permission.BOOK_APPOINTMENTS):
        untold = notices.count_workers(session, visit.actor, visit.database.now())
        tiles.append(Tile(addresses.REMINDERS, untold, _("workers to be told")))
    if visit.may(Permission.BOOK_APPOINTMENTS):
        for part, said in ((Expected.MISSED, _("appointments missed")), (Expected.DOUBTFUL, _("appointments to move"))):
            number = expected.count(session, visit.actor, part, visit.today)
            address = addresses.query(addresses.APPOINTMENTS, show=part.value)
            tiles.append(Tile(address, number, said, late=part is Expected.DOUBTFUL))
    return [tile for tile in (*tiles, *_under_way(session, visit)) if tile.number]


def _under_way(session: Session, visit: Visit) -> Iterator[Tile]:
    """Journeys that nobody has confirmed, loans and their payments that wait, and what the programme pays."""
    if visit.may(Permission.RECORD_TRAVEL):
        gone = journeys.count(session, visit.actor, journeys.Show.UNCONFIRMED, visit.today)
        address = addresses.query(addresses.JOURNEYS, show=journeys.Show.UNCONFIRMED)
        yield Tile(address, gone, _("journeys not confirmed"), late=True)
    for waiting, said in WAITING.items():
        if visit.may(_LENDS.get(waiting, Permission.KEEP_LOANS)):
            number = loans.count(session, visit.actor, visit.installation.catalogue, waiting)
            late = waiting in (Waiting.NO_JOURNEY, Waiting.DIED)
            yield Tile(addresses.query(addresses.LOANS, waiting=waiting), number, said, late=late)
    if visit.may(Permission.KEEP_LOANS):
        unmatched = repayments.count_waiting(session, visit.actor)
        yield Tile(addresses.LOAN_PAYMENTS, unmatched, _("payments to match"))
    for permission, part, said in _ENTITLED:
        if visit.may(permission):
            number = entitlements.count(session, visit.actor, part)
            yield Tile(addresses.query(addresses.ENTITLEMENTS, show=part), number, said)


def _tiles(found: Queue, given: dict[str, str]) -> tuple[Tile, ...]:
    others = {name: value for name, value in given.items() if name not in ("show", "page")}
    tiles = []
    for code, label in lists.SHOW:
        chosen = given.get("show") == code
        address = addresses.query(addresses.WORK, **others, show="" if chosen else code)
        number = found.sizes[Show(code)]
        tiles.append(Tile(address, number, label, selected=chosen, late=code == Show.OVERDUE and number > 0))
    return tuple(tiles)
