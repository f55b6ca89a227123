"""The history as it is stored: its events in their order, and the tree over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from casework.audit import merkle
from casework.audit.rules import StoredEvent
from casework.audit.tables import AuditEvent, AuditNode

_COLUMNS = [
    getattr(AuditEvent.__table__.c, name)  # type: ignore[attr-defined]  # SQLModel does not tell of it
    for name in "body previous hash seq id recorded_at happened_on actor kind case_id subject".split()
]


def stored(session: Session, after: int = 0, until: int | None = None) -> Iterator[StoredEvent]:
    """The events after one and up to another, in their order."""
    # Columns, not rows of the table's class: a history is read by the million.
    query = sa.select(*_COLUMNS).where(col(AuditEvent.seq) > after).order_by(col(AuditEvent.seq))
    if until is not None:
        query = query.where(col(AuditEvent.seq) <= until)
    found = session.connection().execute(query.execution_options(yield_per=1000))
    for body, previous, hash_, seq, event_id, recorded_at, happened_on, actor, kind, case_id, subject in found:
        copies = {
            "seq": seq,
            "id": str(event_id),
            "recorded_at": recorded_at.isoformat(timespec="microseconds"),
            "happened_on": happened_on.isoformat(),
            "actor": actor,
            "kind": kind,
            "case_id": str(case_id) if case_id else None,
            "subject": subject,
        }
        yield StoredEvent(seq, body, previous, hash_, copies)


def tiles(session: Session) -> merkle.Tile:
    """The stored nodes, and the leaves hashed anew from the events; each tile is read once."""
    seen: dict[tuple[int, int], list[bytes]] = {}

    def tile(level: int, index: int) -> Sequence[bytes]:
        if (level, index) not in seen:
            seen[level, index] = _leaves(session, index) if level == 0 else _nodes(session, level, index)
        return seen[level, index]

    return tile


def _leaves(session: Session, index: int) -> list[bytes]:
    """Up to the first event that is missing."""
    begin = index * merkle.WIDTH
    query = (
        select(col(AuditEvent.seq), col(AuditEvent.body))
        .where(col(AuditEvent.seq) > begin, col(AuditEvent.seq) <= begin + merkle.WIDTH)
        .order_by(col(AuditEvent.seq))
    )
    found: list[bytes] = []
    for seq, body in session.exec(query):
        if seq != begin + len(found) + 1:
            break
        found.append(merkle.leaf_hash(body.encode()))
    return found


def _nodes(session: Session, level: int, index: int) -> list[bytes]:
    begin = index * merkle.WIDTH
    query = (
        select(AuditNode)
        .where(AuditNode.level == level, col(AuditNode.position) >= begin)
        .where(col(AuditNode.position) < begin + merkle.WIDTH)
        .order_by(col(AuditNode.position))
    )
    found: list[bytes] = []
    for row in session.exec(query):
        if row.position != begin + len(found):
            break
        found.append(row.hash)
    return found
