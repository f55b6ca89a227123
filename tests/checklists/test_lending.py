"""Loan terms of programmes: what they say of a sum, and what is wrong with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from basis.money import Money
from checklists.catalogue import InvalidProgramme, read_programme
from checklists.differences import differences
from checklists.lending import LoanLimit, hundredths
from checklists.requirement import FeeHead
from tests.support.factories import loan_terms

EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_text("utf-8")
DAY = date(2027, 3, 1)


@pytest.mark.parametrize(("said", "rate"), [(0, 0), (9, 900), ("4.5", 450), ("0.25", 25), ("12.05", 1205)])
def test_interest_is_read_to_the_hundredth_of_a_percent(said: int | str, rate: int) -> None:
    assert hundredths(said) == rate
    assert loan_terms(interest=said).rate == rate


def test_terms_that_say_no_more_mean_what_they_always_meant() -> None:
    terms = loan_terms()
    assert (terms.purposes, terms.counts_from, terms.guarantor) == ((FeeHead.TRAVEL,), "departure", "none")
    assert (terms.rate, terms.cooling_off_days, terms.explained, terms.remainder) == (0, 0, False, "programme")
    assert terms.approvals_for(Money(100, "EUR")) == 2


def test_a_small_loan_has_so_few_instalments_that_none_is_below_the_least() -> None:
    terms = loan_terms(least_instalment=Money(2_500, "EUR"))
    counts = [terms.instalments_for(Money(minor, "EUR"), DAY) for minor in (60_000, 59_999, 10_000, 2_499, 1)]
    assert counts == [24, 23, 4, 1, 1]


def test_two_people_decide_whatever_the_terms_say_and_more_where_a_limit_says_so() -> None:
    assert loan_terms(approvals=1).approvals_for(Money(1, "EUR")) == 2
    limits = (
        LoanLimit(up_to=Money(100_000, "EUR"), approvals=2),
        LoanLimit(up_to=Money(250_000, "EUR"), approvals=3, role="supervisor"),
    )
    terms = loan_terms(limits=limits)
    assert [terms.approvals_for(Money(minor, "EUR")) for minor in (100_000, 100_001, 250_000)] == [2, 3, 3]
    limit = terms.limit_for(Money(100_001, "EUR"))
    assert limit is not None
    assert limit.role == "supervisor"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('interest: "4.5"', 'interest: "48.01"', "is more than a loan may bear"),
        ('interest: "4.5"', "interest: -1", "interest"),
        ('interest: "4.5"', 'interest: "4.555"', "interest"),
        ("due_day: 15", "due_day: 32", "due_day"),
        ("purposes: [medical]", "purposes: [medical, medical]", "This purpose is there twice"),
        ("purposes: [medical]", "purposes: [any]", "Name each purpose"),
        ("purposes: [medical]", "purposes: [travel]", "may not be charged for travel"),
        ("purposes: [medical]", "purposes: []", "Say what a loan may be for"),
        ("up_to: {minor: 250000, currency: EUR}, approvals: 3", "up_to: {minor: 249999, currency: EUR}, approvals: 3",
         "must reach the cap"),
        ("up_to: {minor: 150000", "up_to: {minor: 250000", "The limits must ascend"),
        ("approvals: 3, role: supervisor", "approvals: 1", "approvals"),
        ("role: supervisor}", "role: auditor}", "role"),
        ("least_instalment: {minor: 2500, currency: EUR}", "least_instalment: {minor: 2500, currency: USD}",
         "The cap is in EUR"),
        ("least_instalment: {minor: 2500,", "least_instalment: {minor: 250001,", "No loan is as high"),
        ("most_of_wage: 25", "most_of_wage: 101", "most_of_wage"),
        ("guarantor: guarantor", "guarantor: cousin", "guarantor"),
        ("counts_from: arrival", "counts_from: birth", "counts_from"),
    ],
)  # fmt: skip
def test_terms_that_cannot_hold_are_told_at_their_line(old: str, new: str, told: str) -> None:
    assert old in EVERY_KEY, old
    with pytest.raises(InvalidProgramme) as caught:
        read_programme(EVERY_KEY.replace(old, new, 1).encode(), "every_key.yaml")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "change", "key"),
    [
        ('interest: "4.5"', "interest: 9", "tightened", "interest"),
        ('interest: "4.5"', "interest: 0", "loosened", "interest"),
        ("cooling_off_days: 3", "cooling_off_days: 5", "tightened", "cooling_off_days"),
        ("most_of_wage: 25", "most_of_wage: 20", "tightened", "affordability"),
        ("  affordability: {most_of_wage: 25}\n", "", "loosened", "affordability"),
        ("approvals: 3, role", "approvals: 2, role", "changed", "limits"),
        ("remainder: worker", "remainder: programme", "changed", "remainder"),
    ],
)
def test_a_change_of_the_terms_is_told(old: str, new: str, change: str, key: str) -> None:
    assert old in EVERY_KEY, old
    before, after = (read_programme(text.encode(), "x.yaml") for text in (EVERY_KEY, EVERY_KEY.replace(old, new, 1)))
    found = [(one.change.value, one.part.value, one.key) for one in differences(before, after).items]
    assert found == [(change, "loan", key)]
