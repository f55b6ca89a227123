"""A loan that is repaid, on its page; the bank's lists; what each role may see and do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.loans.life import LoanState
from casework.loans.tables import Loan
from casework.repayments import keeping, queries
from casework.repayments.queries import Account
from casework.work import Work
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of
from tests.support import repaying


def lend(site: Bench, reference: str = "BB-0001", ago: int = 200, **values: object) -> Loan:
    """A loan that was paid out `ago` days before today, with a first instalment 60 days after that."""
    paid = site.today - timedelta(days=ago)
    case_id = case_of(site, reference).id

    def act(work: Work) -> Loan:
        first = (paid + timedelta(days=60)).replace(day=15)
        case = work.session.get_one(Case, case_id)
        return repaying.paid_out(work, case, disbursed_on=paid, first_due_on=first, **values)

    return site.installation.database.run(ENGINE, act)


def account(site: Bench, loan: Loan) -> Account:
    with site.installation.database.read() as session:
        return queries.account(session, site.installation.catalogue, ENGINE, loan.id)


def test_a_payment_is_counted_taken_back_and_counted_anew_on_the_page_of_the_loan(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        page = person.get(place)
        assert "overdue" in page
        sent = {"amount": "100.00", "reference": "TX-1"}
        first = send(person, place, "payment", sent, page=page)
        assert "payment-counted" in first
        # The same page sent again was not made after the payment: it says so, and counts nothing.
        send(person, place, "payment", sent, page=page, status=409)
        assert "spaces" in send(person, place, "payment", {"amount": "5", "reference": "Arben K"}, status=422)
        assert "decimals" in send(person, place, "payment", {"amount": "5.005", "reference": "TX-2"}, status=422)
        assert account(opened, loan).owed.principal == 110_000
        page = person.get(place)
        assert "TX-1" in page
        payment = str(account(opened, loan).entries[-1].id)
        assert payment not in page
        line = page.split('<select id="take-back-payment"')[1].split('<option value="')[2].split('"')[0]
        send(person, place, "take-back", {"payment": line, "reason": "returned_by_bank"})
        assert "returned by the bank" in person.get(place)
    assert account(opened, loan).owed.principal == 120_000


def test_a_loan_is_put_off_taken_up_again_and_forgiven_by_a_second_person(opened: Bench) -> None:
    loan = lend(opened, ago=1)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        until = (opened.today + timedelta(days=90)).isoformat()
        send(person, place, "defer", {"reason": "study", "until": until, "evidence": "E-1"})
        assert "deferred" in person.get(place)
        send(person, place, "resume")
        send(person, place, "forgive", {"ground": "bankruptcy", "amount": "", "evidence": "E-2"})
        page = person.get(place)
        assert "confirm-forgiveness" not in forms_on(page)
        assert "Proposed to forgive" in page
    with opened.visit("dafina") as person:
        send(person, place, "confirm-forgiveness")
        page = person.get(place)
        assert "Forgiven: all that is owed" in page
        assert "bankruptcy" in page
    assert account(opened, loan).owed.owed == 0


def test_the_loan_of_a_worker_who_has_died_says_so_until_it_is_proposed_and_then_waits_for_a_second_person(
    opened: Bench,
) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.installation.database.write(ENGINE) as work:
        work.session.get_one(Case, loan.case_id).life = CaseLife.DECEASED
    with opened.visit("ilir") as person:
        assert "loans of workers who have died" in person.get(addresses.WORK)
        assert loan.number in person.get(addresses.query(addresses.LOANS, waiting="died"))
        assert "Decide first whether the loan is forgiven." in person.get(place)
        send(person, place, "forgive", {"ground": "death", "amount": "", "evidence": "E-2"})
        assert "Decide first whether the loan is forgiven." not in person.get(place)
        mine = person.get(addresses.WORK)
        assert "loans of workers who have died" not in mine and "loans to forgive" not in mine
    to_forgive = addresses.query(addresses.LOANS, waiting="to_forgive")
    with opened.visit("dafina") as person:
        assert "loans to forgive" in person.get(addresses.WORK)
        assert loan.number in person.get(to_forgive)
        assert "Decide first whether the loan is forgiven." not in person.get(place)
        send(person, place, "confirm-forgiveness")
        assert "No loan fits." in person.get(to_forgive)


def test_a_proposal_to_forgive_a_loan_that_was_paid_meanwhile_is_declined_on_its_page(opened: Bench) -> None:
    lend(opened, ago=1)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        send(person, place, "forgive", {"ground": "bankruptcy", "amount": "", "evidence": "E-2"})
        send(person, place, "payment", {"amount": "1200", "reference": "TX-2"})
        forms = forms_on(person.get(place))
        assert "decline-forgiveness" in forms and "forgive" not in forms
    with opened.visit("dafina") as person:
        assert "loans to forgive" in person.get(addresses.WORK)
        assert "confirm-forgiveness" not in forms_on(person.get(place))
        send(person, place, "decline-forgiveness", {"reason": "nothing_owed"})
        page = person.get(place)
        assert "Nothing is owed any more." in page
        assert not {"decline-forgiveness", "forgive"} & set(forms_on(page))
        assert "loans to forgive" not in person.get(addresses.WORK)


def test_where_only_interest_is_owed_no_instalments_can_be_put_off_on_the_page(opened: Bench) -> None:
    loan = lend(opened, ago=100, rate=900)
    database, catalogue = opened.installation.database, opened.installation.catalogue
    while database.run(ENGINE, keeping.keep_up, catalogue, 10):
        pass
    place = addresses.case(case_of(opened).id, "loan")
    interest = account(opened, loan).owed.interest
    with opened.visit("ilir") as person:
        send(person, place, "payment", {"amount": f"{interest / 100:.2f}", "reference": "TX-1"})
        page = person.get(place)
        assert "defer" in forms_on(page)
        line = page.split('<select id="take-back-payment"')[1].split('<option value="')[2].split('"')[0]
        owed = account(opened, loan).owed.owed + 1_000
        send(person, place, "payment", {"amount": f"{owed / 100:.2f}", "reference": "TX-2"})
        send(person, place, "take-back", {"payment": line, "reason": "returned_by_bank"})
        left = account(opened, loan).owed
        assert left.principal == 0 < left.interest
        page = person.get(place)
        assert "defer" not in forms_on(page) and "Next instalment" in page
        number = case_of(opened).version
        sent = {"reason": "study", "until": opened.today.replace(year=opened.today.year + 1).isoformat()}
        values = {**sent, "evidence": "E-1", "version": str(number), "loan": loan.number}
        assert "Only interest is owed" in person.post(f"{place}/defer", values, status=409)


def test_what_was_paid_too_much_is_refunded(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        send(person, place, "payment", {"amount": "1210.00", "reference": "TX-1"})
        page = person.get(place)
        assert "Paid too much" in page
        send(person, place, "overpaid", {"amount": "10.01", "reference": "OUT-1"}, status=409)
        send(person, place, "overpaid", {"amount": "10.00", "reference": "OUT-1"})
        assert "overpaid" not in forms_on(person.get(place))
    assert account(opened, loan).owed.credit == 0


def test_credit_of_an_earlier_loan_is_on_a_list_and_given_back_on_the_page_of_that_loan(opened: Bench) -> None:
    first = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    credits_ = addresses.query(addresses.LOANS, waiting="credit")
    with opened.visit("ilir") as person:
        send(person, place, "payment", {"amount": "1210.00", "reference": "TX-1"})
        second = lend(opened, ago=100)
        page = person.get(place)
        assert second.number in page and "EUR 10.00 to give back" in page
        assert "overpaid" not in forms_on(page)
        assert "loans with credit to give back" in person.get(addresses.WORK)
        page = person.get(credits_)
        earlier = addresses.loan(case_of(opened).id, first.number)
        assert f'href="{earlier}"' in page and "EUR 10.00 to give back" in page and second.number not in page
        page = person.get(earlier)
        assert f"Loan {first.number}" in page and "ask-loan" not in forms_on(page)
        assert "EUR 1,200.00" in person.get(addresses.loan(case_of(opened).id, first.number, "statement"))
        send(person, earlier, "overpaid", {"amount": "10.01", "reference": "OUT-1"}, status=409)
        assert (
            send(person, earlier, "overpaid", {"amount": "10.00", "reference": "OUT-1"})
            == f"{earlier}&done=loan-refunded"
        )
        assert "No loan fits." in person.get(credits_)
    with opened.visit("arta") as person:
        assert "loans with credit to give back" not in person.get(addresses.WORK)
    assert (account(opened, first).owed.credit, account(opened, second).owed.owed) == (0, 120_000)


def test_an_earlier_loan_alone_is_owed_again_when_its_payment_comes_back_and_then_is_undone(opened: Bench) -> None:
    first = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        send(person, place, "payment", {"amount": "1200.00", "reference": "TX-1"})
        second = lend(opened, ago=100)
        earlier = addresses.loan(case_of(opened).id, first.number)
        page = person.get(earlier)
        line = page.split('<select id="take-back-payment"')[1].split('<option value="')[2].split('"')[0]
        send(person, earlier, "take-back", {"payment": line, "reason": "returned_by_bank"})
        send(person, earlier, "payment", {"amount": "200.00", "reference": "TX-2"})
        person.get(addresses.loan(case_of(opened).id, "L-2026-999999"), status=404)
        person.get(f"{place}?loan={first.number}", status=422)
        person.post(f"{place}/overpaid", {"version": "1"}, status=422)
        person.post(f"{place}/overpaid", {"version": "1", "loan": "L-2026-999999"}, status=404)
    assert (account(opened, first).owed.owed, account(opened, second).owed.owed) == (100_000, 120_000)
    with opened.installation.database.write(ENGINE) as work:
        work.session.get_one(Case, first.case_id).life = CaseLife.WITHDRAWN
    with opened.visit("ilir") as person:
        assert first.number in person.get(addresses.query(addresses.LOANS, waiting="no_journey"))
        send(person, earlier, "unwind-loan", {"reason": "worker_cancelled", "refund": "0"})
    states = (account(opened, first).loan.state, account(opened, second).loan.state)
    assert states == (LoanState.UNWOUND, LoanState.IN_GRACE)


def test_a_refund_that_was_recorded_wrongly_is_taken_back_on_the_page_of_its_loan(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        assert "refund-back" not in forms_on(person.get(place))
        send(person, place, "payment", {"amount": "1300.00", "reference": "TX-1"})
        send(person, place, "overpaid", {"amount": "100.00", "reference": "OUT-1"})
        page = person.get(place)
        assert "Overpaid amount refunded: EUR 100.00 of" in page
        refund = page.split('<select id="refund-back-refund"')[1].split('<option value="')[2].split('"')[0]
        sent = {"refund": refund, "reason": "wrong_amount", "returned_on": ""}
        assert "done=refund-taken-back" in send(person, place, "refund-back", sent, page=page)
        send(person, place, "refund-back", sent, page=page, status=404)
        send(person, place, "overpaid", {"amount": "50.00", "reference": "OUT-1"})
        assert account(opened, loan).owed.credit == 5_000
    with opened.visit("arta") as person:
        assert "refund-back" not in forms_on(person.get(place))


def test_what_a_carrier_owes_and_was_given_up_is_awaited_again_when_that_is_taken_back(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        send(person, place, "unwind-loan", {"reason": "carrier_cancelled", "refund": "900"})
        send(person, place, "give-up-refund")
        page = person.get(place)
        assert "Refund not received from the carrier: EUR 900.00 of" in page
        given_up = page.split('<select id="refund-back-refund"')[1].split('<option value="')[2].split('"')[0]
        send(person, place, "refund-back", {"refund": given_up, "reason": "recorded_in_error", "returned_on": ""})
        send(person, place, "refund-loan", {"amount": "900", "reference": "C-1"})
        assert "EUR 900.00 of EUR 900.00" in person.get(place)
    assert account(opened, loan).loan.state is LoanState.UNWOUND


def test_a_line_of_the_bank_that_may_be_a_carriers_refund_waits_and_is_recorded_as_it(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    data = f"Date,Amount,Currency,Reference,Text\n{opened.today},900.00,EUR,AIR-77,Ticket {loan.number}\n".encode()
    with opened.visit("ilir") as person:
        send(person, place, "unwind-loan", {"reason": "carrier_cancelled", "refund": "900"})
        page = send(person, addresses.LOAN_PAYMENTS, "bank-list", {}, files={"file": ("bank.csv", data)}, status=200)
        assert "A carrier owes a refund for this loan" in page
        send(person, addresses.LOAN_PAYMENTS, "take-list", {}, page=page)
        (form,) = [name for name in forms_on(person.get(addresses.LOAN_PAYMENTS)) if name.startswith("refund-")]
        wrong = send(person, addresses.LOAN_PAYMENTS, form, {"number": "L-2026-999999"}, status=404)
        assert "no such loan" in wrong
        done = send(person, addresses.LOAN_PAYMENTS, form, {"number": loan.number})
        assert "done=payment-refunded" in done
        assert "Every payment has found its loan." in person.get(addresses.LOAN_PAYMENTS)
        assert "EUR 900.00 of EUR 900.00" in person.get(place)
    assert account(opened, loan).owed.credit == 0


def test_the_late_loan_of_a_worker_who_was_turned_back_is_found_and_undone_on_its_page(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")

    def move(life: CaseLife, reason: str) -> None:
        with opened.installation.database.write(ENGINE) as work:
            case = work.session.get_one(Case, loan.case_id)
            values: dict[str, Any] = {"case_id": case.id, "from_life": case.life, "to_life": life, "reason": reason}
            day = opened.today - timedelta(days=100)
            work.session.add(CaseMove(**values, happened_on=day, recorded_at=work.now, recorded_by="engine"))
            case.life = life

    with opened.visit("ilir") as person:
        move(CaseLife.DEPARTED, "departure_confirmed")
        assert "unwind-loan" not in forms_on(person.get(place))
        move(CaseLife.RETURNED, "turned_back")
        assert "loans without a journey" in person.get(addresses.WORK)
        assert loan.number in person.get(addresses.query(addresses.LOANS, waiting="no_journey"))
        page = person.get(place)
        assert "overdue" in page and "the worker has not arrived by its record" in page
        wrong = send(person, place, "unwind-loan", {"reason": "no_show", "refund": "0"}, status=409)
        assert "Nothing on record says" in wrong
        send(person, place, "unwind-loan", {"reason": "turned_back", "refund": "0"})
    assert account(opened, loan).loan.state is LoanState.UNWOUND


def test_a_statement_is_shown_as_of_any_day_since_the_pay_out(opened: Bench) -> None:
    loan = lend(opened)
    case_id = case_of(opened).id
    place = addresses.case(case_id, "loan", "statement")
    assert loan.disbursed_on is not None
    with opened.visit("ilir") as person:
        send(person, addresses.case(case_id, "loan"), "payment", {"amount": "100.00", "reference": "TX-1"})
        assert "EUR 1,100.00" in person.get(place)
        before = (opened.today - timedelta(days=1)).isoformat()
        assert "EUR 1,100.00" not in person.get(f"{place}?on={before}")
        for wrong in (loan.disbursed_on - timedelta(days=1), opened.today + timedelta(days=1), "x"):
            person.get(f"{place}?on={wrong}", status=422)
        person.get(f"{place}?day={before}", status=422)
    with opened.visit("agron") as person:
        person.get(place, status=403)


def test_a_list_of_the_bank_is_looked_at_counted_and_what_is_left_matched(opened: Bench) -> None:
    loan, other = lend(opened), lend(opened, "BB-0002")
    day = opened.today.isoformat()
    data = f"Date,Amount,Currency,Reference,Text\n{day},10.00,EUR,TX-1,{loan.number}\n{day},20.00,EUR,TX-2,thank you\n"
    rows = data + f"{day},-1,EUR,TX-3,{loan.number}\n"
    with opened.visit("ilir") as person:
        page = send(
            person, addresses.LOAN_PAYMENTS, "bank-list", files={"file": ("june.csv", rows.encode())}, status=200
        )
        assert "Nothing is counted yet" in page
        assert "not money that came in" in page
        assert account(opened, loan).owed.principal == 120_000
        send(person, addresses.LOAN_PAYMENTS, "take-list", page=page)
        assert account(opened, loan).owed.principal == 119_000
        send(person, addresses.LOAN_PAYMENTS, "take-list", page=page, status=404)
        again = send(
            person, addresses.LOAN_PAYMENTS, "bank-list", files={"file": ("june.csv", rows.encode())}, status=200
        )
        assert "taken in before" in again
        assert "take-list" not in forms_on(again)
        page = person.get(addresses.LOAN_PAYMENTS)
        assert "thank you" in page
        (form,) = [name for name in forms_on(page) if name.startswith("match-")]
        assert "no such loan" in send(person, addresses.LOAN_PAYMENTS, form, {"number": "L-2026-999999"}, status=404)
        send(person, addresses.LOAN_PAYMENTS, form, {"number": other.number.lower()})
        assert "was matched meanwhile" in send(
            person, addresses.LOAN_PAYMENTS, form, {"number": loan.number}, page=page, status=409
        )
        assert "Every payment has found its loan" in person.get(addresses.LOAN_PAYMENTS)
        bad = send(person, addresses.LOAN_PAYMENTS, "bank-list", files={"file": ("x.csv", b"a,b\n1,2\n")}, status=422)
        assert "Day, Amount, Currency, Reference" in bad
    assert account(opened, other).owed.principal == 118_000


def test_a_line_is_set_aside_with_a_reason_and_can_still_be_matched(opened: Bench) -> None:
    loan = lend(opened)
    day = opened.today.isoformat()
    data = f"Date,Amount,Currency,Reference\n{day},10.00,EUR,TX-1\n"
    with opened.visit("dafina") as person:
        page = send(person, addresses.LOAN_PAYMENTS, "bank-list", files={"file": ("a.csv", data.encode())}, status=200)
        send(person, addresses.LOAN_PAYMENTS, "take-list", page=page)
        page = person.get(addresses.LOAN_PAYMENTS)
        (form,) = [name for name in forms_on(page) if name.startswith("aside-")]
        send(person, addresses.LOAN_PAYMENTS, form, status=422)
        assert "payments to match" in person.get(addresses.WORK)
        send(person, addresses.LOAN_PAYMENTS, form, {"reason": "sent_back"})
        assert "Every payment has found its loan" in person.get(addresses.LOAN_PAYMENTS)
        aside = addresses.query(addresses.LOAN_PAYMENTS, show="set-aside")
        page = person.get(aside)
        assert "It was sent back to who paid" in page
        (form,) = [name for name in forms_on(page) if name.startswith(("match-", "aside-"))]
        assert "no such loan" in send(person, aside, form, {"number": "L-2026-999999"}, status=404)
        send(person, aside, form, {"number": loan.number})
        assert "No payment was set aside" in person.get(aside)
        person.get(addresses.query(addresses.LOAN_PAYMENTS, show="all"), status=422)
    assert account(opened, loan).owed.principal == 119_000


@pytest.mark.parametrize("name", ["arta", "mira", "agron", "liridona"])
def test_only_loan_officers_see_payments_without_a_loan_and_take_payments(opened: Bench, name: str) -> None:
    lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit(name) as person:
        person.get(addresses.LOAN_PAYMENTS, status=403)
        person.post(addresses.LOAN_PAYMENTS_CHECK, {}, status=403)
        for act in ("payments", "payments/take-back", "overpaid", "defer", "resume", "accelerate", "collect"):
            person.post(f"{place}/{act}", {"version": "1"}, status=403)
