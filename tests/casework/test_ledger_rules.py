"""What is booked for which event: always balanced, never without an amount."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.ledger import rules
from casework.ledger.rules import ENTRY_WORDS, MOST, REVERSALS, EntryKind, LedgerAccount, Line, Movement

amounts = st.integers(1, MOST)
parts = st.integers(0, MOST // 3)
ONE: dict[str, Callable[[int], Movement]] = {
    "disbursement": rules.disbursement,
    "interest": rules.interest,
    "overpaid_refund": rules.overpaid_refund,
    "owed_again": rules.owed_again,
    "refund_received": rules.refund_received,
    "refund_lost_by_worker": lambda amount: rules.refund_lost(amount, by_worker=True),
    "refund_lost_by_programme": lambda amount: rules.refund_lost(amount, by_worker=False),
    "entitlement_approved": rules.entitlement_approved,
    "entitlement_paid": rules.entitlement_paid,
    "entitlement_stopped": rules.entitlement_stopped,
    "reclaim": rules.reclaim,
    "reclaim_paid": rules.reclaim_paid,
    "reclaim_waived": rules.reclaim_waived,
}
SPLIT: dict[str, Callable[[int, int, int], Movement]] = {
    "payment": rules.payment,
    "refund_due": lambda interest, principal, credit: rules.refund_due(principal, interest, credit),
    "credit_used": lambda interest, principal, credit: rules.credit_used(interest, principal + credit),
    "forgiveness": lambda interest, principal, credit: rules.forgiveness(principal + credit, interest),
    "unwinding": lambda interest, principal, credit: rules.unwinding(principal + credit, interest),
}


@pytest.mark.parametrize("name", ONE)
@settings(max_examples=15)
@given(amount=amounts)
def test_an_event_of_one_amount_moves_exactly_that_from_one_account_to_another(name: str, amount: int) -> None:
    movement = ONE[name](amount)
    assert rules.balanced(movement.lines)
    assert sorted(line.amount_minor for line in movement.lines) == [-amount, amount]
    assert len({line.account for line in movement.lines}) == 2


@pytest.mark.parametrize("name", SPLIT)
@settings(max_examples=25)
@given(interest=parts, principal=parts, credit=parts)
def test_an_event_of_several_parts_balances_and_has_no_empty_line(
    name: str, interest: int, principal: int, credit: int
) -> None:
    if interest + principal + credit == 0:
        with pytest.raises(InvalidInput):
            SPLIT[name](interest, principal, credit)
        return
    movement = SPLIT[name](interest, principal, credit)
    assert rules.balanced(movement.lines)
    assert all(line.amount_minor != 0 for line in movement.lines)
    assert len({line.account for line in movement.lines}) == len(movement.lines)
    assert sum(line.amount_minor for line in movement.lines if line.amount_minor > 0) == interest + principal + credit


@pytest.mark.parametrize("amount", [0, -1, MOST + 1, 1.5, True, "12"])
@pytest.mark.parametrize("name", ONE)
def test_nothing_less_than_nothing_an_absurd_sum_and_a_fraction_are_refused(name: str, amount: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        ONE[name](amount)
    assert caught.value.code == "invalid_amount"


def test_a_negative_part_is_refused_even_if_the_sum_is_a_sum_of_money() -> None:
    with pytest.raises(InvalidInput):
        rules.payment(-5, 10, 0)


@given(amounts, amounts)
def test_what_is_taken_back_by_its_mirror_leaves_nothing(first: int, second: int) -> None:
    for movement in (rules.disbursement(first), rules.interest(second)):
        back = Movement(EntryKind.REVERSAL, rules.mirrored(movement.lines))
        assert set(rules.balances([movement, back]).values()) == {0}


def test_a_loan_that_is_paid_back_leaves_interest_earned_and_as_much_money() -> None:
    held = rules.balances([rules.disbursement(1000), rules.interest(90), rules.payment(90, 1000, 0)])
    assert {account: amount for account, amount in held.items() if amount} == {
        LedgerAccount.MONEY: 90,
        LedgerAccount.INTEREST_EARNED: -90,
    }


def test_a_journey_that_does_not_take_place_leaves_the_programme_with_what_the_carrier_kept() -> None:
    held = rules.balances(
        [
            rules.disbursement(1000),
            rules.payment(0, 100, 0),
            rules.refund_due(800, 0, 0),
            rules.refund_received(600),
            rules.refund_lost(200, by_worker=False),
            rules.unwinding(100),
        ]
    )
    assert {account: amount for account, amount in held.items() if amount} == {
        LedgerAccount.MONEY: -300,
        LedgerAccount.FORGIVEN: 300,
    }


@pytest.mark.parametrize(
    ("held", "movement", "wrong"),
    [
        ({LedgerAccount.LOAN_PRINCIPAL: 100}, rules.payment(0, 100, 0), set()),
        ({LedgerAccount.LOAN_PRINCIPAL: 100}, rules.payment(0, 101, 0), {LedgerAccount.LOAN_PRINCIPAL}),
        ({LedgerAccount.LOAN_PRINCIPAL: 100}, rules.payment(1, 100, 5), {LedgerAccount.INTEREST_DUE}),
        ({LedgerAccount.CREDIT: -50}, rules.overpaid_refund(50), set()),
        ({LedgerAccount.CREDIT: -50}, rules.overpaid_refund(51), {LedgerAccount.CREDIT}),
        ({}, rules.entitlement_paid(1), {LedgerAccount.PAYABLE}),
        ({LedgerAccount.CREDIT: 70}, rules.owed_again(70), set()),
        ({LedgerAccount.LOAN_PRINCIPAL: -5}, rules.disbursement(1), set()),
    ],
)
def test_no_account_is_moved_to_the_side_where_it_cannot_stand(
    held: dict[LedgerAccount, int], movement: Movement, wrong: set[LedgerAccount]
) -> None:
    assert rules.overdrawn(held, movement.lines) == wrong


def test_every_kind_has_words_and_a_function_that_books_it() -> None:
    assert set(ENTRY_WORDS) == set(EntryKind)
    made = {make(5).kind for make in ONE.values()} | {make(1, 2, 3).kind for make in SPLIT.values()}
    assert made | REVERSALS == set(EntryKind)


def test_lines_that_are_not_equal_are_seen() -> None:
    assert not rules.balanced([Line(LedgerAccount.MONEY, 1), Line(LedgerAccount.CREDIT, -2)])


@pytest.mark.parametrize("name", [*ONE, *SPLIT])
def test_every_event_moves_its_accounts_to_the_sides_that_its_shape_says(name: str) -> None:
    movement = ONE[name](5) if name in ONE else SPLIT[name](1, 2, 3)
    shape = rules.SHAPES[movement.kind]
    assert {line.account: 1 if line.amount_minor > 0 else -1 for line in movement.lines}.items() <= shape.items()


def test_every_kind_but_the_reversals_has_a_shape() -> None:
    assert set(rules.SHAPES) == set(EntryKind) - REVERSALS


def test_a_fingerprint_differs_by_whatever_is_changed_and_not_by_the_order_of_lines() -> None:
    values = {"key": "k", "reference": "r", "reverses": "", "reason": ""}
    plain = rules.canonical(("a", "b"), "payment", "EUR", "2026-11-02", **values)
    changes = ({"key": "K"}, {"reference": ""}, {"reverses": "c"}, {"reason": "x"}, {"key": "kr", "reference": ""})
    others = [rules.canonical(("a", "b"), "payment", "EUR", "2026-11-02", **values | change) for change in changes]
    lines = ["money:-5", "credit:5"]
    found = {rules.fingerprint(one, lines) for one in (plain, *others)} | {rules.fingerprint(plain, ["money:-6"])}
    assert len(found) == 7
    assert rules.fingerprint(plain, lines[::-1]) == rules.fingerprint(plain, lines)
