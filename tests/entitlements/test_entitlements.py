"""What a programme pays: claimed and approved by different people, never more than the rule, never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying, queries, service
from casework.entitlements.rules import ClaimState
from casework.entitlements.tables import EntitlementClaim
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.ledger.queries import balances
from casework.ledger.rules import LedgerAccount
from tests.support import factories
from tests.support.entitled import account, approve, catalogue, claim, new_case, on_sqlite, paid, pay, row
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.versions import accept

CASEWORKER, SUPERVISOR, LOAN_OFFICER = Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER
MONTH = TODAY.replace(day=1)


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
def test_a_receipt_counts_once_however_it_is_written(database: Database, world: World, case: Case) -> None:
    made = claim(database, world, case, "grant", amount_minor=100, proof="Receipt 7")
    again = ("receipt  7", "RECEIPT\u00a07", "Receipt \uff17")
    for kept in (row(database, made).slot, "receipt Receipt  7"):
        with database.write(ENGINE) as work:
            work.session.get_one(EntitlementClaim, made).slot = kept
        for proof in again:
            with error(Conflict, "claimed"):
                claim(database, world, case, "grant", amount_minor=100, proof=proof)
    claim(database, world, case, "grant", amount_minor=100, proof="Receipt 77")


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
