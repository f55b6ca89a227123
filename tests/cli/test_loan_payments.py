"""Lists of payments on the command line."""

from __future__ import annotations

from pathlib import Path

from basis.roles import Role
from casework.actor import ENGINE
from casework.organisations import service as organisations
from casework.organisations.tables import OrganisationKind
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.support import factories, repaying


def _loan(work: Work) -> str:
    office = organisations.listed(work.session, OrganisationKind.OFFICE)[0]
    factories.account(work, office, Role.LOAN_OFFICER, email="loans@example.org")
    loan = repaying.paid_out(work, factories.case(work, office), disbursed_on=work.today, state="in_grace")
    return loan.number


def test_a_list_of_payments_is_looked_at_taken_in_and_taken_in_again(run: Command, tmp_path: Path) -> None:
    installation = open_installation(Settings(home=run.home))
    number = installation.database.run(ENGINE, _loan)
    today = installation.database.today().isoformat()
    installation.database.engine.dispose()
    file = tmp_path / "bank.csv"
    file.write_text(
        f"Date,Amount,Currency,Reference,Text\n{today},100.00,EUR,TX-1,{number}\n{today},5.00,EUR,TX-2,thanks\n"
    )
    mine = ("loans", "payments", str(file), "--as", "loans@example.org")
    looked = run.json(*mine, "--check")
    assert (looked["taken"], looked["outcomes"]) == (False, {"counts": 1, "credit": 0, "waits": 1, "known": 0})
    assert run.json(*mine)["outcomes"]["counts"] == 1
    again = run.json(*mine)
    assert (again["known_file"], again["outcomes"]["known"]) == (True, 2)
    assert "taken in before" in run(*mine).output
    file.write_text(f"Date,Amount,Currency,Reference\n{today},-5,EUR,TX-3\n")
    assert "not money that came in" in run(*mine, status=1).output
    assert "office" in run("loans", "payments", str(file), status=3).output
