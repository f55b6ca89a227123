"""The people who decide walk through the pages of a case in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import PAPER, case_of
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]
SOON = 20_000  # milliseconds: the page asks by itself every few seconds


def _stage(tab: Page, stage: str) -> Locator:
    """A stage of the case, opened."""
    place = tab.locator(f"#stage-{stage}")
    if place.locator("> details").get_attribute("open") is None:
        place.locator("> details > summary").click()
    return place


def _add_photo(tab: Page, day: str) -> None:
    photo = tab.locator("#requirement-photo")
    photo.locator("summary").click()
    photo.get_by_label("File").set_input_files(FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=PAPER))
    photo.get_by_label("Issued on").fill(day)
    photo.get_by_role("button", name="Add").click()


def test_caseworkers_bring_and_accept_a_photograph_and_the_page_moves_by_itself(opened: Bench, seats: Seats) -> None:
    day = (opened.today - timedelta(days=3)).isoformat()
    with served(opened, seats) as walk:
        tab = walk.sign_in("arta")
        looked_at(tab)
        tab.get_by_role("searchbox").fill("limani")
        tab.keyboard.press("Enter")
        tab.get_by_role("link", name="Limani, Driton").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Driton Limani")
        _add_photo(tab, day)
        expect(tab.get_by_role("status")).to_contain_text("The evidence was added.")
        looked_at(tab)
        colleague = walk.visit("besnik")
        walk.open(colleague, addresses.case(case_of(opened).id))
        photo = _stage(colleague, "documents").locator("#requirement-photo")
        photo.get_by_role("button", name="Accept").click()
        expect(colleague.locator("#requirement-photo")).to_contain_text("accepted on")
        expect(colleague.locator("#stages-list[data-poll-on]")).to_have_count(1)
        opened.work()
        expect(colleague.locator("#stages-list[data-poll-on]")).to_have_count(0, timeout=SOON)
        expect(colleague.get_by_role("img", name="Photograph")).to_have_count(1)


def test_evidence_is_added_without_javascript(opened: Bench, seats: Seats) -> None:
    with served(opened, seats) as walk:
        tab = walk.sign_in("arta", scripts=False)
        walk.open(tab, addresses.case(case_of(opened).id))
        _add_photo(tab, (opened.today - timedelta(days=3)).isoformat())
        expect(tab.get_by_role("status")).to_contain_text("The evidence was added.")
        tab.get_by_role("button", name="Sign out").click()
        expect(tab.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_supervisor_assigns_waives_and_holds(opened: Bench, seats: Seats) -> None:
    with served(opened, seats) as walk:
        tab = walk.visit("mira")
        tab.get_by_role("link", name="Limani, Driton").click()
        tab.get_by_role("link", name="Assign to a caseworker").click()
        looked_at(tab)
        tab.get_by_label("Who works on it").select_option(label="Arta Gashi")
        tab.get_by_role("button", name="Assign").click()
        living = _stage(tab, "documents").locator("#requirement-living_space_proof")
        living.get_by_role("link", name="Ask for a waiver").click()
        tab.get_by_label("Reason").fill("The employer houses the crew.")
        looked_at(tab)
        tab.get_by_role("button", name="Ask for it").click()
        other = walk.visit("drita")
        walk.open(other, addresses.case(case_of(opened).id))
        asked = _stage(other, "documents").locator("#requirement-living_space_proof")
        asked.get_by_role("link", name="Answer what was asked for").click()
        other.get_by_label("It is given").check()
        other.get_by_label("Reference of the authority").fill("L-77")
        other.get_by_label("Reason").fill("The employer confirmed it.")
        looked_at(other)
        other.get_by_role("button", name="Record the answer").click()
        walk.open(tab, addresses.case(case_of(opened).id))
        expect(tab.locator("#requirement-living_space_proof .requirement-line").first).to_contain_text("waived")
        tab.get_by_role("link", name="Hold, withdraw, confirm or end the case").click()
        tab.get_by_label("on hold", exact=True).check()
        tab.get_by_label("Reason").select_option("on_hold:illness")
        tab.get_by_role("button", name="Record the move").click()
        expect(tab.get_by_label("Who this is about")).to_contain_text("on hold since")


@pytest.mark.deep
def test_two_security_officers_close_a_match_and_the_statement_appears(screened: Bench, seats: Seats) -> None:
    with served(screened, seats) as walk:
        tab = walk.visit("luan")
        tab.get_by_role("link", name="possible matches").click()
        looked_at(tab)
        tab.get_by_role("link", name="BB-0001").click()
        looked_at(tab)
        tab.get_by_label("Not the person on the list").check()
        tab.get_by_label("Reason").fill("Born at another place.")
        tab.get_by_role("button", name="Propose this").click()
        expect(tab.get_by_role("status")).to_contain_text("Your proposal was recorded.")
        expect(tab.get_by_role("main")).to_contain_text("This is your own proposal.")
        looked_at(tab)
        walk.leave()
        tab = walk.visit("vjosa")
        expect(tab.get_by_role("main")).to_contain_text("1 possible match waits for you.")
        tab.get_by_role("link", name="possible matches").click()
        tab.get_by_label("Choose BB-0001").check()
        tab.get_by_role("button", name="Answer the chosen ones together").click()
        looked_at(tab)
        tab.get_by_role("link", name="Possible matches").click()
        tab.get_by_role("link", name="BB-0001").click()
        expect(tab.get_by_role("main")).to_contain_text("Born at another place.")
        tab.get_by_label("I confirm it").check()
        tab.get_by_label("Reason").fill("Photographs compared.")
        tab.get_by_role("button", name="Record this").click()
        expect(tab.get_by_role("status")).to_contain_text("Your answer was recorded.")
        walk.leave()
        tab = walk.visit("vjosa")
        walk.open(tab, addresses.case(case_of(screened).id))
        stage = _stage(tab, "security")
        stage.get_by_label("I have looked at what this stage stands on").check()
        stage.get_by_role("button", name="Sign off: Security").click()
        expect(tab.locator("#stage-security .stage-end")).to_contain_text("certificate is being prepared")
        screened.work()
        expect(tab.locator("#stage-security .stage-end")).to_have_text(re.compile(r"SEC-\d{4}-\d{6}"), timeout=SOON)
        other = walk.visit("arta")
        walk.open(other, addresses.case(case_of(screened).id))
        expect(other.get_by_text("Security signed off", exact=True)).to_be_visible()
        expect(other.get_by_text(re.compile("possible match$|officer gave"))).to_have_count(0)


@pytest.mark.deep
def test_a_medical_officer_records_an_examination_and_signs(screened: Bench, seats: Seats) -> None:
    day = (screened.today - timedelta(days=2)).isoformat()
    with served(screened, seats) as walk:
        tab = walk.visit("teuta")
        tab.get_by_role("link", name="Limani, Driton").click()
        tab.get_by_role("link", name="Record an examination").first.click()
        tab.get_by_role("button", name="Record the examination").click()
        looked_at(tab)
        tab.get_by_label("Clinic").select_option(label="Poliklinika Dardania")
        tab.get_by_label("Physician", exact=True).fill("Dr. Rina Osmani")
        tab.get_by_label("Physician's licence").fill("4471")
        tab.get_by_label("Examined on").fill(day)
        tab.get_by_label("Chest X-ray on").fill(day)
        tab.get_by_label("yes", exact=True).check()
        tab.get_by_label("fit", exact=True).check()
        tab.get_by_role("button", name="Record the examination").click()
        screened.work()
        stage = _stage(tab, "medical")
        stage.get_by_label("I have looked at what this stage stands on").check()
        stage.get_by_role("button", name="Sign off: Medical").click()
        screened.work()
        expect(tab.locator("#stage-medical .stage-end")).to_have_text(re.compile(r"MED-\d{4}-\d{6}"), timeout=SOON)
