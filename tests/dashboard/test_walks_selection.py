"""From a job order to a contract in a real browser: the employer offers, the office records what the worker says, a
lower wage in the contract is found, and a supervisor sees to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.test_selection import job_order
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


def put_forward(tab: Page, today: str) -> None:
    tab.get_by_role("link", name="Job and contract").click()
    looked_at(tab)
    tab.get_by_role("link", name="Put forward for a job order").click()
    tab.get_by_label("Agreed on").fill(today)
    tab.get_by_label("Language of the notice").select_option("sq")
    tab.get_by_label("Version of the notice that was shown").fill("2026-01")
    tab.get_by_role("button", name="The worker agrees to be named to employers").click()
    looked_at(tab)
    tab.get_by_role("button", name="Put forward").click()
    expect(tab.get_by_role("status")).to_contain_text("was put forward")


def offer(tab: Page, until: str) -> None:
    tab.get_by_role("link", name="JO-1").click()
    tab.get_by_role("link", name="Candidates").click()
    looked_at(tab)
    tab.locator("tbody a").first.click()
    looked_at(tab)
    tab.get_by_role("link", name="Make an offer").click()
    looked_at(tab)
    tab.get_by_label("The worker may answer until").fill(until)
    tab.get_by_role("button", name="Make the offer").click()
    expect(tab.get_by_role("status")).to_contain_text("The offer was made")


def accept(tab: Page, today: str) -> None:
    tab.get_by_role("link", name="Bricklayers, job order JO-1").click()
    tab.get_by_label("Accepted on").fill(today)
    tab.get_by_label("Explained in").select_option("sq")
    tab.get_by_label("Where the signature is kept").fill("File 3, page 1")
    tab.get_by_role("button", name="The worker accepts the offer").click()
    expect(tab.get_by_role("status")).to_contain_text("a place of the job order was taken")


def sign_for_less(tab: Page, today: str) -> None:
    """The contract has a lower wage than the offer; the worker accepts it in writing."""
    tab.get_by_role("link", name="Open the case").click()
    tab.get_by_role("link", name="Record the signed contract").click()
    looked_at(tab)
    tab.get_by_label("Signed on").fill(today)
    tab.locator("#signed-wage").fill("2100")
    tab.locator("#signed-currency").fill("EUR")
    tab.locator("#signed-weekly_hours").fill("40")
    tab.get_by_role("button", name="Record the signed contract").click()
    expect(tab.locator("main")).to_contain_text("1 point is to be seen to")
    looked_at(tab)
    tab.get_by_role("link", name="See to it").click()
    tab.get_by_label("accepts it, in writing").check()
    tab.locator("#answer-answered_on").fill(today)
    tab.locator("#answer-language").select_option("sq")
    tab.locator("#answer-paper").fill("File 3, page 9")
    tab.get_by_role("button", name="Record", exact=True).click()
    expect(tab.get_by_role("status")).to_contain_text("waits for a supervisor")


@pytest.mark.deep
def test_an_employer_offers_the_worker_accepts_and_a_lower_wage_is_found_and_seen_to(
    opened: Bench, seats: Seats
) -> None:
    job_order(opened)
    job = addresses.case(case_of(opened, "BB-0001").id, "job")
    today = opened.today.isoformat()
    with served(opened, seats) as walk:
        tab = walk.visit("arta")
        walk.open(tab, job.removesuffix("/job"))
        put_forward(tab, today)
        offer(walk.visit("karin"), (opened.today + timedelta(days=9)).isoformat())
        walk.open(tab, job)
        accept(tab, today)
        sign_for_less(tab, today)

        supervisor = walk.visit("mira")
        walk.open(supervisor, job)
        looked_at(supervisor)
        supervisor.get_by_role("button", name="Confirm").click()
        expect(supervisor.get_by_role("status")).to_contain_text("Your decision was recorded")
        supervisor.get_by_role("button", name="The contract is in order").click()
        expect(supervisor.locator("main")).to_contain_text("the contract is in order")
