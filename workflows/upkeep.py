"""What time and changed reference data bring: cases to assess anew, workers to screen against new lists."""

from __future__ import annotations

from basis.errors import Unavailable
from casework.actor import ENGINE
from casework.security import service as security
from casework.work import Work
from documents.installation import Installation
from workflows import relay

RESCREEN_CHUNK = 100


def upkeep(installation: Installation) -> int:
    """Ask for whatever is due. Harmless at any time and as often as one likes; returns how much was found."""
    found = relay.reconcile(installation)
    try:
        while count := installation.database.run(ENGINE, _rescreen):
            found += count
    except Unavailable:
        # Without a watch list nothing can be screened; a case that needs it says so in words.
        return found
    return found


def _rescreen(work: Work) -> int:
    """Screen again whoever was screened against other versions of the lists than those in use."""
    case_ids = security.due_for_screening(work.session, RESCREEN_CHUNK)
    return len(security.screen_cases(work, case_ids)) if case_ids else 0
