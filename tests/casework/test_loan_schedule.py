"""The schedule of a loan: to the cent, month by month."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import Conflict, InvalidInput, Refused
from basis.money import Money
from casework.loans import rules
from casework.loans.rules import Due, schedule
from checklists.programme import LoanTier
from tests.support.factories import loan_terms

principals = st.integers(1, 10_000_000)
counts = st.integers(1, 240)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))
due_days = st.integers(1, 31)


@given(principals, counts, days, due_days)
def test_the_instalments_sum_exactly_to_the_principal_and_none_is_empty(
    principal: int, instalments: int, first: date, due_day: int
) -> None:
    made = schedule(Money(principal, "EUR"), instalments, first, due_day)
    amounts = [due.amount.minor for due in made]
    assert sum(amounts) == principal
    assert min(amounts) > 0
    assert len(made) == min(instalments, principal)
    assert [due.number for due in made] == list(range(1, len(made) + 1))


@given(principals, counts, days, due_days)
def test_there_is_one_instalment_a_month_on_the_original_day(
    principal: int, instalments: int, first: date, due_day: int
) -> None:
    made = schedule(Money(principal, "EUR"), instalments, first, due_day)
    months = [due.due_on.year * 12 + due.due_on.month for due in made]
    assert months == list(range(months[0], months[0] + len(made)))
    assert months[0] == first.year * 12 + first.month
    assert all(due.due_on.day == due_day or (due.due_on.day < due_day and due.due_on.day >= 28) for due in made)


@given(principals, counts)
def test_all_instalments_but_the_last_are_equal(principal: int, instalments: int) -> None:
    made = schedule(Money(principal, "EUR"), instalments, date(2027, 1, 1), 1)
    assert len({due.amount for due in made[:-1]}) <= 1
    assert made[-1].amount.minor - made[0].amount.minor in range(len(made))


def test_a_short_month_does_not_move_the_day_of_those_after_it() -> None:
    made = schedule(Money(400, "EUR"), 4, date(2027, 1, 31), 31)
    assert [due.due_on for due in made] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_the_remainder_is_in_the_last_instalment() -> None:
    assert schedule(Money(1000, "EUR"), 3, date(2027, 8, 15), 15) == (
        Due(1, date(2027, 8, 15), Money(333, "EUR")),
        Due(2, date(2027, 9, 15), Money(333, "EUR")),
        Due(3, date(2027, 10, 15), Money(334, "EUR")),
    )


@pytest.mark.parametrize(
    ("departure", "grace", "first"),
    [
        (date(2027, 1, 15), 6, date(2027, 8, 15)),
        (date(2027, 1, 31), 0, date(2027, 2, 15)),
        (date(2027, 8, 31), 6, date(2028, 3, 15)),
        (date(2027, 12, 1), 0, date(2028, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 3, 15)),
    ],
)
def test_the_first_is_due_in_the_month_after_the_grace_months(departure: date, grace: int, first: date) -> None:
    assert rules.first_due(departure, loan_terms(grace_months=grace)) == first


@pytest.mark.parametrize(("minor", "within"), [(1, True), (250_000, True), (250_001, False)])
def test_the_cap_is_included(minor: int, within: bool) -> None:
    assert rules.within_cap(Money(minor, "EUR"), loan_terms()) is within


@pytest.mark.parametrize("principal", [Money(0, "EUR"), Money(-5, "EUR"), Money(100, "USD")])
def test_nothing_and_another_currency_are_refused(principal: Money) -> None:
    with pytest.raises(InvalidInput):
        rules.within_cap(principal, loan_terms())


def test_small_loans_have_the_instalments_of_their_tier() -> None:
    terms = loan_terms(tiers=(LoanTier(up_to=Money(50_000, "EUR"), instalments=12),))
    assert terms.instalments_for(Money(50_000, "EUR"), date(2027, 1, 1)) == 12
    assert terms.instalments_for(Money(50_001, "EUR"), date(2027, 1, 1)) == 24


def test_an_officer_decides_once_and_never_on_what_they_recorded() -> None:
    rules.require_independent("b", "a", [])
    with pytest.raises(Refused):
        rules.require_independent("a", "a", [])
    with pytest.raises(Conflict):
        rules.require_independent("b", "a", ["b"])
