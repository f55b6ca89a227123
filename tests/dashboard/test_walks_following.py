"""What follows the arrival in a real browser: check-ins and a report on a phone, an extension approved, the end."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import PAPER, case_of
from tests.dashboard.test_after_departure import following
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


def unfold(stage: Locator) -> None:
    """Open a stage, unless the page has opened it already."""
    if stage.locator("> details").get_attribute("open") is None:
        stage.locator("> details > summary").click()


@pytest.mark.deep
def test_from_the_list_of_what_is_due_to_the_end_of_the_programme(opened: Bench, seats: Seats) -> None:
    site = following(opened)
    page, today = addresses.case(case_of(site).id), site.today.isoformat()
    with served(site, seats) as walk:
        tab = walk.visit("arta")
        walk.open(tab, addresses.FOLLOW_UPS)
        looked_at(tab)
        tab.get_by_role("rowheader").first.get_by_role("link").click()
        check_in = tab.locator("#follow-up-of-month")
        check_in.locator("summary").first.click()
        check_in.get_by_label("at work").check()
        check_in.get_by_label("How it was made").select_option("visit")
        check_in.get_by_role("button", name="Record").click()
        expect(tab.get_by_role("status")).to_contain_text("was recorded")
        last = tab.locator("#follow-up-of-last_report")
        last.locator("summary").first.click()
        last.get_by_label("accepted").check()
        last.get_by_label("How it was made").select_option("report")
        last.get_by_role("button", name="Record").click()
        unfold(tab.locator("#stage-work"))
        report = tab.locator("#requirement-report")
        report.locator("summary").first.click()
        report.get_by_label("File").set_input_files(FilePayload(name="report.jpg", mimeType="image/jpeg", buffer=PAPER))
        report.get_by_label("Issued on").fill(today)
        report.get_by_role("button", name="Add").click()
        measure = tab.locator("#measures")
        measure.locator("summary").first.click()
        measure.get_by_label("What it is").select_option("course")
        measure.get_by_label("Where it is done").fill("College")
        measure.get_by_label("Planned until").fill(today)
        measure.get_by_role("button", name="Record the measure").click()
        measure.locator("summary").first.click()
        measure.get_by_label("passed").check()
        measure.get_by_role("button", name="Record its end").click()
        looked_at(tab)
        walk.leave()

        other = walk.visit("besnik")
        walk.open(other, page)
        unfold(other.locator("#stage-work"))
        other.locator("#stage-work").get_by_role("button", name="Accept").click()
        for name, title in (("work", "Work abroad"), ("ending", "End of the programme")):
            unfold(other.locator(f"#stage-{name}"))
            other.locator(f"#stage-{name}").get_by_label("I have looked at what this stage stands on").check()
            other.get_by_role("button", name=f"Sign off: {title}").click()
        expect(other.locator("main")).to_contain_text("closed since")
