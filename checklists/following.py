"""Which stages of a programme are worked on once the preparation is over. Pure.

A worker who has departed, or whose preparation on a track that stays is over, may still be followed up for years. The
preparation is then looked at as it was on the day it ended, and no time reopens it; the stages of kind followup and the
completion that stands on them begin on that day and live on, until the completion is signed off.
"""

from __future__ import annotations

from collections.abc import Iterable

from checklists.files.flaws import reached

FOLLOW_UP = "follow_up"
"""The kind of evidence that a check-in is; its subject is the id of the programme's follow-up."""

MEASURE = "compensation_measure"
"""The kind of evidence of a compensation measure that ended; its subject is its kind (`casework.followups.rules`)."""


def stages_after(stages: Iterable[tuple[str, str, tuple[str, ...]]]) -> frozenset[str]:
    """Of stages (id, kind, what each stands on): the follow-ups, and the completions that stand on one."""
    every = list(stages)
    follow_ups = {name for name, kind, _after in every if kind == "followup"}
    if not follow_ups:
        return frozenset()
    known = {name for name, _kind, _after in every}
    graph = {name: [one for one in after if one in known] for name, _kind, after in every}
    ends = {name for name, kind, _after in every if kind == "completion" and follow_ups & reached(name, graph)}
    return frozenset(follow_ups | ends)
