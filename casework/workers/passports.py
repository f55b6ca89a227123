"""The passports that a worker held before: why each ended, and who once held a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict
from basis.messages import Message, _
from casework.vault import Vault
from casework.work import Work
from casework.workers.service import WorkerData, passport_index
from casework.workers.tables import FormerPassport, PassportEnd, Worker

END_WORDS: dict[PassportEnd, Message] = {
    PassportEnd.RENEWED: _("renewed"),
    PassportEnd.LOST: _("lost"),
    PassportEnd.STOLEN: _("stolen"),
    PassportEnd.DAMAGED: _("damaged"),
    PassportEnd.CANCELLED: _("cancelled by the authority"),
}


@dataclass(frozen=True, slots=True)
class Former:
    """A former passport, opened. `reported_to`: whom its loss was reported to."""

    row: FormerPassport
    number: str
    issued_on: date | None
    expires_on: date | None
    reported_to: str
    note: str


def end(
    work: Work, worker: Worker, data: WorkerData, ended: PassportEnd, ended_on: date, reported_to: str, note: str
) -> FormerPassport:
    """The passport of `data` is no longer the worker's. Raises `Conflict` (``passport_ended``)."""
    if has_ended(work.session, worker):
        raise Conflict(
            "passport_ended",
            _("That this passport is no longer good was recorded already."),
            _("Record the new passport when it is there."),
        )
    row = FormerPassport(
        worker_id=worker.id,
        passport_index=passport_index(work.vault, data.nationality, data.passport_number),
        country=data.nationality,
        ended=ended,
        ended_on=ended_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    detail = {
        "number": data.passport_number,
        "issued_on": data.passport_issued_on.isoformat() if data.passport_issued_on else "",
        "expires_on": data.passport_expires_on.isoformat() if data.passport_expires_on else "",
        "mrz": list(data.mrz),
        "reported_to": reported_to,
        "note": note,
    }
    row.detail = work.vault.seal_json(worker.id, "former_passport", row.id, "detail", detail)
    work.session.add(row)
    work.session.flush()
    return row


def has_ended(session: Session, worker: Worker) -> bool:
    """Whether the passport that is recorded as the worker's own was lost or ended in another way."""
    query = select(FormerPassport.id).where(
        FormerPassport.worker_id == worker.id, FormerPassport.passport_index == worker.passport_index
    )
    return session.exec(query.limit(1)).first() is not None


def former(session: Session, vault: Vault, worker_id: UUID) -> list[Former]:
    """The passports that the worker holds no longer, the latest first."""
    query = select(FormerPassport).where(FormerPassport.worker_id == worker_id)
    rows = session.exec(query.order_by(col(FormerPassport.ended_on).desc(), col(FormerPassport.id).desc()))
    return [_opened(vault, row) for row in rows]


def indexes(session: Session, workers: Iterable[Worker]) -> dict[UUID, frozenset[str]]:
    """The look-up keys of all passports that each worker holds or has held, in one query."""
    found = {worker.id: {worker.passport_index} - {""} for worker in workers}
    query = select(FormerPassport.worker_id, FormerPassport.passport_index)
    for worker_id, index in session.exec(query.where(col(FormerPassport.worker_id).in_(list(found)))):
        found[worker_id].add(index)
    return {worker_id: frozenset(keys) for worker_id, keys in found.items()}


def _opened(vault: Vault, row: FormerPassport) -> Former:
    if row.detail is None:
        return Former(row, "", None, None, "", "")
    detail: dict[str, Any] = vault.open_json(row.worker_id, "former_passport", row.id, "detail", row.detail)
    issued, expires = (
        date.fromisoformat(detail[name]) if detail[name] else None for name in ("issued_on", "expires_on")
    )
    return Former(row, detail["number"], issued, expires, detail["reported_to"], detail["note"])
