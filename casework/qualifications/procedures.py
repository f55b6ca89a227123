"""The recognition of a diploma, step by step; its end is the decision that the rules read."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.qualifications import diplomas, institutions, queries, service, steps
from casework.qualifications.procedure_rules import (
    OPEN,
    MeasureKind,
    ProcedureState,
    ProcedureStepKind,
    check_after,
    deadline,
    require_step,
)
from casework.qualifications.rules import QualificationKind, QualificationOutcome
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import Diploma, QualificationDecision, RecognitionProcedure
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from checklists.recognition import rule_for

_Step = ProcedureStepKind
LONGEST_MEASURE: Final = 60  # months


class OpenProcedure(BaseModel):
    """The recognition of a diploma. Without an `outcome` an application was filed on `happened_on`; with one the
    authority decided on that day already, and who is not recognised in full may appeal until `appeal_until`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    diploma_id: UUID
    authority: str
    reference: str = ""
    happened_on: date
    outcome: QualificationOutcome | None = None
    appeal_until: date | None = None


class StepProcedure(BaseModel):
    """What happened to a procedure. `until` is the new day of a delayed decision, the last day to appeal against one,
    or by when a measure is to be done; `outcome` is the authority's, `measure` and `months` what it set."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    procedure_id: UUID
    step: ProcedureStepKind
    happened_on: date
    outcome: QualificationOutcome | None = None
    until: date | None = None
    reference: str = ""
    measure: MeasureKind | None = None
    months: int | None = None


class ApplyAgreement(BaseModel):
    """A person's word that an agreement of the programme recognises a diploma. `agreement` is its id."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    diploma_id: UUID
    agreement: str
    reference: str = ""


def begin(work: Work, command: OpenProcedure, expected_version: int | None = None) -> RecognitionProcedure:
    """File an application, or record what an authority decided before.

    Raises `NotFound` (``diploma``), `Conflict` (``denied``, ``open_already``), `InvalidInput` (``date_in_future``,
    ``too_early``, ``dates``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    diploma = _diploma(work, case, command.diploma_id)
    happened_on = recorded.happened(command.happened_on, _("day"), work.today)
    check_after(happened_on, diplomas.day_of_award(diploma))
    step = _Step.FILED if command.outcome is None else _Step.DECIDED
    row = RecognitionProcedure(
        case_id=case.id,
        diploma_id=diploma.id,
        authority=recorded.text(command.authority, _("authority")),
        reference=recorded.text(command.reference, _("reference"), 120, needed=False),
        state=require_step(None, step, None),
        opened_on=happened_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if command.outcome is not None:
        _decide(work, case, row, diploma, command.outcome, happened_on, command.appeal_until)
    steps.keep(work, row, step, happened_on, outcome=command.outcome, until=row.appeal_until)
    return row


def step(
    work: Work, catalogue: Catalogue, command: StepProcedure, expected_version: int | None = None
) -> RecognitionProcedure:
    """Record what happened to a procedure. A decision writes the one that the rules read; the answer to an appeal that
    changes it takes the earlier one back.

    Raises `NotFound` (``procedure``), `Conflict` (``no_such_step``), `InvalidInput` (``missing_value``, ``dates``,
    ``date_in_future``, ``too_early``, ``too_late``, ``months``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    row = work.session.get(RecognitionProcedure, command.procedure_id)
    if row is None:
        raise NotFound("procedure", _("There is no such procedure."), _("Open it from its case."))
    case = changes.change(work, row.case_id, expected_version)
    work.session.refresh(row)
    before = row.state
    to = require_step(before, command.step, row.outcome)
    happened_on = recorded.happened(command.happened_on, _("day"), work.today)
    check_after(happened_on, max(one.happened_on for one in queries.steps_of(work.session, [row.id])[row.id]))
    until = command.until
    match command.step:
        case _Step.COMPLETED | _Step.FOLLOWED_UP | _Step.MEASURE_DONE:
            until = _run(row, programme_of(catalogue, case), case, happened_on)
            if command.step is _Step.MEASURE_DONE:
                row.measure_done_on = happened_on
        case _Step.DELAYED:
            row.due_on = until = _later(until, happened_on, _("new day of the decision"))
        case _Step.DECIDED:
            if command.outcome is None:
                raise InvalidInput("missing_value", _("It is not said what was decided."), _("Choose the decision."))
            row.reference = recorded.text(command.reference, _("reference"), 120, needed=False) or row.reference
            diploma = work.session.get_one(Diploma, row.diploma_id)
            if before is not ProcedureState.APPEALED:
                _decide(work, case, row, diploma, command.outcome, happened_on, until)
            elif command.outcome is not row.outcome:
                _take_back(work, row)
                _decide(work, case, row, diploma, command.outcome, happened_on, until)
            else:
                row.appeal_until = until
            until = row.appeal_until
        case _Step.MEASURE_SET:
            until = _set_measure(row, command, happened_on)
        case _Step.APPEALED if row.appeal_until is not None and happened_on > row.appeal_until:
            raise InvalidInput(
                "too_late",
                _("The appeal lies after the last day to appeal."),
                _("Correct the day. What comes too late can be filed as a follow-up application."),
            )
    row.state = to
    steps.keep(work, row, command.step, happened_on, outcome=command.outcome, until=until)
    return row


def apply_agreement(
    work: Work, catalogue: Catalogue, command: ApplyAgreement, expected_version: int | None = None
) -> RecognitionProcedure:
    """A person confirms that an agreement of the programme recognises the diploma: the decision names it. Where the
    requirement is independent, a second person confirms the decision (`service.second`).

    Raises `NotFound` (``agreement``, ``diploma``), `Refused` (``individual``), `Conflict` (``denied``,
    ``open_already``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    diploma = _diploma(work, case, command.diploma_id)
    country = institutions.get(work.session, diploma.institution_id).country
    fitting = queries.agreements_for(programme_of(catalogue, case), case, diploma, country, work.today)
    agreement = next((one for one in fitting if one.id == command.agreement), None)
    if agreement is None:
        raise NotFound(
            "agreement",
            _("The programme has no such agreement in force for this diploma."),
            _("Choose one of those that the page proposes, or file an application."),
        )
    if agreement.outcome == "individual":
        raise Refused(
            "individual", _("Under this agreement the authority decides case by case."), _("File an application.")
        )
    row = RecognitionProcedure(
        case_id=case.id,
        diploma_id=diploma.id,
        authority=agreement.title,
        reference=recorded.text(command.reference, _("reference"), 120, needed=False),
        state=require_step(None, _Step.DECIDED, None),
        opened_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    outcome = QualificationOutcome(agreement.outcome)
    _decide(work, case, row, diploma, outcome, work.today, None, agreement.id)
    steps.keep(work, row, _Step.DECIDED, work.today, outcome=outcome)
    return row


def tell_of_overdue(work: Work, limit: int = 100) -> int:
    """Leave an event for each procedure whose day went by since the last look, and have its case looked at; how many
    there were."""
    rows = queries.gone_by(work.session, work.today, limit)
    for row in sorted(rows, key=lambda one: one.case_id):
        late = deadline(row.state, row.due_on, row.measure_due_on)
        if late is not None:
            changes.change(work, row.case_id)
            row.told_of = late.day
            work.session.add(row)
            work.record(
                "recognition.overdue",
                f"recognition_procedure/{row.id}",
                case_id=row.case_id,
                data={"state": row.state.value},
            )
    return len(rows)


def _diploma(work: Work, case: Case, diploma_id: UUID) -> Diploma:
    """A diploma of the case whose recognition may begin."""
    diploma = diplomas.find(work, diploma_id)
    if diploma.case_id != case.id:
        raise NotFound("diploma", _("There is no such diploma."), _("Open it from its case."))
    diplomas.require_genuine(diploma)
    query = select(RecognitionProcedure.state).where(RecognitionProcedure.diploma_id == diploma.id)
    if any(state in OPEN for state in work.session.exec(query)):
        raise Conflict(
            "open_already",
            _("The recognition of this diploma goes on already."),
            _("Record its next step, or take the application back."),
        )
    return diploma


def _run(row: RecognitionProcedure, programme: Programme, case: Case, complete_on: date) -> date:
    """The authority's time begins; returns its last day."""
    within = rule_for(programme, QualificationKind.DIPLOMA.value, case.track).decision_within
    row.complete_on, row.due_on = complete_on, within.after(complete_on)
    row.appeal_until = row.told_of = None
    return row.due_on


def _decide(
    work: Work,
    case: Case,
    row: RecognitionProcedure,
    diploma: Diploma,
    outcome: QualificationOutcome,
    decided_on: date,
    appeal_until: date | None,
    agreement: str = "",
) -> None:
    """The authority's decision on the procedure, and as the rules read it."""
    may_appeal = outcome in (QualificationOutcome.PARTIAL, QualificationOutcome.NONE)
    if appeal_until is not None and may_appeal:
        _later(appeal_until, decided_on, _("last day to appeal"))
    command = DecideQualification(
        case_id=case.id,
        kind=QualificationKind.DIPLOMA,
        outcome=outcome,
        title=diploma.title,
        authority=row.authority,
        reference=row.reference,
        agreement=agreement,
        decided_on=decided_on,
    )
    row.decision_id = service.keep(work, case, command).id
    row.decided_on, row.outcome = decided_on, outcome
    row.appeal_until = appeal_until if may_appeal else None


def _take_back(work: Work, row: RecognitionProcedure) -> None:
    """The decision that an appeal was right about; a new one takes its place."""
    decision = work.session.get(QualificationDecision, row.decision_id) if row.decision_id else None
    if decision is not None and decision.withdrawn_on is None:
        decision.withdrawn_on = work.today
        work.session.add(decision)
        work.record(
            "qualification.withdrawn",
            f"qualification_decision/{decision.id}",
            case_id=row.case_id,
            data={"reason": "issuer_withdrew"},
        )


def _set_measure(row: RecognitionProcedure, command: StepProcedure, happened_on: date) -> date | None:
    if command.measure is None:
        raise InvalidInput(
            "missing_value", _("It is not said which measure is to be done."), _("Choose the kind of measure.")
        )
    if command.months is not None and not 1 <= command.months <= LONGEST_MEASURE:
        raise InvalidInput(
            "months",
            _("The measure does not last between 1 and {most} months.", most=LONGEST_MEASURE),
            _("Correct the months, or leave them empty."),
        )
    row.measure, row.measure_months = command.measure, command.months
    row.measure_due_on = (
        _later(command.until, happened_on, _("day by which it is done")) if command.until is not None else None
    )
    row.measure_done_on = row.appeal_until = row.told_of = None
    return row.measure_due_on


def _later(day: date | None, than: date, field: Message) -> date:
    """A day after another one. Raises `InvalidInput` (``missing_value``, ``dates``)."""
    if day is None:
        raise InvalidInput("missing_value", _("The field {field} is empty.", field=field), _("Fill it in."))
    if day <= than:
        raise InvalidInput(
            "dates", _("The field {field} does not lie after the step itself.", field=field), _("Correct the two days.")
        )
    return day
