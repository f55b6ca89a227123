"""Workers as screening compares them: the names, days and numbers that are on record of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _
from casework.security.scoring import ScreenedPerson
from casework.vault import Vault
from casework.workers import merge_queries as merges
from casework.workers.tables import FormerPassport, Worker


def people(session: Session, vault: Vault, workers: Sequence[Worker]) -> list[ScreenedPerson]:
    """The workers in their order: by the names of the present record and of those that were merged into it, by the
    passport of today and those held before.

    Only numbers are sealed; a hundred thousand workers are opened in a run, so nothing else of the sealed data is
    read. Raises `NotFound` (``erased``) for a worker whose data was erased.
    """
    ids = [worker.id for worker in workers]
    also = merges.other_names(session, ids)
    merged = [row.id for rows in also.values() for row in rows]
    vault.prepare([*ids, *merged])
    former = _former_numbers(session, vault, [*ids, *merged])
    return [_person(vault, worker, also.get(worker.id, ()), former) for worker in workers]


def _person(vault: Vault, worker: Worker, also: Sequence[Worker], former: dict[UUID, list[str]]) -> ScreenedPerson:
    if worker.details is None:
        raise NotFound("erased", _("The data of this worker was erased."))
    records = (worker, *also)
    return ScreenedPerson(
        names=tuple(
            name for row in records for name in (_full(row), row.native_name if row is not worker else "") if name
        ),
        native_name=worker.native_name,
        birth_date=worker.birth_date,
        nationality=worker.nationality,
        sex=worker.sex.value,
        document_number=_number(vault, worker),
        other_numbers=tuple(
            number
            for row in records
            for number in (*former.get(row.id, ()), _number(vault, row) if row is not worker else "")
            if number
        ),
    )


def _full(row: Worker) -> str:
    return f"{row.given_names} {row.family_name}".strip()


def _number(vault: Vault, row: Worker) -> str:
    if row.details is None:
        return ""
    number: str = vault.open_json(row.id, "worker", row.id, "details", row.details).get("passport_number", "")
    return number


def _former_numbers(session: Session, vault: Vault, worker_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    query = select(FormerPassport).where(col(FormerPassport.worker_id).in_(worker_ids))
    for row in session.exec(query.order_by(col(FormerPassport.id))):
        if row.detail is not None:
            detail = vault.open_json(row.worker_id, "former_passport", row.id, "detail", row.detail)
            found[row.worker_id].append(detail.get("number", ""))
    return found
