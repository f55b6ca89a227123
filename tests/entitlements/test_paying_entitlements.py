"""What was approved is paid by a third person, stopped, reclaimed, told of any past day; of two at once one does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.database import Database
from casework.entitlements import paying, queries, service
from casework.entitlements.queries import Show
from casework.entitlements.rules import ClaimState, ReclaimState
from casework.entitlements.tables import CaseEntitlement, EntitlementReclaim
from casework.ledger.rules import EntryKind
from casework.ledger.verifying import verify
from checklists.catalogue import Catalogue, read_programme
from tests.support import factories
from tests.support.entitled import TEXT, account, approve, catalogue, claim, on_sqlite, paid, pay, row, subject
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR, LOAN_OFFICER = Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER
MONTH = TODAY.replace(day=1)
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)


@on_sqlite
def test_a_payment_that_came_back_is_made_anew(database: Database, world: World, case: Case) -> None:
    made = paid(database, world, case, "top_up", month=TODAY)
    with error(Conflict, "claim_state"):
        pay(database, world, made, "B-2")
    database.run(world[LOAN_OFFICER], paying.payment_returned, made, "returned_by_bank", TODAY)
    assert account(database, case, "top_up").to_come.minor == 40000
    with error(Conflict, "claim_state"):
        database.run(world[LOAN_OFFICER], paying.payment_returned, made, "returned_by_bank", TODAY)
    pay(database, world, made, "B-2")
    found = account(database, case, "top_up")
    assert (found.paid.minor, found.to_come.minor) == (40000, 0)


@on_sqlite
def test_a_payment_lies_neither_ahead_nor_before_its_approval(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    made = claim(database, world, case, "top_up", month=TODAY)
    clock.move(days=2)
    approve(database, world, made)
    for day, code in ((TODAY + timedelta(days=3), "date_in_future"), (TODAY, "too_early")):
        with error(InvalidInput, code):
            database.run(world[LOAN_OFFICER], paying.pay, catalogue(), made, day, "B-1")
    for name in (" ", "Besnik", "Besnik Demo 7"):
        with error(InvalidInput, "reference"):
            pay(database, world, made, name)
    assert row(database, made).state is ClaimState.APPROVED


@on_sqlite
def test_a_stop_ends_what_is_to_come_and_not_what_is_owed(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    clock.move(days=60)
    months = [MONTH, date(2026, 12, 1), date(2027, 1, 1)]
    first, second, third = (claim(database, world, case, "top_up", month=month) for month in months)
    approve(database, world, first)
    approve(database, world, second)
    of = subject(database, case, "top_up").id
    database.run(world[SUPERVISOR], paying.stop, of, date(2026, 11, 20), "left_work")
    assert [row(database, one).state for one in (first, second, third)] == ["approved", "stopped", "stopped"]
    assert account(database, case, "top_up").to_come.minor == 40000
    with error(Conflict, "stopped"):
        database.run(world[SUPERVISOR], paying.stop, of, TODAY, "left_work")
    with error(Conflict, "stopped"):
        claim(database, world, case, "top_up", month=months[1])
    pay(database, world, first)
    with error(Refused, "same_person"):
        database.run(world[SUPERVISOR], paying.resume, of)
    database.run(world.seconds[SUPERVISOR], paying.resume, of)
    claim(database, world, case, "top_up", month=months[1])


@on_sqlite
def test_what_a_stop_meets_is_paid_no_more_when_its_payment_comes_back(
    database: Database, world: World, case: Case
) -> None:
    made = paid(database, world, case, "grant", amount_minor=40000)
    kept = paid(database, world, case, "top_up", month=TODAY)
    of = subject(database, case, "grant").id
    database.run(world[SUPERVISOR], paying.stop, of, TODAY, "left_work")
    after = TODAY + timedelta(days=1)
    database.run(world[SUPERVISOR], paying.stop, subject(database, case, "top_up").id, after, "left_work")
    for one in (made, kept):
        database.run(world[LOAN_OFFICER], paying.payment_returned, one, "returned_by_bank", TODAY)
    assert (row(database, made).state, row(database, kept).state) == ("stopped", "approved")
    found = account(database, case, "grant")
    assert (found.granted.minor, found.paid.minor, found.to_come.minor) == (0, 0, 0)
    with error(Conflict, "claim_state"):
        pay(database, world, made, "B-2")
    pay(database, world, kept, "B-3")
    database.run(world.seconds[SUPERVISOR], paying.resume, of)
    paid(database, world, case, "grant", amount_minor=40000)
    assert account(database, case, "grant").paid.minor == 40000
    assert verify(database).whole


@on_sqlite
def test_nothing_is_paid_that_a_stop_meets(database: Database, world: World, case: Case) -> None:
    made = claim(database, world, case, "grant", amount_minor=40000)
    approve(database, world, made)
    with database.write(ENGINE) as work:
        of = work.session.get_one(CaseEntitlement, subject(database, case, "grant").id)
        of.stopped_from, of.stop_reason = TODAY, "left_work"
    with error(Conflict, "stopped"):
        pay(database, world, made)


@on_sqlite
def test_what_was_paid_wrongly_is_reclaimed_by_two_people_and_paid_back(
    database: Database, world: World, case: Case
) -> None:
    paid(database, world, case, "grant", amount_minor=80000)
    of = subject(database, case, "grant").id
    for amount, code in ((80001, "over_paid"), (0, "invalid_amount"), (-1, "invalid_amount")):
        with error(InvalidInput, code):
            database.run(world[CASEWORKER], paying.ask_reclaim, of, amount, "not_used")
    wish = database.run(world[SUPERVISOR], paying.ask_reclaim, of, 50000, "not_used").id
    with error(Refused, "same_person"):
        database.run(world[SUPERVISOR], paying.answer_reclaim, wish, confirmed=True)
    assert account(database, case, "grant").to_return.minor == 0
    database.run(world[LOAN_OFFICER], paying.answer_reclaim, wish, confirmed=True)
    with error(Conflict, "decided"):
        database.run(world[LOAN_OFFICER], paying.answer_reclaim, wish, confirmed=False)
    with error(InvalidInput, "over_paid"):
        database.run(world[CASEWORKER], paying.ask_reclaim, of, 30001, "not_used")
    for _twice in range(2):
        database.run(world[LOAN_OFFICER], paying.paid_back, of, 20000, TODAY, "IN-1")
    with error(Conflict, "overdrawn"):
        database.run(world[LOAN_OFFICER], paying.paid_back, of, 30001, TODAY, "IN-2")
    with error(Refused, "same_person"):
        database.run(world[LOAN_OFFICER], paying.waive_reclaim, of, 10000)
    database.run(world[SUPERVISOR], paying.waive_reclaim, of, 10000)
    found = account(database, case, "grant")
    assert (found.granted.minor, found.paid.minor) == (80000, 80000)
    assert (found.to_return.minor, found.returned.minor) == (20000, 20000)


@on_sqlite
def test_a_payment_that_is_reclaimed_does_not_come_back_as_well(database: Database, world: World, case: Case) -> None:
    made = paid(database, world, case, "grant", amount_minor=80000)
    of = subject(database, case, "grant").id
    wish = database.run(world[CASEWORKER], paying.ask_reclaim, of, 50000, "paid_in_error").id
    database.run(world[SUPERVISOR], paying.answer_reclaim, wish, confirmed=True)
    with error(Conflict, "overdrawn"):
        database.run(world[LOAN_OFFICER], paying.payment_returned, made, "returned_by_bank", TODAY)
    assert row(database, made).state is ClaimState.PAID


@on_sqlite
def test_a_wish_that_is_declined_leaves_nothing_owed(database: Database, world: World, case: Case) -> None:
    paid(database, world, case, "grant", amount_minor=80000)
    of = subject(database, case, "grant").id
    wish = database.run(world[CASEWORKER], paying.ask_reclaim, of, 80000, "left_early").id
    database.run(world[SUPERVISOR], paying.answer_reclaim, wish, confirmed=False)
    with database.read() as session:
        assert session.get_one(EntitlementReclaim, wish).state is ReclaimState.DECLINED
    assert account(database, case, "grant").to_return.minor == 0


@on_sqlite
def test_of_a_case_that_ended_only_what_was_approved_before_is_paid(
    database: Database, world: World, case: Case
) -> None:
    approved = claim(database, world, case, "top_up", month=TODAY)
    approve(database, world, approved)
    waiting = claim(database, world, case, "equipment")
    with database.write(ENGINE) as work:
        work.session.get_one(Case, case.id).life = CaseLife.WITHDRAWN
    with error(Conflict, "ended"):
        claim(database, world, case, "grant", amount_minor=1)
    with error(Conflict, "ended"):
        approve(database, world, waiting, amount_minor=1, reason="tools")
    pay(database, world, approved)


@on_sqlite
def test_what_was_approved_is_paid_although_a_later_version_of_the_programme_pays_it_no_more(
    database: Database, world: World, case: Case
) -> None:
    approved = claim(database, world, case, "top_up", month=TODAY)
    approve(database, world, approved)
    waiting = claim(database, world, case, "equipment")
    later = read_programme(TEXT.replace("2026.1", "2026.2").replace("id: top_up", "id: other").encode(), "later.yaml")
    both = Catalogue((*catalogue().programmes, later))
    with database.write(ENGINE) as work:
        kept = work.session.get_one(Case, case.id)
        kept.programme_version, kept.programme_digest = later.version, later.digest
    database.run(world[LOAN_OFFICER], paying.pay, both, approved, TODAY, "B-1")
    assert account(database, case, "top_up").paid.minor == 40000
    database.run(world[SUPERVISOR], service.approve, both, waiting, 100, "tools")
    command = service.ClaimEntitlement(case_id=case.id, entitlement="top_up", month=TODAY, proof="Folder")
    with error(NotFound, "entitlement"):
        database.run(world[CASEWORKER], service.claim, both, command)


@on_sqlite
def test_who_returned_is_paid_until_the_month_of_the_return(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    with database.write(ENGINE) as work:
        kept = work.session.get_one(Case, case.id)
        kept.life, kept.life_since, kept.ended_on = CaseLife.RETURNED, date(2026, 12, 3), TODAY
    clock.move(days=100)
    claim(database, world, case, "top_up", month=date(2026, 12, 31))
    with error(InvalidInput, "month"):
        claim(database, world, case, "top_up", month=date(2027, 1, 1))


@on_sqlite
def test_closing_the_case_of_somebody_who_returned_adds_no_months(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    """Nor does it when the end was recorded in error, and the worker is followed up again as one who has returned."""
    life = CaseLife
    moves = [
        (life.DEPARTED, life.RETURNED, "returned_early", date(2026, 12, 3)),
        (life.RETURNED, life.CLOSED, "follow_up_ended", date(2027, 2, 1)),
        (life.CLOSED, life.RETURNED, "recorded_in_error", date(2027, 2, 2)),
        (life.RETURNED, life.CLOSED, "follow_up_ended", date(2027, 2, 3)),
        (life.CLOSED, life.RETURNED, "recorded_in_error", date(2027, 2, 4)),
        (life.RETURNED, life.DEPARTED, "recorded_in_error", date(2027, 2, 5)),
        (life.DEPARTED, life.CLOSED, "programme_completed", date(2027, 2, 6)),
    ]
    last = []
    clock.move(days=100)
    for start, end, reason, day in moves:
        clock.move(days=1)
        with database.write(ENGINE) as work:
            kept = work.session.get_one(Case, case.id)
            kept.life, kept.life_since, kept.ended_on = end, day, TODAY
            work.session.add(
                CaseMove(
                    case_id=case.id,
                    from_life=start,
                    to_life=end,
                    reason=reason,
                    happened_on=day,
                    recorded_at=work.now,
                    recorded_by="engine",
                )
            )
            work.session.flush()
            last.append(service.last_day(work.session, kept, work.today))
    assert last == [date(2026, 12, 3)] * 5 + [TODAY + timedelta(days=106), date(2027, 2, 6)]


@on_sqlite
def test_a_statement_of_a_past_day_is_the_same_again(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    made = paid(database, world, case, "top_up", month=TODAY)
    known_at = database.now()
    with database.read() as session:
        then = queries.statement(session, case.id, TODAY, known_at)
    clock.move(days=5)
    database.run(world[LOAN_OFFICER], paying.payment_returned, made, "wrong_amount", TODAY)
    with database.read() as session:
        again = queries.statement(session, case.id, TODAY, known_at)
        now = queries.statement(session, case.id, TODAY)
    assert then == again
    assert [(line.kind, line.amount.minor, line.month) for line in then.lines] == [
        (EntryKind.ENTITLEMENT_APPROVED, 40000, MONTH),
        (EntryKind.ENTITLEMENT_PAID, 40000, MONTH),
    ]
    (before,), (after,) = then.accounts, now.accounts
    assert (before.paid.minor, after.paid.minor, after.to_come.minor) == (40000, 0, 40000)
    last = now.lines[-1]
    assert (last.kind, last.taken_back, last.month) == (EntryKind.REVERSAL, EntryKind.ENTITLEMENT_PAID, MONTH)
    with database.read() as session:
        assert queries.statement(session, case.id, TODAY - timedelta(days=1)).lines == ()


@on_sqlite
def test_the_queue_shows_what_waits_to_those_who_approve_and_pay(database: Database, world: World, case: Case) -> None:
    approved = claim(database, world, case, "top_up", month=TODAY)
    approve(database, world, approved)
    claim(database, world, case, "equipment")
    paid(database, world, case, "grant", amount_minor=500)
    of = subject(database, case, "grant").id
    wish = database.run(world[CASEWORKER], paying.ask_reclaim, of, 400, "not_used").id

    def parts(role: Role) -> dict[Show, list[Money | None]]:
        with database.read() as session:
            return {
                part: [line.amount for line in queries.listed(session, world[role], part, limit=9)[0]] for part in Show
            }

    assert parts(LOAN_OFFICER) == {
        Show.TO_APPROVE: [None],
        Show.TO_PAY: [Money(40000, "EUR")],
        Show.RECLAIMS: [Money(400, "EUR")],
        Show.TO_RETURN: [],
    }
    database.run(world[SUPERVISOR], paying.answer_reclaim, wish, confirmed=True)
    found = parts(SUPERVISOR)
    assert (found[Show.RECLAIMS], found[Show.TO_RETURN]) == ([], [Money(400, "EUR")])
    with error(Refused, "role"):
        parts(CASEWORKER)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), LOAN_OFFICER)
    with database.read() as session:
        assert queries.listed(session, stranger, Show.TO_PAY, limit=9) == ([], 0)


def of_both(database: Database, world: World, act: Callable[..., object]) -> list[str]:
    return together(database, [world[LOAN_OFFICER], world.seconds[LOAN_OFFICER]], act)


@on_postgres
def test_of_two_who_pay_at_once_exactly_one_does(database: Database, world: World, case: Case) -> None:
    made = claim(database, world, case, "top_up", month=TODAY)
    approve(database, world, made)
    answers = of_both(database, world, lambda work: paying.pay(work, catalogue(), made, TODAY, "B-1"))
    assert answers == ["claim_state", DONE]
    assert account(database, case, "top_up").paid.minor == 40000


@on_postgres
def test_of_two_who_claim_a_month_at_once_one_does(database: Database, world: World, case: Case) -> None:
    people = [world[CASEWORKER], world[SUPERVISOR]]
    command = service.ClaimEntitlement(case_id=case.id, entitlement="top_up", month=TODAY, proof="Folder")
    assert together(database, people, lambda work: service.claim(work, catalogue(), command)) == ["claimed", DONE]
