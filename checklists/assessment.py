"""Where a case stands: `assess(programme, facts, on)`.

Pure and deterministic. Status is never stored as truth, it is derived here from facts and decisions, so
everybody who asks gets the same answer. `Assessment.changes_on` says how long the answer is good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from basis.messages import Message
from checklists.breaches import Breach, BreachKind
from checklists.judging import RequirementStatus
from checklists.programme import Actor, StageKind


__all__ = [
    "Assessment",
    "Breach",
    "BreachKind",
    "RequirementState",
    "RequirementStatus",
    "StageState",
    "StageStatus",
    "Task",
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
    """`blocked_by`: ids of stages that must come first. `sign_off`: id of the sign-off in force or broken.
    `holds_until`: the last day everything it stands on holds (ready and signed off only; None for no limit)."""

    stage: str
    kind: StageKind
    status: StageStatus
    requirements: tuple[RequirementState, ...]
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
