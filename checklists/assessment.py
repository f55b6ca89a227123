"""Where a case stands: `assess(programme, facts, on)`.

Pure and deterministic. Status is never stored as truth, it is derived here from facts and decisions, so
everybody who asks gets the same answer. `Assessment.changes_on` says how long the answer is good.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from basis.messages import Message, _, _n
from checklists.asking import AskedStage, asked_stages, days_of_other_asking
from checklists.breaches import Breach, BreachKind, carried_until, find_breach
from checklists.deadlines import days_for
from checklists.facts import CaseFacts, Fact, GivenSignOff, Standing
from checklists.judging import Evidence, Outcome, RequirementStatus, Slot, gather
from checklists.programme import AUTOMATIC, Actor, Programme, Stage, StageKind
from checklists.reasons import actor_for, reason

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
    "stands_on",
]


class StageStatus(StrEnum):
    NOT_ASKED = "not_asked"
    BLOCKED = "blocked"  # a stage it stands on is not signed off, or it is not known yet whether it is asked
    OPEN = "open"
    READY = "ready"  # everything is fulfilled; only the sign-off is missing
    SIGNED_OFF = "signed_off"
    BROKEN = "broken"  # a sign-off exists, but what it stands on no longer holds


@dataclass(frozen=True, slots=True)
class RequirementState:
    """One slot: a requirement, or one country or module of it (`subject`).

    `stands_on`: ids of the facts or the waiver that the status rests on. `holds_until`: last good day, None for
    no limit or nothing there. `actor`: who acts next, None when fulfilled. `due_on`: latest safe day;
    `useful_from`: evidence dated earlier would lapse before it is needed. Both None without a planned departure.
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
    (ready and signed off only; None for no limit)."""

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

    @property
    def fulfilled(self) -> int:
        """How many of the requirements are met or waived."""
        return sum(state.status.fulfilled for state in self.requirements)


@dataclass(frozen=True, slots=True)
class Task:
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
    that is asked is signed off."""

    on: date
    stages: tuple[StageState, ...]
    changes_on: date | None
    tasks: tuple[Task, ...]
    cleared: bool

    def stage(self, stage_id: str) -> StageState:
        """The state of a stage. Raises `KeyError` for one that the programme does not have."""
        for state in self.stages:
            if state.stage == stage_id:
                return state
        raise KeyError(stage_id)


def assess(programme: Programme, facts: CaseFacts, on: date) -> Assessment:
    """Where the case stands on the day `on` (an ended case: on the day it ended, whatever `on` is)."""
    on = facts.ended_on or on
    reader = _Reader(programme, facts)
    results = reader.results(on)
    by_id = {result.stage.id: result for result in results}
    states = {result.stage.id: reader.state(result, by_id) for result in results}
    stages = tuple(states[stage.id] for stage in programme.stages)
    done = (StageStatus.SIGNED_OFF, StageStatus.NOT_ASKED)
    return Assessment(
        on=on,
        stages=stages,
        changes_on=None if facts.ended_on else reader.changes_on(on, results),
        tasks=_tasks(programme, facts, stages),
        cleared=all(state.status in done for state in stages),
    )


def stands_on(stage: StageState, assessment: Assessment) -> frozenset[str]:
    """What a sign-off of `stage` given now stands on: the facts and waivers used, and the sign-offs of the stages
    that it comes after."""
    grounds = {ground for state in stage.requirements if state.status.fulfilled for ground in state.stands_on}
    for name in stage.after:
        before = assessment.stage(name)
        if before.status is StageStatus.SIGNED_OFF and before.sign_off:
            grounds.add(before.sign_off)
    return frozenset(grounds)


class _Result(NamedTuple):
    stage: Stage
    status: StageStatus
    slots: tuple[tuple[Evidence, Outcome], ...]
    blocked_by: tuple[str, ...]
    sign_off: GivenSignOff | None
    breach: Breach | None
    holds_until: date | None


class _Reader:
    """One case read against one programme; what does not depend on the day is judged once."""

    def __init__(self, programme: Programme, facts: CaseFacts) -> None:
        self.programme, self.facts = programme, facts
        track = programme.track(facts.track)
        self.departure = facts.planned_departure if track is None or track.departs else date.min
        self.by_kind: dict[str, list[Fact]] = {}
        for fact in facts.facts:
            self.by_kind.setdefault(fact.kind, []).append(fact)
        self.standings: dict[str, Standing | None] = {fact.id: fact.standing for fact in facts.facts}
        self.standings.update((waiver.id, None) for waiver in facts.waivers)
        self.standings.update((sign_off.id, None) for sign_off in facts.sign_offs)
        self.sign_offs = {given.stage: given for given in sorted(facts.sign_offs, key=_age_of)}
        self._asking_changes = sorted(set(days_of_other_asking(programme, facts)))
        self._asked: dict[int, list[AskedStage]] = {}
        self._evidence: dict[tuple[str, str, bool | None, bool], Evidence] = {}

    def results(self, on: date) -> list[_Result]:
        """The raw result of each stage, each after those it stands on."""
        found: dict[str, _Result] = {}
        broken: dict[str, BreachKind] = {}
        for asked in self.asked(on):
            result = self._result(asked, on, found, broken)
            found[asked.stage.id] = result
            if result.breach is not None and result.sign_off is not None:
                broken[result.sign_off.id] = result.breach.kind
        return list(found.values())

    def asked(self, on: date) -> list[AskedStage]:
        """What is asked on a day; answered once for each span in which time does not change it."""
        span = bisect_right(self._asking_changes, on)
        if span not in self._asked:
            self._asked[span] = asked_stages(self.programme, self.facts, on)
        return self._asked[span]

    def _result(self, asked: AskedStage, on: date, found: dict[str, _Result], broken: dict[str, BreachKind]) -> _Result:
        stage, sign_off = asked.stage, self.sign_offs.get(asked.stage.id)
        if asked.asked is False and sign_off is None:
            return _Result(stage, StageStatus.NOT_ASKED, (), (), None, None, None)
        slots = tuple((evidence, evidence.on(on)) for evidence in map(self.evidence, asked.slots))
        before = [found[name] for name in stage.after]
        if sign_off is not None:
            if not asked.asked:
                slots = tuple(pair for pair in slots if _carries(sign_off, pair[0]))
            breach = find_breach(
                sign_off,
                on,
                slots,
                standings=self.standings,
                broken=broken,
                asked_then=lambda evidence: self._asked_then(stage, evidence.slot, sign_off.signed_on),
            )
            if breach is not None:
                return _Result(stage, StageStatus.BROKEN, slots, (), sign_off, breach, None)
            days = [carried_until(sign_off, *pair) for pair in slots]
            days += [one.holds_until for one in before if one.sign_off and one.sign_off.id in sign_off.stands_on]
            return _Result(stage, StageStatus.SIGNED_OFF, slots, (), sign_off, None, _earliest(days))
        blocked_by = tuple(
            one.stage.id for one in before if one.status not in (StageStatus.SIGNED_OFF, StageStatus.NOT_ASKED)
        )
        if asked.asked is None:
            return _Result(stage, StageStatus.BLOCKED, slots, self._decides(stage, blocked_by), None, None, None)
        if blocked_by:
            return _Result(stage, StageStatus.BLOCKED, slots, blocked_by, None, None, None)
        if not all(outcome.status.fulfilled for _evidence, outcome in slots):
            return _Result(stage, StageStatus.OPEN, slots, (), None, None, None)
        days = [outcome.holds_until for _evidence, outcome in slots] + [one.holds_until for one in before]
        return _Result(stage, StageStatus.READY, slots, (), None, None, _earliest(days))

    def evidence(self, slot: Slot) -> Evidence:
        key = (slot.requirement.id, slot.subject, slot.asked, slot.placed)
        if key not in self._evidence:
            facts = self.by_kind.get(slot.requirement.evidence, ())
            self._evidence[key] = gather(slot, facts, self.facts.waivers, self.departure)
        return self._evidence[key]

    def _asked_then(self, stage: Stage, slot: Slot, then: date) -> bool:
        for asked in self.asked(then):
            if asked.stage.id == stage.id:
                names = {(one.requirement.id, one.subject) for one in asked.slots}
                return (slot.requirement.id, slot.subject) in names
        return False

    def _decides(self, stage: Stage, blocked_by: tuple[str, ...]) -> tuple[str, ...]:
        """The stages to wait for while it is unknown whether `stage` is asked: also those whose result decides it."""
        gaps = stage.when.gaps if stage.when else frozenset()
        deciding = [
            other.id
            for other in self.programme.stages
            if other.id != stage.id and any(requirement.evidence in gaps for requirement in other.requirements)
        ]
        return tuple(dict.fromkeys((*blocked_by, *deciding)))

    def changes_on(self, on: date, now: list[_Result]) -> date | None:
        """The first day after `on` whose result differs. Between two neighbouring candidates nothing can change."""
        days = set(self._asking_changes)
        for evidence in self._evidence.values():
            days.update(evidence.changes)
        todo = sorted(day for day in days if day > on)
        present, seen = _fingerprint(now), len(self._evidence)
        while todo:
            day = todo.pop(0)
            if _fingerprint(self.results(day)) != present:
                return day
            if len(self._evidence) != seen:  # asked only from this day on: its facts count from now
                seen = len(self._evidence)
                later = {one for evidence in self._evidence.values() for one in evidence.changes if one > day}
                todo = sorted(later.union(todo))
        return None

    def state(self, result: _Result, others: dict[str, _Result]) -> StageState:
        """The result with days and words."""
        states = []
        for evidence, outcome in result.slots:
            requirement = evidence.slot.requirement
            due_on, useful_from = days_for(requirement, self.facts.planned_departure, evidence.need)
            states.append(
                RequirementState(
                    requirement=requirement.id,
                    subject=evidence.slot.subject,
                    status=outcome.status,
                    stands_on=outcome.stands_on,
                    holds_until=outcome.holds_until,
                    actor=actor_for(requirement, outcome.status),
                    due_on=due_on,
                    useful_from=useful_from,
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
        )


def _age_of(sign_off: GivenSignOff) -> tuple[date, str]:
    return sign_off.signed_on, sign_off.id


def _carries(sign_off: GivenSignOff, evidence: Evidence) -> bool:
    return any(judged.id in sign_off.stands_on for judged in evidence.judged)


def _earliest(days: list[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _fingerprint(results: list[_Result]) -> list[object]:
    """All that makes two results different for people; not the sentences."""
    return [
        (
            result.status,
            result.blocked_by,
            result.breach and (result.breach.kind, result.breach.because),
            result.holds_until,
            [(evidence.slot.requirement.id, evidence.slot.subject, outcome) for evidence, outcome in result.slots],
        )
        for result in results
    ]


def _stage_reason(result: _Result, others: dict[str, _Result]) -> Message:
    match result.status:
        case StageStatus.NOT_ASKED:
            return _("Not asked for in this case.")
        case StageStatus.SIGNED_OFF:
            return _("Signed off.")
        case StageStatus.BROKEN if result.breach is not None:
            return result.breach.why
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


def _tasks(programme: Programme, facts: CaseFacts, stages: tuple[StageState, ...]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for state, stage in zip(stages, programme.stages, strict=True):
        if state.status in (StageStatus.OPEN, StageStatus.BROKEN):
            tasks.extend(
                Task(stage.id, one.requirement, one.subject, one.actor, one.status, one.due_on, one.why)
                for one in state.requirements
                if one.actor is not None
            )
        elif state.status is StageStatus.READY and stage.sign_off != AUTOMATIC:
            due_on = days_for(stage, facts.planned_departure, None)[0]
            tasks.append(Task(stage.id, "", "", stage.sign_off, state.status, due_on, state.why))
    return tuple(sorted(tasks, key=lambda task: task.due_on or date.max))
