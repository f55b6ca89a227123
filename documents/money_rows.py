"""Rows of papers about money, as the values of `documents.values` hold them: final words, days and sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from basis.money import Money


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a schedule. `amount` is all that is to be paid that day, `interest` the part of it that is interest
    (None where a loan bears none), `left` what is still to be paid after it (None: not said)."""

    number: int
    due_on: date
    amount: Money
    interest: Money | None = None
    left: Money | None = None


def repaid(principal: Money, instalments: Iterable[Instalment]) -> Money:
    """All that a loan costs: the principal with the interest of its instalments."""
    interest = sum(row.interest.minor for row in instalments if row.interest)
    return Money(principal.minor + interest, principal.currency)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What happened with a loan, in both languages of the page: `added` to what is owed, or `taken` off it, and the
    `balance` after it; below zero, so much was paid too much. `reference`: of the bank or the carrier."""

    on: date
    what: str
    added: Money | None
    taken: Money | None
    balance: Money
    second_what: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Entitled:
    """An entitlement with what became of it until the day of the statement: `granted` was approved less what was
    stopped, `paid` paid out, `to_come` is approved and not paid out, `to_return` is to be paid back. `rule` says in
    words what the programme promises; "" in a line of sums."""

    title: str
    rule: str
    granted: Money
    paid: Money
    to_come: Money
    to_return: Money


@dataclass(frozen=True, slots=True)
class EntitlementLine:
    """What happened with an entitlement, in both languages of the page. `period`: the month it is for, in words;
    `reference`: of the bank."""

    on: date
    title: str
    what: str
    amount: Money
    second_what: str = ""
    period: str = ""
    reference: str = ""
