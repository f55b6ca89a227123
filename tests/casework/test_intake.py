"""Who may take part, and where to: the same rules for a case opened by hand and for a row of a batch."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest

from basis.errors import InvalidInput
from basis.roles import Role
from casework.batches.service import check_data
from casework.cases import service
from casework.cases.rules import CaseSource
from casework.cases.service import ReplanCase
from casework.cases.tables import Case
from casework.database import Database
from checklists.programme import Programme
from tests.batches.making import GOOD, as_csv
from tests.checklists.building import BASIS, programme, requirement_text, stage_text
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.opening import open_command
from tests.support.programmes import catalogue_with

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RULES = f"""
eligibility:
  - {{id: age, title: At most 45 years old, when: "age_at(registered_on) <= 45", {BASIS}}}
  - {{id: nationals, title: Nationals of Kosovo or Albania, when: "nationality in ('XK', 'AL')", {BASIS}}}
  - {{id: gulf, title: Women go to the Emirates only, when: "sex != 'F' or destination == 'AE'", {BASIS}}}
  - {{id: paper_there, title: The paper is there, when: "has('paper')", {BASIS}}}
"""


def strict() -> Programme:
    """Leads to two countries, and admits not everybody."""
    made = programme(stage_text("papers", requirement_text()), head=RULES)
    return made.model_copy(update={"destinations": ("AE", "SA"), "digest": "0" * 64})


@pytest.mark.parametrize(("source", "code"), [("self", ""), ("office", ""), ("employer", "source_not_admitted")])
@on_sqlite
def test_a_case_comes_from_where_the_programme_says(database: Database, world: World, source: str, code: str) -> None:
    catalogue = catalogue_with(strict().model_copy(update={"intake": ("self", "office")}))
    command = open_command(world, programme="trial", destination="AE", source=CaseSource(source))
    with error(InvalidInput, code) if code else nullcontext():
        database.run(world[Role.CASEWORKER], service.open_case, catalogue, command)


@pytest.mark.parametrize(
    ("worker", "values", "code"),
    [
        ({}, {}, "missing_destination"),
        ({}, {"destination": "DE"}, "unknown_destination"),
        ({"birth_date": date(2009, 1, 1)}, {"destination": "AE"}, "under_age"),
        ({"birth_date": date(1970, 1, 1)}, {"destination": "AE"}, "not_eligible"),
        ({"nationality": "MK"}, {"destination": "AE"}, "not_eligible"),
        ({}, {"destination": "SA"}, "not_eligible"),
        ({}, {"destination": "AE"}, ""),
        ({"nationality": "AL", "birth_date": None}, {"destination": "AE"}, ""),
        ({}, {"track": "home", "planned_departure": None}, ""),
    ],
)
@on_sqlite
def test_a_case_is_opened_for_who_may_take_part_and_to_where_the_programme_leads(
    database: Database, world: World, worker: dict[str, Any], values: dict[str, Any], code: str
) -> None:
    catalogue = catalogue_with(strict())
    command = open_command(world, programme="trial", worker=factories.worker_data(**worker), **values)

    def open_case() -> Case:
        return database.run(world[Role.CASEWORKER], service.open_case, catalogue, command)

    if code:
        with error(InvalidInput, code):
            open_case()
    else:
        assert open_case().destination == values.get("destination", "")


@on_sqlite
def test_a_destination_that_was_wrong_is_corrected_to_another_of_the_programme(
    database: Database, world: World
) -> None:
    catalogue = catalogue_with(strict())
    command = open_command(world, programme="trial", destination="AE")
    case = database.run(world[Role.CASEWORKER], service.open_case, catalogue, command)
    for wrong, code in (("DE", "unknown_destination"), ("", "missing_destination")):
        with error(InvalidInput, code):
            database.run(world[Role.CASEWORKER], service.replan, catalogue, case.id, ReplanCase(destination=wrong))
    right = ReplanCase(destination="SA")
    assert database.run(world[Role.CASEWORKER], service.replan, catalogue, case.id, right).destination == "SA"


def test_a_batch_holds_its_rows_to_the_same_rules() -> None:
    away = GOOD | {"Destination": "AE"}
    changes: list[dict[str, str]] = [
        {},
        {"Nationality": "North Macedonia"},
        {"Date of birth": "1970-01-01"},
        {"Sex": "F", "Destination": "SA"},
    ]
    rows = [
        away | {"Agency reference": f"A-{number}", "Passport number": f"P1234567{number}"} | change
        for number, change in enumerate(changes, start=1)
    ]
    data = as_csv(rows)
    result = check_data(strict(), data, "workers.csv", TODAY)
    assert [worker.agency_reference for worker in result.proposed] == ["A-1"]
    assert [(finding.row, finding.code) for finding in result.errors] == [
        (3, "not_eligible"),
        (4, "not_eligible"),
        (5, "not_eligible"),
    ]
    assert "Nationals of Kosovo or Albania" in str(result.errors[0].message)
