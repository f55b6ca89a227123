"""From how many points the programme of a case has an officer compare two people."""

from __future__ import annotations

from typing import Final

from basis.errors import PredepartureError
from casework.cases.tables import Case
from casework.security.scoring import THRESHOLD
from checklists.catalogue import Catalogue
from checklists.programme import Programme

SCREENING: Final = "watchlist_screening"


class Thresholds:
    """The thresholds of cases; each version of a programme is looked up once. Without a catalogue the default."""

    def __init__(self, catalogue: Catalogue | None) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, str, str], int] = {}

    def of(self, case: Case) -> int:
        return self.of_version(case.programme_id, case.programme_version, case.programme_digest)

    def of_version(self, programme_id: str, version: str, digest: str) -> int:
        if self._catalogue is None:
            return THRESHOLD
        key = (programme_id, version, digest)
        if key not in self._known:
            try:
                self._known[key] = threshold_of(self._catalogue.pinned(*key))
            except PredepartureError:
                # The version's file is gone or was changed: the case says so elsewhere, and its worker is screened.
                self._known[key] = THRESHOLD
        return self._known[key]


def threshold_of(programme: Programme) -> int:
    """The lowest of the stages that ask for a screening: what one of them wants to see is not cleared by another."""
    return min((stage.screening.threshold for stage, _one in programme.asking_for(SCREENING)), default=THRESHOLD)
