"""What an assessment with its plan costs: `python benchmarks/plan.py [--count N] [--cases N]`.

A programme of 40 requirements in eight stages, working days of two calendars. The times are processor time of
one core. "both": the case is read once for its assessment and its plan, as its page and `programme explain` do; the
ratio is to the same case assessed without planning. Then many different cases, to see whether memory stays flat.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import psutil

from checklists.assessment import assess, assess_reading
from checklists.facts import CaseFacts, Fact, Standing
from checklists.programme import Programme
from checklists.reading import read
from checklists.schedule import plan, plan_reading
from tests.checklists.building import case, programme, requirement_text, stage_text

ON = date(2026, 12, 1)
DEPARTURE = date(2027, 9, 15)
STAGES, REQUIREMENTS = 8, 5
VALIDITY = "validity: {anchor: issued_on, max_age: P1Y, must_hold_until: departure}"


def forty_requirements() -> Programme:
    """Eight stages, each on one or two before it; a third of the requirements with an age, chains within a stage."""
    stages = []
    for i, name in enumerate("alpha bravo charlie delta echo foxtrot golf hotel".split()):
        asked = []
        for j in range(REQUIREMENTS):
            rules = f"evidence: {name}_{j}, lead_time: {(i + 3 * j) % 11}, calendar: {'DE' if j % 2 else 'XK'}"
            rules += f", after: [{name}_{j - 1}]" if j in (2, 3) else ""
            rules += f", {VALIDITY}" if (i + j) % 3 == 0 else ""
            asked.append(requirement_text(rules, f"{name}_{j}"))
        stages.append((name, asked))
    texts = []
    for i, (name, asked) in enumerate(stages):
        after = ", ".join(dict.fromkeys(stages[k][0] for k in (i - 1, i - 3) if k >= 0))
        rules = f"sign_off: caseworker\n    service_days: {i % 3}\n    after: [{after}]"
        texts.append(stage_text(name, *asked, rules=rules, kind="departure" if i == STAGES - 1 else "general"))
    return programme(*texts)


def half_way(of: Programme) -> CaseFacts:
    """A case that has every other paper, none signed off."""
    facts = [
        Fact(f"f{i}", asked.evidence, Standing.ACCEPTED, anchors={"issued_on": ON - timedelta(days=i)})
        for i, (_stage, asked) in enumerate(of.requirements())
        if i % 2
    ]
    return case(*facts, departure=DEPARTURE)


def milliseconds(work: Callable[[], object], count: int) -> float:
    """Median processor time of one run."""
    times = []
    for _round in range(count):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times) * 1000


def both(of: Programme, facts: CaseFacts) -> None:
    reading = read(of, facts, ON)
    assess_reading(reading)
    plan_reading(reading)


def megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1_000_000


def memory(of: Programme, facts: CaseFacts, cases: int) -> None:
    """Many cases, no two alike: other days of departure, other days of papers."""
    print(f"\n{'cases':>8}{'RSS in MB':>12}")
    done = 0
    for until in (cases // 50, cases // 4, cases // 2, cases):
        for i in range(done, until):
            one = replace(facts, planned_departure=DEPARTURE + timedelta(days=i % 3000), track="away")
            one = replace(one, facts=tuple(replace(fact, id=f"{fact.id}-{i}") for fact in facts.facts))
            assess(of, one, ON + timedelta(days=i % 700))
            plan(of, one, ON + timedelta(days=i % 700))
        done = until
        print(f"{until:>8}{megabytes():>12.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="runs of each case")
    parser.add_argument("--cases", type=int, default=2000, help="different cases for the memory")
    given = parser.parse_args()
    of = forty_requirements()
    assert len(of.requirements()) == STAGES * REQUIREMENTS
    new, half = case(departure=DEPARTURE), half_way(of)
    late = case(departure=ON + timedelta(days=20))
    print(f"{'case':<24}{'assess':>10}{'plan':>10}{'both, ms':>10}{'ratio':>8}")
    for name, facts in {"nothing there": new, "half of it there": half, "departure too early": late}.items():
        first = milliseconds(lambda facts=facts: assess(of, facts, ON), given.count)  # type: ignore[misc]
        second = milliseconds(lambda facts=facts: plan(of, facts, ON), given.count)  # type: ignore[misc]
        together = milliseconds(lambda facts=facts: both(of, facts), given.count)  # type: ignore[misc]
        print(f"{name:<24}{first:>10.2f}{second:>10.2f}{together:>10.2f}{together / first:>8.1f}")
    memory(of, half, given.cases)


if __name__ == "__main__":
    main()
