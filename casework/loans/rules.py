"""The arithmetic of an interest-free loan, and who may approve it. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _
from basis.money import Money
from checklists.durations import Duration
from checklists.programme import LoanTerms


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment: `number` counts from 1."""

    number: int
    due_on: date
    amount: Money


def within_cap(principal: Money, terms: LoanTerms) -> bool:
    """Whether the programme lends that much. Raises `InvalidInput` (``invalid_amount``): nothing, other currency."""
    if principal.minor <= 0 or principal.currency != terms.cap.currency:
        raise InvalidInput(
            "invalid_amount",
            _("The amount is not a sum of money in {currency}.", currency=terms.cap.currency),
            _("Write an amount above zero in {currency}.", currency=terms.cap.currency),
        )
    return principal.minor <= terms.cap.minor


def first_due(departure: date, terms: LoanTerms) -> date:
    """`due_day` of the month after `grace_months` have passed since departure."""
    return month_day(Duration(months=terms.grace_months + 1).after(departure.replace(day=1)), terms.due_day)


def schedule(principal: Money, instalments: int, first: date, due_day: int) -> tuple[Due, ...]:
    """Equal monthly amounts from `first` on, the remainder in the last; they sum exactly to `principal`.

    Every month is counted from the original `due_day`, so that 31 January, 28 February is followed by 31 March.
    No instalment is empty: a sum smaller than the number of instalments is paid in as many minor units.
    """
    amounts = principal.split(max(1, min(instalments, principal.minor)))
    start = first.replace(day=1)
    return tuple(
        Due(number, month_day(Duration(months=number - 1).after(start), due_day), amount)
        for number, amount in enumerate(amounts, start=1)
    )


def month_day(month: date, day: int) -> date:
    """`day` of the month, or the month's last day where it is shorter."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def require_independent(officer: str, asked_by: str, decided: Collection[str]) -> None:
    """Raise unless the officer neither recorded the loan (`Refused` ``same_person``) nor decided on it before
    (`Conflict` ``same_officer``)."""
    if officer == asked_by:
        raise Refused(
            "same_person",
            _("Who recorded the loan cannot decide on it."),
            _("Ask another loan officer to decide."),
        )
    if officer in decided:
        raise Conflict(
            "same_officer",
            _("You have already decided on this loan."),
            _("Ask another loan officer to decide independently."),
        )
