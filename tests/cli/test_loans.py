"""`loans verify` says in a sentence or in its shape whether the money adds up, by its exit status too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from casework.actor import ENGINE
from casework.database import Database
from casework.ledger import rules, service
from casework.ledger.rules import Posting, Subject, SubjectKind
from casework.loans.life import LoanState
from casework.loans.tables import Instalment, Loan
from casework.organisations.tables import Organisation, OrganisationKind
from casework.settings import load
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.support import factories


def lend(work: Work) -> None:
    office = Organisation(kind=OrganisationKind.OFFICE, code="L", name="Lender", country="XK", created_at=work.now)
    work.session.add(office)
    work.session.flush()
    case = factories.case(work, office)
    loan = Loan(
        case_id=case.id, number="L-2026-000001", principal_minor=1_000, currency="EUR", state=LoanState.REPAYING,
        asked_on=work.today, within_cap=True, recorded_at=work.now, recorded_by="engine",
    )  # fmt: skip
    work.session.add(loan)
    work.session.flush()
    work.session.add(Instalment(loan_id=loan.id, number=1, due_on=work.today, amount_minor=1_000))
    subject = Subject(SubjectKind.LOAN, loan.id, case.id, "EUR")
    service.post(work, Posting(subject, rules.disbursement(1_000), work.today, f"disburse:{loan.id}"))


@pytest.fixture
def lent(run: Command) -> Iterator[Database]:
    installation = open_installation(load(run.home))
    installation.database.run(ENGINE, lend)
    yield installation.database
    installation.database.engine.dispose()


def test_money_that_adds_up_is_said_to(run: Command, lent: Database) -> None:
    assert "All adds up. Loans: 1, entries: 1." in run("loans", "verify").stdout
    shape = run.json("loans", "verify")
    assert (shape["schema"], shape["whole"], shape["findings"]) == ("predeparture.loans-verify/1", True, [])


def test_money_that_does_not_is_a_finding_with_the_number_of_the_loan(run: Command, lent: Database) -> None:
    with lent.engine.begin() as connection:
        connection.execute(text("UPDATE loan SET state = 'settled'"))
    said = run("loans", "verify", status=1).stdout
    assert "L-2026-000001: something is owed although it has ended." in said and "1 finding." in said
    (finding,) = run.json("loans", "verify", status=1)["findings"]
    assert (finding["about"], finding["code"]) == ("L-2026-000001", "ended_and_owed")
