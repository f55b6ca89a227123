"""Opening a case by hand, correcting its worker and plan, its owner, its life. Refusals have pages of their own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.isco import is_unit_group, numbered
from basis.isco import title as isco_title
from basis.messages import Message, _
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.cases import queries, rules
from casework.cases import service as cases
from casework.cases.pinned import programme_of
from casework.cases.rules import SOURCE_WORDS, WORDS, CaseLife, CaseSource
from casework.cases.service import MoveCase, OpenCase, ReplanCase
from casework.cases.tables import Case
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import Claims, GivenBasis, Known
from casework.workers.tables import Basis, Purpose
from checklists.programme import Programme
from dashboard import addresses, notices
from dashboard.cases import rulings, wording
from dashboard.cases.known import find
from dashboard.cases.move_words import REASONS as REASONS_OF_MOVES
from dashboard.cases.requirements import countries
from dashboard.cases.submitting import form_page, submit, typed
from dashboard.cases.worker_form import prefilled, read_worker
from dashboard.forms import case as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.parts import Fact, Field, Link, Option
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, hidden, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_BASES: dict[Basis, Message] = {
    Basis.CONSENT: _("consent of the worker"),
    Basis.PUBLIC_TASK: _("task in the public interest"),
    Basis.LEGAL_OBLIGATION: _("legal obligation"),
    Basis.CONTRACT: _("contract with the worker"),
    Basis.VITAL_INTEREST: _("vital interest of the worker"),
}
_PURPOSES = (Purpose.PREPARATION, Purpose.SCREENING, Purpose.MEDICAL)
_NEW = _("Open a case by hand")
_WHO = _("For a worker who comes by themselves, from another office, an employment service or an employer.")


@router.get(addresses.NEW_CASE)
def ask_new(visit: Signed, programme: str = "") -> Response:
    """The form of a programme; without one, the question which."""
    require(visit.role, Permission.EDIT_CASES)
    offered = visit.installation.catalogue.latest(on=visit.today)
    if not programme and len(offered) != 1:
        options = tuple(Option(one.id, one.label) for one in offered)
        return show(_new_page(visit, forms.choose_programme(options)))
    return show(_new_page(visit, _new_form(visit, _chosen(visit, programme or offered[0].id))))


@router.post(addresses.NEW_CASE)
def open_new(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    programme = _chosen(visit, hidden(taken, "programme"))
    form = _new_form(visit, programme)
    try:
        values = read(form, taken)
    except Wrong as wrong:
        return show(_new_page(visit, wrong.form), 422)
    found = read_worker(values, programme, visit.today, Claims())
    errors = dict(found.errors)
    loan: Money | None = None
    if values.texts.get("loan_asked"):
        try:
            loan = Money.parse(values.text("loan_asked"), programme.currency)
        except InvalidInput as error:
            errors["loan_asked"] = error.message
    departure = values.days["planned_departure"]
    if departure is not None and departure < visit.today:
        errors["planned_departure"] = _("the day lies in the past")
    if errors or found.data is None:
        return show(_new_page(visit, filled(form, typed(form, taken), errors)), 422)
    command = OpenCase(
        reference=_reference(visit),
        office_id=visit.organisation.id,
        source=CaseSource(values.text("source")),
        programme=programme.id,
        track=values.text("track"),
        occupation=values.text("occupation"),
        job_title=values.text("job_title"),
        job_order=values.text("job_order"),
        employer=values.text("employer"),
        destination=values.texts.get("destination", ""),
        planned_departure=departure,
        loan_asked=loan,
        worker=found.data,
        bases=_bases(values, visit.today),
    )
    try:
        case = visit.database.run(visit.actor, cases.open_case, visit.installation.catalogue, command)
    except (InvalidInput, Conflict) as error:
        again = filled(form, typed(form, taken), error=error.message)
        return show(_new_page(visit, again), error.status)
    return go_to(notices.done(addresses.case(case.id), "opened"))


@router.get("/cases/{case_id:uuid}/worker")
def ask_correction(case_id: UUID, visit: Signed) -> Response:
    """The worker's data, sealed parts included; whoever looks leaves an event."""
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    data = visit.database.run(visit.actor, _look_at_worker, case).data
    form = filled(forms.correct_worker(case.id, case.version, countries()), prefilled(data))
    return show(form_page(visit, case, form, _CORRECT, _CORRECT_LEAD))


@router.post("/cases/{case_id:uuid}/worker")
def correct(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    form = forms.correct_worker(case.id, case.version, countries())
    with visit.database.read() as session:
        known = workers.get(session, visit.database.vault(session), case.worker_id).data

    def act(values: Values, version: int) -> str:
        found = read_worker(values, programme, visit.today, known.claims, known.residences)
        if found.data is None:
            raise Wrong(filled(form, typed(form, taken), found.errors))
        changed = visit.database.run(
            visit.actor,
            cases.correct_worker,
            visit.installation.catalogue,
            case_id,
            found.data,
            values.text("reason"),
            version,
        )
        return "corrected" if changed else "unchanged"

    return submit(visit, case, taken, form, _CORRECT, act)


_CORRECT = _("Correct the worker's data")
_CORRECT_LEAD = _("Certificates that show what you correct are superseded and made anew.")


@router.get("/cases/{case_id:uuid}/plan")
def ask_plan(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    departure = case.planned_departure.isoformat() if case.planned_departure else ""
    given = {name: getattr(case, name) for name in ("destination", "job_title", "job_order", "employer")}
    form = forms.plan(case.id, case.version, destination_field(programme))
    form = filled(form, {"planned_departure": departure, **given})
    return show(form_page(visit, case, form, _PLAN, _("What no longer holds until the new day is open again.")))


_PLAN = _("Change the departure or the job")


@router.post("/cases/{case_id:uuid}/plan")
def replan(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme = find(visit, case_id)
    form = forms.plan(case.id, case.version, destination_field(programme))

    def act(values: Values, version: int) -> str:
        command = ReplanCase(
            planned_departure=values.days["planned_departure"],
            destination=values.texts.get("destination"),
            employer=values.text("employer"),
            job_title=values.text("job_title"),
            job_order=values.text("job_order"),
        )
        visit.database.run(visit.actor, cases.replan, visit.installation.catalogue, case_id, command, version)
        return "replanned"

    return submit(visit, case, taken, form, _PLAN, act)


@router.get("/cases/{case_id:uuid}/owner")
def ask_owner(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    form = filled(_owner_form(visit, case), {"owner": str(case.owner_id or visit.account.id)})
    return show(form_page(visit, case, form, _("Assign the case")))


@router.post("/cases/{case_id:uuid}/owner")
def assign(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, cases.assign, case_id, UUID(values.text("owner")), version)
        return "assigned"

    return submit(visit, case, taken, _owner_form(visit, case), _("Assign the case"), act)


@router.get("/cases/{case_id:uuid}/life")
def ask_move(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.MOVE_CASES)
    case, programme = find(visit, case_id)
    facts = (
        Fact(_("Now"), wording.life(case).text),
        Fact(_("Departure"), wording.departure(case, programme)),
    )
    return show(form_page(visit, case, _move_form(visit, case), _MOVE, _MOVE_LEAD, facts))


_MOVE = _("Hold, withdraw, confirm or end the case")
_MOVE_LEAD = _("An ended case is frozen: later lapses do not reopen it. A supervisor can reverse most moves.")


@router.post("/cases/{case_id:uuid}/life")
def move(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MOVE_CASES)
    case, _programme = find(visit, case_id)
    form = _move_form(visit, case)

    def act(values: Values, version: int) -> str:
        to, _colon, reason = values.text("reason").partition(":")
        if to != values.text("to"):
            raise Wrong(filled(form, typed(form, taken), {"reason": _("this is a reason for another move")}))
        command = MoveCase(
            case_id=case_id,
            to=CaseLife(to),
            reason=reason,
            authority=values.text("authority"),
            note=values.text("note"),
            happened_on=values.day("happened_on"),
        )
        visit.database.run(visit.actor, cases.move, visit.installation.catalogue, command, version)
        return "moved"

    return submit(visit, case, taken, form, _MOVE, act)


def _chosen(visit: Visit, programme_id: str) -> Programme:
    return visit.installation.catalogue.get(programme_id, on=visit.today)


def _new_form(visit: Visit, programme: Programme) -> AskedForm:
    sources = tuple(
        Option(source.value, said)
        for source, said in SOURCE_WORDS.items()
        if source is not CaseSource.AGENCY and (not programme.intake or source.value in programme.intake)
    )
    occupations = tuple(
        Option(f"{code:04d}", numbered(f"{code:04d}"))
        for code in range(10_000)
        if is_unit_group(f"{code:04d}") and isco_title(f"{code:04d}")
    )
    purposes = _("Its data is used to prepare the departure, for the screening and for the medical examination.")
    bases = tuple(Option(basis.value, said) for basis, said in _BASES.items())
    return forms.new_case(
        programme.id,
        tuple(Option(track.id, track.label) for track in programme.tracks),
        destination_field(programme),
        sources,
        occupations,
        countries(),
        bases,
        purposes,
        loans=programme.loan is not None,
    )


def destination_field(programme: Programme) -> tuple[Field, ...]:
    """The question where a case leads to, for a programme that leads to several countries or any."""
    if len(programme.destinations) == 1:
        return ()
    known = [option for option in countries() if not programme.destinations or option.value in programme.destinations]
    return forms.destination(tuple(known), needed=all(track.departs for track in programme.tracks))


def _new_page(visit: Visit, form: AskedForm) -> FormPage:
    back = Link(addresses.CASES, _("Cases"))
    return FormPage(base=visit.at(Place.CASES), heading=_NEW, lead=_WHO, facts=(), form=form, back=back)


def _reference(visit: Visit) -> str:
    """The office's own reference: its code, the year, and a number."""
    year = visit.today.year
    with visit.database.read() as session:
        count = queries.opened_in(session, visit.organisation.id, date(year, 1, 1), date(year, 12, 31))
    return f"{visit.organisation.code}-{year}-{count + 1:04d}"


def _bases(values: Values, today: date) -> tuple[GivenBasis, ...]:
    """The same basis and notice for everything that the case is opened for."""
    return tuple(
        GivenBasis(
            purpose=purpose,
            basis=Basis(values.text("basis")),
            notice_version=values.text("notice_version"),
            language=values.text("notice_language"),
            given_on=today,
        )
        for purpose in _PURPOSES
    )


def _look_at_worker(work: Work, case: Case) -> Known:
    work.record("identity.viewed", f"worker/{case.worker_id}", case_id=case.id)
    return workers.get(work.session, work.vault, case.worker_id)


def _owner_form(visit: Visit, case: Case) -> AskedForm:
    with visit.database.read() as session:
        people = queries.owners(session, case.office_id)
    if not visit.may(Permission.ASSIGN_CASES):
        people = [row for row in people if row.id == visit.account.id]
    return forms.assign(case.id, case.version, tuple(Option(str(row.id), row.name) for row in people))


def _move_form(visit: Visit, case: Case) -> AskedForm:
    with visit.database.read() as session:
        came_from = cases.came_from(session, case)
    possible = rules.moves_from(case.life, visit.role, came_from)
    programme = programme_of(visit.installation.catalogue, case)
    found = {
        life: move
        for life, move in possible.items()
        if life not in rulings.ENDINGS
        and (case.life is not CaseLife.CLEARED or cases.may_become(programme, case, life))
    }
    moves = tuple(Option(life.value, WORDS[life]) for life in found)
    reasons: Options = tuple(
        Option(f"{life.value}:{code}", _("{life}: {reason}", life=WORDS[life], reason=REASONS_OF_MOVES.get(code, code)))
        for life, possible in found.items()
        for code in possible.reasons
    )
    return forms.move(case.id, case.version, moves, reasons, visit.today.isoformat())
