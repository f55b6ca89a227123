"""What an auditor reaches by an engagement, and who opens, extends and closes one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.auditing import engagements, queries
from casework.cases import changes
from casework.cases.tables import Case
from casework.certificates import queries as register
from casework.certificates.queries import RegisterFilter
from casework.database import Database
from tests.auditing.house import House, auditor, opening
from tests.auditing.issued import issued
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, World, user_id

AUDITOR, SUPERVISOR, ADMINISTRATOR = Role.AUDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def numbers(database: Database, actor: Actor) -> set[str]:
    with database.read() as session:
        lines, _total = register.register(session, actor, RegisterFilter(), TODAY, limit=None)
    return {line.row.number for line in lines}


def test_an_auditor_reaches_what_an_open_engagement_covers_and_nothing_else(house: House) -> None:
    database, world = house.database, house.world
    with database.write(ENGINE) as work:
        elsewhere = issued(work, factories.case(work, factories.office(work)))
        other = issued(work, factories.case(work, world.office, programme_id="another-programme"))
    mine = {one.number for one in house.documents}
    assert numbers(database, house.lead) == mine | {other.number}
    stranger = auditor(database, world)
    assert numbers(database, stranger) == set()
    assert elsewhere.number in numbers(database, ENGINE)
    narrow = opening(world, stranger, offices=(), programmes=(PROGRAMME,))
    number = database.run(world[ADMINISTRATOR], engagements.start, house.catalogue, narrow).number
    assert numbers(database, stranger) == mine | {elsewhere.number}
    database.run(world[ADMINISTRATOR], engagements.close, number)
    assert numbers(database, stranger) == set()


@on_sqlite
@pytest.mark.parametrize(("days", "reaches"), [(-1, False), (0, True), (30, True), (31, False)])
def test_access_lasts_from_the_first_day_to_the_last(house: House, days: int, reaches: bool) -> None:
    there = dataclasses.replace(house.lead, on=TODAY + timedelta(days=days))
    assert bool(numbers(house.database, there)) is reaches
    with house.database.read() as session:
        assert bool(session.exec(select(Case).where(changes.visible(there))).all()) is reaches


@on_sqlite
def test_where_no_engagement_was_ever_opened_an_auditor_sees_all(database: Database, world: World, case: Case) -> None:
    for actor in (world[AUDITOR], auditor(database, world)):
        with database.read() as session:
            assert changes.find(session, actor, case.id) == case


@on_sqlite
def test_an_actor_without_a_day_reaches_nothing_once_there_are_engagements(house: House) -> None:
    assert numbers(house.database, dataclasses.replace(house.lead, on=None)) == set()


@on_sqlite
def test_engagements_are_opened_by_administrators_and_by_supervisors_of_their_own_office(house: House) -> None:
    database, world, lead = house.database, house.world, house.lead
    database.run(world[SUPERVISOR], engagements.start, house.catalogue, opening(world, lead))
    for role in set(Role) - {SUPERVISOR, ADMINISTRATOR}:
        with error(Refused, "role"):
            database.run(world[role], engagements.start, house.catalogue, opening(world, lead))
    with database.write(ENGINE) as work:
        elsewhere = factories.office(work).id
    wrong: list[tuple[dict[str, Any], type[PredepartureError], str]] = [
        ({"offices": ()}, Refused, "other_office"),
        ({"offices": (elsewhere,)}, Refused, "other_office"),
        ({"offices": (world.agency.id,)}, InvalidInput, "organisation_kind"),
        ({"ends_on": TODAY - timedelta(days=1)}, InvalidInput, "date_order"),
        ({"begins_on": date(2020, 1, 1), "ends_on": date(2020, 2, 1)}, InvalidInput, "date_in_past"),
        ({"auditors": ()}, InvalidInput, "no_auditor"),
        ({"lead": user_id(house.second)}, InvalidInput, "no_auditor"),
        (
            {"auditors": (user_id(world[SUPERVISOR]),), "lead": user_id(world[SUPERVISOR])},
            InvalidInput,
            "not_an_auditor",
        ),
        ({"programmes": ("atlantis",)}, NotFound, "unknown_programme"),
        ({"title": " "}, InvalidInput, "missing_value"),
    ]
    for values, kind, code in wrong:
        with error(kind, code):
            database.run(world[SUPERVISOR], engagements.start, house.catalogue, opening(world, lead, **values))


@on_sqlite
def test_an_engagement_is_extended_and_staffed_anew_until_it_is_closed(house: House) -> None:
    database, world, number = house.database, house.world, house.engagement.number
    later, third = TODAY + timedelta(days=90), auditor(database, world)
    people = [user_id(third)]
    database.run(world[SUPERVISOR], engagements.change, number, later, people, user_id(third))
    with database.read() as session:
        line = queries.one(session, world[ADMINISTRATOR], number)
        assert (line.row.ends_on, [one.id for one in line.auditors]) == (later, people)
    with error(NotFound, "engagement"):
        house.draw()
    database.run(world[SUPERVISOR], engagements.close, number)
    acts: tuple[Callable[[], object], ...] = (
        lambda: database.run(world[SUPERVISOR], engagements.close, number),
        lambda: database.run(world[SUPERVISOR], engagements.change, number, later, people, user_id(third)),
    )
    for act in acts:
        with error(Conflict, "engagement_over"):
            act()
