"""The way of a recognition: one transition table, and by when something must be done. Pure.

The Lisbon Recognition Convention: who applies is told within four months of the complete file; of a delay with its
reason and a new date; and may appeal. Recognised in part is closed by a compensation measure, or by a follow-up
application.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _
from casework.qualifications.rules import QualificationOutcome

STATUS: Final = "recognition"
"""The status of a procedure's line in a queue, which has no stage."""
MEASURE: Final = "measure"
DECISION: Final = "decision"
"""What such a line is about, in the place of a requirement."""


class ProcedureState(StrEnum):
    FILED = "filed"  # papers are missing: the authority's time has not begun
    RUNNING = "running"
    DECIDED = "decided"
    MEASURE = "measure"  # recognised in part; a compensation measure is to be done
    APPEALED = "appealed"
    TAKEN_BACK = "taken_back"


class ProcedureStepKind(StrEnum):
    FILED = "filed"
    COMPLETED = "completed"  # the file is complete
    DELAYED = "delayed"  # the authority tells of a delay, with a new date
    DECIDED = "decided"
    MEASURE_SET = "measure_set"
    MEASURE_DONE = "measure_done"
    FOLLOWED_UP = "followed_up"  # a follow-up application for the rest
    APPEALED = "appealed"
    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"  # its decision was withdrawn


class MeasureKind(StrEnum):
    """How what recognition found missing is made up for, before the departure or after the arrival."""

    ADAPTATION = "adaptation_period"
    TEST = "aptitude_test"
    COURSE = "course"


_State, _Step, _Outcome = ProcedureState, ProcedureStepKind, QualificationOutcome

STATE_WORDS: Final[Mapping[ProcedureState, Message]] = {
    _State.FILED: _("filed, papers are missing"),
    _State.RUNNING: _("with the authority"),
    _State.DECIDED: _("decided"),
    _State.MEASURE: _("compensation measure to be done"),
    _State.APPEALED: _("appealed"),
    _State.TAKEN_BACK: _("taken back"),
}
STEP_WORDS: Final[Mapping[ProcedureStepKind, Message]] = {
    _Step.FILED: _("application filed"),
    _Step.COMPLETED: _("file complete"),
    _Step.DELAYED: _("the authority told of a delay"),
    _Step.DECIDED: _("decided"),
    _Step.MEASURE_SET: _("compensation measure set"),
    _Step.MEASURE_DONE: _("compensation measure done"),
    _Step.FOLLOWED_UP: _("follow-up application filed"),
    _Step.APPEALED: _("appealed"),
    _Step.TAKEN_BACK: _("taken back"),
    _Step.REOPENED: _("the decision was withdrawn"),
}
MEASURE_WORDS: Final[Mapping[MeasureKind, Message]] = {
    MeasureKind.ADAPTATION: _("adaptation period"),
    MeasureKind.TEST: _("aptitude test"),
    MeasureKind.COURSE: _("course"),
}

TRANSITIONS: Final[Mapping[tuple[ProcedureState | None, ProcedureStepKind], ProcedureState]] = {
    (None, _Step.FILED): _State.FILED,
    (None, _Step.DECIDED): _State.DECIDED,  # before the worker came to the office
    (_State.FILED, _Step.COMPLETED): _State.RUNNING,
    (_State.FILED, _Step.TAKEN_BACK): _State.TAKEN_BACK,
    (_State.RUNNING, _Step.DELAYED): _State.RUNNING,
    (_State.RUNNING, _Step.DECIDED): _State.DECIDED,
    (_State.RUNNING, _Step.TAKEN_BACK): _State.TAKEN_BACK,
    (_State.DECIDED, _Step.MEASURE_SET): _State.MEASURE,
    (_State.DECIDED, _Step.FOLLOWED_UP): _State.RUNNING,
    (_State.DECIDED, _Step.APPEALED): _State.APPEALED,
    (_State.DECIDED, _Step.REOPENED): _State.RUNNING,
    (_State.MEASURE, _Step.MEASURE_DONE): _State.RUNNING,  # the authority decides on the rest
    (_State.MEASURE, _Step.REOPENED): _State.RUNNING,
    (_State.APPEALED, _Step.DECIDED): _State.DECIDED,
    (_State.APPEALED, _Step.TAKEN_BACK): _State.DECIDED,  # the appeal: what was decided stands
}
_ONLY_AFTER: Final[Mapping[ProcedureStepKind, frozenset[QualificationOutcome]]] = {
    _Step.MEASURE_SET: frozenset({_Outcome.PARTIAL}),
    _Step.FOLLOWED_UP: frozenset({_Outcome.PARTIAL, _Outcome.NONE}),
    _Step.APPEALED: frozenset({_Outcome.PARTIAL, _Outcome.NONE}),
}
"""What is left to do only where the authority decided so."""
OPEN: Final = frozenset({_State.FILED, _State.RUNNING, _State.MEASURE, _State.APPEALED})
"""Somebody still has to do something."""


def steps_from(state: ProcedureState, outcome: QualificationOutcome | None) -> tuple[ProcedureStepKind, ...]:
    """The steps that a person records now; a decision is withdrawn elsewhere."""
    return tuple(
        step
        for (start, step), _to in TRANSITIONS.items()
        if start is state and step is not _Step.REOPENED and _fits(step, outcome)
    )


def require_step(
    state: ProcedureState | None, step: ProcedureStepKind, outcome: QualificationOutcome | None
) -> ProcedureState:
    """Where the step leads. Raises `Conflict` (``no_such_step``)."""
    to = TRANSITIONS.get((state, step))
    if to is None or not _fits(step, outcome):
        raise Conflict(
            "no_such_step",
            _(
                "“{step}” cannot be recorded of a procedure that is: {state}.",
                step=STEP_WORDS[step],
                state=STATE_WORDS[state] if state else _("not filed yet"),
            ),
            _("Look at where it stands now."),
        )
    return to


def check_after(happened_on: date, last: date) -> None:
    """A step comes not before the one before it. Raises `InvalidInput` (``too_early``)."""
    if happened_on < last:
        raise InvalidInput(
            "too_early", _("The day lies before the step that was recorded last."), _("Give the day it happened.")
        )


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day by which something must be done about a procedure, and what (`DECISION`, `MEASURE`)."""

    day: date
    what: str


def deadline(state: ProcedureState, due_on: date | None, measure_due_on: date | None) -> Deadline | None:
    """What must be done by when; None where nothing is or no day is known."""
    if state is _State.RUNNING and due_on is not None:
        return Deadline(due_on, DECISION)
    if state is _State.MEASURE and measure_due_on is not None:
        return Deadline(measure_due_on, MEASURE)
    return None


def _fits(step: ProcedureStepKind, outcome: QualificationOutcome | None) -> bool:
    return step not in _ONLY_AFTER or outcome in _ONLY_AFTER[step]
