"""A loan from the wish to the approval: what it is for, who assesses and approves, caps, limits, what is affordable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.loans import queries, service
from casework.loans.life import LoanState
from casework.loans.tables import LoanApproval, WageSource
from checklists.lending import Affordability, LoanLimit
from checklists.programme import FeeCeiling, FeeHead, LegalBasis
from tests.support import factories
from tests.support.factories import TODAY, World, loan_terms, user_id
from tests.support.lending import Lending, catalogue_with, code_of
from tests.support.together import DONE, together

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BASIS = LegalBasis(title="Synthetic ceiling", as_of=TODAY, confirmed=False)


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


@SQLITE
def test_only_who_may_asks_and_only_loan_officers_assess_and_approve(
    desk: Lending, wrong_roles: Callable[..., list[Role]]
) -> None:
    loan = desk.ask()
    for role in wrong_roles(Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER):
        with pytest.raises(Refused):
            desk.ask(desk.world[role])
    for role in wrong_roles(Role.LOAN_OFFICER):
        with pytest.raises(Refused):
            desk.assess(loan, desk.world[role])
    desk.assess(loan)
    for role in wrong_roles(Role.LOAN_OFFICER):
        with pytest.raises(Refused):
            desk.approve(loan, desk.world[role])
    with pytest.raises(Refused, match="person"):
        desk.approve(loan, ENGINE)


@SQLITE
def test_a_loan_has_a_number_its_purposes_and_what_was_looked_at(desk: Lending) -> None:
    loan = desk.assessed()
    row = desk.loan(loan)
    assert (row.number, row.state) == (f"L-{TODAY.year}-000001", LoanState.ASSESSED)
    with desk.database.read() as session:
        assert [(one.head, one.amount_minor) for one in queries.purposes(session, loan)] == [(FeeHead.TRAVEL, 120_050)]
        found = queries.assessment(session, loan)
        assert found is not None
        assert queries.looked_at(desk.database.vault(session), desk.case, found) == "Contract and household"
        assert (found.instalment_minor, found.share) == (5_004, None)


@SQLITE
def test_who_assessed_does_not_approve_and_who_recorded_does_neither(desk: Lending) -> None:
    loan = desk.assessed()
    assert code_of(lambda: desk.approve(loan, desk.officer)) == "same_officer"
    desk.database.run(desk.caseworker, service.cancel, loan, "worker_asked")
    own = desk.ask(desk.officer)
    assert code_of(lambda: desk.assess(own, desk.officer)) == "same_person"
    desk.assess(own, desk.second)
    assert code_of(lambda: desk.approve(own, desk.officer)) == "same_person"


def test_of_two_officers_who_assess_at_once_one_does(desk: Lending) -> None:
    loan = desk.ask()
    command = service.AssessLoan(loan_id=loan, looked_at="x")
    officers = [desk.officer, desk.second]
    answers = together(desk.database, officers, lambda work: service.assess(work, desk.catalogue, command))
    assert answers == [DONE, "loan_state"]
    with desk.database.read() as session:
        assert len(session.exec(select(LoanApproval)).all()) == 1


@SQLITE
def test_one_officer_in_two_windows_at_once_counts_once(desk: Lending) -> None:
    loan = desk.assessed()
    answers = together(desk.database, [desk.second] * 2, lambda work: service.approve(work, desk.catalogue, loan))
    assert answers == [DONE, "loan_state"]


@SQLITE
def test_two_people_who_ask_at_once_leave_one_loan(desk: Lending) -> None:
    people = [desk.caseworker, desk.world[Role.SUPERVISOR]]
    answers = together(desk.database, people, lambda work: service.ask(work, desk.catalogue, desk.wish()))
    assert answers == [DONE, "loan_exists"]


@SQLITE
def test_more_than_the_cap_is_recorded_but_never_approved(desk: Lending) -> None:
    high = desk.ask(purposes={FeeHead.TRAVEL: 250_001})
    assert not desk.loan(high).within_cap
    assert code_of(lambda: desk.assess(high)) == "over_cap"


@SQLITE
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"purposes": {FeeHead.TRAVEL: 0}}, "invalid_amount"),
        ({"purposes": {FeeHead.TRAVEL: -5}}, "invalid_amount"),
        ({"purposes": {FeeHead.TRAVEL: 10**12 + 1}}, "invalid_amount"),
        ({"purposes": {}}, "invalid_amount"),
        ({"purposes": {FeeHead.VISA: 100}}, "not_a_purpose"),
        ({"currency": "USD"}, "invalid_amount"),
        ({"asked_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"asked_on": TODAY.replace(year=206)}, "dates"),
    ],
)
def test_a_bad_wish_is_refused(desk: Lending, values: dict[str, Any], code: str) -> None:
    assert code_of(lambda: desk.ask(**values)) == code


@SQLITE
@pytest.mark.parametrize(("ceiling", "code"), [(0, "forbidden_cost"), (120_049, "over_ceiling"), (120_050, "")])
def test_there_is_no_loan_for_what_the_worker_may_not_be_charged(desk: Lending, ceiling: int, code: str) -> None:
    rule = FeeCeiling.model_validate(
        {"head": FeeHead.TRAVEL, "from": TODAY, "ceiling": Money(ceiling, "EUR"), "legal_basis": BASIS}
    )
    desk.catalogue = catalogue_with(desk.terms, fee_ceilings=(rule,))
    assert code_of(desk.ask) == code


@SQLITE
def test_a_ceiling_of_today_holds_for_a_loan_that_is_said_to_be_asked_for_earlier(desk: Lending) -> None:
    rule = FeeCeiling.model_validate(
        {"head": FeeHead.TRAVEL, "from": TODAY, "ceiling": Money(0, "EUR"), "legal_basis": BASIS}
    )
    desk.catalogue = catalogue_with(desk.terms, fee_ceilings=(rule,))
    assert code_of(lambda: desk.ask(asked_on=TODAY - timedelta(days=1))) == "forbidden_cost"


@SQLITE
def test_a_ceiling_of_before_or_of_another_cost_forbids_nothing(desk: Lending) -> None:
    old = {"head": FeeHead.TRAVEL, "from": date(2020, 1, 1), "until": date(2020, 12, 31)}
    other = {"head": FeeHead.MEDICAL, "from": date(2020, 1, 1)}
    rules = tuple(
        FeeCeiling.model_validate({**one, "ceiling": Money(0, "EUR"), "legal_basis": BASIS}) for one in (old, other)
    )
    desk.catalogue = catalogue_with(desk.terms, fee_ceilings=rules)
    assert desk.loan(desk.ask()).state is LoanState.REQUESTED


@SQLITE
def test_an_instalment_takes_no_more_of_the_wage_than_the_terms_allow(desk: Lending) -> None:
    desk.terms = loan_terms(affordability=Affordability(most_of_wage=25))
    loan = desk.ask(purposes={FeeHead.TRAVEL: 120_000})  # EUR 50 a month
    assert code_of(lambda: desk.assess(loan)) == "wage_needed"
    assert code_of(lambda: desk.assess(loan, wage=Money(30_000, "USD"))) == "wage_needed"
    assert code_of(lambda: desk.assess(loan, wage=Money(0, "EUR"))) == "invalid_amount"
    assert code_of(lambda: desk.assess(loan, wage=Money(19_999, "EUR"))) == "not_affordable"
    desk.assess(loan, wage=Money(20_000, "EUR"))
    with desk.database.read() as session:
        found = queries.assessment(session, loan)
        assert found is not None
        assert (found.share, found.wage_source) == (2_500, WageSource.STATED)


@SQLITE
def test_a_high_loan_needs_more_people_and_one_of_a_given_role(desk: Lending) -> None:
    desk.terms = loan_terms(
        limits=(
            LoanLimit(up_to=Money(100_000, "EUR"), approvals=2),
            LoanLimit(up_to=Money(250_000, "EUR"), approvals=3, role="supervisor"),
        )
    )
    with desk.database.write(ENGINE) as work:
        third = factories.actor(work, desk.world.office, Role.LOAN_OFFICER)
    loan = desk.assessed()
    assert desk.approve(loan).state is LoanState.ASSESSED
    assert code_of(lambda: desk.approve(loan, third)) == "role_needed"
    assert code_of(lambda: desk.approve(loan, desk.caseworker)) == "role"
    assert desk.approve(loan, desk.world[Role.SUPERVISOR]).state is LoanState.APPROVED
    with desk.database.read() as session:
        assert len(queries.decisions(session, loan)) == 3


@SQLITE
def test_a_declined_loan_says_why_takes_no_approval_and_makes_room_for_another(desk: Lending) -> None:
    loan = desk.ask()
    with pytest.raises(InvalidInput):
        desk.database.run(desk.officer, service.decline, desk.catalogue, loan, " ")
    desk.database.run(desk.officer, service.decline, desk.catalogue, loan, "Employer pays the journey")
    with pytest.raises(Conflict):
        desk.approve(loan)
    with desk.database.read() as session:
        assert queries.decisions(session, loan)[0].reason == "Employer pays the journey"
    assert desk.loan(desk.ask()).state is LoanState.REQUESTED


@SQLITE
def test_a_loan_is_cancelled_at_any_time_before_it_is_paid_out_and_then_is_over(desk: Lending) -> None:
    for reach in (desk.ask, desk.assessed, desk.approved, desk.signed):
        loan = reach()
        with pytest.raises(InvalidInput):
            desk.database.run(desk.caseworker, service.cancel, loan, "because")
        desk.database.run(desk.caseworker, service.cancel, loan, "reconsidered")
        assert (desk.loan(loan).state, desk.held(loan)) == (LoanState.CANCELLED, {})
        assert (
            code_of(partial(desk.database.run, desk.caseworker, service.cancel, loan, "reconsidered")) == "loan_state"
        )
    paid = desk.paid_out()
    assert code_of(lambda: desk.database.run(desk.caseworker, service.cancel, paid, "worker_asked")) == "loan_state"


@SQLITE
def test_an_unknown_loan_and_one_of_another_office_are_not_found(desk: Lending) -> None:
    loan = desk.ask()
    with desk.database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.LOAN_OFFICER)
    for actor, wanted in ((desk.officer, new_id()), (stranger, loan)):
        with pytest.raises(NotFound):
            desk.approve(wanted, actor)


@SQLITE
def test_a_case_that_has_ended_takes_no_loan_and_no_decision(desk: Lending) -> None:
    loan = desk.ask()
    with desk.database.write(ENGINE) as work:
        case = work.session.get_one(Case, desk.case.id)
        case.life = case.life.__class__("withdrawn")
        work.session.add(case)
    assert code_of(lambda: desk.assess(loan)) == "ended"
    desk.database.run(desk.caseworker, service.cancel, loan, "no_journey")
    assert code_of(desk.ask) == "ended"


@SQLITE
def test_the_officers_stand_with_their_role(desk: Lending) -> None:
    loan = desk.approved()
    with desk.database.read() as session:
        found = [(row.officer_id, row.role) for row in queries.decisions(session, loan)]
    assert found == [(user_id(desk.officer), "loan_officer"), (user_id(desk.second), "loan_officer")]
    assert isinstance(loan, UUID)
