"""The skills map: search, picture and demand, on both databases; the days are those of the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from basis.errors import InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import facts, service
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.cohorts import service as cohorts
from casework.cohorts.service import AddCohort
from casework.database import Database
from casework.qualifications import service as qualifications
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import Diploma, Institution, QualificationKind, QualificationOutcome
from casework.skills import matching, queries
from casework.skills.rules import Asked, Demand, Verdict
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.schedule import plan
from tests.support import factories
from tests.support.factories import TODAY, World

MINE = Role.CASEWORKER


def shows(database: Database, world: World, case: Case, level: str, **skills: str) -> None:
    command = DecideQualification.model_validate(
        {
            "case_id": case.id,
            "kind": QualificationKind.LANGUAGE,
            "outcome": QualificationOutcome.FULL,
            "subject": "de",
            "level": level,
            "skills": skills,
            "title": "Synthetic test",
            "authority": "Synthetic test centre",
            "tested_on": TODAY - timedelta(days=30),
            "decided_on": TODAY - timedelta(days=20),
        }
    )
    database.run(world[MINE], qualifications.decide, command)


def graduates(database: Database, case: Case, isced: int) -> None:
    def act(work: Work) -> None:
        school = Institution(
            name=f"Synthetic school {isced}", key=f"school {isced}", search_name="school", country="XK",
            recorded_at=work.now, recorded_by="engine",
        )  # fmt: skip
        work.session.add(school)
        work.session.flush()
        row = Diploma(
            case_id=case.id, worker_id=case.worker_id, institution_id=school.id, title="Synthetic", isced=isced,
            awarded=2015, recorded_at=work.now, recorded_by="engine",
        )  # fmt: skip
        work.session.add(row)

    database.run(ENGINE, act)


def found(database: Database, world: World, asked: Asked, role: Role = MINE) -> list[str]:
    with database.read() as session:
        page = queries.search(session, world[role], asked, TODAY, offset=0, limit=50)
    assert page.total == len(page.lines)
    return [line.case.reference for line in page.lines]


def changed(database: Database, case: Case, **values: Any) -> None:
    def act(work: Work) -> None:
        row = work.session.get_one(Case, case.id)
        for name, value in values.items():
            setattr(row, name, value)
        work.session.add(row)

    database.run(ENGINE, act)


def test_how_long_a_case_takes_is_kept_as_its_plan_has_it(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    database.run(world[MINE], service.assessed, catalogue, opened.id)
    with database.read() as session:
        case = session.get_one(Case, opened.id)
        known = facts.load(session, [case])[case.id]
    programme = programme_of(catalogue, case)
    earliest = plan(programme, known, TODAY).earliest_departure
    assert earliest is not None and case.ready_in == (earliest - TODAY).days > 0


def test_a_case_that_nobody_works_on_is_not_on_the_map(
    database: Database, world: World, open_case: Callable[..., Case]
) -> None:
    case = open_case(reference="BB-1")
    assert found(database, world, Asked()) == ["BB-1"]
    for life in set(CaseLife) - {CaseLife.OPEN, CaseLife.CLEARED}:
        changed(database, case, life=life)
        assert found(database, world, Asked()) == []


def test_workers_are_found_by_what_they_can_do(
    database: Database, world: World, open_case: Callable[..., Case]
) -> None:
    mason, nurse = open_case(reference="BB-1", occupation="7112"), open_case(reference="BB-2", occupation="2221")
    shows(database, world, mason, "B1", speaking="A2", listening="B2")
    shows(database, world, nurse, "A2")
    graduates(database, nurse, 6)
    assert found(database, world, Asked(occupation="71")) == ["BB-1"]
    assert found(database, world, Asked(occupation="9")) == []
    assert found(database, world, Asked(language="de", level="A2")) == ["BB-1", "BB-2"]
    assert found(database, world, Asked(language="de", level="B1")) == ["BB-1"]
    assert found(database, world, Asked(language="fr")) == []
    assert found(database, world, Asked(language="de", skills={"speaking": "A2"})) == ["BB-1", "BB-2"]
    assert found(database, world, Asked(language="de", level="A2", skills={"speaking": "B1"})) == []
    assert found(database, world, Asked(language="de", skills={"listening": "B2", "reading": "B1"})) == ["BB-1"]
    assert found(database, world, Asked(isced=5)) == ["BB-2"]
    assert found(database, world, Asked(isced=7)) == []
    assert found(database, world, Asked(track="home")) == []
    assert found(database, world, Asked(track="away", programme=mason.programme_id)) == ["BB-1", "BB-2"]


def test_what_was_withdrawn_or_not_recognised_shows_nothing(database: Database, world: World, opened: Case) -> None:
    shows(database, world, opened, "B1")
    with database.read() as session:
        [row] = queries.proven(session, [opened.id])[opened.id].values()
    database.run(world[MINE], qualifications.withdraw, row.id, "recorded_in_error")
    assert found(database, world, Asked(language="de", level="A1")) == []


def test_the_order_is_readiness_then_reference_and_who_has_no_day_comes_last(
    database: Database, world: World, open_case: Callable[..., Case]
) -> None:
    days = {"BB-4": 30, "BB-1": 90, "BB-3": 30, "BB-2": None, "BB-5": 0}
    for reference, ready_in in days.items():
        changed(database, open_case(reference=reference), ready_in=ready_in)
    assert found(database, world, Asked()) == ["BB-5", "BB-3", "BB-4", "BB-1", "BB-2"]
    by_month = Asked(ready_by=TODAY + timedelta(days=30))
    assert found(database, world, by_month) == ["BB-5", "BB-3", "BB-4"]
    with database.read() as session:
        drawn = queries.picture(session, world[MINE], Asked(), TODAY)
    [row] = drawn.rows
    assert (row.occupation, row.cleared, row.unknown, row.total) == ("71", 1, 1, 5)
    assert row.months == (0, 2, 1, 0, 0, 0)  # November, December, January ...
    assert row.later == 0


def test_the_picture_counts_what_the_search_finds(
    database: Database, world: World, open_case: Callable[..., Case]
) -> None:
    for number, occupation in enumerate(("7112", "7112", "7123", "2221"), start=1):
        open_case(reference=f"BB-{number}", occupation=occupation)
    with database.read() as session:
        whole = queries.picture(session, world[MINE], Asked(), TODAY)
        finer = queries.picture(session, world[MINE], Asked(occupation="71"), TODAY)
    assert {row.occupation: row.total for row in whole.rows} == {"71": 3, "22": 1}
    assert {row.occupation: row.total for row in finer.rows} == {"711": 2, "712": 1}


def test_a_cohort_is_searched_by_its_code(
    database: Database, world: World, catalogue: Catalogue, open_case: Callable[..., Case]
) -> None:
    inside, _outside = open_case(reference="BB-1"), open_case(reference="BB-2")
    command = AddCohort(
        code="COH-1", title="Synthetic", funder="Synthetic", programme=inside.programme_id,
        office_id=world.office.id, starts_on=date(2026, 12, 1), intake=5, costs={},
    )  # fmt: skip
    cohort = database.run(world[Role.SUPERVISOR], cohorts.add, catalogue, command)
    database.run(world[Role.SUPERVISOR], cohorts.join, inside.id, cohort.id)
    assert found(database, world, Asked(cohort="COH-1")) == ["BB-1"]
    with pytest.raises(NotFound):
        found(database, world, Asked(cohort="COH-2"))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CASEWORKER, Role.SUPERVISOR)])
def test_the_map_is_for_casework_alone(database: Database, world: World, role: Role) -> None:
    with pytest.raises(Refused):
        found(database, world, Asked(), role)
    demand = Demand("7112", 1, TODAY, "DE")
    with database.read() as session, pytest.raises(Refused):
        queries.candidates(session, world[role], demand, TODAY, offset=0, limit=5)


def test_another_office_finds_nobody(database: Database, world: World, opened: Case) -> None:
    def act(work: Work) -> Any:
        return factories.actor(work, factories.office(work), MINE)

    stranger = database.run(ENGINE, act)
    with database.read() as session:
        assert queries.search(session, stranger, Asked(), TODAY, offset=0, limit=5).total == 0
        assert queries.picture(session, stranger, Asked(), TODAY).rows == ()


def test_a_demand_shows_each_worker_with_what_speaks_for_it_and_against(
    database: Database, world: World, catalogue: Catalogue, open_case: Callable[..., Case]
) -> None:
    ready, learning = open_case(reference="BB-2"), open_case(reference="BB-1")
    near, far = open_case(reference="BB-3", occupation="7111"), open_case(reference="BB-4", occupation="2221")
    for case in (ready, learning, near, far):
        changed(database, case, job_order="")
        database.run(world[MINE], service.assessed, catalogue, case.id)
    shows(database, world, ready, "B1")
    demand = Demand("7112", 3, date(2027, 10, 1), "DE", "de", "A2")
    with database.read() as session:
        page = matching.match(session, world[MINE], catalogue, demand, TODAY, offset=0, limit=50)
    lines = {line.line.case.reference: line for line in page.lines}
    assert set(lines) == {"BB-1", "BB-2", "BB-3"}
    assert (page.tally.of_occupation, page.tally.with_language, page.tally.in_time) == (2, 1, 1)
    said = {one.criterion.value: (one.verdict.value, str(one.words)) for one in lines["BB-2"].reasons}
    assert said["language"] == ("met", f"B1, tested on {TODAY - timedelta(days=30)}")
    assert said["occupation"][0] == said["destination"][0] == said["free"][0] == "met"
    assert said["readiness"][0] == "coming"
    coming = {one.criterion.value: one for one in lines["BB-1"].reasons}["language"]
    assert coming.verdict is Verdict.COMING and coming.on is not None and TODAY < coming.on < demand.from_day
    assert {one.criterion.value: one.verdict.value for one in lines["BB-3"].reasons}["occupation"] == "missing"


def test_nobody_is_left_out_of_a_demand_and_nobody_is_ranked(
    database: Database, world: World, catalogue: Catalogue, open_case: Callable[..., Case]
) -> None:
    for number in (3, 1, 2):
        open_case(reference=f"BB-{number}")
    demand = Demand("7112", 1, date(2027, 10, 1), "DE")
    with database.read() as session:
        page = matching.match(session, world[MINE], catalogue, demand, TODAY, offset=0, limit=50)
    assert [line.line.case.reference for line in page.lines] == ["BB-1", "BB-2", "BB-3"]
    assert page.total == 3


def test_a_demand_in_the_past_is_refused(database: Database, world: World, catalogue: Catalogue) -> None:
    demand = Demand("7112", 1, TODAY - timedelta(days=1), "DE")
    with database.read() as session, pytest.raises(InvalidInput):
        matching.match(session, world[MINE], catalogue, demand, TODAY, offset=0, limit=50)
