"""An auditor's sample from the command line: drawn, shown, repeated."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from basis.roles import Role
from casework import settings
from casework.accounts import service as accounts
from casework.actor import ENGINE
from casework.auditing import engagements, samples
from casework.auditing.engagements import OpenEngagement
from casework.auditing.rules import Verdict
from casework.auditing.samples import GiveVerdict
from casework.auditing.tables import Sample
from casework.organisations import service as organisations
from documents.installation import open_installation
from tests.auditing.issued import issued
from tests.cli.conftest import Command
from tests.support import factories
from workflows import reports

AUDITOR = "nora@example.org"


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
    installation = open_installation(settings.load(run.home))
    with installation.database.read() as session:
        nora = accounts.actor_of(accounts.find(session, AUDITOR), installation.database.today())
    verdict = GiveVerdict(sample=number, position=1, verdict=Verdict.AGREE)
    installation.database.run(nora, samples.review, verdict)
    sample = installation.database.run(nora, samples.sign, number, "In order.")
    assert reports.issue(installation, [sample.id]).failures == {}
    installation.database.engine.dispose()
    run(*report)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
