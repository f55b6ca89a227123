"""A loan is walked through in a real browser by those who ask, assess, approve, sign and pay out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

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


def test_a_loan_is_asked_assessed_approved_signed_and_paid_out(opened: Bench, seats: Seats) -> None:
    place = addresses.case(case_of(opened).id, "loan")
    with served(opened, seats) as walk:
        tab = _at(walk, "arta", place)
        tab.get_by_label("Travel").fill("1200")
        _press(tab, "Ask for the loan", "The wish for a loan was recorded.")
        looked_at(tab)
        walk.leave()
        tab = _at(walk, "ilir", place)
        tab.get_by_label("What you looked at").fill("Contract, household, no other debts")
        _press(tab, "The worker can repay it", "Another officer approves the loan.")
        expect(tab.get_by_role("button", name="Approve")).to_have_count(0)
        walk.leave()
        tab = _at(walk, "dafina", place)
        _press(tab, "Approve", "Your approval was recorded.")
        walk.leave()
        tab = _at(walk, "arta", place)
        paper = tab.locator("#note-signed")
        paper.get_by_label("Where the signed note is kept").fill("folder 7")
        paper.get_by_label("Witness").select_option(label="Besnik Hoxha")
        paper.get_by_role("button", name="Record the signature").click()
        expect(tab.get_by_role("region", name="Repayment schedule").first).to_be_visible()
        looked_at(tab)
        walk.leave()
        tab = _at(walk, "ilir", place)
        tab.get_by_label("the carrier").check()
        tab.get_by_label("Reference of the bank or the ticket").fill("TKT 7")
        _press(tab, "Record the payment", "The payment was recorded, once.")
        expect(tab.get_by_role("main")).to_contain_text("Grace begins with the departure")
        looked_at(tab)


def _at(walk: Walk, name: str, place: str) -> Page:
    tab = walk.visit(name)
    walk.open(tab, place)
    return tab


def _press(tab: Page, button: str, said: str) -> None:
    tab.get_by_role("button", name=button, exact=True).click()
    expect(tab.get_by_role("status")).to_contain_text(said)
