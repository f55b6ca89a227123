"""Two records of one person are kept as one, and taken apart again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit import service as audit
from casework.audit.tables import AuditEvent
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.database import Database
from casework.evidence.files import files_of
from casework.evidence.tables import EvidenceDerivative, EvidenceFile, EvidenceItem
from casework.security.tables import Screening, ScreeningOutcome
from casework.work import Work
from casework.workers import merge_queries as queries
from casework.workers import merge_rows, merging
from casework.workers import service as workers
from casework.workers.merge_fields import Part
from casework.workers.merge_tables import WorkerMerge
from casework.workers.merging import Merge, Unmerge
from casework.workers.service import Stay, WorkerData
from casework.workers.tables import LegalBasis, PersonKey, Worker
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def two_records(database: Database, world: World, **other: object) -> tuple[Case, Case]:
    """A case of each of two records of one person, recorded by the engine; the second one has ended."""
    with database.write(ENGINE) as work:
        first = factories.new_worker(work, world.office, family_name="Hoxhademo")
        values = {"family_name": "Hoxhadhemo", "residences": (Stay(country="MK", since=date(2015, 1, 1)),), **other}
        second = factories.new_worker(work, world.office, **values)
        kept = factories.case(work, world.office, first)
        merged = factories.case(work, world.office, second, life=CaseLife.WITHDRAWN, ended_on=TODAY)
        for case in (kept, merged):
            move = CaseMove(
                case_id=case.id,
                from_life=CaseLife.OPEN,
                to_life=CaseLife.ON_HOLD,
                reason="illness",
                happened_on=TODAY,
                recorded_at=work.now,
                recorded_by="engine",
            )
            move.note = work.vault.seal(case.worker_id, "case_move", move.id, "note", f"of {case.id}".encode())
            work.session.add(move)
    return kept, merged


def command(database: Database, kept: Case, merged: Case, *take: Part) -> Merge:
    with database.read() as session:
        first, second = (session.get_one(Worker, case.worker_id) for case in (kept, merged))
    return Merge(
        kept_id=first.id,
        merged_id=second.id,
        kept_number=first.number,
        merged_number=second.number,
        reason="One person, two spellings",
        take=frozenset(take),
    )


Join = Callable[..., WorkerMerge]


@pytest.fixture
def join(database: Database, world: World, catalogue: Catalogue) -> Join:
    """``join(kept, merged, Part.NAME)``: merged by the supervisor of the office."""
    return lambda kept, merged, *take: database.run(
        world[Role.SUPERVISOR], merging.merge, catalogue, command(database, kept, merged, *take)
    )


def undo(database: Database, world: World, catalogue: Catalogue, row: WorkerMerge, *goes_back: str) -> WorkerMerge:
    asked = Unmerge(merge_id=row.id, reason="Two brothers", goes_back=frozenset(goes_back))
    return database.run(world.seconds[Role.SUPERVISOR], merging.unmerge, catalogue, asked)


def data_of(database: Database, worker_id: UUID) -> WorkerData:
    """What stands in this very record, wherever it is kept."""
    with database.read() as session:
        return workers.open_worker(database.vault(session), session.get_one(Worker, worker_id)).data


def notes(database: Database, worker_id: UUID) -> list[str]:
    with database.read() as session:
        vault = database.vault(session)
        query = select(CaseMove).join(Case).where(Case.worker_id == worker_id).order_by(col(CaseMove.id))
        return [
            vault.open(worker_id, "case_move", move.id, "note", move.note).decode()
            for move in session.exec(query)
            if move.note
        ]


def test_the_kept_record_gets_the_cases_bases_and_stays_of_the_other_and_opens_what_it_had_sealed(
    database: Database, world: World, join: Join
) -> None:
    kept, merged = two_records(database, world)
    row = join(kept, merged)
    assert notes(database, kept.worker_id) == [f"of {kept.id}", f"of {merged.id}"]
    assert [stay.country for stay in data_of(database, kept.worker_id).residences] == ["XK", "MK"]
    with database.read() as session:
        assert session.get_one(Case, merged.id).worker_id == kept.worker_id
        bases = session.exec(select(LegalBasis).where(LegalBasis.worker_id == kept.worker_id)).all()
    assert len(bases) == 8
    assert len(row.moved["legal_basis"]) == 4


def test_a_look_up_of_the_merged_record_leads_to_the_kept_one(database: Database, world: World, join: Join) -> None:
    kept, merged = two_records(database, world, passport_number="K77777777")
    join(kept, merged)
    with database.read() as session:
        vault = database.vault(session)
        assert queries.canonical(session, merged.worker_id) == kept.worker_id
        assert workers.get(session, vault, merged.worker_id).worker.id == kept.worker_id
        assert [row.id for row in workers.with_passport(session, vault, "XK", "K77777777")] == [kept.worker_id]
        assert "hoxhadhemo" in session.get_one(Worker, kept.worker_id).search_name


def test_unmerging_brings_both_records_back_as_they_were(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    before = [data_of(database, case.worker_id) for case in (kept, merged)]
    row = join(kept, merged, Part.NAME, Part.PASSPORT)
    assert data_of(database, kept.worker_id).family_name == "Hoxhadhemo"
    undo(database, world, catalogue, row)
    assert [data_of(database, case.worker_id) for case in (kept, merged)] == before
    assert notes(database, kept.worker_id) == [f"of {kept.id}"]
    assert notes(database, merged.worker_id) == [f"of {merged.id}"]
    with database.read() as session:
        assert queries.canonical(session, merged.worker_id) == merged.worker_id
        assert "hoxhadhemo" not in session.get_one(Worker, kept.worker_id).search_name


def test_a_passport_that_gives_way_to_the_other_one_still_finds_its_holder(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    numbers = [data_of(database, case.worker_id).passport_number for case in (kept, merged)]
    row = join(kept, merged, Part.PASSPORT)

    def holders() -> list[list[UUID]]:
        with database.read() as session:
            found = [workers.with_passport(session, database.vault(session), "XK", one) for one in numbers]
            return [[worker.id for worker in one] for one in found]

    assert holders() == [[kept.worker_id], [kept.worker_id]]
    undo(database, world, catalogue, row)
    assert holders() == [[kept.worker_id], [merged.worker_id]]


def test_what_was_corrected_since_the_merge_stays_corrected(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    row = join(kept, merged, Part.NAME)
    corrected = data_of(database, kept.worker_id).model_copy(update={"phone": "+38344999999"})
    database.run(world[Role.CASEWORKER], cases.correct_worker, catalogue, kept.id, corrected, "misread")
    undo(database, world, catalogue, row)
    now = data_of(database, kept.worker_id)
    assert (now.family_name, now.phone) == ("Hoxhademo", "+38344999999")


def test_what_was_sealed_while_they_were_one_opens_for_both_afterwards(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    row = join(kept, merged)
    with database.write(ENGINE) as work:
        for case in (kept, merged):
            item = EvidenceItem(
                case_id=case.id, worker_id=kept.worker_id, kind="diploma", days={}, attributes={}, checks={},
                recorded_at=work.now, recorded_by="engine",
            )  # fmt: skip
            item.note = work.vault.seal(item.worker_id, "evidence_item", item.id, "note", b"since")
            work.session.add(item)
    done = undo(database, world, catalogue, row)
    assert len(done.returned["evidence_item"]) == 1
    with database.read() as session:
        vault = database.vault(session)
        for item in session.exec(select(EvidenceItem)):
            assert item.worker_id == session.get_one(Case, item.case_id).worker_id
            assert item.note
            assert vault.open(item.worker_id, "evidence_item", item.id, "note", item.note) == b"since"


@on_sqlite
def test_files_go_with_the_papers_that_name_them_and_their_copies_go_with_them(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    row = join(kept, merged)
    with database.write(ENGINE) as work:
        common: dict[str, Any] = {"recorded_at": work.now, "recorded_by": "engine"}
        copy: dict[str, Any] = {"media_type": "image/jpeg", "size": 1, "sha256": "1" * 64, "recorded_at": work.now}
        for case in (kept, merged):
            of: dict[str, Any] = {"worker_id": kept.worker_id, **common}
            files = [EvidenceFile(**of, media_type="image/jpeg", size=1, sha256=f"{place}" * 64) for place in range(2)]
            work.session.add_all(files)
            work.session.flush()
            work.session.add_all(EvidenceDerivative(file_id=one.id, worker_id=kept.worker_id, **copy) for one in files)
            named: dict[str, Any] = {"file_id": files[0].id, "further_files": [str(files[1].id)]}
            work.session.add(
                EvidenceItem(**of, **named, case_id=case.id, kind="diploma", days={}, attributes={}, checks={})
            )
    with database.read() as session:
        assert {one.table for one in merge_rows.added_since(session, row)} <= {"legal_basis"}
    done = undo(database, world, catalogue, row)
    assert [len(done.returned[name]) for name in ("evidence_item", "evidence_file", "evidence_derivative")] == [1, 2, 2]
    with database.read() as session:
        for item in session.exec(select(EvidenceItem)):
            assert item.worker_id == session.get_one(Case, item.case_id).worker_id
            for file in files_of(session, item):
                copied = session.exec(select(EvidenceDerivative).where(EvidenceDerivative.file_id == file.id)).one()
                assert file.worker_id == copied.worker_id == item.worker_id


def test_a_row_that_hangs_on_no_case_goes_where_the_person_says(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    row = join(kept, merged)
    with database.write(ENGINE) as work:
        given = factories.new_worker(work, world.office)
        later = work.session.exec(select(LegalBasis).where(LegalBasis.worker_id == given.id)).all()
        for basis in later:
            basis.worker_id, basis.recorded_at = kept.worker_id, row.recorded_at + timedelta(hours=1)
            work.session.add(basis)
    with error(InvalidInput, "unknown_row"):
        undo(database, world, catalogue, row, f"legal_basis/{row.moved['legal_basis'][0]}")
    undo(database, world, catalogue, row, f"legal_basis/{later[0].id}")
    with database.read() as session:
        owners = [session.get_one(LegalBasis, basis.id).worker_id for basis in later[:2]]
    assert owners == [merged.worker_id, kept.worker_id]


def test_no_screening_of_before_stands_for_either_record_after_a_merge_or_after_it_is_taken_back(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    with database.write(ENGINE) as work:
        work.session.get_one(Worker, merged.worker_id).number = 2  # one more than the other: what a merge makes of it

    def screen() -> list[UUID]:
        with database.write(ENGINE) as work:
            made = [Screening(**_screening(work, work.session.get_one(Case, one.id))) for one in (kept, merged)]
            work.session.add_all(made)
            return [one.id for one in made]

    def stands(screenings: list[UUID]) -> list[bool]:
        with database.read() as session:
            found = [session.get_one(Screening, one) for one in screenings]
            return [session.get_one(Worker, one.worker_id).number == one.worker_number for one in found]

    before = screen()
    row = join(kept, merged)
    between = screen()
    assert stands(before + between) == [False, False, True, True]
    undo(database, world, catalogue, row)
    assert stands(before + between) == [False] * 4


def _screening(work: Work, case: Case) -> dict[str, Any]:
    number = work.session.get_one(Worker, case.worker_id).number
    return {
        "case_id": case.id,
        "worker_id": case.worker_id,
        "worker_number": number,
        "lists": [],
        "algorithm": "synthetic",
        "screened_on": TODAY,
        "recorded_at": work.now,
        "outcome": ScreeningOutcome.CLEAR,
    }


@on_sqlite
def test_only_a_supervisor_who_recorded_neither_merges(
    database: Database, world: World, catalogue: Catalogue, wrong_roles: Callable[..., list[Role]]
) -> None:
    kept, merged = two_records(database, world)
    asked = command(database, kept, merged)
    for role in wrong_roles(Role.SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], merging.merge, catalogue, asked)
    with error(Refused, "person_needed"):
        database.run(ENGINE, merging.merge, catalogue, asked)
    data = data_of(database, merged.worker_id).model_copy(update={"phone": "+38344999999"})
    with database.write(world[Role.SUPERVISOR]) as work:
        workers.correct(work, merged.worker_id, data, "misread")
    asked = command(database, kept, merged)
    with error(Refused, "same_person"):
        database.run(world[Role.SUPERVISOR], merging.merge, catalogue, asked)
    assert database.run(world.seconds[Role.SUPERVISOR], merging.merge, catalogue, asked).kept_id == kept.worker_id


@on_sqlite
def test_a_record_of_another_office_is_not_found(database: Database, world: World, catalogue: Catalogue) -> None:
    kept, merged = two_records(database, world)
    with database.write(ENGINE) as work:
        elsewhere = factories.world(work)
    with error(NotFound, "worker"):
        database.run(elsewhere[Role.SUPERVISOR], merging.merge, catalogue, command(database, kept, merged))


@on_sqlite
def test_two_open_cases_in_one_programme_are_settled_first(database: Database, world: World, join: Join) -> None:
    kept, merged = two_records(database, world)
    with database.write(ENGINE) as work:
        work.session.get_one(Case, merged.id).life = CaseLife.OPEN
    with error(Conflict, "two_open_cases"):
        join(kept, merged)


@on_sqlite
def test_whoever_compared_older_versions_compares_again(database: Database, world: World, catalogue: Catalogue) -> None:
    kept, merged = two_records(database, world)
    asked = command(database, kept, merged)
    data = data_of(database, kept.worker_id).model_copy(update={"phone": "+38344999999"})
    database.run(world[Role.CASEWORKER], cases.correct_worker, catalogue, kept.id, data, "misread")
    with error(Conflict, "stale"):
        database.run(world[Role.SUPERVISOR], merging.merge, catalogue, asked)


def test_of_two_supervisors_who_merge_at_once_one_does(database: Database, world: World, catalogue: Catalogue) -> None:
    kept, merged = two_records(database, world)
    first, second = world[Role.SUPERVISOR], world.seconds[Role.SUPERVISOR]
    asked = {first.key: command(database, kept, merged), second.key: command(database, merged, kept)}
    outcomes = together(database, [first, second], lambda work: merging.merge(work, catalogue, asked[work.actor.key]))
    assert outcomes == [DONE, "stale"]


@on_sqlite
def test_a_merge_of_merges_is_taken_back_from_the_last_to_the_first(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    second, third = two_records(database, world)
    first, _other = two_records(database, world, passport_number="K66666666")
    with database.write(ENGINE) as work:
        work.session.get_one(Case, second.id).life = CaseLife.WITHDRAWN
    inner, outer = join(second, third), join(first, second)
    with database.read() as session:
        assert queries.canonical(session, third.worker_id) == first.worker_id
        assert set(queries.records(session, first.worker_id)) == {one.worker_id for one in (first, second, third)}
    assert notes(database, first.worker_id) == [f"of {one.id}" for one in (second, third, first)]
    with error(Conflict, "later_merge"):
        undo(database, world, catalogue, inner)
    undo(database, world, catalogue, outer)
    assert notes(database, second.worker_id) == [f"of {one.id}" for one in (second, third)]
    undo(database, world, catalogue, inner)
    assert [notes(database, one.worker_id) for one in (first, second, third)] == [
        [f"of {one.id}"] for one in (first, second, third)
    ]
    with error(Conflict, "undone"):
        undo(database, world, catalogue, inner)


@on_sqlite
def test_the_history_tells_of_both_acts_and_its_chain_holds(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    undo(database, world, catalogue, join(kept, merged))
    with database.read() as session:
        assert audit.verify(session)[1] == []
        kinds = [event.kind for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))]
    assert [kind for kind in kinds if kind.endswith("merged")] == [
        "worker.merged", "worker.merged", "case.merged", "worker.unmerged", "worker.unmerged", "case.unmerged",
    ]  # fmt: skip


def test_erasing_a_merged_person_destroys_the_keys_of_both_records_and_of_the_merge(
    database: Database, world: World, join: Join
) -> None:
    kept, merged = two_records(database, world)
    row = join(kept, merged)
    with database.write(ENGINE) as work:
        assert set(merging.erase_keys(work, merged.worker_id)) == {kept.worker_id, merged.worker_id}
    with database.read() as session:
        keys = session.exec(select(PersonKey).where(col(PersonKey.wrapped).is_not(None))).all()
        assert not {row.id, kept.worker_id, merged.worker_id} & {key.person_id for key in keys}
    with error(NotFound, "erased"):
        data_of(database, kept.worker_id)


@on_sqlite
def test_erasing_one_of_two_that_were_taken_apart_leaves_the_other_all_it_has(
    database: Database, world: World, catalogue: Catalogue, join: Join
) -> None:
    kept, merged = two_records(database, world)
    undo(database, world, catalogue, join(kept, merged))
    with database.write(ENGINE) as work:
        merging.erase_keys(work, kept.worker_id)
    assert notes(database, merged.worker_id) == [f"of {merged.id}"]
    with error(NotFound, "erased"):
        data_of(database, kept.worker_id)


@on_sqlite
def test_a_record_is_not_merged_into_itself_or_twice(database: Database, world: World, join: Join) -> None:
    kept, merged = two_records(database, world)
    with error(InvalidInput, "same_record"):
        join(kept, kept)
    join(kept, merged)
    with error(Conflict, "merged"):
        join(kept, merged)
