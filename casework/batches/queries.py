"""Batches as pages show them: the list, one batch with its rows and cases, the same file handed in before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.batches.tables import Batch, BatchRow, BatchState, RowState
from casework.cases.changes import visible as visible_cases
from casework.cases.tables import Case
from casework.organisations.tables import Organisation
from casework.workers.tables import Worker


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch (its findings are not loaded), its agency, and its rows by state."""

    batch: Batch
    agency: Organisation
    rows: Mapping[RowState, int]


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row that was taken: its number in the file, its case and worker."""

    number: int
    case: Case
    worker: Worker


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which batches an actor may know of: an agency its own, an office its own, an auditor and the engine all."""
    if actor.role is None or actor.role is Role.AUDITOR:
        return true()
    if actor.organisation_id is None:
        return false()
    column = Batch.agency_id if actor.role is Role.AGENCY_USER else Batch.office_id
    return col(column) == actor.organisation_id


def listed(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> tuple[list[BatchLine], int]:
    """Batches, newest first, and how many there are in all."""
    require(actor.role, Permission.SEE_BATCHES)
    query = (
        select(Batch, Organisation)
        .join(Organisation, col(Organisation.id) == col(Batch.agency_id))
        .where(visible(actor))
        .order_by(col(Batch.received_at).desc(), col(Batch.id).desc())
        .options(defer(Batch.findings))  # type: ignore[arg-type]  # SQLModel types columns by their values
    )
    rows = session.exec(query.limit(limit).offset(offset)).all()
    states = _states(session, [batch.id for batch, _agency in rows])
    total = session.exec(select(func.count()).select_from(Batch).where(visible(actor))).one()
    return [BatchLine(batch, agency, states.get(batch.id, Counter())) for batch, agency in rows], total


def states(session: Session, batch_id: UUID) -> Mapping[RowState, int]:
    """How many rows of a batch wait, were taken, refused, known."""
    return _states(session, [batch_id]).get(batch_id, Counter())


def rows(session: Session, actor: Actor, batch_id: UUID, *, limit: int, offset: int = 0) -> tuple[list[RowLine], int]:
    """Rows of a batch that became cases, in the file's order, and how many there are in all."""
    where = (BatchRow.batch_id == batch_id, visible_cases(actor))
    query = (
        select(BatchRow.row_number, Case, Worker)
        .join(Case, col(Case.id) == col(BatchRow.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(*where)
        .order_by(col(BatchRow.row_number))
    )
    found = session.exec(query.limit(limit).offset(offset)).all()
    counted = select(func.count()).select_from(BatchRow).join(Case, col(Case.id) == col(BatchRow.case_id))
    return [RowLine(number, case, worker) for number, case, worker in found], session.exec(counted.where(*where)).one()


def numbers(session: Session, batch_id: UUID, state: RowState) -> list[int]:
    """Row numbers of the file in one state."""
    query = select(BatchRow.row_number).where(BatchRow.batch_id == batch_id, col(BatchRow.state) == state)
    return list(session.exec(query.order_by(col(BatchRow.row_number))))


def same_file(session: Session, agency_id: UUID, programme_id: str, sha256: str) -> Batch | None:
    """The batch in which this agency handed in this very file for this programme, or None."""
    return session.exec(
        select(Batch).where(Batch.agency_id == agency_id, Batch.programme_id == programme_id, Batch.sha256 == sha256)
    ).one_or_none()


def is_moving(batch: Batch) -> bool:
    """Whether rows are still becoming cases."""
    return batch.state is BatchState.TAKING


def _states(session: Session, ids: list[UUID]) -> dict[UUID, Counter[RowState]]:
    query = (
        select(BatchRow.batch_id, BatchRow.state, func.count())
        .where(col(BatchRow.batch_id).in_(ids))
        .group_by(col(BatchRow.batch_id), col(BatchRow.state))
    )
    counted: dict[UUID, Counter[RowState]] = {}
    for batch_id, state, count in session.exec(query):
        counted.setdefault(batch_id, Counter())[RowState(state)] = count
    return counted
