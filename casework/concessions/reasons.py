"""Why a concession was asked for, given or refused. Of stages of security and health the texts are sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, or_, select

from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.concessions.rules import is_secret
from casework.concessions.tables import Concession
from casework.vault import Vault
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme

_TABLE: Final = "waiver"
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why it was asked for, and why it was answered as it was ("" before it was)."""

    asked: str
    decided: str


def write_asked(work: Work, programme: Programme, case: Case, row: Concession, text: str) -> None:
    """Put the reason of the wish into its place: plain, or sealed."""
    secret = is_secret(programme, row.requirement)
    row.reason, row.sealed_reason = _kept(work, case.worker_id, row, "sealed_reason", text, secret=secret)


def write_decided(work: Work, programme: Programme, case: Case, row: Concession, text: str) -> None:
    """Put the reason of the answer into its place: plain, or sealed."""
    secret = is_secret(programme, row.requirement)
    row.decision, row.sealed_decision = _kept(work, case.worker_id, row, "sealed_decision", text, secret=secret)


def copy_asked(work: Work, case: Case, row: Concession, to: Concession) -> None:
    """The same reason for another row of the same case, kept in the same way."""
    text = opened(work.vault, case, row).asked
    secret = row.sealed_reason is not None
    to.reason, to.sealed_reason = _kept(work, case.worker_id, to, "sealed_reason", text, secret=secret)


def opened(vault: Vault, case: Case, row: Concession) -> Reasons:
    """Both reasons. Who may read them, and the event of it, is for the faces to say."""

    def read(column: str, plain: str, value: bytes | None) -> str:
        return vault.open(case.worker_id, _TABLE, row.id, column, value).decode() if value else plain

    return Reasons(
        read("sealed_reason", row.reason, row.sealed_reason),
        read("sealed_decision", row.decision, row.sealed_decision),
    )


def is_sealed(row: Concession) -> bool:
    return row.sealed_reason is not None or row.sealed_decision is not None


def unsealed(session: Session, catalogue: Catalogue) -> list[UUID]:
    """Concessions about security and health whose reasons were written down before they were sealed."""
    query = (
        select(Concession, Case)
        .join(Case, col(Case.id) == col(Concession.case_id))
        .where(or_(col(Concession.reason) != "", col(Concession.decision) != ""))
        .order_by(col(Concession.id))
    )
    return [row.id for row, case in session.exec(query) if is_secret(programme_of(catalogue, case), row.requirement)]


def seal(work: Work, catalogue: Catalogue, ids: list[UUID]) -> int:
    """Seal the plain reasons of these rows; how many were. A case is not raised by it: nothing of what it says changes.

    An installation's own act, by who keeps its keys.
    """
    require(work.actor.role, Permission.MANAGE_KEYS)
    rows = work.session.exec(
        select(Concession, Case).join(Case, col(Case.id) == col(Concession.case_id)).where(col(Concession.id).in_(ids))
    ).all()
    work.vault.prepare(case.worker_id for _row, case in rows)
    for row, case in rows:
        programme = programme_of(catalogue, case)
        if row.reason:
            write_asked(work, programme, case, row, row.reason)
        if row.decision:
            write_decided(work, programme, case, row, row.decision)
        work.session.add(row)
        work.record("waiver.sealed", f"waiver/{row.id}", case_id=case.id)
    return len(rows)


def in_chunks(ids: list[UUID]) -> list[list[UUID]]:
    """As many rows as one transaction takes."""
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _kept(
    work: Work, worker_id: UUID, row: Concession, column: str, text: str, *, secret: bool
) -> tuple[str, bytes | None]:
    """The plain text and the sealed one, of which one is empty."""
    return ("", work.vault.seal(worker_id, _TABLE, row.id, column, text.encode())) if secret else (text, None)
