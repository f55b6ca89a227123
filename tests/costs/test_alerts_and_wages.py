"""A ceiling in wages: a wage that rises, or is not known for a day, neither undoes a settlement nor hides a new fee."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from basis.errors import Conflict
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.contracts import service as contracts
from casework.contracts.service import RecordContract
from casework.contracts.tables import Contract
from casework.costs import alerts, service
from casework.costs.rules import AlertState, CostHead
from casework.costs.service import RecordCost
from casework.costs.tables import Cost
from casework.database import Database
from checklists.requirement import CostBearer
from tests.costs.test_costs import alert, corrected, refunded
from tests.support import contracts as signing
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.programmes import catalogue_with, extended
from tests.support.standing import Clock

PROGRAMME = extended(
    """
fee_ceilings:
  - head: recruitment_fee
    from: 2026-01-01
    salary_months: 1
    legal_basis: {title: Synthetic rules, as_of: 2026-01-01, confirmed: false}
""",
    "2099.34",
)
CATALOGUE = catalogue_with(PROGRAMME)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    with database.write(ENGINE) as work:
        return factories.case(
            work, world.office, programme_version=PROGRAMME.version, programme_digest=PROGRAMME.digest
        )  # fmt: skip


@pytest.fixture
def fee(database: Database, world: World, case: Case) -> Callable[[int], Cost]:
    """``fee(300_000)``: the worker paid a recruitment fee, in cents."""

    def paid(minor: int) -> Cost:
        command = RecordCost(
            case_id=case.id, head=CostHead.RECRUITMENT_FEE, amount_minor=minor, currency="EUR",
            paid_by=CostBearer.WORKER, paid_on=TODAY, payee="A broker", receipt="R-1",
        )  # fmt: skip
        return database.run(world[Role.CASEWORKER], service.record, CATALOGUE, command)

    return paid


@pytest.fixture
def wage(database: Database, world: World, case: Case, clock: Clock) -> Callable[[int], Contract | None]:
    """``wage(240_000)``: by a new contract, and the costs are looked at on the next day; 0 for none that is known."""
    signed: list[Contract] = []

    def becomes(minor: int) -> Contract | None:
        if minor:
            command = RecordContract(case_id=case.id, terms=signing.terms(wage_minor=minor), signed_on=TODAY)
            signed.append(database.run(world[Role.CASEWORKER], contracts.sign, command))
        else:
            database.run(world[Role.CASEWORKER], contracts.withdraw, signed[-1].id)
        clock.move(days=1)
        database.run(ENGINE, service.recheck, CATALOGUE)
        return signed[-1]

    return becomes


Fee = Callable[[int], Cost]
Wage = Callable[[int], Contract | None]


def stands(database: Database) -> tuple[AlertState, int, int, int, int]:
    row = alert(database)
    return row.state, row.excess_minor, row.refunded_minor, row.allowed_minor, row.freed_minor


@pytest.mark.parametrize(("between", "left"), [(0, 0), (250_000, 50_000), (400_000, 0)])
@pytest.mark.parametrize("allowed", [True, False])
def test_what_was_settled_stays_while_no_cost_changes(
    database: Database, world: World, fee: Fee, wage: Wage, between: int, left: int, allowed: bool
) -> None:
    other = world[Role.SUPERVISOR]
    wage(240_000)
    fee(300_000)
    if allowed:
        database.run(other, alerts.allow, CATALOGUE, alert(database).id, "Circular 5")
    else:
        refunded(database, other, CATALOGUE, alert(database), 60_000, "B-1")
    state, settled = AlertState.ALLOWED if allowed else AlertState.REFUNDED, (0, 60_000) if allowed else (60_000, 0)
    wage(between)
    assert stands(database) == (state, left, *settled, 0)
    wage(240_000)
    assert stands(database) == (state, 60_000, *settled, 0)
    wage(230_000)
    assert stands(database) == (AlertState.OPEN, 70_000, *settled, 0)


def test_a_part_that_was_refunded_is_not_forgotten_while_the_wage_is_unknown(
    database: Database, world: World, fee: Fee, wage: Wage
) -> None:
    wage(240_000)
    fee(300_000)
    refunded(database, world[Role.SUPERVISOR], CATALOGUE, alert(database), 20_000, "B-1")
    wage(0)
    database.run(world[Role.SUPERVISOR], alerts.confirm, CATALOGUE, alert(database).id)
    wage(240_000)
    assert stands(database) == (AlertState.OPEN, 60_000, 20_000, 0, 0)


def test_a_higher_wage_makes_no_room_for_a_new_fee_and_no_refund_is_lost(
    database: Database, world: World, fee: Fee, wage: Wage
) -> None:
    other = world[Role.SUPERVISOR]
    wage(240_000)
    fee(300_000)
    refunded(database, other, CATALOGUE, alert(database), 60_000, "B-1")
    wage(300_000)
    fee(40_000)
    assert stands(database) == (AlertState.OPEN, 40_000, 0, 0, 60_000)
    database.run(other, alerts.confirm, CATALOGUE, alert(database).id)
    assert stands(database) == (AlertState.REFUNDED, 40_000, 40_000, 0, 20_000)
    wage(240_000)
    assert stands(database) == (AlertState.OPEN, 100_000, 40_000, 0, 20_000)
    with error(Conflict, "receipt_recorded"):
        refunded(database, other, CATALOGUE, alert(database), 40_000, "B-1")
    assert database.run(other, alerts.confirm, CATALOGUE, alert(database).id).refunded_minor == 60_000
    assert refunded(database, other, CATALOGUE, alert(database), 40_000, "B-2").state is AlertState.REFUNDED


@pytest.mark.parametrize("between", [0, 350_000])
def test_a_fee_that_comes_while_nothing_is_over_is_due_when_the_wage_falls(
    database: Database, world: World, fee: Fee, wage: Wage, between: int
) -> None:
    wage(240_000)
    fee(300_000)
    database.run(world[Role.SUPERVISOR], alerts.allow, CATALOGUE, alert(database).id, "Circular 5")
    wage(between)
    fee(40_000)
    wage(330_000)
    assert stands(database) == (AlertState.OPEN, 10_000, 0, 0, 0)


def test_a_correction_opens_the_alert_again_also_while_the_wage_is_unknown(
    database: Database, world: World, fee: Fee, wage: Wage
) -> None:
    wage(240_000)
    first = fee(300_000)
    refunded(database, world[Role.SUPERVISOR], CATALOGUE, alert(database), 60_000, "B-1")
    wage(0)
    database.run(world[Role.CASEWORKER], service.correct, CATALOGUE, corrected(first, 290_000, payee="A broker"))
    assert stands(database) == (AlertState.OPEN, 0, 0, 0, 60_000)
    wage(240_000)
    assert database.run(world[Role.SUPERVISOR], alerts.confirm, CATALOGUE, alert(database).id).refunded_minor == 50_000
