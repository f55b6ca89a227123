"""A small programme that goes on after its preparation: an assignment abroad, and integration at home."""

from __future__ import annotations

from functools import cache

from checklists.catalogue import Catalogue, read_programme
from checklists.programme import Programme

ID = "trial-of-what-follows"
_BASIS = "legal_basis: {title: Synthetic rules, as_of: 2026-01-01, confirmed: false}"
_ASKED = f"provided_by: worker, verified_by: caseworker, waivable_by: supervisor, {_BASIS}"
TEXT = f"""
id: {ID}
version: "2026.1"
title: Trial
origin: XK
destination: DE
currency: EUR
published_on: 2026-01-01
minimum_age: 18
tracks:
  - {{id: away, title: Away, departs: true}}
  - {{id: home, title: Home, departs: false}}
follow_ups:
  - {{id: month, title: First month, after: P1M, since: arrival, who: employer, outcomes: [at_work, left_work],
     tracks: [away], {_BASIS}}}
  - {{id: half_year, title: Half a year, after: P6M, since: arrival, who: agency, outcomes: [at_work, left_work],
     tracks: [away], {_BASIS}}}
  - {{id: last_report, title: Last report, after: P0D, since: end, who: worker, outcomes: [accepted, missing],
     tracks: [away], {_BASIS}}}
  - {{id: year, title: A year later, after: P1Y, since: completion, who: caseworker, outcomes: [stayed, gone],
     tracks: [home], {_BASIS}}}
  - {{id: effect, title: What is left, after: P2Y, since: arrival, who: caseworker, outcomes: [much, little],
     tracks: [away], {_BASIS}}}
stages:
  - id: papers
    kind: general
    title: Papers
    sign_off: caseworker
    certificate: {{prefix: PAP, title: Papers}}
    requirements: []
  - id: leaving
    kind: departure
    title: Leaving
    after: [papers]
    tracks: [away]
    sign_off: supervisor
    certificate: {{prefix: LEA, title: Leaving}}
    requirements: []
  - id: work
    kind: followup
    title: Work abroad
    after: [leaving]
    tracks: [away]
    sign_off: caseworker
    assignment: {{agreed: P6M, longest: P12M, {_BASIS}}}
    certificate: {{prefix: WRK, title: Record of the work}}
    requirements:
      - {{id: month_made, title: At work, evidence: follow_up, subject: month,
         accept: {{outcome: [at_work]}}, {_ASKED}}}
      - {{id: last_made, title: Last report made, evidence: follow_up, subject: last_report,
         accept: {{outcome: [accepted]}}, {_ASKED}}}
      - {{id: report, title: Report, evidence: assignment_report, {_ASKED}}}
      - {{id: measure, title: Measure, evidence: compensation_measure, accept: {{outcome: [passed]}}, {_ASKED}}}
  - id: staying
    kind: followup
    title: Staying
    after: [papers]
    tracks: [home]
    sign_off: automatic
    certificate: {{prefix: STA, title: Record of the stay}}
    requirements:
      - {{id: year_made, title: Asked, evidence: follow_up, subject: year, accept: {{outcome: [stayed]}}, {_ASKED}}}
  - id: ending
    kind: completion
    title: End of the programme
    after: [work, staying]
    sign_off: caseworker
    certificate: {{prefix: END, title: Certificate of completion, valid: unlimited}}
    requirements: []
"""


@cache
def programme() -> Programme:
    return read_programme(TEXT.encode(), "trial.yaml")


@cache
def catalogue() -> Catalogue:
    """That programme and the shipped ones."""
    return Catalogue((*Catalogue.load().programmes, programme()))
