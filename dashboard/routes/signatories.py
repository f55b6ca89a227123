"""``/signatories``: who is printed as responsible on what the office issues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.certificates.rules import KIND_WORDS
from casework.organisations import service as organisations
from casework.organisations.tables import Organisation, OrganisationKind
from casework.signatories import rules, service
from casework.signatories.rules import State
from casework.signatories.service import AddSignatory
from casework.signatories.tables import Signatory
from dashboard import addresses, words
from dashboard.forms import handing as forms
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.handing import SignatoryList, SignatoryRow
from dashboard.parts import Badge, Link, Option, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_STATES: Mapping[State, Badge] = {
    State.BEGINS: Badge(Tone.WAIT, _("not yet")),
    State.HOLDS: Badge(Tone.DONE, _("answers for them")),
    State.ENDED: Badge(Tone.IDLE, _("ended")),
}
_FIELDS: Mapping[str, str] = {"dates": "valid_until", "owner": "account"}


@router.get(addresses.SIGNATORIES)
def listed(visit: Signed) -> Response:
    with visit.database.read() as session:
        return show(_page(session, visit, _form(session, visit)))


@router.post(addresses.SIGNATORIES)
def add(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MANAGE_SIGNATORIES)
    with visit.database.read() as session:
        form = _form(session, visit)
        office = visit.organisation
        try:
            values = read(form or forms.signatory((), (), ""), taken)
            if "office" in values.texts:
                office = organisations.by_code(session, values.text("office"), OrganisationKind.OFFICE)
        except Wrong as wrong:
            return show(_page(session, visit, wrong.form), 422)
    try:
        visit.database.run(visit.actor, service.add, _command(values, office))
    except (InvalidInput, NotFound) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        field = _FIELDS.get(error.code)
        with visit.database.read() as session:
            form = _form(session, visit) or forms.signatory((), (), "")
            typed = {**values.texts, "kinds": " ".join(values.many["kinds"])}
            again = filled(form, typed, {field: said}) if field else filled(form, typed, error=said)
            return show(_page(session, visit, again), 422)
    return go_to(done(addresses.SIGNATORIES, "signatory-added"))


@router.post("/signatories/{signatory_id:uuid}/end")
def end(visit: Signed, taken: Form, signatory_id: UUID) -> Response:
    visit.database.run(visit.actor, service.end, signatory_id, visit.today)
    return go_to(done(addresses.SIGNATORIES, "signatory-ended"))


def _command(values: Values, office: Organisation) -> AddSignatory:
    return AddSignatory(
        office_id=office.id,
        account=values.text("account"),
        name=values.text("name"),
        title=values.text("title"),
        kinds=values.many["kinds"],
        valid_from=values.day("valid_from"),
        valid_until=values.days["valid_until"],
    )


def _form(session: Session, visit: Visit) -> AskedForm | None:
    """For those who may name somebody; an administrator says for which office, where there are several."""
    if not visit.may(Permission.MANAGE_SIGNATORIES):
        return None
    offices = organisations.listed(session, OrganisationKind.OFFICE)
    others = len(offices) > 1 and visit.may(Permission.MANAGE_ORGANISATIONS)
    chosen = offices if others else [visit.organisation]
    accounts = tuple(
        Option(row.email, _("{name} ({office})", name=row.name, office=office.code) if others else row.name)
        for office in chosen
        for row in service.choices(session, office.id)
    )
    named = tuple(Option(office.code, office.name) for office in offices) if others else ()
    return forms.signatory(accounts, named, visit.today.isoformat())


def _page(session: Session, visit: Visit, form: AskedForm | None) -> SignatoryList:
    found = service.listed(session, visit.actor)
    holding = sum(rules.state_on(row, visit.today) is State.HOLDS for row, _office in found)
    register = visit.may(Permission.SEE_REGISTER)
    return SignatoryList(
        base=visit.at(Place.DOCUMENTS if register else Place.ADMINISTRATION),
        back=Link(addresses.DOCUMENTS, _("All documents")) if register else Link(addresses.USERS, _("Administration")),
        summary=_n(
            "{count} person answers for documents today. Where nobody is named, who decided is printed.",
            "{count} people answer for documents today. Where nobody is named, who decided is printed.",
            holding,
        ),
        rows=tuple(_row(visit, row, office) for row, office in found),
        form=form,
    )


def _row(visit: Visit, row: Signatory, office: Organisation) -> SignatoryRow:
    state = rules.state_on(row, visit.today)
    may_end = visit.may(Permission.MANAGE_SIGNATORIES) and state is not State.ENDED and row.valid_until != visit.today
    return SignatoryRow(
        name=row.name,
        title=row.title,
        office=office.name,
        kinds=", ".join(str(KIND_WORDS[kind]) for kind in row.kinds),
        term=_term(row.valid_from, row.valid_until),
        status=_STATES[state],
        end=forms.end_signatory(row.id, row.name) if may_end else None,
    )


def _term(first: date, last: date | None) -> Text:
    if last is None:
        return _("since {first}", first=words.on(first))
    return _("{first} to {last}", first=words.on(first), last=words.on(last))
