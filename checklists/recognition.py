"""What a programme says of recognising a diploma, a language and an ability, and of an occupation that asks for more.

Everything here proposes or compares; what an authority decides is recorded by people. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from checklists.facts import CaseFacts, Fact
from checklists.programme import (
    CEFR,
    LANGUAGE_SKILLS,
    Agreement,
    OccupationRule,
    Programme,
    QualificationRule,
    Recognition,
    StageKind,
)

OCCUPATION_LEVEL: Final = "occupation_level"
OCCUPATION_EXPERIENCE: Final = "occupation_experience"
OCCUPATION_CHECKS: Final[Mapping[str, str]] = {
    "language_result": OCCUPATION_LEVEL,
    "professional_ability": OCCUPATION_EXPERIENCE,
}
"""The check of each kind of evidence that an occupation's own ask is held against: a requirement lists it, or not."""
OVERALL: Final = "level"


def recognised(programme: Programme, institution: str, degree: str, agreement: str = "") -> Recognition | None:
    """The row for an institution's status and a degree's comparison (anabin's words), None where there is none.

    A row for the `agreement` (a treaty that applies to the diploma) goes before the row without one; a row for another
    agreement never counts.
    """
    rows = {
        row.agreement: row
        for row in programme.recognition
        if (row.institution, row.degree) == (institution, degree) and row.agreement in ("", agreement)
    }
    return rows.get(agreement) or rows.get("")


def rule_for(programme: Programme, evidence: str, track: str) -> QualificationRule:
    """The rule of the stage that asks for a kind of evidence on a track; the defaults where none does."""
    asking = (stage for stage, _requirement in programme.asking_for(evidence) if stage.on_track(track))
    stage = next(asking, None) or programme.stage_of_kind(StageKind.QUALIFICATIONS)
    return stage.recognising if stage is not None else QualificationRule()


def fitting_agreements(
    rule: QualificationRule, *, origin: str, destination: str, isced: int, occupation: str, on: date
) -> tuple[Agreement, ...]:
    """The agreements that may recognise a diploma from `origin` on a day: proposed, and confirmed by a person."""
    return tuple(
        one
        for one in rule.agreements
        if (one.origin, one.destination) == (origin, destination)
        and one.in_force(on)
        and (one.level is None or isced >= one.level)
        and (one.occupation is None or occupation.startswith(one.occupation))
    )


class ComparedLevel(NamedTuple):
    """A level that is asked for a skill (or `OVERALL`) beside the one that is shown; `met` is None where none is."""

    skill: str
    asked: str
    shown: str
    met: bool | None


def compared(asked: Mapping[str, str], shown: Mapping[str, str | int | bool]) -> tuple[ComparedLevel, ...]:
    """Each level that is asked beside what is shown, the overall one first."""
    found = []
    for skill in (OVERALL, *LANGUAGE_SKILLS):
        if skill in asked:
            level = str(shown.get(skill, ""))
            met = CEFR.index(level) >= CEFR.index(asked[skill]) if level in CEFR else None
            found.append(ComparedLevel(skill, asked[skill], level, met))
    return tuple(found)


def levels_of(rule: OccupationRule) -> dict[str, str]:
    """The levels that an occupation asks for in its language, by skill."""
    skills = {name: level for name in LANGUAGE_SKILLS if (level := getattr(rule.skills, name)) is not None}
    return ({OVERALL: rule.level} if rule.level is not None else {}) | skills


def with_occupation_checks(programme: Programme, facts: CaseFacts) -> CaseFacts:
    """The facts, each language result and proof of ability with the check of what the case's occupation asks beyond the
    requirements (`OCCUPATION_CHECKS`). Only a requirement that lists the check asks for it, so that a programme without
    one is judged as ever. What is not shown leaves the check undone."""
    if not any(stage.recognitions is not None and stage.recognitions.occupations for stage in programme.stages):
        return facts
    rules = {kind: rule_for(programme, kind, facts.track).of_occupation(facts.occupation) for kind in OCCUPATION_CHECKS}
    return replace(
        facts, facts=tuple(_checked(one, rules[one.kind]) if one.kind in rules else one for one in facts.facts)
    )


def _checked(fact: Fact, rule: OccupationRule | None) -> Fact:
    passed = _level(fact, rule) if fact.kind == "language_result" else _experience(fact, rule)
    return fact if passed is None else replace(fact, checks={**fact.checks, OCCUPATION_CHECKS[fact.kind]: passed})


def _level(fact: Fact, rule: OccupationRule | None) -> bool | None:
    if rule is None or rule.language != fact.subject:
        return True
    met = [one.met for one in compared(levels_of(rule), fact.attributes)]
    return False if False in met else None if None in met else True


def _experience(fact: Fact, rule: OccupationRule | None) -> bool | None:
    if rule is None or rule.experience_months is None:
        return True
    months, years = fact.attributes.get("months"), fact.attributes.get("years")
    if isinstance(months, int):
        return months >= rule.experience_months
    return years * 12 >= rule.experience_months if isinstance(years, int) else None
