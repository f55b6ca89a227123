"""Speed that others count on, with room for a busy machine."""

from __future__ import annotations

from statistics import median
from time import process_time

from checklists.assessment import assess
from tests.checklists.building import TODAY, case, complete_facts, shipped, signed_through


def test_a_case_is_assessed_in_milliseconds() -> None:
    facts = signed_through(shipped(), case(*complete_facts(), loan_asked=True))
    times = []
    for _time in range(50):
        begun = process_time()
        assess(shipped(), facts, TODAY)
        times.append(process_time() - begun)
    assert median(times) < 0.006
