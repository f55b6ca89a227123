"""What a new day of departure would change, before anybody decides for it. Reading only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from casework.cases import facts
from casework.cases.tables import Case
from checklists.assessment import Assessment, StageStatus, assess
from checklists.facts import CaseFacts, Fact, Standing
from checklists.programme import Programme

ITINERARY = "itinerary"


@dataclass(frozen=True, slots=True)
class Effect:
    """Stages by their ids in the programme's order: those that are signed off and would open again, and those that
    would stay. `due_on`: the first day on which something is due then, None where nothing is."""

    reopens: tuple[str, ...]
    stays: tuple[str, ...]
    due_on: date | None


def effect(session: Session, programme: Programme, case: Case, departure: date, today: date) -> Effect:
    """What planning the departure for `departure` does to a case; a journey booked for another day is deferred.

    Possible matches with watch lists stay out of it: whoever plans a journey may not know of them.
    """
    known = facts.without_matches(facts.load(session, [case])[case.id])
    signed = _signed(assess(programme, known, today))
    then = assess(programme, _planned_for(known, departure), today)
    standing = _signed(then)
    due = min((task.due_on for task in then.tasks if task.due_on is not None), default=None)
    return Effect(
        reopens=tuple(stage for stage in signed if stage not in standing),
        stays=tuple(stage for stage in signed if stage in standing),
        due_on=due,
    )


def _signed(assessment: Assessment) -> list[str]:
    return [state.stage for state in assessment.stages if state.status is StageStatus.SIGNED_OFF]


def _planned_for(known: CaseFacts, departure: date) -> CaseFacts:
    return replace(known, planned_departure=departure, facts=tuple(_journey(one, departure) for one in known.facts))


def _journey(fact: Fact, departure: date) -> Fact:
    """A booking for that day agrees with the plan, one for another is not there any more."""
    if fact.kind != ITINERARY or fact.standing is not Standing.ACCEPTED:
        return fact
    if fact.anchors.get("departs_on") != departure:
        return replace(fact, standing=Standing.WITHDRAWN)
    return replace(fact, checks={**fact.checks, "matches_planned": True})
