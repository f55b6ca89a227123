"""One case read against one programme on a day: what its assessment and its plan both begin with.

Who wants both reads once: ``reading = read(programme, facts, on)``, then `assess_reading(reading)` and
`plan_reading(reading)`. A reading lives as long as the request that made it; nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checklists.facts import CaseFacts
from checklists.programme import Programme
from checklists.status.deadlines import Deadlines, deadlines
from checklists.status.reading import Reader, Result


@dataclass(frozen=True, slots=True)
class Reading:
    """`on`: the day read (an ended case: its end). `later`: the day for the stages after the preparation, None before
    they begin. `results`: of each stage, each after those it stands on."""

    programme: Programme
    facts: CaseFacts
    on: date
    later: date | None
    reader: Reader
    results: list[Result]
    deadlines: Deadlines


def read(programme: Programme, facts: CaseFacts, on: date) -> Reading:
    """The case on the day `on` (an ended case: on the day it ended, whatever `on` is, but for what follows)."""
    later = None if facts.followed_from is None else facts.followed_until or on
    on = facts.ended_on or on
    reader = Reader(programme, facts)
    results = reader.results(on, later)
    return Reading(programme, facts, on, later, reader, results, deadlines(programme, results, reader.horizon))
