"""Screening of many persons against many entries: find the few pairs worth scoring, then score them.

A pair is worth it when the bound on what its name parts can score reaches the threshold with every other
point in its favour. The selection is a short cut only: it finds the same possible matches as scoring every
pair would (names that consist of initials alone excepted, which identify nobody).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from casework.security.agreeing import INITIAL_WEIGHT
from casework.security.lists.entries import Kind, ListEntry
from casework.security.lookup import PartLookup, ScriptLookup
from casework.security.names import NameForm, name_form
from casework.security.scoring import (
    MOST_SUPPORT,
    SAME_DAY,
    SAME_NATIONALITY,
    THRESHOLD,
    Score,
    ScreenedPerson,
    name_similarity,
    person_forms,
    score,
    within_factor,
)

_BY_INITIAL: Final = 0.8 * INITIAL_WEIGHT
_JOINED_LENGTH: Final = 6
_NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible match: an entry and the score that explains it."""

    entry: ListEntry
    score: Score


@dataclass(frozen=True, slots=True)
class _Step:
    """What one part of a name can agree with: listed parts with the most they add, rarest steps first."""

    most: float
    found: dict[str, float]
    volume: int
    joined: bool = False


class Index:
    """The persons of one or more lists, ready for screening. Entities are left out. Build it once per version."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._entries = [entry for entry in entries if entry.kind is Kind.PERSON]
        self._forms: list[NameForm] = []
        self._owners: list[int] = []
        self._reach: list[float] = []
        self._by_document: dict[str, list[int]] = defaultdict(list)
        self._by_compact: dict[str, list[int]] = defaultdict(list)
        self._by_joined: dict[str, list[int]] = defaultdict(list)
        for owner, entry in enumerate(self._entries):
            for number in entry.documents:
                self._by_document[number].append(owner)
            for form in dict.fromkeys(name_form(name.full) for name in entry.names):
                self._forms.append(form)
                self._owners.append(owner)
        self._parts = {abjad: PartLookup() for abjad in (False, True)}
        self._skeletons = {abjad: ScriptLookup() for abjad in (False, True)}
        self._fill()

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> Index:
        return cls(entries)

    def __len__(self) -> int:
        return len(self._entries)

    def screen(self, persons: Sequence[ScreenedPerson], threshold: int = THRESHOLD) -> list[list[Candidate]]:
        """For each person, in their order, the entries that score `threshold` or more.

        Best first, then by reference.
        """
        return [self._screen(person, threshold) for person in persons]

    def _screen(self, person: ScreenedPerson, threshold: int) -> list[Candidate]:
        support = MOST_SUPPORT
        support -= 0 if person.birth_date else SAME_DAY
        support -= 0 if person.nationality else SAME_NATIONALITY
        needed = (threshold - support - 0.5) / 100
        owners = {owner for key in person.document_keys for owner in self._by_document.get(key, ())}
        for form in person_forms(person):
            for number in {*self._by_compact.get(form.compact, ()), *self._worth_comparing(form, needed)}:
                owner = self._owners[number]
                if owner not in owners and name_similarity(form, self._forms[number]) >= needed:
                    owners.add(owner)
        found = [Candidate(self._entries[owner], score(person, self._entries[owner], threshold)) for owner in owners]
        kept = [candidate for candidate in found if candidate.score.value >= threshold]
        return sorted(kept, key=lambda candidate: (-candidate.score.value, candidate.entry.reference))

    def _fill(self) -> None:
        # Listed forms in the order of their weight: what is too heavy to be reached is cut off at once. An initial
        # may stand for any part, so forms with one are never cut off.
        self._reach = [0.0 if form.initials else form.weight for form in self._forms]
        order = sorted(range(len(self._forms)), key=self._reach.__getitem__)
        self._forms = [self._forms[number] for number in order]
        self._owners = [self._owners[number] for number in order]
        self._reach = [self._reach[number] for number in order]
        for number, form in enumerate(self._forms):
            self._by_compact[form.compact].append(number)
            for part in dict.fromkeys(form.parts):
                self._parts[form.abjad].add(part, number)
            for bare in dict.fromkeys(filter(None, form.skeletons)):
                self._skeletons[form.abjad].add(bare, number)
            for key in dict.fromkeys(form.joined):
                self._by_joined[key].append(number)

    def _worth_comparing(self, form: NameForm, needed: float) -> set[int]:
        parts = self._parts[form.abjad]
        steps = [
            _step(parts.similar(part, weight, form.abjad), parts.postings)
            for part, weight in zip(form.parts, form.weights, strict=True)
        ]
        other = self._skeletons[not form.abjad]
        across = [_step(other.similar(bare), other.postings) for bare in form.skeletons]
        return self._reached(form, needed, [*self._joined_steps(form), *steps], parts.postings) | self._reached(
            form, needed, across, other.postings
        )

    def _joined_steps(self, form: NameForm) -> list[_Step]:
        """Parts that one of the two names writes as one word."""
        found = []
        for part, key in zip(form.parts, form.keys, strict=True):
            if not form.abjad and len(part) >= _JOINED_LENGTH and key in self._by_joined:
                found.append(_Step(2.0, {key: 2.0}, len(self._by_joined[key]), joined=True))
        for key in form.joined:
            listed = {part: 2.0 for part in self._parts[False].by_coarse.get(key, ()) if len(part) >= _JOINED_LENGTH}
            if listed:
                found.append(_step(listed, self._parts[False].postings))
        return found

    def _reached(
        self, form: NameForm, needed: float, steps: Sequence[_Step], postings: dict[str, list[int]]
    ) -> set[int]:
        """The listed forms whose bound reaches `needed`: forms that share rare parts first, then what is left."""
        agreed: dict[int, float] = {}
        several: set[int] = set()
        rest = sum(step.most for step in steps) + _BY_INITIAL * form.initials
        own = form.weight - INITIAL_WEIGHT * form.initials
        for step in sorted(steps, key=lambda step: step.volume):
            rest -= step.most
            if not step.found:
                continue
            best = self._expanded(step, rest, own, needed, postings)
            if agreed and not step.joined:
                for number in agreed.keys() - best.keys():
                    most = max([step.found.get(part, 0.0) for part in self._texts(number, postings)])
                    if most:
                        best[number] = most
            several.update(agreed.keys() & best.keys())
            for number, most in best.items():
                agreed[number] = agreed.get(number, 0.0) + most
        return {
            number
            for number, weight in agreed.items()
            if _bound(form, self._forms[number], weight, several=number in several) >= needed
        }

    def _texts(self, number: int, postings: dict[str, list[int]]) -> tuple[str, ...]:
        form = self._forms[number]
        return form.parts if postings is self._parts[form.abjad].postings else form.skeletons

    def _expanded(
        self, step: _Step, rest: float, own: float, needed: float, postings: dict[str, list[int]]
    ) -> dict[int, float]:
        """Listed forms with a part that this step agrees with, where all that is left could still make them match."""
        best: dict[int, float] = {}
        for text, most in step.found.items():
            numbers = self._by_joined[text] if step.joined else postings[text]
            heaviest = inf if step.joined else _heaviest(most + rest, own, needed, several=rest > _NOTHING)
            end = len(numbers) if heaviest == inf else bisect_right(numbers, heaviest, key=self._reach.__getitem__)
            for number in numbers[:end]:
                if best.get(number, 0.0) < most:
                    best[number] = most
        return best


def _step(found: dict[str, float], postings: dict[str, list[int]]) -> _Step:
    return _Step(max(found.values(), default=0.0), found, sum(len(postings[text]) for text in found))


def _heaviest(agreed: float, own: float, needed: float, *, several: bool) -> float:
    """The weight of the heaviest listed form that can still match when parts of the weight `agreed` agree at most."""
    if own <= 0:
        return inf
    whole = max(0.0, 2 * agreed / needed - own)
    if not several:
        return whole
    factor = within_factor(agreed)
    return inf if agreed / own * factor >= needed else max(whole, agreed * factor / needed)


def _bound(first: NameForm, second: NameForm, agreed: float, *, several: bool) -> float:
    """The most that `name_similarity` can give when the parts agree with a weight of at most `agreed`.

    `several`: more than one part agrees; else one name does not count as lying within the other.
    """
    initials = first.initials + second.initials
    agreed += _BY_INITIAL * initials
    total = first.weight + second.weight - INITIAL_WEIGHT * initials
    lighter = min(first.weight, second.weight) - INITIAL_WEIGHT * initials
    if total <= 0 or lighter <= 0:
        return 1.0
    whole = 2 * agreed / total
    if not several and not initials:
        return whole
    return max(whole, min(1.0, agreed / lighter) * within_factor(agreed))
