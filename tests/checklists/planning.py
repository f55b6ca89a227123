"""Cases that keep to their plan, and what happens to the departure when one thing comes later than planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from basis.working_days import is_working_day
from checklists.assessment import Assessment, StageStatus, assess, stands_on
from checklists.facts import CaseFacts, Fact, GivenSignOff, Standing
from checklists.programme import Programme, Requirement
from checklists.schedule import Plan, PlanItem, plan

ONE_DAY = timedelta(days=1)


def supporting(requirement: Requirement, subject: str, day: date, name: str = "") -> Fact:
    """Evidence of a day that is all a requirement asks for; a printed day of expiry lies ten years ahead."""
    validity = requirement.validity
    anchors = {"issued_on", "decided_on"}
    if validity is not None:
        anchors |= {validity.anchor or "issued_on", *(limit.anchor for limit in validity.also)}
    days = dict.fromkeys(anchors, day)
    if validity is not None and validity.last_day is not None:
        days[validity.last_day] = day + timedelta(days=3650)
    rules = requirement.accept[0] if requirement.accept else {}
    return Fact(
        id=name or f"{requirement.id}/{subject}/{day}",
        kind=requirement.evidence,
        standing=Standing.ACCEPTED,
        subject=subject,
        anchors=days,
        attributes={
            attribute: rule.one_of[0]
            if rule.one_of
            else rule.at_least
            if rule.at_least is not None
            else rule.at_most or 0
            for attribute, rule in rules.items()
        },
        checks=dict.fromkeys(requirement.checks, True),
        recorded_by="anna",
        decided_by=("berit", "carl"),
    )


def known_by(facts: CaseFacts, day: date) -> CaseFacts:
    """The case as it was on a day: what is dated later was not there yet."""
    there = tuple(fact for fact in facts.facts if fact.anchors.get("decided_on", date.min) <= day)
    return replace(facts, facts=there)


def signed(programme: Programme, facts: CaseFacts, stage: str, day: date) -> CaseFacts:
    """The case with a stage signed off on a day, in place of an earlier sign-off, if it is asked then."""
    others = tuple(one for one in facts.sign_offs if one.stage != stage)
    facts = replace(facts, sign_offs=others)
    assessment = assess(programme, known_by(facts, day), day)
    found = assessment.stage(stage)
    if found.status is StageStatus.NOT_ASKED:
        return facts
    assert found.status is StageStatus.READY, (day, stage, found.status, str(found.why), found.requirements)
    given = GivenSignOff(f"{stage}/{day}", stage, day, stands_on(found, assessment))
    return replace(facts, sign_offs=(*others, given))


def followed(programme: Programme, facts: CaseFacts, made: Plan) -> tuple[CaseFacts, Assessment]:
    """The case on its day of departure, if each thing that was open came on its latest day and each stage was signed
    off on its own (a programme without working days gives no order: there on the day the last paper comes)."""
    asked = {requirement.id: requirement for _stage, requirement in programme.requirements()}
    for item in made.items:
        if not item.done and item.latest is not None:
            facts = replace(facts, facts=(*facts.facts, supporting(asked[item.requirement], item.subject, item.latest)))
    days: dict[str, date] = {}
    by_id = {stage.stage: stage for stage in made.stages}
    for stage in programme.in_order:
        one = by_id.get(stage.id)
        if one is None or one.done:
            continue
        before = [days[name] for name in stage.after if name in days]
        day = max([*before, one.latest or made.on, *(item.latest or made.on for item in one.items if not item.done)])
        facts, days[stage.id] = signed(programme, facts, stage.id, day), day
    assert made.departure is not None
    return facts, assess(programme, facts, made.departure)


def later(programme: Programme, made: Plan, delayed: PlanItem | None) -> date:
    """The departure, counted forwards day by day, when everything comes on its latest day but one thing a day later."""
    there: dict[str, date] = {}
    signed_on: dict[str, date] = {}
    assert made.departure is not None
    departure = made.departure
    plans = {stage.stage: stage for stage in made.stages}
    for stage in programme.in_order:
        found = plans.get(stage.id)
        if found is None or found.done:
            continue
        begin = max([made.on, *(signed_on[name] for name in stage.after if name in signed_on)])
        ready = begin
        waiting = {item.requirement: item for item in found.items if not item.done}
        while waiting:
            name = next(name for name, item in waiting.items() if not set(waiting) & set(_asked(programme, name).after))
            item, requirement = waiting.pop(name), _asked(programme, name)
            start = max([begin, *(there[other] for other in requirement.after if other in there)])
            calendar = requirement.calendar or programme.home_calendar
            assert item.latest is not None
            there[name] = max(item.latest, walked(calendar, start, requirement.lead_time))
            if delayed is not None and delayed.requirement == name:
                there[name] = max(there[name], item.latest + ONE_DAY)
            departure = max(departure, there[name] + timedelta(days=requirement.lead_days))
            ready = max(ready, there[name])
        assert found.latest is not None
        signed_on[stage.id] = walked(stage.calendar or programme.home_calendar, ready, stage.service_days)
        signed_on[stage.id] = max(signed_on[stage.id], found.latest)
        departure = max(departure, signed_on[stage.id] + timedelta(days=stage.lead_days))
    return departure


def walked(calendar: str, day: date, count: int) -> date:
    while count:
        day += ONE_DAY
        count -= is_working_day(calendar, day)
    return day


def _asked(programme: Programme, name: str) -> Requirement:
    found = programme.requirement(name)
    assert found is not None
    return found[1]


def planned(programme: Programme, facts: CaseFacts, on: date, departure: date | None) -> Plan:
    """The plan of the case for another departure."""
    return plan(programme, replace(facts, planned_departure=departure), on)
