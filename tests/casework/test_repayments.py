"""Payments, returns, refunds, deferrals, calling in, collection: the money always adds up, and nothing counts twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import Conflict, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.tables import LedgerEntry
from casework.loans.life import LoanState
from casework.loans.paper_tables import MoneyPaper, PaperEnd, PaperKind
from casework.loans.tables import Loan
from casework.repayments import keeping, payments, queries, service
from casework.repayments.payments import RecordPayment
from casework.repayments.queries import Account
from casework.repayments.service import Defer
from casework.repayments.tables import BankLine, LineState, LoanStanding
from tests.support import factories, repaying
from tests.support.factories import TODAY, World
from tests.support.repaying import FIRST_DUE
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CATALOGUE = repaying.catalogue_with_patience()


@pytest.fixture
def case(database: Database, world: World) -> Case:
    """A case that departed: loans are repaid after the departure."""
    with database.write(ENGINE) as work:
        return repaying.case_with_patience(work, office=world.office, life=CaseLife.DEPARTED)


@pytest.fixture
def loan(database: Database, case: Case) -> UUID:
    with database.write(ENGINE) as work:
        return repaying.paid_out(work, case).id


class Office:
    """What the loan officer does with one loan."""

    def __init__(self, database: Database, world: World, clock: Clock, loan: UUID) -> None:
        self.database, self.officer, self.clock, self.loan = database, world[Role.LOAN_OFFICER], clock, loan

    def pay(self, amount: int, reference: str = "B-1", on: date | None = None, **values: Any) -> BankLine:
        command = RecordPayment.model_validate(
            {
                "loan_id": self.loan,
                "reference": reference,
                "paid_on": on or self.database.today(),
                "amount_minor": amount,
                "currency": "EUR",
                **values,
            }
        )
        return self.database.run(self.officer, payments.record, CATALOGUE, command)

    def take_back(self, line: BankLine, reason: str = "returned_by_bank") -> BankLine:
        today = self.database.today()
        return self.database.run(self.officer, payments.take_back, CATALOGUE, line.id, reason, today)

    def move_to(self, day: date) -> None:
        """The day comes, and the engine does its daily work."""
        self.clock.move(days=(day - self.database.today()).days)
        self.keep_up()

    def keep_up(self) -> None:
        while self.database.run(ENGINE, keeping.keep_up, CATALOGUE, 10):
            pass

    @property
    def account(self) -> Account:
        with self.database.read() as session:
            return queries.account(session, CATALOGUE, self.officer, self.loan)

    def state(self) -> LoanState:
        return self.account.loan.state

    @property
    def kept(self) -> LoanStanding:
        with self.database.read() as session:
            return session.get_one(LoanStanding, self.loan)

    def defer(self, until: date, reason: str = "unemployment", evidence: str = "E-7") -> None:
        command = Defer(loan_id=self.loan, reason=reason, until=until, evidence=evidence)
        self.database.run(self.officer, service.defer, CATALOGUE, command)


@pytest.fixture
def office(database: Database, world: World, clock: Clock, loan: UUID) -> Office:
    return Office(database, world, clock, loan)


def code_of(act: Any, *args: Any, **values: Any) -> str:
    with pytest.raises(PredepartureError) as caught:
        act(*args, **values)
    return caught.value.code


def test_a_payment_is_counted_and_the_same_again_counts_once(office: Office) -> None:
    first = office.pay(10_000)
    assert office.pay(10_000, " b-1 ").id == first.id
    assert office.account.owed.principal == 110_000
    assert office.kept.principal_minor == 110_000


def test_one_reference_is_one_payment(office: Office) -> None:
    office.pay(10_000)
    assert code_of(office.pay, 20_000) == "already_posted"
    assert code_of(office.pay, 10_000, on=TODAY - timedelta(days=0), currency="USD") == "other_currency"
    assert office.account.owed.principal == 110_000


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": 0}, "invalid_amount"),
        ({"amount": -5}, "invalid_amount"),
        ({"amount": 10**13}, "invalid_amount"),
        ({"currency": "USD"}, "other_currency"),
        ({"on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"on": TODAY - timedelta(days=1)}, "dates"),
        ({"reference": "Arben Hoxhademo"}, "reference"),
        ({"reference": ""}, "reference"),
        ({"reference": "X" * 61}, "reference"),
    ],
)
def test_a_bad_payment_is_refused_and_nothing_is_booked(office: Office, values: dict[str, Any], code: str) -> None:
    assert code_of(office.pay, **{"amount": 10_000, **values}) == code
    assert office.account.owed.principal == 120_000


def test_only_loan_officers_of_the_office_take_payments(database: Database, world: World, office: Office) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.LOAN_OFFICER)
    command = RecordPayment(loan_id=office.loan, reference="B-1", paid_on=TODAY, amount_minor=1, currency="EUR")
    for actor, error in ((world[Role.CASEWORKER], Refused), (world[Role.AGENCY_USER], Refused), (stranger, NotFound)):
        with pytest.raises(error):
            database.run(actor, payments.record, CATALOGUE, command)
    unknown = command.model_copy(update={"loan_id": new_id()})
    with pytest.raises(NotFound):
        database.run(office.officer, payments.record, CATALOGUE, unknown)


def test_a_stale_form_books_nothing(database: Database, office: Office, case: Case) -> None:
    command = RecordPayment(loan_id=office.loan, reference="B-1", paid_on=TODAY, amount_minor=1, currency="EUR")
    database.run(office.officer, payments.record, CATALOGUE, command, case.version)
    again = command.model_copy(update={"reference": "B-2"})
    with pytest.raises(Conflict, match="Somebody changed"):
        database.run(office.officer, payments.record, CATALOGUE, again, case.version)
    assert office.account.owed.principal == 119_999


def test_everything_paid_settles_the_loan_and_asks_for_its_letter(database: Database, office: Office) -> None:
    office.pay(130_000)
    assert (office.state(), office.account.owed.credit) == (LoanState.SETTLED, 10_000)
    assert office.account.loan.ended_on == TODAY
    with database.read() as session:
        papers = session.exec(select(MoneyPaper).where(MoneyPaper.loan_id == office.loan)).all()
    assert [paper.kind for paper in papers] == [PaperKind.SETTLEMENT_LETTER]


def test_a_payment_after_settlement_is_credit_and_the_credit_can_be_refunded_once(office: Office) -> None:
    office.pay(120_000)
    office.pay(5_000, "B-2")
    assert (office.state(), office.account.owed.credit, office.kept.credit_minor) == (LoanState.SETTLED, 5_000, 5_000)
    run = office.database.run
    for _again in range(2):
        run(office.officer, payments.refund, CATALOGUE, office.loan, 5_000, TODAY, "OUT-9")
    assert office.account.owed.credit == 0
    assert code_of(run, office.officer, payments.refund, CATALOGUE, office.loan, 1, TODAY, "OUT-10") == "overdrawn"


def test_a_returned_payment_opens_a_settled_loan_again_and_its_letter_falls(database: Database, office: Office) -> None:
    line = office.pay(120_000)
    assert office.take_back(line).state is LineState.RETURNED
    assert (office.state(), office.account.owed.principal) == (LoanState.REPAYING, 120_000)
    assert office.account.loan.ended_on is None
    with database.read() as session:
        (paper,) = session.exec(select(MoneyPaper).where(MoneyPaper.loan_id == office.loan))
    assert paper.end is PaperEnd.FALLEN
    assert code_of(office.pay, 120_000) == "already_posted"
    assert code_of(office.take_back, line) == "taken_back"


def test_a_payment_that_was_recorded_wrongly_is_taken_back_and_recorded_anew_under_its_reference(
    office: Office,
) -> None:
    line = office.pay(100_00)
    assert office.take_back(line, "wrong_amount").state is LineState.TAKEN_BACK
    again = office.pay(10_00)
    assert (again.id, again.attempt, office.account.owed.principal) == (line.id, 2, 119_000)
    assert code_of(office.take_back, again, "because") == "unknown_reason"


def test_a_surplus_that_was_refunded_is_owed_again_when_its_payment_comes_back(office: Office) -> None:
    line = office.pay(130_000)
    office.database.run(office.officer, payments.refund, CATALOGUE, office.loan, 10_000, TODAY, "OUT-9")
    office.take_back(line)
    owed = office.account.owed
    assert (owed.principal, owed.credit, office.state()) == (130_000, 0, LoanState.REPAYING)


def test_time_makes_a_loan_repaid_overdue_and_a_payment_catches_up(office: Office) -> None:
    office.move_to(FIRST_DUE)
    assert (office.state(), office.kept.due_minor) == (LoanState.REPAYING, 10_000)
    office.move_to(FIRST_DUE + timedelta(days=1))
    assert (office.state(), office.kept.overdue_since) == (LoanState.OVERDUE, FIRST_DUE)
    office.pay(10_000, on=FIRST_DUE)
    assert (office.state(), office.kept.overdue_minor) == (LoanState.REPAYING, 0)


def test_the_engine_looks_at_a_loan_only_when_something_can_have_changed(office: Office) -> None:
    office.keep_up()
    assert office.database.run(ENGINE, keeping.keep_up, CATALOGUE, 10) == 0
    office.clock.move(days=20)
    assert office.database.run(ENGINE, keeping.keep_up, CATALOGUE, 10) == 0
    with office.database.write(ENGINE) as work:
        row = work.session.get_one(Loan, office.loan)
        row.version += 1
        work.session.add(row)
    assert office.database.run(ENGINE, keeping.keep_up, CATALOGUE, 10) == 1


def test_interest_falls_due_with_the_instalments_and_is_paid_first(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    with database.write(ENGINE) as work:
        office = Office(database, world, clock, repaying.paid_out(work, case, rate=900).id)
    office.move_to(date(2027, 1, 20))
    # 43 days on 1,200.00, then 31 more: nothing was paid, and no more than the plan says is asked for.
    first, second = office.account.plans[0].rows[:2]
    assert (first.interest, second.interest) == (1_272, 841)
    assert office.account.owed.interest == 1_272 + 841
    assert [entry.happened_on for entry in office.account.entries[1:]] == [first.due_on, second.due_on]
    office.pay(5_000)
    assert (office.account.owed.interest, office.account.owed.principal) == (0, 120_000 - (5_000 - 2_113))


def test_who_repays_all_at_once_owes_interest_to_that_day_alone(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    with database.write(ENGINE) as work:
        office = Office(database, world, clock, repaying.paid_out(work, case, rate=900).id)
    office.move_to(TODAY + timedelta(days=10))
    office.pay(121_000)
    assert (office.state(), office.account.owed.credit) == (LoanState.SETTLED, 1_000 - 296)
    office.move_to(date(2028, 6, 1))
    assert office.account.owed.owed == 0


def test_a_deferral_asks_for_nothing_until_its_day_and_then_for_the_same_sum(office: Office) -> None:
    office.pay(5_000)
    office.move_to(FIRST_DUE + timedelta(days=40))
    until = date(2027, 6, 30)
    office.defer(until)
    assert (office.state(), office.kept.due_minor, office.kept.overdue_minor) == (LoanState.DEFERRED, 0, 0)
    plan = office.account.plans[-1]
    assert (plan.total, plan.rows[0].due_on) == (115_000, date(2027, 7, 15))
    office.move_to(until)
    assert office.state() is LoanState.DEFERRED
    office.move_to(until + timedelta(days=1))
    assert office.state() is LoanState.REPAYING
    office.move_to(date(2027, 7, 16))
    assert (office.state(), office.kept.overdue_minor) == (LoanState.OVERDUE, 5_000)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"until": TODAY}, "dates"),
        ({"until": TODAY + timedelta(days=1200)}, "dates"),
        ({"reason": "holiday"}, "unknown_reason"),
        ({"evidence": " "}, "missing_value"),
    ],
)
def test_a_bad_deferral_is_refused(office: Office, values: dict[str, Any], code: str) -> None:
    assert code_of(office.defer, **{"until": TODAY + timedelta(days=90), **values}) == code
    assert len(office.account.plans) == 1


def test_a_deferred_loan_is_taken_up_again_early(office: Office) -> None:
    office.defer(TODAY + timedelta(days=300))
    office.database.run(office.officer, service.resume, CATALOGUE, office.loan)
    assert office.state() is LoanState.REPAYING
    assert [plan.total for plan in office.account.plans] == [120_000] * 3
    assert office.account.plans[-1].rows == office.account.plans[0].rows
    assert code_of(office.database.run, office.officer, service.resume, CATALOGUE, office.loan) == "loan_state"


def accelerate(office: Office, due_on: date) -> None:
    office.database.run(office.officer, service.accelerate, CATALOGUE, office.loan, due_on)


def test_a_loan_is_called_in_only_after_the_missed_instalments_of_its_terms(office: Office) -> None:
    office.move_to(date(2027, 2, 10))
    due_on = date(2027, 3, 10)
    assert code_of(accelerate, office, due_on) == "too_early"
    office.move_to(date(2027, 2, 16))
    assert code_of(accelerate, office, office.database.today()) == "dates"
    assert code_of(accelerate, office, date(9999, 12, 31)) == "dates"
    accelerate(office, due_on)
    assert (office.state(), office.kept.overdue_minor, office.kept.next_minor) == (LoanState.ACCELERATED, 0, 120_000)
    office.move_to(due_on + timedelta(days=1))
    assert (office.state(), office.kept.overdue_minor) == (LoanState.ACCELERATED, 120_000)
    office.pay(120_000, "B-9")
    assert office.state() is LoanState.SETTLED


def test_a_deferral_takes_the_calling_in_back_and_keeps_the_amounts(office: Office) -> None:
    office.move_to(date(2027, 2, 16))
    accelerate(office, date(2027, 3, 10))
    office.defer(date(2027, 6, 1), "temporary_disability")
    assert [row.principal for row in office.account.plans[-1].rows] == [10_000] * 12


def test_a_loan_goes_to_a_collector_after_the_months_of_its_terms_and_can_come_back(office: Office) -> None:
    run = office.database.run
    office.move_to(FIRST_DUE + timedelta(days=90))
    assert code_of(run, office.officer, service.collect, CATALOGUE, office.loan) == "too_early"
    office.move_to(date(2027, 6, 15))
    run(office.officer, service.collect, CATALOGUE, office.loan)
    assert office.state() is LoanState.IN_COLLECTION
    run(office.officer, service.take_back, CATALOGUE, office.loan)
    assert office.state() is LoanState.OVERDUE


def test_without_such_terms_no_loan_is_called_in_or_handed_over(database: Database, world: World, clock: Clock) -> None:
    with database.write(ENGINE) as work:
        office = Office(database, world, clock, repaying.paid_out(work, factories.case(work, world.office)).id)
    office.move_to(date(2028, 1, 1))
    assert code_of(accelerate, office, date(2028, 3, 1)) == "terms"
    assert code_of(database.run, office.officer, service.collect, CATALOGUE, office.loan) == "terms"


def test_a_loan_that_was_not_paid_out_takes_no_payment(database: Database, office: Office, case: Case) -> None:
    with database.write(ENGINE) as work:
        row = work.session.get_one(Loan, office.loan)
        row.disbursed_on = None
        work.session.add(row)
    assert code_of(office.pay, 10_000) == "not_paid_out"


def test_a_statement_of_a_past_day_is_the_same_whenever_it_is_made(office: Office) -> None:
    office.pay(5_000)
    day, known_at = office.database.today(), office.database.now()
    with office.database.read() as session:
        _loan, _case, made = queries.statement_of(session, office.officer, office.loan, day, known_at)
    office.move_to(date(2027, 2, 16))
    office.pay(2_000, "B-2", on=day)
    office.defer(date(2027, 8, 1))
    with office.database.read() as session:
        _loan, _case, again = queries.statement_of(session, office.officer, office.loan, day, known_at)
        _loan, _case, later = queries.statement_of(session, office.officer, office.loan, day, office.database.now())
    assert again == made
    assert (made.balance, later.balance) == (115_000, 113_000)


def test_every_entry_of_all_this_balances(office: Office) -> None:
    office.take_back(office.pay(130_000))
    office.pay(50_000, "B-2")
    office.defer(TODAY + timedelta(days=200))
    for entry in office.account.entries:
        assert sum(line.amount_minor for line in entry.lines) == 0
    with office.database.read() as session:
        keys = [row.key for row in session.exec(select(LedgerEntry))]
    assert len(keys) == len(set(keys))
