"""Cohorts: who sets them up, how many they take, and where their members stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.cohorts import queries, service
from casework.cohorts.queries import Count
from casework.cohorts.rules import CostGroup, Outcome, outcome
from casework.cohorts.service import AddCohort
from casework.cohorts.tables import Cohort
from casework.database import Database
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, World
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR, AUDITOR = Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COSTS = {group: Money(1_000_00 * number, "EUR") for number, group in enumerate(CostGroup, start=1)}


def cohort_of(world: World, **values: Any) -> AddCohort:
    return AddCohort(
        **{
            "code": "gsp-1",
            "title": "First cohort of builders",
            "funder": "Synthetic fund",
            "programme": PROGRAMME,
            "office_id": world.office.id,
            "starts_on": date(2026, 12, 1),
            "intake": 2,
            "costs": COSTS,
            **values,
        }
    )


@pytest.fixture
def cohort(database: Database, world: World, catalogue: Catalogue) -> Cohort:
    return database.run(world[SUPERVISOR], service.add, catalogue, cohort_of(world))


def cases_of(database: Database, world: World, *values: dict[str, Any]) -> list[Case]:
    with database.write(ENGINE) as work:
        return [factories.case(work, world.office, **more) for more in values]


@pytest.mark.parametrize(
    ("life", "departs", "in_training", "stands"),
    [
        (CaseLife.OPEN, True, False, Outcome.PREPARED),
        (CaseLife.ON_HOLD, True, True, Outcome.IN_TRAINING),
        (CaseLife.CLEARED, True, True, Outcome.CLEARED),
        (CaseLife.RETURNED, True, False, Outcome.DEPARTED),
        (CaseLife.CLOSED, True, False, Outcome.DEPARTED),
        (CaseLife.CLOSED, False, False, Outcome.COMPLETED_AT_HOME),
        (CaseLife.REFUSED, False, True, Outcome.WITHDRAWN),
    ],
)
def test_every_member_stands_at_exactly_one_outcome(
    life: CaseLife, departs: bool, in_training: bool, stands: Outcome
) -> None:
    assert outcome(life, departs=departs, in_training=in_training) is stands


@on_sqlite
def test_a_cohort_is_set_up_by_a_supervisor_of_its_office(
    database: Database, world: World, catalogue: Catalogue, cohort: Cohort
) -> None:
    assert (cohort.code, cohort.currency, cohort.training_minor, cohort.return_minor) == (
        "GSP-1",
        "EUR",
        100_000,
        500_000,
    )
    for role in set(Role) - {SUPERVISOR}:
        with pytest.raises(Refused):
            database.run(world[role], service.add, catalogue, cohort_of(world, code="other"))
    with database.write(ENGINE) as work:
        elsewhere = factories.office(work)
    wrong: list[tuple[dict[str, Any], type[PredepartureError], str]] = [
        ({}, Conflict, "cohort_exists"),
        ({"code": " "}, InvalidInput, "missing_value"),
        ({"code": "b", "intake": 0}, InvalidInput, "invalid_intake"),
        ({"code": "b", "costs": COSTS | {CostGroup.LIVING: Money(1, "CHF")}}, InvalidInput, "mixed_currencies"),
        ({"code": "b", "programme": "atlantis-germany"}, NotFound, "unknown_programme"),
        ({"code": "b", "office_id": elsewhere.id}, Refused, "other_office"),
        ({"code": "b", "office_id": world.agency.id}, InvalidInput, "organisation_kind"),
    ]
    for values, kind, code in wrong:
        with error(kind, code):
            database.run(world[SUPERVISOR], service.add, catalogue, cohort_of(world, **values))


@on_sqlite
def test_a_cohort_takes_cases_of_its_programme_and_office_up_to_its_intake(
    database: Database, world: World, catalogue: Catalogue, cohort: Cohort
) -> None:
    first, second, third = cases_of(database, world, {}, {}, {})
    with database.write(ENGINE) as work:
        elsewhere = factories.case(work, factories.office(work))
    (other,) = cases_of(database, world, {"programme_id": "another-programme"})
    actor = world[CASEWORKER]
    database.run(actor, service.join, first.id, cohort.id)
    with error(Conflict, "in_cohort"):
        database.run(actor, service.join, first.id, cohort.id)
    with error(InvalidInput, "other_programme"):
        database.run(actor, service.join, other.id, cohort.id)
    with error(NotFound, "cohort"):
        database.run(ENGINE, service.join, elsewhere.id, cohort.id)
    for role in (Role.AGENCY_USER, AUDITOR):
        with pytest.raises((Refused, NotFound)):
            database.run(world[role], service.join, second.id, cohort.id)
    database.run(actor, service.join, second.id, cohort.id)
    with error(Conflict, "cohort_full"):
        database.run(actor, service.join, third.id, cohort.id)
    with database.write(ENGINE) as work:
        work.session.get_one(Case, first.id).life = CaseLife.WITHDRAWN
    database.run(actor, service.join, third.id, cohort.id)
    with database.read() as session:
        line = queries.one(session, world[SUPERVISOR], catalogue, "gsp-1")
    assert (line.taken, line.selected) == (2, Count(3, 0))


def test_of_two_who_take_the_last_place_at_once_one_gets_it(
    database: Database, world: World, catalogue: Catalogue, cohort: Cohort
) -> None:
    first, *others = cases_of(database, world, {}, {}, {})
    database.run(world[CASEWORKER], service.join, first.id, cohort.id)
    waiting = [case.id for case in others]
    people = [world[CASEWORKER], world[SUPERVISOR]]
    assert together(database, people, lambda work: service.join(work, waiting.pop(), cohort.id)) == [
        "cohort_full",
        DONE,
    ]


@on_sqlite
def test_a_case_is_in_one_cohort_at_a_time_and_leaves_it(
    database: Database, world: World, catalogue: Catalogue, cohort: Cohort
) -> None:
    second = database.run(world[SUPERVISOR], service.add, catalogue, cohort_of(world, code="gsp-2"))
    (case,) = cases_of(database, world, {})
    for joined in (cohort, second):
        database.run(world[CASEWORKER], service.join, case.id, joined.id)
        with database.read() as session:
            assert queries.of_case(session, case.id) == joined
    database.run(world[CASEWORKER], service.leave, case.id)
    with database.read() as session:
        assert queries.of_case(session, case.id) is None
    with error(NotFound, "cohort"):
        database.run(world[CASEWORKER], service.leave, case.id)


@on_sqlite
def test_what_became_of_a_cohort_is_counted_at_home_and_away(
    database: Database, world: World, catalogue: Catalogue, cohort: Cohort
) -> None:
    training = {"stages": [{"stage": "training", "kind": "training", "status": "open"}]}
    members = cases_of(
        database,
        world,
        {"assessment": training},
        {"life": CaseLife.CLEARED, "track": "home"},
        {"life": CaseLife.ARRIVED, "ended_on": TODAY},
        {"life": CaseLife.CLOSED, "track": "home", "ended_on": TODAY},
        {"life": CaseLife.WITHDRAWN, "ended_on": TODAY},
    )
    with database.write(ENGINE) as work:
        work.session.get_one(Cohort, cohort.id).intake = 9
    for case in members:
        with database.write(ENGINE) as work:
            row = work.session.get_one(Case, case.id)
            life, row.life = row.life, CaseLife.OPEN
        database.run(world[CASEWORKER], service.join, case.id, cohort.id)
        with database.write(ENGINE) as work:
            work.session.get_one(Case, case.id).life = life
    with database.read() as session:
        (line,) = queries.listed(session, world[AUDITOR], catalogue)
        assert queries.listed(session, world[SUPERVISOR], catalogue, PROGRAMME) == [line]
        for role in (Role.AGENCY_USER, CASEWORKER, Role.ADMINISTRATOR):
            with pytest.raises(Refused):
                queries.listed(session, world[role], catalogue)
    assert line.selected == Count(3, 2)
    assert {stands: count for stands, count in line.outcomes.items() if count.all} == {
        Outcome.IN_TRAINING: Count(1, 0),
        Outcome.CLEARED: Count(0, 1),
        Outcome.DEPARTED: Count(1, 0),
        Outcome.COMPLETED_AT_HOME: Count(0, 1),
        Outcome.WITHDRAWN: Count(1, 0),
    }
    assert line.total == Money(1_500_000, "EUR")
