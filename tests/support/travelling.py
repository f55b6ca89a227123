"""A small programme of the tests' own with a medical that must hold until the journey, and its cases."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.database import Database
from casework.travel import service as travel
from casework.travel.rules import Leg, Local
from casework.travel.service import BookJourney
from casework.travel.tables import Itinerary
from casework.work import Work
from checklists.catalogue import Catalogue, read_programme
from checklists.programme import Programme
from tests.support import factories
from tests.support.factories import TODAY, World
from tests.support.versions import accept

DEPARTURE = TODAY + timedelta(days=20)
_BASIS = "legal_basis: {title: Trial, as_of: 2026-01-01, confirmed: false}"
_ASKED = f"provided_by: office, verified_by: caseworker, {_BASIS}"
TEXT = f"""
id: trial-of-journeys
version: "2026.1"
title: Trial
origin: XK
destination: DE
currency: EUR
published_on: 2026-01-01
minimum_age: 18
tracks:
  - {{id: away, title: Away, departs: true}}
stages:
  - id: health
    kind: general
    title: Health
    sign_off: caseworker
    certificate: {{prefix: HEA, title: Health}}
    requirements:
      - {{id: check, title: Check, evidence: check, {_ASKED},
         validity: {{anchor: issued_on, max_age: P60D, must_hold_until: departure}}}}
  - id: course
    kind: general
    title: Course
    sign_off: caseworker
    certificate: {{prefix: COU, title: Course}}
    requirements: [{{id: course, title: Course, evidence: course, {_ASKED}}}]
  - id: leaving
    kind: departure
    title: Leaving
    after: [health, course]
    sign_off: automatic
    certificate: {{prefix: LEA, title: Leaving}}
    requirements:
      - {{id: itinerary, title: Journey, evidence: itinerary, checks: [matches_planned], {_ASKED}}}
"""


@cache
def programme() -> Programme:
    return read_programme(TEXT.encode(), "trial.yaml")


@cache
def catalogue() -> Catalogue:
    """That programme and the shipped ones."""
    return Catalogue((*Catalogue.load().programmes, programme()))


def new_case(work: Work, world: World, **values: Any) -> Case:
    pinned = programme()
    return factories.case(
        work,
        world.office,
        programme_id=pinned.id,
        programme_version=pinned.version,
        programme_digest=pinned.digest,
        **{"planned_departure": DEPARTURE, **values},
    )


def flight(day: date = DEPARTURE, **values: Any) -> Leg:
    """Prishtina to Munich at 14:05, two hours."""
    return Leg(
        **{
            "origin": "Prishtina (PRN)",
            "destination": "Munich (MUC)",
            "carrier": "Synthetic Air",
            "service_number": "SY 123",
            "departs": Local(day, "14:05", "Europe/Belgrade"),
            "arrives": Local(day, "16:05", "Europe/Berlin"),
            **values,
        }
    )


def booking(case: Case, day: date = DEPARTURE, **values: Any) -> BookJourney:
    return BookJourney(**{"case_id": case.id, "legs": (flight(day),), "met_by": "Synthetic employer", **values})


def book(database: Database, world: World, case: Case, day: date = DEPARTURE, **values: Any) -> Itinerary:
    return database.run(world[Role.CASEWORKER], travel.book, booking(case, day, **values))


def cleared(database: Database, world: World) -> Case:
    """A case whose journey is booked and whose stages are all signed off."""
    who = world[Role.CASEWORKER]
    with database.write(who) as work:
        case = new_case(work, world)
        for kind in ("check", "course"):
            accept(work, case, kind)
    book(database, world, case)
    for name in ("health", "course"):
        database.run(who, cases.sign_off, catalogue(), case.id, name)
    database.run(ENGINE, cases.sign_off, catalogue(), case.id, "leaving")
    return case
