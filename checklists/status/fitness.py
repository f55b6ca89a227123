"""The look at a worker shortly before the journey, where the programme asks for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from basis.messages import _
from checklists.facts import Fact, Standing
from checklists.programme import Stage, StageKind

FIT_TO_FLY: Final = "fit_to_fly"
"""The kind of fact that a look is; accepted is fit, adverse is not."""

NOT_SEEN: Final = _("The check before the journey that the programme asks for is not there, or no longer holds.")
"""One sentence for whatever is wrong with it: it is read by more roles than the medical one."""


def days_asked(stages: Iterable[Stage]) -> int | None:
    """How many days before the journey the check may be made at the earliest; the strictest of these stages counts,
    None where none asks for it."""
    asked = [
        stage.examination.fit_to_fly_days
        for stage in stages
        if stage.kind is StageKind.MEDICAL and stage.examination is not None and stage.examination.fit_to_fly_days
    ]
    return min(asked, default=None)


def is_seen(facts: Iterable[Fact], departure: date | None, days: int) -> bool:
    """Whether the last look that falls into the days before the departure found the worker fit."""
    if departure is None:
        return False
    first = departure - timedelta(days=days)
    made = [
        (fact.anchors["checked_on"], fact.id, fact.standing)
        for fact in facts
        if fact.standing is not Standing.WITHDRAWN and first <= fact.anchors["checked_on"] <= departure
    ]
    return bool(made) and max(made)[2] is Standing.ACCEPTED
