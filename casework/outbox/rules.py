"""When a failed effect is tried again, and when a person must look."""

from __future__ import annotations

from datetime import timedelta

MOST_ATTEMPTS = 6
_FIRST_WAIT = timedelta(seconds=2)


def wait_after(attempts: int) -> timedelta | None:
    """Time until the next attempt after `attempts` failures: 2 s, doubled each time; None when it is stuck."""
    return None if attempts >= MOST_ATTEMPTS else _FIRST_WAIT * 2 ** (attempts - 1)
