"""Of which countries a worker needs a paper (a police certificate), and why: from the residence history, by the
programme's rule. Every country of the history has an answer, also those of which nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from basis.messages import Message, _
from checklists.durations import Duration
from checklists.facts import CaseFacts
from checklists.programme import Each, Programme, Requirement, ResidenceRule
from checklists.status.residences import countries_of, days_of_change, left_on, spans


@dataclass(frozen=True, slots=True)
class CountryReason:
    """One country (ISO 3166-1 alpha-2) of the history. `requirements`: what the programme asks for such a country.

    `spans`: the stays, those that touch as one; the last is open while it lasts. `reached_on`: the day on which a stay
    was or will be long enough, None where none is. `left_on`: the last day there, None while the worker lives there.
    `returned`: the worker came back after having left. `why`: whether it is asked; `fresh`: how old the paper may be,
    None where none is asked.
    """

    country: str
    asked: bool
    requirements: tuple[str, ...]
    spans: tuple[tuple[date, date | None], ...]
    reached_on: date | None
    left_on: date | None
    returned: bool
    why: Message
    fresh: Message | None


def country_reasons(programme: Programme, facts: CaseFacts, on: date) -> tuple[CountryReason, ...]:
    """Each country once, in the order of the history; nothing where the programme has no such rule."""
    rule = programme.residence
    asking = [
        requirement
        for stage in programme.stages
        if stage.on_track(facts.track)
        for requirement in stage.requirements
        if requirement.each is Each.RESIDENCE
    ]
    if rule is None or not asking:
        return ()
    return tuple(_reason(rule, asking, facts, country, on) for country in countries_of(facts.residences))


def reason_for(programme: Programme, facts: CaseFacts, country: str, on: date) -> CountryReason | None:
    """That of one country of the history."""
    return next((one for one in country_reasons(programme, facts, on) if one.country == country), None)


def _reason(rule: ResidenceRule, asking: list[Requirement], facts: CaseFacts, country: str, on: date) -> CountryReason:
    since = Duration(months=12 * rule.since_age).after(facts.birth_date) if facts.birth_date else date.min
    stays = tuple(spans(facts.residences, country))
    reached = min(days_of_change(facts.residences, country, Duration(months=rule.months), since), default=None)
    asked = reached is not None and reached <= on
    gone = left_on(facts.residences, country, on)
    returned = len([begins for begins, _ends in stays if begins <= on]) > 1
    return CountryReason(
        country=country,
        asked=asked,
        requirements=tuple(requirement.id for requirement in asking),
        spans=stays,
        reached_on=reached,
        left_on=gone,
        returned=returned,
        why=_why(rule, reached, on, age_known=facts.birth_date is not None),
        fresh=_fresh(rule, asking[0], gone, returned=returned) if asked else None,
    )


def _why(rule: ResidenceRule, reached: date | None, on: date, *, age_known: bool) -> Message:
    length = Duration(months=rule.months).words
    if reached is None:
        return _(
            "Not asked: there was no stay of {length} on end since the age of {age}.", length=length, age=rule.since_age
        )
    if reached > on:
        return _("Not asked yet: the stay goes on, and reaches {length} on {day}.", length=length, day=reached)
    if not age_known:
        return _(
            "Asked: {length} on end were lived there; the birth date is not known, so all stays count.", length=length
        )
    return _(
        "Asked: {length} on end were lived there since the age of {age}, from {day} on.",
        length=length,
        age=rule.since_age,
        day=reached,
    )


def _fresh(rule: ResidenceRule, requirement: Requirement, gone: date | None, *, returned: bool) -> Message:
    validity = requirement.validity
    ages = validity.max_age if validity else None
    if gone is not None and rule.after_last_stay and validity is not None and validity.anchor is not None:
        if returned:
            return _(
                "The worker went back there and left on {day}: only one issued on that day or later counts; it does "
                "not age.",
                day=gone,
            )
        return _(
            "The worker left on {day} and was not back since: one issued on that day or later counts; it does not age.",
            day=gone,
        )
    if ages is None:
        return _("There is no limit to its age.")
    if gone is None:
        return _("The worker lives there: good for {length} from the day of issue.", length=ages.words)
    if returned:
        return _("The worker went back there and left on {day}: good for {length} from the day of issue.", day=gone,
                 length=ages.words)  # fmt: skip
    return _(
        "The worker left on {day} and was not back since: good for {length} from the day of issue all the same.",
        day=gone,
        length=ages.words,
    )
