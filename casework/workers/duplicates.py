"""Records that may be of one person: found by passport, now or before, and by birth date with a name that is alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from basis.errors import PredepartureError
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.security.names import name_form
from casework.security.scoring import name_similarity
from casework.work import Work
from casework.workers import merge_checks as checks
from casework.workers import merge_fields as fields
from casework.workers import merge_rows as rows
from casework.workers import service as workers
from casework.workers.merge_fields import Part
from casework.workers.merge_tables import LiveMerge, WorkerDistinction, WorkerMerge
from casework.workers.service import Known
from casework.workers.tables import FormerPassport, Worker

ALIKE: Final = 0.85
"""Names of records with one birth date are shown from here on: one family name spelled in two ways, parts left out or
in another order. Whoever looks decides."""

_MOST_PAIRS: Final = 20_000


class Sign(StrEnum):
    """Why two records may be of one person."""

    PASSPORT = "passport"
    FORMER_PASSPORT = "former_passport"
    BIRTH_AND_NAME = "birth_and_name"


SIGN_WORDS: Mapping[Sign, Message] = {
    Sign.PASSPORT: _("the same passport"),
    Sign.FORMER_PASSPORT: _("a passport that one held before and the other holds or held"),
    Sign.BIRTH_AND_NAME: _("the same birth date and a name that is alike"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records, the older one first, and why they are shown. `alike` is the likeness of the names, 0 to 100."""

    first: Worker
    second: Worker
    signs: tuple[Sign, ...]
    alike: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records side by side. `moved` counts what would change hands, by table, of what the reader may know of;
    `problems` is what stands against it now."""

    kept: Known
    other: Known
    differing: frozenset[Part]
    missing: frozenset[Part]
    moved: Mapping[str, int]
    problems: tuple[PredepartureError, ...]
    cases: Mapping[UUID, tuple[Case, ...]]


def candidates(session: Session, actor: Actor, *, worker_id: UUID | None = None, limit: int = 100) -> list[Candidate]:
    """Pairs of records of the actor's office that may be of one person, those found by a passport first, then the
    newest; at most `limit`. Pairs that somebody has told apart are left out."""
    require(actor.role, Permission.MERGE_WORKERS)
    apart = {(row.first_id, row.second_id) for row in session.exec(select(WorkerDistinction))}
    found: dict[tuple[UUID, UUID], tuple[Worker, Worker, list[Sign]]] = {}
    for sign, first, second in _pairs(session, actor, worker_id):
        if (first.id, second.id) not in apart:
            found.setdefault((first.id, second.id), (first, second, []))[2].append(sign)
    made = []
    for first, second, signs in found.values():
        alike = _alike(first, second)
        if signs != [Sign.BIRTH_AND_NAME] or alike >= ALIKE:
            made.append(Candidate(first, second, tuple(dict.fromkeys(signs)), round(alike * 100)))
    made.sort(key=lambda one: (one.signs[0] is Sign.BIRTH_AND_NAME, -one.second.id.int))
    return made[:limit]


def compare(work: Work, kept_id: UUID, other_id: UUID) -> Compared:
    """Both records opened, side by side; whoever looks leaves an event about each.

    Raises `Refused` (``role``), `NotFound` (``worker``, ``erased``), `InvalidInput` (``same_record``).
    """
    require(work.actor.role, Permission.MERGE_WORKERS)
    checks.require_different(kept_id, other_id)
    kept, other = (checks.require_own(work.actor, work.session.get(Worker, one)) for one in (kept_id, other_id))
    for one in (kept, other):
        work.record("identity.viewed", f"worker/{one.id}")
    mine, theirs = (workers.open_worker(work.vault, one) for one in (kept, other))
    counts = rows.count(work.session, other.id)
    return Compared(
        kept=mine,
        other=theirs,
        differing=fields.differing(mine.data, theirs.data),
        missing=fields.missing(mine.data, theirs.data),
        moved={table: counts[table] for table in rows.TOLD if table in counts},
        problems=tuple(checks.problems(work.session, work.actor, kept, other)),
        cases={one.id: _cases(work.session, work.actor, one.id) for one in (kept, other)},
    )


def tell_apart(work: Work, first_id: UUID, second_id: UUID, reason: str) -> WorkerDistinction:
    """Two records that are alike are of two people: they are not proposed again.

    Raises `Refused` (``role``), `NotFound` (``worker``), `InvalidInput` (``same_record``, ``missing_value``).
    """
    require(work.actor.role, Permission.MERGE_WORKERS)
    checks.require_different(first_id, second_id)
    first, second = sorted([first_id, second_id])
    for one in (first, second):
        checks.require_own(work.actor, work.session.get(Worker, one))
    said = recorded.text(reason, _("reason"), 1000).encode()
    row = work.session.get(WorkerDistinction, (first, second))
    sealed = work.vault.seal(first, "worker_distinction", second, "reason", said)
    if row is None:
        row = WorkerDistinction(
            first_id=first, second_id=second, reason=sealed, recorded_at=work.now, recorded_by=work.actor.key
        )
    row.reason, row.recorded_at, row.recorded_by = sealed, work.now, work.actor.key
    work.session.add(row)
    for one, other in ((first, second), (second, first)):
        work.record("worker.told_apart", f"worker/{one}", data={"other": str(other)})
    return row


def merges(session: Session, actor: Actor, limit: int = 100) -> list[tuple[WorkerMerge, Worker, Worker]]:
    """The merges of the actor's office with the kept and the merged record, the newest first."""
    require(actor.role, Permission.MERGE_WORKERS)
    kept, other = aliased(Worker), aliased(Worker)
    query = (
        select(WorkerMerge, kept, other)
        .join(kept, col(kept.id) == col(WorkerMerge.kept_id))
        .join(other, col(other.id) == col(WorkerMerge.merged_id))
        .order_by(col(WorkerMerge.recorded_at).desc(), col(WorkerMerge.id).desc())
    )
    if actor.role is not None:
        query = query.where(col(WorkerMerge.office_id) == actor.organisation_id)
    return [(row, first, second) for row, first, second in session.exec(query.limit(limit))]


def _pairs(session: Session, actor: Actor, worker_id: UUID | None) -> Iterator[tuple[Sign, Worker, Worker]]:
    first, second, former, later = aliased(Worker), aliased(Worker), aliased(FormerPassport), aliased(FormerPassport)
    both: list[ColumnElement[bool]] = [
        *_offered(actor, first),
        *_offered(actor, second),
        col(first.id) < col(second.id),
    ]
    if worker_id is not None:
        both.append(or_(col(first.id) == worker_id, col(second.id) == worker_id))
    pair = select(first, second).where(*both).order_by(col(second.id).desc(), col(first.id)).limit(_MOST_PAIRS)
    held_by: Any = and_(
        col(former.worker_id) == col(first.id), col(former.passport_index) == col(second.passport_index)
    )
    held_later: Any = and_(
        col(former.worker_id) == col(second.id), col(former.passport_index) == col(first.passport_index)
    )
    held_both: Any = and_(col(former.worker_id) == col(first.id), col(later.worker_id) == col(second.id))
    for sign, query in (
        (
            Sign.PASSPORT,
            pair.where(col(first.passport_index) == col(second.passport_index), col(first.passport_index) != ""),
        ),
        (Sign.FORMER_PASSPORT, pair.where(held_by)),
        (Sign.FORMER_PASSPORT, pair.where(held_later)),
        (
            Sign.FORMER_PASSPORT,
            pair.where(held_both, col(former.passport_index) == col(later.passport_index)),
        ),
        (Sign.BIRTH_AND_NAME, pair.where(col(first.birth_date) == col(second.birth_date))),
    ):
        for one, other in session.exec(query):
            yield sign, one, other


def _offered(actor: Actor, worker: Any) -> list[ColumnElement[bool]]:
    merged = select(LiveMerge.merged_id)
    own = [col(worker.office_id) == actor.organisation_id] if actor.role is not None else []
    return [*own, col(worker.details).is_not(None), col(worker.id).not_in(merged)]


def _alike(first: Worker, second: Worker) -> float:
    best = 0.0
    for one in (f"{first.given_names} {first.family_name}", first.native_name):
        for other in (f"{second.given_names} {second.family_name}", second.native_name):
            if one.strip() and other.strip():
                best = max(best, name_similarity(name_form(one), name_form(other)))
    return best


def _cases(session: Session, actor: Actor, worker_id: UUID) -> tuple[Case, ...]:
    query = select(Case).where(Case.worker_id == worker_id, changes.visible(actor)).order_by(col(Case.id))
    return tuple(session.exec(query))
