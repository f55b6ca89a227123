"""Tracks, follow-ups, plans and cohorts on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_batches import SUBMIT, row, write

PROGRAMME = "kosovo-germany-construction"


@pytest.fixture
def cases(run: Command, tmp_path: Path) -> Command:
    """An installation with the open cases T-0001 (away) and T-0002 (home)."""
    run("batch", "submit", write(tmp_path, row(1), row(2, track="home")), *SUBMIT)
    run("advance", "--all")
    return run


def test_a_case_goes_on_another_track_for_a_known_reason(cases: Command) -> None:
    assert "worker_chose" in cases("case", "track", "T-0001", "home", "--reason", "because", status=2).stderr
    assert "away" in cases("case", "track", "T-0001", "home", "--reason", "worker_chose").output
    assert cases.json("case", "show", "T-0001")["case"]["track"] == "home"
    cases("case", "track", "T-0001", "home", "--reason", "worker_chose", status=3)
    cases("case", "track", "T-0002", "away", "--reason", "offer_abroad", "--departure", "2020-01-01", status=2)
    cases("case", "track", "T-0002", "away", "--reason", "offer_abroad", "--departure", "2099-01-01")
    assert cases.json("case", "show", "T-0002")["case"]["planned_departure"] == "2099-01-01"
    cases("audit", "verify")


def test_a_plan_says_what_must_be_there_by_when_and_hides_what_the_reader_may_not_know(cases: Command) -> None:
    account = ("--name", "Some Body", "--password-stdin")
    cases("user", "add", "a@example.org", "--role", "agency_user", "--organisation", "AGN", *account, input=PASSWORD)
    plan = cases.json("case", "plan", "T-0001")
    assert plan["departure"] == cases.json("case", "show", "T-0001")["case"]["planned_departure"]
    documents = next(stage for stage in plan["stages"] if stage["stage"] == "documents")
    assert all(item["done"] or item["earliest"] for item in documents["requirements"])
    assert next(stage for stage in plan["stages"] if stage["stage"] == "medical")["requirements"] == []
    theirs = cases.json("case", "plan", "T-0001", "--as", "a@example.org")
    assert next(stage for stage in theirs["stages"] if stage["stage"] == "security")["requirements"] == []
    shown = cases("case", "plan", "T-0001").output
    assert all(stage["title"] in shown for stage in plan["stages"])
    assert "every stage can be signed off" in cases("case", "plan", "T-0002").output


def test_follow_ups_are_asked_only_after_something_has_happened(cases: Command) -> None:
    assert cases.json("case", "follow-up", "T-0001")["follow_ups"] == []
    assert "No follow-up" in cases("case", "follow-up", "T-0001").output
    cases("case", "follow-up", "T-0001", "first_call", status=2)
    cases("case", "follow-up", "T-0001", "--outcome", "well", status=2)
    cases("case", "follow-up", "T-0001", "first_call", "--outcome", "well", status=3)
    cases("case", "follow-up", "T-0001", "first_call", "--withdraw", "wrong_person", status=2)
    cases("case", "follow-up", "T-0001", "first_call", "--outcome", "well", "--how", "telepathy", status=2)


def test_what_is_due_of_all_is_listed_and_check_ins_are_recorded_by_a_list(cases: Command, tmp_path: Path) -> None:
    assert cases.json("follow-up", "list") == {"schema": "predeparture.follow-ups-due/1", "total": 0, "lines": []}
    cases("follow-up", "list", "--due", "never", status=2)
    sheet = tmp_path / "check-ins.csv"
    sheet.write_text("Case reference,Follow-up,Outcome,Made on,How\nT-0001,first_call,well,2026-11-01,call\n")
    made = cases.json("follow-up", "record", str(sheet), status=1)
    assert (made["taken"], [one["code"] for one in made["findings"]]) == (0, ["follow_up"])
    assert "1 given back" in cases("follow-up", "record", str(sheet), status=1).output


def test_a_cohort_is_set_up_joined_and_counted(cases: Command) -> None:
    new = ("--programme", PROGRAMME, "--title", "Builders", "--funder", "Fund", "--starts-on", "2027-01-01")
    costs = ("--training", "1000", "--living", "250.50")
    cases("cohort", "add", "gsp-1", *new, "--intake", "1", *costs)
    cases("cohort", "add", "gsp-1", *new, "--intake", "1", status=3)
    cases("cohort", "add", "gsp-2", *new, "--intake", "0", status=2)
    cases("cohort", "add", "gsp-2", *new, "--intake", "1", "--return", "much", status=2)
    cases("cohort", "join", "T-0001", status=2)
    cases("cohort", "join", "T-0001", "gsp-9", status=3)
    cases("cohort", "join", "T-0001", "gsp-1")
    assert "full" in cases("cohort", "join", "T-0002", "gsp-1", status=3).stderr
    shape = cases.json("cohort", "show", "gsp-1")
    assert (shape["taken"], shape["selected"], shape["costs"]["living"]) == (1, {"away": 1, "home": 0}, 25050)
    assert cases.json("cohort", "list")["cohorts"][0]["total"] == {"minor": 125050, "currency": "EUR"}
    assert "Builders" in cases("cohort", "list").output
    assert "1 of 1" in cases("cohort", "show", "gsp-1").output
    cases("cohort", "join", "T-0001", "--leave")
    cases("cohort", "join", "T-0001", "--leave", status=3)
    assert cases.json("cohort", "show", "gsp-1")["taken"] == 0


def test_where_a_worker_has_lived_is_shown_with_what_is_missing_and_which_papers_follow(cases: Command) -> None:
    assert cases.json("case", "residence", "T-0001")["stays"] == []
    found = cases.json("case", "residence", "T-0001", "--add", "XK:1995-03-09/")
    assert found["findings"] == []
    assert [(one["country"], one["asked"]) for one in found["countries"]] == [("XK", True)]
    assert "Asked: " in found["countries"][0]["why"]
    stay = ("--add", "CH:2015-03/2016-09", "--source", "residence permit")
    found = cases.json("case", "residence", "T-0001", *stay, status=1)
    assert [(one["country"], one["since"], one["source"]) for one in found["stays"]][-1] == (
        "CH",
        "2015-03",
        "residence permit",
    )
    assert [one["code"] for one in found["findings"]] == ["overlap"]
    planned = cases.json("case", "plan", "T-0001")["countries"]
    assert [(one["country"], one["asked"]) for one in planned] == [("XK", True), ("CH", True)]
    assert "residence permit" in cases("case", "residence", "T-0001", status=1).output
    cases("case", "residence", "T-0001", "--add", "CH:2015-03/2016-09", status=2)
    cases("case", "residence", "T-0001", "--add", "CH:May", status=2)
    cases("case", "residence", "T-0001", "--remove", "9", status=2)
    assert "no gaps" in cases("case", "residence", "T-0001", "--remove", "2").output
