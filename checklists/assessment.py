"""Where a case stands: `assess(programme, facts, on)`.

Pure and deterministic. Status is never stored as truth, it is derived here from facts and decisions, so
everybody who asks gets the same answer. `Assessment.changes_on` says how long the answer is good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from basis.messages import Message, _, _n
from checklists.facts import CaseFacts
from checklists.programme import AUTOMATIC, Actor, Programme, StageKind
from checklists.reading import Reading, read
from checklists.status.asking import ineligible
from checklists.status.breaches import Breach, BreachKind
from checklists.status.deadlines import NO_DAYS, Deadlines
from checklists.status.judging import RequirementStatus
from checklists.status.reading import Result, StageStatus
from checklists.status.reasons import actor_for, reason

__all__ = [
    "Assessment",
    "Breach",
    "BreachKind",
    "RequirementState",
    "RequirementStatus",
    "StageState",
    "StageStatus",
    "Task",
    "assess",
    "assess_reading",
    "ineligible",
    "stands_on",
]


class RequirementState(NamedTuple):
    """One slot: a requirement, or one country or module of it (`subject`).

    `stands_on`: ids of the facts or the waiver that the status rests on. `holds_until`: last good day, None for
    no limit or nothing there. `actor`: who acts next, None when fulfilled. `due_on`: latest safe day;
    `useful_from`: evidence dated earlier would lapse before it is needed (`checklists.status.deadlines`). Both None
    without a planned departure, and on a track that stays.
    """

    requirement: str
    subject: str
    status: RequirementStatus
    stands_on: tuple[str, ...]
    holds_until: date | None
    actor: Actor | None
    due_on: date | None
    useful_from: date | None
    why: Message


@dataclass(frozen=True, slots=True)
class StageState:
    """`after`: ids of the stages it stands on. `blocked_by`: those of them, and what else decides, to wait for.
    `sign_off`: id of the sign-off in force or broken. `holds_until`: the last day everything it stands on holds
    (ready and signed off only; None for no limit). `due_on`: the last safe day of its sign-off."""

    stage: str
    kind: StageKind
    status: StageStatus
    requirements: tuple[RequirementState, ...]
    after: tuple[str, ...]
    blocked_by: tuple[str, ...]
    sign_off: str | None
    holds_until: date | None
    breach: Breach | None
    why: Message
    due_on: date | None = None

    @property
    def fulfilled(self) -> int:
        """How many of the requirements are met or waived."""
        return sum(state.status.fulfilled for state in self.requirements)


class Task(NamedTuple):
    """Something a person or organisation must do next. `requirement` is "" where a stage waits for its sign-off
    (`status` is then "ready"), else `status` is the requirement's."""

    stage: str
    requirement: str
    subject: str
    actor: Actor
    status: RequirementStatus | StageStatus
    due_on: date | None
    why: Message


@dataclass(frozen=True, slots=True)
class Assessment:
    """`on`: the day assessed (an ended case: its end). `stages` in the programme's order. `changes_on`: the first
    later day on which the result differs, None for never. `tasks`: most urgent first. `cleared`: every stage
    that is asked is signed off, and nothing stops the case. `stops`: what does (the programme is suspended, the
    worker is not eligible or it is not known yet), whatever the stages hold. Stages after the preparation do not count
    for `cleared`; `completed`: they are there and have begun, and all of them that are asked are signed off."""

    on: date
    stages: tuple[StageState, ...]
    changes_on: date | None
    tasks: tuple[Task, ...]
    cleared: bool
    stops: tuple[Message, ...] = ()
    completed: bool = False

    def stage(self, stage_id: str) -> StageState:
        """The state of a stage. Raises `KeyError` for one that the programme does not have."""
        for state in self.stages:
            if state.stage == stage_id:
                return state
        raise KeyError(stage_id)


def assess(programme: Programme, facts: CaseFacts, on: date) -> Assessment:
    """Where the case stands on the day `on` (an ended case: on the day it ended, whatever `on` is; its stages after the
    preparation on `on`, until the follow-up has ended too)."""
    return assess_reading(read(programme, facts, on))


def assess_reading(reading: Reading) -> Assessment:
    """Where a case stands that was read already."""
    on, reader = reading.on, reading.reader
    by_id = {result.stage.id: result for result in reading.results}
    stages = tuple([_state(by_id[stage.id], by_id, reading.deadlines) for stage in reading.programme.stages])
    stops = reader.stops(on).all
    after = reading.programme.after_preparation
    return Assessment(
        on=on,
        stages=stages,
        changes_on=_changes_on(reading),
        tasks=_tasks(reading.programme, stages),
        cleared=not stops and all(state.status in _DONE for state in stages if state.stage not in after),
        stops=stops,
        completed=reading.later is not None and _completed([state for state in stages if state.stage in after]),
    )


_DONE = (StageStatus.SIGNED_OFF, StageStatus.NOT_ASKED)


def _completed(stages: list[StageState]) -> bool:
    statuses = {state.status for state in stages}
    return StageStatus.SIGNED_OFF in statuses and statuses.issubset(_DONE)


def _changes_on(reading: Reading) -> date | None:
    facts, later = reading.facts, reading.later
    if facts.ended_on is None:
        return reading.reader.changes_on(reading.on, reading.results)
    if later is None or facts.followed_until is not None or not reading.programme.after_preparation:
        return None
    return reading.reader.changes_on(reading.on, reading.results, later)


def stands_on(stage: StageState, assessment: Assessment) -> frozenset[str]:
    """What a sign-off of `stage` given now stands on: the facts and waivers used, and the sign-offs of the stages
    that it comes after."""
    grounds = {ground for state in stage.requirements if state.status.fulfilled for ground in state.stands_on}
    for name in stage.after:
        before = assessment.stage(name)
        if before.status is StageStatus.SIGNED_OFF and before.sign_off:
            grounds.add(before.sign_off)
    return frozenset(grounds)


def _state(result: Result, others: dict[str, Result], found: Deadlines) -> StageState:
    """The result with days and words."""
    states = []
    for evidence, outcome in result.slots:
        requirement, subject = evidence.slot.name
        days = found.requirements.get(requirement, NO_DAYS)
        states.append(
            RequirementState(
                requirement=requirement,
                subject=subject,
                status=outcome.status,
                stands_on=outcome.stands_on,
                holds_until=outcome.holds_until,
                actor=actor_for(evidence.slot.requirement, outcome.status),
                due_on=days.latest,
                useful_from=days.useful_from,
                why=reason(evidence, outcome),
            )
        )
    return StageState(
        stage=result.stage.id,
        kind=result.stage.kind,
        status=result.status,
        requirements=tuple(states),
        after=result.stage.after,
        blocked_by=result.blocked_by,
        sign_off=result.sign_off.id if result.sign_off else None,
        holds_until=result.holds_until,
        breach=result.breach,
        why=_stage_reason(result, others),
        due_on=found.stages.get(result.stage.id, NO_DAYS).latest,
    )


def _stage_reason(result: Result, others: dict[str, Result]) -> Message:
    match result.status:
        case StageStatus.NOT_ASKED:
            return _("Not asked for in this case.")
        case StageStatus.SIGNED_OFF:
            return _("Signed off.")
        case StageStatus.BROKEN if result.breach is not None:
            return result.breach.why
        case StageStatus.BLOCKED if result.stopped is not None:
            return result.stopped
        case StageStatus.BLOCKED if result.blocked_by:
            return _blocked(others[result.blocked_by[0]].stage.label, len(result.blocked_by) - 1)
        case StageStatus.BLOCKED:
            return _("It is not known yet whether this is asked for.")
        case StageStatus.READY:
            return _("Everything is there; the sign-off is missing.")
    left = sum(not outcome.status.fulfilled for _evidence, outcome in result.slots)
    return _n("{count} requirement is open.", "{count} requirements are open.", left)


def _blocked(first: Message, more: int) -> Message:
    if not more:
        return _("Waits for “{stage}”.", stage=first)
    return _n("Waits for “{stage}” and {count} more.", "Waits for “{stage}” and {count} more.", more, stage=first)


def _tasks(programme: Programme, stages: tuple[StageState, ...]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for state, stage in zip(stages, programme.stages, strict=True):
        if state.status in (StageStatus.OPEN, StageStatus.BROKEN):
            tasks.extend(
                Task(stage.id, one.requirement, one.subject, one.actor, one.status, one.due_on, one.why)
                for one in state.requirements
                if one.actor is not None
            )
        elif state.status is StageStatus.READY and stage.sign_off != AUTOMATIC:
            tasks.append(Task(stage.id, "", "", stage.sign_off, state.status, state.due_on, state.why))
    return tuple(sorted(tasks, key=lambda task: task.due_on or date.max))
