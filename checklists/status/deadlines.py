"""By when each thing must be there, and from when it is useful: the one backward pass that assessments and plans use.

A programme that counts working days anywhere (`lead_time`, `service_days`) is planned through its graph: a stage must
be signed off before work on those that stand on it begins, a requirement be there before work on those that come after
it. `lead_days` are a rule of the scheme on top of that; where graph and rule differ the earlier day counts, and moves
everything before it. A programme that counts no working days gives `lead_days` alone, each for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from basis.working_days import latest_start
from checklists.programme import HoldUntil, Programme
from checklists.status.judging import Evidence, Horizon, Outcome, SlotName, needed_until
from checklists.status.outline import APPLICATION, Outline, RequirementOutline, StageOutline, outline
from checklists.status.reading import Result, StageStatus

_NOT_ASKED, _SIGNED_OFF = StageStatus.NOT_ASKED, StageStatus.SIGNED_OFF
_UNTIL_APPLICATION = HoldUntil.VISA_APPLICATION


class Days(NamedTuple):
    """Of a requirement: `start_by` the last day to begin, `latest` the last safe day on which it is there,
    `useful_from` the first day whose evidence is still good when needed (None: never too early). Of a stage: `latest`
    the last safe day of its sign-off, `start_by` the last day to begin work on it. All None without a departure."""

    start_by: date | None
    latest: date | None
    useful_from: date | None


NO_DAYS = Days(None, None, None)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By requirement id and by stage id. `lasting`: the slots (requirement, subject) that need nothing more until the
    departure; `done`: the stages."""

    requirements: dict[str, Days]
    stages: dict[str, Days]
    lasting: frozenset[SlotName]
    done: frozenset[str]


def deadlines(programme: Programme, results: Sequence[Result], horizon: Horizon) -> Deadlines:
    """`results`: of every stage, each after those it stands on. `horizon`: the days to count back from."""
    shape = outline(programme)
    departure = None if horizon.departure == date.min else horizon.departure
    found = _backwards(shape, results, horizon, departure)
    if not shape.until_application or horizon.application != date.min or departure is None:
        return found
    # What must hold until the application is needed until the last day for it, which the pass itself has to find.
    days = [found.requirements.get(asked.id, NO_DAYS).latest for _stage, asked in programme.asking_for(APPLICATION)]
    applied = min((day for day in days if day is not None), default=departure)
    return _backwards(shape, results, horizon._replace(application=applied), departure)


def _backwards(shape: Outline, results: Sequence[Result], horizon: Horizon, departure: date | None) -> Deadlines:
    lasting = [
        evidence.slot.name
        for result in results
        for evidence, outcome in result.slots
        if outcome.status.fulfilled and _lasts(evidence, outcome, horizon, departure)
    ]
    done = [result.stage.id for result in results if _done(result, departure)]
    days = Deadlines({}, {}, frozenset(lasting), frozenset(done))
    if departure is None:
        return days
    limits: dict[str, date] = {}
    for result in reversed(results):
        stage = result.stage
        if result.status is _NOT_ASKED or shape.stages[stage.id].later:
            continue
        if not shape.counts_working_days:
            _each_for_itself(shape.stages[stage.id], result, horizon, departure, days)
            continue
        limit = min(limits.get(stage.id, departure), departure - shape.stages[stage.id].lead)
        begin = _through_graph(shape.stages[stage.id], result, horizon, departure, limit, days)
        if stage.id not in days.done:
            for name in stage.after:
                limits[name] = min(limits.get(name, begin), begin)
    return days


def _lasts(evidence: Evidence, outcome: Outcome, horizon: Horizon, departure: date | None) -> bool:
    """Whether what fulfils a slot now does so until the departure (what only has to hold today must be renewed when
    it lapses before: the sign-off stands on it), or until the application where that is enough."""
    if outcome.holds_until is None or departure is None:
        return True
    validity = evidence.slot.requirement.validity
    need = needed_until(validity, horizon) or departure
    if validity is not None and validity.must_hold_until is _UNTIL_APPLICATION and need != date.min:
        return outcome.holds_until >= need
    return outcome.holds_until >= max(need, departure)


def _done(result: Result, departure: date | None) -> bool:
    if result.status is not _SIGNED_OFF:
        return result.status is _NOT_ASKED
    return departure is None or result.holds_until is None or result.holds_until >= departure


def _each_for_itself(shape: StageOutline, result: Result, horizon: Horizon, departure: date, days: Deadlines) -> None:
    latest = departure - shape.lead
    days.stages[result.stage.id] = Days(latest, latest, None)
    asked = {evidence.slot.name[0] for evidence, _outcome in result.slots}
    for one in shape.requirements:
        if one.id in asked:
            latest = departure - one.lead
            useful_from = _useful_from(one, horizon, departure) if one.limits else None
            days.requirements[one.id] = Days(latest, latest, useful_from)


def _through_graph(
    shape: StageOutline, result: Result, horizon: Horizon, departure: date, latest: date, days: Deadlines
) -> date:
    """Enters the days of a stage, to be signed off by `latest`, and its requirements. Returns the last day to begin."""
    complete = begin = latest_start(shape.calendar, latest, result.stage.service_days)
    names = [evidence.slot.name for evidence, _outcome in result.slots]
    asked = {name for name, _subject in names}
    open_ones = {name for name, subject in names if (name, subject) not in days.lasting}
    limits: dict[str, date] = {}
    for one in reversed(shape.requirements):
        if one.id not in asked:
            continue
        there = limits.get(one.id, complete)
        if one.lead:
            there = min(there, departure - one.lead)
        start_by = latest_start(one.calendar, there, one.lead_time)
        useful_from = _useful_from(one, horizon, departure) if one.limits else None
        days.requirements[one.id] = Days(start_by, there, useful_from)
        if one.id in open_ones:
            begin = min(begin, start_by)
            for name in one.after:
                limits[name] = min(limits.get(name, start_by), start_by)
    days.stages[result.stage.id] = Days(begin, latest, None)
    return begin


def _useful_from(one: RequirementOutline, horizon: Horizon, departure: date) -> date | None:
    """Of a requirement with a maximum age."""
    need = needed_until(one.requirement.validity, horizon)
    if need is None:
        return None
    if need == date.min or (need < departure and one.until is not _UNTIL_APPLICATION):
        need = departure
    return max([limit.first_reaching(need) for limit in one.limits])
