"""What is kept beside a photograph when it is handed in: what was measured of it, and a small copy for lists."""

from __future__ import annotations

from casework.evidence.tables import EvidenceItem
from casework.photos import measuring
from casework.photos.rules import QUALITY, findings, good
from casework.photos.tables import Photo
from casework.work import Work


def keep(work: Work, item: EvidenceItem, picture: bytes) -> Photo:
    """Measure the picture of an item that was just made, and keep a small copy of it."""
    measured = measuring.measure(picture)
    row = Photo(
        item_id=item.id,
        case_id=item.case_id,
        worker_id=item.worker_id,
        measured=measured.numbers() if measured else {},
        taken_on=measured.taken_on if measured else None,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    item.checks = {**item.checks, QUALITY: good(findings(measured, work.today))}
    small = measuring.small(picture)
    if small is not None:
        row.small = work.vault.seal(row.worker_id, "photo", row.id, "small", small)
    work.session.add(item)
    work.session.flush()
    work.session.add(row)
    return row
