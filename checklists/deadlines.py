"""By when each thing must be there, and from when it is useful: the one backward pass that assessments and plans use.

A programme that counts working days anywhere (`lead_time`, `service_days`) is planned through its graph: a stage must
be signed off before work on those that stand on it begins, a requirement be there before work on those that come after
it. `lead_days` are a rule of the scheme on top of that; where graph and rule differ the earlier day counts, and moves
everything before it. A programme that counts no working days gives `lead_days` alone, each for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from basis.working_days import latest_start
from checklists.judging import Evidence, Horizon, Outcome
from checklists.programme import HoldUntil, Programme, Requirement, Stage
from checklists.reading import Result, StageStatus

APPLICATION = "visa_application"


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
    lasting: frozenset[tuple[str, str]]
    done: frozenset[str]


def deadlines(programme: Programme, results: Sequence[Result], horizon: Horizon) -> Deadlines:
    """`results`: of every stage, each after those it stands on."""
    departure = None if horizon.departure == date.min else horizon.departure
    if not _waits_for_application(results, horizon):
        return _backwards(programme, results, departure, departure)
    # What must hold until the application is needed until the last day for it, which the pass itself finds.
    first = _backwards(programme, results, departure, departure)
    days = [
        first.requirements[asked.id].latest
        for _stage, asked in programme.asking_for(APPLICATION)
        if asked.id in first.requirements
    ]
    applied = min((day for day in days if day is not None), default=departure)
    return _backwards(programme, results, departure, applied)


def counts_working_days(programme: Programme) -> bool:
    """Whether deadlines go through the graph (see above)."""
    return any(stage.service_days or any(asked.lead_time for asked in stage.requirements) for stage in programme.stages)


def _lasts(evidence: Evidence, outcome: Outcome, departure: date | None, application: date | None) -> bool:
    """Whether a slot is fulfilled now and stays so until the departure (what only has to hold today must be renewed
    when it lapses before: the sign-off stands on it), or until the application where that is enough."""
    if not outcome.status.fulfilled:
        return False
    until = application if _holds(evidence.slot.requirement) is HoldUntil.VISA_APPLICATION else departure
    return until is None or outcome.holds_until is None or outcome.holds_until >= until


def in_order(requirements: Sequence[Requirement]) -> Sequence[Requirement]:
    """Each requirement after those that it comes after; a circle, which a sound programme has not, in file order."""
    if not any(asked.after for asked in requirements):
        return requirements
    names = {asked.id for asked in requirements}
    done: set[str] = set()
    order: list[Requirement] = []
    waiting = list(requirements)
    while waiting:
        free = [asked for asked in waiting if done.issuperset(names.intersection(asked.after))] or waiting
        order.extend(free)
        done.update(asked.id for asked in free)
        waiting = [asked for asked in waiting if asked.id not in done]
    return order


def calendar_of(programme: Programme, item: Requirement | Stage) -> str:
    """The country whose working days count for it."""
    return item.calendar or programme.home_calendar


def _waits_for_application(results: Sequence[Result], horizon: Horizon) -> bool:
    return horizon.application == date.min and any(
        _holds(evidence.slot.requirement) is HoldUntil.VISA_APPLICATION
        for result in results
        for evidence, _outcome in result.slots
    )


def _holds(requirement: Requirement) -> HoldUntil | None:
    return requirement.validity.must_hold_until if requirement.validity else None


def _backwards(
    programme: Programme, results: Sequence[Result], departure: date | None, application: date | None
) -> Deadlines:
    lasting = frozenset(
        [
            (evidence.slot.requirement.id, evidence.slot.subject)
            for result in results
            for evidence, outcome in result.slots
            if _lasts(evidence, outcome, departure, application)
        ]
    )
    done = frozenset([result.stage.id for result in results if _done(result, departure)])
    days = Deadlines({}, {}, lasting, done)
    if departure is None:
        return days
    limits: dict[str, date] = {}
    through_graph = counts_working_days(programme)
    for result in reversed(results):
        stage = result.stage
        if result.status is StageStatus.NOT_ASKED:
            continue
        if not through_graph:
            _each_for_itself(result, departure, application, days)
            continue
        begin = _stage_days(programme, result, departure, application, limits.get(stage.id, departure), days)
        if stage.id not in done:
            for name in stage.after:
                limits[name] = min(limits.get(name, begin), begin)
    return days


def _done(result: Result, departure: date | None) -> bool:
    if result.status is not StageStatus.SIGNED_OFF:
        return result.status is StageStatus.NOT_ASKED
    return departure is None or result.holds_until is None or result.holds_until >= departure


def _each_for_itself(result: Result, departure: date, application: date | None, days: Deadlines) -> None:
    latest = departure - timedelta(days=result.stage.lead_days)
    days.stages[result.stage.id] = Days(latest, latest, None)
    for evidence, _outcome in result.slots:
        asked = evidence.slot.requirement
        if asked.id not in days.requirements:
            latest = departure - timedelta(days=asked.lead_days)
            days.requirements[asked.id] = Days(latest, latest, _useful_from(evidence, departure, application))


def _stage_days(
    programme: Programme, result: Result, departure: date, application: date | None, limit: date, days: Deadlines
) -> date:
    """Enters the days of a stage, to be signed off by `limit`, and its requirements. Returns the last day to begin."""
    stage = result.stage
    latest = min(limit, departure - timedelta(days=stage.lead_days))
    complete = begin = latest_start(calendar_of(programme, stage), latest, stage.service_days)
    asked = {evidence.slot.requirement.id: evidence for evidence, _outcome in result.slots}
    open_ones = {
        evidence.slot.requirement.id
        for evidence, _outcome in result.slots
        if (evidence.slot.requirement.id, evidence.slot.subject) not in days.lasting
    }
    limits: dict[str, date] = {}
    for requirement in reversed(in_order([evidence.slot.requirement for evidence in asked.values()])):
        there = min(limits.get(requirement.id, complete), departure - timedelta(days=requirement.lead_days))
        start_by = latest_start(calendar_of(programme, requirement), there, requirement.lead_time)
        useful_from = _useful_from(asked[requirement.id], departure, application)
        days.requirements[requirement.id] = Days(start_by, there, useful_from)
        if requirement.id in open_ones:
            begin = min(begin, start_by)
            for name in requirement.after:
                limits[name] = min(limits.get(name, start_by), start_by)
    days.stages[stage.id] = Days(begin, latest, None)
    return begin


def _useful_from(evidence: Evidence, departure: date, application: date | None) -> date | None:
    validity = evidence.slot.requirement.validity
    if validity is None:
        return None
    limits = [limit.max_age for limit in validity.also]
    if validity.max_age is not None:
        limits.append(validity.max_age)
    if not limits:
        return None
    need: date | None = departure
    if validity.must_hold_until is HoldUntil.VISA_APPLICATION:
        need = application if evidence.need == date.min else evidence.need
    elif evidence.need is not None and evidence.need > departure:
        need = evidence.need
    return None if need is None else max(limit.first_reaching(need) for limit in limits)
