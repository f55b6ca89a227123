"""Papers and their files on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_batches import SUBMIT, row, write
from tests.evidence import making_files as making


@pytest.fixture
def cases(run: Command, tmp_path: Path) -> Command:
    """An installation with the open cases T-0001 and T-0002."""
    run("batch", "submit", write(tmp_path, row(1), row(2)), *SUBMIT)
    return run


@pytest.fixture
def scans(tmp_path: Path) -> list[str]:
    for name, content in (("1.jpg", making.jpeg("red")), ("2.pdf", making.pdf())):
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / "1.jpg"), str(tmp_path / "2.pdf")]


def papers(cases: Command, case: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = cases.json("case", "evidence", "list", case)["papers"]
    return found


def test_a_paper_is_handed_in_with_its_files_moved_and_settled(cases: Command, scans: list[str]) -> None:
    cases("case", "evidence", "add", "T-0001", "photo", *scans, "--issued", "2026-01-02")
    [paper] = papers(cases, "T-0001")
    assert (paper["kind"], paper["state"], paper["same_file"]) == ("photo", "submitted", [])
    assert isinstance(paper["files"], list)
    assert [file["media_type"] for file in paper["files"]] == ["image/jpeg", "application/pdf"]
    assert "wrong_file" in cases("case", "evidence", "move", str(paper["paper"]), "--reason", "no", status=2).stderr
    cases("case", "evidence", "move", str(paper["paper"]), "--reason", "namesake", "--to", "T-0002")
    assert papers(cases, "T-0001") == []
    cases("case", "evidence", "move", str(paper["paper"]), "--reason", "namesake", status=3)
    cases("case", "evidence", "add", "T-0001", "photo", scans[0], "--issued", "2026-01-02")
    assert "same file" in cases("case", "evidence", "list", "T-0001").output
    [again] = papers(cases, "T-0001")
    assert isinstance(again["same_file"], list)
    [same] = again["same_file"]
    assert (same["beside"], same["settled"]) == (["T-0002"], None)
    cases("case", "evidence", "settle", "T-0001", same["id"], "--reason", "reported")
    cases("case", "evidence", "settle", "T-0001", same["id"], "--reason", "reported", status=3)
    cases("audit", "verify")


def test_what_cannot_be_taken_is_said_and_nothing_is_kept(cases: Command, scans: list[str], tmp_path: Path) -> None:
    (tmp_path / "virus.exe").write_bytes(b"MZ" + bytes(100))
    add = ("case", "evidence", "add", "T-0001")
    assert "neither a PDF" in cases(*add, "photo", scans[0], str(tmp_path / "virus.exe"), status=2).stderr
    cases(*add, "family_tree", scans[0], status=3)
    cases(*add, "photo", str(tmp_path / "nowhere.jpg"), status=2)
    cases("case", "evidence", "settle", "T-0001", "no-id", "--reason", "reported", status=2)
    assert papers(cases, "T-0001") == []


def test_the_papers_are_for_those_who_may_see_identity(cases: Command, scans: list[str]) -> None:
    account = ("--name", "Some Body", "--password-stdin")
    cases("user", "add", "a@example.org", "--role", "agency_user", "--organisation", "AGN", *account, input=PASSWORD)
    cases("case", "evidence", "list", "T-0001", "--as", "a@example.org", status=3)
    cases("case", "evidence", "add", "T-0001", "photo", scans[0], "--as", "a@example.org", status=3)
