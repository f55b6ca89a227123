"""The hash tree: the reference values of Certificate Transparency, the words of the RFC, and every change is found."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.audit import merkle

# The leaves, heads and proofs that implementations of RFC 6962 and 9162 test with (certificate-transparency).
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C, D, E = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)


def tree(leaves: Sequence[bytes]) -> merkle.Node:
    """Nodes out of the leaves alone, as the RFC defines them: MTH(D_n)."""

    def node(level: int, index: int) -> bytes:
        return defined(leaves[index << level : (index + 1) << level])

    return node


def defined(leaves: Sequence[bytes]) -> bytes:
    """Section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


class Stored:
    """Leaves and the nodes of every eighth level, as a database keeps them."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels: dict[int, list[bytes]] = {0: [merkle.leaf_hash(leaf) for leaf in leaves]}
        self.growing = merkle.Growing()
        for hash_ in list(self.levels[0]):
            self.add(hash_)

    def add(self, hash_: bytes) -> None:
        for level, index, made in self.growing.add(hash_):
            assert index == len(self.levels.setdefault(level, []))
            self.levels[level].append(made)

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        return self.levels.get(level, [])[index * merkle.WIDTH : (index + 1) * merkle.WIDTH]


def many(count: int) -> list[bytes]:
    return [b"event %d" % number for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_heads_are_those_of_the_reference(size: int) -> None:
    assert merkle.root(size, tree(LEAVES)).hex() == HEADS[size]
    assert Stored(LEAVES[:size]).growing.root().hex() == HEADS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, HEADS[4]]), (2, 3, [HEADS[2]]), (1, 5, [HEADS[1], B, D])],
)
def test_inclusion_proofs_are_those_of_the_reference(index: int, size: int, path: list[str]) -> None:
    assert [step.hex() for step in merkle.inclusion_proof(index, size, tree(LEAVES))] == path


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (1, 1, []),
        (1, 8, [A, B, C]),
        (2, 5, [B, D]),
        (2, 8, [B, C]),
        (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E, HEADS[4]]),
    ],
)
def test_consistency_proofs_are_those_of_the_reference(first: int, second: int, path: list[str]) -> None:
    assert [step.hex() for step in merkle.consistency_proof(first, second, tree(LEAVES))] == path


def test_every_proof_of_every_small_tree_verifies_and_no_other_place_does() -> None:
    leaves = many(20)
    nodes = tree(leaves)
    heads = [merkle.root(size, nodes) for size in range(21)]
    for size in range(1, 21):
        for index in range(size):
            path = merkle.inclusion_proof(index, size, nodes)
            hash_ = merkle.leaf_hash(leaves[index])
            fits = [other for other in range(size) if merkle.verify_inclusion(hash_, other, size, path, heads[size])]
            assert fits == [index]
            assert not merkle.verify_inclusion(hash_, index, size, path, heads[size - 1])
        for first in range(1, size + 1):
            path = merkle.consistency_proof(first, size, nodes)
            assert merkle.verify_consistency(first, size, heads[first], heads[size], path)
            if first < size:
                assert not merkle.verify_consistency(first, size, heads[first - 1], heads[size], path)
                assert not merkle.verify_consistency(first, size, heads[first], heads[size - 1], path)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    nodes = tree(LEAVES)
    forged = nodes(0, 0) + nodes(0, 1)
    path = merkle.inclusion_proof(0, 8, nodes)[1:]
    assert not merkle.verify_inclusion(merkle.leaf_hash(forged), 0, 4, path, merkle.root(8, nodes))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 700, 65_537])
def test_stored_levels_and_a_tree_gone_on_with_give_the_same_heads_and_proofs(size: int) -> None:
    stored = Stored(many(size))
    node = merkle.nodes_of(stored.tile)
    head = stored.growing.root()
    assert merkle.root(size, node) == head
    assert merkle.Growing.at(size, stored.tile).root() == head
    for index in {0, size // 2, size - 1}:
        path = merkle.inclusion_proof(index, size, node)
        assert merkle.verify_inclusion(stored.levels[0][index], index, size, path, head)
    for first in {1, size // 3 or 1, size}:
        path = merkle.consistency_proof(first, size, node)
        assert merkle.verify_consistency(first, size, merkle.root(first, node), head, path)


@given(st.integers(1, 700), st.integers(0, 400))
@settings(max_examples=15, deadline=None)
def test_a_tree_goes_on_from_any_size_as_if_it_had_never_stopped(size: int, more: int) -> None:
    whole, part = Stored(many(size + more)), Stored(many(size))
    part.growing = merkle.Growing.at(size, part.tile)
    for leaf in many(size + more)[size:]:
        hash_ = merkle.leaf_hash(leaf)
        part.levels[0].append(hash_)
        part.add(hash_)
    assert part.levels == whole.levels
    assert part.growing.root() == whole.growing.root()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_change_to_leaf_path_or_head_fails(data: st.DataObject) -> None:
    leaves = data.draw(st.lists(st.binary(max_size=8), min_size=2, max_size=40))
    nodes, size = tree(leaves), len(leaves)
    assert merkle.root(size, nodes) == defined(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    path = merkle.inclusion_proof(index, size, nodes)
    hash_, head = merkle.leaf_hash(leaves[index]), merkle.root(size, nodes)
    assert merkle.verify_inclusion(hash_, index, size, path, head)
    going = merkle.consistency_proof(first, size, nodes)
    old = merkle.root(first, nodes)
    assert merkle.verify_consistency(first, size, old, head, going)

    flip = data.draw(st.integers(0, 255))
    for changed in (*changes(path, flip), path[1:], [*path, head]):
        assert changed == path or not merkle.verify_inclusion(hash_, index, size, changed, head)
    assert not merkle.verify_inclusion(flipped(hash_, flip), index, size, path, head)
    assert not merkle.verify_inclusion(hash_, index, size, path, flipped(head, flip))
    for changed in (*changes(going, flip), going[1:], [*going, head]):
        assert changed == going or not merkle.verify_consistency(first, size, old, head, changed)
    assert not merkle.verify_consistency(first, size, flipped(old, flip), head, going)
    assert not merkle.verify_consistency(first, size, old, flipped(head, flip), going)


def flipped(hash_: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8) if place == bit // 8 else byte for place, byte in enumerate(hash_))


def changes(path: list[bytes], bit: int) -> list[list[bytes]]:
    """The path with one bit of each of its steps changed, and with two neighbours in each other's place."""
    bits = [[*path[:i], flipped(path[i], bit), *path[i + 1 :]] for i in range(len(path))]
    return bits + [[*path[:i], path[i + 1], path[i], *path[i + 2 :]] for i in range(len(path) - 1)]


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_that_is_not_there_is_not_proved(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(index, size, tree(LEAVES))
    assert not merkle.verify_inclusion(merkle.leaf_hash(b""), index, size, [], merkle.EMPTY)


@pytest.mark.parametrize(("first", "second"), [(0, 4), (5, 4), (-1, 2)])
def test_trees_that_are_not_there_are_not_proved(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="no such trees"):
        merkle.consistency_proof(first, second, tree(LEAVES))
    assert not merkle.verify_consistency(first, second, merkle.EMPTY, merkle.EMPTY, [])
