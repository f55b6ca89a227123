"""Costs of a case and the alerts about fees, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases.tables import Case
from casework.contracts import service as contracts
from casework.contracts.rules import Terms
from casework.contracts.service import RecordContract
from casework.costs import alerts, queries, service
from casework.costs.alerts import RefundFee
from casework.costs.queries import Show
from casework.costs.rules import AlertState, CostHead, FindingKind
from casework.costs.service import AskedCosts, CorrectCost, RecordCost
from casework.costs.tables import Cost, FeeAlert
from casework.database import Database
from casework.recruitment import scorecard
from casework.recruitment.rules import WagePer
from casework.recruitment.scorecard import Figure, Period
from casework.recruitment.tables import JobOrder, JobOrderClaim
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.requirement import CostBearer
from tests.costs.conftest import Pay
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World
from tests.support.standing import Clock

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)


def alert(database: Database, **where: Any) -> FeeAlert:
    with database.read() as session:
        return session.exec(select(FeeAlert).filter_by(**where)).one()


def kinds_found(database: Database, catalogue: Catalogue, case: Case) -> list[FindingKind]:
    with database.read() as session:
        fresh = session.get_one(Case, case.id)
        programme = catalogue.pinned(fresh.programme_id, fresh.programme_version, fresh.programme_digest)
        rows, vault = queries.versions(session, case.id), database.vault(session)
        return [one.kind for one in queries.findings(session, vault, programme, fresh, rows)]


def corrected(cost: Cost, minor: int, reason: str = "wrong_amount", **values: Any) -> CorrectCost:
    return CorrectCost(
        **{
            "case_id": cost.case_id, "head": cost.head, "amount_minor": minor, "currency": cost.currency,
            "paid_by": cost.paid_by, "paid_on": cost.paid_on, "payee": "The clinic by the market",
            "receipt": cost.receipt, "cost_id": cost.id, "reason": reason, **values,
        }
    )  # fmt: skip


def refunded(database: Database, by: Actor, catalogue: Catalogue, row: FeeAlert, minor: int, receipt: str) -> FeeAlert:
    command = RefundFee(alert_id=row.id, amount_minor=minor, refunded_on=database.today(), receipt=receipt)
    return database.run(by, alerts.refund, catalogue, command)


def test_a_forbidden_fee_raises_an_alert_that_another_person_resolves_by_its_refund(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    pay("visa", 6_000, by=Role.SUPERVISOR)
    row = alert(database, head="visa")
    assert (row.state, row.excess_minor, row.currency) == (AlertState.OPEN, 6_000, "EUR")
    with error(Refused, "same_person"):
        refunded(database, world[Role.SUPERVISOR], catalogue, row, 6_000, "B-1")
    other = world.seconds[Role.SUPERVISOR]
    for minor, code in ((6_001, "too_much"), (0, "invalid_amount"), (-5, "invalid_amount")):
        with error(InvalidInput, code):
            refunded(database, other, catalogue, row, minor, "B-1")
    before = RefundFee(
        alert_id=row.id, amount_minor=2_000, refunded_on=database.today() - timedelta(days=1), receipt="B-1"
    )
    with error(InvalidInput, "dates"):
        database.run(other, alerts.refund, catalogue, before)
    assert refunded(database, other, catalogue, row, 2_000, "B-1").state is AlertState.OPEN
    with error(Conflict, "receipt_recorded"):
        refunded(database, other, catalogue, row, 2_000, "B-1")
    done = refunded(database, other, catalogue, row, 4_000, "B-2")
    assert (done.state, done.refunded_minor, done.resolved_on) == (AlertState.REFUNDED, 6_000, database.today())
    with error(Conflict, "alert_state"):
        refunded(database, other, catalogue, row, 1, "B-3")
    with database.read() as session:
        events = [one for one in session.exec(select(AuditEvent)) if one.kind.startswith("fee_alert.")]
        assert [one.kind for one in events] == ["fee_alert.raised", "fee_alert.refunded", "fee_alert.refunded"]
        assert not any("B-1" in one.body or "6000" in one.body for one in events)


@one_database
def test_only_a_supervisor_resolves(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    pay("medical", 6_000)
    row = alert(database)
    for role in set(Role) - {Role.SUPERVISOR}:
        with error(Refused, "role"):
            refunded(database, world[role], catalogue, row, 6_000, "B-1")
        with error(Refused, "role"):
            database.run(world[role], alerts.allow, catalogue, row.id, "Circular 5")


@one_database
def test_the_engine_and_another_office_resolve_nothing(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    pay("medical", 6_000)
    row = alert(database)
    with error(Refused, "person_needed"):
        refunded(database, ENGINE, catalogue, row, 6_000, "B-1")
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.SUPERVISOR)
    with error(NotFound, "case"):
        refunded(database, stranger, catalogue, row, 6_000, "B-1")


@one_database
def test_a_correction_upwards_reopens_and_one_downwards_waits_to_be_confirmed(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    cost, other = pay("medical", 5_000), world[Role.SUPERVISOR]
    row = alert(database)
    refunded(database, other, catalogue, row, 5_000, "B-1")
    up = database.run(world[Role.CASEWORKER], service.correct, catalogue, corrected(cost, 7_000))
    again = alert(database)
    assert (again.state, again.excess_minor, again.resolved_on) == (AlertState.OPEN, 7_000, None)
    with error(Conflict, "still_due"):
        database.run(other, alerts.confirm, catalogue, row.id)
    down = database.run(world[Role.CASEWORKER], service.correct, catalogue, corrected(up, 5_000))
    assert alert(database).state is AlertState.OPEN, "who recorded a fee must not make its alert go away"
    with error(Conflict, "nothing_due"):
        database.run(other, alerts.allow, catalogue, row.id, "Circular 5")
    assert database.run(other, alerts.confirm, catalogue, row.id).state is AlertState.REFUNDED
    with error(Conflict, "replaced"):
        database.run(world[Role.CASEWORKER], service.correct, catalogue, corrected(cost, 1))
    with database.read() as session:
        assert [one.number for one in queries.versions(session, opened.id)] == [1, 2, 3]
        assert (down.first_id, [one.amount.minor for one in queries.totals(queries.versions(session, opened.id))]) == (
            cost.id, [5_000]
        )  # fmt: skip


@one_database
def test_a_cost_that_was_not_paid_is_taken_back_and_its_alert_confirmed(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    cost, clerk = pay("medical", 5_000), world[Role.CASEWORKER]
    with error(InvalidInput, "unknown_reason"):
        database.run(clerk, service.take_back, catalogue, opened.id, cost.id, "wrong_amount")
    database.run(clerk, service.take_back, catalogue, opened.id, cost.id, "not_paid")
    with error(Conflict, "replaced"):
        database.run(clerk, service.take_back, catalogue, opened.id, cost.id, "not_paid")
    row = alert(database)
    assert (row.state, row.excess_minor) == (AlertState.OPEN, 0)
    assert database.run(world[Role.SUPERVISOR], alerts.confirm, catalogue, row.id).state is AlertState.CORRECTED
    with database.read() as session:
        assert queries.totals(queries.versions(session, opened.id)) == []


@one_database
def test_what_was_found_allowed_keeps_its_source_sealed_and_reopens_with_more(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    cost = pay("training", 5_000)
    row = alert(database)
    with error(InvalidInput, "missing_value"):
        database.run(world[Role.SUPERVISOR], alerts.allow, catalogue, row.id, " ")
    done = database.run(world[Role.SUPERVISOR], alerts.allow, catalogue, row.id, "Circular 5, no. 2")
    assert (done.state, done.allowed_minor) == (AlertState.ALLOWED, 5_000)
    with database.read() as session:
        step = queries.steps_of(session, [row.id])[row.id][-1]
        assert alerts.source_of(database.vault(session), opened.worker_id, step) == "Circular 5, no. 2"
        assert b"Circular" not in (step.detail or b"")
    database.run(world[Role.CASEWORKER], service.correct, catalogue, corrected(cost, 5_001))
    assert alert(database).state is AlertState.OPEN


def test_the_departure_waits_only_with_the_workers_agreement_and_until_it_ends(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    pay("medical", 5_000)
    row, clerk = alert(database), world[Role.CASEWORKER]

    def waits() -> bool:
        with database.read() as session:
            return facts.load(session, [session.get_one(Case, opened.id)])[opened.id].fees_open

    assert not waits()
    with error(InvalidInput, "date_in_future"):
        database.run(clerk, alerts.agree, catalogue, row.id, database.today() + timedelta(days=1), "sq")
    database.run(clerk, alerts.agree, catalogue, row.id, database.today(), "sq")
    assert waits()
    database.run(clerk, alerts.end_agreement, catalogue, row.id)
    assert not waits()
    with error(Conflict, "no_agreement"):
        database.run(clerk, alerts.end_agreement, catalogue, row.id)
    database.run(clerk, alerts.agree, catalogue, row.id, database.today(), "sq")
    refunded(database, world[Role.SUPERVISOR], catalogue, row, 5_000, "B-1")
    assert not waits()
    with error(Conflict, "alert_state"):
        database.run(clerk, alerts.agree, catalogue, row.id, database.today(), "sq")


BAD: tuple[tuple[dict[str, Any], type[Any], str], ...] = (
    ({"amount_minor": 0}, InvalidInput, "invalid_amount"),
    ({"amount_minor": -1}, InvalidInput, "invalid_amount"),
    ({"amount_minor": 10**12 + 1}, InvalidInput, "invalid_amount"),
    ({"currency": "EURO"}, InvalidInput, "unknown_currency"),
    ({"currency": "eur"}, InvalidInput, "unknown_currency"),
    ({"currency": "ZZZ"}, InvalidInput, "unknown_currency"),
    ({"payee": ""}, InvalidInput, "missing_value"),
    ({"paid_on": date(216, 11, 2)}, InvalidInput, "date_too_old"),
    ({"receipt": "x" * 81}, InvalidInput, "too_long"),
    ({"paid_by": CostBearer.NOBODY}, InvalidInput, "missing_value"),
    ({"payee_id": new_id()}, NotFound, "organisation"),
    ({"evidence_id": new_id()}, NotFound, "evidence"),
    ({"case_id": new_id()}, NotFound, "case"),
)


@one_database
def test_bad_input_leaves_nothing_behind(database: Database, opened: Case, pay: Pay) -> None:
    for values, kind, code in BAD:
        with error(kind, code):
            pay("visa", **{"minor": values.get("amount_minor", 500), **values})
    with database.read() as session:
        assert session.exec(select(Cost)).all() == [] and session.exec(select(FeeAlert)).all() == []


@one_database
def test_a_cost_of_tomorrow_a_stale_form_and_the_wrong_roles_are_refused(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    with error(InvalidInput, "date_in_future"):
        pay("visa", 5, paid_on=database.today() + timedelta(days=1))
    command = RecordCost(
        case_id=opened.id, head=CostHead.VISA, amount_minor=5, currency="EUR", paid_by=CostBearer.WORKER,
        paid_on=database.today(), payee="x",
    )  # fmt: skip
    with error(Conflict, "stale"):
        database.run(world[Role.CASEWORKER], service.record, catalogue, command, 77)
    for role in set(Role) - {Role.CASEWORKER, Role.SUPERVISOR}:
        with error(Refused, "role"):
            pay("visa", 5, by=role)


@one_database
def test_money_without_decimals_and_with_three_is_kept_exactly(
    database: Database, opened: Case, pay: Pay
) -> None:  # fmt: skip
    pay("visa", Money.parse("1200", "JPY").minor, currency="JPY", paid_by=CostBearer.EMPLOYER)
    pay("visa", Money.parse("1.234", "KWD").minor, currency="KWD", paid_by=CostBearer.EMPLOYER)
    with database.read() as session:
        told = [str(one.amount) for one in queries.totals(queries.versions(session, opened.id))]
    assert told == ["JPY 1,200", "KWD 1.234"]


@one_database
def test_the_worker_is_asked_and_nothing_paid_cannot_stand_beside_costs(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    assert kinds_found(database, catalogue, opened) == [FindingKind.NOT_ASKED]
    nothing = AskedCosts(case_id=opened.id, asked_on=database.today(), language="sq", paid_nothing=True)
    pay("travel", 100, receipt="")
    with error(InvalidInput, "costs_recorded"):
        database.run(world[Role.CASEWORKER], service.ask, nothing)
    database.run(world[Role.CASEWORKER], service.ask, nothing.model_copy(update={"paid_nothing": False}))
    assert kinds_found(database, catalogue, opened) == [FindingKind.NO_RECEIPT]


@one_database
def test_fees_count_on_the_record_of_the_agency_unless_they_were_allowed_or_not_paid(
    database: Database, world: World, catalogue: Catalogue, opened: Case, pay: Pay
) -> None:
    def counted() -> tuple[int, int]:
        with database.read() as session:
            found = queries.findings_of(session, [world.agency.id])[world.agency.id]
        return found.open, found.refunded

    assert counted() == (0, 0)
    pay("medical", 5_000)
    cost = pay("visa", 700, payee_id=world.agency.id)
    assert counted() == (2, 0)
    row = alert(database, head="medical")
    refunded(database, world[Role.SUPERVISOR], catalogue, row, 5_000, "B-1")
    database.run(world[Role.CASEWORKER], service.take_back, catalogue, opened.id, cost.id, "recorded_in_error")
    database.run(world[Role.SUPERVISOR], alerts.confirm, catalogue, alert(database, head="visa").id)
    assert counted() == (0, 1)


@one_database
def test_the_agency_is_told_of_fees_only_from_three_on_and_not_of_fresh_ones(
    database: Database, world: World, catalogue: Catalogue, pay: Pay, clock: Clock
) -> None:
    def told(own: bool) -> dict[Figure, int | None]:
        today = database.today()
        with database.read() as session:
            found = scorecard.scores(session, world.agency, Period(today, today), today, own=own)
        return {one.figure: one.value for one in found if one.figure in (Figure.FEES_OPEN, Figure.FEES_REFUNDED)}

    for head in ("medical", "visa", "illegitimate"):
        pay(head, 700)
    assert told(own=False) == {Figure.FEES_OPEN: 3, Figure.FEES_REFUNDED: 0}
    assert told(own=True) == {}, "they are fresh"
    clock.move(days=62)
    assert told(own=True) == {Figure.FEES_OPEN: 3}
    row = alert(database, head="medical")
    database.run(world[Role.SUPERVISOR], alerts.allow, catalogue, row.id, "Circular 7")
    assert told(own=True) == {}


@one_database
def test_the_list_of_alerts_is_for_who_sees_costs_within_their_reach(
    database: Database, world: World, opened: Case, pay: Pay
) -> None:
    pay("medical", 5_000)
    with database.read() as session:
        for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR):
            assert queries.listed(session, world[role], Show.OPEN, limit=9)[1] == 1
        assert queries.listed(session, world[Role.SUPERVISOR], Show.AGREED, limit=9) == ([], 0)
        for role in (Role.AGENCY_USER, Role.LOAN_OFFICER, Role.COMPLAINTS_OFFICER, Role.EMPLOYER_USER):
            with error(Refused, "role"):
                queries.listed(session, world[role], Show.OPEN, limit=9)
            with error(Refused, "role"):
                queries.of_case(session, world[role], opened.id)


def _place(work: Work, world: World, case: Case, **values: Any) -> None:
    """The worker's place in an approved job order."""
    row = JobOrder(
        number="JO-1", office_id=world.office.id, employer_id=world.employer.id, programme_id=case.programme_id,
        occupation="2221", title="Nurse", destination="DE", headcount=1, currency="EUR", valid_from=work.today,
        valid_until=work.today, in_force=1, asked_at=work.now, asked_by="engine", **values,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.session.add(
        JobOrderClaim(
            case_id=case.id, job_order_id=row.id, claimed_on=work.today, recorded_at=work.now, recorded_by="engine"
        )
    )


@one_database
def test_a_ceiling_in_wages_takes_the_signed_contract_and_else_the_job_order(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    programme = catalogue.pinned(opened.programme_id, opened.programme_version, opened.programme_digest)

    def wage() -> Money | None:
        with database.read() as session:
            return queries.corridor_of(session, database.vault(session), programme, opened).wage

    assert wage() is None
    hourly = {"wage_minor": 1_500, "wage_per": WagePer.HOUR, "weekly_hours": 39}
    database.run(ENGINE, lambda work: _place(work, world, opened, **hourly))
    assert wage() == Money(1_500 * 39 * 52 // 12, "EUR")
    terms = Terms(wage_minor=200_000, currency="EUR")
    command = RecordContract(case_id=opened.id, terms=terms, signed_on=database.today())
    database.run(world[Role.CASEWORKER], contracts.sign, command)
    assert wage() == Money(200_000, "EUR")


@one_database
def test_a_fee_is_put_on_the_record_of_nobody_whom_the_office_does_not_work_with(
    database: Database, world: World, pay: Pay
) -> None:
    foreign = database.run(ENGINE, lambda work: factories.agency(work, factories.office(work)).id)
    with error(NotFound, "organisation"):
        pay("visa", 500, payee_id=foreign)
    assert pay("visa", 500, payee_id=world.agency.id).payee_id == world.agency.id


@one_database
def test_an_alert_follows_what_became_known_later_without_a_new_cost(
    database: Database, catalogue: Catalogue, pay: Pay, clock: Clock
) -> None:
    pay("medical", 5_000)

    def forget(work: Any) -> None:
        for row in work.session.exec(select(FeeAlert)):
            row.excess_minor, row.state = 0, AlertState.CORRECTED
            work.session.add(row)

    database.run(ENGINE, forget)
    assert database.run(ENGINE, service.recheck, catalogue) == 0, "it was looked at today"
    clock.move(days=1)
    assert [database.run(ENGINE, service.recheck, catalogue) for _each in range(2)] == [1, 0]
    assert (alert(database).state, alert(database).excess_minor) == (AlertState.OPEN, 5_000)
