"""What time and changed reference data bring: cases to assess anew, workers to screen against new lists, the tree head,
check-ins that come near, the reminders of the day, stored files to look at again, files to scan for viruses, what
people are late with, loans whose instalments fall due."""

from __future__ import annotations

import logging
from collections.abc import Callable

from basis.errors import PredepartureError
from documents.installation import Installation
from workflows import archive_check, fees, overdue, relay, reminding, repaying, rescreening, scanning, sealing
from workflows.edge import without_values

_log = logging.getLogger(__name__)


def upkeep(installation: Installation) -> int:
    """Ask for whatever is due. Harmless at any time and as often as one likes; returns how much was found."""
    found = relay.reconcile(installation) + rescreening.rescreen_all(installation)
    late = (overdue.tell_of_originals, overdue.tell_of_follow_ups, overdue.tell_of_recognitions)
    told = (reminding.book_follow_ups, reminding.ask_due)
    money = (repaying.begin_grace, repaying.keep_up, fees.recheck)
    parts = (sealing.seal_daily, *told, archive_check.look_on, scanning.scan_waiting, *late, *money)
    return found + sum(_apart(part, installation) for part in parts)


def _apart(part: Callable[[Installation], int], installation: Installation) -> int:
    """Checks must not hold up cases: what keeps one of them from its work is logged, and `doctor` shows it."""
    try:
        with without_values():
            return part(installation)
    except PredepartureError as error:
        _log.warning("%s: %s", part.__name__, error.code)
        return 0
