"""The promise is guarded as the contract is: no other words, purposes or days put in its place make a contract good."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from basis.errors import Conflict, Refused
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.contracts import queries, service
from casework.contracts.queries import View
from casework.contracts.rules import AnswerKind, ContractKind
from casework.contracts.service import AnswerPoint, RecordContract
from casework.database import Database
from casework.recruitment import claims, orders
from casework.recruitment.tables import JobOrder
from casework.selection import service as selection
from casework.selection.rules import ApplicationState
from casework.selection.tables import Application
from tests.support import selecting
from tests.support.contracts import terms
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.recruiting import content
from tests.support.standing import Clock

CATALOGUE = selecting.catalogue()
WAGE = "promise:wage_minor"
OTHER = [
    {"employer": "Other Ltd"},
    {"occupation": "9313"},
    {"months": 60},
    {"starts_on": date(2028, 1, 1)},
    {"says": {"notice": "None at all"}},
    {"currency": "USD"},
]
pytestmark = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    return selecting.case(database, world)


def promise(database: Database, actor: Actor, case: Case, **values: Any) -> None:
    database.run(actor, service.promise, CATALOGUE, case.id, terms(**values))


def sign(database: Database, world: World, case: Case, **values: Any) -> None:
    command = RecordContract(case_id=case.id, terms=terms(**values), signed_on=TODAY)
    database.run(world[Role.CASEWORKER], service.sign, command)


def check(database: Database, world: World, case: Case) -> None:
    database.run(world[Role.CASEWORKER], service.check, CATALOGUE, case.id)


def settled(database: Database, world: World, case: Case, point: str = WAGE) -> None:
    """The worker took this point in writing, and a supervisor saw it."""
    given = AnswerPoint(
        case_id=case.id, point=point, kind=AnswerKind.ACCEPTED, answered_on=TODAY, language="sq", paper="p. 1"
    )
    row = database.run(world[Role.CASEWORKER], service.answer, CATALOGUE, given)
    database.run(world[Role.SUPERVISOR], service.confirm, row.id)


def view(database: Database, case: Case) -> View:
    with database.read() as session:
        return queries.view(session, database.vault(session), selecting.PROGRAMME, session.get_one(Case, case.id))


def change_order(database: Database, world: World, order_id: UUID, **values: Any) -> None:
    changed = content(**{"headcount": 1, "terms": {"notice": "Four weeks"}, **values})
    database.run(world[Role.SUPERVISOR], orders.ask_change, CATALOGUE, order_id, changed)
    database.run(world.seconds[Role.SUPERVISOR], orders.approve, CATALOGUE, order_id)


@pytest.mark.parametrize("other", OTHER)
def test_a_promise_becomes_another_only_by_a_supervisor_who_did_not_record_it(
    database: Database, world: World, case: Case, other: dict[str, Any]
) -> None:
    promise(database, world[Role.CASEWORKER], case)
    sign(database, world, case, **other)
    before = view(database, case).open
    with error(Refused, "promised_less"):
        promise(database, world[Role.CASEWORKER], case, **other)
    assert view(database, case).open == before != ()
    promise(database, world[Role.SUPERVISOR], case, **other)
    assert WAGE not in view(database, case).open


def test_who_recorded_a_promise_that_was_repeated_since_does_not_lower_it(
    database: Database, world: World, case: Case
) -> None:
    first, second = world[Role.SUPERVISOR], world.seconds[Role.SUPERVISOR]
    sign(database, world, case)
    promise(database, first, case, wage_minor=250_000)
    promise(database, world[Role.CASEWORKER], case, wage_minor=250_001)
    with error(Refused, "promised_less"):
        promise(database, first, case)
    promise(database, second, case)
    with error(Refused, "promised_less"):
        promise(database, second, case, wage_minor=230_000)
    promise(database, first, case, wage_minor=230_000)


@pytest.mark.parametrize("other", OTHER)
def test_who_mistyped_a_promise_corrects_it_the_same_day_and_no_later(
    database: Database, world: World, case: Case, clock: Clock, other: dict[str, Any]
) -> None:
    promise(database, world[Role.CASEWORKER], case, **other)
    promise(database, world[Role.CASEWORKER], case)
    clock.move(days=1)
    with error(Refused, "promised_less"):
        promise(database, world[Role.CASEWORKER], case, **other)


def test_a_supervisor_corrects_what_they_put_in_place_of_the_promise_of_another(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world[Role.CASEWORKER], case)
    promise(database, world[Role.SUPERVISOR], case, wage_minor=230_000)
    promise(database, world[Role.SUPERVISOR], case, wage_minor=220_000)
    with error(Refused, "promised_less"):
        promise(database, world[Role.CASEWORKER], case, wage_minor=210_000)


def test_what_is_corrected_the_same_day_holds_what_was_promised_before_it(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world[Role.SUPERVISOR], case)
    promise(database, world[Role.CASEWORKER], case, wage_minor=2_500_000)
    with error(Refused, "promised_less"):
        promise(database, world[Role.CASEWORKER], case, wage_minor=239_000)
    promise(database, world[Role.CASEWORKER], case, wage_minor=250_000)


def test_nobody_corrects_a_promise_alone_once_a_contract_was_signed_though_it_was_taken_back(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world[Role.CASEWORKER], case)
    sign(database, world, case, wage_minor=230_000)
    signed = view(database, case).signed
    assert signed is not None
    database.run(world[Role.CASEWORKER], service.withdraw, signed.id)
    with error(Refused, "promised_less"):
        promise(database, world[Role.CASEWORKER], case, wage_minor=230_000)


def test_an_offer_says_what_the_job_order_says_in_its_words(database: Database, world: World, case: Case) -> None:
    row = selecting.nominated(database, world, case, selecting.order(database, world))
    employer = world[Role.EMPLOYER_USER]
    with error(Refused, "below_job_order"):
        poor = selecting.offer(row.id, terms=terms(says={"notice": "none at all"}))
        database.run(employer, selection.offer, CATALOGUE, poor)
    same = selecting.offer(row.id, terms=terms(says={"notice": " four  WEEKS "}))
    database.run(employer, selection.offer, CATALOGUE, same)


def test_other_words_of_a_later_version_take_nothing_from_who_has_a_place(
    database: Database, world: World, case: Case
) -> None:
    order = selecting.order(database, world)
    with database.write(ENGINE) as work:
        claims.claim(work, work.session.get_one(Case, case.id), order.id)
    change_order(database, world, order.id, terms={"notice": "None at all"})
    promised = view(database, case).promised_terms
    assert promised is not None and promised.says == {"notice": "Four weeks"}


def test_what_the_worker_accepted_beside_one_promise_settles_nothing_of_another(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world[Role.CASEWORKER], case)
    sign(database, world, case, wage_minor=239_000, leave_days=27)
    settled(database, world, case)
    settled(database, world, case, "promise:leave_days")
    promise(database, world[Role.CASEWORKER], case, wage_minor=400_000)
    assert view(database, case).open == (WAGE,)
    with error(Refused, "contract_not_in_order"):
        check(database, world, case)
    settled(database, world, case)
    check(database, world, case)


def test_a_better_version_of_the_job_order_opens_what_was_accepted_beside_the_one_before(
    database: Database, world: World, case: Case, clock: Clock
) -> None:
    order = selecting.order(database, world)
    with database.write(ENGINE) as work:
        claims.claim(work, work.session.get_one(Case, case.id), order.id)
    sign(database, world, case, employer=world.employer.name, wage_minor=239_000)
    settled(database, world, case)
    assert view(database, case).open == ()
    clock.move(days=2)
    change_order(database, world, order.id, wage=Money(260_000, "EUR"))
    assert view(database, case).open == (WAGE,)


def withdrawn_and_back(database: Database, world: World, case: Case, order: JobOrder) -> None:
    """The case ends, somebody else takes the place, and the end was an error."""
    gone = MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason="unreachable", happened_on=TODAY)
    database.run(world[Role.CASEWORKER], cases.move, CATALOGUE, gone)
    selecting.accepted(database, world, selecting.case(database, world), order)
    back = MoveCase(case_id=case.id, to=CaseLife.OPEN, reason="recorded_in_error", happened_on=TODAY)
    database.run(world[Role.SUPERVISOR], cases.move, CATALOGUE, back)


def test_an_offer_whose_place_is_gone_when_the_case_comes_back_promises_nothing(
    database: Database, world: World, case: Case
) -> None:
    order = selecting.order(database, world)
    row = selecting.accepted(database, world, case, order)
    sign(database, world, case, employer=world.employer.name)
    withdrawn_and_back(database, world, case, order)
    with database.read() as session:
        assert session.get_one(Application, row.id).state is ApplicationState.ENDED
        assert [queries.live(session, case.id, kind) for kind in ContractKind] == [None, None]
        now = session.get_one(Case, case.id)
        assert (now.employer, now.job_order, now.job_title) == ("", "", "")
    promise(database, world[Role.CASEWORKER], case, employer="Second Ltd")
    sign(database, world, case, employer="Second Ltd")
    check(database, world, case)


def test_a_promise_of_an_offer_that_has_ended_blocks_no_other_and_makes_no_contract_good(
    database: Database, world: World, case: Case
) -> None:
    row = selecting.accepted(database, world, case, selecting.order(database, world))
    with error(Conflict, "promised_by_offer"):
        promise(database, world[Role.SUPERVISOR], case, employer=world.employer.name)
    with database.write(ENGINE) as work:  # as it was left behind before it ended with its offer
        application = work.session.get_one(Application, row.id)
        application.state, application.ended_on = ApplicationState.ENDED, TODAY
        work.session.add(application)
        claims.release(work, work.session.get_one(Case, case.id), "case_ended")
    sign(database, world, case, employer=world.employer.name)
    with error(Refused, "no_place"):
        check(database, world, case)
    promise(database, world[Role.CASEWORKER], case, employer="Second Ltd")
