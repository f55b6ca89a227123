"""Several officers and the engine at the same moment, on both databases: a payment counts once, and all sums agree."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import select

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.rules import EntryKind, LedgerAccount
from casework.loans import disbursing
from casework.loans.life import LoanState
from casework.repayments import files, keeping, payments, queries, rules
from casework.repayments.bank_files import read_payments
from casework.repayments.payments import RecordPayment
from casework.repayments.tables import BankLine, LineState, LoanStanding
from casework.work import Work
from checklists.catalogue import Catalogue
from tests.support import factories, repaying
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending
from tests.support.standing import Clock
from tests.support.together import DONE, together

pytestmark = pytest.mark.deep


@pytest.fixture
def loan(database: Database, case: Case) -> UUID:
    with database.write(ENGINE) as work:
        return repaying.paid_out(work, case).id


def command(loan: UUID, reference: str, amount: int = 70_000) -> RecordPayment:
    return RecordPayment(loan_id=loan, reference=reference, paid_on=TODAY, amount_minor=amount, currency="EUR")


def principal(database: Database, catalogue: Catalogue, loan: UUID) -> int:
    with database.read() as session:
        account = queries.account(session, catalogue, ENGINE, loan)
        kept = session.get_one(LoanStanding, loan)
    assert kept.principal_minor == account.owed.principal
    return account.owed.principal


def test_the_same_payment_by_two_officers_at_once_counts_once(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    answers = together(database, officers, lambda work: payments.record(work, catalogue, command(loan, "B-1")))
    assert answers == [DONE, DONE]
    assert principal(database, catalogue, loan) == 50_000


def test_two_payments_at_once_both_count_and_what_is_too_much_is_credit(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]

    def pay(work: Work) -> None:
        payments.record(work, catalogue, command(loan, f"B-{work.actor.key[-6:]}9"))

    assert together(database, officers, pay) == [DONE, DONE]
    assert principal(database, catalogue, loan) == 0
    with database.read() as session:
        assert queries.account(session, catalogue, ENGINE, loan).owed.credit == 20_000


def test_one_reference_for_two_loans_at_once_counts_for_one(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    with database.write(ENGINE) as work:
        other = repaying.paid_out(work, factories.case(work, world.office)).id
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    of = dict(zip((actor.key for actor in officers), (loan, other), strict=True))

    def pay(work: Work) -> None:
        payments.record(work, catalogue, command(of[work.actor.key], "B-1"))

    answers = together(database, officers, pay)
    assert DONE in answers
    assert len(set(answers)) == 2
    with database.read() as session:
        assert len(session.exec(select(BankLine)).all()) == 1


def test_a_waiting_payment_that_two_match_at_once_counts_once(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    data = f"Date,Amount,Currency,Reference\n{TODAY},10.00,EUR,TX-1\n".encode()
    sheet, found = read_payments(data, "bank.csv", TODAY)
    database.run(officers[0], files.take, catalogue, sheet.sha256, len(found), found)
    with database.read() as session:
        (line,) = session.exec(select(BankLine))
        number = queries.account(session, catalogue, ENGINE, loan).loan.number
    answers = together(database, officers, lambda work: files.match(work, catalogue, line.id, number))
    assert answers == [DONE, "matched"]
    assert principal(database, catalogue, loan) == 119_000


def test_the_same_list_by_two_officers_at_once_counts_once(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    with database.read() as session:
        number = queries.account(session, catalogue, ENGINE, loan).loan.number
    rows = "".join(f"{TODAY},1.00,EUR,TX-{one},{number}\n" for one in range(20))
    sheet, found = read_payments(f"Date,Amount,Currency,Reference,Text\n{rows}".encode(), "bank.csv", TODAY)
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    answers = together(database, officers, lambda work: files.take(work, catalogue, sheet.sha256, len(found), found))
    assert DONE in answers
    assert principal(database, catalogue, loan) == 118_000


def test_the_engine_and_an_officer_at_once_book_interest_once(
    database: Database, world: World, catalogue: Catalogue, case: Case, clock: Clock
) -> None:
    with database.write(ENGINE) as work:
        loan = repaying.paid_out(work, case, rate=900).id
    clock.move(days=90)
    people = [world[Role.LOAN_OFFICER], ENGINE]

    def act(work: Work) -> None:
        if work.actor is ENGINE:
            keeping.keep_up(work, catalogue, 10)
        else:
            payments.record(work, catalogue, command(loan, "B-1", 1_000))

    assert together(database, people, act) == [DONE, DONE]
    with database.read() as session:
        account = queries.account(session, catalogue, ENGINE, loan)
    # The payment is of a day before: interest that the engine had counted by then is taken back and counted anew.
    taken_back = {entry.reverses_id for entry in account.entries}
    stands = [one for one in account.entries if one.kind is EntryKind.INTEREST and one.id not in taken_back]
    assert [entry.happened_on for entry in stands] == [row.due_on for row in account.plans[0].rows[:2]]
    due = rules.interest_until(account.plans, account.entries, 900, database.today(), closing=False)
    assert -sum(one.amount(LedgerAccount.INTEREST_EARNED) for one in stands) == due
    with database.read() as session:
        (line,) = session.exec(select(BankLine))
    assert line.state is LineState.COUNTED


def test_two_daily_rounds_at_once_begin_the_grace_of_a_loan_once(
    database: Database, world: World, case: Case, clock: Clock
) -> None:
    desk = Lending(database, world, case, loan_terms(counts_from="departure"))
    loan = desk.paid_out()
    clock.move(days=200)
    desk.travel(CaseLife.DEPARTED, date(2027, 5, 14))

    def look(work: Work) -> None:
        disbursing.begin_due(work, desk.catalogue, 10)
        keeping.keep_up(work, desk.catalogue, 10)

    assert together(database, [ENGINE, ENGINE], look) == [DONE, DONE]
    assert (desk.loan(loan).state, desk.loan(loan).grace_from) == (LoanState.IN_GRACE, date(2027, 5, 14))
    assert [plan.number for plan in desk.plans(loan)] == [1, 2]
    assert principal(database, desk.catalogue, loan) == 120_050
