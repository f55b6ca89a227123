"""Accreditations of clinics that end: withdrawn, or suspended for a time; what each touches is said."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.clinics import accreditation
from casework.clinics.accreditation import SuspendClinic
from casework.organisations import queries as organisations
from casework.organisations.queries import OrganisationLine
from casework.organisations.tables import OrganisationKind
from dashboard import addresses
from dashboard.cases.submitting import typed
from dashboard.forms import appointments as forms
from dashboard.notices import done
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Wrong, filled, read
from dashboard.routes import administration_pages as shown
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(prefix="/administration/organisations/{organisation_id:uuid}", dependencies=[Depends(signed_in)])


@router.post("/licences/{licence_id:uuid}/withdraw")
def withdraw(organisation_id: UUID, licence_id: UUID, visit: Signed, taken: Form) -> Response:
    line = _clinic(visit, organisation_id)
    licence = next((one for one in line.licences if one.id == licence_id), None)
    if licence is None:
        raise NotFound("licence", _("There is no such accreditation."), _("Open it from its clinic."))
    form = forms.withdraw_accreditation(organisation_id, licence_id, visit.today.isoformat(), licence.number)
    try:
        values = read(form, taken)
        visit.database.run(visit.actor, accreditation.withdraw, licence_id, values.day("on"), values.text("reason"))
    except Wrong as wrong:
        return _again(visit, organisation_id, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        return _again(visit, organisation_id, _said(form, taken, error), error.status)
    return go_to(done(addresses.organisation(organisation_id), "accreditation-withdrawn"))


@router.post("/suspensions")
def suspend(organisation_id: UUID, visit: Signed, taken: Form) -> Response:
    _clinic(visit, organisation_id)
    form = forms.suspend(organisation_id, visit.today.isoformat(), shown.programme_options(visit))
    try:
        values = read(form, taken)
        command = SuspendClinic(
            clinic_id=organisation_id,
            since=values.day("since"),
            until=values.days["until"],
            programme_id=values.text("programme"),
            reason=values.text("reason"),
        )
        visit.database.run(visit.actor, accreditation.suspend, command)
    except Wrong as wrong:
        return _again(visit, organisation_id, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        return _again(visit, organisation_id, _said(form, taken, error), error.status)
    return go_to(done(addresses.organisation(organisation_id), "clinic-suspended"))


@router.post("/suspensions/{suspension_id:uuid}/lift")
def lift(organisation_id: UUID, suspension_id: UUID, visit: Signed, taken: Form) -> Response:
    _clinic(visit, organisation_id)
    visit.database.run(visit.actor, accreditation.lift, suspension_id)
    return go_to(done(addresses.organisation(organisation_id), "suspension-lifted"))


def _clinic(visit: Visit, organisation_id: UUID) -> OrganisationLine:
    require(visit.role, Permission.MANAGE_ORGANISATIONS)
    with visit.database.read() as session:
        line = organisations.get(session, visit.actor, organisation_id)
    if line.organisation.kind is not OrganisationKind.CLINIC:
        raise NotFound("organisation", _("There is no such clinic."), _("Open it from the list."))
    return line


def _said(form: AskedForm, taken: Sent, error: InvalidInput | Conflict) -> AskedForm:
    said = _("{message} {fix}", message=error.message, fix=error.fix or "")
    return filled(form, typed(form, taken), error=said)


def _again(visit: Visit, organisation_id: UUID, form: AskedForm, status: int) -> Response:
    with visit.database.read() as session:
        line = organisations.get(session, visit.actor, organisation_id)
        return show(shown.organisation(session, visit, line, shown.licence_form(visit, line), form), status)
