"""A loan officer in a real browser: the bank's list, a payment without a loan, a deferral, a statement."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.dashboard.test_repayments import account, lend
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.deep
def test_a_loan_officer_takes_the_banks_list_in_matches_what_is_left_and_counts_a_payment(
    opened: Bench, seats: Seats
) -> None:
    loan, day = lend(opened), opened.today.isoformat()
    rows = f"Date,Amount,Currency,Reference,Text\n{day},100.00,EUR,TX-1,{loan.number}\n{day},5.00,EUR,TX-2,thank you\n"
    with served(opened, seats) as walk:
        tab = walk.visit("ilir", scripts=False)
        walk.open(tab, addresses.LOAN_PAYMENTS)
        file = FilePayload(name="june.csv", mimeType="text/csv", buffer=rows.encode())
        tab.get_by_label("The bank's list", exact=True).set_input_files(file)
        tab.get_by_role("button", name="Check the list").click()
        tab.get_by_role("button", name="Count these payments").click()
        expect(tab.get_by_role("status")).to_contain_text("was taken in")
        tab.get_by_label("Number of the loan").fill(loan.number)
        tab.get_by_role("button", name="Match it").click()
        expect(tab.get_by_role("status")).to_contain_text("was matched and counted")
        walk.open(tab, addresses.case(case_of(opened).id, "loan"))
        payment = tab.locator("#payment")
        payment.get_by_label("Amount in EUR").fill("95.00")
        payment.get_by_label("Reference").fill("R-77")
        payment.get_by_role("button", name="Count the payment").click()
        expect(tab.get_by_role("status")).to_contain_text("was counted")
        expect(tab.get_by_role("cell", name="R-77")).to_be_visible()
    assert account(opened, loan).owed.principal == 100_000


@pytest.mark.deep
def test_a_loan_officer_puts_a_loan_off_and_looks_at_its_statement(opened: Bench, seats: Seats) -> None:
    loan = lend(opened)
    with served(opened, seats) as walk:
        tab = walk.visit("ilir")
        walk.open(tab, addresses.LOAN_PAYMENTS)
        looked_at(tab)
        walk.open(tab, addresses.case(case_of(opened).id, "loan"))
        tab.get_by_text("Take back, put off, call in, forgive").click()
        looked_at(tab)
        form = tab.locator("#defer")
        form.get_by_label("unemployment").check()
        form.get_by_label("Nothing is to be paid until").fill(f"{opened.today.year + 1}-06-30")
        form.get_by_label("Where the proof is kept").fill("E-7")
        form.get_by_role("button", name="Put off").click()
        expect(tab.get_by_role("status")).to_contain_text("Tell the worker")
        tab.get_by_role("link", name="Statement of the loan").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text(loan.number)
        looked_at(tab)
