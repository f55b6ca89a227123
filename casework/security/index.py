"""Screening of many persons against many entries: find the few pairs worth scoring, then score them.

A pair is worth it when the bound on what its name parts can score reaches the threshold with every other
point in its favour. The selection is a short cut only: it finds the same possible matches as scoring every
pair would (names that consist of initials alone excepted, which identify nobody).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from casework.security.lists.entries import Kind, ListEntry, document_key
from casework.security.names import NameForm, consonant_similarity, name_form, part_similarity, part_weight, sound
from casework.security.scoring import MOST_SUPPORT, THRESHOLD, Score, ScreenedPerson, person_forms, score, within_factor

_INITIAL_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible match: an entry and the score that explains it."""

    entry: ListEntry
    score: Score


@dataclass(slots=True)
class _Lookup:
    """Listed name parts in one kind of writing, with the forms that contain them."""

    similarity: Callable[[str, str], float]
    key: Callable[[str], str]
    cutoff: float
    postings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    parts: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def add(self, part: str, form: int) -> None:
        if part not in self.postings:
            self.parts.append(part)
            self.keys.append(self.key(part))
        self.postings[part].append(form)

    def similar(self, part: str) -> list[tuple[str, float]]:
        hits = process.extract(
            self.key(part), self.keys, scorer=OSA.normalized_similarity, score_cutoff=self.cutoff, limit=None
        )
        found = ((self.parts[position], self.similarity(part, self.parts[position])) for _key, _ratio, position in hits)
        return [pair for pair in found if pair[1] > 0]


class Index:
    """The persons of one or more lists, ready for screening. Entities are left out. Build it once per version."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._entries = [entry for entry in entries if entry.kind is Kind.PERSON]
        self._forms: list[NameForm] = []
        self._owners: list[int] = []
        self._by_document: dict[str, list[int]] = defaultdict(list)
        self._by_compact: dict[str, list[int]] = defaultdict(list)
        self._by_part = {abjad: _Lookup(part_similarity, sound, 0.55) for abjad in (False, True)}
        self._by_skeleton = {abjad: _Lookup(consonant_similarity, str, 0.75) for abjad in (False, True)}
        for owner, entry in enumerate(self._entries):
            for number in entry.documents:
                self._by_document[number].append(owner)
            for form in dict.fromkeys(name_form(name.full) for name in entry.names):
                self._add(owner, form)

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> Index:
        return cls(entries)

    def __len__(self) -> int:
        return len(self._entries)

    def screen(self, persons: Sequence[ScreenedPerson], threshold: int = THRESHOLD) -> list[list[Candidate]]:
        """For each person, in their order, the entries that score `threshold` or more.

        Best first, then by reference.
        """
        similar: dict[tuple[str, str, bool], list[tuple[str, float]]] = {}
        return [self._screen(person, threshold, similar) for person in persons]

    def _screen(
        self, person: ScreenedPerson, threshold: int, similar: dict[tuple[str, str, bool], list[tuple[str, float]]]
    ) -> list[Candidate]:
        needed = (threshold - MOST_SUPPORT - 0.5) / 100
        owners = set(self._by_document.get(document_key(person.document_number), ()))
        for form in person_forms(person):
            owners.update(self._owners[listed] for listed in self._by_compact.get(form.compact, ()))
            owners.update(self._worth_scoring(form, needed, similar))
        found = [Candidate(self._entries[owner], score(person, self._entries[owner])) for owner in sorted(owners)]
        kept = [candidate for candidate in found if candidate.score.value >= threshold]
        return sorted(kept, key=lambda candidate: (-candidate.score.value, candidate.entry.reference))

    def _add(self, owner: int, form: NameForm) -> None:
        number = len(self._forms)
        self._forms.append(form)
        self._owners.append(owner)
        self._by_compact[form.compact].append(number)
        for part in dict.fromkeys(form.parts):
            self._by_part[form.abjad].add(part, number)
        for bare in dict.fromkeys(filter(None, form.skeletons)):
            self._by_skeleton[form.abjad].add(bare, number)

    def _worth_scoring(
        self, form: NameForm, needed: float, similar: dict[tuple[str, str, bool], list[tuple[str, float]]]
    ) -> set[int]:
        agreed: dict[int, float] = defaultdict(float)
        for position, part in enumerate(form.parts):
            self._agree(("part", part, form.abjad), form.weights[position], agreed, similar)
            self._agree(("skeleton", form.skeletons[position], not form.abjad), form.weights[position], agreed, similar)
        return {
            self._owners[number]
            for number, weight in agreed.items()
            if _bound(form, self._forms[number], weight) >= needed
        }

    def _agree(
        self,
        key: tuple[str, str, bool],
        weight: float,
        agreed: dict[int, float],
        similar: dict[tuple[str, str, bool], list[tuple[str, float]]],
    ) -> None:
        """Add to `agreed` what one part can contribute to each listed form that has a similar part."""
        kind, text, abjad = key
        lookup = self._by_part[abjad] if kind == "part" else self._by_skeleton[abjad]
        if key not in similar:
            similar[key] = lookup.similar(text) if text and lookup.parts else []
        best: dict[int, float] = {}
        for other, similarity in similar[key]:
            most = similarity * (max(weight, part_weight(other, abjad)) if kind == "part" else 1.0)
            for number in lookup.postings[other]:
                if best.get(number, 0.0) < most:
                    best[number] = most
        for number, most in best.items():
            agreed[number] += most


def _bound(first: NameForm, second: NameForm, agreed: float) -> float:
    """The most that `name_similarity` can give when the parts agree with a weight of at most `agreed`."""
    agreed += (first.initials + second.initials) * _INITIAL_WEIGHT
    whole = 2 * agreed / (first.weight + second.weight)
    within = min(1.0, agreed / min(first.weight, second.weight)) * within_factor(agreed)
    return max(whole, within)
