"""The hash tree of RFC 9162, section 2.1 (that of RFC 6962), over any sequence of texts. Pure.

Hashes are 32 bytes of SHA-256. A *node* is the hash of a complete subtree, named by its level (0: a leaf) and its
index among those of the level; whatever a tree of any size needs is made of nodes, which never change once complete.
Whoever stores nodes keeps those of every eighth level only: a *tile* is up to 256 neighbours of such a level, and
everything between two stored levels is hashed anew from one tile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

EMPTY: Final = sha256(b"").digest()
"""The root of no leaves at all."""

STEP: Final = 8
WIDTH: Final = 1 << STEP

Node = Callable[[int, int], bytes]
"""``node(level, index)``: the hash of a complete subtree."""

Tile = Callable[[int, int], Sequence[bytes]]
"""``tile(level, index)``, level a multiple of 8: the hashes at positions 256 * index and on, 256 or all there are."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf. The prefix tells leaves from nodes, so that neither can pass for the other."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """The head of the tree of the first `size` leaves."""
    return _range(0, size, node) if size else EMPTY


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """What proves that leaf `index` (from 0) is in the tree of `size` leaves: section 2.1.3.1, PATH(m, D_n)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """What proves that the tree of `second` leaves goes on from that of `first`: section 2.1.4.1, PROOF(m, D_n)."""
    if not 0 < first <= second:
        raise ValueError("no such trees")
    path: list[bytes] = []
    start, end, known = 0, second, True
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start, known = middle, False
    return ([] if known else [_range(start, end, node)]) + path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether `path` leads from the hash of leaf `index` to `head`: section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, hash_ = index, size - 1, leaf
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            hash_ = node_hash(step, hash_)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash_ = node_hash(hash_, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hash_ == head


def verify_consistency(first: int, second: int, first_head: bytes, second_head: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` leads to both heads: section 2.1.4.2; of equal trees the heads are equal and the path empty."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_head == second_head
    if not path:
        return False
    steps = list(path) if first & (first - 1) else [first_head, *path]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_head and new == second_head


def nodes_of(tile: Tile) -> Node:
    """Nodes of every level, out of the tiles of every eighth. A node whose tile lacks something is a LookupError."""

    def node(level: int, index: int) -> bytes:
        stored, above = level - level % STEP, level % STEP
        place, begin = divmod(index << above, WIDTH)
        found = tile(stored, place)[begin : begin + (1 << above)]
        if len(found) != 1 << above:
            raise LookupError("a stored hash is missing")
        return _fold(found)

    return node


@dataclass(slots=True)
class Growing:
    """A tree to which leaves are added one by one. It keeps at most 255 hashes for every eighth level."""

    size: int = 0
    _pending: list[list[bytes]] = field(default_factory=list)

    @classmethod
    def at(cls, size: int, tile: Tile) -> Growing:
        """The tree of `size` leaves, to go on with, out of its last tiles."""
        pending: list[list[bytes]] = []
        level, count = 0, size
        while count:
            whole, rest = divmod(count, WIDTH)
            pending.append(list(tile(level, whole)[:rest]) if rest else [])
            level, count = level + STEP, whole
        return cls(size, pending)

    def add(self, hash_: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add the hash of a leaf. Gives the nodes ``(level, index, hash)`` to store that are complete now."""
        self.size += 1
        level = 0
        while True:
            if level == len(self._pending):
                self._pending.append([])
            tile = self._pending[level]
            tile.append(hash_)
            if len(tile) < WIDTH:
                return
            hash_ = _fold(tile)
            tile.clear()
            level += 1
            yield level * STEP, (self.size >> (level * STEP)) - 1, hash_

    def root(self) -> bytes:
        """The head of the tree as it is now."""
        head: bytes | None = None
        for tile in self._pending:
            end, width = len(tile), 1
            while end:
                if end & width:
                    left = _fold(tile[end - width : end])
                    head = left if head is None else node_hash(left, head)
                    end -= width
                width <<= 1
        return EMPTY if head is None else head


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(start: int, end: int, node: Node) -> bytes:
    """The hash over leaves `start` to before `end`; `start` lies where a subtree of that width begins."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range(start, middle, node), _range(middle, end, node))


def _fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over a power of two of neighbours."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]
