"""Batches in a programme that asks for job orders: checked against them, refused beyond their places, taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from basis.errors import InvalidInput, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.batches import service as batches
from casework.batches.rules import Severity
from casework.batches.service import SubmitBatch
from casework.batches.tables import Batch, RowState
from casework.database import Database
from casework.recruitment import agencies, claims, orders
from casework.recruitment.agencies import SuspendAgency
from casework.recruitment.tables import JobOrder
from casework.settings import Settings
from checklists.catalogue import Catalogue
from documents.installation import Installation
from tests.batches.making import GOOD, as_csv
from tests.support import recruiting
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.recruiting import content
from workflows import intake

AGENCY, SUPERVISOR = Role.AGENCY_USER, Role.SUPERVISOR
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def asking() -> Catalogue:
    return recruiting.catalogue_asking()


@pytest.fixture
def order(database: Database, world: World, asking: Catalogue) -> JobOrder:
    recruiting.accredited(database, world)
    return recruiting.approved(database, world, asking)


@pytest.fixture
def house(database: Database, asking: Catalogue, tmp_path: Path) -> Installation:
    return Installation(Settings(home=tmp_path), database, asking)


def command(world: World, *rows: dict[str, str]) -> SubmitBatch:
    """A file of one worker for each row, with what the row changes."""
    made = [
        {
            **GOOD,
            "Agency reference": f"A-{number}",
            "Passport number": f"P1234{new_id().hex[-6:].upper()}",
            "Job order": "JO 1",
            "Employer": "",
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return SubmitBatch(agency_id=world.agency.id, file_name="workers.csv", data=as_csv(made))


def submitted(database: Database, world: World, *rows: dict[str, str]) -> batches.Submitted:
    return database.run(world[AGENCY], batches.submit, recruiting.asking(), command(world, *rows))


def states(database: Database, batch: Batch) -> list[RowState]:
    with database.read() as session:
        return [row.state for row, _reference in batches.rows_of(session, batch.id)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"Job order": ""}, ("Job order", "no_job_order")),
        ({"Job order": "JO 7"}, ("Job order", "unknown_job_order")),
        ({"Employer": "Somebody"}, ("Employer", "other_employer")),
        ({"Occupation (ISCO-08)": "7115"}, ("Occupation (ISCO-08)", "other_occupation")),
    ],
)
def test_a_row_that_does_not_fit_its_job_order_is_refused_and_the_others_are_taken(
    database: Database, world: World, order: JobOrder, row: dict[str, str], found: tuple[str, str]
) -> None:
    result = submitted(database, world, {}, row)
    errors = [(one.row, one.column, one.code) for one in result.check.findings if one.severity is Severity.ERROR]
    assert errors == [(3, *found)]
    assert (result.batch.rows_good, result.batch.rows_refused) == (1, 1)


def test_a_file_with_more_rows_than_places_is_not_taken(database: Database, world: World, order: JobOrder) -> None:
    file = command(world, {}, {}, {})
    with database.read() as session:
        asked = batches.asked_of(session, recruiting.asking(), world.agency.id, TODAY)
    check = batches.check_on(recruiting.asking(), file, TODAY, asked)
    (finding,) = check.errors
    assert (finding.row, finding.column, finding.code, check.proposed) == (None, "Job order", "no_headroom", ())
    with error(InvalidInput, "no_good_row"):
        database.run(world[AGENCY], batches.submit, recruiting.asking(), file)


def test_rows_become_cases_with_a_place_each(
    database: Database, world: World, order: JobOrder, house: Installation
) -> None:
    batch = submitted(database, world, {}, {}).batch
    assert intake.take_in(house, batch.id).taken == 2
    with database.read() as session:
        assert claims.remaining(session, [order.id])[order.id] == 0


def test_of_two_batches_for_the_last_places_the_first_gets_them(
    database: Database, world: World, order: JobOrder, house: Installation
) -> None:
    first, second = (submitted(database, world, {}, {}).batch for _each in range(2))
    assert [intake.take_in(house, one.id).taken for one in (first, second)] == [2, 0]
    assert states(database, second) == [RowState.REFUSED] * 2
    with database.read() as session:
        told = session.get_one(Batch, second.id).findings
    assert [(one["row"], one["code"]) for one in told] == [(2, "no_headroom"), (3, "no_headroom")]


@pytest.mark.parametrize("after", ["suspended", "closed", "change"])
def test_what_ends_between_handing_in_and_taking_in_refuses_the_rows(
    database: Database, world: World, asking: Catalogue, order: JobOrder, house: Installation, after: str
) -> None:
    batch = submitted(database, world, {}, {}).batch
    if after == "suspended":
        row = SuspendAgency(agency_id=world.agency.id, since=TODAY, reason="complaints", authority="Synthetic ministry")
        database.run(world[SUPERVISOR], agencies.suspend, recruiting.catalogue_asking(), row)
    elif after == "closed":
        database.run(world[SUPERVISOR], orders.close, order.id, "employer_withdrew")
    else:
        database.run(world[AGENCY], orders.ask_change, asking, order.id, content(headcount=1))
        database.run(world[SUPERVISOR], orders.approve, asking, order.id)
    taken = intake.take_in(house, batch.id).taken
    assert taken == (1 if after == "change" else 0)
    codes = {"suspended": "agency_suspended", "closed": "job_order_state", "change": "no_headroom"}
    with database.read() as session:
        told = session.get_one(Batch, batch.id).findings
    assert {one["code"] for one in told} == {codes[after]}
    assert len(told) == 2 - taken


@pytest.mark.parametrize("how", ["suspended", "lapsed"])
def test_a_batch_of_an_agency_that_may_bring_nobody_is_refused(
    database: Database, world: World, order: JobOrder, how: str
) -> None:
    file = command(world, {})
    if how == "suspended":
        row = SuspendAgency(agency_id=world.agency.id, since=TODAY, reason="complaints", authority="Synthetic ministry")
        suspension, _touched = database.run(world[SUPERVISOR], agencies.suspend, recruiting.catalogue_asking(), row)
        with error(Refused, "agency_suspended"):
            database.run(world[AGENCY], batches.submit, recruiting.asking(), file)
        database.run(world[SUPERVISOR], agencies.lift, suspension.id)
        assert database.run(world[AGENCY], batches.submit, recruiting.asking(), file).is_new
        return
    with database.read() as session:
        licence = agencies.licences_of(session, world.agency.id)[0]
    database.run(world[SUPERVISOR], agencies.revoke_licence, licence.id, TODAY, "guarantee_lapsed")
    with error(Refused, "agency_licence"):
        database.run(world[AGENCY], batches.submit, recruiting.asking(), file)


def test_the_same_file_again_is_the_same_batch_although_its_places_are_taken(
    database: Database, world: World, order: JobOrder, house: Installation
) -> None:
    file = command(world, {}, {})
    first = database.run(world[AGENCY], batches.submit, recruiting.asking(), file)
    intake.take_in(house, first.batch.id)
    again = database.run(world[AGENCY], batches.submit, recruiting.asking(), file)
    assert (again.batch.id, again.is_new) == (first.batch.id, False)


def test_a_programme_that_asks_for_accreditation_alone_reads_the_employer(database: Database, world: World) -> None:
    recruiting.accredited(database, world)
    rules = recruiting.asking(recruiting.RULES.replace("job_orders: required", "job_orders: none"))
    rows = ({"Employer": world.employer.name.upper()}, {"Employer": world.employer.code}, {"Employer": "Nobody"})
    result = database.run(world[AGENCY], batches.submit, rules, command(world, *rows))
    assert [(one.row, one.code) for one in result.check.errors] == [(4, "not_accredited")]


def test_an_accreditation_that_ended_refuses_the_rows(database: Database, world: World, order: JobOrder) -> None:
    with database.read() as session:
        (principal,) = agencies.principals_of(session, world.agency.id)
    database.run(world[SUPERVISOR], agencies.withdraw_principal, principal.id, TODAY, "authority_decided")
    with error(InvalidInput, "no_good_row"):
        submitted(database, world, {})
