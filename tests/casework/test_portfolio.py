"""The loans of an office as sums: by state, age, programme, cohort and month; within the reader's reach; the list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from basis.errors import InvalidInput, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.auditing.tables import Engagement
from casework.cases.tables import Case
from casework.cohorts.tables import Cohort, CohortMember
from casework.database import Database
from casework.ledger import portfolio, rules, service
from casework.ledger.portfolio import LoanFilter
from casework.ledger.rules import Movement, Posting, Subject, SubjectKind
from casework.loans.life import LoanState
from casework.loans.tables import Instalment, Loan
from casework.organisations.tables import Organisation
from casework.repayments.rules import AgeBand
from casework.repayments.tables import LoanStanding
from casework.work import Work
from tests.support import factories
from tests.support.factories import PROGRAMME, TODAY, World

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
BEFORE = TODAY - timedelta(days=40)


def lent(work: Work, office: Organisation, number: str, state: LoanState, **values: Any) -> tuple[Case, UUID]:
    """A loan of 1,200 with one instalment of 100 forty days ago and the rest later; `owed` and `overdue` as given."""
    case = factories.case(work, office, reference=f"CASE-{number}", life="departed")
    owed, overdue, since = values.pop("owed", 1_200), values.pop("overdue", 0), values.pop("since", None)
    loan = Loan(
        **{
            "case_id": case.id, "number": number, "principal_minor": 1_200, "currency": "EUR", "state": state,
            "asked_on": BEFORE, "within_cap": True, "disbursed_on": BEFORE, "recorded_at": work.now,
            "recorded_by": "engine", **values,
        }
    )  # fmt: skip
    work.session.add(loan)
    work.session.flush()
    rows: list[Any] = [
        Instalment(loan_id=loan.id, number=1, due_on=BEFORE, amount_minor=100),
        Instalment(loan_id=loan.id, number=2, due_on=TODAY + timedelta(days=60), amount_minor=1_100),
    ]
    rows.append(
        LoanStanding(
            loan_id=loan.id, version=1, state=state, seen_on=TODAY, principal_minor=owed, interest_minor=0,
            credit_minor=0, due_minor=overdue, overdue_minor=overdue, overdue_since=since, missed=0, next_minor=0,
        )
    )  # fmt: skip
    work.session.add_all(rows)
    booked(work, case, loan, rules.disbursement(1_200), BEFORE)
    return case, loan.id


def booked(work: Work, case: Case, loan: Loan, movement: Movement, on: date) -> UUID:
    subject = Subject(SubjectKind.LOAN, loan.id, case.id, loan.currency)
    return service.post(work, Posting(subject, movement, on, f"{loan.number}:{movement.kind}:{on}")).id


def fill(work: Work, office: Organisation) -> None:
    """Four loans in euros, one of them overdue, one forgiven in part; one in dinars; one that was never paid out."""
    late, _loan = lent(work, office, "L-1", LoanState.OVERDUE, overdue=100, since=BEFORE)
    cohort = Cohort(
        office_id=office.id, programme_id=PROGRAMME, code="SPRING", title="Spring", funder="Fund", starts_on=TODAY,
        intake=9, currency="EUR", recorded_at=work.now, recorded_by="engine",
    )  # fmt: skip
    work.session.add(cohort)
    work.session.flush()
    work.session.add(
        CohortMember(case_id=late.id, cohort_id=cohort.id, joined_on=TODAY, recorded_at=work.now, recorded_by="engine")
    )
    case, loan = lent(work, office, "L-2", LoanState.REPAYING, owed=900)
    row = work.session.get_one(Loan, loan)
    booked(work, case, row, rules.payment(0, 200, 0), BEFORE)
    booked(work, case, row, rules.forgiveness(100), TODAY)
    returned = booked(work, case, row, rules.payment(0, 50, 0), TODAY)
    service.reverse(work, returned, "recorded_in_error", TODAY)
    lent(work, office, "L-3", LoanState.IN_GRACE)
    lent(work, office, "L-4", LoanState.OVERDUE, overdue=100, since=TODAY - timedelta(days=91))
    lent(work, office, "L-5", LoanState.REPAYING, currency="KWD")
    lent(work, factories.office(work), "L-6", LoanState.REPAYING)


@pytest.fixture
def filled(database: Database, world: World) -> Database:
    database.run(ENGINE, fill, world.office)
    return database


def test_sums_are_those_of_the_office_in_one_currency(filled: Database, world: World) -> None:
    with filled.read() as session:
        found = portfolio.portfolio(session, world[Role.LOAN_OFFICER], TODAY)
        dinars = portfolio.portfolio(session, world[Role.SUPERVISOR], TODAY, "KWD")
        with pytest.raises(InvalidInput):
            portfolio.portfolio(session, world[Role.SUPERVISOR], TODAY, "USD")
    assert (found.currency, found.currencies) == ("EUR", ("EUR", "KWD"))
    whole = found.whole
    assert (whole.loans, whole.lent, whole.owed, whole.overdue) == (4, 4_800, 4_500, 200)
    assert (whole.forgiven, whole.due, whole.collected) == (100, 400, 200)
    assert (dinars.whole.loans, dinars.whole.owed) == (1, 1_200)
    assert {state: sums.loans for state, sums in found.states.items()} == {
        LoanState.OVERDUE: 2,
        LoanState.REPAYING: 1,
        LoanState.IN_GRACE: 1,
    }
    assert {band: sums.overdue for band, sums in found.bands.items()} == {
        AgeBand.TO_30: 0,
        AgeBand.TO_60: 100,
        AgeBand.TO_90: 0,
        AgeBand.OVER_90: 100,
    }
    assert {code: sums.loans for code, sums in found.cohorts.items()} == {"SPRING": 1, "": 3}
    assert {name: sums.owed for name, sums in found.programmes.items()} == {PROGRAMME: 4_500}


def test_nothing_was_due_of_a_loan_whose_grace_has_not_begun(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        lent(work, world.office, "L-1", LoanState.DISBURSED)
    with database.read() as session:
        found = portfolio.portfolio(session, world[Role.LOAN_OFFICER], TODAY)
    assert (found.whole.owed, found.whole.due) == (1_200, 0)


def test_what_was_due_and_collected_stands_in_its_month(filled: Database, world: World) -> None:
    with filled.read() as session:
        found = portfolio.portfolio(session, world[Role.LOAN_OFFICER], TODAY)
    assert (min(found.months), max(found.months)) == (date(2025, 12, 1), date(2026, 11, 1))
    told = {month: (sums.due, sums.collected) for month, sums in found.months.items() if sums.due or sums.collected}
    assert told == {BEFORE.replace(day=1): (400, 200)}


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (LoanFilter(), ["L-4", "L-1", "L-2", "L-3", "L-5"]),
        (LoanFilter(state=LoanState.OVERDUE), ["L-4", "L-1"]),
        (LoanFilter(band=AgeBand.TO_60), ["L-1"]),
        (LoanFilter(currency="KWD"), ["L-5"]),
        (LoanFilter(text="l-3"), ["L-3"]),
        (LoanFilter(text="case-l-2"), ["L-2"]),
        (LoanFilter(text="%"), []),
        (LoanFilter(programme="other"), []),
        (LoanFilter(programme=PROGRAMME, state=LoanState.IN_GRACE), ["L-3"]),
    ],
)
def test_the_list_has_what_was_asked_for_the_longest_overdue_first(
    filled: Database, world: World, asked: LoanFilter, numbers: list[str]
) -> None:
    with filled.read() as session:
        lines, total = portfolio.listed(session, world[Role.SUPERVISOR], asked, TODAY, offset=0, limit=50)
        some, all_ = portfolio.listed(session, world[Role.SUPERVISOR], asked, TODAY, offset=1, limit=1)
    assert ([line.number for line in lines], total) == (numbers, len(numbers))
    assert ([line.number for line in some], all_) == (numbers[1:2], len(numbers))
    assert {line.number: line.overdue_days for line in lines if line.overdue} == {
        number: days for number, days in {"L-4": 91, "L-1": 40}.items() if number in numbers
    }


def test_only_who_may_see_loans_sees_them(filled: Database, world: World) -> None:
    with filled.read() as session:
        for role in (Role.CASEWORKER, Role.AGENCY_USER, Role.ADMINISTRATOR, Role.EMPLOYER_USER):
            with pytest.raises(Refused):
                portfolio.portfolio(session, world[role], TODAY)
            with pytest.raises(Refused):
                portfolio.listed(session, world[role], LoanFilter(), TODAY, offset=0, limit=1)


def test_an_auditor_sees_what_the_engagements_reach(filled: Database, world: World) -> None:
    def engage(work: Work) -> None:
        work.session.add(
            Engagement(
                number="A-1",
                title="Loans",
                purpose="-",
                begins_on=TODAY,
                ends_on=TODAY,
                opened_by="engine",
                opened_at=work.now,
            )
        )

    with filled.read() as session:
        assert portfolio.portfolio(session, world[Role.AUDITOR], TODAY).whole.loans == 5
    filled.run(ENGINE, engage)
    with filled.read() as session:
        found = portfolio.portfolio(session, world[Role.AUDITOR], TODAY)
    assert (found.currency, found.whole.loans) == ("", 0)
