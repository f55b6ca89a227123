"""Which parts of two names agree, which contradict each other, and which only one of them has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from casework.security.likeness import ANOTHER_NAME, part_similarity, script_similarity
from casework.security.names import NameForm

AGREES: Final = 0.8
INITIAL_WEIGHT: Final = 0.5
"""What a pair weighs of which one part is an initial: it says less than the part that it may stand for."""

_JOINED: Final = 0.95
_SHORTEST_JOINED: Final = 6
# A part that differs counts in full, however common it is: "Maya" and "Kumari" tell two women apart.
_CONTRADICTION: Final = 1.0
_LIGHT: Final = 0.3  # particles, titles and initials contradict nothing
_SEXES: Final = frozenset({"thi", "van"})


class Note(StrEnum):
    """What is to be said of a pair of parts, or of a part alone; codes of reasons."""

    SPELLING = "part_spelling"
    INITIAL = "part_initial"
    JOINED = "part_joined"
    SCRIPT = "part_script"
    LEFT_OUT = "part_left_out"
    DIFFERENT = "part_different"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two names agree.

    `whole` is the share of both that agrees, `first` and `second` the share of each, 0 to 1. `count` parts agree
    well, `evidence` is their weight without the initials, `by_initials` says that an initial is among them.
    `notes` say of what kind the differences are.
    """

    whole: float
    first: float
    second: float
    count: int
    evidence: float
    by_initials: bool
    notes: frozenset[Note]


@dataclass(slots=True)
class _Tally:
    """What is added up over the parts of both names: weight that agrees, and weight that does not."""

    agreed: list[float]
    lost: list[float]
    count: int = 0
    evidence: float = 0.0
    by_initials: bool = False
    notes: set[Note] = field(default_factory=set)


def agree(first: NameForm, second: NameForm) -> Agreement:
    """Pair the parts of two names, the most alike first, each part once."""
    tally = _Tally([0.0, 0.0], [0.0, 0.0])
    free_one, free_other = set(range(len(first.parts))), set(range(len(second.parts)))
    pairs = _pairs(first, second)
    strong = [pair for pair in pairs if pair[0] >= AGREES]
    for similarity, one, other in strong:
        if one in free_one and other in free_other:
            _add_pair(tally, similarity, *_weights(first, one, second, other))
            free_one.discard(one)
            free_other.discard(other)
    if free_one and free_other and not (first.abjad or second.abjad):
        _add_joined(tally, first, free_one, second, free_other, 0)
        _add_joined(tally, second, free_other, first, free_one, 1)
    for similarity, one, other in pairs[len(strong) :]:
        if one in free_one and other in free_other:
            _add_contradiction(tally, similarity, first.weights[one], second.weights[other])
            free_one.discard(one)
            free_other.discard(other)
    _add_rest(tally, first, free_one, second, free_other)
    if first.abjad != second.abjad:
        tally.notes.add(Note.SCRIPT)
    return _result(tally)


def _result(tally: _Tally) -> Agreement:
    (mine, theirs), (lost, lost_there) = tally.agreed, tally.lost
    total = mine + theirs + lost + lost_there
    return Agreement(
        whole=(mine + theirs) / total if total else 0.0,
        first=mine / (mine + lost) if mine + lost else 0.0,
        second=theirs / (theirs + lost_there) if theirs + lost_there else 0.0,
        count=tally.count,
        evidence=tally.evidence,
        by_initials=tally.by_initials,
        notes=frozenset(tally.notes),
    )


def _pairs(first: NameForm, second: NameForm) -> list[tuple[float, int, int]]:
    """All parts that are alike at all, best first: (similarity, position in first, position in second)."""
    similarity = _similarity(first, second)
    found = [
        (value, one, other)
        for one, mine in enumerate(first.parts)
        for other, theirs in enumerate(second.parts)
        if (value := similarity(mine, theirs)) > 0
    ]
    # Not by position: the same whichever of the two names comes first.
    return sorted(found, key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1] + pair[2]))


def _similarity(first: NameForm, second: NameForm) -> Callable[[str, str], float]:
    if first.abjad and not second.abjad:
        return script_similarity
    if second.abjad and not first.abjad:
        return lambda mine, theirs: script_similarity(theirs, mine)
    return _syllable_similarity if first.syllabic and second.syllabic else part_similarity


def _syllable_similarity(first: str, second: str) -> float:
    """Of a syllable each letter counts: An is not Anh, Dong not Dung."""
    similarity = part_similarity(first, second)
    return similarity if similarity >= 0.95 else min(similarity, ANOTHER_NAME)


def _weights(first: NameForm, one: int, second: NameForm, other: int) -> tuple[float, float, bool]:
    if min(len(first.parts[one]), len(second.parts[other])) == 1 and not first.abjad and not second.abjad:
        return INITIAL_WEIGHT, INITIAL_WEIGHT, True
    return first.weights[one], second.weights[other], False


def _add_pair(tally: _Tally, similarity: float, mine: float, theirs: float, initial: bool) -> None:
    for side, weight in enumerate((mine, theirs)):
        tally.agreed[side] += similarity * weight
        tally.lost[side] += (1 - similarity) * weight
    tally.count += 1
    if similarity < 1.0:
        tally.notes.add(Note.INITIAL if initial else Note.SPELLING)
    if initial:
        tally.by_initials = True
    else:
        tally.evidence += min(mine, theirs)


def _add_joined(tally: _Tally, one: NameForm, free: set[int], other: NameForm, parts: set[int], side: int) -> None:
    """Words that the other name writes as one (Babu Ram, Baburam); they must sound the same."""
    for position in sorted(free):
        if len(one.parts[position]) < _SHORTEST_JOINED:
            continue
        for place, key in enumerate(other.joined):
            if key == one.keys[position] and {place, place + 1} <= parts:
                weight = one.weights[position]
                joined = other.weights[place] + other.weights[place + 1]
                pair = (weight, joined) if side == 0 else (joined, weight)
                _add_pair(tally, _JOINED, *pair, False)
                tally.notes.add(Note.JOINED)
                free.discard(position)
                parts -= {place, place + 1}
                break


def _add_contradiction(tally: _Tally, similarity: float, mine: float, theirs: float) -> None:
    tally.notes.add(Note.DIFFERENT)
    for side, weight in enumerate((mine, theirs)):
        tally.agreed[side] += similarity * weight
        tally.lost[side] += (1 - similarity) * (weight if min(mine, theirs) <= _LIGHT else _CONTRADICTION)


def _add_rest(tally: _Tally, first: NameForm, one: set[int], second: NameForm, other: set[int]) -> None:
    """Parts without a counterpart: as many as both names have left contradict each other, the rest was left out."""
    mine = _left(first, one)
    theirs = _left(second, other)
    against = min(sum(weight > _LIGHT for weight in mine), sum(weight > _LIGHT for weight in theirs))
    if against:
        tally.notes.add(Note.DIFFERENT)
    if len(mine) != len(theirs):
        tally.notes.add(Note.LEFT_OUT)
    for side, left in enumerate((mine, theirs)):
        tally.lost[side] += against * _CONTRADICTION + sum(left[against:])
    if (
        first.syllabic
        and second.syllabic
        and (_sexes_differ(first, second) or _given_name_added(first, one) or _given_name_added(second, other))
    ):
        tally.lost[0] += _CONTRADICTION
        tally.lost[1] += _CONTRADICTION


def _left(form: NameForm, free: set[int]) -> list[float]:
    return sorted((form.weights[position] for position in free), reverse=True)


def _sexes_differ(first: NameForm, second: NameForm) -> bool:
    """Thi stands in names of women, Van in those of men."""
    mine, theirs = _SEXES.intersection(first.parts), _SEXES.intersection(second.parts)
    return len(mine) == len(theirs) == 1 and mine != theirs


def _given_name_added(form: NameForm, free: set[int]) -> bool:
    """Mai and Mai Phuong are two names: what Vietnamese papers leave out stands in the middle, never at the end."""
    return len(form.parts) - 1 in free and 0 not in free
