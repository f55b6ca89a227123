"""A loan is walked through in a real browser by those who ask, assess, approve, sign and pay out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from basis.money import Money
from checklists.lending import LoanLimit
from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.filling import send
from tests.dashboard.playing import case_of
from tests.dashboard.test_loan_pages import approved, name_of, richer
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
        tab.get_by_label("Reference of the bank or the ticket").fill("TKT-7")
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


@pytest.mark.deep
def test_a_high_loan_is_explained_and_guaranteed_and_a_supervisor_approves_it_too(opened: Bench, seats: Seats) -> None:
    low, high = Money(50_000, "EUR"), Money(250_000, "EUR")
    limits = (LoanLimit(up_to=low, approvals=2), LoanLimit(up_to=high, approvals=3, role="supervisor"))
    bench = richer(opened, limits=limits)
    place = addresses.case(case_of(bench).id, "loan")
    with served(bench, seats) as walk:
        tab = _at(walk, "arta", place)
        tab.get_by_label("Travel, in EUR").fill("1,200")
        tab.get_by_role("button", name="Ask for the loan").click()
        expect(tab.get_by_role("main")).to_contain_text("not a sum of money in EUR")
        looked_at(tab)
        tab.get_by_label("Travel, in EUR").fill("1200")
        _press(tab, "Ask for the loan", "The wish for a loan was recorded.")
        walk.leave()
        tab = _at(walk, "ilir", place)
        tab.get_by_label("What you looked at").fill("Contract, household, no other debts")
        tab.get_by_label("Wage of a month as the worker states it").fill("2400")
        _press(tab, "The worker can repay it", "Another officer approves the loan.")
        walk.leave()
        tab = walk.visit("mira")
        walk.open(tab, addresses.WORK)
        tab.get_by_role("link", name="loans to decide on").click()
        tab.get_by_role("link", name="L-").click()
        _press(tab, "Approve", "Your approval was recorded.")
        looked_at(tab)
        walk.leave()
        tab = _at(walk, "dafina", place)
        _press(tab, "Approve", "Your approval was recorded.")
        walk.leave()
        tab = _at(walk, "arta", place)
        tab.get_by_label("Language", exact=True).select_option("sq")
        tab.get_by_label("The worker reads this language").check()
        _press(tab, "Record the explanation", "The explanation was recorded.")
        guarantor = tab.locator("#guarantor")
        for label, said in (("Name", "Blerim Hoxhademo"), ("Relation", "brother"), ("Number of the", "ID 100200")):
            guarantor.get_by_label(label).fill(said)
        guarantor.get_by_role("button", name="Record the signature").click()
        expect(tab.get_by_role("status")).to_contain_text("The signature was recorded.")
        screen = tab.locator("#note-screen")
        screen.get_by_label("The worker writes").fill(name_of(bench))
        screen.get_by_label("Witness").select_option(label="Besnik Hoxha")
        screen.get_by_role("button", name="I have read the terms and sign").click()
        expect(tab.get_by_role("main")).to_contain_text("on screen")
        looked_at(tab)


@pytest.mark.deep
def test_a_loan_officer_undoes_a_loan_whose_case_ended_and_books_the_refund(opened: Bench, seats: Seats) -> None:
    bench = richer(opened, guarantor="none", explained=False)
    place = approved(bench)
    with bench.visit("arta") as person:
        send(person, place, "note-signed", {"kept": "folder 7"})
    with bench.visit("ilir") as person:
        send(person, place, "disburse-loan", {"paid_to": "carrier", "reference": "TKT-7"})
    with bench.visit("arta") as person:
        send(
            person,
            addresses.case(case_of(bench).id, "life"),
            "life",
            {"to": "withdrawn", "reason": "withdrawn:other_job"},
        )
    with served(bench, seats) as walk:
        tab = walk.visit("ilir")
        walk.open(tab, addresses.WORK)
        tab.get_by_role("link", name="loans without a journey").click()
        looked_at(tab)
        tab.get_by_role("link", name="L-").click()
        expect(tab.get_by_role("main")).to_contain_text("The case ended before its journey.")
        form = tab.locator("#unwind-loan")
        form.get_by_label("Reason").select_option("worker_cancelled")
        form.get_by_label("Refund that the carrier owes").fill("960.50")
        form.get_by_role("button", name="Undo the loan").click()
        expect(tab.get_by_role("status")).to_contain_text("What the carrier owes is awaited")
        looked_at(tab)
        form = tab.locator("#refund-loan")
        form.get_by_label("Amount in EUR").fill("960.50")
        form.get_by_label("Reference of the bank").fill("R-1")
        form.get_by_role("button", name="Record the refund").click()
        expect(tab.get_by_role("status")).to_contain_text("recorded")
        expect(tab.locator("#refund-loan")).to_have_count(0)
