"""Papers of many cases at once. Reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from casework.evidence.tables import EvidenceItem, EvidenceStatus

_OUT = (EvidenceStatus.REJECTED, EvidenceStatus.WITHDRAWN)


def turned_down(session: Session, case_ids: Collection[UUID]) -> dict[UUID, list[EvidenceItem]]:
    """The last paper of each kind and subject by case, where that one was rejected or counts no longer."""
    query = select(EvidenceItem).where(
        col(EvidenceItem.case_id).in_(case_ids), col(EvidenceItem.sealed_off_at).is_(None)
    )
    last: dict[tuple[UUID, str, str], EvidenceItem] = {}
    for item in session.exec(query.order_by(col(EvidenceItem.recorded_at), col(EvidenceItem.id))):
        last[item.case_id, item.kind, item.subject] = item
    found: dict[UUID, list[EvidenceItem]] = defaultdict(list)
    for item in last.values():
        if item.status in _OUT:
            found[item.case_id].append(item)
    return found
