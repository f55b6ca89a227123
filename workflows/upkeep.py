"""What time and changed reference data bring: cases to assess anew, workers to screen against new lists, the tree head
of the day, stored files to look at again."""

from __future__ import annotations

import logging
from collections.abc import Callable

from basis.errors import PredepartureError, Unavailable
from casework.actor import ENGINE
from casework.security import service as security
from casework.work import Work
from documents.installation import Installation
from workflows import archive_check, relay, sealing
from workflows.edge import without_values

RESCREEN_CHUNK = 100
_log = logging.getLogger(__name__)


def upkeep(installation: Installation) -> int:
    """Ask for whatever is due. Harmless at any time and as often as one likes; returns how much was found."""
    found = relay.reconcile(installation) + _rescreen_all(installation)
    return found + sum(_apart(part, installation) for part in (sealing.seal_daily, archive_check.look_on))


def _apart(part: Callable[[Installation], int], installation: Installation) -> int:
    """Checks must not hold up cases: what keeps one of them from its work is logged, and `doctor` shows it."""
    try:
        with without_values():
            return part(installation)
    except PredepartureError as error:
        _log.warning("%s: %s", part.__name__, error.code)
        return 0


def _rescreen_all(installation: Installation) -> int:
    found = 0
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
