"""A journey confirmed and a payment made in a real browser: caseworker, supervisor, loan officer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.test_entitlements import paying
from tests.dashboard.test_journeys import flight_day
from tests.dashboard.walking import Seats, looked_at, served

__all__ = ["paying"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.deep
def test_a_caseworker_confirms_a_departure_and_an_arrival(
    played_home: Path, copied: Callable[[Path], Bench], seats: Seats
) -> None:
    site = copied(played_home)
    case = case_of(site)
    site.installation.database.run(ENGINE, flight_day, case.id, site.today)
    with served(site, seats) as walk:
        tab = walk.visit("arta")
        walk.open(tab, addresses.JOURNEYS)
        looked_at(tab)
        tab.get_by_role("rowheader").first.get_by_role("link").click()
        tab.get_by_label("Who confirmed it").select_option("airport")
        tab.get_by_label("How", exact=True).select_option("list")
        tab.get_by_role("button", name="Confirm the departure").click()
        expect(tab.get_by_role("status")).to_contain_text("departure was confirmed")
        tab.get_by_label("Local time").fill("16:20")
        tab.get_by_label("Who confirmed it").select_option("employer")
        tab.get_by_role("button", name="Confirm the arrival").click()
        expect(tab.get_by_role("status")).to_contain_text("arrival was confirmed")
        looked_at(tab)
    assert case_of(site).life is CaseLife.ARRIVED


@pytest.mark.deep
def test_three_people_pay_what_the_programme_promises(paying: Bench, seats: Seats) -> None:
    page = addresses.case(case_of(paying).id, "entitlements")
    with served(paying, seats) as walk:
        tab = walk.visit("arta")
        walk.open(tab, page)
        looked_at(tab)
        grant = tab.get_by_role("region", name="Travel grant")
        grant.get_by_text("Claim it").first.click()
        grant.get_by_label("Amount in EUR").fill("750")
        grant.get_by_label("Where the receipt or proof is kept").fill("Receipt 12")
        grant.get_by_role("button", name="Claim it").click()
        expect(tab.get_by_role("status")).to_contain_text("Somebody else approves it")
        walk.leave()

        boss = walk.visit("mira")
        walk.open(boss, addresses.ENTITLEMENTS)
        looked_at(boss)
        boss.get_by_role("rowheader").first.get_by_role("link").click()
        boss.locator("summary", has_text="Approve").click()
        boss.get_by_role("button", name="Approve").click()
        expect(boss.get_by_role("status")).to_contain_text("was approved")
        walk.leave()

        officer = walk.visit("ilir")
        walk.open(officer, addresses.WORK)
        officer.get_by_role("link", name="entitlements to pay").click()
        officer.get_by_role("rowheader").first.get_by_role("link").click()
        grant = officer.get_by_role("region", name="Travel grant")
        grant.get_by_text("Record the payment").first.click()
        grant.get_by_label("Reference of the bank").fill("B-2026-1")
        grant.get_by_role("button", name="Record the payment").click()
        expect(officer.get_by_role("status")).to_contain_text("payment was recorded")
        looked_at(officer)
