"""A worker's residence history: what is missing in it, what overlaps, and how a stay is written.

Papers often give only the month or the year in which a stay began or ended. Nothing is found that the unknown days
could explain: a gap or an overlap is there whatever they were. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from basis.countries import is_country
from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from basis.partial import PartialDate, Precision
from casework.workers.service import Stay

MOST_STAYS = 100
_LONGEST_SOURCE = 120
_ONE_DAY = timedelta(days=1)


class HistoryFault(StrEnum):
    """What a person should ask about."""

    GAP = "gap"  # nothing is recorded between two stays, before the first, or up to today
    OVERLAP = "overlap"  # two countries at the same time, or one country twice
    BEFORE_BIRTH = "before_birth"
    IN_FUTURE = "in_future"  # a stay that has not begun yet


@dataclass(frozen=True, slots=True)
class HistoryFinding:
    """A fault from `first` to `last`. `rows` are the stays concerned, counted from 0 in the order of `in_order`."""

    fault: HistoryFault
    first: date
    last: date
    rows: tuple[int, ...]
    message: Message


def stay(country: str, since: str, until: str = "", source: str = "") -> Stay:
    """A stay as people write it: an alpha-2 code, days as 1990, 1990-05 or 1990-05-17, no `until` while it lasts.

    Raises `InvalidInput` (``unknown_country``, ``invalid_date``, ``dates``, ``too_long``).
    """
    code = country.strip().upper()
    if not is_country(code):
        raise InvalidInput(
            "unknown_country", _("There is no such country."), _("Give the two letters of ISO 3166; XK for Kosovo.")
        )
    begins = PartialDate.parse(since)
    ends = PartialDate.parse(until) if until.strip() else None
    if ends is not None and ends.latest() < begins.earliest():
        raise InvalidInput("dates", _("The stay ends before it begins."), _("Correct one of the two days."))
    if len(source.strip()) > _LONGEST_SOURCE:
        raise InvalidInput("too_long", _("The source has more than {limit} characters.", limit=_LONGEST_SOURCE))
    return Stay(
        country=code,
        since=begins.earliest(),
        until=ends.latest() if ends else None,
        since_precision=begins.precision,
        until_precision=ends.precision if ends else Precision.DAY,
        source=source.strip(),
    )


def in_order(stays: Sequence[Stay]) -> tuple[Stay, ...]:
    """The stays by their first day; of those that begin alike the one that lasts longer comes last. In whatever order
    they were recorded, this one is the same."""

    def place(one: Stay) -> tuple[date, date, str, str, str, str]:
        return (
            one.since, one.until or date.max, one.country, one.since_precision.value, one.until_precision.value,
            one.source,
        )  # fmt: skip

    return tuple(sorted(stays, key=place))


def since_words(one: Stay) -> str:
    """What is known of the first day: 1990-05."""
    return str(PartialDate.known(one.since, one.since_precision))


def until_words(one: Stay) -> str:
    """What is known of the last day; "" while the stay lasts."""
    return str(PartialDate.known(one.until, one.until_precision)) if one.until else ""


def examine(stays: Sequence[Stay], birth_date: date | None, on: date) -> tuple[HistoryFinding, ...]:
    """The faults of a history on the day `on`, in the order of their first days."""
    rows = in_order(stays)
    found = [*_gaps(rows, birth_date, on), *_overlaps(rows)]
    for number, one in enumerate(rows):
        begins = _latest_begin(one)
        if birth_date is not None and begins < birth_date:
            said = _("This stay begins before the worker was born.")
            found.append(HistoryFinding(HistoryFault.BEFORE_BIRTH, one.since, begins, (number,), said))
        if one.since > on:
            said = _("This stay has not begun yet.")
            found.append(HistoryFinding(HistoryFault.IN_FUTURE, one.since, one.since, (number,), said))
    return tuple(sorted(found, key=lambda one: (one.first, one.fault, one.rows)))


def _gaps(rows: Sequence[Stay], birth_date: date | None, on: date) -> list[HistoryFinding]:
    """`reach`: the last day up to which something is recorded; None once a stay lasts."""
    found: list[HistoryFinding] = []
    reach: date | None = birth_date - _ONE_DAY if birth_date else None
    open_ended, before = False, -1
    for number, one in enumerate(rows):
        if one.since > on:
            break
        if reach is not None and not open_ended and one.since > reach + _ONE_DAY:
            first, last = reach + _ONE_DAY, one.since - _ONE_DAY
            concerned = (before, number) if before >= 0 else (number,)
            found.append(HistoryFinding(HistoryFault.GAP, first, last, concerned, _gap(first, last)))
        if one.until is None or one.until >= on:
            open_ended = True
        if one.until is not None and (reach is None or one.until > reach):
            reach, before = one.until, number
        elif reach is None:
            reach, before = one.since, number
    if rows and not open_ended and reach is not None and reach < on:
        first = reach + _ONE_DAY
        said = _("Since {first} nothing is recorded: ask where the worker lives now.", first=first)
        found.append(HistoryFinding(HistoryFault.GAP, first, on, (before,) if before >= 0 else (), said))
    return found


def _gap(first: date, last: date) -> Message:
    return _n(
        "From {first} to {last} ({count} day) nothing is recorded: ask where the worker lived.",
        "From {first} to {last} ({count} days) nothing is recorded: ask where the worker lived.",
        (last - first).days + 1,
        first=first,
        last=last,
    )


def _overlaps(rows: Sequence[Stay]) -> list[HistoryFinding]:
    """Pairs that overlap on any reading of their days. Who moves is on one day in both countries."""
    found = []
    for number, one in enumerate(rows):
        for other in range(number + 1, len(rows)):
            first = max(_latest_begin(one), _latest_begin(rows[other]))
            ends = [end for end in (_earliest_end(one), _earliest_end(rows[other])) if end is not None]
            last = min(ends, default=None)
            if last is not None and first >= last:
                continue
            if one.country == rows[other].country:
                said = _("The same country stands twice for this time: keep one of the two stays.")
            elif last is None:
                said = _("Two stays in different countries last: end the one that the worker has left.")
            else:
                said = _(
                    "Two countries at the same time from {first} to {last}: correct the days, or keep both if the "
                    "worker had a home in each.",
                    first=first,
                    last=last,
                )
            found.append(HistoryFinding(HistoryFault.OVERLAP, first, last or first, (number, other), said))
    return found


def _latest_begin(one: Stay) -> date:
    return PartialDate.known(one.since, one.since_precision).latest()


def _earliest_end(one: Stay) -> date | None:
    return PartialDate.known(one.until, one.until_precision).earliest() if one.until else None
