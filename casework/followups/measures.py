"""Compensation measures after the arrival: begun, ended with their outcome, taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.followups.rules import MeasureOutcome
from casework.followups.tables import Measure
from casework.qualifications.procedure_rules import MeasureKind
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.following import MEASURE


class BeginMeasure(BaseModel):
    """A measure that has begun; `place`: where it is done or who holds it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: MeasureKind
    place: str
    began_on: date
    planned_until: date


class EndMeasure(BaseModel):
    """How a measure ended."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    measure_id: UUID
    outcome: MeasureOutcome
    ended_on: date


def begin(work: Work, catalogue: Catalogue, command: BeginMeasure, expected_version: int | None = None) -> Measure:
    """Record a measure where the programme asks for one after the preparation.

    Raises `Conflict` (``ended``), `InvalidInput` (``date_in_future``, ``too_early``, ``missing_value``)."""
    require(work.actor.role, Permission.EDIT_CASES)
    case = _open(work, command.case_id, expected_version)
    began_on = recorded.happened(command.began_on, _("first day"), work.today)
    if case.ended_on is not None and began_on < case.ended_on:
        raise InvalidInput(
            "too_early", _("The measure cannot begin before the follow-up has."), _("Give the day it began.")
        )
    if command.planned_until < began_on:
        raise InvalidInput("too_early", _("The measure would end before it begins."), _("Give a later day."))
    row = Measure(
        case_id=case.id,
        kind=command.kind,
        place=recorded.text(command.place, _("place")),
        began_on=began_on,
        planned_until=command.planned_until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    return _keep(work, catalogue, case, row, "measure.begun", began_on)


def end(work: Work, catalogue: Catalogue, command: EndMeasure, expected_version: int | None = None) -> Measure:
    """Record how it ended. Raises `Conflict` (``ended``, ``measure_ended``), `InvalidInput` (``date_in_future``,
    ``too_early``)."""
    require(work.actor.role, Permission.EDIT_CASES)
    row = _find(work, command.measure_id)
    case = _open(work, row.case_id, expected_version)
    work.session.refresh(row)
    if row.outcome is not None or row.withdrawn_on is not None:
        raise Conflict("measure_ended", _("This measure has ended already."), _("Withdraw it first, if it is wrong."))
    if recorded.happened(command.ended_on, _("last day"), work.today) < row.began_on:
        raise InvalidInput("too_early", _("The measure would end before it begins."), _("Give a later day."))
    row.outcome, row.ended_on, row.ended_by = command.outcome, command.ended_on, work.actor.key
    return _keep(work, catalogue, case, row, "measure.ended", command.ended_on)


def withdraw(
    work: Work, catalogue: Catalogue, measure_id: UUID, reason: str, expected_version: int | None = None
) -> Measure:
    """Take it back, for a code of `recorded.WITHDRAW_REASONS`; what stands on it falls with it."""
    require(work.actor.role, Permission.EDIT_CASES)
    case = _open(work, _find(work, measure_id).case_id, expected_version)
    row = recorded.withdraw(work, Measure, measure_id, "measure.withdrawn", reason, any_life=True)
    refresh(work, programme_of(catalogue, case), case)
    return row


def _open(work: Work, case_id: UUID, expected_version: int | None) -> Case:
    """A case takes measures while its stages after the preparation ask for one."""
    case = changes.change(work, case_id, expected_version, any_life=True)
    if MEASURE not in (case.assessment or {}).get("after", ()):
        raise Conflict(
            "no_measure",
            _("Nothing that is asked of this case now is a compensation measure."),
            _("It is recorded once the worker has arrived, where the programme asks for it."),
        )
    return case


def _find(work: Work, measure_id: UUID) -> Measure:
    row = work.session.get(Measure, measure_id)
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    return row


def _keep(work: Work, catalogue: Catalogue, case: Case, row: Measure, event: str, happened_on: date) -> Measure:
    work.session.add(row)
    work.record(
        event,
        f"compensation_measure/{row.id}",
        case_id=case.id,
        happened_on=happened_on,
        data={"kind": row.kind.value},
    )
    refresh(work, programme_of(catalogue, case), case)
    return row
