"""`doctor` says of each thing whether it is right and what to do; problems are findings."""

from __future__ import annotations

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.complaints import service
from casework.complaints.rules import Against, ComplaintKind
from casework.complaints.service import Report
from casework.organisations.tables import Organisation
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import PASSWORD, Command
from tests.support import clamd
from tests.support.clamd import Mood


def looked(run: Command, status: int = 0) -> dict[str, str]:
    return {check["name"]: check["result"] for check in run.json("doctor", status=status)["checks"]}


def test_a_new_installation_is_right_but_for_its_backup(run: Command) -> None:
    found = looked(run)
    assert found["backup"] == "warning"
    assert [name for name, result in found.items() if result == "problem"] == []
    lines = run("doctor").output.splitlines()
    assert all(line.startswith(("✓ ", "! ", "✗ ", "  ")) for line in lines)


def test_without_an_installation_the_machine_is_looked_at_and_the_way_on_is_said(empty: Command) -> None:
    found = looked(empty, status=1)
    assert (found["python"], found["installation"]) == ("good", "problem")
    assert "predeparture init" in empty("doctor", status=1).output
    assert not empty.home.exists()


def test_an_office_in_which_nobody_reads_reports_about_its_staff_is_named(run: Command) -> None:
    assert looked(run)["complaints"] == "warning"
    assert "HQ" in run("doctor").output
    officer = ("--role", "complaints_officer", "--organisation", "HQ", "--name", "Some Body", "--password-stdin")
    run("user", "add", "c@example.org", *officer, input=PASSWORD)
    assert looked(run)["complaints"] == "good"


def test_an_office_with_a_complaint_that_nobody_can_read_is_named(run: Command) -> None:
    def report(work: Work) -> None:
        office = work.session.exec(select(Organisation).where(Organisation.code == "HQ")).one()
        said = Report(office_id=office.id, kind=ComplaintKind.FEE, against=Against.STAFF, words="A clerk took money")
        service.file(work, said, "once")

    installation = open_installation(Settings(home=run.home))
    installation.database.run(ENGINE, report)
    installation.database.engine.dispose()
    assert looked(run, status=1)["complaints-unread"] == "problem"
    assert "HQ" in run("doctor", status=1).output


def test_a_key_that_others_can_read_is_a_problem(run: Command) -> None:
    (run.home / "keys" / "vault.key").chmod(0o644)
    assert looked(run, status=1)["keys"] == "problem"
    assert "vault.key" in run("doctor", status=1).output


def test_a_missing_key_is_a_problem(run: Command) -> None:
    (run.home / "keys" / "index.key").unlink()
    assert looked(run, status=1)["installation"] == "problem"


def test_a_missing_or_readable_key_for_data_is_a_problem_that_upgrade_mends(run: Command) -> None:
    key = run.home / "keys" / "credential.pem"
    key.chmod(0o644)
    assert looked(run, status=1)["keys"] == "problem"
    key.unlink()
    assert looked(run, status=1)["credential-key"] == "problem"
    run("upgrade")
    assert looked(run)["credential-key"] == "good"


def test_a_missing_archive_folder_is_a_problem(run: Command) -> None:
    (run.home / "archive").rmdir()
    assert looked(run, status=1)["archive"] == "problem"


def test_without_a_public_address_nothing_can_be_issued(run: Command) -> None:
    (run.home / "predeparture.toml").write_text("")
    assert looked(run, status=1)["public-url"] == "problem"
    (run.home / "predeparture.toml").write_text('public_url = "http://example.org"\n')
    assert looked(run)["public-url"] == "warning"


def test_settings_that_cannot_be_read_are_a_problem(run: Command) -> None:
    (run.home / "predeparture.toml").write_text("port = \n")
    assert looked(run, status=1)["settings"] == "problem"


def test_settings_of_another_prefect_are_warned_of(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert looked(run)["prefect-settings"] == "warning"


def test_a_backup_ends_the_warning_until_the_keys_change(run: Command) -> None:
    run("backup", str(run.home.parent / "copy"))
    assert looked(run)["backup"] == "good"
    (run.home / "keys" / "index.key").write_text("ab" * 32 + "\n")
    assert looked(run)["backup"] == "warning"


def test_without_a_virus_scanner_that_is_said_and_one_that_does_not_answer_is_a_problem(run: Command) -> None:
    assert looked(run)["virus-scan"] == "warning"
    settings = run.home / "predeparture.toml"
    before = settings.read_text()
    with clamd.running() as daemon:
        settings.write_text(f'{before}\nclamd_address = "{daemon.address}"\n')
        assert looked(run)["virus-scan"] == "good"
        daemon.mood = Mood.BROKEN
        assert looked(run, status=1)["virus-scan"] == "problem"
    settings.write_text(f'{before}\nclamd_address = "clamd.ctl"\n')
    assert looked(run, status=1)["settings"] == "problem"
