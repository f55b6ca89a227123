"""How a possible match is closed: two different security officers must say the same."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import StrEnum
from typing import Final

from basis.errors import Conflict, Refused
from basis.messages import _

OFFICERS_NEEDED: Final = 2


class Verdict(StrEnum):
    """What one officer found."""

    FALSE_MATCH = "false_match"  # another person
    TRUE_MATCH = "true_match"  # the listed person


class HitState(StrEnum):
    """Where a possible match stands."""

    OPEN = "open"  # fewer than two verdicts
    DISPUTED = "disputed"  # two officers disagree: a third decides
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"

    @property
    def closed(self) -> bool:
        return self in {HitState.DISMISSED, HitState.CONFIRMED}


def decide(verdicts: Sequence[tuple[Hashable, Verdict]]) -> HitState:
    """The state after `verdicts`, pairs of officer id and verdict in the order in which they were given.

    A hit closes when two different officers say the same; after one verdict of each kind the third decides.
    Raises `Refused` (``same_officer``) when an officer appears twice, `Conflict` (``hit_closed``) when a
    verdict follows on a closed hit..
    """
    officers: set[Hashable] = set()
    counts = dict.fromkeys(Verdict, 0)
    state = HitState.OPEN
    for officer, verdict in verdicts:
        if state.closed:
            raise Conflict(
                "hit_closed",
                _("Two officers have already closed this possible match."),
                _("Ask for a new screening if something has changed since."),
            )
        if officer in officers:
            raise Refused(
                "same_officer",
                _("You have already given your verdict on this possible match."),
                _("Ask another security officer to decide it independently."),
            )
        officers.add(officer)
        counts[verdict] += 1
        state = _state(counts)
    return state


def _state(counts: dict[Verdict, int]) -> HitState:
    if counts[Verdict.TRUE_MATCH] >= OFFICERS_NEEDED:
        return HitState.CONFIRMED
    if counts[Verdict.FALSE_MATCH] >= OFFICERS_NEEDED:
        return HitState.DISMISSED
    return HitState.DISPUTED if all(counts.values()) else HitState.OPEN
