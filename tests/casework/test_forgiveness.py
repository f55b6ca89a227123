"""A loan is forgiven by two people with proof, as a whole or in part; the programme bears it, the sums stay right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import PredepartureError
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.rules import LedgerAccount, balances
from casework.loans.life import LoanState
from casework.loans.paper_tables import MoneyPaper, PaperKind
from casework.repayments import forgiving, payments, queries
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.queries import Account
from casework.repayments.tables import ForgivenessState, Ground
from checklists.catalogue import Catalogue
from tests.support import repaying
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def loan(database: Database, case: Case) -> UUID:
    with database.write(ENGINE) as work:
        return repaying.paid_out(work, case, rate=900).id


def propose(database: Database, actor: Actor, catalogue: Catalogue, loan: UUID, **values: Any) -> UUID:
    command = ProposeForgiveness(
        **{"loan_id": loan, "ground": Ground.DEATH, "amount_minor": None, "evidence": "E-9", **values}
    )
    return database.run(actor, forgiving.propose, catalogue, command).id


def account(database: Database, catalogue: Catalogue, loan: UUID) -> Account:
    with database.read() as session:
        return queries.account(session, catalogue, ENGINE, loan)


def code_of(database: Database, actor: Actor, act: Any, *args: Any) -> str:
    with pytest.raises(PredepartureError) as caught:
        database.run(actor, act, *args)
    return caught.value.code


def test_the_second_person_confirms_and_the_programme_bears_all_that_is_owed(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    first, second = world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]
    proposed = propose(database, first, catalogue, loan)
    assert code_of(database, first, forgiving.confirm, catalogue, proposed) == "same_person"
    assert code_of(database, ENGINE, forgiving.confirm, catalogue, proposed) == "person_needed"
    assert code_of(database, world[Role.CASEWORKER], forgiving.confirm, catalogue, proposed) == "role"
    database.run(second, forgiving.confirm, catalogue, proposed)
    after = account(database, catalogue, loan)
    assert (after.loan.state, after.owed.owed, after.loan.ended_on) == (LoanState.FORGIVEN, 0, TODAY)
    assert balances(after.entries)[LedgerAccount.FORGIVEN] == 120_000
    with database.read() as session:
        (paper,) = session.exec(select(MoneyPaper).where(MoneyPaper.loan_id == loan))
    assert paper.kind is PaperKind.SETTLEMENT_LETTER
    assert code_of(database, second, forgiving.confirm, catalogue, proposed) == "decided"


def test_a_part_is_taken_off_as_a_payment_is_and_the_rest_is_repaid(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    proposed = propose(database, world[Role.LOAN_OFFICER], catalogue, loan, amount_minor=20_000)
    database.run(world[Role.SUPERVISOR], forgiving.confirm, catalogue, proposed)
    after = account(database, catalogue, loan)
    assert (after.loan.state, after.owed.principal) == (LoanState.IN_GRACE, 100_000)


@pytest.mark.parametrize(
    ("values", "code"),
    [({"amount_minor": 0}, "invalid_amount"), ({"amount_minor": -1}, "invalid_amount"),
     ({"amount_minor": 120_001}, "invalid_amount"), ({"evidence": " "}, "missing_value")],
)  # fmt: skip
def test_a_bad_proposal_is_refused(
    database: Database, world: World, catalogue: Catalogue, loan: UUID, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(PredepartureError) as caught:
        propose(database, world[Role.LOAN_OFFICER], catalogue, loan, **values)
    assert caught.value.code == code


def test_one_proposal_is_open_at_a_time_and_less_may_be_owed_when_it_is_decided(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    officer, second = world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]
    proposed = propose(database, officer, catalogue, loan, amount_minor=110_000)
    with pytest.raises(PredepartureError, match="proposed already"):
        propose(database, officer, catalogue, loan)
    paid = RecordPayment(loan_id=loan, reference="B-1", paid_on=TODAY, amount_minor=50_000, currency="EUR")
    line = database.run(officer, payments.record, catalogue, paid)
    assert code_of(database, second, forgiving.confirm, catalogue, proposed) == "invalid_amount"
    assert code_of(database, second, forgiving.decline, catalogue, proposed, "why not") == "unknown_reason"
    declined = database.run(officer, forgiving.decline, catalogue, proposed, "recorded_in_error")
    assert declined.state is ForgivenessState.DECLINED
    whole = propose(database, officer, catalogue, loan)
    database.run(second, forgiving.confirm, catalogue, whole)
    # What comes back to a loan that was forgiven as a whole is borne by the programme too.
    database.run(officer, payments.take_back, catalogue, line.id, "returned_by_bank", TODAY)
    after = account(database, catalogue, loan)
    assert (after.loan.state, after.owed.owed) == (LoanState.FORGIVEN, 0)
    assert balances(after.entries)[LedgerAccount.FORGIVEN] == 120_000


def test_two_who_confirm_at_once_forgive_once(
    database: Database, world: World, catalogue: Catalogue, loan: UUID
) -> None:
    proposed = propose(database, world[Role.LOAN_OFFICER], catalogue, loan)
    people = [world.seconds[Role.LOAN_OFFICER], world[Role.SUPERVISOR]]
    answers = together(database, people, lambda work: forgiving.confirm(work, catalogue, proposed))
    assert answers == ["decided", DONE]
    assert account(database, catalogue, loan).owed.owed == 0
