"""What the stages record: qualifications, courses, attendance, the journey."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases.tables import Case
from casework.organisations import service as organisations
from casework.organisations.tables import OrganisationKind
from casework.orientation import service as orientation
from casework.orientation.service import Attendance, AttendedModule
from casework.orientation.tables import ModuleAttendance
from casework.training import service as training
from casework.training.service import RecordTraining
from casework.travel import service as travel
from casework.travel.service import BookItinerary
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import recorded, wording
from dashboard.cases.known import find
from dashboard.cases.portraits import portrait
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import stages as forms
from dashboard.forms.case import Options
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.case import AttendancePage, Module
from dashboard.parts import Badge, Fact, Link, Option, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}", dependencies=[Depends(signed_in)])


@router.get("/training")
def ask_training(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.RECORD_TRAINING)
    case, programme = find(visit, case_id)
    lead = _("A language course that was passed with a level counts as a language result too.")
    with visit.database.read() as session:
        given = training.of_case(session, visit.actor, case_id)
    rows = tuple(recorded.course(visit, case, row) for row in given if row.withdrawn_on is None)
    form, shown = _training_form(visit, case, programme), portrait(visit, case)
    return show(form_page(visit, case, form, _TRAINING, lead, recorded=rows, portrait=shown))


_TRAINING = _("Record a course")


@router.post("/training")
def record_training(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_TRAINING)
    case, programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        aim = programme.language
        command = RecordTraining(
            case_id=case_id,
            course=values.text("course"),
            subject=values.text("subject"),
            hours_held=values.number("hours_held"),
            hours_attended=values.number("hours_attended"),
            passed=values.flag("passed"),
            began_on=values.day("began_on"),
            completed_on=values.day("completed_on"),
            provider_id=UUID(values.text("provider")),
            language=aim.code if aim and values.text("level") else "",
            level=values.text("level"),
        )
        visit.database.run(visit.actor, training.record_result, command, version)
        return "recorded"

    return submit(visit, case, taken, _training_form(visit, case, programme), _TRAINING, act)


@router.get("/orientation")
def ask_attendance(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_CASES)
    case, programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    with visit.database.read() as session:
        rows = orientation.of_case(session, visit.actor, case_id)
    attended = {row.module: row for row in rows if row.withdrawn_on is None}
    modules = tuple(
        Module(
            title=module.label,
            length=_("{count} minutes", count=module.minutes),
            status=Badge(Tone.DONE, _("attended")) if module.id in attended else Badge(Tone.IDLE, _("not yet")),
            attended=_attended(attended[module.id]) if module.id in attended else "",
            withdraw=recorded.attendance_form(visit, case, attended[module.id], module.label)
            if module.id in attended
            else None,
        )
        for module in programme.curriculum
    )
    page = AttendancePage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        heading=_("Orientation"),
        summary=_n(
            "{met} of {count} module attended", "{met} of {count} modules attended", len(modules), met=len(attended)
        ),
        modules=modules,
        form=_attendance_form(case, programme) if visit.may(Permission.RECORD_ORIENTATION) else None,
        portrait=portrait(visit, case),
    )
    return show(page)


@router.post("/orientation")
def attend(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_ORIENTATION)
    case, programme = find(visit, case_id)
    minutes = {module.id: module.minutes for module in programme.curriculum}

    def act(values: Values, version: int) -> str:
        command = Attendance(
            case_ids=(case_id,),
            modules=tuple(AttendedModule(module=name, minutes=minutes[name]) for name in values.many["modules"]),
            trainer=values.text("trainer"),
            identity_checked=values.flag("identity_checked"),
            attended_on=values.day("attended_on"),
        )
        visit.database.run(visit.actor, orientation.attend, command, frozenset(minutes), version)
        return "recorded"

    return submit(visit, case, taken, _attendance_form(case, programme), _("Record attendance"), act)


@router.get("/itinerary")
def ask_itinerary(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.RECORD_TRAVEL)
    case, programme = find(visit, case_id)
    facts = (Fact(_("Planned departure"), wording.departure(case, programme)),)
    form = forms.itinerary(case.id, case.version)
    with visit.database.read() as session:
        booked = travel.of_case(session, visit.actor, case_id)
    rows = tuple(recorded.journey(visit, case, row) for row in booked if row.withdrawn_on is None)
    lead = _("A new booking takes the place of the one before.")
    return show(form_page(visit, case, form, _JOURNEY, lead, facts, rows, portrait(visit, case)))


_JOURNEY = _("Record the journey")


@router.post("/itinerary")
def book(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_TRAVEL)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        texts = ("carrier", "service_number", "origin", "destination", "met_by")
        command = BookItinerary(
            case_id=case_id, departs_on=values.day("departs_on"), **{name: values.text(name) for name in texts}
        )
        visit.database.run(visit.actor, travel.book, command, version)
        return "booked"

    return submit(visit, case, taken, forms.itinerary(case.id, case.version), _JOURNEY, act)


def organisation_options(session: Session, kind: OrganisationKind) -> Options:
    """Organisations in use by name."""
    rows = [row for row in organisations.listed(session, kind) if row.active]
    return tuple(Option(str(row.id), row.name) for row in rows)


def _training_form(visit: Visit, case: Case, programme: Programme) -> AskedForm:
    with visit.database.read() as session:
        providers = organisation_options(session, OrganisationKind.PROVIDER)
    asked = {one.subject: one.label for _stage, one in programme.asking_for("training_result") if one.subject}
    subjects = tuple(Option(subject, label) for subject, label in asked.items()) or _ANY_COURSE
    return forms.training(case.id, case.version, providers, subjects)


_ANY_COURSE = (Option("language", _("a language gap")), Option("technical", _("a gap in the trade")))


def _attendance_form(case: Case, programme: Programme) -> AskedForm:
    modules = tuple(Option(module.id, module.label) for module in programme.curriculum)
    return forms.attendance(case.id, case.version, modules)


def _attended(row: ModuleAttendance) -> Message:
    day = words.on(row.attended_on)
    return _("{day}, identity checked", day=day) if row.identity_checked else _("{day}, identity not checked", day=day)
