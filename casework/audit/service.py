"""Append events to the history; check the whole of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from casework.audit import rules
from casework.audit.rules import Event, Fault, StoredEvent
from casework.audit.tables import AuditEvent, AuditHead


def append(session: Session, events: Sequence[Event]) -> None:
    """Write `events` at the end of the chain. The last statements of a transaction: the head is locked from here on."""
    if not events:
        return
    session.flush()
    head = session.exec(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    for event in events:
        head.seq += 1
        text = rules.canonical(rules.body(event, head.seq))
        row = AuditEvent(
            seq=head.seq,
            id=event.id,
            recorded_at=event.recorded_at,
            happened_on=event.happened_on,
            actor=event.actor,
            kind=event.kind,
            case_id=event.case_id,
            subject=event.subject,
            body=text,
            previous=head.hash,
            hash=rules.link(head.hash, text),
        )
        session.add(row)
        head.hash = row.hash
    session.add(head)
    session.flush()


def verify(session: Session) -> tuple[int, list[Fault]]:
    """Check the whole chain. Returns the number of events and every fault found."""
    head = session.get_one(AuditHead, 1)
    return head.seq, rules.check(_stored(session), head.seq, head.hash, json.loads)


def _stored(session: Session) -> Iterator[StoredEvent]:
    query = select(AuditEvent).order_by(col(AuditEvent.seq)).execution_options(yield_per=1000)
    for row in session.exec(query):
        yield StoredEvent(row.seq, row.body, row.previous, row.hash, _copies(row))


def _copies(row: AuditEvent) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "id": str(row.id),
        "recorded_at": row.recorded_at.isoformat(timespec="microseconds"),
        "happened_on": row.happened_on.isoformat(),
        "actor": row.actor,
        "kind": row.kind,
        "case_id": str(row.case_id) if row.case_id else None,
        "subject": row.subject,
    }
