"""Files of papers: a cleaned copy beside each, scanned, the same on two workers, moved from the wrong one."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence import files, moving, twins
from casework.evidence import service as evidence
from casework.evidence.clamd import Scan
from casework.evidence.moving import MovePaper
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceDerivative, EvidenceFile, EvidenceItem, EvidenceStatus, ScanState
from checklists.catalogue import Catalogue
from checklists.facts import Standing
from documents.archive import LocalArchive
from tests.evidence import making_files as making
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World
from tests.support.standing import Clock

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database has a part in."""


@pytest.fixture
def store(tmp_path: Path) -> LocalArchive:
    return LocalArchive(tmp_path / "files")


@pytest.fixture
def other(database: Database, world: World) -> Case:
    """The case of another worker of the same office."""
    with database.write(ENGINE) as work:
        return factories.case(work, world.office)


@pytest.fixture
def afar(database: Database) -> tuple[Case, Actor]:
    """A case of another office, and its caseworker."""
    with database.write(ENGINE) as work:
        office = factories.office(work)
        return factories.case(work, office), factories.actor(work, office, Role.CASEWORKER)


def hand_in(
    database: Database, actor: Actor, store: LocalArchive, case: Case, *contents: bytes, kind: str = "passport"
) -> EvidenceItem:
    command = AddEvidence(
        case_id=case.id,
        kind=kind,
        number="P1234",
        days={"issued_on": database.today() - timedelta(days=3), "expires_on": database.today() + timedelta(days=900)},
        file=contents[0],
        further=contents[1:],
    )
    return database.run(actor, evidence.add, store, command)


def told(database: Database, case: Case) -> list[str]:
    with database.read() as session:
        query = select(AuditEvent).where(AuditEvent.case_id == case.id).order_by(AuditEvent.seq)  # type: ignore[arg-type]
        return [event.kind for event in session.exec(query)]


def last(database: Database, kind: str) -> dict[str, Any]:
    with database.read() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.kind == kind)).all()
    found: dict[str, Any] = json.loads(events[-1].body)
    return found


@ONE_DATABASE
def test_people_see_the_copy_and_verify_the_file_as_it_came(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    content = making.sideways()
    item = hand_in(database, world[Role.CASEWORKER], store, case, content)
    shown = database.run(world[Role.CASEWORKER], files.view, store, item.id)
    assert Image.open(BytesIO(shown.content)).size == (60, 80)
    assert making.PLACE.encode() not in shown.content
    _file, original = database.run(world[Role.CASEWORKER], files.take_original, store, item.id)
    assert original == content
    assert told(database, case)[-2:] == ["evidence.viewed", "evidence.original_viewed"]
    for role in (Role.AGENCY_USER, Role.MEDICAL_OFFICER, Role.LOAN_OFFICER):
        with pytest.raises(PredepartureError):
            database.run(world[role], files.view, store, item.id)


@ONE_DATABASE
def test_nothing_in_the_store_is_readable_without_the_worker_s_key(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    stored = [store.read(name) for name in store.list()]
    assert len(stored) == 2
    assert not any(b"JFIF" in content for content in stored)


@ONE_DATABASE
def test_a_paper_has_its_files_in_the_order_in_which_they_came(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    front, back, more = making.jpeg("red"), making.jpeg("blue"), making.pdf(2)
    item = hand_in(database, world[Role.CASEWORKER], store, case, front, back, more)
    for number, content in enumerate((front, back, more), start=1):
        assert database.run(world[Role.CASEWORKER], files.take_original, store, item.id, number)[1] == content
    for number in (0, 4):
        with error(NotFound, "no_file"):
            database.run(world[Role.CASEWORKER], files.view, store, item.id, number)


@ONE_DATABASE
def test_of_several_files_all_are_taken_or_none(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    with error(InvalidInput, "wrong_type"):
        hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg(), b"no picture")
    with error(InvalidInput, "too_many_files"):
        hand_in(database, world[Role.CASEWORKER], store, case, *([making.jpeg()] * 21))
    with database.read() as session:
        assert session.exec(select(EvidenceFile)).all() == []


@ONE_DATABASE
def test_a_file_of_before_copies_were_kept_is_cleaned_when_it_is_looked_at(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, making.sideways())
    with database.write(ENGINE) as work:
        for copy in work.session.exec(select(EvidenceDerivative)):
            work.session.delete(copy)
    shown = database.run(world[Role.CASEWORKER], files.view, store, item.id)
    assert making.PLACE.encode() not in shown.content


@ONE_DATABASE
def test_a_file_that_proves_harmful_later_is_opened_by_nobody_and_not_accepted(
    database: Database, world: World, case: Case, store: LocalArchive, clock: Clock
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    with database.read() as session:
        [waiting] = files.unscanned(session, database.now(), 10)
    database.run(ENGINE, files.record_scan, waiting.id, Scan(ScanState.INFECTED, "Own.Test"))
    for look in (files.view, files.take_original):
        with error(Refused, "infected"):
            database.run(world[Role.CASEWORKER], look, store, item.id)
    with error(Refused, "infected"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)
    assert told(database, case)[-1] == "evidence.found_infected"
    assert last(database, "evidence.found_infected")["data"] == {"found": "Own.Test"}


def test_a_file_without_a_verdict_is_offered_to_the_scanner_again_after_an_hour(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    with database.read() as session:
        [waiting] = files.unscanned(session, database.now(), 10)
    database.run(ENGINE, files.record_scan, waiting.id, Scan(ScanState.NOT_SCANNED))
    with database.read() as session:
        assert files.unscanned(session, database.now() + timedelta(minutes=59), 10) == []
        assert len(files.unscanned(session, database.now() + timedelta(minutes=61), 10)) == 1
    database.run(ENGINE, files.record_scan, waiting.id, Scan(ScanState.CLEAN))
    with database.read() as session:
        assert files.unscanned(session, database.now() + timedelta(days=1), 10) == []


def test_the_same_file_on_two_workers_is_flagged_on_both_and_settled_with_a_reason(
    database: Database, world: World, case: Case, other: Case, store: LocalArchive
) -> None:
    hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    assert "evidence.twin_found" not in told(database, case)
    hand_in(database, world[Role.CASEWORKER], store, other, making.jpeg())
    assert told(database, case)[-2:] == ["evidence.twin_found"] * 2
    assert told(database, other).count("evidence.twin_found") == 2
    with database.read() as session:
        rows = twins.of_workers(session, [case.worker_id])
        assert [one.id for one in twins.cases_beside(session, world[Role.CASEWORKER], rows[0])] == [other.id]
    with error(InvalidInput, "unknown_reason"):
        database.run(world[Role.CASEWORKER], twins.settle, case.id, rows[0].id, "because")
    with error(NotFound, "twin"):
        database.run(world[Role.CASEWORKER], twins.settle, other.id, rows[0].id, "family_paper")
    row = database.run(world[Role.CASEWORKER], twins.settle, case.id, rows[0].id, "family_paper", "the family book")
    assert b"family book" not in (row.note or b"")
    with database.read() as session:
        settled = [one.reason for one in twins.of_workers(session, [case.worker_id, other.worker_id]) if one.settled_at]
    assert settled == ["family_paper", "family_paper"]
    with error(Conflict, "settled"):
        database.run(world[Role.CASEWORKER], twins.settle, case.id, rows[0].id, "family_paper")


@ONE_DATABASE
def test_of_a_worker_of_another_office_nobody_learns_more_than_that_there_is_one(
    database: Database, world: World, case: Case, afar: tuple[Case, Actor], store: LocalArchive
) -> None:
    there, colleague = afar
    hand_in(database, colleague, store, there, making.jpeg())
    hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    with database.read() as session:
        [row] = twins.of_workers(session, [case.worker_id])
        assert twins.cases_beside(session, world[Role.CASEWORKER], row) == []
    database.run(world[Role.CASEWORKER], twins.settle, case.id, row.id, "reported")
    with database.read() as session:
        [theirs] = twins.of_workers(session, [there.worker_id])
    assert theirs.settled_at is None
    assert last(database, "evidence.twin_settled")["data"] == {"reason": "reported"}


def test_a_paper_on_the_wrong_worker_is_sealed_off_there_and_handed_in_for_the_right_one(
    database: Database, world: World, case: Case, other: Case, store: LocalArchive
) -> None:
    content, back = making.sideways(), making.jpeg("blue")
    item = hand_in(database, world[Role.CASEWORKER], store, case, content, back, kind="photo")
    database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)
    command = MovePaper(item_id=item.id, to=other.reference, reason="namesake", note="the cousin's")
    made = database.run(world[Role.CASEWORKER], moving.move, store, command)
    assert made is not None
    with database.read() as session:
        old = session.get_one(EvidenceItem, item.id)
        before, after = files.files_of(session, old), files.files_of(session, made)
        standings = {
            one.id: one.standing for one in facts.load(session, [session.get_one(Case, case.id)])[case.id].facts
        }
        assert evidence.of_case(session, world[Role.CASEWORKER], case.id) == []
        [anew] = evidence.of_case(session, world[Role.CASEWORKER], other.id)
        assert evidence.number_of(database.vault(session), anew) == "P1234"
    assert standings[f"evidence_item:{item.id}"] is Standing.WITHDRAWN
    assert (old.status, made.status) == (EvidenceStatus.WITHDRAWN, EvidenceStatus.SUBMITTED)
    assert [one.moved_to for one in before] == [one.id for one in after]
    assert {one.worker_id for one in after} == {other.worker_id}
    assert [one.sha256 for one in before] == [one.sha256 for one in after]
    assert all(one.sealed_off_by == world[Role.CASEWORKER].key for one in before)
    assert {one.sealed_off_reason for one in before} == {"namesake"}
    assert b"cousin" not in (old.note or b"")
    assert database.run(world[Role.CASEWORKER], files.take_original, store, made.id, 2)[1] == back
    with error(NotFound, "evidence"):
        database.run(world[Role.CASEWORKER], files.view, store, item.id)
    assert told(database, case)[-1] == "evidence.sealed_off"
    assert "evidence.taken_over" in told(database, other)
    with error(Conflict, "sealed_off"):
        database.run(world[Role.CASEWORKER], moving.move, store, command)


@ONE_DATABASE
def test_the_files_of_a_moved_paper_open_with_the_right_worker_s_key_alone(
    database: Database, world: World, case: Case, other: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    command = MovePaper(item_id=item.id, to=other.reference, reason="other_worker")
    made = database.run(world[Role.CASEWORKER], moving.move, store, command)
    assert made is not None
    with database.read() as session:
        vault = database.vault(session)
        [file] = files.files_of(session, made)
        sealed = store.read(str(file.id))
        assert vault.open(other.worker_id, "evidence_file", file.id, "content", sealed) == making.jpeg()
        with pytest.raises(PredepartureError):
            vault.open(case.worker_id, "evidence_file", file.id, "content", sealed)
        with error(NotFound, "sealed_off"):
            files.open_file(session, vault, store, item.file_id)  # type: ignore[arg-type]


def test_moving_settles_that_both_workers_had_the_file(
    database: Database, world: World, case: Case, other: Case, store: LocalArchive
) -> None:
    wrong = hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())
    hand_in(database, world[Role.CASEWORKER], store, other, making.jpeg())
    command = MovePaper(item_id=wrong.id, reason="wrong_file")
    assert database.run(world[Role.CASEWORKER], moving.move, store, command) is None
    with database.read() as session:
        rows = twins.of_workers(session, [case.worker_id, other.worker_id])
    assert [row.reason for row in rows] == [twins.MOVED, twins.MOVED]


@ONE_DATABASE
def test_a_paper_is_moved_only_within_reach_and_to_somebody_else(
    database: Database, world: World, case: Case, afar: tuple[Case, Actor], store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, making.jpeg())

    def move(to: str, reason: str = "other_worker", role: Role = Role.CASEWORKER) -> None:
        database.run(world[role], moving.move, store, MovePaper(item_id=item.id, to=to, reason=reason))

    with error(NotFound, "case"):
        move(afar[0].reference)
    with error(InvalidInput, "same_worker"):
        move(case.reference)
    with error(InvalidInput, "unknown_reason"):
        move("", "because")
    for role in (Role.SECURITY_OFFICER, Role.AGENCY_USER, Role.AUDITOR):
        with error(Refused, "role"):
            move("", role=role)
    with error(NotFound, "case"):
        database.run(afar[1], moving.move, store, MovePaper(item_id=item.id, reason="wrong_file"))
    with database.read() as session:
        assert session.get_one(EvidenceItem, item.id).sealed_off_at is None
