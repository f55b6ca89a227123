"""Small programmes and synthetic cases to assess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from checklists.assessment import RequirementState, assess, stands_on
from checklists.catalogue import Catalogue, read_programme
from checklists.facts import CaseFacts, Fact, GivenSignOff, GivenWaiver, Residence, Standing
from checklists.programme import Each, Programme

TODAY = date(2026, 11, 20)
DEPARTURE = date(2027, 4, 8)
BORN = date(1992, 3, 14)
ONE_DAY = timedelta(days=1)

_HEAD = """
id: trial
version: "2027.1"
title: Trial
origin: XK
destination: DE
currency: EUR
published_on: 2026-11-01
minimum_age: 18
tracks:
  - {id: away, title: Away, departs: true}
  - {id: home, title: Home, departs: false}
residence:
  months: 6
  since_age: 16
  legal_basis: {title: Trial, as_of: 2026-11-01, confirmed: false}
"""
BASIS = "legal_basis: {title: Trial, as_of: 2026-11-01, confirmed: false}"


@cache
def shipped() -> Programme:
    return Catalogue.load().get("kosovo-germany-construction", "2027.1")


def requirement_text(rules: str = "", name: str = "paper") -> str:
    """One requirement in flow style; `rules` are more of its keys."""
    more = f", {rules}" if rules else ""
    evidence = "" if "evidence:" in rules else f", evidence: {name}"
    return f"{{id: {name}, title: Paper{evidence}, provided_by: worker, verified_by: caseworker{more}, {BASIS}}}"


def stage_text(name: str, *requirements: str, rules: str = "sign_off: caseworker", kind: str = "general") -> str:
    asked = "".join(f"\n      - {requirement}" for requirement in requirements)
    prefix = (name[:3] + "XX")[:3].upper()
    certificate = f"certificate: {{prefix: {prefix}, title: Trial}}"
    return f"""
  - id: {name}
    kind: {kind}
    title: {name.title()}
    {rules}
    {certificate}
    requirements: {asked or "[]"}"""


@cache
def programme(*stages: str, head: str = "") -> Programme:
    """A sound programme of the given stages."""
    return read_programme(f"{_HEAD}{head}\nstages:{''.join(stages)}\n".encode(), "trial.yaml")


def one_paper(rules: str = "") -> Programme:
    """A programme with one stage `papers`, which asks for one `paper`."""
    return programme(stage_text("papers", requirement_text(rules)))


def fact(
    name: str = "f1",
    kind: str = "paper",
    standing: Standing = Standing.ACCEPTED,
    *,
    subject: str = "",
    attributes: Mapping[str, str | int | bool] | None = None,
    checks: Mapping[str, bool] | None = None,
    recorded_by: str = "anna",
    decided_by: tuple[str, ...] = ("berit",),
    **anchors: date,
) -> Fact:
    return Fact(
        id=name,
        kind=kind,
        standing=standing,
        subject=subject,
        anchors=anchors,
        attributes=attributes or {},
        checks=checks or {},
        recorded_by=recorded_by,
        decided_by=decided_by,
    )


def case(
    *facts: Fact,
    track: str = "away",
    departure: date | None = DEPARTURE,
    waivers: tuple[GivenWaiver, ...] = (),
    sign_offs: tuple[GivenSignOff, ...] = (),
    residences: tuple[Residence, ...] = (Residence("XK", BORN),),
    loan_asked: bool = False,
    born: date | None = BORN,
) -> CaseFacts:
    return CaseFacts(
        track=track,
        registered_on=date(2026, 11, 2),
        nationality="XK",
        birth_date=born,
        planned_departure=departure,
        occupation="7112",
        loan_asked=loan_asked,
        residences=residences,
        facts=facts,
        waivers=waivers,
        sign_offs=sign_offs,
    )


def state(rules: Programme, facts: CaseFacts, on: date = TODAY) -> RequirementState:
    """The state of the first requirement of the first stage."""
    return assess(rules, facts, on).stages[0].requirements[0]


def status(rules: Programme, facts: CaseFacts, on: date = TODAY) -> str:
    return state(rules, facts, on).status.value


def sign(rules: Programme, facts: CaseFacts, stage: str, on: date = TODAY) -> CaseFacts:
    """The case with the stage signed off on what it stands on now."""
    assessment = assess(rules, facts, on)
    found = assessment.stage(stage)
    assert found.status.value == "ready", (stage, found)
    given = GivenSignOff(f"signed-{stage}", stage, on, stands_on(found, assessment))
    return replace(facts, sign_offs=(*facts.sign_offs, given))


def without(facts: CaseFacts, fact_id: str, standing: Standing = Standing.WITHDRAWN) -> CaseFacts:
    """The case in which a fact has another standing."""
    changed = tuple(replace(one, standing=standing) if one.id == fact_id else one for one in facts.facts)
    return replace(facts, facts=changed)


def complete_facts(track: str = "away", on: date = TODAY, countries: tuple[str, ...] = ("XK",)) -> tuple[Fact, ...]:
    """Supporting facts for everything that the shipped programme may ask on a track, training and loan included."""
    rules, facts = shipped(), []
    days = ("issued_on", "screened_on", "tested_on", "examined_on", "xray_on", "attended_on", "decided_on")
    anchors = dict.fromkeys(days, on)
    anchors |= {"expires_on": date(2031, 6, 30)}
    attributes: dict[str, dict[str, str | int | bool]] = {
        "asylum_benefit_declaration": {"drawn_in_last_24_months": False},
        "diploma_recognition": {"outcome": "full"},
        "language_result": {"level": "B1"},
        "professional_ability": {"years": 5},
        "training_result": {"passed": True, "hours": 160},
        "medical_examination": {"outcome": "fit"},
        "loan_approval": {"approvals": 2},
    }
    for stage, asked in rules.requirements():
        if not stage.on_track(track):
            continue
        subjects = {Each.RESIDENCE: countries, Each.MODULE: tuple(module.id for module in rules.curriculum)}
        for subject in subjects[asked.each] if asked.each else (asked.subject,):
            name = f"{asked.id}-{subject}"
            given = attributes.get(asked.evidence)
            checks = dict.fromkeys(asked.checks, True)
            made = fact(name, asked.evidence, subject=subject, attributes=given, checks=checks)
            facts.append(replace(made, anchors=anchors))
    return tuple(facts)


def signed_through(rules: Programme, facts: CaseFacts, on: date = TODAY) -> CaseFacts:
    """The case with every stage that gets ready signed off, in order."""
    for stage in rules.in_order:
        if assess(rules, facts, on).stage(stage.id).status.value == "ready":
            facts = sign(rules, facts, stage.id, on)
    return facts
