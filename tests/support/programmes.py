"""The shipped programme with more in it: a version of its own beside the published one."""

from __future__ import annotations

from functools import cache

from checklists.catalogue import SHIPPED, Catalogue, read_programme
from checklists.programme import Programme

_BASIS = "legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}"
FOLLOW_UPS = f"""
follow_ups:
  - id: first_call
    title: First call after arrival
    after: P14D
    since: arrival
    who: caseworker
    outcomes: [well, needs_help, not_reached]
    {_BASIS}
  - id: departure_check
    title: Check with the employer
    after: P1M
    since: departure
    who: employer
    outcomes: [working, not_working]
    when: "loan_asked"
    {_BASIS}
  - id: half_year
    title: Half a year abroad
    after: P6M
    since: arrival
    who: agency
    outcomes: [working, returned]
    {_BASIS}
  - id: after_home
    title: Work at home
    after: P3M
    since: completion
    who: caseworker
    tracks: [home]
    outcomes: [employed, looking_for_work]
    {_BASIS}
"""


@cache
def extended(more: str, version: str = "2099.1") -> Programme:
    """The shipped programme of Kosovo and Germany as `version`, with more keys at its end."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8")
    assert 'version: "2027.1"' in text
    return read_programme((text.replace('"2027.1"', f'"{version}"', 1) + more).encode(), f"extended-{version}.yaml")


def catalogue_with(programme: Programme) -> Catalogue:
    """That programme and the shipped ones."""
    return Catalogue((*Catalogue.load().programmes, programme))
