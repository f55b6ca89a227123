"""What lies between the language that is proven and the one that is asked for, and how many lessons that may take.

Pure. The hours are an estimate, for planning a course: a programme may name its own (`CourseRule.hours`), else those
that a level typically takes count. They never decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from basis.messages import Message, _
from checklists.facts import CaseFacts, Standing
from checklists.programme import CEFR, LANGUAGE_SKILLS, Programme, Requirement, Stage, StageKind
from checklists.requirement import AcceptRule
from checklists.sources import LegalBasis
from checklists.stage_rules import TYPICAL_HOURS_BASIS, CourseRule, LevelHours, OccupationRule

OVERALL: Final = "level"
"""The level as a whole, beside those of the four skills."""
SKILL_WORDS: Final[Mapping[str, Message]] = {
    OVERALL: _("overall"),
    "listening": _("listening"),
    "reading": _("reading"),
    "writing": _("writing"),
    "speaking": _("speaking"),
}
_LANGUAGE: Final = "language_result"

Levels = Mapping[str, str]
"""CEFR levels by skill; `OVERALL` for the language as a whole. A skill that is not named has the overall level."""


@dataclass(frozen=True, slots=True)
class SkillGap:
    """One skill (or `OVERALL`): the level proven ("" for none) and the one asked for, which is higher."""

    skill: str
    proven: str
    asked: str


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """What is missing of a language (ISO 639-1). `steps` lead from the lowest proven level to the highest asked; a
    level whose hours are not known is in `unknown`. `basis`: where the hours come from (None:
    the programme says no more than the hours)."""

    language: str
    skills: tuple[SkillGap, ...]
    steps: tuple[LevelHours, ...]
    unknown: tuple[str, ...]
    basis: LegalBasis | None

    @property
    def least(self) -> int:
        """Hours of lessons, at the least."""
        return sum(step.hours for step in self.steps)

    @property
    def most(self) -> int:
        return sum(step.up_to or step.hours for step in self.steps)

    @property
    def missing(self) -> str:
        """Each skill with what is proven and what is asked: "overall A2, asked B1; speaking none, asked B1"."""
        return "; ".join(str(_skill_words(one)) for one in self.skills)

    @property
    def hours(self) -> Message:
        """The estimate in words, step by step."""
        if not self.steps:
            return _("How many hours it takes is not known.")
        parts = ", ".join(str(_step_words(step)) for step in self.steps)
        least, most = self.least, self.most
        whole = _("about {least} to {most} hours", least=least, most=most)
        if least == most:
            whole = _("about {hours} hours", hours=least)
        if self.unknown:
            levels = ", ".join(self.unknown)
            return _("{whole} and more: {parts}; hours to {levels} are not known", whole=whole, parts=parts,
                     levels=levels)  # fmt: skip
        return _("{whole}: {parts}", whole=whole, parts=parts) if len(self.steps) > 1 else whole


def _skill_words(one: SkillGap) -> Message:
    skill = SKILL_WORDS[one.skill]
    if not one.proven:
        return _("{skill}: nothing proven, asked {asked}", skill=skill, asked=one.asked)
    return _("{skill}: {proven} proven, asked {asked}", skill=skill, proven=one.proven, asked=one.asked)


def _step_words(step: LevelHours) -> Message:
    before = CEFR.index(step.level)
    said = _("to {level}", level=step.level)
    if before:
        said = _("{before} to {level}", before=CEFR[before - 1], level=step.level)
    if step.up_to is None or step.up_to == step.hours:
        return _("{step} {hours}", step=said, hours=step.hours)
    return _("{step} {hours} to {most}", step=said, hours=step.hours, most=step.up_to)


def language_gap(language: str, proven: Levels, asked: Levels, rule: CourseRule) -> LanguageGap | None:
    """What is missing of a language; None where all that is asked is proven."""
    overall = proven.get(OVERALL, "")
    skills = tuple(
        SkillGap(skill, had, asked[skill])
        for skill in (OVERALL, *LANGUAGE_SKILLS)
        if skill in asked and _rank(had := proven.get(skill, overall)) < _rank(asked[skill])
    )
    if not skills:
        return None
    first, last = min(_rank(one.proven) for one in skills), max(_rank(one.asked) for one in skills)
    levels = CEFR[first:last]
    known = [hours for level in levels if (hours := rule.hours_to(level)) is not None]
    own = any(rule.is_own(level) for level in levels)
    return LanguageGap(
        language=language,
        skills=skills,
        steps=tuple(known),
        unknown=tuple(level for level in levels if rule.hours_to(level) is None),
        basis=rule.legal_basis if own else TYPICAL_HOURS_BASIS,
    )


def _rank(level: str) -> int:
    return CEFR.index(level) + 1 if level in CEFR else 0


def proven_levels(facts: CaseFacts, language: str) -> dict[str, str]:
    """What tests have shown of a language, however long ago: of several the highest level, then the last test."""
    shown = [
        fact
        for fact in facts.facts
        if fact.kind == _LANGUAGE and fact.subject == language and fact.standing is Standing.ACCEPTED
    ]
    if not shown:
        return {}
    best = max(
        shown, key=lambda fact: (_rank(str(fact.attributes.get(OVERALL, ""))), str(fact.anchors.get("tested_on")))
    )
    names = (OVERALL, *LANGUAGE_SKILLS)
    return {name: str(best.attributes[name]) for name in names if best.attributes.get(name) in CEFR}


def asked_levels(requirement: Requirement, occupation: OccupationRule | None = None) -> list[dict[str, str]]:
    """The levels that a requirement for a language asks for, an alternative each; with what an occupation asks more of
    the same language."""
    ways = [
        {name: rule.at_least for name, rule in way.items() if _is_level(rule)} for way in requirement.accept or ({},)
    ]
    more: dict[str, str] = {}
    if occupation is not None and occupation.language == requirement.subject:
        wanted = {OVERALL: occupation.level, **occupation.skills.model_dump()}
        more = {name: level for name, level in wanted.items() if level is not None}
    return [_joined(way, more) for way in ways]


def _is_level(rule: AcceptRule) -> bool:
    return isinstance(rule.at_least, str)


def _joined(one: Mapping[str, object], more: Mapping[str, str]) -> dict[str, str]:
    """The higher of both for each skill."""
    joined = {name: str(level) for name, level in one.items()}
    for name, level in more.items():
        if _rank(level) > _rank(joined.get(name, "")):
            joined[name] = level
    return joined


def training_needs(programme: Programme, facts: CaseFacts) -> list[LanguageGap]:
    """The gap of each language that the programme's requirements ask for on the case's track; of several ways to meet
    one the shortest. What conditions ask besides is for who reads the case: an estimate is made all the same."""
    found: dict[str, LanguageGap] = {}
    for stage, requirement in programme.asking_for(_LANGUAGE):
        if not stage.on_track(facts.track) or requirement.subject in found:
            continue
        occupation = stage.recognising.of_occupation(facts.occupation)
        gap = _shortest(programme, facts, requirement, asked_levels(requirement, occupation))
        if gap is not None:
            found[requirement.subject] = gap
    return list(found.values())


def _shortest(
    programme: Programme, facts: CaseFacts, requirement: Requirement, ways: Iterable[Levels]
) -> LanguageGap | None:
    language = requirement.subject
    proven, rule = proven_levels(facts, language), course_rule(programme, facts.track)
    gaps = [language_gap(language, proven, way, rule) for way in ways]
    open_ = [gap for gap in gaps if gap is not None]
    return min(open_, key=lambda gap: (gap.most, gap.least)) if len(open_) == len(gaps) and open_ else None


def course_rule(programme: Programme, track: str) -> CourseRule:
    """How the programme's courses are held on a track; the defaults where it has no training."""
    stages: list[Stage] = [one for one in programme.stages if one.kind is StageKind.TRAINING and one.on_track(track)]
    return stages[0].taught if stages else CourseRule()
