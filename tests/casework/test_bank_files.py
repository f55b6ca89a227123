"""Lists of payments from the bank: every row is counted once, waits for a person, or is given back with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import PredepartureError
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.loans.life import LoanState
from casework.loans.tables import Loan
from casework.repayments import files, payments, queries
from casework.repayments.files import FileCheck, Outcome
from casework.repayments.tables import BankFile, BankLine, LineState
from casework.workers.tables import PersonKey
from checklists.catalogue import Catalogue
from tests.support import factories, repaying
from tests.support.factories import TODAY, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEAD = "Buchungstag,Betrag,Währung,Referenz,Verwendungszweck"


@pytest.fixture
def loan(database: Database, case: Case) -> Loan:
    with database.write(ENGINE) as work:
        return repaying.paid_out(work, case)


@pytest.fixture
def officer(world: World) -> Actor:
    return world[Role.LOAN_OFFICER]


def csv(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def look(database: Database, actor: Actor, data: bytes) -> FileCheck:
    with database.read() as session:
        return files.check(session, actor, data, "bank.csv", TODAY)


def take(database: Database, catalogue: Catalogue, actor: Actor, data: bytes) -> Mapping[Outcome, int]:
    found = look(database, actor, data)
    taken = dict.fromkeys(Outcome, 0)
    for chunk in found.chunks():
        for outcome, count in database.run(
            actor, files.take, catalogue, found.sheet.sha256, len(found.rows), chunk
        ).items():
            taken[outcome] += count
    return taken


def owed(database: Database, catalogue: Catalogue, loan_id: UUID) -> int:
    with database.read() as session:
        return queries.account(session, catalogue, ENGINE, loan_id).owed.owed


def codes(found: FileCheck) -> list[str]:
    return [finding.code for finding in found.sheet.findings]


def test_a_list_is_looked_at_first_and_then_counts_once_however_often_it_is_handed_in(
    database: Database, catalogue: Catalogue, officer: Actor, loan: Loan
) -> None:
    data = csv(
        f"02.11.2026,100.00,EUR,TX-1,Rate {loan.number} A. Hoxhademo",
        f"2.11.2026,50,EUR,TX-2,{loan.number.replace('-', ' ').lower()}",
        f"02.11.2026,100.00,eur,tx-1,{loan.number}",
    )
    found = look(database, officer, data)
    assert (found.count(Outcome.COUNTS), found.is_known, codes(found)) == (2, False, ["same_payment"])
    assert owed(database, catalogue, loan.id) == 120_000
    assert take(database, catalogue, officer, data)[Outcome.COUNTS] == 2
    assert owed(database, catalogue, loan.id) == 105_000
    again = look(database, officer, data)
    assert (again.is_known, again.count(Outcome.KNOWN), again.count(Outcome.COUNTS)) == (True, 2, 0)
    take(database, catalogue, officer, data)
    take(database, catalogue, officer, csv(f"02.11.2026,100.00,EUR,TX-1,{loan.number}"))
    other = look(database, officer, csv(f"02.11.2026,100.01,EUR,TX-1,{loan.number}"))
    assert (other.count(Outcome.KNOWN), codes(other)) == (1, ["reference_differs"])
    assert owed(database, catalogue, loan.id) == 105_000
    with database.read() as session:
        assert len(session.exec(select(BankFile)).all()) == 2
        assert all(line.said is None for line in session.exec(select(BankLine)))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("02.11.2026,-50.00,EUR,TX-1,x", "negative_amount"),
        ("02.11.2026,0,EUR,TX-1,x", "invalid_amount"),
        ("02.11.2026,10.005,EUR,TX-1,x", "invalid_amount"),
        ("02.11.2026,10.5,JPY,TX-1,x", "invalid_amount"),
        ("02.11.2026,10000000000000,EUR,TX-1,x", "invalid_amount"),
        ("02.11.2026,1e3,EUR,TX-1,x", "invalid_amount"),
        ("02.11.2026,50.00,EURO,TX-1,x", "invalid_currency"),
        ("03.11.2026,50.00,EUR,TX-1,x", "date"),
        ("31.11.2026,50.00,EUR,TX-1,x", "invalid_date"),
        ("02.11.1926,50.00,EUR,TX-1,x", "date"),
        ("02.11.2026,50.00,EUR,Arben Hoxhademo,x", "reference"),
        ("02.11.2026,50.00,EUR,,x", "missing_value"),
        ("02.11.2026,=1+1,EUR,TX-1,x", "formula_content"),
    ],
)
def test_a_bad_row_is_given_back(database: Database, officer: Actor, row: str, code: str) -> None:
    found = look(database, officer, csv(row))
    assert (codes(found), found.rows) == ([code], ())


def test_one_reference_with_two_amounts_in_a_list_is_given_back(database: Database, officer: Actor, loan: Loan) -> None:
    found = look(
        database, officer, csv(f"02.11.2026,1.00,EUR,TX-1,{loan.number}", f"02.11.2026,2.00,EUR,TX-1,{loan.number}")
    )
    assert (codes(found), found.rows) == (["reference_differs"] * 2, ())


@pytest.fixture
def waiting(database: Database, catalogue: Catalogue, officer: Actor, loan: Loan) -> list[BankLine]:
    """Five payments that belong to no loan as far as a machine can tell."""
    data = csv(
        "02.11.2026,10.00,EUR,TX-1,Arbenta Hoxhademo thanks",
        "02.11.2026,11.00,EUR,TX-2,L-2026-999999",
        f"02.11.2026,12.00,USD,TX-3,{loan.number}",
        f"01.11.2026,13.00,EUR,TX-4,{loan.number}",
        f"02.11.2026,14.00,EUR,TX-5,{loan.number} or L-2026-000002",
    )
    assert take(database, catalogue, officer, data)[Outcome.WAITS] == 5
    with database.read() as session:
        found, total = queries.waiting(session, database.vault(session), officer, offset=0, limit=10)
    assert total == 5
    said = {one.line.reference: one.said for one in found}
    assert said["TX-1"] == "Arbenta Hoxhademo thanks"
    return sorted((one.line for one in found), key=lambda line: line.reference)


def test_a_name_never_decides_and_what_fits_no_loan_waits(waiting: list[BankLine]) -> None:
    assert [line.finding for line in waiting] == [
        "no_number", "unknown_number", "other_currency", "dates", "no_number",
    ]  # fmt: skip
    assert all(line.said is not None and b"Hoxhademo" not in line.said for line in waiting)


def test_a_waiting_payment_is_matched_by_a_person_once_and_its_text_is_gone(
    database: Database, catalogue: Catalogue, officer: Actor, loan: Loan, waiting: list[BankLine]
) -> None:
    line = database.run(officer, files.match, catalogue, waiting[0].id, f" {loan.number.lower()} ")
    assert (line.state, line.said, line.decided_by) == (LineState.COUNTED, None, officer.key)
    assert owed(database, catalogue, loan.id) == 119_000
    with database.read() as session:
        assert session.get(PersonKey, line.id) is None
    for number, code in ((loan.number, "matched"), ("L-2026-999999", "loan")):
        with pytest.raises(PredepartureError) as caught:
            database.run(officer, files.match, catalogue, line.id, number)
        assert caught.value.code == code
    for other, code in ((waiting[2], "other_currency"), (waiting[3], "dates")):
        with pytest.raises(PredepartureError) as caught:
            database.run(officer, files.match, catalogue, other.id, loan.number)
        assert caught.value.code == code


def test_what_was_set_aside_waits_no_longer_and_can_still_be_matched(
    database: Database, catalogue: Catalogue, officer: Actor, loan: Loan, waiting: list[BankLine]
) -> None:
    with pytest.raises(PredepartureError, match="reason"):
        database.run(officer, files.set_aside, waiting[1].id, "whatever")
    database.run(officer, files.set_aside, waiting[1].id, "sent_back")
    with database.read() as session:
        assert queries.count_waiting(session, officer) == 4
    database.run(officer, files.match, catalogue, waiting[1].id, loan.number)
    assert owed(database, catalogue, loan.id) == 118_900


def test_a_payment_of_another_loan_goes_back_to_be_matched(
    database: Database, catalogue: Catalogue, officer: Actor, world: World, loan: Loan
) -> None:
    with database.write(ENGINE) as work:
        other = repaying.paid_out(work, factories.case(work, world.office))
    take(database, catalogue, officer, csv(f"02.11.2026,10.00,EUR,TX-1,{loan.number}"))
    with database.read() as session:
        (line,) = session.exec(select(BankLine))
    database.run(officer, payments.take_back, catalogue, line.id, "other_loan", TODAY)
    assert owed(database, catalogue, loan.id) == 120_000
    database.run(officer, files.match, catalogue, line.id, other.number)
    assert owed(database, catalogue, other.id) == 119_000


def test_payments_after_settlement_become_credit(
    database: Database, catalogue: Catalogue, officer: Actor, loan: Loan
) -> None:
    take(database, catalogue, officer, csv(f"02.11.2026,1200.00,EUR,TX-1,{loan.number}"))
    data = csv(f"02.11.2026,10.00,EUR,TX-2,{loan.number}")
    assert look(database, officer, data).count(Outcome.CREDIT) == 1
    take(database, catalogue, officer, data)
    with database.read() as session:
        account = queries.account(session, catalogue, officer, loan.id)
    assert (account.loan.state, account.owed.credit) == (LoanState.SETTLED, 1_000)


def test_a_list_of_another_office_learns_nothing_of_our_loans(
    database: Database, catalogue: Catalogue, loan: Loan, waiting: list[BankLine]
) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.LOAN_OFFICER)
    found = look(database, stranger, csv(f"02.11.2026,10.00,EUR,TX-1,{loan.number}"))
    assert codes(found) == ["unknown_number"]
    for act, args in (
        (files.match, (catalogue, waiting[0].id, loan.number)),
        (files.set_aside, (waiting[0].id, "no_loan")),
    ):
        with pytest.raises(PredepartureError) as caught:
            database.run(stranger, act, *args)
        assert caught.value.code in ("payment", "loan")


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.AGENCY_USER, Role.AUDITOR])
def test_only_loan_officers_take_lists(database: Database, world: World, role: Role) -> None:
    with pytest.raises(PredepartureError) as caught:
        look(database, world[role], csv("02.11.2026,10.00,EUR,TX-1,x"))
    assert caught.value.code == "role"


def test_the_engine_has_no_list_of_its_own(database: Database) -> None:
    with pytest.raises(PredepartureError) as caught:
        look(database, ENGINE, csv("02.11.2026,10.00,EUR,TX-1,x"))
    assert caught.value.code == "office"


def test_the_check_of_a_list_is_documented_json(database: Database, officer: Actor, loan: Loan) -> None:
    told = files.check_json(
        look(database, officer, csv(f"02.11.2026,10.00,EUR,TX-1,{loan.number}", "02.11.2026,x,EUR,TX-2,x"))
    )
    assert told["schema"] == "predeparture.loan-payments/1"
    assert (told["taken"], told["outcomes"]["counts"], told["rows"]["refused"]) == (False, 1, 1)
