"""Screen workers against the lists in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from basis.ids import new_id
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases import rules as lives
from casework.cases.tables import Case
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.security.active import ActiveList, Match, active_lists, screen
from casework.security.people import people
from casework.security.scoring import ALGORITHM
from casework.security.standing import day_of, ids_of, standing_of
from casework.security.tables import Hit, Screening, ScreeningOutcome, WatchEntry, WatchList
from casework.security.thresholds import Thresholds
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue


class Subject(NamedTuple):
    """A case that is to be screened, its worker, and from how many points its programme wants an officer to look."""

    case: Case
    worker: Worker
    threshold: int


class _Known(NamedTuple):
    """A hit of before, for the pair of worker data and listed entry that it stands on."""

    hit: Hit
    fingerprint: str


def screen_cases(work: Work, case_ids: Sequence[UUID], catalogue: Catalogue | None = None) -> list[Screening]:
    """Screen the workers of many cases against the lists in use. Returns the screenings that were new.

    Left alone: ended cases, erased workers, and whoever was screened today with the same data, lists and algorithm.
    What officers did with a hit holds on while worker data and listed entry are the same. `catalogue` tells the
    thresholds of the programmes; without it the default is used.
    """
    require(work.actor.role, Permission.SCREEN)
    sources = active_lists(work.session)
    found = _needing(work, case_ids, sources, Thresholds(catalogue))
    for one in found:
        changes.change(work, one.case.id)
    return _screen(work, found, sources, quiet=False)


def screen_again(work: Work, subjects: Sequence[Subject], sources: Sequence[ActiveList]) -> list[Screening]:
    """New screenings for cases whose answer is another one than before (see `sweeping`). The case rows are locked.

    Neither version nor history of the case tell of it, because all others were compared too and theirs do not: who may
    not know of a possible match would learn of it. The engine looks at the cases.
    """
    done = _screen(work, subjects, sources, quiet=True)
    for one in subjects:
        if not lives.is_ended(one.case.life):
            outbox.put(work, OutboxKind.ADVANCE, one.case.id, one.case.id, str(one.case.id))
    return done


def _screen(work: Work, subjects: Sequence[Subject], sources: Sequence[ActiveList], *, quiet: bool) -> list[Screening]:
    persons = people(work.session, work.vault, [one.worker for one in subjects])
    known = _known_hits(work.session, [one.worker for one in subjects])
    matches = screen(sources, persons, [one.threshold for one in subjects])
    return [_write(work, one, found, sources, known, quiet=quiet) for one, found in zip(subjects, matches, strict=True)]


def locked(work: Work, case_ids: Sequence[UUID], thresholds: Thresholds) -> list[Subject]:
    """The cases with their workers, locked in the order of their ids, so that two screenings of the same cases do not
    wait for each other. Erased workers are left out."""
    query = (
        select(Case)
        .where(col(Case.id).in_(set(case_ids)), changes.visible(work.actor))
        .order_by(col(Case.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    cases = work.session.exec(query).all()
    ids = {case.worker_id for case in cases}
    rows = select(Worker).where(col(Worker.id).in_(ids), col(Worker.details).is_not(None))
    workers = {row.id: row for row in work.session.exec(rows.execution_options(populate_existing=True))}
    return [Subject(case, workers[case.worker_id], thresholds.of(case)) for case in cases if case.worker_id in workers]


def _needing(
    work: Work, case_ids: Sequence[UUID], sources: Sequence[ActiveList], thresholds: Thresholds
) -> list[Subject]:
    found = [one for one in locked(work, case_ids, thresholds) if not lives.is_ended(one.case.life)]
    query = select(Screening).where(
        col(Screening.case_id).in_([one.case.id for one in found]), col(Screening.replaced).is_(False)
    )
    present = {row.case_id: row for row in work.session.exec(query)}
    wanted = ids_of([source.descriptor for source in sources])
    return [one for one in found if not _is_current(work, present.get(one.case.id), one, wanted)]


def _is_current(work: Work, screening: Screening | None, one: Subject, list_ids: frozenset[str]) -> bool:
    if screening is None or day_of(screening) < work.today:
        return False
    standing = standing_of(work.session, screening)
    return (
        screening.worker_number == one.worker.number
        and screening.threshold == one.threshold
        and standing.algorithm == ALGORITHM
        and ids_of(standing.lists) == list_ids
    )


def _known_hits(session: Session, workers: Sequence[Worker]) -> dict[tuple[UUID, str, str], list[_Known]]:
    """Hits by worker, list name and reference, for the data that the worker has now, the newest last."""
    numbers = {worker.id: worker.number for worker in workers}
    query = (
        select(Hit, WatchEntry, col(WatchList.name), col(Screening.worker_number))
        .join(Screening, col(Screening.id) == col(Hit.screening_id))
        .join(WatchEntry, col(WatchEntry.id) == col(Hit.entry_id))
        .join(WatchList, col(WatchList.id) == col(WatchEntry.list_id))
        .where(col(Hit.worker_id).in_(numbers))
        .order_by(col(Hit.id))
    )
    found: dict[tuple[UUID, str, str], list[_Known]] = {}
    for hit, entry, name, number in session.exec(query):
        if number == numbers[hit.worker_id]:
            found.setdefault((hit.worker_id, name, entry.reference), []).append(_Known(hit, entry.fingerprint))
    return found


def _before(known: Mapping[tuple[UUID, str, str], Sequence[_Known]], one: Subject, match: Match) -> Hit | None:
    """The hit whose officers' steps hold on for this pair: closed in any case of the worker, or begun in this case."""
    pair = (one.worker.id, match.source.name, match.candidate.entry.reference)
    for before in reversed(known.get(pair, ())):
        if before.fingerprint != match.candidate.entry.fingerprint:
            continue
        if before.hit.case_id == one.case.id or before.hit.state.closed:
            return before.hit
    return None


def _write(
    work: Work,
    one: Subject,
    matches: Sequence[Match],
    sources: Sequence[ActiveList],
    known: Mapping[tuple[UUID, str, str], Sequence[_Known]],
    *,
    quiet: bool,
) -> Screening:
    earlier = update(Screening).where(col(Screening.case_id) == one.case.id).values(replaced=True)
    work.session.exec(earlier)
    screening = Screening(
        id=new_id(),
        case_id=one.case.id,
        worker_id=one.worker.id,
        worker_number=one.worker.number,
        lists=[source.descriptor for source in sources],
        algorithm=ALGORITHM,
        screened_on=work.today,
        recorded_at=work.now,
        outcome=ScreeningOutcome.HITS if matches else ScreeningOutcome.CLEAR,
        threshold=one.threshold,
    )
    work.session.add(screening)
    work.session.flush()
    for match in matches:
        work.session.add(_hit(work, screening, match, _before(known, one, match)))
    # Whether there were hits stays out of the history, which more roles read than the officers; what begins with
    # "hit." officers and auditors alone read.
    kind = "hit.compared" if quiet else "case.screened"
    work.record(kind, f"screening/{screening.id}", case_id=one.case.id, data={"lists": screening.lists})
    return screening


def _hit(work: Work, screening: Screening, match: Match, before: Hit | None) -> Hit:
    score = match.candidate.score
    hit = Hit(
        id=new_id(),
        screening_id=screening.id,
        case_id=screening.case_id,
        worker_id=screening.worker_id,
        entry_id=match.entry_id,
        score=score.value,
    )
    if before is not None:
        hit.state, hit.closed_on = before.state, before.closed_on
        hit.carried_from = before.carried_from or before.id
    explained = {
        "matched": score.matched.full if score.matched else "",
        "reasons": [
            {"code": reason.code, "text": reason.message.text, "points": reason.points} for reason in score.reasons
        ],
    }
    hit.reasons = work.vault.seal_json(hit.worker_id, "hit", hit.id, "reasons", explained)
    return hit
