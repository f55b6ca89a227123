"""What can be worked out from a programme alone, once: the order of its requirements, whose working days count, the
slots that every case has. Kept for the programmes used last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import chain

from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.programme import Each, HoldUntil, Programme, Requirement, Stage
from checklists.status.judging import Slot

APPLICATION = "visa_application"


@dataclass(frozen=True, slots=True)
class RequirementOutline:
    """`lead` is `lead_days`. `limits`: the maximum ages. `slots`: those of every case, None where the case decides."""

    requirement: Requirement
    id: str
    after: tuple[str, ...]
    calendar: str
    lead_time: int
    lead: timedelta
    limits: tuple[Duration, ...]
    until: HoldUntil | None
    slots: tuple[Slot, ...] | None


@dataclass(frozen=True, slots=True)
class StageOutline:
    """`requirements` each after those that it comes after. `slots`: those of every case, in the order of the file;
    None where the case decides on any of them. `later`: it is not planned, since it begins after the preparation."""

    calendar: str
    lead: timedelta
    requirements: tuple[RequirementOutline, ...]
    slots: tuple[Slot, ...] | None
    later: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """`counts_working_days`: whether deadlines go through the graph (`checklists.status.deadlines`).
    `until_application`: whether anything must hold until the visa application. `by_departure`: the conditions
    that ask for the departure."""

    stages: Mapping[str, StageOutline]
    slots: Mapping[str, tuple[Slot, ...] | None]
    counts_working_days: bool
    until_application: bool
    by_departure: tuple[Condition, ...]


def outline(programme: Programme) -> Outline:
    """The outline of a programme; the same one for the same object."""
    return _outline(_Same(programme))


class _Same:
    """A programme told from others by what it is, not by what it says: comparing whole programmes takes long."""

    __slots__ = ("programme",)

    def __init__(self, programme: Programme) -> None:
        self.programme = programme

    def __hash__(self) -> int:
        return id(self.programme)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.programme is other.programme


@lru_cache(maxsize=64)
def _outline(of: _Same) -> Outline:
    programme = of.programme
    stages = {stage.id: _stage(programme, stage) for stage in programme.stages}
    asked = [one for stage in stages.values() for one in stage.requirements]
    return Outline(
        stages=stages,
        slots={one.id: one.slots for one in asked},
        counts_working_days=any(stage.service_days for stage in programme.stages)
        or any(one.lead_time for one in asked),
        until_application=any(one.until is HoldUntil.VISA_APPLICATION for one in asked),
        by_departure=tuple(one for one in programme.conditions if "departure" in one.text),
    )


def _stage(programme: Programme, stage: Stage) -> StageOutline:
    slots = [_slots(programme, asked) for asked in stage.requirements]
    fixed = [one for one in slots if one is not None]
    return StageOutline(
        calendar=stage.calendar or programme.home_calendar,
        lead=timedelta(days=stage.lead_days),
        requirements=tuple(_requirement(programme, asked) for asked in _in_order(stage.requirements)),
        slots=tuple(chain.from_iterable(fixed)) if len(fixed) == len(slots) else None,
        later=stage.id in programme.after_preparation,
    )


def _requirement(programme: Programme, asked: Requirement) -> RequirementOutline:
    validity = asked.validity
    limits = [limit.max_age for limit in validity.also] if validity else []
    if validity is not None and validity.max_age is not None:
        limits.append(validity.max_age)
    return RequirementOutline(
        requirement=asked,
        id=asked.id,
        after=asked.after,
        calendar=asked.calendar or programme.home_calendar,
        lead_time=asked.lead_time,
        lead=timedelta(days=asked.lead_days),
        limits=tuple(limits),
        until=validity.must_hold_until if validity else None,
        slots=_slots(programme, asked),
    )


def _slots(programme: Programme, asked: Requirement) -> tuple[Slot, ...] | None:
    if asked.when is not None or asked.each is Each.RESIDENCE:
        return None
    if asked.each is Each.MODULE:
        return tuple(Slot.of(asked, module.id) for module in programme.curriculum)
    return (Slot.of(asked, asked.subject),)


def _in_order(requirements: Sequence[Requirement]) -> Sequence[Requirement]:
    """A circle, which a sound programme has not, comes last in the order of the file."""
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
