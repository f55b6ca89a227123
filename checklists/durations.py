"""Calendar durations as a programme file writes them: ISO 8601 without a time part (P6M, P2Y, P90D, P1Y6M)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from basis.messages import Message, _, _n

_PATTERN = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")


@dataclass(frozen=True, slots=True)
class Duration:
    """Whole months, then days. A month that lacks the day ends on its last one: 31 August + P6M = 28 February."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read ``P6M``. Raises `ValueError` for anything but years, months, weeks and days."""
        found = _PATTERN.fullmatch(text)
        if not found or not any(found.groups()):
            raise ValueError(text)
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        return cls(years * 12 + months, weeks * 7 + days)

    def after(self, day: date) -> date:
        """`day` plus this duration; the last day of the calendar where it would lie beyond."""
        return _shifted(day, self.months, self.days)

    def first_reaching(self, target: date) -> date:
        """The first day whose `after` is `target` or later."""
        return _first_reaching(self.months, self.days, target)

    @property
    def words(self) -> Message:
        """For people: "6 months", "1 year and 6 months", "90 days"."""
        years, months = divmod(self.months, 12)
        parts = [
            _n("{count} year", "{count} years", years) if years else None,
            _n("{count} month", "{count} months", months) if months else None,
            _n("{count} day", "{count} days", self.days) if self.days or not self.months else None,
        ]
        whole, *rest = [part for part in parts if part is not None]
        for part in rest:
            whole = _("{one} and {other}", one=whole, other=part)
        return whole

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.to_string_ser_schema()
        return core_schema.no_info_after_validator_function(_validated, core_schema.str_schema(), serialization=written)

    def __str__(self) -> str:
        """As a programme file writes it: ``P1Y6M``."""
        years, months = divmod(self.months, 12)
        parts = (f"{count}{unit}" for count, unit in ((years, "Y"), (months, "M"), (self.days, "D")) if count)
        return f"P{''.join(parts) or '0D'}"


def _validated(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except ValueError as error:
        raise PydanticCustomError("duration", "is not a duration; write for example P6M, P2Y or P90D") from error


@lru_cache(maxsize=4096)
def _shifted(day: date, months: int, days: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    if year < 1:
        return date.min
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    try:
        return moved + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


@lru_cache(maxsize=4096)
def _first_reaching(months: int, days: int, target: date) -> date:
    # Clamping makes months not exactly invertible: start a few days early and walk up.
    day = _shifted(_shifted(target, 0, -days), -months, -4)
    while _shifted(day, months, days) < target:
        day += timedelta(days=1)
    return day
