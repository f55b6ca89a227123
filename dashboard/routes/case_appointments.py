"""Clinic and time of a case: assigned, booked, moved, cancelled by the office; the referral slip to print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.clinics import appointments, assigning, queries, rules
from casework.clinics.appointments import BookAppointment
from casework.clinics.assigning import AssignClinic
from casework.clinics.tables import ClinicAppointment, ClinicAssignment
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.medical import opinions
from casework.organisations.tables import Organisation
from checklists.programme import Programme
from checklists.stage_rules import ClinicChoice, ExaminationRule
from dashboard import addresses, appointing, words
from dashboard.cases.known import find
from dashboard.cases.slips import slip_page
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import appointments as forms
from dashboard.forms.case import Options
from dashboard.looking import look
from dashboard.notices import done
from dashboard.pages.appointments import CaseAppointmentPage, Choice
from dashboard.pages.base import Place
from dashboard.parts import Fact, Link, Option, Text
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, Wrong, filled, hidden, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/appointment", dependencies=[Depends(signed_in)])

_AHEAD: Final = timedelta(days=92)
_MOST: Final = 40
"""So many free times are offered at once: what lies further ahead is seldom wanted and makes the page heavy."""

_NO_TIME: Final = _("The clinic has no free time in the next three months. Ask it to open times.")
_NO_CLINIC: Final = _("No clinic in reach is accredited for this programme today. An administrator records it.")


@router.get("")
def ask(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.BOOK_APPOINTMENTS)
    case, programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case_id}", case_id)
    return show(_page(visit, case, programme))


@router.post("")
def book(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        command = BookAppointment(case_id=case_id, slot_id=UUID(values.text("slot")))
        visit.database.run(visit.actor, appointments.book, visit.installation.catalogue, command, version)
        return "appointment-booked"

    return _submit(visit, case_id, taken, "book", act)


@router.post("/clinic")
def assign(case_id: UUID, visit: Signed, taken: Form) -> Response:
    """The turn, the worker's choice, the office's, or a supervisor's with a reason: `how` names the form."""
    require(visit.role, Permission.BOOK_APPOINTMENTS)

    def act(values: Values, version: int) -> str:
        command = AssignClinic(
            case_id=case_id,
            clinic_id=UUID(values.text("clinic")) if "clinic" in values.texts else None,
            by_worker="by_worker" in values.texts,
            reason=values.texts.get("reason", ""),
        )
        visit.database.run(visit.actor, assigning.assign, visit.installation.catalogue, command, version)
        return "clinic-assigned"

    return _submit(visit, case_id, taken, hidden(taken, "how"), act)


@router.post("/{booking_id:uuid}/move")
def move(case_id: UUID, booking_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, appointments.move, booking_id, UUID(values.text("slot")), version)
        return "appointment-moved"

    return _submit(visit, case_id, taken, "move", act, booking_id)


@router.post("/{booking_id:uuid}/cancel")
def cancel(case_id: UUID, booking_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, appointments.cancel, booking_id, values.text("reason"), version)
        return "appointment-cancelled"

    return _submit(visit, case_id, taken, "cancel", act, booking_id)


@router.post("/{booking_id:uuid}/miss")
def miss(case_id: UUID, booking_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, _version: int) -> str:
        visit.database.run(visit.actor, appointments.miss, booking_id, values.text("reason"))
        return "missed"

    return _submit(visit, case_id, taken, "miss", act, booking_id)


@router.get("/{booking_id:uuid}/slip")
def slip(case_id: UUID, booking_id: UUID, visit: Signed) -> Response:
    """The referral slip to print and to take along; whoever looks leaves an event."""
    require(visit.role, Permission.BOOK_APPOINTMENTS)
    case, programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        booking, row = _found(session, visit, case, booking_id)
        if booking.state is not BookingState.BOOKED:
            raise NotFound("appointment", _("This slip is not good any more."), _("Book a new appointment."))
        rule = assigning.medical_stage(programme, case).examined
        page = slip_page(visit, session, case, booking, row, rule)
    return show(page)


def _found(session: Session, visit: Visit, case: Case, booking_id: UUID) -> tuple[Booking, ClinicAppointment]:
    booking, row = appointments.find(session, visit.actor, booking_id)
    if booking.case_id != case.id:
        raise NotFound("appointment", _("There is no such appointment."), _("Open it from its case."))
    return booking, row


def _submit(
    visit: Visit,
    case_id: UUID,
    taken: Sent,
    name: str,
    act: Callable[[Values, int], str],
    booking_id: UUID | None = None,
) -> Response:
    """Read the form `name` of the page and act; what is wrong is said at the form, with what is free by now."""
    require(visit.role, Permission.BOOK_APPOINTMENTS)
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        if booking_id is not None:
            _found(session, visit, case, booking_id)
        form = next((one.form for one in _choices(visit, session, case, programme) if one.form.id == name), None)
    if form is None:
        raise Conflict(
            "no_such_step",
            _("This cannot be done any more: the appointment has changed meanwhile."),
            _("Open the page again and look at its present state."),
        )
    try:
        code = act(read(_as_sent(form, taken), taken), version_of(taken))
    except Wrong as wrong:
        return show(_page(visit, case, programme, _offering(wrong.form, form)), 422)
    except (InvalidInput, Conflict, Refused) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        fresh, _programme = find(visit, case_id)
        return show(_page(visit, fresh, programme, filled(form, typed(form, taken), error=said)), error.status)
    return go_to(done(addresses.case(case_id, "appointment"), code))


def _as_sent(form: AskedForm, taken: Sent) -> AskedForm:
    """The form with the time that was sent among its answers: that it is taken by now is for the service to say."""
    sent = tuple(Option(value, "") for value in taken.get("slot", ()) if isinstance(value, str) and _is_id(value))
    return replace(
        form,
        fields=tuple(
            replace(field, options=(*field.options, *sent)) if field.name == "slot" else field for field in form.fields
        ),
    )


def _offering(wrong: AskedForm, form: AskedForm) -> AskedForm:
    """What is wrong, with the answers that are offered now."""
    offered = {field.name: field.options for field in form.fields}
    return replace(wrong, fields=tuple(replace(field, options=offered[field.name]) for field in wrong.fields))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _page(visit: Visit, case: Case, programme: Programme, again: AskedForm | None = None) -> CaseAppointmentPage:
    """How clinic and time of the case stand; `again` is a form with what is wrong in it."""
    rule = assigning.medical_stage(programme, case).examined
    with visit.database.read() as session:
        standing = assigning.assigned(session, case.id)
        found = queries.of_case(session, case.id)
        choices = _choices(visit, session, case, programme)
        names = {row.clinic_id: session.get_one(Organisation, row.clinic_id) for _booking, row in found}
        clinic = session.get_one(Organisation, standing.clinic_id) if standing else None
        missed = queries.missed_of(session, [case.id]).get(case.id, 0)
    now = next(((booking, row) for booking, row in found if booking.state is BookingState.BOOKED), None)
    facts = [Fact(_("Clinic"), clinic.name), Fact(_("Why this one"), _why(standing))] if clinic and standing else []
    links: tuple[Link, ...] = ()
    if now is not None:
        booking, row = now
        facts += [
            Fact(_("Appointment"), appointing.when(booking, row, names[row.clinic_id])),
            Fact(_("At"), names[row.clinic_id].name),
            Fact(
                _("Referral slip"), _("{number}, good until {day}", number=row.number, day=words.on(row.usable_until))
            ),
        ]
        slip = addresses.case(case.id, "appointment", booking.id, "slip")
        links = (
            Link(slip, _("Print the referral slip")),
            Link(addresses.booking_file(booking.id), _("Calendar file")),
        )
    free = any(choice.form.id in {"book", "move"} for choice in choices)
    empty: Text = ""
    if now is None and not is_ended(case.life) and not free:
        empty = _NO_TIME if standing is not None else "" if choices else _NO_CLINIC
    return CaseAppointmentPage(
        base=visit.at(Place.APPOINTMENTS),
        back=Link(addresses.case(case.id), case.reference),
        heading=_("Clinic and appointment"),
        rule=rules.CHOICE_WORDS[rule.clinics],
        source=appointing.rule_source(rule),
        facts=tuple(facts),
        status=appointing.status(*now, missed) if now else None,
        links=links,
        choices=_with(choices, again),
        history=tuple(
            Fact(appointing.when(booking, row, names[row.clinic_id]), appointing.status(booking, row, missed).text)
            for booking, row in found
            if now is None or booking.id != now[0].id
        ),
        empty=empty,
    )


def _with(choices: tuple[Choice, ...], again: AskedForm | None) -> tuple[Choice, ...]:
    if again is None:
        return choices
    if again.id not in {choice.form.id for choice in choices}:
        return (Choice(again.submit, "", again), *choices)
    return tuple(replace(choice, form=again) if choice.form.id == again.id else choice for choice in choices)


def _choices(visit: Visit, session: Session, case: Case, programme: Programme) -> tuple[Choice, ...]:
    """What the office can do now, what comes next first."""
    if is_ended(case.life):
        return ()
    rule = assigning.medical_stage(programme, case).examined
    found = queries.of_case(session, case.id)
    now = next(((booking, row) for booking, row in found if booking.state is BookingState.BOOKED), None)
    if now is not None:
        return tuple(_changing(visit, session, case, *now))
    standing = assigning.assigned(session, case.id)
    good = standing is not None and assigning.stands_behind(session, standing, visit.today)
    places = _places(visit, session, case, standing if good else None)
    booking = [Choice(_("Choose a time"), "", forms.book(case.id, case.version, places))] if places else []
    return (*booking, *_assigning(visit, session, case, rule, standing if good else None))


def _changing(visit: Visit, session: Session, case: Case, booking: Booking, row: ClinicAppointment) -> Iterator[Choice]:
    begun = booking.starts_at <= visit.database.now()
    if begun:
        lead = _("The clinic says whether the worker came. Record it here only where the clinic does not.")
        yield Choice(_("The worker missed it"), lead, forms.office_miss(case.id, case.version, booking.id))
    standing = assigning.assigned(session, case.id)
    places = tuple(one for one in _places(visit, session, case, standing) if one.value != str(row.slot_id))
    if places and not begun:
        lead = _("The slip keeps its number. The worker is told of the new time.")
        yield Choice(_("Another time"), lead, forms.move(case.id, case.version, booking.id, places))
    lead = _("The place is free again. The worker is told.")
    yield Choice(_("Cancel it"), lead, forms.cancel(case.id, case.version, booking.id))


def _assigning(
    visit: Visit, session: Session, case: Case, rule: ExaminationRule, standing: ClinicAssignment | None
) -> Iterator[Choice]:
    listed = tuple(Option(str(one.id), one.name) for one in assigning.in_reach(session, case, visit.today))
    others = tuple(one for one in listed if standing is None or one.value != str(standing.clinic_id))
    match rule.clinics:
        case ClinicChoice.ROTATION:
            if standing is None:
                lead = _("The clinic with the fewest workers of this programme so far is taken; the reason is kept.")
                yield Choice(_("Assign a clinic"), lead, forms.take_turn(case.id, case.version))
            if rules.may_overrule(visit.role) and others:
                lead = _("Only with a reason. It is kept with your name.")
                yield Choice(_("Name another clinic"), lead, forms.overrule(case.id, case.version, others))
        case ClinicChoice.WORKER if others:
            lead = _("Show the worker the whole list. It stands in the order of the alphabet.")
            heading = _("The worker chooses the clinic") if standing is None else _("The worker chooses another clinic")
            yield Choice(heading, lead, forms.worker_chooses(case.id, case.version, others))
        case ClinicChoice.OFFICE if others:
            heading = _("Choose a clinic") if standing is None else _("Choose another clinic")
            yield Choice(heading, "", forms.office_chooses(case.id, case.version, others))


def _places(visit: Visit, session: Session, case: Case, standing: ClinicAssignment | None) -> Options:
    """The free times of the clinics at which the worker may be examined; a second opinion is the medical officer's."""
    ids = [standing.clinic_id] if standing is not None else []
    if visit.may(Permission.SEE_MEDICAL):
        asked = opinions.of_case(session, case.id)
        ids += [one.clinic_id for one in asked if one.second is None and one.withdrawn_on is None]
    now, until = visit.database.now(), visit.today + _AHEAD
    options = []
    for clinic_id in dict.fromkeys(ids):
        clinic = session.get_one(Organisation, clinic_id)
        for line in queries.free_slots(session, clinic_id, case.programme_id, now, until, _MOST):
            said = _("{day}, {time}", day=words.on(line.slot.day), time=appointing.span(line.slot, clinic))
            free = appointing.free_places(line.free, line.slot.places)
            label = _("{when}: {free}", when=said, free=free)
            if len(ids) > 1:
                label = _("{clinic}, {label}", clinic=clinic.name, label=label)
            options.append(Option(str(line.slot.id), label))
    return tuple(options)


def _why(row: ClinicAssignment | None) -> Text:
    return rules.ASSIGN_REASONS.get(row.reason, row.reason) if row else ""
