"""Exact limits and sizes of samples, against published tables and against counting everything."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.auditing import estimates


@pytest.mark.parametrize(
    ("found", "examined", "confidence", "low", "high"),
    [
        # https://codingace.net/statistics/clopper_pearson_interval.html
        (3, 20, 0.95, 0.0321, 0.3789),
        (12, 30, 0.90, 0.2495, 0.5661),
        (42, 100, 0.95, 0.3220, 0.5229),
        (85, 120, 0.99, 0.5904, 0.8092),
        # the closed forms for none and for all: 1 - (a/2)^(1/n) and (a/2)^(1/n)
        (0, 10, 0.95, 0.0, 1 - 0.025**0.1),
        (10, 10, 0.95, 0.025**0.1, 1.0),
    ],
)
def test_clopper_pearsons_limits_are_those_of_the_tables(
    found: int, examined: int, confidence: float, low: float, high: float
) -> None:
    limits = estimates.clopper_pearson(found, examined, confidence)
    assert limits.low == pytest.approx(low, abs=6e-5)
    assert limits.high == pytest.approx(high, abs=6e-5)
    assert limits.rate == found / examined


@pytest.mark.parametrize(
    ("confidence", "expected", "sizes"),
    [
        # AICPA Audit Guide "Audit Sampling", tables: tolerable rates of 2 to 10, 15 and 20 percent
        (0.95, 0, (149, 99, 74, 59, 49, 42, 36, 32, 29, 19, 14)),
        (0.90, 0, (114, 76, 57, 45, 38, 32, 28, 25, 22, 15, 11)),
    ],
)
def test_sizes_for_a_large_population_are_those_of_the_audit_guide(
    confidence: float, expected: int, sizes: tuple[int, ...]
) -> None:
    rates = [percent / 100 for percent in (*range(2, 11), 15, 20)]
    found = tuple(estimates.suggested_size(1_000_000, rate, confidence, expected) for rate in rates)
    assert found == sizes


def test_an_exception_that_is_expected_takes_a_larger_sample() -> None:
    assert estimates.suggested_size(1_000_000, 0.05, 0.95, 1) == 93


def test_a_small_population_takes_a_smaller_sample_and_at_most_all_of_it() -> None:
    assert estimates.suggested_size(100, 0.05) == 45
    assert estimates.suggested_size(10, 0.01) == 10
    assert estimates.suggested_size(1, 0.5) == 1
    assert estimates.suggested_size(10, 0.1, expected=3) == 10


def chance(most: int, population: int, bad: int, drawn: int) -> Fraction:
    """P(X <= most), by counting."""
    ways = sum(comb(bad, k) * comb(population - bad, drawn - k) for k in range(most + 1))
    return Fraction(ways, comb(population, drawn))


@settings(max_examples=40)
@given(population=st.integers(1, 40), data=st.data())
def test_limits_of_a_finite_population_are_those_that_counting_gives(population: int, data: st.DataObject) -> None:
    examined = data.draw(st.integers(1, population))
    found = data.draw(st.integers(0, examined))
    tail = Fraction(25, 1000)
    fits = [
        bad
        for bad in range(found, population - (examined - found) + 1)
        if chance(found, population, bad, examined) > tail
        and 1 - (chance(found - 1, population, bad, examined) if found else 0) > tail
    ]
    limits = estimates.finite(found, examined, population)
    assert (round(limits.low * population), round(limits.high * population)) == (fits[0], fits[-1])


@settings(max_examples=40)
@given(population=st.integers(1, 60), percent=st.integers(1, 50))
def test_a_suggested_size_is_the_smallest_that_counting_finds(population: int, percent: int) -> None:
    bad = max(1, -(-population * percent // 100))
    sizes = [size for size in range(1, population + 1) if chance(0, population, bad, size) <= Fraction(5, 100)]
    assert estimates.suggested_size(population, percent / 100) == sizes[0]


def test_whoever_examines_everything_knows_the_rate() -> None:
    limits = estimates.finite(3, 50, 50)
    assert (limits.low, limits.rate, limits.high) == (0.06, 0.06, 0.06)


def test_limits_of_a_finite_population_lie_within_those_of_an_endless_one() -> None:
    for found in range(21):
        narrow, wide = estimates.finite(found, 20, 200), estimates.clopper_pearson(found, 20)
        assert wide.low - 0.005 <= narrow.low <= narrow.high <= wide.high + 0.005


def test_a_weighted_rate_counts_each_stratum_by_its_size() -> None:
    assert estimates.weighted_rate([(90, 9, 0), (10, 1, 1)]) == pytest.approx(0.1)
