"""An agency asks for a job order, a supervisor approves it, and a batch beyond its places is refused until it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cli.demo import people
from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.test_job_orders import JOB_ORDERS_ONLY, naming
from tests.dashboard.walking import Seats, Walk, looked_at, served
from tests.support import recruiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture
def site(peopled_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """In a version of the programme that asks for job orders."""
    made = copied(peopled_home)
    return replace(
        made, installation=replace(made.installation, catalogue=recruiting.catalogue_asking(JOB_ORDERS_ONLY))
    )


def ask(site: Bench, tab: Page) -> str:
    """The address of the job order."""
    tab.get_by_role("link", name="Job orders").click()
    tab.get_by_role("link", name="Ask for a job order").click()
    tab.get_by_label("Programme").select_option(people.PROGRAMME)
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_label("Employer").select_option(label="Hochbau Nord GmbH")
    values = {
        "number": "a-1",
        "occupation": "7112",
        "title": "Bricklayers",
        "headcount": "2",
        "wage": "2400.50",
        "until": (site.today + timedelta(days=200)).isoformat(),
    }
    for name, value in values.items():
        tab.locator(f"#new-order-{name}").fill(value)
    looked_at(tab)
    tab.get_by_role("button", name="Ask for the job order").click()
    expect(tab.get_by_role("status")).to_contain_text("A supervisor decides on it")
    looked_at(tab)
    return tab.url.partition("?")[0]


def decide(tab: Page, address: str) -> None:
    tab.get_by_role("link", name="job orders to decide").click()
    looked_at(tab)
    tab.get_by_role("link", name="A-1").click()
    assert tab.url == address
    tab.get_by_role("button", name="Approve").click()
    expect(tab.get_by_role("status")).to_contain_text("in force")


def hand_in(tab: Page, data: bytes) -> None:
    tab.locator("#batch-programme").select_option(people.PROGRAMME)
    tab.locator("#batch-file").set_input_files({"name": "workers.csv", "mimeType": "text/csv", "buffer": data})
    tab.locator("#batch-notice_version").fill("1")
    tab.locator("#batch-notice_language").select_option("sq")
    tab.get_by_role("button", name="Check the file").click()


def bring(site: Bench, walk: Walk, tab: Page, address: str) -> None:
    """First three workers for two places, then two."""
    walk.open(tab, addresses.NEW_BATCH)
    hand_in(tab, naming(site, 3))
    expect(tab.get_by_text("3 rows name the job order A-1, in which 2 places are left.")).to_be_visible()
    looked_at(tab)
    hand_in(tab, naming(site, 2))
    tab.get_by_role("button", name="Submit").click()
    expect(tab.get_by_role("status")).to_contain_text("The batch was submitted")
    site.work()
    tab.goto(address)
    expect(tab.get_by_role("link", name="BB-000")).to_have_count(2)
    looked_at(tab)


def test_a_job_order_is_asked_for_approved_and_filled(site: Bench, seats: Seats) -> None:
    with served(site, seats) as walk:
        clerk = walk.visit("agron")
        address = ask(site, clerk)
        decide(walk.visit("mira"), address)
        bring(site, walk, clerk, address)


@pytest.mark.deep
def test_a_supervisor_suspends_an_agency_and_lifts_it(site: Bench, seats: Seats) -> None:
    with served(site, seats) as walk:
        boss = walk.visit("mira")
        boss.get_by_role("link", name="Job orders").click()
        boss.get_by_role("link", name="Agencies").click()
        looked_at(boss)
        boss.get_by_role("link", name="Balkan Work Agency").click()
        boss.locator("summary", has_text="Suspend the agency").click()
        boss.locator("#suspend-reason").select_option("complaints")
        boss.locator("#suspend-authority").fill("Ministry of labour, order 7")
        looked_at(boss)
        boss.get_by_role("button", name="Suspend the agency").click()
        expect(boss.get_by_role("status")).to_contain_text("The agency is suspended")
        looked_at(boss)
        boss.locator("summary", has_text="Lift the suspension").click()
        boss.get_by_role("button", name="Lift the suspension").click()
        expect(boss.get_by_role("status")).to_contain_text("lifted")
