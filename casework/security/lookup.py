"""Listed name parts and the forms that contain them, looked up by likeness."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from casework.security.likeness import (
    CUTOFF,
    coarse,
    consonant_similarity,
    consonants,
    part_similarity,
    sound,
    without_article,
)
from casework.security.names import part_weight

_KEPT: Final = 40_000
"""Answers kept: given names come again and again among workers. A bound, so that memory is one too."""


_ROUNDING: Final = 1e-9


@dataclass(slots=True)
class PartLookup:
    """Parts in one kind of writing. `postings` has the listed forms by part, in the order in which they were added."""

    postings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_coarse: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_consonants: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_length: dict[int, tuple[list[str], list[str]]] = field(default_factory=dict)
    _answers: dict[tuple[str, float], dict[str, float]] = field(default_factory=dict)

    def add(self, part: str, form: int) -> None:
        if part not in self.postings:
            heard = sound(part)
            parts, sounds = self._by_length.setdefault(len(heard), ([], []))
            parts.append(part)
            sounds.append(heard)
            self.by_coarse[coarse(part)].append(part)
            for key in {consonants(part), consonants(without_article(part))}:
                self._by_consonants[key].append(part)
        self.postings[part].append(form)

    def similar(self, part: str, weight: float, abjad: bool) -> dict[str, float]:
        """The listed parts like this one of `weight`, each with the most that the pair adds to an agreement."""
        key = (part, weight)
        if key not in self._answers:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            self._answers[key] = self._similar(part, weight, abjad)
        return self._answers[key]

    def _similar(self, part: str, weight: float, abjad: bool) -> dict[str, float]:
        heard, found = sound(part), set[str]()
        for length, (parts, sounds) in self._by_length.items():
            if abs(length - len(heard)) <= (1 - CUTOFF) * max(length, len(heard)) + _ROUNDING:
                near = process.extract(heard, sounds, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF, limit=None)
                found.update(parts[position] for _sound, _ratio, position in near)
        for key in {consonants(part), consonants(without_article(part))}:
            found.update(self._by_consonants.get(key, ()))
        return {
            other: similarity * max(weight, part_weight(other, abjad))
            for other in found
            if (similarity := part_similarity(part, other)) > 0
        }


@dataclass(slots=True)
class ScriptLookup:
    """Consonants of parts that were written in the other kind of writing."""

    postings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _answers: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, bare: str, form: int) -> None:
        self.postings[bare].append(form)

    def similar(self, bare: str) -> dict[str, float]:
        """The listed consonants like these, each with the most that the pair adds to an agreement."""
        if bare not in self._answers:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            self._answers[bare] = self._similar(bare)
        return self._answers[bare]

    def _similar(self, bare: str) -> dict[str, float]:
        if not bare:
            return {}
        near = process.extract(
            bare, list(self.postings), scorer=OSA.normalized_similarity, score_cutoff=0.75, limit=None
        )
        return {other: value for other, _ratio, _place in near if (value := consonant_similarity(bare, other)) > 0}
