"""Put effects into the outbox, claim what is due, record how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework.outbox import rules
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.work import Work

_CHUNK = 500
_MAILS = frozenset({OutboxKind.MAIL, OutboxKind.REMIND})


def put(work: Work, kind: OutboxKind, subject_id: UUID, case_id: UUID | None, key: str) -> None:
    """Ask for an effect after the commit. The same key is the same effect; asked again it becomes pending anew."""
    full_key = f"{kind.value}:{key}"
    item = work.session.exec(select(OutboxItem).where(OutboxItem.key == full_key)).one_or_none()
    if item is None:
        item = OutboxItem(
            key=full_key,
            kind=kind,
            subject_id=subject_id,
            case_id=case_id,
            created_at=work.now,
            next_attempt_at=work.now,
        )
    else:
        item.generation += 1
        item.state, item.attempts, item.next_attempt_at, item.last_error = OutboxState.PENDING, 0, work.now, ""
    work.session.add(item)
    work.session.flush()


def put_cases(work: Work, case_ids: Sequence[UUID], kind: OutboxKind = OutboxKind.ADVANCE) -> None:
    """Ask for an effect on many cases at once, in a few statements; each is what `put` does for one. A mail that does
    not go out holds up no case, so a reminder names none."""
    put_many(work, kind, {one: None if kind in _MAILS else one for one in case_ids})


def put_many(work: Work, kind: OutboxKind, cases: Mapping[UUID, UUID | None]) -> None:
    """Ask for an effect on many subjects at once, each keyed by itself. `cases`: the case of each, if it has one."""
    subjects = list(cases)
    for start in range(0, len(subjects), _CHUNK):
        keys = {f"{kind.value}:{one}": one for one in subjects[start : start + _CHUNK]}
        known = set(work.session.exec(select(OutboxItem.key).where(col(OutboxItem.key).in_(keys))))
        work.session.exec(
            update(OutboxItem)
            .where(col(OutboxItem.key).in_(known))
            .values(
                generation=col(OutboxItem.generation) + 1,
                state=OutboxState.PENDING,
                attempts=0,
                next_attempt_at=work.now,
                last_error="",
            )
        )
        work.session.add_all(
            OutboxItem(
                key=key,
                kind=kind,
                subject_id=one,
                case_id=cases[one],
                created_at=work.now,
                next_attempt_at=work.now,
            )
            for key, one in keys.items()
            if key not in known
        )
        work.session.flush()


def due(session: Session, now: datetime, limit: int = 500) -> list[OutboxItem]:
    """Effects whose time has come, oldest first."""
    query = (
        select(OutboxItem)
        .where(col(OutboxItem.state) == OutboxState.PENDING, col(OutboxItem.next_attempt_at) <= now)
        .order_by(col(OutboxItem.created_at), col(OutboxItem.id))
        .limit(limit)
    )
    return list(session.exec(query))


def unfinished(session: Session) -> list[OutboxItem]:
    """Effects that have not happened yet: waiting for their time, or stuck."""
    return list(session.exec(select(OutboxItem).where(col(OutboxItem.state) != OutboxState.DONE)))


def revive(work: Work, case_id: UUID | None = None) -> None:
    """What is stuck, of one case or of all, is tried again as if it were asked for now."""
    query = select(OutboxItem).where(col(OutboxItem.state) == OutboxState.STUCK)
    _revive(work, query if case_id is None else query.where(col(OutboxItem.case_id) == case_id))


def revive_cases(work: Work, case_ids: Sequence[UUID]) -> None:
    """`revive` of many cases at once."""
    for start in range(0, len(case_ids), _CHUNK):
        part = case_ids[start : start + _CHUNK]
        stuck = select(OutboxItem).where(col(OutboxItem.state) == OutboxState.STUCK)
        _revive(work, stuck.where(col(OutboxItem.case_id).in_(part)))


def _revive(work: Work, query: SelectOfScalar[OutboxItem]) -> None:
    for item in work.session.exec(query):
        item.generation += 1
        item.state, item.attempts, item.next_attempt_at = OutboxState.PENDING, 0, work.now
        work.session.add(item)


def done(work: Work, items: Iterable[OutboxItem]) -> None:
    """Record that the effects happened; one that was asked for again since it was read stays pending."""
    for item in items:
        work.session.exec(
            update(OutboxItem)
            .where(col(OutboxItem.id) == item.id, col(OutboxItem.generation) == item.generation)
            .values(state=OutboxState.DONE, done_at=work.now, last_error="")
        )


def failed(work: Work, item_id: UUID, sentence: str) -> OutboxItem:
    """Record a failure in words; the effect is tried again later, or is stuck."""
    item = work.session.get_one(OutboxItem, item_id)
    item.attempts += 1
    item.last_error = sentence
    wait = (rules.wait_for_mail if item.kind in _MAILS else rules.wait_after)(item.attempts)
    if wait is None:
        item.state = OutboxState.STUCK
        work.record("outbox.stuck", f"outbox/{item.id}", case_id=item.case_id, data={"kind": item.kind.value})
    else:
        item.next_attempt_at = work.now + wait
    work.session.add(item)
    return item
