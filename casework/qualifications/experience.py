"""Months in an occupation, from letters whose times may overlap. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Period(NamedTuple):
    """From the month of `since` to the month of `until`, both counted, in an occupation (ISCO-08)."""

    since: date
    until: date
    occupation: str


def first_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def months_in(periods: Iterable[Period], occupation: str, on: date, within_years: int | None = None) -> int:
    """How many calendar months up to the one of `on` were worked in an occupation that begins with `occupation`.

    A month counts once however many letters name it. With `within_years` only the last so many years count, back from
    the month of `on` and with it.
    """
    last = _number(on)
    first = last - 12 * within_years + 1 if within_years is not None else 0
    worked: set[int] = set()
    for period in periods:
        if period.occupation.startswith(occupation):
            worked.update(range(max(_number(period.since), first), min(_number(period.until), last) + 1))
    return len(worked)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
