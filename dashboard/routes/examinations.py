"""Medical pages: what waits for the medical officer, all about one worker's health, and who read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import ROLE_WORDS, Permission, require
from casework.cases.tables import Case
from casework.medical import care, examining, opinions, queue, readings
from casework.medical.care import CheckFitToFly, RecordCare, RecordVaccination
from casework.medical.examining import AmendExamination, SubmitExamination
from casework.medical.opinions import AskSecondOpinion, Opinion, WeighOpinions
from casework.medical.queue import MedicalLine, Waits
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import Care, CareKind, MedicalExamination, SecondOpinion
from casework.organisations.tables import OrganisationKind
from checklists.programme import ExaminationRule, Programme
from dashboard import addresses, words
from dashboard.cases import medicals
from dashboard.cases.known import find
from dashboard.cases.lists import name_in_lists
from dashboard.cases.portraits import portrait
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import examinations as forms
from dashboard.forms import lists, rulings
from dashboard.forms.case import Options
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.medical import ReadingRow, ReadingsPage
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Fact, Link, Option, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled
from dashboard.routes.stages import organisation_options
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

Row = TypeVar("Row", MedicalExamination, SecondOpinion, Care)
router = APIRouter(dependencies=[Depends(signed_in)])

_WAITS: dict[Waits, Message] = {
    Waits.RESULT: _("a result is expected"),
    Waits.REVIEW: _("a review is due"),
    Waits.OPINION: _("a second opinion was asked for"),
    Waits.WEIGH: _("two opinions to weigh"),
    Waits.FIT_TO_FLY: _("a check before the journey"),
}
_RECORD = _("Record a medical examination")
_AMEND = _("Amend an examination")
_ASK = _("Ask for a second opinion")
_WEIGH = _("Say which of two opinions counts")
_VACCINATION = _("Record a vaccination")
_CARE = _("Record what was offered")
_CHECK = _("Record the check before the journey")
_CONSENT = _("The consent was taken back")


@router.get(addresses.MEDICAL)
def waiting(request: Request, visit: Signed) -> Response:
    """What waits for the medical officer, the most urgent first."""
    require(visit.role, Permission.SEE_MEDICAL)
    asked, page = given(request), wanted(given(request))
    options = tuple(Option(one.value, said) for one, said in _WAITS.items())
    form = rulings.part_of_list(addresses.MEDICAL, _("What waits"), options)
    lists.check_known(form, asked)
    part = asked.get("show", "")
    if part and part not in set(Waits):
        raise InvalidInput("unknown_filter", _("The filter has no such answer."), _("Choose an answer of the list."))
    look(visit, "medical_list.viewed", "medical_list/waiting")
    with visit.database.read() as session:
        found, total = queue.listed(
            session,
            visit.actor,
            visit.installation.catalogue,
            visit.today,
            Waits(part) if part else None,
            limit=page.size,
            offset=page.offset,
        )
    return show(
        RulingList(
            base=visit.at(Place.MEDICAL),
            heading=_("Medical"),
            summary=_n(
                "{count} worker to look at, the most urgent first",
                "{count} workers to look at, the most urgent first",
                total,
            ),
            links=(),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Worker"), _("What waits"), _("Status")),
            rows=tuple(_waiting(visit, line) for line in found),
            pager=pager(addresses.MEDICAL, asked, page, len(found), total),
            empty=_("Nothing waits."),
        )
    )


def _waiting(visit: Visit, line: MedicalLine) -> RulingRow:
    due = line.due_on
    if due is None:
        status = Badge(Tone.WAIT, _("no day known"))
    elif due < visit.today:
        status = Badge(Tone.LATE, _n("{count} day overdue", "{count} days overdue", (visit.today - due).days))
    else:
        status = Badge(Tone.TODAY if due == visit.today else Tone.OPEN, words.on(due))
    return RulingRow(
        first=Link(addresses.case(line.case.id, "medical"), line.case.reference),
        cells=(name_in_lists(line.worker), _WAITS[line.waits]),
        status=status,
    )


@router.get("/cases/{case_id:uuid}/medical")
def of_case(case_id: UUID, visit: Signed) -> Response:
    """Everything about one worker's health; whoever looks leaves an event for each row."""
    require(visit.role, Permission.SEE_MEDICAL)
    case, programme = find(visit, case_id)
    known = visit.database.run(visit.actor, medicals.opened, case_id)
    return show(medicals.page(visit, case, programme, known, _clinics(visit)))


@router.post("/cases/{case_id:uuid}/medical")
def record(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, rule, _programme = _asked(visit, case_id)
    form = forms.submit(case.id, case.version, _clinics(visit), rule)

    def act(values: Values, version: int) -> str:
        command = SubmitExamination(
            case_id=case_id, clinic_id=UUID(values.text("clinic")), **result_values(values, rule)
        )
        visit.database.run(visit.actor, examining.submit, visit.installation.catalogue, command, version)
        return "recorded"

    return submit(visit, case, taken, form, _RECORD, act)


def result_values(values: Values, rule: ExaminationRule) -> dict[str, Any]:
    """What the fields of a result hold, by the names of `examining.Result`."""
    days = {part.value: values.days[f"{part.value}_on"] for part, _label in forms.parts_of(rule)}
    return {
        "physician": values.text("physician"),
        "physician_licence": values.text("physician_licence"),
        "identity_checked": values.flag("identity_checked"),
        "examined_on": values.day("examined_on"),
        "outcome": MedicalOutcome(values.text("outcome")),
        "parts": {name: day for name, day in days.items() if day is not None},
        "until": values.days["until"],
        "review_on": values.days["review_on"],
        "result_code": values.text("result_code") if rule.shortened_by else "",
        "detail": values.text("detail"),
    }


@router.get("/cases/{case_id:uuid}/medical/{examination_id:uuid}/amend")
def ask_amend(case_id: UUID, examination_id: UUID, visit: Signed) -> Response:
    case, rule, _programme = _asked(visit, case_id)
    row = _row(visit, MedicalExamination, examination_id, case)
    form = filled(forms.amend(case.id, case.version, row.id, rule), _before(row, rule))
    lead = _("The version before is kept. What is sealed of it is not shown here: write it down anew.")
    return show(form_page(visit, case, form, _AMEND, lead, portrait=portrait(visit, case)))


@router.post("/cases/{case_id:uuid}/medical/{examination_id:uuid}/amend")
def amend(case_id: UUID, examination_id: UUID, visit: Signed, taken: Form) -> Response:
    case, rule, _programme = _asked(visit, case_id)
    row = _row(visit, MedicalExamination, examination_id, case)

    def act(values: Values, version: int) -> str:
        command = AmendExamination(
            examination_id=examination_id, reason=values.text("reason"), **result_values(values, rule)
        )
        visit.database.run(visit.actor, examining.amend, visit.installation.catalogue, command, version)
        return "amended"

    form = forms.amend(case.id, case.version, row.id, rule)
    return submit(visit, case, taken, form, _AMEND, act, _back(case))


@router.get("/cases/{case_id:uuid}/medical/{examination_id:uuid}/opinion")
def ask_opinion(case_id: UUID, examination_id: UUID, visit: Signed) -> Response:
    case, _rule, _programme = _asked(visit, case_id)
    form = _opinion_form(visit, case, examination_id)
    lead = _("The result goes on counting until the other clinic has examined and you have said which one counts.")
    return show(form_page(visit, case, form, _ASK, lead))


@router.post("/cases/{case_id:uuid}/medical/{examination_id:uuid}/opinion")
def opinion(case_id: UUID, examination_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _rule, _programme = _asked(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = AskSecondOpinion(
            examination_id=examination_id, clinic_id=UUID(values.text("clinic")), reason=values.text("reason")
        )
        visit.database.run(visit.actor, opinions.ask, command, version)
        return "opinion-asked"

    return submit(visit, case, taken, _opinion_form(visit, case, examination_id), _ASK, act, _back(case))


def _opinion_form(visit: Visit, case: Case, examination_id: UUID) -> AskedForm:
    row = _row(visit, MedicalExamination, examination_id, case)
    others = tuple(one for one in _clinics(visit) if one.value != str(row.clinic_id))
    return forms.ask_opinion(case.id, case.version, row.id, others)


@router.get("/cases/{case_id:uuid}/medical/opinions/{opinion_id:uuid}")
def ask_weigh(case_id: UUID, opinion_id: UUID, visit: Signed) -> Response:
    case, _rule, programme = _asked(visit, case_id)
    row = _row(visit, SecondOpinion, opinion_id, case)
    known = visit.database.run(visit.actor, medicals.opened, case_id)
    rows = tuple(
        medicals.examination(visit, case, programme, known, one)
        for one in known.examinations
        if one.examination.root in (row.first, row.second) and one.examination.withdrawn_on is None
    )
    shown = tuple(medicals.without_acts(one) for one in rows)
    lead = _("Both are kept. What was signed off on the one that does not count is open again.")
    return show(form_page(visit, case, _weigh_form(visit, case, row), _WEIGH, lead, recorded=shown))


@router.post("/cases/{case_id:uuid}/medical/opinions/{opinion_id:uuid}")
def weigh(case_id: UUID, opinion_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _rule, _programme = _asked(visit, case_id)
    row = _row(visit, SecondOpinion, opinion_id, case)

    def act(values: Values, version: int) -> str:
        command = WeighOpinions(
            opinion_id=opinion_id, counts=Opinion(values.text("counts")), reason=values.text("reason")
        )
        visit.database.run(visit.actor, opinions.weigh, visit.installation.catalogue, command, version)
        return "opinion-weighed"

    return submit(visit, case, taken, _weigh_form(visit, case, row), _WEIGH, act, _back(case))


def _weigh_form(visit: Visit, case: Case, row: SecondOpinion) -> AskedForm:
    """The two by the days on which they were made."""
    with visit.database.read() as session:
        made = {one.root: one for one in opinions.present(session, row)}
    first, second = made.get(row.first), made.get(row.second) if row.second else None
    return forms.weigh(
        case.id,
        case.version,
        row.id,
        _("the first, of {day}", day=words.on(first.examined_on)) if first else _("the first"),
        _("the second, of {day}", day=words.on(second.examined_on)) if second else _("the second"),
    )


@router.get("/cases/{case_id:uuid}/medical/{what:str}")
def ask_more(case_id: UUID, what: str, visit: Signed) -> Response:
    """The form of a vaccination, of care, of the check before the journey; and who read it all."""
    if what == "readings":
        return _readings(visit, case_id)
    case, rule, _programme = _asked(visit, case_id)
    form, heading = _form_of(case, rule, what)
    return show(form_page(visit, case, form, heading, portrait=portrait(visit, case)))


@router.post("/cases/{case_id:uuid}/medical/{what:str}")
def add(case_id: UUID, what: str, visit: Signed, taken: Form) -> Response:
    case, rule, _programme = _asked(visit, case_id)
    form, heading = _form_of(case, rule, what)

    def act(values: Values, version: int) -> str:
        _ADD[what](visit, case_id, values, version)
        return "recorded"

    return submit(visit, case, taken, form, heading, act, _back(case))


@router.get("/cases/{case_id:uuid}/medical/care/{care_id:uuid}/consent")
def ask_consent(case_id: UUID, care_id: UUID, visit: Signed) -> Response:
    case, _rule, _programme = _asked(visit, case_id)
    row = _row(visit, Care, care_id, case)
    lead = _("From today nothing more is passed on. What was handed over before cannot be called back.")
    return show(form_page(visit, case, forms.end_consent(case.id, case.version, row.id), _CONSENT, lead))


@router.post("/cases/{case_id:uuid}/medical/care/{care_id:uuid}/consent")
def end_consent(case_id: UUID, care_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _rule, _programme = _asked(visit, case_id)
    row = _row(visit, Care, care_id, case)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, care.end_consent, care_id, version)
        return "recorded"

    form = forms.end_consent(case.id, case.version, row.id)
    return submit(visit, case, taken, form, _CONSENT, act, _back(case))


def _readings(visit: Visit, case_id: UUID) -> Response:
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        found = readings.of_case(session, visit.actor, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    rows = tuple(
        ReadingRow(
            when=words.at(one.at, visit.zone),
            name=one.name,
            role=ROLE_WORDS[one.role] if one.role else "",
            office=one.office,
            what=", ".join(str(readings.WORDS[table]) for table in one.what),
        )
        for one in found
    )
    printed = _("Printed on {day} by {name}", day=words.at(visit.database.now(), visit.zone), name=visit.account.name)
    shown = portrait(visit, case)
    facts = (Fact(_("Worker"), shown.name if shown else ""), Fact(_("Case"), case.reference))
    back = Link(addresses.case(case.id), case.reference)
    return show(ReadingsPage(base=visit.at(Place.CASES), back=back, facts=facts, rows=rows, printed=printed))


def _asked(visit: Visit, case_id: UUID) -> tuple[Case, ExaminationRule, Programme]:
    require(visit.role, Permission.RECORD_MEDICAL)
    case, programme = find(visit, case_id)
    return case, medicals.rule_of(programme, case), programme


def _row(visit: Visit, table: type[Row], row_id: UUID, case: Case) -> Row:
    with visit.database.read() as session:
        row = session.get(table, row_id)
    if row is None or row.case_id != case.id:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    return row


def _before(row: MedicalExamination, rule: ExaminationRule) -> dict[str, str]:
    """What is not sealed of the version before, as the fields hold it."""
    days = {"examined_on": row.examined_on, "until": row.until, "review_on": row.review_on}
    return {
        "physician": row.physician,
        "physician_licence": row.physician_licence,
        "identity_checked": "yes" if row.identity_checked else "no",
        "outcome": row.outcome.value,
        **{f"{part.value}_on": row.parts.get(part.value, "") for part, _label in forms.parts_of(rule)},
        **{name: day.isoformat() for name, day in days.items() if day is not None},
    }


def _form_of(case: Case, rule: ExaminationRule, what: str) -> tuple[AskedForm, Message]:
    """Raises `NotFound` for a page that there is not."""
    match what:
        case "vaccination":
            return forms.vaccination(case.id, case.version, rule), _VACCINATION
        case "care":
            return forms.care(case.id, case.version), _CARE
        case "fit-to-fly":
            return forms.fit_to_fly(case.id, case.version), _CHECK
    raise NotFound("page", _("There is no such page."), _("Open it from the page of its case."))


def _vaccinate(visit: Visit, case_id: UUID, values: Values, version: int) -> None:
    command = RecordVaccination(
        case_id=case_id,
        vaccine=values.text("vaccine"),
        dose=values.number("dose"),
        given_on=values.day("given_on"),
        next_due=values.days["next_due"],
    )
    visit.database.run(visit.actor, care.vaccinate, visit.installation.catalogue, command, version)


def _give(visit: Visit, case_id: UUID, values: Values, version: int) -> None:
    command = RecordCare(
        case_id=case_id,
        kind=CareKind(values.text("kind")),
        given=values.flag("given"),
        happened_on=values.day("happened_on"),
        detail=values.text("detail"),
        consented_on=values.days["consented_on"],
    )
    visit.database.run(visit.actor, care.give, command, version)


def _check(visit: Visit, case_id: UUID, values: Values, version: int) -> None:
    command = CheckFitToFly(
        case_id=case_id,
        physician=values.text("physician"),
        physician_licence=values.text("physician_licence"),
        checked_on=values.day("checked_on"),
        fit=values.flag("fit"),
        note=values.text("note"),
    )
    visit.database.run(visit.actor, care.check_fit_to_fly, visit.installation.catalogue, command, version)


_ADD: dict[str, Callable[[Visit, UUID, Values, int], None]] = {
    "vaccination": _vaccinate,
    "care": _give,
    "fit-to-fly": _check,
}


def _clinics(visit: Visit) -> Options:
    with visit.database.read() as session:
        return organisation_options(session, OrganisationKind.CLINIC)


def _back(case: Case) -> str:
    return addresses.case(case.id, "medical")
