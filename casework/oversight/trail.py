"""Search in the history: by person, case, day, kind and subject; and who looked at what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.audit.tables import AuditEvent, TreeHead
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from casework.oversight import scope
from casework.oversight.words import KIND_WORDS, LOOKS, NOUNS, told
from casework.work import Work
from casework.workers import merge_queries as merges

ENGINE: Final = "engine"
MOST_TAKEN: Final = 10_000
"""Events that are taken as one file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Empty asks for everything. `actor` is an account's id or ``engine``; `case` a reference; `number` a document's;
    `kind` a kind or its noun ("certificate"); `looks`: only who looked at something. Days are the office's."""

    actor: str = ""
    case: str = ""
    number: str = ""
    kind: str = ""
    looks: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """An event in words. `reference` is the case's, "" where it is of none; `who` None where the engine acted."""

    event: AuditEvent
    what: Message
    reference: str
    who: Account | None


def search(
    session: Session, actor: Actor, asked: Asked, zone: tzinfo, *, limit: int, offset: int = 0
) -> tuple[list[TrailLine], int]:
    """Events that fit and that the actor may read, the last one first, and how many there are in all.

    Raises `InvalidInput` (``unknown_filter``) for a kind that there is not, `NotFound` (``case``, ``document``).
    """
    require(actor.role, Permission.AUDIT)
    where = [scope.events(session, actor), *_conditions(session, actor, asked, zone)]
    query = select(AuditEvent).where(*where).order_by(col(AuditEvent.seq).desc()).limit(limit).offset(offset)
    found = session.exec(query).all()
    total = session.exec(select(func.count()).select_from(AuditEvent).where(*where)).one()
    return lines(session, found), total


def taken(session: Session, actor: Actor, asked: Asked, zone: tzinfo) -> list[TrailLine]:
    """All events that fit, for a file. Raises what `search` raises, and `InvalidInput` (``too_many_events``)."""
    found, total = search(session, actor, asked, zone, limit=MOST_TAKEN)
    if total > MOST_TAKEN:
        raise InvalidInput(
            "too_many_events",
            _("{count} events fit; a file holds at most {most}.", count=total, most=MOST_TAKEN),
            _("Narrow the search, for instance by days."),
        )
    return found


def one(session: Session, actor: Actor, seq: int) -> TrailLine:
    """One event by its number. Raises `NotFound` (``event``)."""
    require(actor.role, Permission.AUDIT)
    event = session.exec(select(AuditEvent).where(AuditEvent.seq == seq, scope.events(session, actor))).one_or_none()
    if event is None:
        raise NotFound(
            "event",
            _("There is no such event, or it is of a case that is not one of yours."),
            _("Take its number from the search."),
        )
    return lines(session, [event])[0]


def lines(session: Session, found: Sequence[AuditEvent]) -> list[TrailLine]:
    """The events in words, with a fixed number of queries."""
    ids = {event.case_id for event in found if event.case_id}
    references = dict(session.exec(select(Case.id, Case.reference).where(col(Case.id).in_(ids))).all()) if ids else {}
    keys = {UUID(event.actor) for event in found if len(event.actor) == 36}
    people = {row.id: row for row in session.exec(select(Account).where(col(Account.id).in_(keys)))} if keys else {}
    return [
        TrailLine(
            event,
            told(event.kind, json.loads(event.body)["data"]),
            references.get(event.case_id, "") if event.case_id else "",
            people.get(UUID(event.actor)) if len(event.actor) == 36 else None,
        )
        for event in found
    ]


def seen_since(session: Session, actor: Actor, kind: str, subject: str, since: datetime) -> bool:
    """Whether the actor's look at something was recorded after `since`."""
    query = select(AuditEvent.seq).where(
        col(AuditEvent.subject) == subject,
        col(AuditEvent.kind) == kind,
        col(AuditEvent.actor) == actor.key,
        col(AuditEvent.recorded_at) > since,
    )
    return session.exec(query.limit(1)).first() is not None


def head_over(session: Session, seq: int) -> TreeHead | None:
    """The first tree head that covers an event."""
    query = select(TreeHead).where(col(TreeHead.size) >= seq).order_by(col(TreeHead.number)).limit(1)
    return session.exec(query).one_or_none()


def shape(line: TrailLine) -> Mapping[str, Any]:
    """An event as JSON: what was hashed, and beside it the words."""
    return {
        "seq": line.event.seq,
        "hash": line.event.hash,
        "previous": line.event.previous,
        "case": line.reference or None,
        "what": str(line.what),
        "event": json.loads(line.event.body),
    }


def note_search(work: Work, asked: Asked, *, taken: int | None = None) -> None:
    """Keep what was asked for: a search is a look at the case, the document or the person that it names.

    `taken` counts the events that went out as a file.
    """
    names = {"actor": asked.actor, "number": asked.number, "kind": asked.kind}
    days = {"since": asked.since, "until": asked.until}
    data = {name: value for name, value in names.items() if value}
    data |= {name: day.isoformat() for name, day in days.items() if day}
    if taken is not None:
        data["taken"] = str(taken)
    case = work.session.exec(select(Case.id).where(Case.reference == asked.case)).one_or_none() if asked.case else None
    work.record("trail.viewed", "audit_event", case_id=case, data=data)


def _conditions(session: Session, actor: Actor, asked: Asked, zone: tzinfo) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if asked.actor:
        where.append(col(AuditEvent.actor) == asked.actor)
    if asked.case:
        where.append(_of_case(session, actor, asked.case))
    if asked.number:
        where.append(_of_document(session, actor, asked.number))
    if asked.kind:
        where.append(_of_kind(asked.kind))
    if asked.looks:
        where.append(or_(*(col(AuditEvent.kind) == kind for kind in LOOKS)))
    if asked.since:
        where.append(col(AuditEvent.recorded_at) >= datetime.combine(asked.since, time(), zone))
    if asked.until:
        where.append(col(AuditEvent.recorded_at) < datetime.combine(asked.until + timedelta(days=1), time(), zone))
    return where


def _of_case(session: Session, actor: Actor, reference: str) -> ColumnElement[bool]:
    """The events of a case, and of the data of its worker."""
    case = session.exec(select(Case).where(Case.reference == reference.strip(), visible(actor))).one_or_none()
    if case is None:
        raise NotFound(
            "case",
            _("There is no case with the reference {reference}, or it is not one of yours.", reference=reference),
            _("Look for it among the cases."),
        )
    subjects = merges.subjects(session, case.worker_id)
    return or_(col(AuditEvent.case_id) == case.id, col(AuditEvent.subject).in_(subjects))


def _of_document(session: Session, actor: Actor, number: str) -> ColumnElement[bool]:
    query = select(Certificate.id).join(Case, col(Case.id) == col(Certificate.case_id))
    found = session.exec(query.where(Certificate.number == number.strip().upper(), visible(actor))).one_or_none()
    if found is None:
        raise NotFound(
            "document",
            _("There is no document with this number, or it belongs to a case that is not one of yours."),
            _("Look for it in the register."),
        )
    return col(AuditEvent.subject) == f"certificate/{found}"


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind in KIND_WORDS:
        return col(AuditEvent.kind) == kind
    if kind in NOUNS:
        return col(AuditEvent.kind).like(f"{kind.replace('_', chr(92) + '_')}.%", escape=chr(92))
    raise InvalidInput(
        "unknown_filter",
        _("There is no kind of event named {kind}.", kind=kind),
        _("Choose one of: {kinds}.", kinds=", ".join([*sorted(NOUNS), *sorted(KIND_WORDS)])),
    )
