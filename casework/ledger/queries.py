"""What the ledger holds: balances and entries, now or as they were known on a past day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from casework.ledger.rules import Booked, LedgerAccount, Line
from casework.ledger.tables import LedgerEntry, LedgerLine

_AT_ONCE: Final = 5_000
"""Ids in one statement: SQLite takes 32,766 values, PostgreSQL 65,535."""
_NAMES: Final = (
    "id", "subject_id", "kind", "currency", "happened_on", "recorded_at", "recorded_by", "reference", "reverses_id",
    "reason",
)  # fmt: skip
"""The fields of `Booked`, in their order."""
# Columns, not rows of the tables' classes: statements of a portfolio read entries by the million.
_ENTRY: Final = [getattr(LedgerEntry, name) for name in _NAMES]
_LINE: Final = (col(LedgerLine.entry_id), col(LedgerLine.account), col(LedgerLine.amount_minor))


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
    """The same of many subjects, in two statements for every 5,000."""
    found: dict[UUID, list[Booked]] = {subject: [] for subject in subject_ids}
    for some in _chunks(found):
        query = (
            sa.select(*_ENTRY)
            .where(col(LedgerEntry.subject_id).in_(some), *_until(on, known_at))
            .order_by(col(LedgerEntry.happened_on), col(LedgerEntry.recorded_at), col(LedgerEntry.id))
        )
        rows = session.connection().execute(query).all()
        lines = lines_of(session, [row.id for row in rows])
        for row in rows:
            found[row.subject_id].append(Booked(*(*row, lines[row.id])))
    return found


def booked(session: Session, rows: Sequence[LedgerEntry]) -> list[Booked]:
    """Entries with their lines, in the order of `rows`."""
    lines = lines_of(session, [row.id for row in rows])
    return [Booked(*(*(getattr(row, name) for name in _NAMES), lines[row.id])) for row in rows]


def lines_of(session: Session, entry_ids: Collection[UUID]) -> Mapping[UUID, tuple[Line, ...]]:
    """The lines of entries, in the order of their accounts' names."""
    lines: dict[UUID, list[Line]] = {entry: [] for entry in entry_ids}
    for some in _chunks(lines):
        query = sa.select(*_LINE).where(col(LedgerLine.entry_id).in_(some)).order_by(*_LINE[:2])
        for entry, account, amount in session.connection().execute(query):
            lines[entry].append(Line(account, amount))
    return {entry: tuple(found) for entry, found in lines.items()}


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
