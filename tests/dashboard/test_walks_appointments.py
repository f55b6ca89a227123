"""An examination in a real browser: the office books, the clinic sees who comes and enters the result, the medical
officer signs off, and the certificate is there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.test_appointments import make_today, only_booking, open_times
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.deep
def test_from_the_appointment_to_the_fitness_certificate(screened: Bench, seats: Seats) -> None:
    case = case_of(screened, "BB-0002")
    with screened.visit("flora") as clinic:
        open_times(screened, clinic)
    with served(screened, seats) as walk:
        tab = walk.visit("arta", scripts=False)
        walk.open(tab, addresses.case(case.id))
        tab.locator("#stage-medical > details > summary").click()
        tab.get_by_role("link", name="Clinic and appointment").click()
        tab.get_by_label("Poliklinika Dardania").check()
        tab.get_by_role("button", name="Assign this clinic").click()
        tab.get_by_label("2 of 2 places free").check()
        tab.get_by_role("button", name="Book the appointment").click()
        expect(tab.get_by_role("status")).to_contain_text("Print the referral slip")
        tab.get_by_role("link", name="Print the referral slip").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Referral slip")
        walk.leave()
        make_today(screened, only_booking(screened, case))

        clinic_tab = walk.visit("flora")
        looked_at(clinic_tab)
        clinic_tab.locator(".expected a").first.click()
        clinic_tab.get_by_label("it is the same person").check()
        clinic_tab.get_by_role("button", name="The worker is here").click()
        looked_at(clinic_tab)
        clinic_tab.get_by_label("Physician", exact=True).fill("Dr Synthetic")
        clinic_tab.get_by_label("Physician's licence").fill("PH-1")
        clinic_tab.get_by_label("Chest X-ray on").fill(screened.today.isoformat())
        clinic_tab.get_by_label("fit", exact=True).check()
        clinic_tab.get_by_role("button", name="Enter the result and lock it").click()
        expect(clinic_tab.get_by_role("status")).to_contain_text("is locked")
        walk.leave()
        screened.work()

        officer = walk.visit("teuta")
        walk.open(officer, addresses.case(case.id))
        stage = officer.locator("#stage-medical")
        if stage.locator("> details").get_attribute("open") is None:
            stage.locator("> details > summary").click()
        stage.get_by_label("I have looked at what this stage stands on").check()
        officer.get_by_role("button", name="Sign off: Medical").click()
        screened.work()
        walk.open(officer, addresses.case(case.id))
        expect(officer.locator("#stage-medical .stage-end")).to_have_text(re.compile(r"MED-\d{4}-\d{6}"))
