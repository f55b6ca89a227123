"""What a programme says beside its stages: curriculum, quotas, fee ceilings, entitlements, follow-ups."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from basis.roles import Role
from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.requirement import CostBearer, FeeHead, Provider
from checklists.sources import Amount, CountryCode, LegalBasis, Model, Name, Titled

Places = Annotated[int, Field(ge=0, le=10_000_000)]
Occupation = Annotated[str, StringConstraints(pattern=r"^\d{1,4}$")]
"""The beginning of an ISCO-08 code: "71" is every occupation of that sub-major group."""


SCREENING_THRESHOLD: Final = 80
"""Points of 100 where a programme names no other number; `casework.security.scoring` says what they are worth."""


class SecurityRule(Model):
    """How a stage of kind security treats possible matches with watch lists. `on_true_match`: what follows where two
    officers found the worker to be the listed person: the case is held and referred to a named authority, or refused
    with its letter. `threshold`: from how many of 100 points two people are compared by an officer."""

    threshold: Annotated[int, Field(ge=60, le=95)] = SCREENING_THRESHOLD
    on_true_match: Literal["refer", "refuse"] = "refer"


class Module(Titled):
    id: Name
    minutes: Annotated[int, Field(ge=1, le=10_000)]


class ResidenceRule(Model):
    """Countries lived in for at least `months` on end since the age of `since_age`.

    With `after_last_stay`, what is asked for a country that the worker has left must be issued on the last day there
    or later, and does not age from then on: only who goes back needs it anew. Without it, it ages as any other.
    """

    months: Annotated[int, Field(ge=1, le=120)]
    since_age: Annotated[int, Field(ge=0, le=30)]
    after_last_stay: bool = False
    legal_basis: LegalBasis


class EligibilityRule(Titled):
    """A condition on the worker or the case that must not be false. While its answer is not known the case goes
    on, but is not cleared."""

    id: Name
    when: Condition
    legal_basis: LegalBasis


class Quota(Titled):
    """Places from `since` to `until`, taken by accepted evidence of the kind `evidence`, first come first served.

    `places` for the whole period, `monthly` for each calendar month, `countries` for each month by nationality;
    a number that is not known is left out. Without `carried_over` a place not used in its month is lost, and so is
    the turn of a refused request.
    """

    id: Name
    evidence: Name
    since: date = Field(alias="from")
    until: date
    places: Places | None = None
    monthly: Places | None = None
    countries: dict[CountryCode, Places] = Field(default_factory=dict)
    carried_over: bool = False
    legal_basis: LegalBasis

    @model_validator(mode="after")
    def _forwards(self) -> Quota:
        if self.until < self.since:
            raise PydanticCustomError("quota", "ends before it begins")
        return self


class FeeCeiling(Model):
    """The most a worker may be charged for `head`: `ceiling`, or `salary_months` monthly salaries. A ceiling of zero:
    it must be free. Empty `origins`, `destinations` and `occupations` stand for all."""

    head: FeeHead
    origins: tuple[CountryCode, ...] = ()
    destinations: tuple[CountryCode, ...] = ()
    occupations: tuple[Occupation, ...] = ()
    since: date = Field(alias="from")
    until: date | None = None
    ceiling: Amount | None = None
    salary_months: Annotated[int, Field(ge=0, le=12)] | None = None
    legal_basis: LegalBasis

    @model_validator(mode="after")
    def _one_measure(self) -> FeeCeiling:
        if (self.ceiling is None) == (self.salary_months is None):
            raise PydanticCustomError("ceiling", "needs a ceiling (an amount with its currency) or salary_months")
        if self.until is not None and self.until < self.since:
            raise PydanticCustomError("ceiling", "ends before it begins")
        return self


class EntitlementKind(StrEnum):
    SALARY_TOP_UP = "salary_top_up"
    STIPEND = "stipend"
    TRAVEL_GRANT = "travel_grant"
    EQUIPMENT = "equipment"
    INSURANCE = "insurance"
    TRAINING = "training"


class Entitlement(Titled):
    """What the worker gets. `up_to`: the amount is the most that is paid. No `amount` where none is known."""

    id: Name
    kind: EntitlementKind
    amount: Amount | None = None
    up_to: bool = False
    per: Literal["once", "month", "assignment"] = "once"
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    paid_by: CostBearer
    when: Condition | None = None
    legal_basis: LegalBasis


class Recognition(Model):
    """What follows for a diploma from the status of its institution and the comparison of its degree (anabin's
    words). `agreement` names a treaty that decides instead. `individual`: the authority decides case by case."""

    institution: Literal["H+", "H+/-", "H-", "unlisted"]
    degree: Literal["equivalent", "comparable", "conditional", "none", "unlisted"]
    agreement: str = ""
    outcome: Literal["full", "partial", "none", "individual"]
    legal_basis: LegalBasis


class ContractSubject(StrEnum):
    """What of a contract a term is about, where contracts are compared with it by machine."""

    WAGE = "wage"
    WEEKLY_HOURS = "weekly_hours"
    DAILY_REST = "daily_rest"
    WEEKLY_REST = "weekly_rest"
    ANNUAL_LEAVE = "annual_leave"
    DURATION = "duration"
    INSURANCE = "insurance"
    WAY_THERE = "way_there"
    WAY_BACK = "way_back"
    ACCOMMODATION = "accommodation"
    FOOD = "food"
    PASSPORT = "passport"
    DEDUCTIONS = "deductions"
    LANGUAGE = "language"


class ContractTerm(Titled):
    """The least that a contract must hold; `minimum` in words. `about` makes it one that machines check: the wage is
    at least `least` a month, the hours a week `most_hours` at most, the hours of rest a day `least_hours`, the days of
    rest a week or of leave a year `least_days`, paid or provided by `borne_by`. The passport stays with the worker, and
    the worker reads a language of the contract, wherever a term is about them. Without a limit, or without `about`, the
    contract must say something of it; nothing at all with `must_say` false."""

    id: Name
    minimum: str = ""
    about: ContractSubject | None = None
    least: Amount | None = None
    most_hours: Annotated[int, Field(ge=1, le=168)] | None = None
    least_hours: Annotated[int, Field(ge=1, le=24)] | None = None
    least_days: Annotated[int, Field(ge=1, le=366)] | None = None
    borne_by: CostBearer | None = None
    must_say: bool = True
    legal_basis: LegalBasis


class Since(StrEnum):
    DEPARTURE = "departure"
    ARRIVAL = "arrival"
    COMPLETION = "completion"
    END = "end"


class AssignmentRule(Model):
    """How long an assignment of a followup stage is: `agreed` where no other end was recorded (None: its end is not
    known until it is), `longest` with every extension, both counted from the arrival or, on a track that stays, from
    the end of the preparation. An extension is approved by `extended_by`."""

    agreed: Duration | None = None
    longest: Duration
    extended_by: Role = Role.SUPERVISOR
    legal_basis: LegalBasis


class FollowUp(Titled):
    """A dated check-in, `after` the day `since` names: who makes it and what may come out of it. `since` end: the end
    of the assignment, which an extension moves."""

    id: Name
    after: Duration
    since: Since
    who: Provider | Role
    outcomes: Annotated[tuple[Name, ...], Field(min_length=1)]
    tracks: tuple[Name, ...] = ()
    when: Condition | None = None
    legal_basis: LegalBasis


class Transition(Model):
    """What happens to the live cases of the version replaced: they stay with it, or move; with `move_when` only
    those move for which it is true."""

    cases: Literal["stay", "move"]
    move_when: Condition | None = None
    legal_basis: LegalBasis

    @model_validator(mode="after")
    def _moving(self) -> Transition:
        if self.move_when is not None and self.cases == "stay":
            raise PydanticCustomError("transition", "has move_when, which needs cases: move")
        return self


class LanguageAim(Model):
    """The language (ISO 639-1) a programme asks for and the lowest CEFR level."""

    code: str
    level: str
