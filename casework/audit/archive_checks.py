"""Walks over all stored files: begun, gone on with, finished, and what they found. `workflows` does the looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from casework.audit import kept
from casework.audit.kept import PARTS, Part
from casework.audit.tables import ArchiveCheck, ArchiveFinding, Area, FindingKind
from casework.work import Work

EVERY: Final = timedelta(days=7)
"""A walk of the engine begins a week after the one before began."""

MOST_FINDINGS: Final = 1000
"""So many are kept of one walk: a store that is gone is one thing to see to, not a million."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with one file. `document_id` may be any name where it is an orphan's."""

    document_id: str
    kind: FindingKind


def due(session: Session, now: datetime) -> bool:
    """Whether the engine has something to look at."""
    last = _last_scheduled(session)
    return last is None or last.finished_at is None or last.started_at + EVERY <= now


def begin(work: Work, *, scheduled: bool) -> ArchiveCheck:
    """A new walk; the engine's own that is under way is gone on with instead."""
    last = _last_scheduled(work.session) if scheduled else None
    if last is not None and last.finished_at is None:
        return last
    check = ArchiveCheck(scheduled=scheduled, started_at=work.now, part=PARTS[0].name, total=kept.count(work.session))
    work.session.add(check)
    work.session.flush()
    return check


def part_of(check: ArchiveCheck) -> Part:
    return next(part for part in PARTS if part.name == check.part)


def go_on(work: Work, check_id: UUID, looked_at: Sequence[UUID], found: Sequence[Found]) -> None:
    """These files of the present part were looked at."""
    check = work.session.get_one(ArchiveCheck, check_id)
    part = part_of(check)
    there = {str(one) for one in kept.still(work.session, part, [UUID(one.document_id) for one in found])}
    _keep(work, check, part.area, [one for one in found if one.document_id in there])
    check.place = looked_at[-1]
    check.looked_at += len(looked_at)
    work.session.add(check)


def next_part(work: Work, check_id: UUID, orphans: Sequence[Found]) -> None:
    """The present part is done; after the last one the walk is finished, and the history says what it found."""
    check = work.session.get_one(ArchiveCheck, check_id)
    place = PARTS.index(part_of(check))
    _keep(work, check, PARTS[place].area, orphans)
    check.place = None
    if place + 1 < len(PARTS):
        check.part = PARTS[place + 1].name
    elif check.finished_at is None:
        check.finished_at = work.now
        data = {"looked_at": check.looked_at, **{kind.value: count for kind, count in counts(check).items()}}
        work.record("archive_check.finished", f"archive_check/{check.id}", data=data)
    work.session.add(check)


def ends_area(check: ArchiveCheck) -> bool:
    """Whether the present part is the last one of its store: then what no row knows of is looked for."""
    place = PARTS.index(part_of(check))
    return place + 1 == len(PARTS) or PARTS[place + 1].area is not PARTS[place].area


def counts(check: ArchiveCheck) -> Mapping[FindingKind, int]:
    return {
        FindingKind.MISSING: check.missing,
        FindingKind.CORRUPT: check.corrupt,
        FindingKind.UNREADABLE: check.unreadable,
        FindingKind.ORPHANED: check.orphaned,
    }


def last_finished(session: Session) -> ArchiveCheck | None:
    """The newest walk that came to its end."""
    query = select(ArchiveCheck).where(col(ArchiveCheck.finished_at).is_not(None))
    return session.exec(query.order_by(col(ArchiveCheck.finished_at).desc()).limit(1)).one_or_none()


def under_way(session: Session) -> ArchiveCheck | None:
    """The engine's walk that has not come to its end."""
    last = _last_scheduled(session)
    return last if last is not None and last.finished_at is None else None


def newest(session: Session, limit: int) -> list[ArchiveCheck]:
    """Walks, the last begun first."""
    return list(session.exec(select(ArchiveCheck).order_by(col(ArchiveCheck.started_at).desc()).limit(limit)))


def findings(session: Session, check_id: UUID) -> list[ArchiveFinding]:
    """What a walk found, by store, kind and id; `MOST_FINDINGS` at the most."""
    query = select(ArchiveFinding).where(ArchiveFinding.check_id == check_id)
    return list(session.exec(query.order_by(ArchiveFinding.area, ArchiveFinding.kind, ArchiveFinding.document_id)))


def _last_scheduled(session: Session) -> ArchiveCheck | None:
    query = select(ArchiveCheck).where(col(ArchiveCheck.scheduled))
    return session.exec(query.order_by(col(ArchiveCheck.started_at).desc()).limit(1)).one_or_none()


def _keep(work: Work, check: ArchiveCheck, area: Area, found: Sequence[Found]) -> None:
    query = select(func.count()).select_from(ArchiveFinding).where(ArchiveFinding.check_id == check.id)
    room = MOST_FINDINGS - work.session.exec(query).one()
    for place, one in enumerate(found):
        setattr(check, one.kind.value, getattr(check, one.kind.value) + 1)
        if place < room:
            name = one.document_id[:120]
            work.session.add(ArchiveFinding(check_id=check.id, area=area, document_id=name, kind=one.kind))
    work.session.flush()
