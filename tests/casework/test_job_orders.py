"""Job orders: who asks, who decides, what changes, and that never more workers have a place than were approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.rules import CaseLife, CaseSource
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case
from casework.database import Database
from casework.organisations.tables import Licence
from casework.recruitment import claims, orders, queries
from casework.recruitment.orders import OrderContent
from casework.recruitment.queries import OrderFilter
from casework.recruitment.rules import OrderState, VersionState
from casework.recruitment.tables import JobOrder
from checklists.catalogue import Catalogue
from tests.support import factories, recruiting
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.opening import open_command
from tests.support.recruiting import content, wanted

AGENCY, SUPERVISOR, CASEWORKER = Role.AGENCY_USER, Role.SUPERVISOR, Role.CASEWORKER
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def asking() -> Catalogue:
    return recruiting.catalogue_asking()


@pytest.fixture
def order(database: Database, world: World, asking: Catalogue) -> JobOrder:
    """Two places, approved."""
    recruiting.accredited(database, world)
    return recruiting.approved(database, world, asking)


def left(database: Database, order: JobOrder) -> int:
    with database.read() as session:
        return claims.remaining(session, [order.id])[order.id]


def brought(database: Database, world: World, catalogue: Catalogue, **values: Any) -> Case:
    """A worker whom the agency brings for the job order."""
    command = open_command(
        world,
        **{
            "agency_id": world.agency.id,
            "source": CaseSource.AGENCY,
            "job_order": "JO 1",
            "worker": factories.worker_data(),
            **values,
        },
    )
    return database.run(ENGINE, cases.open_case, catalogue, command)


def test_an_agency_asks_and_a_supervisor_approves(database: Database, world: World, asking: Catalogue) -> None:
    recruiting.accredited(database, world)
    order = database.run(world[AGENCY], orders.ask, asking, wanted(world))
    assert (order.number, order.state, order.in_force, order.office_id) == (
        "JO 1",
        OrderState.ASKED,
        0,
        world.office.id,
    )
    decided = database.run(world[SUPERVISOR], orders.approve, asking, order.id, order.version)
    assert (decided.state, decided.in_force, decided.decided_by) == (OrderState.APPROVED, 1, world[SUPERVISOR].key)
    with error(Conflict, "nothing_asked"):
        database.run(world[SUPERVISOR], orders.approve, asking, order.id)


def test_nobody_approves_what_they_asked_for(database: Database, world: World, asking: Catalogue) -> None:
    recruiting.accredited(database, world)
    order = database.run(world[SUPERVISOR], orders.ask, asking, wanted(world))
    for decide in (
        lambda work: orders.approve(work, asking, order.id),
        lambda work: orders.refuse(work, order.id, "mistake"),
    ):
        with error(Refused, "own_request"):
            database.run(world[SUPERVISOR], decide)
    database.run(world.seconds[SUPERVISOR], orders.approve, asking, order.id)


def test_who_may_not_ask_or_decide_is_refused(
    database: Database, world: World, asking: Catalogue, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(AGENCY, SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], orders.ask, asking, wanted(world))
    order = database.run(world[AGENCY], orders.ask, asking, wanted(world))
    for role in wrong_roles(SUPERVISOR):
        with pytest.raises(Refused):
            database.run(world[role], orders.approve, asking, order.id)


def test_a_licence_and_an_accreditation_come_before_the_job_order(
    database: Database, world: World, asking: Catalogue
) -> None:
    order = database.run(world[AGENCY], orders.ask, asking, wanted(world))
    with error(Refused, "not_accredited"):
        database.run(world[SUPERVISOR], orders.approve, asking, order.id)
    recruiting.accredited(database, world)
    with database.write(ENGINE) as work:
        for licence in work.session.exec(select(Licence).where(Licence.organisation_id == world.agency.id)):
            licence.withdrawn_on = TODAY
    with error(Refused, "agency_licence"):
        database.run(world[SUPERVISOR], orders.approve, asking, order.id)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"headcount": 0}, "headcount"),
        ({"headcount": -3}, "headcount"),
        ({"headcount": 100_001}, "headcount"),
        ({"wage": Money(0, "EUR")}, "wage"),
        ({"wage": Money(-1, "EUR")}, "wage"),
        ({"wage": Money(10**12 + 1, "EUR")}, "wage"),
        ({"wage": Money(1, "XXY")}, "currency"),
        ({"weekly_hours": 0}, "weekly_hours"),
        ({"weekly_hours": 99}, "weekly_hours"),
        ({"valid_until": TODAY - timedelta(days=1)}, "dates"),
        ({"valid_from": TODAY - timedelta(days=9), "valid_until": TODAY - timedelta(days=1)}, "dates"),
        ({"terms": {"lunch": "Free"}}, "terms"),
        ({"title": " "}, "missing_value"),
    ],
)
def test_what_cannot_be_is_not_asked_for(
    database: Database, world: World, asking: Catalogue, values: dict[str, Any], code: str
) -> None:
    with error(InvalidInput, code):
        database.run(world[AGENCY], orders.ask, asking, wanted(world, content=content(**values)))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"occupation": "71"}, "occupation"),
        ({"occupation": "9999"}, "occupation"),
        ({"destination": "SA"}, "unknown_destination"),
    ],
)
def test_a_job_order_is_for_work_and_a_country_that_there_are(
    database: Database, world: World, asking: Catalogue, values: dict[str, Any], code: str
) -> None:
    with error(InvalidInput, code):
        database.run(world[AGENCY], orders.ask, asking, wanted(world, **values))


def test_a_number_is_there_once_in_an_office_and_the_next_is_found(
    database: Database, world: World, asking: Catalogue
) -> None:
    database.run(world[AGENCY], orders.ask, asking, wanted(world))
    with error(Conflict, "job_order_exists"):
        database.run(world[SUPERVISOR], orders.ask, asking, wanted(world, number=" jo  1 "))
    numbers = [database.run(world[AGENCY], orders.ask, asking, wanted(world, number="")).number for _each in range(2)]
    assert numbers == ["JO-2026-0001", "JO-2026-0002"]


def test_another_agencys_or_offices_job_orders_are_unknown(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    with database.write(ENGINE) as work:
        rival = factories.agency(work, world.office)
        strangers = [factories.actor(work, rival, AGENCY), factories.actor(work, factories.office(work), SUPERVISOR)]
        other = factories.employer(work, world.office)
        strangers.append(factories.actor(work, other, Role.EMPLOYER_USER))
    for actor in strangers:
        with database.read() as session:
            assert queries.listed(session, actor, limit=5) == ([], 0)
            with error(NotFound, "job_order"):
                queries.find(session, actor, order.id)
    for actor in strangers[:2]:
        with pytest.raises(NotFound):
            database.run(actor, orders.ask_change, asking, order.id, content())
    with error(NotFound, "agency"):
        database.run(strangers[0], orders.ask, asking, wanted(world, number="X"))
    for role in (AGENCY, SUPERVISOR, CASEWORKER, Role.EMPLOYER_USER):
        with database.read() as session:
            (line,), total = queries.listed(session, world[role], limit=5)
        assert (line.order.id, line.places.remaining, total) == (order.id, 2, 1)


def test_a_change_holds_when_somebody_else_approved_it(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    more = content(headcount=5, wage=Money(250_000, "EUR"))
    row = database.run(world[AGENCY], orders.ask_change, asking, order.id, more, order.version)
    assert (row.number, left(database, order)) == (2, 2)
    with error(Conflict, "stale"):
        database.run(world[AGENCY], orders.ask_change, asking, order.id, more, order.version)
    again = database.run(world[AGENCY], orders.ask_change, asking, order.id, content(headcount=4), order.version + 1)
    changed = database.run(world[SUPERVISOR], orders.approve, asking, order.id)
    assert (changed.in_force, changed.headcount, again.number) == (3, 4, 3)
    with database.read() as session:
        states = [one.state for one in queries.versions(session, order.id)]
    assert states == [VersionState.APPROVED, VersionState.REPLACED, VersionState.APPROVED]


def test_a_refused_change_leaves_what_was_approved(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    database.run(world[AGENCY], orders.ask_change, asking, order.id, content(headcount=50))
    after = database.run(world[SUPERVISOR], orders.refuse, order.id, "no_need")
    assert (after.state, after.headcount, after.in_force, after.reason) == (OrderState.APPROVED, 2, 1, "")


def test_a_refused_job_order_can_be_asked_for_anew(database: Database, world: World, asking: Catalogue) -> None:
    recruiting.accredited(database, world)
    order = database.run(world[AGENCY], orders.ask, asking, wanted(world))
    refused = database.run(world[SUPERVISOR], orders.refuse, order.id, "wage_too_low")
    assert (refused.state, refused.reason) == (OrderState.REFUSED, "wage_too_low")
    database.run(world[AGENCY], orders.ask_change, asking, order.id, content(wage=Money(300_000, "EUR")))
    approved = database.run(world[SUPERVISOR], orders.approve, asking, order.id)
    assert (approved.state, approved.reason, approved.wage_minor) == (OrderState.APPROVED, "", 300_000)


def test_there_are_never_fewer_places_than_workers_who_have_one(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    for _each in range(2):
        brought(database, world, asking)
    with error(Conflict, "used"):
        database.run(world[AGENCY], orders.ask_change, asking, order.id, content(headcount=1))
    with error(Conflict, "no_headroom"):
        brought(database, world, asking)


def test_fewer_places_are_not_approved_once_more_are_taken(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    database.run(world[AGENCY], orders.ask_change, asking, order.id, content(headcount=1))
    for _each in range(2):
        brought(database, world, asking)
    with error(Conflict, "used"):
        database.run(world[SUPERVISOR], orders.approve, asking, order.id)


def test_a_worker_who_is_brought_takes_a_place_and_gets_the_employer(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    case = brought(database, world, asking, job_order=" jo 1 ")
    assert (case.job_order, case.employer, left(database, order)) == ("JO 1", world.employer.name, 1)
    with database.read() as session:
        ((holder, _claim),), total = queries.holders(session, world[CASEWORKER], order.id, limit=5)
        assert queries.holders(session, world[Role.EMPLOYER_USER], order.id, limit=5) == ([], 0)
    assert (holder.id, total) == (case.id, 1)


def test_who_comes_through_the_office_may_get_a_job_order_later(
    database: Database, world: World, asking: Catalogue
) -> None:
    case = database.run(world[CASEWORKER], cases.open_case, asking, open_command(world))
    office = database.run(world[SUPERVISOR], orders.ask, asking, wanted(world, agency_id=None, number="OWN"))
    database.run(world.seconds[SUPERVISOR], orders.approve, asking, office.id)
    changed = ReplanCase(job_order="own", employer=world.employer.code)
    database.run(world[CASEWORKER], cases.replan, asking, case.id, changed)
    assert left(database, office) == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"job_order": ""}, "no_job_order"),
        ({"job_order": "JO 9"}, "unknown_job_order"),
        ({"employer": "Somebody else"}, "other_employer"),
        ({"occupation": "7115"}, "other_occupation"),
    ],
)
def test_a_case_fits_the_job_order_that_it_names(
    database: Database, world: World, asking: Catalogue, order: JobOrder, values: dict[str, Any], code: str
) -> None:
    with error(InvalidInput, code):
        brought(database, world, asking, **values)


@pytest.mark.parametrize("act", ["suspend", "close"])
def test_nobody_more_gets_a_place_in_a_job_order_that_is_stopped(
    database: Database, world: World, asking: Catalogue, order: JobOrder, act: str
) -> None:
    case = brought(database, world, asking)
    database.run(world[SUPERVISOR], getattr(orders, act), order.id, "terms_not_kept")
    with error(InvalidInput, "job_order_state"):
        brought(database, world, asking)
    with database.read() as session:
        assert claims.order_of(session, case.id) is not None
    if act == "suspend":
        database.run(world[SUPERVISOR], orders.resume, order.id)
        brought(database, world, asking)
    else:
        with error(Conflict, "order_state"):
            database.run(world[SUPERVISOR], orders.resume, order.id)


def test_what_was_asked_for_is_forgotten_when_the_job_order_is_closed(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    database.run(world[AGENCY], orders.ask_change, asking, order.id, content(headcount=9))
    with database.read() as session:
        assert queries.waiting_count(session, world[SUPERVISOR]) == 1
        assert queries.listed(session, world[AGENCY], OrderFilter(waiting=True), limit=5)[1] == 1
    database.run(world[AGENCY], orders.close, order.id, "filled")
    with database.read() as session:
        assert queries.waiting_count(session, world[SUPERVISOR]) == 0


def test_a_job_order_out_of_its_days_gives_no_place(database: Database, world: World, asking: Catalogue) -> None:
    recruiting.accredited(database, world)
    days = {"valid_from": TODAY + timedelta(days=1), "valid_until": TODAY + timedelta(days=9)}
    recruiting.approved(database, world, asking, content=content(**days))
    with error(InvalidInput, "job_order_days"):
        brought(database, world, asking)


def test_the_end_of_a_case_frees_its_place_and_its_reversal_takes_it_back(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    case = brought(database, world, asking)

    def move(to: CaseLife, reason: str) -> None:
        command = MoveCase(case_id=case.id, to=to, reason=reason, happened_on=TODAY)
        database.run(world[SUPERVISOR], cases.move, asking, command)

    move(CaseLife.WITHDRAWN, "other_job")
    assert left(database, order) == 2
    move(CaseLife.OPEN, "recorded_in_error")
    assert left(database, order) == 1
    move(CaseLife.WITHDRAWN, "other_job")
    for _each in range(2):
        brought(database, world, asking)
    move(CaseLife.OPEN, "recorded_in_error")
    assert left(database, order) == 0
    with database.read() as session:
        assert claims.order_of(session, case.id) is None


def test_who_goes_to_another_job_order_frees_the_place_in_the_one_before(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    second = recruiting.approved(database, world, asking, number="JO 2")
    case = brought(database, world, asking)
    for number in ("JO 1", "jo 2", "JO 2"):
        database.run(world[CASEWORKER], cases.replan, asking, case.id, ReplanCase(job_order=number))
    assert (left(database, order), left(database, second)) == (2, 1)
    with error(InvalidInput, "unknown_job_order"):
        database.run(world[CASEWORKER], cases.replan, asking, case.id, ReplanCase(job_order="JO 9"))
    database.run(world[CASEWORKER], cases.replan, asking, case.id, ReplanCase(job_order=""))
    assert left(database, second) == 2


def test_the_same_place_is_claimed_once(database: Database, world: World, asking: Catalogue, order: JobOrder) -> None:
    case = brought(database, world, asking)
    with database.write(ENGINE) as work:
        work.session.add(case)
        first = claims.claim_of(work.session, case.id)
        assert claims.claim(work, case, order.id) == first
    assert left(database, order) == 1


def test_what_was_asked_is_read_again_as_it_was_written(
    database: Database, world: World, asking: Catalogue, order: JobOrder
) -> None:
    with database.read() as session:
        (version,) = queries.versions(session, order.id)
    assert OrderContent.model_validate(version.content, strict=False) == content()


def test_errors_name_no_worker(database: Database, world: World, asking: Catalogue, order: JobOrder) -> None:
    with pytest.raises(PredepartureError) as caught:
        brought(database, world, asking, employer="Hoxhademo Ltd")
    assert "Hoxhademo" not in str(caught.value)
