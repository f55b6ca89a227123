"""The rows that change hands when records are merged: every table that names a worker, whoever added it.

What describes one record and not the person stays with it: its versions and the stays copied from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlmodel import Session, SQLModel, col, select

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.workers import merge_queries as merges
from casework.workers.merge_tables import WorkerMerge
from casework.workers.tables import Worker

_OF_THE_RECORD = frozenset({"worker_version", "worker_residence"})
_FILE = "evidence_file"

TOLD: Mapping[str, Message] = {
    "case_file": _("Cases"),
    "evidence_item": _("Papers"),
    "evidence_file": _("Files"),
    "certificate": _("Documents"),
    "legal_basis": _("Legal bases"),
    "former_passport": _("Former passports"),
    "household_member": _("Stays in households"),
}
"""What may be told of the rows that change hands: that there is a possible match or an examination is not."""

Moved = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Added:
    """A row recorded since a merge that hangs on no case of the merged record: a person says where it goes."""

    table: str
    id: UUID
    recorded_at: datetime | None

    @property
    def key(self) -> str:
        return f"{self.table}/{self.id}"


@cache
def tables() -> tuple[Table, ...]:
    """The tables whose rows belong to a person by a column ``worker_id``."""
    found = [
        table
        for table in SQLModel.metadata.sorted_tables
        if "worker_id" in table.c
        and any(key.column.table.name == "worker" for key in table.c.worker_id.foreign_keys)
        and table.name not in _OF_THE_RECORD
    ]
    return tuple(found)


def count(session: Session, worker_id: UUID) -> dict[str, int]:
    """How many rows of each table belong to a record; tables without any are left out."""
    found = {table.name: len(_ids(session, table, worker_id)) for table in tables()}
    return {name: number for name, number in found.items() if number}


def move(session: Session, source: UUID, target: UUID) -> Moved:
    """Give every row of one record to another. Returns the ids by table."""
    session.flush()
    moved: Moved = {}
    for table in tables():
        ids = _ids(session, table, source)
        if ids:
            _give(session, table, ids, source, target)
            moved[table.name] = [str(one) for one in ids]
    session.expire_all()
    return moved


def added_since(session: Session, row: WorkerMerge) -> list[Added]:
    """What was recorded for the kept record since the merge and follows no case, and cases opened since; what other
    merges brought is theirs."""
    return [one for table in tables() if table.name != _FILE for one in _added(session, row, table)]


def give_back(session: Session, row: WorkerMerge, chosen: frozenset[str]) -> Moved:
    """Give the merged record its rows back, then what hangs on its cases, then what was `chosen`.

    Returns what went beyond the rows that had come. Raises `InvalidInput` (``unknown_row``).
    """
    session.flush()
    if unknown := chosen - {one.key for one in added_since(session, row)}:
        raise InvalidInput(
            "unknown_row",
            _("{count} rows were named that were not added since the merge.", count=len(unknown)),
            _("Look at the page of the merge and choose from its list."),
        )
    returned: Moved = defaultdict(list)
    for table in tables():
        ids = [UUID(one) for one in row.moved.get(table.name, ())]
        _give(session, table, ids, row.kept_id, row.merged_id)
        more = [UUID(key.partition("/")[2]) for key in chosen if key.startswith(f"{table.name}/")]
        _give(session, table, more, row.kept_id, row.merged_id)
        returned[table.name] += [str(one) for one in more]
    cases = [UUID(one) for one in (*row.moved.get("case_file", ()), *returned["case_file"])]
    for table in tables():
        if "case_id" in table.c:
            query = select(_key(table)).where(table.c.worker_id == row.kept_id, table.c.case_id.in_(cases))
            ids = list(session.execute(query).scalars())
            _give(session, table, ids, row.kept_id, row.merged_id)
            returned[table.name] += [str(one) for one in ids]
    _follow(session, row, returned, [pair for pair in _followers() if pair[1].name != _FILE])
    returned[_FILE] += [str(one) for one in _files(session, row)]
    _follow(session, row, returned, [pair for pair in _followers() if pair[1].name == _FILE])
    session.expire_all()
    return {name: sorted(ids) for name, ids in returned.items() if ids}


def _follow(session: Session, row: WorkerMerge, returned: Moved, pairs: Iterable[tuple[Table, Table]]) -> None:
    """Give back what belongs to a row that was given back."""
    for table, parent in pairs:
        theirs = select(parent.c.id).where(parent.c.worker_id == row.merged_id)
        query = select(_key(table)).where(table.c.worker_id == row.kept_id, _leads_to(table, parent).in_(theirs))
        ids = list(session.execute(query).scalars())
        _give(session, table, ids, row.kept_id, row.merged_id)
        returned[table.name] += [str(one) for one in ids]


def held_under(session: Session, worker_id: UUID) -> list[UUID]:
    """The records of the person that this record belongs to, the kept one first."""
    return merges.records(session, merges.canonical(session, worker_id))


def people(session: Session, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that are workers."""
    return set(session.exec(select(Worker.id).where(col(Worker.id).in_(set(ids)))))


def _ids(session: Session, table: Table, worker_id: UUID) -> list[UUID]:
    query = select(_key(table)).where(table.c.worker_id == worker_id).order_by(_key(table))
    return list(session.execute(query).scalars())


def _give(session: Session, table: Table, ids: list[UUID], source: UUID, target: UUID) -> None:
    """Only what is still the source's: a file may have been moved to its right worker meanwhile."""
    if ids:
        mine = (_key(table).in_(ids), table.c.worker_id == source)
        session.execute(table.update().where(*mine).values(worker_id=target))


@cache
def _followers() -> tuple[tuple[Table, Table], ...]:
    """Tables whose rows belong to a row of another table and to no case: a copy to its file, a paper to its match."""
    found = []
    for table in tables():
        parents = [key.column.table for key in table.foreign_keys if key.column.table in tables()]
        if "case_id" not in table.c and parents:
            found.append((table, min(parents, key=lambda one: list(table.c).index(_leads_to(table, one)))))
    return tuple(found)


def _leads_to(table: Table, parent: Table) -> Any:
    """The first column of a table that names a row of its parent."""
    return next(column for column in table.c for key in column.foreign_keys if key.column.table is parent)


def _key(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key


def _added(session: Session, row: WorkerMerge, table: Table) -> Iterator[Added]:
    when: Any = table.c.get("recorded_at", table.c.get("created_at"))
    if when is None or "case_id" in table.c or table in {follower for follower, _parent in _followers()}:
        return
    query = select(_key(table), when).where(table.c.worker_id == row.kept_id, when > row.recorded_at)
    brought = _brought(session, row, table.name)
    for row_id, recorded_at in session.execute(query.order_by(when, _key(table))):
        if str(row_id) not in brought:
            yield Added(table.name, row_id, recorded_at)


def _brought(session: Session, row: WorkerMerge, table: str) -> set[str]:
    """Ids that this merge or another one in force brought to the kept record."""
    query = select(WorkerMerge).where(WorkerMerge.kept_id == row.kept_id, col(WorkerMerge.undone_at).is_(None))
    return {one for found in session.exec(query) for one in found.moved.get(table, ())}


def _files(session: Session, row: WorkerMerge) -> list[UUID]:
    """The kept record's files that rows of the restored one name, and no row of the kept one."""
    file = SQLModel.metadata.tables[_FILE]
    scan, paper = SQLModel.metadata.tables["certificate_scan"], SQLModel.metadata.tables["certificate"]
    item = SQLModel.metadata.tables["evidence_item"]
    copies = {table for table, parent in _followers() if parent is file}
    naming = [table for table in tables() if "file_id" in table.c and table not in copies]

    def named(owner: UUID) -> set[UUID]:
        of_papers = [select(table.c.file_id).where(table.c.worker_id == owner) for table in naming]
        of_scans = select(scan.c.file_id).where(scan.c.certificate_id == paper.c.id, paper.c.worker_id == owner)
        found = {one for query in (*of_papers, of_scans) for one in session.execute(query).scalars()}
        further = session.execute(select(item.c.further_files).where(item.c.worker_id == owner)).scalars()
        return {one for one in found if one is not None} | {UUID(one) for several in further for one in several}

    query = select(file.c.id).where(file.c.worker_id == row.kept_id, file.c.id.in_(named(row.merged_id)))
    ids = list(set(session.execute(query).scalars()) - named(row.kept_id))
    _give(session, file, ids, row.kept_id, row.merged_id)
    return ids
