"""The same money by two ways counts once: by hand and in the bank's list, as a refund and as a payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import func, select

from basis.errors import Conflict
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying
from casework.ledger.queries import entries
from casework.ledger.rules import EntryKind, LedgerAccount
from casework.ledger.tables import LedgerEntry
from casework.ledger.verifying import verify
from casework.loans import unwinding
from casework.loans.unwinding import Refund, Unwind
from casework.repayments import files, mistakes, payments
from casework.repayments.bank_files import read_payments
from casework.repayments.files import Outcome
from casework.repayments.payments import RecordPayment
from casework.repayments.tables import BankLine, LineState
from tests.support import entitled, factories, repaying
from tests.support.factories import TODAY, World
from tests.support.lending import Lending, code_of
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A = LedgerAccount


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


@pytest.fixture
def undone(desk: Lending) -> UUID:
    """A loan whose carrier owes the whole fare."""
    loan = desk.paid_out()
    command = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=120_050, unwound_on=TODAY)
    desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)
    return loan


def receive(desk: Lending, loan: UUID, reference: str, amount: int = 50_000) -> None:
    command = Refund(loan_id=loan, amount_minor=amount, reference=reference, received_on=desk.today)
    desk.database.run(desk.officer, unwinding.receive, desk.catalogue, command)


def pay(desk: Lending, loan: UUID, reference: str, amount: int = 50_000) -> BankLine:
    command = RecordPayment(loan_id=loan, reference=reference, paid_on=TODAY, amount_minor=amount, currency="EUR")
    return desk.database.run(desk.officer, payments.record, desk.catalogue, command)


def take(desk: Lending, reference: str, text: str, amount: str = "500.00") -> Mapping[Outcome, int]:
    data = f"Date,Amount,Currency,Reference,Text\n{desk.today},{amount},EUR,{reference},{text}\n".encode()
    sheet, found = read_payments(data, "bank.csv", desk.today)
    return desk.database.run(desk.officer, files.take, desk.catalogue, sheet.sha256, len(found), found)


def waiting(desk: Lending) -> BankLine:
    with desk.database.read() as session:
        return session.exec(select(BankLine)).one()


def test_a_refund_that_was_booked_is_no_payment_when_the_banks_list_names_the_loan(desk: Lending, undone: UUID) -> None:
    receive(desk, undone, "tx-1")
    assert take(desk, "TX-1", f"Refund {desk.loan(undone).number}") == {Outcome.KNOWN: 1}
    assert code_of(lambda: pay(desk, undone, "TX-1")) == "already_posted"
    assert desk.held(undone) == {A.MONEY: -70_050, A.CARRIER: 70_050}


def test_a_row_that_names_a_loan_whose_carrier_owes_a_refund_waits_and_is_recorded_as_that_refund(
    desk: Lending, undone: UUID
) -> None:
    number = desk.loan(undone).number
    assert take(desk, "TX-1", f"Refund ticket {number}") == {Outcome.WAITS: 1}
    line = waiting(desk)
    assert (line.state, line.finding, line.number) == (LineState.WAITING, "refund_awaited", number)
    desk.database.run(desk.officer, files.refunded, desk.catalogue, line.id, number)
    assert desk.held(undone) == {A.MONEY: -70_050, A.CARRIER: 70_050}
    line = waiting(desk)
    assert (line.state, line.reason, line.said) == (LineState.SET_ASIDE, "carrier", None)
    again = (desk.catalogue, line.id, number)
    assert code_of(lambda: desk.database.run(desk.officer, files.refunded, *again)) == "already_posted"
    assert code_of(lambda: desk.database.run(desk.officer, files.match, *again)) == "already_posted"
    assert take(desk, "TX-1", f"Refund ticket {number}") == {Outcome.KNOWN: 1}
    assert verify(desk.database).whole


def test_what_the_worker_pays_while_a_carrier_owes_a_refund_is_matched_by_a_person(desk: Lending, undone: UUID) -> None:
    number = desk.loan(undone).number
    take(desk, "TX-1", f"From the worker {number}")
    desk.database.run(desk.officer, files.match, desk.catalogue, waiting(desk).id, number)
    assert desk.held(undone) == {A.MONEY: -70_050, A.CREDIT: -50_000, A.CARRIER: 120_050}
    line = waiting(desk)
    again = (desk.catalogue, line.id, number)
    assert code_of(lambda: desk.database.run(desk.officer, files.refunded, *again)) == "already_posted"


def test_a_refund_that_came_before_the_loan_was_undone_is_the_carriers_and_a_loan_without_one_has_none(
    desk: Lending, clock: Clock
) -> None:
    loan = desk.paid_out()
    number = desk.loan(loan).number
    clock.move(days=3)
    take(desk, "TX-1", "no number")
    given = (desk.catalogue, waiting(desk).id, number)
    assert code_of(lambda: desk.database.run(desk.officer, files.refunded, *given)) == "unwinding"
    clock.move(days=3)
    command = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=120_050, unwound_on=desk.today)
    desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)
    desk.database.run(desk.officer, files.refunded, *given)
    assert desk.held(loan)[A.CARRIER] == 70_050


def test_what_counts_as_a_payment_is_no_refund(desk: Lending, undone: UUID) -> None:
    line = pay(desk, undone, "TX-1")
    assert code_of(lambda: receive(desk, undone, "tx-1")) == "already_posted"
    desk.database.run(desk.officer, payments.take_back, desk.catalogue, line.id, "recorded_in_error", TODAY)
    receive(desk, undone, "tx-1")
    assert desk.held(undone) == {A.MONEY: -70_050, A.CARRIER: 70_050}


def test_a_payment_that_waits_is_matched_no_more_once_its_reference_is_a_refund(desk: Lending, undone: UUID) -> None:
    take(desk, "TX-1", "Refund")
    receive(desk, undone, "TX-1")
    number = desk.loan(undone).number
    with pytest.raises(Conflict, match="refund of a carrier"):
        desk.database.run(desk.officer, files.match, desk.catalogue, waiting(desk).id, number)
    assert desk.held(undone)[A.CARRIER] == 70_050


def test_a_refund_counts_once_however_its_reference_is_written(desk: Lending, undone: UUID) -> None:
    receive(desk, undone, "tx-1")
    assert code_of(lambda: receive(desk, undone, "TX-1")) == "already_posted"


def test_a_row_like_a_payment_that_was_counted_by_hand_waits_for_people(desk: Lending, clock: Clock) -> None:
    loan = desk.paid_out()
    number = desk.loan(loan).number
    pay(desk, loan, "RECEIPT-7")
    clock.move(days=3)
    assert take(desk, "TX-1", number)[Outcome.WAITS] == 1
    assert take(desk, "TX-2", number, "500.01")[Outcome.COUNTS] == 1
    assert desk.held(loan)[A.LOAN_PRINCIPAL] == 120_050 - 50_000 - 50_001
    clock.move(days=8)
    assert take(desk, "TX-3", number)[Outcome.COUNTS] == 1
    with desk.database.read() as session:
        (line,) = session.exec(select(BankLine).where(BankLine.reference == "TX-1"))
    assert (line.finding, line.booked_on) == ("like_by_hand", TODAY + timedelta(days=3))


def test_a_payment_that_was_counted_for_the_wrong_loan_by_hand_counts_when_the_bank_names_the_right_one(
    desk: Lending, database: Database
) -> None:
    wrong = desk.paid_out()
    line = pay(desk, wrong, "TX-1")
    desk.database.run(desk.officer, payments.take_back, desk.catalogue, line.id, "recorded_in_error", TODAY)
    with database.write(ENGINE) as work:
        right = repaying.paid_out(work, factories.case(work, desk.world.office))
    assert take(desk, "TX-1", right.number) == {Outcome.COUNTS: 1}
    assert take(desk, "TX-1", right.number) == {Outcome.KNOWN: 1}
    assert desk.held(right.id)[A.LOAN_PRINCIPAL] == 70_000
    assert desk.held(wrong)[A.LOAN_PRINCIPAL] == 120_050
    row = waiting(desk)
    assert (row.attempt, row.loan_id, row.state) == (2, right.id, LineState.COUNTED)
    assert verify(database).whole


def pay_back(desk: Lending, of: UUID, reference: str) -> UUID:
    return desk.database.run(desk.officer, paying.paid_back, of, 1_000, desk.today, reference).id


def undo(desk: Lending) -> UUID:
    """A loan of another case, whose carrier owes something."""
    with desk.database.write(ENGINE) as work:
        loan = repaying.paid_out(work, factories.case(work, desk.world.office)).id
    command = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=120_000, unwound_on=TODAY)
    desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)
    return loan


def owe(desk: Lending) -> UUID:
    """An entitlement of a case of its own that is to be paid back."""
    with desk.database.write(ENGINE) as work:
        case = entitled.new_case(work, desk.world)
    return entitled.reclaimed(desk.database, desk.world, case)


@pytest.mark.parametrize("first", ["payment", "refund", "paid back"])
def test_a_reference_that_is_booked_as_one_thing_is_nothing_else_in_its_office(desk: Lending, first: str) -> None:
    loan, others, owed = desk.paid_out(), (undo(desk), undo(desk)), (owe(desk), owe(desk))
    if first == "payment":
        pay(desk, loan, "TX-1")
    elif first == "refund":
        receive(desk, others[0], "TX-1", 1_000)
    else:
        pay_back(desk, owed[0], "TX-1")
    answers = [
        *(code_of(lambda of=of: pay_back(desk, of, "tx-1")) for of in owed),  # type: ignore[misc]
        *(code_of(lambda of=of: receive(desk, of, "tx-1", 1_000)) for of in others),  # type: ignore[misc]
        code_of(lambda: pay(desk, loan, "tx-1")),
    ]
    # The same once more is the one that is there, and books nothing; a refund says so.
    here = {"payment": 4, "paid back": 0}.get(first)
    assert answers == ["" if number == here else "already_posted" for number in range(5)]
    assert take(desk, "TX-1", desk.loan(loan).number, "1.00") == {Outcome.KNOWN: 1}
    with desk.database.read() as session:
        assert session.exec(select(func.count()).where(LedgerEntry.reference == "TX-1")).one() == 1
    assert verify(desk.database).whole


def test_what_was_recorded_wrongly_and_taken_back_may_be_something_else_and_what_the_bank_returned_may_not(
    desk: Lending,
) -> None:
    loan, of = desk.paid_out(), owe(desk)
    for reference, reason in (("TX-1", "recorded_in_error"), ("TX-2", "returned_by_bank")):
        entry = pay_back(desk, of, reference)
        desk.database.run(desk.officer, paying.take_back, entry, reason, TODAY)
    line = pay(desk, loan, "TX-3")
    desk.database.run(desk.officer, payments.take_back, desk.catalogue, line.id, "returned_by_bank", TODAY)
    assert code_of(lambda: pay(desk, loan, "TX-1")) == ""
    assert code_of(lambda: pay(desk, loan, "TX-2")) == "already_posted"
    assert code_of(lambda: pay_back(desk, of, "TX-3")) == "already_posted"


def test_what_the_bank_returned_is_known_also_where_nothing_of_it_stands_any_more(desk: Lending, undone: UUID) -> None:
    receive(desk, undone, "TX-1")
    take_back(desk, undone, "returned_by_bank")
    of = owe(desk)
    entry = pay_back(desk, of, "TX-2")
    desk.database.run(desk.officer, paying.take_back, entry, "returned_by_bank", TODAY)
    with desk.database.read() as session:
        reclaim = next(one.id for one in entries(session, of) if one.kind is EntryKind.RECLAIM)
    second = desk.world.seconds[Role.SUPERVISOR]
    desk.database.run(second, paying.take_back, reclaim, "recorded_in_error", TODAY)
    with desk.database.write(ENGINE) as work:
        loan = repaying.paid_out(work, factories.case(work, desk.world.office))
    for reference in ("TX-1", "TX-2"):
        assert code_of(lambda: pay(desk, loan.id, reference)) == "already_posted"  # noqa: B023
        assert take(desk, reference, loan.number) == {Outcome.KNOWN: 1}
    assert code_of(lambda: receive(desk, undone, "tx-1")) == "already_posted"
    receive(desk, undone, "TX-3")
    assert desk.held(undone)[A.CARRIER] == 70_050


def take_back(desk: Lending, loan: UUID, reason: str) -> None:
    """Take back the refund of the carrier that stands."""
    with desk.database.read() as session:
        entry = mistakes.standing(entries(session, loan))[0].id
    desk.database.run(desk.officer, mistakes.take_back, desk.catalogue, loan, entry, reason, desk.today)


def test_a_reference_of_another_office_is_free(desk: Lending) -> None:
    pay_back(desk, owe(desk), "TX-1")
    with desk.database.write(ENGINE) as work:
        office = factories.office(work)
        loan = repaying.paid_out(work, factories.case(work, office)).id
        officer = factories.actor(work, office, Role.LOAN_OFFICER)
    command = RecordPayment(loan_id=loan, reference="TX-1", paid_on=TODAY, amount_minor=1_000, currency="EUR")
    desk.database.run(officer, payments.record, desk.catalogue, command)
