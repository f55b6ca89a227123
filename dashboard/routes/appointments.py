"""Appointments: the list of a clinic or an office; for the clinic who came, and the results of those who did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.batches.rules import Finding, Severity
from casework.cases.pinned import programme_of
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.clinics import appointments, queries, results
from casework.clinics.assigning import medical_stage
from casework.clinics.queries import Show
from casework.clinics.results import EnterResult, TakenResults
from casework.clinics.tables import ClinicAppointment
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.medical import examining
from casework.medical import service as medical
from casework.medical.examining import AmendExamination
from casework.medical.service import MedicalDetail
from casework.organisations.tables import Organisation
from casework.photos import service as photos
from casework.work import Work
from casework.workers.tables import Worker
from checklists.stage_rules import ExaminationRule
from dashboard import addresses, appointing, words
from dashboard.cases.lists import name_in_lists
from dashboard.cases.submitting import typed
from dashboard.forms import appointments as forms
from dashboard.forms import examinations, lists
from dashboard.looking import look
from dashboard.notices import done
from dashboard.pages.appointments import AppointmentList, AppointmentPage, ResultListPage, ResultView
from dashboard.pages.base import Place
from dashboard.pages.batches import FindingView
from dashboard.pages.case import Portrait
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Fact, Field, Kind, Link, Option, Text, Tile, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, hidden, read
from dashboard.routes.examinations import result_values
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_OUTCOMES = {option.value: option.label for option in examinations.FITNESS}
_BACK = Link(addresses.APPOINTMENTS, _("Appointments"))


@router.get(addresses.APPOINTMENTS)
def listed(request: Request, visit: Signed) -> Response:
    """A clinic's own appointments, or those of an office's cases; a part at a time."""
    require(visit.role, Permission.SEE_APPOINTMENTS)
    asked, page = given(request), wanted(given(request))
    offered = appointing.FOR_CLINIC if visit.role is Role.CLINIC_USER else appointing.FOR_OFFICE
    options = tuple(Option(one.value, appointing.PARTS[one]) for one in offered)
    lists.check_known(AskedForm("filters", addresses.APPOINTMENTS, "", (_filter(options),), method="get"), asked)
    part = Show(asked.get("show") or offered[0])
    look(visit, "appointment_list.viewed", f"organisation/{visit.organisation.id}")
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, part, visit.today, limit=page.size, offset=page.offset)
        counts = {one: queries.count(session, visit.actor, one, visit.today) for one in offered}
    return show(
        AppointmentList(
            base=visit.at(Place.APPOINTMENTS),
            heading=_("Appointments"),
            summary=_n(
                "{count} appointment: {part}", "{count} appointments: {part}", total, part=appointing.PARTS[part]
            ),
            links=_links(visit),
            tiles=tuple(_tile(one, counts[one], part) for one in offered),
            days=appointing.days(found, visit.role, part),
            pager=pager(addresses.APPOINTMENTS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )


@router.get("/appointments/{booking_id:uuid}")
def one(booking_id: UUID, visit: Signed) -> Response:
    """An appointment for its clinic; whoever looks leaves an event, and one for each result."""
    require(visit.role, Permission.ENTER_RESULTS)
    return show(_page(visit, booking_id))


@router.get("/appointments/{booking_id:uuid}/photo")
def photo(booking_id: UUID, visit: Signed) -> Response:
    """The small picture of who is expected, for the clinic that must know whom it has before it."""
    require(visit.role, Permission.ENTER_RESULTS)
    with visit.database.read() as session:
        booking, row = appointments.find(session, visit.actor, booking_id)
        now = photos.current(session, row.case_id) if results.recognises(session, visit.actor, booking) else None
        if now is None:
            raise NotFound("no_photo", _("There is no photograph."), _("Compare with the identity document alone."))
        content = photos.small(session, visit.database.vault(session), visit.installation.files, now)
    look(visit, "photo.viewed", f"case_file/{row.case_id}", row.case_id)
    return Response(content, media_type="image/jpeg")


@router.post("/appointments/{booking_id:uuid}/arrive")
def arrive(booking_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(_values: Values) -> str:
        visit.database.run(visit.actor, appointments.arrive, booking_id)
        return "arrived"

    return _submit(visit, booking_id, taken, forms.arrive(booking_id), act)


@router.post("/appointments/{booking_id:uuid}/miss")
def miss(booking_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values) -> str:
        visit.database.run(visit.actor, appointments.miss, booking_id, values.text("reason"))
        return "missed"

    return _submit(visit, booking_id, taken, forms.miss(booking_id), act)


@router.post("/appointments/{booking_id:uuid}/result")
def enter(booking_id: UUID, visit: Signed, taken: Form) -> Response:
    rule = _rule(visit, booking_id)

    def act(values: Values) -> str:
        command = EnterResult(booking_id=booking_id, **_given(values, rule))
        visit.database.run(visit.actor, results.enter, visit.installation.catalogue, command)
        return "result-entered"

    return _submit(visit, booking_id, taken, forms.result(booking_id, rule), act)


@router.post("/appointments/{booking_id:uuid}/amend")
def amend(booking_id: UUID, visit: Signed, taken: Form) -> Response:
    rule = _rule(visit, booking_id)
    with visit.database.read() as session:
        known = {str(one.id): one for one in results.of_appointment(session, visit.actor, booking_id)}
    row = known.get(hidden(taken, "examination"))
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from your own appointments."))

    def act(values: Values) -> str:
        command = AmendExamination(examination_id=row.id, reason=values.text("reason"), **_given(values, rule))
        visit.database.run(visit.actor, examining.amend, visit.installation.catalogue, command)
        return "amended"

    return _submit(visit, booking_id, taken, forms.amend(booking_id, row.id, rule), act)


@router.get(addresses.RESULT_LIST)
def ask_list(visit: Signed) -> Response:
    require(visit.role, Permission.ENTER_RESULTS)
    return show(_list_page(visit, forms.result_list()))


@router.post(addresses.RESULT_LIST)
def take_list(visit: Signed, taken: Form) -> Response:
    """Take a list in: good rows are recorded, bad ones are given back on the same page."""
    require(visit.role, Permission.ENTER_RESULTS)
    form = forms.result_list()
    try:
        file = read(form, taken).file("file")
        made = visit.database.run(visit.actor, results.take_list, visit.installation.catalogue, file.data, file.name)
    except Wrong as wrong:
        return show(_list_page(visit, wrong.form), 422)
    except InvalidInput as error:
        return show(_list_page(visit, replace(form, error=_in_words(error))), error.status)
    return show(_list_page(visit, form, made), 422 if made.sheet.errors else 200)


def _submit(visit: Visit, booking_id: UUID, taken: Any, form: AskedForm, act: Callable[[Values], str]) -> Response:
    """Read the form, act, and go back to the appointment; what is wrong is said at the form again."""
    require(visit.role, Permission.SEE_APPOINTMENTS)
    with visit.database.read() as session:
        appointments.find(session, visit.actor, booking_id)
    try:
        code = act(read(form, taken))
    except Wrong as wrong:
        return show(_page(visit, booking_id, wrong.form), 422)
    except (InvalidInput, Conflict) as error:
        again = filled(form, typed(form, taken), error=_in_words(error))
        return show(_page(visit, booking_id, again), error.status)
    return go_to(done(addresses.appointment(booking_id), code))


def _in_words(error: InvalidInput | Conflict) -> Message:
    return _("{message} {fix}", message=error.message, fix=error.fix or "")


def _given(values: Values, rule: ExaminationRule) -> dict[str, Any]:
    """What the form holds; that it is the right person was recorded at the arrival."""
    return result_values(replace(values, texts={**values.texts, "identity_checked": "yes"}), rule)


def _rule(visit: Visit, booking_id: UUID) -> ExaminationRule:
    require(visit.role, Permission.ENTER_RESULTS)
    with visit.database.read() as session:
        booking, _row = appointments.find(session, visit.actor, booking_id)
        return _examined(visit, session.get_one(Case, booking.case_id))


def _examined(visit: Visit, case: Case) -> ExaminationRule:
    return medical_stage(programme_of(visit.installation.catalogue, case), case).examined


def _page(visit: Visit, booking_id: UUID, again: AskedForm | None = None) -> AppointmentPage:
    """The page of one appointment; `again` is a form with what is wrong in it."""
    with visit.database.read() as session:
        booking, row = appointments.find(session, visit.actor, booking_id)
        case = session.get_one(Case, booking.case_id)
        worker, clinic = session.get_one(Worker, case.worker_id), session.get_one(Organisation, row.clinic_id)
        portrait = _portrait(session, visit.actor, booking, worker)
    look(visit, "appointment.viewed", f"booking/{booking_id}", case.id)
    rule = _examined(visit, case)
    versions = visit.database.run(visit.actor, _opened, booking_id)
    asked = () if is_ended(case.life) else _forms(visit, booking, row, rule, versions)
    return AppointmentPage(
        base=visit.at(Place.APPOINTMENTS),
        back=_BACK,
        portrait=portrait,
        status=appointing.status(booking, row),
        facts=(
            Fact(_("When"), appointing.when(booking, row, clinic)),
            Fact(_("Born on"), words.on(worker.birth_date) if worker.birth_date else _("not known")),
            Fact(_("Case"), case.reference),
            Fact(_("Referral slip"), row.number),
        ),
        parts=appointing.parts(rule),
        never=appointing.never(rule),
        source=appointing.rule_source(rule),
        forms=_with(asked, again),
        results=tuple(_result(opened) for opened in versions),
    )


def _with(asked: tuple[AskedForm, ...], again: AskedForm | None) -> tuple[AskedForm, ...]:
    """The forms with the one that was sent; it stands there too where somebody was faster and it is asked no more."""
    if again is None:
        return asked
    if again.id not in {form.id for form in asked}:
        return (again, *asked)
    return tuple(again if again.id == form.id else form for form in asked)


def _portrait(session: Session, actor: Actor, booking: Booking, worker: Worker) -> Portrait:
    name = name_in_lists(worker)
    if not results.recognises(session, actor, booking):
        return Portrait(name, "", _("The photograph is shown until there is a result."))
    if photos.current(session, booking.case_id) is None:
        return Portrait(name, "", _("There is no photograph: compare with the identity document alone."))
    said = _("Compare it with the person and with the identity document.")
    return Portrait(name, addresses.appointment(booking.id, "photo"), said)


def _forms(
    visit: Visit, booking: Booking, row: ClinicAppointment, rule: ExaminationRule, versions: list[MedicalDetail]
) -> tuple[AskedForm, ...]:
    """What the clinic can do now."""
    standing = next((one.examination for one in versions if one.examination.withdrawn_on is None), None)
    if standing is not None:
        days = {f"{part}_on": day for part, day in standing.parts.items()}
        known = {"physician": standing.physician, "physician_licence": standing.physician_licence}
        dated = {"examined_on": standing.examined_on.isoformat(), "outcome": standing.outcome.value}
        return (filled(forms.amend(booking.id, standing.id, rule), {**days, **known, **dated}),)
    if booking.state is BookingState.ATTENDED and row.identity_checked:
        return (filled(forms.result(booking.id, rule), {"examined_on": row.day.isoformat()}),)
    begun = row.day <= visit.today
    return (forms.arrive(booking.id), forms.miss(booking.id)) if begun else ()


def _opened(work: Work, booking_id: UUID) -> list[MedicalDetail]:
    return [medical.detail(work, one.id) for one in results.of_appointment(work.session, work.actor, booking_id)]


def _result(opened: MedicalDetail) -> ResultView:
    row = opened.examination
    said = (
        (_("Outcome"), _OUTCOMES[row.outcome.value]),
        (_("Examined on"), words.on(row.examined_on)),
        (_("Expected until"), words.on(row.until) if row.until else ""),
        (_("Review on"), words.on(row.review_on) if row.review_on else ""),
        (_("Physician"), row.physician),
        (_("Medical detail"), opened.detail),
        (_("Reason of the amendment"), opened.amend_reason),
    )
    locked = Badge(Tone.DONE, _("locked")) if row.withdrawn_on is None else Badge(Tone.IDLE, _("replaced"))
    return ResultView(
        _("Result, version {number}", number=row.number),
        locked,
        tuple(Fact(label, value) for label, value in said if value),
    )


def _list_page(visit: Visit, form: AskedForm, made: TakenResults | None = None) -> ResultListPage:
    summary: Text = ""
    if made is not None:
        summary = _n(
            "{count} result was taken in; {known} were there already; {bad} rows were given back.",
            "{count} results were taken in; {known} were there already; {bad} rows were given back.",
            made.taken,
            known=made.known,
            bad=made.sheet.total - made.taken - made.known,
        )
    return ResultListPage(
        base=visit.at(Place.APPOINTMENTS),
        back=_BACK,
        summary=summary,
        findings=tuple(row_finding(one) for one in (made.sheet.findings if made else ())),
        columns=tuple(
            _("{title} (needed)", title=one.title) if one.required else one.title for one in results.COLUMNS.values()
        ),
        form=form,
    )


def row_finding(one: Finding) -> FindingView:
    """A finding about a row of a list, as a page shows it."""
    bad = one.severity is Severity.ERROR
    status = Badge(Tone.LATE, _("given back")) if bad else Badge(Tone.TODAY, _("look at it"))
    row = str(one.row) if one.row else ""
    return FindingView(row, one.column or "", "", status, one.message, one.fix)


def _filter(options: tuple[Option, ...]) -> Field:
    return Field("show", _("What"), Kind.CHOICE, options=options, required=False)


def _tile(part: Show, count: int, now: Show) -> Tile:
    late = part in (Show.MISSED, Show.DOUBTFUL, Show.UNTOLD) and count > 0
    address = addresses.query(addresses.APPOINTMENTS, show=part.value)
    return Tile(address, count, appointing.PARTS[part], selected=part is now, late=late)


def _links(visit: Visit) -> tuple[Link, ...]:
    links = [Link(addresses.SLOTS, _("Times of the clinic"))]
    if visit.may(Permission.ENTER_RESULTS):
        links.append(Link(addresses.RESULT_LIST, _("Results by a list")))
    if visit.may(Permission.BOOK_APPOINTMENTS):
        links.append(Link(addresses.REMINDERS, _("Workers to be told")))
    return (*links, Link(addresses.WEEK_FILE, _("Calendar file of the week")))
