"""What was recorded wrongly of paying back is taken back by its mirror, recorded anew, and never twice."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying, queries
from casework.entitlements.rules import ClaimState, ReclaimState, lowest
from casework.entitlements.tables import EntitlementClaim, EntitlementReclaim
from casework.ledger.queries import entries
from casework.ledger.rules import LedgerAccount
from casework.ledger.tables import LedgerEntry
from casework.ledger.verifying import verify
from tests.support import factories
from tests.support.entitled import account, on_sqlite, paid, pay, reclaimed, row, subject
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR, LOAN_OFFICER = Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER


def pay_back(
    database: Database, world: World, of: UUID, amount: int, reference: str = "IN-1", on: date = TODAY
) -> LedgerEntry:
    return database.run(world[LOAN_OFFICER], paying.paid_back, of, amount, on, reference)


def take_back(
    database: Database, actor: Actor, entry: UUID, reason: str = "wrong_amount", on: date = TODAY
) -> LedgerEntry:
    return database.run(actor, paying.take_back, entry, reason, on)


def backs(database: Database, case: Case) -> list[queries.Back]:
    with database.read() as session:
        return [one for ones in queries.backs(session, case.id).values() for one in ones]


def test_what_was_paid_back_is_taken_back_and_recorded_anew_under_its_reference(
    database: Database, world: World, case: Case
) -> None:
    officer = world[LOAN_OFFICER]
    of = reclaimed(database, world, case)
    wrong = pay_back(database, world, of, 10000)
    with error(Conflict, "already_posted"):
        pay_back(database, world, of, 1000)
    with error(Refused, "role"):
        take_back(database, world[SUPERVISOR], wrong.id)
    take_back(database, officer, wrong.id)
    with error(Conflict, "taken_back"):
        take_back(database, officer, wrong.id)
    right = pay_back(database, world, of, 1000)
    assert pay_back(database, world, of, 1000).id == right.id
    found = account(database, case, "grant")
    assert (found.to_return.minor, found.returned.minor) == (39000, 1000)
    take_back(database, officer, right.id, "wrong_day")
    pay_back(database, world, of, 1000)
    assert account(database, case, "grant").returned.minor == 1000
    assert [one.taken_back is None for one in backs(database, case)] == [True, False, False, True]
    assert verify(database).whole


@on_sqlite
def test_what_the_bank_returned_counts_no_more_under_its_reference(
    database: Database, world: World, case: Case
) -> None:
    of = reclaimed(database, world, case)
    take_back(database, world[LOAN_OFFICER], pay_back(database, world, of, 1000).id, "returned_by_bank")
    with error(Conflict, "already_posted"):
        pay_back(database, world, of, 1000)
    pay_back(database, world, of, 1000, "IN-2")
    assert account(database, case, "grant").to_return.minor == 39000


@on_sqlite
def test_what_need_not_be_paid_back_is_owed_again_where_that_was_wrong(
    database: Database, world: World, case: Case
) -> None:
    officer = world[LOAN_OFFICER]
    of = reclaimed(database, world, case)
    entry = database.run(officer, paying.waive_reclaim, of, 10000)
    with error(InvalidInput, "unknown_reason"):
        take_back(database, officer, entry.id, "returned_by_bank")
    with error(Refused, "role"):
        take_back(database, world[CASEWORKER], entry.id)
    take_back(database, officer, entry.id)
    database.run(officer, paying.waive_reclaim, of, 1000)
    assert account(database, case, "grant").to_return.minor == 39000
    assert verify(database).whole


@on_sqlite
def test_a_reclaim_is_taken_back_by_somebody_else_once_nothing_of_it_is_settled(
    database: Database, world: World, case: Case
) -> None:
    of = reclaimed(database, world, case)
    second = world.seconds[SUPERVISOR]
    (reclaim,) = backs(database, case)
    settled = pay_back(database, world, of, 1000)
    with error(Refused, "same_person"):
        take_back(database, world[SUPERVISOR], reclaim.id)
    with error(Conflict, "overdrawn"):
        take_back(database, second, reclaim.id)
    take_back(database, world[LOAN_OFFICER], settled.id)
    take_back(database, second, reclaim.id, "recorded_in_error")
    assert reclaim.wish_id is not None
    with database.read() as session:
        wish = session.get_one(EntitlementReclaim, reclaim.wish_id)
        assert (wish.state, wish.decided_by) == (ReclaimState.DECLINED, second.key)
    assert account(database, case, "grant").to_return.minor == 0
    again = database.run(world[CASEWORKER], paying.ask_reclaim, of, 40000, "not_used").id
    database.run(world[SUPERVISOR], paying.answer_reclaim, again, confirmed=True)
    assert account(database, case, "grant").to_return.minor == 40000
    assert verify(database).whole


@on_sqlite
def test_a_payment_that_was_reclaimed_comes_back_once_the_reclaim_is_taken_back(
    database: Database, world: World, case: Case
) -> None:
    reclaimed(database, world, case)
    (claim,) = (one.id for one in claims(database, case))
    with error(Conflict, "overdrawn"):
        database.run(world[LOAN_OFFICER], paying.payment_returned, claim, "returned_by_bank", TODAY)
    take_back(database, world[LOAN_OFFICER], backs(database, case)[0].id, "recorded_in_error")
    database.run(world[LOAN_OFFICER], paying.payment_returned, claim, "returned_by_bank", TODAY)
    assert row(database, claim).state is ClaimState.APPROVED
    pay(database, world, claim, "B-2")
    assert account(database, case, "grant").paid.minor == 40000


@on_sqlite
def test_only_what_is_recorded_of_paying_back_is_taken_back_here_and_by_its_office(
    database: Database, world: World, case: Case
) -> None:
    of = reclaimed(database, world, case)
    entry = pay_back(database, world, of, 1000)
    with database.write(world[LOAN_OFFICER]) as work:
        stranger = factories.actor(work, factories.office(work), LOAN_OFFICER)
        payment = next(one for one in entries(work.session, of) if one.kind == "entitlement_paid")
    with error(NotFound, "case"):
        take_back(database, stranger, entry.id)
    for unknown in (payment.id, UUID(int=1)):
        with error(NotFound, "ledger_entry"):
            take_back(database, world[LOAN_OFFICER], unknown)


@on_sqlite
def test_nothing_is_paid_back_before_it_was_owed(database: Database, world: World, clock: Clock, case: Case) -> None:
    of = reclaimed(database, world, case, 20000)
    for day in (date(1926, 11, 2), TODAY - timedelta(days=1)):
        with error(InvalidInput, "dates"):
            pay_back(database, world, of, 100, on=day)
    clock.move(days=10)
    more = database.run(world[CASEWORKER], paying.ask_reclaim, of, 20000, "not_used").id
    database.run(world[SUPERVISOR], paying.answer_reclaim, more, confirmed=True)
    later = TODAY + timedelta(days=5)
    pay_back(database, world, of, 20000, on=later)
    with error(InvalidInput, "dates"):
        pay_back(database, world, of, 1, "IN-2", on=TODAY)
    take_back(database, world[LOAN_OFFICER], backs(database, case)[0].id)
    for days in range(11):
        with database.read() as session:
            (then,) = queries.statement(session, case.id, TODAY + timedelta(days=days)).accounts
        assert then.to_return.minor >= 0


def test_what_was_paid_back_with_a_wrong_amount_is_recorded_anew_on_its_true_day(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    of = reclaimed(database, world, case)
    clock.move(days=10)
    day = database.today()
    wrong = pay_back(database, world, of, 40000, on=day)
    clock.move(days=5)
    assert take_back(database, world[LOAN_OFFICER], wrong.id, on=database.today()).happened_on == day
    pay_back(database, world, of, 30000, on=day)
    assert account(database, case, "grant").to_return.minor == 10000
    assert verify(database).whole


@on_sqlite
def test_the_bank_returns_on_a_day_of_its_own_and_a_reclaim_counts_as_long(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    of = reclaimed(database, world, case)
    entry = pay_back(database, world, of, 1000).id
    clock.move(days=4)
    for day, code in ((TODAY - timedelta(days=1), "dates"), (TODAY + timedelta(days=5), "date_in_future")):
        with error(InvalidInput, code):
            take_back(database, world[LOAN_OFFICER], entry, "returned_by_bank", day)
    returned = TODAY + timedelta(days=3)
    take_back(database, world[LOAN_OFFICER], entry, "returned_by_bank", returned)
    reclaim = backs(database, case)[0].id
    assert take_back(database, world.seconds[SUPERVISOR], reclaim, "recorded_in_error").happened_on == returned
    assert account(database, case, "grant").to_return.minor == 0
    assert verify(database).whole


@on_sqlite
def test_money_that_came_before_the_reclaim_was_confirmed_counts_from_its_own_day(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    paid(database, world, case, "grant", amount_minor=40000)
    of = subject(database, case, "grant").id
    clock.move(days=5)
    wish = database.run(world[CASEWORKER], paying.ask_reclaim, of, 40000, "paid_in_error").id
    database.run(world[SUPERVISOR], paying.answer_reclaim, wish, confirmed=True)
    with error(InvalidInput, "dates"):
        pay_back(database, world, of, 100, on=TODAY - timedelta(days=1))
    came = TODAY + timedelta(days=3)
    first = pay_back(database, world, of, 10000, on=came).id
    pay_back(database, world, of, 30000, "IN-2", on=came)
    with database.read() as session:
        (then,) = queries.statement(session, case.id, came).accounts
    assert (then.to_return.minor, then.returned.minor) == (0, 40000)
    take_back(database, world[LOAN_OFFICER], first)
    assert account(database, case, "grant").to_return.minor == 10000
    assert verify(database).whole


@on_sqlite
def test_a_day_before_the_first_entry_holds_nothing(database: Database, world: World, case: Case) -> None:
    with database.read() as session:
        found = entries(session, reclaimed(database, world, case))
    assert lowest(found, LedgerAccount.RECLAIM, TODAY - timedelta(days=1)) == 0
    assert lowest(found, LedgerAccount.RECLAIM, TODAY + timedelta(days=1)) == 40000


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
def test_of_two_who_take_back_at_once_one_does(database: Database, world: World, case: Case) -> None:
    entry = pay_back(database, world, reclaimed(database, world, case), 1000).id
    officers = [world[LOAN_OFFICER], world.seconds[LOAN_OFFICER]]
    answers = together(database, officers, lambda work: paying.take_back(work, entry, "wrong_amount", TODAY))
    assert answers == [DONE, "taken_back"]
    assert account(database, case, "grant").to_return.minor == 40000


def claims(database: Database, case: Case) -> list[EntitlementClaim]:
    with database.read() as session:
        return [one for ones in queries.claims(session, case.id).values() for one in ones]
