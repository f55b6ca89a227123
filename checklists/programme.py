"""What a programme asks, as it stands in its file: strict, frozen models. Rules only; no case data.

A programme is stages in a graph (`Stage.after`), each with requirements. A requirement asks for one kind
of evidence (`Fact.kind`) and says when it is good enough. `each` turns a requirement into several
*slots*: one for each country of residence that the programme's rule names, or each curriculum module.
This module is the face of the models: import them from here, wherever they are written.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PrivateAttr, StringConstraints, field_serializer, model_validator
from pydantic_core import PydanticCustomError

from basis import countries
from basis.messages import Message, _
from basis.roles import Role
from checklists.conditions import Condition
from checklists.files.flaws import Flaw
from checklists.files.soundness import find_flaws
from checklists.following import stages_after
from checklists.lending import Affordability, LoanLimit, LoanTerms, LoanTier
from checklists.recruiting import RecruitmentRule
from checklists.requirement import (
    CEFR,
    LANGUAGE_SKILLS,
    AcceptRule,
    Actor,
    AgeLimit,
    CalendarDays,
    CostBearer,
    Each,
    FeeHead,
    HoldUntil,
    Provider,
    Requirement,
    Validity,
    WorkingDays,
)
from checklists.sources import CountryCode, Currency, LegalBasis, Model, Name, Text, Titled
from checklists.stage_rules import (
    Agreement,
    ClinicChoice,
    CourseModule,
    CourseRule,
    ExaminationPart,
    ExaminationRule,
    LevelHours,
    NeverAsked,
    OccupationRule,
    QualificationRule,
    SessionRule,
    ShorterValidity,
)
from checklists.terms import (
    AssignmentRule,
    ContractSubject,
    ContractTerm,
    EligibilityRule,
    Entitlement,
    EntitlementKind,
    FeeCeiling,
    FollowUp,
    LanguageAim,
    Module,
    Quota,
    Recognition,
    ResidenceRule,
    SecurityRule,
    Since,
    Transition,
)

__all__ = [
    "AUTOMATIC",
    "CEFR",
    "LANGUAGE_SKILLS",
    "TERMINAL",
    "AcceptRule",
    "Actor",
    "Affordability",
    "AgeLimit",
    "Agreement",
    "AssignmentRule",
    "CertificateValidity",
    "ClinicChoice",
    "ContractSubject",
    "ContractTerm",
    "CostBearer",
    "CourseModule",
    "CourseRule",
    "Each",
    "EligibilityRule",
    "Entitlement",
    "EntitlementKind",
    "ExaminationPart",
    "ExaminationRule",
    "FeeCeiling",
    "FeeHead",
    "FollowUp",
    "HoldUntil",
    "LanguageAim",
    "LegalBasis",
    "LevelHours",
    "LoanLimit",
    "LoanTerms",
    "LoanTier",
    "Module",
    "NeverAsked",
    "OccupationRule",
    "Programme",
    "Provider",
    "QualificationRule",
    "Quota",
    "Recognition",
    "RecruitmentRule",
    "Requirement",
    "ResidenceRule",
    "SecurityRule",
    "SessionRule",
    "ShorterValidity",
    "Since",
    "Stage",
    "StageCertificate",
    "StageKind",
    "Track",
    "Transition",
    "Validity",
]

AUTOMATIC: Literal["automatic"] = "automatic"

ProgrammeDay = Annotated[date, Field(le=date(2999, 12, 31))]
"""A programme is planned for years from its first day: the calendar must go on for as long."""


class StageKind(StrEnum):
    DOCUMENTS = "documents"
    SECURITY = "security"
    QUALIFICATIONS = "qualifications"
    TRAINING = "training"
    MEDICAL = "medical"
    ORIENTATION = "orientation"
    LOAN = "loan"
    DEPARTURE = "departure"
    FOLLOWUP = "followup"
    COMPLETION = "completion"
    GENERAL = "general"


Intake = Literal["agency", "office", "employment_service", "self", "employer"]
"""Who brings a case: the values of `casework.cases.rules.CaseSource`."""

PASSPORT_DAYS: Final = 14
"""Calendar days that a passport may lie in the office where the programme names no other number."""

TERMINAL = frozenset({StageKind.DEPARTURE, StageKind.COMPLETION})
"""The kinds that end the preparation: what stops a case (suspension, not eligible) stops these."""


class CertificateValidity(StrEnum):
    FOLLOWS = "follows"  # as long as everything the sign-off stands on
    UNLIMITED = "unlimited"


class StageCertificate(Model):
    """`prefix` begins the certificate's number ("MED"). `wet_signature`: an authority asks for a signature and a stamp
    by hand, so that the page has room for them and the stamped paper is scanned."""

    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    title: Text
    valid: CertificateValidity = CertificateValidity.FOLLOWS
    wet_signature: bool = False


class Stage(Titled):
    """`after` names exactly the stages that this one stands on. `optional`: asked for only on somebody's wish,
    so it needs a `when`. `service_days`: working days of `calendar` from everything being there to the sign-off.
    `lead_days`: a fixed rule, how many calendar days before departure its sign-off is due. `security`,
    `examination`, `courses`, `sessions`, `recognitions` and `assignment` stand each at stages of one kind only."""

    id: Name
    kind: StageKind
    after: tuple[Name, ...] = ()
    tracks: tuple[Name, ...] = ()
    when: Condition | None = None
    optional: bool = False
    sign_off: Literal["automatic"] | Role
    service_days: WorkingDays = 0
    calendar: CountryCode | None = None
    lead_days: CalendarDays = 0
    security: SecurityRule | None = None
    examination: ExaminationRule | None = None
    courses: CourseRule | None = None
    sessions: SessionRule | None = None
    recognitions: QualificationRule | None = None
    assignment: AssignmentRule | None = None
    certificate: StageCertificate
    requirements: tuple[Requirement, ...] = ()

    @property
    def screening(self) -> SecurityRule:
        """What the programme says of possible matches; the defaults where it says nothing."""
        return self.security or SecurityRule()

    @property
    def examined(self) -> ExaminationRule:
        """How its workers are examined; the defaults where the programme says nothing."""
        return self.examination or ExaminationRule()

    @property
    def taught(self) -> CourseRule:
        """How its courses are held; the defaults where the programme says nothing."""
        return self.courses or CourseRule()

    @property
    def oriented(self) -> SessionRule:
        """How its sessions are held; the defaults where the programme says nothing."""
        return self.sessions or SessionRule()

    @property
    def recognising(self) -> QualificationRule:
        """How it recognises qualifications; the defaults where the programme says nothing."""
        return self.recognitions or QualificationRule()

    def on_track(self, track: str) -> bool:
        """A stage without `tracks` belongs to all of them."""
        return not self.tracks or track in self.tracks


class Track(Titled):
    """`departs` is false where the worker stays: evidence then has to hold today, not on a day of departure."""

    id: Name
    departs: bool


class Programme(Titled):
    """One version of one programme. `origins` and `destinations` are ISO 3166-1 alpha-2 (empty: any country),
    `currency` ISO 4217, `calendar` the country whose working days count where nothing else is said,
    `journey_days` the calendar days from departure to arrival, `passport_days` how many of them a worker's passport may
    lie in the office at a time. `intake`: by whom a case may be brought (empty: by all).
    `digest` (SHA-256 of the file's bytes, hexadecimal) is set by the catalogue."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{1,3}$")]
    summary: str = ""
    origins: tuple[CountryCode, ...] = Field(alias="origin")
    destinations: tuple[CountryCode, ...] = Field(alias="destination")
    currency: Currency
    intake: tuple[Intake, ...] = ()
    calendar: CountryCode | None = None
    journey_days: Annotated[int, Field(ge=0, le=60)] = 0
    passport_days: Annotated[int, Field(ge=1, le=365)] = PASSPORT_DAYS
    published_on: ProgrammeDay
    effective_from: ProgrammeDay | None = None
    replaces: Annotated[str, StringConstraints(pattern=r"^(\d{4}\.\d{1,3})?$")] = ""
    transition: Transition | None = None
    minimum_age: Annotated[int, Field(ge=14, le=99)]
    minimum_age_basis: LegalBasis | None = None
    eligibility: tuple[EligibilityRule, ...] = ()
    tracks: Annotated[tuple[Track, ...], Field(min_length=1)]
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    recruitment: RecruitmentRule | None = None
    loan: LoanTerms | None = None
    curriculum: tuple[Module, ...] = ()
    residence: ResidenceRule | None = None
    recognition: tuple[Recognition, ...] = ()
    quotas: tuple[Quota, ...] = ()
    fee_ceilings: tuple[FeeCeiling, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    contract_terms: tuple[ContractTerm, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    sources: tuple[LegalBasis, ...] = ()
    digest: str = ""
    _stages: dict[str, Stage] = PrivateAttr(default_factory=dict)
    _order: tuple[Stage, ...] = PrivateAttr(default=())
    _after: frozenset[str] = PrivateAttr(default=frozenset())
    _conditions: tuple[Condition, ...] = PrivateAttr(default=())
    _asking: dict[str, list[tuple[Stage, Requirement]]] = PrivateAttr(default_factory=dict)

    @field_serializer("origins", "destinations")
    def _any(self, codes: tuple[str, ...]) -> list[str] | str:
        return list(codes) or "any"

    @model_validator(mode="after")
    def _sound(self) -> Programme:
        flaws: list[Flaw] = find_flaws(self)
        if flaws:
            raise PydanticCustomError("flaws", "has flaws", {"flaws": flaws})
        return self

    def model_post_init(self, _context: Any) -> None:
        self._stages = {stage.id: stage for stage in self.stages}
        self._order = _in_order(self.stages)
        self._after = stages_after((stage.id, stage.kind.value, stage.after) for stage in self.stages)
        conditions = [stage.when for stage in self.stages] + [asked.when for _stage, asked in self.requirements()]
        conditions += [rule.when for rule in self.eligibility]
        self._conditions = tuple(one for one in conditions if one is not None)
        for stage, requirement in self.requirements():
            self._asking.setdefault(requirement.evidence, []).append((stage, requirement))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every `when` of stages, requirements and eligibility: what an assessment answers."""
        return self._conditions

    @property
    def in_force_from(self) -> date:
        """The day from which new cases take this version."""
        return self.effective_from or self.published_on

    def takes(self, source: Intake) -> bool:
        """Whether a case may be brought by this source."""
        return not self.intake or source in self.intake

    @property
    def route(self) -> Message:
        """From where to where, in words."""
        return _("{origin} to {destination}", origin=_listed(self.origins), destination=_listed(self.destinations))

    @property
    def home_calendar(self) -> str:
        """The country whose working days count where a stage or requirement names none; "" for every day."""
        return self.calendar or next(iter(self.origins), "")

    @property
    def in_order(self) -> tuple[Stage, ...]:
        """The stages so that each comes later than all it stands on."""
        return self._order

    @property
    def after_preparation(self) -> frozenset[str]:
        """The ids of the stages that are worked on once the preparation is over: follow-ups, and a completion that
        stands on one."""
        return self._after

    def follows(self, track: str) -> bool:
        """Whether a worker on a track is followed up by stages after the preparation."""
        return any(stage.on_track(track) for stage in self.stages if stage.kind is StageKind.FOLLOWUP)

    @property
    def asks_job_orders(self) -> bool:
        """Whether who is brought by an agency needs a place in an approved job order."""
        return self.recruitment is not None and self.recruitment.asks_job_orders

    @property
    def asks_principals(self) -> bool:
        """Whether an agency must be accredited for the employer."""
        return self.recruitment is not None and self.recruitment.asks_principals

    def assignment(self, track: str) -> AssignmentRule | None:
        """The rule on the end of an assignment that holds on a track."""
        return next((stage.assignment for stage in self.stages if stage.assignment and stage.on_track(track)), None)

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


def _listed(codes: tuple[str, ...]) -> Message | str:
    return ", ".join(countries.name(code) for code in codes) if codes else _("any country")


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
