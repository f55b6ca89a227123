"""What a sample says of its population: exact limits, and how large a sample to draw. Pure.

* Clopper-Pearson limits: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
  case of the binomial", Biometrika 26 (1934) 404-413. They hold for a stratified sample in proportion as well, on the
  safe side: W. Hoeffding, "On the distribution of the number of successes in independent trials", Annals of
  Mathematical Statistics 27 (1956) 713-721.
* Limits for a finite population, by inverting the hypergeometric test in the same way: J. P. Buonaccorsi, "A note on
  confidence intervals for proportions in finite populations", The American Statistician 41 (1987) 215-218.
* The size of a sample: the smallest in which, if the tolerable rate were reached, more exceptions than expected would
  be found with the confidence asked for; on the hypergeometric distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_STEPS = 60
_EDGE = 1e-9
"""Sums of floating-point terms are that near to the truth: a probability on the edge counts as reached."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate with its limits, each between 0 and 1."""

    rate: float
    low: float
    high: float


def clopper_pearson(found: int, examined: int, confidence: float = 0.95) -> Interval:
    """Exact limits of a binomial rate. `examined` is at least 1, `confidence` between 0 and 1."""
    tail = (1 - confidence) / 2
    low = 0.0 if found == 0 else _bisect(lambda p: 1 - _binomial(found - 1, examined, p) < tail)
    high = 1.0 if found == examined else _bisect(lambda p: _binomial(found, examined, p) > tail)
    return Interval(found / examined, low, high)


def finite(found: int, examined: int, population: int, confidence: float = 0.95) -> Interval:
    """Exact limits of the rate in a population of which `examined` were drawn without putting back."""
    tail = (1 - confidence) / 2
    fewest, most = found, population - (examined - found)
    low = _first(fewest, most, lambda bad: 1 - _hypergeometric(found - 1, population, bad, examined) > tail + _EDGE)
    above = _first(fewest, most + 1, lambda bad: _hypergeometric(found, population, bad, examined) <= tail + _EDGE)
    return Interval(found / examined, low / population, (above - 1) / population)


def suggested_size(population: int, tolerable: float, confidence: float = 0.95, expected: int = 0) -> int:
    """The smallest sample that would show more than `expected` exceptions if the rate were `tolerable`.

    The whole population where no smaller one does. `tolerable` and `confidence` lie between 0 and 1.
    """
    bad = max(1, math.ceil(tolerable * population - 1e-9))
    risk = 1 - confidence
    if bad <= expected:
        return population
    return _first(1, population, lambda size: _hypergeometric(expected, population, bad, size) <= risk + _EDGE)


def weighted_rate(strata: list[tuple[int, int, int]]) -> float:
    """The rate of a stratified population from (documents, examined, found) of each stratum that was examined."""
    total = sum(size for size, _examined, _found in strata)
    return math.fsum(size * found / examined for size, examined, found in strata) / total


def _bisect(below: Callable[[float], bool]) -> float:
    """Where `below` turns from True to False between 0 and 1."""
    low, high = 0.0, 1.0
    for _step in range(_STEPS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first of ``low .. high`` for which `holds`, which stays so from there on; `high` if none before does."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


@lru_cache(maxsize=4096)
def _choose(n: int, k: int) -> float:
    """The logarithm of the binomial coefficient."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _binomial(most: int, trials: int, p: float) -> float:
    """P(X <= most)."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return float(most >= trials)
    log, other = math.log(p), math.log1p(-p)
    return math.fsum(math.exp(_choose(trials, k) + k * log + (trials - k) * other) for k in range(most + 1))


def _hypergeometric(most: int, population: int, bad: int, drawn: int) -> float:
    """P(X <= most) of `bad` ones among `drawn` of `population`."""
    least = max(0, drawn - (population - bad))
    top = min(most, bad, drawn)
    if most >= min(bad, drawn):
        return 1.0
    whole = _choose(population, drawn)
    return math.fsum(
        math.exp(_choose(bad, k) + _choose(population - bad, drawn - k) - whole) for k in range(least, top + 1)
    )
