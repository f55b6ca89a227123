"""How well names are compared: `python benchmarks/screening_accuracy.py [--show] [--picture FILE] [--volume N]`.

The labelled pairs of tests/security/name_pairs.csv, for our score and, on the very same pairs, rapidfuzz's
`token_sort_ratio` and `WRatio`. A third is held out by a rule that was fixed before anything was tuned
(`tests.security.pairs`) and is reported apart. Then how many of 1,000 ordinary workers of each name culture would be
brought before an officer against the lists: with name, birth date and nationality, and by the name alone.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz, utils

from benchmarks.names import CULTURES, NATIONALITY, worker
from benchmarks.watchlists import entries
from casework.security.index import Index
from casework.security.scoring import THRESHOLD, ScreenedPerson
from tests.security.pairs import Pair, Rates, own_score, pairs, rates

SCORERS: Final[dict[str, Callable[[Pair], float]]] = {
    "ours": own_score,
    "token_sort_ratio": lambda pair: fuzz.token_sort_ratio(_plain(pair.first), _plain(pair.second)),
    "WRatio": lambda pair: fuzz.WRatio(_plain(pair.first), _plain(pair.second)),
}
SHOWN: Final = (60, 65, 70, 75, 80, 85, 90, 95)
CURVE: Final = range(50, 100)
COLOURS: Final = {"ours": "#1d5c8f", "token_sort_ratio": "#8a4b08", "WRatio": "#5b5b5b"}


def _plain(name: str) -> str:
    return utils.default_process(anyascii(name))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument(
        "--show", action="store_true", help="print the pairs on which we err, of the part not held out"
    )
    options.add_argument("--picture", type=Path, help="write the threshold curve as an SVG file")
    options.add_argument(
        "--volume", type=int, default=1000, help="workers of each culture for the alert volume; 0: none"
    )
    chosen = options.parse_args()
    known, held = pairs(held_out=False), pairs(held_out=True)
    for title, group in (("tuned on", known), ("held out", held)):
        same = sum(pair.same for pair in group)
        print(f"\n{title}: {len(group)} pairs, {same} of one person, {len(group) - same} of two")
        print(f"{'':18}" + "".join(f"{cut:>19}" for cut in SHOWN))
        for name, scorer in SCORERS.items():
            print(f"{name:18}" + "".join(_cell(_rates(group, scorer, cut)) for cut in SHOWN))
        for name, scorer in SCORERS.items():
            best = max(CURVE, key=lambda cut: _rates(group, scorer, cut).f1)
            print(f"{name}: best F1 {_rates(group, scorer, best).f1:.3f} at {best}")
    print("\nheld out, by name culture at 80 (precision recall F1):")
    for culture in CULTURES:
        print(f"  {culture:12}" + _cell(_rates([pair for pair in held if pair.culture == culture], own_score, 80)))
    if chosen.show:
        _show(known)
    if chosen.picture:
        chosen.picture.write_text(picture(held), encoding="utf-8")
    if chosen.volume:
        _volume(chosen.volume)


def _rates(group: Sequence[Pair], scorer: Callable[[Pair], float], cut: int) -> Rates:
    return rates(group, scorer, cut)


def _cell(found: Rates) -> str:
    return f"{found.precision:7.3f}{found.recall:6.3f}{found.f1:6.3f}"


def _show(group: Sequence[Pair]) -> None:
    for pair in group:
        if (own_score(pair) >= THRESHOLD) != pair.same:
            word = "missed" if pair.same else "wrong"
            print(f"  {word} {own_score(pair):3}: {pair.first} | {pair.second} ({pair.note})")


def picture(group: Sequence[Pair]) -> str:
    """F1 by threshold for each scorer, as SVG."""
    wide, high, left, top = 640, 360, 60, 24
    across = (wide - left - 150) / (CURVE[-1] - CURVE[0])
    down = (high - top - 50) / 0.7

    def point(cut: int, value: float) -> str:
        return f"{left + (cut - CURVE[0]) * across:.1f},{top + (1 - max(value, 0.3)) * down:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" font-size="12"',
        'font-family="sans-serif"><title>F1 by threshold on the pairs held out</title>',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
    ]
    for step in range(3, 11):
        y = point(CURVE[0], step / 10).split(",")[1]
        parts.append(
            f'<path d="M{left} {y}H{wide - 150}" stroke="#ddd"/><text x="28" y="{y}" dy="4">{step / 10}</text>'
        )
    for cut in range(50, 100, 10):
        x = point(cut, 0).split(",")[0]
        parts.append(f'<text x="{x}" y="{high - 28}" text-anchor="middle">{cut}</text>')
    for name, scorer in SCORERS.items():
        line = " ".join(point(cut, _rates(group, scorer, cut).f1) for cut in CURVE)
        end = point(CURVE[-1], _rates(group, scorer, CURVE[-1]).f1).split(",")
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts.append(f'<text x="{float(end[0]) + 6:.1f}" y="{end[1]}" dy="4" fill="{COLOURS[name]}">{name}</text>')
    x, low, upper = point(THRESHOLD, 0).split(",")[0], high - 50, top
    parts.append(f'<path d="M{x} {upper}V{low}" stroke="#1d5c8f" stroke-dasharray="4 4"/>')
    parts.append(f'<text x="{(wide - 90) / 2}" y="{high - 8}" text-anchor="middle">threshold</text></svg>')
    return "\n".join(parts) + "\n"


def _volume(count: int) -> None:
    listed, said = entries()
    index, rng = Index.build(listed), random.Random(11)
    print(f"\nalerts per 1,000 ordinary workers ({count} of each culture) against {said}:")
    print(f"  {'':12} {'with birth date and nationality':>32} {'by the name alone':>20}")
    for culture in CULTURES:
        names = [worker(rng, culture).full for _number in range(count)]
        full = [
            ScreenedPerson((name,), "", date(1970, 1, 1) + timedelta(days=rng.randrange(12_000)), NATIONALITY[culture])
            for name in names
        ]
        alerts = (
            sum(map(bool, index.screen(people))) for people in (full, [ScreenedPerson((name,)) for name in names])
        )
        known, alone = (1000 * found / count for found in alerts)
        print(f"  {culture:12} {known:32.1f} {alone:20.1f}", flush=True)


if __name__ == "__main__":
    main()
