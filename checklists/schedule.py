"""Planning backwards from the departure day: from when a requirement's evidence is useful, and by when it must be
there. Calendar days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checklists.assessment import RequirementStatus, StageStatus, assess
from checklists.facts import CaseFacts
from checklists.programme import Programme


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One slot of the plan. Evidence dated before `useful_from` lapses before it is needed (None: never too early);
    after `latest` the departure is at risk (None: no departure is planned)."""

    stage: str
    requirement: str
    subject: str
    status: RequirementStatus
    useful_from: date | None
    latest: date | None


def plan(programme: Programme, facts: CaseFacts, on: date) -> tuple[PlanItem, ...]:
    """Every slot that is asked, met or not, in the programme's order."""
    return tuple(
        PlanItem(state.stage, slot.requirement, slot.subject, slot.status, slot.useful_from, slot.due_on)
        for state in assess(programme, facts, on).stages
        if state.status is not StageStatus.NOT_ASKED
        for slot in state.requirements
    )
