"""A batch becomes cases: a few rows to a transaction, so that a crash costs nothing that was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.batches import service as batches
from casework.batches.rules import ProposedWorker
from casework.batches.tables import Batch, RowState
from casework.cases import service as cases
from casework.cases.rules import CaseSource
from casework.cases.service import OpenCase
from casework.work import Work
from checklists.programme import Programme
from documents.installation import Installation

CHUNK = 20


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many rows became cases, and how many workers were known already."""

    taken: int
    known: int


def take_in(installation: Installation, batch_id: UUID, progress: Callable[[int], None] | None = None) -> TakenIn:
    """Open a case for every waiting row. Run again after a crash it goes on where it stopped.

    `progress` is told how many rows were settled with each transaction.
    """
    taken = known = 0
    while True:
        states = installation.database.run(ENGINE, _take_chunk, installation, batch_id)
        if not states:
            return TakenIn(taken, known)
        taken += states.count(RowState.TAKEN)
        known += states.count(RowState.KNOWN)
        if progress is not None:
            progress(len(states))


def _take_chunk(work: Work, installation: Installation, batch_id: UUID) -> list[RowState]:
    rows = batches.waiting(work, batch_id, CHUNK)
    if not rows:
        batches.finish(work, batch_id)
        return []
    batch = work.session.get_one(Batch, batch_id)
    programme = installation.catalogue.get(batch.programme_id, on=work.today)
    work.vault.prepare(row.person_id for row in rows)
    states = []
    for row in rows:
        proposed = batches.opened(work.vault, row)
        try:
            case = cases.open_case(
                work, installation.catalogue, _command(batch, programme, proposed), worker_id=row.person_id
            )
            batches.settle(work, row, RowState.TAKEN, case.id)
        except PredepartureError as error:
            if error.code == cases.KNOWN_WORKER:
                batches.settle(work, row, RowState.KNOWN, None)
            else:
                batches.refuse(work, batch, row, error)
        states.append(row.state)
    return states


def _command(batch: Batch, programme: Programme, row: ProposedWorker) -> OpenCase:
    track = programme.track(row.track)
    departs = track is not None and track.departs
    return OpenCase(
        reference=row.agency_reference,
        office_id=batch.office_id,
        agency_id=batch.agency_id,
        batch_id=batch.id,
        source=CaseSource.AGENCY,
        programme=batch.programme_id,
        track=row.track,
        occupation=row.occupation,
        job_title=row.job_title,
        job_order=row.job_order,
        employer=row.employer,
        destination=row.destination,
        planned_departure=row.planned_departure if departs else None,
        loan_asked=row.loan_requested if departs else None,
        worker=batches.worker_data(row),
        bases=batches.bases(batch),
    )
