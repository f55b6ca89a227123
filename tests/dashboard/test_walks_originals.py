"""Originals and photographs in a real browser: without JavaScript, and with the camera of the device."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from cli.demo import pictures
from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


def test_a_passport_is_taken_in_sent_and_returned_without_javascript(opened: Bench, seats: Seats) -> None:
    case = case_of(opened)
    with served(opened, seats) as walk:
        tab = walk.visit("arta", scripts=False)
        walk.open(tab, addresses.case(case.id))
        tab.get_by_role("link", name="Originals that the worker handed over").click()
        tab.get_by_label("Paper", exact=True).select_option("passport")
        tab.get_by_label("Where it is kept").first.fill("Safe, shelf 2")
        tab.get_by_role("button", name="Take it in").click()
        expect(tab.get_by_role("status")).to_contain_text("Print the receipt")
        tab.get_by_text("Send it to an embassy or authority").first.click()
        sending = tab.locator("form[id^=sent-]")
        sending.get_by_label("To which embassy or authority").fill("Embassy of Germany")
        sending.get_by_label("Expected back on").fill((opened.today + timedelta(days=30)).isoformat())
        sending.get_by_label("Taken by").fill("Counter 3")
        sending.locator("button").click()
        expect(tab.get_by_text("expected back on")).to_be_visible()
        tab.get_by_text("Return it to the worker").first.click()
        tab.locator("form[id^=returned-] button").click()
        expect(tab.get_by_text("0 originals to be returned")).to_be_visible()
        tab.get_by_role("link", name="Receipt to print").first.click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt for an original paper")


@pytest.mark.deep
def test_a_photograph_is_chosen_and_framed(opened: Bench, seats: Seats) -> None:
    case = case_of(opened)
    file = FilePayload(name="me.jpg", mimeType="image/jpeg", buffer=pictures.portrait("BB-0001"))
    with served(opened, seats) as walk:
        tab = walk.visit("arta")
        walk.open(tab, addresses.case(case.id, "photos"))
        tab.get_by_label("Photograph", exact=True).set_input_files(file)
        tab.get_by_role("button", name="Add the photograph").click()
        expect(tab.get_by_role("status").first).to_contain_text("within the frame")
        looked_at(tab)
        tab.get_by_label("yes: it fills the oval").check()
        tab.get_by_role("button", name="Record it").click()
        expect(tab.get_by_text("a person found the head within it")).to_be_visible()
        walk.open(tab, addresses.case(case.id, "itinerary"))
        expect(tab.get_by_role("img", name="Photograph")).to_be_visible()
        looked_at(tab)


@pytest.mark.deep
def test_a_photograph_is_taken_with_the_camera_of_the_device(opened: Bench, browser: Browser) -> None:
    """Chromium's own camera: a picture that moves and has a face in no place."""
    case = case_of(opened)
    flags = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with browser.browser_type.launch(executable_path=preview.chromium(), args=flags) as filming:
        seats = Seats(filming)
        with served(opened, seats) as walk:
            tab = walk.visit("arta")
            said: list[str] = []
            tab.on("console", lambda message: said.append(message.text))
            walk.open(tab, addresses.case(case.id, "photos"))
            tab.get_by_role("button", name="Use the camera of this device").click()
            expect(tab.locator(".camera video")).to_be_visible()
            tab.get_by_role("button", name="Take the photograph").click()
            expect(tab.get_by_text("The photograph is in the form below.")).to_be_visible()
            tab.get_by_role("button", name="Add the photograph").click()
            expect(tab.get_by_text("the camera on this page")).to_be_visible()
            assert said == []
        seats.close()
