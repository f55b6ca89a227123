"""A small programme of the tests' own that pays workers by every kind of rule, and its cases."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

import pytest

from basis.roles import Role
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying, queries, service
from casework.entitlements.service import ClaimEntitlement
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim
from casework.work import Work
from checklists.catalogue import Catalogue, read_programme
from checklists.programme import Programme
from tests.support import factories
from tests.support.factories import World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The rules are the same on both databases; what they lock is tried on both."""
_BASIS = "legal_basis: {title: Trial, as_of: 2026-01-01, confirmed: false}"
_ASKED = f"provided_by: worker, verified_by: caseworker, {_BASIS}"
TEXT = f"""
id: trial-of-payments
version: "2026.1"
title: Trial
origin: XK
destination: DE
currency: EUR
published_on: 2026-01-01
minimum_age: 18
tracks:
  - {{id: away, title: Away, departs: true}}
entitlements:
  - {{id: top_up, title: Salary top-up, kind: salary_top_up, amount: {{minor: 40000, currency: EUR}}, per: month,
     months: 3, paid_by: programme, when: "has('decision')", {_BASIS}}}
  - {{id: grant, title: Travel grant, kind: travel_grant, amount: {{minor: 100000, currency: EUR}}, up_to: true,
     per: once, paid_by: programme, {_BASIS}}}
  - {{id: equipment, title: Equipment, kind: equipment, per: once, paid_by: programme, {_BASIS}}}
  - {{id: stipend, title: Stipend, kind: stipend, amount: {{minor: 15000, currency: KWD}}, up_to: true, per: month,
     paid_by: programme, {_BASIS}}}
  - {{id: start, title: Start, kind: equipment, amount: {{minor: 5000, currency: JPY}}, per: assignment,
     paid_by: programme, {_BASIS}}}
  - {{id: uniform, title: Uniform, kind: equipment, amount: {{minor: 5000, currency: EUR}}, paid_by: employer,
     {_BASIS}}}
stages:
  - id: papers
    kind: general
    title: Papers
    sign_off: caseworker
    certificate: {{prefix: PAP, title: Papers}}
    requirements: [{{id: decision, title: Decision, evidence: decision, {_ASKED}}}]
  - id: leaving
    kind: departure
    title: Leaving
    after: [papers]
    sign_off: supervisor
    certificate: {{prefix: LEA, title: Leaving}}
    requirements: []
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
        **values,
    )


def claim(database: Database, world: World, case: Case, entitlement: str, **values: Any) -> UUID:
    """A claim by the caseworker, with a proof in a folder."""
    command = ClaimEntitlement(
        **{"case_id": case.id, "entitlement": entitlement, "currency": "EUR", "proof": "Folder 7", **values}
    )
    return database.run(world[Role.CASEWORKER], service.claim, catalogue(), command).id


def approve(database: Database, world: World, claim_id: UUID, **values: Any) -> None:
    database.run(world[Role.SUPERVISOR], service.approve, catalogue(), claim_id, **values)


def pay(database: Database, world: World, claim_id: UUID, reference: str = "B-1", **values: Any) -> None:
    database.run(world[Role.LOAN_OFFICER], paying.pay, catalogue(), claim_id, database.today(), reference, **values)


def row(database: Database, claim_id: UUID) -> EntitlementClaim:
    with database.read() as session:
        return session.get_one(EntitlementClaim, claim_id)


def subject(database: Database, case: Case, name: str) -> CaseEntitlement:
    with database.read() as session:
        return next(one for one in queries.of_case(session, case.id) if one.entitlement == name)


def account(database: Database, case: Case, name: str) -> queries.Account:
    with database.read() as session:
        return queries.accounts(session, case.id)[subject(database, case, name).id]


def paid(database: Database, world: World, case: Case, name: str, **values: Any) -> UUID:
    made = claim(database, world, case, name, **values)
    approve(database, world, made)
    pay(database, world, made)
    return made


def reclaimed(database: Database, world: World, case: Case, amount: int = 40000) -> UUID:
    """A grant of EUR 400 was paid, and `amount` of it is to be paid back; the supervisor confirmed that."""
    paid(database, world, case, "grant", amount_minor=40000)
    of = subject(database, case, "grant").id
    wish = database.run(world[Role.CASEWORKER], paying.ask_reclaim, of, amount, "paid_in_error").id
    database.run(world[Role.SUPERVISOR], paying.answer_reclaim, wish, confirmed=True)
    return of
