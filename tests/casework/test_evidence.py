"""Evidence: handed in with its file, decided by the role that the programme names, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence import files
from casework.evidence import service as evidence
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from checklists.catalogue import Catalogue
from documents.archive import LocalArchive
from tests.support.errors import error
from tests.support.factories import World


@pytest.fixture
def store(tmp_path: Path) -> LocalArchive:
    return LocalArchive(tmp_path / "files")


def picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (60, 80), "#d9dfe2").save(stream, "JPEG")
    return stream.getvalue()


def hand_in(
    database: Database, actor: Actor, store: LocalArchive, case: Case, kind: str, file: bytes | None
) -> EvidenceItem:
    command = AddEvidence(
        case_id=case.id,
        kind=kind,
        subject="XK" if kind == "police_certificate" else "",
        days={"issued_on": database.today() - timedelta(days=3)},
        file=file,
    )
    return database.run(actor, evidence.add, store, command)


def test_a_supervisor_stands_in_for_a_caseworker_and_a_paper_is_decided_once(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "photo", picture())
    accepted = database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)
    assert accepted.status is EvidenceStatus.ACCEPTED
    with error(Conflict, "decided"):
        database.run(world[Role.CASEWORKER], evidence.accept, Catalogue.load(), item.id)


def test_the_file_is_kept_sealed_and_opened_with_a_trace(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "photo", picture())
    assert item.file_id is not None
    assert picture() not in store.read(str(item.file_id))
    file, content = database.run(world[Role.CASEWORKER], files.take_original, store, item.id)
    assert (file.media_type, content) == ("image/jpeg", picture())


def test_a_police_certificate_is_the_security_officer_s_to_accept(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "police_certificate", picture())
    with error(Refused, "role"):
        database.run(world[Role.CASEWORKER], evidence.accept, Catalogue.load(), item.id)
    accepted = database.run(world[Role.SECURITY_OFFICER], evidence.accept, Catalogue.load(), item.id)
    assert accepted.decided_by == world[Role.SECURITY_OFFICER].key


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"MZ" + bytes(200), "wrong_type"),
        (b"%PDF-1.7 nothing", "wrong_type"),
        (bytes(11_000_000), "too_large"),
    ],
    ids=["empty", "foreign", "cut off", "too large"],  # the content itself would be a name of 44 megabytes
)
def test_what_is_no_picture_and_no_pdf_is_refused_and_leaves_nothing(
    database: Database, world: World, case: Case, store: LocalArchive, content: bytes, code: str
) -> None:
    with error(InvalidInput, code):
        hand_in(database, world[Role.CASEWORKER], store, case, "photo", content)
    with database.read() as session:
        assert evidence.of_case(session, world[Role.CASEWORKER], case.id) == []
    assert list(store.list()) == []


def test_a_paper_without_a_file_cannot_be_accepted(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "photo", None)
    with error(InvalidInput, "no_file"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)


def test_a_paper_that_the_programme_does_not_ask_for_is_not_decided(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "family_book", picture())
    with error(NotFound, "requirement"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)


def test_a_rejection_needs_a_reason_from_the_list(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "photo", picture())
    with error(InvalidInput, "unknown_reason"):
        database.run(world[Role.SUPERVISOR], evidence.reject, Catalogue.load(), item.id, "because")
    rejected = database.run(
        world[Role.SUPERVISOR], evidence.reject, Catalogue.load(), item.id, "unreadable", "too dark"
    )
    assert rejected.status is EvidenceStatus.REJECTED
    assert b"too dark" not in (rejected.note or b"")


def test_an_old_form_is_refused_after_somebody_else_changed_the_case(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = hand_in(database, world[Role.CASEWORKER], store, case, "photo", picture())
    with error(Conflict, "stale"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id, case.version)


def test_a_paper_whose_deciding_day_was_not_recorded_cannot_be_accepted(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    command = AddEvidence(case_id=case.id, kind="photo", file=picture())
    item = database.run(world[Role.CASEWORKER], evidence.add, store, command)
    with error(InvalidInput, "missing_day"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)


@pytest.mark.parametrize(("issued", "expires", "code"), [(1, 400, "date_in_future"), (-10, -11, "dates")])
def test_a_paper_with_impossible_days_is_refused(
    database: Database, world: World, case: Case, store: LocalArchive, issued: int, expires: int, code: str
) -> None:
    days = {
        name: database.today() + timedelta(days=count)
        for name, count in (("issued_on", issued), ("expires_on", expires))
    }
    command = AddEvidence(case_id=case.id, kind="passport", days=days, file=picture())
    with error(InvalidInput, code):
        database.run(world[Role.CASEWORKER], evidence.add, store, command)
