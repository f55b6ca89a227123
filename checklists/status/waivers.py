"""What an authority lets pass: whom the programme allows to, and the event that ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from checklists.facts import CaseFacts, Fact, GivenWaiver, Standing, WaiverKind
from checklists.programme import Requirement

_DECIDED = frozenset({Standing.ACCEPTED, Standing.REJECTED, Standing.ADVERSE})


def allowed(waiver: GivenWaiver, requirement: Requirement) -> bool:
    """Whether it is for this requirement, from the authority that the programme names for its kind: `waivable_by`
    sets aside, `conditional_by` lets it be met on condition or permits in the interim."""
    if waiver.requirement != requirement.id:
        return False
    by = requirement.waivable_by if waiver.kind is WaiverKind.WAIVER else requirement.conditional_by
    return waiver.authority == by


def with_ends(facts: CaseFacts) -> CaseFacts:
    """The case with the end of each waiver that waits for an event put into its `ends_on`: the day of the first
    decision on that kind of evidence which is later than the day the waiver was given. That day still counts."""
    if not any(waiver.until_event for waiver in facts.waivers):
        return facts
    return replace(facts, waivers=tuple(_ended(waiver, facts.facts) for waiver in facts.waivers))


def _ended(waiver: GivenWaiver, facts: tuple[Fact, ...]) -> GivenWaiver:
    if not waiver.until_event:
        return waiver
    days = [_decided_on(fact) for fact in facts if fact.kind == waiver.until_event and fact.standing in _DECIDED]
    days = [day for day in days if waiver.given_on is None or day == date.min or day > waiver.given_on]
    if waiver.ends_on is not None:
        days.append(waiver.ends_on)
    return replace(waiver, ends_on=min(days, default=None))


def _decided_on(fact: Fact) -> date:
    # Decided on a day that nobody recorded: it counts as decided long ago, never as not decided.
    return fact.anchors.get("decided_on") or min(fact.anchors.values(), default=date.min)
