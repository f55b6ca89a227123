"""How many lines of machine readable zones are read in a second: `python benchmarks/mrz.py [--zones N]`.

Zones of invented people in all five layouts, each different, one in ten with a misread character. Reading means
`parse`: every field and every check digit. Exit status 1 below 50,000 lines a second of processor time.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import date, timedelta

from basis.partial import PartialDate
from casework.evidence.mrz import Form, Holder, emit, parse

LEAST = 50_000
ON = date(2027, 1, 15)
_NAMES = (
    "Krasniqi Gashi El-Amrani Benjelloun Hossain Chowdhury Shevchenko Коваленко Nguyen Müller Haile Rrustemi".split()
)
_GIVEN = "Arta Besnik Amine Fatima Rafiqul Олена Anna Maria Gëzim Tigist Thi Yohannes Luljeta Jürgen".split()
_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def zones(rng: random.Random, count: int) -> list[tuple[str, ...]]:
    """So many different zones, the layouts in turn."""
    made = []
    for number in range(count):
        form = tuple(Form)[number % 5]
        code = "V" if form in (Form.MRV_A, Form.MRV_B) else "P" if form is Form.TD3 else "I"
        holder = Holder(
            code,
            rng.choice(("RKS", "MAR", "BGD", "UKR", "D")),
            " ".join(rng.sample(_NAMES, rng.randint(1, 2))),
            " ".join(rng.sample(_GIVEN, rng.randint(1, 3))),
            "".join(rng.choices(_SIGNS, k=9)),
            rng.choice(("RKS", "MAR", "BGD", "UKR", "XXA")),
            PartialDate.of(date(1955, 1, 1) + timedelta(days=rng.randrange(18_000))),
            rng.choice("MFX"),
            ON + timedelta(days=rng.randrange(3650)),
        )
        lines = emit(form, holder)
        if rng.random() < 0.1:
            at = rng.randrange(len(lines[1]))
            lines = (lines[0], lines[1][:at] + rng.choice(_SIGNS) + lines[1][at + 1 :], *lines[2:])
        made.append(lines)
    return made


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--zones", type=int, default=50_000)
    made = zones(random.Random(20270115), options.parse_args().zones)
    started = time.process_time()
    held = sum(parse(lines, on=ON).digits_hold for lines in made)
    seconds = time.process_time() - started
    lines = sum(map(len, made))
    print(f"{len(made):,} zones of {lines:,} lines in {seconds:.2f} s of processor time; digits hold in {held:,}")
    print(f"{lines / seconds:,.0f} lines a second")
    return int(lines / seconds < LEAST)


if __name__ == "__main__":
    sys.exit(main())
