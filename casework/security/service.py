"""Screen workers against the lists in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from basis.ids import new_id
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases import rules as lives
from casework.cases.tables import Case
from casework.security.active import ActiveList, Match, active_lists, screen
from casework.security.lists import from_content
from casework.security.scoring import ALGORITHM, ScreenedPerson
from casework.security.tables import Hit, Screening, ScreeningOutcome, WatchEntry, WatchList
from casework.vault import Vault
from casework.work import Work
from casework.workers import merge_queries as merges
from casework.workers import service as workers
from casework.workers.tables import Worker


class _Open(NamedTuple):
    """A case that needs screening."""

    case: Case
    worker: Worker


class _Closed(NamedTuple):
    """An earlier hit of the same pair of worker data and listed entry: what officers did with it holds."""

    hit: Hit
    fingerprint: str


def screen_cases(work: Work, case_ids: Sequence[UUID]) -> list[Screening]:
    """Screen the workers of many cases against the lists in use. Returns the screenings that were new.

    Left alone: ended cases, erased workers, and whoever was screened with the same data, lists and algorithm.
    What officers did with a hit holds while worker data and listed entry are the same.
    """
    require(work.actor.role, Permission.SCREEN)
    sources = active_lists(work.session)
    found = _needing(work, case_ids, sources)
    work.vault.prepare(one.worker.id for one in found)
    also = merges.other_names(work.session, [one.worker.id for one in found])
    persons = [_person(work.vault, one.worker, also.get(one.worker.id, ())) for one in found]
    closed = _closed_pairs(work.session, [one.worker for one in found])
    done = []
    for one, matches in zip(found, screen(sources, persons), strict=True):
        changes.change(work, one.case.id)
        done.append(_write(work, one, matches, sources, closed))
    return done


def due_for_screening(session: Session, limit: int = 500) -> list[UUID]:
    """Active cases that were screened with other lists, other worker data or another algorithm than now."""
    wanted = _list_ids([source.descriptor for source in active_lists(session)])
    query = (
        select(Screening, col(Worker.number))
        .join(Case, col(Case.id) == col(Screening.case_id))
        .join(Worker, col(Worker.id) == col(Screening.worker_id))
        .where(col(Case.life).in_(lives.ACTIVE), col(Screening.replaced).is_(False))
        .order_by(col(Screening.id))
    )
    late = (row.case_id for row, number in session.exec(query) if not _is_current(row, number, wanted))
    return [case_id for case_id, _number in zip(late, range(limit), strict=False)]


def _needing(work: Work, case_ids: Sequence[UUID], sources: Sequence[ActiveList]) -> list[_Open]:
    # Locked in the order of their ids, so that two screenings of the same cases do not wait for each other.
    query = (
        select(Case)
        .where(col(Case.id).in_(set(case_ids)), changes.visible(work.actor), col(Case.life).not_in(lives.FROZEN))
        .order_by(col(Case.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    cases = work.session.exec(query).all()
    ids = {case.worker_id for case in cases}
    people = {
        row.id: row
        for row in work.session.exec(
            select(Worker)
            .where(col(Worker.id).in_(ids), col(Worker.details).is_not(None))
            .execution_options(populate_existing=True)
        )
    }
    present = {
        row.case_id: row
        for row in work.session.exec(
            select(Screening).where(
                col(Screening.case_id).in_([case.id for case in cases]), col(Screening.replaced).is_(False)
            )
        )
    }
    wanted = _list_ids([source.descriptor for source in sources])
    found = [_Open(case, people[case.worker_id]) for case in cases if case.worker_id in people]
    return [
        one
        for one in found
        if one.case.id not in present or not _is_current(present[one.case.id], one.worker.number, wanted)
    ]


def _is_current(screening: Screening, worker_number: int, list_ids: frozenset[str]) -> bool:
    return (
        screening.worker_number == worker_number
        and screening.algorithm == ALGORITHM
        and _list_ids(screening.lists) == list_ids
    )


def _list_ids(descriptors: Iterable[Mapping[str, str]]) -> frozenset[str]:
    return frozenset(descriptor["id"] for descriptor in descriptors)


def _person(vault: Vault, worker: Worker, also: Sequence[Worker]) -> ScreenedPerson:
    """The worker by the names of the present record and of those that were merged into it."""
    data = workers.open_worker(vault, worker).data
    others = [
        name for row in also for name in (f"{row.given_names} {row.family_name}".strip(), row.native_name) if name
    ]
    return ScreenedPerson(
        names=(f"{data.given_names} {data.family_name}".strip(), *others),
        native_name=data.native_name,
        birth_date=data.birth_date,
        nationality=data.nationality,
        sex=data.sex.value,
        document_number=data.passport_number,
    )


def _closed_pairs(session: Session, people: Sequence[Worker]) -> dict[tuple[UUID, str, str], _Closed]:
    """Earlier hits by list name and reference, for the data that the worker has now; the newest counts. One that was
    closed stands under the worker, for all cases; one that still waits under its case, since each case is answered."""
    numbers = {worker.id: worker.number for worker in people}
    query = (
        select(Hit, WatchEntry, col(WatchList.name), col(Screening.worker_number))
        .join(Screening, col(Screening.id) == col(Hit.screening_id))
        .join(WatchEntry, col(WatchEntry.id) == col(Hit.entry_id))
        .join(WatchList, col(WatchList.id) == col(WatchEntry.list_id))
        .where(col(Hit.worker_id).in_(numbers))
        .order_by(col(Hit.id))
    )
    return {
        (hit.worker_id if hit.state.closed else hit.case_id, name, entry.reference): _Closed(
            hit, from_content(entry.content).fingerprint
        )
        for hit, entry, name, number in session.exec(query)
        if number == numbers[hit.worker_id]
    }


def _write(
    work: Work,
    one: _Open,
    matches: Sequence[Match],
    sources: Sequence[ActiveList],
    closed: Mapping[tuple[UUID, str, str], _Closed],
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
    )
    work.session.add(screening)
    work.session.flush()
    for match in matches:
        entry = match.candidate.entry
        earlier_hits = [
            closed.get((owner, match.source.name, entry.reference)) for owner in (one.worker.id, one.case.id)
        ]
        before = next((hit for hit in earlier_hits if hit is not None and hit.fingerprint == entry.fingerprint), None)
        work.session.add(_hit(work, screening, match, before))
    # Whether there were hits stays out of the history, which more roles read than the officers.
    work.record("case.screened", f"screening/{screening.id}", case_id=one.case.id, data={"lists": screening.lists})
    return screening


def _hit(work: Work, screening: Screening, match: Match, before: _Closed | None) -> Hit:
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
        hit.state, hit.closed_on = before.hit.state, before.hit.closed_on
        hit.carried_from = before.hit.carried_from or before.hit.id
    explained = {
        "matched": score.matched.full if score.matched else "",
        "reasons": [
            {"code": reason.code, "text": reason.message.text, "points": reason.points} for reason in score.reasons
        ],
    }
    hit.reasons = work.vault.seal_json(hit.worker_id, "hit", hit.id, "reasons", explained)
    return hit
