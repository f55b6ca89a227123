"""How a possible match is closed: one security officer proposes, a second, different one confirms or returns. Pure.

Four eyes are two accounts, whatever roles they have or had: a role can be changed, who somebody is cannot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _

MOST_AT_ONCE: Final = 50
"""So many possible matches are answered with one reason at most: nobody looks through more."""


class Verdict(StrEnum):
    """What was found."""

    NOT_THE_PERSON = "not_the_person"
    TRUE_MATCH = "true_match"  # the listed person
    INCONCLUSIVE = "inconclusive"  # cannot be told yet: something is needed first


class Step(StrEnum):
    """What an officer did with a possible match."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    ANSWERED = "answered"  # one of two answers that did not know of each other, as it was done before there were steps


class HitState(StrEnum):
    """Where a possible match stands."""

    OPEN = "open"  # nobody has proposed anything, or it was returned
    PROPOSED = "proposed"  # waits for the second officer
    INCONCLUSIVE = "inconclusive"  # two officers: something is needed before it can be told
    DISMISSED = "dismissed"  # two officers: not the person
    CONFIRMED = "confirmed"  # two officers: the listed person

    @property
    def closed(self) -> bool:
        return self in CLOSED


CLOSED: Final = frozenset({HitState.DISMISSED, HitState.CONFIRMED})
WAITING: Final = frozenset(HitState) - CLOSED

_SETTLED: Mapping[Verdict, HitState] = {
    Verdict.NOT_THE_PERSON: HitState.DISMISSED,
    Verdict.TRUE_MATCH: HitState.CONFIRMED,
    Verdict.INCONCLUSIVE: HitState.INCONCLUSIVE,
}

VERDICT_WORDS: Mapping[Verdict, Message] = {
    Verdict.NOT_THE_PERSON: _("Not the person on the list"),
    Verdict.TRUE_MATCH: _("The person on the list"),
    Verdict.INCONCLUSIVE: _("Cannot be told yet"),
}


class Taken(NamedTuple):
    """One step that was taken: by which account, and which verdict it proposed, confirmed or returned."""

    officer: str
    step: Step
    verdict: Verdict


class MayAct(StrEnum):
    """What one officer can do with a possible match now, or why nothing."""

    PROPOSE = "propose"
    SECOND = "second"  # confirm or return
    OWN = "own"  # the proposal is the officer's own
    RECORDED = "recorded"  # the officer recorded data or papers of the case
    CLOSED = "closed"


def state_after(steps: Sequence[Taken]) -> HitState:
    """The state that the last step left."""
    if not steps or steps[-1].step in (Step.RETURNED, Step.ANSWERED):
        return HitState.OPEN
    last = steps[-1]
    return HitState.PROPOSED if last.step is Step.PROPOSED else _SETTLED[last.verdict]


def may_act(state: HitState, steps: Sequence[Taken], officer: str, recorders: Collection[str]) -> MayAct:
    """What `officer` (the key of an account) can do. `recorders`: who recorded the worker's data, or papers of the
    case: they propose like everybody, but are not the second pair of eyes."""
    if state.closed:
        return MayAct.CLOSED
    if state is not HitState.PROPOSED:
        return MayAct.PROPOSE
    if steps[-1].officer == officer:
        return MayAct.OWN
    return MayAct.RECORDED if officer in recorders else MayAct.SECOND


def require_proposable(state: HitState) -> None:
    """Raise `Conflict`: ``hit_closed``, ``proposed`` (somebody was faster)."""
    if state.closed:
        raise closed()
    if state is HitState.PROPOSED:
        raise Conflict(
            "proposed",
            _("An officer has made a proposal for this possible match meanwhile."),
            _("Look at it: a second officer confirms it or returns it."),
        )


def require_second(state: HitState, steps: Sequence[Taken], officer: str, recorders: Collection[str]) -> None:
    """Raise unless `officer` may confirm or return the proposal.

    `Conflict` (``hit_closed``, ``no_proposal``), `Refused` (``same_officer``, ``recorded_it``).
    """
    match may_act(state, steps, officer, recorders):
        case MayAct.CLOSED:
            raise closed()
        case MayAct.PROPOSE:
            raise Conflict(
                "no_proposal",
                _("There is no proposal to confirm or return; it was returned meanwhile, or never made."),
                _("Look at the possible match again, and make a proposal."),
            )
        case MayAct.OWN:
            raise Refused(
                "same_officer",
                _("The proposal is your own; a second, different officer confirms or returns it."),
                _("Ask another security officer; an administrator can name one of another office to stand in."),
            )
        case MayAct.RECORDED:
            raise Refused(
                "recorded_it",
                _("You have recorded data or papers of this case, so you cannot be its second officer."),
                _("Ask a security officer who did not; an administrator can name one of another office to stand in."),
            )


def closed() -> Conflict:
    return Conflict(
        "hit_closed",
        _("Two officers have already closed this possible match."),
        _("Look at their reasons. A change of the worker's data or of the entry brings it before officers again."),
    )


def require_current(seen: int | None, taken: int) -> None:
    """Raise `Conflict` (``stale``) where somebody took a step after the officer opened the page (`seen` steps then)."""
    if seen is not None and seen != taken:
        raise Conflict(
            "stale",
            _("Somebody acted on this possible match after you opened it."),
            _("Look at what was done, then decide anew."),
        )


def require_alike(entries: Collection[object], patterns: Collection[object], count: int) -> None:
    """Raise `InvalidInput` unless possible matches may be answered with one reason: ``none_chosen``, ``too_many``,
    ``not_alike`` (neither the same entry of a list nor the same reasons)."""
    if count == 0:
        raise InvalidInput("none_chosen", _("No possible match is chosen."), _("Tick those that are alike."))
    if count > MOST_AT_ONCE:
        raise InvalidInput(
            "too_many",
            _("At most {count} possible matches are answered at once.", count=MOST_AT_ONCE),
            _("Choose fewer."),
        )
    if len(set(entries)) > 1 and len(set(patterns)) > 1:
        raise InvalidInput(
            "not_alike",
            _("These possible matches are not alike: they are of different entries, for different reasons."),
            _("Choose those of one entry, or those with the same reasons."),
        )
