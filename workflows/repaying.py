"""What time does to loans that are repaid: instalments fall due and overdue, interest is counted, deferrals end."""

from __future__ import annotations

from typing import Final

from casework.actor import ENGINE
from casework.repayments import keeping
from documents.installation import Installation

CHUNK: Final = 100


def keep_up(installation: Installation) -> int:
    """Bring the loans up to today of which something has changed by then; returns how many there were."""
    found = 0
    while count := installation.database.run(ENGINE, keeping.keep_up, installation.catalogue, CHUNK):
        found += count
    return found
