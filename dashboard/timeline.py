"""The plan of a case as a picture: rows of days on one scale. Pure geometry; the style sheet gives the colours.

Nothing in it is said by colour alone: the first possible day is a lozenge, filled on the critical path; the latest safe
day is a stroke; what is at risk has a sign and a number. Read from the right where the language is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

from basis.messages import _
from dashboard import words
from dashboard.parts import Text

WIDTH = 720
_LABEL, _SLACK = 236, 92
_LEFT, _RIGHT = _LABEL + 12, WIDTH - _SLACK - 12
_HEAD, _STAGE, _ITEM, _LINE = 44, 26, 20, 15
_LETTERS = {True: 30, False: 33}
_MOST_MONTHS = 7
_APART = 110
_SHORTEST = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `begins` to `latest` is when it may be dated; `earliest` the first day on which it can be there.
    `slack` in words. A stage's own line is `bold`; `critical`: on the path that decides the earliest departure."""

    title: Text
    bold: bool
    begins: date | None
    earliest: date | None
    latest: date | None
    slack: Text
    critical: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle, line or lozenge: `path` in the picture's units, and its class."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text at a place; `anchor` is SVG's, in the direction of the page."""

    x: float
    y: float
    text: Text
    kind: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything drawn, in the order it is painted."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]


class _Scale:
    """Days to places across. `mirrored` where the language is read from the right."""

    def __init__(self, first: date, last: date, *, mirrored: bool) -> None:
        self._first, self._days = first, max(1, (last - first).days)
        self._mirrored = mirrored

    def at(self, day: date) -> float:
        """The place of a day; days before the first lie on the edge."""
        share = min(1.0, max(0.0, (day - self._first).days / self._days))
        return self.across(_LEFT + share * (_RIGHT - _LEFT))

    def across(self, x: float) -> float:
        return round(WIDTH - x if self._mirrored else x, 1)


def draw(rows: Sequence[Row], on: date, departure: date | None, *, mirrored: bool = False) -> Picture:
    """The picture of the rows, with today (`on`) and the planned departure marked."""
    first, last = _span(rows, on, departure)
    scale = _Scale(first, last, mirrored=mirrored)
    shapes: list[Shape] = []
    texts = [Words(scale.across(WIDTH), 14, _("slack"), "axis", "end")] if any(row.slack for row in rows) else []
    height = _HEAD
    for row in rows:
        lines = wrap(str(row.title), _LETTERS[row.bold], max_lines=2, placeholder=" …") or [""]
        tall = (_STAGE if row.bold else _ITEM) + _LINE * (len(lines) - 1)
        texts += _label(scale, row, lines, height)
        shapes += _bars(scale, row, height + (_STAGE if row.bold else _ITEM) / 2)
        if row.bold and height > _HEAD:
            shapes.insert(0, Shape(f"M0 {height}H{WIDTH}", "rule"))
        height += tall
    grid, months = _months(scale, first, last, height)
    days, named = _days(scale, on, departure, height)
    return Picture(WIDTH, height + 4, (*grid, *shapes, *days), (*months, *named, *texts))


def _span(rows: Sequence[Row], on: date, departure: date | None) -> tuple[date, date]:
    days = [day for row in rows for day in (row.earliest, row.latest) if day is not None]
    days += [on, *([departure] if departure else [])]
    first, last = min(days), max(*days, min(days) + _SHORTEST)
    margin = timedelta(days=max(3, (last - first).days // 30))
    return first - margin, last + margin


def _label(scale: _Scale, row: Row, lines: list[str], top: float) -> list[Words]:
    indent = 0 if row.bold else 14
    kind = "stage" if row.bold else "item"
    base = top + (_STAGE if row.bold else _ITEM) / 2 + 4
    texts = [Words(scale.across(indent), base + _LINE * i, line, kind) for i, line in enumerate(lines)]
    slack = _("▲ {slack}", slack=row.slack) if row.late else row.slack
    if slack:
        texts.append(Words(scale.across(WIDTH), base, slack, "late" if row.late else "slack", "end"))
    return texts


def _bars(scale: _Scale, row: Row, middle: float) -> list[Shape]:
    shapes: list[Shape] = []
    if row.latest is not None and row.begins is not None and row.begins <= row.latest:
        shapes.append(_bar(scale, row.begins, row.latest, middle, "window"))
    if row.late and row.latest is not None and row.earliest is not None:
        shapes.append(_bar(scale, row.latest, row.earliest, middle, "gap"))
    if row.latest is not None:
        x = scale.at(row.latest)
        shapes.append(Shape(f"M{x} {middle - 8}V{middle + 8}", "latest"))
    if row.earliest is not None:
        x, r = scale.at(row.earliest), 5
        lozenge = f"M{x - r} {middle}L{x} {middle - r}L{x + r} {middle}L{x} {middle + r}Z"
        shapes.append(Shape(lozenge, "earliest critical" if row.critical else "earliest"))
    return shapes


def _bar(scale: _Scale, start: date, end: date, middle: float, kind: str) -> Shape:
    left, right = sorted((scale.at(start), scale.at(end)))
    return Shape(f"M{left} {middle - 4}H{right}V{middle + 4}H{left}Z", kind)


def _months(scale: _Scale, first: date, last: date, height: int) -> tuple[list[Shape], list[Words]]:
    months = []
    year, month = first.year, first.month
    while (day := _first_of(year, month)) <= last:
        if day > first:
            months.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    shown = months[:: max(1, -(-len(months) // _MOST_MONTHS))]
    grid = [Shape(f"M{scale.at(day)} {_HEAD - 6}V{height}", "month") for day in shown]
    return grid, [Words(scale.at(day), 14, words.month(day), "axis", "middle") for day in shown]


def _first_of(year: int, month: int) -> date:
    return date(year, month, 1)


def _days(scale: _Scale, on: date, departure: date | None, height: int) -> tuple[list[Shape], list[Words]]:
    marked = [(on, _("today"), "today"), *([(departure, _("departure"), "departure")] if departure else [])]
    places = [scale.at(day) for day, _said, _kind in marked]
    # The two words stand between their lines; where there is no room, outside of them.
    inside = max(places) - min(places) > _APART
    anchors = ("start", "end") if inside else ("end", "start")
    shapes = [Shape(f"M{x} {_HEAD - 10}V{height}", kind) for x, (_day, _said, kind) in zip(places, marked, strict=True)]
    texts = [
        Words(x, 30, said, "day", anchor)
        for x, (_day, said, _kind), anchor in zip(places, marked, anchors[: len(marked)], strict=True)
    ]
    return shapes, texts
