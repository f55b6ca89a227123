"""Refunds that were recorded wrongly are taken back by their mirror and recorded anew: a carrier's, and a worker's."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import select

from basis.ids import new_id
from basis.roles import Role
from casework.actor import Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.rules import Booked, EntryKind, LedgerAccount
from casework.ledger.verifying import verify
from casework.loans import queries, unwinding, waiting
from casework.loans.life import LoanState
from casework.loans.tables import LoanUnwinding
from casework.loans.unwinding import Refund, Unwind
from casework.loans.waiting import Waiting
from casework.repayments import files, forgiving, mistakes, payments
from casework.repayments import queries as repayments
from casework.repayments.bank_files import read_payments
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.queries import Account
from casework.repayments.tables import BankLine, Ground, LineState
from casework.work import Work
from tests.support.factories import TODAY, World
from tests.support.lending import Lending, code_of
from tests.support.standing import Clock
from tests.support.together import DONE, together

A = LedgerAccount


class Desk(Lending):
    """A loan officer's, with what goes wrong there."""

    def undone(self, refund: int = 100_000) -> UUID:
        loan = self.paid_out()
        self.cancels("carrier")
        command = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=refund, unwound_on=self.today)
        self.database.run(self.officer, unwinding.unwind, self.catalogue, command)
        return loan

    def receive(self, loan: UUID, amount: int, reference: str = "C-1") -> LoanUnwinding:
        command = Refund(loan_id=loan, amount_minor=amount, received_on=self.today, reference=reference)
        return self.database.run(self.officer, unwinding.receive, self.catalogue, command)

    def give_up(self, loan: UUID) -> None:
        self.database.run(self.officer, unwinding.give_up, self.catalogue, loan)

    def pay(self, loan: UUID, amount: int, reference: str = "B-1") -> BankLine:
        command = RecordPayment(
            loan_id=loan, reference=reference, paid_on=self.today, amount_minor=amount, currency="EUR"
        )
        return self.database.run(self.officer, payments.record, self.catalogue, command)

    def send(self, loan: UUID, amount: int, on: date | None = None, reference: str = "OUT-9") -> None:
        self.database.run(self.officer, payments.refund, self.catalogue, loan, amount, on or self.today, reference)

    def bounces(self, line: BankLine) -> None:
        back = (self.catalogue, line.id, "returned_by_bank", self.today)
        self.database.run(self.officer, payments.take_back, *back)

    def take_back(self, loan: UUID, which: EntryKind, reason: str = "wrong_amount", actor: Actor | None = None) -> None:
        entry = next(one for one in self.standing(loan) if one.kind is which)
        given = (self.catalogue, loan, entry.id, reason, self.today)
        self.database.run(actor or self.officer, mistakes.take_back, *given)

    def standing(self, loan: UUID) -> list[Booked]:
        return mistakes.standing(self.account(loan).entries)

    def account(self, loan: UUID) -> Account:
        with self.database.read() as session:
            return repayments.account(session, self.catalogue, self.officer, loan)

    def unwinding(self, loan: UUID) -> LoanUnwinding:
        with self.database.read() as session:
            row = queries.unwinding(session, loan)
        assert row is not None
        return row

    def line(self) -> BankLine:
        with self.database.read() as session:
            return session.exec(select(BankLine)).one()

    def awaits(self) -> int:
        with self.database.read() as session:
            return waiting.count(session, self.officer, self.catalogue, Waiting.REFUND)


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Desk:
    return Desk(database, world, case)


def test_a_carriers_refund_of_the_wrong_amount_is_taken_back_and_recorded_anew_under_its_reference(desk: Desk) -> None:
    loan = desk.undone()
    desk.receive(loan, 90_000)
    assert code_of(lambda: desk.receive(loan, 9_000)) == "already_posted"
    desk.take_back(loan, EntryKind.REFUND_RECEIVED)
    assert desk.unwinding(loan).received_minor == 0
    desk.receive(loan, 9_000)
    assert (desk.unwinding(loan).received_minor, desk.held(loan)[A.CARRIER]) == (9_000, 91_000)
    desk.take_back(loan, EntryKind.REFUND_RECEIVED)
    desk.receive(loan, 9_000)
    assert desk.held(loan)[A.CARRIER] == 91_000
    assert verify(desk.database).whole


def test_a_refund_that_closed_the_matter_opens_it_again_when_it_is_taken_back(desk: Desk) -> None:
    loan = desk.undone()
    desk.receive(loan, 100_000)
    assert desk.awaits() == 0
    desk.take_back(loan, EntryKind.REFUND_RECEIVED, "returned_by_bank")
    assert (desk.unwinding(loan).closed_on, desk.awaits(), desk.held(loan)[A.CARRIER]) == (None, 1, 100_000)
    assert desk.loan(loan).state is LoanState.UNWOUND
    assert verify(desk.database).whole


@pytest.mark.parametrize(("reason", "finding"), [("other_loan", "other_loan"), ("recorded_in_error", "no_number")])
def test_a_row_that_was_no_refund_of_this_loan_waits_again_once_that_is_taken_back(
    desk: Desk, reason: str, finding: str
) -> None:
    loan = desk.undone()
    data = f"Date,Amount,Currency,Reference,Text\n{desk.today},500.00,EUR,TX-1,no number\n".encode()
    sheet, found = read_payments(data, "bank.csv", desk.today)
    desk.database.run(desk.officer, files.take, desk.catalogue, sheet.sha256, len(found), found)
    given = (desk.catalogue, desk.line().id, desk.loan(loan).number)
    desk.database.run(desk.officer, files.refunded, *given)
    desk.take_back(loan, EntryKind.REFUND_RECEIVED, reason)
    line = desk.line()
    assert (line.state, line.reason, line.finding) == (LineState.WAITING, "", finding)
    desk.database.run(desk.officer, files.refunded, *given)
    desk.take_back(loan, EntryKind.REFUND_RECEIVED, "returned_by_bank")
    assert (desk.line().state, desk.held(loan)[A.CARRIER]) == (LineState.SET_ASIDE, 100_000)
    assert verify(desk.database).whole


def test_a_carrier_that_pays_after_it_was_given_up_is_recorded_once_that_is_taken_back(
    desk: Desk, clock: Clock
) -> None:
    loan = desk.undone()
    desk.receive(loan, 30_000)
    desk.give_up(loan)
    clock.move(days=40)
    assert code_of(lambda: desk.receive(loan, 70_000, "C-2")) == "refund_closed"
    desk.take_back(loan, EntryKind.REFUND_LOST, "recorded_in_error")
    assert desk.held(loan) == {A.MONEY: -90_050, A.CARRIER: 70_000, A.FORGIVEN: 20_050}
    desk.receive(loan, 50_000, "C-2")
    desk.give_up(loan)
    assert desk.held(loan) == {A.MONEY: -40_050, A.FORGIVEN: 40_050}
    assert desk.awaits() == 0
    assert verify(desk.database).whole


def test_a_refund_before_the_giving_up_is_taken_back_only_after_it(desk: Desk) -> None:
    loan = desk.undone()
    desk.receive(loan, 90_000)
    desk.give_up(loan)
    assert code_of(lambda: desk.take_back(loan, EntryKind.REFUND_RECEIVED)) == "refund_closed"
    desk.take_back(loan, EntryKind.REFUND_LOST)
    desk.take_back(loan, EntryKind.REFUND_RECEIVED)
    assert desk.held(loan)[A.CARRIER] == 100_000
    assert verify(desk.database).whole


def test_credit_that_was_refunded_with_the_wrong_amount_is_recorded_anew_on_its_day(desk: Desk, clock: Clock) -> None:
    loan = desk.paid_out()
    desk.pay(loan, 130_050)
    sent_on = desk.today
    desk.send(loan, 10_000)
    clock.move(days=10)
    assert code_of(lambda: desk.send(loan, 5_000, sent_on)) == "already_posted"
    desk.take_back(loan, EntryKind.OVERPAID_REFUNDED)
    desk.send(loan, 5_000, sent_on)
    desk.send(loan, 5_000, sent_on)  # the same again counts once
    assert desk.account(loan).owed.credit == 5_000
    with desk.database.read() as session:
        made = repayments.statement_of(session, desk.officer, loan, sent_on, desk.database.now())[2]
    assert made.credit == 5_000
    assert verify(desk.database).whole


def test_a_refund_that_the_bank_returns_is_credit_again_on_that_day(desk: Desk, clock: Clock) -> None:
    loan = desk.paid_out()
    desk.pay(loan, 130_050)
    desk.send(loan, 10_000)
    clock.move(days=10)
    desk.take_back(loan, EntryKind.OVERPAID_REFUNDED, "returned_by_bank")
    back = desk.account(loan).entries[-1]
    assert (back.kind, back.happened_on, desk.account(loan).owed.credit) == (EntryKind.REVERSAL, desk.today, 10_000)
    assert desk.loan(loan).state is LoanState.SETTLED


def test_what_is_owed_again_because_of_a_refund_that_never_was_is_owed_no_more(desk: Desk) -> None:
    loan = desk.paid_out()
    line = desk.pay(loan, 130_050)
    desk.send(loan, 10_000)
    desk.bounces(line)
    assert desk.account(loan).owed.owed == 130_050
    desk.take_back(loan, EntryKind.OVERPAID_REFUNDED)
    assert (desk.account(loan).owed.owed, desk.account(loan).owed.credit) == (120_050, 0)
    assert verify(desk.database).whole


@pytest.mark.parametrize("end", [LoanState.UNWOUND, LoanState.FORGIVEN])
def test_what_never_went_to_the_worker_and_never_came_from_there_is_nobodys_credit(desk: Desk, end: LoanState) -> None:
    loan = desk.paid_out()
    line = desk.pay(loan, 30_000)
    if end is LoanState.UNWOUND:
        desk.cancels("carrier")
        command = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=100_000, unwound_on=desk.today)
        desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)
    else:
        ground = ProposeForgiveness(loan_id=loan, ground=Ground.BANKRUPTCY, amount_minor=None, evidence="E-1")
        row = desk.database.run(desk.officer, forgiving.propose, desk.catalogue, ground)
        desk.database.run(desk.second, forgiving.confirm, desk.catalogue, row.id)
        desk.pay(loan, 5_000, "B-2")
        desk.pay(loan, 1_000, "B-3")
    credit = desk.account(loan).owed.credit
    desk.send(loan, credit)
    if end is LoanState.FORGIVEN:
        with desk.database.read() as session:
            line = next(one for one in repayments.lines_of(session, desk.officer, loan) if one.reference == "B-2")
    desk.bounces(line)
    desk.take_back(loan, EntryKind.OVERPAID_REFUNDED)
    owed = desk.account(loan).owed
    # What was paid after the end and did not come back is still the worker's.
    assert (owed.owed, owed.credit, desk.loan(loan).state) == (0, 1_000 if end is LoanState.FORGIVEN else 0, end)
    assert verify(desk.database).whole


def test_a_refund_is_taken_back_once_by_who_keeps_loans_and_on_its_own_loan_alone(desk: Desk, world: World) -> None:
    loan = desk.undone()
    desk.receive(loan, 90_000)
    (entry,) = desk.standing(loan)
    given = (desk.catalogue, loan, entry.id, "wrong_amount", TODAY)
    for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR):
        assert code_of(lambda role=role: desk.database.run(world[role], mistakes.take_back, *given)) == "role"  # type: ignore[misc]
    disbursed = desk.account(loan).entries[0]
    for other in (disbursed.id, new_id()):
        wrong = (desk.catalogue, loan, other, "wrong_amount", TODAY)
        assert code_of(lambda wrong=wrong: desk.database.run(desk.officer, mistakes.take_back, *wrong)) == "refund"  # type: ignore[misc]
    second = desk.paid_out()
    elsewhere = (desk.catalogue, second, entry.id, "wrong_amount", TODAY)
    assert code_of(lambda: desk.database.run(desk.officer, mistakes.take_back, *elsewhere)) == "refund"
    bad = (desk.catalogue, loan, entry.id, "because", TODAY)
    assert code_of(lambda: desk.database.run(desk.officer, mistakes.take_back, *bad)) == "unknown_reason"
    assert desk.unwinding(loan).received_minor == 90_000
    desk.database.run(desk.officer, mistakes.take_back, *given)
    assert code_of(lambda: desk.database.run(desk.officer, mistakes.take_back, *given)) == "taken_back"


def test_of_two_who_take_a_refund_back_at_once_one_is_told(desk: Desk) -> None:
    loan = desk.undone()
    desk.receive(loan, 90_000)
    (entry,) = desk.standing(loan)

    def act(work: Work) -> None:
        mistakes.take_back(work, desk.catalogue, loan, entry.id, "wrong_amount", TODAY)

    assert together(desk.database, [desk.officer, desk.second], act) == [DONE, "taken_back"]
    assert (desk.unwinding(loan).received_minor, desk.held(loan)[A.CARRIER]) == (0, 100_000)
    assert verify(desk.database).whole
