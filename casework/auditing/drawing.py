"""How a sample is drawn: a pure function of the population, the method, the size and the seed.

Anybody can repeat a draw with ordinary tools (`docs/auditing.md`). The population is a text of one line a document,
``id TAB number TAB stratum TAB weight``, in the order of the ids; its SHA-256 is kept with the sample. Every document
has the key SHA-256(seed || id) in hexadecimal digits:

* random: the documents with the smallest keys;
* stratified: the same within each stratum. The size is shared out in proportion by largest remainder (Hamilton's
  method); a stratum that gets none gets one from the stratum that has most;
* by risk: the smallest ``-ln(u) / weight`` with u = (key + 1) / 2^256, which are the largest ``u^(1/weight)`` of
  P. S. Efraimidis and P. G. Spirakis, "Weighted random sampling with a reservoir", Information Processing Letters 97
  (2006) 181-185. In decimal arithmetic, whose logarithm is rounded correctly and so is the same on every machine.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from hashlib import sha256

from basis.errors import InvalidInput
from basis.messages import Message, _

_EXACT = Context(prec=20)
_KEYS = Decimal(2**256)


class Method(StrEnum):
    RANDOM = "random"
    STRATIFIED = "stratified"
    RISK = "risk"


METHOD_WORDS: Mapping[Method, Message] = {
    Method.RANDOM: _("random"),
    Method.STRATIFIED: _("stratified"),
    Method.RISK: _("weighted by risk"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A document of the population. `weight` is 1 unless the draw is weighted by risk."""

    id: str
    number: str
    stratum: str = ""
    weight: int = 1


def as_text(members: Sequence[Member]) -> str:
    """The population as it is kept and hashed."""
    ordered = sorted(members, key=lambda one: one.id)
    return "".join(f"{one.id}\t{one.number}\t{one.stratum}\t{one.weight}\n" for one in ordered)


def from_text(text: str) -> tuple[Member, ...]:
    """The members that `as_text` wrote."""
    parts = (line.split("\t") for line in text.splitlines())
    return tuple(Member(row_id, number, stratum, int(weight)) for row_id, number, stratum, weight in parts)


def digest(text: str) -> str:
    """SHA-256 of the population's text: 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def key(seed: str, member_id: str) -> str:
    """What a member is ordered by: 64 hexadecimal digits."""
    return sha256(f"{seed}{member_id}".encode()).hexdigest()


def draw(members: Sequence[Member], method: Method, size: int, seed: str) -> tuple[Member, ...]:
    """The sample, in the order of its keys. The same arguments give the same sample.

    Raises `InvalidInput` (``empty_population``, ``sample_size``).
    """
    _require_size(len(members), size)
    if method is Method.RISK:
        return tuple(sorted(members, key=lambda one: (_risk_key(seed, one), one.id))[:size])
    ordered = sorted(members, key=lambda one: (key(seed, one.id), one.id))
    if method is Method.RANDOM:
        return tuple(ordered[:size])
    left = allocation(Counter(one.stratum for one in members), size)
    taken = []
    for one in ordered:
        if left[one.stratum]:
            left[one.stratum] -= 1
            taken.append(one)
    return tuple(taken)


def allocation(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many are drawn from each stratum of `sizes`: in proportion, at least one, never more than there are.

    Raises `InvalidInput` (``sample_size``) where there are more strata than documents to draw.
    """
    total = sum(sizes.values())
    if len(sizes) > size:
        raise InvalidInput(
            "sample_size",
            _("There are {strata} strata and only {size} documents to draw.", strata=len(sizes), size=size),
            _("Draw at least one of each stratum."),
        )
    shares = {name: size * count // total for name, count in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    for name in sorted(sizes):
        if shares[name] == 0:
            giver = min(shares, key=lambda one: (-shares[one], one))
            shares[giver] -= 1
            shares[name] = 1
    return shares


def second_readers(member_ids: Sequence[str], seed: str, percent: int) -> frozenset[str]:
    """Which drawn documents a second person reads even if the first agrees: `percent` of them, rounded up.

    Fixed by the draw, so that nobody chooses them: the smallest SHA-256(seed || "second" || id).
    """
    count = math.ceil(len(member_ids) * percent / 100)
    return frozenset(sorted(member_ids, key=lambda one: (key(f"{seed}second", one), one))[:count])


def by_stratum(members: Sequence[Member]) -> dict[str, list[Member]]:
    """Members grouped by stratum, in the order of its names."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for one in members:
        groups[one.stratum].append(one)
    return dict(sorted(groups.items()))


def _require_size(count: int, size: int) -> None:
    if count == 0:
        raise InvalidInput(
            "empty_population", _("No document fits; there is nothing to draw from."), _("Ask for more documents.")
        )
    if not 1 <= size <= count:
        raise InvalidInput(
            "sample_size",
            _("From {count} documents one can draw 1 to {count}.", count=count),
            _("Give a size between them."),
        )


def _risk_key(seed: str, member: Member) -> Decimal:
    u = _EXACT.divide(Decimal(int(key(seed, member.id), 16) + 1), _KEYS)
    return _EXACT.divide(-_EXACT.ln(u), Decimal(member.weight))
