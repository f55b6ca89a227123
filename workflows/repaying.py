"""What time does to loans that were paid out: grace begins, instalments fall due and overdue, interest is counted."""

from __future__ import annotations

from typing import Final

from casework.actor import ENGINE
from casework.loans import disbursing
from casework.repayments import keeping
from documents.installation import Installation

CHUNK: Final = 100


def begin_grace(installation: Installation) -> int:
    """Begin the grace of the loans whose departure or arrival is confirmed by now; returns how many there were."""
    database, catalogue = installation.database, installation.catalogue
    begun, after = database.run(ENGINE, disbursing.begin_due, catalogue, CHUNK)
    while after is not None:
        count, after = database.run(ENGINE, disbursing.begin_due, catalogue, CHUNK, after)
        begun += count
    return begun


def keep_up(installation: Installation) -> int:
    """Bring the loans up to today of which something has changed by then; returns how many there were."""
    found = 0
    while count := installation.database.run(ENGINE, keeping.keep_up, installation.catalogue, CHUNK):
        found += count
    return found
