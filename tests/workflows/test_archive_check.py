"""Stored files are read again and compared with the register: in slices by the engine, all at once for a person."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlmodel import col, func, select

from basis.errors import Unavailable
from basis.ids import new_id
from casework.actor import ENGINE
from casework.audit import archive_checks, kept, queries
from casework.audit.queries import AlarmKind
from casework.audit.tables import ArchiveCheck, Area, AuditEvent, FindingKind
from casework.certificates.tables import Certificate, CertificateState
from casework.evidence.tables import EvidenceDerivative, EvidenceFile
from casework.workers.tables import PersonKey
from tests.support.errors import error
from tests.support.stage import HOME, Stage
from workflows import archive_check

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


def look(stage: Stage) -> dict[str, FindingKind]:
    """A whole walk; what it found, by the document's id."""
    check = archive_check.look_at_all(stage.installation, ENGINE, lambda _done, _total: None)
    assert check.finished_at is not None
    with stage.installation.database.read() as session:
        found = archive_checks.findings(session, check.id)
        assert sum(archive_checks.counts(check).values()) == len(found)
        return {one.document_id: one.kind for one in found}


def path_of(stage: Stage, area: Area, document_id: UUID) -> Path:
    name = str(document_id)
    home = stage.installation.settings
    return (home.archive if area is Area.ARCHIVE else home.files) / name[-2:] / name


def a_file(stage: Stage) -> EvidenceFile:
    with stage.installation.database.read() as session:
        return session.exec(select(EvidenceFile).order_by(col(EvidenceFile.id)).limit(1)).one()


def checks_of(stage: Stage) -> list[ArchiveCheck]:
    with stage.installation.database.read() as session:
        return archive_checks.newest(session, 10)


def alarms(stage: Stage) -> list[AlarmKind]:
    with stage.installation.database.read() as session:
        return [alarm.kind for alarm in queries.alarms(session, stage.installation.database.today())]


def test_what_was_stored_and_not_touched_has_no_finding(cleared: Stage) -> None:
    assert look(cleared) == {}
    (check,) = checks_of(cleared)
    with cleared.installation.database.read() as session:
        expected = session.exec(select(func.count()).select_from(Certificate)).one()
        expected += session.exec(select(func.count()).select_from(EvidenceFile)).one()
        expected += session.exec(select(func.count()).select_from(EvidenceDerivative)).one()
        told = session.exec(select(AuditEvent).where(AuditEvent.kind == "archive_check.finished")).one()
    assert (check.looked_at, check.total) == (expected, expected)
    assert f'"looked_at":{expected}' in told.body
    assert alarms(cleared) == []


def test_missing_changed_and_exchanged_files_are_found_in_both_stores(cleared: Stage) -> None:
    gone, changed, cut, other = cleared.certificates()[:4]
    evidence = a_file(cleared)
    path_of(cleared, Area.ARCHIVE, gone.id).unlink()
    file = path_of(cleared, Area.ARCHIVE, changed.id)
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    file = path_of(cleared, Area.ARCHIVE, cut.id)
    file.write_bytes(file.read_bytes()[:100])
    path_of(cleared, Area.ARCHIVE, other.id).write_bytes(path_of(cleared, Area.FILES, evidence.id).read_bytes())
    path_of(cleared, Area.FILES, evidence.id).write_bytes(b"")
    assert look(cleared) == {
        str(gone.id): FindingKind.MISSING,
        str(changed.id): FindingKind.CORRUPT,
        str(cut.id): FindingKind.CORRUPT,
        str(other.id): FindingKind.CORRUPT,
        str(evidence.id): FindingKind.CORRUPT,
    }
    assert alarms(cleared) == [AlarmKind.ARCHIVE]


def test_a_well_sealed_file_that_is_not_the_one_of_the_register_is_found(cleared: Stage) -> None:
    row = cleared.certificates()[0]
    database = cleared.installation.database
    with database.read() as session:
        other = database.vault(session).seal(row.worker_id, "certificate", row.id, "file", b"%PDF-1.7 another")
    path_of(cleared, Area.ARCHIVE, row.id).write_bytes(other)
    assert look(cleared) == {str(row.id): FindingKind.CORRUPT}


def test_files_that_no_row_knows_of_are_found_unless_their_row_may_be_on_its_way(cleared: Stage) -> None:
    database, home = cleared.installation.database, cleared.installation.settings
    # The clock of these tests stands on another day than that of the machine, which ids are made of.
    old, young = UUID("01890000-0000-7000-8000-000000000001"), UUID(int=_at(database.now().timestamp()))
    for area, name in ((home.archive, str(old)), (home.files, str(young)), (home.archive, "notes.txt")):
        shelf = area / name[-2:]
        shelf.mkdir(exist_ok=True)
        (shelf / name).write_bytes(b"x")
    assert look(cleared) == {str(old): FindingKind.ORPHANED, "notes.txt": FindingKind.ORPHANED}
    cleared.clock.move(hours=2)
    assert look(cleared)[str(young)] is FindingKind.ORPHANED


def _at(seconds: float) -> int:
    """The number of a UUID 7 made at this moment."""
    return int(seconds * 1000) << 80 | 0x7 << 76 | 0x2 << 62 | 5


def test_the_file_of_a_number_that_is_only_reserved_or_void_is_no_orphan(cleared: Stage) -> None:
    first, second = cleared.certificates()[:2]
    with cleared.installation.database.write(ENGINE) as work:
        for row, state in ((first, CertificateState.RESERVED), (second, CertificateState.VOID)):
            work.session.exec(update(Certificate).where(col(Certificate.id) == row.id).values(state=state))
    assert look(cleared) == {}


def test_what_belongs_to_a_person_whose_key_was_destroyed_is_no_finding(cleared: Stage) -> None:
    person = cleared.case().worker_id
    for row in cleared.certificates()[:2]:
        path_of(cleared, Area.ARCHIVE, row.id).unlink()
    with cleared.installation.database.write(ENGINE) as work:
        work.session.exec(update(PersonKey).where(col(PersonKey.person_id) == person).values(wrapped=None))
    assert look(cleared) == {}
    with cleared.installation.database.read() as session:
        left = kept.count(session)
    assert 0 < left == checks_of(cleared)[0].looked_at


def test_a_disk_that_does_not_give_out_one_file_is_a_finding_and_one_that_gives_out_none_is_not(
    cleared: Stage,
) -> None:
    row = cleared.certificates()[0]
    file = path_of(cleared, Area.ARCHIVE, row.id)
    file.unlink()
    file.mkdir()  # reading it fails, also for root
    assert look(cleared) == {str(row.id): FindingKind.UNREADABLE}
    for other in [*cleared.certificates(), *cleared.certificates(HOME)]:
        file = path_of(cleared, Area.ARCHIVE, other.id)
        if file.is_file():
            file.unlink()
            file.mkdir()
    before = len(checks_of(cleared))
    with error(Unavailable, "archive_unavailable"):
        look(cleared)
    assert checks_of(cleared)[0].finished_at is None
    assert len(checks_of(cleared)) == before + 1


def test_the_engine_walks_in_slices_goes_on_where_it_stopped_and_begins_again_after_a_week(
    cleared: Stage,
) -> None:
    path_of(cleared, Area.FILES, a_file(cleared).id).unlink()
    with cleared.installation.database.read() as session:
        total = kept.count(session)
    seen = []
    while count := archive_check.look_on(cleared.installation, 5):
        seen.append(count)
    assert sum(seen) == total
    assert set(seen[:-1]) == {5}
    (check,) = checks_of(cleared)
    assert (check.scheduled, check.looked_at, check.missing) == (True, total, 1)
    assert check.finished_at is not None

    cleared.clock.move(days=6)
    assert archive_check.look_on(cleared.installation, 5) == 0
    cleared.clock.move(days=1)
    assert archive_check.look_on(cleared.installation, 5) == 5
    assert look(cleared), "one that a person asks for in between does not disturb it"
    assert archive_check.look_on(cleared.installation, 5) == 5
    begun = next(one for one in checks_of(cleared) if one.finished_at is None)
    assert (begun.scheduled, begun.looked_at) == (True, 10)


def test_of_very_many_findings_only_so_many_are_kept_and_all_are_counted(cleared: Stage) -> None:
    shelf = cleared.installation.settings.files / "zz"
    shelf.mkdir()
    for number in range(archive_checks.MOST_FINDINGS + 5):
        (shelf / f"{number}zz").touch()
    check = archive_check.look_at_all(cleared.installation, ENGINE, lambda _done, _total: None)
    with cleared.installation.database.read() as session:
        assert len(archive_checks.findings(session, check.id)) == archive_checks.MOST_FINDINGS
    assert check.orphaned == archive_checks.MOST_FINDINGS + 5


def test_every_stored_file_belongs_to_a_part_that_is_looked_at(cleared: Stage) -> None:
    """Whoever stores a new kind of file must add its table to `kept.PARTS`, or all of them are orphans."""
    areas = {Area.ARCHIVE: cleared.installation.archive, Area.FILES: cleared.installation.files}
    with cleared.installation.database.read() as session:
        for area, store in areas.items():
            ids = [UUID(name) for name in store.list()]
            assert kept.known(session, area, ids) == set(ids)
    assert new_id().version == 7, "how young a file is stands in its id"
