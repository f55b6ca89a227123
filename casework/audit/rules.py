"""How an event is written and hashed, and how a chain is checked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from basis.messages import Message, _

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `data` holds codes, ids and HMACs only: never a personal value."""

    id: UUID
    kind: str
    actor: str
    recorded_at: datetime
    happened_on: date
    subject: str
    case_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """The columns of one stored row, as texts."""

    seq: int
    body: str
    previous: str
    hash: str
    copies: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain does not hold."""

    seq: int
    code: str
    message: Message


def body(event: Event, seq: int) -> dict[str, Any]:
    """The members of the event that are hashed."""
    return {
        "seq": seq,
        "id": str(event.id),
        "recorded_at": event.recorded_at.isoformat(timespec="microseconds"),
        "happened_on": event.happened_on.isoformat(),
        "actor": event.actor,
        "kind": event.kind,
        "case_id": str(event.case_id) if event.case_id else None,
        "subject": event.subject,
        "data": dict(event.data),
    }


def canonical(members: Mapping[str, Any]) -> str:
    """RFC 8785 (JSON Canonicalization Scheme) text."""
    return rfc8785.dumps(dict(members)).decode()


def link(previous: str, text: str) -> str:
    """SHA-256 over the previous hash and the canonical text: 64 hexadecimal digits."""
    return sha256(previous.encode() + b"\n" + text.encode()).hexdigest()


def check(
    rows: Iterable[StoredEvent],
    head_seq: int,
    head_hash: str,
    members_of: Any,
    *,
    after: int = 0,
    after_hash: str = START,
) -> list[Fault]:
    """Every fault of a chain given in order of `seq`: changed, removed or inserted events, a wrong head.

    `members_of` turns a canonical text into its members (``json.loads``). `rows` are those that follow event
    `after`, whose hash is known to be `after_hash`.
    """
    faults: list[Fault] = []
    previous, expected = after_hash, after + 1
    for row in rows:
        if row.seq != expected:
            faults.append(Fault(expected, "removed", _("Event {seq} is missing.", seq=expected)))
        if row.previous != previous:
            faults.append(
                Fault(row.seq, "unlinked", _("Event {seq} does not follow the event before it.", seq=row.seq))
            )
        if link(row.previous, row.body) != row.hash:
            faults.append(Fault(row.seq, "changed", _("The text of event {seq} was changed.", seq=row.seq)))
        else:
            members = members_of(row.body)
            for name, value in row.copies.items():
                if members.get(name) != value:
                    faults.append(
                        Fault(
                            row.seq, "changed", _("Column {name} of event {seq} was changed.", name=name, seq=row.seq)
                        )
                    )
        previous, expected = row.hash, row.seq + 1
    if expected - 1 != head_seq or previous != head_hash:
        faults.append(
            Fault(head_seq, "tail", _("The last events are missing, or the head of the history was changed."))
        )
    return faults
