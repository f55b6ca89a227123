"""What a programme says of the work of a stage beside its requirements: examinations, courses, sessions, recognition.

Each is read through its stage (`Stage.examined`, `taught`, `oriented`, `recognising`), which gives the defaults where
the file says nothing.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from checklists.durations import Duration
from checklists.sources import CountryCode, LegalBasis, Model, Name, Titled
from checklists.terms import Occupation

Percent = Annotated[int, Field(ge=0, le=100)]
Hours = Annotated[int, Field(ge=1, le=5000)]
Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
"""A level of CEFR."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""ISO 639-1, or 639-3 where a language has no shorter code."""
Isced = Annotated[int, Field(ge=0, le=8)]
"""A level of ISCED 2011."""


class ClinicChoice(StrEnum):
    """Who chooses the clinic: the office, the system in rotation, or the worker."""

    OFFICE = "office"
    ROTATION = "rotation"
    WORKER = "worker"


class ExaminationPart(StrEnum):
    PHYSICAL = "physical"
    XRAY = "xray"
    LABORATORY = "laboratory"
    DENTAL = "dental"
    PSYCHOMETRIC = "psychometric"
    VISION = "vision"
    HEARING = "hearing"


class NeverAsked(StrEnum):
    """What an examination must not ask for where the law forbids it."""

    HIV = "hiv"
    PREGNANCY = "pregnancy"
    GENETIC = "genetic"
    DRUGS = "drugs"


class ShorterValidity(Titled):
    """A result after which the examination is good for `max_age` only. `code` is what the clinic records."""

    code: Name
    max_age: Duration


class ExaminationRule(Model):
    """How a stage of kind medical is examined. `regime` names the rule book; `parts` empty: the clinic decides;
    `fit_to_fly_days`: how many calendar days before the journey the worker is looked at once more (None: not at all).
    `never_asked` and `shortened_by` need a `legal_basis`."""

    regime: Name = "fitness"
    clinics: ClinicChoice = ClinicChoice.OFFICE
    parts: tuple[ExaminationPart, ...] = ()
    never_asked: tuple[NeverAsked, ...] = ()
    shortened_by: tuple[ShorterValidity, ...] = ()
    vaccinations: tuple[Name, ...] = ()
    fit_to_fly_days: Annotated[int, Field(ge=1, le=30)] | None = None
    legal_basis: LegalBasis | None = None


class LevelHours(Model):
    """Lessons from the level before to `level`: `hours`, or between `hours` and `up_to`."""

    level: Level
    hours: Hours
    up_to: Hours | None = None


TYPICAL_HOURS: Final = (
    LevelHours(level="A1", hours=80, up_to=200),
    LevelHours(level="A2", hours=120, up_to=200),
    LevelHours(level="B1", hours=150, up_to=250),
    LevelHours(level="B2", hours=250, up_to=400),
    LevelHours(level="C1", hours=200, up_to=400),
)
"""What a level takes by experience. Nothing is said of C2: no source that could be read does."""
TYPICAL_HOURS_BASIS: Final = LegalBasis(
    title="Hours of lessons that a level of CEFR typically takes",
    citation="linguashelf.com, after figures of the Goethe-Institut",
    as_of=date(2026, 11, 20),
    confirmed=False,
)


class CourseModule(Titled):
    """A part of a course: `subject` as the requirement for its result names it, `tracks` empty: for all."""

    id: Name
    subject: Name
    hours: Hours
    tracks: tuple[Name, ...] = ()


class CourseRule(Model):
    """How a stage of kind training is taught. `minimum_attendance`: how many per cent of the hours held must be
    attended. `hours` estimates how long a level takes; what is not named there takes its typical hours."""

    minimum_attendance: Percent = 0
    hours: tuple[LevelHours, ...] = ()
    modules: tuple[CourseModule, ...] = ()
    legal_basis: LegalBasis | None = None

    def hours_to(self, level: str) -> LevelHours | None:
        """The hours from the level before to `level`; None where they are not known."""
        return next((one for one in (*self.hours, *TYPICAL_HOURS) if one.level == level), None)

    def is_own(self, level: str) -> bool:
        """Whether the programme itself names the hours to `level`."""
        return any(one.level == level for one in self.hours)


class SessionRule(Model):
    """How a stage of kind orientation is held. `pass_mark`: per cent of the points of its short test (None: no test).
    `earlier`: attendance for the same destination not longer ago than this may be counted instead. `list_days`: so many
    calendar days before a session its list of participants is due. `languages`: held in one of these (empty: any)."""

    pass_mark: Annotated[int, Field(ge=1, le=100)] | None = None
    earlier: Duration | None = None
    family: Literal["none", "invited", "expected"] = "none"
    list_days: Annotated[int, Field(ge=0, le=60)] = 0
    languages: tuple[Language, ...] = ()
    legal_basis: LegalBasis | None = None


class Agreement(Titled):
    """A mutual recognition of diplomas between two countries, of an ISCED `level` and above or of an `occupation` (the
    beginning of an ISCO-08 code), in force from `since` to `until`. It is proposed by it and confirmed by a person."""

    id: Name
    origin: CountryCode
    destination: CountryCode
    level: Isced | None = None
    occupation: Occupation | None = None
    outcome: Literal["full", "partial", "individual"]
    since: date = Field(alias="from")
    until: date | None = None
    legal_basis: LegalBasis

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


class SkillLevels(Model):
    """A level asked for single skills of a language; of the others the overall one is asked."""

    listening: Level | None = None
    reading: Level | None = None
    writing: Level | None = None
    speaking: Level | None = None


class OccupationRule(Model):
    """What is asked of an occupation beyond the requirements: a language with its levels, or experience of
    `experience_months` in the last `within_years` years (None: whenever)."""

    occupation: Occupation
    language: Language | None = None
    level: Level | None = None
    skills: SkillLevels = SkillLevels()
    experience_months: Annotated[int, Field(ge=1, le=600)] | None = None
    within_years: Annotated[int, Field(ge=1, le=50)] | None = None
    legal_basis: LegalBasis | None = None


LISBON_MONTHS: Final = 4
"""The Lisbon recognition convention: the longest from the complete file to the decision."""


class QualificationRule(Model):
    """How a stage of kind qualifications recognises. `decision_within`: from the complete file to the decision."""

    decision_within: Duration = Duration(months=LISBON_MONTHS)
    agreements: tuple[Agreement, ...] = ()
    occupations: tuple[OccupationRule, ...] = ()
    legal_basis: LegalBasis | None = None

    def of_occupation(self, code: str) -> OccupationRule | None:
        """The rule with the longest beginning of an ISCO-08 code; None where there is none."""
        fitting = [rule for rule in self.occupations if code.startswith(rule.occupation)]
        return max(fitting, key=lambda rule: len(rule.occupation), default=None)
