"""An auditor's sample through real pages in a real browser: drawn, read by two, signed, drawn again from its seed."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.service import AddAccount
from casework.actor import ENGINE
from cli.demo import people
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


def second_auditor(site: Bench) -> None:
    command = AddAccount(
        email=people.address("edona"),
        name="Edona Krasniqi",
        role=Role.AUDITOR,
        organisation=people.OFFICE,
        password=people.PASSWORD,
    )
    site.installation.database.run(ENGINE, accounts.add, command)


def open_engagement(tab: Page, site: Bench) -> None:
    tab.get_by_role("link", name="Audits", exact=True).click()
    tab.get_by_role("link", name="Open an engagement").click()
    tab.get_by_label("Title").fill("Autumn review")
    tab.get_by_label("Purpose").fill("Whether clearances stand on what they must.")
    tab.get_by_label("Last day").fill((site.today + timedelta(days=30)).isoformat())
    for name in ("Nora Leka", "Edona Krasniqi"):
        tab.get_by_role("checkbox", name=name).check()
    tab.get_by_label("Lead auditor").select_option(label="Nora Leka")
    looked_at(tab)
    tab.get_by_role("button", name="Open the engagement").click()
    expect(tab.get_by_text("The engagement was opened.")).to_have_count(1)
    looked_at(tab)


def draw(tab: Page) -> None:
    tab.get_by_role("link", name="Audits", exact=True).click()
    tab.get_by_role("link", name="ENG-").click()
    tab.get_by_role("link", name="Draw a sample").click()
    tab.get_by_label("Status").select_option(label="valid")
    tab.get_by_role("button", name="Count them").click()
    fitting = tab.get_by_text(re.compile(r"\d+ documents fit"))
    expect(fitting).to_have_count(1)
    number = int(fitting.inner_text().split()[0])
    assert 3 < number < 30
    looked_at(tab)
    tab.get_by_label("Number of documents").fill("30")
    tab.get_by_label("Seed").fill("2026-autumn")
    tab.get_by_label("Second reader, percent").fill("0")
    tab.get_by_role("button", name="Draw the sample").click()
    expect(tab.get_by_text(f"From {number} documents one can draw 1 to {number}.")).to_have_count(1)
    looked_at(tab)
    tab.get_by_label("Number of documents").fill("3")
    tab.get_by_role("button", name="Draw the sample").click()
    expect(tab.get_by_text("The sample was drawn.")).to_have_count(1)
    expect(tab.get_by_text("0 of 3 documents are read")).to_have_count(1)
    looked_at(tab)


def give(tab: Page, verdict: str, reason: str = "", note: str = "") -> None:
    tab.get_by_role("radio", name=verdict).check()
    if reason:
        tab.get_by_label("Reason").select_option(label=reason)
    tab.get_by_label("Note").fill(note)
    tab.get_by_role("button", name="verdict").or_(tab.get_by_role("button", name="Settle it")).click()
    expect(tab.get_by_text("The verdict was recorded.")).to_have_count(1)


WRONG = "The document says something else than the evidence."


@pytest.mark.deep
def test_an_auditors_sample_is_drawn_reviewed_signed_and_reproduced_from_its_seed(
    played_home: Path, copied: Callable[[Path], Bench], seats: Seats, tmp_path: Path
) -> None:
    site = copied(played_home)
    second_auditor(site)
    with served(site, seats) as walk:
        supervisor = walk.visit("mira")
        open_engagement(supervisor, site)

        lead = walk.visit("audit")
        draw(lead)
        lead.get_by_role("link", name="1. Read").click()
        with lead.expect_navigation():
            lead.get_by_role("link", name="Open the evidence of the document").click()
        expect(lead.get_by_text("Every check passed")).to_have_count(1)
        lead.go_back()
        give(lead, "exception", WRONG, "The day differs.")
        give(lead, "agree")
        give(lead, "agree")
        lead.get_by_role("link", name="SMP-").click()
        expect(lead.get_by_text("waits for a second reader")).to_have_count(1)
        looked_at(lead)

        second_reads(walk.visit("edona", scripts=False), lead.url)

        lead.get_by_role("link", name="1. Read").click()
        looked_at(lead)
        give(lead, "exception", WRONG, "The paper says the 3rd.")
        lead.get_by_role("link", name="Document before").click()
        lead.get_by_role("link", name="Raise a finding from it").click()
        lead.get_by_label("Title").fill("A day differs")
        lead.get_by_role("radio", name="high").check()
        for label in ("Criterion", "Condition", "Recommendation"):
            lead.get_by_label(label).fill(f"{label} in words.")
        lead.get_by_role("button", name="Raise the finding").click()
        expect(lead.get_by_text("The finding was raised.")).to_have_count(1)
        looked_at(lead)
        lead.get_by_role("link", name="SMP-").click()
        lead.get_by_label("Conclusion").fill("One of three has a wrong day.")
        lead.get_by_role("checkbox", name="I have looked at the results").check()
        lead.get_by_role("button", name="Sign the sample").click()
        expect(lead.get_by_text("The report is being made.")).to_have_count(1)
        site.work()
        lead.reload()
        looked_at(lead)
        with lead.expect_download() as download:
            lead.get_by_role("link", name="Download the report").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        with lead.expect_download() as population:
            lead.get_by_role("link", name="Population (TSV)").click()
        lead.get_by_role("link", name="Draw it again").click()
        expect(lead.get_by_text("The draw is the same")).to_have_count(1)
        looked_at(lead)
        repeated_with_ordinary_tools(lead, population.value.path(), tmp_path)
        office_answers(supervisor)


def second_reads(tab: Page, sample: str) -> None:
    """Without JavaScript, and without knowing what the first reader said."""
    tab.goto(sample)
    tab.get_by_role("link", name="1. Read").click()
    expect(tab.get_by_text("The first reader's verdict is shown after yours.")).to_have_count(1)
    assert "The day differs." not in tab.content()
    give(tab, "agree")
    tab.get_by_role("link", name="Document before").click()
    expect(tab.get_by_text("The day differs.")).to_have_count(1)
    expect(tab.get_by_text("the readers disagree: the lead decides")).to_have_count(1)


def repeated_with_ordinary_tools(tab: Page, population: Path, folder: Path) -> None:
    """The commands of the page give the documents of the page, on the file of the page."""
    commands = tab.locator("pre").inner_text()
    name = commands.split()[1]
    (folder / name).write_bytes(population.read_bytes())
    done = subprocess.run(["bash", "-c", commands], cwd=folder, capture_output=True, text=True, check=True)
    checked, *drawn = done.stdout.splitlines()
    assert checked.split()[0] == hashlib.sha256(population.read_bytes()).hexdigest()
    assert checked.split()[0] in commands
    shown = tab.locator("section[aria-labelledby=drawn] dd").all_inner_texts()
    assert [line.split()[1] for line in drawn] == shown


def office_answers(tab: Page) -> None:
    tab.get_by_role("link", name="Audits", exact=True).click()
    tab.get_by_role("link", name="Findings").click()
    looked_at(tab)
    tab.get_by_role("link", name="FND-").click()
    tab.get_by_role("radio", name="The office agrees", exact=True).check()
    tab.get_by_label("What the office says").fill("So it is.")
    tab.get_by_role("button", name="Record the answer").click()
    expect(tab.get_by_text("Who agrees says what is done")).to_have_count(1)
    looked_at(tab)
    tab.get_by_label("Corrective action").fill("The day is taken from the record.")
    tab.get_by_label("Responsible").select_option(label="Arta Gashi")
    tab.get_by_label("Done by").fill("2199-01-01")
    tab.get_by_role("button", name="Record the answer").click()
    expect(tab.get_by_text("is being corrected")).to_have_count(1)
    looked_at(tab)
    tab.get_by_role("link", name="Autumn review").click()
    expect(tab.get_by_role("link", name="AUD-")).to_have_count(1)
    looked_at(tab)
