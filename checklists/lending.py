"""The terms of a travel loan as a programme gives them. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from basis.money import Money
from checklists.requirement import FeeHead
from checklists.sources import Amount, LegalBasis, Model

PEOPLE: Final = 2
"""The fewest who decide on a loan: one assesses, another approves."""


def hundredths(percent: int | str) -> int:
    """Percent as hundredths of a percent: 9 is 900, "4.5" is 450."""
    whole, _point, rest = str(percent).partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0")[:2])


def _bounded(percent: str) -> str:
    if hundredths(percent) > MOST_INTEREST * 100:
        raise PydanticCustomError("interest", "is more than a loan may bear")
    return percent


MOST_INTEREST: Final = 48
Interest = (
    Annotated[int, Field(ge=0, le=MOST_INTEREST)]
    | Annotated[str, StringConstraints(pattern=r"^\d{1,2}\.\d{1,2}$"), AfterValidator(_bounded)]
)
"""Percent a year: a whole number, or in quotes with one or two decimals."""


class LoanTier(Model):
    """Loans up to `up_to` are repaid in `instalments`; in force for loans asked for from the day `since` on."""

    up_to: Amount
    instalments: Annotated[int, Field(ge=1, le=240)]
    since: date | None = Field(None, alias="from")


class LoanLimit(Model):
    """Loans up to `up_to` need so many `approvals`, one of them by somebody in the role `role`."""

    up_to: Amount
    approvals: Annotated[int, Field(ge=PEOPLE, le=5)]
    role: Literal["loan_officer", "supervisor"] = "loan_officer"


class Affordability(Model):
    """The highest instalment of a month is at most so many percent of the wage that is expected for it."""

    most_of_wage: Annotated[int, Field(ge=1, le=100)]


class LoanTerms(Model):
    """The first instalment falls on `due_day` of the month after `grace_months` have passed since the day that
    `counts_from` names: departure, arrival, or issue (the day the loan was paid out). In a shorter month it is the
    month's last day. `interest` is simple, on what is owed from day to day.

    `tiers` (ascending) override `instalments` by amount; of several tables of tiers the one with the latest `from` not
    after the day of asking is in force. `least_instalment` shortens either. `approvals` counts the officer who
    assessed, and is never less than two people; `limits` (ascending) override it by amount.

    `remainder`: who bears what is left of a loan whose journey does not take place, after the carrier's refund.
    """

    cap: Amount
    grace_months: Annotated[int, Field(ge=0, le=60)]
    instalments: Annotated[int, Field(ge=1, le=240)]
    interest: Interest
    approvals: Annotated[int, Field(ge=1, le=5)]
    due_day: Annotated[int, Field(ge=1, le=31)]
    tiers: tuple[LoanTier, ...] = ()
    purposes: tuple[FeeHead, ...] = (FeeHead.TRAVEL,)
    counts_from: Literal["departure", "arrival", "issue"] = "departure"
    least_instalment: Amount | None = None
    guarantor: Literal["none", "guarantor", "co_signer"] = "none"
    each_adult_signs: bool = False
    limits: tuple[LoanLimit, ...] = ()
    affordability: Affordability | None = None
    cooling_off_days: Annotated[int, Field(ge=0, le=90)] = 0
    explained: bool = False
    remainder: Literal["programme", "worker"] = "programme"
    overdue_days: Annotated[int, Field(ge=0, le=365)] = 0
    accelerate_after: Annotated[int, Field(ge=1, le=60)] | None = None
    collect_after_months: Annotated[int, Field(ge=1, le=120)] | None = None
    interest_in_deferral: bool = False
    legal_basis: LegalBasis

    @property
    def rate(self) -> int:
        """The interest in hundredths of a percent a year."""
        return hundredths(self.interest)

    def tiers_on(self, asked_on: date) -> tuple[LoanTier, ...]:
        """The table of tiers in force on a day; empty where none is."""
        begun = [tier.since or date.min for tier in self.tiers if (tier.since or date.min) <= asked_on]
        return tuple(tier for tier in self.tiers if begun and (tier.since or date.min) == max(begun))

    def instalments_for(self, principal: Money, asked_on: date) -> int:
        """How many instalments a loan of `principal` asked for on that day has: so many that each is as high as the
        least one, but one at least."""
        count = next(
            (tier.instalments for tier in self.tiers_on(asked_on) if principal.minor <= tier.up_to.minor),
            self.instalments,
        )
        if self.least_instalment is None or self.least_instalment.minor == 0:
            return count
        return max(1, min(count, principal.minor // self.least_instalment.minor))

    def limit_for(self, principal: Money) -> LoanLimit | None:
        """The limit that holds for an amount; None where the programme has none."""
        return next((limit for limit in self.limits if principal.minor <= limit.up_to.minor), None)

    def approvals_for(self, principal: Money) -> int:
        """How many people say yes before a loan is approved, the one who assessed it among them."""
        limit = self.limit_for(principal)
        return limit.approvals if limit is not None else max(PEOPLE, self.approvals)
