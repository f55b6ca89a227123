"""How many places of a programme's quotas the cases of this installation have taken, and what is left. Reading only.

A place is taken by accepted evidence of the kind that the quota names, on the paper's own day of issue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.workers.tables import Worker
from checklists.programme import Programme, Quota
from checklists.quotas import Place, Room, room


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """A quota on a day: places taken in all by the cases that the reader may know of, and the room left for workers of
    each nationality that has places of its own ("" for everybody else)."""

    quota: Quota
    taken: int
    rooms: Mapping[str, Room]


def uses(session: Session, actor: Actor, programme: Programme, on: date) -> list[QuotaUse]:
    """Every quota of the programme, in its order."""
    found = []
    for quota in programme.quotas:
        places = _taken(session, actor, programme.id, quota.evidence)
        within = [place for place in places if quota.since <= place.day <= min(on, quota.until)]
        rooms = {nationality: room(quota, places, on, nationality) for nationality in ("", *quota.countries)}
        found.append(QuotaUse(quota, len(within), rooms))
    return found


def _taken(session: Session, actor: Actor, programme_id: str, kind: str) -> list[Place]:
    query = (
        select(EvidenceItem, Worker.nationality)
        .join(Case, col(Case.id) == col(EvidenceItem.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(
            Case.programme_id == programme_id,
            EvidenceItem.kind == kind,
            EvidenceItem.status == EvidenceStatus.ACCEPTED,
            visible(actor),
        )
    )
    return [Place(_day(item), nationality) for item, nationality in session.exec(query)]


def _day(item: EvidenceItem) -> date:
    issued = item.days.get("issued_on")
    return date.fromisoformat(issued) if issued else item.decided_on or item.recorded_at.date()
