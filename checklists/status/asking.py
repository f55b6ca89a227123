"""Which stages and requirements a case is asked for: conditions answered, requirements turned into slots, and
whether it may take part at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain
from typing import NamedTuple

from checklists.conditions import Condition, Known
from checklists.durations import Duration
from checklists.facts import CaseFacts, Standing
from checklists.programme import Each, EligibilityRule, Programme, Requirement, ResidenceRule, Stage
from checklists.recognition import OCCUPATION_CHECKS
from checklists.status.judging import Slot
from checklists.status.outline import outline
from checklists.status.residences import (
    countries_of,
    days_of_change,
    days_of_leaving,
    left_on,
    longest_stay_reaches,
)
from checklists.status.waivers import allowed, with_ends

_DECIDED = frozenset({Standing.ACCEPTED, Standing.REJECTED, Standing.ADVERSE})


class AskedStage(NamedTuple):
    """A stage as this case is asked for it. `asked` is None while that cannot be answered."""

    stage: Stage
    asked: bool | None
    slots: tuple[Slot, ...]


def asked_stages(programme: Programme, facts: CaseFacts, on: date) -> list[AskedStage]:
    """Every stage, each after those it stands on. A stage that is not asked has slots all the same: an earlier
    sign-off may stand on them."""
    known = Known(facts, on, cache(lambda kind: gap(programme, facts, on, kind)))
    shape = outline(programme)
    stages = []
    for stage in programme.in_order:
        asked = stage.on_track(facts.track) and _answer(stage.when, known)
        slots = shape.stages[stage.id].slots
        if slots is None:
            each = [shape.slots[one.id] or _slots(programme, one, known) for one in stage.requirements]
            slots = tuple(chain.from_iterable(each))
        stages.append(AskedStage(stage, asked, slots))
    return stages


def gap(programme: Programme, facts: CaseFacts, on: date, kind: str) -> bool | None:
    """Whether a decided fact of `kind` fell short of what the programme asks. It stays true when a better one
    follows: the gap was there. False when what is there was enough, or nothing is asked; None before a decision."""
    known = Known(facts, on, lambda _kind: None)  # a gap does not hang on a gap
    asking = [
        requirement
        for stage, requirement in programme.asking_for(kind)
        if stage.on_track(facts.track) and _answer(requirement.when, known) is not False
    ]
    found = [fact for fact in facts.facts if fact.kind == kind and fact.standing in _DECIDED]
    decided = False
    for requirement in asking:
        for fact in found:
            if requirement.subject not in ("", fact.subject):
                continue
            admitted = requirement.admits(fact.attributes)
            if admitted is False or any(fact.checks.get(name) is False for name in _asked_of_occupation(requirement)):
                return True
            decided = decided or (admitted is True and fact.standing is Standing.ACCEPTED)
    waived = all(_waived(requirement, facts, on) for requirement in asking)
    return False if decided or waived else None


def _asked_of_occupation(requirement: Requirement) -> list[str]:
    return [name for name in requirement.checks if name == OCCUPATION_CHECKS.get(requirement.evidence)]


def _waived(requirement: Requirement, facts: CaseFacts, on: date) -> bool:
    return any(
        allowed(waiver, requirement) and (waiver.ends_on is None or waiver.ends_on >= on)
        for waiver in with_ends(facts).waivers
    )


class Eligibility(NamedTuple):
    """The programme's rules on who may take part that this case breaks, and those not answered yet."""

    against: tuple[EligibilityRule, ...]
    open: tuple[EligibilityRule, ...]


def eligibility(programme: Programme, facts: CaseFacts, on: date) -> Eligibility:
    """How the case answers the programme's eligibility rules on a day."""
    if not programme.eligibility:
        return Eligibility((), ())
    known = Known(facts, on, cache(lambda kind: gap(programme, facts, on, kind)))
    answers = [(rule, rule.when.evaluate(known)) for rule in programme.eligibility]
    return Eligibility(
        tuple(rule for rule, answer in answers if answer is False),
        tuple(rule for rule, answer in answers if answer is None),
    )


def ineligible(programme: Programme, facts: CaseFacts, on: date) -> tuple[EligibilityRule, ...]:
    """The rules for which the case cannot be opened; what is not known yet is not among them."""
    return eligibility(programme, facts, on).against


def days_of_other_asking(programme: Programme, facts: CaseFacts) -> Iterator[date]:
    """Every day on which time alone may change what is asked: stays that grow long enough, birthdays, waivers' ends."""
    for waiver in with_ends(facts).waivers:
        if waiver.ends_on is not None:
            yield Duration(days=1).after(waiver.ends_on)
    rule = programme.residence
    if rule is not None:
        length = Duration(months=rule.months)
        for country in countries_of(facts.residences):
            yield from days_of_change(facts.residences, country, length, _of_age(facts, rule.since_age))
        if rule.after_last_stay:
            yield from days_of_leaving(facts.residences)
    for condition in programme.conditions:
        for country, months, since_age in condition.stays:
            since = _of_age(facts, since_age)
            yield from days_of_change(facts.residences, country, Duration(months=months), since)
        if facts.birth_date is not None:
            for age in sorted(condition.ages):
                birthday = Duration(months=12 * age).after(facts.birth_date)
                yield birthday
                yield Duration(days=1).after(birthday)  # born on 29 February


def _answer(condition: Condition | None, known: Known) -> bool | None:
    return True if condition is None else condition.evaluate(known)


def _slots(programme: Programme, requirement: Requirement, known: Known) -> list[Slot]:
    asked = _answer(requirement.when, known)
    if asked is False:
        return []
    if requirement.each is Each.MODULE:
        return [Slot.of(requirement, module.id, asked) for module in programme.curriculum]
    if requirement.each is Each.RESIDENCE and programme.residence is not None:
        if not known.facts.residences:
            return [Slot.of(requirement, "", asked, placed=False)]
        rule, stays = programme.residence, known.facts.residences
        return [
            Slot.of(
                requirement,
                country,
                asked,
                left_on=left_on(stays, country, known.on) if rule.after_last_stay else None,
            )
            for country in _countries(rule, known)
        ]
    return [Slot.of(requirement, requirement.subject, asked)]


def _countries(rule: ResidenceRule, known: Known) -> list[str]:
    residences, length = known.facts.residences, Duration(months=rule.months)
    since = _of_age(known.facts, rule.since_age)
    return [
        country
        for country in countries_of(residences)
        if longest_stay_reaches(residences, country, length, since, known.on)
    ]


def _of_age(facts: CaseFacts, age: int) -> date:
    # Without a birth date every stay counts: rather one certificate too many than one too few.
    return date.min if facts.birth_date is None else Duration(months=12 * age).after(facts.birth_date)
