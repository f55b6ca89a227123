"""The shipped programme of Kosovo and Germany with an agreement, an occupation that asks more, and a second person."""

from __future__ import annotations

from functools import cache
from typing import Any

from basis.roles import Role
from casework.cases.tables import Case
from casework.database import Database
from casework.qualifications import diplomas
from casework.qualifications.diplomas import AddDiploma
from casework.qualifications.tables import Diploma
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from checklists.programme import Programme
from tests.support.factories import World
from tests.support.programmes import catalogue_with

_BASIS = "legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}"
RULE = f"""    recognitions:
      decision_within: P3M
      agreements:
        - id: neighbours
          title: Agreement of the neighbours
          origin: XK
          destination: DE
          level: 3
          outcome: full
          from: 2020-01-01
          until: 2030-12-31
          {_BASIS}
        - id: by_case
          title: Agreement that leaves it to the authority
          origin: AL
          destination: DE
          occupation: "71"
          outcome: individual
          from: 2020-01-01
          {_BASIS}
      occupations:
        - occupation: "71"
          language: de
          level: A2
          skills: {{speaking: B1}}
          experience_months: 24
          within_years: 3
          {_BASIS}
    requirements:
      - id: diploma"""


@cache
def recognising(version: str = "2099.1", *, independent: bool = True) -> Programme:
    """The programme as a version of its own, so that a case is pinned to it."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8")
    for before, after in (
        ('"2027.1"', f'"{version}"'),
        ("    requirements:\n      - id: diploma", RULE),
        ("        evidence: diploma_recognition\n", f"        evidence: diploma_recognition\n{_second(independent)}"),
        ("        subject: de\n        when: track == 'away'\n", _AWAY),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    return read_programme(text.encode(), f"recognising-{version}.yaml")


_AWAY = "        subject: de\n        when: track == 'away'\n        checks: [occupation_level]\n"


def _second(independent: bool) -> str:
    return "        independent: true\n" if independent else ""


def catalogue() -> Catalogue:
    """That programme and the shipped ones."""
    return catalogue_with(recognising())


def pinned() -> dict[str, Any]:
    """What a case of it is opened with."""
    programme = recognising()
    return {"programme_version": programme.version, "programme_digest": programme.digest}


def add_diploma(database: Database, world: World, case: Case, **values: Any) -> Diploma:
    """A diploma of a secondary school, recorded by a caseworker."""
    command = AddDiploma(
        **{
            "case_id": case.id,
            "institution": "Shkolla e Mesme Teknike",
            "country": "XK",
            "title": "Diplomë: murator",
            "translated": "Diploma: bricklayer",
            "isced": 3,
            "awarded": 2013,
            **values,
        }
    )
    return database.run(world[Role.CASEWORKER], diplomas.add, command)
