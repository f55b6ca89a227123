"""Compare everybody anew with the lists in use, cheaply: whoever gets the same answer is confirmed many at a time.

A sweep names the versions of the lists; its parts hold the ids of the screenings that it confirmed, and the history
holds their digest. Only who gets another answer gets a new screening. The comparison itself (`answers`) reads and
writes nothing but workers' data, so that other processes can do it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, func, select

from basis.errors import PredepartureError
from casework.accounts.rules import Permission, require
from casework.cases.rules import ACTIVE, CaseLife
from casework.cases.tables import Case
from casework.security.active import ActiveList, screen
from casework.security.people import people
from casework.security.scoring import ALGORITHM, ScreenedPerson
from casework.security.service import locked, screen_again
from casework.security.standing import ids_of, sweeps_with
from casework.security.sweep_tables import ScreeningSweep, SweepPart
from casework.security.tables import Hit, Screening, ScreeningOutcome, WatchEntry, WatchList
from casework.security.thresholds import Thresholds
from casework.vault import Vault
from casework.work import Work
from casework.workers.tables import Worker

GONE: Final = frozenset({CaseLife.DEPARTED, CaseLife.ARRIVED})
"""Who left: compared with new versions of the lists for some days more."""

_log = logging.getLogger(__name__)
_OPEN: Final = ACTIVE | {CaseLife.ON_HOLD}

Answer = frozenset[tuple[str, str, str, int]]
"""What a comparison found: list name, reference, fingerprint of the entry, and score of each possible match."""


@dataclass(frozen=True, slots=True)
class Due:
    """A screening that was made with other lists, other data, another threshold or algorithm than those of today."""

    screening_id: UUID
    case_id: UUID
    worker_id: UUID
    threshold: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer for one worker, by the data of version `number`; None where the data was erased meanwhile."""

    due: Due
    number: int
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is: cases due at its beginning, and done since."""

    asked: int
    done: int


def due(
    session: Session, sources: Sequence[ActiveList], thresholds: Thresholds, today: date, departed_days: int
) -> list[Due]:
    """Open cases, and those whose workers left at most `departed_days` ago, that are to be compared anew."""
    wanted = ids_of([source.descriptor for source in sources])
    current = sweeps_with(session, wanted)
    query = (
        select(Screening.id, Screening.case_id, Screening.worker_id, Screening)
        .join(Case, col(Case.id) == col(Screening.case_id))
        .join(Worker, col(Worker.id) == col(Screening.worker_id))
        .where(
            col(Screening.replaced).is_(False),
            col(Worker.details).is_not(None),
            _concerned(today, departed_days),
        )
        .order_by(col(Screening.id))
    )
    swept = and_(col(Screening.sweep_id).in_(current), col(Screening.worker_number) == col(Worker.number))
    stale = _other_thresholds(session, thresholds)
    late = query.where(or_(col(Screening.sweep_id).is_(None), ~swept, *stale))
    columns = late.with_only_columns(
        col(Screening.id),
        col(Screening.case_id),
        col(Screening.worker_id),
        col(Screening.worker_number) == col(Worker.number),
        col(Screening.sweep_id),
        col(Screening.algorithm),
        col(Screening.lists),
        col(Screening.threshold),
        col(Case.programme_id),
        col(Case.programme_version),
        col(Case.programme_digest),
    )
    found = []
    for row in session.execute(columns):
        key, case_id, worker_id, same_data, sweep_id, algorithm, lists, threshold, *version = row
        asked = thresholds.of_version(*version)
        by_own = sweep_id is None and algorithm == ALGORITHM and ids_of(lists) == wanted
        if not ((by_own or sweep_id in current) and same_data and threshold == asked):
            found.append(Due(key, case_id, worker_id, asked))
    return found


def _concerned(today: date, departed_days: int) -> ColumnElement[bool]:
    since = today - timedelta(days=departed_days)
    return or_(col(Case.life).in_(_OPEN), and_(col(Case.life).in_(GONE), col(Case.ended_on) >= since))


def _other_thresholds(session: Session, thresholds: Thresholds) -> list[ColumnElement[bool]]:
    """Screenings whose threshold is no longer that of the programme, as after a move to another version of it."""
    versions = (col(Case.programme_id), col(Case.programme_version), col(Case.programme_digest))
    query = select(Screening.threshold).join(Case, col(Case.id) == col(Screening.case_id))
    grouped = query.where(col(Screening.replaced).is_(False)).group_by(col(Screening.threshold), *versions)
    return [
        and_(
            col(Screening.threshold) == threshold, *(one == value for one, value in zip(versions, version, strict=True))
        )
        for threshold, *version in session.execute(grouped.with_only_columns(col(Screening.threshold), *versions))
        if thresholds.of_version(*version) != threshold
    ]


def answers(session: Session, vault: Vault, sources: Sequence[ActiveList], chunk: Sequence[Due]) -> list[Compared]:
    """Compare the workers of a chunk with the lists. Writes nothing. Who cannot be read has no answer, so that one
    damaged record does not hold up the others."""
    query = select(Worker).where(col(Worker.id).in_({one.worker_id for one in chunk}), col(Worker.details).is_not(None))
    workers = {row.id: row for row in session.exec(query)}
    persons = _persons(session, vault, list(workers.values()))
    known = [one for one in chunk if one.worker_id in persons]
    matches = screen(sources, [persons[one.worker_id] for one in known], [one.threshold for one in known])
    answer = {
        one.screening_id: frozenset(
            (
                match.source.name,
                match.candidate.entry.reference,
                match.candidate.entry.fingerprint,
                match.candidate.score.value,
            )
            for match in found
        )
        for one, found in zip(known, matches, strict=True)
    }
    return [
        Compared(one, workers[one.worker_id].number if one.worker_id in workers else 0, answer.get(one.screening_id))
        for one in chunk
    ]


def _persons(session: Session, vault: Vault, workers: Sequence[Worker]) -> dict[UUID, ScreenedPerson]:
    try:
        found = people(session, vault, workers)
    except PredepartureError as error:
        if len(workers) == 1:
            _log.warning("A worker cannot be compared with the watch lists: %s", error.code)
            return {}
        return {key: person for one in workers for key, person in _persons(session, vault, [one]).items()}
    return {worker.id: person for worker, person in zip(workers, found, strict=True)}


def begin(work: Work, sources: Sequence[ActiveList], asked: int) -> UUID:
    """The sweep that goes on with these lists, or a new one; sweeps with other lists that were cut off end."""
    require(work.actor.role, Permission.SCREEN)
    descriptors = [source.descriptor for source in sources]
    for row in work.session.exec(select(ScreeningSweep).where(col(ScreeningSweep.ended_at).is_(None))):
        if ids_of(row.lists) == ids_of(descriptors) and row.algorithm == ALGORITHM:
            row.asked = row.confirmed + row.renewed + asked
            work.session.add(row)
            return row.id
        row.ended_at = work.now
        work.session.add(row)
    sweep = ScreeningSweep(
        lists=descriptors, algorithm=ALGORITHM, asked=asked, begun_at=work.now, recorded_by=work.actor.key
    )
    work.session.add(sweep)
    work.session.flush()
    work.record("screening_sweep.begun", f"screening_sweep/{sweep.id}", data={"lists": descriptors, "cases": asked})
    return sweep.id


def take(
    work: Work,
    sweep_id: UUID,
    sources: Sequence[ActiveList],
    thresholds: Thresholds,
    compared: Sequence[Compared],
) -> int:
    """Keep what was found for one chunk: confirm who got the same answer, screen again who did not. Idempotent: who
    was screened or corrected meanwhile is left for the next run. Returns how many new screenings there are."""
    require(work.actor.role, Permission.SCREEN)
    sweep = work.session.get_one(ScreeningSweep, sweep_id, with_for_update=True, populate_existing=True)
    given = {one.due.screening_id: one for one in compared if one.answer is not None}
    query = (
        select(Screening, col(Worker.number))
        .join(Worker, col(Worker.id) == col(Screening.worker_id))
        .where(col(Screening.id).in_(given), col(Screening.replaced).is_(False))
        .order_by(col(Screening.id))
        .execution_options(populate_existing=True)
    )
    rows = [(row, number) for row, number in work.session.exec(query) if given[row.id].number == number]
    before = _answers_before(work.session, [row for row, _number in rows])
    same = [
        row
        for row, number in rows
        if row.worker_number == number
        and row.threshold == given[row.id].due.threshold
        and before.get(row.id, frozenset()) == given[row.id].answer
    ]
    confirmed = {row.id for row in same}
    _confirm(work, sweep, same)
    other = [row.case_id for row, _number in rows if row.id not in confirmed]
    renewed = screen_again(work, locked(work, other, thresholds), sources) if other else []
    for screening in renewed:
        screening.sweep_id, screening.confirmed_on = sweep.id, work.today
        work.session.add(screening)
    sweep.confirmed += len(same)
    sweep.renewed += len(renewed)
    work.session.add(sweep)
    return len(renewed)


def _answers_before(session: Session, rows: Sequence[Screening]) -> Mapping[UUID, Answer]:
    """What the screenings found when they were made, in the words of `Answer`."""
    ids = [row.id for row in rows if row.outcome is ScreeningOutcome.HITS]
    query = (
        select(Hit, WatchEntry, col(WatchList.name))
        .join(WatchEntry, col(WatchEntry.id) == col(Hit.entry_id))
        .join(WatchList, col(WatchList.id) == col(WatchEntry.list_id))
        .where(col(Hit.screening_id).in_(ids))
    )
    found: dict[UUID, set[tuple[str, str, str, int]]] = {}
    if ids:
        for hit, entry, name in session.exec(query):
            found.setdefault(hit.screening_id, set()).add((name, entry.reference, entry.fingerprint, hit.score))
    return {key: frozenset(value) for key, value in found.items()}


def _confirm(work: Work, sweep: ScreeningSweep, rows: Sequence[Screening]) -> None:
    if not rows:
        return
    ids = [row.id for row in rows]
    work.session.exec(
        update(Screening)
        .where(col(Screening.id).in_(ids))
        .values(sweep_id=sweep.id, confirmed_on=work.today)
        .execution_options(synchronize_session=False)
    )
    content = b"".join(key.bytes for key in ids)
    number = work.session.exec(select(func.count()).where(SweepPart.sweep_id == sweep.id)).one() + 1
    part = SweepPart(
        sweep_id=sweep.id,
        number=number,
        screened_on=work.today,
        recorded_at=work.now,
        count=len(ids),
        screenings=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    work.session.add(part)
    work.session.flush()
    work.record(
        "screening_sweep.confirmed",
        f"sweep_part/{part.id}",
        data={"sweep": str(sweep.id), "lists": sweep.lists, "count": part.count, "sha256": part.sha256},
    )


def finish(work: Work, sweep_id: UUID) -> ScreeningSweep:
    """The sweep went through all that were due."""
    sweep = work.session.get_one(ScreeningSweep, sweep_id, populate_existing=True)
    sweep.ended_at = work.now
    work.session.add(sweep)
    return sweep


def going_on(session: Session) -> Progress | None:
    """How far the sweep is that goes on now, for people who wait for it."""
    query = select(ScreeningSweep).where(col(ScreeningSweep.ended_at).is_(None)).order_by(col(ScreeningSweep.id).desc())
    sweep = session.exec(query.limit(1)).first()
    return Progress(sweep.asked, sweep.confirmed + sweep.renewed) if sweep else None


def proofs(session: Session, screening: Screening) -> list[SweepPart]:
    """The parts of bulk screenings that confirmed this screening, oldest first: with which lists, and when."""
    parts = session.exec(
        select(SweepPart)
        .where(col(SweepPart.recorded_at) >= screening.recorded_at)
        .order_by(col(SweepPart.recorded_at))
    )
    return [part for part in parts if screening.id.bytes in _ids(part.screenings)]


def _ids(content: bytes) -> set[bytes]:
    return {content[start : start + 16] for start in range(0, len(content), 16)}
