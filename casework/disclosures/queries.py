"""Which documents a pack would hold: light rows, so that a register of any length fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.rules import EndKind
from casework.cases.tables import Case
from casework.certificates.queries import RegisterFilter, conditions
from casework.certificates.release import Recipient, may_have
from casework.certificates.tables import Certificate, CertificateState


@dataclass(frozen=True, slots=True)
class PackLine:
    """An issued document without its content. `standing`: valid, expired, revoked or superseded."""

    id: UUID
    case_id: UUID
    worker_id: UUID
    case: str
    number: str
    kind: str
    title: str
    sha256: str
    size: int
    issued_on: date
    valid_until: date | None
    standing: str


@dataclass(frozen=True, slots=True)
class Pack:
    """What goes to the recipient, and what the release policy keeps back."""

    recipient: Recipient
    lines: tuple[PackLine, ...]
    kept_back: tuple[PackLine, ...]


def pack_of_cases(session: Session, actor: Actor, case_ids: Sequence[UUID], recipient: Recipient, on: date) -> Pack:
    """The documents of these cases, by case and number."""
    return _pack(session, actor, [col(Case.id).in_(case_ids)], recipient, on)


def pack_of_register(session: Session, actor: Actor, asked: RegisterFilter, recipient: Recipient, on: date) -> Pack:
    """The documents of the register that fit a filter, by case and number."""
    return _pack(session, actor, conditions(asked, on), recipient, on)


def pack_of_documents(session: Session, actor: Actor, ids: Sequence[UUID], recipient: Recipient, on: date) -> Pack:
    """Single documents, by case and number."""
    return _pack(session, actor, [col(Certificate.id).in_(ids)], recipient, on)


def _pack(session: Session, actor: Actor, where: Sequence[ColumnElement[bool]], recipient: Recipient, on: date) -> Pack:
    require(actor.role, Permission.HAND_OVER)
    query = (
        select(  # type: ignore[call-overload]  # typed for at most four columns
            Certificate.id,
            Certificate.case_id,
            Certificate.worker_id,
            col(Case.reference).label("case"),
            Certificate.number,
            Certificate.kind,
            Certificate.title,
            Certificate.sha256,
            Certificate.size,
            Certificate.issued_on,
            Certificate.valid_until,
            Certificate.end_kind,
        )
        .join(Case, col(Case.id) == col(Certificate.case_id))
        .where(visible(actor), col(Certificate.state) == CertificateState.ISSUED, *where)
        .order_by(col(Case.reference), col(Certificate.number))
    )
    lines = [_line(row, on) for row in session.exec(query)]
    goes = [may_have(recipient, line.kind, stands=line.standing in ("valid", "expired")) for line in lines]
    return Pack(
        recipient,
        tuple(line for line, released in zip(lines, goes, strict=True) if released),
        tuple(line for line, released in zip(lines, goes, strict=True) if not released),
    )


def _line(row: Any, on: date) -> PackLine:
    columns = dict(row._mapping)
    standing = _standing(columns.pop("end_kind"), columns["valid_until"], on)
    return PackLine(**columns, standing=standing)


def _standing(end_kind: EndKind | None, valid_until: date | None, on: date) -> str:
    if end_kind is not None:
        return end_kind.value
    return "expired" if valid_until is not None and on > valid_until else "valid"
