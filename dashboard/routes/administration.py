"""Administration: who may sign in, the organisations and their licences, the watch lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts import queries as account_queries
from casework.accounts import service as accounts
from casework.accounts.rules import Permission, require
from casework.accounts.service import AddAccount
from casework.organisations import queries as organisation_queries
from casework.organisations import service as organisations
from casework.organisations.service import AddLicence, AddOrganisation
from casework.organisations.tables import LicencePurpose, OrganisationKind
from dashboard import addresses
from dashboard.forms import office
from dashboard.notices import done
from dashboard.pages.case import FormPage
from dashboard.paging import check_names, given, wanted
from dashboard.parts import Form as AskedForm
from dashboard.parts import Link
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes import administration_pages as shown
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_PURPOSES: Mapping[OrganisationKind, LicencePurpose] = {
    OrganisationKind.AGENCY: LicencePurpose.RECRUITMENT,
    OrganisationKind.CLINIC: LicencePurpose.MEDICAL,
    OrganisationKind.PROVIDER: LicencePurpose.TRAINING,
}
_FIELDS: Mapping[str, str] = {
    "invalid_email": "email",
    "account_exists": "email",
    "short_password": "password",
    "organisation_kind": "organisation",
    "organisation_exists": "code",
    "unknown_time_zone": "time_zone",
    "dates": "valid_until",
}


@router.get(addresses.USERS)
def users(request: Request, visit: Signed) -> Response:
    asked = given(request)
    check_names(asked)
    with visit.database.read() as session:
        return show(shown.users(session, visit, wanted(asked), asked))


@router.get(addresses.NEW_USER)
def new_user(visit: Signed) -> Response:
    require(visit.role, Permission.MANAGE_ACCOUNTS)
    with visit.database.read() as session:
        return show(_user_page(visit, shown.user_form(session)))


@router.post(addresses.NEW_USER)
def add_user(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MANAGE_ACCOUNTS)
    with visit.database.read() as session:
        form = shown.user_form(session)
    try:
        values = read(form, taken)
        command = AddAccount(
            email=values.text("email"),
            name=values.text("name"),
            title=values.text("title"),
            role=Role(values.text("role")),
            organisation=values.text("organisation"),
            password=values.text("password"),
        )
        try:
            visit.database.run(visit.actor, accounts.add, command)
        except (InvalidInput, Conflict, NotFound) as error:
            raise _wrong(form, values, error) from None
    except Wrong as wrong:
        return show(_user_page(visit, wrong.form), 422)
    return go_to(done(addresses.USERS, "user-added"))


@router.post("/administration/users/{user_id}/disable")
def disable(visit: Signed, taken: Form, user_id: UUID) -> Response:
    visit.database.run(visit.actor, accounts.disable, user_id)
    return go_to(done(addresses.USERS, "user-disabled"))


@router.post("/administration/users/{user_id}/enable")
def enable(visit: Signed, taken: Form, user_id: UUID) -> Response:
    visit.database.run(visit.actor, accounts.enable, user_id)
    return go_to(done(addresses.USERS, "user-enabled"))


@router.get("/administration/users/{user_id}/password")
def ask_password(visit: Signed, user_id: UUID) -> Response:
    return show(_password_page(visit, user_id, office.password(user_id)))


@router.post("/administration/users/{user_id}/password")
def set_password(visit: Signed, taken: Form, user_id: UUID) -> Response:
    """The sessions of the account end: whoever sets their own password signs in anew."""
    require(visit.role, Permission.MANAGE_ACCOUNTS)
    form = office.password(user_id)
    try:
        values = read(form, taken)
        try:
            visit.database.run(visit.actor, accounts.set_password, user_id, values.text("password"))
        except InvalidInput as error:
            raise _wrong(form, values, error) from None
    except Wrong as wrong:
        return show(_password_page(visit, user_id, wrong.form), 422)
    return go_to(done(addresses.USERS, "password-set"))


@router.get(addresses.ORGANISATIONS)
def organisation_list(request: Request, visit: Signed) -> Response:
    asked = given(request)
    check_names(asked)
    with visit.database.read() as session:
        return show(shown.organisation_list(session, visit, wanted(asked), asked))


@router.get(addresses.NEW_ORGANISATION)
def new_organisation(visit: Signed) -> Response:
    require(visit.role, Permission.MANAGE_ORGANISATIONS)
    with visit.database.read() as session:
        return show(_organisation_form_page(visit, shown.organisation_form(session)))


@router.post(addresses.NEW_ORGANISATION)
def add_organisation(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MANAGE_ORGANISATIONS)
    with visit.database.read() as session:
        form = shown.organisation_form(session)
    try:
        values = read(form, taken)
        _check_organisation(form, values)
        command = AddOrganisation(
            kind=OrganisationKind(values.text("kind")),
            code=values.text("code"),
            name=values.text("name"),
            country=values.text("country"),
            time_zone=values.text("time_zone") or "UTC",
            office=values.text("office"),
        )
        try:
            row = visit.database.run(visit.actor, organisations.add, command)
        except (InvalidInput, Conflict, NotFound) as error:
            raise _wrong(form, values, error) from None
    except Wrong as wrong:
        return show(_organisation_form_page(visit, wrong.form), 422)
    return go_to(done(addresses.organisation(row.id), "organisation-added"))


@router.get("/administration/organisations/{organisation_id}")
def organisation(visit: Signed, organisation_id: UUID) -> Response:
    with visit.database.read() as session:
        line = organisation_queries.get(session, visit.actor, organisation_id)
        return show(shown.organisation(session, visit, line, shown.licence_form(visit, line)))


@router.post("/administration/organisations/{organisation_id}/licences")
def add_licence(visit: Signed, taken: Form, organisation_id: UUID) -> Response:
    with visit.database.read() as session:
        line = organisation_queries.get(session, visit.actor, organisation_id)
        form, purpose = shown.licence_form(visit, line), _PURPOSES.get(line.organisation.kind)
        if form is None or purpose is None:
            raise InvalidInput(
                "organisation_kind", _("An office needs no licence."), _("Add it to an agency, clinic or provider.")
            )
        try:
            values = read(form, taken)
            command = AddLicence(
                organisation=line.organisation.code,
                purpose=purpose,
                number=values.text("number"),
                authority=values.text("authority"),
                valid_from=values.day("valid_from"),
                valid_until=values.day("valid_until"),
                programme_id=values.texts.get("programme", ""),
            )
            if command.valid_until < command.valid_from:
                raise Wrong(filled(form, values.texts, {"valid_until": _("the licence ends before it begins")}))
        except Wrong as wrong:
            return show(shown.organisation(session, visit, line, wrong.form), 422)
    visit.database.run(visit.actor, organisations.add_licence, command)
    return go_to(done(addresses.organisation(organisation_id), "licence-added"))


def _wrong(form: AskedForm, values: Values, error: PredepartureError) -> Wrong:
    """What a service found, at the field that it is about, or above the form."""
    said = _("{message} {fix}", message=error.message, fix=error.fix) if error.fix else error.message
    field = _FIELDS.get(error.code)
    if field in {one.name for one in form.fields}:
        return Wrong(filled(form, values.texts, {str(field): said}))
    return Wrong(filled(form, values.texts, error=said))


def _check_organisation(form: AskedForm, values: Values) -> None:
    errors: dict[str, Message] = {}
    is_office = values.text("kind") == OrganisationKind.OFFICE.value
    if is_office and not values.text("time_zone"):
        errors["time_zone"] = _("an office needs its time zone")
    if is_office and values.text("office"):
        errors["office"] = _("an office works with no other office; choose none")
    if not is_office and not values.text("office"):
        errors["office"] = _("choose the office it works with")
    if errors:
        raise Wrong(filled(form, values.texts, errors))


def _user_page(visit: Visit, form: AskedForm) -> FormPage:
    lead = _("Everybody has an account of their own, in one role, for one organisation.")
    return shown.form_page(visit, _("Add a user"), lead, form, Link(addresses.USERS, _("All users")))


def _password_page(visit: Visit, user_id: UUID, form: AskedForm) -> FormPage:
    with visit.database.read() as session:
        account = account_queries.get(session, visit.actor, user_id)
    heading = _("Set a password for {name}", name=account.name)
    lead = _("The sessions that are open under this account end.")
    fields = tuple(replace(field, label=_("New password")) for field in form.fields)
    return shown.form_page(visit, heading, lead, replace(form, fields=fields), Link(addresses.USERS, _("All users")))


def _organisation_form_page(visit: Visit, form: AskedForm) -> FormPage:
    lead = _(
        "Offices keep cases. Agencies hand batches in, clinics examine, providers train; each works with an office."
    )
    back = Link(addresses.ORGANISATIONS, _("All organisations"))
    return shown.form_page(visit, _("Add an organisation"), lead, form, back)
