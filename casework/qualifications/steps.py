"""The steps of recognition procedures as rows, and what a withdrawn decision means for its procedure."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from basis.errors import Conflict
from basis.messages import _
from casework.qualifications.procedure_rules import ProcedureState, ProcedureStepKind, require_step
from casework.qualifications.rules import QualificationOutcome
from casework.qualifications.tables import QualificationDecision, RecognitionProcedure, RecognitionStep
from casework.work import Work


def keep(
    work: Work,
    row: RecognitionProcedure,
    kind: ProcedureStepKind,
    happened_on: date,
    *,
    outcome: QualificationOutcome | None = None,
    until: date | None = None,
) -> RecognitionStep:
    """Write down a step of a procedure that stands in its new state already."""
    work.session.add(row)
    work.session.flush()
    made = RecognitionStep(
        procedure_id=row.id,
        case_id=row.case_id,
        step=kind,
        to_state=row.state,
        happened_on=happened_on,
        outcome=outcome,
        until=until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(made)
    work.record(
        f"recognition.{kind.value}",
        f"recognition_procedure/{row.id}",
        case_id=row.case_id,
        happened_on=happened_on,
        data={"state": row.state.value},
    )
    return made


def reopen(work: Work, decision: QualificationDecision) -> None:
    """The procedure that a withdrawn decision ended waits for the authority again; of one that went on since, only the
    earlier decision is gone. Raises `Conflict` (``appealed``)."""
    query = select(RecognitionProcedure).where(RecognitionProcedure.decision_id == decision.id)
    row = work.session.exec(query).one_or_none()
    if row is None:
        return
    if row.state is ProcedureState.APPEALED:
        raise Conflict(
            "appealed",
            _("An appeal against this decision runs."),
            _("Record the answer to the appeal, or that it was taken back, first."),
        )
    row.decision_id = row.outcome = row.appeal_until = row.decided_on = None
    row.measure = row.measure_months = row.measure_due_on = None
    if row.state in (ProcedureState.DECIDED, ProcedureState.MEASURE):
        row.state = require_step(row.state, ProcedureStepKind.REOPENED, None)
        keep(work, row, ProcedureStepKind.REOPENED, work.today)
    else:
        work.session.add(row)
