"""A small corridor of the tests' own whose medical stage uses every key of an examination, and results for its cases.

Papers are asked first, then the examination and a talk beside each other; the departure stands on all of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from basis.roles import Role
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.database import Database
from casework.medical import care
from casework.medical.care import CheckFitToFly
from casework.medical.examining import SubmitExamination
from casework.medical.rules import MedicalOutcome
from checklists.catalogue import Catalogue, read_programme
from tests.support.factories import TODAY, World
from tests.support.opening import open_command
from tests.support.versions import paper, stage

CORRIDOR = "trial-medical"
DEPARTURE = TODAY + timedelta(days=120)
EXAMINED = TODAY - timedelta(days=3)
_BASIS = "legal_basis: {title: Trial health rules, as_of: 2026-01-01, confirmed: false}"
_EXAMINATION = f"""{{id: examination, title: Examination, evidence: medical_examination, provided_by: clinic,
        verified_by: medical_officer, checks: [accredited, identity],
        accept: [{{outcome: [fit, fit_with_follow_up]}}], waivable_by: medical_officer,
        validity: {{anchor: examined_on, max_age: P5M, also: [{{anchor: xray_on, max_age: P6M}}],
          must_hold_until: departure}}, {_BASIS}}}"""
_RULE = f"""
    examination:
      regime: trial_rules
      parts: [physical, xray, laboratory]
      never_asked: [hiv, pregnancy]
      shortened_by: [{{code: contact_b3, title: Contact of an open case, max_age: P3M}}]
      vaccinations: [measles, trial_vaccine]
      fit_to_fly_days: 3
      {_BASIS}"""


def _text(rule: str) -> str:
    medical = stage("health", _EXAMINATION, kind="medical", after="papers", sign_off="medical_officer")
    leaving = stage("leaving", paper("ticket"), kind="departure", after="papers, health, talk").replace(
        "after:", "tracks: [away]\n    after:"
    )
    ending = stage("ending", paper("report"), kind="completion", after="papers, health, talk").replace(
        "after:", "tracks: [home]\n    after:"
    )
    talk = stage("talk", paper("attendance"), after="papers")
    return f"""id: {CORRIDOR}
version: "2026.1"
title: Trial corridor
origin: XK
destination: DE
currency: EUR
published_on: 2026-01-01
effective_from: 2026-01-01
minimum_age: 18
tracks:
  - {{id: away, title: Away, departs: true}}
  - {{id: home, title: Home, departs: false}}
stages:{"".join((stage("papers", paper("contract")), medical, rule, talk, leaving, ending))}
"""


@cache
def catalogue(rule: str = _RULE) -> Catalogue:
    """The corridor alone; without `rule` its programme says nothing of how its workers are examined."""
    return Catalogue((read_programme(_text(rule).encode(), "trial-medical.yaml"),))


def open_case(database: Database, world: World, reference: str = "TM-1", **values: Any) -> Case:
    """A case of the corridor that departs in four months."""
    command = open_command(
        world, reference=reference, programme=CORRIDOR, loan_asked=None, planned_departure=DEPARTURE
    ).model_copy(update=values)
    return database.run(world[Role.CASEWORKER], cases.open_case, catalogue(), command)


def look(database: Database, world: World, case: Case) -> None:
    """The worker is looked at today, and fit for the journey."""
    who = {"physician": "Dr Synthetic", "physician_licence": "PH-1"}
    command = CheckFitToFly(case_id=case.id, checked_on=database.today(), fit=True, **who)
    database.run(world[Role.MEDICAL_OFFICER], care.check_fit_to_fly, catalogue(), command)


def days(**parts: date) -> dict[str, date]:
    """The days of the parts; X-ray and laboratory on the day of the examination where nothing else is said."""
    return {"xray": EXAMINED, "laboratory": EXAMINED, **parts}


def result(case: Case, world: World, **values: Any) -> SubmitExamination:
    """A whole result of the world's clinic, three days old."""
    return SubmitExamination.model_validate(
        {
            "case_id": case.id,
            "clinic_id": world.clinic.id,
            "examined_on": EXAMINED,
            "outcome": MedicalOutcome.FIT,
            "physician": "Dr Synthetic",
            "physician_licence": "PH-1",
            "identity_checked": True,
            "parts": days(),
            "detail": "scar of the left lung",
            **values,
        }
    )
