"""A loan goes by the terms by which it was assessed and by the days of its note, whatever changes after that."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from basis.money import Money
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger.rules import LedgerAccount
from casework.loans import disbursing, papers, service, signing, unwinding
from casework.loans.life import LoanState
from casework.loans.paper_tables import PaperKind
from casework.loans.tables import Loan
from casework.loans.terms import held_to
from casework.loans.unwinding import Unwind
from casework.repayments import queries as repayments
from checklists.lending import Affordability, LoanLimit, LoanTier
from checklists.programme import FeeHead, LoanTerms
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending, catalogue_with, code_of
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


def migrate(desk: Lending, terms: LoanTerms | None) -> None:
    """From now on the case is pinned to a version of the programme with these terms."""
    desk.catalogue = catalogue_with(terms)


def terms_of(desk: Lending, loan: UUID) -> LoanTerms | None:
    return held_to(desk.loan(loan), desk.catalogue.programmes[0])


def plan_to_leave(desk: Lending, on: date) -> None:
    with desk.database.write(ENGINE) as work:
        case = work.session.get_one(Case, desk.case.id)
        case.planned_departure, case.version = on, case.version + 1
        work.session.add(case)


def leave(desk: Lending, clock: Clock) -> None:
    clock.move(days=5)
    desk.travel(CaseLife.DEPARTED, desk.today)
    desk.database.run(ENGINE, disbursing.begin_due, desk.catalogue, 50)


EVERY_KEY = loan_terms(
    interest="4.25",
    tiers=(
        LoanTier.model_validate({"up_to": Money(50_000, "EUR"), "instalments": 6}),
        LoanTier.model_validate({"up_to": Money(90_000, "EUR"), "instalments": 12, "from": TODAY}),
    ),
    purposes=(FeeHead.TRAVEL, FeeHead.VISA),
    counts_from="arrival",
    least_instalment=Money(2_000, "EUR"),
    guarantor="co_signer",
    each_adult_signs=True,
    limits=(LoanLimit(up_to=Money(250_000, "EUR"), approvals=2),),
    affordability=Affordability(most_of_wage=90),
    cooling_off_days=7,
    explained=True,
    remainder="worker",
    overdue_days=10,
    accelerate_after=3,
    collect_after_months=6,
    interest_in_deferral=True,
)


def test_terms_are_kept_as_they_are_written(desk: Lending) -> None:
    unsaid = {name for name, value in EVERY_KEY if value == LoanTerms.model_fields[name].default}
    assert not unsaid
    desk.terms = EVERY_KEY
    loan = desk.assess(desk.ask(), wage=Money(500_000, "EUR")).id
    assert terms_of(desk, loan) == desk.terms
    assert desk.approve(loan).state is LoanState.APPROVED


def test_a_loan_follows_its_case_into_another_version_until_it_is_assessed(desk: Lending) -> None:
    first, second, third = (loan_terms(grace_months=months, interest=months) for months in (6, 3, 1))
    desk.terms = first
    loan = desk.ask()
    migrate(desk, second)
    assert terms_of(desk, loan) == second
    desk.assess(loan)
    migrate(desk, third)
    assert terms_of(desk, loan) == second
    assert desk.loan(loan).interest == second.rate


@pytest.mark.parametrize("later", [loan_terms(grace_months=0), loan_terms(due_day=28), None])
def test_grace_is_that_of_the_note_after_the_case_was_migrated(
    desk: Lending, clock: Clock, later: LoanTerms | None
) -> None:
    plan_to_leave(desk, TODAY + timedelta(days=5))
    loan = desk.paid_out()
    migrate(desk, later)
    leave(desk, clock)
    row = desk.loan(loan)
    assert (row.state, row.first_due_on) == (LoanState.IN_GRACE, date(2027, 6, 15))
    assert [plan.number for plan in desk.plans(loan)] == [1]


def test_who_bears_the_rest_is_what_the_note_said(desk: Lending) -> None:
    desk.terms = loan_terms(remainder="programme")
    loan = desk.paid_out()
    migrate(desk, loan_terms(remainder="worker"))
    with desk.database.write(ENGINE) as work:
        case = work.session.get_one(Case, desk.case.id)
        case.life = CaseLife.WITHDRAWN
        work.session.add(case)
    command = Unwind(loan_id=loan, reason="worker_cancelled", refund_minor=0, unwound_on=desk.today)
    desk.database.run(desk.officer, unwinding.unwind, desk.catalogue, command)
    assert desk.loan(loan).state is LoanState.UNWOUND
    assert LedgerAccount.LOAN_PRINCIPAL not in desk.held(loan)


def test_a_version_without_loans_ends_no_loan_that_was_assessed(desk: Lending) -> None:
    loan = desk.assessed()
    migrate(desk, None)
    desk.approve(loan)
    desk.sign(loan)
    with desk.database.read() as session:
        account = repayments.account(session, desk.catalogue, desk.officer, loan)
    assert account.terms == desk.terms
    assert code_of(desk.ask) == "no_loans"


def test_a_loan_that_nobody_assessed_is_cancelled_where_the_programme_gives_none_now(desk: Lending) -> None:
    loan = desk.ask()
    migrate(desk, None)
    assert terms_of(desk, loan) == desk.terms
    assert code_of(lambda: desk.assess(loan)) == "no_loans"
    desk.database.run(desk.caseworker, service.cancel, loan, "paid_by_other")
    assert desk.loan(loan).state is LoanState.CANCELLED


def test_a_loan_of_before_terms_were_kept_goes_by_the_version_of_its_case(desk: Lending) -> None:
    loan = desk.approved()
    with desk.database.write(ENGINE) as work:
        row = work.session.get_one(Loan, loan)
        row.terms = ""
        work.session.add(row)
    assert terms_of(desk, loan) == desk.terms
    migrate(desk, loan_terms(due_day=28))
    assert desk.sign(loan).due_day == 28


def first_due(desk: Lending, loan: UUID) -> date:
    return desk.schedule(loan)[0].due_on


def outdated(desk: Lending, loan: UUID) -> bool:
    with desk.database.read() as session:
        case = session.get_one(Case, desk.case.id)
        return papers.outdated(session, case, session.get_one(Loan, loan), desk.terms)


def test_the_signed_plan_is_that_of_the_note_also_where_another_departure_is_planned_since(desk: Lending) -> None:
    loan = desk.approved()
    assert not outdated(desk, loan)
    plan_to_leave(desk, TODAY + timedelta(days=10))
    assert outdated(desk, loan)
    desk.sign(loan)
    assert first_due(desk, loan) == date(2027, 11, 15)
    assert not outdated(desk, loan)


def test_a_note_that_is_asked_for_again_counts_from_the_departure_of_now(desk: Lending) -> None:
    loan = desk.approved()
    plan_to_leave(desk, TODAY + timedelta(days=10))
    desk.database.run(desk.caseworker, papers.ask, PaperKind.PROMISSORY_NOTE, loan, None, desk.terms)
    assert not outdated(desk, loan)
    desk.sign(loan)
    assert first_due(desk, loan) == date(2027, 6, 15)


def test_a_note_that_counts_from_the_issue_keeps_its_days_when_it_is_signed_later(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(counts_from="issue", grace_months=2)
    loan = desk.approved()
    clock.move(days=40)
    desk.sign(loan)
    assert first_due(desk, loan) == date(2027, 2, 15)


def test_a_note_is_not_signed_after_its_first_instalment_was_due(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(counts_from="issue", grace_months=0)
    loan = desk.approved()
    clock.move(days=60)
    assert code_of(lambda: desk.sign(loan)) == "note_outdated"
    desk.database.run(desk.caseworker, papers.ask, PaperKind.PROMISSORY_NOTE, loan, None, desk.terms)
    desk.sign(loan)
    assert first_due(desk, loan) == date(2027, 2, 15)


def test_nobody_who_signs_before_the_worker_signs_on_a_later_day(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(guarantor="guarantor")
    loan = desk.approved()
    clock.move(days=3)
    party = desk.guarantee(loan)
    earlier = desk.today - timedelta(days=1)
    assert code_of(lambda: desk.sign(loan, signed_on=earlier)) == "dates"
    desk.database.run(desk.caseworker, signing.withdraw_party, party)
    desk.guarantee(loan, signed_on=earlier)
    assert desk.sign(loan, signed_on=earlier).state is LoanState.NOTE_SIGNED
