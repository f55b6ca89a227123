"""Dates of which only a part may be known: a year, a month of a year, or a day.

Papers of many countries carry a birth date without a day or month. Such a date stands for all its
possible days; a rule asks for the earliest or the latest, whichever is the careful one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from basis.errors import InvalidInput
from basis.messages import _

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, with a month or not, and with a day or not. A day without a month is refused (`invalid_date`)."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        try:
            if self.month is None and self.day is not None:
                raise ValueError
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError:
            raise InvalidInput(
                "invalid_date",
                _("There is no such date in the calendar."),
                _("Write year-month-day, year-month or the year alone, for example 1990-05-17, 1990-05 or 1990."),
            ) from None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``1990``, ``1990-05`` or ``1990-05-17``. Raises `InvalidInput` (``invalid_date``)."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise InvalidInput(
                "invalid_date",
                _("The text is not a date."),
                _("Write year-month-day, year-month or the year alone, for example 1990-05-17, 1990-05 or 1990."),
            )
        year, month, day = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """A date that is wholly known."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def known(cls, day: date, precision: Precision) -> PartialDate:
        """What is left of a day of which only this much is known."""
        return cls(
            day.year,
            None if precision is Precision.YEAR else day.month,
            day.day if precision is Precision.DAY else None,
        )

    @property
    def precision(self) -> Precision:
        """How much of it is known."""
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def exact(self) -> date | None:
        """The day, where it is known."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    def earliest(self) -> date:
        """The first day that it may stand for."""
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        """The last day that it may stand for."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def may_be(self, day: date) -> bool:
        """Whether nothing that is known speaks against `day`."""
        return self.year == day.year and self.month in (None, day.month) and self.day in (None, day.day)

    def __str__(self) -> str:
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)
