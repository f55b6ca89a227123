"""The labelled pairs of names: which are held out, and how well a scorer tells same from different.

A pair is held out by its own text, so that adding pairs moves no other. The rule was fixed, and the pairs were written,
before the comparison was tuned; the errors on those held out are not looked at when it is tuned again.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.security.lists import Kind, ListEntry, ListName
from casework.security.scoring import ScreenedPerson, score

FILE = Path(__file__).with_name("name_pairs.csv")


@dataclass(frozen=True)
class Pair:
    """Two names of invented people. `change` says what was done to the first, `note` why they are one person or two."""

    culture: str
    change: str
    same: bool
    first: str
    second: str
    note: str

    @property
    def held_out(self) -> bool:
        digest = hashlib.sha256(f"{self.first}|{self.second}".encode()).hexdigest()
        return int(digest, 16) % 3 == 0


@dataclass(frozen=True)
class Rates:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pairs(*, held_out: bool) -> list[Pair]:
    with FILE.open(encoding="utf-8", newline="") as source:
        rows = [
            Pair(row["culture"], row["change"], row["same"] == "yes", row["first"], row["second"], row["note"])
            for row in csv.DictReader(source, delimiter=";")
        ]
    return [row for row in rows if row.held_out is held_out]


def own_score(pair: Pair) -> float:
    """Our score by the name alone."""
    listed = ListEntry("P-1", Kind.PERSON, (ListName(pair.second),))
    return score(ScreenedPerson((pair.first,)), listed).value


def rates(group: Sequence[Pair], scorer: Callable[[Pair], float], threshold: int) -> Rates:
    found = [pair for pair in group if scorer(pair) >= threshold]
    right = sum(pair.same for pair in found)
    return Rates(right / max(1, len(found)), right / max(1, sum(pair.same for pair in group)))
