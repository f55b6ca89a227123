"""A caseworker and a trainer walk from the need of a worker to the certificate of orientation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from casework.certificates.tables import Certificate
from cli.demo import people
from dashboard import addresses
from tests.dashboard import playing, preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.test_sessions import CODE, hold
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]
WHO = "BB-0001"


def set_up(tab: Page) -> None:
    """A session next month: the form is looked at and refused in words, then taken."""
    tab.get_by_role("link", name="Orientation sessions").click()
    looked_at(tab)
    tab.get_by_role("link", name="Set up a session").click()
    tab.locator(f"input[value={people.PROGRAMME}]").check()
    tab.get_by_role("button", name="Go on").click()
    looked_at(tab)
    values = {"trainer": "Blerim Zeka", "capacity": "30", "place": "Hall 2", "code": "OS-9"}
    days = {f"{name}_{n}": text for n in (1, 2) for name, text in (("starts", "9:00"), ("ends", "17:00"))}
    for name, value in {**values, **days, "day_1": "2030-03-04", "day_2": "2030-03-05"}.items():
        tab.locator(f"#new-session-{name}").fill(value)
    tab.get_by_label("Language").select_option(label="Albanian")
    tab.get_by_role("button", name="Set up the session").click()
    expect(tab.get_by_text("no licence for orientation or training on every day").first).to_be_visible()


def enrol(site: Bench, tab: Page) -> None:
    """From the page of the case that needs it."""
    tab.goto(tab.url.split("/work")[0] + addresses.case(case_of(site, WHO).id))
    stage = tab.locator("#stage-orientation")
    stage.locator("> details > summary").click()
    stage.get_by_role("link", name="Choose a session").first.click()
    looked_at(tab)
    tab.get_by_role("radio", name="Hall 2", exact=False).check()
    tab.get_by_role("button", name="Enrol").click()
    expect(tab.get_by_role("status")).to_contain_text("It was recorded.")


def run(tab: Page) -> None:
    """The trainer marks everybody as present, without JavaScript and on a small screen."""
    tab.set_viewport_size({"width": 320, "height": 700})
    tab.get_by_role("link", name="Mark who came").click()
    tab.get_by_role("checkbox").first.check()
    tab.get_by_role("radio", name="document seen").check()
    tab.get_by_role("button", name="Record who came").click()
    expect(tab.get_by_role("status")).to_contain_text("The list was recorded.")
    expect(tab.get_by_text(f"{WHO}, came: document seen")).to_have_count(1)


@pytest.mark.deep
def test_a_worker_needs_orientation_and_gets_the_certificate(opened: Bench, seats: Seats) -> None:
    site = opened
    playing.documents(site, WHO)
    hold(site, modules=12)
    with served(site, seats) as walk:
        trainer = walk.visit("blerim")
        set_up(trainer)
        enrol(site, walk.visit("arta"))
        plain = walk.visit("blerim", scripts=False)
        walk.open(plain, addresses.session(CODE))
        run(plain)
        walk.open(trainer, addresses.session(CODE))
        looked_at(trainer)
        walk.open(trainer, addresses.session(CODE, "attendance"))
        looked_at(trainer)
        site.work()
        case = case_of(site, WHO)
        with site.installation.database.read() as session:
            query = select(Certificate).where(Certificate.case_id == case.id, Certificate.kind == "orientation")
            number = session.exec(query).one().number
        caseworker = walk.visit("arta")
        walk.open(caseworker, addresses.case(case.id))
        expect(caseworker.get_by_role("link", name=number).first).to_be_attached()
