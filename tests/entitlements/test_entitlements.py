"""What a programme pays: claimed, approved and paid by three people, never more than the rule, never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying, queries, service
from casework.entitlements.queries import Show
from casework.entitlements.rules import ClaimState, ReclaimState
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim, EntitlementReclaim
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.ledger.queries import balances
from casework.ledger.rules import EntryKind, LedgerAccount
from tests.support import factories
from tests.support.entitled import approve, catalogue, claim, new_case
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together
from tests.support.versions import accept

CASEWORKER, SUPERVISOR, LOAN_OFFICER = Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER
MONTH = TODAY.replace(day=1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The rules are the same on both databases; what they lock is tried on both."""
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    """With the decision that the top-up asks for."""
    with database.write(world[CASEWORKER]) as work:
        made = new_case(work, world)
        accept(work, made, "decision")
    return made


def pay(database: Database, world: World, claim_id: UUID, reference: str = "B-1", **values: Any) -> None:
    database.run(world[LOAN_OFFICER], paying.pay, catalogue(), claim_id, database.today(), reference, **values)


def row(database: Database, claim_id: UUID) -> EntitlementClaim:
    with database.read() as session:
        return session.get_one(EntitlementClaim, claim_id)


def subject(database: Database, case: Case, name: str) -> CaseEntitlement:
    with database.read() as session:
        return next(one for one in queries.of_case(session, case.id) if one.entitlement == name)


def account(database: Database, case: Case, name: str) -> queries.Account:
    with database.read() as session:
        return queries.accounts(session, case.id)[subject(database, case, name).id]


def paid(database: Database, world: World, case: Case, name: str, **values: Any) -> UUID:
    made = claim(database, world, case, name, **values)
    approve(database, world, made)
    pay(database, world, made)
    return made


def test_three_people_pay_a_month_and_the_ledger_balances(database: Database, world: World, case: Case) -> None:
    made = claim(database, world, case, "top_up", month=TODAY)
    assert (row(database, made).month, row(database, made).asked_minor) == (MONTH, 40000)
    approve(database, world, made)
    assert account(database, case, "top_up").to_come == Money(40000, "EUR")
    pay(database, world, made)
    found = account(database, case, "top_up")
    assert (found.granted.minor, found.paid.minor, found.to_come.minor) == (40000, 40000, 0)
    kept = row(database, made)
    people = [world[role].key for role in (CASEWORKER, SUPERVISOR, LOAN_OFFICER)]
    assert [kept.claimed_by, kept.decided_by, kept.paid_by] == people
    with database.read() as session:
        held = balances(session, [kept.entitlement_id])[kept.entitlement_id]
    assert sum(held.values()) == 0
    assert held[LedgerAccount.MONEY] == -40000


@on_sqlite
def test_nobody_approves_or_pays_what_they_took_part_in(database: Database, world: World, case: Case) -> None:
    with error(Refused, "role"):
        database.run(world[LOAN_OFFICER], service.claim, catalogue(), service.ClaimEntitlement(
            case_id=case.id, entitlement="equipment"))  # fmt: skip
    command = service.ClaimEntitlement(case_id=case.id, entitlement="equipment")
    own = database.run(world[SUPERVISOR], service.claim, catalogue(), command).id
    for act in (service.approve, service.decline):
        with error(Refused, "same_person"), database.write(world[SUPERVISOR]) as work:
            if act is service.approve:
                service.approve(work, catalogue(), own, 100, "by price list")
            else:
                service.decline(work, own, "no")
    database.run(world[LOAN_OFFICER], service.approve, catalogue(), own, 100, "by price list")
    with error(Refused, "same_person"):
        pay(database, world, own)
    with error(Refused, "role"):
        database.run(world.seconds[SUPERVISOR], paying.pay, catalogue(), own, TODAY, "B-1")
    database.run(world.seconds[LOAN_OFFICER], paying.pay, catalogue(), own, TODAY, "B-1")
    assert row(database, own).state is ClaimState.PAID


@on_sqlite
def test_a_condition_that_does_not_hold_pays_nothing_at_any_step(database: Database, world: World) -> None:
    with database.write(world[CASEWORKER]) as work:
        made = new_case(work, world)
    with error(Refused, "not_entitled"):
        claim(database, world, made, "top_up", month=TODAY)
    with database.write(world[CASEWORKER]) as work:
        item = accept(work, made, "decision").id
    asked = claim(database, world, made, "top_up", month=TODAY)

    def standing(status: str) -> None:
        with database.write(ENGINE) as work:
            work.session.get_one(EvidenceItem, item).status = EvidenceStatus(status)

    standing("withdrawn")
    with error(Refused, "not_entitled"):
        approve(database, world, asked)
    standing("accepted")
    approve(database, world, asked)
    standing("withdrawn")
    with error(Refused, "not_entitled"):
        pay(database, world, asked)
    with error(Refused, "paid_by_other"):
        claim(database, world, made, "uniform")
    with error(NotFound, "entitlement"):
        claim(database, world, made, "castle")


@on_sqlite
def test_a_month_is_claimed_once_and_only_as_many_months_as_the_rule_has(
    database: Database, world: World, clock: Clock, case: Case
) -> None:
    first = claim(database, world, case, "top_up", month=TODAY)
    with error(Conflict, "claimed"):
        claim(database, world, case, "top_up", month=MONTH)
    database.run(world[SUPERVISOR], service.decline, first, "the proof cannot be read")
    claim(database, world, case, "top_up", month=TODAY)
    for bad in (TODAY - timedelta(days=40), TODAY + timedelta(days=40), None):
        with error(InvalidInput, "month"):
            claim(database, world, case, "top_up", month=bad)
    clock.move(days=120)
    for months in (1, 2):
        claim(database, world, case, "top_up", month=(MONTH + timedelta(days=32 * months)))
    with error(Conflict, "used_up"):
        claim(database, world, case, "top_up", month=MONTH + timedelta(days=96))


@on_sqlite
@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("top_up", {"month": TODAY, "amount_minor": 39999}, "over_rule"),
        ("top_up", {"month": TODAY, "amount_minor": 40001}, "over_rule"),
        ("top_up", {"month": TODAY, "proof": " "}, "no_proof"),
        ("top_up", {"month": TODAY, "amount_minor": 40000, "currency": "USD"}, "mixed_currencies"),
        ("grant", {"amount_minor": 100001}, "over_rule"),
        ("grant", {"amount_minor": 0}, "invalid_amount"),
        ("grant", {"amount_minor": -5}, "invalid_amount"),
        ("grant", {"amount_minor": None}, "invalid_amount"),
        ("grant", {"amount_minor": 10**13}, "invalid_amount"),
        ("grant", {"amount_minor": 100, "month": TODAY}, "no_month"),
        ("grant", {"amount_minor": 100, "proof": ""}, "no_proof"),
        ("grant", {"amount_minor": 100, "proof": "x" * 121}, "too_long"),
        ("grant", {"amount_minor": 100, "evidence_id": new_id()}, "report"),
        ("equipment", {"amount_minor": 100}, "amount_not_known"),
        ("stipend", {"month": TODAY, "amount_minor": 100}, "mixed_currencies"),
        ("stipend", {"month": TODAY, "amount_minor": 15001, "currency": "KWD"}, "over_rule"),
    ],
)
def test_a_bad_claim_is_refused_and_leaves_nothing(
    database: Database, world: World, case: Case, name: str, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(PredepartureError) as caught:
        claim(database, world, case, name, **values)
    assert caught.value.code == code
    with database.read() as session:
        assert queries.claims(session, case.id) == {}


@on_sqlite
def test_receipts_are_paid_up_to_the_amount_and_each_once(database: Database, world: World, case: Case) -> None:
    first = claim(database, world, case, "grant", amount_minor=70000, proof="Receipt 1")
    with error(Conflict, "claimed"):
        claim(database, world, case, "grant", amount_minor=10000, proof="Receipt 1")
    with error(InvalidInput, "over_rule"):
        claim(database, world, case, "grant", amount_minor=30001, proof="Receipt 2")
    with error(InvalidInput, "missing_value"):
        approve(database, world, first, amount_minor=60000)
    with error(InvalidInput, "over_rule"):
        approve(database, world, first, amount_minor=70001, reason="more")
    approve(database, world, first, amount_minor=60000, reason="the hotel is not travel")
    second = claim(database, world, case, "grant", amount_minor=40000, proof="Receipt 2")
    approve(database, world, second)
    with error(Conflict, "used_up"):
        claim(database, world, case, "grant", amount_minor=1, proof="Receipt 3")
    assert account(database, case, "grant").to_come == Money(100000, "EUR")


@on_sqlite
def test_an_amount_that_nobody_wrote_down_is_written_by_the_approver_with_a_reason(
    database: Database, world: World, case: Case
) -> None:
    made = claim(database, world, case, "equipment", proof="")
    with error(InvalidInput, "missing_value"):
        approve(database, world, made, amount_minor=25000)
    for amount in (None, 0, -1, 10**13):
        with error(InvalidInput, "invalid_amount"):
            approve(database, world, made, amount_minor=amount, reason="tools")
    approve(database, world, made, amount_minor=25000, reason="tools by the list of prices")
    assert account(database, case, "equipment").granted == Money(25000, "EUR")


@on_sqlite
def test_currencies_without_and_with_three_decimals_are_counted_in_their_own_units(
    database: Database, world: World, case: Case
) -> None:
    paid(database, world, case, "start", currency="JPY")
    paid(database, world, case, "stipend", month=TODAY, amount_minor=14999, currency="KWD")
    assert str(account(database, case, "start").paid) == "JPY 5,000"
    assert str(account(database, case, "stipend").paid) == "KWD 14.999"


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
    with error(InvalidInput, "missing_value"):
        pay(database, world, made, " ")
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


@on_sqlite
def test_another_office_pays_nothing_and_an_agency_learns_nothing(
    database: Database, world: World, case: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    made = claim(database, world, case, "top_up", month=TODAY)
    approve(database, world, made)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), LOAN_OFFICER)
    with error(NotFound, "case"):
        database.run(stranger, paying.pay, catalogue(), made, TODAY, "B-1")
    for role in wrong_roles(LOAN_OFFICER):
        with error(Refused, "role"):
            database.run(world[role], paying.pay, catalogue(), made, TODAY, "B-1")
    readers = {role for role in Role if queries.may_read(world[role])}
    assert readers == {CASEWORKER, SUPERVISOR, LOAN_OFFICER, Role.AUDITOR}


@on_sqlite
def test_a_stale_form_pays_nothing(database: Database, world: World, case: Case) -> None:
    made = claim(database, world, case, "top_up", month=TODAY)
    approve(database, world, made)
    with error(Conflict, "stale"):
        pay(database, world, made, expected_version=1)


@on_sqlite
def test_events_tell_codes_and_no_reference(database: Database, world: World, case: Case) -> None:
    made = claim(database, world, case, "top_up", month=TODAY, proof="Folder of Besnik")
    approve(database, world, made)
    pay(database, world, made, "BANK-998877")
    with database.read() as session:
        bodies = [event.body for event in session.exec(select(AuditEvent)) if event.kind.startswith("entitlement.")]
    assert len(bodies) == 3
    assert not any("Besnik" in body or "998877" in body for body in bodies)


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
