"""When a failed effect is tried again, and when a person must look."""

from __future__ import annotations

from datetime import timedelta

MOST_ATTEMPTS = 6
_FIRST_WAIT = timedelta(seconds=2)

# A mail server may be away for hours, and what waits for it does not hold up anybody.
MOST_MAIL_ATTEMPTS = 11
_FIRST_MAIL_WAIT = timedelta(minutes=1)


def wait_after(attempts: int) -> timedelta | None:
    """Time until the next attempt after `attempts` failures: 2 s, doubled each time; None when it is stuck."""
    return _doubled(attempts, _FIRST_WAIT, MOST_ATTEMPTS)


def wait_for_mail(attempts: int) -> timedelta | None:
    """The same for mail: a minute, doubled each time, so that it is given up after about 17 hours."""
    return _doubled(attempts, _FIRST_MAIL_WAIT, MOST_MAIL_ATTEMPTS)


def _doubled(attempts: int, first: timedelta, most: int) -> timedelta | None:
    return None if attempts >= most else first * 2 ** (attempts - 1)
