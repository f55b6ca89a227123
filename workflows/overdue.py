"""Tells once of each original and each recognition of which a day went by; the lists and the queue show it from that
day on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from casework.actor import ENGINE
from casework.custody import service as custody
from casework.followups import lists as followups
from casework.qualifications import procedures
from casework.work import Work
from documents.installation import Installation

CHUNK: Final = 100


def tell_of_originals(installation: Installation) -> int:
    """Leave an event for each, and have its case looked at; returns how many there were."""
    return _tell(installation, custody.tell_of_overdue)


def tell_of_recognitions(installation: Installation) -> int:
    """Leave an event for each, and have its case looked at; returns how many there were."""
    return _tell(installation, procedures.tell_of_overdue)


def _tell(installation: Installation, part: Callable[[Work, int], int]) -> int:
    found = 0
    while count := installation.database.run(ENGINE, part, CHUNK):
        found += count
    return found


def tell_of_follow_ups(installation: Installation) -> int:
    """Leave an event for each check-in that nobody has made in time; returns how many there were."""
    found = 0
    while count := installation.database.run(ENGINE, followups.tell_of_overdue, CHUNK):
        found += count
    return found
