"""The skills map on the command line: no names, no ranking."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write


def test_workers_are_searched_and_a_demand_is_weighed_without_names(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1), row(2, occupation="2221")), *SUBMIT)
    run("case", "advance", status=None)
    found = run.json("skills", "search")
    assert (found["schema"], found["total"]) == ("predeparture.skills/1", 2)
    assert "Test" not in str(found)
    mason = run.json("skills", "search", "--occupation", "71")["workers"]
    assert [one["case"] for one in mason] == ["T-0001"]
    demand = ("--occupation", "7112", "--count", "2", "--from", "2099-01-01", "--destination", "de")
    matched = run.json("skills", "match", *demand, "--language", "de", "--level", "B1")
    assert (matched["schema"], matched["asked"]) == ("predeparture.skill-match/1", 2)
    [worker] = matched["workers"]
    assert {one["criterion"] for one in worker["reasons"]} >= {"occupation", "language", "readiness", "destination"}
    assert "T-0001" in run("skills", "match", *demand).stdout
    assert "T-0002" in run("skills", "search").stdout


def test_what_nobody_can_be_asked_is_refused(run: Command) -> None:
    run.init()
    assert "no such option" in run("skills", "search", "--sex", "F", status=2).output.lower()
    run("skills", "search", "--level", "B1", status=2)
    run("skills", "search", "--language", "de", "--skill", "singing=B1", status=2)
    run("skills", "search", "--occupation", "9999", status=2)
