"""Which of the people named answers for a document on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from basis.errors import InvalidInput
from basis.messages import _


class Term(Protocol):
    """A row of the register of signatories, as far as the rule looks at it."""

    id: UUID
    kinds: list[str]
    valid_from: date
    valid_until: date | None
    recorded_at: datetime


class State(StrEnum):
    BEGINS = "begins"
    HOLDS = "holds"
    ENDED = "ended"


T = TypeVar("T", bound=Term)


def state_on(term: Term, on: date) -> State:
    """Whether a term has begun, runs, or is over on the day. One that was ended before it began is over."""
    if term.valid_until is not None and on > term.valid_until:
        return State.ENDED
    if term.valid_until is not None and term.valid_until < term.valid_from:
        return State.ENDED
    return State.BEGINS if on < term.valid_from else State.HOLDS


def responsible(terms: Iterable[T], kind: str, on: date) -> T | None:
    """Who answers for a document of this kind on the day; None where nobody is named.

    Of several the one whose term began last, and of those the one recorded last: a deputy stands in for the holder of
    the office without that the holder's term is cut in two.
    """
    holding = [term for term in terms if kind in term.kinds and state_on(term, on) is State.HOLDS]
    return max(holding, key=lambda term: (term.valid_from, term.recorded_at, term.id), default=None)


def known_kinds(given: Sequence[str], known: Iterable[str]) -> list[str]:
    """The kinds without repetition, in the order of `known`. Raises `InvalidInput` (``missing_value``,
    ``unknown_kind``)."""
    everything = list(known)
    if not given:
        raise InvalidInput("missing_value", _("No kind of document is named."), _("Name at least one."))
    if not set(given) <= set(everything):
        raise InvalidInput(
            "unknown_kind",
            _("One of the kinds of documents is not known."),
            _("Choose among: {kinds}.", kinds=", ".join(everything)),
        )
    return [kind for kind in everything if kind in given]
