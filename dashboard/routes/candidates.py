"""Candidates for job orders: for an employer those put forward to it, for an office those of its cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, PredepartureError
from basis.isco import numbered
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.contracts.queries import of_order
from casework.contracts.rules import Terms
from casework.recruitment import queries as orders
from casework.recruitment.queries import OrderLine
from casework.selection import queries, service
from casework.selection.queries import Candidate
from casework.selection.rules import Act, Criteria, InterviewResult, may
from casework.selection.service import BY_WORKER, Accept, Invite, MakeOffer
from checklists.programme import Programme
from dashboard import addresses, selecting, words
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import contracts as contract_forms
from dashboard.forms import selection as forms
from dashboard.looking import look
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.selection import CandidatePage, CandidateRow, CandidatesPage
from dashboard.paging import check_names, given, pager, wanted
from dashboard.parts import Fact, Link
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes.courses import clock
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(prefix="/recruitment", dependencies=[Depends(signed_in)])
_ENDING: Final = {act.value.replace("_", "-"): act for act in (Act.REJECT, Act.TAKE_BACK, Act.DECLINE, Act.WITHDRAW)}


@router.get("/orders/{order_id:uuid}/candidates")
def listed(request: Request, order_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    return show(_list_page(request, visit, order_id))


@router.post("/orders/{order_id:uuid}/candidates/criteria")
def set_criteria(request: Request, order_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    form = forms.criteria(order_id, Criteria())
    try:
        values = read(form, taken)
        asked = Criteria(
            values.text("language"), values.text("level"), values.numbers["experience"] or 0, values.text("licence")
        )
        visit.database.run(visit.actor, service.set_criteria, order_id, asked)
    except (Wrong, InvalidInput) as wrong:
        again = wrong.form if isinstance(wrong, Wrong) else filled(form, typed(form, taken), error=_in_words(wrong))
        return show(replace(_list_page(request, visit, order_id), criteria=again), 422)
    return go_to(done(addresses.candidates(order_id), "criteria-set"))


@router.get("/candidates/{application_id:uuid}")
def one(application_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    found, programme, held_out = _known(visit, application_id)
    look(visit, "candidate.viewed", f"application/{application_id}", found.line.application.case_id)
    return show(_page(visit, found, programme, held_out))


@router.post("/candidates/{application_id:uuid}/invite")
def invite(application_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        at = datetime.combine(values.day("day"), clock(values.text("time")), visit.zone)
        place = values.text("place")
        command = Invite(application_id=application_id, starts_at=at, place=place, online=not place)
        visit.database.run(visit.actor, service.invite, command, version)
        return "interview-fixed"

    return _submit(visit, application_id, taken, forms.invite(application_id, 0), act)


@router.post("/candidates/{application_id:uuid}/hold")
def hold(application_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        result = InterviewResult(values.text("result"))
        visit.database.run(visit.actor, service.hold, application_id, result, version)
        return "interview-held"

    return _submit(visit, application_id, taken, forms.hold(application_id, 0), act)


@router.get("/candidates/{application_id:uuid}/offer")
def ask_for_offer(application_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    found, programme, held_out = _known(visit, application_id)
    return show(_offer_page(visit, found, _offer_form(found, programme, held_out)))


@router.post("/candidates/{application_id:uuid}/offer")
def offer(application_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    found, programme, held_out = _known(visit, application_id)
    form = _offer_form(found, programme, held_out)
    try:
        values = read(form, taken)
        made = MakeOffer(
            application_id=application_id,
            terms=contract_forms.terms_of(values),
            answer_by=values.day("answer_by"),
        )
        catalogue = visit.installation.catalogue
        visit.database.run(visit.actor, service.offer, catalogue, made, version_of(taken))
    except Wrong as wrong:
        return show(_offer_page(visit, found, wrong.form), 422)
    except PredepartureError as error:
        again = filled(form, typed(form, taken), error=_in_words(error))
        return show(_offer_page(visit, found, again), error.status)
    return go_to(done(addresses.candidate(application_id), "offer-made"))


@router.post("/candidates/{application_id:uuid}/accept")
def accept(application_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        command = Accept(
            application_id=application_id,
            accepted_on=values.day("accepted_on"),
            explained_in=values.text("explained_in"),
            paper=values.text("paper"),
        )
        visit.database.run(visit.actor, service.accept, visit.installation.catalogue, command, version)
        return "offer-accepted"

    return _submit(visit, application_id, taken, forms.accept(application_id, 0), act)


@router.post("/candidates/{application_id:uuid}/{ending}")
def end(application_id: UUID, ending: str, visit: Signed, taken: Form) -> Response:
    kind = _ENDING.get(ending)
    if kind is None:
        raise queries.unknown()

    def act(values: Values, version: int) -> str:
        catalogue = visit.installation.catalogue
        visit.database.run(visit.actor, service.end, catalogue, application_id, kind, values.text("reason"), version)
        return "application-ended"

    return _submit(visit, application_id, taken, forms.end(application_id, 0, kind), act)


def _submit(
    visit: Visit, application_id: UUID, taken: Form, form: AskedForm, act: Callable[[Values, int], str]
) -> Response:
    """Read a form of the candidate's page; what is wrong with it is said there, with what was typed."""
    require(visit.role, Permission.SELECT_CANDIDATES)
    try:
        code = act(read(form, taken), version_of(taken))
    except Wrong as wrong:
        return _again(visit, application_id, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        return _again(visit, application_id, filled(form, typed(form, taken), error=_in_words(error)), error.status)
    return go_to(done(addresses.candidate(application_id), code))


def _again(visit: Visit, application_id: UUID, form: AskedForm, status: int) -> Response:
    found, programme, held_out = _known(visit, application_id)
    page = _page(visit, found, programme, held_out)
    now = replace(form, hidden=(("version", str(found.line.application.version)),))
    others = tuple(one for one in page.forms if one.id != form.id)
    return show(replace(page, forms=(now, *others)), status)


def _known(visit: Visit, application_id: UUID) -> tuple[Candidate, Programme, Terms]:
    """The candidate, the programme, and what the last offer holds out, or the job order where there is none."""
    with visit.database.read() as session:
        found = queries.candidate(session, visit.actor, application_id, visit.today)
        line = found.line
        programme = programme_of(visit.installation.catalogue, session.get_one(Case, line.application.case_id))
        if line.offer is None:
            return found, programme, of_order(session, programme, line.order)
        vault = visit.database.vault(session)
        return found, programme, queries.terms_of(session, vault, line.application, line.offer)


def _page(visit: Visit, found: Candidate, programme: Programme, held_out: Terms) -> CandidatePage:
    row = found.line.application
    return CandidatePage(
        base=visit.at(Place.RECRUITMENT),
        back=Link(addresses.candidates(row.job_order_id), _("Candidates for this job order")),
        heading=found.name,
        status=selecting.state(row),
        case=Link(addresses.case(row.case_id, "job"), _("Open the case")) if visit.may(Permission.SEE_CASES) else None,
        facts=selecting.known(found),
        interviews=selecting.interviews(visit, found.line),
        offered=_offered(found, programme, held_out),
        links=_links(found),
        forms=_forms(visit, found),
    )


def _offered(found: Candidate, programme: Programme, held_out: Terms) -> tuple[Fact, ...]:
    if found.line.offer is None:
        return ()
    until = Fact(_("May be answered until"), words.on(found.line.offer.answer_by))
    return (until, *selecting.terms(programme.contract_terms, held_out))


def _links(found: Candidate) -> tuple[Link, ...]:
    row = found.line.application
    if not may(row.state, Act.OFFER):
        return ()
    said = _("Make an offer") if found.line.offer is None else _("Make another offer")
    return (Link(addresses.candidate(row.id, "offer"), said, primary=found.line.offer is None),)


def _forms(visit: Visit, found: Candidate) -> tuple[AskedForm, ...]:
    """What the reader can do now; what the worker says an office records."""
    row = found.line.application
    office = visit.may(Permission.SEE_CASES)
    shown: list[AskedForm] = []
    if may(row.state, Act.ACCEPT) and office:
        shown.append(forms.accept(row.id, row.version))
    if may(row.state, Act.HOLD):
        shown.append(forms.hold(row.id, row.version))
    if may(row.state, Act.INVITE):
        shown.append(forms.invite(row.id, row.version))
    for act in _ENDING.values():
        # Who declines an offer withdraws: one form is enough for the worker's no.
        doubled = act is Act.WITHDRAW and may(row.state, Act.DECLINE)
        if may(row.state, act) and (office or act not in BY_WORKER) and not doubled:
            shown.append(forms.end(row.id, row.version, act))
    return tuple(shown)


def _offer_form(found: Candidate, programme: Programme, held_out: Terms) -> AskedForm:
    row = found.line.application
    form = forms.offer(row.id, row.version, programme.contract_terms)
    return filled(form, contract_forms.values_of(held_out))


def _offer_page(visit: Visit, found: Candidate, form: AskedForm) -> FormPage:
    line = found.line
    facts = (
        Fact(_("Job order"), selecting.order_title(line.order)),
        Fact(_("Wage of the job order"), selecting.wage(line.order)),
    )
    return FormPage(
        base=visit.at(Place.RECRUITMENT),
        heading=_("Offer for {name}", name=found.name),
        lead=_("At least what the job order holds out and what the programme asks of contracts."),
        facts=facts,
        form=form,
        back=Link(addresses.candidate(line.application.id), found.name),
    )


def _list_page(request: Request, visit: Visit, order_id: UUID) -> CandidatesPage:
    asked = given(request)
    check_names(asked)
    page = wanted(asked)
    with visit.database.read() as session:
        line = orders.line_of(session, visit.actor, order_id)
        found, total = queries.candidates(
            session, visit.actor, order_id, visit.today, limit=page.size, offset=page.offset
        )
        criteria = queries.criteria_of(session, order_id)
    look(visit, "candidate_list.viewed", f"job_order/{order_id}")
    path = addresses.candidates(order_id)
    return CandidatesPage(
        base=visit.at(Place.RECRUITMENT),
        back=Link(addresses.RECRUITMENT, _("Job orders")),
        heading=_("Candidates for job order {number}", number=line.order.number),
        summary=_n("{count} was put forward.", "{count} were put forward.", total),
        facts=_of_order(line),
        rows=tuple(_row(one) for one in found),
        pager=pager(path, asked, page, len(found), total),
        empty=_("Nobody was put forward yet."),
        criteria=forms.criteria(order_id, criteria),
    )


def _of_order(line: OrderLine) -> tuple[Fact, ...]:
    order, places = line.order, line.places
    taken = _("{used} of {count} taken, {left} left", used=places.used, count=places.headcount, left=places.remaining)
    days = _("{since} to {until}", since=words.on(order.valid_from), until=words.on(order.valid_until))
    said = (
        (_("Employer"), line.employer.name),
        (_("Occupation"), numbered(order.occupation, order.title)),
        (_("Wage"), selecting.wage(order)),
        (_("Hours of work"), selecting.hours(order)),
        (_("Places"), taken),
        (_("In force"), days),
    )
    return tuple(Fact(label, value) for label, value in said if value)


def _row(found: Candidate) -> CandidateRow:
    row = found.line.application
    return CandidateRow(
        Link(addresses.candidate(row.id), found.name),
        numbered(found.occupation, found.job_title),
        selecting.languages(found) or "–",
        selecting.experience(found) or "–",
        selecting.week(found.ready_on, cleared=found.cleared) or "–",
        selecting.state(row),
    )


def _in_words(error: PredepartureError) -> Message:
    return _("{message} {fix}", message=error.message, fix=error.fix or "")
