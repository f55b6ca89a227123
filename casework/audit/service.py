"""Append events to the history; check the whole of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from basis.messages import Message, _
from casework.audit import heads, merkle, rules
from casework.audit.rules import Event, Fault, StoredEvent
from casework.audit.stored import stored
from casework.audit.tables import AuditEvent, AuditHead, AuditNode, TreeHead


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


def verify(session: Session, held: Mapping[int, str] | None = None) -> tuple[int, list[Fault]]:
    """Check the whole chain, and the tree over it with its heads. Returns the number of events and every fault found.

    `held`: heads that somebody else kept, as size and root; events up to that size must lead to that root.
    """
    head = session.get_one(AuditHead, 1)
    walk = _Walk(session, dict(held or {}))
    faults = rules.check(walk.over(stored(session)), head.seq, head.hash, json.loads)
    return head.seq, faults + walk.faults


@dataclass(slots=True)
class _Walk:
    """Compares the tree over all events with what is stored of it, while the events pass by."""

    session: Session
    held: dict[int, str]
    faults: list[Fault] = field(default_factory=list)
    growing: merkle.Growing = field(default_factory=merkle.Growing)

    def over(self, rows: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
        sealed = list(self.session.exec(select(TreeHead).order_by(col(TreeHead.number))))
        self._links(sealed)
        stored_nodes = {(one.level, one.position): one.hash for one in self.session.exec(select(AuditNode))}
        by_size = {head.size: head for head in sealed}
        for row in rows:
            yield row
            for level, position, hash_ in self.growing.add(merkle.leaf_hash(row.body.encode())):
                if stored_nodes.pop((level, position), hash_) != hash_:
                    self._fault(row.seq, "node", _("A stored hash over events up to {seq} was changed.", seq=row.seq))
            size = self.growing.size
            if size in by_size:
                self._compare(by_size[size], row)
            if size in self.held and self.held.pop(size) != self.growing.root().hex():
                self._held(size)
        for head in (one for one in sealed if one.size > self.growing.size):
            self._missing(head)
        if stored_nodes:
            self._fault(self.growing.size, "node", _("Hashes are stored over events that are not there."))
        for size in self.held:
            self._held(size)

    def _links(self, sealed: Sequence[TreeHead]) -> None:
        previous, number = "", 0
        for head in sealed:
            number += 1
            if (head.number, head.previous) != (number, previous) or not _copied(head):
                words = _("The tree head of {day} was changed, or one before it is missing.", day=head.day.isoformat())
                self._fault(head.size, "head", words)
            previous, number = heads.digest(head), head.number

    def _compare(self, head: TreeHead, row: StoredEvent) -> None:
        if (head.root, head.chain) != (self.growing.root().hex(), row.hash):
            day = head.day.isoformat()
            self._fault(
                row.seq, "head", _("Events up to {seq} are not those of the tree head of {day}.", seq=row.seq, day=day)
            )

    def _missing(self, head: TreeHead) -> None:
        words = _("Events are missing that the tree head of {day} covers.", day=head.day.isoformat())
        self._fault(head.size, "head", words)

    def _held(self, size: int) -> None:
        self._fault(size, "held", _("Events up to {seq} are not those of the tree head that was handed in.", seq=size))

    def _fault(self, seq: int, code: str, message: Message) -> None:
        self.faults.append(Fault(seq, code, message))


def _copied(head: TreeHead) -> bool:
    """Whether the columns say what the signed text says."""
    try:
        members = json.loads(head.body)
    except ValueError:
        return False
    names = ("number", "size", "root", "chain", "previous")
    return (
        isinstance(members, dict)
        and all(members.get(name) == getattr(head, name) for name in names)
        and (members.get("day") == head.day.isoformat())
    )
