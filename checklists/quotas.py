"""How many places of a quota are left: first come, first served. Pure.

Only places that were given count. A refused request takes none and keeps no turn; without `carried_over` a place that
was not used in its month is lost (BeschV s. 26(2) is handled so).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from checklists.programme import Quota


class Place(NamedTuple):
    """A place that was given: on which day, to a worker of which nationality (ISO 3166-1 alpha-2)."""

    day: date
    nationality: str


@dataclass(frozen=True, slots=True)
class Room:
    """Places left in the whole period, in the month, and in the month for the nationality; None where the programme
    does not say how many there are. `next_month_opens`: the next day on which places of a month are given out."""

    left: int | None
    left_this_month: int | None
    left_for_country: int | None
    next_month_opens: date | None

    @property
    def available(self) -> bool | None:
        """Whether one more can be given; None where no number is known."""
        known = [left for left in (self.left, self.left_this_month, self.left_for_country) if left is not None]
        return all(known) if known else None


def room(quota: Quota, taken: Iterable[Place], on: date, nationality: str) -> Room:
    """What is left on the day `on` for a worker of a nationality. Outside the period of the quota nothing is."""
    if on > quota.until:
        return Room(0, 0, 0, None)
    if on < quota.since:
        return Room(0, 0, 0, quota.since)
    before = [place for place in taken if quota.since <= place.day <= on]
    in_month = [place for place in before if quota.carried_over or _month(place.day) == _month(on)]
    months = _month(on) - _month(quota.since) + 1 if quota.carried_over else 1
    left = _left(quota.places, 1, len(before))
    this_month = _least(_left(quota.monthly, months, len(in_month)), left)
    own = sum(place.nationality == nationality for place in in_month)
    for_country = _least(_left(quota.countries.get(nationality), months, own), this_month, left)
    following = _first_of(_month(on) + 1)
    return Room(left, this_month, for_country, following if following <= quota.until else None)


def _left(limit: int | None, times: int, used: int) -> int | None:
    return None if limit is None else max(0, limit * times - used)


def _least(limit: int | None, *others: int | None) -> int | None:
    """A limit of its own, but never more than the wider ones leave."""
    return None if limit is None else min([limit, *(other for other in others if other is not None)])


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1) if month // 12 <= date.max.year else date.max
