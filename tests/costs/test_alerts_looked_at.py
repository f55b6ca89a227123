"""No fee is settled, and none leaves an agency's record, that nobody but its recorder has looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from basis.errors import Conflict, PredepartureError, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.costs import alerts, queries, service
from casework.costs.rules import AlertState, AlertStepKind, CostHead
from casework.costs.service import CorrectCost, RecordCost
from casework.costs.tables import Cost, FeeAlert
from casework.database import Database
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.requirement import CostBearer
from tests.costs.conftest import Pay
from tests.costs.test_costs import alert, corrected, one_database, refunded
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World
from tests.support.opening import open_command
from tests.support.standing import Clock


def on_record(database: Database, agency_id: Any) -> tuple[int, int]:
    with database.read() as session:
        found = queries.findings_of(session, [agency_id])[agency_id]
    return found.open, found.refunded


def taken_back(database: Database, world: World, catalogue: Catalogue, cost: Cost) -> None:
    database.run(world[Role.CASEWORKER], service.take_back, catalogue, cost.case_id, cost.id, "not_paid")


@pytest.fixture
def office_case(database: Database, opened: Case) -> Case:
    """The case came through no agency, so only whom the fee was paid to says on whose record it counts."""

    def came_alone(work: Work) -> Case:
        case = work.session.get_one(Case, opened.id)
        case.agency_id = None
        work.session.add(case)
        return case

    return database.run(ENGINE, came_alone)


@one_database
@pytest.mark.parametrize("confirmed", [True, False])
def test_a_second_bribe_raises_its_alert_though_an_earlier_one_was_refunded_and_taken_back(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay, confirmed: bool
) -> None:
    first, other = pay("illegitimate", 50_000), world[Role.SUPERVISOR]
    row = alert(database)
    refunded(database, other, catalogue, row, 50_000, "B-1")
    taken_back(database, world, catalogue, first)
    now = alert(database)
    assert (now.state, now.excess_minor, now.refunded_minor, now.freed_minor) == (AlertState.OPEN, 0, 0, 50_000)
    if confirmed:
        assert database.run(other, alerts.confirm, catalogue, row.id).state is AlertState.CORRECTED
    pay("illegitimate", 50_000)
    now = alert(database)
    assert (now.state, now.excess_minor, now.refunded_minor) == (AlertState.OPEN, 50_000, 0)
    done = refunded(database, other, catalogue, row, 50_000, "B-2")
    assert (done.state, done.refunded_minor, done.freed_minor) == (AlertState.REFUNDED, 50_000, 0)


@one_database
def test_what_was_allowed_of_a_cost_that_is_gone_allows_no_other(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    first, other = pay("medical", 5_000), world[Role.SUPERVISOR]
    row = alert(database)
    database.run(other, alerts.allow, catalogue, row.id, "Circular 5")
    taken_back(database, world, catalogue, first)
    pay("medical", 5_000)
    now = alert(database)
    assert (now.state, now.allowed_minor) == (AlertState.OPEN, 0)
    with error(Conflict, "still_due"):
        database.run(other, alerts.confirm, catalogue, row.id)
    assert database.run(other, alerts.allow, catalogue, row.id, "Circular 6").state is AlertState.ALLOWED


@one_database
def test_a_refund_of_a_cost_that_was_taken_back_by_mistake_counts_again_once_somebody_else_says_so(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    first, other = pay("medical", 5_000), world[Role.SUPERVISOR]
    row = alert(database)
    refunded(database, other, catalogue, row, 5_000, "B-1")
    taken_back(database, world, catalogue, first)
    pay("medical", 7_000)
    part = database.run(other, alerts.confirm, catalogue, row.id)
    assert (part.state, part.refunded_minor, part.freed_minor) == (AlertState.OPEN, 5_000, 0)
    with error(Conflict, "still_due"):
        database.run(other, alerts.confirm, catalogue, row.id)
    assert refunded(database, other, catalogue, row, 2_000, "B-2").state is AlertState.REFUNDED


@one_database
def test_a_correction_after_the_resolution_needs_the_other_person_unless_only_the_receipt_came(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    first, clerk = pay("medical", 5_000, receipt=""), world[Role.CASEWORKER]
    row = alert(database)
    refunded(database, world[Role.SUPERVISOR], catalogue, row, 5_000, "B-1")
    with_receipt = corrected(first, 5_000, "receipt_added", receipt="R-7")
    second = database.run(clerk, service.correct, catalogue, with_receipt)
    assert alert(database).state is AlertState.REFUNDED
    database.run(clerk, service.correct, catalogue, corrected(second, 5_000, "wrong_payer", payee="The director"))
    assert alert(database).state is AlertState.OPEN
    with database.read() as session:
        assert queries.steps_of(session, [row.id])[row.id][-1].step is AlertStepKind.REOPENED
    assert database.run(world[Role.SUPERVISOR], alerts.confirm, catalogue, row.id).state is AlertState.REFUNDED


@one_database
def test_what_fell_since_the_last_look_makes_no_room_for_a_new_fee(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    first = pay("medical", 5_000)
    refunded(database, world[Role.SUPERVISOR], catalogue, alert(database), 5_000, "B-1")

    def no_more(work: Work) -> None:  # as by a wage that became known, or another destination
        row = work.session.get_one(Cost, first.id)
        row.live = False
        work.session.add(row)

    database.run(ENGINE, no_more)
    pay("medical", 5_000)
    assert (alert(database).state, alert(database).excess_minor) == (AlertState.OPEN, 5_000)


@one_database
def test_no_rule_allows_a_bribe(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:  # fmt: skip
    pay("illegitimate", 50_000)
    with error(Refused, "never_allowed"):
        database.run(world[Role.SUPERVISOR], alerts.allow, catalogue, alert(database).id, "My own rule")
    assert (alert(database).state, alert(database).allowed_minor) == (AlertState.OPEN, 0)


@one_database
def test_an_open_fee_stays_on_the_record_of_who_was_paid_until_somebody_confirms_the_correction(
    database: Database, world: World, catalogue: Catalogue, office_case: Case, pay: Pay
) -> None:
    cost = pay("illegitimate", 50_000, payee_id=world.agency.id, payee="")
    assert on_record(database, world.agency.id) == (1, 0)
    taken_back(database, world, catalogue, cost)
    assert on_record(database, world.agency.id) == (1, 0)
    database.run(world[Role.SUPERVISOR], alerts.confirm, catalogue, alert(database).id)
    assert on_record(database, world.agency.id) == (0, 0)


@one_database
def test_a_refunded_fee_leaves_no_record_by_a_correction_that_names_another_payee(
    database: Database, world: World, catalogue: Catalogue, office_case: Case, pay: Pay
) -> None:
    cost, other = pay("illegitimate", 50_000, payee_id=world.agency.id, payee=""), world[Role.SUPERVISOR]
    refunded(database, other, catalogue, alert(database), 50_000, "B-1")
    second = database.run(ENGINE, lambda work: factories.agency(work, world.office).id)
    command = corrected(cost, 50_000, "receipt_added", payee_id=second, payee="", receipt="R-9")
    database.run(world[Role.CASEWORKER], service.correct, catalogue, command)
    assert (on_record(database, world.agency.id), on_record(database, second)) == ((1, 0), (1, 0))
    database.run(other, alerts.confirm, catalogue, alert(database).id)
    assert (on_record(database, world.agency.id), on_record(database, second)) == ((0, 0), (0, 1))


@one_database
def test_another_payee_is_confirmed_while_the_fee_is_still_due(
    database: Database, world: World, catalogue: Catalogue, office_case: Case, pay: Pay
) -> None:
    cost = pay("illegitimate", 50_000, payee_id=world.agency.id, payee="")
    command = corrected(cost, 50_000, "wrong_payer", payee="A broker")
    database.run(world[Role.CASEWORKER], service.correct, catalogue, command)
    assert on_record(database, world.agency.id) == (1, 0)
    row = database.run(world[Role.SUPERVISOR], alerts.confirm, catalogue, alert(database).id)
    assert (row.state, on_record(database, world.agency.id)) == (AlertState.OPEN, (0, 0))
    with error(Conflict, "still_due"):
        database.run(world[Role.SUPERVISOR], alerts.confirm, catalogue, row.id)


@one_database
def test_a_case_that_cannot_be_judged_holds_up_no_other(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay, clock: Clock
) -> None:
    command = open_command(world, reference="BW-2")
    second = database.run(world[Role.CASEWORKER], cases.open_case, catalogue, command)
    for case in (opened, second):
        pay("medical", 5_000, case_id=case.id)

    def broken_and_forgotten(work: Work) -> None:
        case = work.session.get_one(Case, min(opened.id, second.id))
        case.programme_digest = "0" * 64
        work.session.add(case)
        for row in work.session.exec(select(FeeAlert)):
            row.excess_minor, row.state = 0, AlertState.CORRECTED
            work.session.add(row)

    database.run(ENGINE, broken_and_forgotten)
    clock.move(days=1)
    assert [database.run(ENGINE, service.recheck, catalogue) for _each in range(2)] == [2, 0]
    assert alert(database, case_id=max(opened.id, second.id)).state is AlertState.OPEN
    assert alert(database, case_id=min(opened.id, second.id)).state is AlertState.CORRECTED
    clock.move(days=1)
    assert database.run(ENGINE, service.recheck, catalogue) == 2, "it is tried again"


Step = tuple[str, int, str, int, int]
HEADS = ("illegitimate", "medical")
STEPS = st.tuples(
    st.sampled_from(["pay", "pay", "correct", "take_back", "refund", "refund_all", "allow", "confirm"]),
    st.integers(0, 3),
    st.sampled_from(HEADS),
    st.sampled_from([300, 500]),
    st.integers(0, 2),
)


class Story:
    """A case to which anything happens in any order, and what another person than the recorder has looked at."""

    def __init__(self, database: Database, world: World, catalogue: Catalogue, payees: Sequence[Any]) -> None:
        self.database, self.world, self.catalogue, self.payees = database, world, catalogue, payees
        command = open_command(world, reference=str(new_id())[-20:])
        self.case = database.run(world[Role.CASEWORKER], cases.open_case, catalogue, command)
        self.looked_at: dict[str, Counter[tuple[object, ...]]] = {head: Counter() for head in HEADS}
        self.named: dict[str, frozenset[Any]] = dict.fromkeys(HEADS, frozenset())

    def costs(self, head: str | None = None) -> list[Cost]:
        with self.database.read() as session:
            found = [one for one in queries.versions(session, self.case.id) if one.live]
        return [one for one in found if head in (None, one.head.value) and one.paid_by is CostBearer.WORKER]

    def alert(self, head: str) -> FeeAlert | None:
        with self.database.read() as session:
            return next((one for one in queries.alerts_of(session, self.case.id) if one.head == head), None)

    def do(self, step: Step) -> None:
        what, which, head, minor, payee = step
        with suppress(PredepartureError):
            if what in ("pay", "correct", "take_back"):
                self._record(what, which, head, minor, self.payees[payee])
            else:
                self._settle(what, head, minor)

    def _record(self, what: str, which: int, head: str, minor: int, payee: Any) -> None:
        clerk, known = self.world[Role.CASEWORKER], self.costs()
        said = {
            "case_id": self.case.id, "head": CostHead(head), "amount_minor": minor, "currency": "EUR",
            "paid_by": CostBearer.WORKER, "paid_on": self.database.today(), "payee_id": payee,
            "payee": "" if payee else "Somebody",
        }  # fmt: skip
        if what == "pay" or not known:
            self.database.run(clerk, service.record, self.catalogue, RecordCost(**said))
            return
        cost = known[which % len(known)]
        if what == "take_back":
            taken_back(self.database, self.world, self.catalogue, cost)
            return
        command = CorrectCost(cost_id=cost.id, reason="wrong_amount", **said)
        self.database.run(clerk, service.correct, self.catalogue, command)

    def _settle(self, what: str, head: str, minor: int) -> None:
        row, boss, catalogue = self.alert(head), self.world[Role.SUPERVISOR], self.catalogue
        if row is None:
            return
        if what.startswith("refund"):
            left = row.excess_minor - row.refunded_minor - row.allowed_minor
            amount = left if what == "refund_all" else minor
            refunded(self.database, boss, catalogue, row, amount, str(new_id())[-20:])
        elif what == "allow":
            self.database.run(boss, alerts.allow, catalogue, row.id, "A circular")
        else:
            self.database.run(boss, alerts.confirm, catalogue, row.id)
            self.named[head] = frozenset(one.payee_id for one in self.costs(head) if one.payee_id)
        now = self.alert(head)
        if now is not None and now.state is not AlertState.OPEN:
            self.looked_at[head] = _fees(self.costs(head))

    def check(self) -> None:
        for head in HEADS:
            costs, row = self.costs(head), self.alert(head)
            total = sum(one.amount_minor for one in costs)
            if row is None:
                assert not total
                continue
            settled = row.refunded_minor + row.allowed_minor
            assert row.excess_minor == total and min(row.refunded_minor, row.allowed_minor, row.freed_minor) >= 0
            assert settled <= total and not (head == "illegitimate" and row.allowed_minor)
            with self.database.read() as session:
                steps = queries.steps_of(session, [row.id])[row.id]
                named = queries.payees_of(session, [row.id])[row.id]
            given_back = sum(one.amount_minor for one in steps if one.step is AlertStepKind.REFUNDED)
            assert row.refunded_minor + row.freed_minor <= given_back
            self.named[head] |= {one.payee_id for one in costs if one.payee_id}
            assert named >= self.named[head], "only a confirmation takes a fee off a record"
            if row.state is not AlertState.OPEN:
                assert _fees(costs) == self.looked_at[head], "only its recorder knows of it"
                assert settled == total and not row.freed_minor


def _fees(rows: Iterable[Cost]) -> Counter[tuple[object, ...]]:
    return Counter((one.first_id, one.amount_minor, one.payee_id) for one in rows)


@pytest.fixture
def story(database: Database, world: World, catalogue: Catalogue, opened: Case) -> Callable[[], Story]:
    """``story()``: a new case each time."""
    return lambda: Story(database, world, catalogue, [None, world.agency.id, world.clinic.id])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_the_order_what_only_its_recorder_knows_is_in_an_open_alert(
    story: Callable[[], Story], steps: list[Step]
) -> None:
    played = story()
    for step in steps:
        played.do(step)
        played.check()
