"""Stays in countries: which were long enough for a rule, and when an open one becomes so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from checklists.durations import Duration
from checklists.facts import Residence

_ONE_DAY = Duration(days=1)


def longest_stay_reaches(
    residences: Iterable[Residence], country: str, length: Duration, since: date, on: date
) -> bool:
    """Whether one stay in `country`, counted from `since` at the earliest, lasted `length` by the day `on`."""
    return any(long_enough <= on for long_enough in _reaching(residences, country, length, since))


def days_of_change(residences: Iterable[Residence], country: str, length: Duration, since: date) -> list[date]:
    """The days on which a stay in `country` becomes long enough."""
    return list(_reaching(residences, country, length, since))


def countries_of(residences: Iterable[Residence]) -> list[str]:
    """Each country once, in the order of the history."""
    return list(dict.fromkeys(stay.country for stay in sorted(residences, key=lambda stay: (stay.since, stay.country))))


def spans(residences: Iterable[Residence], country: str) -> list[tuple[date, date | None]]:
    """The stays in a country, in order; those that touch or overlap are one. The last is open while it lasts."""
    return _merged(residences, country)


def left_on(residences: Iterable[Residence], country: str, on: date) -> date | None:
    """The last day in a country where the worker is no longer on the day `on`; None while a stay lasts."""
    begun = [(begins, ends) for begins, ends in _merged(residences, country) if begins <= on]
    if not begun or begun[-1][1] is None or begun[-1][1] >= on:
        return None
    return begun[-1][1]


def days_of_leaving(residences: Iterable[Residence]) -> Iterable[date]:
    """The days on which `left_on` may begin to answer differently."""
    for stay in residences:
        yield stay.since
        if stay.until is not None:
            yield _ONE_DAY.after(stay.until)


def _reaching(residences: Iterable[Residence], country: str, length: Duration, since: date) -> Iterable[date]:
    for begins, ends in _merged(residences, country):
        enough = length.after(max(begins, since))
        if ends is None or enough <= ends:
            yield enough


def _merged(residences: Iterable[Residence], country: str) -> list[tuple[date, date | None]]:
    """Stays that touch or overlap are one stay. A history in months ("2018-03/2020-09") touches within a day."""
    merged: list[tuple[date, date | None]] = []
    stays = [stay for stay in residences if stay.country == country]
    for stay in sorted(stays, key=lambda stay: (stay.since, stay.until or date.max)):
        if merged and (merged[-1][1] is None or stay.since <= _ONE_DAY.after(merged[-1][1])):
            begins, ends = merged[-1]
            merged[-1] = (begins, None if ends is None or stay.until is None else max(ends, stay.until))
        else:
            merged.append((stay.since, stay.until))
    return merged
