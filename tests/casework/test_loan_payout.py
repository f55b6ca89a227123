"""Loans are paid out once, by somebody who did not approve last; grace begins when its day is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Refused
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.rules import LedgerAccount
from casework.ledger.tables import LedgerEntry
from casework.loans import disbursing
from casework.loans.life import LoanState
from casework.loans.tables import PaidTo
from casework.repayments.rules import PlanKind
from casework.repayments.tables import LoanStanding
from checklists.programme import FeeCeiling, FeeHead, LegalBasis
from tests.support import factories
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending, catalogue_with, code_of
from tests.support.standing import Clock
from tests.support.together import DONE, together

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A = LedgerAccount


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


@SQLITE
def test_a_loan_that_is_paid_out_stands_in_the_ledger(desk: Lending) -> None:
    row = desk.loan(desk.paid_out())
    assert (row.state, row.disbursed_on, row.disbursed_to) == (LoanState.DISBURSED, TODAY, PaidTo.CARRIER)
    assert desk.held(row.id) == {A.MONEY: -120_050, A.LOAN_PRINCIPAL: 120_050}
    with desk.database.read() as session:
        entry = session.exec(select(LedgerEntry)).one()
        assert (entry.key, entry.reference) == (f"disburse:{row.id}", "TKT-1")
        assert session.get_one(LoanStanding, row.id).principal_minor == 120_050


def test_two_who_pay_out_at_once_pay_out_once(desk: Lending) -> None:
    loan = desk.signed()
    with desk.database.write(ENGINE) as work:
        third = factories.actor(work, desk.world.office, Role.LOAN_OFFICER)
    payout = desk.payout(loan)
    answers = together(
        desk.database,
        [desk.officer, third, desk.officer, third],
        lambda work: disbursing.disburse(work, desk.catalogue, payout),
    )
    assert answers == ["already_disbursed"] * 3 + [DONE]
    assert desk.held(loan) == {A.MONEY: -120_050, A.LOAN_PRINCIPAL: 120_050}


@SQLITE
def test_a_second_click_with_another_reference_changes_nothing(desk: Lending) -> None:
    loan = desk.paid_out()
    assert code_of(lambda: desk.disburse(loan, reference="TKT-2")) == "already_disbursed"
    assert desk.loan(loan).disbursement_reference == "TKT-1"


@SQLITE
def test_only_loan_officers_pay_out_and_not_who_approved_last(
    desk: Lending, wrong_roles: Callable[..., list[Role]]
) -> None:
    loan = desk.signed()
    for role in wrong_roles(Role.LOAN_OFFICER):
        with pytest.raises(Refused):
            desk.disburse(loan, desk.world[role])
    assert code_of(lambda: desk.disburse(loan, ENGINE)) == "person_needed"
    assert code_of(lambda: desk.disburse(loan, desk.second)) == "same_person"


@SQLITE
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"disbursed_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"disbursed_on": TODAY - timedelta(days=1)}, "dates"),
        ({"reference": " "}, "reference"),
        ({"reference": "1" * 61}, "reference"),
        ({"reference": "Arbenta Hoxhademo"}, "reference"),
    ],
)
def test_a_bad_payout_is_refused_and_nothing_is_booked(desk: Lending, values: dict[str, Any], code: str) -> None:
    loan = desk.signed()
    assert code_of(lambda: desk.disburse(loan, **values)) == code
    assert (desk.loan(loan).state, desk.held(loan)) == (LoanState.NOTE_SIGNED, {})


@SQLITE
def test_nothing_is_paid_out_for_a_cost_that_may_not_be_charged_where_the_worker_goes_by_now(desk: Lending) -> None:
    there = {"head": FeeHead.TRAVEL, "from": TODAY, "ceiling": Money(0, "EUR"), "destinations": ("QA",)}
    basis = LegalBasis(title="Synthetic ceiling", as_of=TODAY, confirmed=False)
    rule = FeeCeiling.model_validate({**there, "legal_basis": basis})
    desk.catalogue = catalogue_with(desk.terms, fee_ceilings=(rule,))
    loan = desk.signed()
    with desk.database.write(ENGINE) as work:
        work.session.get_one(Case, desk.case.id).destination = "QA"
    assert code_of(lambda: desk.disburse(loan)) == "forbidden_cost"
    assert (desk.loan(loan).state, desk.held(loan)) == (LoanState.NOTE_SIGNED, {})


@SQLITE
def test_nothing_is_paid_out_before_the_note_is_signed(desk: Lending) -> None:
    loan = desk.approved()
    assert code_of(lambda: desk.disburse(loan)) == "loan_state"


@SQLITE
def test_grace_that_counts_from_the_issue_begins_with_it(desk: Lending) -> None:
    desk.terms = loan_terms(counts_from="issue")
    loan = desk.paid_out()
    row = desk.loan(loan)
    assert (row.state, row.grace_from, row.first_due_on) == (LoanState.IN_GRACE, TODAY, date(2027, 6, 15))
    assert [plan.kind for plan in desk.plans(loan)] == [PlanKind.SIGNED]


def begin(desk: Lending) -> int:
    return desk.database.run(ENGINE, disbursing.begin_due, desk.catalogue, 10)[0]


@SQLITE
@pytest.mark.parametrize(("counts_from", "life"), [("departure", CaseLife.DEPARTED), ("arrival", CaseLife.ARRIVED)])
def test_grace_begins_on_the_confirmed_day_and_moves_the_instalments_with_it(
    desk: Lending, clock: Clock, counts_from: str, life: CaseLife
) -> None:
    desk.terms = loan_terms(counts_from=counts_from)
    loan = desk.paid_out()
    assert begin(desk) == 0
    clock.move(days=200)
    desk.travel(CaseLife.DEPARTED, date(2027, 5, 14))
    assert begin(desk) == (life is CaseLife.DEPARTED)
    if life is CaseLife.ARRIVED:
        desk.travel(CaseLife.ARRIVED, date(2027, 5, 15))
        assert begin(desk) == 1
    assert begin(desk) == 0
    row = desk.loan(loan)
    assert (row.state, row.grace_from) == (LoanState.IN_GRACE, date(2027, 5, 14 + (life is CaseLife.ARRIVED)))
    assert row.first_due_on == date(2027, 12, 15)
    signed, dated = desk.plans(loan)
    assert (dated.kind, dated.rows[0].due_on, dated.total) == (PlanKind.DATED, date(2027, 12, 15), 120_050)
    assert (signed.rows[0].due_on, signed.total) == (date(2027, 11, 15), 120_050)
    assert len(desk.schedule(loan)) == 24


@SQLITE
def test_a_departure_in_the_planned_month_leaves_the_signed_plan_as_it_is(desk: Lending, clock: Clock) -> None:
    loan = desk.paid_out()
    clock.move(days=160)
    desk.travel(CaseLife.DEPARTED, date(2027, 4, 9))
    assert begin(desk) == 1
    assert len(desk.plans(loan)) == 1
    assert desk.loan(loan).first_due_on == date(2027, 11, 15)


@SQLITE
def test_the_interest_of_a_dated_plan_counts_from_the_payout_and_is_written_to_the_last_unit(
    desk: Lending, clock: Clock
) -> None:
    desk.terms = loan_terms(interest=9, instalments=3, grace_months=0)
    loan = desk.approved()
    desk.sign(loan)
    clock.move(days=10)
    desk.disburse(loan)
    clock.move(days=150)
    desk.travel(CaseLife.DEPARTED, date(2027, 4, 1))
    begin(desk)
    signed, dated = desk.plans(loan)
    assert [row.due_on for row in dated.rows] == [row.due_on for row in signed.rows]
    days = (date(2027, 5, 15) - TODAY).days
    assert signed.rows[0].interest - dated.rows[0].interest == round(120_050 * 900 * days / 3_650_000) - round(
        120_050 * 900 * (days - 10) / 3_650_000
    )


@SQLITE
def test_many_loans_are_looked_at_in_chunks_and_none_is_left_out(database: Database, world: World) -> None:
    desks = []
    for _each in range(3):
        with database.write(ENGINE) as work:
            desks.append(Lending(database, world, factories.case(work, world.office)))
        desks[-1].paid_out()
        desks[-1].travel(CaseLife.DEPARTED, TODAY)
    begun, after, rounds = 0, None, 0
    while after is not None or not rounds:
        count, after = database.run(ENGINE, disbursing.begin_due, desks[0].catalogue, 1, after)
        begun, rounds = begun + count, rounds + 1
    assert (begun, rounds) == (3, 4)
