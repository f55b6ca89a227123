"""What the register is asked: lists with filters, one row with its case, its history, who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.cases.changes import visible
from casework.cases.rules import EndKind
from casework.cases.tables import Case, SignOff
from casework.certificates.tables import Certificate, CertificateState
from casework.decisions.tables import AdverseDecision


class Standing(StrEnum):
    """How a number stands on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    RESERVED = "reserved"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """`number` is a part of a number; days are those of issue, both included. Empty asks for everything."""

    number: str = ""
    kind: str = ""
    standing: Standing | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One number with its case, how it stands, and the number that took its place ("" for none)."""

    row: Certificate
    case: Case
    standing: Standing
    superseded_by: str


def standing_on(row: Certificate, on: date) -> Standing:
    """The same precedence as verification: void, reserved, revoked, superseded, expired, valid."""
    if row.state is CertificateState.VOID:
        return Standing.VOID
    if row.state is CertificateState.RESERVED:
        return Standing.RESERVED
    if row.end_kind is not None:
        return Standing(row.end_kind.value)
    return Standing.EXPIRED if row.valid_until is not None and on > row.valid_until else Standing.VALID


def register(
    session: Session, actor: Actor, asked: RegisterFilter, on: date, *, limit: int | None, offset: int = 0
) -> tuple[list[RegisterLine], int]:
    """Numbers that fit, the last one given first, and how many there are in all. `limit` None: all of them."""
    require(actor.role, Permission.SEE_REGISTER)
    where = [visible(actor), *conditions(asked, on)]
    joined = select(Certificate, Case).join(Case, col(Case.id) == col(Certificate.case_id)).where(*where)
    query = joined.order_by(col(Certificate.reserved_at).desc(), col(Certificate.number).desc()).offset(offset)
    rows = session.exec(query if limit is None else query.limit(limit)).all()
    counted = select(func.count()).select_from(Certificate).join(Case, col(Case.id) == col(Certificate.case_id))
    total = session.exec(counted.where(*where)).one()
    later = _numbers(session, [row.superseded_by for row, _case in rows if row.superseded_by])
    lines = [
        RegisterLine(row, case, standing_on(row, on), later.get(row.superseded_by, "") if row.superseded_by else "")
        for row, case in rows
    ]
    return lines, total


def kinds(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Kinds of documents among the numbers that the actor may see, with a title of each, by title."""
    query = select(Certificate.kind, func.min(Certificate.title)).join(Case, col(Case.id) == col(Certificate.case_id))
    rows = session.exec(query.where(visible(actor)).group_by(Certificate.kind)).all()
    return sorted(((kind, title) for kind, title in rows), key=lambda pair: pair[1])


def find(session: Session, actor: Actor, certificate_id: UUID) -> tuple[Certificate, Case]:
    """A number of a case that the actor may know of. Raises `NotFound` (``document``)."""
    query = select(Certificate, Case).join(Case, col(Case.id) == col(Certificate.case_id))
    found = session.exec(query.where(Certificate.id == certificate_id, visible(actor))).one_or_none()
    if found is None:
        raise NotFound(
            "document",
            _("There is no such document, or it belongs to a case that is not one of yours."),
            _("Open it from its case or from the register."),
        )
    return found


def find_number(session: Session, actor: Actor, number: str) -> tuple[Certificate, Case]:
    """The same by its number, as people type it. Raises `NotFound` (``document``)."""
    query = select(Certificate, Case).join(Case, col(Case.id) == col(Certificate.case_id))
    found = session.exec(query.where(Certificate.number == number.strip().upper(), visible(actor))).one_or_none()
    if found is None:
        raise NotFound(
            "document",
            _("There is no document with this number, or it belongs to a case that is not one of yours."),
            _("List the numbers with: predeparture document list."),
        )
    return found


def history(session: Session, row: Certificate) -> list[AuditEvent]:
    """What the history says of a document and of the sign-off or decision it is the image of, oldest first."""
    image = f"sign_off/{row.sign_off_id}" if row.sign_off_id else f"adverse_decision/{row.decision_id}"
    subjects = [f"certificate/{row.id}", image]
    query = select(AuditEvent).where(AuditEvent.case_id == row.case_id, col(AuditEvent.subject).in_(subjects))
    return list(session.exec(query.order_by(col(AuditEvent.seq))))


def versions(session: Session, row: Certificate) -> list[Certificate]:
    """Every document of the same stage of the case, the first one given first; a letter is the only one of its kind."""
    sign_off = session.get(SignOff, row.sign_off_id) if row.sign_off_id else None
    if sign_off is None:
        return [row]
    query = (
        select(Certificate)
        .join(SignOff, col(SignOff.id) == col(Certificate.sign_off_id))
        .where(Certificate.case_id == row.case_id, SignOff.stage == sign_off.stage)
    )
    return list(session.exec(query.order_by(col(Certificate.reserved_at), col(Certificate.number))))


def made_with(session: Session, template_digest: str) -> int:
    """How many documents were made with a template."""
    query = select(func.count()).select_from(Certificate).where(Certificate.template_digest == template_digest)
    return session.exec(query).one()


def unissued_letters(session: Session, case_ids: Sequence[UUID] | None = None) -> list[AdverseDecision]:
    """Decisions in force whose letter has no file yet, of these cases or of all."""
    query = (
        select(AdverseDecision)
        .outerjoin(Certificate, col(Certificate.decision_id) == col(AdverseDecision.id))
        .where(
            col(AdverseDecision.end).is_(None),
            col(Certificate.id).is_(None) | (col(Certificate.state) == CertificateState.RESERVED),
        )
    )
    if case_ids is not None:
        query = query.where(col(AdverseDecision.case_id).in_(case_ids))
    return list(session.exec(query.order_by(col(AdverseDecision.id))))


def earlier_sign_offs(session: Session, stands_on: Sequence[str]) -> list[SignOff]:
    """The sign-offs among the ids that a sign-off stands on (all others are ``table:id``), oldest first."""
    ids = [UUID(text) for text in stands_on if ":" not in text]
    if not ids:
        return []
    return list(session.exec(select(SignOff).where(col(SignOff.id).in_(ids)).order_by(col(SignOff.id))))


def conditions(asked: RegisterFilter, on: date) -> list[ColumnElement[bool]]:
    """The filter for a query over `Certificate`."""
    where: list[ColumnElement[bool]] = []
    if asked.number:
        escaped = asked.number.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where.append(col(Certificate.number).like(f"%{escaped}%", escape="\\"))
    if asked.kind:
        where.append(col(Certificate.kind) == asked.kind)
    if asked.since:
        where.append(col(Certificate.issued_on) >= asked.since)
    if asked.until:
        where.append(col(Certificate.issued_on) <= asked.until)
    if asked.standing:
        where.extend(_standing(asked.standing, on))
    return where


def _standing(standing: Standing, on: date) -> list[ColumnElement[bool]]:
    if standing in (Standing.VOID, Standing.RESERVED):
        return [col(Certificate.state) == CertificateState(standing.value)]
    issued = col(Certificate.state) == CertificateState.ISSUED
    lapsed = col(Certificate.valid_until) < on
    going = col(Certificate.end_kind).is_(None)
    if standing is Standing.VALID:
        return [issued, going, or_(col(Certificate.valid_until).is_(None), ~lapsed)]
    ended = col(Certificate.end_kind) == EndKind(standing.value)
    return [issued, or_(ended, going & lapsed) if standing is Standing.EXPIRED else ended]


def _numbers(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    query = select(Certificate.id, Certificate.number).where(col(Certificate.id).in_(ids))
    return dict(session.exec(query).all())
