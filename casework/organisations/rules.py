"""When a licence covers a day. Pure."""

from __future__ import annotations

from datetime import date


def covers(valid_from: date, valid_until: date, withdrawn_on: date | None, on: date) -> bool:
    """True on every day from the first to the last, both included, until the day before it was withdrawn."""
    return valid_from <= on <= valid_until and (withdrawn_on is None or on < withdrawn_on)
