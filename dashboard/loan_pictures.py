"""The sums of an office's loans as pictures: bars of one kind beside each other, and what was due and collected by
month. Pure geometry; the style sheet gives the colours, and a table beside each picture says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.parts import Text
from dashboard.timeline import Picture, Shape, Words

WIDTH = 720
_LABEL, _AMOUNT, _LINE, _BAR = 184, 210, 30, 16
_LETTERS = 26
_TALL, _TOP, _FOOT = 150, 10, 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a picture: how much in minor units, and in words; `kind` is its class."""

    label: Text
    amount: int
    said: Text
    kind: str = "owed"


@dataclass(frozen=True, slots=True)
class Pair:
    """What fell due in a month and what was collected, in minor units."""

    label: Text
    due: int
    collected: int


def bars(lines: Sequence[Bar], *, mirrored: bool = False) -> Picture:
    """A bar a line, the longest as wide as there is room; an amount above zero is never drawn as nothing."""
    room = WIDTH - _LABEL - _AMOUNT
    most = max((line.amount for line in lines), default=0)
    shapes: list[Shape] = []
    words: list[Words] = []
    for place, line in enumerate(lines):
        top = place * _LINE + (_LINE - _BAR) // 2
        long = max(2, round(line.amount * room / most)) if line.amount > 0 else 0
        if long:
            shapes.append(_box(_LABEL, top, long, _BAR, line.kind, mirrored=mirrored))
        base = top + _BAR - 4
        label = str(line.label)
        short = label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1].rstrip()}…"
        words.append(Words(_across(0, mirrored=mirrored), base, short, "item"))
        words.append(Words(_across(_LABEL + long + 8, mirrored=mirrored), base, line.said, "sum"))
    return Picture(WIDTH, len(lines) * _LINE, tuple(shapes), tuple(words))


def columns(pairs: Sequence[Pair], *, mirrored: bool = False) -> Picture:
    """Two columns a month on one scale: due, open above its foot, and collected, filled."""
    most = max((max(pair.due, pair.collected) for pair in pairs), default=0)
    step = WIDTH / max(1, len(pairs))
    wide = round(step * 0.32, 1)
    ground = _TOP + _TALL
    shapes = [Shape(f"M0 {ground}H{WIDTH}", "rule")]
    words: list[Words] = []
    for place, pair in enumerate(pairs):
        left = place * step + step * 0.16
        for number, (amount, kind) in enumerate(((pair.due, "due"), (pair.collected, "collected"))):
            tall = max(2, round(amount * _TALL / most)) if amount > 0 else 0
            if tall:
                start = round(left + number * wide, 1)
                shapes.append(_box(start, ground - tall, wide, tall, kind, mirrored=mirrored))
        middle = _across(round((place + 0.5) * step, 1), mirrored=mirrored)
        words.append(Words(middle, ground + 18, pair.label, "axis", "middle"))
    return Picture(WIDTH, ground + _FOOT, tuple(shapes), tuple(words))


def _box(start: float, top: float, long: float, tall: float, kind: str, *, mirrored: bool) -> Shape:
    left = round(WIDTH - start - long, 1) if mirrored else start
    return Shape(f"M{left} {top}h{long}v{tall}h-{long}Z", kind)


def _across(x: float, *, mirrored: bool) -> float:
    return round(WIDTH - x, 1) if mirrored else x
