"""Qualifications of a case: the page, the forms that record more, and every step of a recognition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from babel import Locale
from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.isco import numbered
from basis.messages import Message, _
from basis.partial import PartialDate, Precision
from casework.accounts.rules import Permission, require
from casework.cases.tables import Case
from casework.evidence import service as evidence
from casework.qualifications import abilities, diplomas, languages, procedures, queries, service, verifying
from casework.qualifications.abilities import AddExperience, PartResult, RecordTradeTest
from casework.qualifications.diplomas import AddDiploma
from casework.qualifications.languages import RecordLanguageTest
from casework.qualifications.procedure_rules import MeasureKind, ProcedureStepKind
from casework.qualifications.procedures import ApplyAgreement, OpenProcedure, StepProcedure
from casework.qualifications.rules import DegreeComparison, QualificationOutcome, Verification
from casework.qualifications.tables import RecognitionProcedure
from casework.qualifications.verifying import Document, VerifyDocument
from checklists.programme import LANGUAGE_SKILLS, Programme
from dashboard import addresses, words
from dashboard.cases import qualifications as pages
from dashboard.cases import requirements, wording
from dashboard.cases.known import find
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import qualifications as forms
from dashboard.forms.case import Options
from dashboard.looking import look
from dashboard.parts import Fact, Option
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/qualifications", dependencies=[Depends(signed_in)])

Act = Callable[[Values, int], object]


@router.get("")
def of_case(case_id: UUID, visit: Signed) -> Response:
    queries.require_reader(visit.actor)
    case, programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    with visit.database.read() as session:
        page = pages.page(visit, session, case, programme)
    return show(page)


@router.get("/{part}")
def ask(case_id: UUID, part: str, visit: Signed) -> Response:
    """A form that records something new."""
    require(visit.role, Permission.RECORD_QUALIFICATIONS)
    case, programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    form, heading, lead = _form(visit, case, programme, part)
    facts = (Fact(_("Occupation"), numbered(case.occupation, case.job_title)),)
    return show(form_page(visit, case, form, heading, lead, facts))


@router.post("/diploma")
def add_diploma(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> None:
        command = AddDiploma(
            case_id=case_id,
            isced=int(values.text("isced")),
            awarded=values.number("awarded"),
            comparison=DegreeComparison(values.text("comparison")),
            evidence_id=_paper(values),
            **{name: values.text(name) for name in ("institution", "country", "title", "translated", "field")},
        )
        visit.database.run(visit.actor, diplomas.add, command, version)

    return _recorded(case_id, visit, taken, "diploma", act)


@router.post("/language")
def record_language(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> None:
        command = RecordLanguageTest(
            case_id=case_id,
            language=values.text("subject"),
            test=values.text("title"),
            provider=values.text("provider"),
            number=values.text("reference"),
            tested_on=values.day("tested_on"),
            level=values.text("level"),
            skills={skill: values.text(skill) for skill in LANGUAGE_SKILLS if values.text(skill)},
            expires_on=values.days["expires_on"],
        )
        visit.database.run(visit.actor, languages.record, visit.installation.catalogue, command, version)

    return _recorded(case_id, visit, taken, "language", act)


@router.post("/trade-test")
def record_trade_test(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def part(values: Values, name: str) -> PartResult:
        return PartResult(
            passed=values.flag(f"{name}_passed"),
            points=values.numbers[f"{name}_points"],
            of=values.numbers[f"{name}_of"],
        )

    def act(values: Values, version: int) -> None:
        command = RecordTradeTest(
            case_id=case_id,
            tested_on=values.day("tested_on"),
            theory=part(values, "theory"),
            practical=part(values, "practical"),
            valid_until=values.days["valid_until"],
            **{name: values.text(name) for name in ("occupation", "esco", "centre", "candidate", "reference")},
        )
        visit.database.run(visit.actor, abilities.record_test, command, version)

    return _recorded(case_id, visit, taken, "trade-test", act)


@router.post("/experience")
def add_experience(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> None:
        command = AddExperience(
            case_id=case_id,
            since=_month(values.text("since")),
            until=_month(values.text("until")),
            evidence_id=_paper(values),
            **{name: values.text(name) for name in ("employer", "country", "occupation", "esco")},
        )
        visit.database.run(visit.actor, abilities.add_experience, command, version)

    return _recorded(case_id, visit, taken, "experience", act)


@router.post("/experience/count")
def count(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)

    def act(_values: Values, version: int) -> None:
        visit.database.run(visit.actor, abilities.count, visit.installation.catalogue, case_id, version)

    return _done(visit, case, taken, forms.count(case.id, case.version), "ability", act)


@router.post("/diplomas/{diploma_id:uuid}/{how}")
def begin(case_id: UUID, diploma_id: UUID, how: str, visit: Signed, taken: Form) -> Response:
    """An application, a decision made before, or an agreement that recognises the diploma."""
    case, _programme = _case(visit, case_id)
    number = case.version
    if how == "agreement":
        name = hidden(taken, "agreement")

        def apply(values: Values, version: int) -> None:
            command = ApplyAgreement(
                case_id=case_id, diploma_id=diploma_id, agreement=name, reference=values.text("reference")
            )
            catalogue = visit.installation.catalogue
            visit.database.run(visit.actor, procedures.apply_agreement, catalogue, command, version)

        return _done(visit, case, taken, forms.agreement(case.id, number, diploma_id, name, name), "diploma", apply)
    if how not in ("application", "decision"):
        raise _unknown()
    asked = forms.application if how == "application" else forms.decided

    def act(values: Values, version: int) -> None:
        outcome = values.texts.get("outcome")
        command = OpenProcedure(
            case_id=case_id,
            diploma_id=diploma_id,
            authority=values.text("authority"),
            reference=values.text("reference"),
            happened_on=values.day("happened_on"),
            outcome=QualificationOutcome(outcome) if outcome else None,
            appeal_until=values.days.get("appeal_until"),
        )
        visit.database.run(visit.actor, procedures.begin, command, version)

    return _done(visit, case, taken, asked(case.id, number, diploma_id, ""), "diploma", act)


@router.post("/procedures/{procedure_id:uuid}")
def step(case_id: UUID, procedure_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)
    kind = _kind(hidden(taken, "step"))
    with visit.database.read() as session:
        row = session.get(RecognitionProcedure, procedure_id)
        if row is None or row.case_id != case.id:
            raise _unknown()

    def act(values: Values, version: int) -> None:
        outcome, measure = values.texts.get("outcome"), values.texts.get("measure")
        command = StepProcedure(
            procedure_id=procedure_id,
            step=kind,
            happened_on=values.day("happened_on"),
            outcome=QualificationOutcome(outcome) if outcome else None,
            until=values.days.get("until") or values.days.get("appeal_until"),
            reference=values.texts.get("reference", ""),
            measure=MeasureKind(measure) if measure else None,
            months=values.numbers.get("months"),
        )
        visit.database.run(visit.actor, procedures.step, visit.installation.catalogue, command, version)

    return _done(visit, case, taken, forms.step(case.id, case.version, procedure_id, kind, ""), "diploma", act)


@router.post("/issuer/{document}/{row_id:uuid}")
def verify(case_id: UUID, document: str, row_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)
    if document not in set(Document):
        raise _unknown()
    about = Document(document)

    def act(values: Values, version: int) -> None:
        command = VerifyDocument(
            case_id=case_id,
            document=about,
            row_id=row_id,
            said=Verification(values.text("said")),
            happened_on=values.day("happened_on"),
        )
        visit.database.run(visit.actor, verifying.verify, command, version)

    return _done(visit, case, taken, forms.verify(case.id, case.version, about, row_id, ""), _PART_OF[about], act)


_PART_OF = {Document.DIPLOMA: "diploma", Document.LANGUAGE_TEST: "language", Document.WORK_EXPERIENCE: "ability"}


@router.post("/decisions/{decision_id:uuid}/second")
def second(case_id: UUID, decision_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)
    with visit.database.read() as session:
        if decision_id not in {row.id for row in service.of_case(session, visit.actor, case_id)}:
            raise _unknown()

    def act(_values: Values, version: int) -> None:
        visit.database.run(visit.actor, service.second, decision_id, version)

    return _done(visit, case, taken, forms.second(case.id, case.version, decision_id, ""), "diploma", act)


def _case(visit: Visit, case_id: UUID) -> tuple[Case, Programme]:
    require(visit.role, Permission.RECORD_QUALIFICATIONS)
    return find(visit, case_id)


def _recorded(case_id: UUID, visit: Visit, taken: Sent, part: str, act: Act) -> Response:
    """A form of its own page, sent."""
    case, programme = _case(visit, case_id)
    form, heading, _lead = _form(visit, case, programme, part)
    return _done(visit, case, taken, form, _PLACE_OF[part], act, heading)


def _done(
    visit: Visit, case: Case, taken: Sent, form: AskedForm, part: str, act: Act, heading: Message | None = None
) -> Response:
    """Do what was sent, and go back to the part of the page that it belongs to."""

    def acted(values: Values, version: int) -> str:
        act(values, version)
        return "recorded"

    after = f"{addresses.case(case.id, 'qualifications')}#{part}"
    return submit(visit, case, taken, form, heading or form.submit, acted, after)


_PLACE_OF = {"diploma": "diploma", "language": "language", "trade-test": "ability", "experience": "ability"}


def _form(visit: Visit, case: Case, programme: Programme, part: str) -> tuple[AskedForm, Message, Message]:
    """The form, its heading and what it means. Raises `NotFound` for a part that there is not."""
    number = case.version
    with visit.database.read() as session:
        match part:
            case "diploma":
                papers = _papers(session, visit, case, programme)
                form = forms.diploma(case.id, number, requirements.countries(), papers)
                return form, _("Add a diploma"), _("As it is printed. What an authority decides is recorded next.")
            case "language":
                lead = _("As the certificate shows it, skill by skill.")
                return forms.language(case.id, number, _languages(programme)), _("Record a language test"), lead
            case "trade-test":
                lead = _("Both parts. Who fails one takes the whole test again, as the next attempt.")
                return forms.trade_test(case.id, number, case.occupation), _("Record a trade test"), lead
            case "experience":
                papers = _papers(session, visit, case, programme)
                form = forms.experience(case.id, number, case.occupation, requirements.countries(), papers)
                lead = _("It counts once its employer has confirmed it. Months that overlap count once.")
                return form, _("Add a letter of an employer"), lead
    raise _unknown()


def _languages(programme: Programme) -> Options:
    """The languages that the programme or one of its occupations asks for; every language where none does."""
    names = Locale("en").languages
    asked = {one.subject for _stage, one in programme.asking_for("language_result") if one.subject}
    asked |= {one.language for stage in programme.stages for one in stage.recognising.occupations if one.language}
    known = sorted(asked) or sorted(code for code in map(str, names) if len(code) == 2)
    return tuple(Option(code, str(names.get(code, code))) for code in known)


def _papers(session: Session, visit: Visit, case: Case, programme: Programme) -> Options:
    """The papers of the case that were not rejected or withdrawn, by what they are."""
    found = []
    for item in evidence.of_case(session, visit.actor, case.id):
        asking = programme.asking_for(item.kind)
        if asking and item.status.value in ("submitted", "accepted"):
            title = wording.requirement_title(programme, asking[0][1], item.subject)
            day = words.on(item.recorded_at.date())
            found.append(Option(str(item.id), _("{title}, handed in on {day}", title=title, day=day)))
    return tuple(found)


def _paper(values: Values) -> UUID | None:
    text = values.texts.get("evidence", "")
    return UUID(text) if text else None


def _month(text: str) -> date:
    """The first day of a month like 2024-05. Raises `InvalidInput` (``month``)."""
    try:
        found = PartialDate.parse(text)
    except InvalidInput:
        found = None
    if found is None or found.precision is Precision.YEAR:
        raise InvalidInput("month", _("A month is not understood."), _("Write year and month, like 2024-05."))
    return found.earliest()


def _kind(text: str) -> ProcedureStepKind:
    try:
        return ProcedureStepKind(text)
    except ValueError:
        raise InvalidInput("unknown_step", _("There is no such step."), _("Open the page again.")) from None


def _unknown() -> NotFound:
    return NotFound("qualification", _("There is no such qualification."), _("Open it from the page of its case."))
