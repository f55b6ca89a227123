"""What is typed into the forms of a loan and is no sum of money, stale, or not for the one who sends it: refused in
words, and nothing is recorded."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, select

from basis.money import Money
from casework.ledger.tables import LedgerEntry
from casework.loans.life import LoanState
from casework.loans.tables import Loan, LoanApproval
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of
from tests.dashboard.test_loan_pages import approved, loan_of, place_of, richer

NO_SUMS = ("-5", "0", "0.00", "1e9", "1,200", "1.005", "1 200", "EUR 5", "NaN", "١٢", "99999999999", "999999999999999")
PLAIN: dict[str, Any] = {"guarantor": "none", "explained": False, "affordability": None, "counts_from": "arrival"}


def count(session: Session, *tables: type[Any]) -> int:
    return sum(len(session.exec(select(table)).all()) for table in tables)


def test_what_is_no_sum_of_money_is_told_at_the_wish_and_nothing_is_recorded(opened: Bench) -> None:
    bench, wrong = richer(opened, **PLAIN), []
    place = place_of(bench)
    with bench.visit("arta") as person:
        page = person.get(place)
        for typed in NO_SUMS:
            answer = send(person, place, "ask-loan", {"amount_travel": typed, "amount_visa": ""}, page=page, status=422)
            if "sum of money in EUR" not in answer:
                wrong.append(typed)
    assert wrong == []
    with bench.installation.database.read() as session:
        assert count(session, Loan) == 0


@pytest.mark.parametrize(
    ("currency", "refused", "typed", "minor"),
    [("JPY", ("1.5", "1200.0", "1,200"), "1200", 1_200), ("KWD", ("0.0005", "1.2345"), "0.125", 125)],
)
def test_each_currency_has_its_own_decimals(
    opened: Bench, currency: str, refused: tuple[str, ...], typed: str, minor: int
) -> None:
    bench = richer(opened, cap=Money(10**9, currency), **PLAIN)
    place = place_of(bench)
    with bench.visit("arta") as person:
        for wrong in refused:
            send(person, place, "ask-loan", {"amount_travel": wrong, "amount_visa": ""}, status=422)
        send(person, place, "ask-loan", {"amount_travel": typed, "amount_visa": ""})
        assert str(Money(minor, currency)) in person.get(place)
    assert (loan_of(bench).principal_minor, loan_of(bench).currency) == (minor, currency)


def test_nobody_sets_currency_state_or_another_purpose_through_the_form(opened: Bench) -> None:
    bench = richer(opened, **PLAIN)
    forged = {"currency": "USD", "amount_recruitment_fee": "100", "state": "approved", "principal_minor": "1"}
    with bench.visit("arta") as person:
        given = {"version": str(case_of(bench).version), "amount_travel": "500", **forged}
        person.post(f"{place_of(bench)}/ask", given)
    row = loan_of(bench)
    assert (row.principal_minor, row.currency, row.state) == (50_000, "EUR", LoanState.REQUESTED)


def test_an_officer_who_sends_the_form_of_another_approves_neither_the_own_assessment_nor_twice(opened: Bench) -> None:
    bench = richer(opened, **PLAIN)
    place = place_of(bench)
    with bench.visit("arta") as person:
        send(person, place, "ask-loan", {"amount_travel": "900", "amount_visa": ""})
    with bench.visit("ilir") as person:
        asked = person.get(place)
        send(person, place, "assess-loan", {"looked_at": "Contract"}, page=asked)
        again = send(person, place, "assess-loan", {"looked_at": "Contract"}, page=asked, status=409)
        assert "Somebody changed this case" in again
        assert "approve-loan" not in forms_on(person.get(place))
        answer = person.post(f"{place}/approve", {"version": str(case_of(bench).version)}, status=409)
        assert "already decided" in answer
    with bench.visit("arta") as person:
        person.post(f"{place}/approve", {"version": str(case_of(bench).version)}, status=403)
    assert loan_of(bench).state is LoanState.ASSESSED
    with bench.installation.database.read() as session:
        assert count(session, LoanApproval) == 1


def test_a_loan_is_paid_out_once_however_often_the_form_is_sent_and_a_bad_refund_undoes_nothing(opened: Bench) -> None:
    bench = richer(opened, **PLAIN)
    place = approved(bench)
    with bench.visit("arta") as person:
        send(person, place, "note-signed", {"kept": "folder 7"})
    paid = {"paid_to": "carrier", "reference": "TKT-7"}
    with bench.visit("ilir") as person:
        page = person.get(place)
        for missing in ({"paid_to": ""}, {"reference": ""}, {"disbursed_on": "2999-01-01"}, {"disbursed_on": "31/12"}):
            send(person, place, "disburse-loan", {**paid, **missing}, page=page, status=422)
        send(person, place, "disburse-loan", paid, page=page)
        send(person, place, "disburse-loan", paid, page=page, status=409)
        fresh = {"version": str(case_of(bench).version), **paid, "disbursed_on": bench.today.isoformat()}
        assert "paid out already" in person.post(f"{place}/disburse", fresh, status=409)
        for refund in ("-1", "960.51", "1,000", "", "1e3"):
            send(person, place, "unwind-loan", {"reason": "visa_refused", "refund": refund}, status=422)
        send(person, place, "unwind-loan", {"reason": "because", "refund": "0"}, status=422)
    assert loan_of(bench).state is LoanState.DISBURSED
    with bench.installation.database.read() as session:
        assert count(session, LedgerEntry) == 1


def test_a_loan_of_another_case_is_reached_through_no_address(opened: Bench) -> None:
    approved(richer(opened, **PLAIN))
    number = loan_of(opened).number
    other = addresses.case(case_of(opened, "BB-0002").id, "loan")
    with opened.visit("ilir") as person:
        version = str(case_of(opened, "BB-0002").version)
        for act in ("assess", "approve", "disburse", "unwind", "refund", "give-up"):
            person.post(f"{other}/{act}", {"version": version, "loan": number}, status=404)
        assert person.client.get(f"{other}/note/1").status_code == 404
