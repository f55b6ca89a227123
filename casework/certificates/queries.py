"""What the register is asked: lists with filters, one row with its case, its history, who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
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
from casework.certificates.release import Recipient
from casework.certificates.tables import Certificate, CertificateState
from casework.decisions.tables import AdverseDecision
from casework.disclosures.tables import Disclosure
from casework.loans.paper_tables import MoneyPaper
from casework.verifications.tables import VerificationCount

_CHUNK = 500


class Standing(StrEnum):
    """How a number stands on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    RESERVED = "reserved"
    VOID = "void"


class Order(StrEnum):
    """How the register is sorted; at first by the moment of giving the number."""

    NUMBER = "number"
    ISSUED = "issued"
    KIND = "kind"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """`number` is a part of a number; days are those of issue, both included. Empty asks for everything.

    `person` is an account or ``engine``: who signed off, decided or asked for the paper. `template` is how the digest
    of the templates begins, `checked` whether anybody outside ever asked for it, `recipient` to whom it was handed.
    """

    number: str = ""
    kind: str = ""
    standing: Standing | None = None
    since: date | None = None
    until: date | None = None
    programme: str = ""
    office: UUID | None = None
    agency: UUID | None = None
    person: str = ""
    template: str = ""
    checked: bool | None = None
    recipient: Recipient | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One number with its case, how it stands, and the number that took its place ("" for none). `person` signed off,
    decided or asked for it (an account's id or ``engine``), `checked` says how often people outside asked for it."""

    row: Certificate
    case: Case
    standing: Standing
    superseded_by: str
    person: str = ""
    checked: int = 0


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
    query = joined.order_by(*_ordered(asked.order), col(Certificate.number).desc()).offset(offset)
    rows = session.exec(query if limit is None else query.limit(limit)).all()
    counted = select(func.count()).select_from(Certificate).join(Case, col(Case.id) == col(Certificate.case_id))
    total = session.exec(counted.where(*where)).one()
    later = _numbers(session, [row.superseded_by for row, _case in rows if row.superseded_by])
    people = _signers(session, [row for row, _case in rows])
    counts = _counts(session, [row.id for row, _case in rows])
    lines = [
        RegisterLine(
            row,
            case,
            standing_on(row, on),
            later.get(row.superseded_by, "") if row.superseded_by else "",
            people.get(row.sign_off_id or row.decision_id or row.paper_id or row.id, ""),
            counts.get(row.id, 0),
        )
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
    """What the history says of a document and of the sign-off, decision or paper it is the image of, oldest first."""
    images = {"sign_off": row.sign_off_id, "adverse_decision": row.decision_id, "money_paper": row.paper_id}
    subjects = [f"certificate/{row.id}", *(f"{table}/{image}" for table, image in images.items() if image)]
    query = select(AuditEvent).where(AuditEvent.case_id == row.case_id, col(AuditEvent.subject).in_(subjects))
    return list(session.exec(query.order_by(col(AuditEvent.seq))))


def versions(session: Session, row: Certificate) -> list[Certificate]:
    """Every document of the same stage of the case, the first one given first; of a letter or a paper about money that
    one alone."""
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


def unissued_papers(session: Session, case_ids: Sequence[UUID] | None = None) -> list[MoneyPaper]:
    """Papers about money that were asked for and have no file yet, of these cases or of all."""
    query = (
        select(MoneyPaper)
        .outerjoin(Certificate, col(Certificate.paper_id) == col(MoneyPaper.id))
        .where(
            col(MoneyPaper.end).is_(None),
            col(Certificate.id).is_(None) | (col(Certificate.state) == CertificateState.RESERVED),
        )
    )
    if case_ids is not None:
        query = query.where(col(MoneyPaper.case_id).in_(case_ids))
    return list(session.exec(query.order_by(col(MoneyPaper.id))))


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
    return [*where, *_of_case(asked), *_of_row(asked)]


def _of_case(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """Conditions on the case; as a query of its own, so that the query around needs no join."""
    named = {Case.programme_id: asked.programme, Case.office_id: asked.office, Case.agency_id: asked.agency}
    of = [col(column) == value for column, value in named.items() if value]
    return [col(Certificate.case_id).in_(select(Case.id).where(*of))] if of else []


def _of_row(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if asked.person:
        signed = select(SignOff.id).where(SignOff.signed_by == asked.person)
        decided = select(AdverseDecision.id).where(AdverseDecision.decided_by == asked.person)
        papers = select(MoneyPaper.id).where(MoneyPaper.asked_by == asked.person)
        where.append(
            or_(
                col(Certificate.sign_off_id).in_(signed),
                col(Certificate.decision_id).in_(decided),
                col(Certificate.paper_id).in_(papers),
            )
        )
    if asked.template:
        where.append(col(Certificate.template_digest).startswith(asked.template.lower(), autoescape=True))
    if asked.checked is not None:
        counted = col(Certificate.id).in_(select(VerificationCount.certificate_id))
        where.append(counted if asked.checked else ~counted)
    if asked.recipient:
        handed = select(Disclosure.certificate_id).where(col(Disclosure.recipient) == asked.recipient)
        where.append(col(Certificate.id).in_(handed))
    return where


def _ordered(order: Order | None) -> list[Any]:
    if order is Order.NUMBER:
        return [col(Certificate.number)]
    if order is Order.ISSUED:
        return [col(Certificate.issued_on).desc()]
    if order is Order.KIND:
        return [col(Certificate.kind), col(Certificate.reserved_at).desc()]
    if order is Order.CHECKED:
        times = select(func.sum(VerificationCount.times)).where(VerificationCount.certificate_id == Certificate.id)
        return [func.coalesce(times.scalar_subquery(), 0).desc()]
    return [col(Certificate.reserved_at).desc()]


def _counts(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How often each was checked by people outside."""
    table, found = VerificationCount, dict[UUID, int]()
    for start in range(0, len(ids), _CHUNK):
        part = col(table.certificate_id).in_(ids[start : start + _CHUNK])
        query = select(table.certificate_id, func.sum(table.times)).where(part).group_by(col(table.certificate_id))
        found |= {key: int(times) for key, times in session.exec(query)}
    return found


def _signers(session: Session, rows: Sequence[Certificate]) -> dict[UUID, str]:
    """Who signed off, decided or asked for a paper, by the id of the sign-off, decision or paper."""
    found: dict[UUID, str] = {}
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        signed = select(SignOff.id, SignOff.signed_by).where(
            col(SignOff.id).in_([row.sign_off_id for row in part if row.sign_off_id])
        )
        decided = select(AdverseDecision.id, AdverseDecision.decided_by).where(
            col(AdverseDecision.id).in_([row.decision_id for row in part if row.decision_id])
        )
        papers = select(MoneyPaper.id, MoneyPaper.asked_by).where(
            col(MoneyPaper.id).in_([row.paper_id for row in part if row.paper_id])
        )
        found |= dict(session.exec(signed).all()) | dict(session.exec(decided).all()) | dict(session.exec(papers).all())
    return found


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
