"""Workers are compared anew when a version of a watch list comes into use."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from basis.errors import Unavailable
from casework.actor import ENGINE
from casework.security import service as security
from casework.work import Work
from documents.installation import Installation

RESCREEN_CHUNK = 100


def rescreen_all(installation: Installation) -> int:
    """Screen whoever was screened against other versions than those in use; how many there were."""
    found = 0
    try:
        while count := installation.database.run(ENGINE, _rescreen):
            found += count
    except Unavailable:
        # Without a watch list nothing can be screened; a case that needs it says so in words.
        return found
    return found


def after_loading(installation: Installation, list_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The outbox's effect: one pass answers for every version that came into use. Returns what failed: nothing."""
    rescreen_all(installation)
    return {}


def _rescreen(work: Work) -> int:
    case_ids = security.due_for_screening(work.session, RESCREEN_CHUNK)
    return len(security.screen_cases(work, case_ids)) if case_ids else 0
