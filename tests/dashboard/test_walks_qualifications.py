"""Qualifications from need to certificate in a real browser, on the tracks away and home."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from casework.cases.tables import Case
from casework.certificates.tables import Certificate, CertificateState
from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of, documents
from tests.dashboard.walking import Seats, Walk, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


def issued(site: Bench, case: Case) -> list[Certificate]:
    with site.installation.database.read() as session:
        query = select(Certificate).where(Certificate.case_id == case.id, Certificate.kind == "qualifications")
        return list(session.exec(query.order_by(col(Certificate.id))))


def _diploma(tab: Page, year: int) -> None:
    tab.get_by_role("link", name="Add a diploma").click()
    tab.get_by_label("Diploma, as printed").fill("Diplomë: murator")
    tab.get_by_label("School or university").fill("Shkolla e Mesme Teknike")
    tab.get_by_label("Its country").select_option("XK")
    tab.get_by_label("Level (ISCED 2011)").select_option("3")
    tab.get_by_label("Year of award").fill(str(year))
    tab.get_by_role("button", name="Add the diploma").click()


def _recognised(tab: Page, day: str) -> None:
    tab.get_by_text("An application was filed").first.click()
    filing = tab.locator("form[id^=file-]")
    filing.get_by_label("Authority").fill("Handwerkskammer Dresden")
    filing.get_by_label("Filed on").fill(day)
    filing.locator("button").click()
    tab.get_by_text("The file is complete").first.click()
    complete = tab.locator("form[id^=completed-]")
    complete.get_by_label("Day").fill(day)
    complete.locator("button").click()
    expect(tab.get_by_text("Next: the authority decides, by")).to_be_visible()
    tab.get_by_text("Record the decision").first.click()
    deciding = tab.locator("form[id^=decided-]")
    deciding.get_by_label("recognised in full").check()
    deciding.get_by_label("Day", exact=True).fill(day)
    deciding.locator("button").click()


def _tested(tab: Page, day: str) -> None:
    tab.get_by_role("link", name="Record a language test").click()
    tab.get_by_label("Language", exact=True).select_option("de")
    tab.get_by_label("Test", exact=True).fill("telc Deutsch B1")
    tab.get_by_label("Tested on").fill(day)
    for skill in ("Listening", "Reading", "Writing", "Speaking"):
        tab.get_by_label(skill).select_option("B1")
    tab.get_by_role("button", name="Record the test").click()
    tab.get_by_role("link", name="Record a trade test").click()
    tab.get_by_label("Test centre").fill("Skill centre")
    tab.get_by_label("Tested on").fill(day)
    for part in ("Theory", "Practical part"):
        tab.get_by_role("group", name=f"{part}: passed?").get_by_label("yes").check()
    tab.get_by_role("button", name="Record the attempt").click()


def _signed(walk: Walk, tab: Page, case: Case) -> None:
    walk.open(tab, addresses.case(case.id))
    signing = tab.locator("#sign-qualifications")
    if not signing.is_visible():
        tab.locator("#stage-qualifications summary").first.click()
    signing.get_by_role("checkbox").check()
    signing.locator("button").click()


@pytest.mark.deep
@pytest.mark.parametrize("reference", ["BB-0001", "BB-0004"], ids=["away", "home"])
def test_a_caseworker_brings_qualifications_from_the_need_to_the_certificate(
    opened: Bench, seats: Seats, reference: str
) -> None:
    documents(opened, reference)
    case, day = case_of(opened, reference), opened.today.isoformat()
    with served(opened, seats) as walk:
        tab = walk.visit("arta", scripts=False)
        walk.open(tab, addresses.case(case.id, "qualifications"))
        _diploma(tab, opened.today.year - 1)
        _recognised(tab, day)
        _tested(tab, day)
        expect(tab.get_by_text("0 of 3 requirements are open")).to_be_visible()
        reader = walk.visit("besnik")
        walk.open(reader, addresses.case(case.id, "qualifications"))
        looked_at(reader)
        opened.work()
        _signed(walk, tab, case)
    opened.work()
    assert [row.state for row in issued(opened, case)] == [CertificateState.ISSUED]
