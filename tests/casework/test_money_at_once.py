"""Two acts on one loan at the same moment, on both databases: whoever comes second sees what the first has done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations
from uuid import UUID

import pytest

from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying
from casework.ledger.verifying import verify
from casework.loans import unwinding
from casework.loans.unwinding import Refund, Unwind
from casework.repayments import files, forgiving, payments, queries
from casework.repayments.bank_files import read_payments
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.rules import Position
from casework.repayments.tables import Ground
from casework.work import Work
from checklists.catalogue import Catalogue
from tests.support import entitled, factories, repaying
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

pytestmark = pytest.mark.deep


@pytest.fixture
def loan(database: Database, case: Case) -> UUID:
    with database.write(ENGINE) as work:
        return repaying.paid_out(work, case).id


def pay(work: Work, catalogue: Catalogue, loan: UUID, amount: int, reference: str = "B-1") -> None:
    command = RecordPayment(loan_id=loan, reference=reference, paid_on=TODAY, amount_minor=amount, currency="EUR")
    payments.record(work, catalogue, command)


def position(database: Database, catalogue: Catalogue, loan: UUID) -> Position:
    with database.read() as session:
        return queries.account(session, catalogue, ENGINE, loan).owed


def test_what_is_paid_while_it_is_forgiven_is_paid_or_credit_and_never_both(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    command = ProposeForgiveness(loan_id=loan, ground=Ground.BANKRUPTCY, amount_minor=None, evidence="E-1")
    row = database.run(officers[0], forgiving.propose, catalogue, command).id

    def act(work: Work) -> None:
        if work.actor == officers[0]:
            pay(work, catalogue, loan, 20_000)
        else:
            forgiving.confirm(work, catalogue, row)

    assert together(database, officers, act) == [DONE, DONE]
    owed = position(database, catalogue, loan)
    assert (owed.owed, owed.credit) in ((0, 0), (0, 20_000))
    assert verify(database).whole


def test_a_carrier_refunds_no_more_than_it_owes_however_many_record_it(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    undo = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=100_000, unwound_on=TODAY)
    database.run(officers[0], unwinding.unwind, catalogue, undo)

    def act(work: Work) -> None:
        reference = f"R-{work.actor.key[-6:]}9"
        refund = Refund(loan_id=loan, amount_minor=80_000, received_on=TODAY, reference=reference)
        unwinding.receive(work, catalogue, refund)

    assert together(database, officers, act) == [DONE, "invalid_amount"]
    assert verify(database).whole


def test_a_loan_that_is_undone_while_it_is_repaid_loses_nothing(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]

    def act(work: Work) -> None:
        if work.actor == officers[0]:
            pay(work, catalogue, loan, 20_000)
        else:
            undo = Unwind(loan_id=loan, reason="carrier_cancelled", refund_minor=120_000, unwound_on=TODAY)
            unwinding.unwind(work, catalogue, undo)

    assert together(database, officers, act) == [DONE, DONE]
    assert position(database, catalogue, loan) == Position(0, 0, 20_000)
    assert verify(database).whole


def test_what_was_paid_too_much_goes_back_once(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    database.run(officers[0], pay, catalogue, loan, 130_000)

    def act(work: Work) -> None:
        payments.refund(work, catalogue, loan, 10_000, TODAY, f"OUT-{work.actor.key[-6:]}9")

    assert together(database, officers, act) == [DONE, "overdrawn"]
    assert position(database, catalogue, loan) == Position(0, 0, 0)


def test_two_lists_that_name_the_same_loans_in_opposite_order_are_both_counted(
    database: Database, world: World, catalogue: Catalogue
) -> None:
    with database.write(ENGINE) as work:
        loans = [repaying.paid_out(work, factories.case(work, world.office)) for _one in range(6)]
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    orders = dict(zip((one.key for one in officers), (loans, loans[::-1]), strict=True))

    def act(work: Work) -> None:
        rows = [
            f"{TODAY},1.00,EUR,{work.actor.key[-6:]}-{number}9,{one.number}"
            for number, one in enumerate(orders[work.actor.key])
        ]
        data = "\n".join(["Date,Amount,Currency,Reference,Text", *rows]).encode()
        sheet, found = read_payments(data, "bank.csv", work.today)
        files.take(work, catalogue, sheet.sha256, len(found), found)

    assert together(database, officers, act) == [DONE, DONE]
    assert {position(database, catalogue, one.id).principal for one in loans} == {119_800}


def test_one_reference_is_one_event_also_of_two_cases_at_once(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    """Each locks its own case alone: what keeps them apart is the reference."""
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    with database.write(ENGINE) as work:
        undone = repaying.paid_out(work, factories.case(work, world.office)).id
        granted = [entitled.new_case(work, world) for _one in range(2)]
    undo = Unwind(loan_id=undone, reason="carrier_cancelled", refund_minor=100_000, unwound_on=TODAY)
    database.run(officers[0], unwinding.unwind, catalogue, undo)
    owed = [entitled.reclaimed(database, world, case) for case in granted]
    acts: list[Callable[[Work, str], object]] = [
        lambda work, reference: pay(work, catalogue, loan, 1_000, reference),
        lambda work, reference: unwinding.receive(
            work, catalogue, Refund(loan_id=undone, amount_minor=1_000, received_on=TODAY, reference=reference)
        ),
        *(lambda work, reference, of=of: paying.paid_back(work, of, 1_000, TODAY, reference) for of in owed),
    ]
    for number, pair in enumerate([*combinations(acts, 2)] * 3):
        act = partial(_its_own, dict(zip(officers, pair, strict=True)), f"TX-{number}")
        assert together(database, officers, act) == ["already_posted", DONE]
    assert verify(database).whole


def _its_own(acts: Mapping[Actor, Callable[[Work, str], object]], reference: str, work: Work) -> None:
    acts[work.actor](work, reference)
