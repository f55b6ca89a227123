"""The arithmetic of a loan before it is paid out, who may decide on it, what it may be for. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _, _n
from basis.money import Money
from checklists.durations import Duration
from checklists.programme import FeeHead, LoanTerms

MOST_MINOR: Final = 10**12
"""No loan is higher, in minor units."""

CANCEL_REASONS: Final[Mapping[str, Message]] = {
    "worker_asked": _("The worker does not want it any more."),
    "reconsidered": _("The worker thought better of it in the days to reconsider."),
    "no_journey": _("The journey does not take place."),
    "paid_by_other": _("Somebody else pays the journey."),
    "recorded_in_error": _("It was recorded in error."),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment: `number` counts from 1."""

    number: int
    due_on: date
    amount: Money


def principal_of(purposes: Mapping[FeeHead, int], currency: str, terms: LoanTerms) -> Money:
    """The sum of what the purposes need. Raises `InvalidInput` (``invalid_amount``: nothing, less, absurdly much, other
    currency; ``not_a_purpose``)."""
    if currency != terms.cap.currency or not purposes or not all(0 < one <= MOST_MINOR for one in purposes.values()):
        raise _not_a_sum(terms)
    if not set(purposes) <= set(terms.purposes):
        raise InvalidInput(
            "not_a_purpose",
            _("The programme gives no loan for one of these costs."),
            _("Leave it out; the terms say what a loan is for."),
        )
    return Money(sum(purposes.values()), currency)


def within_cap(principal: Money, terms: LoanTerms) -> bool:
    """Whether the programme lends that much. Raises `InvalidInput` (``invalid_amount``): nothing, other currency."""
    if not 0 < principal.minor <= MOST_MINOR or principal.currency != terms.cap.currency:
        raise _not_a_sum(terms)
    return principal.minor <= terms.cap.minor


def first_due(counted_from: date, terms: LoanTerms) -> date:
    """`due_day` of the month after `grace_months` have passed since the day that grace counts from."""
    return month_day(Duration(months=terms.grace_months + 1).after(counted_from.replace(day=1)), terms.due_day)


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


def share_of(instalment: Money, wage: Money | None) -> int | None:
    """An instalment in hundredths of a percent of the wage of a month, rounded up; None where they cannot be compared.

    >>> share_of(Money(100, "EUR"), Money(300, "EUR"))
    3334
    """
    if wage is None or wage.minor <= 0 or wage.currency != instalment.currency:
        return None
    return -(-instalment.minor * 10_000 // wage.minor)


def require_affordable(share: int | None, terms: LoanTerms, currency: str) -> None:
    """Raise `InvalidInput` (``wage_needed``) where the wage is not known in the loan's currency, `Refused`
    (``not_affordable``) where an instalment takes too much of it."""
    if terms.affordability is None:
        return
    if share is None:
        raise InvalidInput(
            "wage_needed",
            _("Whether the worker can repay the loan cannot be said without the expected wage."),
            _("Write the wage of a month in {currency}.", currency=currency),
        )
    if share > terms.affordability.most_of_wage * 100:
        raise Refused(
            "not_affordable",
            _("An instalment takes more than {percent} % of the wage.", percent=terms.affordability.most_of_wage),
            _("Decline the loan; the worker may ask for a lower one."),
        )


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


def sign_from(approved_on: date, terms: LoanTerms) -> date:
    """The first day on which the note may be signed."""
    return approved_on + timedelta(days=terms.cooling_off_days)


def require_reconsidered(signed_on: date, approved_on: date, terms: LoanTerms) -> None:
    """Raise `Refused` (``cooling_off``) while the worker has time to reconsider."""
    if signed_on < sign_from(approved_on, terms):
        raise Refused(
            "cooling_off",
            _n(
                "The worker has {count} day to reconsider, and nothing is signed in it.",
                "The worker has {count} days to reconsider, and nothing is signed in them.",
                terms.cooling_off_days,
            ),
            _("Have the note signed when they are over."),
        )


def _not_a_sum(terms: LoanTerms) -> InvalidInput:
    return InvalidInput(
        "invalid_amount",
        _("The amount is not a sum of money in {currency}.", currency=terms.cap.currency),
        _("Write an amount above zero in {currency}.", currency=terms.cap.currency),
    )
