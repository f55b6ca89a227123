"""The forward pass of a plan: from today, when each thing can be there, and what decides the end."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from basis.working_days import add
from checklists.programme import Programme
from checklists.status.outline import StageOutline, outline
from checklists.status.reading import Result, StageStatus

Key = tuple[str, str]
_NOT_ASKED = StageStatus.NOT_ASKED


class Step(NamedTuple):
    """Work on a requirement, or (`requirement` is "") from everything being there to the sign-off of its stage."""

    stage: str
    requirement: str
    begins: date
    ends: date


@dataclass(slots=True)
class Forwards:
    """`begins`: when work on a stage can begin. `requirements`, `stages`: when they can be there and signed off (`on`
    for what is done). `complete`: when every stage could be signed off; `departs`: the first day on which all the
    rules on days before departure (`lead_days`) are kept too."""

    on: date
    complete: date
    departs: date
    begins: dict[str, date] = field(default_factory=dict)
    requirements: dict[str, date] = field(default_factory=dict)
    stages: dict[str, date] = field(default_factory=dict)
    _steps: dict[Key, tuple[Step, Key | None]] = field(default_factory=dict)
    _completes: Key | None = None
    _decides: Key | None = None

    def critical_path(self, *, departing: bool) -> tuple[Step, ...]:
        """The steps, first to last, of which each waits for the one before, and the last decides the end."""
        at = self._decides if departing else self._completes
        path: list[Step] = []
        while at is not None:
            step, at = self._steps[at]
            path.append(step)
        return tuple(reversed(path))

    def enter(self, step: Step, waits_for: Key | None, lead: timedelta) -> None:
        """A step that is still to be done. Of several that end alike the later one decides."""
        key = (step.stage, step.requirement)
        self._steps[key] = (step, waits_for)
        if step.ends >= self.complete:
            self.complete, self._completes = step.ends, key
        departs = step.ends + lead if lead else step.ends
        if departs >= self.departs:
            self.departs, self._decides = departs, key


def forwards(
    programme: Programme, results: Sequence[Result], lasting: AbstractSet[Key], done: AbstractSet[str], on: date
) -> Forwards:
    """`results`: each stage after those it stands on. `lasting`: the slots, `done`: the stages that take nothing."""
    found = Forwards(on, complete=on, departs=on)
    stages = outline(programme).stages
    for result in results:
        if result.status is not _NOT_ASKED and not stages[result.stage.id].later:
            _stage(stages[result.stage.id], result, lasting, done, found)
    return found


def _stage(
    shape: StageOutline, result: Result, lasting: AbstractSet[Key], done: AbstractSet[str], found: Forwards
) -> None:
    stage = result.stage
    if stage.id in done:
        found.begins[stage.id] = found.stages[stage.id] = found.on
        found.requirements.update((evidence.slot.name[0], found.on) for evidence, _outcome in result.slots)
        return
    begin: date = found.on
    last: Key | None = None
    for name in stage.after:
        if name not in done and found.stages[name] >= begin:
            begin, last = found.stages[name], (name, "")
    found.begins[stage.id] = begin
    ready, waits_for = _requirements(shape, result, lasting, found, begin, last)
    signed = add(shape.calendar, ready, stage.service_days)
    found.stages[stage.id] = signed
    found.enter(Step(stage.id, "", ready, signed), waits_for, shape.lead)


def _requirements(
    shape: StageOutline, result: Result, lasting: AbstractSet[Key], found: Forwards, begin: date, last: Key | None
) -> tuple[date, Key | None]:
    """Enters the requirements of a stage that begins with the step `last`. Returns when all are there, and the last."""
    stage = result.stage.id
    open_ones = set()
    for evidence, _outcome in result.slots:
        slot = evidence.slot.name
        if slot in lasting:
            found.requirements.setdefault(slot[0], found.on)
        else:
            open_ones.add(slot[0])
    ready, decides = begin, last
    for one in shape.requirements:
        if one.id not in open_ones:
            continue
        start, waits_for = begin, last
        for name in one.after:
            if name in open_ones and found.requirements[name] >= start:
                start, waits_for = found.requirements[name], (stage, name)
        there = add(one.calendar, start, one.lead_time)
        found.requirements[one.id] = there
        found.enter(Step(stage, one.id, start, there), waits_for, one.lead)
        if there >= ready:
            ready, decides = there, (stage, one.id)
    return ready, decides
