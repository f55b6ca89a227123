"""Which records are kept as one person. Reading only; a record that was never merged stands for itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from casework.workers.merge_tables import LiveMerge
from casework.workers.tables import Worker


def canonical(session: Session, worker_id: UUID) -> UUID:
    """The record under which this one is kept now."""
    return canonicals(session, [worker_id])[worker_id]


def canonicals(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The record under which each is kept now; a record may be merged into one that was merged itself."""
    found = {one: one for one in worker_ids}
    while True:
        query = select(LiveMerge).where(col(LiveMerge.merged_id).in_(set(found.values())))
        further = {row.merged_id: row.kept_id for row in session.exec(query)}
        if not further:
            return found
        found = {one: further.get(now, now) for one, now in found.items()}


def records(session: Session, worker_id: UUID) -> list[UUID]:
    """The record and all that are kept under it, directly or through others."""
    known = [worker_id]
    newest = known
    while newest:
        newest = list(session.exec(select(LiveMerge.merged_id).where(col(LiveMerge.kept_id).in_(newest))))
        known = [*known, *newest]
    return known


def kept(session: Session, found: Sequence[Worker]) -> list[Worker]:
    """These workers, each once, as the records they are kept under."""
    if not found:
        return []
    owners = canonicals(session, [row.id for row in found])
    return list({owners[row.id]: session.get_one(Worker, owners[row.id]) for row in found}.values())


def searched_as(session: Session, worker_id: UUID) -> list[str]:
    """The names of the records that are kept under this one, as they are searched."""
    rows = other_names(session, [worker_id]).get(worker_id, ())
    return [row.search_name for row in rows]


def subjects(session: Session, worker_id: UUID) -> list[str]:
    """What events of the person's data are about: this record, and those that are kept under it."""
    return [f"worker/{one}" for one in records(session, worker_id)]


def other_names(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, tuple[Worker, ...]]:
    """By worker, the records that are kept under theirs: what else the person is called. Those without are left out."""
    owners = {one: one for one in worker_ids}
    found: dict[UUID, list[Worker]] = {}
    newest = list(owners)
    while newest:
        query = (
            select(Worker, LiveMerge.kept_id)
            .join(LiveMerge, col(LiveMerge.merged_id) == col(Worker.id))
            .where(col(LiveMerge.kept_id).in_(newest))
            .order_by(col(Worker.id))
        )
        newest = []
        for row, kept_id in session.exec(query):
            owners[row.id] = owners[kept_id]
            found.setdefault(owners[kept_id], []).append(row)
            newest.append(row.id)
    return {owner: tuple(rows) for owner, rows in found.items()}
