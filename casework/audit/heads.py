"""Tree heads over the history: what one would say now, writing it down, and proofs out of the stored nodes.

A head is made only if everything since the one before still is what it was: then what the recipients of the heads
hold stands for the whole history, and nobody can shorten or rewrite it without their noticing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound, PredepartureError, Refused
from basis.messages import _
from casework.audit import merkle, rules
from casework.audit.rules import START, Fault, StoredEvent
from casework.audit.stored import stored, tiles
from casework.audit.tables import AuditEvent, AuditHead, AuditNode, TreeHead, TreeHeadMail
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxItem, OutboxKind
from casework.work import Work

MADE = "tree_head.made"
REFUSED = "tree_head.refused"
MAILED = "tree_head.mailed"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the next head says, not signed yet, and the nodes that became complete since the one before."""

    number: int
    size: int
    root: str
    chain: str
    previous: str
    nodes: tuple[tuple[int, int, bytes], ...]


class Broken(Refused):
    """The history does not go on from the last head: `fault` is the first place where it does not."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(
            "history_broken",
            _("No tree head was made: the history was changed. {fault}", fault=fault.message),
            _(
                "Keep the machine as it is, and run: predeparture audit verify. "
                "Compare with a backup and with the heads that were sent."
            ),
        )
        self.fault = fault

    def __reduce__(self) -> tuple[type[Broken], tuple[Fault]]:  # type: ignore[override]
        return type(self), (self.fault,)


def newest(session: Session) -> TreeHead | None:
    return session.exec(select(TreeHead).order_by(col(TreeHead.number).desc()).limit(1)).one_or_none()


def of_day(session: Session, day: date) -> TreeHead | None:
    return session.exec(select(TreeHead).where(TreeHead.day == day)).one_or_none()


def find(session: Session, day: date) -> TreeHead:
    """The head of a day. Raises `NotFound` (``tree_head``)."""
    head = of_day(session, day)
    if head is None:
        raise NotFound(
            "tree_head",
            _("There is no tree head of {day}.", day=day.isoformat()),
            _("List them with: predeparture audit heads."),
        )
    return head


def digest(head: TreeHead | None) -> str:
    """How the next head names this one: the SHA-256 of its file."""
    return sha256(head.body.encode()).hexdigest() if head else ""


def draft(session: Session) -> Draft:
    """Check everything since the last head, and say what the next one says. Raises `Broken`, `NotFound` (``history``).

    Reads only; events that come meanwhile are for the next one.
    """
    head, last = session.get_one(AuditHead, 1), newest(session)
    if head.seq == 0:
        raise NotFound("history", _("The history has no event yet."))
    growing = _gone_on_with(session, last, head.seq)
    nodes: list[tuple[int, int, bytes]] = []
    after, after_hash = (last.size, last.chain) if last else (0, START)
    faults = rules.check(
        _planted(stored(session, after, head.seq), growing, nodes),
        head.seq,
        head.hash,
        json.loads,
        after=after,
        after_hash=after_hash,
    )
    if faults:
        raise Broken(faults[0])
    return Draft(
        number=last.number + 1 if last else 1,
        size=head.seq,
        root=growing.root().hex(),
        chain=head.hash,
        previous=digest(last),
        nodes=tuple(nodes),
    )


def record(work: Work, made: Draft, day: date, body: str, addresses: Sequence[str]) -> TreeHead:
    """Write the signed head of the day, and have it sent. Raises `Conflict` (``sealed_meanwhile``)."""
    if digest(newest(work.session)) != made.previous or of_day(work.session, day) is not None:
        raise Conflict(
            "sealed_meanwhile", _("Somebody made a tree head at the same time."), _("List them: audit heads.")
        )
    head = TreeHead(
        number=made.number,
        day=day,
        size=made.size,
        root=made.root,
        chain=made.chain,
        previous=made.previous,
        made_at=work.now,
        body=body,
    )
    work.session.add(head)
    work.session.add_all(AuditNode(level=level, position=position, hash=hash_) for level, position, hash_ in made.nodes)
    work.session.flush()
    work.record(MADE, f"tree_head/{head.id}", data={"number": head.number, "size": head.size, "root": head.root})
    for address in dict.fromkeys(addresses):
        mail = TreeHeadMail(head_id=head.id, address=address, asked_at=work.now)
        work.session.add(mail)
        work.session.flush()
        outbox.put(work, OutboxKind.MAIL, mail.id, None, str(mail.id))
    return head


def due(session: Session, day: date) -> bool:
    """Whether the day still lacks its head, and was not refused it."""
    word = last_word(session)
    refused = word is not None and (word.kind, word.happened_on) == (REFUSED, day)
    return not refused and of_day(session, day) is None


def mails(session: Session, ids: Sequence[UUID]) -> list[TreeHeadMail]:
    return list(session.exec(select(TreeHeadMail).where(col(TreeHeadMail.id).in_(ids))))


def lost_mails(session: Session) -> list[TreeHeadMail]:
    """Mails that nobody was asked to send, as after restoring a backup."""
    asked = exists().where(col(OutboxItem.kind) == OutboxKind.MAIL, col(OutboxItem.subject_id) == col(TreeHeadMail.id))
    return list(session.exec(select(TreeHeadMail).where(col(TreeHeadMail.sent_at).is_(None), ~asked)))


def ask_again(work: Work, lost: Sequence[TreeHeadMail]) -> None:
    for mail in lost:
        outbox.put(work, OutboxKind.MAIL, mail.id, None, str(mail.id))


def mailed(work: Work, ids: Sequence[UUID]) -> None:
    """The mail server took these mails."""
    for mail in mails(work.session, ids):
        if mail.sent_at is None:
            mail.sent_at = work.now
            work.session.add(mail)
            work.record(MAILED, f"tree_head/{mail.head_id}", data={"mail": str(mail.id)})


def refuse(work: Work, fault: Fault) -> None:
    """Raise the alarm, once a day: it stands until a head can be made again."""
    last = last_word(work.session)
    if last is None or (last.kind, last.happened_on) != (REFUSED, work.today):
        work.record(REFUSED, "audit_head/1", data={"seq": fault.seq, "code": fault.code})


def last_word(session: Session) -> AuditEvent | None:
    """The last event about tree heads: one was made, or none could be."""
    query = select(AuditEvent).where(col(AuditEvent.kind).in_([MADE, REFUSED]))
    return session.exec(query.order_by(col(AuditEvent.seq).desc()).limit(1)).one_or_none()


def prove_inclusion(session: Session, seq: int, head: TreeHead) -> tuple[str, list[bytes]]:
    """The text of event `seq` and the path from it to the head. Raises `NotFound`, `Refused` (``not_proved``)."""
    event = session.get(AuditEvent, seq)
    if event is None or seq > head.size:
        raise NotFound(
            "not_in_head",
            _("Event {seq} is not under the tree head of {day}.", seq=seq, day=head.day.isoformat()),
            _("Name a later head with --head, or make one with: predeparture audit seal."),
        )
    try:
        path = merkle.inclusion_proof(seq - 1, head.size, merkle.nodes_of(tiles(session)))
    except LookupError:
        raise _not_proved() from None
    leaf, root = merkle.leaf_hash(event.body.encode()), bytes.fromhex(head.root)
    if not merkle.verify_inclusion(leaf, seq - 1, head.size, path, root):
        raise _not_proved()
    return event.body, path


def note_proof(work: Work, seq: int, head: TreeHead) -> None:
    """The history says who took an event out of it for others."""
    work.record("audit_event.proved", f"audit_event/{seq}", data={"head": head.number})


def seq_of(session: Session, event_id: UUID) -> int:
    """The place of an event. Raises `NotFound` (``event``)."""
    seq = session.exec(select(AuditEvent.seq).where(AuditEvent.id == event_id)).one_or_none()
    if seq is None:
        raise NotFound("event", _("There is no such event."), _("Take its number or id from the history."))
    return seq


def prove_consistency(session: Session, first: TreeHead, second: TreeHead) -> list[bytes]:
    """The path from one head to a later one. Raises `Refused` (``not_proved``)."""
    try:
        path = merkle.consistency_proof(first.size, second.size, merkle.nodes_of(tiles(session)))
    except (LookupError, ValueError):
        raise _not_proved() from None
    roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
    if not merkle.verify_consistency(first.size, second.size, *roots, path):
        raise _not_proved()
    return path


def _gone_on_with(session: Session, last: TreeHead | None, count: int) -> merkle.Growing:
    """The tree of the last head, which is that head still. Raises `Broken`."""
    if last is None:
        return merkle.Growing()
    day = last.day.isoformat()
    if count < last.size:
        raise Broken(Fault(count, "tail", _("Events are missing that the tree head of {day} covers.", day=day)))
    growing = merkle.Growing.at(last.size, tiles(session))
    if growing.root().hex() != last.root:
        words = _("Events up to {seq} are not those of the tree head of {day}.", seq=last.size, day=day)
        raise Broken(Fault(last.size, "head", words))
    return growing


def _planted(
    rows: Iterable[StoredEvent], growing: merkle.Growing, nodes: list[tuple[int, int, bytes]]
) -> Iterator[StoredEvent]:
    for row in rows:
        nodes.extend(growing.add(merkle.leaf_hash(row.body.encode())))
        yield row


def _not_proved() -> PredepartureError:
    return Refused(
        "not_proved",
        _("What is stored does not lead to this tree head: the history was changed since."),
        _("Run: predeparture audit verify. It names what was changed."),
    )
