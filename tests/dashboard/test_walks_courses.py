"""A trainer and a caseworker walk from the need of two workers, one leaving and one staying, to certificates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from casework.actor import ENGINE
from casework.certificates.tables import Certificate
from casework.training import attending, course_queries
from casework.training.attending import GivenMark
from casework.training.course_tables import CourseSession
from casework.training.rules import Mark
from casework.work import Work
from cli.demo import people
from dashboard import addresses
from tests.dashboard import playing, preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.test_courses import enrolled_since, find_gap
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]
CODE = "TEC-1"
AWAY, HOME = "BB-0001", "BB-0004"
WEEKS = 10


def set_up(site: Bench, tab: Page) -> None:
    """A course of ten long days, the last a week ago, with its final assessment."""
    first = site.today - timedelta(weeks=WEEKS)
    tab.get_by_role("link", name="Set up a course").click()
    tab.get_by_label("Programme").select_option(people.PROGRAMME)
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_label("Provider").select_option(label="Qendra e Kompetencës")
    tab.get_by_role("radio", name="Technical course").check()
    values = {"title": "Scaffolding", "code": CODE, "hours": "120", "capacity": "2", "place": "Room 4"}
    for name, value in {**values, "begins_on": first.isoformat(), "ends_on": site.today.isoformat()}.items():
        tab.locator(f"#new-course-{name}").fill(value)
    looked_at(tab)
    tab.get_by_role("button", name="Set up the course").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Scaffolding")
    held_on = (site.today - timedelta(days=1)).isoformat()
    asked = {
        "add-session": {"day": first.isoformat(), "starts": "8:00", "ends": "20:00", "weeks": str(WEEKS)},
        "add-assessment": {"title": "Final test", "held_on": held_on, "points": "100", "pass_points": "60"},
    }
    for form, answers in asked.items():
        tab.locator("details", has=tab.locator(f"#{form}")).locator("summary").click()
        for name, value in answers.items():
            tab.locator(f"#{form}-{name}").fill(value)
        if form == "add-assessment":
            tab.get_by_label("It is the final assessment").check()
        tab.locator(f"#{form}").get_by_role("button", name="Add").click()
        expect(tab.get_by_role("status")).to_contain_text("added")
    expect(tab.get_by_role("link", name="Final test")).to_have_count(1)
    looked_at(tab)


def enrol(site: Bench, tab: Page) -> None:
    """One from the page of the case that needs a course, the other from the page of the course."""
    tab.goto(tab.url.split("/work")[0] + addresses.case(case_of(site, AWAY).id))
    stage = tab.locator("#stage-training")
    stage.locator("> details > summary").click()
    stage.get_by_role("link", name="Choose a course").first.click()
    expect(tab.get_by_text("Still needed: Technical course.")).to_have_count(1)
    looked_at(tab)
    tab.get_by_role("radio", name=CODE, exact=False).check()
    tab.get_by_role("button", name="Enrol").click()
    expect(tab.get_by_role("status")).to_contain_text("It was recorded.")
    tab.get_by_role("navigation", name="Places").get_by_role("link", name="Courses").click()
    tab.get_by_role("link", name="Scaffolding").click()
    tab.get_by_role("link", name="Enrol").click()
    looked_at(tab)
    tab.get_by_role("checkbox", name=HOME, exact=False).check()
    tab.get_by_role("button", name="Enrol").click()
    expect(tab.get_by_text("2 of 2 taken").first).to_be_visible()


def mark_the_rest(work: Work, site: Bench) -> None:
    """The sessions after the first, quicker than by hand."""
    rows = work.session.exec(select(CourseSession).order_by(CourseSession.starts_at)).all()  # type: ignore[arg-type]
    for row in rows[1:]:
        people = course_queries.participants(work.session, row.course_id)
        marks = {one.enrolment.id: GivenMark(mark=Mark.PRESENT) for one in people}
        attending.mark(work, site.installation.catalogue, row.id, marks)


def run(site: Bench, tab: Page) -> None:
    """The trainer marks a session, records the points and closes the course."""
    tab.get_by_role("link", name="Scaffolding").click()
    tab.locator("table a").first.click()
    looked_at(tab)
    for one in tab.get_by_role("radio", name="present").all():
        one.check()
    tab.get_by_role("button", name="Record the attendance").click()
    expect(tab.get_by_role("status")).to_contain_text("The list was recorded.")
    site.installation.database.run(ENGINE, mark_the_rest, site)
    tab.get_by_role("link", name="Final test").click()
    for one in tab.locator("input[name^=points-]").all():
        one.fill("75")
    looked_at(tab)
    tab.get_by_role("button", name="Record the points").click()
    tab.get_by_role("link", name="Close the course").click()
    expect(tab.get_by_text("attended 120 of 120 hours: 100 %")).to_have_count(2)
    looked_at(tab)
    tab.get_by_role("button", name="Close the course").click()
    expect(tab.get_by_role("status")).to_contain_text("The course was closed.")
    looked_at(tab)


@pytest.mark.deep
def test_two_workers_lack_practice_and_get_their_certificates_away_and_at_home(opened: Bench, seats: Seats) -> None:
    site = opened
    for reference in (AWAY, HOME):
        playing.documents(site, reference)
        site.installation.database.run(ENGINE, find_gap, site, reference, in_trade=True)
    with served(site, seats) as walk:
        trainer = walk.visit("blerim")
        expect(trainer.get_by_role("heading", name="Courses", level=1)).to_have_count(1)
        set_up(site, trainer)
        enrol(site, walk.visit("arta"))
        site.installation.database.run(ENGINE, enrolled_since, site)
        walk.open(trainer, addresses.COURSES)
        run(site, trainer)
        site.work()
        caseworker = walk.visit("arta")
        for reference in (AWAY, HOME):
            case = case_of(site, reference)
            with site.installation.database.read() as session:
                query = select(Certificate).where(Certificate.case_id == case.id, Certificate.kind == "training")
                number = session.exec(query).one().number
            walk.open(caseworker, addresses.case(case.id))
            expect(caseworker.get_by_role("link", name=number).first).to_be_attached()
