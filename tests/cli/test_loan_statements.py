"""`loans statement` says what a loan was on a day, to whom it concerns, and leaves an event of the look."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.loans.life import LoanState
from casework.organisations import service as organisations
from casework.organisations.tables import OrganisationKind
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.support import factories, repaying


def _loans(work: Work) -> tuple[str, str]:
    """The numbers of a loan that was paid out, and of one that was not."""
    office = organisations.listed(work.session, OrganisationKind.OFFICE)[0]
    factories.account(work, office, Role.LOAN_OFFICER, email="loans@example.org")
    factories.account(work, office, Role.CLINIC_USER, email="clinic@example.org")
    loan = repaying.paid_out(work, factories.case(work, office), disbursed_on=work.today, state="in_grace")
    waits = repaying.paid_out(work, factories.case(work, office))
    waits.disbursed_on, waits.state = None, LoanState.APPROVED
    work.session.add(waits)
    return loan.number, waits.number


def _looks(work: Work) -> int:
    return len(work.session.exec(select(AuditEvent.seq).where(AuditEvent.kind == "loan_statement.viewed")).all())


def test_a_statement_is_read_as_of_a_day_by_those_it_concerns(run: Command) -> None:
    installation = open_installation(Settings(home=run.home))
    number, waits = installation.database.run(ENGINE, _loans)
    today = installation.database.today()
    asked = ("loans", "statement", number.lower(), "--as", "loans@example.org")
    made = run.json(*asked)
    assert (made["schema"], made["number"]) == ("predeparture.loan-statement/1", number)
    assert (made["as_of"], made["balance"], made["overdue"]) == (today.isoformat(), 120_000, 0)
    assert [(line["kind"], line["change"], line["balance"]) for line in made["lines"]] == [
        ("disbursed", 120_000, 120_000)
    ]
    assert sum(row["principal"] for row in made["instalments"]) == sum(row["open"] for row in made["instalments"])
    said = run(*asked).output
    assert "Owed at the end of" in said
    assert "EUR 1,200.00" in said
    tomorrow, yesterday = (str(today + timedelta(days=step)) for step in (1, -1))
    assert "future" in run(*asked, "--as-of", tomorrow, status=2).output
    assert "had not been paid out" in run(*asked, "--as-of", yesterday, status=2).output
    assert "no such loan" in run("loans", "statement", "L-2026-999999", status=3).output
    assert "may not" in run("loans", "statement", number, "--as", "clinic@example.org", status=3).output
    assert "not in a state" in run("loans", "statement", waits, status=3).output
    assert installation.database.run(ENGINE, _looks) == 2
