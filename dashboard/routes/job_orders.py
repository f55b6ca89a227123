"""``/recruitment``: job orders, asked for by agencies or the office and decided by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _, _n
from basis.money import Money
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.organisations.queries import agencies_of
from casework.recruitment import orders, queries
from casework.recruitment.orders import AskJobOrder, OrderContent
from casework.recruitment.queries import OrderFilter, OrderLine
from casework.recruitment.rules import OrderState, WagePer
from casework.recruitment.tables import JobOrder
from casework.work import Work
from checklists.programme import Programme
from dashboard import addresses, paging
from dashboard.cases.submitting import typed
from dashboard.exports import csv_file
from dashboard.forms import lists
from dashboard.forms import recruitment as forms
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.recruitment import JobOrderList
from dashboard.parts import Form as AskedForm
from dashboard.parts import Link, Tile
from dashboard.posting import Sent, Values, Wrong, filled, hidden, read
from dashboard.routes import job_order_pages as shown
from dashboard.routes.work import programmes, row_id
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_MOST = 10_000
_NEW = _("Ask for a job order")


@router.get(addresses.RECRUITMENT)
def job_orders(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_RECRUITMENT)
    said, page = paging.given(request), paging.wanted(paging.given(request))
    with visit.database.read() as session:
        form = _search(session, visit)
        lists.check_known(form, said)
        found, total = queries.listed(session, visit.actor, _asked(said), limit=page.size, offset=page.offset)
        waits = queries.waiting_count(session, visit.actor)
    rows = tuple(shown.row(visit, line) for line in found)
    waiting = said.get("show") == forms.WAITING
    address = addresses.query(addresses.RECRUITMENT, show="" if waiting else forms.WAITING)
    return show(
        JobOrderList(
            base=visit.at(Place.RECRUITMENT),
            summary=_n("{count} job order", "{count} job orders", total),
            acts=_acts(visit),
            tiles=(Tile(address, waits, _("wait for a decision"), selected=waiting),) if waits or waiting else (),
            chips=lists.chips(form, said),
            filters=filled(form, said),
            rows=rows,
            pager=paging.pager(addresses.RECRUITMENT, said, page, len(rows), total),
            files=(
                Link(addresses.query(addresses.JOB_ORDERS_FILE, **_filters(said)), _("As a table (CSV)")),
                Link(addresses.query(addresses.JOB_ORDERS_JSON, **_filters(said)), _("As JSON")),
            ),
        )
    )


@router.get(addresses.JOB_ORDERS_FILE)
def as_table(request: Request, visit: Signed) -> Response:
    found = [queries.order_json(line) for line in _all(request, visit)]
    return csv_file("job-orders.csv", found[0] if found else ("number",), [one.values() for one in found])


@router.get(addresses.JOB_ORDERS_JSON)
def as_json(request: Request, visit: Signed) -> Response:
    found = _all(request, visit)
    shape = [queries.order_json(line) for line in found]
    return JSONResponse({"schema": "predeparture.job-orders/1", "job_orders": shape})


@router.get(addresses.NEW_JOB_ORDER)
def ask_new(request: Request, visit: Signed) -> Response:
    """The programme first: its countries and the terms of its contracts hang on it."""
    require(visit.role, Permission.ASK_JOB_ORDERS)
    said = paging.given(request)
    form = forms.programme(programmes(visit))
    lists.check_known(form, said)
    if not said.get("programme"):
        return show(_page(visit, form))
    with visit.database.read() as session:
        return show(_page(visit, shown.new_form(session, visit, _programme(visit, said["programme"]))))


@router.post(addresses.NEW_JOB_ORDER)
def ask(request: Request, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ASK_JOB_ORDERS)
    programme = _programme(visit, paging.given(request).get("programme", ""))
    with visit.database.read() as session:
        form = shown.new_form(session, visit, programme)
    try:
        command = _command(visit, programme, read(form, taken))
        order = visit.database.run(visit.actor, orders.ask, visit.installation.catalogue, command)
    except Wrong as wrong:
        return show(_page(visit, wrong.form), 422)
    except (InvalidInput, Conflict, Refused) as error:
        return show(_page(visit, _said(form, taken, error)), error.status)
    return go_to(done(addresses.job_order(order.id), "job-order-asked"))


@router.get("/recruitment/orders/{order_id:uuid}")
def one(visit: Signed, order_id: UUID) -> Response:
    with visit.database.read() as session:
        return show(shown.one(session, visit, queries.line_of(session, visit.actor, order_id)))


@router.get("/recruitment/orders/{order_id:uuid}/change")
def ask_change(visit: Signed, order_id: UUID) -> Response:
    require(visit.role, Permission.ASK_JOB_ORDERS)
    with visit.database.read() as session:
        order = queries.find(session, visit.actor, order_id)
        return show(_change_page(visit, order, _change_form(session, visit, order)))


@router.post("/recruitment/orders/{order_id:uuid}/change")
def change(visit: Signed, order_id: UUID, taken: Form) -> Response:
    require(visit.role, Permission.ASK_JOB_ORDERS)
    with visit.database.read() as session:
        order = queries.find(session, visit.actor, order_id)
        form = _change_form(session, visit, order)
    try:
        content, version = _content(read(form, taken)), _version(taken)
        visit.database.run(visit.actor, orders.ask_change, visit.installation.catalogue, order_id, content, version)
    except Wrong as wrong:
        return show(_change_page(visit, order, wrong.form), 422)
    except (InvalidInput, Conflict) as error:
        return show(_change_page(visit, order, _said(form, taken, error)), error.status)
    return go_to(done(addresses.job_order(order_id), "job-order-change-asked"))


@router.post("/recruitment/orders/{order_id:uuid}/approve")
def approve(visit: Signed, order_id: UUID, taken: Form) -> Response:
    catalogue = visit.installation.catalogue
    return _act(
        visit, order_id, taken, "approve", "job-order-approved",
        lambda work, _values, version: orders.approve(work, catalogue, order_id, version),
    )  # fmt: skip


@router.post("/recruitment/orders/{order_id:uuid}/refuse")
def refuse(visit: Signed, order_id: UUID, taken: Form) -> Response:
    return _act(
        visit, order_id, taken, "refuse", "job-order-refused",
        lambda work, values, version: orders.refuse(work, order_id, values.text("reason"), version),
    )  # fmt: skip


@router.post("/recruitment/orders/{order_id:uuid}/suspend")
def suspend(visit: Signed, order_id: UUID, taken: Form) -> Response:
    return _act(
        visit, order_id, taken, "suspend-order", "job-order-suspended",
        lambda work, values, version: orders.suspend(work, order_id, values.text("reason"), version),
    )  # fmt: skip


@router.post("/recruitment/orders/{order_id:uuid}/resume")
def resume(visit: Signed, order_id: UUID, taken: Form) -> Response:
    return _act(
        visit, order_id, taken, "resume-order", "job-order-resumed",
        lambda work, _values, version: orders.resume(work, order_id, version),
    )  # fmt: skip


@router.post("/recruitment/orders/{order_id:uuid}/close")
def close(visit: Signed, order_id: UUID, taken: Form) -> Response:
    return _act(
        visit, order_id, taken, "close-order", "job-order-closed",
        lambda work, values, version: orders.close(work, order_id, values.text("reason"), version),
    )  # fmt: skip


def _act(
    visit: Visit, order_id: UUID, taken: Sent, form_id: str, notice: str, act: Callable[[Work, Values, int], object]
) -> Response:
    """One of the short forms of the page: read it as it is offered to this reader, act, and say so."""
    with visit.database.read() as session:
        line = queries.line_of(session, visit.actor, order_id)
        offered = shown.one(session, visit, line).forms
    form = next((form for form in offered if form.id == form_id), None)
    version = _version(taken)
    if form is None:
        # Not offered any more, or never to this reader: the service says why.
        visit.database.run(visit.actor, lambda work: act(work, _nothing(taken), version))
        return go_to(done(addresses.job_order(order_id), notice))
    try:
        values = read(form, taken)
        visit.database.run(visit.actor, lambda work: act(work, values, version))
    except Wrong as wrong:
        return _again(visit, order_id, wrong.form, 422)
    except (InvalidInput, Conflict, Refused) as error:
        return _again(visit, order_id, _said(form, taken, error), error.status)
    return go_to(done(addresses.job_order(order_id), notice))


def _nothing(taken: Sent) -> Values:
    given = taken.get("reason", ("",))[0]
    return Values({"reason": given if isinstance(given, str) else ""}, {}, {}, {}, {})


def _again(visit: Visit, order_id: UUID, form: AskedForm, status: int) -> Response:
    with visit.database.read() as session:
        line = queries.line_of(session, visit.actor, order_id)
        return show(shown.one(session, visit, line, form), status)


def _said(form: AskedForm, taken: Sent, error: InvalidInput | Conflict | Refused) -> AskedForm:
    said = _("{message} {fix}", message=error.message, fix=error.fix or "")
    return filled(form, typed(form, taken), error=said)


def _version(taken: Sent) -> int:
    text = hidden(taken, "version")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput("missing_field", _("The form is not complete."), _("Open the page again."))
    return int(text)


def _acts(visit: Visit) -> tuple[Link, ...]:
    links = []
    if visit.may(Permission.ASK_JOB_ORDERS):
        links.append(Link(addresses.NEW_JOB_ORDER, _NEW, primary=True))
    if visit.role is Role.AGENCY_USER:
        links.append(Link(addresses.agency(visit.organisation.id), _("Record of the agency")))
    elif visit.role is not Role.EMPLOYER_USER:
        links.append(Link(addresses.AGENCIES, _("Agencies")))
    return tuple(links)


def _search(session: Session, visit: Visit) -> AskedForm:
    office_id = shown.office_of(visit)
    inside = visit.role not in {Role.AGENCY_USER, Role.EMPLOYER_USER}
    return forms.search(
        programmes(visit),
        shown.options(agencies_of(session, office_id)) if inside else (),
        shown.options(queries.employers_of(session, office_id)) if visit.role is not Role.EMPLOYER_USER else (),
    )


def _asked(said: dict[str, str]) -> OrderFilter:
    part = said.get("show", "")
    return OrderFilter(
        state=OrderState(part) if part and part != forms.WAITING else None,
        programme_id=said.get("programme", ""),
        agency_id=row_id(said.get("agency", "")),
        employer_id=row_id(said.get("employer", "")),
        waiting=part == forms.WAITING,
    )


def _filters(said: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if name != "page"}


def _all(request: Request, visit: Visit) -> list[OrderLine]:
    require(visit.role, Permission.SEE_RECRUITMENT)
    said = paging.given(request)
    with visit.database.read() as session:
        lists.check_known(_search(session, visit), said)
        return queries.listed(session, visit.actor, _asked(said), limit=_MOST)[0]


def _programme(visit: Visit, programme_id: str) -> Programme:
    return visit.installation.catalogue.get(programme_id, on=visit.today)


def _page(visit: Visit, form: AskedForm) -> FormPage:
    back = Link(addresses.RECRUITMENT, _("Job orders"))
    lead = _("A supervisor of the office decides. Until then no worker can be brought for it.")
    return FormPage(base=visit.at(Place.RECRUITMENT), heading=_NEW, lead=lead, facts=(), form=form, back=back)


def _change_page(visit: Visit, order: JobOrder, form: AskedForm) -> FormPage:
    back = Link(addresses.job_order(order.id), _("Job order {number}", number=order.number))
    lead = _("What is in force goes on until a supervisor who did not ask for the change has approved it.")
    heading = _("Ask for a change")
    return FormPage(base=visit.at(Place.RECRUITMENT), heading=heading, lead=lead, facts=(), form=form, back=back)


def _change_form(session: Session, visit: Visit, order: JobOrder) -> AskedForm:
    """Filled with what was asked for last."""
    last = queries.versions(session, order.id)[0]
    content = OrderContent.model_validate(last.content, strict=False)
    terms = _programme(visit, order.programme_id).contract_terms
    return forms.change(order.id, order.version, terms, content.wage.currency, shown.values(content))


def _command(visit: Visit, programme: Programme, values: Values) -> AskJobOrder:
    own = visit.role is Role.AGENCY_USER
    chosen = str(visit.organisation.id) if own else values.texts.get("agency", forms.OFFICE)
    return AskJobOrder(
        number=values.text("number"),
        agency_id=None if chosen == forms.OFFICE else UUID(chosen),
        employer_id=UUID(values.text("employer")),
        programme=programme.id,
        occupation=values.text("occupation"),
        destination=values.text("destination"),
        content=_content(values),
    )


def _content(values: Values) -> OrderContent:
    return OrderContent(
        title=values.text("title"),
        headcount=values.number("headcount"),
        wage=Money.parse(values.text("wage"), values.text("currency").upper()),
        wage_per=WagePer(values.text("per")),
        weekly_hours=values.numbers["weekly_hours"],
        terms={term: text for name, text in values.texts.items() if (term := forms.term_of(name)) and text},
        valid_from=values.day("since"),
        valid_until=values.day("until"),
    )
