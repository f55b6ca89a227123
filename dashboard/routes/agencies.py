"""``/recruitment/agencies``: what agencies are permitted, and what their work came to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.money import Money
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.organisations.tables import Organisation
from casework.recruitment import agencies, scorecard
from casework.recruitment.agencies import AddPrincipal, SuspendAgency
from casework.work import Work
from dashboard import addresses, paging
from dashboard.cases.submitting import typed
from dashboard.exports import csv_file
from dashboard.forms import recruitment as forms
from dashboard.notices import done
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.routes import agency_pages as shown
from dashboard.routes.work import programmes
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get(addresses.AGENCIES)
def agency_list(visit: Signed) -> Response:
    require(visit.role, Permission.SEE_RECRUITMENT)
    if visit.role in {Role.AGENCY_USER, Role.EMPLOYER_USER}:
        raise Refused("role", _("This list is for the office."), _("Open the record of your own agency."))
    with visit.database.read() as session:
        return show(shown.agency_list(session, visit))


@router.get("/recruitment/agencies/{agency_id:uuid}")
def record(request: Request, visit: Signed, agency_id: UUID) -> Response:
    agency = _agency(visit, agency_id)
    period = shown.chosen_period(visit, agency, paging.given(request))
    with visit.database.read() as session:
        return show(shown.record(session, visit, agency, period))


@router.get("/recruitment/agencies/{agency_id:uuid}/scorecard.csv")
def as_table(request: Request, visit: Signed, agency_id: UUID) -> Response:
    agency = _agency(visit, agency_id)
    period = shown.chosen_period(visit, agency, paging.given(request))
    own = visit.role is Role.AGENCY_USER
    with visit.database.read() as session:
        found = scorecard.scores(session, agency, period, visit.today, own=own)
    header = (_("Agency"), _("From"), _("Until"), _("Figure"), _("Number"), _("Of"), _("What it counts"))
    days = (period.since.isoformat(), period.until.isoformat())
    rows = [
        (
            agency.code,
            *days,
            scorecard.LABELS[one.figure],
            shown.value_of(one) if one.value is None else one.value,
            "" if one.of is None else one.of,
            scorecard.DEFINITIONS[one.figure],
        )
        for one in found
    ]
    return csv_file(f"{agency.code.lower()}-scorecard.csv", header, rows)


@router.post("/recruitment/agencies/{agency_id:uuid}/suspend")
def suspend(visit: Signed, agency_id: UUID, taken: Form) -> Response:
    def act(work: Work, values: Values) -> None:
        command = SuspendAgency(
            agency_id=agency_id,
            since=values.day("since"),
            until=values.days["until"],
            programme_id=values.text("programme"),
            reason=values.text("reason"),
            authority=values.text("authority"),
        )
        agencies.suspend(work, visit.installation.catalogue, command)

    form = forms.suspend(agency_id, visit.today.isoformat(), programmes(visit))
    return _do(visit, agency_id, taken, form, act, "agency-suspended")


@router.post("/recruitment/agencies/{agency_id:uuid}/suspensions/{row_id:uuid}/lift")
def lift(visit: Signed, agency_id: UUID, row_id: UUID, taken: Form) -> Response:
    form = forms.lift(agency_id, row_id)
    return _do(visit, agency_id, taken, form, lambda work, _values: agencies.lift(work, row_id), "suspension-lifted")


@router.post("/recruitment/agencies/{agency_id:uuid}/principals")
def accredit(visit: Signed, agency_id: UUID, taken: Form) -> Response:
    def act(work: Work, values: Values) -> None:
        command = AddPrincipal(
            agency_id=agency_id,
            employer_id=UUID(values.text("employer")),
            number=values.text("number"),
            authority=values.text("authority"),
            valid_from=values.day("since"),
            valid_until=values.day("until"),
            programme_id=values.text("programme"),
        )
        agencies.accredit(work, visit.installation.catalogue, command)

    agency = _agency(visit, agency_id)
    with visit.database.read() as session:
        employers = shown.employer_options(session, agency)
    form = forms.accredit(agency_id, employers, programmes(visit), visit.today.isoformat())
    return _do(visit, agency_id, taken, form, act, "principal-accredited")


@router.post("/recruitment/agencies/{agency_id:uuid}/principals/{row_id:uuid}/withdraw")
def withdraw(visit: Signed, agency_id: UUID, row_id: UUID, taken: Form) -> Response:
    def act(work: Work, values: Values) -> None:
        agencies.withdraw_principal(work, row_id, values.day("on"), values.text("reason"))

    form = forms.withdraw_principal(agency_id, row_id, visit.today.isoformat(), "")
    return _do(visit, agency_id, taken, form, act, "principal-withdrawn")


@router.post("/recruitment/agencies/{agency_id:uuid}/licences/{row_id:uuid}/revoke")
def revoke(visit: Signed, agency_id: UUID, row_id: UUID, taken: Form) -> Response:
    def act(work: Work, values: Values) -> None:
        agencies.revoke_licence(work, row_id, values.day("on"), values.text("reason"))

    form = forms.revoke(agency_id, row_id, visit.today.isoformat(), "")
    return _do(visit, agency_id, taken, form, act, "licence-revoked")


@router.post("/recruitment/agencies/{agency_id:uuid}/licences/{row_id:uuid}/guarantee")
def guarantee(visit: Signed, agency_id: UUID, row_id: UUID, taken: Form) -> Response:
    def act(work: Work, values: Values) -> None:
        amount = Money.parse(values.text("amount"), values.text("currency").upper())
        agencies.keep_guarantee(work, row_id, amount, values.text("bank"), values.day("until"))

    return _do(visit, agency_id, taken, forms.guarantee(agency_id, row_id, ""), act, "guarantee-kept")


def _agency(visit: Visit, agency_id: UUID) -> Organisation:
    """An agency that the reader may know of: its own, or one of the office."""
    require(visit.role, Permission.SEE_RECRUITMENT)
    with visit.database.read() as session:
        agency = agencies.known_agency(session, visit.actor, agency_id)
    if agency is None:
        raise NotFound("agency", _("There is no such agency, or it is not one of yours."), _("Open it from the list."))
    return agency


def _do(
    visit: Visit, agency_id: UUID, taken: Sent, form: AskedForm, act: Callable[[Work, Values], object], notice: str
) -> Response:
    """Read a form of the record, act, and show the record again."""
    agency = _agency(visit, agency_id)
    require(visit.role, Permission.MANAGE_RECRUITMENT)
    try:
        values = read(form, taken)
        visit.database.run(visit.actor, act, values)
    except Wrong as wrong:
        return _again(visit, agency, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return _again(visit, agency, filled(form, typed(form, taken), error=said), error.status)
    return go_to(done(addresses.agency(agency_id), notice))


def _again(visit: Visit, agency: Organisation, form: AskedForm, status: int) -> Response:
    with visit.database.read() as session:
        return show(shown.record(session, visit, agency, shown.chosen_period(visit, agency, {}), form), status)
