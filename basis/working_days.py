"""Working days of a country: every day but its weekend and its public holidays.

A calendar is an ISO 3166-1 alpha-2 code (XK for Kosovo), or "" where every day counts. Holidays are those of the
package `holidays`, the whole country's only. Holidays that follow the moon (Eid) are its estimates until the
authorities name the day, so a plan may shift by a day or two when a new version of the package comes.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache, lru_cache

_ONE_DAY = timedelta(days=1)


def is_calendar(code: str) -> bool:
    """Whether the working days of `code` are known; "" is a calendar too."""
    return code == "" or code in _known()


def is_working_day(calendar: str, day: date) -> bool:
    """Raises `ValueError` for an unknown calendar, as all functions here do."""
    if not calendar:
        return True
    days = _days(calendar, day.year)
    place = bisect_right(days, day)
    return place > 0 and days[place - 1] == day


def add(calendar: str, day: date, count: int) -> date:
    """The `count`-th working day after `day`, which need not be one; `day` itself for 0. `date.max` beyond it."""
    return _add(calendar, day, count) if count > 0 else day


@lru_cache(maxsize=8192)  # planning asks for the same few days again and again
def _add(calendar: str, day: date, count: int) -> date:
    if not calendar:
        return day + timedelta(days=count) if count <= (date.max - day).days else date.max
    year = day.year
    days = _days(calendar, year)
    place = bisect_right(days, day) + count - 1
    while place >= len(days):
        if year == date.max.year:
            return date.max
        place -= len(days)
        year += 1
        days = _days(calendar, year)
    return days[place]


def latest_start(calendar: str, deadline: date, count: int) -> date:
    """The greatest day from which `count` working days are over by `deadline`: `add(it, count) <= deadline`, and a
    day later it is not. `date.min` where there is none."""
    return _latest_start(calendar, deadline, count) if count > 0 else deadline


@lru_cache(maxsize=8192)
def _latest_start(calendar: str, deadline: date, count: int) -> date:
    if not calendar:
        return deadline - timedelta(days=count) if count <= (deadline - date.min).days else date.min
    year = deadline.year
    days = _days(calendar, year)
    place = bisect_right(days, deadline) - count
    while place < 0:
        if year == date.min.year:
            return date.min
        year -= 1
        days = _days(calendar, year)
        place += len(days)
    return days[place] - _ONE_DAY if days[place] > date.min else date.min


@cache
def _known() -> frozenset[str]:
    # The package takes a tenth of a second to load, and most commands count no working days.
    import holidays

    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=256)
def _days(calendar: str, year: int) -> tuple[date, ...]:
    import holidays

    if calendar not in _known():
        raise ValueError(calendar)
    country = holidays.country_holidays(calendar, years=year, expand=False)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    every = map(date.fromordinal, range(first, last + 1))
    return tuple(day for day in every if country.is_working_day(day))
