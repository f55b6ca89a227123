"""Compares the entries of the ledger with what the history says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from casework.audit.tables import AuditEvent
from casework.ledger import rules
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.ledger.wrong import Wrong

AT_ONCE: Final = 2_000
"""Entries that are compared with the history by one statement."""
POSTED: Final = "ledger.posted"
_SUBJECT: Final = "ledger_entry/"
_ENTRY: Final = (
    "id", "subject_id", "kind", "currency", "happened_on", "key", "reference", "reverses_id", "reason",
)  # fmt: skip

Found = list[tuple[Wrong, UUID | None]]


def compared(session: Session) -> Iterator[tuple[int, Found]]:
    """How many entries were compared, and what was wrong with them; at last what the history knows of and is gone."""
    matched = 0
    entries = _fingerprints(session)
    while some := {UUID(entry): (UUID(subject), print_) for entry, subject, print_ in islice(entries, AT_ONCE)}:
        said = _said(session, [f"{_SUBJECT}{entry}" for entry in some])
        found: Found = []
        for entry, (subject, print_) in some.items():
            body = said.get(f"{_SUBJECT}{entry}")
            if body is None:
                found.append((Wrong.UNRECORDED, subject))
            elif f'"sha256":"{print_}"' not in body:
                found.append((Wrong.CHANGED, subject))
        matched += len(said)
        yield len(some), found
    told = sa.select(sa.func.count()).select_from(AuditEvent).where(col(AuditEvent.kind) == POSTED)
    if session.connection().execute(told).scalar_one() != matched:
        yield 0, [(Wrong.REMOVED, subject) for subject in _missing(session)]


def _fingerprints(session: Session) -> Iterator[tuple[str, str, str]]:
    """Ids of an entry and its subject, and what it looks like now, in the order of the entries' ids."""
    # Raw values: what SQLAlchemy makes of a UUID, a day, a choice costs more than the rest of the comparison.
    entry = [sa.type_coerce(getattr(LedgerEntry, name), sa.String) for name in _ENTRY]
    line = [sa.type_coerce(col(LedgerLine.account), sa.String), col(LedgerLine.amount_minor)]
    query = (
        sa.select(*entry, *line)
        .select_from(LedgerEntry)
        .outerjoin(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
        .order_by(col(LedgerEntry.id))
    )
    rows = session.connection().execute(query.execution_options(yield_per=AT_ONCE))
    for _entry, lines in groupby(rows, key=itemgetter(0)):
        every: list[Any] = list(lines)
        number, subject, kind, currency, day, key, reference, reverses, reason = map(_text, every[0][: len(_ENTRY)])
        yield (
            number,
            subject,
            rules.fingerprint(
                (number, subject),
                kind,
                currency,
                day,
                key=key,
                reference=reference,
                reverses=reverses,
                reason=reason,
                lines=[(row[-2], row[-1]) for row in every if row[-1] is not None],
            ),
        )


def _text(value: Any) -> str:
    """PostgreSQL's driver gives ids and days as objects, SQLite's as text."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date):
        return value.isoformat()
    return value or ""


def _said(session: Session, subjects: list[str]) -> dict[str, str]:
    query = sa.select(col(AuditEvent.subject), col(AuditEvent.body)).where(
        col(AuditEvent.subject).in_(subjects), col(AuditEvent.kind) == POSTED
    )
    return {str(row[0]): str(row[1]) for row in session.connection().execute(query)}


def _missing(session: Session) -> Iterator[UUID]:
    """The loan or entitlement of every event whose entry is gone."""
    query = sa.select(col(AuditEvent.subject), col(AuditEvent.body)).where(col(AuditEvent.kind) == POSTED)
    events = session.connection().execute(query.execution_options(yield_per=AT_ONCE))
    for some in events.partitions():
        bodies = {UUID(subject.removeprefix(_SUBJECT)): body for subject, body in some}
        here = set(session.connection().scalars(sa.select(col(LedgerEntry.id)).where(col(LedgerEntry.id).in_(bodies))))
        for entry in bodies.keys() - here:
            yield UUID(json.loads(bodies[entry])["data"]["of"].rpartition("/")[2])
