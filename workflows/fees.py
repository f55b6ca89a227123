"""Holds what workers paid to the ceilings as they are today, each case once a day."""

from __future__ import annotations

from typing import Final

from casework.actor import ENGINE
from casework.costs import service
from documents.installation import Installation

CHUNK: Final = 100


def recheck(installation: Installation) -> int:
    """Look at every case in which the worker paid something; returns at how many."""
    found = 0
    while count := installation.database.run(ENGINE, service.recheck, installation.catalogue, CHUNK):
        found += count
    return found
