"""What it costs to read and check all shipped programmes: `python benchmarks/programmes.py [--count N]`.

The first time includes the parser of conditions and the calendars. Each programme is compared with the quickest of the
same run, and the whole with a second.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

from checklists.catalogue import SHIPPED, Catalogue, read_programme


def seconds(work: Callable[[], object]) -> float:
    """Processor time."""
    read_programme.cache_clear()
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5, help="rounds")
    count = parser.parse_args().count
    first = seconds(Catalogue.load)
    whole = median(seconds(Catalogue.load) for _round in range(count))
    took: dict[str, float] = {}
    for path in sorted(SHIPPED.glob("*.yaml")):
        content = path.read_bytes()
        took[path.stem] = median(
            seconds(lambda content=content, name=path.name: read_programme(content, name)) for _round in range(count)
        )
    quickest = min(took.values())
    print(f"{'programme':<44}{'ms':>8}{'ratio':>8}")
    for name, each in took.items():
        print(f"{name:<44}{each * 1000:>8.1f}{each / quickest:>8.2f}")
    print(f"{'all, the first time':<44}{first * 1000:>8.1f}{first / quickest:>8.2f}")
    print(f"{'all':<44}{whole * 1000:>8.1f}{whole / quickest:>8.2f}")
    print(f"share of one second: {first:.0%} the first time, then {whole:.0%}")


if __name__ == "__main__":
    main()
