"""The register of institutions, and diplomas as they are printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput
from basis.ids import new_id
from basis.roles import Role
from casework.cases import facts
from casework.cases.tables import Case
from casework.database import Database
from casework.qualifications import institutions
from casework.qualifications.institutions import DescribeInstitution
from casework.qualifications.rules import InstitutionStatus
from casework.qualifications.tables import Diploma, Institution
from tests.support import recognising
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

Add = Callable[..., Diploma]

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""


@pytest.fixture
def add(database: Database, world: World, case: Case) -> Add:
    """``add(awarded=2012)``: a caseworker records a diploma."""

    def added(**values: Any) -> Diploma:
        return recognising.add_diploma(database, world, case, **values)

    return added


@one_database
def test_the_institution_is_found_by_name_and_country_and_changes_by_versions(
    database: Database, world: World, case: Case, add: Add
) -> None:
    first = add()
    second = add(institution="  shkolla e  mesme TEKNIKE", title="Another")
    other = add(country="AL", title="A third")
    assert first.institution_id == second.institution_id != other.institution_id
    command = DescribeInstitution(
        institution_id=first.institution_id,
        name="Shkolla e Mesme Teknike",
        status=InstitutionStatus.RECOGNISED,
        source="anabin.kmk.org",
        as_of=TODAY,
    )
    changed = database.run(world[Role.CASEWORKER], institutions.describe, command, 1)
    assert (changed.number, changed.status) == (2, InstitutionStatus.RECOGNISED)
    with error(Conflict, "stale"):
        database.run(world[Role.SUPERVISOR], institutions.describe, command, 1)
    with database.read() as session:
        versions = institutions.versions_of(session, changed.id)
        found, total = institutions.found(session, "teknike mesme", "XK", limit=10)
    assert [(one.number, one.status.value) for one in versions] == [(2, "H+"), (1, "unlisted")]
    assert ([row.id for row in found], total) == ([changed.id], 1)
    with database.read() as session:
        found_facts = facts.load(session, [session.get_one(Case, case.id)])[case.id].facts
    assert [one for one in found_facts if one.kind == "diploma_recognition"] == []  # a status decides nothing


@one_database
def test_a_status_needs_its_source_and_day(database: Database, world: World, add: Add) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"source": ""}, "missing_value"),
        ({"as_of": None}, "missing_value"),
        ({"as_of": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"name": "Universiteti"}, "institution_known"),
    )
    for values, code in refused:
        row = add()
        add(institution="Universiteti")
        command = DescribeInstitution(
            **{
                "institution_id": row.institution_id,
                "name": "Shkolla",
                "status": InstitutionStatus.MIXED,
                "source": "anabin",
                "as_of": TODAY,
                **values,
            }
        )
        with error(InvalidInput, code):
            database.run(world[Role.CASEWORKER], institutions.describe, command)


def test_two_who_add_the_same_institution_at_once_add_one(database: Database, world: World, case: Case) -> None:
    people = [world[Role.CASEWORKER], world[Role.SUPERVISOR]]
    answers = together(database, people, lambda work: institutions.found_or_added(work, "Universiteti", "XK"))
    assert answers == [DONE, DONE]
    with database.read() as session:
        assert len(session.exec(select(Institution)).all()) == 1


@one_database
def test_a_bad_diploma_is_refused(add: Add) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"awarded": 2004}, "too_young"),
        ({"awarded": 2027}, "date_in_future"),
        ({"awarded": 13}, "too_young"),
        ({"isced": 9}, "unknown_isced"),
        ({"isced": -1}, "unknown_isced"),
        ({"country": "XX"}, "unknown_country"),
        ({"institution": " "}, "missing_value"),
        ({"title": ""}, "missing_value"),
        ({"evidence_id": new_id()}, "evidence"),
    )
    for values, code in refused:
        with error(InvalidInput, code):
            add(**values)


@one_database
def test_a_diploma_of_the_eleventh_year_is_taken(add: Add) -> None:
    assert add(awarded=2005).awarded == 2005
