"""A worker reports a fee from a telephone, and a supervisor has one given back, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.walking import Seats, Walk, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]
PHONE = {"width": 360, "height": 640}


def test_a_worker_reports_a_fee_on_a_telephone_without_scripts_and_reads_the_answer(
    opened: Bench, seats: Seats
) -> None:
    with served(opened, seats) as walk:
        phone = walk.visit(scripts=False)
        size = phone.viewport_size
        phone.set_viewport_size(PHONE)  # type: ignore[arg-type]
        walk.open(phone, addresses.REPORT)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        phone.get_by_label("What happened?").select_option("fee")
        phone.get_by_label("Whom is it about?").select_option("other")
        phone.get_by_label("Tell us more").fill("A broker took 500 euros")
        phone.get_by_role("button", name="Send the report").click()
        code = phone.locator(".report-code").inner_text()
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
        _answer(walk, "You get it back from the agency.")
        phone.get_by_role("link", name="Read the answer with your code").click()
        phone.get_by_label("Your code").fill(code.lower())
        phone.get_by_role("button", name="Show the answer").click()
        expect(phone.get_by_role("main")).to_contain_text("You get it back from the agency.")
        expect(phone.get_by_role("main")).to_contain_text("It was settled.")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert code not in phone.url
        phone.set_viewport_size(size or PHONE)  # type: ignore[arg-type]


@pytest.mark.deep
def test_a_supervisor_has_a_forbidden_fee_given_back(opened: Bench, seats: Seats) -> None:
    place = addresses.case(case_of(opened).id, "costs")
    with served(opened, seats) as walk:
        tab = walk.visit("arta")
        walk.open(tab, place)
        tab.get_by_label("What for").select_option("illegitimate")
        tab.get_by_label("Amount").fill("500")
        tab.get_by_label("Currency").fill("EUR")
        tab.get_by_label("Who paid").select_option("worker")
        tab.get_by_label("Or to whom, in words").fill("A broker")
        tab.get_by_role("button", name="Record the cost", exact=True).click()
        expect(tab.get_by_role("status")).to_contain_text("held to the ceilings")
        expect(tab.get_by_role("main")).to_contain_text("to be resolved")
        expect(tab.get_by_text("Record the refund")).to_have_count(0)
        walk.leave()
        tab = walk.visit("mira")
        tab.get_by_role("link", name=re.compile("fees? to resolve")).click()
        looked_at(tab)
        tab.get_by_role("rowheader").first.get_by_role("link").click()
        tab.locator("summary", has_text="Record the refund").click()
        tab.get_by_label("Number of the receipt").first.fill("B-1")
        tab.get_by_role("button", name=re.compile("^Record the refund")).click()
        expect(tab.get_by_role("status")).to_contain_text("The refund was recorded.")
        expect(tab.get_by_role("main")).to_contain_text("Refunded to the worker: EUR 500.00, receipt B-1")
        looked_at(tab)


def _answer(walk: Walk, words: str) -> None:
    officer = walk.visit("liridona")
    walk.open(officer, addresses.COMPLAINTS)
    officer.get_by_role("rowheader").first.get_by_role("link").click()
    officer.get_by_role("button", name="Take it in hand").click()
    looked_at(officer)
    officer.locator("summary", has_text="Close it").click()
    officer.get_by_label("Outcome").select_option("settled")
    officer.get_by_label("Answer").fill(words)
    officer.get_by_role("button", name="Close it").click()
    expect(officer.get_by_role("main")).to_contain_text("It was settled.")
