"""Compares the entries of the ledger with what the history says of them, and looks whether each balances."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import chain, islice, zip_longest
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from casework.audit.tables import AuditEvent
from casework.ledger import rules
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.ledger.wrong import Wrong

AT_ONCE: Final = 2_000
"""Rows that are read at once."""
POSTED: Final = "ledger.posted"
_SUBJECT: Final = "ledger_entry/"
_LAST: Final = ("g", "", 0)
"""Behind every hexadecimal number."""
Found = list[tuple[Wrong, UUID | None]]


def compared(session: Session) -> Iterator[tuple[int, Found]]:
    """How many entries were looked at, and what was wrong with them; at last what only one of the two sides has.

    Entries and events pass by together, each in the order in which it came to be; what one side has before the other
    waits for it. So hardly anything is held, and nothing is looked up.
    """
    entries, events = _fingerprints(session), _said(session)
    waiting: dict[str, tuple[str, str]] = {}
    said: dict[str, str] = {}
    for some, more in zip_longest(_portions(entries), _portions(events), fillvalue=()):
        said.update(more)
        found: Found = []
        for entry, subject, print_, balance in some:
            waiting[entry] = subject, print_
            if balance != 0:
                found.append((Wrong.UNBALANCED, UUID(subject)))
        for entry in [entry for entry, *_rest in chain(some, more) if entry in waiting and entry in said]:
            if entry in waiting:  # it may stand in both
                subject, print_ = waiting.pop(entry)
                if f'"sha256":"{print_}"' not in said.pop(entry):
                    found.append((Wrong.CHANGED, UUID(subject)))
        yield len(some), found
    yield 0, [(Wrong.UNRECORDED, UUID(subject)) for subject, _print in waiting.values()]
    yield 0, [(Wrong.REMOVED, subject) for subject in _missing(session, said)]


def _portions(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _fingerprints(session: Session) -> Iterator[tuple[str, str, str, int | None]]:
    """Ids of an entry and its subject as 32 hexadecimal digits, what it looks like now, and the sum of its lines, in
    the order of its id; no sum where it has no lines.

    The database makes the texts: a portfolio has entries by the million."""
    entry, subject = _hexadecimal(session, LedgerEntry.id), _hexadecimal(session, LedgerEntry.subject_id)
    day = sa.cast(col(LedgerEntry.happened_on), sa.String) if _is_postgres(session) else _raw(LedgerEntry.happened_on)
    said = (
        entry, subject, _raw(LedgerEntry.kind), _raw(LedgerEntry.currency), day, _raw(LedgerEntry.key),
        _raw(LedgerEntry.reference), sa.func.coalesce(_hexadecimal(session, LedgerEntry.reverses_id), ""),
        _raw(LedgerEntry.reason),
    )  # fmt: skip
    whole = reduce(lambda text, part: text + rules.SEPARATOR + part, said)
    query = sa.select(entry, subject, whole).order_by(col(LedgerEntry.id))
    # The entries are asked for first, their events last: what is booked meanwhile is known to all that comes after.
    entries, lines = _read(session, query), _lines(session)
    at, of_lines, balance = next(lines, _LAST)
    for number, about, text in entries:
        while at < number:
            at, of_lines, balance = next(lines, _LAST)
        if at == number:
            yield number, about, rules.fingerprint(text, of_lines.split(rules.SEPARATOR)), balance
        else:
            yield number, about, rules.fingerprint(text, [""]), None


def _lines(session: Session) -> Iterator[tuple[str, str, int]]:
    """The lines of each entry that has any, with their sum, in the same order; beside it, and not of each entry by
    itself, because the database reads both in half of the time."""
    line = _raw(LedgerLine.account) + ":" + sa.cast(col(LedgerLine.amount_minor), sa.String)
    query = (
        sa.select(
            _hexadecimal(session, LedgerLine.entry_id),
            sa.func.aggregate_strings(line, rules.SEPARATOR),
            sa.func.sum(col(LedgerLine.amount_minor)),
        )
        .group_by(col(LedgerLine.entry_id))
        .order_by(col(LedgerLine.entry_id))
    )
    return _read(session, query)


def _read(session: Session, query: sa.Executable) -> Iterator[Any]:
    """Asked at once, read as the rows are taken."""
    return _passing(session.connection().execute(query.execution_options(yield_per=AT_ONCE)))


def _passing(result: sa.CursorResult[Any]) -> Iterator[Any]:
    with result:
        yield from chain.from_iterable(result.partitions(AT_ONCE))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _hexadecimal(session: Session, column: Any) -> sa.ColumnElement[str]:
    return sa.func.replace(sa.cast(column, sa.String), "-", "") if _is_postgres(session) else _raw(column)


def _raw(column: Any) -> sa.ColumnElement[str]:
    """As it is stored: what SQLAlchemy makes of a choice or a day costs more than the comparison."""
    return sa.type_coerce(column, sa.String)


def _said(session: Session) -> Iterator[tuple[str, str]]:
    """The id of each entry that the history knows, as 32 hexadecimal digits, and its event."""
    query = (
        sa.select(col(AuditEvent.subject), col(AuditEvent.body))
        .where(col(AuditEvent.kind) == POSTED)
        .order_by(col(AuditEvent.seq))
    )
    for subject, body in _read(session, query):
        yield subject.removeprefix(_SUBJECT).replace("-", ""), body


def _missing(session: Session, said: Mapping[str, str]) -> Iterator[UUID]:
    """The loan or entitlement of each of these events whose entry is gone."""
    for some in _portions(iter(said)):
        ids = [UUID(entry) for entry in some]
        here = set(session.connection().scalars(sa.select(col(LedgerEntry.id)).where(col(LedgerEntry.id).in_(ids))))
        for entry in ids:
            if entry not in here:
                yield UUID(json.loads(said[entry.hex])["data"]["of"].rpartition("/")[2])
