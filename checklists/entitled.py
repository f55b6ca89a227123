"""What a programme pays to a worker as the case stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from checklists.conditions import Known
from checklists.facts import CaseFacts
from checklists.programme import Programme
from checklists.status.asking import gap
from checklists.terms import Entitlement


@dataclass(frozen=True, slots=True)
class Answered:
    """An entitlement with the answer of its condition: None where a fact that decides is missing."""

    entitlement: Entitlement
    answer: bool | None


def entitlements(programme: Programme, facts: CaseFacts, on: date) -> tuple[Answered, ...]:
    """Every entitlement of the programme, in its order, with what its condition answers on a day."""
    known = Known(facts, on, cache(lambda kind: gap(programme, facts, on, kind)))
    return tuple(
        Answered(one, True if one.when is None else one.when.evaluate(known)) for one in programme.entitlements
    )
