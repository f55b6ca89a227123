"""How samples are drawn: repeatable, without repetition, fair."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.auditing import drawing
from casework.auditing.drawing import Member, Method
from tests.support.errors import error

SEEDS = st.text("abcdef0123456789", min_size=1, max_size=32)


def members_of(*strata: int) -> list[Member]:
    """Documents in strata of the given sizes, of weights 1 to 5."""
    return [
        Member(f"{stratum:02d}-{number:04d}", f"MED-{stratum}-{number}", chr(97 + stratum), 1 + number % 5)
        for stratum, size in enumerate(strata)
        for number in range(size)
    ]


POPULATIONS = st.lists(st.integers(1, 30), min_size=1, max_size=6).map(lambda sizes: members_of(*sizes))


def test_a_random_draw_takes_the_smallest_hashes_of_seed_and_id() -> None:
    members = members_of(40)
    drawn = drawing.draw(members, Method.RANDOM, 5, "2026-spring")
    keys = sorted(hashlib.sha256(f"2026-spring{one.id}".encode()).hexdigest() for one in members)
    assert [hashlib.sha256(f"2026-spring{one.id}".encode()).hexdigest() for one in drawn] == keys[:5]


def test_a_draw_is_the_same_for_ever() -> None:
    """These ids must never change: reports that were signed name them."""
    members = members_of(20, 10, 3)
    drawn = {method: [one.id for one in drawing.draw(members, method, 4, "seed")] for method in Method}
    assert drawn == {
        Method.RANDOM: ["00-0005", "01-0008", "00-0003", "00-0002"],
        Method.STRATIFIED: ["00-0005", "01-0008", "00-0003", "02-0000"],
        Method.RISK: ["00-0019", "01-0007", "01-0005", "01-0004"],
    }


@settings(max_examples=40)
@given(members=POPULATIONS, seed=SEEDS, data=st.data())
def test_a_draw_repeats_itself_and_takes_no_document_twice(
    members: list[Member], seed: str, data: st.DataObject
) -> None:
    method = data.draw(st.sampled_from(Method))
    strata = len({one.stratum for one in members}) if method is Method.STRATIFIED else 1
    size = data.draw(st.integers(strata, len(members)))
    drawn = drawing.draw(members, method, size, seed)
    assert drawing.draw(members[::-1], method, size, seed) == drawn
    assert len(set(drawn)) == size
    assert set(drawn) <= set(members)


@settings(max_examples=50)
@given(sizes=st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 200), min_size=1, max_size=12))
def test_shares_of_strata_sum_to_the_size_and_no_stratum_is_left_out(sizes: dict[str, int]) -> None:
    total = sum(sizes.values())
    for size in {len(sizes), (len(sizes) + total) // 2, total}:
        shares = drawing.allocation(sizes, size)
        assert sum(shares.values()) == size
        assert all(1 <= shares[name] <= count for name, count in sizes.items())


def test_shares_are_in_proportion_and_remainders_go_to_the_largest() -> None:
    assert drawing.allocation({"a": 50, "b": 30, "c": 20}, 10) == {"a": 5, "b": 3, "c": 2}
    assert drawing.allocation({"a": 53, "b": 31, "c": 16}, 10) == {"a": 5, "b": 3, "c": 2}
    assert drawing.allocation({"a": 98, "b": 1, "c": 1}, 10) == {"a": 8, "b": 1, "c": 1}
    with error(InvalidInput, "sample_size"):
        drawing.allocation({"a": 1, "b": 1}, 1)


@pytest.mark.parametrize(
    ("count", "size", "code"), [(0, 1, "empty_population"), (3, 0, "sample_size"), (3, 4, "sample_size")]
)
def test_a_size_that_the_population_does_not_have_is_refused(count: int, size: int, code: str) -> None:
    with error(InvalidInput, code):
        drawing.draw(members_of(count), Method.RANDOM, size, "seed")


@settings(max_examples=30)
@given(members=POPULATIONS)
def test_the_kept_text_reads_back_as_it_was_in_the_order_of_the_ids(members: list[Member]) -> None:
    text = drawing.as_text(members[::-1])
    assert list(drawing.from_text(text)) == sorted(members, key=lambda one: one.id)
    assert drawing.digest(text) == hashlib.sha256(text.encode()).hexdigest()


def test_weights_raise_the_chance_as_efraimidis_and_spirakis_say() -> None:
    """The order of ``u^(1/w)``, largest first, is the order that the draw gives."""
    members = members_of(30)
    drawn = drawing.draw(members, Method.RISK, 30, "seed")
    with localcontext() as context:
        context.prec = 60
        u = {one: Decimal(int(drawing.key("seed", one.id), 16) + 1) / Decimal(2**256) for one in members}
        by_definition = sorted(members, key=lambda one: -(u[one] ** (Decimal(1) / one.weight)))
    assert list(drawn) == by_definition


def test_second_readers_are_the_share_rounded_up_and_fixed_by_the_seed() -> None:
    ids = [one.id for one in members_of(25)]
    chosen = drawing.second_readers(ids, "seed", 10)
    assert len(chosen) == 3
    assert chosen == drawing.second_readers(ids[::-1], "seed", 10)
    assert drawing.second_readers(ids, "seed", 0) == frozenset()
    assert drawing.second_readers(ids, "seed", 100) == frozenset(ids)


def spread(method: Method, members: list[Member], size: int, seeds: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in range(seeds):
        counts.update(one.id for one in drawing.draw(members, method, size, str(seed)))
    return counts


def too_far(count: int, chance: float, seeds: int) -> bool:
    """More than five standard deviations from what is expected: once in 1.7 million for a fair draw."""
    return abs(count - seeds * chance) > 5 * math.sqrt(seeds * chance * (1 - chance))


@pytest.mark.deep
@pytest.mark.parametrize("method", [Method.RANDOM, Method.STRATIFIED])
def test_every_document_is_drawn_equally_often(method: Method) -> None:
    members, seeds = members_of(20, 20, 20), 4000
    counts = spread(method, members, 15, seeds)
    assert [one.id for one in members if too_far(counts[one.id], 15 / 60, seeds)] == []


@pytest.mark.deep
def test_the_first_of_a_draw_by_risk_comes_as_often_as_its_weight_says() -> None:
    members, seeds = members_of(20), 6000
    total = sum(one.weight for one in members)
    counts = spread(Method.RISK, members, 1, seeds)
    assert [one.id for one in members if too_far(counts[one.id], one.weight / total, seeds)] == []


@settings(max_examples=20)
@given(seed=SEEDS)
def test_a_second_reader_is_not_the_one_a_draw_favours(seed: str) -> None:
    """The choice hangs on another hash than the draw: the first drawn are not the first chosen."""
    ids = [one.id for one in drawing.draw(members_of(60), Method.RANDOM, 60, seed)]
    assert drawing.second_readers(ids, seed, 50) != frozenset(ids[:30])


def test_the_recipe_of_the_documentation_draws_the_same(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "auditing.md").read_text(encoding="utf-8")
    recipe = text.split("```python\n")[1].split("```")[0]
    members = members_of(23, 11, 2)
    for method in Method:
        kept = members if method is Method.RISK else [replace(one, weight=1) for one in members]
        kept = kept if method is Method.STRATIFIED else [replace(one, stratum="") for one in kept]
        file = tmp_path / f"{method.value}.tsv"
        file.write_text(drawing.as_text(kept), encoding="utf-8")
        command = [sys.executable, "-c", recipe, str(file), method.value, "9", "2026"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [one.number for one in drawing.draw(kept, method, 9, "2026")]
