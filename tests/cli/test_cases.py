"""Cases are listed and shown to whom they concern, and moved as far as machines can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_batches import SUBMIT, row, write


@pytest.fixture
def cases(run: Command, tmp_path: Path) -> Command:
    """An installation with the open cases T-0001 (away) and T-0002 (home)."""
    run("batch", "submit", write(tmp_path, row(1), row(2, track="home")), *SUBMIT)
    return run


def test_a_case_that_was_moved_says_what_is_next_and_who_acts(cases: Command) -> None:
    moved = cases.json("advance", "--all")
    assert (moved["cases"], moved["failures"]) == (2, [])
    first = next(case for case in cases.json("case", "list")["cases"] if case["reference"] == "T-0001")
    assert first["next"]["stage"] == "documents"
    assert first["next"]["actor"]
    assert "documents" in cases("case", "list").output


def test_a_case_shows_every_stage_and_why_what_is_missing_is_missing(cases: Command) -> None:
    shape = cases.json("case", "show", "T-0001")
    documents = next(stage for stage in shape["stages"] if stage["stage"] == "documents")
    assert documents["status"] == "open"
    assert all(requirement["why"] for requirement in documents["requirements"])
    shown = cases("case", "show", "T-0001").output
    assert all(stage["title"] in shown for stage in shape["stages"])


def test_looking_at_a_case_changes_nothing(cases: Command) -> None:
    before = cases.json("audit", "verify")["events"]
    cases("case", "show", "T-0001")
    assert cases.json("audit", "verify")["events"] == before


def test_medical_detail_is_not_shown_and_security_detail_not_to_agencies(cases: Command) -> None:
    def stage(name: str, *args: str) -> dict[str, object]:
        shape = cases.json("case", "show", "T-0001", *args)
        found: dict[str, object] = next(stage for stage in shape["stages"] if stage["stage"] == name)
        return found

    account = ("--name", "Some Body", "--password-stdin")
    cases("user", "add", "a@example.org", "--role", "agency_user", "--organisation", "AGN", *account, input=PASSWORD)
    cases("user", "add", "m@example.org", "--role", "medical_officer", "--organisation", "HQ", *account, input=PASSWORD)
    assert (stage("medical")["requirements"], stage("medical")["status"]) == ([], "in_progress")
    assert stage("medical", "--as", "m@example.org")["requirements"]
    assert stage("security")["requirements"]
    assert stage("security", "--as", "a@example.org")["requirements"] == []


def test_how_a_screening_stands_is_shown_to_officers_alone(cases: Command) -> None:
    account = ("--name", "Some Body", "--organisation", "HQ", "--password-stdin")
    cases("user", "add", "o@example.org", "--role", "security_officer", *account, input=PASSWORD)

    def screening(*args: str) -> object:
        stages = cases.json("case", "show", "T-0001", *args)["stages"]
        asked = next(stage for stage in stages if stage["stage"] == "security")["requirements"]
        return next(one for one in asked if one["requirement"] == "watchlist_screening")["status"]

    assert screening() == "pending"
    assert screening("--as", "o@example.org") == "missing"
    stand_in = ("user", "stand-in", "o@example.org", "--until", "2099-01-01", "--office")
    assert "of another office" in cases(*stand_in, "HQ", status=2).stderr
    assert "no such office" in cases(*stand_in, "NIX", status=3).stderr
    assert "does not stand in" in cases("user", "stand-out", "o@example.org", "--office", "HQ").output


def test_filters_find_and_an_unknown_value_is_refused(cases: Command) -> None:
    assert cases.json("case", "list", "--life", "open", "--agency", "AGN", "--limit", "1")["total"] == 2
    assert cases.json("case", "list", "--life", "cleared")["total"] == 0
    assert "cleared" in cases("case", "list", "--life", "flying", status=2).stderr
    cases("case", "list", "--agency", "NIX", status=3)
    cases("case", "list", "--programme", "moon", status=3)


def test_an_unknown_case_is_refused_in_words(cases: Command) -> None:
    assert "T-9999" in cases("case", "show", "T-9999", status=3).stderr
    assert "T-9999" in cases("advance", "T-9999", status=3).stderr


def test_which_cases_to_move_must_be_said_once(cases: Command) -> None:
    cases("advance", status=2)
    cases("advance", "T-0001", "--all", status=2)
    assert cases.json("advance", "T-0001")["cases"] == 1
