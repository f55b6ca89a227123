"""One thing that a programme asks: which evidence, when, from whom, how long it holds, who pays, on which basis."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from basis.roles import Role
from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.sources import CountryCode, LegalBasis, Model, Name, Text, Titled

CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
LANGUAGE_SKILLS = ("listening", "reading", "writing", "speaking")
"""The four skills of CEFR: attributes of a `language_result` beside its `level`."""
WorkingDays = Annotated[int, Field(ge=0, le=400)]
CalendarDays = Annotated[int, Field(ge=0, le=730)]


class Provider(StrEnum):
    """Who brings a piece of evidence. `engine` is this software itself (screening)."""

    WORKER = "worker"
    AGENCY = "agency"
    EMPLOYER = "employer"
    OFFICE = "office"
    CLINIC = "clinic"
    AUTHORITY = "authority"
    PROVIDER = "provider"
    POLICE = "police"
    ENGINE = "engine"


Actor = Provider | Role


class CostBearer(StrEnum):
    NOBODY = "nobody"
    WORKER = "worker"
    EMPLOYER = "employer"
    AGENCY = "agency"
    PROGRAMME = "programme"
    STATE = "state"


class FeeHead(StrEnum):
    """What a recruitment fee or related cost is paid for, after the ILO definition of 2019. `any` stands for all."""

    RECRUITMENT_FEE = "recruitment_fee"
    DOCUMENTS = "documents"
    MEDICAL = "medical"
    VACCINATION = "vaccination"
    INSURANCE = "insurance"
    SKILLS_TEST = "skills_test"
    TRAINING = "training"
    ORIENTATION = "orientation"
    EQUIPMENT = "equipment"
    VISA = "visa"
    TRAVEL = "travel"
    LODGING = "lodging"
    ADMINISTRATION = "administration"
    ANY = "any"


class Each(StrEnum):
    RESIDENCE = "residence"
    MODULE = "module"


class HoldUntil(StrEnum):
    """Until when evidence must be good. `registration`: on the day the case was opened, which tells something with a
    margin only. `visa_application`: on the day of the application, and until there is one today. `arrival`: the
    departure plus the programme's `journey_days`."""

    TODAY = "today"
    REGISTRATION = "registration"
    DEPARTURE = "departure"
    VISA_APPLICATION = "visa_application"
    ARRIVAL = "arrival"


_WITH_MARGIN = (HoldUntil.DEPARTURE, HoldUntil.ARRIVAL, HoldUntil.REGISTRATION)


class AgeLimit(Model):
    """Good on `anchor` + `max_age` for the last time."""

    anchor: Name
    max_age: Duration


class Validity(Model):
    """How long evidence is good, and until when it must be.

    `anchor` + `max_age` is the last good day, and so is the printed day `last_day` names (`expires_on`);
    the earlier of both counts. `also` limits other anchors where the fact has them (an X-ray's day).
    `must_hold_until` registration, departure or arrival needs it to be good on that day plus `margin`; tracks that do
    not depart need it today, or until the registration's margin.
    """

    anchor: Name | None = None
    max_age: Duration | None = None
    last_day: Name | None = None
    also: tuple[AgeLimit, ...] = ()
    must_hold_until: HoldUntil = HoldUntil.TODAY
    margin: Duration = Duration()

    @model_validator(mode="after")
    def _whole(self) -> Validity:
        if self.max_age is not None and self.anchor is None:
            raise PydanticCustomError("validity", "has a max_age but no anchor; name the day it is counted from")
        if self.max_age is None and self.last_day is None and not self.also and self.anchor is None:
            raise PydanticCustomError("validity", "says nothing; give an anchor with max_age, or a last_day")
        if self.margin != Duration() and self.must_hold_until not in _WITH_MARGIN:
            message = "has a margin, which needs must_hold_until: departure, arrival or registration"
            raise PydanticCustomError("validity", message)
        if self.margin == Duration() and self.must_hold_until is HoldUntil.REGISTRATION:
            raise PydanticCustomError("validity", "must hold until the registration, which needs a margin")
        return self


class AcceptRule(Model):
    """What one attribute of a fact must be: one of a list, a number or CEFR level of at least this, or a number
    of at most this (both limits may be given for a number)."""

    one_of: tuple[str | int | bool, ...] = ()
    at_least: int | Literal["A1", "A2", "B1", "B2", "C1", "C2"] | None = None
    at_most: int | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> AcceptRule:
        limited = self.at_least is not None or self.at_most is not None
        if bool(self.one_of) == limited:
            raise PydanticCustomError("accept", "needs a list of values or at_least or at_most, and not both")
        if isinstance(self.at_least, str) and self.at_most is not None:
            raise PydanticCustomError("accept", "a CEFR level has no at_most")
        return self

    def admits(self, value: str | int | bool | None) -> bool | None:
        """Whether `value` is good enough; None where it is missing or cannot be compared."""
        if value is None:
            return None
        if self.one_of:
            return any(value == good and isinstance(value, bool) == isinstance(good, bool) for good in self.one_of)
        if isinstance(self.at_least, str):
            return CEFR.index(value) >= CEFR.index(self.at_least) if value in CEFR else None
        if isinstance(value, str | bool):
            return None
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class Requirement(Titled):
    """One thing asked. `accept` holds alternatives: one of its mappings must be fulfilled as a whole.

    `after` names requirements of the same stage that must be there before work on this one can begin.
    `lead_time` is how long getting it takes from then on, in working days of `calendar`; `lead_days` is another
    thing: a fixed rule that it must be there so many calendar days before departure. `waivable_by` and
    `conditional_by` name the authorities that may set it aside, or let it be met on condition for a time.
    """

    id: Name
    evidence: Name
    subject: str = ""
    each: Each | None = None
    when: Condition | None = None
    provided_by: Provider
    verified_by: Role
    independent: bool = False
    checks: tuple[Name, ...] = ()
    accept: tuple[Mapping[Name, AcceptRule], ...] = ()
    validity: Validity | None = None
    after: tuple[Name, ...] = ()
    lead_time: WorkingDays = 0
    calendar: CountryCode | None = None
    lead_days: CalendarDays = 0
    cost_borne_by: CostBearer = CostBearer.NOBODY
    may_be_borne_by: tuple[CostBearer, ...] = ()
    fee_heads: tuple[FeeHead, ...] = ()
    waivable_by: Text | None = None
    conditional_by: Text | None = None
    legal_basis: LegalBasis

    def admits(self, attributes: Mapping[str, str | int | bool]) -> bool | None:
        """Whether a fact's attributes are what is asked; None where one that decides is missing."""
        if not self.accept:
            return True
        unknown = False
        for alternative in self.accept:
            verdicts = [rule.admits(attributes.get(name)) for name, rule in alternative.items()]
            if all(verdicts):
                return True
            unknown = unknown or (None in verdicts and False not in verdicts)
        return None if unknown else False
