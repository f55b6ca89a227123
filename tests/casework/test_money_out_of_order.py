"""What is recorded late, comes early or comes back: nobody owes more for it, and statements of past days stay."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.rules import LedgerAccount
from casework.ledger.verifying import verify
from casework.loans import disbursing, unwinding
from casework.loans.life import LoanState
from casework.loans.tables import Bearer
from casework.loans.unwinding import Unwind
from casework.oversight.words import KIND_WORDS
from casework.repayments import forgiving, keeping, payments, queries, rules
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.queries import Account
from casework.repayments.tables import BankLine, Ground
from tests.support import repaying
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending, code_of
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A = LedgerAccount


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


@pytest.fixture
def with_interest(desk: Lending) -> UUID:
    """EUR 1,200 at 9 %, twelve instalments from 15 December on."""
    with desk.database.write(ENGINE) as work:
        return repaying.paid_out(work, desk.case, rate=900).id


def pay(desk: Lending, loan: UUID, amount: int, on: date | None = None, reference: str = "B-1") -> BankLine:
    paid_on = on or desk.today
    command = RecordPayment(loan_id=loan, reference=reference, paid_on=paid_on, amount_minor=amount, currency="EUR")
    return desk.database.run(desk.officer, payments.record, desk.catalogue, command)


def give_back(desk: Lending, line: BankLine) -> None:
    catalogue, today = desk.catalogue, desk.today
    desk.database.run(desk.officer, payments.take_back, catalogue, line.id, "returned_by_bank", today)


def unwind(desk: Lending, loan: UUID, reason: str, on: date | None = None) -> Bearer:
    command = Unwind(loan_id=loan, reason=reason, refund_minor=120_050, unwound_on=on or desk.today)
    return desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command).borne_by


def depart(desk: Lending) -> None:
    desk.travel(CaseLife.DEPARTED, desk.today)
    desk.database.run(ENGINE, disbursing.begin_due, desk.catalogue, 10)


def keep_up(desk: Lending) -> None:
    while desk.database.run(ENGINE, keeping.keep_up, desk.catalogue, 10):
        pass


def account(desk: Lending, loan: UUID) -> Account:
    with desk.database.read() as session:
        return queries.account(session, desk.catalogue, desk.officer, loan)


def test_who_paid_all_before_the_due_day_owes_no_interest_for_the_days_until_the_list_of_the_bank_was_read(
    desk: Lending, with_interest: UUID, clock: Clock
) -> None:
    clock.move(days=50)
    keep_up(desk)
    assert desk.held(with_interest)[A.INTEREST_DUE] == 1_272
    pay(desk, with_interest, 120_296, on=TODAY + timedelta(days=10))
    assert desk.loan(with_interest).state is LoanState.SETTLED
    assert desk.held(with_interest) == {A.MONEY: 296, A.INTEREST_EARNED: -296}
    assert verify(desk.database).whole


def test_interest_that_was_paid_is_not_taken_back_though_it_was_counted_with_the_payment(
    desk: Lending, with_interest: UUID, clock: Clock
) -> None:
    clock.move(days=50)
    pay(desk, with_interest, 11_272)
    pay(desk, with_interest, 1_000, on=TODAY + timedelta(days=10), reference="B-2")
    assert desk.held(with_interest) == {A.MONEY: -107_728, A.LOAN_PRINCIPAL: 109_000, A.INTEREST_EARNED: -1_272}
    assert verify(desk.database).whole


def test_a_loan_with_interest_is_paid_out_though_the_days_of_its_note_have_passed(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(counts_from="issue", grace_months=0, interest=9)
    loan = desk.signed()
    clock.move(days=100)
    desk.disburse(loan)
    assert (desk.loan(loan).state, A.INTEREST_DUE in desk.held(loan)) == (LoanState.IN_GRACE, False)
    assert account(desk, loan).standing(desk.today).next_due == date(2027, 3, 15)


def test_an_instalment_that_is_paid_a_day_early_is_not_late_for_its_interest(
    desk: Lending, with_interest: UUID, clock: Clock
) -> None:
    clock.move(days=42)
    pay(desk, with_interest, account(desk, with_interest).standing(desk.today).next_amount)
    clock.move(days=2)
    keep_up(desk)
    assert desk.loan(with_interest).state is LoanState.REPAYING
    standing = account(desk, with_interest).standing(desk.today)
    assert (standing.overdue, standing.due, standing.next_due) == (0, 0, date(2027, 1, 15))
    # 10,000 and the interest of the month, less the two cents that the early day saved; it is never more on its day.
    assert standing.next_amount == 10_839
    clock.move(days=30)
    keep_up(desk)
    assert account(desk, with_interest).standing(desk.today).due <= 10_839


def test_a_statement_of_a_day_before_the_grace_began_stays_when_it_begins(desk: Lending, clock: Clock) -> None:
    loan = desk.paid_out()
    day, known_at = desk.today, desk.database.now()
    clock.move(days=5)
    with desk.database.read() as session:
        _loan, _case, made = queries.statement_of(session, desk.officer, loan, day, known_at)
    depart(desk)
    with desk.database.read() as session:
        _loan, _case, again = queries.statement_of(session, desk.officer, loan, day, known_at)
        _loan, _case, now = queries.statement_of(session, desk.officer, loan, desk.today, desk.database.now())
    assert again == made
    assert (made.next_due, now.next_due is None) == (None, False)


def test_a_payment_before_the_grace_covers_the_first_instalments_and_the_check_of_all_money_agrees(
    desk: Lending, clock: Clock
) -> None:
    loan = desk.paid_out()
    pay(desk, loan, 20_000)
    clock.move(days=5)
    depart(desk)
    assert [plan.total for plan in desk.plans(loan)] == [120_050, 120_050]
    assert account(desk, loan).standing(desk.today).owed == 100_050
    assert verify(desk.database).whole


def test_a_loan_that_was_repaid_before_its_grace_waits_for_it_again_when_the_payment_comes_back(
    desk: Lending, clock: Clock
) -> None:
    loan = desk.paid_out()
    line = pay(desk, loan, 120_050)
    assert desk.loan(loan).state is LoanState.SETTLED
    give_back(desk, line)
    assert desk.loan(loan).state is LoanState.DISBURSED
    clock.move(days=5)
    depart(desk)
    assert (desk.loan(loan).state, desk.loan(loan).grace_from) == (LoanState.IN_GRACE, desk.today)


def test_a_payment_that_bounces_after_the_unwinding_is_not_given_to_the_worker(desk: Lending) -> None:
    loan = desk.paid_out()
    line = pay(desk, loan, 30_000)
    unwind(desk, loan, "carrier_cancelled")
    assert desk.held(loan)[A.CREDIT] == -30_000
    give_back(desk, line)
    assert desk.held(loan) == {A.MONEY: -120_050, A.CARRIER: 120_050}
    assert verify(desk.database).whole


def test_interest_alone_is_not_left_to_the_worker_where_the_whole_fare_comes_back(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(remainder="worker", interest=9)
    loan = desk.paid_out()
    desk.cancels()
    clock.move(days=60)
    assert unwind(desk, loan, "worker_cancelled", TODAY + timedelta(days=30)) is Bearer.PROGRAMME
    assert desk.loan(loan).state is LoanState.UNWOUND
    # Interest counts to the day of the unwinding, not to that on which it was recorded.
    assert desk.held(loan)[A.FORGIVEN] == 888
    assert verify(desk.database).whole


def test_a_part_that_was_forgiven_does_not_bear_a_payment_that_comes_back(desk: Lending, with_interest: UUID) -> None:
    line = pay(desk, with_interest, 119_000)
    command = ProposeForgiveness(loan_id=with_interest, ground=Ground.BANKRUPTCY, amount_minor=1_000, evidence="E-7")
    row = desk.database.run(desk.officer, forgiving.propose, desk.catalogue, command)
    desk.database.run(desk.second, forgiving.confirm, desk.catalogue, row.id)
    assert desk.loan(with_interest).state is LoanState.SETTLED
    give_back(desk, line)
    assert desk.held(with_interest)[A.FORGIVEN] == 1_000
    assert account(desk, with_interest).owed.principal == 119_000
    assert verify(desk.database).whole


def test_what_was_paid_too_much_cannot_go_back_before_it_was_paid(
    desk: Lending, with_interest: UUID, clock: Clock
) -> None:
    clock.move(days=10)
    pay(desk, with_interest, 130_296)

    def give(on: date) -> None:
        desk.database.run(desk.officer, payments.refund, desk.catalogue, with_interest, 10_000, on, "OUT-1")

    for day in (TODAY - timedelta(days=100), desk.today - timedelta(days=1)):
        assert code_of(partial(give, day)) == "dates"
    give(desk.today)
    give(desk.today)
    assert account(desk, with_interest).owed.credit == 0


def test_the_history_has_words_for_every_state_that_time_and_payments_lead_to(database_url: str) -> None:
    reached = {state for _before, state in rules.MOVES}
    assert {state for state in reached if f"loan.became_{state.value}" not in KIND_WORDS} == set()
