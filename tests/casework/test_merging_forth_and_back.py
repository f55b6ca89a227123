"""Whatever two records hold, merging them and taking the merge back leaves everything readable as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from basis.roles import Role
from casework.actor import ENGINE
from casework.audit import service as audit
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence.tables import EvidenceItem
from casework.vault import Vault
from casework.workers import merge_rows, merging
from casework.workers import service as workers
from casework.workers.merge_fields import FIELDS, Part
from casework.workers.merging import Merge, Unmerge
from casework.workers.service import Stay, WorkerData
from casework.workers.tables import Worker, WorkerVersion
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.factories import TODAY, World

ON_SHARED_DATABASE: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
NAMES = st.sampled_from(["Hoxhademo", "Hoxhadhemo", "هوشة", "Ходжа", "O'Demo-Synthetic", "X"])
STAYS = st.lists(
    st.builds(
        Stay,
        country=st.sampled_from(["XK", "MK", "DE"]),
        since=st.dates(date(2000, 1, 1), date(2020, 1, 1)),
        until=st.none() | st.dates(date(2020, 1, 2), date(2026, 1, 1)),
    ),
    max_size=3,
    unique_by=lambda stay: (stay.country, stay.since),
).map(lambda stays: tuple(sorted(stays, key=lambda stay: (stay.since, stay.country))))


@dataclass(frozen=True)
class Drawn:
    """What one record holds: its data, and the notes of papers in its case."""

    values: dict[str, Any]
    notes: list[bytes]


RECORDS = st.builds(
    Drawn,
    st.fixed_dictionaries(
        {
            "family_name": NAMES,
            "native_name": NAMES,
            "phone": st.sampled_from(["", "+38344000111"]),
            "residences": STAYS,
        }
    ),
    st.lists(st.binary(max_size=20), max_size=3),
)


def record(database: Database, world: World, drawn: Drawn, life: CaseLife) -> Case:
    with database.write(ENGINE) as work:
        worker = factories.new_worker(work, world.office, **drawn.values)
        case = factories.case(
            work, world.office, worker, life=life, ended_on=TODAY if life is not CaseLife.OPEN else None
        )
        for note in drawn.notes:
            paper(work.vault, work.session, case, worker.id, note)
        return case


def paper(vault: Vault, session: Any, case: Case, worker_id: UUID, note: bytes) -> None:
    item = EvidenceItem(
        case_id=case.id,
        worker_id=worker_id,
        kind="diploma",
        days={},
        attributes={},
        checks={},
        recorded_at=case.created_at,
        recorded_by="engine",
    )
    item.note = vault.seal(worker_id, "evidence_item", item.id, "note", note)
    session.add(item)


def readable(database: Database, worker_id: UUID) -> tuple[WorkerData, list[bytes], dict[str, int], int]:
    """All that can be read of a record: its data, the notes of its papers, how many rows it has, its versions."""
    with database.read() as session:
        vault = database.vault(session)
        data = workers.open_worker(vault, session.get_one(Worker, worker_id)).data
        query = select(EvidenceItem).where(EvidenceItem.worker_id == worker_id).order_by(col(EvidenceItem.id))
        notes = [
            vault.open(worker_id, "evidence_item", item.id, "note", item.note)
            for item in session.exec(query)
            if item.note is not None
        ]
        versions = session.exec(select(WorkerVersion).where(WorkerVersion.worker_id == worker_id)).all()
        opened = [
            vault.open_json(worker_id, "worker_version", row.id, "content", row.content)
            for row in versions
            if row.content is not None
        ]
        return data, notes, merge_rows.count(session, worker_id), len(opened)


def forth_and_back(
    database: Database, world: World, catalogue: Catalogue, first: Drawn, second: Drawn, take: frozenset[Part]
) -> None:
    kept = record(database, world, first, CaseLife.OPEN)
    other = record(database, world, second, CaseLife.WITHDRAWN)
    before = [readable(database, case.worker_id) for case in (kept, other)]
    command = Merge(
        kept_id=kept.worker_id,
        merged_id=other.worker_id,
        kept_number=1,
        merged_number=1,
        reason="One person",
        take=take,
    )
    row = database.run(world[Role.SUPERVISOR], merging.merge, catalogue, command)
    merged = readable(database, kept.worker_id)
    assert sorted(merged[1]) == sorted([*first.notes, *second.notes])
    taken = {name for part in take for name in FIELDS[part]} - {"residences"}
    for name in WorkerData.model_fields:
        if name != "residences":
            source = before[1][0] if name in taken else before[0][0]
            assert getattr(merged[0], name) == getattr(source, name)
    undo = Unmerge(merge_id=row.id, reason="Two people")
    database.run(world[Role.SUPERVISOR], merging.unmerge, catalogue, undo)
    after = [readable(database, case.worker_id) for case in (kept, other)]
    # The versions that merging wrote stay as history: two of the kept record, one of the other.
    assert [one[:3] for one in after] == [one[:3] for one in before]
    assert [one[3] for one in after] == [3, 2]
    with database.read() as session:
        assert audit.verify(session)[1] == []


@settings(max_examples=4, **ON_SHARED_DATABASE)
@given(first=RECORDS, second=RECORDS, take=st.frozensets(st.sampled_from(Part)))
def test_merging_and_taking_it_back_leaves_both_records_readable_as_they_were(
    database: Database, world: World, catalogue: Catalogue, first: Drawn, second: Drawn, take: frozenset[Part]
) -> None:
    forth_and_back(database, world, catalogue, first, second, take)


@pytest.mark.deep
@settings(max_examples=25, **ON_SHARED_DATABASE)
@given(first=RECORDS, second=RECORDS, take=st.frozensets(st.sampled_from(Part)))
def test_so_it_is_for_many_records(
    database: Database, world: World, catalogue: Catalogue, first: Drawn, second: Drawn, take: frozenset[Part]
) -> None:
    forth_and_back(database, world, catalogue, first, second, take)
