"""Compares the entries of the ledger with what the history says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from itertools import islice
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
Found = list[tuple[Wrong, UUID | None]]


def compared(session: Session) -> Iterator[tuple[int, Found]]:
    """How many entries were compared, and what was wrong with them; at last what the history knows of and is gone."""
    matched = 0
    entries = _fingerprints(session)
    while some := list(islice(entries, AT_ONCE)):
        said = _said(session, [_name(entry) for entry, _subject, _print in some])
        found: Found = []
        for entry, subject, print_ in some:
            body = said.get(_name(entry))
            if body is None:
                found.append((Wrong.UNRECORDED, UUID(subject)))
            elif f'"sha256":"{print_}"' not in body:
                found.append((Wrong.CHANGED, UUID(subject)))
        matched += len(said)
        yield len(some), found
    told = sa.select(sa.func.count()).select_from(AuditEvent).where(col(AuditEvent.kind) == POSTED)
    if session.connection().execute(told).scalar_one() != matched:
        yield 0, [(Wrong.REMOVED, subject) for subject in _missing(session)]


def _fingerprints(session: Session) -> Iterator[tuple[str, str, str]]:
    """Ids of an entry and its subject as 32 hexadecimal digits, and what it looks like now, in the order of its id.

    The database makes the texts: a portfolio has entries by the million."""
    postgres = session.get_bind().dialect.name == "postgresql"

    def hexadecimal(column: Any) -> sa.ColumnElement[str]:
        return sa.func.replace(sa.cast(column, sa.String), "-", "") if postgres else sa.type_coerce(column, sa.String)

    entry, subject = hexadecimal(LedgerEntry.id), hexadecimal(LedgerEntry.subject_id)
    day = sa.cast(col(LedgerEntry.happened_on), sa.String) if postgres else _raw(LedgerEntry.happened_on)
    line = _raw(LedgerLine.account) + ":" + sa.cast(col(LedgerLine.amount_minor), sa.String)
    lines = sa.select(sa.func.aggregate_strings(line, rules.SEPARATOR)).where(
        col(LedgerLine.entry_id) == col(LedgerEntry.id)
    )
    said = (
        entry, subject, _raw(LedgerEntry.kind), _raw(LedgerEntry.currency), day, _raw(LedgerEntry.key),
        _raw(LedgerEntry.reference), sa.func.coalesce(hexadecimal(LedgerEntry.reverses_id), ""),
        _raw(LedgerEntry.reason),
    )  # fmt: skip
    whole = reduce(lambda text, part: text + rules.SEPARATOR + part, said)
    query = sa.select(entry, subject, whole, lines.scalar_subquery()).order_by(col(LedgerEntry.id))
    rows = session.connection().execute(query.execution_options(yield_per=AT_ONCE))
    for number, about, text, of_lines in rows:
        yield number, about, rules.fingerprint(text, (of_lines or "").split(rules.SEPARATOR))


def _raw(column: Any) -> sa.ColumnElement[str]:
    """As it is stored: what SQLAlchemy makes of a choice or a day costs more than the comparison."""
    return sa.type_coerce(column, sa.String)


def _name(entry: str) -> str:
    """How the history names an entry, by the hexadecimal digits of its id."""
    return f"{_SUBJECT}{entry[:8]}-{entry[8:12]}-{entry[12:16]}-{entry[16:20]}-{entry[20:]}"


def _said(session: Session, subjects: list[str]) -> dict[str, str]:
    # By the subject alone: with the kind beside it SQLite reads all events of that kind each time.
    query = sa.select(col(AuditEvent.subject), col(AuditEvent.body)).where(col(AuditEvent.subject).in_(subjects))
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
