"""What a cohort costs, and where its members stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from basis.messages import Message, _
from casework.cases.rules import FOLLOWED, CaseLife


class CostGroup(StrEnum):
    """The five groups of costs by which skill partnerships are reported to who pays."""

    TRAINING = "training"
    STAFFING = "staffing"
    MIGRATION = "migration"
    LIVING = "living"
    RETURN = "return"


class Outcome(StrEnum):
    """Where a member stands; each counts once."""

    PREPARED = "prepared"
    IN_TRAINING = "in_training"
    CLEARED = "cleared"
    DEPARTED = "departed"
    COMPLETED_AT_HOME = "completed_at_home"
    WITHDRAWN = "withdrawn"


COST_WORDS: Mapping[CostGroup, Message] = {
    CostGroup.TRAINING: _("Training"),
    CostGroup.STAFFING: _("Staff"),
    CostGroup.MIGRATION: _("Migration"),
    CostGroup.LIVING: _("Living"),
    CostGroup.RETURN: _("Return"),
}
OUTCOME_WORDS: Mapping[Outcome, Message] = {
    Outcome.PREPARED: _("being prepared"),
    Outcome.IN_TRAINING: _("in training"),
    Outcome.CLEARED: _("cleared"),
    Outcome.DEPARTED: _("departed"),
    Outcome.COMPLETED_AT_HOME: _("completed at home"),
    Outcome.WITHDRAWN: _("withdrawn or ended otherwise"),
}

DROPPED = frozenset(
    {
        CaseLife.WITHDRAWN,
        CaseLife.REFUSED,
        CaseLife.INELIGIBLE,
        CaseLife.OFFER_WITHDRAWN,
        CaseLife.DECEASED,
    }
)
"""Who is no longer in the cohort; their place is free again."""


def outcome(life: CaseLife, *, departs: bool, in_training: bool) -> Outcome:
    """Where a case stands. `departs`: its track does; `in_training`: a training stage is being worked on."""
    if life in DROPPED:
        return Outcome.WITHDRAWN
    if life in FOLLOWED:
        return Outcome.DEPARTED if departs else Outcome.COMPLETED_AT_HOME
    if life is CaseLife.CLEARED:
        return Outcome.CLEARED
    return Outcome.IN_TRAINING if in_training else Outcome.PREPARED
