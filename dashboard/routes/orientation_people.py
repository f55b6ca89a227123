"""Who takes part in a session: enrolled from the session or from a list; leaving it, what was marked wrongly, the small
picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import col, select
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.batches.sheets import CASE
from casework.cases.tables import Case
from casework.orientation import enrolling, lists, marking, queries
from casework.orientation.enrolling import Enrol, Enrolled
from casework.orientation.lists import Handed
from casework.orientation.rules import EnrolmentState, SessionState
from casework.orientation.tables import SessionEnrolment
from casework.photos import service as photos
from casework.workers.tables import Worker
from dashboard import addresses, notices, orientation, words
from dashboard.cases.lists import name_in_lists
from dashboard.cases.submitting import typed, version_of
from dashboard.exports import csv_file
from dashboard.forms import sessions as forms
from dashboard.looking import look
from dashboard.orientation import Shown, in_words
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.courses import FileFinding
from dashboard.pages.sessions import SessionMarkPage
from dashboard.paging import pager, wanted
from dashboard.parts import Fact, Link, Option
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes.courses import Refusals
from dashboard.routes.orientation_lists import findings, said
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/sessions/{code}/enrol")
def ask_enrol(code: str, visit: Signed) -> Response:
    require(visit.role, Permission.ENROL)
    shown = orientation.load(visit, code)
    look(visit, "session.viewed", f"orientation_session/{shown.row.id}", data={"session": shown.row.code})
    return show(_enrol_page(visit, shown, _enrol_form(visit, shown)))


@router.post("/sessions/{code}/enrol")
def enrol(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    shown = orientation.load(visit, code)
    form = _enrol_form(visit, shown)
    try:
        cases = _chosen(visit, shown, read(form, taken))
        command = Enrol(session_id=shown.row.id, case_ids=tuple(cases))
        version = version_of(taken)
        done = visit.database.run(visit.actor, enrolling.enrol, visit.installation.catalogue, command, version)
    except Wrong as wrong:
        return show(_enrol_page(visit, shown, wrong.form), 422)
    except (*Refusals, NotFound) as error:
        fresh = orientation.load(visit, code)
        again = filled(_enrol_form(visit, fresh), typed(form, taken), error=in_words(error))
        return show(_enrol_page(visit, fresh, again), error.status)
    if done.refused:
        fresh = orientation.load(visit, code)
        page = _enrol_page(visit, fresh, _enrol_form(visit, fresh))
        return show(replace(page, findings=_refused(visit, done), taken=_became(done)), 422)
    return go_to(notices.done(addresses.session(shown.row.code), "enrolled"))


@router.get("/sessions/{code}/enrol/list")
def empty_list(code: str, visit: Signed) -> Response:
    """An empty list of participants to be filled in."""
    require(visit.role, Permission.ENROL)
    shown = orientation.load(visit, code)
    return csv_file(f"{shown.row.code}-participants.csv", lists.template(shown.row, of_attendance=False), ())


@router.post("/sessions/{code}/enrol/list")
def take_list(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    shown = orientation.load(visit, code)
    file = forms.file(addresses.session(shown.row.code, "enrol", "list"), shown.row.version)
    try:
        upload = read(file, taken).file("file")
        sheet = lists.participants(upload.data, upload.name, visit.actor)
        catalogue = visit.installation.catalogue
        handed: Handed = visit.database.run(visit.actor, lists.enrol, catalogue, shown.row.id, sheet)
    except Wrong as wrong:
        return show(replace(_enrol_page(visit, shown, _enrol_form(visit, shown)), file=wrong.form), 422)
    except Refusals as error:
        page = _enrol_page(visit, shown, _enrol_form(visit, shown))
        again = replace(file, error=in_words(error))
        return show(replace(page, file=again), error.status)
    fresh = orientation.load(visit, code)
    page = replace(_enrol_page(visit, fresh, _enrol_form(visit, fresh)), findings=findings(handed), taken=said(handed))
    return show(page, 422 if handed.sheet.errors else 200)


@router.get("/sessions/{code}/people/{enrolment_id:uuid}/leave")
def ask_leave(code: str, enrolment_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.ENROL)
    return _ask(visit, code, enrolment_id, forms.leave)


@router.post("/sessions/{code}/people/{enrolment_id:uuid}/leave")
def leave(code: str, enrolment_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, enrolling.leave, enrolment_id, values.text("reason"), version)
        return "course-left"

    return _submit(visit, code, enrolment_id, taken, forms.leave, act)


@router.get("/sessions/{code}/people/{enrolment_id:uuid}/take-back")
def ask_take_back(code: str, enrolment_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    return _ask(visit, code, enrolment_id, forms.take_back)


@router.post("/sessions/{code}/people/{enrolment_id:uuid}/take-back")
def take_back(code: str, enrolment_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, marking.take_back, enrolment_id, values.text("reason"), version)
        return "taken-back"

    return _submit(visit, code, enrolment_id, taken, forms.take_back, act)


@router.get("/sessions/{code}/photos/{enrolment_id:uuid}")
def photo(code: str, enrolment_id: UUID, visit: Signed) -> Response:
    """The small picture of somebody on the list, for who holds the session and until it is closed; whoever looks leaves
    an event."""
    require(visit.role, Permission.RUN_COURSES)
    shown = orientation.load(visit, code)
    with visit.database.read() as session:
        row = session.get(SessionEnrolment, enrolment_id)
        now = None
        listed = row is not None and row.session_id == shown.row.id and row.state is not EnrolmentState.LEFT
        if row is not None and listed and shown.row.state is SessionState.PLANNED:
            now = photos.current(session, row.case_id)
        if row is None or now is None:
            raise NotFound("no_photo", _("There is no photograph."), None)
        content = photos.small(session, visit.database.vault(session), visit.installation.files, now)
    look(visit, "photo.viewed", f"case_file/{row.case_id}", row.case_id)
    return Response(content, media_type="image/jpeg")


def _enrol_form(visit: Visit, shown: Shown) -> AskedForm:
    row = shown.row
    if visit.role is Role.PROVIDER_USER:
        return forms.enrol_one(row.code, row.version)
    with visit.database.read() as session:
        found = queries.due(session, visit.actor, visit.installation.catalogue, row)
    return forms.enrol(row.code, row.version, tuple(_candidate(one) for one in found))


def _candidate(one: queries.DueLine) -> Option:
    name, reference = name_in_lists(one.worker), one.case.reference
    if one.due_on is None:
        return Option(str(one.case.id), _("{name}, {reference}", name=name, reference=reference))
    due = words.on(one.due_on)
    return Option(str(one.case.id), _("{name}, {reference}, due {day}", name=name, reference=reference, day=due))


def _enrol_page(visit: Visit, shown: Shown, form: AskedForm) -> SessionMarkPage:
    row = shown.row
    return SessionMarkPage(
        base=visit.at(Place.COURSES),
        back=Link(addresses.session(row.code), row.code),
        heading=_("Enrol"),
        lead=_("{places}. Who finds no place waits in the order of asking.", places=orientation.places(shown.line)),
        facts=(),
        people=(),
        rest=form.fields,
        form=form,
        file=forms.file(addresses.session(row.code, "enrol", "list"), row.version),
        findings=(),
        taken="",
        tabs=(),
        pager=pager("", {}, wanted({}), 0, 0),
    )


def _chosen(visit: Visit, shown: Shown, values: Values) -> list[UUID]:
    """Those who were ticked, then those who were written. Raises `NotFound` (``case``)."""
    ticked = [UUID(one) for one in values.many.get("cases", ())]
    outside = visit.role is Role.PROVIDER_USER
    text = values.text("reference" if outside else "references")
    written = [text.strip()] if outside else text.replace(",", " ").split()
    with visit.database.read() as session:
        query = (
            select(Case, Worker)
            .join(Worker, col(Worker.id) == col(Case.worker_id))
            .where(
                col(Case.reference).in_(written),
                Case.office_id == shown.row.office_id,
                col(Case.programme_id).in_(shown.row.programmes),
            )
        )
        rows = session.exec(query).all()
    # A reference alone is no reason to show somebody outside a name and a face.
    known = {
        case.reference: case.id
        for case, worker in rows
        if not outside or worker.birth_date == values.days["birth_date"]
    }
    if set(written) - set(known):
        raise NotFound(
            "case",
            _("There is no such case for this session, or the date of birth is another one."),
            _("Compare the reference and the date with the worker's papers."),
        )
    return [*ticked, *(known[reference] for reference in written)]


def _refused(visit: Visit, done: Enrolled) -> tuple[FileFinding, ...]:
    with visit.database.read() as session:
        query = select(Case.id, Case.reference).where(col(Case.id).in_(done.refused))
        references = dict(session.exec(query).all())
    return tuple(
        FileFinding(
            "",
            CASE.title,
            _("{reference}: {message}", reference=references.get(one, ""), message=error.message),
            error.fix or "",
        )
        for one, error in done.refused.items()
    )


def _became(done: Enrolled) -> Message:
    taken = _n("{count} was enrolled", "{count} were enrolled", len(done.enrolled))
    return _("{taken}, {waiting} on the waiting list.", taken=taken, waiting=len(done.waiting))


def _ask(visit: Visit, code: str, enrolment_id: UUID, ask: Callable[[str, int, UUID], AskedForm]) -> Response:
    shown = orientation.load(visit, code)
    look(visit, "session.viewed", f"orientation_session/{shown.row.id}", data={"session": shown.row.code})
    form = ask(shown.row.code, shown.row.version, enrolment_id)
    return show(_person_page(visit, shown, enrolment_id, form))


def _submit(
    visit: Visit,
    code: str,
    enrolment_id: UUID,
    taken: Form,
    ask: Callable[[str, int, UUID], AskedForm],
    act: Callable[[Values, int], str],
) -> Response:
    shown = orientation.load(visit, code)
    form = ask(shown.row.code, shown.row.version, enrolment_id)
    page = _person_page(visit, shown, enrolment_id, form)
    try:
        notice = act(read(form, taken), version_of(taken))
    except Wrong as wrong:
        return show(replace(page, form=wrong.form), 422)
    except Refusals as error:
        fresh = orientation.load(visit, code)
        again = ask(fresh.row.code, fresh.row.version, enrolment_id)
        again = filled(again, typed(form, taken), error=in_words(error))
        return show(replace(page, form=again), error.status)
    return go_to(notices.done(addresses.session(shown.row.code), notice))


def _person_page(visit: Visit, shown: Shown, enrolment_id: UUID, form: AskedForm) -> FormPage:
    """Raises `NotFound` (``enrolment``) for who is not on the list."""
    with visit.database.read() as session:
        people = queries.people(session, shown.row)
        one = next((one for one in people if one.enrolment.id == enrolment_id), None)
        if one is None:
            raise NotFound("enrolment", _("There is no such participant."), _("Look at the session again."))
        (face,) = orientation.portraits(visit, session, shown.row, [one])
    lead = _("The next on the waiting list moves up.")
    if one.marked:
        lead = _("All that was marked of the worker at this session is withdrawn.")
    return FormPage(
        base=visit.at(Place.COURSES),
        heading=form.submit,
        lead=lead,
        facts=(Fact(_("Case"), one.case.reference),),
        form=form,
        back=Link(addresses.session(shown.row.code), shown.row.code),
        portrait=face,
    )
