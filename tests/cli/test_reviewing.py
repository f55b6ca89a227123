"""Documents are made again and compared; the trail is searched; packs for auditors hold what they say."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlmodel import select

from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.auditing import engagements
from casework.auditing.engagements import OpenEngagement
from casework.certificates.tables import Certificate
from casework.organisations import service as organisations
from casework.settings import load
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_documents import issued, issued_home
from tests.support import factories

__all__ = ["issued", "issued_home"]


def number_of(run: Command) -> str:
    (one,) = run.json("document", "list")["documents"]
    return str(one["number"])


def test_a_document_comes_out_again_byte_for_byte_and_somebody_asked_for_it(issued: Command) -> None:
    number = number_of(issued)
    found = issued.json("document", "rerender", number)
    assert (found["same"], found["changed"]) == (True, [])
    installation = open_installation(load(issued.home))
    with installation.database.read() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.made_again"))
    assert json.loads(event.body)["data"] == {"number": number, "same": True}
    installation.database.engine.dispose()


def test_what_was_changed_in_the_register_comes_out_otherwise_and_versions_are_named(issued: Command) -> None:
    number = number_of(issued)

    def change(work: Work, versions: dict[str, str]) -> None:
        row = work.session.exec(select(Certificate)).one()
        assert row.value is not None
        value = work.vault.open_json(row.worker_id, "certificate", row.id, "value", row.value)
        value["person"]["name"] = "Somebody Else"
        row.value = work.vault.seal_json(row.worker_id, "certificate", row.id, "value", value)
        row.renderer = {**(row.renderer or {}), **versions}
        work.session.add(row)

    installation = open_installation(load(issued.home))
    installation.database.run(ENGINE, change, {})
    assert "its file, or what is stored of it, was changed" in issued("document", "rerender", number, status=1).output
    installation.database.run(ENGINE, change, {"weasyprint": "1.0"})
    found = issued.json("document", "rerender", number, status=1)
    assert [(one["name"], one["then"]) for one in found["changed"]] == [("weasyprint", "1.0")]
    installation.database.engine.dispose()


def test_an_unknown_number_is_refused(issued: Command) -> None:
    issued("document", "rerender", "DOC-1999-000001", status=3)


def test_the_trail_says_who_did_what_and_that_it_was_asked(issued: Command) -> None:
    number = number_of(issued)
    issued("document", "rerender", number)
    found = issued.json("audit", "search", "--document", number)
    assert [one["event"]["kind"] for one in found["events"]] == [
        "certificate.made_again",
        "certificate.issued",
        "certificate.reserved",
    ]
    assert found["events"][0]["case"] == "T-0001"
    issued.json("audit", "search", "--case", "T-0001", "--person", "engine", "--kind", "certificate")
    looks = issued.json("audit", "search", "--looks")["events"]
    assert [one["what"] for one in looks][:2] == ["The history was searched", "The history was searched"]
    assert looks[0]["event"]["case_id"]
    assert "Document" in issued("audit", "search", "--kind", "certificate.made_again").output
    issued("audit", "search", "--kind", "nonsense", status=2)


def unpacked(run: Command, folder: Path, *options: str) -> Path:
    run("audit", "pack", "--out", str(folder / "pack.zip"), *options)
    with zipfile.ZipFile(folder / "pack.zip") as archive:
        archive.extractall(folder / "pack")
    return folder / "pack"


def shell(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_pack_is_checked_with_the_commands_of_its_readme(issued: Command, tmp_path: Path) -> None:
    issued("audit", "seal")
    pack = unpacked(issued, tmp_path, "--case", "T-0001")
    readme = (pack / "README.txt").read_text("utf-8")
    (document,) = (pack / "documents").iterdir()
    commands = [line.strip() for line in readme.splitlines() if line.startswith("   ")]
    assert len(commands) == 5
    for command in commands:
        tool = next(word for word in command.split() if word not in {"for", "file", "in", "do"} and "/" not in word)
        if tool == "predeparture":
            issued("audit", "check-proof", str(pack / "tree-head.json"), "--key", str(pack / "issuer" / "keys.json"))
            continue
        if shutil.which(tool.strip(";")) is None:
            continue
        done = shell(pack, "sh", "-c", command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        if tool == "pdfsig":
            assert "Signature is Valid" in done.stdout
    assert shell(pack, sys.executable, "check.py").stdout.count("all right") == 4
    rows = json.loads((pack / "register.json").read_text("utf-8"))["documents"]
    assert [row["file"] for row in rows] == [f"documents/{document.name}"]
    kinds = [json.loads(json.loads(line)["body"])["kind"] for line in (pack / "events.jsonl").read_text().splitlines()]
    assert "certificate.issued" in kinds
    assert kinds[-2:] == ["certificate.read", "audit_pack.made"], "the pack tells of itself"


@pytest.mark.parametrize("what", ["document", "event", "proof", "sums"])
def test_a_pack_that_was_changed_says_so(issued: Command, tmp_path: Path, what: str) -> None:
    issued("audit", "seal")
    pack = unpacked(issued, tmp_path, "--case", "T-0001")
    (document,) = (pack / "documents").iterdir()
    if what == "document":
        document.write_bytes(document.read_bytes() + b"x")
    elif what == "sums":
        (pack / "register.json").unlink()
        (pack / "register.json").write_text('{"documents": []}')
    else:
        path = pack / ("events.jsonl" if what == "event" else "proofs.jsonl")
        text = path.read_text()
        path.write_text(
            text.replace("case.opened", "case.closed") if what == "event" else text.replace('["', '["00', 1)
        )
    done = shell(pack, sys.executable, "check.py")
    assert done.returncode == 1
    assert "changed" in done.stdout


def test_a_pack_is_of_one_case_or_sample_and_for_auditors(issued: Command, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "pack.zip"))
    issued("audit", "pack", *out, status=2)
    issued("audit", "pack", *out, "--case", "T-0001", "--sample", "SMP-1", status=2)
    issued("audit", "pack", *out, "--case", "T-9999", status=3)
    issued("audit", "pack", *out, "--sample", "SMP-2026-000001", status=3)
    issued("audit", "pack", *out, "--case", "T-0001", "--as", "admin@example.org", status=3)
    assert not (tmp_path / "pack.zip").exists()
    (tmp_path / "pack.zip").write_text("mine")
    issued("audit", "pack", *out, "--case", "T-0001", status=3)
    assert (tmp_path / "pack.zip").read_text() == "mine"


def test_an_auditor_packs_a_sample_and_every_document_in_it_is_recorded_as_read(
    issued: Command, tmp_path: Path
) -> None:
    installation = open_installation(load(issued.home))
    with installation.database.write(ENGINE) as work:
        office = organisations.by_code(work.session, "HQ")
        nora = factories.account(work, office, Role.AUDITOR, email="nora@example.org")
        opening = OpenEngagement(
            title="Autumn", purpose="To see.", begins_on=work.today, ends_on=work.today, auditors=(nora.id,),
            lead=nora.id, offices=(office.id,),
        )  # fmt: skip
    row = installation.database.run(ENGINE, engagements.start, installation.catalogue, opening)
    mine = ("--as", "nora@example.org")
    drawn = issued.json("audit", "sample", "draw", row.number, "--size", "1", "--seed", "1", *mine)
    issued("audit", "seal")
    pack = unpacked(issued, tmp_path, "--sample", drawn["number"], *mine)
    assert shell(pack, sys.executable, "check.py").returncode == 0
    sample = json.loads((pack / "sample.json").read_text("utf-8"))
    assert sample["seed"] == "1"
    assert [one["document"] for one in sample["items"]] == [number_of(issued)]
    population = hashlib.sha256((pack / "population.tsv").read_bytes()).hexdigest()
    assert population == sample["population_sha256"] == drawn["population_sha256"]
    with installation.database.read() as session:
        (read,) = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.read"))
    assert read.actor == str(nora.id)
    assert json.loads(read.body)["data"]["engagements"] == [row.number]
    issued("audit", "pack", "--out", str(tmp_path / "no.zip"), "--case", "T-9999", *mine, status=3)
    installation.database.engine.dispose()
