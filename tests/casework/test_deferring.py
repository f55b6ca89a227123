"""Nothing that is decided on a loan that is repaid brings money nearer, or leaves the loan where nobody can go on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.database import Database
from casework.ledger import verifying
from casework.loans.life import LoanState
from casework.repayments import payments, queries, service
from casework.repayments.rules import Position
from casework.repayments.statements import Statement
from tests.casework.test_repayments import CATALOGUE, Office, accelerate, code_of
from tests.support import repaying
from tests.support.factories import World
from tests.support.repaying import FIRST_DUE
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = date(2027, 11, 15)


def lend(database: Database, world: World, clock: Clock, **values: object) -> Office:
    with database.write(ENGINE) as work:
        case = repaying.case_with_patience(work, office=world.office, life=CaseLife.DEPARTED)
        return Office(database, world, clock, repaying.paid_out(work, case, **values).id)


@pytest.fixture
def office(database: Database, world: World, clock: Clock) -> Office:
    return lend(database, world, clock)


@pytest.fixture
def with_interest(database: Database, world: World, clock: Clock) -> Office:
    """9 % a year, in three instalments."""
    return lend(database, world, clock, rate=900, instalments=3)


def resume(office: Office) -> None:
    office.database.run(office.officer, service.resume, CATALOGUE, office.loan)


def test_what_is_in_grace_or_paid_ahead_is_not_put_off_to_an_earlier_day(
    database: Database, world: World, clock: Clock, office: Office
) -> None:
    in_grace = lend(database, world, clock, first_due_on=LATER)
    assert code_of(in_grace.defer, date(2026, 11, 30)) == "dates"
    in_grace.defer(LATER)
    assert in_grace.kept.next_due_on == date(2027, 12, 15)
    office.pay(60_000)
    assert code_of(office.defer, date(2027, 1, 31)) == "dates"
    assert (office.state(), office.kept.next_due_on) == (LoanState.IN_GRACE, date(2027, 6, 15))
    office.defer(date(2027, 6, 15))
    assert office.kept.next_due_on == date(2027, 7, 15)


def test_a_deferral_by_mistake_that_is_taken_up_again_leaves_the_days_as_they_were(
    database: Database, world: World, clock: Clock
) -> None:
    office = lend(database, world, clock, first_due_on=LATER)
    office.defer(date(2028, 3, 31))
    office.defer(date(2028, 12, 31))
    resume(office)
    assert office.account.plans[-1].rows == office.account.plans[0].rows
    assert (office.kept.next_due_on, office.kept.next_minor) == (LATER, 10_000)


def test_a_deferral_that_was_too_long_is_made_shorter_but_never_nearer_than_without_it(
    database: Database, world: World, clock: Clock
) -> None:
    office = lend(database, world, clock, first_due_on=LATER)
    office.defer(date(2028, 12, 31))
    assert code_of(office.defer, date(2027, 6, 30)) == "dates"
    office.defer(date(2028, 3, 31))
    assert office.kept.next_due_on == date(2028, 4, 15)


def test_after_a_deferral_what_was_paid_ahead_of_its_plan_counts_for_the_next_one(office: Office) -> None:
    office.move_to(date(2027, 1, 10))
    office.defer(date(2027, 6, 30))
    office.move_to(date(2027, 7, 1))
    office.pay(60_000)
    assert office.kept.next_due_on == date(2028, 1, 15)
    assert code_of(office.defer, date(2027, 8, 31)) == "dates"
    office.defer(date(2028, 1, 31))
    resume(office)
    assert office.kept.next_due_on == date(2028, 1, 15)


def test_missed_instalments_are_due_one_by_one_after_the_deferral_or_its_end(office: Office) -> None:
    office.move_to(date(2027, 2, 20))
    office.defer(date(2027, 2, 21))
    assert (office.kept.overdue_minor, office.kept.next_due_on) == (0, date(2027, 3, 15))
    office.defer(date(2027, 9, 30))
    office.move_to(date(2027, 5, 20))
    resume(office)
    assert [row.principal for row in office.account.plans[-1].rows] == [10_000] * 12
    assert (office.kept.overdue_minor, office.kept.next_due_on) == (0, date(2027, 6, 15))
    assert verifying.verify(office.database).whole


def test_interest_alone_that_is_overdue_is_put_off_and_no_instalment_comes_nearer(with_interest: Office) -> None:
    office = with_interest
    office.move_to(FIRST_DUE - timedelta(days=1))
    office.pay(40_000)
    office.move_to(FIRST_DUE + timedelta(days=2))
    assert (office.state(), office.kept.overdue_minor) == (LoanState.OVERDUE, 1_262)
    office.defer(FIRST_DUE + timedelta(days=10))
    assert (office.state(), office.kept.due_minor) == (LoanState.DEFERRED, 0)
    assert office.kept.next_due_on == date(2027, 1, 15)
    assert verifying.verify(office.database).whole


def test_where_only_interest_is_owed_no_instalment_is_put_off_and_no_interest_is_foretold(
    with_interest: Office,
) -> None:
    office = with_interest
    office.move_to(FIRST_DUE)
    line = office.pay(1_272)
    office.pay(120_000, "B-2")
    office.take_back(line)
    assert (office.state(), office.account.owed) == (LoanState.REPAYING, Position(0, 1_272, 0))
    assert (office.kept.next_due_on, office.kept.next_minor) == (date(2027, 2, 15), 1_272)
    assert code_of(office.defer, date(2027, 6, 30)) == "only_interest"
    office.move_to(date(2027, 2, 16))
    assert (office.state(), office.kept.overdue_minor) == (LoanState.OVERDUE, 1_272)
    assert code_of(accelerate, office, date(2027, 6, 30)) == "too_early"
    office.pay(1_272, "B-3")
    assert office.state() is LoanState.SETTLED
    assert verifying.verify(office.database).whole


def test_where_only_interest_is_owed_in_a_deferral_there_is_nothing_to_take_up_again(with_interest: Office) -> None:
    office = with_interest
    office.move_to(FIRST_DUE)
    line = office.pay(1_272)
    office.defer(date(2027, 6, 30))
    office.pay(120_000, "B-2")
    office.take_back(line)
    assert (office.state(), office.account.owed) == (LoanState.DEFERRED, Position(0, 1_272, 0))
    assert code_of(resume, office) == "only_interest"
    assert code_of(office.defer, date(2027, 9, 30)) == "only_interest"
    office.move_to(date(2027, 9, 16))
    assert office.kept.overdue_minor == 1_272


def test_a_loan_that_a_collector_gives_back_before_its_day_is_called_in_as_before(office: Office) -> None:
    run, day = office.database.run, date(2027, 8, 20)
    office.move_to(date(2027, 7, 20))
    accelerate(office, day)
    run(office.officer, service.collect, CATALOGUE, office.loan)
    run(office.officer, service.take_back, CATALOGUE, office.loan)
    assert (office.state(), office.kept.state, office.kept.next_due_on) == (
        LoanState.ACCELERATED,
        LoanState.ACCELERATED,
        day,
    )
    run(office.officer, service.collect, CATALOGUE, office.loan)
    run(office.officer, service.take_back, CATALOGUE, office.loan)
    office.defer(date(2027, 9, 30))
    assert office.state() is LoanState.DEFERRED


def test_a_loan_that_was_called_in_and_paid_is_called_in_again_when_the_payment_comes_back(office: Office) -> None:
    office.move_to(date(2027, 3, 20))
    accelerate(office, date(2027, 4, 20))
    line = office.pay(120_000)
    assert office.state() is LoanState.SETTLED
    office.take_back(line)
    assert (office.state(), office.kept.next_minor) == (LoanState.ACCELERATED, 120_000)


@pytest.mark.parametrize("reason", ["wrong_amount", "recorded_in_error", "wrong_day", "other_loan"])
def test_a_payment_that_was_typed_wrongly_costs_no_interest_when_it_is_put_right(
    database: Database, world: World, clock: Clock, reason: str
) -> None:
    right, wrong = (lend(database, world, clock, rate=900) for _each in range(2))
    right.move_to(FIRST_DUE)
    right.pay(10_885)
    line = wrong.pay(108_850, "B-2")
    day, known_at = database.today(), database.now()
    before = statement(wrong, day)
    right.move_to(date(2027, 2, 14))
    wrong.take_back(line, reason)
    wrong.pay(10_885, "B-3", on=FIRST_DUE)
    assert wrong.account.owed == right.account.owed == Position(110_387, 841, 0)
    right.move_to(date(2027, 2, 16))
    assert wrong.account.owed == right.account.owed == Position(110_387, 1_605, 0)
    with database.read() as session:
        _loan, _case, again = queries.statement_of(session, wrong.officer, wrong.loan, day, known_at)
    assert again.balance == before.balance
    assert statement(wrong, day).balance == statement(right, day).balance == 110_387
    assert verifying.verify(database).whole


def test_what_came_after_a_payment_that_was_counted_wrongly_counts_from_its_own_day(
    database: Database, world: World, clock: Clock
) -> None:
    right, wrong = (lend(database, world, clock, rate=900) for _each in range(2))
    right.move_to(FIRST_DUE)
    line = wrong.pay(121_272)
    assert wrong.state() is LoanState.SETTLED
    for month, reference in ((1, 4), (2, 6)):
        right.move_to(date(2027, month, 10))
        right.pay(11_000, f"B-{reference}")
        wrong.pay(11_000, f"B-{reference + 1}")
    right.move_to(date(2027, 3, 20))
    wrong.take_back(line, "other_loan")
    assert wrong.account.owed == right.account.owed
    assert statement(wrong, date(2027, 2, 12)).balance == statement(right, date(2027, 2, 12)).balance
    assert verifying.verify(database).whole


def test_a_surplus_that_went_back_is_owed_again_from_that_day_when_its_payment_was_none(office: Office) -> None:
    line = office.pay(130_000)
    office.clock.move(days=5)
    sent = office.database.today()
    office.database.run(office.officer, payments.refund, CATALOGUE, office.loan, 10_000, sent, "OUT-9")
    office.move_to(FIRST_DUE)
    office.take_back(line, "recorded_in_error")
    made = statement(office, sent)
    assert (made.principal, made.credit, office.account.owed.owed) == (130_000, 0, 130_000)


def test_what_the_bank_returned_counts_until_the_day_of_the_return(with_interest: Office) -> None:
    office = with_interest
    office.move_to(FIRST_DUE)
    line = office.pay(81_272)
    office.move_to(date(2027, 1, 20))
    office.take_back(line)
    assert office.account.entries[-1].happened_on == date(2027, 1, 20)
    assert office.account.owed == Position(120_000, 1_272 + 306, 0)


def statement(office: Office, day: date) -> Statement:
    with office.database.read() as session:
        return queries.statement_of(session, office.officer, office.loan, day, office.database.now())[2]
