"""A loan whose journey does not take place: the carrier's refund, who bears the rest, nothing lost in the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from basis.errors import Conflict
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import travelling
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.cases.travelling import CancelJourney, MissJourney, TurnBack
from casework.database import Database
from casework.ledger.rules import LedgerAccount
from casework.loans import queries, unwinding
from casework.loans.life import LoanState
from casework.loans.tables import Bearer, LoanUnwinding
from casework.loans.unwinding import Refund, Unwind
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending, code_of
from tests.support.standing import Clock
from tests.support.travelling import book

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A = LedgerAccount


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


def unwind(desk: Lending, loan: UUID, **values: Any) -> LoanUnwinding:
    given = {"reason": "carrier_cancelled", "refund_minor": 100_000, "unwound_on": desk.today, **values}
    command = Unwind(loan_id=loan, **given)
    return desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)


def receive(desk: Lending, loan: UUID, amount: int, reference: str = "R1", **values: Any) -> LoanUnwinding:
    given = {"received_on": desk.today, **values}
    command = Refund(loan_id=loan, amount_minor=amount, reference=reference, **given)
    return desk.database.run(desk.officer, unwinding.receive, desk.catalogue, command)


def end(desk: Lending, life: CaseLife) -> None:
    with desk.database.write(ENGINE) as work:
        case = work.session.get_one(Case, desk.case.id)
        case.life, case.life_since = life, work.today
        work.session.add(case)


def test_the_worker_owes_nothing_and_the_programme_bears_what_the_carrier_keeps(desk: Lending) -> None:
    loan = desk.paid_out()
    row = unwind(desk, loan)
    assert (row.remainder_minor, row.borne_by, row.closed_on) == (20_050, Bearer.PROGRAMME, None)
    assert (desk.loan(loan).state, desk.loan(loan).ended_on) == (LoanState.UNWOUND, TODAY)
    assert desk.held(loan) == {A.MONEY: -120_050, A.CARRIER: 100_000, A.FORGIVEN: 20_050}
    receive(desk, loan, 60_000)
    assert receive(desk, loan, 40_000, "R2").closed_on == TODAY
    assert desk.held(loan) == {A.MONEY: -20_050, A.FORGIVEN: 20_050}
    assert code_of(lambda: receive(desk, loan, 1, "R3")) == "refund_closed"


def test_a_refund_that_never_comes_is_borne_by_the_programme_and_not_by_the_worker(desk: Lending) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    desk.cancels()
    row = unwind(desk, loan, reason="worker_cancelled")
    assert (row.borne_by, desk.loan(loan).state) == (Bearer.WORKER, LoanState.IN_GRACE)
    receive(desk, loan, 30_000)
    desk.database.run(desk.officer, unwinding.give_up, desk.catalogue, loan)
    assert desk.held(loan) == {A.MONEY: -90_050, A.LOAN_PRINCIPAL: 20_050, A.FORGIVEN: 70_000}


def test_where_the_terms_say_so_the_worker_repays_what_is_left_after_grace_from_that_day(desk: Lending) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    book(desk.database, desk.world, desk.case, TODAY)
    missed = MissJourney(case_id=desk.case.id, happened_on=TODAY, reason="unknown", refund_expected=True)
    desk.database.run(desk.caseworker, travelling.miss, desk.catalogue, missed)
    unwind(desk, loan, reason="no_show")
    row = desk.loan(loan)
    assert (row.grace_from, row.first_due_on) == (TODAY, date(2027, 6, 15))
    made = desk.schedule(loan)
    assert (len(made), sum(one.amount_minor for one in made)) == (24, 20_050)
    assert sum(one.amount_minor for one in made) == desk.held(loan)[A.LOAN_PRINCIPAL]


@pytest.mark.parametrize("reason", sorted(set(unwinding.REASONS) - unwinding.BY_WORKER))
def test_what_is_not_the_workers_doing_is_never_left_to_the_worker(desk: Lending, reason: str) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    assert unwind(desk, loan, reason=reason, refund_minor=0).borne_by is Bearer.PROGRAMME
    assert desk.held(loan) == {A.MONEY: -120_050, A.FORGIVEN: 120_050}


def test_a_full_refund_leaves_nothing_to_bear(desk: Lending) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    desk.cancels()
    assert unwind(desk, loan, reason="worker_cancelled", refund_minor=120_050).remainder_minor == 0
    assert desk.loan(loan).state is LoanState.UNWOUND
    receive(desk, loan, 120_050)
    assert desk.held(loan) == {}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": "because"}, "unknown_reason"),
        ({"refund_minor": -1}, "invalid_amount"),
        ({"refund_minor": 120_051}, "invalid_amount"),
        ({"unwound_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"unwound_on": TODAY - timedelta(days=1)}, "dates"),
    ],
)
def test_a_bad_unwinding_is_refused_and_books_nothing(desk: Lending, values: dict[str, Any], code: str) -> None:
    loan = desk.paid_out()
    assert code_of(lambda: unwind(desk, loan, **values)) == code
    assert desk.held(loan) == {A.MONEY: -120_050, A.LOAN_PRINCIPAL: 120_050}


def test_a_refund_counts_once_and_never_beyond_what_is_owed(desk: Lending) -> None:
    loan = desk.paid_out()
    assert code_of(lambda: receive(desk, loan, 100)) == "unwinding"
    unwind(desk, loan)
    assert code_of(lambda: receive(desk, loan, 100_001)) == "invalid_amount"
    assert code_of(lambda: receive(desk, loan, 0)) == "invalid_amount"
    receive(desk, loan, 500)
    assert code_of(lambda: receive(desk, loan, 500)) == "already_posted"
    with desk.database.read() as session:
        row = queries.unwinding(session, loan)
        assert row is not None
        assert row.received_minor == 500


def test_a_loan_is_unwound_once_and_not_before_it_was_paid_out(desk: Lending) -> None:
    loan = desk.signed()
    assert code_of(lambda: unwind(desk, loan)) == "not_paid_out"
    desk.disburse(loan)
    unwind(desk, loan)
    assert code_of(lambda: unwind(desk, loan)) == "loan_state"
    second = desk.paid_out()
    assert desk.loan(second).state is LoanState.DISBURSED


def test_only_who_keeps_loans_unwinds_them_also_of_a_case_that_has_ended(desk: Lending) -> None:
    loan = desk.paid_out()
    command = Unwind(loan_id=loan, reason="turned_back", refund_minor=0, unwound_on=TODAY)
    for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.AGENCY_USER):
        act = partial(desk.database.run, desk.world[role], unwinding.unwind, desk.catalogue, command)
        assert code_of(act) == "role"
    end(desk, CaseLife.REFUSED)
    unwind(desk, loan)
    assert desk.loan(loan).state is LoanState.UNWOUND


def test_one_officer_does_not_write_off_the_loan_of_a_worker_who_has_arrived(desk: Lending) -> None:
    loan = desk.paid_out()
    desk.travel(CaseLife.DEPARTED, TODAY)
    desk.travel(CaseLife.ARRIVED, TODAY)
    assert code_of(lambda: unwind(desk, loan, refund_minor=0)) == "journey_made"
    assert desk.held(loan) == {A.MONEY: -120_050, A.LOAN_PRINCIPAL: 120_050}


def test_nothing_is_undone_while_a_journey_is_booked_unless_the_case_has_ended(desk: Lending) -> None:
    loan = desk.paid_out()
    book(desk.database, desk.world, desk.case)
    assert code_of(lambda: unwind(desk, loan)) == "journey_stands"
    command = CancelJourney(case_id=desk.case.id, happened_on=TODAY, by="carrier", refund_expected=True)
    desk.database.run(desk.caseworker, travelling.cancel, desk.catalogue, command)
    book(desk.database, desk.world, desk.case)
    assert code_of(lambda: unwind(desk, loan)) == "journey_stands"
    end(desk, CaseLife.WITHDRAWN)
    assert unwind(desk, loan).borne_by is Bearer.PROGRAMME


def test_who_has_departed_is_undone_only_once_the_record_says_that_the_worker_was_turned_back(desk: Lending) -> None:
    loan = desk.paid_out()
    desk.travel(CaseLife.DEPARTED, TODAY)
    assert code_of(lambda: unwind(desk, loan, reason="turned_back")) == "journey_stands"
    desk.travel(CaseLife.RETURNED, TODAY, "turned_back")
    assert unwind(desk, loan, reason="turned_back").borne_by is Bearer.PROGRAMME


@pytest.mark.parametrize("reason", sorted(unwinding.BY_WORKER))
@pytest.mark.parametrize("by", ["carrier", "programme"])
def test_one_officer_leaves_no_debt_with_the_worker_against_the_record_of_the_journey(
    desk: Lending, reason: str, by: str
) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    assert code_of(lambda: unwind(desk, loan, reason=reason)) == "not_on_record"
    desk.cancels(by)
    with pytest.raises(Conflict, match=f"by: the {by}") as refused:
        unwind(desk, loan, reason=reason)
    assert refused.value.code == "not_on_record"
    assert desk.held(loan) == {A.MONEY: -120_050, A.LOAN_PRINCIPAL: 120_050}
    assert (
        unwind(desk, loan, reason=f"{by}_{'cancelled' if by == 'carrier' else 'stopped'}").borne_by is Bearer.PROGRAMME
    )


def test_a_worker_who_was_turned_back_did_not_stay_at_home(desk: Lending) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    book(desk.database, desk.world, desk.case, TODAY)
    back = TurnBack(
        case_id=desk.case.id, happened_on=TODAY, place="departure", reason="health", refund_expected=True, again=True
    )
    desk.database.run(desk.caseworker, travelling.turn_back, desk.catalogue, back)
    assert code_of(lambda: unwind(desk, loan, reason="no_show")) == "not_on_record"
    assert unwind(desk, loan, reason="turned_back").borne_by is Bearer.PROGRAMME


def test_a_case_that_the_worker_withdrew_says_so_and_a_later_cancellation_of_the_booking_does_not_change_it(
    desk: Lending,
) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    book(desk.database, desk.world, desk.case)
    end(desk, CaseLife.WITHDRAWN)
    command = CancelJourney(case_id=desk.case.id, happened_on=TODAY, by="programme", refund_expected=True)
    desk.database.run(desk.caseworker, travelling.cancel, desk.catalogue, command)
    assert unwind(desk, loan, reason="worker_cancelled").borne_by is Bearer.WORKER


def test_who_withdraws_after_the_carrier_had_cancelled_does_not_bear_what_the_carrier_keeps(
    desk: Lending, clock: Clock
) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    desk.cancels("carrier")
    clock.move(days=3)
    end(desk, CaseLife.WITHDRAWN)
    with pytest.raises(Conflict, match="withdraws after that") as refused:
        unwind(desk, loan, reason="worker_cancelled")
    assert refused.value.code == "not_on_record"


def test_the_journey_of_an_earlier_loan_says_nothing_of_the_next_one(desk: Lending, clock: Clock) -> None:
    first = desk.paid_out()
    desk.cancels()
    unwind(desk, first, reason="worker_cancelled")
    clock.move(days=3)
    desk.terms = loan_terms(remainder="worker")
    second = desk.paid_out()
    assert code_of(lambda: unwind(desk, second, reason="worker_cancelled")) == "not_on_record"


def test_death_leaves_nothing_to_the_family_whatever_the_terms_say(desk: Lending) -> None:
    desk.terms = loan_terms(remainder="worker")
    loan = desk.paid_out()
    assert unwind(desk, loan, reason="died", refund_minor=0).borne_by is Bearer.PROGRAMME
