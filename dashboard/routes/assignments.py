"""The assignment of a case and its compensation measures: recorded, extended, ended, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases.tables import Case
from casework.followups import assignments, measures
from casework.followups.assignments import AgreeEnd, AskExtension
from casework.followups.measures import BeginMeasure, EndMeasure
from casework.followups.rules import MeasureOutcome
from casework.qualifications.procedure_rules import MeasureKind
from casework.recorded import WITHDRAW_REASONS
from dashboard.cases.known import find
from dashboard.cases.submitting import submit
from dashboard.forms import following as forms
from dashboard.parts import Form as AskedForm
from dashboard.parts import Option
from dashboard.posting import Values
from dashboard.sessions import Form, Signed, Visit, signed_in

router = APIRouter(dependencies=[Depends(signed_in)])

_ASSIGNMENT = _("Assignment")
_MEASURE = _("Compensation measure")
_REASONS = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())


@router.post("/cases/{case_id:uuid}/assignment/agree")
def agree(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = AgreeEnd(case_id=case_id, ends_on=values.day("ends_on"))
        return _run(visit, assignments.agree, command, version, "assignment-recorded")

    return submit(visit, case, taken, forms.agree_end(case_id, case.version), _ASSIGNMENT, act)


@router.post("/cases/{case_id:uuid}/assignment/extend")
def extend(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = AskExtension(case_id=case_id, ends_on=values.day("ends_on"), reason=values.text("reason"))
        return _run(visit, assignments.ask_extension, command, version, "extension-asked")

    return submit(visit, case, taken, forms.extension(case_id, case.version), _ASSIGNMENT, act)


@router.post("/cases/{case_id:uuid}/assignment/{end_id:uuid}/answer")
def answer(case_id: UUID, end_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme = find(visit, case_id)
    rule = programme.assignment(case.track)
    if rule is None or visit.role is not rule.extended_by:
        require(visit.role, Permission.EDIT_CASES)

    def act(values: Values, version: int) -> str:
        approved = values.text("answer") == "approved"
        catalogue = visit.installation.catalogue
        visit.database.run(visit.actor, assignments.answer, catalogue, end_id, approved, version)
        return "extension-approved" if approved else "extension-declined"

    form = forms.answer_extension(case_id, case.version, end_id, "")
    return submit(visit, case, taken, form, _ASSIGNMENT, act)


@router.post("/cases/{case_id:uuid}/assignment/{end_id:uuid}/withdraw")
def withdraw_end(case_id: UUID, end_id: UUID, visit: Signed, taken: Form) -> Response:
    case = _case(visit, case_id)
    form = forms.withdraw_end(case_id, case.version, end_id, _REASONS)
    return submit(visit, case, taken, form, _ASSIGNMENT, _withdrawing(visit, assignments.withdraw, end_id))


@router.post("/cases/{case_id:uuid}/measures")
def begin_measure(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = BeginMeasure(
            case_id=case_id,
            kind=MeasureKind(values.text("kind")),
            place=values.text("place"),
            began_on=values.day("began_on"),
            planned_until=values.day("planned_until"),
        )
        return _run(visit, measures.begin, command, version, "measure-recorded")

    form: AskedForm = forms.begin_measure(case_id, case.version, visit.today.isoformat())
    return submit(visit, case, taken, form, _MEASURE, act)


@router.post("/cases/{case_id:uuid}/measures/{measure_id:uuid}/end")
def end_measure(case_id: UUID, measure_id: UUID, visit: Signed, taken: Form) -> Response:
    case = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        outcome, day = MeasureOutcome(values.text("outcome")), values.day("ended_on")
        command = EndMeasure(measure_id=measure_id, outcome=outcome, ended_on=day)
        return _run(visit, measures.end, command, version, "measure-recorded")

    form = forms.end_measure(case_id, case.version, measure_id, visit.today.isoformat())
    return submit(visit, case, taken, form, _MEASURE, act)


@router.post("/cases/{case_id:uuid}/measures/{measure_id:uuid}/withdraw")
def withdraw_measure(case_id: UUID, measure_id: UUID, visit: Signed, taken: Form) -> Response:
    case = _case(visit, case_id)
    form = forms.withdraw_measure(case_id, case.version, measure_id, _REASONS)
    return submit(visit, case, taken, form, _MEASURE, _withdrawing(visit, measures.withdraw, measure_id))


def _case(visit: Visit, case_id: UUID) -> Case:
    """The case of a form that the office fills in. The role is asked before the form is read."""
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    return case


def _run(visit: Visit, operation: Callable[..., Any], command: object, version: int, notice: str) -> str:
    visit.database.run(visit.actor, operation, visit.installation.catalogue, command, version)
    return notice


def _withdrawing(visit: Visit, operation: Callable[..., Any], row_id: UUID) -> Callable[[Values, int], str]:
    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, operation, visit.installation.catalogue, row_id, values.text("reason"), version)
        return "record-withdrawn"

    return act
