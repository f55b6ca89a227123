"""By when something must be there, and from when it is useful: calendar days, backwards from the departure day."""

from __future__ import annotations

from datetime import date, timedelta

from checklists.programme import Requirement, Stage


def days_for(item: Requirement | Stage, departure: date | None, need: date | None) -> tuple[date | None, date | None]:
    """The latest safe day and the earliest useful one. `need` as in `judging.Evidence.need`."""
    latest = None if departure is None else departure - timedelta(days=item.lead_days)
    if isinstance(item, Stage) or item.validity is None or need is None or need == date.min:
        return latest, None
    limits = [limit.max_age for limit in item.validity.also]
    if item.validity.max_age is not None:
        limits.append(item.validity.max_age)
    return latest, max((limit.first_reaching(need) for limit in limits), default=None)
