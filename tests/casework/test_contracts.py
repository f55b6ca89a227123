"""Contract substitution: a lower wage is found, nobody signs a minimum away, and a second person sees to the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import facts
from casework.cases.tables import Case
from casework.contracts import queries, service
from casework.contracts.queries import View
from casework.contracts.rules import AnswerKind, AnswerState, ContractKind
from casework.contracts.service import AnswerPoint, RecordContract
from casework.contracts.tables import Contract
from casework.database import Database
from checklists.facts import Standing
from tests.support import factories
from tests.support.contracts import programme, programme_for_two, terms
from tests.support.factories import TODAY, World
from tests.support.programmes import catalogue_with

PROGRAMME = programme()
CATALOGUE = catalogue_with(PROGRAMME)
WAGE = "promise:wage_minor"
pytestmark = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    with database.write(ENGINE) as work:
        return factories.case(
            work, world.office, programme_version=PROGRAMME.version, programme_digest=PROGRAMME.digest
        )


def promise(database: Database, world: World, case: Case, **values: Any) -> Contract:
    return database.run(world[Role.CASEWORKER], service.promise, CATALOGUE, case.id, terms(**values))


def sign(database: Database, world: World, case: Case, **values: Any) -> Contract:
    command = RecordContract(case_id=case.id, terms=terms(**values), signed_on=TODAY)
    return database.run(world[Role.CASEWORKER], service.sign, command)


def accepted(case: Case, point: str = WAGE, **values: Any) -> AnswerPoint:
    given = {"kind": AnswerKind.ACCEPTED, "answered_on": TODAY, "language": "sq", "paper": "File 12, page 3", **values}
    return AnswerPoint(**{"case_id": case.id, "point": point, **given})


def answer(database: Database, actor: Actor, command: AnswerPoint) -> UUID:
    return database.run(actor, service.answer, CATALOGUE, command).id


def check(database: Database, world: World, case: Case) -> Contract:
    return database.run(world[Role.CASEWORKER], service.check, CATALOGUE, case.id)


def view(database: Database, case: Case) -> View:
    with database.read() as session:
        return queries.view(session, database.vault(session), PROGRAMME, case)


def standing(database: Database, case: Case) -> list[Standing]:
    with database.read() as session:
        known = facts.load(session, [session.get_one(Case, case.id)])[case.id]
    return [fact.standing for fact in known.facts if fact.kind == "contract_check"]


def test_a_contract_as_promised_is_found_in_order(database: Database, world: World, case: Case) -> None:
    promise(database, world, case)
    sign(database, world, case)
    assert standing(database, case) == [Standing.SUBMITTED]
    row = check(database, world, case)
    assert (row.checked_on, row.checked_against) == (TODAY, f"{PROGRAMME.id} 2099.7")
    assert standing(database, case) == [Standing.ACCEPTED]


def test_a_lower_wage_than_promised_is_in_order_only_once_two_people_saw_the_workers_writing(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world, case)
    sign(database, world, case, wage_minor=210_000)
    assert view(database, case).open == (WAGE,)
    with pytest.raises(Refused, match="1 points of the contract"):
        check(database, world, case)
    given = answer(database, world[Role.SUPERVISOR], accepted(case))
    with pytest.raises(Refused, match="points of the contract"):
        check(database, world, case)
    with pytest.raises(Refused) as own:
        database.run(world[Role.SUPERVISOR], service.confirm, given)
    assert own.value.code == "own"
    row = database.run(
        world.seconds[Role.SUPERVISOR], service.confirm, given
    )  # fmt: skip
    assert (row.state, row.language, row.paper) == (AnswerState.CONFIRMED, "sq", "File 12, page 3")
    assert check(database, world, case).checked_on == TODAY


def test_what_was_returned_is_answered_anew_and_what_waits_is_not(
    database: Database, world: World, case: Case
) -> None:  # fmt: skip
    promise(database, world, case)
    sign(database, world, case, wage_minor=210_000)
    first = answer(database, world[Role.CASEWORKER], accepted(case))
    with pytest.raises(Conflict) as twice:
        answer(database, world[Role.CASEWORKER], accepted(case))
    assert twice.value.code == "answered"
    database.run(world[Role.SUPERVISOR], service.give_back, first)
    with pytest.raises(Conflict) as decided:
        database.run(world[Role.SUPERVISOR], service.confirm, first)
    assert decided.value.code == "decided"
    answer(database, world[Role.CASEWORKER], accepted(case))
    assert view(database, case).open == (WAGE,)


def test_the_minimum_of_the_programme_cannot_be_signed_away(database: Database, world: World, case: Case) -> None:
    promise(database, world, case, passport=None)
    sign(database, world, case, wage_minor=150_000, passport=None)
    assert view(database, case).open == ("term:wage", "term:passport", WAGE)
    for point in ("term:wage", "term:passport"):
        with pytest.raises(Refused) as refused:
            answer(database, world[Role.CASEWORKER], accepted(case, point))
        assert refused.value.code == "below_minimum"
    sign(database, world, case)
    assert view(database, case).open == ()
    assert check(database, world, case).number == 2
    assert standing(database, case) == [Standing.WITHDRAWN, Standing.ACCEPTED]


def test_another_currency_is_compared_by_a_person_and_confirmed_by_a_second(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world, case, wage_minor=900_000, currency="KWD")
    sign(database, world, case, wage_minor=900_000, currency="KWD")
    assert view(database, case).open == ("term:wage",)
    enough = accepted(case, "term:wage", kind=AnswerKind.ENOUGH)
    with pytest.raises(InvalidInput):
        answer(database, world[Role.CASEWORKER], enough)
    given = answer(
        database, world[Role.CASEWORKER], enough.model_copy(update={"reason": "2,700 EUR by the rate of the day"})
    )
    database.run(world[Role.SUPERVISOR], service.confirm, given)
    assert view(database, case).reasons[given] == "2,700 EUR by the rate of the day"
    check(database, world, case)


def test_what_the_worker_refuses_stays_open_until_the_contract_is_corrected(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world, case)
    sign(database, world, case, weekly_minutes=48 * 60)
    point = "promise:weekly_minutes"
    answer(database, world[Role.CASEWORKER], accepted(case, point, kind=AnswerKind.REFUSED))
    found = view(database, case)
    assert (found.open, found.refused) == ((point,), True)
    with pytest.raises(Refused):
        check(database, world, case)
    sign(database, world, case)
    assert (view(database, case).open, view(database, case).refused) == ((), False)


def test_answers_that_do_not_fit_are_refused(database: Database, world: World, case: Case) -> None:
    promise(database, world, case)
    sign(database, world, case, wage_minor=210_000)
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for changed, code in (
        ({"kind": AnswerKind.ENOUGH, "reason": "r"}, "answer_kind"),
        ({"answered_on": tomorrow}, "date_in_future"),
        ({"answered_on": before}, "dates"),
        ({"language": "xx"}, "language"),
        ({"language": ""}, "language"),
        ({"paper": " "}, "missing_value"),
        ({"point": "promise:leave_days"}, "no_such_point"),
        ({"point": "term:none"}, "no_such_point"),
    ):
        with pytest.raises((InvalidInput, Conflict)) as refused:
            answer(database, world[Role.CASEWORKER], accepted(case).model_copy(update=changed))
        assert refused.value.code == code


def test_a_new_promise_opens_a_contract_that_was_in_order(database: Database, world: World, case: Case) -> None:
    promise(database, world, case)
    sign(database, world, case)
    check(database, world, case)
    with pytest.raises(Conflict) as again:
        check(database, world, case)
    assert again.value.code == "checked"
    promise(database, world, case, wage_minor=260_000)
    assert view(database, case).open == (WAGE,)
    assert standing(database, case) == [Standing.SUBMITTED]


def test_what_was_promised_becomes_less_only_by_a_supervisor_who_did_not_record_it(
    database: Database, world: World, case: Case
) -> None:
    promise(database, world, case)
    promise(database, world, case, wage_minor=250_000)
    sign(database, world, case)
    less = terms(wage_minor=240_000)
    for role in (Role.CASEWORKER, Role.SUPERVISOR):
        actor = world[role]
        if role is Role.SUPERVISOR:
            database.run(actor, service.promise, CATALOGUE, case.id, terms(wage_minor=260_000))
        with pytest.raises(Refused) as refused:
            database.run(actor, service.promise, CATALOGUE, case.id, less)
        assert refused.value.code == "promised_less"
    database.run(world.seconds[Role.SUPERVISOR], service.promise, CATALOGUE, case.id, less)
    assert view(database, case).promised_terms == less


def test_a_contract_without_a_promise_beside_it_is_not_in_order(database: Database, world: World, case: Case) -> None:
    sign(database, world, case)
    with pytest.raises(Refused) as refused:
        check(database, world, case)
    assert refused.value.code == "no_promise"


def test_where_the_programme_asks_for_two_people_who_recorded_a_contract_does_not_find_it_in_order(
    database: Database, world: World
) -> None:
    asking = programme_for_two()
    catalogue = catalogue_with(asking)
    with database.write(ENGINE) as work:
        case = factories.case(work, world.office, programme_version=asking.version, programme_digest=asking.digest)
    database.run(world[Role.CASEWORKER], service.promise, catalogue, case.id, terms())
    sign(database, world, case)
    with pytest.raises(Refused) as refused:
        database.run(world[Role.CASEWORKER], service.check, catalogue, case.id)
    assert refused.value.code == "same_person"
    assert database.run(world[Role.SUPERVISOR], service.check, catalogue, case.id).checked_on == TODAY


def test_a_contract_that_was_recorded_in_error_counts_no_longer(database: Database, world: World, case: Case) -> None:
    held_out = promise(database, world, case)
    row = sign(database, world, case)
    check(database, world, case)
    with pytest.raises(Conflict) as promised:
        database.run(world[Role.CASEWORKER], service.withdraw, held_out.id)
    assert promised.value.code == "promised"
    database.run(world[Role.CASEWORKER], service.withdraw, row.id)
    assert standing(database, case) == [Standing.WITHDRAWN]
    with pytest.raises(Conflict):
        database.run(world[Role.CASEWORKER], service.withdraw, row.id)
    with pytest.raises(Conflict) as none:
        check(database, world, case)
    assert none.value.code == "no_contract"
    with database.read() as session:
        assert queries.live(session, case.id, ContractKind.SIGNED) is None


def test_only_who_may_checks_and_nobody_of_another_office(
    database: Database, world: World, case: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    command = RecordContract(case_id=case.id, terms=terms(), signed_on=TODAY)
    for role in wrong_roles(Role.CASEWORKER, Role.SUPERVISOR):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.sign(work, command)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.CASEWORKER)
    with pytest.raises(NotFound):
        database.run(stranger, service.sign, command)
    for changed, error in (
        ({"signed_on": TODAY + timedelta(days=1)}, InvalidInput),
        ({"evidence_id": new_id()}, NotFound),
    ):
        with pytest.raises(error):
            database.run(world[Role.CASEWORKER], service.sign, command.model_copy(update=changed))


def test_what_a_contract_says_is_sealed(database: Database, world: World, case: Case) -> None:
    sign(database, world, case, employer="Employer of the sealed wage")
    with database.engine.connect() as connection:
        stored = bytes(connection.execute(text("SELECT terms FROM contract")).scalar_one())
    assert b"sealed wage" not in stored and b"240000" not in stored
