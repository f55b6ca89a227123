"""A sample worker, on whom a draft is tried before it is published. Nobody real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checklists.facts import CaseFacts, Residence
from checklists.programme import Programme
from checklists.schedule import Plan, plan

_YEARS = 12
_SPARE = timedelta(days=30)


def sample(programme: Programme, on: date) -> CaseFacts:
    """Somebody of the first origin, twelve years above the youngest age, who begins on that day with nothing. On a
    track that departs the journey is planned a month after the first possible day."""
    nationality = next(iter(programme.origins), "XK")
    born = date(on.year - programme.minimum_age - _YEARS, 1, 15)
    begun = CaseFacts(
        track=programme.tracks[0].id,
        registered_on=on,
        nationality=nationality,
        destination=next(iter(programme.destinations), ""),
        birth_date=born,
        residences=(Residence(nationality, born),),
    )
    first = plan(programme, begun, on).earliest_departure
    return replace(begun, planned_departure=first + _SPARE) if first is not None else begun


def tried(programme: Programme, on: date) -> tuple[CaseFacts, Plan]:
    """The sample worker and what would be asked of them, by when."""
    facts = sample(programme, on)
    return facts, plan(programme, facts, on)
