"""An auditor's sample from the command line: drawn, shown, repeated."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from basis.roles import Role
from casework import settings
from casework.actor import ENGINE
from casework.auditing import engagements, samples
from casework.auditing.engagements import OpenEngagement
from casework.auditing.tables import Sample
from casework.organisations import service as organisations
from documents.installation import open_installation
from tests.auditing.issued import issued
from tests.cli.conftest import Command
from tests.support import factories
from workflows import reports

AUDITOR = "nora@example.org"
IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture
def engagement(run: Command) -> str:
    """An open engagement of nora's over ten issued documents; its number."""
    installation = open_installation(settings.load(run.home))
    with installation.database.write(ENGINE) as work:
        office = organisations.by_code(work.session, "HQ")
        nora = factories.account(work, office, Role.AUDITOR, email=AUDITOR)
        case = factories.case(work, office)
        for kind in ("medical", "training"):
            for _each in range(5):
                issued(work, case, kind)
        opening = OpenEngagement(
            title="Autumn", purpose="To see.", begins_on=work.today, ends_on=work.today + timedelta(days=9),
            auditors=(nora.id,), lead=nora.id,
        )  # fmt: skip
    row = installation.database.run(ENGINE, engagements.start, installation.catalogue, opening)
    installation.database.engine.dispose()
    return row.number


def test_a_sample_is_drawn_shown_and_drawn_again(run: Command, engagement: str, tmp_path: Path) -> None:
    assert run.json("audit", "engagement", "list")["engagements"][0]["auditors"] == [AUDITOR]
    drawn = run.json(
        "audit", "sample", "draw", engagement, "--size", "4", "--method", "stratified", "--strata", "kind",
        "--seed", "2026", "--as", AUDITOR,
    )  # fmt: skip
    number = drawn["number"]
    assert (drawn["population"], drawn["seed"], len(drawn["items"])) == (10, "2026", 4)
    assert {one["stratum"] for one in drawn["items"]} == {"medical", "training"}
    assert run.json("audit", "sample", "show", number, "--as", AUDITOR) == drawn
    file = tmp_path / "population.tsv"
    again = run.json("audit", "sample", "reproduce", number, "--population", str(file), "--as", AUDITOR)
    assert (again["same"], again["population_fits"], again["changed"], again["added"]) == (True, True, [], [])
    assert again["drawn"] == [one["document"] for one in drawn["items"]]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == drawn["population_sha256"]
    assert "The draw is the same" in run("audit", "sample", "reproduce", number, "--as", AUDITOR).output
    assert drawn["items"][0]["document"] in run("audit", "sample", "show", number, "--as", AUDITOR).output


def test_filters_narrow_the_population_and_wrong_ones_are_refused(run: Command, engagement: str) -> None:
    draw = ("audit", "sample", "draw", engagement, "--size", "2", "--as", AUDITOR)
    assert run.json(*draw, "--kind", "medical", "--standing", "valid", "--office", "HQ")["population"] == 5
    for wrong in (("--standing", "sold"), ("--method", "by hand"), ("--strata", "kind"), ("--until", "2020-01-01")):
        run(*draw, *wrong, status=2)
    run(*draw, "--agency", "NOBODY", status=3)
    run("audit", "sample", "draw", engagement, "--size", "2", status=3)


def test_a_draw_that_does_not_come_out_again_is_a_finding(run: Command, engagement: str) -> None:
    number = run.json("audit", "sample", "draw", engagement, "--size", "2", "--as", AUDITOR)["number"]
    installation = open_installation(settings.load(run.home))
    with installation.database.write(ENGINE) as work:
        row, _engagement = samples.find(work.session, ENGINE, number)
        work.session.get_one(Sample, row.id).population_sha256 = "0" * 64
    installation.database.engine.dispose()
    assert "another SHA-256" in run("audit", "sample", "reproduce", number, "--as", AUDITOR, status=1).output


def test_a_report_is_there_once_the_sample_is_signed_and_issued(run: Command, engagement: str, tmp_path: Path) -> None:
    number = run.json("audit", "sample", "draw", engagement, "--size", "1", "--second-share", "0", "--as", AUDITOR)[
        "number"
    ]
    report = ("audit", "sample", "report", number, "--to", str(tmp_path / "report.pdf"), "--as", AUDITOR)
    run(*report, status=3)
    sign = ("audit", "sample", "sign", number, "--conclusion", "In order.")
    run(*sign, "--as", AUDITOR, status=3)
    run("audit", "sample", "verdict", number, "1", "agree", status=3)
    assert "first reader" in run("audit", "sample", "verdict", number, "1", "agree", "--as", AUDITOR).output
    run("audit", "sample", "verdict", number, "1", "maybe", "--as", AUDITOR, status=2)
    run(*sign, "--as", AUDITOR)
    installation = open_installation(settings.load(run.home))
    with installation.database.read() as session:
        sample, _engagement = samples.find(session, ENGINE, number)
    assert reports.issue(installation, [sample.id]).failures == {}
    installation.database.engine.dispose()
    run(*report)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_an_engagement_is_opened_and_closed(run: Command, engagement: str) -> None:
    asked = ("--title", "Winter", "--purpose", "To see.", "--auditor", AUDITOR, "--office", "HQ")
    until = IN_A_MONTH
    run("audit", "engagement", "open", *asked, "--until", until, "--as", AUDITOR, status=3)
    run("audit", "engagement", "open", *asked, "--until", "2020-01-01", status=2)
    run("audit", "engagement", "open", *asked, "--until", until)
    opened = run.json("audit", "engagement", "list")["engagements"][0]
    assert (opened["title"], opened["open"], opened["offices"], opened["auditors"]) == (
        "Winter",
        True,
        ["HQ"],
        [AUDITOR],
    )
    run("audit", "engagement", "close", opened["number"])
    run("audit", "engagement", "close", opened["number"], status=3)
    assert not run.json("audit", "engagement", "list")["engagements"][0]["open"]


def test_a_finding_goes_from_an_exception_to_its_end(run: Command, engagement: str) -> None:
    as_auditor = ("--as", AUDITOR)
    drawn = ("audit", "sample", "draw", engagement, "--size", "1", *as_auditor)
    number = run.json(*drawn)["number"]
    told = (
        "audit", "finding", "raise", engagement, "--title", "No paper", "--severity", "high", "--criterion", "A paper.",
        "--condition", "None.", "--recommendation", "Ask.", "--sample", number, "--position", "1", *as_auditor,
    )  # fmt: skip
    run(*told, status=2)
    run("audit", "sample", "verdict", number, "1", "exception", "--code", "evidence_missing", *as_auditor)
    run(*told)
    (finding,) = run.json("audit", "finding", "list", "--state", "open")["findings"]
    assert (finding["office"], finding["severity"], finding["due_on"]) == ("HQ", "high", None)
    number, due = finding["number"], IN_A_MONTH
    run("audit", "finding", "answer", number, "agree", "--words", "We do.", status=2)
    # The person responsible works at the office.
    person = ("--responsible", "admin@example.org", "--action", "Ask for it.", "--due", due)
    assert "being corrected" in run("audit", "finding", "answer", number, "agree", "--words", "We do.", *person).output
    run("audit", "finding", "follow-up", number, "implement", "--words", "x", *as_auditor, status=3)
    run("audit", "finding", "implement", number, "--words", "It is there.")
    run("audit", "finding", "follow-up", number, "close", "--words", "Seen.", *as_auditor)
    shown = run.json("audit", "finding", "show", number)
    assert [one["act"] for one in shown["steps"]] == ["raise", "agree", "implement", "close"]
    assert (shown["state"], shown["steps"][1]["due_on"]) == ("closed", due)
    assert "What should be: A paper." in run("audit", "finding", "show", number, *as_auditor).output
    assert "0 findings." in run("audit", "finding", "list", "--overdue").output
