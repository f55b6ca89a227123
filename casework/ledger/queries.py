"""What the ledger holds: balances and entries, now or as they were known on a past day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from casework.ledger.rules import SEPARATOR, Booked, LedgerAccount, Line
from casework.ledger.tables import LedgerEntry, LedgerLine

_AT_ONCE: Final = 5_000
"""Ids in one statement: SQLite takes 32,766 values, PostgreSQL 65,535."""
_NAMES: Final = (
    "id", "kind", "currency", "happened_on", "recorded_at", "recorded_by", "reference", "reverses_id", "reason",
)  # fmt: skip
"""The fields of `Booked` in their order, but the subject, which comes second, and the lines, which come last."""
# Columns, not rows of the tables' classes, and lines as one text: statements of a portfolio read them by the million.
_ENTRY: Final = [
    sa.type_coerce(getattr(LedgerEntry, name), sa.String) if name == "id" else getattr(LedgerEntry, name)
    for name in _NAMES
]
_SUBJECT: Final = sa.type_coerce(LedgerEntry.subject_id, sa.String)
_LINE: Final = sa.type_coerce(LedgerLine.account, sa.String) + ":" + sa.cast(col(LedgerLine.amount_minor), sa.String)
_LINES: Final = (
    sa.select(sa.func.aggregate_strings(_LINE, SEPARATOR))
    .where(col(LedgerLine.entry_id) == col(LedgerEntry.id))
    .correlate(LedgerEntry)
    .scalar_subquery()
)
_ACCOUNTS: Final = {account.value: account for account in LedgerAccount}


def balances(
    session: Session, subject_ids: Collection[UUID], *, on: date | None = None, known_at: datetime | None = None
) -> Mapping[UUID, Mapping[LedgerAccount, int]]:
    """What every account of each subject holds: minor units, a debit positive, 0 where nothing is booked.

    `on`: by what had happened until the end of that day; `known_at`: by what had been recorded until that instant.
    One statement for every 5,000 subjects.
    """
    held = {subject: dict.fromkeys(LedgerAccount, 0) for subject in subject_ids}
    for some in _chunks(held):
        query = (
            select(LedgerEntry.subject_id, LedgerLine.account, func.sum(LedgerLine.amount_minor))
            .join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
            .where(col(LedgerEntry.subject_id).in_(some), *_until(on, known_at))
            .group_by(col(LedgerEntry.subject_id), col(LedgerLine.account))
        )
        for subject, account, total in session.exec(query):
            held[subject][LedgerAccount(account)] = int(total)  # PostgreSQL sums bigints as numeric
    return held


def entries(
    session: Session, subject_id: UUID, *, on: date | None = None, known_at: datetime | None = None
) -> list[Booked]:
    """The entries of one subject in the order in which they happened, those of one day as they were recorded."""
    return entries_of(session, [subject_id], on=on, known_at=known_at)[subject_id]


def entries_of(
    session: Session, subject_ids: Collection[UUID], *, on: date | None = None, known_at: datetime | None = None
) -> Mapping[UUID, list[Booked]]:
    """The same of many subjects, in one statement for every 5,000."""
    found: dict[UUID, list[Booked]] = {subject: [] for subject in subject_ids}
    for some in _chunks(found):
        rows = _rows(session, col(LedgerEntry.subject_id).in_(some), *_until(on, known_at))
        for raw, entries_ in groupby(rows, key=itemgetter(0)):
            subject = _id(raw)
            found[subject] = [_booked(subject, row) for row in entries_]
    return found


def booked(session: Session, rows: Sequence[LedgerEntry]) -> list[Booked]:
    """Entries with their lines, in the order of `rows`."""
    found = {_id(row.id): row for row in _rows(session, col(LedgerEntry.id).in_([row.id for row in rows]))}
    return [_booked(row.subject_id, found[row.id]) for row in rows]


def _id(raw: Any) -> UUID:
    # The driver of PostgreSQL gives UUIDs; out of SQLite's digits this way takes half of the time.
    return raw if isinstance(raw, UUID) else UUID(int=int(raw, 16))


def _rows(session: Session, *chosen: ColumnElement[bool]) -> Iterator[Any]:
    order = (LedgerEntry.subject_id, LedgerEntry.happened_on, LedgerEntry.recorded_at, LedgerEntry.id)
    query = sa.select(_SUBJECT, _LINES, *_ENTRY).where(*chosen).order_by(*map(col, order))
    yield from chain.from_iterable(session.connection().execute(query).partitions(_AT_ONCE))


def _booked(subject: UUID, row: Any) -> Booked:
    _subject, text, entry_id, *others = row
    return Booked(*(_id(entry_id), subject, *others, _lines(text or "")))


@lru_cache(maxsize=10_000)  # instalments are equal, so most entries of a loan have the lines of another
def _lines(text: str) -> tuple[Line, ...]:
    parts = (line.partition(":") for line in sorted(text.split(SEPARATOR)) if line)
    return tuple(Line(_ACCOUNTS[name], int(amount)) for name, _colon, amount in parts)


def currencies(session: Session, subject_id: UUID) -> frozenset[str]:
    """In what a subject's accounts are kept: one currency, none before the first entry."""
    query = select(LedgerEntry.currency).where(LedgerEntry.subject_id == subject_id).distinct()
    return frozenset(session.exec(query))


def _until(on: date | None, known_at: datetime | None) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if on is not None:
        limits.append(col(LedgerEntry.happened_on) <= on)
    if known_at is not None:
        limits.append(col(LedgerEntry.recorded_at) <= known_at)
    return limits


def _chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    left = iter(ids)
    while some := list(islice(left, _AT_ONCE)):
        yield some
