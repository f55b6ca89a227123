"""A case database whose clock stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from casework.database import Database
from casework.keys import InstallationKeys
from tests.support.factories import TODAY


class Clock:
    """Stands on `TODAY` at 9:00 UTC."""

    def __init__(self) -> None:
        self.now = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)

    def move(self, **by: int) -> None:
        """``clock.move(days=1)``."""
        self.now += timedelta(**by)


class StandingDatabase(Database):
    """The database as it is, but for the present instant."""

    def __init__(self, url: str, keys: InstallationKeys, clock: Clock, time_zone: str = "UTC") -> None:
        super().__init__(url, keys, time_zone)
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now
