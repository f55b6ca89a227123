"""What an assessment costs: `python benchmarks/assessment.py [--count N]`.

A case with all its facts is compared with an empty one in the same run.
"""

from __future__ import annotations

import argparse
import time
from datetime import date

from checklists.assessment import assess
from checklists.facts import CaseFacts
from tests.checklists.building import case, complete_facts, shipped


def milliseconds(facts: CaseFacts, on: date, count: int) -> float:
    """Processor time of one assessment."""
    programme = shipped()
    began = time.process_time()
    for _round in range(count):
        assess(programme, facts, on)
    return (time.process_time() - began) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="assessments of each case")
    count = parser.parse_args().count
    on = date(2026, 12, 1)
    milliseconds(case(), on, 1)
    empty = milliseconds(case(), on, count)
    print(f"{'case':<16}{'ms':>8}{'ratio':>8}")
    for name, facts in {"no facts": case(), "all facts": case(*complete_facts("away"))}.items():
        took = milliseconds(facts, on, count)
        print(f"{name:<16}{took:>8.2f}{took / empty:>8.2f}")


if __name__ == "__main__":
    main()
