"""A programme whose contract terms machines compare, and contracts that keep them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from casework.contracts.rules import Bearer, Keeper, Terms
from casework.recruitment.rules import WagePer
from checklists.catalogue import SHIPPED, read_programme
from checklists.programme import Programme
from tests.support.programmes import extended

_BASIS = "legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}"
TERMS = f"""
contract_terms:
  - {{id: wage, title: Wage, about: wage, least: {{minor: 200000, currency: EUR}}, {_BASIS}}}
  - {{id: hours, title: Hours, about: weekly_hours, most_hours: 48, {_BASIS}}}
  - {{id: daily_rest, title: Rest a day, about: daily_rest, least_hours: 8, {_BASIS}}}
  - {{id: weekly_rest, title: Day of rest, about: weekly_rest, least_days: 1, {_BASIS}}}
  - {{id: leave, title: Leave, about: annual_leave, least_days: 15, {_BASIS}}}
  - {{id: food, title: Food, about: food, borne_by: employer, {_BASIS}}}
  - {{id: passport, title: Passport, about: passport, {_BASIS}}}
  - {{id: language, title: Language, about: language, {_BASIS}}}
  - {{id: notice, title: Notice, minimum: How long the notice is, {_BASIS}}}
  - {{id: tools, title: Tools, must_say: false, {_BASIS}}}
"""


_CHECK = f"""\
      - id: contract_check
        title: Contract compared
        evidence: contract_check
        provided_by: office
        verified_by: caseworker
        independent: true
        {_BASIS}
"""
_FIRST = "      - id: passport\n"


def programme() -> Programme:
    return extended(TERMS, "2099.7")


@cache
def programme_for_two() -> Programme:
    """The same, and a requirement by which a second person finds the contract in order."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8").replace("2027.1", "2099.8", 1)
    assert _FIRST in text
    return read_programme((text.replace(_FIRST, _CHECK + _FIRST, 1) + TERMS).encode(), "two.yaml")


def terms(**values: Any) -> Terms:
    """A contract that keeps all of the programme's terms."""
    return Terms(
        **{
            "employer": "Synthetic employer",
            "occupation": "7112",
            "wage_minor": 240_000,
            "currency": "EUR",
            "wage_per": WagePer.MONTH,
            "weekly_minutes": 40 * 60,
            "daily_rest_hours": 11,
            "weekly_rest_days": 2,
            "leave_days": 28,
            "insurance": Bearer.EMPLOYER,
            "way_there": Bearer.EMPLOYER,
            "way_back": Bearer.EMPLOYER,
            "accommodation": Bearer.EMPLOYER,
            "food": Bearer.EMPLOYER,
            "passport": Keeper.WORKER,
            "deductions_minor": 0,
            "languages": ("de", "sq"),
            "read_in": "sq",
            "starts_on": date(2027, 5, 1),
            "months": 24,
            "says": {"notice": "Four weeks"},
            **values,
        }
    )
