"""Certificates are listed, verified as files, and copied; every answer has its exit status."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from basis.ids import new_id
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife, EndKind
from casework.cases.tables import Case, LiveSignOff, SignOff
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.settings import load
from casework.work import Work
from documents.installation import Installation, open_installation
from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_batches import SUBMIT, row, write
from tests.support.once import once
from workflows.issuing import issue


def sign_off(work: Work, reference: str) -> SignOff:
    case = work.session.exec(select(Case).where(Case.reference == reference)).one()
    signed = SignOff(
        id=new_id(),
        case_id=case.id,
        stage="documents",
        kind="documents",
        signed_on=work.today,
        signed_by="engine",
        recorded_at=work.now,
        stands_on=[],
    )
    work.session.add(signed)
    work.session.flush()
    work.session.add(LiveSignOff(sign_off_id=signed.id, case_id=case.id, stage="documents"))
    return signed


@pytest.fixture(scope="session")
def issued_home(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the case T-0001 has one certificate; copied for each test."""

    def make(home: Path) -> None:
        shutil.copytree(made_home, home, dirs_exist_ok=True)
        Command(home)("batch", "submit", write(home.parent, row(1), row(2)), *SUBMIT)
        installation = open_installation(load(home))
        try:
            with installation.database.write(ENGINE) as work:
                signed = sign_off(work, "T-0001")
            result = issue(installation, [signed.id])
            assert (result.count, dict(result.failures)) == (1, {})
        finally:
            installation.database.engine.dispose()

    return once(tmp_path_factory, "issued", make)


@pytest.fixture
def issued(issued_home: Path, tmp_path: Path) -> Command:
    """An installation in which the case T-0001 has one certificate."""
    home = tmp_path / "home"
    shutil.copytree(issued_home, home)
    return Command(home)


def export(run: Command, folder: Path) -> Path:
    (name,) = run.json("document", "export", "--case", "T-0001", "--to", str(folder))["files"]
    return Path(name)


def change(run: Command, what: Any) -> None:
    installation: Installation = open_installation(load(run.home))
    try:
        with installation.database.write(ENGINE) as work:
            what(work, work.session.exec(select(Certificate)).one())
    finally:
        installation.database.engine.dispose()


def verified(run: Command, file: Path, status: int) -> dict[str, Any]:
    found: dict[str, Any] = run.json("document", "verify", str(file), status=status)["files"][0]
    return found


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(issued: Command, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2 * 2**30)  # sparse: it takes no room
    tracemalloc.start()
    result = issued("document", "verify", str(large), status=2)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "larger than" in result.output
    assert most < 64 * 2**20


def test_a_genuine_certificate_is_valid_with_status_0(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "out")
    found = verified(issued, file, 0)
    assert found["status"] == "valid"
    assert found["number"] in file.name
    assert {check["result"] for check in found["checks"]} <= {"passed", "not_applicable"}
    assert "valid" in issued("document", "verify", str(file)).output


def test_a_changed_byte_is_altered_or_unknown(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "out")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert verified(issued, file, 1)["status"] in ("altered", "unknown")


def test_what_was_never_issued_here_is_unknown(issued: Command, tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.7\n%%EOF")
    assert verified(issued, file, 1)["status"] == "unknown"


@pytest.mark.parametrize("kind", list(EndKind))
def test_a_certificate_that_ended_says_how(issued: Command, tmp_path: Path, kind: EndKind) -> None:
    file = export(issued, tmp_path / "out")
    change(issued, lambda work, of: certificates.end(work, of.sign_off_id, kind, "internal words"))
    found = verified(issued, file, 1)
    assert found["status"] == kind.value
    assert found["reasons"] and "internal words" not in json.dumps(found)


def test_a_certificate_past_its_last_day_is_expired(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "out")

    def ended_yesterday(work: Work, of: Certificate) -> None:
        of.valid_until = work.today - timedelta(days=1)
        work.session.add(of)

    change(issued, ended_yesterday)
    assert verified(issued, file, 1)["status"] == "expired"


def test_of_several_files_all_must_be_valid(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "out")
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7")
    statuses = [one["status"] for one in issued.json("document", "verify", str(file), str(other), status=1)["files"]]
    assert statuses == ["valid", "unknown"]
    assert "missing.pdf" in issued("document", "verify", "missing.pdf", status=2).stderr


def test_copies_are_made_once_and_never_over_another_file(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "out")
    assert export(issued, tmp_path / "out") == file
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(b"mine")
    issued("document", "export", "--case", "T-0001", "--to", str(tmp_path / "out"), status=3)
    assert file.read_bytes() == b"mine"


def test_reading_a_certificate_is_in_the_history_under_the_readers_account(issued: Command, tmp_path: Path) -> None:
    issued(
        *("user", "add", "audit@example.org", "--name", "Au Ditor", "--role", "auditor", "--organisation", "HQ"),
        "--password-stdin",
        input=PASSWORD,
    )
    to = ("--case", "T-0001", "--to", str(tmp_path / "out"))
    issued("document", "export", *to, "--as", "audit@example.org")
    installation = open_installation(load(issued.home))
    with installation.database.read() as session:
        last = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.read")).all()[-1]
        assert last.actor != "engine"
    installation.database.engine.dispose()
    assert issued.json("audit", "verify")["whole"] is True
    assert "There is no case" in issued("document", "export", *to, "--as", "admin@example.org", status=3).stderr


def test_a_case_without_certificates_has_nothing_to_copy(issued: Command, tmp_path: Path) -> None:
    assert (
        "Nothing has been issued"
        in issued("document", "export", "--case", "T-0002", "--to", str(tmp_path / "out"), status=3).stderr
    )


def test_the_register_is_listed_and_filtered(issued: Command) -> None:
    (found,) = issued.json("document", "list")["documents"]
    assert (found["case"], found["kind"], found["state"]) == ("T-0001", "documents", "valid")
    assert found["number"] in issued("document", "list").output
    assert issued.json("document", "list", "--state", "revoked")["total"] == 0
    assert issued.json("document", "list", "--case", "T-0002")["documents"] == []
    assert issued.json("document", "list", "--kind", "documents", "--state", "valid")["total"] == 1
    assert issued.json("document", "list", "--kind", "letter")["total"] == 0
    for wrong in (("--kind", "poem"), ("--state", "lost")):
        issued("document", "list", *wrong, status=2)


def test_doctor_misses_a_certificate_that_the_archive_lost(issued: Command) -> None:
    (document_id,) = [one["id"] for one in issued.json("document", "list")["documents"]]
    (path,) = (issued.home / "archive").glob(f"*/{document_id}")
    path.unlink()
    found = {check["name"]: check["result"] for check in issued.json("doctor", status=1)["checks"]}
    assert found["certificates"] == "problem"


def test_advance_issues_what_was_signed_off_and_not_issued_yet(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1)), *SUBMIT)
    installation = open_installation(load(run.home))
    with installation.database.write(ENGINE) as work:
        case = work.session.get_one(Case, sign_off(work, "T-0001").case_id)
        case.life, case.ended_on = CaseLife.DEPARTED, work.today  # what was signed off then is no longer reopened
        work.session.add(case)
    installation.database.engine.dispose()
    (run.home / "predeparture.toml").write_text("")
    without_address = run.json("advance", "T-0001", status=1)
    assert (without_address["issued"], len(without_address["failures"])) == (0, 1)
    assert "public address" in without_address["failures"][0]["message"]

    (run.home / "predeparture.toml").write_text('public_url = "https://example.org"\n')
    assert run.json("advance", "T-0001")["issued"] == 1
    assert run.json("advance", "T-0001")["issued"] == 0


def test_a_changed_event_is_found_and_named(issued: Command) -> None:
    installation = open_installation(load(issued.home))
    with installation.database.engine.begin() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit_event SET actor = 'somebody' WHERE seq = 3")
    installation.database.engine.dispose()
    found = issued.json("audit", "verify", status=1)
    assert {fault["event"] for fault in found["faults"]} == {3}
    assert "event 3" in issued("audit", "verify", status=1).output
