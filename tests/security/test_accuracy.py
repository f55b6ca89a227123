"""How well names are compared, on pairs that were written down before the comparison was tuned."""

from __future__ import annotations

from collections import Counter

import pytest
from rapidfuzz import fuzz, utils

from casework.security.scoring import THRESHOLD
from tests.security.pairs import Pair, own_score, pairs, rates

CULTURES = {"arabic", "bengali", "albanian", "cyrillic", "vietnamese", "filipino", "amharic", "nepali"}


def test_the_pairs_cover_eight_cultures_and_every_change_and_each_says_why() -> None:
    every = [*pairs(held_out=False), *pairs(held_out=True)]
    assert len(every) >= 300 and all(pair.note for pair in every)
    assert len({(pair.first, pair.second) for pair in every}) == len(every)
    counts = Counter((pair.culture, pair.same) for pair in every)
    assert set(counts) == {(culture, same) for culture in CULTURES for same in (True, False)}
    assert min(counts.values()) >= 25
    changes = {pair.change for pair in every}
    assert changes == {"spelling", "order", "particle", "initial", "digit", "script", "missing", "namesake"}
    held = len(pairs(held_out=True)) / len(every)
    assert 0.3 < held < 0.4


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.94), (True, 0.9)])
def test_names_are_told_apart_as_well_as_ever(held_out: bool, least: float) -> None:
    """A fall below these is a step back; `benchmarks/screening_accuracy.py` shows where."""
    group = pairs(held_out=held_out)
    assert rates(group, own_score, THRESHOLD).f1 >= least


def test_the_comparison_beats_plain_ones_at_their_best() -> None:
    def plain(pair: Pair) -> float:
        return fuzz.WRatio(utils.default_process(pair.first), utils.default_process(pair.second))

    group = pairs(held_out=True)
    best = max(rates(group, plain, cut).f1 for cut in range(50, 100, 5))
    assert rates(group, own_score, THRESHOLD).f1 > best + 0.1
