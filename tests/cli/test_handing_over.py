"""Documents leave by command, are corrected, doubled and packed, and signatories are named."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from cli.demo import pictures
from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_documents import issued, issued_home, verified

__all__ = ["issued", "issued_home"]

EMBASSY = ("--to", "embassy", "--purpose", "visa_application", "--organisation", "Embassy")


@pytest.fixture
def number(issued: Command) -> str:
    (found,) = issued.json("document", "list")["documents"]
    return str(found["number"])


def test_a_document_is_handed_over_once_into_a_new_file_and_the_disclosure_is_listed(
    issued: Command, number: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    issued("document", "hand-over", number.lower(), *EMBASSY, "--out", str(out))
    assert out.stat().st_mode & 0o077 == 0
    assert verified(issued, out, 0)["number"] == number
    (told,) = issued.json("document", "disclosures", number)["disclosures"]
    assert (told["recipient"], told["organisation"], told["copy"]) == ("embassy", "Embassy", 0)
    assert issued.json("document", "disclosures", "--case", "T-0001")["disclosures"] == [told]
    assert "Embassy" in issued("document", "disclosures", number).output
    issued("document", "hand-over", number, *EMBASSY, "--out", str(out), status=3)
    assert len(issued.json("document", "disclosures", number)["disclosures"]) == 1


def test_what_may_not_leave_leaves_neither_file_nor_record(issued: Command, number: str, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    wrong: list[tuple[tuple[str, ...], int, str]] = [
        (("--to", "neighbour", "--purpose", "employment"), 2, "embassy"),
        (("--to", "worker", "--purpose", "curiosity"), 2, "own_papers"),
        (("--to", "embassy", "--purpose", "visa_application"), 2, "organisation"),
        (("--to", "lender", "--purpose", "travel_loan", "--organisation", "Bank"), 3, "does not go to the lender"),
        ((*EMBASSY, "--copy", "4"), 3, "no duplicate"),
    ]
    for options, status, says in wrong:
        assert says in issued("document", "hand-over", number, *options, "--out", str(out), status=status).stderr
        assert not out.exists()
    assert issued.json("document", "disclosures", number)["disclosures"] == []
    assert "no document" in issued("document", "hand-over", "X-1", *EMBASSY, "--out", str(out), status=3).stderr


def test_duplicates_scans_and_corrections_go_by_command(issued: Command, number: str, tmp_path: Path) -> None:
    said = issued("document", "duplicate", number, "--reason", "lost").output
    assert f"Duplicate no. 1 of {number}" in said
    copy = tmp_path / "copy.pdf"
    issued("document", "hand-over", number, *EMBASSY, "--copy", "1", "--out", str(copy))
    assert verified(issued, copy, 0)["number"] == number
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(pictures.paper("Stamped", "T"))
    issued("document", "scan", number, str(scan))
    scan.write_bytes(b"GIF89a")
    issued("document", "scan", number, str(scan), status=2)
    for command in ("duplicate", "revoke", "supersede"):
        assert "Choose one of" in issued("document", command, number, "--reason", "because", status=2).stderr
    issued("document", "revoke", number, "--reason", "wrong_person", "--note", "Brother's.", "--tell")
    found = verified(issued, copy, 1)
    assert found["status"] == "revoked"
    assert "issued for another person" in json.dumps(found["reasons"])
    assert "Brother" not in json.dumps(found)
    issued("document", "supersede", number, "--reason", "misspelt", status=3)
    assert issued.json("audit", "verify")["whole"] is True


def test_a_pack_takes_cases_or_filters_and_only_one_of_them(issued: Command, number: str, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    pack = issued.json("document", "pack", *EMBASSY, "--kind", "documents", "--out", str(out))
    assert (pack["documents"], pack["kept_back"]) == (1, [])
    with ZipFile(out) as archive:
        assert any(number in name for name in archive.namelist())
    printed = tmp_path / "pack.pdf"
    issued("document", "pack", *EMBASSY, "--case", "T-0001", "--out", str(printed))
    assert printed.read_bytes().startswith(b"%PDF-")
    packs = {one["pack"] for one in issued.json("document", "disclosures", number)["disclosures"]}
    assert len(packs) == 2 and pack["id"] in packs
    other = str(tmp_path / "other.pdf")
    for wrong, status in (
        ((), 2),
        (("--kind", "documents", "--case", "T-0001"), 2),
        (("--kind", "poem"), 2),
        (("--case", "T-0009"), 3),
        (("--case", "T-0002"), 3),
        (("--cohort", "NONE"), 3),
    ):
        issued("document", "pack", *EMBASSY, *wrong, "--out", other, status=status)
        assert not Path(other).exists()
    issued("document", "pack", *EMBASSY, "--case", "T-0001", "--out", str(tmp_path / "pack.doc"), status=2)


@pytest.mark.deep
def test_signatories_are_named_listed_and_ended(run: Command) -> None:
    person = ("--name", "Synthetic Head", "--title", "Head of the office")
    run("signatory", "add", "--kind", "all", *person)
    run(
        "signatory",
        "add",
        "--kind",
        "medical",
        "--kind",
        "letter",
        "--account",
        "admin@example.org",
        "--title",
        "Chief",
    )
    found = run.json("signatory", "list")["signatories"]
    assert [(one["name"], one["state"]) for one in found] == [("Ada Admin", "holds"), ("Synthetic Head", "holds")]
    assert found[0]["kinds"] == ["medical", "letter"]
    assert "Head of the office" in run("signatory", "list").output
    run("signatory", "end", found[1]["id"], "--on", "2020-01-01", status=2)
    run("signatory", "end", found[1]["id"])
    run("signatory", "end", "nothing", status=2)
    run("signatory", "add", "--kind", "poem", *person, status=2)
    run(
        *("user", "add", "case@example.org", "--name", "Ca Se", "--role", "caseworker", "--organisation", "HQ"),
        "--password-stdin",
        input=PASSWORD,
    )
    run("signatory", "add", "--kind", "all", *person, "--as", "case@example.org", status=3)
    run("signatory", "list", "--as", "case@example.org", status=3)
