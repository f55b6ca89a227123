"""Whether evidence could lapse before the rest of a programme is over: a quick look that errs on the side of yes.

Planning a programme for two years of departures takes a tenth of a second. Most programmes leave so much room that it
need not be done: the latest safe day of a requirement lies no further before the departure than what comes after it
takes, with every count of working days stretched to the worst that a calendar makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checklists.durations import Duration

if TYPE_CHECKING:
    from checklists.programme import Programme, Requirement, Stage

_STRETCH = 1.6  # five working days are seven calendar days, less 20 holidays on weekdays in a year
_RUN = 24  # and somewhere the longest runs of free days, and the days between two calendars, come on top


def could_lapse(programme: Programme) -> bool:
    """False only where `schedule.find_impossible` finds nothing. The graph must be without cycles."""
    before = _before_departure(programme)
    return any(
        _shortest(age) < there[requirement.id] + programme.journey_days + _margin(requirement) + _RUN
        for stage in programme.stages
        for there in (_there(stage, before[stage.id]),)
        for requirement in stage.requirements
        for age in _ages(requirement)
    )


def _before_departure(programme: Programme) -> dict[str, float]:
    """By stage: how many calendar days before the departure everything must be there at the latest."""
    limits: dict[str, float] = {}
    complete: dict[str, float] = {}
    for stage in reversed(programme.in_order):
        complete[stage.id] = max(limits.get(stage.id, 0), stage.lead_days) + stage.service_days * _STRETCH
        there = _there(stage, complete[stage.id])
        begins = [there[asked.id] + asked.lead_time * _STRETCH for asked in stage.requirements]
        for name in stage.after:
            limits[name] = max([limits.get(name, 0), complete[stage.id], *begins])
    return complete


def _there(stage: Stage, complete: float) -> dict[str, float]:
    """By requirement: how many calendar days before the departure it must be there at the latest."""
    there: dict[str, float] = {asked.id: max(complete, asked.lead_days) for asked in stage.requirements}
    for _round in stage.requirements:  # the longest chain of `after` has no more links
        for asked in stage.requirements:
            for name in asked.after:
                there[name] = max(there[name], there[asked.id] + asked.lead_time * _STRETCH)
    return there


def _ages(requirement: Requirement) -> list[Duration]:
    validity = requirement.validity
    if validity is None:
        return []
    return [*([validity.max_age] if validity.max_age else []), *(limit.max_age for limit in validity.also)]


def _shortest(age: Duration) -> int:
    """The fewest days that a duration may have."""
    return int(age.months * 30.4) - (3 if age.months else 0) + age.days


def _margin(requirement: Requirement) -> int:
    margin = requirement.validity.margin if requirement.validity else Duration()
    return margin.months * 31 + margin.days
