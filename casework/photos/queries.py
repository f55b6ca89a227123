"""Which photograph stands for the worker, and of what day one is. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.photos.rules import KIND


def chosen(items: Iterable[EvidenceItem]) -> EvidenceItem | None:
    """The photograph that stands for the worker, of evidence in the order it was handed in: the newest that was
    accepted; before there is one, the newest handed in. What nobody has looked at never takes an accepted one's place.
    """
    photos = [item for item in items if item.kind == KIND and item.file_id]
    for wanted in (EvidenceStatus.ACCEPTED, EvidenceStatus.SUBMITTED):
        found = [item for item in photos if item.status is wanted]
        if found:
            return found[-1]
    return None


def day_of(item: EvidenceItem, taken_on: date | None) -> date | None:
    """The day of a photograph: what the camera wrote, else what was recorded."""
    recorded = item.days.get("issued_on")
    return taken_on or (date.fromisoformat(recorded) if recorded else None)
