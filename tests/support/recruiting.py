"""A programme that asks for job orders and accredited principals, and job orders of the little world in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from basis.money import Money
from basis.roles import Role
from casework.database import Database
from casework.recruitment import agencies, orders
from casework.recruitment.agencies import AddPrincipal
from casework.recruitment.orders import AskJobOrder, OrderContent
from casework.recruitment.tables import JobOrder
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from tests.support.factories import PROGRAMME, TODAY, World
from tests.support.programmes import catalogue_with, extended

RULES = """
recruitment:
  job_orders: required
  principals: required
  legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}
"""
UNTIL = TODAY + timedelta(days=300)


def asking(rules: str = RULES) -> Programme:
    """The shipped programme of Kosovo and Germany, as a version that asks for both."""
    return extended(rules)


def catalogue_asking(rules: str = RULES) -> Catalogue:
    return catalogue_with(asking(rules))


def content(**values: Any) -> OrderContent:
    """Two bricklayers at EUR 2,400 a month."""
    return OrderContent(
        **{
            "title": "Bricklayers",
            "headcount": 2,
            "wage": Money(240_000, "EUR"),
            "weekly_hours": 40,
            "valid_from": TODAY,
            "valid_until": UNTIL,
            **values,
        }
    )


def wanted(world: World, **values: Any) -> AskJobOrder:
    return AskJobOrder(
        **{
            "number": "jo 1",
            "agency_id": world.agency.id,
            "employer_id": world.employer.id,
            "programme": PROGRAMME,
            "occupation": "7112",
            "destination": "DE",
            "content": content(),
            **values,
        }
    )


def accredited(database: Database, world: World, **values: Any) -> None:
    """The agency may recruit for the employer."""
    command = AddPrincipal(
        **{
            "agency_id": world.agency.id,
            "employer_id": world.employer.id,
            "number": "ACC-1",
            "authority": "Synthetic ministry",
            "valid_from": TODAY,
            "valid_until": UNTIL,
            **values,
        }
    )
    database.run(world[Role.SUPERVISOR], agencies.accredit, catalogue_asking(), command)


def approved(database: Database, world: World, catalogue: Catalogue, **values: Any) -> JobOrder:
    """A job order that the agency asked for and a supervisor approved."""
    order = database.run(world[Role.AGENCY_USER], orders.ask, catalogue, wanted(world, **values))
    return database.run(world[Role.SUPERVISOR], orders.approve, catalogue, order.id)
