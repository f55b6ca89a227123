"""Booking: once, balanced, in one currency, for good; and what the ledger says of a past day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger import queries, rules, service
from casework.ledger.rules import EntryKind, LedgerAccount, Line, Movement, Posting, Subject, SubjectKind
from casework.ledger.tables import LedgerEntry, LedgerLine
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)

PRINCIPAL, CREDIT = LedgerAccount.LOAN_PRINCIPAL, LedgerAccount.CREDIT


@pytest.fixture
def loan(case: Case) -> Subject:
    return Subject(SubjectKind.LOAN, new_id(), case.id, "EUR")


def booked(database: Database, posting: Posting) -> UUID:
    return database.run(ENGINE, service.post, posting).id


@pytest.fixture
def disbursed(loan: Subject) -> Posting:
    return Posting(loan, rules.disbursement(120_000), TODAY, f"disburse:{loan.id}", "TK 220-1234567890")


def paid(loan: Subject, key: str, *, principal: int = 0, credit: int = 0) -> Posting:
    return Posting(loan, rules.payment(0, principal, credit), TODAY, key, key)


def held(database: Database, loan: Subject) -> dict[LedgerAccount, int]:
    with database.read() as session:
        return {one: amount for one, amount in queries.balances(session, [loan.id])[loan.id].items() if amount}


def count(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(LedgerEntry)).all())


def test_what_is_booked_is_in_the_accounts_and_in_the_history(
    database: Database, world: World, loan: Subject, disbursed: Posting
) -> None:
    entry = database.run(world[Role.LOAN_OFFICER], service.post, disbursed)
    assert held(database, loan) == {PRINCIPAL: 120_000, LedgerAccount.MONEY: -120_000}
    with database.read() as session:
        (read,) = queries.entries(session, loan.id)
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "ledger.posted")).one()
    assert (read.id, read.kind, read.reference) == (entry.id, EntryKind.DISBURSED, "TK 220-1234567890")
    assert read.recorded_by == world[Role.LOAN_OFFICER].key
    assert (event.subject, event.case_id) == (f"ledger_entry/{entry.id}", loan.case_id)
    assert "TK 220" not in event.body and "120000" not in event.body


def test_the_same_key_and_content_twice_is_one_entry(database: Database, disbursed: Posting) -> None:
    first = booked(database, disbursed)
    assert booked(database, disbursed) == first
    assert booked(database, replace(disbursed, movement=Movement(disbursed.movement.kind,
                                    disbursed.movement.lines[::-1]))) == first  # fmt: skip
    assert count(database) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"movement": rules.disbursement(119_999)},
        {"movement": rules.interest(120_000)},
        {"happened_on": TODAY - timedelta(days=1)},
        {"reference": "another"},
    ],
)
def test_the_same_key_with_another_content_is_refused(
    database: Database, disbursed: Posting, other: dict[str, object]
) -> None:
    booked(database, disbursed)
    with pytest.raises(Conflict) as caught:
        booked(database, replace(disbursed, **other))  # type: ignore[arg-type]
    assert caught.value.code == "already_posted"
    assert count(database) == 1


def test_two_who_book_the_same_at_once_leave_one_entry(database: Database, disbursed: Posting) -> None:
    answers = together(database, [ENGINE, ENGINE], lambda work: service.post(work, disbursed))
    # Callers lock the case first; without that PostgreSQL's unique key decides.
    assert answers in ([DONE, DONE], ["conflict", DONE])
    assert count(database) == 1


def test_a_loan_is_kept_in_one_currency(database: Database, loan: Subject, disbursed: Posting) -> None:
    booked(database, disbursed)
    other = paid(replace(loan, currency="USD"), "B-1", principal=10)
    with pytest.raises(InvalidInput) as caught:
        booked(database, other)
    assert caught.value.code == "mixed_currencies"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"happened_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"reference": "x" * 121}, "too_long"),
        ({"key": " "}, "missing_value"),
        ({"reference": "TK\x1f1"}, "invalid_text"),
        ({"movement": Movement(EntryKind.PAYMENT, ())}, "unbalanced"),
        ({"movement": Movement(EntryKind.PAYMENT, (Line(CREDIT, 1), Line(PRINCIPAL, -2)))}, "unbalanced"),
        ({"movement": Movement(EntryKind.PAYMENT, (Line(CREDIT, 0), Line(PRINCIPAL, 0)))}, "invalid_amount"),
        ({"movement": Movement(EntryKind.PAYMENT, (Line(CREDIT, 1), Line(CREDIT, -1)))}, "unbalanced"),
    ],
)
def test_what_is_no_entry_is_refused(
    database: Database, disbursed: Posting, change: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        booked(database, replace(disbursed, **change))  # type: ignore[arg-type]
    assert caught.value.code == code
    assert count(database) == 0


def test_a_word_that_is_no_currency_is_refused(database: Database, loan: Subject, disbursed: Posting) -> None:
    with pytest.raises(InvalidInput, match="currency"):
        booked(database, replace(disbursed, subject=replace(loan, currency="eu")))


def test_no_more_is_repaid_than_is_owed(database: Database, loan: Subject, disbursed: Posting) -> None:
    booked(database, disbursed)
    with pytest.raises(Conflict) as caught:
        booked(database, paid(loan, "B-1", principal=120_001))
    assert caught.value.code == "overdrawn"
    booked(database, paid(loan, "B-1", principal=120_000, credit=1))
    assert held(database, loan) == {LedgerAccount.MONEY: 1, CREDIT: -1}


def test_a_payment_that_the_bank_returns_leaves_nothing_of_it(
    database: Database, loan: Subject, disbursed: Posting
) -> None:
    booked(database, disbursed)
    payment = booked(database, paid(loan, "B-1", principal=5_000))
    back = database.run(ENGINE, service.reverse, payment, "returned_by_bank", TODAY, "R-1")
    assert (back.kind, back.reverses_id) == (EntryKind.PAYMENT_RETURNED, payment)
    assert held(database, loan) == {PRINCIPAL: 120_000, LedgerAccount.MONEY: -120_000}
    assert database.run(ENGINE, service.reverse, payment, "returned_by_bank", TODAY, "R-1").id == back.id
    with pytest.raises(Conflict, match="booked already"):
        database.run(ENGINE, service.reverse, payment, "wrong_amount", TODAY)
    with pytest.raises(Conflict, match="takes another one back"):
        database.run(ENGINE, service.reverse, back.id, "recorded_in_error", TODAY)


def test_a_payment_comes_back_even_if_its_surplus_was_refunded_and_that_is_owed_again(
    database: Database, loan: Subject, disbursed: Posting
) -> None:
    booked(database, disbursed)
    payment = booked(database, paid(loan, "B-1", principal=120_000, credit=500))
    booked(database, Posting(loan, rules.overpaid_refund(500), TODAY, "refund-1"))
    database.run(ENGINE, service.reverse, payment, "returned_by_bank", TODAY)
    assert held(database, loan)[CREDIT] == 500
    booked(database, Posting(loan, rules.owed_again(500), TODAY, "again-1"))
    assert held(database, loan) == {PRINCIPAL: 120_500, LedgerAccount.MONEY: -120_500}


def test_nothing_is_taken_back_that_later_entries_stand_on(
    database: Database, loan: Subject, disbursed: Posting
) -> None:
    first = booked(database, disbursed)
    booked(database, paid(loan, "B-1", principal=5_000))
    with pytest.raises(Conflict) as caught:
        database.run(ENGINE, service.reverse, first, "recorded_in_error", TODAY)
    assert caught.value.code == "overdrawn"


def test_a_reversal_names_a_known_reason_an_entry_and_a_day_after_it(database: Database, disbursed: Posting) -> None:
    entry = booked(database, disbursed)
    for arguments, code in (
        ((entry, "because", TODAY), "unknown_reason"),
        ((entry, "wrong_day", TODAY - timedelta(days=1)), "dates"),
        ((entry, "wrong_day", TODAY + timedelta(days=1)), "date_in_future"),
    ):
        with pytest.raises(InvalidInput) as caught:
            database.run(ENGINE, service.reverse, *arguments)
        assert caught.value.code == code
    with pytest.raises(NotFound):
        database.run(ENGINE, service.reverse, new_id(), "wrong_day", TODAY)


def test_the_ledger_of_a_past_day_is_as_it_was_then(
    database: Database, clock: Clock, loan: Subject, disbursed: Posting
) -> None:
    booked(database, disbursed)
    then = clock.now
    clock.move(days=30)
    late = TODAY + timedelta(days=10)
    booked(database, replace(paid(loan, "B-1", principal=5_000), happened_on=late))
    with database.read() as session:

        def owed(**limits: object) -> int:
            return queries.balances(session, [loan.id], **limits)[loan.id][PRINCIPAL]  # type: ignore[arg-type]

        assert owed() == 115_000
        assert owed(on=late) == 115_000
        assert owed(on=late - timedelta(days=1)) == 120_000
        assert owed(on=late, known_at=then) == 120_000
        assert [entry.kind for entry in queries.entries(session, loan.id, known_at=then)] == [EntryKind.DISBURSED]


def test_a_subject_without_entries_holds_nothing(database: Database) -> None:
    nobody = new_id()
    with database.read() as session:
        assert set(queries.balances(session, [nobody])[nobody].values()) == {0}
        assert queries.entries(session, nobody) == []
        assert queries.balances(session, []) == {}


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_line"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_booked(
    database: Database, disbursed: Posting, table: str, change: str
) -> None:
    booked(database, disbursed)
    column = "currency" if table == "ledger_entry" else "amount_minor"
    value = "'USD'" if table == "ledger_entry" else "1"
    with pytest.raises(DatabaseError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(change.format(table, column, value)))


def test_a_line_of_nothing_is_refused_by_the_database(database: Database, disbursed: Posting) -> None:
    entry = booked(database, disbursed)
    with pytest.raises(Conflict), database.write(ENGINE) as work:
        work.session.add(LedgerLine(entry_id=entry, account=CREDIT, amount_minor=0))
