"""The sessions of a case: choosing one, and what was attended before for the same country."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.orientation import earlier, enrolling, queries, rules
from casework.orientation.enrolling import Enrol
from casework.orientation.rules import ENROLMENT_WORDS, EnrolmentState
from dashboard import addresses, notices, orientation, words
from dashboard.cases.known import find
from dashboard.cases.portraits import portrait
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import sessions as forms
from dashboard.looking import look
from dashboard.orientation import in_words
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.parts import Fact, Link
from dashboard.parts import Form as AskedForm
from dashboard.posting import Wrong, filled, read
from dashboard.routes.courses import Refusals
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/sessions", dependencies=[Depends(signed_in)])

_CHOOSE = _("Choose a session")
_EARLIER = _("Count what was attended before")


@router.get("")
def ask_choose(case_id: UUID, visit: Signed) -> Response:
    """The sessions that a case may be enrolled in, and those it is or was on the list of."""
    require(visit.role, Permission.ENROL)
    case, _programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    return show(_choose_page(visit, case, _choose_form(visit, case)))


@router.post("")
def choose(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    case, _programme = find(visit, case_id)
    form = _choose_form(visit, case)
    try:
        shown = orientation.load(visit, read(form, taken).text("session"))
        command = Enrol(session_id=shown.row.id, case_ids=(case.id,))
        done = visit.database.run(visit.actor, enrolling.enrol, visit.installation.catalogue, command)
        if done.refused:
            raise done.refused[case.id]
    except Wrong as wrong:
        return show(_choose_page(visit, case, wrong.form), 422)
    except (*Refusals, NotFound) as error:
        again = filled(form, typed(form, taken), error=in_words(error))
        return show(_choose_page(visit, case, again), error.status)
    return go_to(notices.done(addresses.case(case.id), "enrolled"))


@router.get("/earlier")
def ask_earlier(case_id: UUID, visit: Signed) -> Response:
    """What was attended in earlier cases for the same country, before somebody asks for it to be counted."""
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    return show(_earlier_page(visit, case, forms.count_earlier(case.id, case.version)))


@router.post("/earlier")
def count_earlier(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    try:
        version = version_of(taken)
        visit.database.run(visit.actor, earlier.ask, visit.installation.catalogue, case_id, version)
    except Refusals as error:
        fresh, _programme = find(visit, case_id)
        form = replace(forms.count_earlier(case.id, fresh.version), error=in_words(error))
        return show(_earlier_page(visit, fresh, form), error.status)
    return go_to(notices.done(addresses.case(case.id), "earlier-asked"))


def _choose_form(visit: Visit, case: Case) -> AskedForm:
    with visit.database.read() as session:
        lines = queries.fitting(session, visit.actor, case, visit.database.now())
        stood = {row.id for one, row in queries.enrolment_of(session, case.id) if one.state is not EnrolmentState.LEFT}
    offered = () if is_ended(case.life) else tuple(line for line in lines if line.row.id not in stood)
    return forms.choose(case.id, case.version, tuple(orientation.choice(visit, line) for line in offered))


def _choose_page(visit: Visit, case: Case, form: AskedForm) -> FormPage:
    with visit.database.read() as session:
        stood = queries.enrolment_of(session, case.id)
        programme = programme_of(visit.installation.catalogue, case)
        before = earlier.proposals(session, programme, case, visit.today)
    facts = [
        Fact(
            orientation.when(visit, row.begins_at, row.ends_at),
            rules.ENDED_REASONS.get(one.reason) or ENROLMENT_WORDS[one.state],
            addresses.session(row.code),
        )
        for one, row in stood
    ]
    if before and visit.may(Permission.EDIT_CASES):
        count = _n("{count} module", "{count} modules", len(before))
        facts.append(Fact(_("Attended before for this country"), count, addresses.case(case.id, "sessions", "earlier")))
    if visit.may(Permission.RECORD_ORIENTATION):
        by_hand = _("Record attendance elsewhere")
        facts.append(Fact(_("Held without a session"), by_hand, addresses.case(case.id, "orientation")))
    lead = _("Sessions for the worker's programme and country, the next one first.")
    if not form.fields[0].options:
        lead = _("There is no session for the worker's programme and country yet.")
    return FormPage(
        base=visit.at(Place.CASES),
        heading=_CHOOSE,
        lead=lead,
        facts=tuple(facts),
        form=form,
        back=Link(addresses.case(case.id), case.reference),
        portrait=portrait(visit, case),
    )


def _earlier_page(visit: Visit, case: Case, form: AskedForm) -> FormPage:
    programme = programme_of(visit.installation.catalogue, case)
    with visit.database.read() as session:
        found = earlier.proposals(session, programme, case, visit.today)
    if not found and form.error is None:
        raise InvalidInput(
            "nothing_earlier",
            _("There is no earlier orientation for this country that may be counted."),
            _("Enrol the worker in a session."),
        )
    titles = {module.id: module.label for module in programme.curriculum}
    facts = tuple(
        Fact(
            titles[one.module],
            _("{day}, case {reference}", day=words.on(one.attended_on), reference=one.reference)
            if one.reference
            else words.on(one.attended_on),
        )
        for one in found
    )
    return FormPage(
        base=visit.at(Place.CASES),
        heading=_EARLIER,
        lead=_("Each module is asked for as a waiver; whom the programme names decides it."),
        facts=facts,
        form=form,
        back=Link(addresses.case(case.id, "sessions"), case.reference),
    )
