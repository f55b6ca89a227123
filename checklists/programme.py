"""What a programme asks, as it stands in its file: strict, frozen models. Rules only; no case data.

A programme is stages in a graph (`Stage.after`), each with requirements. A requirement asks for one kind
of evidence (`Fact.kind`) and says when it is good enough. `each` turns a requirement into several
*slots*: one for each country of residence that the programme's rule names, or each curriculum module.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from basis.messages import Message
from basis.money import Money
from basis.roles import Role
from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.soundness import Flaw, find_flaws

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
AUTOMATIC: Literal["automatic"] = "automatic"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StageKind(StrEnum):
    DOCUMENTS = "documents"
    SECURITY = "security"
    QUALIFICATIONS = "qualifications"
    TRAINING = "training"
    MEDICAL = "medical"
    ORIENTATION = "orientation"
    LOAN = "loan"
    DEPARTURE = "departure"
    COMPLETION = "completion"
    GENERAL = "general"


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


class Each(StrEnum):
    RESIDENCE = "residence"
    MODULE = "module"


class HoldUntil(StrEnum):
    TODAY = "today"
    DEPARTURE = "departure"


class LegalBasis(_Model):
    """Where a rule comes from. `as_of` is the day for which the source was read; `confirmed` is false where
    the rule is this programme's own choice or the source could not be read."""

    title: Text
    citation: str = ""
    link: str = ""
    as_of: date
    confirmed: bool

    @property
    def label(self) -> Message:
        return Message(self.title)


class AgeLimit(_Model):
    """Good on `anchor` + `max_age` for the last time."""

    anchor: Name
    max_age: Duration


class Validity(_Model):
    """How long evidence is good, and until when it must be.

    `anchor` + `max_age` is the last good day, and so is the printed day `last_day` names (`expires_on`);
    the earlier of both counts. `also` limits other anchors where the fact has them (an X-ray's day).
    `must_hold_until` departure needs it to be good on the planned departure plus `margin`; tracks that do
    not depart need it today.
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
        if self.margin != Duration() and self.must_hold_until is HoldUntil.TODAY:
            raise PydanticCustomError("validity", "has a margin, which needs must_hold_until: departure")
        return self


class AcceptRule(_Model):
    """What one attribute of a fact must be: one of a list, or a number or CEFR level of at least this."""

    one_of: tuple[str | int | bool, ...] = ()
    at_least: int | Literal["A1", "A2", "B1", "B2", "C1", "C2"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> AcceptRule:
        if bool(self.one_of) == (self.at_least is not None):
            raise PydanticCustomError("accept", "needs a list of values or at_least, and not both")
        return self

    def admits(self, value: str | int | bool | None) -> bool | None:
        """Whether `value` is good enough; None where it is missing or cannot be compared."""
        if value is None:
            return None
        if self.one_of:
            return any(value == good and isinstance(value, bool) == isinstance(good, bool) for good in self.one_of)
        if isinstance(self.at_least, str):
            return CEFR.index(value) >= CEFR.index(self.at_least) if value in CEFR else None
        if isinstance(value, str | bool) or self.at_least is None:
            return None
        return value >= self.at_least


class Requirement(_Model):
    """One thing asked. `accept` holds alternatives: one of its mappings must be fulfilled as a whole."""

    id: Name
    title: Text
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
    lead_days: Annotated[int, Field(ge=0, le=730)] = 0
    cost_borne_by: CostBearer = CostBearer.NOBODY
    waivable_by: Text | None = None
    legal_basis: LegalBasis

    @property
    def label(self) -> Message:
        return Message(self.title)

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


class CertificateValidity(StrEnum):
    FOLLOWS = "follows"  # as long as everything the sign-off stands on
    UNLIMITED = "unlimited"


class StageCertificate(_Model):
    """`prefix` begins the certificate's number ("MED")."""

    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    title: Text
    valid: CertificateValidity = CertificateValidity.FOLLOWS


class Stage(_Model):
    """`after` names exactly the stages that this one stands on. `optional`: asked for only on somebody's wish,
    so it needs a `when`. `lead_days`: how long before departure its sign-off is due."""

    id: Name
    kind: StageKind
    title: Text
    after: tuple[Name, ...] = ()
    tracks: tuple[Name, ...] = ()
    when: Condition | None = None
    optional: bool = False
    sign_off: Literal["automatic"] | Role
    lead_days: Annotated[int, Field(ge=0, le=730)] = 0
    certificate: StageCertificate
    requirements: tuple[Requirement, ...] = ()

    @property
    def label(self) -> Message:
        return Message(self.title)

    def on_track(self, track: str) -> bool:
        """A stage without `tracks` belongs to all of them."""
        return not self.tracks or track in self.tracks


class LoanTier(_Model):
    """Loans up to `up_to` are repaid in `instalments`."""

    up_to: Money
    instalments: Annotated[int, Field(ge=1, le=240)]


class LoanTerms(_Model):
    """Interest-free. The first instalment falls on `due_day` of the month after `grace_months` have passed
    since departure. `tiers` (ascending) override `instalments` by amount."""

    cap: Money
    grace_months: Annotated[int, Field(ge=0, le=60)]
    instalments: Annotated[int, Field(ge=1, le=240)]
    interest: Literal[0]
    approvals: Annotated[int, Field(ge=1, le=5)]
    due_day: Annotated[int, Field(ge=1, le=28)]
    tiers: tuple[LoanTier, ...] = ()
    legal_basis: LegalBasis

    def instalments_for(self, principal: Money) -> int:
        """How many instalments a loan of `principal` has."""
        for tier in self.tiers:
            if principal.minor <= tier.up_to.minor:
                return tier.instalments
        return self.instalments


class Module(_Model):
    id: Name
    title: Text
    minutes: Annotated[int, Field(ge=1, le=10_000)]

    @property
    def label(self) -> Message:
        return Message(self.title)


class ResidenceRule(_Model):
    """Countries lived in for at least `months` on end since the age of `since_age`."""

    months: Annotated[int, Field(ge=1, le=120)]
    since_age: Annotated[int, Field(ge=0, le=30)]
    legal_basis: LegalBasis


class LanguageAim(_Model):
    """The language (ISO 639-1) a programme asks for and the lowest CEFR level."""

    code: str
    level: str


class Track(_Model):
    """`departs` is false where the worker stays: evidence then has to hold today, not on a day of departure."""

    id: Name
    title: Text
    departs: bool

    @property
    def label(self) -> Message:
        return Message(self.title)


class Programme(_Model):
    """One version of one programme. `origin` and `destination` are ISO 3166-1 alpha-2, `currency` ISO 4217.
    `digest` (SHA-256 of the file's bytes, hexadecimal) is set by the catalogue."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{1,3}$")]
    title: Text
    summary: str = ""
    origin: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    destination: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    published_on: date
    minimum_age: Annotated[int, Field(ge=14, le=99)]
    tracks: Annotated[tuple[Track, ...], Field(min_length=1)]
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    loan: LoanTerms | None = None
    curriculum: tuple[Module, ...] = ()
    residence: ResidenceRule | None = None
    sources: tuple[LegalBasis, ...] = ()
    digest: str = ""
    _stages: dict[str, Stage] = PrivateAttr(default_factory=dict)
    _order: tuple[Stage, ...] = PrivateAttr(default=())
    _conditions: tuple[Condition, ...] = PrivateAttr(default=())
    _asking: dict[str, list[tuple[Stage, Requirement]]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> Programme:
        flaws: list[Flaw] = find_flaws(self)
        if flaws:
            raise PydanticCustomError("flaws", "has flaws", {"flaws": flaws})
        return self

    def model_post_init(self, _context: Any) -> None:
        self._stages = {stage.id: stage for stage in self.stages}
        self._order = _in_order(self.stages)
        conditions = [stage.when for stage in self.stages] + [asked.when for _stage, asked in self.requirements()]
        self._conditions = tuple(one for one in conditions if one is not None)
        for stage, requirement in self.requirements():
            self._asking.setdefault(requirement.evidence, []).append((stage, requirement))

    @property
    def label(self) -> Message:
        return Message(self.title)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every `when` of stages and requirements."""
        return self._conditions

    @property
    def in_order(self) -> tuple[Stage, ...]:
        """The stages so that each comes later than all it stands on."""
        return self._order

    def stage(self, stage_id: str) -> Stage | None:
        return self._stages.get(stage_id)

    def stage_of_kind(self, kind: StageKind) -> Stage | None:
        """The first stage of a kind."""
        return next((stage for stage in self.stages if stage.kind is kind), None)

    def track(self, track_id: str) -> Track | None:
        return next((track for track in self.tracks if track.id == track_id), None)

    def requirement(self, requirement_id: str) -> tuple[Stage, Requirement] | None:
        """A requirement (their ids are unique in a programme) with its stage."""
        return next((pair for pair in self.requirements() if pair[1].id == requirement_id), None)

    def requirements(self) -> list[tuple[Stage, Requirement]]:
        return [(stage, requirement) for stage in self.stages for requirement in stage.requirements]

    def asking_for(self, evidence: str) -> list[tuple[Stage, Requirement]]:
        """The requirements that ask for a kind of evidence, with their stages."""
        return self._asking.get(evidence, [])

    @property
    def language(self) -> LanguageAim | None:
        """The first language asked for, read from the requirement that asks for it."""
        for _stage, requirement in self.asking_for("language_result"):
            for alternative in requirement.accept:
                rule = alternative.get("level")
                if rule is not None and isinstance(rule.at_least, str):
                    return LanguageAim(code=requirement.subject, level=rule.at_least)
        return None

    def minutes_of_curriculum(self) -> int:
        return sum(module.minutes for module in self.curriculum)


def _in_order(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Topological order that keeps the file's order where the graph allows; what lies on a cycle comes last."""
    done: set[str] = set()
    order: list[Stage] = []
    waiting = list(stages)
    while waiting:
        free = [stage for stage in waiting if done.issuperset(stage.after)] or waiting
        order.extend(free)
        done.update(stage.id for stage in free)
        waiting = [stage for stage in waiting if stage.id not in done]
    return tuple(order)
