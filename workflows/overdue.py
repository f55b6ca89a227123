"""Tells once of each original of which a day went by; the list and the queue show it from that day on."""

from __future__ import annotations

from typing import Final

from casework.actor import ENGINE
from casework.custody import service as custody
from documents.installation import Installation

CHUNK: Final = 100


def tell_of_originals(installation: Installation) -> int:
    """Leave an event for each, and have its case looked at; returns how many there were."""
    found = 0
    while count := installation.database.run(ENGINE, custody.tell_of_overdue, CHUNK):
        found += count
    return found
