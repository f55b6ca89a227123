"""Loans that wait for somebody: who decides next, what is paid out, and where there is no journey any more."""

from __future__ import annotations

from uuid import UUID

import pytest

from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import travelling
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.cases.travelling import CancelJourney
from casework.database import Database
from casework.loans import disbursing, queries, unwinding, waiting
from casework.loans.life import LoanState
from casework.loans.unwinding import Unwind
from casework.loans.waiting import Waiting
from casework.repayments import forgiving, keeping
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.tables import Ground
from checklists.lending import LoanLimit
from tests.support import factories
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending, code_of
from tests.support.standing import Clock
from tests.support.travelling import book


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


def waits(desk: Lending, part: Waiting, actor: Actor | None = None) -> int:
    with desk.database.read() as session:
        return waiting.count(session, actor or desk.officer, desk.catalogue, part)


def end(desk: Lending, life: CaseLife) -> None:
    with desk.database.write(ENGINE) as work:
        case = work.session.get_one(Case, desk.case.id)
        case.life = life
        work.session.add(case)


def test_a_loan_waits_for_officers_who_neither_recorded_nor_decided_on_it(desk: Lending) -> None:
    loan = desk.ask()
    people = (desk.officer, desk.second, desk.caseworker)
    assert [waits(desk, Waiting.TO_DECIDE, one) for one in people] == [1, 1, 0]
    desk.assess(loan)
    assert [waits(desk, Waiting.TO_DECIDE, one) for one in people] == [0, 1, 0]
    desk.approve(loan)
    assert [waits(desk, Waiting.TO_DECIDE, one) for one in people] == [0, 0, 0]


@pytest.mark.parametrize(("lent", "waiting_for_it"), [(100_000, 0), (100_001, 1)])
def test_a_high_loan_waits_for_the_role_that_the_terms_name(desk: Lending, lent: int, waiting_for_it: int) -> None:
    desk.terms = loan_terms(
        limits=(
            LoanLimit(up_to=Money(100_000, "EUR"), approvals=2),
            LoanLimit(up_to=Money(250_000, "EUR"), approvals=3, role="supervisor"),
        )
    )
    programme = desk.catalogue.programmes[0]
    with desk.database.write(ENGINE) as work:
        case = work.session.get_one(Case, desk.case.id)
        case.programme_digest = programme.digest
        work.session.add(case)
    desk.purposes = dict.fromkeys(desk.purposes, lent)
    desk.ask()
    assert waits(desk, Waiting.TO_DECIDE, desk.world[Role.SUPERVISOR]) == waiting_for_it
    assert waits(desk, Waiting.TO_DECIDE, desk.world[Role.AUDITOR]) == 0


def test_a_signed_loan_waits_to_be_paid_out_as_long_as_its_case_goes_on(desk: Lending) -> None:
    loan = desk.signed()
    assert waits(desk, Waiting.TO_PAY_OUT) == 1
    end(desk, CaseLife.WITHDRAWN)
    assert waits(desk, Waiting.TO_PAY_OUT) == 0
    end(desk, CaseLife.OPEN)
    desk.disburse(loan)
    assert waits(desk, Waiting.TO_PAY_OUT) == 0


def undo(desk: Lending, loan: UUID, refund: int) -> None:
    command = Unwind(loan_id=loan, reason="visa_refused", refund_minor=refund, unwound_on=desk.today)
    desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)


def test_a_loan_whose_case_ended_before_the_journey_waits_until_it_is_undone_and_then_for_the_refund(
    desk: Lending,
) -> None:
    desk.terms = loan_terms(counts_from="issue")
    loan = desk.paid_out()
    assert waits(desk, Waiting.NO_JOURNEY) == 0
    end(desk, CaseLife.REFUSED)
    assert waits(desk, Waiting.NO_JOURNEY) == 1
    undo(desk, loan, 500)
    assert (waits(desk, Waiting.NO_JOURNEY), waits(desk, Waiting.REFUND)) == (0, 1)
    desk.database.run(desk.officer, unwinding.give_up, desk.catalogue, loan)
    assert waits(desk, Waiting.REFUND) == 0


def test_a_cancelled_journey_puts_its_loan_on_the_list_until_another_is_booked(desk: Lending) -> None:
    desk.paid_out()
    book(desk.database, desk.world, desk.case)
    assert waits(desk, Waiting.NO_JOURNEY) == 0
    command = CancelJourney(case_id=desk.case.id, happened_on=TODAY, by="carrier", refund_expected=True)
    desk.database.run(desk.caseworker, travelling.cancel, desk.catalogue, command)
    assert waits(desk, Waiting.NO_JOURNEY) == 1
    book(desk.database, desk.world, desk.case)
    assert waits(desk, Waiting.NO_JOURNEY) == 0


def test_who_departed_or_died_on_the_way_has_no_loan_without_a_journey(desk: Lending) -> None:
    desk.paid_out()
    for life in (CaseLife.DEPARTED, CaseLife.ARRIVED, CaseLife.DECEASED):
        end(desk, life)
        assert waits(desk, Waiting.NO_JOURNEY) == 0


@pytest.mark.parametrize("counts_from", ["departure", "arrival"])
def test_the_loan_of_a_worker_who_was_turned_back_waits_until_it_is_undone_however_long_ago_it_was(
    desk: Lending, clock: Clock, counts_from: str
) -> None:
    desk.terms = loan_terms(counts_from=counts_from, grace_months=0)
    loan = desk.paid_out()
    desk.travel(CaseLife.DEPARTED, TODAY)
    desk.database.run(ENGINE, disbursing.begin_due, desk.catalogue, 10)
    assert (waits(desk, Waiting.NO_JOURNEY), may_be_undone(desk, loan)) == (0, False)
    desk.travel(CaseLife.RETURNED, TODAY, "turned_back")
    clock.move(days=200)
    while desk.database.run(ENGINE, keeping.keep_up, desk.catalogue, 10):
        pass
    assert desk.loan(loan).state is (LoanState.OVERDUE if counts_from == "departure" else LoanState.DISBURSED)
    assert (waits(desk, Waiting.NO_JOURNEY), may_be_undone(desk, loan)) == (1, True)
    undo(desk, loan, 0)
    assert (waits(desk, Waiting.NO_JOURNEY), may_be_undone(desk, loan)) == (0, False)


@pytest.mark.parametrize(
    ("moves", "counts_from", "lost"),
    [
        ([(CaseLife.CLOSED, "home_track_completed")], "departure", True),
        ([(CaseLife.IN_FOLLOW_UP, "preparation_completed")], "arrival", True),
        ([(CaseLife.DEPARTED, ""), (CaseLife.CLOSED, "programme_completed")], "arrival", True),
        ([(CaseLife.DEPARTED, ""), (CaseLife.CLOSED, "programme_completed")], "departure", False),
        ([(CaseLife.DEPARTED, ""), (CaseLife.RETURNED, "returned_early")], "departure", False),
        ([(CaseLife.DEPARTED, ""), (CaseLife.OPEN, "turned_back")], "departure", True),
        ([(CaseLife.DEPARTED, ""), (CaseLife.CLEARED, "recorded_in_error")], "arrival", False),
        ([(CaseLife.DEPARTED, ""), (CaseLife.ARRIVED, ""), (CaseLife.RETURNED, "returned_early")], "arrival", False),
        (
            [(CaseLife.DEPARTED, ""), (CaseLife.ARRIVED, ""), (CaseLife.DEPARTED, "recorded_in_error"),
             (CaseLife.RETURNED, "turned_back")],
            "departure",
            True,
        ),
    ],
)  # fmt: skip
def test_a_loan_waits_where_no_arrival_can_come_any_more_and_where_the_worker_arrived_it_never_does(
    desk: Lending, clock: Clock, moves: list[tuple[CaseLife, str]], counts_from: str, lost: bool
) -> None:
    desk.terms = loan_terms(counts_from=counts_from)
    loan = desk.paid_out()
    for life, reason in moves:
        clock.move(minutes=1)
        desk.travel(life, TODAY, reason)
        desk.database.run(ENGINE, disbursing.begin_due, desk.catalogue, 10)
    assert waits(desk, Waiting.NO_JOURNEY) == lost
    if lost:
        undo(desk, loan, 0)
    elif moves[-1][0] is not CaseLife.CLEARED:
        assert code_of(lambda: undo(desk, loan, 0)) in {"journey_stands", "journey_made"}


def test_a_loan_can_be_undone_where_its_page_offers_it_and_nowhere_else(desk: Lending) -> None:
    loan = desk.paid_out()
    assert may_be_undone(desk, loan)  # no journey was ever booked
    book(desk.database, desk.world, desk.case)
    assert not may_be_undone(desk, loan)
    assert code_of(lambda: undo(desk, loan, 0)) == "journey_stands"
    end(desk, CaseLife.IN_FOLLOW_UP)
    assert may_be_undone(desk, loan)
    undo(desk, loan, 0)


def may_be_undone(desk: Lending, loan: UUID) -> bool:
    with desk.database.read() as session:
        return waiting.undoable(session, queries.get(session, loan))


def forgive(desk: Lending, loan: UUID, ground: Ground = Ground.DEATH) -> UUID:
    command = ProposeForgiveness(loan_id=loan, ground=ground, amount_minor=None, evidence="E-9")
    return desk.database.run(desk.officer, forgiving.propose, desk.catalogue, command).id


def test_the_loan_of_a_worker_who_has_died_waits_until_somebody_proposes_to_forgive_it(desk: Lending) -> None:
    loan = desk.paid_out()
    assert waits(desk, Waiting.DIED) == 0
    end(desk, CaseLife.DECEASED)
    assert waits(desk, Waiting.DIED) == 1
    desk.database.run(
        desk.officer, forgiving.decline, desk.catalogue, forgive(desk, loan, Ground.BANKRUPTCY), "no_ground"
    )
    assert waits(desk, Waiting.DIED) == 1
    proposed = forgive(desk, loan)
    assert waits(desk, Waiting.DIED) == 0
    desk.database.run(desk.second, forgiving.decline, desk.catalogue, proposed, "not_proved")
    assert waits(desk, Waiting.DIED) == 0  # it was decided: the loan stands


def test_the_loan_of_who_died_before_the_journey_is_undone_and_not_forgiven(desk: Lending) -> None:
    desk.paid_out()
    book(desk.database, desk.world, desk.case)
    command = CancelJourney(case_id=desk.case.id, happened_on=TODAY, by="carrier", refund_expected=True)
    desk.database.run(desk.caseworker, travelling.cancel, desk.catalogue, command)
    end(desk, CaseLife.DECEASED)
    assert (waits(desk, Waiting.NO_JOURNEY), waits(desk, Waiting.DIED)) == (1, 0)


def test_a_proposal_to_forgive_waits_for_everybody_but_who_made_it(desk: Lending) -> None:
    loan = desk.paid_out()
    people = (desk.officer, desk.second, desk.world[Role.SUPERVISOR])
    assert [waits(desk, Waiting.TO_FORGIVE, one) for one in people] == [0, 0, 0]
    proposed = forgive(desk, loan)
    assert [waits(desk, Waiting.TO_FORGIVE, one) for one in people] == [0, 1, 1]
    desk.database.run(desk.second, forgiving.confirm, desk.catalogue, proposed)
    assert [waits(desk, Waiting.TO_FORGIVE, one) for one in people] == [0, 0, 0]


def test_nobody_counts_the_loans_of_another_office(desk: Lending) -> None:
    desk.signed()
    with desk.database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.LOAN_OFFICER)
    assert waits(desk, Waiting.TO_PAY_OUT, stranger) == 0
