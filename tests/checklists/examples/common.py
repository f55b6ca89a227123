"""What the worked examples of the shipped programmes share: a programme by its id, a synthetic case, what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import NamedTuple

from checklists.assessment import RequirementState, assess
from checklists.catalogue import SHIPPED, read_programme
from checklists.conditions import Known
from checklists.facts import CaseFacts, Fact, Residence
from checklists.programme import Actor, Each, Programme
from checklists.status.asking import asked_stages
from tests.checklists.building import fact

__all__ = [
    "DEPARTURE",
    "TODAY",
    "Asked",
    "asked",
    "case_of",
    "excluded_by",
    "fact",
    "papers",
    "shipped",
    "slot",
    "the",
    "what",
]

TODAY = date(2027, 3, 1)
DEPARTURE = date(2027, 9, 15)

Answers = Mapping[str, Mapping[str, str | int | bool]]
"""Attributes by kind of evidence."""

_OUTCOMES: Answers = {
    "diploma_recognition": {"outcome": "full"},
    "language_result": {"level": "C1"},
    "professional_ability": {"outcome": "full", "years": 8},
    "training_result": {"passed": True, "hours": 400},
    "medical_examination": {"outcome": "fit"},
    "loan_approval": {"approvals": 2},
}


class Asked(NamedTuple):
    """One thing that is asked: of whom (None: nobody any more, it is fulfilled), and by when."""

    stage: str
    requirement: str
    subject: str
    actor: Actor | None
    due_on: date | None


@cache
def shipped(programme_id: str, version: str = "") -> Programme:
    """A shipped programme in a version, or in the newest; of the whole folder only its own files are read."""
    found = [read_programme(path.read_bytes(), path.name) for path in sorted(SHIPPED.glob(f"{programme_id}*.yaml"))]
    by_version = {tuple(map(int, one.version.split("."))): one for one in found if one.id == programme_id}
    return by_version[tuple(map(int, version.split("."))) if version else max(by_version)]


def case_of(
    programme: Programme,
    track: str = "",
    *facts: Fact,
    born: date | None = date(1995, 5, 20),
    nationality: str = "",
    destination: str = "",
    departure: date | None = DEPARTURE,
    occupation: str = "",
    sex: str = "F",
    residences: tuple[Residence, ...] | None = None,
    loan_asked: bool = False,
    registered_on: date = date(2027, 2, 15),
) -> CaseFacts:
    """A synthetic case on the first track, of the first origin and destination, unless said otherwise. Without
    `residences` the worker has always lived in the country of the nationality."""
    on_track = programme.track(track or programme.tracks[0].id)
    assert on_track is not None, track
    of = nationality or next(iter(programme.origins), "XK")
    born_then = born or date(1995, 5, 20)
    return CaseFacts(
        track=on_track.id,
        registered_on=registered_on,
        nationality=of,
        birth_date=born,
        planned_departure=departure if on_track.departs else None,
        occupation=occupation,
        sex=sex,
        destination=destination or next(iter(programme.destinations), ""),
        loan_asked=loan_asked,
        residences=(Residence(of, born_then),) if residences is None else residences,
        facts=facts,
    )


def asked(programme: Programme, facts: CaseFacts, on: date = TODAY) -> list[Asked]:
    """Everything that is surely asked on a day, in the programme's order; what hangs on an open question is not."""
    sure = {
        (one.stage.id, slot.requirement.id, slot.subject)
        for one in asked_stages(programme, facts, on)
        if one.asked
        for slot in one.slots
        if slot.asked
    }
    return [
        Asked(stage.stage, state.requirement, state.subject, state.actor, state.due_on)
        for stage in assess(programme, facts, on).stages
        for state in stage.requirements
        if (stage.stage, state.requirement, state.subject) in sure
    ]


def what(programme: Programme, facts: CaseFacts, on: date = TODAY) -> set[str]:
    """The ids of the requirements that are asked."""
    return {one.requirement for one in asked(programme, facts, on)}


def the(programme: Programme, facts: CaseFacts, requirement: str, subject: str = "", on: date = TODAY) -> Asked:
    """One thing that is asked; of several slots the one of `subject`, else the first."""
    for one in asked(programme, facts, on):
        if one.requirement == requirement and subject in ("", one.subject):
            return one
    raise AssertionError(f"{requirement} {subject} is not asked")


def excluded_by(programme: Programme, facts: CaseFacts, on: date = TODAY) -> set[str]:
    """The ids of the eligibility rules that are surely not fulfilled."""
    known = Known(facts, on, lambda _kind: None)
    return {rule.id for rule in programme.eligibility if rule.when.evaluate(known) is False}


def slot(programme: Programme, facts: CaseFacts, requirement: str, on: date = TODAY) -> RequirementState:
    """The state of a requirement's first slot."""
    for stage in assess(programme, facts, on).stages:
        for state in stage.requirements:
            if state.requirement == requirement:
                return state
    raise AssertionError(f"{requirement} is not asked")


def papers(
    programme: Programme,
    facts: CaseFacts,
    on: date = TODAY,
    attributes: Answers | None = None,
) -> tuple[Fact, ...]:
    """Accepted evidence for everything that could be asked on the case's track, all dated `on`. `attributes` are
    those of a kind of evidence, for what the usual ones do not fulfil."""
    days = ("issued_on", "screened_on", "tested_on", "examined_on", "xray_on", "attended_on", "decided_on")
    anchors = dict.fromkeys((*days, "registered_on", "completed_on"), on) | {"expires_on": on.replace(year=on.year + 5)}
    given = {**_OUTCOMES, **(attributes or {})}
    modules = tuple(module.id for module in programme.curriculum)
    subjects = {Each.MODULE: modules, Each.RESIDENCE: tuple({stay.country for stay in facts.residences})}
    made = []
    for stage, requirement in programme.requirements():
        if not stage.on_track(facts.track):
            continue
        for subject in subjects[requirement.each] if requirement.each else (requirement.subject,):
            checks = dict.fromkeys(requirement.checks, True)
            one = fact(
                f"{requirement.id}-{subject}",
                requirement.evidence,
                subject=subject,
                attributes=given.get(requirement.evidence),
                checks=checks,
            )
            made.append(replace(one, anchors=anchors))
    return tuple(made)
