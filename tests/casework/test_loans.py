"""A loan from the wish to the signed note: two officers, the cap, one live loan, a schedule to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.loans import service
from casework.loans.life import LoanState
from casework.loans.service import AskLoan
from casework.loans.tables import LoanApproval
from tests.support import factories
from tests.support.factories import TODAY, World, loan_terms
from tests.support.together import DONE, together

TERMS = loan_terms()


def wish(case: Case, **values: object) -> AskLoan:
    return AskLoan.model_validate(
        {"case_id": case.id, "principal_minor": 120_050, "currency": "EUR", "asked_on": TODAY, **values}
    )


@pytest.fixture
def loan(database: Database, world: World, case: Case) -> UUID:
    return database.run(world[Role.CASEWORKER], lambda work: service.ask(work, wish(case), TERMS)).id


def approve(database: Database, actor: Actor, loan: UUID) -> LoanState:
    return database.run(actor, lambda work: service.approve(work, loan, TERMS)).state


@pytest.fixture
def approved(database: Database, world: World, loan: UUID) -> UUID:
    assert approve(database, world[Role.LOAN_OFFICER], loan) is LoanState.ASSESSED
    assert approve(database, world.seconds[Role.LOAN_OFFICER], loan) is LoanState.APPROVED
    return loan


def sign(database: Database, actor: Actor, loan: UUID, on: date = TODAY, note: str = "PN-1") -> None:
    database.run(actor, lambda work: service.sign_note(work, loan, on, note, TERMS))


def test_only_who_may_asks_and_only_loan_officers_approve(
    database: Database, world: World, case: Case, loan: UUID, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.ask(work, wish(case), TERMS)
    for role in wrong_roles(Role.LOAN_OFFICER):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.approve(work, loan, TERMS)
    with pytest.raises(Refused, match="person"), database.write(ENGINE) as work:
        service.approve(work, loan, TERMS)


def test_one_officer_does_not_count_twice(database: Database, world: World, loan: UUID) -> None:
    approve(database, world[Role.LOAN_OFFICER], loan)
    with pytest.raises(Conflict, match="already decided"):
        approve(database, world[Role.LOAN_OFFICER], loan)


def test_who_recorded_the_wish_does_not_approve_it(database: Database, world: World, case: Case) -> None:
    officer = world[Role.LOAN_OFFICER]
    own = database.run(officer, lambda work: service.ask(work, wish(case), TERMS)).id
    with pytest.raises(Refused, match="Who recorded"):
        approve(database, officer, own)


def test_two_officers_at_once_both_count(database: Database, world: World, case: Case, loan: UUID) -> None:
    officers = [world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]]
    assert together(database, officers, lambda work: service.approve(work, loan, TERMS)) == [DONE, DONE]
    with database.read() as session:
        assert service.of_case(session, officers[0], case.id)[0].state is LoanState.APPROVED


def test_one_officer_in_two_windows_at_once_counts_once(database: Database, world: World, loan: UUID) -> None:
    officer = world[Role.LOAN_OFFICER]
    answers = together(database, [officer, officer], lambda work: service.approve(work, loan, TERMS))
    assert answers == [DONE, "same_officer"]
    with database.read() as session:
        assert len(session.exec(select(LoanApproval)).all()) == 1


def test_two_people_who_ask_at_once_leave_one_loan(database: Database, world: World, case: Case) -> None:
    people = [world[Role.CASEWORKER], world[Role.SUPERVISOR]]
    assert together(database, people, lambda work: service.ask(work, wish(case), TERMS)) == [DONE, "loan_exists"]


def test_more_than_the_cap_is_recorded_but_never_approved(database: Database, world: World, case: Case) -> None:
    high = database.run(ENGINE, lambda work: service.ask(work, wish(case, principal_minor=250_001), TERMS))
    assert not high.within_cap
    with pytest.raises(Refused, match="higher than the programme allows"):
        approve(database, world[Role.LOAN_OFFICER], high.id)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"principal_minor": 0}, "invalid_amount"),
        ({"currency": "USD"}, "invalid_amount"),
        ({"asked_on": TODAY + timedelta(days=1)}, "date_in_future"),
    ],
)
def test_a_bad_wish_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught, database.write(world[Role.CASEWORKER]) as work:
        service.ask(work, wish(case, **values), TERMS)
    assert caught.value.code == code


def test_signing_writes_a_schedule_that_sums_to_the_principal(database: Database, world: World, approved: UUID) -> None:
    sign(database, world[Role.CASEWORKER], approved)
    with database.read() as session:
        made = service.schedule(session, world[Role.CASEWORKER], approved)
        assert len(made) == 24
        assert sum(row.amount_minor for row in made) == 120_050
        assert (made[0].due_on, made[-1].due_on) == (date(2027, 11, 15), date(2029, 10, 15))


def test_a_note_is_signed_once_and_only_after_both_approvals(database: Database, world: World, loan: UUID) -> None:
    caseworker = world[Role.CASEWORKER]
    with pytest.raises(Conflict, match="not approved"):
        sign(database, caseworker, loan)
    for officer in (world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]):
        approve(database, officer, loan)
    sign(database, caseworker, loan)
    with pytest.raises(Conflict):
        sign(database, caseworker, loan)


@pytest.mark.parametrize(
    ("on", "note", "code"),
    [
        (TODAY + timedelta(days=1), "PN-1", "date_in_future"),
        (TODAY - timedelta(days=1), "PN-1", "dates"),
        (TODAY, " ", "missing_value"),
        (TODAY, "x" * 121, "too_long"),
    ],
)
def test_a_badly_signed_note_is_refused(
    database: Database, world: World, approved: UUID, on: date, note: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        sign(database, world[Role.CASEWORKER], approved, on, note)
    assert caught.value.code == code


def test_without_a_planned_departure_there_is_nothing_to_count_from(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        case = factories.case(work, world.office, planned_departure=None)
        loan = service.ask(work, wish(case), TERMS).id
    for officer in (world[Role.LOAN_OFFICER], world.seconds[Role.LOAN_OFFICER]):
        approve(database, officer, loan)
    with pytest.raises(InvalidInput, match="no departure is planned"):
        sign(database, world[Role.CASEWORKER], loan)


def test_a_declined_loan_takes_no_approval_and_makes_room_for_another(
    database: Database, world: World, case: Case, loan: UUID
) -> None:
    officer = world[Role.LOAN_OFFICER]
    with pytest.raises(InvalidInput), database.write(officer) as work:
        service.decline(work, loan, " ")
    database.run(officer, lambda work: service.decline(work, loan, "Employer pays the journey"))
    with pytest.raises(Conflict, match="decided on already"):
        approve(database, world.seconds[Role.LOAN_OFFICER], loan)
    assert database.run(officer, lambda work: service.ask(work, wish(case), TERMS)).state is LoanState.REQUESTED


def test_a_withdrawn_loan_is_over(database: Database, world: World, case: Case, approved: UUID) -> None:
    caseworker = world[Role.CASEWORKER]
    with pytest.raises(InvalidInput), database.write(caseworker) as work:
        service.withdraw(work, approved, "because")
    database.run(caseworker, lambda work: service.withdraw(work, approved, "worker_asked"))
    with pytest.raises(Conflict, match="ended already"), database.write(caseworker) as work:
        service.withdraw(work, approved, "worker_asked")


def test_an_unknown_loan_and_one_of_another_office_are_not_found(database: Database, world: World, loan: UUID) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.LOAN_OFFICER)
    for actor, wanted in ((world[Role.LOAN_OFFICER], new_id()), (stranger, loan)):
        with pytest.raises(NotFound):
            approve(database, actor, wanted)
